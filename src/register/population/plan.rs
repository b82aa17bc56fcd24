//! Who lives with whom. The population comes in cells of sixteen people, each laid out by one of a few plans; every link
//! between people (spouse, parent, proxy, guardian, co-owner, company) stays within a cell, so that either end finds the
//! other by arithmetic, without an index.

use jiff::civil::Date;

use crate::{
    domain::BirthDate,
    register::{
        draw::Topic,
        law,
        person::Sex,
        population::{
            Population,
            time::{REFERENCE, REFERENCE_YEAR},
        },
    },
};

/// How many people a cell holds, and how many a company is drawn from.
pub(super) const CELL: u64 = 16;

/// What someone is in their household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Lives alone, or alone with children.
    Alone,
    /// Lives with the spouse, who comes next in the cell.
    Head,
    /// Lives with the head, who comes just before.
    Spouse,
    /// Child of the one at this place of the cell.
    Child { of: u8 },
}

/// The layout of a cell. Places are 0 to 15; place 0 is never a child.
#[derive(Debug)]
pub(super) struct Plan {
    roles: [Role; CELL as usize],
    /// (whose account, who may use it).
    pub(super) proxies: &'static [(u8, u8)],
    /// (the protected adult, who acts for them).
    pub(super) ward: Option<(u8, u8)>,
    /// Who owns an account in common; the first one's place holds it.
    pub(super) undivided: &'static [u8],
    /// Who holds a collective account (PT annexe 2, type 3); the first one's place holds it.
    pub(super) collective: &'static [u8],
}

/// What is known of someone before anything is written out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sketch {
    pub(super) index: u64,
    pub(super) role: Role,
    /// The birthday that falls in the reference year.
    pub(super) age: u16,
    /// The date of birth, or as little of it as may be known.
    pub(super) birth: BirthDate,
    pub(super) sex: Sex,
    /// Whose surname they bear: themselves, or the parent.
    pub(super) founder: u64,
    /// Whose home they share: themselves, the head, or the parent.
    pub(super) home: u64,
}

impl Sketch {
    /// The birthday of this number, at the latest.
    pub(super) fn birthday(&self, age: u8) -> Date {
        law::birthday(self.birth.latest(), age)
    }

    pub(super) fn is_minor(&self) -> bool {
        self.birthday(law::MAJORITY) > REFERENCE
    }

    /// The index of another place of the same cell.
    pub(super) fn neighbour(&self, place: u8) -> u64 {
        self.index / CELL * CELL + u64::from(place)
    }

    pub(super) fn place(&self) -> u8 {
        (self.index % CELL) as u8
    }
}

impl Plan {
    /// A plan from sixteen letters: `S` alone, `A` head, `B` spouse, `c` child of the last `S` or `A`.
    const fn new(letters: &[u8; CELL as usize]) -> Self {
        let mut roles = [Role::Alone; CELL as usize];
        let (mut at, mut parent) = (0, 0);
        while at < letters.len() {
            roles[at] = match letters[at] {
                b'A' => Role::Head,
                b'B' => Role::Spouse,
                b'c' => Role::Child { of: parent },
                _ => Role::Alone,
            };
            if matches!(letters[at], b'A' | b'S') {
                parent = at as u8;
            }
            at += 1;
        }
        Self { roles, proxies: &[], ward: None, undivided: &[], collective: &[] }
    }

    pub(super) fn role(&self, place: u8) -> Role {
        self.roles[usize::from(place)]
    }

    /// The places of this parent's children.
    pub(super) fn children(&self, parent: u8) -> impl Iterator<Item = u8> + use<> {
        let roles = self.roles;
        (0..CELL as u8).filter(move |&at| roles[usize::from(at)] == Role::Child { of: parent })
    }
}

impl Population {
    /// The layout of the cell that this person is in.
    pub(super) fn plan(&self, index: u64) -> &'static Plan {
        self.keys.draw(Topic::Cell, index / CELL).weighted(&PLANS)
    }

    /// What comes before the record: role, age, sex, family.
    pub(super) fn sketch(&self, index: u64) -> Sketch {
        self.sketch_in(self.plan(index), index)
    }

    pub(super) fn sketch_in(&self, plan: &Plan, index: u64) -> Sketch {
        let place = (index % CELL) as u8;
        let role = plan.role(place);
        let sex = self.sex(index, role);
        let parent = |of: u8| index - u64::from(place - of);
        let age = self.age_in(plan, index);
        let (founder, home) = match role {
            Role::Alone | Role::Head => (index, index),
            Role::Spouse => (index, index - 1),
            Role::Child { of } if age < LEAVES_HOME => (parent(of), parent(of)),
            Role::Child { of } => (parent(of), index),
        };
        let birth = self.birth_date(index, REFERENCE_YEAR - age);
        Sketch { index, role, age, birth, sex, founder, home }
    }

    /// The birthday that falls in the reference year: all that a search by name asks of most of those it looks at.
    pub(super) fn age_in(&self, plan: &Plan, index: u64) -> u16 {
        let place = (index % CELL) as u8;
        match plan.role(place) {
            Role::Alone | Role::Head => self.adult_age(plan, index),
            Role::Spouse => self.spouse_age(plan, index),
            Role::Child { of } => self.child_age(plan, index, index - u64::from(place - of)),
        }
    }

    fn adult_age(&self, plan: &Plan, index: u64) -> u16 {
        let mut draw = self.keys.draw(Topic::Age, index);
        let is_parent = plan.children((index % CELL) as u8).next().is_some();
        let from = *if is_parent { draw.weighted(&PARENTS) } else { draw.weighted(&PYRAMID) };
        from + draw.below(5) as u16
    }

    fn spouse_age(&self, plan: &Plan, index: u64) -> u16 {
        let age = self.adult_age(plan, index - 1) + 3;
        age.saturating_sub(self.keys.draw(Topic::Age, index).below(9) as u16).max(YOUNGEST_ADULT)
    }

    /// Born when the parent was 19 to 43: of age, whatever their birthdays.
    fn child_age(&self, plan: &Plan, index: u64, parent: u64) -> u16 {
        let parent = self.adult_age(plan, parent);
        let youngest = YOUNGEST_PARENT;
        let gap = self.keys.draw(Topic::Age, index).below(u64::from(parent.min(43) - youngest) + 1);
        parent - youngest - gap as u16
    }

    /// A spouse is of the other sex, most of the time.
    fn sex(&self, index: u64, role: Role) -> Sex {
        let mut draw = self.keys.draw(Topic::Sex, index);
        let female = if role == Role::Spouse {
            (self.sex(index - 1, Role::Head) == Sex::Male) != draw.chance(30)
        } else {
            draw.chance(515)
        };
        if female { Sex::Female } else { Sex::Male }
    }
}

const YOUNGEST_ADULT: u16 = 20;
const YOUNGEST_PARENT: u16 = 19;

/// Grown-up children live in a home of their own.
const LEAVES_HOME: u16 = 24;

/// Weights of the ages of those who have children, five years each, from this one on.
const PARENTS: [(u32, u16); 12] = [
    (60, 25),
    (140, 30),
    (180, 35),
    (180, 40),
    (150, 45),
    (100, 50),
    (60, 55),
    (40, 60),
    (30, 65),
    (30, 70),
    (20, 75),
    (10, 80),
];

/// The same for the others.
const PYRAMID: [(u32, u16); 17] = [
    (60, 20),
    (80, 25),
    (60, 30),
    (50, 35),
    (50, 40),
    (55, 45),
    (70, 50),
    (85, 55),
    (95, 60),
    (100, 65),
    (95, 70),
    (70, 75),
    (50, 80),
    (35, 85),
    (15, 90),
    (4, 95),
    (1, 100),
];

/// The layouts and their weights.
static PLANS: [(u32, Plan); 6] = [
    (5, Plan { proxies: &[(4, 0)], collective: &[7, 8], ..Plan::new(b"ABccSABSScABABcS") }),
    (4, Plan { proxies: &[(0, 1)], ..Plan::new(b"SSABABccScABSABc") }),
    (3, Plan { proxies: &[(9, 0)], undivided: &[2, 3, 4], ..Plan::new(b"ABcccSABcSABccSS") }),
    (1, Plan { ward: Some((6, 0)), ..Plan::new(b"ABccABSScABSSABc") }),
    (3, Plan { proxies: &[(12, 8)], collective: &[9, 12, 13], ..Plan::new(b"ScABcccABSABSSAB") }),
    (1, Plan { ward: Some((1, 2)), undivided: &[4, 5], ..Plan::new(b"SSABccABccSABABS") }),
];

//! Who of the population declares with whom, and how much.
//!
//! A couple files together, a widowed spouse alone; children are at the charge of the one whose children they are. The income is
//! the household's level, drawn once, times the ceiling of the LEP for its shares, so that it rises as prices do: whoever holds a
//! LEP was eligible when it was opened and every year since, the last one apart, in which some have come to earn too much.

use jiff::civil::date;

use crate::register::{
    draw::Topic,
    id::{Origin, PersonId},
    law,
    population::{
        Population,
        plan::{Role, Sketch},
        products::LEP,
        time::REFERENCE_YEAR,
    },
    tax::{
        Assessment, Situation, TaxStanding, half_shares,
        lep::{Zone, ceiling},
    },
};

/// Those who declare together in a year, first declarant first.
struct Household {
    first: Sketch,
    second: Option<Sketch>,
    /// Whether one of a couple died in an earlier year.
    widowed: bool,
    /// What its level is drawn from: the same in every year.
    key: u64,
}

impl Population {
    pub(in crate::register) fn tax_standing(&self, index: u64, year: u16) -> TaxStanding {
        let sketch = self.sketch(index);
        if !self.lives_in(&sketch, year) {
            return TaxStanding::Unassessed;
        }
        if let Some(parent) = self.attached_to(&sketch, year) {
            let parents = self.household(&parent, year);
            let assessed = parents.and_then(|household| self.assess(&household, year));
            if let Some(assessment) = assessed {
                return TaxStanding::Dependant(assessment.first);
            }
        }
        let assessed =
            self.household(&sketch, year).and_then(|household| self.assess(&household, year));
        assessed.map_or(TaxStanding::Unassessed, TaxStanding::Declarant)
    }

    /// Those who declare with this person, if they are of age before the year is over.
    fn household(&self, sketch: &Sketch, year: u16) -> Option<Household> {
        let declares = |sketch: &Sketch| self.declares(sketch, year) && self.lives_in(sketch, year);
        if !declares(sketch) {
            return None;
        }
        let other = match sketch.role {
            Role::Head => Some(sketch.index + 1).filter(|spouse| *spouse < self.size),
            Role::Spouse => Some(sketch.index - 1),
            Role::Alone | Role::Child { .. } => None,
        };
        let other = other.map(|index| self.sketch(index));
        let widowed = other.is_some_and(|other| {
            self.death(&other).is_some_and(|death| death.year().unsigned_abs() < year)
        });
        let other = other.filter(declares);
        let (first, second) = match (sketch.role, other) {
            (Role::Spouse, Some(head)) => (head, Some(*sketch)),
            (_, other) => (*sketch, other),
        };
        let key = if sketch.role == Role::Spouse { sketch.index - 1 } else { sketch.index };
        Some(Household { first, second, widowed, key })
    }

    /// The household's assessment, unless it declares nothing.
    fn assess(&self, household: &Household, year: u16) -> Option<Assessment> {
        let booklets = self.years_of_leps(household);
        let mut draw = self.keys.draw(Topic::Assessment, household.key);
        let abroad = self.is_abroad(household.first.home);
        let missing = if abroad { NON_RESIDENTS_WITHOUT } else { RESIDENTS_WITHOUT };
        if draw.chance(missing) && booklets.is_none() {
            return None;
        }
        let dependants = self.dependants(&household.first, year);
        let situation = self.situation(household, year);
        let half_shares = half_shares(situation, dependants);
        let level = self.level(household, year, booklets);
        let ceiling = ceiling(year + 1, Zone::Metropole, half_shares);
        let reference_income = (u64::from(ceiling) * level / 1_000_000) as u32;
        Some(Assessment {
            income_year: year,
            situation,
            first: id(&household.first),
            second: household.second.as_ref().map(id),
            dependants,
            half_shares,
            reference_income,
        })
    }

    /// The household's income of a year, in millionths of the ceiling of the LEP.
    fn level(&self, household: &Household, year: u16, last_opening: Option<u16>) -> u64 {
        let mut draw = self.keys.draw(Topic::Income, household.key);
        let young = year.saturating_sub(household.first.birth.year()) < 25;
        let bands = match (last_opening, young) {
            (Some(_), _) => HOLDERS,
            (None, true) => YOUNG,
            (None, false) => INCOMES,
        };
        let (low, high) = *draw.weighted(bands);
        let mut level = low + draw.below(high - low);
        let eligible_until = last_opening.map(|opened| (REFERENCE_YEAR - 2).max(opened - 1));
        let (rises, by) = (draw.chance(150), draw.below(400));
        if rises && eligible_until.is_some_and(|until| year > until) {
            level = 1_035 + by;
        }
        let of_year = household.key << 12 | u64::from(year);
        let swing = 970 + self.keys.draw(Topic::IncomeOfYear, of_year).below(61);
        level * swing
    }

    fn situation(&self, household: &Household, year: u16) -> Situation {
        let mut draw = self.keys.draw(Topic::Situation, household.key);
        if let Some(second) = &household.second {
            let has_spouse_s_name = self.person(second.index).usage_name.is_some();
            let married = has_spouse_s_name || draw.chance(550);
            return if married { Situation::Married } else { Situation::CivilUnion };
        }
        let of_age = match year.saturating_sub(household.first.birth.year()) {
            ..35 => [96, 4, 0],
            35..60 => [60, 38, 2],
            60..75 => [30, 42, 28],
            75.. => [15, 20, 65],
        };
        let [single, divorced, widowed] = of_age;
        match household.first.role {
            Role::Alone | Role::Child { .. } => *draw.weighted(&[
                (single, Situation::Single),
                (divorced, Situation::Divorced),
                (widowed, Situation::Widowed),
            ]),
            Role::Head | Role::Spouse if household.widowed => Situation::Widowed,
            Role::Head | Role::Spouse => Situation::Single,
        }
    }

    /// How many children are at the charge of this declarant or of their spouse.
    fn dependants(&self, declarant: &Sketch, year: u16) -> u8 {
        let plan = self.plan(declarant.index);
        let parent = declarant.place() - u8::from(declarant.role == Role::Spouse);
        let children = plan.children(parent).map(|place| declarant.neighbour(place));
        let is_dependant = |child: &u64| {
            let child = self.sketch(*child);
            self.lives_in(&child, year) && self.is_attached(&child, year)
        };
        children.filter(|index| *index < self.size).filter(is_dependant).count() as u8
    }

    /// The parent at whose charge a child is: the head of the family, or the spouse who outlived them.
    fn attached_to(&self, child: &Sketch, year: u16) -> Option<Sketch> {
        let Role::Child { of } = child.role else { return None };
        if !self.is_attached(child, year) {
            return None;
        }
        let parent = self.sketch(child.neighbour(of));
        let has_spouse = parent.role == Role::Head && parent.index + 1 < self.size;
        let spouse = has_spouse.then(|| self.sketch(parent.index + 1));
        [Some(parent), spouse].into_iter().flatten().find(|one| self.lives_in(one, year))
    }

    /// A minor is attached on 1 January; a grown-up child until 21, a student until 25, or sooner. Whoever opened a LEP declares
    /// alone from the year before on.
    fn is_attached(&self, child: &Sketch, year: u16) -> bool {
        let mut draw = self.keys.draw(Topic::Attachment, child.index);
        let until = *draw.weighted(&[(25, law::MAJORITY), (35, 21), (20, 23), (20, 25)]);
        let young = child.birthday(until) > date(year as i16, 1, 1);
        young && self.lep_opened(child).is_none_or(|opened| year + 1 < opened)
    }

    /// The year in which the last LEP of the household was opened.
    fn years_of_leps(&self, household: &Household) -> Option<u16> {
        let couple = match household.first.role {
            Role::Head => Some(household.first.index + 1),
            Role::Spouse => Some(household.first.index - 1),
            Role::Alone | Role::Child { .. } => None,
        };
        let other = couple.filter(|index| *index < self.size).map(|index| self.sketch(index));
        [Some(household.first), other].iter().flatten().filter_map(|one| self.lep_opened(one)).max()
    }

    /// Whether they declare for themselves: of age before the year is over, or about to open a LEP.
    fn declares(&self, sketch: &Sketch, year: u16) -> bool {
        sketch.birthday(law::MAJORITY) <= date(year as i16, 12, 31)
            || self.lep_opened(sketch).is_some_and(|opened| opened <= year + 1)
    }

    fn lep_opened(&self, sketch: &Sketch) -> Option<u16> {
        let holding = self.persons_holding(&self.saver(sketch.index), LEP)?;
        Some(holding.opened.year().unsigned_abs())
    }

    /// Whether they were alive for some part of the year.
    fn lives_in(&self, sketch: &Sketch, year: u16) -> bool {
        let dead = self.death(sketch).is_some_and(|death| death.year().unsigned_abs() < year);
        sketch.birth.year() <= year && !dead
    }
}

fn id(sketch: &Sketch) -> PersonId {
    PersonId(Origin::Generated(sketch.index))
}

/// Households that declare nothing, in a thousand.
const RESIDENTS_WITHOUT: u32 = 15;
/// Non-residents without income of French source, in a thousand.
const NON_RESIDENTS_WITHOUT: u32 = 600;

/// Weights of levels, in thousandths of the ceiling: half of the households are under it (ministry of the economy, 2024).
const INCOMES: &[(u32, (u64, u64))] = &[
    (8, (100, 300)),
    (16, (300, 600)),
    (19, (600, 900)),
    (7, (900, 1_000)),
    (7, (1_000, 1_100)),
    (20, (1_100, 1_500)),
    (16, (1_500, 2_500)),
    (6, (2_500, 5_000)),
    (1, (5_000, 12_000)),
];

const YOUNG: &[(u32, (u64, u64))] =
    &[(30, (50, 300)), (40, (300, 700)), (25, (700, 1_100)), (5, (1_100, 1_600))];

/// Of those who have a LEP: under the ceiling in the best of years too.
const HOLDERS: &[(u32, (u64, u64))] =
    &[(10, (150, 400)), (30, (400, 650)), (45, (650, 900)), (15, (900, 970))];

//! The records of generated people.

use jiff::{ToSpan, civil::Date};

use crate::{
    domain::{ComparisonName, Spi},
    register::{
        data_ranges as ranges,
        draw::Topic,
        id::{CompanyId, Origin},
        person::{Person, Sex},
        population::{
            Population,
            plan::{CELL, Role, Sketch},
            time::{REFERENCE, REFERENCE_YEAR, between},
        },
    },
};

/// How many people the population's SPIs can name.
pub(crate) const MOST_PEOPLE: u64 =
    *ranges::SPI_BASES_OF_PERSONAS.start() - *ranges::SPI_BASES.start();

impl Population {
    /// The record of this index.
    pub(in crate::register) fn person(&self, index: u64) -> Person {
        let sketch = self.sketch(index);
        let (birth, birthplace) = self.birth(&sketch);
        let birth_name = self.surnames.of_founder(sketch.founder);
        let mut draw = self.keys.draw(Topic::Names, index);
        let list = if sketch.sex == Sex::Female { &self.female_names } else { &self.male_names };
        let mut first_names: Vec<String> = Vec::with_capacity(3);
        if draw.chance(COMPOUND_PER_MILLE) {
            let halves = if sketch.sex == Sex::Female { FEMALE_HALVES } else { MALE_HALVES };
            first_names.push(draw.weighted(halves).concat());
        }
        for _ in 0..*draw.weighted(&[(25, 1), (45, 2), (30, 3)]) {
            let name = draw.pick(list);
            if !first_names.contains(name) {
                first_names.push(name.clone());
            }
        }
        let married = sketch.role == Role::Spouse
            && draw.chance(if sketch.sex == Sex::Female { 750 } else { 20 });
        let usage_name = married
            .then(|| self.surnames.of_founder(sketch.home))
            .filter(|name| *name != birth_name);
        Person {
            spi: self.spi(&sketch),
            birth_name,
            usage_name,
            first_names,
            sex: sketch.sex,
            birth,
            birthplace,
            death: self.death(&sketch),
            address: self.home(sketch.home),
            communicable: !draw.chance(1),
            business: self.business(index).map(|company| CompanyId(Origin::Generated(company))),
        }
    }

    pub(in crate::register) fn person_by_spi(&self, spi: &Spi) -> Option<u64> {
        let image = spi
            .base()
            .checked_sub(*ranges::SPI_BASES.start())
            .filter(|image| *image < MOST_PEOPLE)?;
        let index = self.spis.undo(image);
        (index < self.size && self.spi(&self.sketch(index)) == Some(*spi)).then_some(index)
    }

    /// Everyone of this surname born in these years, in order.
    pub(in crate::register) fn people_named(
        &self,
        name: &ComparisonName,
        years: &std::ops::RangeInclusive<u16>,
    ) -> Vec<u64> {
        let mut people = Vec::new();
        for founder in self.surnames.founders(name, self.size) {
            let plan = self.plan(founder);
            let place = (founder % CELL) as u8;
            if matches!(plan.role(place), Role::Child { .. }) {
                continue;
            }
            let family = [place]
                .into_iter()
                .chain(plan.children(place))
                .map(|place| founder / CELL * CELL + u64::from(place));
            let born = |&index: &u64| years.contains(&(REFERENCE_YEAR - self.age_in(plan, index)));
            people.extend(family.filter(|&index| index < self.size).filter(born));
        }
        people.sort_unstable();
        people
    }

    /// Half of the minors have no number yet.
    fn spi(&self, sketch: &Sketch) -> Option<Spi> {
        if sketch.is_minor() && self.keys.draw(Topic::Spi, sketch.index).chance(500) {
            return None;
        }
        Spi::from_base(ranges::SPI_BASES.start() + self.spis.apply(sketch.index))
    }

    /// The day of death, in the last three years. Whoever runs a company (place 0 of a cell), represents a minor or protects
    /// an adult lives.
    pub(super) fn death(&self, sketch: &Sketch) -> Option<Date> {
        let per_mille = match sketch.age {
            ..50 => 1,
            50..70 => 6,
            70..80 => 20,
            80..90 => 50,
            90.. => 120,
        };
        let mut draw = self.keys.draw(Topic::Death, sketch.index);
        let dead = sketch.age > 3 && sketch.place() != 0 && draw.chance(per_mille);
        let day = dead.then(|| between(&mut draw, REFERENCE.saturating_sub(3.years()), REFERENCE));
        day.filter(|_| !self.acts_for_another(sketch))
    }

    /// Whether they have minor children, or a protected adult.
    fn acts_for_another(&self, sketch: &Sketch) -> bool {
        let plan = self.plan(sketch.index);
        let guards = plan.ward.is_some_and(|(_, guardian)| guardian == sketch.place());
        let mut children = plan.children(sketch.place());
        guards || children.any(|place| self.sketch_in(plan, sketch.neighbour(place)).is_minor())
    }
}

/// First names of two parts, as often as in files of all ages, roughly.
const COMPOUND_PER_MILLE: u32 = 70;

const MALE_HALVES: &[(u32, [&str; 2])] = &[
    (20, ["JEAN-", "PIERRE"]),
    (12, ["JEAN-", "CLAUDE"]),
    (10, ["JEAN-", "LUC"]),
    (10, ["JEAN-", "FRANÇOIS"]),
    (9, ["JEAN-", "MICHEL"]),
    (8, ["JEAN-", "MARC"]),
    (8, ["JEAN-", "PAUL"]),
    (6, ["JEAN-", "BAPTISTE"]),
    (4, ["PIERRE-", "YVES"]),
    (3, ["CHARLES-", "HENRI"]),
];

const FEMALE_HALVES: &[(u32, [&str; 2])] = &[
    (14, ["MARIE-", "CHRISTINE"]),
    (10, ["MARIE-", "CLAUDE"]),
    (10, ["ANNE-", "MARIE"]),
    (9, ["MARIE-", "THÉRÈSE"]),
    (8, ["MARIE-", "FRANCE"]),
    (7, ["ANNE-", "SOPHIE"]),
    (6, ["MARIE-", "HÉLÈNE"]),
    (5, ["ROSE-", "MARIE"]),
    (3, ["MARIE-", "NOËLLE"]),
];

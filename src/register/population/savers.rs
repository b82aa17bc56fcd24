//! The accounts of generated people: which ones, at which bank, from when and until when.

use jiff::civil::Date;

use crate::register::{
    bank::Counter,
    draw::{Draw, Topic},
    law,
    population::{
        Population,
        accounts::{AccountPlace, Holding},
        plan::{Role, Sketch},
        products::{
            BOOKLET, COLLECTIVE, CURRENT, JOINT, Needs, PRODUCTS, Product, ProductKind,
            SECOND_CURRENT, UNDIVIDED,
        },
        time::{REFERENCE, between, common},
    },
};

/// Someone who may have accounts.
pub(super) struct Saver {
    pub(super) sketch: Sketch,
    pub(super) death: Option<Date>,
    pub(super) abroad: bool,
}

impl Saver {
    /// The last day on which they do something.
    pub(super) fn last(&self) -> Date {
        self.death.unwrap_or(REFERENCE)
    }

    /// The days on which they may open such an account at such a bank.
    fn window(&self, product: &Product, bank: &Counter) -> Option<(Date, Date)> {
        let birth = self.sketch.birth;
        let mut natures = product.what.natures(bank.trade).iter();
        let mut next = || {
            let rule = law::rule(*natures.next()?)?;
            let window = rule.window(birth, bank.trade)?;
            (!rule.residents_only || !self.abroad).then_some(window)
        };
        // Natures that follow one another make one run of days.
        let (first, mut last) = next()?;
        if let Some((_, later)) = next() {
            last = later;
        }
        common((first, last), (self.sketch.birthday(product.from_age), self.last()))
    }
}

impl Population {
    pub(super) fn saver(&self, index: u64) -> Saver {
        let sketch = self.sketch(index);
        Saver { death: self.death(&sketch), abroad: self.is_abroad(sketch.home), sketch }
    }

    /// The account of this slot, if the person has one.
    pub(super) fn persons_holding(&self, owner: &Saver, slot: u8) -> Option<Holding<'_>> {
        let product = &PRODUCTS[usize::from(slot)];
        let index = AccountPlace::Person { owner: owner.sketch.index, slot }.index();
        if !self.keys.draw(Topic::Holding, index).chance(product.per_mille) {
            return None;
        }
        let others = self.holders_beside(owner, product.needs)?;
        let mut draw = self.keys.draw(Topic::Account, index);
        let (bank, agency) = self.counter(&owner.sketch, product, &mut draw)?;
        let mut window = owner.window(product, bank)?;
        for other in &others {
            window = common(window, other.window(product, bank)?)?;
        }
        let opened = between(&mut draw, window.0, window.1);
        let nature = product.what.nature(bank.trade, opened);
        let opening_reason = *draw.weighted(&[(92, 0), (5, 1), (2, 2), (1, 3)]);
        let fiscal_date = (opening_reason == 1).then(|| between(&mut draw, window.0, opened));
        let closed = closing(owner, product, nature, opened, &mut draw);
        let is_main = slot == CURRENT && self.persons_holding(owner, SECOND_CURRENT).is_some();
        let shared = JOINT.contains(&slot);
        let death = owner.death;
        let mut holding = Holding {
            bank,
            agency,
            opened,
            fiscal_date,
            opening_reason,
            closed,
            nature,
            kind: match slot {
                UNDIVIDED => 4,
                COLLECTIVE => 3,
                _ if shared => 2,
                _ => 1,
            },
            characteristic: if is_main { 2 } else { 1 },
            succession: !shared && death.is_some_and(|death| closed.is_none_or(|day| day >= death)),
            non_resident: owner.abroad,
            currency: product.currency(&mut draw),
            without_iban: product.what == ProductKind::Safe && draw.chance(500),
            rights: Vec::new(),
            draw,
        };
        holding.rights = self.rights_of_person(index, owner, &others, slot, &holding);
        Some(holding)
    }

    /// Who holds the account beside its owner; none when those whom it needs are not there.
    fn holders_beside(&self, owner: &Saver, needs: Needs) -> Option<Vec<Saver>> {
        let sketch = &owner.sketch;
        let plan = self.plan(sketch.index);
        let group = |group: &[u8]| {
            let (first, others) = group.split_first()?;
            let saver = |&place| self.saver(sketch.neighbour(place));
            (*first == sketch.place()).then(|| others.iter().map(saver).collect())
        };
        match needs {
            Needs::Nothing => Some(Vec::new()),
            Needs::Booklet => self.persons_holding(owner, BOOKLET).map(|_| Vec::new()),
            Needs::Spouse if sketch.role == Role::Head => Some(vec![self.saver(sketch.index + 1)]),
            Needs::Spouse => None,
            Needs::CoOwners => group(plan.undivided),
            Needs::Members => group(plan.collective),
        }
    }

    /// The bank and the agency: most often the household's.
    fn counter(
        &self,
        owner: &Sketch,
        product: &Product,
        draw: &mut Draw,
    ) -> Option<(&Counter, u64)> {
        let elsewhere = product.elsewhere || draw.chance(150);
        let current = product.is_current();
        let of_its_own = draw.next();
        let mut of_household = self.keys.draw(Topic::Household, owner.home);
        let household = of_household.pick(self.counters.retail());
        let keeps = |bank: &Counter| product.what.is_kept_by(bank.trade);
        if !elsewhere && keeps(household) {
            return Some((household, of_household.below(household.agencies.into())));
        }
        let all = if current { self.counters.all() } else { self.counters.retail() };
        let count = all.iter().filter(|bank| keeps(bank)).count() as u64;
        let at = ((u128::from(of_its_own) * u128::from(count)) >> 64) as usize;
        let bank = all.iter().filter(|bank| keeps(bank)).nth(at)?;
        Some((bank, draw.below(bank.agencies.into())))
    }

    /// The places of a cell whose people may have accounts on which this person has a right, in order.
    pub(super) fn places_shared_with(&self, person: u64) -> impl Iterator<Item = u64> + use<> {
        let plan = self.plan(person);
        let place = (person % super::plan::CELL) as u8;
        let first = person - u64::from(place);
        let role = plan.role(place);
        let leads = |group: &[u8]| group.contains(&place).then(|| group[0]);
        let mut places: Vec<u8> = [place].into_iter().chain(plan.children(place)).collect();
        places.extend((role == Role::Spouse).then(|| place - 1));
        places.extend(leads(plan.undivided));
        places.extend(leads(plan.collective));
        places.extend(plan.proxies.iter().filter(|(_, agent)| *agent == place).map(|(of, _)| *of));
        places.extend(plan.ward.filter(|(_, guardian)| *guardian == place).map(|(ward, _)| ward));
        places.sort_unstable();
        places.dedup();
        let size = self.size;
        places.into_iter().map(move |place| first + u64::from(place)).filter(move |at| *at < size)
    }
}

/// The day on which the account was closed, if it was.
fn closing(
    owner: &Saver,
    product: &Product,
    nature: u16,
    opened: Date,
    draw: &mut Draw,
) -> Option<Date> {
    let kept = law::rule(nature).and_then(|rule| rule.kept_until(owner.sketch.birth));
    let last = owner.last().min(kept.unwrap_or(REFERENCE));
    match owner.death {
        _ if product.closed => Some(between(draw, opened, last)),
        _ if kept.is_some_and(|kept| kept < REFERENCE) => Some(between(draw, opened, last)),
        Some(death) => draw.chance(550).then(|| between(draw, death.max(opened), REFERENCE)),
        None => draw.chance(30).then(|| between(draw, opened, last)),
    }
}

//! One demand, from its attributes to what may be told of what was found.
//!
//! The checks are in the order of the module's diagram: presence and form, rights, dates, then the search's own.

use jiff::civil::Date;

use super::{
    anomaly::{Anomaly, Code},
    dates,
    demande::{self, Choice, Dates, Demande, MultiDet, NumCpte, Object, Search},
    moment,
    motif::{Definition, Motifs},
    permission::{self, Asked, Refused},
    reply::Content,
    restitution::{Manner, Restitution, Verification},
    scopes,
    search::{self, Civil, Found, Named, Nothing, Number, Subject},
};
use crate::{
    api::Request,
    domain::{BankCode, Iban, Spi},
    journal::Facts,
    register::{Account, nomenclature::Nature},
};

/// A demand that is being answered.
pub(super) struct Run<'r, 'o, 'a> {
    /// The request that brought it.
    pub(super) request: &'r Request<'r>,
    pub(super) motifs: &'r Motifs,
    /// Its attributes.
    pub(super) body: &'o Object<'a>,
    /// What it asks.
    pub(super) search: Search,
    /// What is noted of it.
    pub(super) facts: &'o mut Facts,
}

/// A demand whose envelope, rights and dates are good.
struct Allowed<'r, C> {
    motif: &'r Definition,
    criteria: C,
    today: Date,
}

impl<'r> Run<'r, '_, '_> {
    /// What may be told.
    pub(super) fn content(mut self) -> Result<Content<'r>, Anomaly> {
        match self.search {
            Search::NumCpte => self.num_cpte(),
            Search::Spi => self.spi(),
            Search::SiretSiren => self.siret_siren(),
            Search::PerPro => self.per_pro(),
            Search::PerPhy => self.per_phy(),
            Search::VerifIban => self.verif_iban(),
            Search::MultiDet => self.multi_det(),
        }
    }

    fn num_cpte(&mut self) -> Result<Content<'r>, Anomaly> {
        let demande = demande::num_cpte(self.body)?;
        let verification = demande.criteria.as_ref().is_ok_and(|criteria| criteria.verification);
        let Allowed { motif, criteria: NumCpte { iban, .. }, .. } =
            self.allow(demande, verification)?;
        self.check_bank(motif, &iban)?;
        let register = &self.request.register;
        if verification {
            let account = search::existing(register, &iban);
            return Ok(self.verified(motif, account.as_deref()));
        }
        let account =
            search::by_iban(register, &iban).map_err(|nothing| code(nothing, self.search))?;
        let seen = self.restitution(motif).account(account).ok_or(Code::Caf021)?;
        Ok(Content::Account(seen.is_seen().then_some(seen)))
    }

    fn spi(&mut self) -> Result<Content<'r>, Anomaly> {
        let Allowed { motif, criteria, .. } = self.allow::<Spi>(demande::spi(self.body)?, false)?;
        self.found(motif, search::by_spi(&self.request.register, &criteria))
    }

    fn siret_siren(&mut self) -> Result<Content<'r>, Anomaly> {
        let Allowed { motif, criteria, .. } =
            self.allow::<Number>(demande::siret_siren(self.body)?, false)?;
        self.found(motif, search::by_number(&self.request.register, criteria))
    }

    fn per_pro(&mut self) -> Result<Content<'r>, Anomaly> {
        let Allowed { motif, criteria, .. } =
            self.allow::<Named>(demande::per_pro(self.body)?, false)?;
        self.found(motif, search::by_designation(&self.request.register, &criteria, self.most()))
    }

    fn per_phy(&mut self) -> Result<Content<'r>, Anomaly> {
        let Allowed { motif, criteria, .. } =
            self.allow::<Civil>(demande::per_phy(self.body)?, false)?;
        self.found(motif, search::by_civil_status(&self.request.register, &criteria, self.most()))
    }

    fn verif_iban(&mut self) -> Result<Content<'r>, Anomaly> {
        let Allowed { motif, criteria: iban, today } =
            self.allow::<Iban>(demande::verif_iban(self.body)?, false)?;
        let choice = demande::verif_iban_choice(self.body)?;
        self.check_choice(choice)?;
        let subject = self.subject(demande::verif_iban_subject(self.body, choice)?, today)?;
        self.check_bank(motif, &iban)?;
        let register = &self.request.register;
        let account = search::existing(register, &iban);
        let held = account.filter(|account| search::holds(register, account, &subject, today));
        Ok(self.verified(motif, held.as_deref()))
    }

    fn multi_det(&mut self) -> Result<Content<'r>, Anomaly> {
        let Allowed { motif, criteria: MultiDet { agreed, nature }, today } =
            self.allow(demande::multi_det(self.body)?, false)?;
        let choice = demande::multi_det_choice(self.body)?;
        self.check_choice(choice)?;
        let subject =
            self.subject(demande::multi_det_subject(self.body, choice, nature)?, today)?;
        let register = &self.request.register;
        let found = search::savings(register, &subject, &group(nature), self.most(), today);
        let accounts = found.map_err(|nothing| multi_det_code(nothing, choice))?;
        let restitution = self.restitution(motif);
        let accounts = restitution.kept(accounts);
        if accounts.is_empty() {
            return Err(Code::Caf020.into());
        }
        let count = accounts.len();
        let accounts = if agreed { restitution.savings(accounts) } else { None };
        Ok(Content::Savings { count, counted: restitution.counts(), accounts })
    }

    /// Rights, then dates; then the code that an attribute has of its own.
    fn allow<C>(
        &mut self,
        demande: Demande<C>,
        verification: bool,
    ) -> Result<Allowed<'r, C>, Anomaly> {
        let Demande { day, motif, applicant, dates, criteria } = demande;
        let asked = Asked { motif, applicant, search: self.search, verification };
        let convention = self.request.call.convention();
        let judged = permission::judge(self.motifs, convention, &asked);
        let motif = judged.map_err(|refused| self.refuse(refused))?;
        let judged = permission::judge_criteria(motif, &asked, self.search.table(), self.body);
        judged.map_err(|refused| self.refuse(refused))?;
        let today = moment::today(self.request.now);
        dates::check(&dates, day, today).map_err(|code| dates::explained(code, &dates, today))?;
        Ok(Allowed { motif, criteria: criteria?, today })
    }

    /// The way of searching that an indicator chose.
    fn check_choice(&mut self, choice: Choice) -> Result<(), Anomaly> {
        let Some(grant) = &self.request.call.convention().grants.ficoba else {
            return Err(Code::Caf031.into());
        };
        permission::judge_choice(grant, self.search, choice).map_err(|refused| self.refuse(refused))
    }

    /// Whom a chosen block describes, dates included.
    fn subject(
        &self,
        (dates, subject): (Dates, Result<Subject, Anomaly>),
        today: Date,
    ) -> Result<Subject, Anomaly> {
        // The demand's own was checked before.
        dates::check(&dates, today, today).map_err(|code| dates::explained(code, &dates, today))?;
        subject
    }

    /// A motif that is tied to the applicant's own establishment takes its accounts only (CAF037).
    fn check_bank(&self, motif: &Definition, iban: &Iban) -> Result<(), Anomaly> {
        if motif.filter.other_banks || self.own_bank() == Some(iban.bank()) {
            Ok(())
        } else {
            Err(Code::Caf037.into())
        }
    }

    fn found(
        &self,
        motif: &Definition,
        found: Result<Vec<Found>, Nothing>,
    ) -> Result<Content<'r>, Anomaly> {
        let found = found.map_err(|nothing| code(nothing, self.search))?;
        let restitution = self.restitution(motif);
        let seen: Vec<_> = found.into_iter().filter_map(|found| restitution.found(found)).collect();
        if seen.is_empty() { Err(Code::Caf021.into()) } else { Ok(Content::Found(seen)) }
    }

    /// Yes for an account, open or closed; no for none.
    fn verified(&self, motif: &Definition, account: Option<&Account>) -> Content<'r> {
        let gives_closing_date = self.request.config.ficoba.verification_close_date;
        let closed = account.and_then(|account| account.closed).filter(|_| gives_closing_date);
        let exists = account.is_some();
        Content::Verification {
            exists,
            record: self.restitution(motif).verification(Verification { exists, closed }),
        }
    }

    fn restitution(&self, motif: &Definition) -> Restitution<'r> {
        let config = &self.request.config.ficoba;
        let manner = Manner {
            extended: config.extended_person,
            accents: config.accents,
            partial_dates: config.partial_dates,
        };
        Restitution::new(
            &self.request.register,
            motif.filter,
            scopes(self.request),
            self.own_bank(),
            manner,
        )
    }

    fn own_bank(&self) -> Option<BankCode> {
        self.request.call.convention().grants.ficoba.as_ref().and_then(|grant| grant.establishment)
    }

    fn most(&self) -> usize {
        usize::try_from(self.request.config.ficoba.max_answers.get()).unwrap_or(usize::MAX)
    }

    /// A right that is missing is the journal's to know: control 5 sees the API only, the search is ours.
    fn refuse(&mut self, refused: Refused) -> Anomaly {
        if let Some(reason) = refused.reason {
            self.facts.refused_right = Some(reason);
        }
        refused.anomaly
    }
}

/// The natures that a nature is looked for with: livret A and livret bleu are one product (PT 8.3.2; the way back is a
/// *decision*).
fn group(nature: &Nature) -> Vec<u16> {
    match nature.code {
        LIVRET_A | LIVRET_BLEU => vec![LIVRET_A, LIVRET_BLEU],
        other => vec![other],
    }
}

/// The code of a search that finds nothing.
fn code(nothing: Nothing, search: Search) -> Code {
    match nothing {
        Nothing::NoBank => Code::Caf022,
        Nothing::NoBranch => Code::Caf023,
        Nothing::NoAccount => Code::Caf011,
        Nothing::NobodyAttached => Code::Caf026,
        Nothing::NoneAtAddress => Code::Caf028,
        Nothing::NoAccountAtAddress => Code::Caf029,
        Nothing::TooMany => Code::Caf036,
        Nothing::Nobody => match search {
            Search::NumCpte | Search::VerifIban => Code::Caf011,
            Search::Spi => Code::Caf007,
            Search::SiretSiren => Code::Caf009,
            Search::PerPhy | Search::MultiDet => Code::Caf013,
            Search::PerPro => Code::Caf015,
        },
    }
}

fn multi_det_code(nothing: Nothing, choice: Choice) -> Code {
    match choice {
        Choice::Person => code(nothing, Search::PerPhy),
        // PT 8.6 knows neither CAF028 nor CAF029: a company that is not at the address is not the one that is asked for.
        Choice::Company if nothing == Nothing::NoneAtAddress => Code::Caf015,
        Choice::Company => code(nothing, Search::PerPro),
        Choice::Number => code(nothing, Search::SiretSiren),
    }
}

const LIVRET_A: u16 = 201;
const LIVRET_BLEU: u16 = 202;

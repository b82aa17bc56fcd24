//! The controls of the gateway, in the CGU's order (CGU FICOBA 4, CGU R2P 4); nothing here knows HTTP.
//!
//! Each control is one question in one file, a pure function from facts to a proof or a [`Refusal`]. [`Gate::identify`]
//! asks the first two, which need no request but its connection; [`Gate::entitle`] asks 3 to 5, and [`Gate::admit`] takes what
//! the quota said. The proof of all six is a [`Call`], and only this module makes one: no API can be reached without it.

mod address;
mod certificate;
mod change;
mod identity;
mod quota;
mod reason;
mod refusal;
mod remedy;
mod rights;
mod tally;
mod technical_id;

use std::{net::IpAddr, num::NonZeroU32, sync::Arc};

use jiff::{SignedDuration, Timestamp};

pub use self::{
    change::Change,
    quota::{QuotaState, Quotas},
    refusal::{Refusal, Verdict},
    tally::{Alone, Window},
};
pub use crate::domain::Control;
use crate::{
    clock::Clock,
    directory::{Convention, Directory},
    peer::{ClientCertificate, TrustStore},
    rights::ApiId,
    tokens::{Token, Tokens},
};

/// What the controls judge with.
pub struct Gate<'a> {
    /// The partners.
    pub directory: &'a Directory,
    /// The authority and its revocation list.
    pub trust: &'a TrustStore,
    pub tokens: &'a Tokens,
    /// The product's time.
    pub clock: &'a Clock,
    /// How strictly.
    pub policy: &'a Policy,
}

/// The settings that the controls obey.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The partner that a caller is served as when the controls only watch; nothing when they refuse.
    pub observe_as: Option<String>,
    /// How long an expired token is still accepted.
    pub skew: SignedDuration,
    /// Whether `bearer` in any case introduces a token.
    pub bearer_any_case: bool,
}

/// Who is at the other end, as far as the connection tells.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// The certificate it holds the key of.
    pub certificate: Option<&'a ClientCertificate>,
    pub origin: Origin<'a>,
}

/// Where a caller calls from.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'a> {
    Address(IpAddr),
    /// A trusted proxy speaks for it and gives this in the place of an address.
    Unreadable(&'a Arc<str>),
}

/// What a request asks, as far as the controls care.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    pub api: ApiId,
    /// The scope that the resource asks for.
    pub scope: Option<&'static str>,
    /// The `Authorization` header, as it came.
    pub authorization: Option<&'a [u8]>,
    /// The `ID_Teleservice` header.
    pub id_teleservice: Option<&'a str>,
}

/// A partner whose certificate and address were found good, or a caller of whom neither was asked.
#[derive(Clone, Debug)]
pub struct Identified {
    /// Whose certificate it is; none where it was not asked for.
    convention: Option<Arc<Convention>>,
    /// Whether the certificate names it, good or not; otherwise it stands in for an unknown caller.
    is_known: bool,
}

/// A request that passed controls 3 to 5: what is left to ask is whether the minute has room.
#[derive(Clone, Debug)]
pub struct Entitled {
    convention: Arc<Convention>,
    token: Option<Arc<Token>>,
    api: ApiId,
    limit: NonZeroU32,
}

/// A request that passed every control.
#[derive(Clone, Debug)]
pub struct Call {
    convention: Arc<Convention>,
    token: Option<Arc<Token>>,
    quota: Option<QuotaState>,
}

/// The verdict of every control, in order, whose certificate it was, and what they learned; what the journal keeps.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    partner: Option<Arc<Convention>>,
    verdicts: [Verdict; Control::ALL.len()],
    /// The lasting name of the first refusal.
    pub cause: Option<&'static str>,
    /// When a caller who used up its quota may come back.
    pub next_access: Option<Timestamp>,
    /// The token that control 3 accepted.
    pub token: Option<Arc<Token>>,
}

impl Gate<'_> {
    /// Controls 1 and 2: whose certificate is it, and may it call from there?
    ///
    /// # Errors
    /// The first refusal; none when the controls only watch.
    pub fn identify(&self, caller: Caller<'_>, chain: &mut Chain) -> Result<Identified, Refusal> {
        let now = self.clock.now();
        let judged = certificate::check(caller.certificate, self.trust, self.directory, now);
        if judged.is_err() {
            chain.partner =
                caller.certificate.and_then(|shown| self.directory.named_by(shown, now)).cloned();
        }
        let named = chain.partner.clone();
        let is_known = judged.is_ok() || named.is_some();
        let convention =
            self.settle(Control::Certificate, judged, chain, || named.or_else(|| self.stand_in()))?;
        chain.partner = Some(Arc::clone(&convention));
        let judged = address::check(caller.origin, &convention);
        self.settle(Control::Address, judged, chain, || Some(()))?;
        Ok(Identified { convention: Some(convention), is_known })
    }

    /// A caller of whom the environment asks neither certificate nor address: its token will say who it is.
    pub fn skip_identity(&self, chain: &mut Chain) -> Identified {
        for control in [Control::Certificate, Control::Address] {
            chain.verdicts[control as usize] = Verdict::NotAsked;
        }
        Identified { convention: None, is_known: false }
    }

    /// Controls 3 to 5: with what token, of the same partner, for this API? Control 6 is asked elsewhere, for the counters of
    /// several replicas are not in this process; [`Gate::admit`] takes what it said.
    ///
    /// # Errors
    /// The first refusal; none when the controls only watch, unless no convention opens the API at all.
    pub fn entitle(
        &self,
        caller: Identified,
        demand: Demand<'_>,
        chain: &mut Chain,
    ) -> Result<Entitled, Refusal> {
        let Identified { convention, is_known } = caller;
        let now = self.clock.now();
        let judged = technical_id::check(
            &demand,
            convention.as_deref(),
            self.tokens,
            self.directory,
            self.policy,
            now,
        );
        let token = self.settle(Control::TechnicalId, judged.map(Some), chain, || Some(None))?;
        chain.token.clone_from(&token);
        // A caller whose certificate names nobody, or was not asked for, is whom its token names; else, watching only, the
        // stand-in.
        let owner = || self.directory.of_application(&token.as_ref()?.key).cloned();
        let named = if is_known { None } else { owner() };
        if named.is_some() {
            chain.partner.clone_from(&named);
        }
        let convention = named.or(convention).or_else(|| self.stand_in());
        let convention = convention.ok_or(Refusal::UnknownApplication)?;
        let judged = identity::check(token.as_deref(), &convention, self.directory, now);
        self.settle(Control::Identity, judged, chain, || Some(()))?;
        let judged = rights::check(demand.api, demand.scope, token.as_deref(), &convention);
        let convention = match judged {
            Ok(()) => self.settle(Control::Rights, Ok(convention), chain, || None)?,
            Err(refusal) => self.settle(Control::Rights, Err(refusal), chain, || {
                self.lent(convention, demand.api)
            })?,
        };
        let limit =
            rights::limit(&convention, demand.api).ok_or(Refusal::NotSubscribed(demand.api))?;
        Ok(Entitled { convention, token, api: demand.api, limit })
    }

    /// Control 6, as it was judged.
    ///
    /// # Errors
    /// Its refusal; none when the controls only watch.
    pub fn admit(
        &self,
        entitled: Entitled,
        judged: Result<QuotaState, Refusal>,
        chain: &mut Chain,
    ) -> Result<Call, Refusal> {
        let Entitled { convention, token, .. } = entitled;
        let quota = self.settle(Control::Quota, judged.map(Some), chain, || Some(None))?;
        Ok(Call { convention, token, quota })
    }

    /// Writes the verdict down; a refusal ends the chain, unless the controls only watch and there is a stand-in.
    fn settle<T>(
        &self,
        control: Control,
        judged: Result<T, Refusal>,
        chain: &mut Chain,
        stand_in: impl FnOnce() -> Option<T>,
    ) -> Result<T, Refusal> {
        let refusal = match judged {
            Ok(proof) => {
                chain.verdicts[control as usize] = Verdict::Granted;
                return Ok(proof);
            }
            Err(refusal) => refusal,
        };
        chain.verdicts[control as usize] = Verdict::Refused(refusal.reason());
        chain.cause.get_or_insert(refusal.cause());
        chain.next_access = chain.next_access.or(refusal.next_access());
        let watching = self.policy.observe_as.is_some();
        watching.then(stand_in).flatten().ok_or(refusal)
    }

    /// Watching only: whom a caller is served as that no partner can be found for.
    fn stand_in(&self) -> Option<Arc<Convention>> {
        self.directory.convention(self.policy.observe_as.as_deref()?).cloned()
    }

    /// Watching only: the convention, with the stand-in's grant of an API that it does not open itself. So an API always has
    /// a grant to go by, and the identity stays the caller's.
    fn lent(&self, convention: Arc<Convention>, api: ApiId) -> Option<Arc<Convention>> {
        if rights::limit(&convention, api).is_some() {
            return Some(convention);
        }
        let lender = self.stand_in()?;
        let mut merged = Convention::clone(&convention);
        merged.grants.copy(api, &lender.grants);
        rights::limit(&merged, api).is_some().then(|| Arc::new(merged))
    }
}

impl Identified {
    /// The convention of the partner whose certificate it is; none where no certificate was asked for.
    pub fn convention(&self) -> Option<&Arc<Convention>> {
        self.convention.as_ref()
    }
}

impl Entitled {
    /// The partner's convention.
    pub fn convention(&self) -> &Arc<Convention> {
        &self.convention
    }

    pub fn api(&self) -> ApiId {
        self.api
    }

    /// The calls per minute that the convention allows on it.
    pub fn limit(&self) -> NonZeroU32 {
        self.limit
    }
}

impl Call {
    /// The convention under which the call is made; it has a grant of the API that is asked.
    pub fn convention(&self) -> &Arc<Convention> {
        &self.convention
    }

    /// The scopes of the token; none when the controls only watch and there was no good token.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.token.iter().flat_map(|token| token.scopes.iter().map(String::as_str))
    }

    /// What is left of the minute.
    pub fn quota(&self) -> Option<QuotaState> {
        self.quota
    }
}

impl Chain {
    /// The partner that the certificate names, whatever the controls said.
    pub fn partner(&self) -> Option<&Convention> {
        self.partner.as_deref()
    }

    /// Each control with its verdict, in order.
    pub fn verdicts(&self) -> impl Iterator<Item = (Control, &Verdict)> {
        Control::ALL.into_iter().zip(&self.verdicts)
    }

    /// A refusal that was said outside of the chain, by a TLS alert.
    pub fn refuse(&mut self, refusal: &Refusal) {
        self.verdicts[refusal.control() as usize] = Verdict::Refused(refusal.reason());
        self.cause.get_or_insert(refusal.cause());
    }

    /// A right that the API itself refuses (a search not opened: CAF031; a mode not opened): journalled under `rights`.
    pub fn refuse_right(&mut self, reason: String) {
        self.verdicts[Control::Rights as usize] = Verdict::Refused(reason);
        self.cause.get_or_insert("not-opened");
    }

    /// A refusal that a tester ordered: what comes after this control was not reached.
    pub fn refuse_on_purpose(
        &mut self,
        control: Control,
        reason: String,
        next_access: Option<Timestamp>,
    ) {
        self.cause = Some("fault-ordered");
        self.next_access = next_access;
        let after = control as usize + 1;
        self.verdicts[control as usize] = Verdict::Refused(reason);
        self.verdicts[after..].fill(Verdict::NotReached);
    }

    pub fn refused(&self) -> Option<Control> {
        self.verdicts().find_map(|(control, verdict)| {
            matches!(verdict, Verdict::Refused(_)).then_some(control)
        })
    }
}

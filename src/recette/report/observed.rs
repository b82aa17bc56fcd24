//! What the journal shows of a rehearsal besides its cases: who called from where, and how much.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    recette::{evidence::Evidence, words},
    rights::ApiId,
};

/// Who called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callers {
    /// The client certificates.
    pub certificates: Vec<CertificateSeen>,
    pub addresses: Vec<String>,
    /// What the clients call themselves (`User-Agent`).
    pub agents: Vec<String>,
}

/// A client certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CertificateSeen {
    pub subject: String,
    /// The SHA-256 of its DER.
    pub fingerprint: String,
    /// Its serial number, where it is known.
    pub serial: Option<String>,
}

/// How much was called of an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    pub api: ApiId,
    pub calls: usize,
    /// Demands: distinct `X-Correlation-ID`.
    pub demands: usize,
    /// The most calls that came in one minute, those too that were refused before the quota.
    pub peak: usize,
    /// When that minute began.
    pub peak_at: Option<Timestamp>,
    /// Calls that were refused for want of quota.
    pub throttled: usize,
    /// The convention's quota.
    pub quota: u32,
    /// The quotas that DataPass offers, and whether each would have held.
    pub offered: Vec<(u32, bool)>,
}

impl Callers {
    /// Those of the evidence.
    pub fn from_evidence(evidence: &Evidence<'_>) -> Self {
        let (mut certificates, mut addresses) = (BTreeSet::new(), BTreeSet::new());
        let mut agents = BTreeSet::new();
        for one in &evidence.exhibits {
            // A certificate that was refused is not the application's.
            let shown = one.entry.certificate.as_ref().filter(|_| one.own);
            certificates.extend(shown.map(|facts| CertificateSeen {
                subject: facts.subject.chars().take(LONGEST_SUBJECT).collect(),
                fingerprint: facts.fingerprint.to_string(),
                serial: None,
            }));
            addresses.extend(one.entry.address);
            agents.extend(one.entry.user_agent.as_deref().map(words::clipped));
        }
        Self {
            certificates: certificates.into_iter().take(MOST).collect(),
            addresses: addresses
                .into_iter()
                .take(MOST)
                .map(|address| address.to_string())
                .collect(),
            agents: agents.into_iter().take(MOST).collect(),
        }
    }
}

impl Volume {
    /// Those of the APIs that were called.
    pub fn all(evidence: &Evidence<'_>, quota: impl Fn(ApiId) -> Option<u32>) -> Vec<Self> {
        let of =
            |api| Some(Self::new(evidence, api, quota(api)?)).filter(|volume| volume.calls > 0);
        ApiId::ALL.into_iter().filter_map(of).collect()
    }

    fn new(evidence: &Evidence<'_>, api: ApiId, quota: u32) -> Self {
        let (mut demands, mut minutes) = (BTreeSet::new(), BTreeMap::<i64, usize>::new());
        let (mut calls, mut throttled) = (0, 0);
        let of_api = |one: &&crate::recette::evidence::Exhibit<'_>| {
            one.own && one.is_call() && one.entry.api == Some(api)
        };
        for one in evidence.exhibits.iter().filter(of_api) {
            calls += 1;
            throttled += usize::from(one.entry.status == Some(429));
            demands.insert(one.entry.correlation_id.to_ascii_lowercase());
            *minutes.entry(one.entry.time.as_second().div_euclid(60)).or_default() += 1;
        }
        let busiest = minutes.into_iter().max_by_key(|(minute, calls)| (*calls, -minute));
        let peak = busiest.map_or(0, |(_, calls)| calls);
        let holds = |&most: &u32| (most, peak <= usize::try_from(most).unwrap_or(usize::MAX));
        Self {
            api,
            calls,
            demands: demands.len(),
            peak,
            peak_at: busiest.and_then(|(minute, _)| Timestamp::from_second(minute * 60).ok()),
            throttled,
            quota,
            offered: api.plug().terms().offered_quotas.iter().map(holds).collect(),
        }
    }

    /// Calls for each demand, to the tenth: `1,2`.
    pub fn per_demand(&self) -> String {
        let tenths = (self.calls * 10).checked_div(self.demands).unwrap_or_default();
        format!("{},{}", tenths / 10, tenths % 10)
    }

    /// `200 : dépassé ; 500 et 700 : non dépassés`: what the busiest minute was beside each quota, and nothing more.
    pub fn verdicts(&self) -> String {
        let sentence = |held: bool, one: &str, several: &str| {
            let quotas = self.offered.iter().filter(|(_, holds)| *holds == held);
            let quotas: Vec<_> = quotas.map(|(quota, _)| quota.to_string()).collect();
            match quotas.split_last() {
                None => None,
                Some((last, [])) => Some(format!("{last} : {one}")),
                Some((last, others)) => {
                    Some(format!("{} et {last} : {several}", others.join(", ")))
                }
            }
        };
        let all =
            [sentence(false, "dépassé", "dépassés"), sentence(true, "non dépassé", "non dépassés")];
        all.into_iter().flatten().collect::<Vec<_>>().join(" ; ")
    }
}

/// Characters of a certificate's subject: more than any authority writes, and it is named whole.
const LONGEST_SUBJECT: usize = 600;
/// Certificates, addresses and agents that are named.
const MOST: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admission::Control;
    use crate::recette::{
        evidence::Selection,
        sample::{call, numbered, refused, throttled},
    };

    #[test]
    fn a_peak_counts_what_came_and_not_only_what_the_quota_was_asked_for() {
        let mut entries = vec![call("10:00:00", 200)];
        entries.extend((1..5).map(|second| {
            refused(&format!("10:00:0{second}"), 401, Control::TechnicalId, "token-expired")
        }));
        let entries = numbered(entries);
        let evidence = Evidence::gather(&entries, "p", &Selection::default());
        assert_eq!(Volume::all(&evidence, |_| Some(750))[0].peak, 5);
    }

    #[test]
    fn a_peak_is_that_of_one_minute_and_tells_which_quota_would_have_held() {
        let mut entries: Vec<_> =
            (0..201).map(|n| call(&format!("10:00:{:02}", n % 60), 200)).collect();
        entries.push(throttled("10:00:59"));
        entries.push(call("10:01:00", 200));
        let entries = numbered(entries);
        let evidence = Evidence::gather(&entries, "p", &Selection::default());
        let [volume] = <[_; 1]>::try_from(Volume::all(&evidence, |_| Some(750))).unwrap();
        assert_eq!((volume.calls, volume.peak, volume.throttled), (203, 202, 1));
        assert_eq!(volume.offered, [(200, false), (500, true), (700, true)]);
        assert_eq!((volume.demands, volume.per_demand()), (61, "3,3".to_owned()));
        assert_eq!(volume.verdicts(), "200 : dépassé ; 500 et 700 : non dépassés");
        let held = Volume { offered: vec![(50, true), (200, true), (1000, true)], ..volume };
        assert_eq!(held.verdicts(), "50, 200 et 1000 : non dépassés");
    }
}

//! `reset`: everything, by kind, or what belongs to one partner, so that tests are independent and parallel suites leave
//! each other alone.
//!
//! What can fail (fixtures, certificates of new partners) is done first; only then is anything changed.

use std::collections::BTreeSet;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Console, endpoint::Endpoint, problem::Problem, read::BodyOrNothing, tokens};
use crate::{
    api::{self, RefreshError},
    directory::Directory,
    sandbox::{Act, Sandbox, Through},
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post(PATH, reset)
            .about("Begin again: everything (no body, or {}), some kinds, or what belongs to one partner")
            .may_take::<ResetOrder>()
            .answers::<Reset>(200, "What was reset")
            .refuses(500),
    ]
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResetOrder {
    only: Option<Vec<ResetKind>>,
    partner: Option<String>,
}

/// What was reset, and of whom when not of all.
#[derive(Serialize, ToSchema)]
pub(super) struct Reset {
    reset: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    partner: Option<String>,
}

/// What can be reset apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ResetKind {
    Journal,
    Quotas,
    Tokens,
    Clock,
    Faults,
    Conventions,
    Service,
    /// The files are read again, conventions restored with them.
    Fixtures,
    /// The numbers of `referenceDemande` begin again.
    References,
}

impl ResetKind {
    const ALL: [Self; 9] = [
        Self::Journal,
        Self::Quotas,
        Self::Tokens,
        Self::Clock,
        Self::Faults,
        Self::Conventions,
        Self::Service,
        Self::Fixtures,
        Self::References,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Quotas => "quotas",
            Self::Tokens => "tokens",
            Self::Clock => "clock",
            Self::Faults => "faults",
            Self::Conventions => "conventions",
            Self::Service => "service",
            Self::Fixtures => "fixtures",
            Self::References => "references",
        }
    }
}

async fn reset(
    State(console): State<Console>,
    BodyOrNothing(request): BodyOrNothing<ResetOrder>,
) -> Result<Json<Reset>, Problem> {
    let done = tokio::task::spawn_blocking(move || match (request.only, request.partner) {
        (None, None) => everything(&console),
        (Some(only), None) => kinds(&console, &only),
        (only, Some(partner)) => of_partner(&console.sandbox, only, &partner, Through::Api),
    });
    done.await.map_err(|error| Problem::internal(&error))?.map(Json)
}

/// Begins again with everything; what can fail is done first.
pub(super) fn everything(console: &Console) -> Result<Reset, Problem> {
    let sandbox = &console.sandbox;
    let _turn = sandbox.turn();
    read_again(console)?;
    sandbox.faults.reset();
    sandbox.availability.reset();
    sandbox.clock.reset();
    sandbox.tokens.revoke_all(None);
    sandbox.quotas.clear(None, None, sandbox.clock.now());
    sandbox.references.restart();
    sandbox.begin_run(None);
    Ok(Reset { reset: ResetKind::ALL.map(ResetKind::as_str).to_vec(), partner: None })
}

/// Puts the fixtures in force as they are now, or changes nothing.
fn read_again(console: &Console) -> Result<(), Problem> {
    api::refresh(&console.sandbox, &console.apis).map_err(|error| match error {
        RefreshError::Fixtures(faults) => Problem::fixtures(&faults),
        RefreshError::Pki(error) => Problem::internal(&error),
    })
}

fn kinds(console: &Console, only: &[ResetKind]) -> Result<Reset, Problem> {
    check(only)?;
    let sandbox = &console.sandbox;
    let _turn = sandbox.turn();
    let (present, written) = (sandbox.directory(), sandbox.written());
    let is_world = only.contains(&ResetKind::Fixtures);
    if is_world {
        read_again(console)?;
        note_restored(sandbox, &present, &written);
    } else if only.contains(&ResetKind::Conventions) {
        sandbox.restore_directory(fixtures(sandbox)?);
        note_restored(sandbox, &present, &written);
    }
    note(sandbox, only, None, Through::Api);
    for kind in only {
        match kind {
            ResetKind::Journal => sandbox.begin_run(None),
            ResetKind::Quotas => sandbox.quotas.clear(None, None, sandbox.clock.now()),
            ResetKind::Tokens => sandbox.tokens.revoke_all(None),
            ResetKind::Clock => sandbox.clock.reset(),
            ResetKind::Faults => {
                sandbox.faults.reset();
                sandbox.let_go(None);
            }
            ResetKind::Service => sandbox.availability.reset(),
            ResetKind::References => sandbox.references.restart(),
            ResetKind::Conventions | ResetKind::Fixtures => {}
        }
    }
    let implied = is_world && !only.contains(&ResetKind::Conventions);
    let all = only.iter().chain(implied.then_some(&ResetKind::Conventions));
    Ok(Reset { reset: all.map(|kind| kind.as_str()).collect(), partner: None })
}

/// Keeps what is ordered besides; all of it is of the run before, where another one begins.
fn note(sandbox: &Sandbox, only: &[ResetKind], partner: Option<&str>, by: Through) {
    for kind in only {
        let (act, what) = match kind {
            ResetKind::Quotas => (Act::Quota, "vidé"),
            ResetKind::Tokens => (Act::Tokens, tokens::all_of(partner)),
            ResetKind::Clock => (Act::Clock, "remise à l'heure"),
            ResetKind::Service => (Act::Service, "selon les réglages"),
            ResetKind::Fixtures => (Act::Fixtures, "relues"),
            // The journal is told apart, conventions one by one; what no longer stands strikes nobody, and no answer is judged
            // by its number.
            ResetKind::Journal
            | ResetKind::Conventions
            | ResetKind::Faults
            | ResetKind::References => continue,
        };
        sandbox.intervene(act, by, partner, what);
    }
}

/// Keeps which conventions are restored: those that the console changed before, as far as it is known. What their files have
/// otherwise since then is noted apart.
fn note_restored(sandbox: &Sandbox, present: &Directory, written: &Directory) {
    let changed = sandbox.interventions.all().into_iter();
    let changed: BTreeSet<_> =
        changed.filter(|one| one.act == Act::Convention).filter_map(|one| one.partner).collect();
    for id in &changed {
        if let Some((before, after)) = present.convention(id).zip(written.convention(id)) {
            sandbox.note_change(before, after, Through::Api);
        }
    }
}

/// Begins again with what belongs to one partner, or some kinds of it.
pub(super) fn of_partner(
    sandbox: &Sandbox,
    only: Option<Vec<ResetKind>>,
    partner: &str,
    by: Through,
) -> Result<Reset, Problem> {
    let everyones = |kind: &ResetKind| !OF_PARTNER.contains(kind);
    if let Some(at) = only.as_ref().and_then(|only| only.iter().position(everyones)) {
        return Err(Problem::unprocessable(
            format!("/only/{at}"),
            "clock, service, fixtures and references belong to no partner",
        ));
    }
    let only = only.unwrap_or_else(|| OF_PARTNER.to_vec());
    check(&only)?;
    let _turn = sandbox.turn();
    let present = sandbox.directory();
    let unknown =
        || Problem::unprocessable("/partner", format!("no convention has the id {partner:?}"));
    let convention = present.convention(partner).ok_or_else(unknown)?;
    let key = &convention.application.key;
    let original = match only.contains(&ResetKind::Conventions) {
        true => Some(fixtures(sandbox)?.convention(partner).ok_or_else(unknown)?.as_ref().clone()),
        false => None,
    };
    if original.is_some()
        && let Some(written) = sandbox.written().convention(partner)
    {
        sandbox.note_change(convention, written, by);
    }
    note(sandbox, &only, Some(partner), by);
    for kind in &only {
        match kind {
            ResetKind::Journal => sandbox.begin_run(Some(partner)),
            ResetKind::Quotas => sandbox.quotas.clear(Some(partner), None, sandbox.clock.now()),
            ResetKind::Tokens => sandbox.tokens.revoke_all(Some(key)),
            ResetKind::Faults => {
                sandbox
                    .faults
                    .remove(|order| order.request.target.partner.as_deref() == Some(partner));
                sandbox.let_go(Some(partner));
            }
            ResetKind::Clock
            | ResetKind::Service
            | ResetKind::Fixtures
            | ResetKind::References
            | ResetKind::Conventions => {}
        }
    }
    if let Some(original) = original {
        if only.contains(&ResetKind::Tokens) && original.application.key != *key {
            sandbox.tokens.revoke_all(Some(&original.application.key));
        }
        sandbox.restore_convention(original);
    }
    let reset = only.iter().map(|kind| kind.as_str()).collect();
    Ok(Reset { reset, partner: Some(partner.to_owned()) })
}

fn fixtures(sandbox: &Sandbox) -> Result<Directory, Problem> {
    Directory::load(sandbox.config.fixtures.as_deref()).map_err(|faults| Problem::fixtures(&faults))
}

fn check(only: &[ResetKind]) -> Result<(), Problem> {
    if only.is_empty() {
        return Err(Problem::unprocessable(
            "/only",
            format!("expected some of {}", ResetKind::ALL.map(ResetKind::as_str).join(", ")),
        ));
    }
    Ok(())
}

const PATH: &str = "/admin/v1/reset";
const OF_PARTNER: [ResetKind; 5] = [
    ResetKind::Journal,
    ResetKind::Quotas,
    ResetKind::Tokens,
    ResetKind::Faults,
    ResetKind::Conventions,
];

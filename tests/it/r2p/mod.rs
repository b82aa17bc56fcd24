//! R2P over real mutual TLS: the three operations of the Swagger, the modes of CGU R2P 4, every refusal.

mod contract;
mod criteria;
mod modes;
mod ordered;
mod personas;
mod places;
mod spi;
mod surface;

use bacasable::register::{Person, PersonId, Subject};
use reqwest::Method;

use crate::harness::{Partner, Reply, World};

/// Parameters of a query.
pub(crate) type Query = Vec<(&'static str, String)>;

/// `GET` below R2P's context, with these parameters.
async fn ask(partner: &Partner, path: &str, query: &[(&str, String)]) -> Reply {
    Reply::read(partner.request(Method::GET, &format!("/r2p/v1{path}")).query(query)).await
}

/// The query that a text writes, as `nom=VALBRUNE prenom=CELINE`; a dot stands for a space.
fn query(text: &str) -> Vec<(&str, String)> {
    let pairs = text.split_whitespace().map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (name, value.replace('.', " "))).collect()
}

/// The complete civil status of a person, as R2P takes it.
pub(crate) fn civil_status(person: &Person) -> Query {
    let birth = person.birth;
    let parts = [
        birth.day().map(|day| format!("{day:02}/")),
        birth.month().map(|month| format!("{month:02}/")),
    ];
    let date: String = parts.into_iter().flatten().chain([birth.year().to_string()]).collect();
    let mut query = names(person);
    query.extend([("naisDate", date), ("naisCodePays", person.birthplace.country.to_string())]);
    if let Some(commune) = person.birthplace.commune {
        query.push(("naisCodeDept", commune.department().to_string()));
        query.push(("naisCodeCommune", commune.r2p_commune().to_owned()));
    }
    query
}

/// The names and the address of a person, down to the number; nothing for one who lives abroad.
pub(crate) fn address(person: &Person) -> Option<Query> {
    let (address, commune) = (&person.address, person.address.commune?);
    let area = commune.department();
    let tom = area.is_com();
    let mut query = names(person);
    query.push(("adrCodePays", "99100".to_owned()));
    query.push((if tom { "adrCodeTom" } else { "adrCodeDept" }, area.to_string()));
    query.push(("adrCodeCommune", commune.r2p_commune().to_owned()));
    let street =
        address.street.as_ref().filter(|_| !tom).map(|street| street.chars().take(26).collect());
    let parts = [
        ("adrLibelleTypeVoie", address.street_type.clone()),
        ("adrLibelleVoie", street),
        ("adrNumVoie", address.number.clone()),
        ("adrIndiceRepetition", address.repetition.map(String::from)),
    ];
    query.extend(parts.into_iter().filter_map(|(name, value)| Some((name, value?))));
    Some(query)
}

fn names(person: &Person) -> Query {
    vec![("nom", person.birth_name.clone()), ("prenom", person.first_names.join(" "))]
}

/// Everyone who is a persona, with the persona's id.
pub(crate) fn people(world: &World) -> Vec<(String, PersonId)> {
    let register = world.server.sandbox.register();
    let members = |subject: &Subject| match subject {
        Subject::Person(id) => vec![*id],
        Subject::Group(ids) => ids.clone(),
        Subject::Company(_) | Subject::Accounts => Vec::new(),
    };
    let of = |persona: &bacasable::register::Persona| {
        members(&persona.subject).into_iter().map(|id| (persona.id.clone(), id)).collect::<Vec<_>>()
    };
    register.personas().iter().flat_map(of).collect()
}

//! `dataset show`: one persona, or whatever an identifier names.

use anyhow::bail;
use clap::{Arg, ArgMatches, Command};
use serde_json::Value;

use super::{super::output, Outcome, format};
use crate::{
    domain::{Iban, Siren, Siret, Spi},
    register::{Party, Persona, Register, Subject, view::Sheet},
};

pub(super) fn command() -> Command {
    let wanted = Arg::new("wanted").value_name("PERSONA|SPI|IBAN|SIREN|SIRET").required(true);
    Command::new("show")
        .about("Show a persona, or what an identifier names; exit code 1 when there is none")
        .arg(wanted.help("Id of a persona, SPI, IBAN, SIREN or SIRET; \"personas\" lists them all"))
        .arg(format(&["text", "json"]))
}

pub(super) fn run(register: &Register, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let wanted = arguments.get_one::<String>("wanted").expect("it is required");
    if wanted == "personas" {
        for persona in register.personas() {
            output::say(&format!("{:<26} {}", persona.id, persona.title));
        }
        return Ok(Outcome::Done);
    }
    let Some((persona, sheet)) = find(register, wanted)? else {
        output::complain(&format!(
            "nobody and nothing in the register is {wanted:?}; `dataset show personas` lists the personas"
        ));
        return Ok(Outcome::No);
    };
    let value = serde_json::to_value(&sheet)?;
    match arguments.get_one::<String>("format").map(String::as_str) {
        Some("json") => output::say(&serde_json::to_string_pretty(&value)?),
        _ => {
            if let Some(persona) = persona {
                output::say(&format!("{} : {}\n{}", persona.id, persona.title, persona.story.trim_end()));
            }
            output::print(&readable(&value));
        }
    }
    Ok(Outcome::Done)
}

/// A JSON object for people: one `key: value` a line, nested ones indented, empty ones left out.
pub(super) fn readable(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text
}

fn find<'a>(register: &'a Register, wanted: &str) -> anyhow::Result<Option<(Option<&'a Persona>, Sheet)>> {
    if let Some(persona) = register.persona(wanted) {
        return Ok(Some((Some(persona), Sheet::of_persona(register, persona))));
    }
    let party = if let Ok(spi) = wanted.parse::<Spi>() {
        register.person_by_spi(&spi).map(Party::Person)
    } else if let Ok(siren) = wanted.parse::<Siren>() {
        register.company_by_siren(&siren).map(|company| Party::Company(company, None))
    } else if let Ok(siret) = wanted.parse::<Siret>() {
        register.establishment_by_siret(&siret).map(|(company, at)| Party::Company(company, Some(at)))
    } else if let Ok(iban) = wanted.parse::<Iban>() {
        return Ok(account(register, &iban));
    } else {
        bail!(
            "{wanted:?} is neither a persona, nor a SPI (13 digits), an IBAN, a SIREN (9 digits) or a SIRET (14 digits)"
        );
    };
    Ok(party.map(|party| {
        let persona = owner(register, party);
        (persona, named(Sheet::of_party(register, party), persona))
    }))
}

/// An account with its first holder.
fn account<'a>(register: &'a Register, iban: &Iban) -> Option<(Option<&'a Persona>, Sheet)> {
    let id = register.account_by_iban(iban)?;
    let alone = Sheet::of_accounts(register, &[id]);
    let Some(holder) = register.account(id).holders().next().map(|right| right.party) else {
        let persona = register.personas().iter().find(|persona| persona.accounts.contains(&id));
        return Some((persona, named(alone, persona)));
    };
    let persona = owner(register, holder);
    let sheet = Sheet { comptes: alone.comptes, ..Sheet::of_party(register, holder) };
    Some((persona, named(sheet, persona)))
}

fn owner(register: &Register, party: Party) -> Option<&Persona> {
    let is_of = |persona: &&Persona| match (&persona.subject, party) {
        (Subject::Person(one), Party::Person(id)) => *one == id,
        (Subject::Company(one), Party::Company(id, _)) => *one == id,
        (Subject::Group(members), Party::Person(id)) => members.contains(&id),
        (Subject::Person(_) | Subject::Company(_) | Subject::Group(_) | Subject::Accounts, _) => false,
    };
    register.personas().iter().find(is_of)
}

fn named(sheet: Sheet, persona: Option<&Persona>) -> Sheet {
    Sheet { persona: persona.map(|persona| persona.id.clone()).unwrap_or_default(), ..sheet }
}

fn write(text: &mut String, value: &Value, depth: usize) {
    let indent = "  ".repeat(depth);
    let Value::Object(members) = value else { return };
    for (key, value) in members {
        match value {
            Value::Object(_) => {
                text.push_str(&format!("{indent}{key}\n"));
                write(text, value, depth + 1);
            }
            Value::Array(items) if items.iter().all(Value::is_object) => {
                for item in items {
                    text.push_str(&format!("{indent}{key}\n"));
                    write(text, item, depth + 1);
                }
            }
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(plain).collect();
                text.push_str(&format!("{indent}{key}: {}\n", items.join(" ")));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                let plain = plain(value);
                if !plain.is_empty() {
                    text.push_str(&format!("{indent}{key}: {plain}\n"));
                }
            }
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

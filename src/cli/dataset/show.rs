//! `dataset show`: one persona, or whatever an identifier names.

use anyhow::anyhow;
use clap::{ArgMatches, Args, FromArgMatches};
use serde_json::Value;

use super::{super::output, Format, FormatArgs, Outcome};
use crate::{
    cli::typed::identifier,
    escape::visible,
    register::{Register, sheet::Sheet},
};

/// Show a persona, or what an identifier names; exit code 1 when there is none
#[derive(Args)]
pub(super) struct ShowArgs {
    /// Id of a persona, SPI, IBAN, SIREN or SIRET; "personas" lists them all
    #[arg(value_name = "PERSONA|SPI|IBAN|SIREN|SIRET")]
    wanted: String,
    #[command(flatten)]
    format: FormatArgs,
}

pub(super) fn run(register: &Register, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = ShowArgs::from_arg_matches(arguments)?;
    let wanted = identifier(&typed.wanted);
    let wanted = wanted.as_ref();
    if wanted == "personas" {
        for persona in register.personas() {
            output::say(&format!("{:<26} {}", persona.id, persona.title));
        }
        return Ok(Outcome::Done);
    }
    let found =
        Sheet::of_identifier(register, wanted).map_err(|error| anyhow!("{wanted:?} is {error}"))?;
    let Some((persona, sheet)) = found else {
        output::complain(&format!(
            "nobody and nothing in the register is {wanted:?}; `dataset show personas` lists the personas"
        ));
        return Ok(Outcome::No);
    };
    let value = serde_json::to_value(&sheet)?;
    if typed.format.format == Format::Json {
        output::json(&value)?;
        return Ok(Outcome::Done);
    }
    if let Some(persona) = persona {
        output::say(&format!("{} : {}", persona.id, persona.title));
        output::print(&format!("{}\n", persona.story.trim_end()));
    }
    output::print(&readable(&value));
    Ok(Outcome::Done)
}

/// A JSON object for people: one `key: value` a line, nested ones indented, empty ones left out.
pub(super) fn readable(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text
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
    value.as_str().map_or_else(|| value.to_string(), |text| visible(text, false).into_owned())
}

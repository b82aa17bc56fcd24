//! What every check of a persona needs: where a value stands, and where faults are gathered, all of them.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use toml::Spanned;

use crate::{
    fixtures::{Diagnostic, Source},
    register::persona::raw::{PersonaFile, Text},
};

/// A file that reads as TOML of the right shape.
pub(super) struct Parsed<'a> {
    pub(super) source: &'a Source,
    /// Whether it is in the binary; one of `--fixtures DIR` replaces its personas.
    pub(super) embedded: bool,
    pub(super) file: PersonaFile,
}

/// One file under examination. A value that is wrong leaves a fault and reads as `None`.
pub(super) struct Diagnostics<'a> {
    source: &'a Source,
    faults: Vec<Diagnostic>,
}

impl<'a> Diagnostics<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, faults: Vec::new() }
    }

    pub(super) fn into_faults(self) -> Vec<Diagnostic> {
        self.faults
    }

    /// The value that a text writes.
    pub(super) fn read<T: FromStr<Err: fmt::Display>>(
        &mut self,
        key: &str,
        text: &Text,
    ) -> Option<T> {
        match text.get_ref().parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(key, text, format!("« {} »: {error}", text.get_ref()));
                None
            }
        }
    }

    /// The value of a text that may be absent; the outer `None` means a fault.
    pub(super) fn maybe<T: FromStr<Err: fmt::Display>>(
        &mut self,
        key: &str,
        text: Option<&Text>,
    ) -> Option<Option<T>> {
        text.map_or(Some(None), |text| self.read(key, text).map(Some))
    }

    /// A day, as `2026-06-30`.
    pub(super) fn day(&mut self, key: &str, text: &Text) -> Option<Date> {
        let day = text.get_ref().parse().ok().filter(|_| text.get_ref().len() == 10);
        if day.is_none() {
            self.refuse(
                key,
                text,
                format!("« {} » is no day; expected YYYY-MM-DD", text.get_ref()),
            );
        }
        day
    }

    /// The value if it passes, a fault with the message otherwise.
    pub(super) fn keep<T, U>(
        &mut self,
        value: Option<T>,
        key: &str,
        at: &Spanned<U>,
        pass: impl FnOnce(&T) -> bool,
        message: impl fmt::Display,
    ) -> Option<T> {
        let value = value?;
        if pass(&value) {
            return Some(value);
        }
        self.refuse(key, at, message);
        None
    }

    pub(super) fn refuse<U>(&mut self, key: &str, at: &Spanned<U>, message: impl fmt::Display) {
        let fault = self.fault(key, at, message);
        self.faults.push(fault);
    }

    pub(super) fn refuse_with_hint<U>(
        &mut self,
        key: &str,
        at: &Spanned<U>,
        message: impl fmt::Display,
        hint: String,
    ) {
        let fault = self.fault(key, at, message).hint(hint);
        self.faults.push(fault);
    }

    fn fault<U>(&self, key: &str, at: &Spanned<U>, message: impl fmt::Display) -> Diagnostic {
        self.source.fault_at(at, key, message.to_string())
    }
}

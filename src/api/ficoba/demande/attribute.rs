//! What the tables of the requests are made of: an attribute with its label, its form and when it must be there.
//!
//! One entry says everything of an attribute. The reader of bodies knows attributes by [`AttributeSpec::key`], anomalies name them by
//! [`AttributeSpec::label`], [`super::diagnostics::Diagnostics`] asks for them as [`AttributeSpec::presence`] says and reads them by [`Attribute::read`],
//! and the OpenAPI document is drawn from all of it.

use super::super::anomaly::Code;

/// An attribute that holds a value of type `T`.
pub(in super::super) struct Attribute<T> {
    /// What is known of it whatever its type.
    pub(in super::super) entry: AttributeSpec,
    /// Its value, from its text.
    pub(super) read: fn(&str) -> Result<T, FormFault>,
}

/// One line of a table.
#[derive(Debug)]
pub(in super::super) struct AttributeSpec {
    /// The JSON key.
    pub(in super::super) key: &'static str,
    /// How CAF001 and CAF002 call it: French words, never the key.
    pub(in super::super) label: &'static str,
    /// When it must be there.
    pub(in super::super) presence: Presence,
    /// What it looks like.
    pub(in super::super) shape: Shape,
}

/// When an attribute must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Presence {
    /// Whenever the structure around it is given.
    Required,
    /// Never.
    Optional,
    /// In the case that these French words tell; the reader of the structure knows the rule.
    When(&'static str),
}

/// What an attribute looks like.
#[derive(Debug)]
pub(in super::super) enum Shape {
    /// A text, or a number that reads the same.
    Text(Look),
    /// An object of further attributes.
    Structure {
        /// The name of its schema in the published OpenAPI.
        schema: &'static str,
        /// Its attributes, in the protocol's order.
        entries: &'static [&'static AttributeSpec],
    },
}

/// How a text looks, for the OpenAPI document.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Look {
    /// The most characters it has.
    pub(in super::super) longest: usize,
    /// A regular expression that every good value matches; the reader may ask for more.
    pub(in super::super) pattern: &'static str,
    /// A good value.
    pub(in super::super) example: &'static str,
    /// What is expected, in French.
    pub(in super::super) expected: &'static str,
}

/// A form that texts take, shared by the attributes that have it.
pub(super) struct Form<T> {
    pub(super) look: Look,
    pub(super) read: fn(&str) -> Result<T, FormFault>,
}

/// Why a text is not of its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormFault {
    /// CAF002, naming the attribute.
    Form,
    /// The same, for one fault of the form: what is expected, in French.
    Since(&'static str),
    /// A code of its own, which is told later than CAF002 (an SPI too short: CAF004).
    Own(Code),
}

impl<T> Attribute<T> {
    /// An attribute that must be there whenever the structure around it is.
    pub(super) const fn required(key: &'static str, label: &'static str, form: Form<T>) -> Self {
        Self::new(key, label, Presence::Required, form)
    }

    /// An attribute that may be absent.
    pub(super) const fn optional(key: &'static str, label: &'static str, form: Form<T>) -> Self {
        Self::new(key, label, Presence::Optional, form)
    }

    /// An attribute that must be there in some case.
    pub(super) const fn when(
        key: &'static str,
        label: &'static str,
        case: &'static str,
        form: Form<T>,
    ) -> Self {
        Self::new(key, label, Presence::When(case), form)
    }

    const fn new(
        key: &'static str,
        label: &'static str,
        presence: Presence,
        form: Form<T>,
    ) -> Self {
        let Form { look, read } = form;
        Self { entry: AttributeSpec { key, label, presence, shape: Shape::Text(look) }, read }
    }
}

impl AttributeSpec {
    /// How the journal calls it: its label and its key.
    pub(in super::super) fn named(&self) -> String {
        format!("{} ({})", self.label, self.key)
    }

    /// What is expected of it, in French.
    pub(super) fn expected(&self) -> &'static str {
        match self.shape {
            Shape::Text(look) => look.expected,
            Shape::Structure { .. } => "un objet JSON",
        }
    }

    /// A structure of further attributes.
    pub(super) const fn structure(
        key: &'static str,
        label: &'static str,
        presence: Presence,
        schema: &'static str,
        entries: &'static [&'static Self],
    ) -> Self {
        Self { key, label, presence, shape: Shape::Structure { schema, entries } }
    }

    /// The attributes of a structure; none of a text.
    pub(in super::super) fn entries(&self) -> &'static [&'static Self] {
        match self.shape {
            Shape::Text(_) => &[],
            Shape::Structure { entries, .. } => entries,
        }
    }

    /// Every text below, with its path in dots: `etatCivil.nom`.
    pub(in super::super) fn paths(&self) -> Vec<String> {
        match self.shape {
            Shape::Text(_) => vec![self.key.to_owned()],
            Shape::Structure { entries, .. } => {
                let below = entries.iter().flat_map(|entry| entry.paths());
                below.map(|path| format!("{}.{path}", self.key)).collect()
            }
        }
    }
}

//! The attributes of a demand, each as it was received.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::attribute::AttributeSpec;

/// A structure as received.
#[derive(Debug, Default)]
pub(in super::super) struct Object<'a> {
    /// The known attributes, in the order in which they came.
    pub(super) attributes: Vec<(&'static AttributeSpec, Value<'a>)>,
    /// How many unknown ones stood beside them.
    pub(super) unknown: usize,
    /// The keys of those that were given again.
    pub(super) doubled: Vec<&'static str>,
    /// Whether there was an unknown attribute, or a number for a text, here or below: few demands have one.
    pub(super) is_odd: bool,
}

/// What an attribute was given.
#[derive(Debug)]
pub(in super::super) enum Value<'a> {
    /// `null`, in the place of a structure.
    Null,
    /// `""`, in the place of a structure.
    Empty,
    /// Something else that is no structure, in the place of one.
    NotAStructure,
    /// A structure.
    Object(Object<'a>),
    Text(Text<'a>),
}

/// Texts that say something: the key of each and how it reads, `""` for what does not.
pub(in super::super) type GivenTexts<'o> = Vec<(&'static str, &'o str)>;

#[derive(Debug)]
pub(in super::super) struct Text<'a> {
    /// As it stands in the body.
    pub(super) raw: &'a RawValue,
    pub(super) reading: Reading<'a>,
}

/// How a JSON value reads where a text is expected.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading<'a> {
    /// `null` and `""`: the same as absent.
    Nothing,
    /// A string, or a number as it is written.
    Text(Cow<'a, str>),
    /// A boolean, an array, an object, a whole number beyond 64 bits: of no text's form.
    Unreadable,
}

impl<'a> Object<'a> {
    pub(super) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.attributes.iter().find(|(entry, _)| entry.key == key).map(|(_, value)| value)
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Value::Text(Text { reading: Reading::Text(text), .. })) => Some(text),
            None
            | Some(
                Value::Text(_)
                | Value::Null
                | Value::Empty
                | Value::NotAStructure
                | Value::Object(_),
            ) => None,
        }
    }

    /// Whether the attribute of this key says something, good or not.
    pub(in super::super) fn gives(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| !value.is_empty())
    }

    /// The structure of this key; an empty one when it is absent or something else.
    pub(in super::super) fn structure(&self, key: &str) -> &Self {
        match self.get(key) {
            Some(Value::Object(object)) => object,
            None | Some(Value::Null | Value::Empty | Value::NotAStructure | Value::Text(_)) => {
                const { &Self { attributes: Vec::new(), unknown: 0, doubled: Vec::new(), is_odd: false } }
            }
        }
    }

    /// Every text below that says something.
    pub(in super::super) fn given(&self) -> GivenTexts<'_> {
        let mut all = Vec::with_capacity(self.attributes.len());
        self.collect_given(&mut all);
        all
    }

    /// The paths of every text below that says something, after this prefix.
    pub(in super::super) fn given_paths(&self, prefix: &str, paths: &mut Vec<String>) {
        for (entry, value) in &self.attributes {
            match value {
                Value::Object(object) => {
                    object.given_paths(&format!("{prefix}{}.", entry.key), paths)
                }
                Value::Text(text) if text.reading != Reading::Nothing => {
                    paths.push(format!("{prefix}{}", entry.key))
                }
                Value::Text(_) | Value::Null | Value::Empty | Value::NotAStructure => {}
            }
        }
    }

    /// Whether an attribute was unknown, or a number stood for a text, here or below.
    pub(in super::super) fn is_odd(&self) -> bool {
        self.is_odd
    }

    /// How many attributes no table knows, here and below.
    pub(in super::super) fn unknown(&self) -> usize {
        let below = |(_, value): &(&'static AttributeSpec, Value<'a>)| match value {
            Value::Object(object) => object.unknown(),
            Value::Null | Value::Empty | Value::NotAStructure | Value::Text(_) => 0,
        };
        self.unknown + self.attributes.iter().map(below).sum::<usize>()
    }

    /// The keys that were given more than once, here and below: the last value counts.
    pub(in super::super) fn doubled(&self) -> Vec<&'static str> {
        let mut all = self.doubled.clone();
        for (_, value) in &self.attributes {
            if let Value::Object(object) = value {
                all.extend(object.doubled());
            }
        }
        all
    }

    /// The keys of the texts that were given as numbers, here and below.
    pub(in super::super) fn numbers(&self) -> Vec<&'static str> {
        let mut all = Vec::new();
        self.collect_numbers(&mut all);
        all
    }

    fn collect_numbers(&self, all: &mut Vec<&'static str>) {
        for (entry, value) in &self.attributes {
            match value {
                Value::Object(object) => object.collect_numbers(all),
                Value::Text(text) if text.is_number() => all.push(entry.key),
                Value::Text(_) | Value::Null | Value::Empty | Value::NotAStructure => {}
            }
        }
    }

    /// Whether nothing below says anything: such a structure counts as not given.
    pub(super) fn is_empty(&self) -> bool {
        self.attributes.iter().all(|(_, value)| value.is_empty())
    }

    fn collect_given<'o>(&'o self, all: &mut GivenTexts<'o>) {
        for (entry, value) in &self.attributes {
            match value {
                Value::Object(object) => object.collect_given(all),
                Value::Text(Text { reading: Reading::Text(text), .. }) => {
                    all.push((entry.key, text))
                }
                Value::Text(Text { reading: Reading::Unreadable, .. }) => all.push((entry.key, "")),
                Value::Text(Text { reading: Reading::Nothing, .. })
                | Value::Null
                | Value::Empty
                | Value::NotAStructure => {}
            }
        }
    }

    pub(super) fn put(&mut self, entry: &'static AttributeSpec, value: Value<'a>) {
        self.is_odd |= match &value {
            Value::Object(object) => object.is_odd,
            Value::Text(text) => text.is_number(),
            Value::Null | Value::Empty | Value::NotAStructure => false,
        };
        match self.attributes.iter_mut().find(|(known, _)| std::ptr::eq(*known, entry)) {
            Some((_, earlier)) => {
                *earlier = value;
                self.doubled.push(entry.key);
            }
            None => self.attributes.push((entry, value)),
        }
    }
}

impl Text<'_> {
    fn is_number(&self) -> bool {
        self.raw.get().starts_with(|c: char| c == '-' || c.is_ascii_digit())
    }
}

impl Value<'_> {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Null | Self::Empty => true,
            Self::NotAStructure => false,
            Self::Object(object) => object.is_empty(),
            Self::Text(text) => text.reading == Reading::Nothing,
        }
    }
}

//! Enums of names, and sets of them that are one machine word.

/// Declares an enum of names with `ALL`, `as_str`, `named` and `label`, and a set of them that is one machine word.
macro_rules! names {
    (
        $(#[$doc:meta])* $vis:vis enum $name:ident, $(#[$set_doc:meta])* set $set:ident {
            $($(#[$variant_doc:meta])* $variant:ident = $text:literal $(: $label:literal)?),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        $vis enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every one, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in fixtures, tokens and documents.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// What people call it in French; the name where they have no other.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $crate::rights::names!(@label $text $($label)?),)+ }
            }

            /// The names of all.
            pub fn names() -> Vec<&'static str> {
                Self::ALL.iter().map(|one| one.as_str()).collect()
            }

            pub fn named(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        $(#[$set_doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        $vis struct $set(u32);

        impl $set {
            /// None of them.
            pub const EMPTY: Self = Self(0);

            /// All of them.
            pub const ALL: Self = Self((1 << $name::ALL.len()) - 1);

            /// Whether `one` is among them.
            pub fn contains(self, one: $name) -> bool {
                self.0 & (1 << one as u32) != 0
            }

            /// Whether there is none.
            pub fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// These and `one`.
            #[must_use]
            pub fn with(self, one: $name) -> Self {
                Self(self.0 | (1 << one as u32))
            }

            /// These but `one`.
            #[must_use]
            pub fn without(self, one: $name) -> Self {
                Self(self.0 & !(1 << one as u32))
            }

            /// Those in both.
            #[must_use]
            pub fn intersection(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }

            /// Every one for a sheet: whether it is among these, and what `shown` says of it.
            pub fn lines(
                self,
                shown: impl Fn($name) -> (&'static str, &'static str),
            ) -> Vec<(bool, &'static str, &'static str)> {
                let line = |one: &$name| {
                    let (label, name) = shown(*one);
                    (self.contains(*one), label, name)
                };
                $name::ALL.iter().map(line).collect()
            }

            /// One after the other, in declaration order.
            pub fn iter(self) -> impl Iterator<Item = $name> {
                $name::ALL.iter().copied().filter(move |&one| self.contains(one))
            }
        }

        impl FromIterator<$name> for $set {
            fn from_iter<I: IntoIterator<Item = $name>>(all: I) -> Self {
                all.into_iter().fold(Self::EMPTY, Self::with)
            }
        }
    };
    (@label $text:literal) => { $text };
    (@label $text:literal $label:literal) => { $label };
}
pub(crate) use names;

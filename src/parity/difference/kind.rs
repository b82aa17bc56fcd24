//! What can differ.

/// What can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// No answer on one side.
    Failure,
    /// The HTTP status.
    Status,
    /// A code in the body.
    Code,
    /// A code that one side does not have.
    CodePresence,
    /// A message to the letter.
    Message,
    /// The HTTP version.
    Version,
    /// A header that one side does not have.
    HeaderPresence,
    /// A header's value.
    HeaderValue,
    BodyKind,
    /// A key that one side does not have.
    KeyPresence,
    KeyOrder,
    /// A JSON type.
    Type,
    /// The form of a value.
    Form,
    /// A value that the contract enumerates.
    Value,
    /// A resource of a contract.
    Resource,
    /// A parameter of a contract.
    Parameter,
    /// What a contract asks of a value.
    Constraint,
}

impl DifferenceKind {
    /// Its name in identifiers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Status => "status",
            Self::Code | Self::CodePresence => "code",
            Self::Message => "message",
            Self::Version => "http-version",
            Self::HeaderPresence => "header",
            Self::HeaderValue => "header-value",
            Self::BodyKind => "body",
            Self::KeyPresence => "key",
            Self::KeyOrder => "key-order",
            Self::Type => "type",
            Self::Form => "form",
            Self::Value => "value",
            Self::Resource => "resource",
            Self::Parameter => "parameter",
            Self::Constraint => "constraint",
        }
    }

    pub fn french(self) -> &'static str {
        match self {
            Self::Failure => "absence de réponse",
            Self::Status => "statut HTTP",
            Self::Code | Self::CodePresence => "code",
            Self::Message => "message",
            Self::Version => "version de HTTP",
            Self::HeaderPresence => "en-tête",
            Self::HeaderValue => "valeur d'un en-tête",
            Self::BodyKind => "nature du corps",
            Self::KeyPresence => "clé",
            Self::KeyOrder => "ordre des clés",
            Self::Type => "type JSON",
            Self::Form => "forme d'une valeur",
            Self::Value => "valeur énumérée",
            Self::Resource => "ressource",
            Self::Parameter => "paramètre",
            Self::Constraint => "contrainte",
        }
    }

    /// How far apart one such difference puts two answers: data of another form are a smaller thing than another answer.
    pub fn weight(self) -> u64 {
        match self {
            Self::Failure | Self::Status => 1_000,
            Self::CodePresence => 800,
            Self::Code => 500,
            Self::BodyKind => 300,
            Self::Message => 20,
            Self::KeyPresence | Self::Type => 3,
            Self::Version
            | Self::HeaderPresence
            | Self::HeaderValue
            | Self::KeyOrder
            | Self::Form
            | Self::Value
            | Self::Resource
            | Self::Parameter
            | Self::Constraint => 1,
        }
    }
}

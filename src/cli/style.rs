//! Colours of what people read on a terminal; none elsewhere, nor where `NO_COLOR` is set (no-color.org).

use std::{
    env,
    io::{self, IsTerminal},
    sync::LazyLock,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    /// What went well.
    Good,
    /// What the caller did wrong.
    Refused,
    /// What the server did.
    Failed,
}

impl Paint {
    /// The one of a status's class.
    pub(super) fn of_status(status: Option<u64>) -> Self {
        match status {
            Some(200..400) => Self::Good,
            Some(400..500) => Self::Refused,
            Some(_) => Self::Failed,
            None => Self::Plain,
        }
    }

    /// The text in this colour, where colours are wanted.
    pub(super) fn on(self, text: &str) -> String {
        let colour = match self {
            Self::Plain => return text.to_owned(),
            Self::Good => 32,
            Self::Refused => 33,
            Self::Failed => 31,
        };
        if *COLOURS { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

static COLOURS: LazyLock<bool> = LazyLock::new(|| {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stdout().is_terminal() && !set("NO_COLOR") && !dumb
});

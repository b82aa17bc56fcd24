//! The token of a console that is bound elsewhere than on loopback: made once, and kept beside the keys for whoever may read
//! them.

use std::path::{Path, PathBuf};

use super::{PkiError, files::Folder};
use crate::{
    config::{Secret, SettingValue},
    entropy, hex,
};

/// The token in the folder; made from the system's randomness, and readable by its owner only, when there is none.
///
/// # Errors
/// A folder that cannot be written, a file that holds no token.
pub fn console_token(dir: &Path) -> Result<Secret, PkiError> {
    let mut folder = Folder::new(dir);
    if !folder.has(NAME)? {
        let _alone = folder.lock()?;
        if !folder.has(NAME)? {
            // Hexadecimal: a token that begins with a hyphen is an option to many a command.
            let token = hex::encode(&entropy::bytes::<32>());
            folder.write_private(NAME, format!("{token}\n").as_bytes())?;
        }
    }
    let text = folder.text(NAME, EXPECTED)?;
    let token = text.trim();
    let one_word = token.bytes().all(|byte| byte.is_ascii_graphic());
    Secret::read(token).filter(|_| one_word).ok_or_else(|| folder.unusable(NAME, EXPECTED))
}

/// Where the folder keeps the token, if it does.
pub fn console_token_file(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

const NAME: &str = "console.token";
const EXPECTED: &str = "one token of at least 16 characters";

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_token_is_made_once_and_readable_by_its_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let made = console_token(dir.path()).unwrap();
        assert_eq!(made.expose().len(), 64, "256 bits");
        assert!(made.expose().bytes().all(|digit| digit.is_ascii_hexdigit()));
        assert_eq!(console_token(dir.path()).unwrap(), made, "the next start finds it");
        assert_ne!(console_token(tempfile::tempdir().unwrap().path()).unwrap(), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(console_token_file(dir.path())).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_that_holds_no_token_is_named_and_left_alone() {
        for text in [
            "",
            "short",
            "two words of which none is a token",
            "0123456789abcdef\n0123456789abcdef",
        ] {
            let dir = tempfile::tempdir().unwrap();
            fs::write(console_token_file(dir.path()), text).unwrap();
            let fault = console_token(dir.path()).unwrap_err().to_string();
            assert!(
                fault.contains("console.token: expected one token of at least 16 characters"),
                "{fault}"
            );
            assert_eq!(fs::read_to_string(console_token_file(dir.path())).unwrap(), text);
        }
    }
}

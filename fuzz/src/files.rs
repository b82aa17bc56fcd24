//! The files that people write: fixtures and settings. Every fault names its file; nothing is half loaded.

use std::{cell::RefCell, fs, path::Path};

use bacasable::{
    api::Apis,
    config::Layers,
    directory::Directory,
    faults::Scenarios,
    fixtures::Diagnostic,
    register::{Register, Spec},
};
use tempfile::TempDir;

/// A convention beside the sample ones.
pub(super) fn convention(input: &[u8]) {
    beside("conventions/f.toml", input, |dir| checked(Directory::load(Some(dir))));
}

/// A persona beside the embedded ones.
pub(super) fn persona(input: &[u8]) {
    beside("personas/f.toml", input, register);
}

/// Banks beside the embedded ones.
pub(super) fn banks(input: &[u8]) {
    beside("banques.toml", input, register);
}

/// Scenarios beside the embedded ones.
pub(super) fn scenario(input: &[u8]) {
    beside("scenarios.toml", input, |dir| {
        let catalogue = Apis::load(None).expect("the embedded fixtures are sound").catalogue();
        let directory = Directory::load(None).expect("the embedded fixtures are sound");
        checked(Scenarios::load(Some(dir), 1, &catalogue, &directory));
    });
}

/// A file of settings.
pub(super) fn settings(input: &[u8]) {
    beside("bacasable.toml", input, |dir| {
        let mut layers = Layers::default();
        let read = layers.file(&dir.join("bacasable.toml")).and_then(|()| layers.resolve());
        if let Err(fault) = read {
            assert!(fault.to_string().contains("bacasable.toml"), "{fault}");
        }
    });
}

fn register(dir: &Path) {
    let spec = Spec { seed: 1, population: 10, fixtures: Some(dir.to_owned()) };
    let Some(register) = checked(Register::load(&spec)) else { return };
    for id in register.people() {
        let person = register.person(id);
        if let Some(spi) = person.spi {
            assert_eq!(register.person_by_spi(&spi), Some(id), "who is in the register is found");
        }
    }
    for id in register.accounts() {
        let account = register.account(id);
        assert_eq!(
            register.account_by_iban(&account.iban),
            Some(id),
            "what is in the register is found"
        );
    }
}

pub(super) fn checked<T>(loaded: Result<T, Vec<Diagnostic>>) -> Option<T> {
    match loaded {
        Ok(loaded) => Some(loaded),
        Err(faults) => {
            assert!(!faults.is_empty(), "what is refused is refused for a reason");
            assert!(
                faults.iter().all(|fault| !fault.file.is_empty() && !fault.message.is_empty()),
                "{faults:?}"
            );
            None
        }
    }
}

/// Writes the input as this file of a fixtures folder, and lends the folder.
pub(super) fn beside<T>(file: &str, input: &[u8], act: impl FnOnce(&Path) -> T) {
    thread_local!(static FOLDER: RefCell<Option<TempDir>> = const { RefCell::new(None) });
    FOLDER.with_borrow_mut(|folder| {
        let dir =
            folder.get_or_insert_with(|| folder_in_memory().expect("a temporary folder")).path();
        let path = dir.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        fs::write(&path, input).expect("a writable folder");
        act(dir);
        fs::remove_file(&path).expect("a writable folder");
    });
}

fn folder_in_memory() -> std::io::Result<TempDir> {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())
}

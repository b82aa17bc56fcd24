//! The fuzzer's seeds, and every input that ever found a fault, replayed as an ordinary test; then each of them cut short
//! and with a byte changed, which is what a broken client sends.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "they are a library's for the fuzzer")]
mod targets;

use std::{fs, panic, path::PathBuf};

/// A folder of seeds, through its target.
fn replay(name: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty(), "{} has no seed", folder.display());
    for file in files {
        let seed = fs::read(&file).unwrap();
        for input in neighbours(&seed) {
            let passed = panic::catch_unwind(|| targets::run(name, &input));
            assert!(passed.is_ok(), "{} as {:?}", file.display(), String::from_utf8_lossy(&input));
        }
    }
}

/// The seed, and some texts near it: the same at each run.
fn neighbours(seed: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![seed.to_vec()];
    let step = (seed.len() / 6).max(1);
    for at in (0..seed.len()).step_by(step) {
        all.push(seed[..at].to_vec());
        let mut changed = seed.to_vec();
        changed[at] = changed[at].wrapping_add(1 + u8::try_from(at % 254).unwrap());
        all.push(changed);
    }
    all
}

macro_rules! replayed {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            replay(stringify!($name));
        })+

        #[test]
        fn every_target_is_replayed() {
            let replayed = [$(stringify!($name)),+];
            let targets: Vec<_> = targets::TARGETS.iter().map(|(name, _)| *name).collect();
            assert_eq!(targets, replayed);
        }
    };
}

replayed! {
    http request ficoba r2p token_form token certificate proxy_headers convention persona banks scenario settings order
    entry journal recette values
}

//! How many connections each door may hold at once, by the descriptors that the system gives this process.
//!
//! A descriptor that the console's clients hold is one that the gateway lacks: each door has a share of its own, and neither
//! can take the other's, nor those of the files.

/// The most connections of the gateway, as configured and as far as there are descriptors, and of the console; `workers`
/// threads have a runtime of their own.
pub fn shares(configured: u32, workers: usize) -> (u32, u32) {
    split(configured, workers, descriptors())
}

/// How many the system gives this process; none: as many as it asks for.
#[cfg(unix)]
fn descriptors() -> Option<u64> {
    use rustix::process::{Resource, getrlimit};
    getrlimit(Resource::Nofile).current
}

/// Windows counts sockets by no limit of the process.
#[cfg(windows)]
fn descriptors() -> Option<u64> {
    None
}

/// How many threads, of those that the machine runs at once, may have a runtime of their own: one for each 64
/// descriptors.
pub fn threads(cores: usize) -> usize {
    threads_of(cores, descriptors())
}

fn threads_of(cores: usize, descriptors: Option<u64>) -> usize {
    let Some(descriptors) = descriptors else { return cores };
    cores.min(usize::try_from(descriptors / FOR_ONE).unwrap_or(usize::MAX)).max(1)
}

fn split(configured: u32, workers: usize, descriptors: Option<u64>) -> (u32, u32) {
    let Some(descriptors) = descriptors else { return (configured, CONSOLE) };
    let own =
        OWN.saturating_add(u32::try_from(workers).unwrap_or(u32::MAX).saturating_mul(RUNTIME));
    let left = u32::try_from(descriptors).unwrap_or(u32::MAX).saturating_sub(own).max(2);
    let console = (left / 4).clamp(1, CONSOLE);
    // One is held by a client that has been accepted and waits for a place.
    (configured.min((left - console).saturating_sub(2).max(1)), console)
}

/// Connections of people, pages and scripts; a stream of the journal holds one for as long as it is watched.
const CONSOLE: u32 = 256;

/// Standard streams, sockets that listen, the runtime's, the journal and its older files, certificates and fixtures while
/// they are read, a store's connections.
const OWN: u32 = 40;

/// Those of a runtime: what waits for events, twice, what wakes it, and what signals come by.
const RUNTIME: u32 = 4;

/// Runtimes take a sixteenth of the descriptors at most.
const FOR_ONE: u64 = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_listener_has_descriptors_that_the_other_cannot_take() {
        for (descriptors, expected) in [
            (None, (10_000, 256)),
            (Some(1_000_000), (10_000, 256)),
            (Some(1024), (736, 246)),
            (Some(256), (160, 54)),
            (Some(64), (16, 6)),
            (Some(0), (1, 1)),
        ] {
            let (gateway, console) = split(10_000, 0, descriptors);
            assert_eq!((gateway, console), expected, "{descriptors:?}");
        }
        assert_eq!(split(5, 0, Some(1024)).0, 5);
        assert_eq!(split(10_000, 2, Some(1024)), (730, 244), "less those of two runtimes");
    }

    #[test]
    fn few_descriptors_allow_few_runtimes() {
        let of = |descriptors| threads_of(64, descriptors);
        assert_eq!(
            [None, Some(1 << 20), Some(1024), Some(256), Some(0)].map(of),
            [64, 64, 16, 4, 1]
        );
    }
}

//! What happened in this process and the other replicas have not been told yet.

use std::collections::VecDeque;

use parking_lot::Mutex;

/// Keeps what is pushed, in its order, once it is open; a process without replicas never opens it and keeps nothing.
///
/// It holds 100,000 events, and forgets the oldest for a new one: a store that is away for hours must not take the memory.
pub struct Outbox<T>(Mutex<Option<VecDeque<T>>>);

impl<T> Outbox<T> {
    /// Begins to keep what is pushed.
    pub fn open(&self) {
        self.0.lock().get_or_insert_default();
    }

    /// Whether anything is kept.
    pub fn is_open(&self) -> bool {
        self.0.lock().is_some()
    }

    /// Keeps an event, which is made only when it is kept.
    pub fn push(&self, event: impl FnOnce() -> T) {
        if let Some(waiting) = self.0.lock().as_mut() {
            if waiting.len() >= MOST {
                waiting.pop_front();
            }
            waiting.push_back(event());
        }
    }

    /// Takes everything out.
    pub fn drain(&self) -> Vec<T> {
        self.0.lock().as_mut().map(std::mem::take).unwrap_or_default().into()
    }

    /// Takes back what could not be told after all: it comes before what was pushed since.
    pub fn requeue(&self, events: impl IntoIterator<Item = T>) {
        if let Some(waiting) = self.0.lock().as_mut() {
            let since = std::mem::take(waiting);
            waiting.extend(events);
            waiting.extend(since);
            waiting.drain(..waiting.len().saturating_sub(MOST));
        }
    }
}

impl<T> Default for Outbox<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// Events.
const MOST: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_kept_before_it_is_open() {
        let outbox = Outbox::default();
        outbox.push(|| panic!("not even made"));
        outbox.requeue([1]);
        assert!(!outbox.is_open() && outbox.drain().is_empty());
    }

    #[test]
    fn what_is_taken_back_comes_before_what_was_pushed_since() {
        let outbox = Outbox::default();
        outbox.open();
        outbox.push(|| 1);
        outbox.push(|| 2);
        let taken = outbox.drain();
        outbox.push(|| 3);
        outbox.requeue(taken);
        assert_eq!(outbox.drain(), [1, 2, 3]);
        assert!(outbox.drain().is_empty() && outbox.is_open());
    }

    #[test]
    fn the_oldest_gives_way() {
        let outbox = Outbox::default();
        outbox.open();
        (0..=MOST).for_each(|event| outbox.push(|| event));
        let taken = outbox.drain();
        assert_eq!((taken.len(), taken[0]), (MOST, 1));
        outbox.push(|| 0);
        outbox.requeue(taken);
        let taken = outbox.drain();
        assert_eq!((taken.len(), taken[0], taken[MOST - 1]), (MOST, 2, 0));
    }
}

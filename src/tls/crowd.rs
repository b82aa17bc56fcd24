//! How many requests are in progress on all connections together.
//!
//! A connection of HTTP/1.1 asks for one thing at a time, and connections are counted; one of HTTP/2 carries a hundred
//! requests, which would wait for each other in memory. So requests are counted from the moment the HTTP library hands
//! them over, before anything is done for them, and those beyond the bound carry a mark: the service answers them at once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// The mark of a request beyond [`Limits::requests`](super::Limits::requests), among its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overloaded;

/// The requests in progress.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    present: Arc<AtomicUsize>,
    most: usize,
}

/// A request in progress; it is over when this is dropped.
#[derive(Debug)]
pub(super) struct Entered(Arc<AtomicUsize>);

impl Crowd {
    pub(super) fn new(most: usize) -> Self {
        Self { present: Arc::default(), most }
    }

    /// One more; marked when it is one too many.
    pub(super) fn enter(&self) -> (Entered, Option<Overloaded>) {
        let before = self.present.fetch_add(1, Ordering::Relaxed);
        (Entered(Arc::clone(&self.present)), (before >= self.most).then_some(Overloaded))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_beyond_the_bound_is_marked_until_another_ends() {
        let crowd = Crowd::new(2);
        let (first, mark) = crowd.enter();
        assert_eq!(mark, None);
        let (_second, mark) = crowd.clone().enter();
        assert_eq!(mark, None);
        let (third, mark) = crowd.enter();
        assert_eq!(mark, Some(Overloaded));
        drop((first, third));
        assert_eq!(crowd.enter().1, None);
    }
}

//! A body that is passed on while a bounded copy of it is kept.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use parking_lot::{Mutex, MutexGuard};

use crate::parity::{body::MOST, session::Failure};

/// What has passed of a body.
#[derive(Clone, Default)]
pub(super) struct Copy(Arc<Mutex<Passed>>);

#[derive(Default)]
struct Passed {
    bytes: Vec<u8>,
    is_too_long: bool,
}

/// A body that is copied; `done` is called once, with what went wrong.
pub(super) struct Tee<B: Body> {
    body: B,
    copy: Copy,
    done: Option<Box<dyn FnOnce(Option<Failure>) + Send>>,
}

impl Copy {
    /// The body as far as it came; none when it is longer than is looked at.
    pub(super) fn whole(&self) -> Option<Bytes> {
        let passed = self.passed();
        (!passed.is_too_long).then(|| Bytes::from(passed.bytes.clone()))
    }

    fn add(&self, bytes: &[u8]) {
        let mut passed = self.passed();
        if passed.bytes.len() + bytes.len() > MOST {
            passed.is_too_long = true;
            passed.bytes = Vec::new();
        }
        if !passed.is_too_long {
            passed.bytes.extend_from_slice(bytes);
        }
    }

    fn passed(&self) -> MutexGuard<'_, Passed> {
        self.0.lock()
    }
}

impl<B: Body> Tee<B> {
    pub(super) fn new(
        body: B,
        copy: Copy,
        done: impl FnOnce(Option<Failure>) + Send + 'static,
    ) -> Self {
        Self { body, copy, done: Some(Box::new(done)) }
    }

    fn end(&mut self, failure: Option<Failure>) {
        if let Some(done) = self.done.take() {
            done(failure);
        }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Tee<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(bytes) = frame.data_ref() {
                    self.copy.add(bytes);
                }
            }
            Some(Err(_)) => self.end(Some(Failure::Reset)),
            None => self.end(None),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body that is dropped before its end was asked for by nobody any more.
impl<B: Body> Drop for Tee<B> {
    fn drop(&mut self) {
        let failure = (!self.body.is_end_stream()).then_some(Failure::ClientGone);
        self.end(failure);
    }
}

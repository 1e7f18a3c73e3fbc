//! What the callers know: what was accepted, how it stands, and what was said that cannot be.

use crate::clock;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Coverage,
    Order,
}

#[derive(Debug, Default)]
pub struct Book {
    accepted: RefCell<HashMap<i64, Accepted>>,
    /// To be looked at, the longest waiting first.
    queue: RefCell<VecDeque<(Instant, i64)>>,
    contradictions: RefCell<Vec<String>>,
    ended: Cell<usize>,
    broken: Cell<usize>,
    closed: Cell<bool>,
}

#[derive(Debug, Clone)]
pub struct Accepted {
    pub kind: Kind,
    /// `done` or `canceled`, once seen.
    pub end: Option<String>,
}

/// An action is looked at again after this.
const AGAIN: Duration = Duration::from_millis(200);

impl Book {
    /// Notes an action for which a caller was told 201.
    pub fn accept(&self, id: i64, kind: Kind) {
        let before = self.accepted.borrow_mut().insert(id, Accepted { kind, end: None });
        if before.is_some() {
            self.contradict(format!("action {id} was given to two requests"));
        }
        self.again(id);
    }

    /// The next action to look at, if one is due.
    pub fn next(&self) -> Option<i64> {
        let mut queue = self.queue.borrow_mut();
        let due = queue.front().is_some_and(|(at, _)| *at <= clock::now());
        if due { queue.pop_front().map(|(_, id)| id) } else { None }
    }

    pub fn again(&self, id: i64) {
        self.queue.borrow_mut().push_back((clock::now() + AGAIN, id));
    }

    /// Notes the end of an action.
    pub fn end(&self, id: i64, end: &str) {
        if let Some(accepted) = self.accepted.borrow_mut().get_mut(&id) {
            accepted.end = Some(end.to_owned());
            self.ended.set(self.ended.get() + 1);
        }
    }

    pub fn contradict(&self, what: String) {
        self.contradictions.borrow_mut().push(what);
    }

    pub fn contradictions(&self) -> Vec<String> {
        self.contradictions.borrow().clone()
    }

    /// How many accepted actions have not been seen at their end.
    pub fn open(&self) -> usize {
        self.accepted.borrow().len() - self.ended.get()
    }

    pub fn all(&self) -> Vec<(i64, Accepted)> {
        self.accepted.borrow().iter().map(|(id, accepted)| (*id, accepted.clone())).collect()
    }

    /// Counts a request that has to be repeated.
    pub fn note_broken(&self) {
        self.broken.set(self.broken.get() + 1);
    }

    pub fn broken(&self) -> usize {
        self.broken.get()
    }

    /// Nothing new is posted from now on.
    pub fn close(&self) {
        self.closed.set(true);
    }

    pub fn is_closed(&self) -> bool {
        self.closed.get()
    }
}

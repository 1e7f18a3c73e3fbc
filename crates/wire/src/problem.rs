//! What is wrong about a request: every field at fault with its messages, in the order in which they are read.
//! How a dialect writes them is the dialect's. The messages never repeat a value that the client sent.

use std::fmt;

/// A field is a path (`address.city`, `addons.2`), or empty for the body as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub(super) Fields);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(pub(super) Vec<(String, Vec<String>)>);

impl Problems {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One problem.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut problems = Self::new();
        problems.add(field, message);
        problems
    }

    /// One problem of the body as a whole; the message names the body itself: `body must be an object`.
    pub fn body(message: impl Into<String>) -> Self {
        Self::one("", message)
    }

    /// Adds a message (`is required`) to those of a field, after what was added before.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        let (field, message) = (field.into(), message.into());
        match self.0.0.iter_mut().find(|(known, _)| *known == field) {
            Some((_, messages)) => messages.push(message),
            None => self.0.0.push((field, vec![message])),
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.0.is_empty()
    }

    /// Each field and message, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .0
            .iter()
            .flat_map(|(field, messages)| messages.iter().map(|message| (field.as_str(), message.as_str())))
    }
}

/// The first problem as a sentence.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.iter().next() {
            None => Ok(()),
            Some(("", message)) => f.write_str(message),
            Some((field, message)) => write!(f, "{field} {message}"),
        }
    }
}

impl std::error::Error for Problems {}

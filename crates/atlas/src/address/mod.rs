//! Which premise is this text? An index of addresses, street first: a street with its place is one entry,
//! its house numbers hang below it in sorted columns. Built in bulk (`Builder`), mapped from one file, read
//! by any number of threads (`Index`).
//! Not here: the addresses themselves (an answer is the premise's number in the store), and who may see them.

mod addresses;
mod builder;
mod candidate;
mod common;
mod complete;
mod distance;
mod entry;
mod guess;
mod hash;
mod house;
mod index;
mod inspect;
mod kept;
mod layout;
mod lexicon;
mod like_named;
mod listing;
mod most;
mod nearby;
mod number;
mod query;
mod result;
mod rows;
mod said_unit;
mod search;
mod sound;
mod spelling;
mod table;
mod texts;
mod twin;

pub use addresses::{Addresses, Change, Completion, Match, Neighbour, Question, Within};
pub use builder::{Builder, fingerprint};
pub use complete::{Kind, Suggestion};
pub use index::{Index, Row};
pub use inspect::{InspectedStreet, InspectedWord, Inspection, Reading};
pub use listing::Listing;
pub use nearby::Near;
pub use result::{Agreement, Hit, Parts};
pub use search::Ask;

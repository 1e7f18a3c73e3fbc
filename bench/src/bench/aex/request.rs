//! What is asked of everybody, and whether an answer is right.

use super::register::{PRODUCTS, Register, Row, is_sold, name};
use crate::bench::address::question::mistyped;
use crate::clock::Random;
use model::address::{Address, MatchKey};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

/// Different requests of a kind; they come again and again.
const QUESTIONS: usize = 20_000;

/// A GET, and what has to stand in the answer.
pub struct Question {
    pub path: String,
    /// Of a text: the reference of its premise. Of a point: the technology there.
    right: String,
}

/// How a text is made of an address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Text {
    Exact,
    /// As people write: small letters, short street types, `4/12` for a unit, no postcode.
    Abbreviated,
    /// A typing error in a word of four letters or more.
    Mistyped,
}

impl Text {
    pub fn name(self) -> &'static str {
        match self {
            Text::Exact => "exact",
            Text::Abbreviated => "abbreviated, no postcode",
            Text::Mistyped => "one typo",
        }
    }

    fn of(self, address: &str, random: &mut Random) -> String {
        match self {
            Text::Exact => address.to_owned(),
            Text::Abbreviated => abbreviated(address),
            Text::Mistyped => mistyped(&address.to_lowercase(), 1, random),
        }
    }
}

pub fn lookups(register: &Register, text: Text, random: &mut Random) -> Vec<Question> {
    let rows = &register.rows;
    let question = |_| {
        let row = &rows[random.between(0, rows.len() as u64) as usize];
        let asked = encoded(&text.of(&row.address, random));
        Question { path: format!("/aex/predefined-premises?q={asked}"), right: row.reference.clone() }
    };
    (0..QUESTIONS).map(question).collect()
}

/// At premises where something is sold.
pub fn points(register: &Register, random: &mut Random) -> Vec<Question> {
    let sold: Vec<&Row> = register.rows.iter().filter(|row| is_sold(&row.technology)).collect();
    let question = |_| {
        let row = sold[random.between(0, sold.len() as u64) as usize];
        let path = format!("/aex/products/availability/{}/{}", row.latitude, row.longitude);
        Question { path, right: row.technology.clone() }
    };
    (0..QUESTIONS).map(question).collect()
}

impl Question {
    /// The first premise of an answer is the asked one.
    pub fn is_first(&self, answer: &[u8]) -> bool {
        first(answer, b"\"guid\":\"").is_some_and(|guid| guid.starts_with(self.right.as_bytes()))
    }

    /// There is a product for the premise at the point.
    pub fn is_sold(&self, answer: &[u8]) -> bool {
        let name = format!("\"name\":\"{} ", self.right);
        first(answer, name.as_bytes()).is_some()
    }
}

/// What follows the first place of something.
fn first<'a>(answer: &'a [u8], before: &[u8]) -> Option<&'a [u8]> {
    let at = answer.windows(before.len()).position(|bytes| bytes == before)?;
    Some(&answer[at + before.len()..])
}

/// Something to order.
pub struct Line {
    pub reference: String,
    product: String,
}

/// Every place once, in an order that the seed says: a place has one line.
pub fn lines(register: &Register, random: &mut Random) -> Vec<Line> {
    let mut listed: HashMap<&str, u32> = HashMap::new();
    register.rows.iter().for_each(|row| *listed.entry(&row.reference).or_default() += 1);
    let mut places = HashSet::new();
    let mut lines = Vec::new();
    for row in register.rows.iter().filter(|row| listed.get(&*row.reference) == Some(&1)) {
        let address = Address { full_text: Some(row.address.clone()), ..Address::default() };
        let new = MatchKey::of_listing(&address, "AU").is_some_and(|key| places.insert(key));
        if let Some((technology, down, up, _)) = PRODUCTS.iter().find(|(sold, ..)| *sold == row.technology)
            && new
        {
            lines.push(Line { reference: row.reference.clone(), product: name(technology, *down, *up) });
        }
    }
    for at in (1..lines.len()).rev() {
        lines.swap(at, random.between(0, at as u64 + 1) as usize);
    }
    lines
}

impl Line {
    /// The body of its order, by a customer of its own.
    pub fn body(&self, products: &HashMap<String, String>, number: usize) -> String {
        let order = json!({
            "customer": {
                "first_name": "Mia", "last_name": "Nguyen", "email": format!("mia.{number}@customer.example"),
                "username": format!("mia.{number}"), "mobile_number": "+61400000000",
            },
            "premise": {"external_reference": self.reference},
            "service": {"product_id": products.get(&self.product)},
        });
        order.to_string()
    }

    /// The answer is about it.
    pub fn is_ordered(&self, answer: &[u8]) -> bool {
        first(answer, self.reference.as_bytes()).is_some()
            && first(answer, b"\"work_order\":{\"id\":\"").is_some()
    }
}

fn abbreviated(address: &str) -> String {
    const SHORT: [(&str, &str); 13] = [
        ("street", "st"),
        ("road", "rd"),
        ("avenue", "ave"),
        ("court", "ct"),
        ("place", "pl"),
        ("drive", "dr"),
        ("crescent", "cres"),
        ("close", "cl"),
        ("parade", "pde"),
        ("terrace", "tce"),
        ("lane", "ln"),
        ("circuit", "cct"),
        ("highway", "hwy"),
    ];
    let mut text = address.to_lowercase();
    if let Some((unit, rest)) = text.strip_prefix("unit ").and_then(|rest| rest.split_once(", ")) {
        text = format!("{unit}/{rest}");
    }
    let short = |word| SHORT.iter().find(|(long, _)| *long == word).map_or(word, |(_, short)| *short);
    let mut words: Vec<&str> = text.split(' ').map(short).collect();
    // The postcode.
    words.pop();
    words.join(" ")
}

/// As it stands in a query.
fn encoded(text: &str) -> String {
    let mut query = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => query.push(byte.into()),
            _ => _ = write!(query, "%{byte:02X}"),
        }
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_abbreviated_as_people_write_it() {
        let short = abbreviated("UNIT 4, 12 STREET HILL STREET CASTLE HILL 2154");
        assert_eq!(short, "4/12 st hill st castle hill");
        assert_eq!(encoded(&short), "4%2F12%20st%20hill%20st%20castle%20hill");
    }

    #[test]
    fn the_first_premise_counts() {
        let question = Question { path: String::new(), right: "LOC2".to_owned() };
        assert!(question.is_first(br#"{"items":[{"id":1,"guid":"LOC2","full_text":""}]}"#));
        assert!(!question.is_first(br#"{"items":[{"id":1,"guid":"LOC1"},{"guid":"LOC2"}]}"#));
        assert!(!question.is_first(br#"{"items":[]}"#));
    }
}

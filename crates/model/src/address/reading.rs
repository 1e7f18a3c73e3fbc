//! What an address says, sorted into the five sections of a key: words of the street, words of the
//! place, house numbers, units, postcode. Both a text and an address in parts are read here, and give the same sections when
//! they say the same.

use std::cmp::Ordering;

use super::country::{Language, Rules, Shape};
use super::normalise::join;
use super::surroundings::drop_surroundings;
use super::token::{Field, Role, Tokens};
use super::{Address, postcode, unit, written};

/// `street|place|numbers|units|postcode` in one string. Where a text does not show which words are
/// the place, all stand in the first section.
pub(crate) struct Reading {
    text: String,
    bars: [usize; 4],
}

/// Which parts of an address are read.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub address: &'a Address,
    pub suburb: bool,
    pub city: bool,
    pub postcode: bool,
    /// Street and place are kept apart, in countries where a text with a postcode does so.
    pub split: bool,
}

impl Reading {
    pub fn of_text(text: &str, rules: Rules) -> Reading {
        let mut tokens = text_tokens(text, rules);
        let place = (0..tokens.list.len()).rfind(|at| tokens.role(*at) == Some(Role::Postcode));
        if let Some(at) = place.filter(|at| *at > 0 && rules.splits_place()) {
            tokens.list[at..].iter_mut().for_each(|token| token.field = Field::Place);
        }
        Reading::of_tokens(tokens, None)
    }

    pub fn of_parts(parts: Parts, rules: Rules) -> Reading {
        let address = parts.address;
        let mut tokens = Tokens::new(rules);
        let mut push = |part: &Option<String>, field| {
            if let Some(text) = written(part) {
                tokens.push(text, field);
            }
        };
        // Numbers within names keep the place that they have in a text of this country.
        if rules.number_first {
            push(&address.number, Field::Number);
            push(&address.street, Field::Street);
        } else {
            push(&address.street, Field::Street);
            push(&address.number, Field::Number);
        }
        push(&address.unit, Field::Unit);
        push(&address.floor, Field::Floor);
        push(&address.door, Field::Door);
        let place = if parts.split && rules.splits_place() { Field::Place } else { Field::Street };
        // Where a text does not show which number is the postcode, neither do the parts.
        let known = rules.postcode != Shape::Other;
        if parts.postcode && !known {
            push(&address.postcode, place);
        }
        if parts.suburb {
            push(&address.suburb, place);
        }
        if parts.city {
            push(&address.city, place);
        }
        let postcode = written(&address.postcode).filter(|_| parts.postcode && known);
        Reading::of_tokens(tokens, postcode)
    }

    fn of_tokens(mut tokens: Tokens, postcode: Option<&str>) -> Reading {
        sort(&mut tokens);
        write(&tokens, postcode)
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn into_text(self) -> String {
        self.text
    }

    /// No word and no number: nothing to compare by.
    pub fn is_empty(&self) -> bool {
        self.words().len() + self.numbers().len() <= 1
    }

    /// Words of the street and, behind a bar, of the place.
    pub fn words(&self) -> &str {
        &self.text[..self.bars[1]]
    }

    pub fn numbers(&self) -> &str {
        self.section(1)
    }

    pub fn units(&self) -> &str {
        self.section(2)
    }

    pub fn postcode(&self) -> &str {
        &self.text[self.bars[3] + 1..]
    }

    fn section(&self, bar: usize) -> &str {
        &self.text[self.bars[bar] + 1..self.bars[bar + 1]]
    }

    /// The same with other units.
    pub fn with_units(mut self, units: &str) -> Reading {
        self.text.replace_range(self.bars[2] + 1..self.bars[3], units);
        self.bars[3] = self.bars[2] + 1 + units.len();
        self
    }
}

/// The tokens of an address in one line; its postcode has its role, what surrounds the address has none.
pub(crate) fn text_tokens(text: &str, rules: Rules) -> Tokens {
    let mut tokens = Tokens::new(rules);
    tokens.push(text, Field::Text);
    drop_surroundings(&mut tokens);
    tokens
}

/// Gives every token its role and its usual form.
pub(crate) fn sort(tokens: &mut Tokens) {
    unit::find(tokens);
    drop_number_words(tokens);
    join(tokens);
    if tokens.rules.language == Language::English {
        split_slashes(tokens);
    }
    tokens.usual_forms();
}

/// `N° 5`, `nr. 5`, `num 5`.
fn drop_number_words(tokens: &mut Tokens) {
    for at in 0..tokens.list.len() {
        let word = tokens.text(at);
        let says_number = matches!(word, "nr" | "num" | "nro" | "numero" | "no" | "n" | "civico");
        let sure = matches!(word, "nr" | "num" | "nro")
            || tokens.list[at].ordinal
            || tokens.list[at].field == Field::Number;
        if says_number
            && sure
            && tokens.role(at) == Some(Role::Word)
            && tokens.role(at + 1) == Some(Role::Number)
        {
            tokens.set_role(at, Role::Dropped);
        }
    }
}

/// `9/93-97` in front of an English address is unit 9 of number 93-97.
fn split_slashes(tokens: &mut Tokens) {
    let mut at = 0;
    while at < tokens.list.len() {
        let mut end = at + 1;
        let mut slash = None;
        while let Some(Role::Joined(glue)) = tokens.role(end) {
            if glue == "/" {
                slash = Some(end);
            }
            end += 1;
        }
        let front = tokens.list[at].field == Field::Number
            || (tokens.list[at].field == Field::Text && unit::is_front(tokens, at));
        if let Some(slash) = slash
            && front
            && tokens.role(at) == Some(Role::Number)
        {
            tokens.set_role(at, Role::Unit("unit"));
            tokens.set_role(slash, Role::Number);
        }
        at = end;
    }
}

fn write(tokens: &Tokens, postcode: Option<&str>) -> Reading {
    let mut text = String::with_capacity(96);
    let mut words: Vec<(&str, &str)> = Vec::with_capacity(tokens.list.len());
    let mut bars = [0; 4];
    push_words(&mut text, &mut words, tokens, false);
    bars[0] = bar(&mut text);
    push_words(&mut text, &mut words, tokens, true);
    bars[1] = bar(&mut text);
    for (at, token) in tokens.list.iter().enumerate() {
        if token.role == Role::Number {
            space(&mut text, bars[1] + 1);
            push_group(&mut text, tokens, at);
        }
    }
    bars[2] = bar(&mut text);
    push_units(&mut text, tokens);
    bars[3] = bar(&mut text);
    match postcode {
        Some(code) => postcode::push_key_form(&mut text, code, &tokens.rules),
        None => (0..tokens.list.len())
            .filter(|at| tokens.role(*at) == Some(Role::Postcode))
            .for_each(|at| text.push_str(tokens.text(at))),
    }
    Reading { text, bars }
}

/// Ends a section; returns where.
fn bar(text: &mut String) -> usize {
    text.push('|');
    text.len() - 1
}

/// The words of the place, or all others, in alphabetical order.
fn push_words<'a>(text: &mut String, words: &mut Vec<(&'a str, &'a str)>, tokens: &'a Tokens, place: bool) {
    words.clear();
    for (at, token) in tokens.list.iter().enumerate() {
        if token.role == Role::Word && (token.field == Field::Place) == place {
            words.push((tokens.text(at), tail(tokens, at)));
        }
    }
    words.sort_unstable_by(compare);
    let start = text.len();
    for (word, tail) in words {
        space(text, start);
        text.push_str(word);
        text.push_str(tail);
    }
}

fn push_units(text: &mut String, tokens: &Tokens) {
    let mut units: Vec<String> = Vec::new();
    for (at, token) in tokens.list.iter().enumerate() {
        if let Role::Unit(kind) = token.role {
            let mut unit = format!("{kind}:");
            push_group(&mut unit, tokens, at);
            units.push(unit);
        }
    }
    units.sort_unstable();
    units.dedup();
    for (at, unit) in units.iter().enumerate() {
        if at > 0 {
            text.push(' ');
        }
        text.push_str(unit);
    }
}

/// The token at `at` with those joined to it.
pub(crate) fn push_group(out: &mut String, tokens: &Tokens, at: usize) {
    out.push_str(tokens.text(at));
    let mut next = at + 1;
    while let Some(Role::Joined(glue)) = tokens.role(next) {
        out.push_str(glue);
        out.push_str(tokens.text(next));
        next += 1;
    }
}

fn tail(tokens: &Tokens, at: usize) -> &str {
    match tokens.role(at + 1) {
        Some(Role::Joined(_)) => tokens.text(at + 1),
        _ => "",
    }
}

fn compare(left: &(&str, &str), right: &(&str, &str)) -> Ordering {
    if left.1.is_empty() && right.1.is_empty() {
        return left.0.cmp(right.0);
    }
    left.0.bytes().chain(left.1.bytes()).cmp(right.0.bytes().chain(right.1.bytes()))
}

fn space(text: &mut String, start: usize) {
    if text.len() > start {
        text.push(' ');
    }
}

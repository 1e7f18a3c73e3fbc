//! Cutting a field into tokens: runs of letters and digits, with what stood between them. Which
//! token is a number, a unit or a postcode is decided in `reading`.

use super::country::{Language, Rules};
use super::fold::{Folded, fold, prepared};
use super::street_type;

/// The strongest mark between a token and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    Space,
    Hyphen,
    Slash,
    Comma,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Text,
    Number,
    Street,
    Place,
    Unit,
    Floor,
    Door,
}

/// What a token is for. `Joined` tokens are written behind the one before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Word,
    Number,
    Joined(&'static str),
    Unit(&'static str),
    Postcode,
    Dropped,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    start: usize,
    end: usize,
    /// The usual form, when the token is a known word.
    usual: Option<&'static str>,
    pub gap: Gap,
    pub field: Field,
    pub role: Role,
    /// An opening bracket stood before it.
    pub bracket: bool,
    /// An apostrophe stood after it: an article, not a suffix.
    pub article: bool,
    /// A mark as in `3º` or `N°` stood after it.
    pub ordinal: bool,
}

/// The tokens of one or more fields, over one buffer.
pub(crate) struct Tokens {
    buffer: String,
    pub list: Vec<Token>,
    pub rules: Rules,
}

impl Tokens {
    pub fn new(rules: Rules) -> Tokens {
        Tokens { buffer: String::with_capacity(96), list: Vec::with_capacity(16), rules }
    }

    pub fn text(&self, at: usize) -> &str {
        self.list.get(at).map_or("", |token| match token.usual {
            Some(usual) => usual,
            None => &self.buffer[token.start..token.end],
        })
    }

    pub fn role(&self, at: usize) -> Option<Role> {
        self.list.get(at).map(|token| token.role)
    }

    pub fn set_role(&mut self, at: usize, role: Role) {
        if let Some(token) = self.list.get_mut(at) {
            token.role = role;
        }
    }

    pub fn gap(&self, at: usize) -> Option<Gap> {
        self.list.get(at).map(|token| token.gap)
    }

    pub fn starts_with_digit(&self, at: usize) -> bool {
        self.text(at).as_bytes().first().is_some_and(u8::is_ascii_digit)
    }

    pub fn is_digits(&self, at: usize) -> bool {
        let text = self.text(at);
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// A single letter that is not an article (`l'`).
    pub fn is_letter(&self, at: usize) -> bool {
        let text = self.text(at).as_bytes();
        text.len() == 1
            && text[0].is_ascii_lowercase()
            && !self.list.get(at).is_some_and(|token| token.article)
    }

    /// Appends the tokens of a field.
    pub fn push(&mut self, text: &str, field: Field) {
        let text = prepared(text);
        let mut cutter = Cutter {
            start: self.buffer.len(),
            buffer: &mut self.buffer,
            list: &mut self.list,
            field,
            gap: Gap::Comma,
            bracket: false,
        };
        let joins_apostrophes = self.rules.language == Language::English;
        for letter in text.chars() {
            match letter {
                'a'..='z' | '0'..='9' => cutter.buffer.push(letter),
                'A'..='Z' => cutter.buffer.push(letter.to_ascii_lowercase()),
                '\'' | '’' | '‘' | 'ʼ' | '´' | '`' | '′' => {
                    if !joins_apostrophes && cutter.cut(Gap::Space) {
                        cutter.mark(|token| token.article = true);
                    }
                }
                '-' | '‐'..='―' | '−' => _ = cutter.cut(Gap::Hyphen),
                '/' | '\\' => _ = cutter.cut(Gap::Slash),
                ',' | ';' | '\n' | '\r' => _ = cutter.cut(Gap::Comma),
                '(' | '[' => {
                    cutter.cut(Gap::Space);
                    cutter.bracket = true;
                }
                'º' | 'ª' | '°' => {
                    if cutter.cut(Gap::Space) {
                        cutter.mark(|token| token.ordinal = true);
                    }
                }
                _ if letter.is_ascii() => _ = cutter.cut(Gap::Space),
                _ => {
                    let rules = self.rules;
                    let folded = fold(letter, &rules, |part| {
                        if part == '\0' {
                            cutter.cut(Gap::Space);
                        } else {
                            cutter.buffer.push(part);
                        }
                    });
                    if matches!(folded, Folded::Border) {
                        cutter.cut(Gap::Space);
                    }
                }
            }
        }
        cutter.cut(Gap::Comma);
    }

    /// Gives known words their usual form; numbers lose leading zeros. Comes after the joining of
    /// tokens, which looks at what was written.
    pub fn usual_forms(&mut self) {
        for at in 0..self.list.len() {
            let token = self.list[at];
            let text = self.buffer.as_str().get(token.start..token.end).unwrap_or("");
            if token.role == Role::Postcode || token.usual.is_some() {
                continue;
            }
            let joined = matches!(token.role, Role::Joined(_));
            if text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
                let zeros = text.bytes().take_while(|byte| *byte == b'0').count();
                let digit_after = text.as_bytes().get(zeros).is_some_and(u8::is_ascii_digit);
                self.list[at].start += if digit_after { zeros } else { zeros - zeros.min(1) };
                // `9ème` is `9e`.
                if self.rules.language == Language::French && text.ends_with("eme") {
                    self.list[at].end -= 2;
                }
            } else if joined {
                // A suffix or the rest of a name is no word.
            } else if let Some(usual) = street_type::usual(text, &self.rules) {
                self.list[at].usual = Some(usual);
                if usual.as_bytes().first().is_some_and(u8::is_ascii_digit) && token.role == Role::Word {
                    self.list[at].role = Role::Number;
                }
            } else if self.rules.language == Language::German && text.ends_with("strasse") {
                // `Hauptstraße` is `Hauptstr.`
                self.list[at].end -= "asse".len();
            }
        }
    }

    /// Gives a token its usual form.
    pub fn set_usual(&mut self, at: usize, usual: &'static str) {
        if let Some(token) = self.list.get_mut(at) {
            token.usual = Some(usual);
        }
    }

    /// Replaces the words of two tokens by one known word.
    pub fn fuse(&mut self, at: usize, usual: &'static str) {
        self.set_usual(at, usual);
        self.set_role(at + 1, Role::Dropped);
    }

    /// Cuts leading characters off a token (`u9` is unit `9`).
    pub fn shorten_front(&mut self, at: usize, by: usize) {
        if let Some(token) = self.list.get_mut(at) {
            token.start += by.min(token.end - token.start);
        }
    }
}

struct Cutter<'a> {
    buffer: &'a mut String,
    list: &'a mut Vec<Token>,
    start: usize,
    field: Field,
    gap: Gap,
    bracket: bool,
}

impl Cutter<'_> {
    /// Ends the token that is being read, if there is one, and notes the gap behind it.
    fn cut(&mut self, gap: Gap) -> bool {
        let end = self.buffer.len();
        if end == self.start {
            self.gap = self.gap.max(gap);
            return false;
        }
        let digit = self.buffer.as_bytes().get(self.start).is_some_and(u8::is_ascii_digit);
        self.list.push(Token {
            start: self.start,
            end,
            usual: None,
            gap: self.gap,
            field: self.field,
            role: if digit { Role::Number } else { Role::Word },
            bracket: self.bracket,
            article: false,
            ordinal: false,
        });
        self.start = end;
        self.gap = gap;
        self.bracket = false;
        true
    }

    fn mark(&mut self, change: impl FnOnce(&mut Token)) {
        if let Some(token) = self.list.last_mut() {
            change(token);
        }
    }
}

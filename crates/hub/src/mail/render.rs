//! A template and values become a text, within limits: no file, no other template, so many steps, so long a text.

use super::grammar;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, filters};
use model::mail::{Values, Wording};
use std::io::Write;

/// Steps of the interpreter for one text.
const FUEL: u64 = 100_000;
/// Bytes of a template, and of what is made of it.
const TEMPLATE: usize = 16 << 10;
const TEXT: usize = 256 << 10;
/// Characters of a subject.
const SUBJECT: usize = 250;

/// What is wrong with a template, on which line of its text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub(super) struct Fault {
    pub line: usize,
    pub reason: String,
}

/// Whether a wording can be made into a text, with everything that it may say and with nothing of it.
pub(super) fn vet(wording: &Wording) -> Result<(), Fault> {
    for (text, line) in [(&wording.subject, 1), (&wording.body, Wording::BODY)] {
        if text.len() > TEMPLATE {
            return Err(Fault { line, reason: format!("is longer than {TEMPLATE} bytes") });
        }
        grammar::check(text).map_err(|(at, reason)| Fault { line: line - 1 + at, reason })?;
    }
    render(wording, &Values::sample())?;
    render(wording, &Values::default()).map(|_| ())
}

/// What is sent: the subject on one line, and nothing in either that controls a terminal or a header.
pub(super) fn render(wording: &Wording, values: &Values) -> Result<Wording, Fault> {
    let subject = fill(&wording.subject, values, 1)?;
    let body = fill(&wording.body, values, Wording::BODY)?;
    let subject: Vec<&str> = subject.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let subject: Vec<&str> = subject.into_iter().filter(|word| !word.is_empty()).collect();
    let body = body.replace("\r\n", "\n").replace(|c: char| c.is_control() && !"\n\t".contains(c), " ");
    let mut body = body.trim().to_owned();
    // What does not apply leaves no hole.
    while body.contains("\n\n\n") {
        body = body.replace("\n\n\n", "\n\n");
    }
    Ok(Wording { subject: subject.join(" ").chars().take(SUBJECT).collect(), body })
}

/// `first`: the line of the whole text on which this piece begins.
fn fill(template: &str, values: &Values, first: usize) -> Result<String, Fault> {
    let fault = |error: &minijinja::Error| Fault {
        line: first - 1 + error.line().unwrap_or(1),
        reason: match error.detail() {
            Some(detail) => format!("{}: {detail}", error.kind()),
            None => error.kind().to_string(),
        },
    };
    let environment = environment();
    let mut text = Bounded(Vec::new());
    let template = environment.template_from_str(template).map_err(|e| fault(&e))?;
    template.render_captured_to(values, &mut text).map_err(|e| fault(&e))?;
    Ok(String::from_utf8_lossy(&text.0).into_owned())
}

fn environment<'a>() -> Environment<'a> {
    let mut environment = Environment::empty();
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(16);
    // A name that is mistyped is a mistake, not an empty place in a mail.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.add_filter("length", filters::length);
    environment.add_filter("lower", filters::lower);
    environment.add_filter("upper", filters::upper);
    environment
}

/// A text that ends when it becomes too long.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > TEXT {
            return Err(std::io::Error::other(format!("becomes longer than {TEXT} bytes")));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::mail::Offer;

    fn wording(subject: &str, body: &str) -> Wording {
        Wording { subject: subject.into(), body: body.into() }
    }

    #[test]
    fn a_template_that_cannot_be_sent_is_refused_by_its_line() {
        for (subject, body, line) in [
            ("{{ request", "x", 1),
            ("{{ reqest }}", "x", 1),
            ("a", "x\n{{ reqest }}", 4),
            ("a", "x\n\n{% for offer in offers %}\n{{ offer.prise }}\n{% endfor %}", 6),
            ("a", "{% if start %}{% else %}\n{{ strat }}{% endif %}", 4),
            ("a", "{% if link %}", 3),
            ("a", "{{ link|safe }}", 3),
            ("a", "{{ range(9) }}", 3),
            ("a", "{{ request\n ~ request }}", 3),
        ] {
            let fault = vet(&wording(subject, body)).unwrap_err();
            assert_eq!(fault.line, line, "{subject} {body}: {fault}");
        }
        assert!(vet(&wording("{{ request }}", &"x".repeat(TEMPLATE + 1))).is_err());
        vet(&wording("{{ request }}", "{% for o in offers %}{{ o.monthly }}{% endfor %}")).unwrap();
    }

    #[test]
    fn a_template_that_never_seems_to_end_ends() {
        let offer = Offer { product: "x".repeat(1_000), ..Offer::default() };
        let values = Values { offers: vec![offer; 100], ..Values::default() };
        let depth = 6;
        let nested =
            "{% for o in offers %}".repeat(depth) + "{{ o.product }}" + &"{% endfor %}".repeat(depth);
        assert!(render(&wording("a", &nested), &values).is_err());
        let quiet = nested.replace("{{ o.product }}", "");
        assert!(render(&wording("a", &quiet), &values).is_err());
    }

    #[test]
    fn no_value_begins_a_line_of_a_header() {
        let request = "1\r\nBcc: other@example.dk\r\n\r\nHello\u{0}".to_owned();
        let link = "a\u{1b}[2J\r\nb".to_owned();
        let values = Values { request, link, customer: "{{ link }}".into(), ..Values::default() };
        let made = render(&wording("Request {{ request }}", "{{ link }}|{{ customer }}"), &values).unwrap();
        assert_eq!(made.subject, "Request 1 Bcc: other@example.dk Hello");
        assert_eq!(made.body, "a [2J\nb|{{ link }}");
    }
}

//! What may stand in a template: a small part of what minijinja reads, in which no value can grow. Whoever may change
//! a text could otherwise double one until the memory is full, which a limit on steps does not notice.

/// What a statement may begin with.
const STATEMENTS: &[&str] = &["if", "elif", "else", "endif", "for", "endfor"];
/// Beside letters and digits, outside of texts in quotes.
const SIGNS: &str = "_.|()=!<>,- \t\n";

/// Where a text leaves the grammar, counted in lines from 1, and how.
pub(super) fn check(text: &str) -> Result<(), (usize, String)> {
    let (mut rest, mut line) = (text, 1);
    while let Some(at) = rest.find('{') {
        line += lines(&rest[..at]);
        rest = &rest[at + 1..];
        let close = match rest.bytes().next() {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => continue,
        };
        let end = rest[1..].find(close).ok_or_else(|| (line, format!("`{close}` is missing")))? + 1;
        let inside = &rest[1..end];
        if close != "#}" {
            check_signs(inside).map_err(|rule| (line, rule))?;
        }
        if close == "%}" {
            check_statement(inside).map_err(|rule| (line, rule))?;
        }
        line += lines(inside);
        rest = &rest[end + close.len()..];
    }
    Ok(())
}

fn lines(text: &str) -> usize {
    text.matches('\n').count()
}

/// Braces and backslashes stand nowhere, also not in texts: the end of a tag is where it seems to be.
fn check_signs(inside: &str) -> Result<(), String> {
    let mut quote = None;
    for sign in inside.chars() {
        let fits = match quote {
            Some(open) if sign == open => {
                quote = None;
                true
            }
            Some(_) => !matches!(sign, '{' | '}' | '%' | '\\'),
            None if matches!(sign, '"' | '\'') => {
                quote = Some(sign);
                true
            }
            None => sign.is_ascii_alphanumeric() || SIGNS.contains(sign),
        };
        if !fits {
            return Err(format!("`{sign}` cannot stand between braces"));
        }
    }
    match quote {
        Some(open) => Err(format!("a text in {open} does not end")),
        None => Ok(()),
    }
}

fn check_statement(inside: &str) -> Result<(), String> {
    let inside = inside.trim_start_matches('-').trim_start();
    let word = inside.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    if STATEMENTS.contains(&word) {
        Ok(())
    } else {
        Err(format!("`{word}` is none of {}", STATEMENTS.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_grow_is_let_through_and_the_rest_is_not() {
        for good in [
            "Hej {name} { % }",
            "{{ request|upper }}{{- link -}}",
            "{% if offers|length > 1 and not (start == '2027-01-01') %}x{%- elif link != \"~\" %}{% endif %}",
            "{# anything * at all #}",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, line) in [
            ("{{ 'a' * 9 }}", 1),
            ("\n{{ a ~ a }}", 2),
            ("{{ [a, a] }}", 1),
            ("\n\n{% set a = 'x' %}", 3),
            ("{% include 'a' %}", 1),
            ("{%- macro a() %}", 1),
            ("{% raw %}", 1),
            ("{{ a", 1),
            ("{{ 'a }}' * 9 }}", 1),
            ("{{ {} }}", 1),
            ("{{{ a }}}", 1),
            ("{{ 'a\\' }}", 1),
            ("{{ a\n\n}} {{ b + c }}", 3),
        ] {
            assert_eq!(check(bad).unwrap_err().0, line, "{bad}");
        }
    }
}

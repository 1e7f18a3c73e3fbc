//! The texts of requests.

use serde_json::Value;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

use super::given::Reader;
use super::number;
use crate::text::{PLAIN, Rule, plain};

/// What is documented of `notes`, and more than anybody writes into the others.
const LONGEST: usize = 4096;
/// No control characters but tab and line ends.
const LINES: &str = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$";

/// A text, or a number that is one.
fn said(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => {
            Some(number::whole(&number).map_or_else(|| number.to_string(), |whole| whole.to_string()))
        }
        _ => None,
    }
}

fn shape() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(SchemaType::Array(vec![Type::String, Type::Number]))
        .max_length(Some(LONGEST))
}

/// Free text without the blanks around it, which may be empty: at most 4096 characters. A number is read as text.
impl Reader for String {
    fn take(value: Value) -> Option<Self> {
        let text = said(value)?;
        let foreign = |letter: char| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r');
        let held = text.chars().count() <= LONGEST && !text.contains(foreign);
        held.then(|| text.trim().to_owned())
    }

    fn shape() -> Schema {
        shape().pattern(Some(LINES)).into()
    }
}

/// A text of which nothing may be changed.
pub(super) struct Secret;

impl Reader<String> for Secret {
    fn take(value: Value) -> Option<String> {
        said(value).filter(|text| text.chars().count() <= LONGEST)
    }

    fn shape() -> Schema {
        shape().into()
    }
}

const NAME: Rule = Rule { min: 1, max: 100, pattern: PLAIN, check: plain, example: "Head office" };

/// The name of an account: 1 to 100 characters.
pub(super) struct Name;

impl Reader<String> for Name {
    fn take(value: Value) -> Option<String> {
        let text = value.as_str()?;
        NAME.hold(text).is_ok().then(|| text.trim().to_owned())
    }

    fn shape() -> Schema {
        NAME.shape().into()
    }
}

const ZIP: Rule = Rule { min: 1, max: 10, pattern: PLAIN, check: plain, example: "2605" };
const LAST_ZIP: i64 = 9_999_999_999;

/// A zip code: 1 to 10 characters, or a number of as many digits.
pub(super) struct Zip;

impl Reader<String> for Zip {
    fn take(value: Value) -> Option<String> {
        if let Value::Number(number) = &value {
            return number::whole(number)
                .filter(|zip| (0..=LAST_ZIP).contains(zip))
                .map(|zip| zip.to_string());
        }
        let text = value.as_str()?;
        ZIP.hold(text).is_ok().then(|| text.trim().to_owned())
    }

    fn shape() -> Schema {
        let mut object = ZIP.shape();
        object.schema_type = SchemaType::Array(vec![Type::String, Type::Integer]);
        object.minimum = Some(0.into());
        object.maximum = Some((LAST_ZIP as isize).into());
        object.into()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(value: Value) -> Option<String> {
        <String as Reader>::take(value)
    }

    #[test]
    fn a_number_is_read_as_text() {
        assert_eq!(text(json!(71_919_999)).as_deref(), Some("71919999"));
        assert_eq!(text(json!(71_919_999.0)).as_deref(), Some("71919999"));
        assert_eq!(text(json!(u64::MAX)), Some(u64::MAX.to_string()));
        assert_eq!(text(json!(2.5)).as_deref(), Some("2.5"));
        assert_eq!(text(json!(true)), None);
    }

    #[test]
    fn free_text_has_lines_and_is_trimmed() {
        assert_eq!(text(json!(" a\nb\t ")).as_deref(), Some("a\nb"));
        assert_eq!(text(json!("  ")).as_deref(), Some(""));
        assert_eq!(text(json!("a\0")), None);
        assert!(text(json!("é".repeat(4096))).is_some());
        assert_eq!(text(json!("é".repeat(4097))), None);
    }

    #[test]
    fn nothing_of_a_secret_is_changed() {
        assert_eq!(Secret::take(json!(" a\u{7} ")).as_deref(), Some(" a\u{7} "));
        assert_eq!(Secret::take(json!("a".repeat(4097))), None);
    }

    #[test]
    fn a_zip_code_is_a_number_or_a_text() {
        for value in [json!(2605), json!(2605.0), json!("2605"), json!(" 2605 ")] {
            assert_eq!(Zip::take(value).as_deref(), Some("2605"));
        }
        assert_eq!(Zip::take(json!("SW1A 1AA")).as_deref(), Some("SW1A 1AA"));
        for value in
            [json!(""), json!(" "), json!("12345678901"), json!(-1), json!(26.5), json!(1e10), json!([])]
        {
            assert_eq!(Zip::take(value.clone()), None, "{value}");
        }
    }

    #[test]
    fn a_name_has_up_to_a_hundred_characters() {
        assert_eq!(Name::take(json!(" Head office")).as_deref(), Some("Head office"));
        assert!(Name::take(json!("é".repeat(100))).is_some());
        for value in [json!(""), json!("a".repeat(101)), json!("a\nb"), json!(7)] {
            assert_eq!(Name::take(value.clone()), None, "{value}");
        }
    }
}

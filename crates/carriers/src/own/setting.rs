//! What the settings of an own network may say.

use crate::limit::Limits;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use model::work_order::ByItself;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Given by the installation.
    pub name: String,
    /// ISO 3166-1 alpha-2, for taxes; None: that of its premises.
    #[serde(default)]
    pub country: Option<String>,
    /// IANA name: of its calendar, and of the day in a work order's reference.
    #[serde(default = "utc")]
    pub zone: String,
    #[serde(default)]
    pub credentials: Credentials,
    #[serde(default)]
    pub calendar: Calendar,
    /// XML: how the customer's router is set up at first.
    #[serde(default = "config_info")]
    pub config_info: String,
    /// Work orders that nobody touches go on by themselves. None: they wait for people.
    #[serde(default)]
    pub by_itself: Option<ByItself>,
    #[serde(default)]
    pub quoting: Quoting,
    /// For the engine; named here because unknown members are refused.
    #[serde(default, rename = "limits")]
    _limits: Limits,
}

/// How requests for a price are answered.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quoting {
    /// E-mail addresses that are told of new requests.
    pub recipients: Vec<String>,
    /// Codes of the products that stand for fees where nothing else is said.
    pub fiber_initiation_fee: Option<String>,
    pub dsl_initiation_fee: Option<String>,
    pub dsl_speed_change_fee: Option<String>,
}

/// The patterns of what the customer's equipment signs in with.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Credentials {
    pub pppoe_username: Pattern,
    pub pppoe_password: Pattern,
    pub wifi_username: Pattern,
    pub wifi_password: Pattern,
}

/// A text in which `{id}` stands for the service's GUID without hyphens, and `{upper:N}`, `{hex:N}` and `{digits:N}` for N
/// random characters: capital letters and digits, hexadecimal digits, digits.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Pattern(pub String);

/// When technicians can come.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Calendar {
    /// `08:00`, in order: the times at which an appointment may begin.
    pub times: Vec<String>,
    /// Appointments at one time in one area.
    pub capacity: u32,
    /// Days of the week, Monday is 1.
    pub weekdays: Vec<i8>,
    /// So many days ahead are shown.
    pub days: u32,
}

impl Default for Credentials {
    fn default() -> Self {
        let pattern = |text: &str| Pattern(text.to_owned());
        Self {
            pppoe_username: pattern("{id}@demarc.example"),
            pppoe_password: pattern("{upper:9}"),
            wifi_username: pattern("Fibre_{upper:6}"),
            wifi_password: pattern("{hex:10}"),
        }
    }
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            times: ["08:00", "10:00", "13:00", "15:00"].map(ToOwned::to_owned).to_vec(),
            capacity: 4,
            weekdays: vec![1, 2, 3, 4, 5],
            days: 30,
        }
    }
}

impl Calendar {
    /// Whether an appointment may begin then.
    pub fn has(&self, weekday: Weekday, time: &str) -> bool {
        self.weekdays.contains(&weekday.to_monday_one_offset()) && self.times.iter().any(|own| own == time)
    }
}

fn config_info() -> String {
    "<config_info><enable_band_steering>true</enable_band_steering></config_info>".to_owned()
}

fn utc() -> String {
    "UTC".to_owned()
}

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'p> {
    Text(&'p str),
    Id,
    /// So many of these characters.
    Random(&'static [u8], usize),
}

/// Without those that are easily taken for one another.
const UPPER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
const HEX: &[u8] = b"0123456789abcdef";
const DIGITS: &[u8] = b"0123456789";

impl Pattern {
    fn pieces(&self) -> Result<Vec<Piece<'_>>, String> {
        let wrong = |what: &str| format!("settings: credentials: `{}`: {what}", self.0);
        let (mut pieces, mut rest) = (Vec::new(), self.0.as_str());
        while let Some((before, after)) = rest.split_once('{') {
            let (word, behind) = after.split_once('}').ok_or_else(|| wrong("a brace is not closed"))?;
            pieces.push(Piece::Text(before));
            pieces.push(match word.split_once(':') {
                None if word == "id" => Piece::Id,
                Some((kind, length)) => {
                    let from = match kind {
                        "upper" => UPPER,
                        "hex" => HEX,
                        "digits" => DIGITS,
                        _ => return Err(wrong("there are {id}, {upper:N}, {hex:N} and {digits:N}")),
                    };
                    let length = length.parse().ok().filter(|length| (1..=64).contains(length));
                    Piece::Random(from, length.ok_or_else(|| wrong("N is 1 to 64"))?)
                }
                None => return Err(wrong("there are {id}, {upper:N}, {hex:N} and {digits:N}")),
            });
            rest = behind;
        }
        pieces.push(Piece::Text(rest));
        Ok(pieces)
    }

    /// Whether two services never have the same, or another one can be drawn.
    fn tells_apart(&self) -> Result<bool, String> {
        Ok(self.pieces()?.iter().any(|piece| !matches!(piece, Piece::Text(_))))
    }

    /// The text for a service; `below` draws a number below another one, all equally often.
    pub fn fill<E>(&self, id: &str, mut below: impl FnMut(usize) -> Result<usize, E>) -> Result<String, E> {
        let mut text = String::new();
        // Looked at when the settings were read.
        for piece in self.pieces().unwrap_or_default() {
            match piece {
                Piece::Text(own) => text.push_str(own),
                Piece::Id => text.extend(id.chars().filter(|c| *c != '-').map(|c| c.to_ascii_uppercase())),
                Piece::Random(from, length) => {
                    for _ in 0..length {
                        text.push(char::from(from[below(from.len())?]));
                    }
                }
            }
        }
        Ok(text)
    }
}

impl Settings {
    /// The words of an error name the member at fault.
    pub fn read(settings: &Value) -> Result<Self, String> {
        Limits::read(settings)?;
        let settings = Settings::deserialize(settings).map_err(|e| format!("settings: {e}"))?;
        TimeZone::get(&settings.zone).map_err(|_| {
            format!("settings: zone: `{}` is no zone such as Africa/Johannesburg", settings.zone)
        })?;
        for unique in [&settings.credentials.pppoe_username, &settings.credentials.wifi_username] {
            if !unique.tells_apart()? {
                return Err(format!("settings: credentials: `{}` would be the same for all", unique.0));
            }
        }
        settings.credentials.pppoe_password.pieces()?;
        settings.credentials.wifi_password.pieces()?;
        let calendar = &settings.calendar;
        let is_time = |text: &String| text.len() == 5 && text.parse::<jiff::civil::Time>().is_ok();
        if calendar.times.is_empty() || !calendar.times.iter().all(is_time) || !calendar.times.is_sorted() {
            return Err("settings: calendar: times are such as 08:00, in order".into());
        }
        if calendar.weekdays.is_empty() || !calendar.weekdays.iter().all(|day| (1..=7).contains(day)) {
            return Err("settings: calendar: weekdays are 1 to 7".into());
        }
        if !(1..=10_000).contains(&calendar.capacity) || !(1..=366).contains(&calendar.days) {
            return Err("settings: calendar: capacity is 1 to 10000, days 1 to 366".into());
        }
        if settings.country.as_ref().is_some_and(|country| country.len() != 2) {
            return Err("settings: country: two letters".into());
        }
        Ok(settings)
    }

    pub fn time_zone(&self) -> TimeZone {
        // Looked at when the settings were read.
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn settings(more: Value) -> Result<Settings, String> {
        let mut all = json!({"name": "net"});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Settings::read(&all)
    }

    #[test]
    fn what_is_not_said_has_a_default_that_keeps_the_rules() {
        let own = settings(json!({})).unwrap();
        assert_eq!((own.zone.as_str(), own.by_itself), ("UTC", None));
        assert!(own.calendar.has(Weekday::Monday, "08:00") && !own.calendar.has(Weekday::Sunday, "08:00"));
    }

    #[test]
    fn what_cannot_be_kept_is_refused_by_its_name() {
        for (wrong, named) in [
            (json!({"zone": "Mars/Olympus"}), "zone"),
            (json!({"zne": "UTC"}), "zne"),
            (json!({"country": "ZAF"}), "country"),
            (json!({"calendar": {"times": []}}), "times"),
            (json!({"calendar": {"times": ["10:00", "08:00"]}}), "times"),
            (json!({"calendar": {"times": ["8:00"]}}), "times"),
            (json!({"calendar": {"weekdays": [0]}}), "weekdays"),
            (json!({"calendar": {"capacity": 0}}), "capacity"),
            (json!({"credentials": {"wifi_username": "Fibre"}}), "the same for all"),
            (json!({"credentials": {"wifi_password": "{hex:0}"}}), "N is 1 to 64"),
            (json!({"credentials": {"wifi_password": "{what}"}}), "{id}"),
            (json!({"credentials": {"wifi_password": "{hex"}}), "not closed"),
            (json!({"by_itself": {"scheduled_days": 1}}), "started_days"),
        ] {
            let error = settings(wrong.clone()).unwrap_err();
            assert!(error.contains(named), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_pattern_is_filled() {
        let mut drawn = 0;
        let mut below = |most: usize| {
            drawn += 7;
            Ok::<_, ()>(drawn % most)
        };
        let fill = Pattern("{id}@x-{upper:3}{hex:2}{digits:1}!".into()).fill("ab-c1", &mut below).unwrap();
        assert_eq!(fill, "ABC1@x-HQXc32!");
    }
}

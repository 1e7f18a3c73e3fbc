//! Typed identities: sixteen bytes each, any UUID accepted, version 7 made. The second identity of
//! an aggregate, its `number`, is a plain `i64` below 2^53 given by the store.

use crate::time::Timestamp;

/// What every typed identity can do; the store binds and reads identities through it.
pub trait Identity: Copy {
    fn from_bytes(bytes: [u8; 16]) -> Self;
    fn bytes(&self) -> &[u8; 16];
}

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct Malformed;

/// A version 7 UUID (RFC 9562) of the given moment; `random` fills all bits that are not time,
/// version or variant.
pub fn v7(at: Timestamp, random: [u8; 10]) -> [u8; 16] {
    let millis = (at.micros().max(0) / 1_000).to_be_bytes();
    let mut bytes = [0u8; 16];
    bytes[..6].copy_from_slice(&millis[2..]);
    bytes[6..].copy_from_slice(&random);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    bytes
}

fn text(bytes: &[u8; 16]) -> String {
    let mut out = String::with_capacity(36);
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        for nibble in [byte >> 4, byte & 15] {
            out.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
        }
    }
    out
}

fn parse(text: &str) -> Result<[u8; 16], Malformed> {
    let raw = text.as_bytes();
    if raw.len() != 36 {
        return Err(Malformed);
    }
    let mut bytes = [0u8; 16];
    let mut at = 0;
    for (i, byte) in bytes.iter_mut().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            if raw[at] != b'-' {
                return Err(Malformed);
            }
            at += 1;
        }
        let digit = |b: u8| char::from(b).to_digit(16).ok_or(Malformed);
        *byte = ((digit(raw[at])? << 4) | digit(raw[at + 1])?) as u8;
        at += 2;
    }
    Ok(bytes)
}

macro_rules! identities {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 16]);

        impl $name {
            /// A new identity of the given moment.
            pub fn new(at: Timestamp, random: [u8; 10]) -> Self { Self(v7(at, random)) }
        }
        impl Identity for $name {
            fn from_bytes(bytes: [u8; 16]) -> Self { Self(bytes) }
            fn bytes(&self) -> &[u8; 16] { &self.0 }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&text(&self.0)) }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{}({})", stringify!($name), text(&self.0)) }
        }
        impl std::str::FromStr for $name {
            type Err = Malformed;
            fn from_str(text: &str) -> Result<Self, Malformed> { parse(text).map(Self) }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> { serializer.collect_str(self) }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                parse(&text).map(Self).map_err(serde::de::Error::custom)
            }
        }
    )+};
}

identities! {
    OrganizationId, UserId, KeyId, CarrierId, PremiseId, ProductId, CustomerId, QualificationId,
    OrderId, ServiceId, ActionId, PromptId, AttemptId, ExchangeId, TaskId, EventId, ImportId, AreaId, AccessId,
    WorkOrderId, ServiceChangeId, QuoteRequestId, AccountId, DocumentId, MailId, SessionId, RetentionId, ServiceAccountId,
}

impl ProductId {
    /// Stands for no product.
    pub const NONE: ProductId = ProductId([0; 16]);
}

impl AreaId {
    /// Stands for no area.
    pub const NONE: AreaId = AreaId([0; 16]);
}

impl OrganizationId {
    /// Stands for no organization.
    pub const NONE: OrganizationId = OrganizationId([0; 16]);
}

impl CustomerId {
    /// Stands for no customer.
    pub const NONE: CustomerId = CustomerId([0; 16]);
}

impl QuoteRequestId {
    /// Stands for no request.
    pub const NONE: QuoteRequestId = QuoteRequestId([0; 16]);
}

impl AccountId {
    /// Stands for no account.
    pub const NONE: AccountId = AccountId([0; 16]);
}

impl UserId {
    /// Stands for nobody.
    pub const NONE: UserId = UserId([0; 16]);
}

impl CarrierId {
    /// Stands for no carrier.
    pub const NONE: CarrierId = CarrierId([0; 16]);
}

/// Answers of one run of bulk qualification share its first twelve bytes; their number stands in the last four,
/// which are zero in the run's own id.
impl QualificationId {
    /// A new run of the given moment.
    pub fn run(at: Timestamp, random: [u8; 10]) -> Self {
        Self(v7(at, random)).apart().0
    }

    /// The answer to a row of this run, counted from 1. None: an id has no room for so many.
    pub fn answer(self, row: u64) -> Option<Self> {
        let row = u32::try_from(row).ok().filter(|row| *row > 0)?;
        let mut bytes = self.0;
        bytes[12..].copy_from_slice(&row.to_be_bytes());
        Some(Self(bytes))
    }

    /// The run that an id would be of, and the row.
    pub fn apart(self) -> (Self, u32) {
        let mut bytes = self.0;
        let mut row = [0; 4];
        row.copy_from_slice(&bytes[12..]);
        bytes[12..].fill(0);
        (Self(bytes), u32::from_be_bytes(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_identity_is_read_back_in_either_case() {
        let id = ActionId::new(Timestamp::from_micros(1_731_907_929_000_000), [7; 10]);
        let shown = id.to_string();
        assert_eq!(shown, "01933dc1-c3a8-7707-8707-070707070707");
        assert_eq!(shown.parse::<ActionId>(), Ok(id));
        assert_eq!(shown.to_uppercase().parse::<ActionId>(), Ok(id));
        for bad in
            ["", "01933df6", "01933df6-0128-7707-8707-07070707070g", "01933df6+0128-7707-8707-070707070707"]
        {
            assert_eq!(bad.parse::<ActionId>(), Err(Malformed), "{bad}");
        }
    }

    #[test]
    fn an_answers_id_is_its_runs_and_its_row() {
        let run = QualificationId::run(Timestamp::from_micros(1_731_907_929_000_000), [7; 10]);
        assert_eq!(run.to_string(), "01933dc1-c3a8-7707-8707-070700000000");
        let last = run.answer(u64::from(u32::MAX)).unwrap();
        assert_eq!(last.to_string(), "01933dc1-c3a8-7707-8707-0707ffffffff");
        assert_eq!(last.apart(), (run, u32::MAX));
        assert_eq!((run.answer(0), run.answer(1 << 32)), (None, None));
    }

    #[test]
    fn later_identities_sort_after_earlier_ones() {
        let early = EventId::new(Timestamp::from_micros(1_000_000), [255; 10]);
        let late = EventId::new(Timestamp::from_micros(1_001_000), [0; 10]);
        assert!(early < late);
    }
}

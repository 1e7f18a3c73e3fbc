//! By what an access is looked up.

use super::{AddressId, Gescal37, PhoneNumber, Problems};

/// The parameters of both lookups. At least one is there, and all that are there have to match. Personal: it has no
/// `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Query {
    pub phone_number: Option<PhoneNumber>,
    pub gescal37: Option<Gescal37>,
    pub address_id: Option<AddressId>,
}

impl Query {
    /// Reads the parameters, or says all that is wrong with them. Others are passed over; an empty one is none.
    pub fn parse<N: AsRef<str>, V: AsRef<str>>(
        parameters: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, Problems> {
        let given: Vec<(N, V)> =
            parameters.into_iter().filter(|(_, value)| !value.as_ref().is_empty()).collect();
        let mut problems = Problems::new();
        let read = Self {
            phone_number: one(&given, "phoneNumber", PhoneNumber::parse, &mut problems),
            gescal37: one(&given, "gescal37", Gescal37::parse, &mut problems),
            address_id: one(&given, "addressId", AddressId::parse, &mut problems),
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        if read.phone_number.is_none() && read.gescal37.is_none() && read.address_id.is_none() {
            return Err(Problems::body("one of phoneNumber, gescal37 and addressId is required"));
        }
        Ok(read)
    }
}

fn one<T, N: AsRef<str>, V: AsRef<str>>(
    given: &[(N, V)],
    name: &str,
    parse: fn(&str) -> Result<T, &'static str>,
    problems: &mut Problems,
) -> Option<T> {
    let mut values = given.iter().filter(|(own, _)| own.as_ref() == name).map(|(_, value)| value.as_ref());
    let value = values.next()?;
    if values.next().is_some() {
        problems.add(name, "must be given once");
        return None;
    }
    parse(value).map_err(|message| problems.add(name, message)).ok()
}

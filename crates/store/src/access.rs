//! Accesses: loaded in bulk, found by the codes that name them. Phone numbers are sealed, and found by a digest.

use crate::import::visible;
use crate::sql::{Arg, Row};
use crate::{Error, Tx, Vault, args, difference, statements};
use model::access::{Access, Details, Gescal37};
use model::id::{AccessId, CarrierId};

/// What `read` reads, of accesses that can be seen. `wanted`: carrier, value, limit
macro_rules! found {
    ($wanted:literal) => {
        visible!(
            "p.number, p.id, p.carrier_id, p.external_reference, p.iua, p.gescal37, p.phone, p.brand, p.premise_reference, p.technology, p.address_id, p.details",
            "access",
            "accesses",
            $wanted
        )
    };
}

statements! {
    BY_REFERENCE = found!("p.carrier_id = $1 AND p.external_reference = $2 ORDER BY p.number LIMIT $3");
    BY_IUA = found!("p.carrier_id = $1 AND p.iua = $2 ORDER BY p.number LIMIT $3");
    BY_GESCAL37 = found!("p.carrier_id = $1 AND p.gescal37 = $2 ORDER BY p.number LIMIT $3");
    BY_ADDRESS = found!("p.carrier_id = $1 AND p.address_id = $2 ORDER BY p.number LIMIT $3");
    IN_BUILDING = found!("p.carrier_id = $1 AND p.gescal37 >= $2 AND p.gescal37 < $4 AND substr(p.gescal37, 1, 17) = $2 ORDER BY p.number LIMIT $3");
    BY_PHONE = found!("p.carrier_id = $1 AND p.phone_digest = $2 ORDER BY p.number LIMIT $3");
    COUNT = visible!("count(*) AS n", "access", "accesses", "p.carrier_id = $1");
}

/// An access as it is loaded.
#[derive(Clone, PartialEq)]
pub struct Listing {
    pub external_reference: String,
    pub iua: Option<String>,
    pub gescal37: Option<Gescal37>,
    /// As `model::access::phone` writes it.
    pub phone: Option<String>,
    pub brand: Option<String>,
    pub premise_reference: Option<String>,
    pub technology: Option<String>,
    pub address_id: Option<String>,
    pub details: Details,
}

/// By what accesses are looked up.
#[derive(Clone, Copy)]
pub enum By<'a> {
    Reference(&'a str),
    Iua(&'a str),
    Gescal37(&'a Gescal37),
    /// As `model::access::phone` writes it.
    Phone(&'a str),
    /// As `model::access::address_id` writes it.
    Address(&'a str),
}

/// The identity of a carrier's access: the same in every import and on every node.
pub fn identity(carrier: CarrierId, external_reference: &str) -> AccessId {
    crate::import::identity("access", carrier, external_reference)
}

pub(crate) fn digest(vault: &Vault, phone: &str) -> Vec<u8> {
    vault.digest("access.phone", phone).to_vec()
}

/// Loads accesses into an import that nobody sees yet; each reference once.
pub fn load(tx: &mut Tx<'_>, carrier: CarrierId, import: i64, listings: &[Listing]) -> Result<(), Error> {
    let vault = tx.vault();
    let phone = |listing: &Listing| {
        let sealed = |phone: &String| Ok::<_, Error>((vault.seal(phone.as_bytes())?, digest(vault, phone)));
        listing.phone.as_ref().map(sealed).transpose()
    };
    let made = listings
        .iter()
        .map(|listing| {
            let details = &listing.details;
            let details = (!details.is_empty()).then(|| vault.seal_json(details)).transpose()?;
            Ok((identity(carrier, &listing.external_reference), phone(listing)?, details))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let rows: Vec<[Arg<'_>; 13]> = made
        .iter()
        .zip(listings)
        .map(|((id, phone, details), listing)| {
            [
                id.into(),
                (&carrier).into(),
                import.into(),
                (&listing.external_reference).into(),
                listing.iua.as_deref().into(),
                listing.gescal37.as_ref().map(Gescal37::as_str).into(),
                phone.as_ref().map(|(sealed, _)| sealed).into(),
                phone.as_ref().map(|(_, digest)| digest).into(),
                listing.brand.as_deref().into(),
                listing.premise_reference.as_deref().into(),
                listing.technology.as_deref().into(),
                listing.address_id.as_deref().into(),
                details.as_ref().into(),
            ]
        })
        .collect();
    difference::ACCESSES.load(tx, &rows)
}

pub(crate) fn read(row: Row<'_>, vault: &Vault) -> Result<Access, Error> {
    let phone = |sealed: Vec<u8>| {
        String::from_utf8(vault.open(&sealed)?).map_err(|_| Error::Corrupt("column phone: not text".into()))
    };
    let gescal = |text: String| {
        Gescal37::parse(&text).ok_or_else(|| Error::Corrupt(format!("column gescal37: `{text}`")))
    };
    let details: Option<Vec<u8>> = row.get("details")?;
    Ok(Access {
        number: row.get("number")?,
        id: row.get("id")?,
        carrier: row.get("carrier_id")?,
        external_reference: row.get("external_reference")?,
        iua: row.get("iua")?,
        gescal37: row.get::<Option<String>>("gescal37")?.map(gescal).transpose()?,
        phone: row.get::<Option<Vec<u8>>>("phone")?.map(phone).transpose()?,
        brand: row.get("brand")?,
        premise_reference: row.get("premise_reference")?,
        technology: row.get("technology")?,
        address_id: row.get("address_id")?,
        details: details.map(|sealed| vault.open_json(&sealed)).transpose()?.unwrap_or_default(),
    })
}

/// A carrier's accesses with this code, at most `limit`.
pub fn find(tx: &mut Tx<'_>, carrier: CarrierId, by: By<'_>, limit: i64) -> Result<Vec<Access>, Error> {
    let vault = tx.vault();
    let read = |row: Row<'_>| read(row, vault);
    match by {
        By::Reference(text) => tx.all(BY_REFERENCE, args![&carrier, text, limit], read),
        By::Iua(text) => tx.all(BY_IUA, args![&carrier, text, limit], read),
        By::Gescal37(code) => tx.all(BY_GESCAL37, args![&carrier, code.as_str(), limit], read),
        By::Address(text) => tx.all(BY_ADDRESS, args![&carrier, text, limit], read),
        By::Phone(phone) => tx.all(BY_PHONE, args![&carrier, &digest(vault, phone), limit], read),
    }
}

/// Accesses in a building, by the first positions of where they end.
pub fn in_building(
    tx: &mut Tx<'_>,
    carrier: CarrierId,
    building: &str,
    limit: i64,
) -> Result<Vec<Access>, Error> {
    let (vault, end) = (tx.vault(), after(building));
    tx.all(IN_BUILDING, args![&carrier, building, limit, &end], |row| read(row, vault))
}

/// The first text after all that begin with these digits or letters.
pub(crate) fn after(prefix: &str) -> String {
    let mut text: Vec<char> = prefix.chars().collect();
    if let Some(last) = text.last_mut() {
        *last = char::from_u32(u32::from(*last) + 1).unwrap_or('~');
    }
    text.into_iter().collect()
}

/// How many accesses a carrier has.
pub fn count(tx: &mut Tx<'_>, carrier: CarrierId) -> Result<i64, Error> {
    tx.one(COUNT, args![&carrier], |row| row.get("n"))
}

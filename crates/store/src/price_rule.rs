//! Price rules of carriers: read in the order of their file, replaced as a whole.

use crate::sql::Row;
use crate::{Error, Tx, args, carrier, statements};
use model::id::CarrierId;
use model::money::{Currency, Money};
use model::quote::PriceRule;

statements! {
    FORGET = "DELETE FROM price_rule WHERE carrier_id = $1";
    INSERT = "INSERT INTO price_rule (carrier_id, position, line, product, area, max_distance_m, level, initiation, monthly, currency, commitment)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    /// Whoever replaces a carrier's rules does it alone.
    CHANGED = "UPDATE carrier SET version = version + 1 WHERE id = $1 RETURNING version, organization_id";
    OF_CARRIER = "SELECT line, product, area, max_distance_m, level, initiation, monthly, currency, commitment
        FROM price_rule WHERE carrier_id = $1 ORDER BY position";
}

/// Puts rules in the place of all that a carrier has, with one event. A rule without a price conflicts with the table.
pub fn replace(tx: &mut Tx<'_>, carrier: CarrierId, rules: &[PriceRule]) -> Result<(), Error> {
    let (version, owner) =
        tx.one(CHANGED, args![&carrier], |row| Ok((row.get("version")?, row.get("organization_id")?)))?;
    tx.run(FORGET, args![&carrier])?;
    for (position, rule) in (1i64..).zip(rules) {
        insert(tx, carrier, position, rule)?;
    }
    let data = serde_json::json!({"rows": rules.len()});
    carrier::event(tx, "price_rules.imported", carrier, version, owner, data)
}

fn insert(tx: &mut Tx<'_>, carrier: CarrierId, position: i64, rule: &PriceRule) -> Result<(), Error> {
    let text = |money: Money| money.amount.to_string();
    let (initiation, monthly) = (rule.initiation.map(text), rule.monthly.map(text));
    let currency = rule.initiation.or(rule.monthly).map(|money| money.currency);
    let row = args![
        &carrier,
        position,
        rule.line.cast_signed(),
        &rule.product,
        rule.area.as_deref(),
        rule.max_distance_m,
        rule.level.word(),
        initiation.as_deref(),
        monthly.as_deref(),
        currency.as_ref().map(Currency::code),
        rule.commitment.map(i64::from),
    ];
    tx.run(INSERT, row).map(|_| ())
}

/// A carrier's rules in the order of their file.
pub fn of_carrier(tx: &mut Tx<'_>, carrier: CarrierId) -> Result<Vec<PriceRule>, Error> {
    tx.all(OF_CARRIER, args![&carrier], read)
}

fn read(row: Row<'_>) -> Result<PriceRule, Error> {
    let currency: Currency = row.word("currency")?;
    let money = |column: &str| {
        let text: Option<String> = row.get(column)?;
        let parsed = text.map(|text| Money::parse(&text, currency)).transpose();
        parsed.map_err(|e| Error::Corrupt(format!("column {column}: {e}")))
    };
    Ok(PriceRule {
        line: row.get::<i64>("line")?.cast_unsigned(),
        product: row.get("product")?,
        area: row.get("area")?,
        max_distance_m: row.get("max_distance_m")?,
        level: row.word("level")?,
        initiation: money("initiation")?,
        monthly: money("monthly")?,
        commitment: row.count("commitment")?,
    })
}

//! What is agreed on with one customer: the prices of its reseller's products, and which of them it cannot have.

use super::source::decompressed;
use super::{At, Options, Summary, Witness};
use crate::{Error, Hub, catalogue};
use model::money::{Money, parse_amount};
use model::product::{Product, folded};
use std::io::Read;
use store::customer_product::Agreed;

/// The columns of a CSV file of them.
const COLUMNS: &[&str] = &["code", "monthly_price", "setup_price", "sold"];

/// A row as it is written: code, price a month and once, whether it is sold.
type Row = (u64, [String; 4]);

impl Hub {
    /// Imports what is agreed on with a customer of an organization about a carrier's products. A row takes the place of
    /// what was agreed on about its product before.
    pub async fn import_agreed(
        &self,
        source: Box<dyn Read + Send>,
        options: &Options,
        customer: &str,
        witness: &mut impl Witness,
    ) -> Result<Summary, Error> {
        let carrier = self.carrier_to_fill(&options.carrier).await?;
        let rows = tokio::task::spawn_blocking(move || read(source))
            .await
            .map_err(|e| Error::Internal(e.to_string()))??;
        let (id, named) = (carrier.id, customer.to_owned());
        let organization =
            options.organization.clone().ok_or_else(|| Error::invalid("org", "is needed for a customer"))?;
        let known = self.store().read(move |tx| {
            let owner =
                store::organization::by_name(tx, &organization)?.ok_or(Error::NotFound("organization"))?;
            let customer = store::member::customer(tx, owner.id, &named)?;
            let customer = customer.ok_or(Error::NotFound("customer of this organization"))?;
            Ok::<_, Error>((customer, catalogue::everything(tx, id)?))
        });
        let (customer, sold) = known.await?;
        let (mut summary, mut agreed) = (Summary::default(), Vec::new());
        for (line, row) in rows {
            summary.read += 1;
            match of(&row, &sold) {
                Ok(one) => agreed.push(one),
                Err(why) => summary.refuse(witness, At::Line(line), &why),
            }
        }
        summary.committed = summary.refused == 0 || (options.skip_bad && !agreed.is_empty());
        if !summary.committed {
            return Ok(summary);
        }
        summary.imported = agreed.len() as u64;
        let replace = options.replace;
        let put = self.store().write(move |tx| {
            if replace {
                store::customer_product::forget(tx, customer, id)?;
            }
            for one in &agreed {
                store::customer_product::put(tx, customer, id, one)?;
            }
            Ok::<_, store::Error>(())
        });
        put.await?;
        Ok(summary)
    }
}

fn of([code, monthly, setup, sold_to]: &[String; 4], sold: &[Product]) -> Result<Agreed, String> {
    let product = sold.iter().find(|own| own.is_called(code));
    let product = product.ok_or_else(|| format!("`{code}` is not sold by this carrier"))?;
    let price = |name: &str, text: &str| {
        if text.is_empty() {
            return Ok(None);
        }
        let amount = parse_amount(text).ok().filter(|amount| !amount.is_sign_negative());
        let amount = amount.ok_or_else(|| format!("{name} `{text}` is not a price"))?;
        Ok::<_, String>(Some(Money::new(amount, product.currency)))
    };
    let sold = match sold_to.to_lowercase().as_str() {
        "" | "yes" | "true" => true,
        "no" | "false" => false,
        _ => return Err(format!("sold `{sold_to}` is neither yes nor no")),
    };
    Ok(Agreed {
        code: folded(&product.code),
        sold,
        monthly: price("monthly_price", monthly)?,
        setup: price("setup_price", setup)?,
    })
}

fn read(source: Box<dyn Read + Send>) -> Result<Vec<Row>, Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(decompressed(source)?);
    let unreadable = |e: csv::Error| Error::invalid("file", format!("cannot be read: {e}"));
    let head = reader.headers().map_err(unreadable)?.clone();
    if let Some(unknown) = head.iter().find(|column| !COLUMNS.contains(&column.trim())) {
        return Err(Error::invalid(
            "file",
            format!("the column `{unknown}` is not one of: {}", COLUMNS.join(", ")),
        ));
    }
    let place = |name: &str| head.iter().position(|column| column.trim() == name);
    if place("code").is_none() {
        return Err(Error::invalid("file", "has no column `code`"));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        let get =
            |name: &str| place(name).and_then(|at| record.get(at)).unwrap_or_default().trim().to_owned();
        rows.push((line, [get("code"), get("monthly_price"), get("setup_price"), get("sold")]));
    }
    Ok(rows)
}

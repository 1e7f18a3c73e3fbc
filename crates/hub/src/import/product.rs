//! Products: JSON (a list, or one a line) with all that a product has, or CSV with the plain part.

use super::source::decompressed;
use super::{At, Options, Summary, Witness};
use crate::own::product::Terms;
use crate::{Error, Hub, carrier, catalogue};
use model::carrier::Carrier;
use model::money::{Currency, Money, parse_amount};
use model::product::{Prices, Product, folded};
use std::collections::HashSet;
use std::io::{BufRead, Read};
use store::import::Kind;
use store::reseller_product::{Own, derived};

/// The columns of a CSV file of products.
const COLUMNS: &[&str] = &[
    "code",
    "id",
    "name",
    "description",
    "kind",
    "technology",
    "recurrence",
    "sold_from",
    "sold_until",
    "down_mbps",
    "up_mbps",
    "term_months",
    "lead_days",
    "currency",
    "monthly_price",
    "monthly_wholesale",
    "monthly_cost",
    "setup_price",
    "setup_wholesale",
    "setup_cost",
];

impl Hub {
    /// Imports products. The first import of a file takes the place of a default catalogue.
    pub async fn import_products(
        &self,
        source: Box<dyn Read + Send>,
        options: &Options,
        witness: &mut impl Witness,
    ) -> Result<Summary, Error> {
        let carrier = self.carrier_to_fill(&options.carrier).await?;
        let reading = tokio::task::spawn_blocking(move || read_all(source));
        let rows = tokio::select! {
            rows = reading => rows.map_err(|e| Error::Internal(e.to_string()))??,
            stopped = options.stopped() => return Err(stopped),
        };
        let (mut summary, mut products, mut codes) = (Summary::default(), Vec::new(), HashSet::new());
        // A reseller may make several products of one of the carrier's, told apart by their ids.
        let own = options.organization.is_some();
        let name = |product: &Product| (folded(&product.code), product.id.filter(|_| own));
        for (line, row) in rows {
            summary.read += 1;
            match row.and_then(check) {
                Ok(product) if codes.insert(name(&product)) => products.push((line, product)),
                Ok(product) => {
                    let why = format!("code `{}` stands in the file twice", product.code);
                    summary.refuse(witness, At::Line(line), &why);
                }
                Err(why) => summary.refuse(witness, At::Line(line), &why),
            }
        }
        if let Some(organization) = &options.organization {
            return self.define_products(&carrier, organization, products, options, (witness, summary)).await;
        }
        let products: Vec<Product> = products.into_iter().map(|(_, product)| product).collect();
        let listings = carrier::listings(&products)?;
        summary.imported = listings.len() as u64;
        let import = self.begin_import(&carrier, Kind::Products, options).await?;
        let filling = async {
            let id = carrier.id;
            self.store().write(move |tx| store::product::load(tx, id, import.number, &listings)).await?;
            self.end_import(&carrier, Kind::Products, import, Vec::new(), options, &mut summary).await
        };
        let filled = filling.await;
        self.or_abort(import, filled).await?;
        Ok(summary)
    }
}

impl Hub {
    /// Makes a reseller's own products of a carrier's: their names, prices and speeds.
    async fn define_products(
        &self,
        carrier: &Carrier,
        organization: &str,
        products: Vec<(u64, Product)>,
        options: &Options,
        (witness, mut summary): (&mut impl Witness, Summary),
    ) -> Result<Summary, Error> {
        let (id, name) = (carrier.id, organization.to_owned());
        let known = self.store().read(move |tx| {
            let organization =
                store::organization::by_name(tx, &name)?.ok_or(Error::NotFound("organization"))?;
            Ok::<_, Error>((organization.id, catalogue::everything(tx, id)?))
        });
        let (owner, sold) = known.await?;
        let mut own = Vec::new();
        for (line, product) in products {
            match sold.iter().find(|sold| sold.is_called(&product.code)).and_then(|sold| sold.id) {
                Some(original) => own.push(Own {
                    id: product.id.unwrap_or_else(|| derived(owner, original)),
                    code: folded(&product.code),
                    offering: serde_json::to_value(Terms::of(&product))
                        .map_err(|e| Error::Internal(e.to_string()))?,
                }),
                None => {
                    let why = format!("`{}` is not sold by {}", product.code, carrier.name);
                    summary.refuse(witness, At::Line(line), &why);
                }
            }
        }
        summary.imported = own.len() as u64;
        summary.committed = summary.refused == 0 || (options.skip_bad && !own.is_empty());
        if !summary.committed {
            summary.imported = 0;
            return Ok(summary);
        }
        let replace = options.replace;
        let put = self.store().write(move |tx| {
            if replace {
                store::reseller_product::forget(tx, owner, id)?;
            }
            for own in &own {
                if !store::reseller_product::put(tx, owner, id, own)? {
                    return Err(Error::Conflict(format!("the id {} is another product's", own.id)));
                }
            }
            Ok(())
        });
        put.await?;
        Ok(summary)
    }
}

fn check(product: Product) -> Result<Product, String> {
    if product.code.trim().is_empty() || product.code.len() > 255 {
        return Err("code must have 1 to 255 bytes".into());
    }
    product.check().map_err(|flaw| flaw.to_string())?;
    Ok(product)
}

type Rows = Vec<(u64, Result<Product, String>)>;

fn read_all(source: Box<dyn Read + Send>) -> Result<Rows, Error> {
    let mut source = decompressed(source)?;
    let head = source.fill_buf().map_err(|e| Error::invalid("file", format!("cannot be read: {e}")))?;
    match head.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'[') => read_list(source),
        Some(b'{') => read_lines(source),
        _ => read_csv(source),
    }
}

fn read_list(source: impl BufRead) -> Result<Rows, Error> {
    let items: Vec<serde_json::Value> =
        serde_json::from_reader(source).map_err(|e| Error::invalid("file", format!("is not JSON: {e}")))?;
    // A list has no lines of its own: its items are counted.
    let read = |(at, item)| (at as u64 + 1, serde_json::from_value(item).map_err(|e| e.to_string()));
    Ok(items.into_iter().enumerate().map(read).collect())
}

fn read_lines(source: impl BufRead) -> Result<Rows, Error> {
    let mut rows = Vec::new();
    for (at, line) in source.lines().enumerate() {
        let line = line.map_err(|e| Error::invalid("file", format!("cannot be read: {e}")))?;
        if !line.trim().is_empty() {
            rows.push((at as u64 + 1, serde_json::from_str(&line).map_err(|e| e.to_string())));
        }
    }
    Ok(rows)
}

fn read_csv(source: impl BufRead) -> Result<Rows, Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source);
    let unreadable = |e: csv::Error| Error::invalid("file", format!("cannot be read: {e}"));
    let head = reader.headers().map_err(unreadable)?.clone();
    if let Some(unknown) = head.iter().find(|column| !COLUMNS.contains(&column.trim())) {
        return Err(Error::invalid(
            "file",
            format!("the column `{unknown}` is not one of: {}", COLUMNS.join(", ")),
        ));
    }
    if !["code", "currency"].iter().all(|wanted| head.iter().any(|column| column.trim() == *wanted)) {
        return Err(Error::invalid("file", "a file of products has a column `code` and a column `currency`"));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        let get = |name: &str| {
            let at = head.iter().position(|column| column.trim() == name)?;
            record.get(at).map(str::trim).filter(|text| !text.is_empty())
        };
        rows.push((line, read_record(get)));
    }
    Ok(rows)
}

fn read_record<'r>(get: impl Fn(&str) -> Option<&'r str>) -> Result<Product, String> {
    let whole = |name: &str| {
        get(name)
            .map(|text| text.parse::<u32>().map_err(|_| format!("{name} `{text}` is not a whole number")))
            .transpose()
    };
    let currency: Currency = get("currency")
        .ok_or("currency is missing")?
        .parse()
        .map_err(|_| "currency must be three letters")?;
    let price = |name: &str| -> Result<Option<Money>, String> {
        let Some(text) = get(name) else { return Ok(None) };
        let amount = parse_amount(text).map_err(|_| format!("{name} `{text}` is not an amount"))?;
        Ok(Some(Money::new(amount, currency)))
    };
    let prices = |[customer, wholesale, cost]: [&str; 3]| -> Result<Prices, String> {
        Ok(Prices { customer: price(customer)?, wholesale: price(wholesale)?, cost: price(cost)? })
    };
    let word = |name: &str| get(name).map(str::to_ascii_uppercase);
    let day = |name: &str| {
        get(name)
            .map(|text| text.parse().map_err(|_| format!("{name} `{text}` is not a day such as 2027-01-31")))
            .transpose()
    };
    Ok(Product {
        kind: word("kind")
            .map(|word| word.parse())
            .transpose()
            .map_err(|e: model::word::Unknown| e.to_string())?,
        recurrence: word("recurrence")
            .map(|word| word.parse())
            .transpose()
            .map_err(|e: model::word::Unknown| e.to_string())?,
        sold_from: day("sold_from")?,
        sold_until: day("sold_until")?,
        id: get("id").map(|id| id.parse().map_err(|_| format!("id `{id}` is not a GUID"))).transpose()?,
        description: get("description").map(ToOwned::to_owned),
        code: get("code").ok_or("code is missing")?.to_owned(),
        name: get("name").map(ToOwned::to_owned),
        technology: get("technology").map(ToOwned::to_owned),
        down_mbps: whole("down_mbps")?,
        up_mbps: whole("up_mbps")?,
        term_months: whole("term_months")?.unwrap_or(0),
        lead_days: whole("lead_days")?,
        currency,
        monthly: prices(["monthly_price", "monthly_wholesale", "monthly_cost"])?,
        setup: prices(["setup_price", "setup_wholesale", "setup_cost"])?,
        addons: Vec::new(),
        exclusive_categories: Vec::new(),
    })
}

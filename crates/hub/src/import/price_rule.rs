//! Price rules from CSV: what the rows say, and whether the carriers have what they name.

use super::source::{Columns, Mapping, decompressed, number, text, whole};
use super::{At, Options, Summary, Witness};
use crate::{Error, Hub, catalogue};
use model::id::CarrierId;
use model::money::{Currency, Money, parse_amount};
use model::product::{Level, Product, folded};
use model::quote::PriceRule;
use model::quote::rule::{FARTHEST, HIGHEST_PRICE, LONGEST_COMMITMENT, level};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use store::Tx;

/// The columns of a file of price rules.
const COLUMNS: &[&str] =
    &["carrier", "product", "area", "max_distance_m", "level", "initiation", "monthly", "commitment"];

/// All rules of a carrier are read for an offer, and replaced in one transaction.
const MOST: usize = 20_000;

/// A row by itself: whether there is what it names is not known yet.
#[derive(Debug, Clone, PartialEq)]
struct Written {
    /// As carriers are called, in lower case.
    carrier: String,
    product: String,
    area: Option<String>,
    max_distance_m: Option<f64>,
    level: Level,
    initiation: Option<Decimal>,
    monthly: Option<Decimal>,
    commitment: Option<u32>,
}

/// Rows with their lines; of a bad one, why.
type Rows<T> = Vec<(u64, Result<T, String>)>;

impl Hub {
    /// Imports price rules: the file takes the place of all rules of each carrier that it has a good row for.
    /// `options.carrier` is that of rows that name none; empty: there is none.
    pub async fn import_price_rules(
        &self,
        source: Box<dyn Read + Send>,
        options: &Options,
        witness: &mut impl Witness,
    ) -> Result<Summary, Error> {
        let mut rules: BTreeMap<CarrierId, Vec<PriceRule>> = BTreeMap::new();
        if !options.carrier.is_empty() {
            let carrier = self.carrier_to_fill(&options.carrier).await?;
            if options.replace {
                rules.insert(carrier.id, Vec::new());
            }
        }
        let default = options.carrier.to_ascii_lowercase();
        let reading = tokio::task::spawn_blocking(move || read_all(source, &default));
        let rows = tokio::select! {
            rows = reading => rows.map_err(|e| Error::Internal(e.to_string()))??,
            stopped = options.stopped() => return Err(stopped),
        };
        if rows.is_empty() && rules.is_empty() {
            let why = "has no rows; with --replace and --carrier it withdraws all that this carrier has";
            return Err(Error::invalid("file", why));
        }
        let mut summary = Summary { read: rows.len() as u64, ..Summary::default() };
        for (line, row) in self.store().read(move |tx| fitted(tx, &rows)).await? {
            match row {
                Ok((carrier, rule)) => {
                    summary.imported += 1;
                    rules.entry(carrier).or_default().push(rule);
                }
                Err(why) => summary.refuse(witness, At::Line(line), &why),
            }
        }
        witness.read(summary.read);
        summary.committed = summary.refused == 0 || (options.skip_bad && summary.imported > 0);
        if !summary.committed {
            summary.imported = 0;
            return Ok(summary);
        }
        let put = self.store().write(move |tx| {
            rules.iter().try_for_each(|(carrier, rules)| store::price_rule::replace(tx, *carrier, rules))
        });
        put.await?;
        Ok(summary)
    }
}

/// What rows name of one carrier.
struct Known {
    id: CarrierId,
    products: Vec<Product>,
    areas: HashMap<String, bool>,
}

/// The rows as rules of their carriers, as far as these have what is named.
fn fitted(tx: &mut Tx<'_>, rows: &Rows<Written>) -> Result<Rows<(CarrierId, PriceRule)>, store::Error> {
    let (mut carriers, mut fitted): (HashMap<&str, Option<Known>>, _) = (HashMap::new(), Vec::new());
    for (line, row) in rows {
        let row = match row {
            Err(why) => Err(why.clone()),
            Ok(written) => {
                let known = match carriers.entry(&written.carrier) {
                    std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                    std::collections::hash_map::Entry::Vacant(new) => {
                        new.insert(known(tx, &written.carrier)?)
                    }
                };
                match known {
                    None => Err(format!("there is no carrier `{}`", written.carrier)),
                    Some(known) => known.rule(tx, *line, written)?.map(|rule| (known.id, rule)),
                }
            }
        };
        fitted.push((*line, row));
    }
    Ok(fitted)
}

fn known(tx: &mut Tx<'_>, name: &str) -> Result<Option<Known>, store::Error> {
    let Some(carrier) = store::carrier::by_name(tx, name)? else { return Ok(None) };
    let products = catalogue::products(tx, carrier.id)?;
    Ok(Some(Known { id: carrier.id, products, areas: HashMap::new() }))
}

impl Known {
    fn rule(
        &mut self,
        tx: &mut Tx<'_>,
        line: u64,
        written: &Written,
    ) -> Result<Result<PriceRule, String>, store::Error> {
        let currency = match self.currency(written) {
            Ok(currency) => currency,
            Err(why) => return Ok(Err(why)),
        };
        if let Some(area) = &written.area
            && !self.has_area(tx, area)?
        {
            return Ok(Err(format!("`{area}` is not an area of {}", written.carrier)));
        }
        let money = |amount: Decimal| Money::new(amount, currency);
        Ok(Ok(PriceRule {
            line,
            product: folded(&written.product),
            area: written.area.clone(),
            max_distance_m: written.max_distance_m,
            level: written.level,
            initiation: written.initiation.map(money),
            monthly: written.monthly.map(money),
            commitment: written.commitment,
        }))
    }

    /// That of the product; of any product, that of all.
    fn currency(&self, Written { carrier, product, .. }: &Written) -> Result<Currency, String> {
        let mut meant = self.products.iter().filter(|own| product.is_empty() || own.is_called(product));
        let Some(first) = meant.next() else {
            return Err(match product.as_str() {
                "" => format!("{carrier} sells no product"),
                product => format!("product `{product}` is not sold by {carrier}"),
            });
        };
        if meant.any(|other| other.currency != first.currency) {
            return Err(format!("product is missing: {carrier} sells in several currencies"));
        }
        Ok(first.currency)
    }

    fn has_area(&mut self, tx: &mut Tx<'_>, reference: &str) -> Result<bool, store::Error> {
        if let Some(known) = self.areas.get(reference) {
            return Ok(*known);
        }
        let known = store::area::is_listed(tx, self.id, reference)?;
        self.areas.insert(reference.to_owned(), known);
        Ok(known)
    }
}

fn read_all(source: Box<dyn Read + Send>, default: &str) -> Result<Rows<Written>, Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(decompressed(source)?);
    let unreadable = |error: csv::Error| Error::invalid("file", format!("cannot be read: {error}"));
    let columns = columns(reader.headers().map_err(unreadable)?)?;
    let (mut rows, mut record) = (Vec::new(), csv::StringRecord::new());
    loop {
        let line = reader.position().line();
        let row = match reader.read_record(&mut record) {
            Ok(false) => return Ok(rows),
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                (line, read_row(&record, &columns, default))
            }
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                (line, Err("is not UTF-8".to_owned()))
            }
            Err(error) => return Err(unreadable(error)),
        };
        if rows.len() == MOST {
            return Err(Error::invalid("file", format!("has more than {MOST} rows")));
        }
        rows.push(row);
    }
}

/// A column that is misspelled would change prices silently: it is refused.
fn columns(head: &csv::StringRecord) -> Result<Columns, Error> {
    let called = |name: &str| {
        let name = name.trim_start_matches('\u{feff}').trim().to_ascii_lowercase().replace(' ', "_");
        if name == "role_level" { "level".to_owned() } else { name }
    };
    let head: csv::StringRecord = head.iter().map(called).collect();
    if let Some(unknown) = head.iter().find(|name| !COLUMNS.contains(name)) {
        let why = format!("the column `{unknown}` is not one of: {}", COLUMNS.join(", "));
        return Err(Error::invalid("file", why));
    }
    if let Some(twice) = COLUMNS.iter().find(|name| head.iter().filter(|other| other == *name).count() > 1) {
        return Err(Error::invalid("file", format!("has two columns `{twice}`")));
    }
    let columns = Columns::read(&head, &Mapping::default(), COLUMNS)?;
    if !columns.have("initiation") && !columns.have("monthly") {
        return Err(Error::invalid("file", "has neither a column `initiation` nor a column `monthly`"));
    }
    Ok(columns)
}

fn read_row(record: &csv::StringRecord, columns: &Columns, default: &str) -> Result<Written, String> {
    let mut values: [Option<&str>; COLUMNS.len()] = [None; COLUMNS.len()];
    for (slot, value) in values.iter_mut().enumerate() {
        *value = columns.get(record, slot).map(|value| text(COLUMNS[slot], value)).transpose()?;
    }
    let [carrier, product, area, distance, level_, initiation, monthly, commitment] = values;
    let carrier = carrier.map(str::to_ascii_lowercase).or((!default.is_empty()).then(|| default.to_owned()));
    let written = Written {
        carrier: carrier.ok_or("carrier is missing, and --carrier names none")?,
        product: product.unwrap_or_default().to_owned(),
        area: area.map(ToOwned::to_owned),
        max_distance_m: distance.map(metres).transpose()?,
        level: level_.map_or(Ok(Level::Customer), read_level)?,
        initiation: initiation.map(|text| amount("initiation", text)).transpose()?,
        monthly: monthly.map(|text| amount("monthly", text)).transpose()?,
        commitment: commitment.map(months).transpose()?,
    };
    if written.initiation.is_none() && written.monthly.is_none() {
        return Err("initiation is missing, and so is monthly".into());
    }
    Ok(written)
}

fn metres(text: &str) -> Result<f64, String> {
    let metres = number("max_distance_m", text)?;
    let fits = (0.0..=FARTHEST).contains(&metres);
    fits.then_some(metres).ok_or_else(|| format!("max_distance_m `{text}` is not from 0 to {FARTHEST}"))
}

fn read_level(word: &str) -> Result<Level, String> {
    level(word).ok_or_else(|| {
        format!("level `{word}` is not one of: cost, wholesale, customer, ADMIN, RESELLER, OWNER")
    })
}

fn amount(field: &str, text: &str) -> Result<Decimal, String> {
    let amount = parse_amount(text).map_err(|_| format!("{field} `{text}` is not an amount"))?;
    let fits = (Decimal::ZERO..=Decimal::from(HIGHEST_PRICE)).contains(&amount);
    fits.then_some(amount).ok_or_else(|| format!("{field} `{text}` is not from 0 to {HIGHEST_PRICE}"))
}

fn months(text: &str) -> Result<u32, String> {
    let months = whole("commitment", text)?;
    let fits = months <= LONGEST_COMMITMENT;
    fits.then_some(months)
        .ok_or_else(|| format!("commitment `{text}` is not from 0 to {LONGEST_COMMITMENT} months"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is told of each row, and why nothing was read.
    fn check(text: &[u8]) -> Vec<String> {
        let rows = match read_all(Box::new(std::io::Cursor::new(text.to_vec())), "net") {
            Ok(rows) => rows,
            Err(error) => return vec![error.to_string()],
        };
        let told = |(line, row): (u64, Result<Written, String>)| match row {
            Err(why) => format!("line {line}: {why}"),
            Ok(row) => {
                let shown = |amount: Option<Decimal>| amount.map_or("-".into(), |amount| amount.to_string());
                let (initiation, monthly) = (shown(row.initiation), shown(row.monthly));
                let Written { carrier, product, area, max_distance_m, level, commitment, .. } = row;
                let (area, distance) = (area.unwrap_or_default(), max_distance_m.unwrap_or(-1.0));
                let commitment = commitment.map_or(-1, i64::from);
                format!("{carrier} {product}/{area} {distance} {level} {initiation} {monthly} {commitment}")
            }
        };
        rows.into_iter().map(told).collect()
    }

    #[test]
    fn rows_are_checked_field_by_field() {
        let head = "carrier,product,area,max_distance_m,level,initiation,monthly,commitment";
        for (row, told) in [
            ("NET2,Fiber, A 1 ,150.5,OWNER,1200.50,399,24", "net2 Fiber/A 1 150.5 customer 1200.50 399 24"),
            (",,,,,,0,", "net / -1 customer - 0 -1"),
            (",,,100000,reseller,500000.00,,60", "net / 100000 wholesale 500000.00 - 60"),
            (",,,100000.1,,1,,", "line 2: max_distance_m `100000.1` is not from 0 to 100000"),
            (",,,-1,,1,,", "line 2: max_distance_m `-1` is not from 0 to 100000"),
            (",,,NaN,,1,,", "line 2: max_distance_m `NaN` is not from 0 to 100000"),
            (",,,far,,1,,", "line 2: max_distance_m `far` is not a number"),
            (",,,,,500000.01,,", "line 2: initiation `500000.01` is not from 0 to 500000"),
            (",,,,,,-0.01,", "line 2: monthly `-0.01` is not from 0 to 500000"),
            (",,,,,,1e3,", "line 2: monthly `1e3` is not an amount"),
            (",,,,,\"1,50\",,", "line 2: initiation `1,50` is not an amount"),
            (",,,,,1,,61", "line 2: commitment `61` is not from 0 to 60 months"),
            (",,,,,1,,-1", "line 2: commitment `-1` is not a whole number"),
            ("net,Fiber,A,0,cost,,,12", "line 2: initiation is missing, and so is monthly"),
            (
                ",,,,VIEWER,1,,",
                "line 2: level `VIEWER` is not one of: cost, wholesale, customer, ADMIN, RESELLER, OWNER",
            ),
        ] {
            assert_eq!(check(format!("{head}\n{row}\n").as_bytes()), [told], "{row}");
        }
    }

    #[test]
    fn a_head_says_what_it_means_or_is_refused() {
        for head in ["role_level,monthly", "Role Level,Monthly", "\u{feff}level , monthly"] {
            assert_eq!(check(format!("{head}\nADMIN,5\n").as_bytes()), ["net / -1 cost - 5 -1"], "{head}");
        }
        for (head, told) in [
            ("level,role_level,monthly", "file has two columns `level`"),
            ("max_distance,monthly", "file the column `max_distance` is not one of: carrier, product, area"),
            ("carrier,product", "file has neither a column `initiation` nor a column `monthly`"),
        ] {
            let found = check(format!("{head}\n").as_bytes());
            assert!(found.len() == 1 && found[0].starts_with(told), "{found:?}");
        }
    }

    #[test]
    fn a_file_of_more_rows_than_are_read_for_an_offer_is_refused() {
        let rows = |n| format!("monthly\n{}", "1\n".repeat(n));
        assert_eq!(check(rows(MOST).as_bytes()).len(), MOST);
        assert_eq!(check(rows(MOST + 1).as_bytes()), ["file has more than 20000 rows"]);
    }

    proptest! {
        #[test]
        fn no_text_does_harm(text in prop::collection::vec(any::<u8>(), 0..200)) {
            check(&text);
            check(&[b"level,monthly,max_distance_m\n".as_slice(), &text].concat());
        }
    }
}

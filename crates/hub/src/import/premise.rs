//! Premises from CSV.

use super::source::{Columns, FIELDS, decompressed};
use super::{Begun, HEARTBEAT, Options, PAUSE, Pace, Row, Summary, Witness, given_up};
use crate::{Error, Hub};
use model::address::{Address, MatchKey};
use model::carrier::Carrier;
use model::premise::Position;
use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use store::import::Kind;
use store::premise::Listing;
use tokio::sync::mpsc;

/// Rows handed from the reading thread at a time.
const CHUNK: usize = 1_000;
/// Longer values are refused.
const LONGEST: usize = 512;

impl Hub {
    /// Imports premises.
    pub async fn import_premises(
        &self,
        source: Box<dyn Read + Send>,
        options: &Options,
        witness: &mut impl Witness,
    ) -> Result<Summary, Error> {
        let carrier = self.carrier_to_fill(&options.carrier).await?;
        let import = self.begin_import(&carrier, Kind::Premises, options).await?;
        let mut summary = Summary::default();
        let filling = async {
            tokio::select! {
                countries = self.fill(&carrier, import, source, options, witness, &mut summary) => countries,
                stopped = options.stopped() => Err(stopped),
            }
        };
        let countries = self.or_abort(import, filling.await).await?;
        let end = self.end_import(&carrier, Kind::Premises, import, countries, options, &mut summary).await;
        self.or_abort(import, end).await?;
        Ok(summary)
    }

    /// Loads what is good; answers the countries that the rows are in.
    async fn fill(
        &self,
        carrier: &Carrier,
        import: Begun,
        source: Box<dyn Read + Send>,
        options: &Options,
        witness: &mut impl Witness,
        summary: &mut Summary,
    ) -> Result<Vec<String>, Error> {
        let (sender, mut chunks) = mpsc::channel::<Vec<Row<Listing>>>(8);
        let reading = {
            let options = options.clone();
            tokio::task::spawn_blocking(move || read_all(source, &options, &sender))
        };
        let (mut pace, mut waiting, mut told) = (Pace::new(), Vec::new(), store::machine());
        loop {
            let chunk = tokio::time::timeout(HEARTBEAT, chunks.recv()).await;
            if store::machine().saturating_sub(told) >= HEARTBEAT {
                self.touch_import(import).await?;
                told = store::machine();
            }
            let chunk = match chunk {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(_) => continue,
            };
            summary.read += chunk.len() as u64;
            for row in chunk {
                match row {
                    Ok(Some(listing)) => waiting.push(listing),
                    Ok(None) => summary.imported += 1,
                    Err((line, why)) => summary.refuse(witness, line, &why),
                }
            }
            witness.read(summary.read);
            // Nothing more is loaded once it is clear that nothing will be kept.
            if summary.refused > 0 && !options.skip_bad {
                waiting.clear();
            }
            while waiting.len() >= pace.rows() {
                let rest = waiting.split_off(pace.rows());
                let batch = std::mem::replace(&mut waiting, rest);
                summary.imported += self.load(carrier, import.number, batch, &mut pace).await?;
            }
        }
        let countries = reading.await.map_err(|e| Error::Internal(e.to_string()))??;
        if !waiting.is_empty() {
            summary.imported += self.load(carrier, import.number, waiting, &mut pace).await?;
        }
        Ok(countries)
    }

    async fn load(
        &self,
        carrier: &Carrier,
        import: i64,
        batch: Vec<Listing>,
        pace: &mut Pace,
    ) -> Result<u64, Error> {
        let (id, rows) = (carrier.id, batch.len());
        let took = self
            .store()
            .write(move |tx| {
                let began = store::machine();
                if !store::import::touch(tx, import)? {
                    return Err(given_up());
                }
                store::premise::load(tx, id, import, &batch)?;
                Ok(store::machine().saturating_sub(began))
            })
            .await?;
        pace.took(rows, took);
        tokio::time::sleep(PAUSE).await;
        Ok(rows as u64)
    }
}

/// Reads the whole file; answers the countries that its rows are in.
fn read_all(
    source: Box<dyn Read + Send>,
    options: &Options,
    sender: &mpsc::Sender<Vec<Row<Listing>>>,
) -> Result<Vec<String>, Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(decompressed(source)?);
    let head = reader.headers().map_err(unreadable)?.clone();
    let columns = Columns::read(&head, &options.mapping)?;
    let default_country = country(options.country.as_deref())?;
    let (mut countries, mut seen, hasher) = (BTreeSet::new(), HashSet::new(), RandomState::new());
    let (mut record, mut chunk) = (csv::StringRecord::new(), Vec::with_capacity(CHUNK));
    loop {
        let line = reader.position().line();
        let row = match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                read_row(&record, &columns, &default_country).map_err(|why| (line, why))
            }
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                Err((line, "is not UTF-8".to_owned()))
            }
            Err(error) => return Err(unreadable(error)),
        };
        chunk.push(row.map(|(listing, country)| {
            if !countries.contains(&country) {
                countries.insert(country);
            }
            // Registers repeat themselves. A reference with another address is another address of the
            // same listing; ten million rows are told apart in 8 bytes each.
            seen.insert(hasher.hash_one((&listing.external_reference, listing.key.as_str())))
                .then_some(listing)
        }));
        if chunk.len() == CHUNK
            && sender.blocking_send(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK))).is_err()
        {
            return Ok(Vec::new());
        }
    }
    let _ = sender.blocking_send(chunk);
    Ok(countries.into_iter().collect())
}

fn unreadable(error: csv::Error) -> Error {
    Error::invalid("file", format!("cannot be read: {error}"))
}

fn country(text: Option<&str>) -> Result<String, Error> {
    let Some(text) = text else { return Ok(String::new()) };
    let country = text.to_ascii_uppercase();
    let fits = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
    if fits { Ok(country) } else { Err(Error::invalid("country", "must be two letters (ISO 3166)")) }
}

/// One row, and the country that it is in.
fn read_row(
    record: &csv::StringRecord,
    columns: &Columns,
    default_country: &str,
) -> Result<(Listing, String), String> {
    let mut values: [Option<&str>; FIELDS.len()] = [None; FIELDS.len()];
    for (slot, value) in values.iter_mut().enumerate() {
        *value = columns.get(record, slot);
        if value.is_some_and(|text| text.len() > LONGEST || text.chars().any(char::is_control)) {
            return Err(format!("{} is longer than {LONGEST} bytes or has control characters", FIELDS[slot]));
        }
    }
    let [
        reference,
        number,
        street,
        unit,
        floor,
        door,
        suburb,
        city,
        postcode,
        province,
        own_country,
        latitude,
        longitude,
        full_text,
        technology,
    ] = values;
    let own = |text: Option<&str>| text.map(ToOwned::to_owned);
    let country = match own_country {
        Some(text) => country(Some(text)).map_err(|e| e.to_string())?,
        None => default_country.to_owned(),
    };
    let address = Address {
        street: own(street),
        number: own(number),
        unit: own(unit),
        floor: own(floor),
        door: own(door),
        suburb: own(suburb),
        city: own(city),
        postcode: own(postcode),
        province: own(province),
        country: (!country.is_empty()).then(|| country.clone()),
        full_text: own(full_text),
    };
    let reference = reference.ok_or("external_reference is missing")?;
    let key = MatchKey::of_listing(&address, &country)
        .ok_or("the address has neither street, number and place, nor a full text")?;
    let listing = Listing {
        external_reference: reference.to_owned(),
        key,
        address: serde_json::to_string(&address).map_err(|e| e.to_string())?,
        technology: own(technology),
        position: position(latitude, longitude)?,
    };
    Ok((listing, country))
}

fn position(latitude: Option<&str>, longitude: Option<&str>) -> Result<Option<Position>, String> {
    let (latitude, longitude) = match (latitude, longitude) {
        (None, None) => return Ok(None),
        (Some(latitude), Some(longitude)) => (latitude, longitude),
        _ => return Err("latitude and longitude must be given together".into()),
    };
    let degrees =
        |name: &str, text: &str| text.parse::<f64>().map_err(|_| format!("{name} `{text}` is not a number"));
    let (latitude, longitude) = (degrees("latitude", latitude)?, degrees("longitude", longitude)?);
    let found = Position::new(latitude, longitude);
    found
        .map(Some)
        .ok_or_else(|| format!("latitude {latitude} and longitude {longitude} are not on the globe"))
}

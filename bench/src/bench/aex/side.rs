//! Who is asked: a network of Demarc's on either store, and the peer (`bin/postgis.rs`) with the same premises, areas
//! and products.

use super::register::{PRODUCTS, Register, TAX, name};
use super::request::Question;
use crate::http::{self, Connection};
use crate::site::{self, Process, Site, Store};
use crate::{Result, World, clock, peer};
use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

const CARRIER: &str = "coast";
const OPERATOR: &str = "Coast Network";
const PROVIDER: &str = "Harbour Internet";
const DATABASE: &str = "aex_peer";
const TABLES: &str = include_str!("../../../sql/network.sql");
const INDEXES: &str = include_str!("../../../sql/network_indexes.sql");
/// Connections of the peer: reads are bound by two processors, orders share the writing of the log. Chosen, other sizes
/// were not measured.
const POOLS: [usize; 2] = [8, 32];
/// The index of addresses and areas is built by then.
const BUILT: Duration = Duration::from_secs(120);

pub struct Side {
    pub name: &'static str,
    server: Process,
    pub key: Arc<str>,
    /// Ids of products by their names.
    pub products: HashMap<String, String>,
    /// The peer's own.
    database: Option<String>,
}

impl Side {
    pub fn address(&self) -> std::net::SocketAddr {
        self.server.address
    }

    pub async fn demarc(world: &World, store: Store, register: &Register) -> Result<Self> {
        let site = Site::new(world, store, "aex")?;
        let file = |name: &str| register.file(name);
        let carrier = ["carrier", "create", CARRIER, "--connector", "own", "--org", OPERATOR];
        let import = |kind, file: &str, more: &[&str]| {
            site.run(&[&["import", kind, file, "--carrier", CARRIER], more].concat())
        };
        site.run(&["org", "create", OPERATOR, "--kind", "operator"])?;
        site.run(&[&carrier[..], &["--config", &file("network.json")?]].concat())?;
        import("products", &file("products.json")?, &[])?;
        import("areas", &file("areas.geojson")?, &[])?;
        import("premises", &file("premises.csv")?, &["--country", "AU"])?;
        site.run(&["org", "create", PROVIDER, "--kind", "reseller"])?;
        let key = format!("Bearer {}", site.run(&["key", "create", "--org", PROVIDER])?.trim());
        let server = site.serve(&[], &[]).await?;
        Self { name: store.name(), server, key: key.into(), products: HashMap::new(), database: None }
            .ready(register)
            .await
    }

    pub async fn peer(world: &World, register: &Register) -> Result<Self> {
        peer::psql(&world.postgres, &["-c", &format!("CREATE DATABASE {DATABASE}")])?;
        let server = world.postgres.rsplit_once('/').ok_or("the server's URL names no database")?.0;
        let database = format!("{server}/{DATABASE}");
        peer::psql(&database, &["-c", TABLES])?;
        let file = register.file("peer.sql")?;
        std::fs::write(&file, sql(register)?)?;
        peer::psql(&database, &["-f", &file])?;
        let file = register.file("indexes.sql")?;
        std::fs::write(&file, INDEXES)?;
        peer::psql(&database, &["-f", &file])?;
        let key = "Bearer no-key-of-ours";
        let server = site::postgis(world, &database, POOLS, key).await?;
        Self { name: "PostGIS", server, key: key.into(), products: HashMap::new(), database: Some(database) }
            .ready(register)
            .await
    }

    /// Waits until it knows its premises, and learns what its products are called.
    async fn ready(mut self, register: &Register) -> Result<Self> {
        let mut connection = Connection::open(self.server.address).await?;
        let began = clock::now();
        let wanted: Vec<String> = PRODUCTS
            .iter()
            .filter(|(technology, ..)| register.rows.iter().any(|row| row.technology == *technology))
            .map(|(technology, down, up, _)| name(technology, *down, *up))
            .collect();
        loop {
            for (technology, ..) in PRODUCTS {
                let Some(row) = register.rows.iter().find(|row| row.technology == technology) else {
                    continue;
                };
                let path = format!("/aex/products/availability/{}/{}", row.latitude, row.longitude);
                self.products.extend(products(&self.get(&mut connection, &path).await?));
            }
            let path = format!("/aex/predefined-premises?q={}", register.rows[0].suburb);
            let knows = self.get(&mut connection, &path).await?["count"] != 0;
            if knows && wanted.iter().all(|name| self.products.contains_key(name)) {
                return Ok(self);
            }
            if clock::now() - began > BUILT {
                return Err(
                    format!("{}: it knows no premises, or only {:?}", self.name, self.products).into()
                );
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn get(&self, connection: &mut Connection, path: &str) -> Result<Value> {
        let mut request = Vec::new();
        http::get(&mut request, path, &self.key);
        let answer = connection.send(&request).await?;
        if answer.status != 200 {
            let text = String::from_utf8_lossy(answer.body);
            return Err(format!("{}: {path}: {} {text}", self.name, answer.status).into());
        }
        Ok(serde_json::from_slice(answer.body)?)
    }

    /// Names and prices of what is sold at these points.
    pub async fn sold(&self, points: &[Question]) -> Result<Vec<Vec<String>>> {
        let mut connection = Connection::open(self.server.address).await?;
        let mut all = Vec::new();
        for point in points {
            let answer = self.get(&mut connection, &point.path).await?;
            let items = answer["items"].as_array().cloned().unwrap_or_default();
            let said = |item: &Value| {
                format!("{} {} {}", item["name"], item["speed_down"], item["pricing"][0]["value"])
            };
            let mut sold: Vec<String> = items.iter().map(said).collect();
            sold.sort();
            all.push(sold);
        }
        Ok(all)
    }

    /// How many services there are.
    pub async fn services(&self) -> Result<u64> {
        if let Some(database) = &self.database {
            return Ok(peer::psql(
                database,
                &["-c", "SELECT count(*) FROM service JOIN work_order ON service_id = service.id"],
            )?
            .trim()
            .parse()?);
        }
        let mut connection = Connection::open(self.server.address).await?;
        let page = self.get(&mut connection, "/aex/work-orders?count=1").await?;
        Ok(page["total"].as_u64().unwrap_or_default())
    }
}

fn products(answer: &Value) -> HashMap<String, String> {
    let items = answer["items"].as_array().into_iter().flatten();
    let text = |item: &Value, member| item[member].as_str().unwrap_or_default().to_owned();
    items.map(|item| (text(item, "name"), text(item, "id"))).collect()
}

/// Loads the peer's tables.
fn sql(register: &Register) -> Result<String> {
    let mut sql = String::new();
    for (suburb, shape) in &register.areas {
        let ring: Vec<String> = shape.exterior().coords().map(|at| format!("{} {}", at.x, at.y)).collect();
        let ring = ring.join(", ");
        writeln!(sql, "INSERT INTO area (name, shape) VALUES ('{suburb}', 'SRID=4326;POLYGON(({ring}))');")?;
    }
    for (technology, down, up, dollars) in PRODUCTS {
        let name = name(technology, down, up);
        writeln!(
            sql,
            "WITH made AS (INSERT INTO product (name, description, technology, speed_down, speed_up, min_contract)
                VALUES ('{name}', '{down} Mbit/s down, {up} Mbit/s up over {technology}', '{technology}', {down}, {up}, 12)
                RETURNING id)
            INSERT INTO price (product_id, currency, tax, value_incl) SELECT id, 'AUD', {TAX}, {dollars} FROM made;"
        )?;
    }
    let premises = register.file("premises.csv")?;
    writeln!(
        sql,
        "\\copy premise (external_reference, full_text, technology, latitude, longitude) FROM '{premises}' (FORMAT csv, HEADER)"
    )?;
    Ok(sql)
}

//! Many addresses as text become ranked offers: `demarc qualify` from the command line, on both stores, with all cores.
//! Beside it what could be built instead only finds addresses: tantivy and PostgreSQL's trigrams, with as many threads,
//! asked some of the same questions. They read no listings, know no carriers and rank no offers.

use super::address::engine::{self, Engine};
use super::address::peer::{self, Trigrams};
use super::address::question::{CLASSES, Question};
use super::address::rows::{Row, Rows};
use crate::clock::Random;
use crate::figure::{Figure, Measured, Peer, grouped};
use crate::premise::{self, SOME};
use crate::site::{CARRIER, Site, Store, watched};
use crate::{Result, World};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// It lists every third premise.
const OTHER: &str = "openfibre";
const THREADS: usize = 2;
/// Answers that the peers are asked for.
const LIMIT: usize = 5;
const PRODUCTS: &str = r#"[
{"code": "FAST", "technology": "FTTH", "down_mbps": 1000, "up_mbps": 300, "currency": "EUR",
 "monthly": {"customer": {"amount": "29.90", "currency": "EUR"}}},
{"code": "SLOW", "technology": "FTTH", "down_mbps": 100, "up_mbps": 30, "currency": "EUR",
 "monthly": {"customer": {"amount": "19.90", "currency": "EUR"}}}]"#;

pub fn run(world: &World) -> Result<Measured> {
    let mut measured = Measured::default();
    // The client of PostgreSQL has a runtime of its own, which may not be inside of another one.
    std::thread::scope(|scope| {
        let all = scope.spawn(|| measure(world, &mut measured));
        all.join().unwrap_or_else(|_| Err("a thread died".into()))
    })?;
    Ok(measured)
}

fn measure(world: &World, measured: &mut Measured) -> Result<()> {
    let rows = Rows::of(world, world.size(premise::ALL, SOME))?;
    let questions = questions(&rows, world.size(1_000_000, 100_000), &mut Random::new(world.seed, 99));
    let asked = world.work.join("asked.csv");
    write(&asked, &questions)?;
    let some = &questions[..world.size(50_000, 10_000)];
    let peers = [tantivy(world, &rows, some)?, trigrams(world, &rows, &some[..world.size(200, 100)])?];
    for store in Store::BOTH {
        eprintln!("   {}", store.name());
        let site = site(world, store, &rows)?;
        let few = world.work.join("few.csv");
        write(&few, &questions[..100])?;
        // Builds the index.
        qualified(&site, &few)?;
        let (seconds, peak) = qualified(&site, &asked)?;
        let (right, answered) = judged(&rows, &questions, &site.folder.join("offers.csv"))?;
        let what = |what: &str| {
            let (asked, known) = (grouped(questions.len() as f64), grouped(rows.len() as f64));
            format!("{asked} questions, {known} {} and a third of them again: {what}", rows.source)
        };
        let figure = |of: &str, value, unit| Figure::new("bulk", what(of), store.name(), value, unit);
        for peer in &peers {
            let rate = questions.len() as f64 / seconds;
            let figure = figure("ranked offers", rate, "/s").right(right);
            measured.figures.push(figure.beside_peer(peer.clone()));
        }
        measured.figures.push(figure("from the command line, start to end", seconds, "s"));
        measured.figures.push(figure("memory at most", peak, "MB"));
        if answered != questions.len() {
            let reason = format!("{}: {answered} of {} rows are answered", store.name(), questions.len());
            measured.wrong.push(reason);
        }
    }
    Ok(())
}

/// Of twenty five are mistyped, two have no postcode, one neither a postcode nor two words without mistakes.
fn questions(rows: &Rows, count: usize, random: &mut Random) -> Vec<Question> {
    const HOW: [&str; 20] = {
        let mut how = ["exact"; 20];
        let mut at = 0;
        while at < 5 {
            how[at] = "one typo";
            at += 1;
        }
        how[5] = "no postcode";
        how[6] = "no postcode";
        how[7] = "two typos, no postcode";
        how
    };
    let class = |name: &str| CLASSES.iter().find(|class| class.name == name).unwrap_or(&CLASSES[0]);
    let how = HOW.map(class);
    (0..count).map(|_| how[random.between(0, 20) as usize].question(rows, random)).collect()
}

fn write(file: &Path, questions: &[Question]) -> Result<()> {
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record(["id", "address", "country"])?;
    for (number, question) in questions.iter().enumerate() {
        writer.write_record([&*number.to_string(), &question.text, "FR"])?;
    }
    Ok(writer.flush()?)
}

/// Two carriers with their products and premises.
fn site(world: &World, store: Store, rows: &Rows) -> Result<Site> {
    let (site, _) = premise::imported(world, store, "bulk")?;
    site.run(&["carrier", "create", OTHER, "--connector", "sandbox"])?;
    let file = |name: &str| -> Result<String> {
        let path = std::path::absolute(world.work.join(name))?;
        Ok(path.to_str().ok_or("the folder's name is not UTF-8")?.to_owned())
    };
    let (products, third) = (file("products.json")?, file("third.csv")?);
    std::fs::write(&products, PRODUCTS)?;
    let mut writer = csv::Writer::from_path(&third)?;
    writer.write_record(premise::HEAD)?;
    for at in (0..rows.len()).step_by(3) {
        let Row { id, number, street, postcode, city, latitude, longitude } = rows.get(at);
        let (latitude, longitude) = (latitude.to_string(), longitude.to_string());
        writer.write_record([&*id, &number, &street, &postcode, &city, "G", &latitude, &longitude])?;
    }
    writer.flush()?;
    premise::import(&site, &third, OTHER)?;
    for carrier in [CARRIER, OTHER] {
        site.run(&["import", "products", &products, "--carrier", carrier])?;
    }
    Ok(site)
}

/// Seconds, and memory at most in MB.
fn qualified(site: &Site, asked: &Path) -> Result<(f64, f64)> {
    let asked = std::path::absolute(asked)?;
    let asked = asked.to_str().ok_or("the folder's name is not UTF-8")?;
    let log = site.folder.join("qualify.log");
    let (took, peak) = watched(&mut site.command(&["qualify", asked, "--out", "offers.csv"]), &log)?;
    Ok((took.as_secs_f64(), peak))
}

/// The share of questions whose best offer is one of the right premise, and how many are answered, in their order.
fn judged(rows: &Rows, questions: &[Question], offers: &Path) -> Result<(f64, usize)> {
    let premises: HashMap<String, usize> = (0..rows.len()).map(|at| (rows.get(at).id, at)).collect();
    let (mut right, mut answered) = (0, 0);
    let mut reader = csv::Reader::from_path(offers)?;
    let at = reader.headers()?.iter().position(|name| name == "premise_reference");
    let at = at.ok_or("the answers have no column premise_reference")?;
    for row in reader.records() {
        let row = row?;
        // Offers after the best one have the same number.
        if row.get(0).and_then(|number| number.parse().ok()) != Some(answered) {
            continue;
        }
        let found = row.get(at).and_then(|reference| premises.get(reference));
        right += usize::from(found.is_some_and(|found| questions[answered].is_of(rows, *found)));
        answered += 1;
        if answered == questions.len() {
            break;
        }
    }
    Ok((right as f64 / questions.len() as f64, answered))
}

fn share(rows: &Rows, questions: &[Question], answers: &[Vec<usize>]) -> f64 {
    let right = questions
        .iter()
        .zip(answers)
        .filter(|(question, answer)| answer.first().is_some_and(|found| question.is_of(rows, *found)));
    right.count() as f64 / questions.len().max(1) as f64
}

fn tantivy(world: &World, rows: &Rows, questions: &[Question]) -> Result<Peer> {
    eprintln!("   tantivy");
    let file = |name: &str| -> PathBuf { world.work.join(name) };
    let (table, index, asked) = (file("bulk.tsv"), file("bulk.tantivy"), file("bulk.questions"));
    rows.write(&table)?;
    engine::build(&world.tantivy, &table, &index, &[])?;
    std::fs::remove_file(&table)?;
    let lines: Vec<&str> = questions.iter().map(|question| &*question.text).collect();
    std::fs::write(&asked, lines.join("\n"))?;
    let answers = Engine::start(&world.tantivy, &index)?.ask(false, THREADS, LIMIT, &asked)?;
    let right = Some(share(rows, questions, &answers.answers));
    Ok(Peer { name: "tantivy, look-ups alone", value: answers.rate(), p50_ms: None, p99_ms: None, right })
}

fn trigrams(world: &World, rows: &Rows, questions: &[Question]) -> Result<Peer> {
    eprintln!("   pg_trgm");
    let _table = Trigrams::of(world, rows)?;
    let answers = peer::on_connections(world, questions, THREADS)?;
    let right = Some(share(rows, questions, &answers.answers));
    Ok(Peer { name: "pg_trgm, look-ups alone", value: answers.rate(), p50_ms: None, p99_ms: None, right })
}

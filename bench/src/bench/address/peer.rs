//! The peers that are databases: SQLite's FTS5, and PostgreSQL's trigrams.

use super::engine::Answers;
use super::question::{Class, Question};
use super::rows::{Row, Rows};
use crate::{Result, World, clock};
use postgres::{Client, NoTls};
use rusqlite::Connection;
use std::fmt::Write as _;
use std::io::Write as _;

fn text(row: &Row) -> String {
    format!("{} {} {} {}", row.number, row.street, row.postcode, row.city)
}

fn asked(questions: &[Question], mut find: impl FnMut(&str) -> Result<Vec<usize>>) -> Result<Answers> {
    let mut answers = Answers { seconds: 0.0, nanos: Vec::new(), answers: Vec::new(), resident_mb: 0.0 };
    let began = clock::now();
    for question in questions {
        let began = clock::now();
        answers.answers.push(find(&question.text)?);
        answers.nanos.push((clock::now() - began).as_nanos() as u64);
    }
    answers.seconds = (clock::now() - began).as_secs_f64();
    Ok(answers)
}

/// A full-text index without diacritics: an AND of words, best first by bm25.
pub struct Fts5 {
    database: Connection,
}

impl Fts5 {
    pub fn of(world: &World, rows: &Rows) -> Result<Self> {
        let file = world.work.join("address.fts5");
        let mut database = Connection::open(&file)?;
        database.execute_batch(
            "PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; PRAGMA mmap_size = 1073741824;
            CREATE VIRTUAL TABLE premise USING fts5(
                text, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', content = '')",
        )?;
        let transaction = database.transaction()?;
        let mut insert = transaction.prepare("INSERT INTO premise (rowid, text) VALUES (?1, ?2)")?;
        for premise in 0..rows.len() {
            insert.execute((premise as i64, text(&rows.get(premise))))?;
        }
        drop(insert);
        transaction.commit()?;
        database.execute_batch("INSERT INTO premise (premise) VALUES ('optimize')")?;
        Ok(Self { database })
    }

    pub fn ask(&self, class: &Class, questions: &[Question]) -> Result<Answers> {
        let mut select = self
            .database
            .prepare("SELECT rowid FROM premise WHERE premise MATCH ?1 ORDER BY rank LIMIT ?2")?;
        asked(questions, |text| {
            let mut words = String::new();
            for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
                write!(words, "\"{word}\" ")?;
            }
            if class.complete {
                words = format!("{}*", words.trim_end());
            }
            let mut rows = select.query((words, super::LIMIT as i64))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(row.get::<_, i64>(0)? as usize);
            }
            Ok(found)
        })
    }
}

/// The nearest texts by their trigrams, from a GiST index.
pub struct Trigrams {
    client: Client,
}

impl Trigrams {
    pub fn of(world: &World, rows: &Rows) -> Result<Self> {
        let mut client = Client::connect(&world.postgres, NoTls)?;
        client.batch_execute(
            "CREATE EXTENSION IF NOT EXISTS pg_trgm; DROP TABLE IF EXISTS address;
            CREATE TABLE address (premise BIGINT, text TEXT)",
        )?;
        let mut copy = client.copy_in("COPY address FROM STDIN")?;
        for premise in 0..rows.len() {
            writeln!(copy, "{premise}\t{}", text(&rows.get(premise)).replace('\\', " "))?;
        }
        copy.finish()?;
        client.batch_execute(
            "SET maintenance_work_mem = '1GB';
            CREATE INDEX address_text ON address USING gist (text gist_trgm_ops(siglen = 64));
            ANALYZE address; CHECKPOINT",
        )?;
        Ok(Self { client })
    }

    pub fn ask(&mut self, questions: &[Question]) -> Result<Answers> {
        nearest_texts(&mut self.client, questions)
    }
}

fn nearest_texts(client: &mut Client, questions: &[Question]) -> Result<Answers> {
    let select = client.prepare("SELECT premise FROM address ORDER BY text <-> $1 LIMIT $2")?;
    asked(questions, |text| {
        let rows = client.query(&select, &[&text, &(super::LIMIT as i64)])?;
        Ok(rows.iter().map(|row| row.get::<_, i64>(0) as usize).collect())
    })
}

/// The same from the table of `Trigrams`, a part of the questions on each of so many connections.
pub fn on_connections(world: &World, questions: &[Question], connections: usize) -> Result<Answers> {
    let part = questions.len().div_ceil(connections).max(1);
    let began = clock::now();
    let parts: Vec<Answers> = std::thread::scope(|scope| {
        let ask = |part| nearest_texts(&mut Client::connect(&world.postgres, NoTls)?, part);
        let threads: Vec<_> = questions.chunks(part).map(|part| scope.spawn(move || ask(part))).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Result<Answers>>| {
            thread.join().unwrap_or_else(|_| Err("a thread died".into()))
        };
        threads.into_iter().map(join).collect::<Result<_>>()
    })?;
    let mut all = Answers { seconds: 0.0, nanos: Vec::new(), answers: Vec::new(), resident_mb: 0.0 };
    all.seconds = (clock::now() - began).as_secs_f64();
    for part in parts {
        all.nanos.extend(part.nanos);
        all.answers.extend(part.answers);
    }
    Ok(all)
}

impl Drop for Trigrams {
    fn drop(&mut self) {
        let _ = self.client.batch_execute("DROP TABLE IF EXISTS address");
    }
}

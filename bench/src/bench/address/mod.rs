//! Address search, beside tantivy, SQLite's FTS5 and PostgreSQL's trigrams: the same rows, the same questions, answers
//! judged alike. Ours and tantivy are processes of their own that take turns.

pub mod engine;
mod nearest;
pub mod peer;
pub mod question;
pub mod rows;

use crate::clock::Random;
use crate::figure::{Figure, Measured, Peer, grouped};
use crate::{Result, World};
use engine::{Answers, Engine};
use peer::{Fts5, Trigrams};
use question::{CLASSES, Class, Question};
use rows::Rows;
use std::path::PathBuf;

/// Turns that ours and the peer take; there is one more before them that is not counted.
const TURNS: usize = 3;
/// Answers asked for.
const LIMIT: usize = 5;

pub fn run(world: &World) -> Result<Measured> {
    let mut measured = Measured::default();
    let some = Rows::of(world, world.size(588_928, 58_893))?;
    let some = Run::new(world, some, world.size(2_000, 1_000), &mut measured)?;
    // The client of PostgreSQL has a runtime of its own, which may not be inside of another one.
    std::thread::scope(|scope| {
        let all = scope.spawn(|| some.all(&mut measured));
        all.join().unwrap_or_else(|_| Err("a thread died".into()))
    })?;
    if !world.small {
        let many = some.rows.repeated(rows::MOST_TIMES);
        Run::new(world, many, 1_000, &mut measured)?.engines(&mut measured)?;
    }
    Ok(measured)
}

struct Run<'a> {
    world: &'a World,
    rows: Rows,
    /// Questions of a turn.
    count: usize,
    index: PathBuf,
    tantivy: PathBuf,
}

impl<'a> Run<'a> {
    /// Builds what is asked, beside the peer.
    fn new(world: &'a World, rows: Rows, count: usize, measured: &mut Measured) -> Result<Self> {
        let file = |name: &str| world.work.join(name);
        let (index, tantivy) = (file("address.atlas"), file("address.tantivy"));
        if tantivy.exists() {
            std::fs::remove_dir_all(&tantivy)?;
        }
        let run = Self { world, rows, count, index, tantivy };
        let (ours, table) = (engine::ours(world), file("address.tsv"));
        eprintln!("   {}: building", grouped(run.rows.len() as f64));
        run.rows.write(&table)?;
        let bare = engine::build(&ours, &table, &run.index, &[])?;
        let peer = engine::build(&world.tantivy, &table, &run.tantivy, &[])?;
        let keyed = engine::build(&ours, &table, &run.index, &["--keys"])?;
        std::fs::remove_file(&table)?;
        let count = run.rows.len();
        for built in [&bare, &keyed, &peer] {
            if built.rows != count {
                return Err(format!("{} of {count} rows were indexed", built.rows).into());
            }
        }
        let mut add = |what: &str, unit, [ours, theirs]: [f64; 2]| {
            measured.figures.push(run.figure(what, ours, unit).beside("tantivy", theirs));
        };
        let rate = count as f64;
        add("build, one thread", "/s", [rate / bare.seconds, rate / peer.seconds]);
        add("build with keys, one thread", "/s", [rate / keyed.seconds, rate / peer.seconds]);
        add("build with keys", "s", [keyed.seconds, peer.seconds]);
        add("bytes a premise, no keys", "B", [bare.bytes / rate, peer.bytes / rate]);
        add("bytes a premise, one key each", "B", [keyed.bytes / rate, peer.bytes / rate]);
        add("memory of the build, at most", "MB", [keyed.peak_mb, peer.peak_mb]);
        Ok(run)
    }

    fn what(&self, what: &str) -> String {
        format!("{} {}: {what}", grouped(self.rows.len() as f64), self.rows.source)
    }

    fn figure(&self, what: &str, value: f64, unit: &'static str) -> Figure {
        Figure::new("address", self.what(what), "file", value, unit)
    }

    /// Every peer.
    fn all(&self, measured: &mut Measured) -> Result<()> {
        self.engines(measured)?;
        let of_all = || CLASSES.iter().enumerate().filter(|(_, class)| class.of_all);
        let some = |number, count| self.questions(number, count);
        let add = |class: &Class, name, asked: &[Question], answers: &Answers, measured: &mut Measured| {
            let beside = self.judged(class, name, asked, answers).0;
            let what = self.what(class.name);
            if let Some(at) = measured.figures.iter().rposition(|figure| figure.what == what) {
                measured.figures.insert(at + 1, measured.figures[at].clone().beside_peer(beside));
            }
        };
        eprintln!("   SQLite FTS5");
        let fts5 = Fts5::of(self.world, &self.rows)?;
        for (number, class) in of_all() {
            let asked = some(number, self.world.size(500, 200));
            add(class, "SQLite FTS5", &asked, &fts5.ask(class, &asked)?, measured);
        }
        eprintln!("   pg_trgm");
        let mut trigrams = Trigrams::of(self.world, &self.rows)?;
        for (number, class) in of_all().filter(|(_, class)| !class.complete) {
            let asked = some(number, self.world.size(100, 50));
            add(class, "pg_trgm", &asked, &trigrams.ask(&asked)?, measured);
        }
        eprintln!("   nearest");
        nearest::measure(self.world, &self.rows, &self.index, &|what| self.what(what), measured)
    }

    /// The same for everybody; who is slow gets the first of them.
    fn questions(&self, class: usize, count: usize) -> Vec<Question> {
        CLASSES[class].questions(&self.rows, count, &mut Random::new(self.world.seed, class as u64 + 1))
    }

    /// Ours and tantivy.
    fn engines(&self, measured: &mut Measured) -> Result<()> {
        let mut ours = Engine::start(&engine::ours(self.world), &self.index)?;
        let mut tantivy = Engine::start(&self.world.tantivy, &self.tantivy)?;
        let mut resident = [0.0; 2];
        for (number, class) in CLASSES.iter().enumerate() {
            eprintln!("   {}: {}", grouped(self.rows.len() as f64), class.name);
            let mut asked = self.questions(number, (TURNS + 1) * self.count);
            let both = self.turns(class, &asked, [&mut ours, &mut tantivy])?;
            asked.truncate(TURNS * self.count);
            let (mine, in_five) = self.judged(class, "", &asked, &both[0]);
            let (beside, theirs_in_five) = self.judged(class, "tantivy", &asked, &both[1]);
            let figure = self.figure(class.name, mine.value, "/s").latencies(&mut both[0].latencies());
            measured.figures.push(figure.right(mine.right.unwrap_or_default()).beside_peer(beside));
            if class.complete {
                let figure = self.figure("prefix, right street in the first five", 100.0 * in_five, "%");
                measured.figures.push(figure.beside("tantivy", 100.0 * theirs_in_five));
            }
            resident = [both[0].resident_mb, both[1].resident_mb];
        }
        let figure = self.figure("resident memory of the search process", resident[0], "MB");
        measured.figures.push(figure.beside("tantivy", resident[1]));
        self.threads(&mut ours, measured)
    }

    /// On two threads beside one, and while new indexes are swapped in.
    fn threads(&self, ours: &mut Engine, measured: &mut Measured) -> Result<()> {
        const TYPO: usize = 1;
        let asked = self.questions(TYPO, (TURNS + 1) * 4 * self.count);
        let mut rates = [Vec::new(), Vec::new()];
        for part in asked.chunks(4 * self.count) {
            let file = self.file(part)?;
            for (rates, threads) in rates.iter_mut().zip([1, 2]) {
                rates.push(ours.ask(false, threads, LIMIT, &file)?.rate());
            }
        }
        let [one, two] = rates.map(|mut rates| median(&mut rates));
        measured.figures.push(self.figure("one typo, two threads", two, "/s").beside("one thread", one));
        let swapped = ours.swap(2, &self.file(&asked[..self.count])?)?;
        let what =
            format!("one typo, two threads, while {} indexes are swapped in", grouped(swapped.swaps as f64));
        let rate = swapped.asked as f64 / swapped.seconds;
        measured.figures.push(self.figure(&what, rate, "/s").beside("no swaps", two));
        let what = format!("answers lost by swaps, of {}", grouped(swapped.asked as f64));
        measured.figures.push(self.figure(&what, swapped.lost as f64, ""));
        if swapped.lost > 0 {
            measured.wrong.push(format!("{} answers differ while indexes are swapped in", swapped.lost));
        }
        Ok(())
    }

    /// Each in its turn the same questions; the last of them before, which are not counted. Answers of all turns, in
    /// the time of as many middling ones.
    fn turns(
        &self,
        class: &Class,
        asked: &[Question],
        mut engines: [&mut Engine; 2],
    ) -> Result<[Answers; 2]> {
        let (counted, before) = asked.split_at(TURNS * self.count);
        let file = self.file(before)?;
        for engine in &mut engines {
            engine.ask(class.complete, 1, LIMIT, &file)?;
        }
        let mut all: [Vec<Answers>; 2] = Default::default();
        for part in counted.chunks(self.count) {
            let file = self.file(part)?;
            for (engine, all) in engines.iter_mut().zip(&mut all) {
                all.push(engine.ask(class.complete, 1, LIMIT, &file)?);
            }
        }
        Ok(all.map(joined))
    }

    fn file(&self, questions: &[Question]) -> Result<PathBuf> {
        let file = self.world.work.join("questions");
        let lines: Vec<&str> = questions.iter().map(|question| &*question.text).collect();
        std::fs::write(&file, lines.join("\n"))?;
        Ok(file)
    }

    /// A peer's figures, and its share of right streets in the first five.
    fn judged(
        &self,
        class: &Class,
        name: &'static str,
        asked: &[Question],
        answers: &Answers,
    ) -> (Peer, f64) {
        let (right, in_five) = class.right(&self.rows, asked, &answers.answers);
        let p99_ms = answers.latencies().percentile(0.99);
        (Peer { name, value: answers.rate(), p50_ms: None, p99_ms, right: Some(right) }, in_five)
    }
}

fn joined(turns: Vec<Answers>) -> Answers {
    let mut seconds: Vec<f64> = turns.iter().map(|turn| turn.seconds).collect();
    let mut all = Answers {
        seconds: median(&mut seconds) * turns.len() as f64,
        nanos: Vec::new(),
        answers: Vec::new(),
        resident_mb: turns.last().map_or(0.0, |turn| turn.resident_mb),
    };
    for turn in turns {
        all.nanos.extend(turn.nanos);
        all.answers.extend(turn.answers);
    }
    all
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

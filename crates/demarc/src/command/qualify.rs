//! `demarc qualify`: a file of questions, a file of answers. What is answered is noted beside the output, so that an
//! interrupted run goes on where it was.

use super::Desk;
use crate::cli::{Qualify, Rows};
use crate::failure::Failure;
use crate::out;
use crate::progress::{Watched, over_file};
use hub::qualify::bulk::{Options, Summary, Witness};
use hub::qualify::row::{Flaw, Format};
use indicatif::ProgressBar;
use model::id::QualificationId;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

/// Rows that are not readable and told by line.
const MOST_TOLD: u64 = 20;
/// How often it is noted how far a run is.
const NOTED: Duration = Duration::from_secs(2);

pub async fn run(args: Qualify, desk: &Desk) -> Result<(), Failure> {
    let began = store::machine();
    let stop = super::stop_signal()?;
    let principal = match &args.org {
        Some(name) => desk.hub.acting_for(&desk.root, name).await?,
        None => desk.root.clone(),
    };
    desk.hub.refresh_places().await?;
    desk.hub.refresh_areas().await?;
    let known = desk.hub.places_known().await?;
    let (source, length, question) = source(&args, known)?;
    let bar = over_file(length);
    let sink = Sink::open(&args, question)?;
    let run = match sink.run() {
        None if args.quotable => Some(desk.hub.new_run()?),
        known => known,
    };
    let sink = sink.stored_as(run);
    let options =
        Options { format: format(&args), skip: sink.skip(), stop: Some(stop), run, ..Options::default() };
    if options.skip > 0 {
        out::note(format_args!("going on after {} rows", options.skip));
    }
    let mut shown = Shown::new(bar.clone(), began, &sink);
    let source = Box::new(Watched { inner: source, bar: bar.clone() });
    let done = desk.hub.qualify_rows(&principal, source, sink.writer()?, &options, &mut shown).await;
    bar.finish_and_clear();
    if done.is_err() {
        shown.note()?;
    }
    let mut summary = sink.counted();
    summary.add(&done?);
    sink.finish()?;
    tell(&summary, options.skip, store::machine().saturating_sub(began));
    match (summary.refused, summary.read) {
        (0, _) => Ok(()),
        (refused, read) => Err(Failure::bad_rows(format!(
            "{refused} of {read} rows are not readable: their column `reason` says why; the others are answered"
        ))),
    }
}

fn format(args: &Qualify) -> Format {
    let name = args.file.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    match args.format {
        Some(Rows::Csv) => Format::Csv,
        Some(Rows::Jsonl) => Format::JsonLines,
        None if name.ends_with(".jsonl") || name.ends_with(".ndjson") => Format::JsonLines,
        None => Format::Csv,
    }
}

/// The input, how long it is, and what tells it from another. None: it cannot be told, and read only once.
type Source = (Box<dyn Read + Send>, Option<u64>, Option<Question>);

fn source(args: &Qualify, known_places: [i64; 2]) -> Result<Source, Failure> {
    if args.file.as_os_str() == "-" {
        return Ok((Box::new(io::stdin()), None, None));
    }
    let wrong = |e: io::Error| Failure::usage(format!("{}: {e}", args.file.display()));
    let file = File::open(&args.file).map_err(wrong)?;
    let known = file.metadata().map_err(wrong)?;
    let changed = known.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let question = Question {
        file: fs::canonicalize(&args.file).map_err(wrong)?,
        length: known.len(),
        changed_us: changed.map_or(0, |at| u64::try_from(at.as_micros()).unwrap_or(0)),
        org: args.org.clone(),
        format: format!("{:?}", format(args)),
        quotable: args.quotable,
        known: known_places,
    };
    Ok((Box::new(file), Some(known.len()), Some(question)))
}

/// What a run answers: another file, or for another organization, or of another store, is another run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Question {
    file: PathBuf,
    length: u64,
    changed_us: u64,
    org: Option<String>,
    format: String,
    quotable: bool,
    /// States of the indexes that it is answered from.
    known: [i64; 2],
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Note {
    question: Question,
    /// That the answers are stored as.
    run: Option<QualificationId>,
    /// What came of the rows that are answered.
    summary: Summary,
    bytes: u64,
}

/// Where the answers go: under a name of their own until all are there.
enum Sink {
    Stdout,
    File { out: PathBuf, kept: Box<Kept>, counted: Summary },
}

/// What is beside the output while it grows.
#[derive(Clone)]
struct Kept {
    part: PathBuf,
    note: PathBuf,
    /// None: the input can be read only once.
    question: Option<Question>,
    run: Option<QualificationId>,
    /// The part, locked.
    file: Arc<File>,
    /// Bytes that were written.
    bytes: Arc<AtomicU64>,
}

impl Sink {
    fn open(args: &Qualify, question: Option<Question>) -> Result<Self, Failure> {
        if args.out.as_os_str() == "-" {
            return Ok(Sink::Stdout);
        }
        if let Ok(there) = fs::metadata(&args.out)
            && !there.is_file()
        {
            return Err(Failure::usage(format!("{} is there and is no file", args.out.display())));
        }
        if question
            .as_ref()
            .is_some_and(|question| fs::canonicalize(&args.out).is_ok_and(|out| out == question.file))
        {
            return Err(Failure::usage("the output would take the place of the input"));
        }
        let beside = |ending: &str| {
            let mut name = args.out.clone().into_os_string();
            name.push(ending);
            PathBuf::from(name)
        };
        let (part, note) = (beside(".part"), beside(".progress"));
        let known = fs::read(&note).ok().and_then(|text| serde_json::from_slice::<Note>(&text).ok());
        let known = known.filter(|note| Some(&note.question) == question.as_ref());
        let known = known.filter(|note| fs::metadata(&part).is_ok_and(|part| part.len() >= note.bytes));
        let known = known.map_or_else(Default::default, |note| (note.summary, note.bytes, note.run));
        let (counted, bytes, run) = known;
        let wrong = |e: io::Error| Failure::usage(format!("{}: {e}", part.display()));
        // Held until the end: of two runs into one file the second is refused.
        let file = OpenOptions::new().create(true).append(true).open(&part).map_err(wrong)?;
        if file.try_lock().is_err() {
            return Err(Failure::other(format!("another run writes to {}", part.display())));
        }
        file.set_len(bytes).map_err(wrong)?;
        let (file, bytes) = (Arc::new(file), Arc::new(AtomicU64::new(bytes)));
        let kept = Box::new(Kept { part, note, question, run, file, bytes });
        Ok(Sink::File { out: args.out.clone(), kept, counted })
    }

    fn skip(&self) -> u64 {
        self.counted().read
    }

    /// What an earlier run answered.
    fn counted(&self) -> Summary {
        match self {
            Sink::Stdout => Summary::default(),
            Sink::File { counted, .. } => counted.clone(),
        }
    }

    /// The run that an earlier one's answers are stored as.
    fn run(&self) -> Option<QualificationId> {
        match self {
            Sink::Stdout => None,
            Sink::File { kept, .. } => kept.run,
        }
    }

    fn stored_as(mut self, run: Option<QualificationId>) -> Self {
        if let Sink::File { kept, .. } = &mut self {
            kept.run = run;
        }
        self
    }

    fn kept(&self) -> Option<(Kept, Duration)> {
        match self {
            Sink::Stdout => None,
            Sink::File { kept, .. } => Some((Kept::clone(kept), store::machine())),
        }
    }

    fn writer(&self) -> Result<Box<dyn Write + Send>, Failure> {
        let Sink::File { kept, .. } = self else { return Ok(Box::new(io::stdout())) };
        Ok(Box::new(BufWriter::new(Counted { file: kept.file.try_clone()?, bytes: kept.bytes.clone() })))
    }

    fn finish(self) -> Result<(), Failure> {
        if let Sink::File { out, kept, .. } = self {
            kept.file.sync_all()?;
            fs::rename(&kept.part, &out)?;
            let _ = fs::remove_file(&kept.note);
        }
        Ok(())
    }
}

/// Counts what is written through it.
struct Counted {
    file: File,
    bytes: Arc<AtomicU64>,
}

impl Write for Counted {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buffer)?;
        self.bytes.fetch_add(written as u64, Ordering::SeqCst);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

struct Shown {
    bar: ProgressBar,
    began: Duration,
    /// What an earlier run answered.
    before: Summary,
    /// What is noted, and when it was last.
    kept: Option<(Kept, Duration)>,
    /// What is answered, of which the sink has so many bytes.
    last: (Summary, u64),
    /// Rows that were told.
    told: u64,
}

impl Shown {
    fn new(bar: ProgressBar, began: Duration, sink: &Sink) -> Self {
        let before = sink.counted();
        Self { bar, began, before, kept: sink.kept(), last: Default::default(), told: 0 }
    }

    /// Notes how far it is.
    fn note(&self) -> io::Result<()> {
        match &self.kept {
            Some((kept, _)) if self.last.0.read > 0 => {
                let mut summary = self.before.clone();
                summary.add(&self.last.0);
                kept.note(summary, self.last.1)
            }
            _ => Ok(()),
        }
    }
}

impl Witness for Shown {
    fn written(&mut self, rows: u64) -> io::Result<()> {
        let seconds = store::machine().saturating_sub(self.began).as_secs_f64().max(0.001);
        self.bar.set_message(format!("{rows} rows, {:.0}/s", (rows - self.before.read) as f64 / seconds));
        let Some((kept, noted)) = &mut self.kept else { return Ok(()) };
        self.last.1 = kept.bytes.load(Ordering::SeqCst);
        if store::machine().saturating_sub(*noted) < NOTED {
            return Ok(());
        }
        *noted = store::machine();
        self.note()
    }

    fn counted(&mut self, summary: &Summary) {
        self.last.0.clone_from(summary);
    }

    fn refused(&mut self, flaw: &Flaw) {
        if self.told < MOST_TOLD {
            self.bar.suspend(|| out::note(format_args!("line {}: {}", flaw.line, flaw.why)));
        } else if self.told == MOST_TOLD {
            self.bar.suspend(|| out::note("more rows are not readable; the column `reason` says why"));
        }
        self.told += 1;
    }
}

impl Kept {
    /// Notes that the answers that this came of are on the disk.
    fn note(&self, summary: Summary, bytes: u64) -> io::Result<()> {
        let Some(question) = &self.question else { return Ok(()) };
        self.file.sync_data()?;
        let note = Note { question: question.clone(), run: self.run, summary, bytes };
        replace(&self.note, &serde_json::to_vec(&note)?)
    }
}

/// A file that is either the old one or the new one, whatever happens.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut new = path.to_owned().into_os_string();
    new.push(".new");
    let new = PathBuf::from(new);
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(new, path)
}

fn tell(summary: &Summary, before: u64, took: Duration) {
    let rows = summary.read - before;
    let rate = rows as f64 / took.as_secs_f64().max(0.001);
    out::note(format_args!(
        "answered {} rows, {} of them with offers ({} in all), in {:.1} s ({rate:.0}/s)",
        summary.read,
        summary.offered,
        summary.offers,
        took.as_secs_f64()
    ));
    for (what, counts) in [
        ("offers of", &summary.carriers),
        ("offers by", &summary.confidences),
        ("rows without:", &summary.reasons),
    ] {
        for (name, count) in counts {
            out::note(format_args!("  {count:>9}  {what} {name}"));
        }
    }
}

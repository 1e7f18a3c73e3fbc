//! The peer of the address bench: tantivy, used as one uses it for addresses. One document a premise, its text cut
//! into words, folded to lower-case ASCII; a question is an AND of its words, each exact or, from four letters on,
//! with one typing error. Speaks as `bench/src/bin/search.rs` does.
//! Not here: what is asked and who is right (`bench/src/bench/address`).

use serde_json::{Value, json};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::time::Instant;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, FuzzyTermQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{AsciiFoldingFilter, LowerCaser, SimpleTokenizer, TextAnalyzer};
use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, Term};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Of the one thread that indexes.
const MEMORY: usize = 1 << 30;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["build", rows, folder] => {
            println!("{}", build(rows, folder)?);
            Ok(())
        }
        ["serve", folder] => serve(folder),
        _ => Err("usage: tantivy-peer build ROWS INDEX | serve INDEX".into()),
    }
}

#[allow(clippy::disallowed_methods, reason = "a bench measures time")]
fn now() -> Instant {
    Instant::now()
}

fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default()).filter(LowerCaser).filter(AsciiFoldingFilter).build()
}

/// Into one segment, which is searched fastest.
fn build(rows: &str, folder: &str) -> Result<Value> {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default().set_tokenizer("address");
    let indexing = indexing.set_index_option(IndexRecordOption::Basic);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let premise = schema.add_u64_field("premise", FAST);
    std::fs::create_dir_all(folder)?;
    let index = Index::create_in_dir(folder, schema.build())?;
    index.tokenizers().register("address", analyzer());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, MEMORY)?;
    let began = now();
    let mut count = 0_u64;
    for line in BufReader::new(File::open(rows)?).lines() {
        let line = line?;
        let parts: Vec<&str> = line.split('\t').collect();
        let [_, number, street, postcode, city, ..] = parts[..] else { return Err(line.into()) };
        let mut document = TantivyDocument::default();
        document.add_text(text, format!("{number} {street} {postcode} {city}"));
        document.add_u64(premise, count);
        writer.add_document(document)?;
        count += 1;
    }
    writer.commit()?;
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.garbage_collect_files().wait()?;
    writer.wait_merging_threads()?;
    let seconds = (now() - began).as_secs_f64();
    let mut bytes = 0;
    for file in std::fs::read_dir(folder)? {
        bytes += file?.metadata()?.len();
    }
    Ok(json!({"rows": count, "seconds": seconds, "bytes": bytes, "peak_mb": status("VmHWM:")?}))
}

/// A command a line on stdin: `search` or `complete`, threads, how many answers, file of questions.
fn serve(folder: &str) -> Result<()> {
    let index = Index::open_in_dir(Path::new(folder))?;
    let searcher = index.reader()?.searcher();
    let peer = Peer { text: index.schema().get_field("text")?, searcher };
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        let [mode @ ("search" | "complete"), threads, limit, file] = words[..] else {
            return Err(line.into());
        };
        let complete = mode == "complete";
        let asked: Vec<String> = BufReader::new(File::open(file)?).lines().collect::<std::io::Result<_>>()?;
        let answers = peer.answers(&asked, threads.parse()?, limit.parse()?, complete)?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answers}")?;
        out.flush()?;
    }
    Ok(())
}

/// Nanoseconds, and premises.
type Answers = Vec<(u64, Vec<u64>)>;

struct Peer {
    text: Field,
    searcher: Searcher,
}

impl Peer {
    fn answers(&self, asked: &[String], threads: usize, limit: usize, complete: bool) -> Result<Value> {
        let began = now();
        let parts: Vec<Result<Answers>> = std::thread::scope(|scope| {
            let all = |part: &[String]| {
                let mut analyzer = analyzer();
                part.iter().map(|text| self.answer(&mut analyzer, text, limit, complete)).collect()
            };
            let run: Vec<_> = asked
                .chunks(asked.len().div_ceil(threads).max(1))
                .map(|part| scope.spawn(move || all(part)))
                .collect();
            run.into_iter().map(|thread| thread.join().map_err(|_| "a thread died")?).collect()
        });
        let seconds = (now() - began).as_secs_f64();
        let answers: Answers = parts.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
        let (nanos, answers): (Vec<u64>, Vec<Vec<u64>>) = answers.into_iter().unzip();
        let resident = status("VmRSS:")?;
        Ok(json!({"seconds": seconds, "nanos": nanos, "answers": answers, "resident_mb": resident}))
    }

    fn answer(
        &self,
        analyzer: &mut TextAnalyzer,
        text: &str,
        limit: usize,
        complete: bool,
    ) -> Result<(u64, Vec<u64>)> {
        let began = now();
        let query = self.query(analyzer, text, complete);
        let best = self.searcher.search(&query, &TopDocs::with_limit(limit).order_by_score())?;
        let mut premises = Vec::with_capacity(best.len());
        for (_, at) in best {
            let column = self.searcher.segment_reader(at.segment_ord).fast_fields().u64("premise")?;
            premises.extend(column.first(at.doc_id));
        }
        Ok(((now() - began).as_nanos() as u64, premises))
    }

    fn query(&self, analyzer: &mut TextAnalyzer, text: &str, complete: bool) -> BooleanQuery {
        let mut words = Vec::new();
        analyzer.token_stream(text).process(&mut |token| words.push(token.text.clone()));
        let last = words.len().saturating_sub(1);
        let begun = complete && text.ends_with(char::is_alphanumeric);
        let all = words.iter().enumerate().map(|(at, word)| {
            let term = Term::from_field_text(self.text, word);
            let exact = || Box::new(TermQuery::new(term.clone(), IndexRecordOption::Basic)) as Box<dyn Query>;
            let query = if begun && at == last {
                let begins = Box::new(FuzzyTermQuery::new_prefix(term.clone(), 0, true));
                Box::new(BooleanQuery::union(vec![exact(), begins]))
            } else if word.chars().count() >= 4 && !word.contains(|c: char| c.is_ascii_digit()) {
                let close = Box::new(FuzzyTermQuery::new(term.clone(), 1, true));
                Box::new(BooleanQuery::union(vec![exact(), close]))
            } else {
                exact()
            };
            (Occur::Must, query)
        });
        BooleanQuery::new(all.collect())
    }
}

/// A line of this process's status, in MB.
fn status(name: &str) -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).ok_or("no such line in /proc")?;
    Ok(kilobytes.parse::<f64>()? / 1_024.0)
}

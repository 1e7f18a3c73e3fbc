//! Lists on stdout: aligned for people, or one JSON array on one line for machines.

use crate::failure::Failure;
use crate::out;
use serde_json::{Map, Value};

/// Prints rows under their column names; with `json` as objects with these members.
pub fn print(columns: &[&str], rows: &[Vec<Value>], json: bool) -> Result<(), Failure> {
    if json {
        let object = |row: &Vec<Value>| {
            let members = columns.iter().map(|c| (*c).to_owned()).zip(row.iter().cloned());
            Value::Object(members.collect::<Map<String, Value>>())
        };
        return out::line(Value::Array(rows.iter().map(object).collect()));
    }
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(shown).collect()).collect();
    let width = |at: usize| {
        cells.iter().map(|row| row[at].chars().count()).chain([columns[at].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let padded: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        out::line(padded.join("  ").trim_end())
    };
    line(columns.to_vec())?;
    cells.iter().try_for_each(|row| line(row.iter().map(String::as_str).collect()))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

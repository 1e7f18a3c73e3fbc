//! Lists on stdout: aligned for people, or JSON lines for machines.

use serde_json::Value;

/// Prints rows under their column names; with `json` one object a line.
pub fn print(columns: &[&str], rows: &[Vec<Value>], json: bool) {
    if json {
        for row in rows {
            let object: serde_json::Map<String, Value> =
                columns.iter().map(|c| (*c).to_owned()).zip(row.iter().cloned()).collect();
            println!("{}", Value::Object(object));
        }
        return;
    }
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(shown).collect()).collect();
    let width = |at: usize| {
        cells.iter().map(|row| row[at].chars().count()).chain([columns[at].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let padded: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        println!("{}", padded.join("  ").trim_end());
    };
    line(columns.to_vec());
    for row in &cells {
        line(row.iter().map(String::as_str).collect());
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

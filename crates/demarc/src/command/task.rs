//! `demarc task`.

use super::{Desk, table};
use crate::cli::Task;
use crate::failure::Failure;
use crate::out;
use serde_json::{Value, json};

pub async fn run(args: Task, desk: &Desk) -> Result<(), Failure> {
    match args {
        Task::List { json } => {
            let tasks = desk.hub.tasks(&desk.root).await?;
            let rows: Vec<Vec<Value>> = tasks
                .iter()
                .map(|t| {
                    let of_attempt = |member: &str| t.evidence["attempt"][member].clone();
                    vec![
                        json!(t.number),
                        t.evidence["action"].clone(),
                        of_attempt("operation"),
                        of_attempt("reference"),
                        of_attempt("armed"),
                        t.evidence["why"].clone(),
                    ]
                })
                .collect();
            table::print(&["number", "action", "call", "reference", "sent", "why"], &rows, json)?;
        }
        Task::Decide { number, decision, reference } => {
            let task = desk.hub.decide_task(&desk.root, number, decision, reference).await?;
            out::note(format_args!(
                "task {} decided: {decision}; the engine goes on from there",
                task.number
            ));
        }
    }
    Ok(())
}

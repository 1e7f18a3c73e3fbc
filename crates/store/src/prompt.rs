//! Prompts of actions. Answers are sealed, and wiped when they are judged.

use crate::sql::Row;
use crate::{Error, Tx, args, statements};
use model::id::ActionId;
use model::prompt::{Kind, Prompt, State};

statements! {
    SAVE = "INSERT INTO prompt (id, action_id, kind, state, deadline, tries, resets, data, refusal, answer, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (action_id, kind) DO UPDATE SET state = excluded.state, deadline = excluded.deadline, tries = excluded.tries,
            resets = excluded.resets, data = excluded.data, refusal = excluded.refusal, answer = excluded.answer";
    /// What an action waits for is part of what is seen of it.
    TELL = "UPDATE action SET updated_at = $2 WHERE id = $1";
    OF_ACTION = "SELECT * FROM prompt WHERE action_id = $1 ORDER BY created_at, id";
    BY_KIND = "SELECT * FROM prompt WHERE action_id = $1 AND kind = $2";
}

/// Saves a prompt that is new or has changed.
pub fn save(tx: &mut Tx<'_>, prompt: &Prompt) -> Result<(), Error> {
    let now = tx.now();
    let answer = prompt.answer.as_ref().map(|a| tx.vault().seal_json(a)).transpose()?;
    let data = prompt.data.to_string();
    tx.run(
        SAVE,
        args![
            &prompt.id,
            &prompt.action,
            prompt.kind.word(),
            prompt.state.word(),
            prompt.deadline,
            prompt.tries,
            prompt.resets,
            data.as_str(),
            prompt.refusal.as_deref(),
            answer.as_ref(),
            now,
        ],
    )?;
    tx.run(TELL, args![&prompt.action, now]).map(|_| ())
}

fn read(row: Row<'_>, vault: &crate::Vault) -> Result<Prompt, Error> {
    let answer: Option<Vec<u8>> = row.get("answer")?;
    Ok(Prompt {
        id: row.get("id")?,
        action: row.get("action_id")?,
        kind: row.word("kind")?,
        state: row.word("state")?,
        deadline: row.get("deadline")?,
        tries: row.get("tries")?,
        resets: row.get("resets")?,
        data: row.json("data")?,
        refusal: row.get("refusal")?,
        answer: answer.map(|sealed| vault.open_json(&sealed)).transpose()?,
    })
}

/// All prompts that an action ever had, oldest first.
pub fn of_action(tx: &mut Tx<'_>, action: ActionId) -> Result<Vec<Prompt>, Error> {
    let vault = tx.vault();
    tx.all(OF_ACTION, args![&action], |row| read(row, vault))
}

/// The one that the action waits for, or whose answer is on its way.
pub fn current(tx: &mut Tx<'_>, action: ActionId) -> Result<Option<Prompt>, Error> {
    Ok(of_action(tx, action)?.into_iter().find(|p| p.state != State::Closed))
}

pub fn by_kind(tx: &mut Tx<'_>, action: ActionId, kind: Kind) -> Result<Option<Prompt>, Error> {
    let vault = tx.vault();
    tx.first(BY_KIND, args![&action, kind.word()], |row| read(row, vault))
}

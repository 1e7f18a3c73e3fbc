//! When an organization was last told all that has changed, of one kind of thing.

use crate::{Error, Tx, args, statements};
use model::id::OrganizationId;
use model::time::Timestamp;
use std::time::Duration;

statements! {
    BEGIN = "INSERT INTO snapshot (organization_id, kind, taken_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    LAST = "SELECT taken_at FROM snapshot WHERE organization_id = $1 AND kind = $2";
    /// Locks the row; what was there before is read first.
    HOLD = "UPDATE snapshot SET taken_at = taken_at WHERE organization_id = $1 AND kind = $2 RETURNING taken_at";
    TAKE = "UPDATE snapshot SET taken_at = $3 WHERE organization_id = $1 AND kind = $2";
}

/// What became of a wish for a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// All that changed since then; None: all.
    Since(Option<Timestamp>),
    /// The last one is too recent: try again after this long.
    TooSoon(Duration),
}

/// What taking one now would tell.
pub fn look(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    kind: &str,
    apart: Duration,
) -> Result<Taken, Error> {
    let last = tx.first(LAST, args![&organization, kind], |row| row.get("taken_at"))?;
    Ok(judged(last, tx.now(), apart))
}

fn judged(last: Option<Timestamp>, now: Timestamp, apart: Duration) -> Taken {
    match last {
        Some(last) if now < last.plus(apart) => Taken::TooSoon(last.plus(apart).since(now)),
        last => Taken::Since(last),
    }
}

/// Takes one, if the last was `apart` ago. Business time.
pub fn take(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    kind: &str,
    apart: Duration,
) -> Result<Taken, Error> {
    let now = tx.now();
    if tx.run(BEGIN, args![&organization, kind, now])? == 1 {
        return Ok(Taken::Since(None));
    }
    let last: Timestamp = tx.one(HOLD, args![&organization, kind], |row| row.get("taken_at"))?;
    let taken = judged(Some(last), now, apart);
    if let Taken::Since(_) = taken {
        tx.run(TAKE, args![&organization, kind, now])?;
    }
    Ok(taken)
}

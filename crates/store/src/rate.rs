//! A carrier's rate, shared by all nodes: up to when its calls are given out. A node reserves a stretch of
//! time, in which it may begin calls. Machine time of the store.

use crate::{Error, Tx, args, statements};
use model::id::CarrierId;
use std::time::Duration;

statements! {
    /// The carrier, now, the stretch, the farthest that is given out, and what only a clock that was set back can leave behind.
    RESERVE = "INSERT INTO carrier_rate (carrier_id, next_at) VALUES ($1, CAST($2 AS BIGINT) + CAST($3 AS BIGINT))
        ON CONFLICT (carrier_id) DO UPDATE SET next_at = CAST($3 AS BIGINT) +
            CASE WHEN carrier_rate.next_at > CAST($2 AS BIGINT) AND carrier_rate.next_at < CAST($5 AS BIGINT)
            THEN carrier_rate.next_at ELSE CAST($2 AS BIGINT) END
        WHERE carrier_rate.next_at <= CAST($4 AS BIGINT) OR carrier_rate.next_at >= CAST($5 AS BIGINT) RETURNING next_at";
    /// The carrier, business now, machine now, and the most that matter.
    WAITING = "SELECT count(*) AS waiting FROM (SELECT 1 AS one FROM action
        WHERE carrier_id = $1 AND due_at <= $2 AND ready_at <= $3 AND driver = 'connector' LIMIT $4) AS due";
}

/// Nothing is given out that begins later than this: who asks in vain asks again.
pub const AHEAD: Duration = Duration::from_secs(1);
/// The longest stretch: what is reserved is over at most [`AHEAD`] and this from now.
pub const LONGEST: Duration = Duration::from_secs(1);
/// What was reserved to later than this was so before the clock was set back.
const ASTRAY: Duration = Duration::from_secs(60);

/// Reserves the next `stretch` that nobody has, at most [`LONGEST`]; answers how long it is until it begins.
/// None: others have all of the near future. Time that went by unreserved is not saved up.
pub fn reserve(tx: &mut Tx<'_>, id: CarrierId, stretch: Duration) -> Result<Option<Duration>, Error> {
    let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    let (now, stretch) = (tx.machine_time()?, micros(stretch.min(LONGEST)));
    let (farthest, astray) = (now.saturating_add(micros(AHEAD)), now.saturating_add(micros(ASTRAY)));
    let end: Option<i64> =
        tx.first(RESERVE, args![&id, now, stretch, farthest, astray], |row| row.get("next_at"))?;
    Ok(end.map(|end| Duration::from_micros(u64::try_from(end - stretch - now).unwrap_or(0))))
}

/// How many actions of a carrier want a call now, as far as it matters.
pub fn waiting(tx: &mut Tx<'_>, id: CarrierId, most: usize) -> Result<usize, Error> {
    let (now, machine) = (tx.now(), tx.machine_time()?);
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let waiting: i64 = tx.one(WAITING, args![&id, now, machine, most], |row| row.get("waiting"))?;
    Ok(usize::try_from(waiting).unwrap_or(0))
}

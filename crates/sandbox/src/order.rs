//! Orders in the database: how they are booked, found and moved on. Each function runs within one transaction of
//! the writer. What is answered to whom stands in `order_route` and `card`.

use rusqlite::{Connection, OptionalExtension, Row};
use wire::sandbox::{CREDIT_CARD, Card, CardState, Class, OrderRequest, Status};

use crate::{clock, script};

const INSERT_BOOKING: &str = "INSERT INTO booking (carrier, reference, product, payment_method, booked_at) VALUES (?1, ?2, ?3, ?4, ?5)";
// Writers take turns, in this process and among several, so a later change has the higher number.
const INSERT_PROGRESS: &str = "INSERT INTO progress (number, status, changed) \
     VALUES (?1, ?2, (SELECT coalesce(max(changed), 0) + 1 FROM progress))";
const UPDATE_PROGRESS: &str = "UPDATE progress \
     SET status = ?2, otp_tries = ?3, otp_resets = ?4, card_token = ?5, card_state = ?6, \
         changed = (SELECT max(changed) + 1 FROM progress) WHERE number = ?1";

const SELECT: &str = "SELECT number, carrier, reference, product, payment_method, \
     status, otp_tries, otp_resets, card_token, card_state, changed FROM booking JOIN progress USING (number)";

const FIND_CALL: &str =
    "SELECT was_right, answer FROM otp_call WHERE number = ?1 AND kind = ?2 AND reference = ?3";
const INSERT_CALL: &str =
    "INSERT INTO otp_call (number, kind, reference, was_right, answer) VALUES (?1, ?2, ?3, ?4, ?5)";

// An upsert whose condition fails returns no row: the outage is over.
const COUNT_ORDER_CALL: &str = "INSERT INTO outage (carrier, reference, calls) VALUES (?1, ?2, 1) \
     ON CONFLICT (carrier, reference) DO UPDATE SET calls = calls + 1 WHERE calls < ?3 RETURNING calls";
const COUNT_LOOKUP_CALL: &str = "UPDATE outage SET calls = calls + 1 \
     WHERE carrier = ?1 AND reference = ?2 AND calls < ?3 RETURNING calls";

/// An order as the carrier keeps it.
#[derive(Debug)]
pub struct Order {
    number: i64,
    pub carrier: String,
    reference: String,
    pub product: String,
    payment_method: String,
    status: Status,
    otp_tries: u32,
    otp_resets: u32,
    card: Option<(String, CardState)>,
}

/// What became of a wish to book.
#[derive(Debug)]
pub enum Booked {
    /// A row was added; `first` when the reference had none before.
    New { order: Order, first: bool },
    /// The reference was booked before and nothing was added; this is its first order.
    Before(Order),
}

/// What an OTP call led to: the answer as it was first given.
#[derive(Debug)]
pub enum OtpOutcome {
    Right(wire::sandbox::Order),
    Wrong(wire::sandbox::Order),
    /// The order waits for no OTP.
    NotWanted(wire::sandbox::Order),
}

/// `SB-00000001`; longer when the number is.
pub fn id(number: i64) -> String {
    format!("SB-{number:08}")
}

/// The number behind an id. Only the spelling that [`id`] makes is one.
fn number(text: &str) -> Option<i64> {
    let number = text.strip_prefix("SB-")?.parse().ok()?;
    (id(number) == text).then_some(number)
}

impl Order {
    pub fn on_wire(&self, public_url: &str) -> wire::sandbox::Order {
        let card = self
            .card
            .as_ref()
            .map(|(token, state)| Card { url: format!("{public_url}/card/{token}"), state: state.clone() });
        wire::sandbox::Order {
            id: id(self.number),
            reference: self.reference.clone(),
            carrier: self.carrier.clone(),
            status: self.status.clone(),
            card,
            otp_tries: self.otp_tries,
            reason: None,
        }
    }

    pub fn card_state(&self) -> Option<&CardState> {
        self.card.as_ref().map(|(_, state)| state)
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let token: Option<String> = row.get("card_token")?;
        let state: Option<String> = row.get("card_state")?;
        Ok(Self {
            number: row.get("number")?,
            carrier: row.get("carrier")?,
            reference: row.get("reference")?,
            product: row.get("product")?,
            payment_method: row.get("payment_method")?,
            status: Status::from(row.get::<_, String>("status")?),
            otp_tries: row.get("otp_tries")?,
            otp_resets: row.get("otp_resets")?,
            card: token.zip(state.map(CardState::from)),
        })
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        let (token, state) = self.card.as_ref().map(|(token, state)| (token, state.as_str())).unzip();
        let row = (self.number, self.status.as_str(), self.otp_tries, self.otp_resets, token, state);
        connection.prepare_cached(UPDATE_PROGRESS)?.execute(row)?;
        Ok(())
    }
}

/// Counts an order for a `DOWN` customer; whether it meets the outage.
pub fn order_meets_outage(connection: &Connection, carrier: &str, reference: &str) -> rusqlite::Result<bool> {
    meets_outage(connection, COUNT_ORDER_CALL, carrier, reference)
}

/// Counts a look-up, if an order of a `DOWN` customer named the reference before; whether it meets the outage.
pub fn lookup_meets_outage(
    connection: &Connection,
    carrier: &str,
    reference: &str,
) -> rusqlite::Result<bool> {
    meets_outage(connection, COUNT_LOOKUP_CALL, carrier, reference)
}

fn meets_outage(
    connection: &Connection,
    sql: &str,
    carrier: &str,
    reference: &str,
) -> rusqlite::Result<bool> {
    let row = (carrier, reference, script::OUTAGE_CALLS);
    let calls: Option<i64> = connection.prepare_cached(sql)?.query_row(row, |row| row.get(0)).optional()?;
    Ok(calls.is_some())
}

/// Books as the carrier's class has it.
pub fn book(
    connection: &Connection,
    carrier: &str,
    class: Class,
    asked: &OrderRequest,
) -> rusqlite::Result<Booked> {
    let before = find_by_reference(connection, carrier, &asked.reference)?;
    let first = before.is_none();
    match (before, class) {
        (Some(before), Class::A | Class::B) => return Ok(Booked::Before(before)),
        (_, Class::A | Class::B | Class::C | Class::D) => {}
    }
    let booking = (carrier, &asked.reference, &asked.product, &asked.payment_method, clock::now());
    connection.prepare_cached(INSERT_BOOKING)?.execute(booking)?;
    let number = connection.last_insert_rowid();
    let status = Status::OtpRequired;
    connection.prepare_cached(INSERT_PROGRESS)?.execute((number, status.as_str()))?;
    let order = Order {
        number,
        carrier: carrier.to_owned(),
        reference: asked.reference.clone(),
        product: asked.product.clone(),
        payment_method: asked.payment_method.clone(),
        status,
        otp_tries: 0,
        otp_resets: 0,
        card: None,
    };
    Ok(Booked::New { order, first })
}

/// The order with this id, if it is the carrier's own.
pub fn find_by_id(connection: &Connection, carrier: &str, id: &str) -> rusqlite::Result<Option<Order>> {
    let Some(number) = number(id) else { return Ok(None) };
    find(connection, "WHERE number = ?1 AND carrier = ?2", (number, carrier))
}

/// The first order with this reference.
pub fn find_by_reference(
    connection: &Connection,
    carrier: &str,
    reference: &str,
) -> rusqlite::Result<Option<Order>> {
    find(connection, "WHERE carrier = ?1 AND reference = ?2 ORDER BY number LIMIT 1", (carrier, reference))
}

pub fn find_by_card(connection: &Connection, token: &str) -> rusqlite::Result<Option<Order>> {
    find(connection, "WHERE card_token = ?1", [token])
}

fn find(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<Option<Order>> {
    let sql = format!("{SELECT} {condition}");
    connection.prepare_cached(&sql)?.query_row(values, Order::read).optional()
}

/// The carrier's orders that changed after `cursor`, each once, in the order of their last change, at most `most`;
/// and the cursor behind the last of them.
pub fn changed_after(
    connection: &Connection,
    carrier: &str,
    cursor: i64,
    most: i64,
) -> rusqlite::Result<(i64, Vec<Order>)> {
    let sql = format!("{SELECT} WHERE carrier = ?1 AND changed > ?2 ORDER BY changed LIMIT ?3");
    let mut statement = connection.prepare(&sql)?;
    let rows =
        statement.query_map((carrier, cursor, most), |row| Ok((row.get("changed")?, Order::read(row)?)))?;
    let changes: Vec<(i64, Order)> = rows.collect::<rusqlite::Result<_>>()?;
    let cursor = changes.last().map_or(cursor, |(changed, _)| *changed);
    Ok((cursor, changes.into_iter().map(|(_, order)| order).collect()))
}

/// What a status read does: it finds a line in provisioning active.
pub fn poll(connection: &Connection, mut order: Order) -> rusqlite::Result<Order> {
    if order.status == Status::Provisioning {
        order.status = Status::Active;
        order.save(connection)?;
    }
    Ok(order)
}

/// Tries an OTP, once for each reference. `card_token` names the card page, should one be wanted next.
pub fn try_otp(
    connection: &Connection,
    mut order: Order,
    reference: &str,
    otp: &str,
    card_token: String,
    public_url: &str,
) -> rusqlite::Result<OtpOutcome> {
    if let Some(first) = first_answer(connection, &order, "try", reference)? {
        return Ok(first);
    }
    if order.status != Status::OtpRequired {
        return Ok(OtpOutcome::NotWanted(order.on_wire(public_url)));
    }
    order.otp_tries = order.otp_tries.saturating_add(1);
    let right = otp == script::right_otp(order.otp_resets);
    if right && order.payment_method == CREDIT_CARD {
        order.status = Status::CardRequired;
        order.card = Some((card_token, CardState::Open));
    } else if right {
        order.status = Status::Provisioning;
    }
    order.save(connection)?;
    let answer = order.on_wire(public_url);
    keep_answer(connection, &order, "try", reference, right, &answer)?;
    Ok(if right { OtpOutcome::Right(answer) } else { OtpOutcome::Wrong(answer) })
}

/// Sends a new OTP, once for each reference. The tries are not renewed.
pub fn reset_otp(
    connection: &Connection,
    mut order: Order,
    reference: &str,
    public_url: &str,
) -> rusqlite::Result<OtpOutcome> {
    if let Some(first) = first_answer(connection, &order, "reset", reference)? {
        return Ok(first);
    }
    if order.status != Status::OtpRequired {
        return Ok(OtpOutcome::NotWanted(order.on_wire(public_url)));
    }
    order.otp_resets = order.otp_resets.saturating_add(1);
    order.save(connection)?;
    let answer = order.on_wire(public_url);
    keep_answer(connection, &order, "reset", reference, true, &answer)?;
    Ok(OtpOutcome::Right(answer))
}

fn first_answer(
    connection: &Connection,
    order: &Order,
    kind: &str,
    reference: &str,
) -> rusqlite::Result<Option<OtpOutcome>> {
    let first: Option<(bool, String)> = connection
        .prepare_cached(FIND_CALL)?
        .query_row((order.number, kind, reference), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((right, text)) = first else { return Ok(None) };
    let answer = serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok(Some(if right { OtpOutcome::Right(answer) } else { OtpOutcome::Wrong(answer) }))
}

fn keep_answer(
    connection: &Connection,
    order: &Order,
    kind: &str,
    reference: &str,
    right: bool,
    answer: &wire::sandbox::Order,
) -> rusqlite::Result<()> {
    let text = serde_json::to_string(answer)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection.prepare_cached(INSERT_CALL)?.execute((order.number, kind, reference, right, text))?;
    Ok(())
}

/// What the customer decides on the card page; once approved it stays so.
pub fn decide_card(connection: &Connection, mut order: Order, approve: bool) -> rusqlite::Result<()> {
    if order.status != Status::CardRequired {
        return Ok(());
    }
    let Some((_, state)) = order.card.as_mut() else { return Ok(()) };
    if approve {
        *state = CardState::Approved;
        order.status = Status::Provisioning;
    } else {
        *state = CardState::Declined;
    }
    order.save(connection)
}

//! Appointments of a calendar: how many of each are taken. How many there can be is the caller's to say.

use crate::{Error, Tx, args, statements};
use jiff::civil::Date;
use model::id::{AreaId, CarrierId};
use model::work_order::Appointment;
use std::collections::HashMap;

statements! {
    OPEN = "INSERT INTO slot (carrier_id, area_id, date, time, taken) VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING";
    TAKE = "UPDATE slot SET taken = taken + 1 WHERE carrier_id = $1 AND area_id = $2 AND date = $3 AND time = $4 AND taken < $5";
    GIVE_BACK = "UPDATE slot SET taken = taken - 1 WHERE carrier_id = $1 AND area_id = $2 AND date = $3 AND time = $4 AND taken > 0";
    TAKEN = "SELECT date, time, taken FROM slot WHERE carrier_id = $1 AND area_id = $2 AND date >= $3 AND date <= $4";
}

/// Whose calendar it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    pub carrier: CarrierId,
    /// [`AreaId::NONE`]: for what lies in no area.
    pub area: AreaId,
}

/// Takes one of `capacity` places. False: all are taken.
pub fn take(tx: &mut Tx<'_>, of: Calendar, at: &Appointment, capacity: u32) -> Result<bool, Error> {
    let date = at.date.to_string();
    tx.run(OPEN, args![&of.carrier, &of.area, &date, &at.time])?;
    let capacity = i64::from(capacity);
    Ok(tx.run(TAKE, args![&of.carrier, &of.area, &date, &at.time, capacity])? == 1)
}

/// Gives a place back that was taken.
pub fn give_back(tx: &mut Tx<'_>, of: Calendar, at: &Appointment) -> Result<(), Error> {
    let date = at.date.to_string();
    tx.run(GIVE_BACK, args![&of.carrier, &of.area, &date, &at.time]).map(|_| ())
}

/// How many places are taken on days from `first` to `last`, by day and time; none where nothing is said.
pub fn taken(
    tx: &mut Tx<'_>,
    of: Calendar,
    (first, last): (Date, Date),
) -> Result<HashMap<(String, String), u32>, Error> {
    let (first, last) = (first.to_string(), last.to_string());
    let all = tx.all(TAKEN, args![&of.carrier, &of.area, &first, &last], |row| {
        let taken: i64 = row.get("taken")?;
        Ok(((row.get("date")?, row.get("time")?), u32::try_from(taken).unwrap_or(u32::MAX)))
    })?;
    Ok(all.into_iter().collect())
}

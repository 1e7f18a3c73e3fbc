//! Whether a carrier has a line left: its listing says so itself, or else its areas that hold the place do.

use crate::Places;
use model::area::{Area, Status};
use model::premise::Premise;
use store::Tx;

/// Nothing more can be had at a listing. `live` are its carrier's areas that hold it and are live.
pub fn is_full<'a>(premise: &Premise, live: impl IntoIterator<Item = &'a Area>) -> bool {
    let mut ports = live.into_iter().map(|area| area.free_ports);
    match premise.free_ports {
        Some(ports) => ports == 0,
        // Which of several areas it hangs on is not known: one that has a line left is enough.
        None => ports.next().is_some_and(|first| first == Some(0)) && ports.all(|ports| ports == Some(0)),
    }
}

/// Listings of one carrier where a line can be had, and those that are full.
pub fn parted(
    tx: &mut Tx<'_>,
    places: &Places,
    premises: Vec<Premise>,
) -> Result<(Vec<Premise>, Vec<Premise>), store::Error> {
    let (mut free, mut full) = (Vec::new(), Vec::new());
    for premise in premises {
        let mut live = Vec::new();
        if let (None, Some(position)) = (premise.free_ports, premise.position) {
            for number in places.areas_at(position) {
                let area = store::area::by_number(tx, number)?;
                let is_own = |area: &Area| area.carrier == premise.carrier && area.status == Status::Live;
                live.extend(area.filter(is_own));
            }
        }
        if is_full(&premise, &live) { full.push(premise) } else { free.push(premise) }
    }
    Ok((free, full))
}

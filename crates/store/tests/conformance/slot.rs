//! Slots: no more appointments than there are places, however many ask at once.

use crate::world::*;
use model::id::AreaId;
use model::work_order::Appointment;
use std::collections::HashMap;
use store::slot::{self, Calendar};

const AREA: Calendar = Calendar { carrier: CarrierId::NONE, area: AreaId::NONE };

fn at(day: i8, time: &str) -> Appointment {
    Appointment { date: jiff::civil::date(2027, 2, day), time: time.into() }
}

async fn take(t: &Store, of: Calendar, at: Appointment, capacity: u32) -> bool {
    t.did(move |tx| slot::take(tx, of, &at, capacity)).await
}

async fn give_back(t: &Store, of: Calendar, at: Appointment) {
    t.did(move |tx| slot::give_back(tx, of, &at)).await;
}

/// What is taken from one day to another of February, as day, time and number.
async fn taken(t: &Store, of: Calendar, (first, last): (i8, i8)) -> HashMap<(String, String), u32> {
    t.saw(move |tx| slot::taken(tx, of, (at(first, "").date, at(last, "").date))).await
}

fn told(all: &[(&str, &str, u32)]) -> HashMap<(String, String), u32> {
    all.iter().map(|(date, time, n)| (((*date).to_owned(), (*time).to_owned()), *n)).collect()
}

store::on_both!(
    of_fifty_who_want_an_appointment_as_many_get_it_as_there_are_places,
    |t: TestStore| async move {
        let all = (0..50).map(|_| {
            let t = t.store.clone();
            async move { take(&t, AREA, at(1, "08:00"), 7).await }
        });
        assert_eq!(together(all).await.into_iter().filter(|got| *got).count(), 7);
        assert_eq!(taken(&t.store, AREA, (1, 1)).await, told(&[("2027-02-01", "08:00", 7)]));
        let back = (0..50).map(|i| {
            let t = t.store.clone();
            async move {
                match i % 2 {
                    0 => give_back(&t, AREA, at(1, "08:00")).await,
                    _ => drop(take(&t, AREA, at(1, "08:00"), 7).await),
                }
            }
        });
        together(back).await;
        assert!(taken(&t.store, AREA, (1, 1)).await.values().all(|taken| *taken <= 7));
    }
);

store::on_both!(a_place_that_is_given_back_can_be_taken_once_more, |t: TestStore| async move {
    let t = &t.store;
    for got in [true, true, false, false] {
        assert_eq!(take(t, AREA, at(1, "08:00"), 2).await, got);
    }
    give_back(t, AREA, at(1, "08:00")).await;
    for got in [true, false] {
        assert_eq!(take(t, AREA, at(1, "08:00"), 2).await, got);
    }
    assert!(take(t, AREA, at(1, "08:00"), 3).await, "there are more places now");
    assert!(!take(t, AREA, at(1, "08:00"), 1).await, "there are fewer");
    assert!(!take(t, AREA, at(1, "13:00"), 0).await);
    // More than was taken cannot be given back, nor what nobody ever asked for.
    for _ in 0..5 {
        give_back(t, AREA, at(1, "08:00")).await;
    }
    give_back(t, AREA, at(2, "08:00")).await;
    assert_eq!(taken(t, AREA, (1, 1)).await.get(&("2027-02-01".into(), "08:00".into())), Some(&0));
    assert!(take(t, AREA, at(1, "08:00"), 1).await && !take(t, AREA, at(1, "08:00"), 1).await);
});

store::on_both!(every_calendar_day_and_time_is_counted_for_itself, |t: TestStore| async move {
    let t = &t.store;
    let area = Calendar { area: AreaId::from_bytes([6; 16]), ..AREA };
    let carrier = Calendar { carrier: CarrierId::from_bytes([7; 16]), ..AREA };
    for (of, day, time) in [
        (AREA, 1, "08:00"),
        (AREA, 1, "13:00"),
        (AREA, 2, "08:00"),
        (AREA, 3, "08:00"),
        (area, 1, "08:00"),
        (carrier, 1, "08:00"),
    ] {
        assert!(take(t, of, at(day, time), 1).await, "{of:?} {day} {time}");
        assert!(!take(t, of, at(day, time), 1).await, "{of:?} {day} {time}");
    }
    // Where there is room everywhere, only the one that was asked for is taken.
    for (of, day) in [(area, 1), (carrier, 1), (AREA, 2)] {
        assert!(take(t, of, at(day, "08:00"), 9).await, "{of:?} {day}");
    }
    let [one, other, two] =
        [("2027-02-01", "08:00", 1), ("2027-02-01", "13:00", 1), ("2027-02-02", "08:00", 2)];
    assert_eq!(taken(t, AREA, (1, 2)).await, told(&[one, other, two]));
    assert_eq!(taken(t, AREA, (2, 2)).await, told(&[two]));
    for of in [area, carrier] {
        assert_eq!(taken(t, of, (1, 28)).await, told(&[("2027-02-01", "08:00", 2)]));
    }
    assert_eq!(taken(t, AREA, (4, 28)).await, told(&[]));
});

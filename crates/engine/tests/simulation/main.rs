//! A seeded simulation of the core with the sandbox's connector: crashes and pauses at every step,
//! a carrier that fails in every way, callers, customers and people. Ten thousand seeds keep the
//! promises; every mistake that is planted breaks one. `DEMARC_SEED=4711` runs one seed and prints
//! what happened, `DEMARC_MISTAKE=NoFence` with that mistake.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

mod carrier;
mod fault;
mod law;
mod people;
mod plan;
mod random;
mod step;
mod store;
mod worker;
mod world;

use engine::core::Planted;
use std::sync::atomic::{AtomicU64, Ordering};
use world::{Mistake, Seen, Shell, run};

/// `DEMARC_SEEDS` names another number.
const SEEDS: u64 = 10_000;

/// Runs all seeds on all processors until one breaks a law whose words hold `wanted`; says what
/// they came across.
fn seeds(mistake: Option<Mistake>, wanted: &str) -> Result<Seen, (u64, String)> {
    let most = std::env::var("DEMARC_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(SEEDS);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (next, worst) = (AtomicU64::new(0), AtomicU64::new(u64::MAX));
    let mut seen = Seen::default();
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut seen = Seen::default();
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= most || seed > worst.load(Ordering::Relaxed) {
                            return seen;
                        }
                        match run(seed, mistake, false).result {
                            Ok(of) => seen.add(of),
                            Err(law) if !law.contains(wanted) => {}
                            Err(_) => {
                                worst.fetch_min(seed, Ordering::Relaxed);
                            }
                        }
                    }
                })
            })
            .collect();
        running.into_iter().for_each(|thread| seen.add(thread.join().unwrap()));
    });
    match worst.into_inner() {
        u64::MAX => Ok(seen),
        seed => Err((seed, run(seed, mistake, false).result.unwrap_err())),
    }
}

fn told(seed: u64, mistake: Option<Mistake>) -> String {
    let run = run(seed, mistake, true);
    format!("{}\nseed {seed}: {:?}", run.trace.join("\n"), run.result)
}

#[test]
fn ten_thousand_seeds_keep_the_promises() {
    if let Some(seed) = std::env::var("DEMARC_SEED").ok().and_then(|seed| seed.parse().ok()) {
        let wanted = std::env::var("DEMARC_MISTAKE").unwrap_or_default();
        let mistake = MISTAKES.iter().copied().find(|m| format!("{m:?}").contains(&format!("({wanted})")));
        println!("{}", told(seed, mistake));
        assert!(mistake.is_some() || run(seed, None, false).result.is_ok());
        return;
    }
    match seeds(None, "") {
        Err((seed, law)) => panic!("{}\nDEMARC_SEED={seed}: {law}", told(seed, None)),
        Ok(seen) => {
            println!("{seen:?}");
            // A simulation that never gets there proves nothing.
            let rare = [
                seen.late,
                seen.too_late,
                seen.decisions,
                seen.observations,
                seen.restores,
                seen.adopted,
                seen.absent,
                seen.canceled,
            ];
            assert!(rare.iter().all(|n| *n > 300), "{seen:?}");
            assert!(
                seen.unknown > 5_000 && seen.crashes > 5_000 && seen.answers > 5_000 && seen.done > 5_000,
                "{seen:?}"
            );
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    for seed in 0..200 {
        let (first, second) = (run(seed, None, true), run(seed, None, true));
        assert_eq!(first.hash, second.hash, "seed {seed}");
        assert_eq!(first.trace, second.trace, "seed {seed}");
    }
    let hashes: std::collections::BTreeSet<_> = (0..200).map(|seed| run(seed, None, false).hash).collect();
    assert_eq!(hashes.len(), 200, "different seeds are different runs");
}

const MISTAKES: &[Mistake] = &[
    Mistake::Core(Planted::UnknownIsFailure),
    Mistake::Core(Planted::UnknownIsNotSent),
    Mistake::Core(Planted::ForgetsTheDead),
    Mistake::Core(Planted::BelievesOneMiss),
    Mistake::Core(Planted::AsksTheDumb),
    Mistake::Core(Planted::FreeTries),
    Mistake::Shell(Shell::NoFence),
    Mistake::Shell(Shell::SendsBeforeCommit),
    Mistake::Shell(Shell::LeaseNeverExpires),
    Mistake::Shell(Shell::SendsWithoutLease),
    Mistake::Shell(Shell::ResetIsNotSent),
    Mistake::Shell(Shell::ForgetsTheRestore),
];

macro_rules! found {
    ($($name:ident: $mistake:expr, $law:literal;)+) => {
        $(#[test]
        fn $name() {
            let (seed, law) = seeds(Some($mistake), $law).expect_err("no seed shows it");
            println!("seed {seed}: {law}");
            assert!(MISTAKES.contains(&$mistake), "and it can be run by its name");
        })+
    };
}

found! {
    an_unknown_outcome_taken_for_a_failure_is_found: Mistake::Core(Planted::UnknownIsFailure), "an attempt is still";
    an_unknown_outcome_taken_for_not_sent_is_found: Mistake::Core(Planted::UnknownIsNotSent), "booked 2 times";
    sending_again_for_a_dead_worker_without_asking_is_found: Mistake::Core(Planted::ForgetsTheDead), "booked 2 times";
    believing_the_first_look_up_is_found: Mistake::Core(Planted::BelievesOneMiss), "booked 2 times";
    asking_a_carrier_that_cannot_be_asked_is_found: Mistake::Core(Planted::AsksTheDumb), "was asked";
    tries_that_are_not_counted_are_found: Mistake::Core(Planted::FreeTries), "tries at the carrier";
    a_replaced_worker_that_still_writes_is_found: Mistake::Shell(Shell::NoFence), "";
    sending_before_the_commit_is_found: Mistake::Shell(Shell::SendsBeforeCommit), "booked";
    a_lease_that_never_expires_is_found: Mistake::Shell(Shell::LeaseNeverExpires), "at the end";
    sending_when_the_lease_is_over_is_found: Mistake::Shell(Shell::SendsWithoutLease), "booked";
    a_reset_connection_taken_for_a_refused_one_is_found: Mistake::Shell(Shell::ResetIsNotSent), "booked 2 times";
    a_backup_put_in_place_as_if_nothing_had_happened_is_found: Mistake::Shell(Shell::ForgetsTheRestore), "booked 2 times";
}

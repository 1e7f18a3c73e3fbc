//! What one seed is about: drawn at its beginning, so that a run can be read.

use crate::random::Random;
use crate::world::SECOND;
use model::action::{Action, Driver, Operation, Request, State, Work};
use model::address::Address;
use model::attempt::Class;
use model::id::{ActionId, CarrierId, Identity, OrganizationId};
use model::order::{CoverageRequest, Payment, Person, Subscription};
use model::time::Timestamp;

#[derive(Debug, Clone)]
pub struct Plan {
    pub class: Class,
    pub workers: usize,
    pub actions: usize,
    /// Percent of calls that go wrong, of points where a worker dies, of points where it sleeps, of
    /// commits that succeed and are reported as failed.
    pub faults: u64,
    pub crashes: u64,
    pub pauses: u64,
    pub doubts: u64,
    /// After so many calls nothing goes wrong any more: otherwise nothing need come to an end.
    pub trouble_ends: u64,
    pub nobody_decides: bool,
    /// Changes at the carrier are told by its feed too.
    pub feed: bool,
    /// Business time jumps: when, and how far.
    pub jumps: Vec<(u64, i64)>,
    /// When the store is copied, and when the copy takes its place.
    pub restore: Option<(u64, u64)>,
}

const HOUR: u64 = 3_600 * SECOND;

impl Plan {
    pub fn draw(random: &mut Random) -> Self {
        let calm = random.chance(5);
        let mut up_to = |most: u64| if calm { 0 } else { random.below(most + 1) };
        let (faults, crashes, pauses, doubts) = (up_to(70), up_to(25), up_to(15), up_to(10));
        let workers = random.pick(&[1, 2, 3]);
        // A start of the program ends back-offs; then only business time holds the pauses of look-ups.
        let jumps = (0..if workers == 1 { 0 } else { random.below(3) }).map(|_| {
            let far = random.pick(&[-5 * SECOND as i64, 600 * SECOND as i64, 48 * HOUR as i64]);
            (random.below(400 * SECOND), far)
        });
        let jumps = jumps.collect();
        let copied = if random.chance(50) { random.below(2 * SECOND) } else { random.below(300 * SECOND) };
        Self {
            class: random.pick(&[Class::A, Class::B, Class::C, Class::C, Class::D]),
            workers,
            actions: random.pick(&[1, 1, 2]),
            faults,
            crashes,
            pauses,
            doubts,
            trouble_ends: random.between(5, 80),
            nobody_decides: random.chance(5),
            feed: random.chance(30),
            jumps,
            restore: random.chance(15).then(|| (copied, copied + random.below(600 * SECOND))),
        }
    }

    pub fn is_restored(&self) -> bool {
        self.restore.is_some()
    }

    /// A new action, pending and due.
    pub fn action(&self, number: i64, random: &mut Random, now: Timestamp) -> Action {
        let address = Address {
            street: Some(random.pick(&["VIA ROMA", "VIA ROMA", "VIA NO COVERAGE"]).into()),
            ..Address::default()
        };
        let coverage = random.chance(10);
        let work = if coverage {
            Work::Coverage(Box::new(CoverageRequest { address }))
        } else {
            Work::Subscription(Box::new(Subscription {
                product: "Casa".into(),
                addons: Vec::new(),
                address,
                person: Person {
                    first_name: random.pick(&["Mario", "Mario", "Mario", "Mario", "DECLINE"]).into(),
                    ..Person::default()
                },
                payment: if random.chance(50) { Payment::CreditCard } else { Payment::Iban("IT60".into()) },
            }))
        };
        Action {
            number,
            id: ActionId::new(now, random.bytes()),
            organization: OrganizationId::from_bytes([1; 16]),
            seller: OrganizationId::from_bytes([1; 16]),
            key: None,
            dialect: "comparetech".into(),
            carrier: CarrierId::from_bytes([2; 16]),
            operation: if coverage { Operation::Coverage } else { Operation::Subscription },
            order: None,
            driver: Driver::Connector,
            state: State::Pending,
            version: 1,
            due: Some(now),
            fence: 0,
            step: 0,
            retries: 0,
            restored: false,
            request: Request { echo: serde_json::Value::Null, work },
            progress: serde_json::Value::Null,
            result: None,
            error: None,
            created: now,
            updated: now,
        }
    }
}

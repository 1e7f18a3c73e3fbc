//! Single steps of the core that no run comes across often enough.

use crate::plan::Plan;
use crate::random::Random;
use crate::worker::limits;
use carriers::http::Reply;
use engine::Failure;
use engine::core::{self, Input, NO_ANSWER, Purpose, Rules, Then};
use engine::situation::Situation;
use model::action::State;
use model::attempt;
use model::id::{Identity, OrganizationId};
use model::task;
use model::time::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

const BEGAN: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

/// An order, or a coverage check, and the core's word on what happens to it.
struct Case {
    s: Situation,
    now: Timestamp,
    settings: Value,
    steps: u8,
}

impl Case {
    fn new(coverage: bool) -> Self {
        let mut random = Random::new(1);
        let plan = Plan::draw(&mut random);
        let action = loop {
            let action = plan.action(1, &mut random, BEGAN);
            if (action.operation == model::action::Operation::Coverage) == coverage {
                break action;
            }
        };
        let s = Situation { action, attempts: Vec::new(), prompts: Vec::new(), task: None, booked: false };
        let settings = json!({"url": "http://carrier", "name": "sim", "classes": {"order": "C"}});
        Self { s, now: BEGAN, settings, steps: 0 }
    }

    fn step(&mut self, input: Input<'_>) -> Then {
        self.steps += 1;
        let rules = Rules {
            connector: &carriers::sandbox::Sandbox,
            settings: &self.settings,
            limits: &limits(),
            now: self.now,
            seed: 1,
            random: [self.steps; 10],
            worker: "w",
            seller: OrganizationId::from_bytes([9; 16]),
            planted: None,
        };
        core::step(&mut self.s, input, &rules)
    }

    /// Makes the call that is wanted next, with this result.
    fn call(&mut self, result: Result<&Reply, &Failure>) -> Then {
        let Then::Send { call, purpose } = self.step(Input::Claimed) else { panic!("no call: {:?}", self.s) };
        self.step(Input::Sent { call: &call, purpose, began: self.now, result })
    }

    fn attempts(&self) -> Vec<(attempt::State, i64)> {
        self.s.attempts.iter().map(|a| (a.state, a.sends)).collect()
    }
}

#[test]
fn what_is_our_own_doing_is_not_counted_against_the_carrier() {
    let ours = Failure::Ours("too little of the lease was left".into());
    for coverage in [true, false] {
        let mut case = Case::new(coverage);
        for _ in 0..60 {
            assert!(matches!(case.call(Err(&ours)), Then::Rest(pause) if !pause.is_zero()));
        }
        assert_eq!((case.s.action.state, case.s.action.retries), (State::Running, 0));
        assert!(case.attempts().iter().all(|attempt| *attempt == (attempt::State::Absent, 0)));
    }
}

#[test]
fn a_call_that_may_have_arrived_stays_unknown_when_it_cannot_be_sent_again() {
    let mut case = Case::new(false);
    case.settings["classes"]["order"] = json!("A");
    case.call(Err(&Failure::Lost("reset".into())));
    for _ in 0..60 {
        case.call(Err(&Failure::Ours("no room in the rate".into())));
        assert_eq!(case.attempts(), [(attempt::State::Unknown, 1)]);
    }
    assert_eq!(case.s.action.state, State::Running);
}

#[test]
fn what_was_never_answered_ends_after_its_limit_and_not_untried() {
    let out = Failure::NotSent("refused".into());
    for coverage in [true, false] {
        let limit = limits().answer_limit(Case::new(coverage).s.action.operation);
        let late = BEGAN.plus(limit);
        // We were away for so long: it is tried all the same.
        let mut untried = Case::new(coverage);
        untried.now = late;
        assert!(matches!(untried.step(Input::Claimed), Then::Send { .. }));
        let mut tried = Case::new(coverage);
        tried.call(Err(&out));
        tried.now = late.minus(Duration::from_secs(1));
        assert!(matches!(tried.step(Input::Shut), Then::Rest(_)), "its time is not over");
        for input in [Input::Claimed, Input::Shut] {
            let mut tried = Case::new(coverage);
            tried.call(Err(&out));
            tried.now = late;
            let Then::End(carriers::Outcome::Failed { reason }) = tried.step(input) else {
                panic!("goes on")
            };
            assert_eq!((reason.as_str(), tried.s.action.state), (NO_ANSWER, State::Canceled));
        }
    }
}

#[test]
fn what_may_be_at_the_carrier_never_ends_for_its_limit() {
    let mut case = Case::new(false);
    case.call(Err(&Failure::Lost("reset".into())));
    case.now = BEGAN.plus(Duration::from_secs(30 * 86_400));
    assert!(matches!(case.step(Input::Shut), Then::Rest(_)));
    assert!(matches!(case.step(Input::Claimed), Then::Send { purpose: Purpose::Lookup, .. }));
    let mut restored = Case::new(false);
    restored.s.action.restored = true;
    restored.now = case.now;
    assert!(matches!(restored.step(Input::Shut), Then::Rest(_)));
}

#[test]
fn a_class_that_was_lowered_holds_for_the_call_that_is_out() {
    let mut case = Case::new(false);
    case.call(Err(&Failure::Lost("reset".into())));
    case.settings["classes"]["order"] = json!("D");
    assert_eq!(case.step(Input::Claimed), Then::Rest(Duration::ZERO));
    assert_eq!(case.attempts(), [(attempt::State::Human, 1)]);
    // One that was raised does not.
    let mut case = Case::new(false);
    case.call(Err(&Failure::Lost("reset".into())));
    case.settings["classes"]["order"] = json!("A");
    assert!(matches!(case.step(Input::Claimed), Then::Send { purpose: Purpose::Lookup, .. }));
}

#[test]
fn evidence_of_another_attempt_gives_way_to_that_of_the_open_one() {
    let mut case = Case::new(false);
    case.settings["classes"]["order"] = json!("D");
    case.call(Err(&Failure::Lost("reset".into())));
    let first = case.s.task.clone().unwrap();
    // Nobody decided; the attempt came to its end by itself, and the next one is lost too.
    case.s.attempts[0].state = attempt::State::Absent;
    case.call(Err(&Failure::Lost("reset".into())));
    let second = case.s.task.clone().unwrap();
    assert_eq!((second.state, second.attempt), (task::State::Open, Some(case.s.attempts[1].id)));
    assert_ne!((second.id, second.attempt), (first.id, first.attempt));
}

#[test]
fn a_person_can_put_right_the_order_that_one_of_them_named() {
    let mut case = Case::new(false);
    case.settings["classes"]["order"] = json!("D");
    case.call(Err(&Failure::Lost("reset".into())));
    let decide = |case: &mut Case, order: &str| {
        let task = case.s.task.as_mut().unwrap();
        (task.state, task.decision) = (task::State::Decided, Some(task::Decision::Confirmed));
        task.carrier_reference = Some(order.into());
        let Then::Send { call, .. } = case.step(Input::Claimed) else {
            panic!("does not go on: {:?}", case.s)
        };
        call
    };
    assert!(decide(&mut case, "SB-WRONG").request.url.ends_with("/orders/SB-WRONG"));
    let foreign = json!({"order": {"id": "SB-WRONG", "reference": "OTHER-0", "carrier": "sim", "status": "active", "otp_tries": 0}});
    let foreign = Reply { status: 200, body: foreign.to_string().into_bytes() };
    while case.s.task.as_ref().unwrap().state != task::State::Open {
        case.call(Ok(&foreign));
    }
    assert!(!case.s.action.state.is_final(), "it is not known that anything failed");
    assert!(decide(&mut case, "SB-RIGHT").request.url.ends_with("/orders/SB-RIGHT"));
}

#[test]
fn an_order_whose_worker_died_before_it_sent_is_no_failure_of_the_carriers() {
    let absent =
        Reply { status: 404, body: br#"{"code":"no_such_order","error":"there is no such order"}"#.to_vec() };
    let mut case = Case::new(false);
    let Then::Send { purpose: Purpose::Attempt, .. } = case.step(Input::Claimed) else {
        panic!("{:?}", case.s)
    };
    for death in 1..=5 {
        // Whoever takes it over looks it up until it is known to be absent, and sends it anew.
        let mut then = case.step(Input::Claimed);
        loop {
            then = match then {
                Then::Send { call, purpose: Purpose::Lookup } => {
                    let purpose = Purpose::Lookup;
                    case.step(Input::Sent { call: &call, purpose, began: case.now, result: Ok(&absent) })
                }
                Then::Send { purpose: Purpose::Attempt, .. } => break,
                Then::Rest(_) => case.step(Input::Claimed),
                other => panic!("after {death} deaths: {other:?}"),
            };
        }
        assert_eq!(case.s.action.state, State::Running);
        assert_eq!(case.s.attempts.len(), death + 1);
    }
    // One that was sent and lost counts.
    assert!(case.s.attempts.iter().rev().skip(1).all(|a| a.orphaned && a.state == attempt::State::Absent));
}

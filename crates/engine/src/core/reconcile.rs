//! What to do about a call whose outcome is unknown, by the class of (connector, operation).

use super::{MOST_SENDS, MOST_UNCLEAR, Purpose, Rules, Then, advance, again, fail, reference, reply, rest};
use crate::backoff;
use crate::situation::Situation;
use carriers::{Call, Found, Input as Told, Next, Progress, Task, Verdict, http};
use model::attempt::{Change, Class, State};
use model::id::TaskId;
use model::task::{self, Decision};
use serde_json::{Value, json};
use std::time::Duration;

pub const GIVEN_UP: &str = "given up by a person who asked the carrier";

/// A worker has taken over an action with a live attempt.
pub fn resume(s: &mut Situation, rules: &Rules<'_>) -> Then {
    let Some(state) = s.live().map(|live| live.state) else { return advance::advance(s, rules) };
    match state {
        State::Unknown => {
            // Misses that were counted before it was lost, in a backup, say nothing.
            let fence = s.action.fence;
            if let Some(live) = s.live() {
                (live.misses, live.fence) = (0, fence);
            }
            reconcile(s, rules)
        }
        State::Human => decided(s, rules),
        State::Armed => {
            #[cfg(feature = "planted")]
            if rules.has(super::Planted::ForgetsTheDead) {
                lose(s);
                change(s, Change::Reconcile);
                return send_again(s, rules);
            }
            // The worker that armed it is gone, and with it whatever it learned.
            if let Some(live) = s.live() {
                live.orphaned = true;
            }
            lose(s);
            reconcile(s, rules)
        }
        _ => reconcile(s, rules),
    }
}

/// The outcome of the live attempt is unknown from here on.
pub fn lose(s: &mut Situation) {
    change(s, Change::Lose);
}

fn change(s: &mut Situation, change: Change) {
    if let Some(live) = s.live()
        && let Ok(state) = live.state.on(change)
    {
        live.state = state;
    }
}

fn class(s: &mut Situation, rules: &Rules<'_>) -> Class {
    // A class that was lowered since holds for what is out already; one that was raised does not.
    let class = s.live().map_or(Class::D, |live| {
        live.class.max(rules.connector.capabilities().class(&live.operation, rules.settings))
    });
    #[cfg(feature = "planted")]
    if rules.has(super::Planted::AsksTheDumb) && class == Class::D {
        return Class::C;
    }
    class
}

/// The next move towards knowing.
pub fn reconcile(s: &mut Situation, rules: &Rules<'_>) -> Then {
    change(s, Change::Reconcile);
    match class(s, rules) {
        Class::A | Class::B => send_again(s, rules),
        Class::C => look_up(s, rules),
        Class::D => ask_person(
            s,
            "the outcome of a call is unknown, and this carrier can neither be asked nor asked twice",
            rules,
        ),
    }
}

/// The same after a pause that gives the carrier time.
pub fn reconcile_later(s: &mut Situation, rules: &Rules<'_>) -> Then {
    let sends = s.live().map_or(1, |live| live.sends);
    let misses = s.live().map_or(0, |live| live.misses);
    match class(s, rules) {
        Class::A | Class::B => again(s, backoff::pause(sends, rules.seed), rules),
        Class::C => look_later(s, misses, rules),
        Class::D => reconcile(s, rules),
    }
}

/// The same call under the same reference: the carrier deduplicates, or refuses the duplicate.
fn send_again(s: &mut Situation, rules: &Rules<'_>) -> Then {
    let Some((call, operation, sends)) = same_call(s, rules) else {
        return ask_person(s, "the connector no longer makes the call whose outcome is unknown", rules);
    };
    if sends >= MOST_SENDS || call.operation != operation {
        return ask_person(s, "the carrier does not say what became of a call", rules);
    }
    if let Some(live) = s.live() {
        live.sends += 1;
    }
    Then::Send { call, purpose: Purpose::Attempt }
}

fn same_call(s: &mut Situation, rules: &Rules<'_>) -> Option<(Call, String, i64)> {
    let (operation, sends) = s.live().map(|live| (live.operation.clone(), live.sends))?;
    let reference = reference(s, rules);
    let task = Task { reference: &reference, work: &s.action.request.work };
    match rules.connector.next(rules.context(), task, &s.action.progress) {
        Next::Call(call) if call.mutating => Some((call, operation, sends)),
        _ => None,
    }
}

fn look_up(s: &mut Situation, rules: &Rules<'_>) -> Then {
    let Some(live) = s.live().cloned() else { return advance::advance(s, rules) };
    let task = Task { reference: &live.reference, work: &s.action.request.work };
    let call = rules.connector.lookup(rules.context(), task, &s.action.progress, &live);
    Then::Send { call, purpose: Purpose::Lookup }
}

/// What a look-up said; None: it got no whole answer.
pub fn looked_up(s: &mut Situation, answer: Option<&http::Reply>, rules: &Rules<'_>) -> Then {
    let Some(live) = s.live().cloned() else { return advance::advance(s, rules) };
    let found = match answer {
        Some(answer) if answer.is_clear() => rules.connector.found(&live, answer),
        _ => Found::Unclear,
    };
    match found {
        Found::Found(state) => match observed(s, &state, rules) {
            (progress, Verdict::Confirmed | Verdict::Pending) => {
                reply::finish(s, Change::Confirm, progress, rules)
            }
            (progress, Verdict::Refused(_)) => reply::finish(s, Change::Refuse, progress, rules),
            (_, Verdict::Unknown) => unclear(s, rules),
        },
        Found::Absent => missed(s, rules),
        Found::Unclear => unclear(s, rules),
    }
}

fn observed(s: &Situation, state: &Value, rules: &Rules<'_>) -> (Progress, Verdict) {
    let reference = reference(s, rules);
    let task = Task { reference: &reference, work: &s.action.request.work };
    rules.connector.read(rules.context(), task, &s.action.progress, Told::Observed(state))
}

fn missed(s: &mut Situation, rules: &Rules<'_>) -> Then {
    let misses = s.live().map_or(0, |live| {
        live.misses += 1;
        live.misses
    });
    let believed = misses >= rules.limits.misses();
    #[cfg(feature = "planted")]
    let believed = believed || rules.has(super::Planted::BelievesOneMiss);
    if !believed {
        return look_later(s, misses, rules);
    }
    change(s, Change::Miss);
    advance::advance(s, rules)
}

/// The call whose outcome is unknown could not be sent again: nothing was learned.
pub fn out_of_reach(s: &mut Situation, rules: &Rules<'_>) -> Then {
    lose(s);
    unclear(s, rules)
}

/// The pause before the next look-up is the carrier's time to book, so it is held by both clocks: a
/// start of the program, which ends back-offs, does not shorten it.
fn look_later(s: &mut Situation, misses: i64, rules: &Rules<'_>) -> Then {
    let pause = rules.limits.spacing(misses);
    rest(s, Some(rules.now.plus(pause)), pause)
}

fn unclear(s: &mut Situation, rules: &Rules<'_>) -> Then {
    let unclear = s.live().map_or(0, |live| {
        live.unclear += 1;
        live.unclear
    });
    if unclear >= MOST_UNCLEAR {
        return ask_person(s, "the carrier does not say what became of a call", rules);
    }
    again(s, backoff::pause(unclear, rules.seed), rules)
}

/// Puts it to a person, with what is known. The action goes on running until they decide.
pub fn ask_person(s: &mut Situation, why: &str, rules: &Rules<'_>) -> Then {
    change(s, Change::Reconcile);
    change(s, Change::Escalate);
    let live = s.live().cloned();
    let attempt = live.as_ref().map(|a| {
        json!({"operation": a.operation, "reference": a.reference, "class": a.class, "armed": a.armed.to_string(),
               "sends": a.sends, "misses": a.misses, "unclear": a.unclear})
    });
    let evidence =
        json!({"why": why, "action": s.action.number, "operation": s.action.operation, "attempt": attempt});
    // What an open task says of an earlier attempt is no evidence for this one.
    let attempt_id = live.as_ref().map(|a| a.id);
    if s.task.as_ref().is_none_or(|t| t.state != task::State::Open || t.attempt != attempt_id) {
        s.task = Some(task::Task {
            number: 0,
            id: TaskId::new(rules.now, rules.random),
            action: s.action.id,
            attempt: attempt_id,
            organization: rules.seller,
            state: task::State::Open,
            evidence,
            decision: None,
            carrier_reference: None,
            created: rules.now,
        });
    }
    rest(s, None, Duration::ZERO)
}

/// The decision that nothing was done with yet; from here on something was.
pub fn take_decision(s: &mut Situation) -> Option<task::Task> {
    let task = s.task.as_mut().filter(|t| t.state == task::State::Decided)?;
    task.state = task::State::Applied;
    Some(task.clone())
}

const NO_WAY_ON: &str = "the connector cannot go on from the carrier's reference that was given";

/// A person names the carrier's order where no call is open: the one that was named before was another.
pub fn correct(s: &mut Situation, decided: &task::Task, rules: &Rules<'_>) -> Then {
    match observed(s, &json!({"carrier_reference": decided.carrier_reference}), rules) {
        (progress, Verdict::Confirmed | Verdict::Pending) => {
            s.action.progress = progress;
            advance::advance(s, rules)
        }
        _ => ask_person(s, NO_WAY_ON, rules),
    }
}

fn decided(s: &mut Situation, rules: &Rules<'_>) -> Then {
    let Some(task) = take_decision(s) else { return rest(s, None, Duration::ZERO) };
    match task.decision {
        Some(Decision::Confirmed) => {
            let seen = json!({"carrier_reference": task.carrier_reference});
            match observed(s, &seen, rules) {
                (progress, Verdict::Confirmed | Verdict::Pending) => {
                    reply::finish(s, Change::Confirm, progress, rules)
                }
                _ => ask_person(s, NO_WAY_ON, rules),
            }
        }
        Some(Decision::Absent) => {
            change(s, Change::Miss);
            advance::advance(s, rules)
        }
        Some(Decision::Cancel) => {
            change(s, Change::Miss);
            fail(s, GIVEN_UP.into())
        }
        None => ask_person(s, "the task was closed without a decision", rules),
    }
}

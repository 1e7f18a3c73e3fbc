//! What came of a call.

use super::{
    MOST_NOT_SENT, MOST_READS, MOST_READS_BOOKED, NO_ANSWER, Purpose, Rules, Then, advance, again, fail,
    reconcile, reference,
};
use crate::backoff;
use crate::client::Failure;
use crate::situation::Situation;
use carriers::{Call, Input as Told, Progress, Task, Verdict, http};
use model::attempt::{self, Change};
use model::prompt;
use model::time::Timestamp;
use std::time::Duration;

/// The pause after what was our own doing, as after so many failures: 1 to 2 s.
const HELD_UP: i64 = 3;

/// What came of a call that changes nothing; None: no whole answer.
pub fn read(
    s: &mut Situation,
    call: &Call,
    began: Timestamp,
    answer: Option<&http::Reply>,
    rules: &Rules<'_>,
) -> Then {
    let Some(reply) = answer else { return read_failed(s, rules) };
    let (progress, verdict) = judge(s, call, reply, rules);
    if verdict == Verdict::Unknown {
        return read_failed(s, rules);
    }
    let overtaken = s.prompt().is_some_and(|p| match p.state {
        // The deadline passed while we looked: what was seen is older, so the last look is yet to come.
        prompt::State::Open => began < p.deadline && p.deadline <= rules.now,
        // It was answered while we looked: that comes first.
        prompt::State::Answered => true,
        prompt::State::Closed => false,
    });
    if overtaken {
        s.action.progress = progress;
        return again(s, Duration::ZERO, rules);
    }
    go_on(s, progress, rules)
}

/// What came of the live attempt.
pub fn attempted(
    s: &mut Situation,
    call: &Call,
    result: Result<&http::Reply, &Failure>,
    rules: &Rules<'_>,
) -> Then {
    match result {
        Ok(reply) => answered(s, call, reply, rules),
        Err(Failure::NotSent(_) | Failure::Ours(_)) => not_sent(s, rules),
        Err(Failure::Lost(_)) => lost(s, rules),
    }
}

/// Nothing went out for a reason of our own: made again after a pause, and not counted against the carrier.
pub fn held_up(s: &mut Situation, purpose: Purpose, rules: &Rules<'_>) -> Then {
    if let (Purpose::Attempt, Some(live)) = (purpose, s.live()) {
        live.sends -= 1;
        // An earlier sending of the same attempt may have arrived: then it stays unknown.
        let change = if live.state == attempt::State::Armed { Change::NotSent } else { Change::Lose };
        if let Ok(state) = live.state.on(change) {
            live.state = state;
        }
    }
    again(s, backoff::pause(HELD_UP, rules.seed), rules)
}

/// The connector's verdict, made worse where HTTP itself says nothing clear.
fn judge(s: &Situation, call: &Call, reply: &http::Reply, rules: &Rules<'_>) -> (Progress, Verdict) {
    if !reply.is_clear() {
        return (s.action.progress.clone(), Verdict::Unknown);
    }
    let reference = reference(s, rules);
    let task = Task { reference: &reference, work: &s.action.request.work };
    let told = Told::Reply { operation: call.operation, reply };
    rules.connector.read(rules.context(), task, &s.action.progress, told)
}

fn go_on(s: &mut Situation, progress: Progress, rules: &Rules<'_>) -> Then {
    s.action.progress = progress;
    s.action.retries = 0;
    advance::advance(s, rules)
}

/// A call that changes nothing can always be made again.
fn read_failed(s: &mut Situation, rules: &Rules<'_>) -> Then {
    s.action.retries += 1;
    if !s.booked && s.action.retries >= MOST_READS {
        return fail(s, NO_ANSWER.into());
    }
    if s.action.retries >= MOST_READS_BOOKED {
        return reconcile::ask_person(
            s,
            "the carrier does not answer, and has an order of this action",
            rules,
        );
    }
    again(s, backoff::pause(s.action.retries, rules.seed), rules)
}

fn answered(s: &mut Situation, call: &Call, reply: &http::Reply, rules: &Rules<'_>) -> Then {
    let (progress, verdict) = judge(s, call, reply, rules);
    match verdict {
        Verdict::Confirmed | Verdict::Pending => finish(s, Change::Confirm, progress, rules),
        Verdict::Refused(_) => finish(s, Change::Refuse, progress, rules),
        Verdict::Unknown => lost(s, rules),
    }
}

/// The attempt has its outcome: the step is over.
pub fn finish(s: &mut Situation, change: Change, progress: Progress, rules: &Rules<'_>) -> Then {
    if let Some(live) = s.live()
        && let Ok(state) = live.state.on(change)
    {
        live.state = state;
    }
    s.booked |= change == Change::Confirm;
    s.action.step += 1;
    go_on(s, progress, rules)
}

/// It never left this machine: nothing was booked, and it can be sent again.
fn not_sent(s: &mut Situation, rules: &Rules<'_>) -> Then {
    if let Some(live) = s.live() {
        live.sends -= 1;
        match live.state.on(Change::NotSent) {
            Ok(state) => live.state = state,
            // An earlier sending of the same attempt may have arrived.
            Err(_) => return reconcile::out_of_reach(s, rules),
        }
    }
    s.action.retries += 1;
    if s.action.retries >= MOST_NOT_SENT {
        return advance::exhausted(s, rules);
    }
    again(s, backoff::pause(s.action.retries, rules.seed), rules)
}

/// It may have arrived.
fn lost(s: &mut Situation, rules: &Rules<'_>) -> Then {
    #[cfg(feature = "planted")]
    {
        if rules.has(super::Planted::UnknownIsFailure) {
            return fail(s, NO_ANSWER.into());
        }
        if rules.has(super::Planted::UnknownIsNotSent) {
            return not_sent(s, rules);
        }
    }
    reconcile::lose(s);
    reconcile::reconcile_later(s, rules)
}

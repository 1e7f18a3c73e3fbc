//! Asks the connector what to do next, and prepares it.

use super::{
    MOST_ATTEMPTS, MOST_ORPHANS, MOST_STEPS, NO_ANSWER, Purpose, Rules, Then, end, fail, reconcile,
    reference, rest,
};
use crate::situation::Situation;
use carriers::{Ask, Call, Next, Task};
use model::action::{Change, State};
use model::attempt::{self, Attempt};
use model::id::{AttemptId, PromptId};
use model::prompt::{self, Prompt};
use model::task;
use sha2::Digest;
use std::time::Duration;

pub fn advance(s: &mut Situation, rules: &Rules<'_>) -> Then {
    let reference = reference(s, rules);
    let task = Task { reference: &reference, work: &s.action.request.work };
    match rules.connector.next(rules.context(), task, &s.action.progress) {
        Next::Call(call) if call.mutating => arm(s, call, reference, rules),
        Next::Call(call) => Then::Send { call, purpose: Purpose::Read },
        Next::Wait(pause) => {
            s.resume();
            rest(s, Some(rules.now.plus(pause)), Duration::ZERO)
        }
        Next::Ask(wanted) => ask(s, wanted, rules),
        Next::Done(outcome) => end(s, outcome),
    }
}

/// Makes the attempt that is committed before anything is sent.
fn arm(s: &mut Situation, call: Call, reference: String, rules: &Rules<'_>) -> Then {
    s.resume();
    if s.action.step >= MOST_STEPS {
        return reconcile::ask_person(s, "the connector makes no progress", rules);
    }
    // Whoever decided that it goes on has had their reasons: from then on it is counted anew.
    let since = s
        .task
        .as_ref()
        .filter(|t| t.state == task::State::Applied && t.decision.is_some())
        .map(|t| t.created);
    let counted = |a: &&Attempt| a.sends > 0 && since.is_none_or(|since| a.armed > since);
    let (orphaned, sent): (Vec<_>, Vec<_>) = s.of_step().filter(counted).partition(|a| a.orphaned);
    if sent.len() >= MOST_ATTEMPTS || orphaned.len() >= MOST_ORPHANS {
        return exhausted(s, rules);
    }
    let number = s.of_step().map(|a| a.number).max().unwrap_or(0) + 1;
    let body = call.request.body.as_ref().map(ToString::to_string).unwrap_or_default();
    let attempt = Attempt {
        id: AttemptId::new(rules.now, rules.random),
        action: s.action.id,
        step: s.action.step,
        number,
        operation: call.operation.to_owned(),
        reference,
        class: rules.connector.capabilities().class(call.operation, rules.settings),
        state: attempt::State::Armed,
        orphaned: false,
        sends: 1,
        misses: 0,
        unclear: 0,
        body_hash: sha2::Sha256::digest(body.as_bytes()).to_vec(),
        worker: rules.worker.to_owned(),
        fence: s.action.fence,
        armed: rules.now,
    };
    let ask_first = s.action.restored && !s.of_step().any(|a| is_since_restore(a.fence, s.action.fence));
    s.attempts.push(attempt);
    if ask_first {
        // The store is a backup's: each of the steps that follow may have been sent since. Ask before sending.
        if let Some(live) = s.live() {
            live.sends = 0;
        }
        reconcile::lose(s);
        return reconcile::reconcile(s, rules);
    }
    Then::Send { call, purpose: Purpose::Attempt }
}

/// Restoring a backup raises every fencing token by a million (`store::action::mark_restored`).
fn is_since_restore(token: i64, now: i64) -> bool {
    const RAISE: i64 = 1_000_000;
    token / RAISE == now / RAISE
}

/// The step was tried as often as it may be, and each time it is known that nothing was booked.
pub fn exhausted(s: &mut Situation, rules: &Rules<'_>) -> Then {
    if s.booked {
        return reconcile::ask_person(
            s,
            "the carrier does not answer, and has an order of this action",
            rules,
        );
    }
    fail(s, NO_ANSWER.into())
}

/// Asks, or asks on. A prompt that nobody answered in time ends the action here and not before: the
/// connector has had its look at the carrier, where the customer may have done it meanwhile.
fn ask(s: &mut Situation, wanted: Ask, rules: &Rules<'_>) -> Then {
    if s.prompts
        .iter()
        .any(|p| p.kind == wanted.kind && p.state == prompt::State::Open && rules.now >= p.deadline)
    {
        let minutes = rules.limits.prompt_limit_s.div_ceil(60);
        return fail(s, format!("not answered within {minutes} minutes"));
    }
    let renewed = rules.now.plus(rules.limits.prompt_limit());
    for other in s.prompts.iter_mut().filter(|p| p.kind != wanted.kind && p.state != prompt::State::Closed) {
        other.close();
    }
    let mut left = true;
    match s.prompts.iter_mut().find(|p| p.kind == wanted.kind) {
        Some(open) if open.state == prompt::State::Open => open.data = wanted.data,
        Some(asked) => {
            // Its answer was wiped when it was carried to the carrier: what was refused keeps its deadline.
            if wanted.refusal.is_none() {
                asked.deadline = renewed;
            }
            left = asked.reopen(wanted.refusal, wanted.data, renewed);
        }
        None => s.prompts.push(Prompt {
            id: PromptId::new(rules.now, rules.random),
            action: s.action.id,
            kind: wanted.kind,
            state: prompt::State::Open,
            deadline: renewed,
            tries: 0,
            resets: 0,
            data: wanted.data,
            refusal: wanted.refusal,
            answer: None,
        }),
    }
    #[cfg(feature = "planted")]
    if rules.has(super::Planted::FreeTries) {
        left = true;
        s.prompts.iter_mut().for_each(|p| p.tries = 0);
        s.prompts.iter_mut().filter(|p| p.kind == wanted.kind).for_each(|p| {
            p.state = prompt::State::Open;
            p.answer = None;
        });
    }
    if !left {
        return fail(s, format!("the one-time password was wrong {} times", prompt::MOST_TRIES));
    }
    if s.action.state == State::Running {
        s.change(Change::Interrupt);
    }
    let deadline = s.prompt().map_or(renewed, |p| p.deadline);
    let due = wanted.poll.map_or(deadline, |poll| deadline.min(rules.now.plus(poll)));
    rest(s, Some(due), Duration::ZERO)
}

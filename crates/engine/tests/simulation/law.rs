//! What must hold: after each commit, and at the end of a run.

use crate::store::Row;
use crate::world::World;
use engine::core::NO_ANSWER;
use engine::situation::Situation;
use model::action::{self, State, Work};
use model::attempt::{self, Attempt, Class};
use model::prompt;
use model::task;
use wire::sandbox::Status;

const GIVEN_UP: &str = "given up by a person";

macro_rules! law {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+));
        }
    };
}

/// Whether a way of legal changes leads from one state to the other.
fn action_can(from: State, to: State) -> bool {
    let mut seen = vec![from];
    let mut at = 0;
    while at < seen.len() {
        for change in action::Change::ALL {
            if let Ok(next) = seen[at].on(*change)
                && !seen.contains(&next)
            {
                seen.push(next);
            }
        }
        at += 1;
    }
    seen.contains(&to)
}

fn attempt_can(from: attempt::State, to: attempt::State) -> bool {
    let mut seen = vec![from];
    let mut at = 0;
    while at < seen.len() {
        for change in attempt::Change::ALL {
            if let Ok(next) = seen[at].on(*change)
                && !seen.contains(&next)
            {
                seen.push(next);
            }
        }
        at += 1;
    }
    seen.contains(&to)
}

fn has_outcome(attempt: &Attempt) -> bool {
    matches!(attempt.state, attempt::State::Confirmed | attempt::State::Refused)
}

/// After a commit: `row` is the store's, `before` what the worker had loaded.
pub fn of_commit(before: &Situation, stored: &[Attempt], row: &Row) -> Result<(), String> {
    let now = &row.action;
    law!(
        action_can(before.action.state, now.state),
        "illegal change of the action: {} to {}",
        before.action.state,
        now.state
    );
    law!(!before.action.state.is_final() || before.action == *now, "an action changed after its end");

    for earlier in stored {
        let Some(later) = row.attempts.iter().find(|a| a.id == earlier.id) else {
            return Err("an attempt is gone".into());
        };
        law!(
            attempt_can(earlier.state, later.state),
            "illegal change of an attempt: {} to {}",
            earlier.state,
            later.state
        );
        let kept = (
            &earlier.reference,
            &earlier.operation,
            earlier.class,
            earlier.step,
            earlier.number,
            &earlier.body_hash,
        ) == (
            &later.reference,
            &later.operation,
            later.class,
            later.step,
            later.number,
            &later.body_hash,
        );
        law!(kept, "an attempt's reference or call changed");
    }
    for attempt in &row.attempts {
        let fixed = attempt::reference(now.id, attempt.step, 64);
        law!(attempt.reference == fixed, "step {} went out as {}", attempt.step, attempt.reference);
    }
    let live: Vec<_> = row.attempts.iter().filter(|a| a.state.is_live()).collect();
    law!(live.len() <= 1, "{} live attempts", live.len());
    law!(live.iter().all(|a| a.step == now.step), "a live attempt was left behind in an earlier step");
    law!(live.is_empty() || !now.state.is_final(), "{}: an attempt is still {}", now.state, live[0].state);

    let ended = row.attempts.iter().any(|a| {
        a.step == before.action.step
            && has_outcome(a)
            && !stored.iter().any(|earlier| earlier.id == a.id && has_outcome(earlier))
    });
    let steps = now.step - before.action.step;
    law!(steps == i64::from(ended), "{steps} steps on, and the attempt of the step has an outcome: {ended}");

    let open = row.prompts.iter().filter(|p| p.state == prompt::State::Open).count();
    law!(
        (now.state == State::Interrupted) == (open == 1) && open <= 1,
        "{} with {open} open prompts",
        now.state
    );
    for prompt in &row.prompts {
        law!(
            prompt.tries <= prompt::MOST_TRIES && prompt.resets <= prompt::MOST_RESETS,
            "{} tries, {} resets",
            prompt.tries,
            prompt.resets
        );
        let earlier = before.prompts.iter().find(|p| p.id == prompt.id);
        let is_kept = prompt.refusal.is_none() || earlier.is_none_or(|p| p.deadline == prompt.deadline);
        law!(is_kept, "a wrong try has moved the deadline");
        let is_dropped = prompt.state == prompt::State::Open && earlier.is_some_and(|p| p.answer.is_some());
        law!(!is_dropped, "what the caller typed never reached the carrier");
        law!(
            prompt.answer.is_none() || prompt.state == prompt::State::Answered,
            "what was typed is kept in a prompt that is {}",
            prompt.state
        );
    }
    let decides = row.task.as_ref().is_some_and(|t| t.state != task::State::Applied);
    let human = live.first().is_some_and(|a| a.state == attempt::State::Human);
    law!(!human || decides, "nobody is asked about an attempt that a person is to decide");
    let about = row.task.as_ref().and_then(|t| t.attempt);
    law!(!human || about == Some(live[0].id), "what people are shown is of another attempt");
    law!(!now.state.is_final() || !decides, "a task is left over");
    law!(now.state.is_final() == row.ended, "the end was told {}", row.ended);
    law!(now.version == 1 + row.changes, "version {} after {} changes of state", now.version, row.changes);
    Ok(())
}

/// When a worker has ended an action that it claimed at `claimed`: whatever the customer had done
/// at the carrier by then is not thrown away. What they do later, nobody here can know.
pub fn of_end(world: &World, row: &Row, claimed: u64) -> Result<(), String> {
    let agreed = bookings(world, row).first().and_then(|o| world.carrier.orders[*o].agreed_at);
    let error = row.action.error.as_deref().unwrap_or_default();
    let thrown_away =
        !error.is_empty() && !error.starts_with(GIVEN_UP) && agreed.is_some_and(|at| at <= claimed);
    law!(!thrown_away, "canceled (`{error}`), and the customer had agreed at the carrier");
    Ok(())
}

fn bookings(world: &World, row: &Row) -> Vec<usize> {
    let reference = attempt::reference(row.action.id, 0, 64);
    world.carrier.booked(&reference).collect()
}

/// At the end of a run: the carrier's ledger is the judge.
pub fn of_run(world: &World) -> Result<(), String> {
    let class = world.carrier.class;
    law!(class != Class::D || world.carrier.asked == 0, "a carrier that cannot be asked was asked");
    for row in &world.store.rows {
        let booked = bookings(world, row);
        law!(booked.len() <= 1, "class {class}: booked {} times", booked.len());
        let order = booked.first().map(|n| &world.carrier.orders[*n]);
        let waits =
            world.plan.nobody_decides && row.task.as_ref().is_some_and(|t| t.state == task::State::Open);
        law!(
            row.action.state.is_final() || waits,
            "{} at the end, due {:?}",
            row.action.state,
            row.action.due
        );
        let error = row.action.error.as_deref().unwrap_or_default();
        law!(error != NO_ANSWER || booked.is_empty(), "`{error}`, and it is booked");
        law!(
            world.plan.is_restored() || order.is_none_or(|o| o.tries <= 5),
            "{} tries at the carrier",
            order.map_or(0, |o| o.tries)
        );
        let active = order.is_some_and(|o| o.status == Status::Active);
        match (&row.action.request.work, row.action.state) {
            (Work::Subscription(_), State::Done) => {
                law!(active, "done, and the carrier's order is {:?}", order.map(|o| o.status.as_str()))
            }
            (Work::Coverage(_), _) => law!(booked.is_empty(), "a coverage check booked something"),
            _ => {}
        }
        // What was written can be read again, by this release at least.
        let text = row.action.progress.to_string();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        law!(read == row.action.progress, "progress is not what was written");
    }
    Ok(())
}

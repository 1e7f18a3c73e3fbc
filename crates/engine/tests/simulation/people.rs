//! Those outside: callers that answer prompts, customers on the card page, and people who decide
//! what the engine must not guess, from what the carrier really has.

use crate::carrier;
use crate::law;
use crate::world::{Event, SECOND, World};
use model::action::State;
use model::attempt;
use model::id::TaskId;
use model::prompt::{Answer, Kind, Rejected};
use model::task::{self, Decision};
use wire::sandbox::Status;

impl World {
    /// After a commit: whoever is asked something gets to it in their own time.
    pub fn invite(&mut self, action: usize) {
        let row = &self.store.rows[action];
        let asked = row.prompts.iter().find(|p| p.state == model::prompt::State::Open).map(|p| p.kind);
        let to_decide = row.open_task().map(|t| t.id).filter(|_| !self.plan.nobody_decides);
        match asked {
            // Some never answer, and some answer twice at the same moment.
            Some(Kind::Otp) if !self.random.chance(4) => {
                for _ in 0..self.random.between(1, 2) {
                    let at = self.now + self.random.between(SECOND, 40 * SECOND);
                    self.at(at, Event::Caller { action });
                }
            }
            Some(Kind::Card) if self.random.chance(40) => {
                let at = self.now + self.random.between(SECOND / 2, 8 * SECOND);
                let approve = self.random.chance(80);
                self.at(at, Event::Customer { action, approve });
            }
            _ => {}
        }
        if let Some(task) = to_decide {
            let at = self.now + self.random.between(600 * SECOND, 3_600 * SECOND);
            self.at(at, Event::Person { action, task });
        }
    }

    fn booking(&self, action: usize) -> Option<usize> {
        let reference = attempt::reference(self.store.rows[action].action.id, 0, 64);
        self.carrier.booked(&reference).next()
    }

    pub fn caller(&mut self, action: usize) -> Result<(), String> {
        let right = self.booking(action).map_or("123456", |order| self.carrier.right_otp(order));
        let stubborn = self.store.rows[action].action.id.to_string().ends_with(['0', '1']);
        let answer = match self.random.below(100) {
            _ if stubborn => Answer::Otp("000000".into()),
            0..=54 => Answer::Otp(right.into()),
            55..=84 => Answer::Otp("000000".into()),
            _ => Answer::Reset,
        };
        let now = self.business();
        let row = &mut self.store.rows[action];
        if row.action.state != State::Interrupted {
            return Ok(());
        }
        let Some(prompt) = row.prompts.iter_mut().find(|p| p.kind == Kind::Otp) else { return Ok(()) };
        match prompt.answer(answer) {
            Ok(()) => {
                row.turn(State::Running);
                // As the hub does it: whoever asks the carrier meanwhile changes nothing there.
                (row.action.due, row.ready_at) = (Some(now), 0);
                self.seen.answers += 1;
            }
            Err(Rejected::NotAsked) => return Ok(()),
            Err(exhausted @ Rejected::Exhausted) => {
                prompt.close();
                row.turn(State::Canceled);
                (row.action.due, row.ended, row.action.error) = (None, true, Some(exhausted.to_string()));
            }
        }
        self.note("caller", action as u64, 0, || "answers".into());
        Ok(())
    }

    pub fn customer(&mut self, action: usize, approve: bool) {
        if let Some(order) = self.booking(action) {
            self.carrier.card(order, approve, self.now);
            self.note("customer", action as u64, u64::from(approve), || {
                format!("card page, approves: {approve}")
            });
            if !approve {
                let at = self.now + self.random.between(SECOND, 20 * SECOND);
                self.at(at, Event::Customer { action, approve: true });
            }
        }
    }

    /// Looks into the carrier's ledger, when everything has long arrived, and says what is there.
    pub fn person(&mut self, action: usize, task: TaskId) {
        let order = self.booking(action);
        let Some(task) = self.store.rows[action].open_task().filter(|t| t.id == task) else { return };
        let about =
            task.attempt.and_then(|id| self.store.rows[action].attempts.iter().find(|a| a.id == id)).cloned();
        let has_it = match &about {
            Some(attempt) if attempt.operation == "order" => order.is_some(),
            Some(attempt) => self.carrier.judged(&attempt.reference),
            None => false,
        };
        let gives_up = self.random.chance(20);
        let decision = match (has_it, &about) {
            (true, _) => Decision::Confirmed,
            // Nothing is booked by an order that they know to be absent; other calls are made again.
            (false, Some(attempt)) if attempt.operation == "order" && gives_up => Decision::Cancel,
            (false, _) => Decision::Absent,
        };
        let now = self.business();
        let row = &mut self.store.rows[action];
        if let Some(task) = &mut row.task {
            task.state = task::State::Decided;
            task.decision = Some(decision);
            task.carrier_reference = order.filter(|_| has_it).map(carrier::id);
        }
        row.wake(now);
        self.seen.decisions += 1;
        self.note("person", action as u64, u64::from(has_it), || format!("decides: {decision}"));
    }

    /// As `engine::feed`: the carrier tells the state of an order to the action that it is of.
    pub fn observe(&mut self, action: usize) -> Result<(), String> {
        let Some(order) = self.booking(action) else { return Ok(()) };
        let shown = serde_json::to_value(self.carrier.shown(order)).unwrap();
        let now = self.business();
        let row = &self.store.rows[action];
        if row.action.step == 0
            || row.action.state.is_final()
            || row.attempts.iter().any(|a| a.state.is_live())
        {
            return Ok(());
        }
        let before = row.load();
        let stored = row.attempts.clone();
        let progress = self.observed(&row.action, &shown);
        let row = &mut self.store.rows[action];
        if progress != row.action.progress {
            (row.action.progress, row.action.due) = (progress, Some(now));
            self.seen.observations += 1;
        }
        self.note("feed", action as u64, 0, || shown.to_string());
        law::of_commit(&before, &stored, &self.store.rows[action])
    }

    /// Whether something changed that a feed would tell.
    pub fn announce(&mut self) {
        for action in 0..self.store.rows.len() {
            let moved =
                self.booking(action).is_some_and(|o| self.carrier.orders[o].status != Status::OtpRequired);
            if self.plan.feed && moved && self.random.chance(30) {
                let at = self.now + self.random.between(SECOND / 10, 5 * SECOND);
                self.at(at, Event::Observe { action });
            }
        }
    }
}

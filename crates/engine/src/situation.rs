//! All that decides what happens next to one action: the action, its attempts, prompts and task.
//! Loaded under the action's lock, changed by the core, written back as a whole.

use model::action::{self, Action};
use model::attempt::Attempt;
use model::prompt::{self, Prompt};
use model::task::Task;

#[derive(Debug, Clone, PartialEq)]
pub struct Situation {
    pub action: Action,
    /// The attempts of the current step, and of those that this run came through.
    pub attempts: Vec<Attempt>,
    /// Every prompt the action ever had.
    pub prompts: Vec<Prompt>,
    /// The last task that was made of it.
    pub task: Option<Task>,
    /// Whether the carrier has confirmed anything for this action.
    pub booked: bool,
}

impl Situation {
    /// The live attempt of the current step.
    pub fn live(&mut self) -> Option<&mut Attempt> {
        let step = self.action.step;
        self.attempts.iter_mut().find(|a| a.step == step && a.state.is_live())
    }

    /// The attempts of the current step.
    pub fn of_step(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts.iter().filter(|a| a.step == self.action.step)
    }

    /// The prompt that is open, or whose answer is on its way.
    pub fn prompt(&mut self) -> Option<&mut Prompt> {
        self.prompts.iter_mut().find(|p| p.state != prompt::State::Closed)
    }

    /// Makes a change of the action's state; one that is not allowed leaves it as it is.
    pub fn change(&mut self, change: action::Change) {
        match self.action.state.on(change) {
            Ok(state) => self.action.state = state,
            Err(_) => debug_assert!(false, "{} cannot {change}", self.action.state),
        }
    }

    /// Runs again after an interruption; nothing when it runs already.
    pub fn resume(&mut self) {
        if self.action.state == action::State::Interrupted {
            self.change(action::Change::Resume);
        }
        for prompt in &mut self.prompts {
            if prompt.state != prompt::State::Closed {
                prompt.close();
            }
        }
    }
}

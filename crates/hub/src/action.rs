//! Actions as their callers see them.

use crate::{Error, Hub, Principal};
use model::action::{Action, Operation};
use model::prompt::Prompt;
use model::role::Capability;
use model::time::Timestamp;

/// What a caller gets for a new action.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    pub number: i64,
    pub carrier: String,
    pub operation: Operation,
    pub created: Timestamp,
}

/// An action with what a caller may know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    pub action: Action,
    pub carrier: String,
    /// The prompt that it waits for, or whose answer is on its way.
    pub prompt: Option<Prompt>,
}

impl Hub {
    /// An action of a dialect by its number. Another organization's is answered as one that is not there.
    pub async fn action(
        &self,
        principal: &Principal,
        dialect: &'static str,
        number: i64,
    ) -> Result<View, Error> {
        principal.require(Capability::Read)?;
        let scope = principal.scope;
        let (action, prompt) = self
            .store()
            .read(move |tx| {
                let action =
                    store::action::seen(tx, scope, number, dialect)?.ok_or(Error::NotFound("action"))?;
                let prompt = match action.state {
                    model::action::State::Interrupted => store::prompt::current(tx, action.id)?,
                    _ => None,
                };
                Ok::<_, Error>((action, prompt))
            })
            .await?;
        self.view(action, prompt).await
    }

    pub(crate) async fn view(&self, action: Action, prompt: Option<Prompt>) -> Result<View, Error> {
        let member = self.engine().roster().by_id(action.carrier).await?;
        let carrier = member.map_or_else(|| "unknown".to_owned(), |m| m.carrier.name.clone());
        Ok(View { action, carrier, prompt })
    }
}

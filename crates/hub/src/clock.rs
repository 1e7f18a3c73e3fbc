//! Business time, which a demo may move: from one due moment to the next, each with its own now.

use crate::{Error, Hub};
use model::time::Timestamp;
use std::time::Duration;
use store::{change, setting};

const OFFSET: &str = "clock.offset";
/// A call answers after this long at the latest: less than a request may take.
const PATIENCE: Duration = Duration::from_secs(25);
/// What is due and does not happen in this time is left behind.
const MOMENT: Duration = Duration::from_secs(2);
const STEP: Duration = Duration::from_millis(2);

impl Hub {
    /// Moves business time forward; everything that falls due happens in order. Answers where it is
    /// when nothing due is left, or after 30 s.
    pub async fn advance_clock(&self, by: Duration) -> Result<Timestamp, Error> {
        let clock = self.store().clock();
        let (target, began) = (clock.now().plus(by), store::machine());
        let patient = || store::machine().saturating_sub(began) < PATIENCE;
        loop {
            self.let_happen(&patient).await?;
            if !patient() {
                return Ok(clock.now());
            }
            let now = clock.now();
            let next = self.store().read(move |tx| store::action::next_due_after(tx, now)).await?;
            let to = next.filter(|due| *due <= target).unwrap_or(target).max(now);
            self.move_clock(to).await?;
            if to >= target {
                self.let_happen(&patient).await?;
                return Ok(clock.now());
            }
        }
    }

    /// Waits for what is due, but not for what stays so: an action that is put off by machine time, because its
    /// carrier does not answer, does not hold up business time for all others.
    async fn let_happen(&self, patient: &impl Fn() -> bool) -> Result<(), Error> {
        let began = store::machine();
        while patient() && store::machine().saturating_sub(began) < MOMENT && self.anything_due().await? {
            self.engine().wake();
            tokio::time::sleep(STEP).await;
        }
        Ok(())
    }

    async fn anything_due(&self) -> Result<bool, Error> {
        let now = self.store().clock().now();
        let next = self.store().read(store::action::next_due).await?;
        Ok(next.is_some_and(|due| due <= now))
    }

    async fn move_clock(&self, to: Timestamp) -> Result<(), Error> {
        let wanted = to.micros().saturating_sub(store::wall().micros()).max(self.store().clock().offset());
        let offset = self
            .store()
            .write(move |tx| {
                // The row's lock; another node may be further on already.
                change::raise(tx, change::CLOCK)?;
                let stored = setting::get(tx, OFFSET)?.and_then(|text| text.parse().ok()).unwrap_or(0);
                let offset = wanted.max(stored);
                setting::set(tx, OFFSET, &offset.to_string())?;
                Ok::<_, store::Error>(offset)
            })
            .await?;
        self.store().clock().set_offset(offset);
        Ok(())
    }

    /// Another node moved it.
    pub(crate) async fn take_over_clock(&self) -> Result<(), store::Error> {
        let stored = self.store().read(|tx| setting::get(tx, OFFSET)).await?;
        if let Some(offset) = stored.and_then(|text| text.parse::<i64>().ok()) {
            let clock = self.store().clock();
            clock.set_offset(offset.max(clock.offset()));
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;
    use engine::Engine;
    use std::sync::Arc;
    use store::testing::TestStore;

    fn hub(store: &store::Store) -> Hub {
        let engine = Engine::new(
            store.clone(),
            carriers::Registry::default(),
            Arc::new(crate::fulfil::Fulfilment::default()),
            engine::Settings::default(),
        );
        Hub::new(store.clone(), engine.unwrap(), crate::Places::default())
    }

    store::on_both!(
        business_time_does_not_go_back_to_where_this_node_thinks_it_is,
        |test: TestStore| async move {
            let hub = hub(&test.store);
            // Another node is a day ahead, and this one has not noticed yet.
            let day = 86_400_000_000i64;
            let set = test.store.write(move |tx| setting::set(tx, OFFSET, &day.to_string()));
            let set: Result<(), store::Error> = set.await;
            set.unwrap();
            hub.advance_clock(Duration::from_secs(60)).await.unwrap();
            assert_eq!(test.store.clock().offset(), day);
            let stored: Result<_, store::Error> = test.store.read(|tx| setting::get(tx, OFFSET)).await;
            assert_eq!(stored.unwrap(), Some(day.to_string()));
        }
    );

    store::on_both!(what_is_put_off_does_not_hold_up_business_time, |test: TestStore| async move {
        let hub = hub(&test.store);
        // Nobody works: what is due stays so.
        let made = test.store.write(|tx| {
            let (id, root, at) = (tx.identity()?, store::organization::root(tx)?.id, tx.now());
            let settings = serde_json::json!({});
            let carrier = store::carrier::insert(tx, "dead", "sandbox", root, &settings)?.expect("a carrier");
            let address = model::address::Address::default();
            let work = model::action::Work::Coverage(Box::new(model::order::CoverageRequest { address }));
            let request = model::action::Request { echo: settings, work };
            let sealed = store::action::seal(tx.vault(), &request)?;
            let new = store::action::New {
                id,
                organization: root,
                seller: root,
                key: None,
                dialect: "comparetech",
                carrier: carrier.id,
                operation: model::action::Operation::Coverage,
                order: None,
                driver: Some(model::action::Driver::Connector),
                request: &sealed,
                at,
            };
            store::action::insert(tx, &new)
        });
        let made: Result<i64, store::Error> = made.await;
        made.unwrap();
        let (before, began) = (test.store.clock().now(), store::machine());
        let by = Duration::from_secs(30 * 86_400);
        let now = hub.advance_clock(by).await.unwrap();
        assert!(now >= before.plus(by), "{now} {before}");
        assert!(store::machine() - began < PATIENCE);
    });
}

//! Business time, which a demo may move: from one due moment to the next, each with its own now.

use crate::{Error, Hub};
use model::time::Timestamp;
use std::time::Duration;
use store::{change, setting};

const OFFSET: &str = "clock.offset";
/// A call answers after this long at the latest: less than a request may take.
const PATIENCE: Duration = Duration::from_secs(25);
const STEP: Duration = Duration::from_millis(2);

impl Hub {
    /// Moves business time forward; everything that falls due happens in order. Answers where it is
    /// when nothing due is left, or after 30 s.
    pub async fn advance_clock(&self, by: Duration) -> Result<Timestamp, Error> {
        let clock = self.store().clock();
        let (target, began) = (clock.now().plus(by), store::machine());
        let patient = || store::machine().saturating_sub(began) < PATIENCE;
        loop {
            while patient() && self.anything_due().await? {
                self.engine().wake();
                tokio::time::sleep(STEP).await;
            }
            let next = self.store().read(store::action::next_due).await?;
            let to = next.filter(|due| *due <= target).map_or(target, |due| due.max(clock.now()));
            if !patient() {
                return Ok(clock.now());
            }
            self.move_clock(to).await?;
            if to == target && !self.anything_due().await? {
                return Ok(clock.now());
            }
        }
    }

    async fn anything_due(&self) -> Result<bool, Error> {
        let now = self.store().clock().now();
        let next = self.store().read(store::action::next_due).await?;
        Ok(next.is_some_and(|due| due <= now))
    }

    async fn move_clock(&self, to: Timestamp) -> Result<(), Error> {
        let offset = to.micros().saturating_sub(store::wall().micros()).max(self.store().clock().offset());
        self.store()
            .write(move |tx| {
                setting::set(tx, OFFSET, &offset.to_string())?;
                change::raise(tx, change::CLOCK)
            })
            .await?;
        self.store().clock().set_offset(offset);
        Ok(())
    }

    /// Another node moved it.
    pub(crate) async fn take_over_clock(&self) {
        let stored: Result<Option<String>, store::Error> =
            self.store().read(|tx| setting::get(tx, OFFSET)).await;
        if let Some(offset) = stored.ok().flatten().and_then(|text| text.parse().ok()) {
            self.store().clock().set_offset(offset);
        }
    }
}

//! Notices what other processes changed: caches are dropped within a second.

use crate::Hub;
use std::collections::HashMap;
use std::time::Duration;
use store::change;

/// How often the store is asked. A revoked key must fail within 5 s.
const EVERY: Duration = Duration::from_secs(1);

impl Hub {
    /// Watches until the process ends.
    pub async fn watch(&self) {
        let mut known: HashMap<String, i64> = HashMap::new();
        loop {
            match self.store().read(change::all).await {
                Ok(now) => {
                    for (topic, generation) in now {
                        // Noted when it was acted on: what failed is tried again at the next look.
                        if known.get(&topic) != Some(&generation) && self.changed(&topic).await {
                            known.insert(topic, generation);
                        }
                    }
                }
                Err(error) => {
                    // Not knowing whether a key was revoked is a reason to ask again for each.
                    self.forget_access();
                    let error: store::Error = error;
                    tracing::warn!(%error, "the store cannot be asked for changes");
                }
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// False: it has to be tried again.
    async fn changed(&self, topic: &str) -> bool {
        match topic {
            change::CLOCK => match self.take_over_clock().await {
                Ok(()) => true,
                Err(error) => {
                    tracing::warn!(%error, "the business time that another node has set cannot be read");
                    false
                }
            },
            change::PREMISES => {
                // It may take minutes: keys are looked after meanwhile.
                let hub = self.clone();
                tokio::spawn(async move { hub.keep_places().await });
                true
            }
            change::AREAS => {
                let hub = self.clone();
                tokio::spawn(async move { hub.keep_areas().await });
                true
            }
            change::SESSION => {
                self.forget_sessions();
                true
            }
            change::CARRIER => {
                self.engine().roster().forget();
                self.forget_access();
                true
            }
            _ => {
                self.forget_access();
                true
            }
        }
    }
}

//! An engine as a process of its own: on its own runtime, so that it can be killed at whatever it
//! waits for, without a word to anybody.

use crate::world::{Ends, World};
use engine::{Engine, House, Settings};
use std::sync::Arc;
use std::time::Duration;
use store::Store;

pub struct Node {
    runtime: Option<tokio::runtime::Runtime>,
    pub engine: Engine,
}

impl Node {
    pub fn start(world: &Arc<World>) -> Node {
        Self::start_on(world, world.store.clone())
    }

    pub fn start_on(world: &Arc<World>, store: Store) -> Node {
        Self::start_with(world, store, Arc::new(Ends))
    }

    pub fn start_with(world: &Arc<World>, store: Store, house: Arc<dyn House>) -> Node {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let settings = Settings { tick: Duration::from_millis(20) };
        let engine = Engine::new(store, world.registry(), house, settings).unwrap();
        let _inside = runtime.enter();
        engine.start();
        drop(_inside);
        Node { runtime: Some(runtime), engine }
    }

    /// What it waits for is dropped where it is.
    pub fn kill(mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    pub async fn stop(&self, patience: Duration) {
        self.engine.stop(patience).await;
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

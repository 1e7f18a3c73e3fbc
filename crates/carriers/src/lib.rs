//! South side: what a connector is, and one folder for each carrier's API. Connectors are pure
//! functions; the engine owns sockets, clocks and the store.

pub mod connector;
pub mod http;
pub mod kit;
pub mod limit;
pub mod own;
pub mod registry;
pub mod sandbox;

pub use connector::{
    Ask, Call, Capabilities, Connector, Context, Found, Input, Next, Outcome, Progress, Task, Verdict,
};
pub use limit::Limits;
pub use registry::Registry;

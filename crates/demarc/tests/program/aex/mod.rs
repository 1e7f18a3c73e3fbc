//! The AEx API, as providers and the network's own people see it: against the demo, and on a network of the test's own.

mod caller;
mod change;
mod demo;
mod input;
mod life;
mod network;
mod order;
mod preorder;
mod provider;
mod race;
mod schedule;
mod since;
mod snapshot;
mod tenant;
mod work_order;

//! The connector kit: it finds nothing wrong with our connectors, and finds every law broken that
//! is broken on purpose.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod broken;
mod sandbox;

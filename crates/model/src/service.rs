//! Services: lines in use.

crate::words! {
    pub enum State ("state of a service") {
        Active = "active",
        Ended = "ended",
    }
}

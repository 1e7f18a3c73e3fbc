//! The laws that every connector must hold, for its tests.

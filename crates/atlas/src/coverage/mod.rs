//! What areas hold a point.

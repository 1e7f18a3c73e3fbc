//! Where things are: indexes over places, built once, read by many threads, without a database.
//! Not here: what is stored (`store`), the reading of GeoJSON, KML or CSV, and who may see what.

pub mod address;
pub mod coverage;
pub mod file;

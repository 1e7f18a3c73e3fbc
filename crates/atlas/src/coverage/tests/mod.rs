//! The index beside what it has to agree with: sums over all edges, and `geo::Contains`.

mod border;
mod damage;
mod layers;
mod random;
mod shape;

//! Sets of areas, each kept once.

use super::super::layout::Entry;
use std::collections::HashMap;

#[derive(Debug)]
pub struct Sets {
    pub words: Vec<u32>,
    known: HashMap<Vec<u32>, u32>,
}

impl Sets {
    pub fn new() -> Self {
        // The set at 0 is the empty one.
        Self { words: vec![0], known: HashMap::new() }
    }

    /// Where the set of these ascending areas is.
    pub fn put(&mut self, areas: &[u32]) -> u32 {
        if areas.is_empty() {
            return 0;
        }
        if let Some(at) = self.known.get(areas) {
            return *at;
        }
        let at = self.words.len() as u32;
        self.words.push(areas.len() as u32);
        self.words.extend_from_slice(areas);
        self.known.insert(areas.to_vec(), at);
        at
    }

    /// The entry of a cell that these areas hold.
    pub fn entry(&mut self, areas: &[u32]) -> Entry {
        match areas {
            [area] => Entry::One(*area),
            areas => Entry::Set(self.put(areas)),
        }
    }
}

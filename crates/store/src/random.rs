//! The system's randomness: the only place of the program that draws it.

use crate::Error;
use std::cell::RefCell;

/// Drawn at once, given out in pieces, and wiped as it is given.
const STOCK: usize = 1024;

thread_local! {
    static DRAWN: RefCell<([u8; STOCK], usize)> = const { RefCell::new(([0; STOCK], STOCK)) };
}

/// Random bytes. The system's source does not fail once the system is up.
#[allow(clippy::disallowed_methods, reason = "this is where randomness is drawn")]
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    const { assert!(N <= STOCK) };
    DRAWN.with_borrow_mut(|(stock, used)| {
        if STOCK - *used < N {
            getrandom::fill(stock).map_err(|e| Error::unavailable(format!("no randomness: {e}")))?;
            *used = 0;
        }
        let mut bytes = [0u8; N];
        let piece = &mut stock[*used..*used + N];
        bytes.copy_from_slice(piece);
        piece.fill(0);
        *used += N;
        Ok(bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_draws_are_alike_across_refills_and_threads() {
        let draw = || (0..500).map(|_| random::<16>().unwrap()).collect::<Vec<_>>();
        let other = std::thread::spawn(draw);
        let mut all = draw();
        all.extend(other.join().unwrap());
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 1_000);
    }
}

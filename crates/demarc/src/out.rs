//! What the program says: data on stdout, everything else on stderr. A reader that goes away (`| head`) has
//! seen enough: that is no failure, and nothing is told about it.

use crate::failure::Failure;
use std::fmt::Display;
use std::io::{ErrorKind, Write};

/// A line of data.
pub fn line(text: impl Display) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::other(format!("stdout cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// A line for people. There is nobody to tell that it could not be written.
pub fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

//! How a word sounds, roughly and in no language in particular: for words that are written by ear.

/// Letters of the sound, at most; what follows is not heard.
const LONGEST: usize = 16;

/// The word as it sounds: one letter for those that are mistaken for each other, none for silent ones, doubled
/// letters once.
pub fn of(word: &[u8]) -> Vec<u8> {
    let mut heard: Vec<u8> = Vec::with_capacity(LONGEST);
    let mut at = 0;
    while at < word.len() && heard.len() < LONGEST {
        let (sound, length) = one(&word[at..]);
        if let Some(sound) = sound
            && heard.last() != Some(&sound)
        {
            heard.push(sound);
        }
        at += length;
    }
    heard
}

/// The sound that the letters begin with, and how many of them make it.
fn one(letters: &[u8]) -> (Option<u8>, usize) {
    let soft = matches!(letters.get(1), Some(b'e' | b'i' | b'y'));
    match letters {
        [b'p', b'h', ..] => (Some(b'f'), 2),
        [b's', b'c', b'h', ..] => (Some(b's'), 3),
        [b't', b'h', ..] => (Some(b't'), 2),
        [b'c', b'h', b's', ..] => (Some(b'x'), 3),
        [b'c', b'k', ..] | [b'q', b'u', ..] => (Some(b'k'), 2),
        [b'g', b'u', b'e' | b'i', ..] => (Some(b'k'), 2),
        [b'l', b'l', ..] => (Some(b'i'), 2),
        [b'd', b't', ..] | [b't', b'z', ..] => (Some(b't'), 2),
        [b'a', b'e', ..] => (Some(b'e'), 2),
        [b'e', b'a', b'u', ..] => (Some(b'o'), 3),
        [b'a', b'u', ..] | [b'o', b'e', ..] | [b'o', b'u', ..] => (Some(b'o'), 2),
        [b'u', b'e', ..] => (Some(b'u'), 2),
        [b'c', ..] if soft => (Some(b's'), 1),
        [b'g', ..] if soft => (Some(b'i'), 1),
        [b'h', ..] => (None, 1),
        [b'c' | b'k' | b'q' | b'g', ..] => (Some(b'k'), 1),
        [b'b' | b'v' | b'w' | b'f' | b'p', ..] => (Some(b'b'), 1),
        [b'd' | b't', ..] => (Some(b't'), 1),
        [b'z' | b's' | b'x', ..] => (Some(b's'), 1),
        [b'y' | b'j' | b'i', ..] => (Some(b'i'), 1),
        [b'm' | b'n', ..] => (Some(b'n'), 1),
        [other, ..] => (Some(*other), 1),
        [] => (None, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_written_by_ear_sound_like_what_is_meant() {
        for (heard, meant) in [
            ("guadalkibir", "guadalquivir"),
            ("vayehermoso", "vallehermoso"),
            ("schiler", "schiller"),
            ("haubt", "haupt"),
            ("grunvig", "grundvig"),
            ("filip", "philip"),
            ("shubert", "schubert"),
        ] {
            let (heard, meant) = (of(heard.as_bytes()), of(meant.as_bytes()));
            let near = super::super::distance::within(&heard, &meant, 1);
            assert!(near.is_some(), "{heard:?} {meant:?}");
        }
        assert_ne!(of(b"mozart"), of(b"wagner"));
        assert_eq!(of(b""), b"");
    }
}

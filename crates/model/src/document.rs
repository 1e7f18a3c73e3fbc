//! Documents that people attach: what they are is told by what is in them, never by their name.

crate::words! {
    pub enum Kind ("kind of document") {
        Pdf = "application/pdf",
        Png = "image/png",
        Jpeg = "image/jpeg",
    }
}

/// Larger documents are refused.
pub const MOST_BYTES: usize = 10 << 20;

impl Kind {
    /// None: it is none of these.
    pub fn of(content: &[u8]) -> Option<Self> {
        match content {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            _ => None,
        }
    }
}

/// A name as it can be shown and saved under: without the path before it, control characters and what a header or a
/// shell would read; 1 to 120 characters.
pub fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept =
        last.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '<' | '>' | '|' | '*' | '?' | ':'));
    let name: String = kept.take(120).collect();
    match name.trim().trim_matches('.') {
        "" => "document".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_what_is_in_it() {
        assert_eq!(Kind::of(b"%PDF-1.7\n"), Some(Kind::Pdf));
        assert_eq!(Kind::of(&[0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0]), Some(Kind::Png));
        assert_eq!(Kind::of(&[0xff, 0xd8, 0xff, 0xe0]), Some(Kind::Jpeg));
        for other in [&b""[..], b"%PD", b"<html>%PDF-", b"GIF89a", b"PK\x03\x04"] {
            assert_eq!(Kind::of(other), None);
        }
    }

    #[test]
    fn a_name_leads_nowhere() {
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("C:\\temp\\Tegning 1.pdf"), "Tegning 1.pdf");
        assert_eq!(file_name("a\"\r\nb.pdf"), "ab.pdf");
        assert_eq!(file_name(".."), "document");
    }
}

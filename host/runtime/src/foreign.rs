//! What a file is that is no component, by its first octets.

use std::fmt;

/// A file that is not a WebAssembly component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// It has no octet.
    Empty,
    /// It is compressed.
    Packed,
    /// It is a program or a library for a processor.
    Program,
    /// It is a zip archive.
    Zip,
    /// It stands for a file that Git LFS has.
    LfsPointer,
    /// It is WebAssembly as text.
    TextForm,
    /// It is another text.
    Text,
    /// It begins like WebAssembly and ends before it has said which.
    CutOff,
    /// It is WebAssembly of a version that this host does not know.
    OtherVersion,
    /// Anything else.
    Other,
}

/// Octets by which a file is known.
const HEAD: usize = 200;

/// The beginning of all WebAssembly, and what follows in a core module and in a component.
const MAGIC: &[u8] = b"\0asm";
const MODULE: &[u8] = b"\0asm\x01\0\0\0";
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

impl Foreign {
    /// What a file is; none for one that begins as a component or a core module does.
    #[must_use]
    pub fn of(octets: &[u8]) -> Option<Self> {
        Some(match octets {
            _ if octets.starts_with(MODULE) || octets.starts_with(COMPONENT) => return None,
            [] => Self::Empty,
            _ if MAGIC.starts_with(octets) || octets.starts_with(MAGIC) && octets.len() < COMPONENT.len() => {
                Self::CutOff
            }
            _ if octets.starts_with(MAGIC) => Self::OtherVersion,
            [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] | [b'B', b'Z', b'h', ..] => Self::Packed,
            [0x7f, b'E', b'L', b'F', ..] | [b'M', b'Z', ..] | [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] => Self::Program,
            [b'P', b'K', 3, 4, ..] => Self::Zip,
            _ => of_text(octets.get(..HEAD).unwrap_or(octets)),
        })
    }
}

fn of_text(head: &[u8]) -> Foreign {
    // Some editors put a byte order mark in front.
    let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head);
    let looks_like_text =
        !head.contains(&0) && head.iter().filter(|octet| octet.is_ascii()).count() * 10 >= head.len() * 9;
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start();
    match text {
        _ if !looks_like_text => Foreign::Other,
        _ if text.starts_with("version https://git-lfs") => Foreign::LfsPointer,
        _ if text.starts_with("(component") || text.starts_with("(module") => Foreign::TextForm,
        _ => Foreign::Text,
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the file is empty",
            Self::Packed => "it is compressed",
            Self::Program => "it is a program for a processor",
            Self::Zip => "it is a zip archive",
            Self::LfsPointer => "it is a pointer of Git LFS",
            Self::TextForm => "it is WebAssembly's text form",
            Self::Text => "it is a text",
            Self::CutOff => "the file is cut off",
            Self::OtherVersion => "it is of another version of WebAssembly",
            Self::Other => "it does not begin as WebAssembly does",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_first_octets() {
        let check = |octets: &[u8], expected: Option<Foreign>| assert_eq!(Foreign::of(octets), expected, "{octets:?}");
        check(MODULE, None);
        check(b"\0asm\x0d\0\x01\0 and more", None);
        check(b"", Some(Foreign::Empty));
        check(b"\0as", Some(Foreign::CutOff));
        check(b"\0asm\x0d\0\x01", Some(Foreign::CutOff));
        check(b"\0asm\x0e\0\x01\0", Some(Foreign::OtherVersion));
        check(&[0x1f, 0x8b, 8, 0], Some(Foreign::Packed));
        check(b"\x7fELF\x02\x01", Some(Foreign::Program));
        check(b"PK\x03\x04", Some(Foreign::Zip));
        check(b"import json\n", Some(Foreign::Text));
        check(b"\xef\xbb\xbf (component )", Some(Foreign::TextForm));
        check(b"version https://git-lfs.github.com/spec/v1\n", Some(Foreign::LfsPointer));
        check(&[0, 1, 2, 255], Some(Foreign::Other));
    }
}

//! Versions as programs print them.

use std::fmt;

/// Major, minor and patch number; what is not given counts as 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32, pub(crate) u32);

impl Version {
    /// Finds the first version in a line such as `rustc 1.96.0 (ac68faa20 2026-05-25)` or `v20.20.2`.
    pub(crate) fn find(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(Self::parse)
    }

    fn parse(word: &str) -> Option<Self> {
        let word = word.strip_prefix('v').unwrap_or(word);
        let mut numbers = word.split('.').map(leading_number);
        let major = numbers.next()??;
        let minor = numbers.next()??;
        Some(Self(major, minor, numbers.next().flatten().unwrap_or(0)))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(major, minor, patch) = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// `0rc1` is 0: a pre-release counts as its release.
fn leading_number(text: &str) -> Option<u32> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_in_what_programs_print() {
        for (text, version) in [
            ("rustc 1.96.0 (ac68faa20 2026-05-25)", Version(1, 96, 0)),
            ("trunk 0.21.14", Version(0, 21, 14)),
            ("v20.20.2\n", Version(20, 20, 2)),
            ("3.14.0rc1", Version(3, 14, 0)),
            ("Python 3.12", Version(3, 12, 0)),
            ("wasm-opt version 132.1 (version_132)", Version(132, 1, 0)),
        ] {
            assert_eq!(Version::find(text), Some(version), "{text}");
        }
    }

    #[test]
    fn a_text_without_a_version_has_none() {
        for text in ["", "no version here", "v", "132"] {
            assert_eq!(Version::find(text), None, "{text}");
        }
    }

    #[test]
    fn minor_numbers_compare_as_numbers() {
        assert!(Version(3, 9, 18) < Version(3, 11, 0));
    }
}

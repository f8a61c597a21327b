//! Is a value anywhere in these bytes, in any of its forms?

use std::fs;
use std::path::{Path, PathBuf};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER};

/// Shorter values occur in a few megabytes by chance, and are not searched for.
const SHORTEST: usize = 8;

/// Values that must occur nowhere, and a search for all their forms at once.
pub struct PlantedValues {
    values: Vec<String>,
    /// Place of the value and name of the form, by pattern.
    patterns: Vec<(usize, &'static str)>,
    searcher: AhoCorasick,
}

impl PlantedValues {
    /// Makes a search for values in all their [forms]; forms shorter than eight bytes are left out.
    ///
    /// # Panics
    /// Panics if there are too many for one search.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = String>) -> Self {
        Self::in_forms(values, forms)
    }

    /// Makes a search for values in the forms that a function returns.
    ///
    /// # Panics
    /// Panics if there are too many for one search.
    #[must_use]
    pub fn in_forms(
        values: impl IntoIterator<Item = String>,
        forms: impl Fn(&str) -> Vec<(&'static str, Vec<u8>)>,
    ) -> Self {
        let mut values: Vec<String> = values
            .into_iter()
            .filter(|value| value.chars().count() >= SHORTEST)
            .collect();
        values.sort_unstable();
        values.dedup();
        let mut patterns = Vec::new();
        let mut texts = Vec::new();
        for (place, value) in values.iter().enumerate() {
            for (form, text) in forms(value) {
                patterns.push((place, form));
                texts.push(text);
            }
        }
        let searcher = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(texts)
            .expect("not too many values");
        Self {
            values,
            patterns,
            searcher,
        }
    }

    /// Returns the values that are searched for.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Returns the first value in some bytes, and its form.
    #[must_use]
    pub fn find(&self, bytes: &[u8]) -> Option<(&str, &'static str)> {
        let found = self.searcher.find(bytes)?;
        let (place, form) = self.patterns[found.pattern().as_usize()];
        Some((&self.values[place], form))
    }

    /// Checks that no value is in some bytes.
    ///
    /// # Panics
    /// Panics if one was found.
    pub fn assert_absent(&self, place: &str, bytes: &[u8]) {
        if let Some((value, form)) = self.find(bytes) {
            panic!("{place} holds {value:?} as {form}");
        }
    }
}

/// Returns the forms of a value in a file: as text, as hexadecimal digits, in UTF-16 and in base64 at any place of a
/// longer text. The search ignores case, which serves upper-case hexadecimal digits as well.
#[must_use]
pub fn forms(value: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = |bytes: fn(u16) -> [u8; 2]| value.encode_utf16().flat_map(bytes).collect();
    let mut forms = vec![
        ("text", value.as_bytes().to_vec()),
        (
            "hexadecimal",
            HEXLOWER.encode(value.as_bytes()).into_bytes(),
        ),
        ("UTF-16LE", utf16(u16::to_le_bytes)),
        ("UTF-16BE", utf16(u16::to_be_bytes)),
    ];
    for before in 0..3 {
        forms.push((
            "base64",
            base64_inside(value, before, |bytes| BASE64_NOPAD.encode(bytes)),
        ));
        forms.push((
            "base64url",
            base64_inside(value, before, |bytes| BASE64URL_NOPAD.encode(bytes)),
        ));
    }
    forms
}

/// The digits that a value alone decides when it stands `before` bytes after a multiple of three.
fn base64_inside(value: &str, before: usize, encode: impl Fn(&[u8]) -> String) -> Vec<u8> {
    let bytes = [&vec![0; before], value.as_bytes()].concat();
    let first = (before * 8).div_ceil(6);
    let end = bytes.len() * 8 / 6;
    encode(&bytes).as_bytes()[first..end].to_vec()
}

/// Reads all files below a folder. A file that vanishes meanwhile is left out.
#[must_use]
pub fn files_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else if let Ok(bytes) = fs::read(&path) {
            files.push((path, bytes));
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_base64_wherever_it_stands() {
        let planted = PlantedValues::new(["+77090000001".to_owned()]);
        for before in 0..4 {
            let text = format!("{}+77090000001 and more", "x".repeat(before));
            for encoded in [
                BASE64_NOPAD.encode(text.as_bytes()),
                BASE64URL_NOPAD.encode(text.as_bytes()),
            ] {
                assert!(
                    planted.find(encoded.as_bytes()).is_some(),
                    "behind {before} bytes"
                );
            }
        }
        assert_eq!(planted.find(b"+77090000002"), None);
    }
}

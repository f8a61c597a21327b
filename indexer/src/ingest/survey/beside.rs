//! Which files next to a dump hold no rows of it: notes of its distributors, and files of operating systems?

use std::path::Path;

use super::Text;
use crate::ingest::Fault;
use crate::ingest::text::sniff::LEAVE_OUT;

/// Beginnings of the names of notes, in small letters, after digits and marks.
const NOTES: [&str; 13] = [
    "readme",
    "read me",
    "read_me",
    "read-me",
    "license",
    "licence",
    "copying",
    "copyright",
    "changelog",
    "прочти",
    "лицензия",
    "инструкция",
    "оқыңыз",
];

/// Suffixes of the names of notes; names without suffix count, too.
const ENDINGS: [&str; 7] = ["txt", "md", "rst", "nfo", "diz", "me", "1st"];

/// Number of lines that show whether a text is prose, and fewest words of a line of prose.
const LINES: usize = 200;
const WORDS: usize = 4;

/// Fewest lines of a table that is named like a note.
const ROWS: usize = 8;

/// A note: a readme, a licence.
pub(super) const NOTE: Fault = Fault::NoRows {
    what: "a note without identifiers",
};

/// A member added by the operating system that packed the archive.
pub(super) const LITTER: Fault = Fault::NoRows {
    what: "what macOS or Windows adds to archives",
};

/// Prose without anything to index.
pub(super) const PROSE: Fault = Fault::NoRows {
    what: "prose without identifiers",
};

impl Fault {
    /// Returns what a file is that rightly holds no rows: a note, a picture, a program.
    pub(in crate::ingest) fn no_rows(&self) -> Option<&'static str> {
        match self {
            Self::NoRows { what } => Some(what),
            Self::Foreign { name, advice } if advice.starts_with(LEAVE_OUT) => Some(name),
            _ => None,
        }
    }
}

/// Passes over a file of the operating system with this name that begins with `head`.
///
/// # Errors
/// [`Fault::NoRows`], if it is one.
pub(super) fn check_system_file(name: &str, head: &[u8]) -> Result<(), Fault> {
    const APPLE_DOUBLE: &[u8] = b"\x00\x05\x16";
    const DESKTOP: &[u8] = b"\x00\x00\x00\x01Bud1";
    const OLE: &[u8] = b"\xD0\xCF\x11\xE0";
    let last = last(name).to_lowercase();
    let what = match &*last {
        _ if last.starts_with("._") && head.starts_with(APPLE_DOUBLE) => {
            "macOS's metadata of a file"
        }
        ".ds_store" if head.starts_with(DESKTOP) => "what macOS keeps of a folder",
        "thumbs.db" | "ehthumbs.db" if head.starts_with(OLE) => "what Windows keeps of pictures",
        "desktop.ini" if is_settings(head) => "what Windows keeps of a folder",
        _ => return Ok(()),
    };
    Err(Fault::NoRows { what })
}

/// Settings of a folder, which may be UTF-16.
fn is_settings(head: &[u8]) -> bool {
    let text: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    memchr::memmem::find(&text, b".ShellClassInfo").is_some()
}

/// Returns whether a file or member is named like a note.
pub(super) fn is_called_note(name: &str) -> bool {
    let last = last(name).to_lowercase();
    let path = Path::new(&last);
    let ending = path.extension().and_then(|ending| ending.to_str());
    let begin = last.trim_start_matches(|c: char| !c.is_alphabetic());
    ending.is_none_or(|ending| ENDINGS.contains(&ending))
        && NOTES.iter().any(|note| begin.starts_with(note))
}

/// Whether a text is too short for its lines to be rows: a comma splits any sentence.
pub(super) fn is_short(text: &Text) -> bool {
    lines(text).count() < ROWS
}

fn lines(text: &Text) -> impl Iterator<Item = &[u8]> {
    let lines = text.text.split(|byte| matches!(byte, b'\n' | b'\r'));
    lines.filter(|line| !line.trim_ascii().is_empty())
}

/// Whether most lines are sentences.
pub(super) fn is_prose(text: &Text) -> bool {
    let lines: Vec<&[u8]> = lines(text).take(LINES).collect();
    let sentences = lines.iter().filter(|line| is_sentence(line)).count();
    sentences * 2 > lines.len()
}

fn is_sentence(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    let is_word = |word: &&str| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
        !word.is_empty() && word.chars().all(char::is_alphabetic)
    };
    line.split_whitespace().filter(is_word).count() >= WORDS
}

fn last(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Encoding;
    use crate::ingest::text::sniff;

    #[test]
    fn notes_are_recognised_by_their_names() {
        for name in [
            "README",
            "a/readme.md",
            "!!!READ ME!!!.txt",
            "1_Прочти меня.txt",
            "LICENSE",
        ] {
            assert!(is_called_note(name), "{name}");
        }
        for name in ["readme.csv", "clients.txt", "drivers_licences.txt", "x"] {
            assert!(!is_called_note(name), "{name}");
        }
    }

    #[test]
    fn what_systems_keep_is_recognised_by_name_and_content_together() {
        for (name, head) in [
            ("x/._a.csv", &b"\x00\x05\x16\x07\x00\x02"[..]),
            ("x/.DS_Store", b"\x00\x00\x00\x01Bud1\x00"),
            ("x/Thumbs.db", b"\xD0\xCF\x11\xE0\xA1\xB1"),
            ("desktop.ini", b"[.ShellClassInfo]\r\n"),
        ] {
            assert!(check_system_file(name, head).is_err(), "{name}");
            assert_eq!(check_system_file("a.csv", head), Ok(()), "{name}");
            assert_eq!(check_system_file(name, b"iin;phone\n"), Ok(()), "{name}");
        }
    }

    #[test]
    fn pictures_hold_no_rows_and_documents_may() {
        let no_rows = |head: &[u8]| {
            let fault = sniff::check_magic(std::iter::empty(), head).err();
            fault.and_then(|fault| fault.no_rows())
        };
        assert_eq!(no_rows(b"\x89PNG\r\n\x1a\n\0\0\0"), Some("a picture"));
        assert_eq!(no_rows(b"%PDF-1.4\n"), None);
    }

    #[test]
    fn sentences_are_prose_and_rows_are_not() {
        let is_prose = |text: &str| {
            is_prose(&Text {
                text: text.as_bytes().to_vec(),
                encoding: Encoding::Utf8,
                whole: true,
            })
        };
        assert!(is_prose(
            "This base was taken in March.\nDo not share it with anybody.\n\nBye\n"
        ));
        assert!(!is_prose("ivan_1\nolga\nx y\n"));
        assert!(!is_prose("1 2 3 4 5\n6 7 8 9 10\n"));
        assert!(!is_prose(""));
    }
}

//! What is new for people who only read e-mail? A plain text of the changes in the public list, the same for
//! everybody.
//!
//! It contains what feeds and pages contain: titles and summaries of leaks. Sensitive leaks, counts and identifiers are
//! not in it.

mod texts;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use exposure_index::breach::{BreachId, Metadata};
use exposure_index::index::GenerationId;
use exposure_index::process::visible;

use crate::language::Language;
use texts::Texts;

/// Columns of a line: RFC 5322 recommends at most 78.
const WIDTH: usize = 76;
const INDENT: &str = "  ";

/// A public list: its name, the day on which it was built, and its leaks.
pub(crate) struct List {
    /// Name of the generation.
    pub(crate) generation: GenerationId,
    /// The day, as `2026-11-22`.
    pub(crate) day: String,
    /// The leaks.
    pub(crate) leaks: Vec<Metadata>,
}

/// Changes from one list to another.
struct Changes<'a> {
    added: Vec<&'a Metadata>,
    corrected: Vec<&'a Metadata>,
    removed: Vec<&'a Metadata>,
}

impl<'a> Changes<'a> {
    /// Compares two lists. The latest changes come first, as in feeds.
    fn between(before: &'a List, after: &'a List) -> Self {
        let [old, new] = [before, after].map(|list| by_id(&list.leaks));
        let mut added: Vec<&Metadata> = Vec::new();
        let mut corrected: Vec<&Metadata> = Vec::new();
        for (id, &leak) in &new {
            match old.get(id) {
                None => added.push(leak),
                Some(&earlier) if earlier != leak => corrected.push(leak),
                Some(_) => (),
            }
        }
        let gone = old.iter().filter(|(id, _)| !new.contains_key(*id));
        let mut changes = Self {
            added,
            corrected,
            removed: gone.map(|(_, leak)| *leak).collect(),
        };
        for leaks in [
            &mut changes.added,
            &mut changes.corrected,
            &mut changes.removed,
        ] {
            leaks.sort_by_key(|leak| Reverse(leak.changed().first_day()));
        }
        changes
    }
}

/// Returns the leaks that everybody may see, by id.
fn by_id(leaks: &[Metadata]) -> BTreeMap<&BreachId, &Metadata> {
    let public = leaks
        .iter()
        .filter(|leak| !leak.sensitive && leak.is_leak());
    public.map(|leak| (&leak.id, leak)).collect()
}

/// Writes the digest in these languages, one after the other. Links are below the official address, if one is given.
pub(crate) fn text(
    before: &List,
    after: &List,
    languages: &[Language],
    address: Option<&str>,
) -> String {
    let changes = Changes::between(before, after);
    let in_language = |language: &Language| {
        let letter = Letter {
            texts: Texts::of(*language),
            language: *language,
            address,
        };
        letter.write(&changes, before, after)
    };
    let letters: Vec<String> = languages.iter().map(in_language).collect();
    letters.join(&format!("\n{}\n\n", "-".repeat(WIDTH)))
}

/// The digest in one language.
struct Letter<'a> {
    texts: &'static Texts,
    language: Language,
    address: Option<&'a str>,
}

impl Letter<'_> {
    fn write(&self, changes: &Changes<'_>, before: &List, after: &List) -> String {
        let texts = self.texts;
        let mut text = String::new();
        paragraph(&mut text, "", texts.title);
        let compared = (texts.compared)(&after.day, after.generation.as_str(), &before.day);
        paragraph(&mut text, "", &compared);
        let parts = [
            (texts.added, &changes.added, true),
            (texts.corrected, &changes.corrected, true),
            (texts.removed, &changes.removed, false),
        ];
        if parts.iter().all(|(_, leaks, _)| leaks.is_empty()) {
            paragraph(&mut text, "", texts.nothing);
        }
        for (heading, leaks, have_pages) in parts {
            self.part(&mut text, heading, leaks, have_pages);
        }
        paragraph(&mut text, "", texts.check);
        self.link(&mut text, "", &format!("{}/", self.language.code()));
        paragraph(&mut text, "", texts.call);
        paragraph(&mut text, "", texts.same_for_all);
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }

    fn part(&self, text: &mut String, heading: &str, leaks: &[&Metadata], have_pages: bool) {
        if leaks.is_empty() {
            return;
        }
        paragraph(text, "", &format!("{heading}: {}", leaks.len()));
        for leak in leaks {
            let title = self.language.of(&leak.title);
            let status = (self.texts.status)(leak.status);
            let first = format!("* {title} ({}, {status})", leak.date);
            lines(text, "", &first);
            lines(text, INDENT, self.language.of(&leak.summary));
            if have_pages {
                let page = format!("{}/leaks/{}", self.language.code(), leak.id);
                self.link(text, INDENT, &page);
            }
            if !text.ends_with("\n\n") {
                text.push('\n');
            }
        }
    }

    /// Writes a link, which is never wrapped.
    fn link(&self, text: &mut String, indent: &str, path: &str) {
        if let Some(address) = self.address {
            let address = address.trim_end_matches('/');
            text.push_str(&format!("{indent}{address}/{path}\n\n"));
        }
    }
}

fn paragraph(text: &mut String, indent: &str, words: &str) {
    lines(text, indent, words);
    text.push('\n');
}

/// Wraps words into lines. Descriptions of leaks come from outside: line breaks and control characters are
/// removed.
fn lines(text: &mut String, indent: &str, words: &str) {
    let words = visible(words);
    let mut column = 0;
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            text.push('\n');
            column = 0;
        }
        match column {
            0 => text.push_str(indent),
            _ => text.push(' '),
        }
        column += length + if column == 0 { indent.len() } else { 1 };
        text.push_str(word);
    }
    text.push('\n');
}

#[cfg(test)]
mod tests;

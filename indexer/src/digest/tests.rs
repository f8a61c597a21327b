//! Does the e-mail say what changed between two lists, in each language, and nothing else?

use exposure_index::breach::{Localised, Status, Warning};

use super::*;

fn leak(id: &str, added: &str) -> Metadata {
    let of = |language: &str, what: &str| format!("{what} of {id} in {language}");
    let localised = |what: &str| Localised {
        kk: of("kk", what),
        ru: of("ru", what),
        en: of("en", what),
    };
    Metadata {
        id: BreachId::try_from(id.to_owned()).expect("an id"),
        date: "2025-06".parse().expect("a date"),
        added: added.parse().expect("a date"),
        corrected: None,
        status: Status::Reported,
        sensitive: false,
        records: 1_234_567,
        source: "https://example.org".to_owned(),
        title: localised("Title"),
        summary: localised("Summary"),
        warning: None,
    }
}

fn list(day: u32, leaks: Vec<Metadata>) -> List {
    let name = format!("202611{day:02}-201530-3f9a1c2b");
    List {
        generation: GenerationId::parse(&name).expect("a name"),
        day: format!("2026-11-{day:02}"),
        leaks,
    }
}

fn english(before: Vec<Metadata>, after: Vec<Metadata>) -> String {
    let address = Some("https://check.example.org/");
    text(&list(1, before), &list(22, after), &[Language::En], address)
}

#[test]
fn a_digest_has_what_came_what_was_corrected_and_what_went() {
    let corrected = Metadata {
        status: Status::Fabricated,
        ..leak("b", "2025-01-01")
    };
    let before = vec![
        leak("a", "2025-01-01"),
        leak("b", "2025-01-01"),
        leak("c", "2025-01-01"),
    ];
    let after = vec![
        leak("a", "2025-01-01"),
        corrected,
        leak("d", "2026-11-20"),
        leak("e", "2026-11-21"),
    ];
    let expected = "\
Tekser: new leaks

The list of 2026-11-22 (20261122-201530-3f9a1c2b) compared with that of
2026-11-01.

New leaks: 2

* Title of e in en (2025-06, reported)
  Summary of e in en
  https://check.example.org/en/leaks/e

* Title of d in en (2025-06, reported)
  Summary of d in en
  https://check.example.org/en/leaks/d

Descriptions corrected: 1

* Title of b in en (2025-06, fabricated)
  Summary of b in en
  https://check.example.org/en/leaks/b

Removed from the list: 1

* Title of c in en (2025-06, reported)
  Summary of c in en

Check on the website whether your data are there. Nobody learns what you
check.

https://check.example.org/en/

No internet? Call 1414.

This letter is the same for everybody: we know nothing about you.
";
    assert_eq!(english(before, after), expected);
}

#[test]
fn a_list_without_changes_says_so_and_sensitive_leaks_are_never_named() {
    let sensitive = Metadata {
        sensitive: true,
        ..leak("secret", "2026-11-20")
    };
    let text = english(
        vec![leak("a", "2025-01-01")],
        vec![leak("a", "2025-01-01"), sensitive],
    );
    assert!(text.contains("There is nothing new in the list."), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[test]
fn a_warning_list_is_not_news_of_leaks() {
    let of_nobody = || Localised {
        kk: String::new(),
        ru: String::new(),
        en: String::new(),
    };
    let warnings = Metadata {
        warning: Some(Warning {
            publisher: of_nobody(),
            legal_basis: of_nobody(),
            appeal: "https://example.kz/appeal".to_owned(),
            valid_for: 90,
        }),
        ..leak("callers", "2026-11-20")
    };
    let text = english(Vec::new(), vec![warnings]);
    assert!(text.contains("There is nothing new in the list."), "{text}");
    assert!(!text.contains("callers"), "{text}");
}

#[test]
fn all_languages_are_in_one_letter_if_none_is_chosen() {
    let [before, after] = [list(1, vec![]), list(22, vec![leak("a", "2026-11-20")])];
    let text = text(&before, &after, &Language::ALL, None);
    let places = ["kk", "ru", "en"].map(|language| text.find(&format!("Title of a in {language}")));
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{text}"
    );
    assert!(!text.contains("https://"), "{text}");
}

#[test]
fn what_describes_a_leak_cannot_break_lines_or_the_letter() {
    let summary = format!("one\r\n\r\ntwo\u{1b}[31m {}", "word ".repeat(50));
    let mut leak = leak("a", "2026-11-20");
    leak.summary.en = summary;
    let text = english(vec![], vec![leak]);
    assert!(
        text.lines().all(|line| line.chars().count() <= WIDTH),
        "{text}"
    );
    assert!(!text.contains(['\r', '\u{1b}']), "{text}");
}

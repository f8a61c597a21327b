//! Does a report keep its promises, whatever the figures and the catalogue are?

use std::collections::BTreeMap;

use data_encoding::BASE64;
use exposure_index::breach::{BreachId, Localised, Metadata, Status};
use exposure_index::identifier::Kind;
use serde_json::{Value, json};

use super::*;
use crate::analysis::figures::{OtherCombinations, Quality};
use crate::analysis::{
    BreachFigures, CombinationFigures, Counts, PairFigures, Severity, SeverityFigures,
};

const TITLE: &str = "Voters";

fn cover(least: Option<u64>) -> Cover {
    Cover {
        generation: GenerationId::parse("20261122-201530-3f9a1c2b").expect("a generation"),
        built_at: 1_795_000_000,
        least,
    }
}

fn counts(all: Option<u64>) -> Counts {
    Counts {
        all,
        kinds: BTreeMap::from([(Kind::Iin, all), (Kind::Phone, Some(0))]),
    }
}

fn id(number: usize) -> BreachId {
    format!("leak-{number}").try_into().expect("an id")
}

fn breach(number: usize, title: &str) -> BreachFigures {
    let text = |text: &str| Localised {
        kk: format!("{text} kk"),
        ru: format!("{text} ru"),
        en: format!("{text} en"),
    };
    let dates = ["2019", "2021-02", "2024-03-05"];
    let size = 1_000 * number as u64;
    BreachFigures {
        metadata: Metadata {
            id: id(number),
            date: dates[number % 3].parse().expect("a date"),
            added: "2025".parse().expect("a date"),
            corrected: None,
            status: Status::ALL[number % 4],
            sensitive: number.is_multiple_of(5),
            records: 2_000,
            source: "https://example.org/source".to_owned(),
            title: text(title),
            summary: text("What happened."),
            warning: None,
        },
        identifiers: counts(Some(size)),
        new: Some(size / 2),
        known_before: Some(size - size / 2),
        quality: Quality {
            rows: 3 * size,
            rejected_rows: number as u64,
            truncated_files: 0,
            invalid_cells: BTreeMap::from([(Kind::Phone, 7)]),
            recovered: Some(1),
        },
    }
}

/// Makes figures of `leaks` leaks, the first of which holds nothing.
fn figures(leaks: usize, title: &str) -> Figures {
    let of_any = |number: &usize| *number > 0;
    let pair = |first: usize, second: usize| PairFigures {
        first: id(first),
        second: id(second),
        common: Some(first as u64),
        jaccard: (second > 0).then_some(0.25),
        first_in_second: (first > 0).then_some(0.5),
        second_in_first: Some(0.001),
    };
    Figures {
        identifiers: counts(Some(1_234_567)),
        breaches: (0..leaks).map(|number| breach(number, title)).collect(),
        by_number: (0..leaks)
            .map(|number| counts(Some(100 + number as u64)))
            .collect(),
        combinations: (0..leaks.min(25))
            .filter(of_any)
            .map(|number| CombinationFigures {
                breaches: (number / 2..=number).map(id).collect(),
                identifiers: 50 + number as u64,
            })
            .collect(),
        other_combinations: OtherCombinations {
            combinations: leaks / 2,
            identifiers: 17,
        },
        overlaps: (0..leaks)
            .flat_map(|first| (first + 1..leaks).map(move |second| pair(first, second)))
            .collect(),
        severity: Severity::ALL
            .map(|level| SeverityFigures {
                level,
                in_one_breach: counts(Some(41)),
                joined: counts(Some(42)),
            })
            .to_vec(),
        warnings: Vec::new(),
    }
}

/// Reads the fields of a report's CSV file, line by line.
fn csv(page: &str, id: &str) -> Vec<BTreeMap<String, String>> {
    let link = format!("-{id}.csv\" href=\"data:text/csv;charset=utf-8;base64,");
    let (_, rest) = page.split_once(&link).expect("a link to the CSV");
    let (base64, _) = rest.split_once('"').expect("the end of the link");
    let bytes = BASE64.decode(base64.as_bytes()).expect("base64");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let lines = reader.deserialize().collect::<Result<_, _>>();
    lines.expect("CSV with a header")
}

/// Writes a figure of the JSON as in CSV.
fn field(figure: &Value) -> String {
    match figure {
        Value::Null => "*".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => {
            format!("{:.6}", number.as_f64().unwrap_or(0.0))
        }
        other => other.to_string(),
    }
}

#[test]
fn a_page_has_no_scripts_and_takes_nothing_from_elsewhere() {
    for language in Language::ALL {
        let page = html(&figures(7, TITLE), &cover(None), language);
        for forbidden in [
            "<script", " src=", "@import", "url(", "<link", "<iframe", " on",
        ] {
            let found = page.match_indices(forbidden).map(|(at, _)| &page[at..]);
            // A word of a text may begin so; an attribute has a value.
            let mut found = found.filter(|rest| {
                forbidden != " on"
                    || rest[3..]
                        .trim_start_matches(char::is_alphabetic)
                        .starts_with('=')
            });
            assert!(found.next().is_none(), "{forbidden}");
        }
        for (at, _) in page.match_indices("href=\"") {
            let target = &page[at + 6..];
            let is_within = target.starts_with('#') || target.starts_with("data:text/csv;");
            assert!(is_within || target.starts_with("https://example.org/source\""));
        }
        assert!(page.contains("default-src 'none'"));
        assert!(page.contains(&format!("<html lang=\"{}\">", language.code())));
    }
}

#[test]
fn what_the_catalogue_says_cannot_become_a_part_of_the_page() {
    let hostile = "</text></title><script>alert(1)</script><img src=x onerror=\"alert(2)\">";
    let mut figures = figures(3, hostile);
    figures.breaches[1].metadata.source = "javascript:alert(3)".to_owned();
    figures.breaches[2].metadata.source = "https://example.org/\"><script>".to_owned();
    figures.breaches[1].metadata.title.en = "\u{202e}\u{0}".to_owned();
    let page = html(&figures, &cover(None), Language::En);
    for part in ["<script", "<img", "href=\"javascript:", "\u{202e}", "\u{0}"] {
        assert!(!page.contains(part), "{part:?}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)"));
}

#[test]
fn a_source_is_a_link_only_if_it_is_an_address_of_the_web() {
    for (source, is_link) in [
        ("https://example.org/a?b=c", true),
        ("http://example.org", true),
        ("", false),
        ("data:text/html,x", false),
        ("//example.org", false),
        ("https://example.org/\u{202e}", false),
        ("https://example.org/ x", false),
    ] {
        let mut figures = figures(1, TITLE);
        figures.breaches[0].metadata.source = source.to_owned();
        let page = html(&figures, &cover(None), Language::En);
        assert_eq!(page.contains("rel=\"noreferrer\""), is_link, "{source:?}");
    }
}

#[test]
fn any_number_of_leaks_can_be_reported() {
    for leaks in [0, 1, 2, 3, 25, 80] {
        for language in Language::ALL {
            let page = html(&figures(leaks, TITLE), &cover(None), language);
            assert_eq!(page.matches("<h2 ").count(), 11, "{leaks} leaks");
            assert!(
                !page.contains("NaN") && !page.contains("inf"),
                "{leaks} leaks"
            );
        }
    }
}

#[test]
fn titles_are_those_of_the_language_and_long_ones_stand_whole_in_tables() {
    let long = "A title that is far too long for the column of names in any picture";
    for language in Language::ALL {
        let page = html(&figures(2, long), &cover(None), language);
        let whole = format!("2. {long} {}", language.code());
        assert!(page.contains(&format!("<bdi>{whole}</bdi>")));
        assert!(page.contains("2. A title that is far"));
        for other in Language::ALL.into_iter().filter(|other| *other != language) {
            assert!(!page.contains(&format!("{long} {}", other.code())));
        }
    }
}

#[test]
fn every_figure_is_that_of_the_json() {
    let figures = figures(7, TITLE);
    let json = json!(figures);
    let breaches = json["breaches"].as_array().expect("breaches");
    for language in Language::ALL {
        let page = html(&figures, &cover(None), language);
        for (lines, of) in [
            (csv(&page, "timeline"), "/identifiers/all"),
            (csv(&page, "kinds-of-leaks"), "/identifiers/all"),
        ] {
            for (line, breach) in lines.iter().zip(breaches) {
                assert_eq!(line["breach"], field(&breach["id"]));
                assert_eq!(
                    Some(&line["identifiers"]),
                    breach.pointer(of).map(field).as_ref()
                );
            }
            assert_eq!(lines.len(), breaches.len());
        }
        for (line, breach) in csv(&page, "newness").iter().zip(breaches) {
            for figure in ["new", "known_before", "date"] {
                assert_eq!(line[figure], field(&breach[figure]));
            }
        }
        for (line, breach) in csv(&page, "quality").iter().zip(breaches) {
            for figure in ["rows", "rejected_rows", "recovered", "truncated_files"] {
                assert_eq!(line[figure], field(&breach["quality"][figure]));
            }
        }
        for (line, kind) in [("iin", 0), ("phone", 1)].iter().zip(csv(&page, "kinds")) {
            assert_eq!(kind["kind"], line.0);
            assert_eq!(
                kind["identifiers"],
                field(&json["identifiers"]["kinds"][line.0])
            );
        }
        let pairs = json["overlaps"].as_array().expect("pairs").iter();
        let with_common = pairs.filter(|pair| pair["common"] != 0);
        for (line, pair) in csv(&page, "overlaps").iter().zip(with_common) {
            for figure in ["first", "second", "common", "jaccard", "second_in_first"] {
                assert_eq!(line[figure], field(&pair[figure]));
            }
        }
        let numbers = json["by_number"].as_array().expect("numbers");
        for (line, counts) in csv(&page, "numbers").iter().zip(numbers) {
            assert_eq!(line["identifiers"], field(&counts["all"]));
            assert_eq!(line["iin"], field(&counts["kinds"]["iin"]));
        }
        let combinations = json["combinations"].as_array().expect("combinations");
        for (line, combination) in csv(&page, "combinations").iter().zip(combinations) {
            assert_eq!(line["identifiers"], field(&combination["identifiers"]));
        }
        let severity = csv(&page, "severity");
        assert_eq!(
            (
                severity[0]["identifiers"].as_str(),
                severity[1]["identifiers"].as_str()
            ),
            ("41", "42")
        );
    }
}

#[test]
fn what_must_not_be_published_is_an_asterisk_everywhere() {
    let mut figures = figures(2, TITLE);
    figures.breaches.remove(0);
    figures.overlaps.clear();
    figures.combinations.clear();
    figures.other_combinations.combinations = 0;
    let secret = 987_654_u64;
    let (withheld, shown) = (
        BreachFigures {
            identifiers: counts(None),
            new: None,
            known_before: None,
            ..figures.breaches[0].clone()
        },
        BreachFigures {
            identifiers: counts(Some(secret)),
            new: Some(secret),
            known_before: Some(0),
            ..figures.breaches[0].clone()
        },
    );
    figures.breaches = vec![shown];
    let open = html(&figures, &cover(None), Language::En);
    assert!(open.contains("987,654"), "the test looks for what there is");
    figures.breaches = vec![withheld];
    let public = html(&figures, &cover(Some(10)), Language::En);
    assert!(!public.contains("987"));
    let pictures = ["timeline", "sizes", "newness"];
    for picture in pictures {
        let (_, rest) = public
            .split_once(&format!(
                "<svg role=\"img\" aria-labelledby=\"{picture}-picture"
            ))
            .expect("a picture");
        let (picture, _) = rest.split_once("</figure>").expect("its end");
        assert!(picture.contains(">\n*\n</text>"), "{picture}");
    }
    assert_eq!(csv(&public, "newness")[0]["new"], "*");
    assert!(public.contains("counts from 1 to 9"));
}

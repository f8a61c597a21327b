use std::collections::BTreeSet;

use exposure_index::messages::BreachDocument;
use quick_xml::Reader;

use super::*;

fn written(language: &'static str, address: Option<&str>, breaches: &[&Metadata]) -> String {
    let frame = Frame {
        language,
        built_at: "2026-11-29T01:02:03Z".parse().expect("a time"),
        address,
    };
    String::from_utf8(frame.feed(breaches).expect("a feed")).expect("text")
}

fn from(source: &str) -> Metadata {
    let text = serde_json::json!({"kk": "a", "ru": "a", "en": "a"});
    serde_json::from_value(serde_json::json!({
        "id": "a-2020", "date": "2020", "added": "2020-02", "status": "reported", "records": 1,
        "source": source, "title": text, "summary": text,
    }))
    .expect("metadata")
}

#[test]
fn links_are_valid_and_below_the_official_address_if_there_is_one() {
    let breach = from("https://example.org/a b?c=қ");
    let feed = written("ru", Some("https://tekser.example/"), &[&breach]);
    for link in [
        "rel=\"self\" type=\"application/atom+xml\" href=\"https://tekser.example/feed/ru.xml\"",
        "href=\"https://tekser.example/ru/leaks/a-2020\"",
        "href=\"https://example.org/a%20b?c=%D2%9B\"",
    ] {
        assert!(feed.contains(link), "{link} in {feed}");
    }
    let nobodys = written("ru", None, &[&from("https://")]);
    assert!(
        !nobodys.contains("\"self\"") && !nobodys.contains("\"via\""),
        "{nobodys}"
    );
    assert!(nobodys.contains("href=\"/ru/leaks/a-2020\""), "{nobodys}");
}

/// Returns the texts of the elements of a name, without that of the feed itself.
fn of_entries<'a>(name: &str, feed: &'a str) -> Vec<&'a str> {
    let (_, entries) = feed.split_once("<entry>").expect("an entry");
    let element = format!("<{name}>");
    let behind = entries.split(element.as_str()).skip(1);
    behind
        .filter_map(|text| Some(text.split_once('<')?.0))
        .collect()
}

fn named(id: &str, added: &str, corrected: Option<&str>) -> Metadata {
    let mut breach = from("a letter");
    breach.id = id.to_owned().try_into().expect("an id");
    breach.added = added.parse().expect("a date");
    breach.corrected = corrected.map(|date| date.parse().expect("a date"));
    breach
}

#[test]
fn leaks_of_one_day_have_moments_of_their_own_which_stay_when_others_come() {
    let breaches = ["a", "b", "c"].map(|id| named(id, "2026-05-06", None));
    let feed = written("ru", None, &breaches.each_ref());
    let moments = of_entries("updated", &feed);
    let different: BTreeSet<&str> = moments.iter().copied().collect();
    assert_eq!(different.len(), 3, "{moments:?}");
    let is_of_day = |moment: &&str| {
        let parsed: Result<Timestamp, _> = moment.parse();
        moment.starts_with("2026-05-06T00:") && parsed.is_ok()
    };
    assert!(moments.iter().all(is_of_day), "{moments:?}");
    let alone = written("ru", None, &[&breaches[1]]);
    assert_eq!(of_entries("updated", &alone), [moments[1]]);
}

#[test]
fn a_leak_that_was_corrected_is_updated_then_and_published_as_before() {
    let corrected = named("a", "2025-01-02", Some("2026-05-06"));
    let newer = named("b", "2026-02-03", None);
    let catalogue = CatalogueDocument {
        generation: String::new(),
        identifiers: Default::default(),
        breaches: [&newer, &corrected]
            .map(|metadata| BreachDocument {
                metadata: metadata.clone(),
                classes: Vec::new(),
                identifiers: Default::default(),
            })
            .into(),
    };
    let feeds = Feeds::of(&catalogue, Timestamp::UNIX_EPOCH, None).expect("feeds");
    let feed = feeds.get("kk").expect("a feed").body();
    let feed = std::str::from_utf8(feed).expect("text");
    let updated = of_entries("updated", feed);
    assert!(updated[0].starts_with("2026-05-06T"), "{updated:?}");
    assert!(updated[1].starts_with("2026-02-03T"), "{updated:?}");
    assert!(of_entries("published", feed)[0].starts_with("2025-01-02T"));
    assert!(feed.contains(&format!("</title><updated>{}<", updated[0])));
}

#[test]
fn a_feed_without_entries_is_as_old_as_its_index() {
    let feed = written("kk", None, &[]);
    assert!(
        feed.contains("<updated>2026-11-29T01:02:03Z</updated>"),
        "{feed}"
    );
}

#[test]
fn whatever_a_title_holds_the_feed_is_well_formed() {
    let text = |text: &str| serde_json::json!({"kk": text, "ru": text, "en": text});
    let hostile = "</title><script>&\u{0}\u{1b}]]>\u{ffff}\"";
    let breach: Metadata = serde_json::from_value(serde_json::json!({
        "id": "a-2020", "date": "2020", "added": "2020-02", "status": "reported", "records": 1,
        "source": "https://example.org/?a=\"&b=<\u{1}", "title": text(hostile), "summary": text(hostile),
    }))
    .expect("metadata");
    for language in LANGUAGES {
        let feed = written(language, Some("https://tekser.example/"), &[&breach]);
        let mut reader = Reader::from_str(&feed);
        let (mut elements, mut ends) = (0, 0);
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Eof => break,
                Event::Start(start) => {
                    assert_ne!(start.name().as_ref(), "script");
                    elements += 1;
                }
                Event::End(_) => ends += 1,
                _ => {}
            }
        }
        assert_eq!((elements, ends), (12, 12), "{feed}");
        assert!(!feed.contains(['\u{0}', '\u{1b}', '\u{ffff}']));
    }
}

use std::io;

use exposure_index::breach::{Localised, Metadata};
use exposure_index::messages::CatalogueDocument;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::content::Asset;
use crate::site::LANGUAGES;

/// Most leaks in a feed; who reads one wants the new ones.
const MOST: usize = 50;
/// What an identifier of ours begins with (RFC 4151). It names the same leak wherever the feed is read.
const TAG: &str = "tag:tekser.kz,2026:";

type Xml = Writer<Vec<u8>>;

/// New leaks for feed readers, in Atom (RFC 4287), one feed for each language of the site. Links are relative to where the
/// feed was read, since a server does not know under which name it is reached.
pub struct Feeds([Asset; LANGUAGES.len()]);

impl Feeds {
    /// Those of a catalogue. O(breaches · log breaches).
    pub(super) fn of(catalogue: &CatalogueDocument) -> io::Result<Self> {
        let breaches = catalogue.breaches.iter().map(|breach| &breach.metadata);
        let mut breaches: Vec<&Metadata> = breaches.collect();
        breaches.sort_by(|one, other| (&other.added, &one.id).cmp(&(&one.added, &other.id)));
        breaches.truncate(MOST);
        let [kk, ru, en] = LANGUAGES.map(|language| feed(language, &breaches).map(asset));
        Ok(Self([kk?, ru?, en?]))
    }

    /// The feed in a language of the site.
    #[must_use]
    pub fn get(&self, language: &str) -> Option<&Asset> {
        let place = LANGUAGES.iter().position(|one| *one == language)?;
        self.0.get(place)
    }
}

fn asset(feed: Vec<u8>) -> Asset {
    Asset::new("application/atom+xml; charset=utf-8", feed)
}

fn feed(language: &str, breaches: &[&Metadata]) -> io::Result<Vec<u8>> {
    let mut xml = Writer::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let root = [
        ("xmlns", "http://www.w3.org/2005/Atom"),
        ("xml:lang", language),
    ];
    xml.create_element("feed")
        .with_attributes(root)
        .write_inner_content(|xml| {
            text(xml, "id", &format!("{TAG}feed:{language}"))?;
            text(xml, "title", title(language))?;
            // A feed without entries was never changed.
            let latest = breaches.first().map(|breach| breach.added.first_moment());
            text(
                xml,
                "updated",
                latest.as_deref().unwrap_or("1970-01-01T00:00:00Z"),
            )?;
            link(
                xml,
                "self",
                "application/atom+xml",
                &format!("/feed/{language}.xml"),
            )?;
            link(xml, "alternate", "text/html", &leaks(language))?;
            xml.create_element("author")
                .write_inner_content(|xml| text(xml, "name", "Tekser"))?;
            breaches
                .iter()
                .try_for_each(|breach| entry(xml, language, breach))
        })?;
    Ok(xml.into_inner())
}

fn entry(xml: &mut Xml, language: &str, breach: &Metadata) -> io::Result<()> {
    xml.create_element("entry").write_inner_content(|xml| {
        text(xml, "id", &format!("{TAG}breach:{}", breach.id))?;
        text(xml, "title", in_language(&breach.title, language))?;
        let moment = breach.added.first_moment();
        text(xml, "published", &moment)?;
        text(xml, "updated", &moment)?;
        let page = format!("{}/{}", leaks(language), breach.id);
        link(xml, "alternate", "text/html", &page)?;
        if let Some(source) = breach.source_link() {
            link(xml, "via", "text/html", source)?;
        }
        xml.create_element("category")
            .with_attribute(("term", breach.status.name()))
            .write_empty()?;
        text(xml, "summary", in_language(&breach.summary, language))
    })?;
    Ok(())
}

fn text(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    let text = allowed(text);
    xml.create_element(name)
        .write_text_content(BytesText::new(&text))?;
    Ok(())
}

fn link(xml: &mut Xml, relation: &str, media_type: &str, to: &str) -> io::Result<()> {
    let to = allowed(to);
    let attributes = [
        ("rel", relation),
        ("type", media_type),
        ("href", to.as_str()),
    ];
    xml.create_element("link")
        .with_attributes(attributes)
        .write_empty()?;
    Ok(())
}

/// The text without the characters that no XML may have, escaped or not.
fn allowed(text: &str) -> String {
    let is_allowed = |c: &char| {
        matches!(c, '\t' | '\n' | '\r') || !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    text.chars().filter(is_allowed).collect()
}

/// The page of the site that lists leaks.
fn leaks(language: &str) -> String {
    format!("/{language}/leaks")
}

fn title(language: &str) -> &'static str {
    match language {
        "kk" => "Tekser: жаңадан тараған деректер",
        "ru" => "Tekser: новые утечки",
        _ => "Tekser: new leaks",
    }
}

fn in_language<'a>(text: &'a Localised, language: &str) -> &'a str {
    match language {
        "kk" => &text.kk,
        "ru" => &text.ru,
        _ => &text.en,
    }
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;

    use super::*;

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
            let feed = feed(language, &[&breach]).expect("a feed");
            let feed = String::from_utf8(feed).expect("text");
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
}

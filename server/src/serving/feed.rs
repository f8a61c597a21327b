//! What do feed readers get? The leaks that were added or corrected last, each with a moment of its own.

use std::cmp::Reverse;
use std::io;

use exposure_index::breach::{Metadata, PartialDate};
use exposure_index::messages::CatalogueDocument;
use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

use crate::content::{Asset, LANGUAGES, in_language};

/// Maximum number of leaks in a feed; readers want the new ones.
const MOST: usize = 50;
/// Milliseconds of the hour that a day's leaks are spread over.
const HOUR: u64 = 3_600_000;
/// Prefix of our identifiers (RFC 4151), which name the same leak wherever the feed is read.
const TAG: &str = "tag:tekser.kz,2026:";

type Xml = Writer<Vec<u8>>;

/// New and corrected leaks for feed readers, in Atom (RFC 4287), one feed for each language of the site. Links are
/// below the official address if the operator gave one; else they are relative to where the feed was read, which then
/// does not name itself.
pub(crate) struct Feeds([Asset; LANGUAGES.len()]);

impl Feeds {
    /// Makes the feeds of a catalogue, with the time of its index and an address. O(breaches · log breaches).
    pub(super) fn of(
        catalogue: &CatalogueDocument,
        built_at: Timestamp,
        address: Option<&str>,
    ) -> io::Result<Self> {
        let breaches = catalogue.leaks().map(|breach| &breach.metadata);
        let mut breaches: Vec<&Metadata> = breaches.collect();
        breaches.sort_by_cached_key(|breach| Reverse(moment(breach, breach.changed())));
        breaches.truncate(MOST);
        let [kk, ru, en] = LANGUAGES.map(|language| {
            let frame = Frame {
                language,
                built_at,
                address,
            };
            frame.feed(&breaches).map(asset)
        });
        Ok(Self([kk?, ru?, en?]))
    }

    /// Returns the feed in a language of the site.
    #[must_use]
    pub(crate) fn get(&self, language: &str) -> Option<&Asset> {
        let place = LANGUAGES.iter().position(|one| *one == language)?;
        self.0.get(place)
    }
}

fn asset(feed: Vec<u8>) -> Asset {
    Asset::new("application/atom+xml; charset=utf-8", feed)
}

/// The frame around the entries of a feed.
struct Frame<'a> {
    language: &'static str,
    built_at: Timestamp,
    address: Option<&'a str>,
}

impl Frame<'_> {
    fn feed(&self, breaches: &[&Metadata]) -> io::Result<Vec<u8>> {
        let language = self.language;
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
                let latest = breaches.first();
                let latest = latest.map(|breach| moment(breach, breach.changed()));
                // A feed without entries is as old as its index.
                let built_at = || format!("{:.0}", self.built_at);
                text(xml, "updated", &latest.unwrap_or_else(built_at))?;
                if self.address.is_some() {
                    let itself = self.under_address(&format!("/feed/{language}.xml"));
                    link(xml, "self", "application/atom+xml", &itself)?;
                }
                link(xml, "alternate", "text/html", &self.leaks())?;
                xml.create_element("author")
                    .write_inner_content(|xml| text(xml, "name", "Tekser"))?;
                breaches
                    .iter()
                    .try_for_each(|breach| self.entry(xml, breach))
            })?;
        Ok(xml.into_inner())
    }

    fn entry(&self, xml: &mut Xml, breach: &Metadata) -> io::Result<()> {
        xml.create_element("entry").write_inner_content(|xml| {
            text(xml, "id", &format!("{TAG}breach:{}", breach.id))?;
            text(xml, "title", in_language(&breach.title, self.language))?;
            text(xml, "published", &moment(breach, &breach.added))?;
            text(xml, "updated", &moment(breach, breach.changed()))?;
            let page = format!("{}/{}", self.leaks(), breach.id);
            link(xml, "alternate", "text/html", &page)?;
            // As a browser would write it: the description of the leak may contain characters that a URI may not have.
            let source = breach.source_link().and_then(|link| Url::parse(link).ok());
            if let Some(source) = source {
                link(xml, "via", "text/html", source.as_str())?;
            }
            xml.create_element("category")
                .with_attribute(("term", breach.status.name()))
                .write_empty()?;
            text(xml, "summary", in_language(&breach.summary, self.language))
        })?;
        Ok(())
    }

    /// Returns the address of the page that lists leaks.
    fn leaks(&self) -> String {
        self.under_address(&format!("/{}/leaks", self.language))
    }

    fn under_address(&self, path: &str) -> String {
        format!(
            "{}{path}",
            self.address.unwrap_or_default().trim_end_matches('/')
        )
    }
}

/// Returns a moment in the first hour of a day, since only the day is known: the same in every feed, but different for
/// each leak of that day, since readers take entries with one moment for one entry.
fn moment(breach: &Metadata, date: &PartialDate) -> String {
    let of_hour = xxh3_64(breach.id.as_str().as_bytes()) % HOUR;
    let (seconds, milliseconds) = (of_hour / 1000, of_hour % 1000);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let day = date.first_day();
    format!("{day}T00:{minutes:02}:{seconds:02}.{milliseconds:03}Z")
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

/// Returns the text without the characters that XML may not have, even escaped.
fn allowed(text: &str) -> String {
    let is_allowed = |c: &char| {
        matches!(c, '\t' | '\n' | '\r') || !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    text.chars().filter(is_allowed).collect()
}

fn title(language: &str) -> &'static str {
    match language {
        "kk" => "Tekser: жаңадан тараған деректер",
        "ru" => "Tekser: новые утечки",
        _ => "Tekser: new leaks",
    }
}

#[cfg(test)]
mod tests;

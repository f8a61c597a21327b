//! Bounded streaming of XML, for all readers of XML.

use std::io::{self, BufRead};

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, Event};

use crate::ingest::Fault;
use crate::ingest::error::Failure;

/// Maximum nesting of elements.
pub(in crate::ingest) const DEPTH_LIMIT: usize = 256;

/// A text of XML in UTF-8. A text that ends within an element ends early.
pub(in crate::ingest) struct Markup<R> {
    xml: quick_xml::Reader<EventLimiter<R>>,
    buffer: Vec<u8>,
    depth: usize,
}

impl<R: BufRead> Markup<R> {
    pub(in crate::ingest) fn new(source: R) -> Self {
        let mut xml = quick_xml::Reader::from_reader(EventLimiter {
            inner: source,
            since: 0,
        });
        xml.config_mut().expand_empty_elements = true;
        xml.config_mut().allow_dangling_amp = true;
        let buffer = Vec::new();
        Self {
            xml,
            buffer,
            depth: 0,
        }
    }

    /// Returns the next event.
    pub(in crate::ingest) fn next(&mut self) -> Result<Event<'_>, Failure> {
        self.buffer.clear();
        self.xml.get_mut().since = 0;
        let event = self.xml.read_event_into(&mut self.buffer);
        let event = event.map_err(|error| match error {
            quick_xml::Error::Io(error) => match error.get_ref() {
                Some(_) => match error.kind() {
                    io::ErrorKind::FileTooLarge => Failure::from(Fault::BadXml),
                    _ => Failure::from(copied(&error)),
                },
                None => io::Error::from(error.kind()).into(),
            },
            quick_xml::Error::Syntax(_) => {
                // Returns whether the text ends within a tag or something that begins like one.
                io::Error::from(io::ErrorKind::UnexpectedEof).into()
            }
            _ => Fault::BadXml.into(),
        })?;
        match &event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            _ => {}
        }
        if self.depth > DEPTH_LIMIT {
            return Err(Fault::BadXml.into());
        }
        Ok(event)
    }

    /// Returns the number of open elements.
    pub(in crate::ingest) const fn depth(&self) -> usize {
        self.depth
    }
}

/// Returns a failure of the source, which may be a fault of its container.
fn copied(error: &io::Error) -> io::Error {
    let fault = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Fault>());
    match fault {
        Some(fault) => io::Error::other(fault.clone()),
        None => error.kind().into(),
    }
}

/// The longest tag, text or comment, in bytes: the parser holds it.
const EVENT_LIMIT: usize = 16 << 20;

/// A source that limits each event to [`EVENT_LIMIT`] bytes.
struct EventLimiter<R> {
    inner: R,
    since: usize,
}

impl<R: BufRead> io::Read for EventLimiter<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl<R: BufRead> BufRead for EventLimiter<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.since > EVENT_LIMIT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.since += count;
        self.inner.consume(count);
    }
}

/// The text of an attribute.
pub(in crate::ingest) fn value(attribute: &Attribute<'_>) -> Result<String, Failure> {
    let text = attribute.normalized_value(XmlVersion::Implicit1_0);
    // An entity of the text's own is left as it is written.
    Ok(text.map_or_else(
        |_| attribute.value.to_string(),
        std::borrow::Cow::into_owned,
    ))
}

/// The character that a reference stands for; one to an entity of the text's own is left as it is written.
pub(in crate::ingest) fn character(reference: &BytesRef<'_>) -> Result<String, Failure> {
    if let Some(character) = reference.resolve_char_ref().map_err(|_| Fault::BadXml)? {
        return Ok(character.to_string());
    }
    let name = reference.xml10_content();
    Ok(resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned))
}

//! What does this letter say? The text of Word and OpenDocument documents, paragraph by paragraph, for the reader of
//! free text.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use quick_xml::events::Event;
use zip::ZipArchive;

use super::markup::{Markup, character};
use crate::ingest::Fault;
use crate::ingest::container::ReadSeek;
use crate::ingest::error::Failure;

/// The part of a Word document that holds its text; those of an OpenDocument text that hold its text and its type.
const WORD: &str = "word/document.xml";
const OPEN_DOCUMENT: &str = "content.xml";
const TYPE: &str = "mimetype";

/// The type of an OpenDocument text, or of a template for one.
const TEXT: &str = "application/vnd.oasis.opendocument.text";

/// Further parts of a Word document that hold text begin so.
const FURTHER: [&str; 5] = [
    "word/header",
    "word/footer",
    "word/footnotes",
    "word/endnotes",
    "word/comments",
];

/// Maximum number of parts.
const PART_LIMIT: usize = 1_024;

/// Maximum number of unpacked bytes of a document.
const UNPACKED_LIMIT: u64 = 512 << 20;

/// The parts of a document that hold text, the main one first; `None` if it is a workbook or the like. The stream is
/// left at its beginning.
pub(in crate::ingest) fn parts(
    document: &mut dyn ReadSeek,
) -> Result<Option<Vec<String>>, Failure> {
    let parts = ZipArchive::new(&mut *document)
        .ok()
        .and_then(|mut archive| found(&mut archive));
    document.seek(SeekFrom::Start(0))?;
    Ok(parts)
}

fn found(archive: &mut ZipArchive<impl Read + Seek>) -> Option<Vec<String>> {
    if archive.index_for_name(WORD).is_some() {
        let is_further =
            |name: &str| name.ends_with(".xml") && FURTHER.iter().any(|it| name.starts_with(it));
        let names = archive.file_names().flatten();
        let further = names.filter(|name| is_further(name)).take(PART_LIMIT);
        let mut further: Vec<String> = further.map(Cow::into_owned).collect();
        further.sort();
        further.insert(0, WORD.to_owned());
        return Some(further);
    }
    let mut kind = String::new();
    let part = archive.by_name(TYPE).ok()?;
    part.take(TEXT.len() as u64)
        .read_to_string(&mut kind)
        .ok()?;
    (kind == TEXT).then(|| vec![OPEN_DOCUMENT.to_owned()])
}

/// Hands on the text of each of the parts.
pub(in crate::ingest) fn each_part(
    document: &mut dyn ReadSeek,
    parts: &[String],
    mut take: impl FnMut(&mut dyn Read) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut archive = ZipArchive::new(document).map_err(|_| Fault::BadDocument)?;
    let left = Cell::new(UNPACKED_LIMIT);
    for name in parts {
        let inner = archive.by_name(name).map_err(|_| Fault::BadDocument)?;
        take(&mut Paragraphs::new(BoundedPart { inner, left: &left }))?;
    }
    Ok(())
}

/// A part that may not exceed what is left of the common limit.
struct BoundedPart<'l, R> {
    inner: R,
    left: &'l Cell<u64>,
}

impl<R: Read> Read for BoundedPart<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let limit = UNPACKED_LIMIT;
        let left = self.left.get().checked_sub(read as u64);
        let left = left.ok_or_else(|| io::Error::other(Fault::TooLarge { limit }))?;
        self.left.set(left);
        Ok(read)
    }
}

/// The text of a part, one line per paragraph.
struct Paragraphs<R: Read> {
    markup: Markup<BufReader<R>>,
    text: Vec<u8>,
    at: usize,
    /// Number of open text elements.
    texts: usize,
    is_at_end: bool,
}

impl<R: Read> Paragraphs<R> {
    fn new(part: R) -> Self {
        Self {
            markup: Markup::new(BufReader::new(part)),
            text: Vec::new(),
            at: 0,
            texts: 0,
            is_at_end: false,
        }
    }

    /// Takes the next event.
    fn step(&mut self) -> Result<(), Failure> {
        // In Word's documents, text is in elements of its own within paragraphs.
        let is_text = self.texts > 0;
        match self.markup.next()? {
            Event::Start(start) => match start.name().0 {
                "text:p" | "text:h" | "w:t" | "w:delText" => self.texts += 1,
                "w:tab" | "text:tab" | "text:s" => self.text.push(b' '),
                "w:br" | "w:cr" | "text:line-break" => self.text.push(b'\n'),
                _ => {}
            },
            Event::End(end) => match end.name().0 {
                "w:p" => self.text.push(b'\n'),
                "w:t" | "w:delText" => self.texts = self.texts.saturating_sub(1),
                "text:p" | "text:h" => {
                    self.texts = self.texts.saturating_sub(1);
                    self.text.push(b'\n');
                }
                _ => {}
            },
            Event::Text(text) if is_text => {
                self.text.extend_from_slice(text.xml10_content().as_bytes());
            }
            Event::GeneralRef(reference) if is_text => {
                self.text
                    .extend_from_slice(character(&reference)?.as_bytes());
            }
            Event::Eof => self.is_at_end = true,
            _ => {}
        }
        Ok(())
    }
}

impl<R: Read> Read for Paragraphs<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.is_at_end {
            self.text.clear();
            self.at = 0;
            self.step().map_err(|failure| match failure {
                Failure::Io(error) => error,
                Failure::Fault(fault) => io::Error::other(fault),
                _ => io::ErrorKind::InvalidData.into(),
            })?;
        }
        let read = (&self.text[self.at..]).read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use crate::ingest::tests::{read_folder, read_folder_files};

    fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn word(text: &str) -> Vec<u8> {
        zipped(&[
            ("[Content_Types].xml", "<Types/>"),
            (
                "word/footer1.xml",
                "<w:ftr><w:p><w:r><w:t>user@example.kz</w:t></w:r></w:p></w:ftr>",
            ),
            ("word/document.xml", text),
        ])
    }

    const WORD: &str = "<?xml version=\"1.0\"?><w:document><w:body><w:p><w:r><w:t>Әсия, тел. 8709000</w:t></w:r>\
        <w:r><w:t>0001</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>87090000002</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
        <w:p><w:instrText>87090000009</w:instrText></w:p></w:body></w:document>";

    const ENTRY: &str = "path = \"a\"\nformat = \"text\"";

    #[test]
    fn the_text_of_a_letter_is_searched_paragraph_by_paragraph() {
        let (found, tally) = read_folder(ENTRY, &[("a", &word(WORD))]);
        assert_eq!(
            found.values(),
            ["+77090000001", "+77090000002", "user@example.kz"]
        );
        assert_eq!(tally.rows, 3);
        let content = "<office:document-content><office:text><text:p>тел. 8709000<text:span>0001</text:span></text:p>\
            <text:h>user@example.kz</text:h></office:text></office:document-content>";
        let letter = zipped(&[
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("META-INF/manifest.xml", "<m/>"),
            ("content.xml", content),
        ]);
        let (found, _) = read_folder(ENTRY, &[("a", &letter)]);
        assert_eq!(found.values(), ["+77090000001", "user@example.kz"]);
    }

    #[test]
    fn a_letter_whose_text_is_cut_off_is_refused() {
        for end in 22..WORD.len() {
            if WORD.is_char_boundary(end) {
                assert!(
                    read_folder_files(ENTRY, &[("a", &word(&WORD[..end]))]).is_err(),
                    "{end}"
                );
            }
        }
    }
}

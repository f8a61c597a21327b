//! What is a text file that is named like a workbook? Sites and programs export pages and XML under the names of
//! Excel's files.

use crate::ingest::Fault;

/// Bytes of a file that are inspected.
pub(in crate::ingest) const HEAD: usize = 4096;

/// The kind of such a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Kind {
    Html,
    SpreadsheetMl,
    FlatOpenDocument,
    WebArchive,
}

/// Returns the kind that the beginning of a file shows, if any. It may be in UTF-16.
pub(in crate::ingest) fn kind_of(head: &[u8]) -> Option<Kind> {
    let head = &head[..head.len().min(HEAD)];
    let letters = head.iter().filter(|&&byte| byte != 0);
    let text: Vec<u8> = letters.map(u8::to_ascii_lowercase).collect();
    let begin = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    let begin = begin
        .strip_prefix(b"\xFF\xFE")
        .unwrap_or(begin)
        .trim_ascii_start();
    let has = |what: &[u8]| memchr::memmem::find(&text, what).is_some();
    match () {
        () if begin.starts_with(b"mime-version:") => has(b"text/html").then_some(Kind::WebArchive),
        () if !begin.starts_with(b"<") => None,
        () if has(b"urn:schemas-microsoft-com:office:spreadsheet") && has(b"<?xml") => {
            Some(Kind::SpreadsheetMl)
        }
        () if has(b"progid=\"excel.sheet\"") => Some(Kind::SpreadsheetMl),
        () if has(b"<office:document") && has(b"opendocument") => Some(Kind::FlatOpenDocument),
        () if [&b"<html"[..], b"<!doctype html", b"<table"]
            .into_iter()
            .any(has) =>
        {
            Some(Kind::Html)
        }
        () => None,
    }
}

/// Returns why a text is not a workbook.
pub(in crate::ingest) fn text(head: &[u8]) -> Fault {
    match head.contains(&0) || head.is_empty() {
        true => Fault::BadWorkbook,
        false => Fault::TextWorkbook,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_xml_are_recognised_whatever_they_are_called() {
        for (head, kind) in [
            ("<html><body><table>", Kind::Html),
            ("\u{feff}  <!DOCTYPE HTML PUBLIC", Kind::Html),
            (
                "MIME-Version: 1.0\nContent-Type: text/html",
                Kind::WebArchive,
            ),
            ("<table border=1><tr>", Kind::Html),
            (
                "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook",
                Kind::SpreadsheetMl,
            ),
            (
                "<?xml version=\"1.0\"?><ss:Workbook xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                Kind::SpreadsheetMl,
            ),
            (
                "<?xml version=\"1.0\"?><office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">",
                Kind::FlatOpenDocument,
            ),
        ] {
            assert_eq!(kind_of(head.as_bytes()), Some(kind), "{head}");
            let utf16: Vec<u8> = head.encode_utf16().flat_map(u16::to_le_bytes).collect();
            if !head.starts_with('\u{feff}') {
                assert_eq!(kind_of(&utf16), Some(kind), "{head}");
            }
        }
        for other in [
            "a;b\n<html>",
            "<a@example.kz>",
            "",
            "<?xml version=\"1.0\"?><rss>",
        ] {
            assert_eq!(kind_of(other.as_bytes()), None, "{other}");
        }
    }
}

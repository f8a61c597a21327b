//! What is this file that calls itself a workbook and is not one? Sites and programs export pages and XML under the
//! names of Excel's files.

use crate::ingest::Fault;

/// How much of a file is looked at, in bytes.
pub(in crate::ingest) const HEAD: usize = 4096;

/// What the beginning of a file shows, if it is such a thing. It may be in UTF-16.
pub(in crate::ingest) fn told(head: &[u8]) -> Option<Fault> {
    let letters = head.iter().filter(|&&byte| byte != 0);
    let text: Vec<u8> = letters.map(u8::to_ascii_lowercase).collect();
    let begin = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    let begin = begin
        .strip_prefix(b"\xFF\xFE")
        .unwrap_or(begin)
        .trim_ascii_start();
    let has = |what: &[u8]| memchr::memmem::find(&text, what).is_some();
    match () {
        () if !begin.starts_with(b"<") && !begin.starts_with(b"mime-version:") => None,
        () if has(b"urn:schemas-microsoft-com:office:spreadsheet") && has(b"<?xml") => {
            Some(Fault::SpreadsheetMl)
        }
        () if has(b"progid=\"excel.sheet\"") => Some(Fault::SpreadsheetMl),
        () if has(b"<office:document") && has(b"opendocument") => Some(Fault::FlatOpenDocument),
        () if [&b"<html"[..], b"<!doctype html", b"<table", b"text/html"]
            .into_iter()
            .any(has) =>
        {
            Some(Fault::Html)
        }
        () => None,
    }
}

/// Why a text is no workbook.
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
    fn pages_and_xml_are_told_whatever_they_are_called() {
        for (head, fault) in [
            ("<html><body><table>", Fault::Html),
            ("\u{feff}  <!DOCTYPE HTML PUBLIC", Fault::Html),
            ("MIME-Version: 1.0\nContent-Type: text/html", Fault::Html),
            ("<table border=1><tr>", Fault::Html),
            (
                "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook",
                Fault::SpreadsheetMl,
            ),
            (
                "<?xml version=\"1.0\"?><ss:Workbook xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                Fault::SpreadsheetMl,
            ),
            (
                "<?xml version=\"1.0\"?><office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">",
                Fault::FlatOpenDocument,
            ),
        ] {
            assert_eq!(told(head.as_bytes()), Some(fault.clone()), "{head}");
            let utf16: Vec<u8> = head.encode_utf16().flat_map(u16::to_le_bytes).collect();
            if !head.starts_with('\u{feff}') {
                assert_eq!(told(&utf16), Some(fault), "{head}");
            }
        }
        for other in [
            "a;b\n<html>",
            "<a@example.kz>",
            "",
            "<?xml version=\"1.0\"?><rss>",
        ] {
            assert_eq!(told(other.as_bytes()), None, "{other}");
        }
    }
}

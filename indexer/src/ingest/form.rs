//! In which form are the bytes of this stream: text, or a form that has a reader of its own? Reading and surveying both
//! match on [`Form`] and on [`Format`], so the compiler names every place that a new format needs.

use super::Fault;
use super::describe::description::Format;
use super::format::{bson, dbf};
use super::sheet::{markup, xls};
use super::text::sniff;

/// The form of a stream's bytes.
pub(super) enum Form {
    /// A workbook of Excel 97 to 2003.
    OldWorkbook,
    /// A workbook that is written as text.
    Markup(markup::Kind),
    /// Documents of BSON.
    Bson,
    /// A table of dBase.
    Table,
    /// Text, whose format is stated or sniffed once it is decoded.
    Text,
}

impl Form {
    /// The form that a stream's beginning shows, or that its `names` or the `stated` format name. `is_workbook` says
    /// whether markup of a kind is taken for a workbook.
    ///
    /// # Errors
    /// If the stream is known to be what no reader reads.
    pub(super) fn of<'n>(
        names: impl Iterator<Item = &'n str> + Clone,
        stated: Option<Format>,
        head: &[u8],
        is_workbook: impl Fn(markup::Kind) -> bool,
    ) -> Result<Self, Fault> {
        if head.starts_with(&xls::MAGIC) {
            return Ok(Self::OldWorkbook);
        }
        if let Some(kind) = markup::kind_of(head).filter(|kind| is_workbook(*kind)) {
            return Ok(Self::Markup(kind));
        }
        if bson::is_bson(names.clone(), stated, head) {
            return Ok(Self::Bson);
        }
        if dbf::is_table(head) || stated == Some(Format::Dbf) {
            return Ok(Self::Table);
        }
        sniff::check_magic(names, head)?;
        Ok(Self::Text)
    }
}

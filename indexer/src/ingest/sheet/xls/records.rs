use crate::ingest::Fault;

/// A record of a workbook's stream.
pub(super) struct Record<'b> {
    pub(super) kind: u16,
    pub(super) data: &'b [u8],
}

/// The records of a stream: type, length, data, [MS-XLS] 2.1.4.
pub(super) struct Records<'b> {
    rest: &'b [u8],
}

impl<'b> Records<'b> {
    pub(super) const fn new(rest: &'b [u8]) -> Self {
        Self { rest }
    }

    /// The next record; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Record<'b>>, Fault> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (kind, length) = (short(self.rest, 0)?, usize::from(short(self.rest, 2)?));
        let data = self.rest.get(4..4 + length).ok_or(Fault::BadWorkbook)?;
        self.rest = &self.rest[4 + length..];
        Ok(Some(Record { kind, data }))
    }

    /// The next record's data, if it is of this kind.
    pub(super) fn next_if(&mut self, kind: u16) -> Result<Option<&'b [u8]>, Fault> {
        if self.rest.len() < 4 || short(self.rest, 0)? != kind {
            return Ok(None);
        }
        Ok(self.next()?.map(|record| record.data))
    }
}

fn bytes<const COUNT: usize>(data: &[u8], place: usize) -> Result<[u8; COUNT], Fault> {
    let rest = data.get(place..).ok_or(Fault::BadWorkbook)?;
    rest.first_chunk().copied().ok_or(Fault::BadWorkbook)
}

pub(super) fn short(data: &[u8], place: usize) -> Result<u16, Fault> {
    bytes(data, place).map(u16::from_le_bytes)
}

pub(super) fn word(data: &[u8], place: usize) -> Result<u32, Fault> {
    bytes(data, place).map(u32::from_le_bytes)
}

pub(super) fn double(data: &[u8], place: usize) -> Result<f64, Fault> {
    bytes(data, place).map(f64::from_le_bytes)
}

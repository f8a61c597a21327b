use std::fmt;

/// The name of a generation: `YYYYMMDD-HHMMSS-xxxxxxxx`, the time in UTC and eight random hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GenerationId([u8; Self::LENGTH]);

impl GenerationId {
    /// Length in bytes.
    pub const LENGTH: usize = 24;

    /// A new name for a generation that begins at `time`.
    #[must_use]
    pub fn new(time: jiff::Timestamp, random: u32) -> Option<Self> {
        Self::parse(&format!("{}-{random:08x}", time.strftime("%Y%m%d-%H%M%S")))
    }

    /// The name that `text` is, if it is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; Self::LENGTH] = text.as_bytes().try_into().ok()?;
        let well_formed = bytes.iter().enumerate().all(|(place, byte)| match place {
            8 | 15 => *byte == b'-',
            16.. => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            _ => byte.is_ascii_digit(),
        });
        well_formed.then_some(Self(bytes))
    }

    /// The name's bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// The name's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0)
            .unwrap_or_else(|_| unreachable!("checked to be ASCII when it was made"))
    }
}

impl fmt::Display for GenerationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for GenerationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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

    /// Parses a name; `None` if the text is not one.
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

    /// Returns when it was begun; `None` if the date does not exist.
    #[must_use]
    pub fn time(&self) -> Option<jiff::Timestamp> {
        let (time, _) = self.as_str().rsplit_once('-')?;
        let time = jiff::civil::DateTime::strptime("%Y%m%d-%H%M%S", time).ok()?;
        let time = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(time.timestamp())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_shows_its_time() {
        let time = jiff::Timestamp::new(1_795_400_130, 0).expect("a time");
        let id = GenerationId::new(time, 7).expect("a name");
        assert_eq!(id.time(), Some(time));
        let never = GenerationId::parse("20261332-201530-3f9a1c2b").expect("a name");
        assert_eq!(never.time(), None);
    }
}

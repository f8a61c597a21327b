use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Hexadecimal digits of a checksum.
const DIGITS: usize = 16;

/// The checksum of all lines so far, from which the next one's follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain {
    checksum: u64,
    length: u64,
}

impl Chain {
    /// Returns the number of bytes of the lines.
    pub(super) const fn length(self) -> u64 {
        self.length
    }

    /// Returns a text, which holds no line end, as the next line.
    pub(super) fn line(&mut self, text: &str) -> String {
        self.checksum = xxh3_64_with_seed(text.as_bytes(), self.checksum);
        let line = format!("{:0DIGITS$x} {text}\n", self.checksum);
        self.length += line.len() as u64;
        line
    }

    /// Returns the text of `line`, if it is the next line.
    fn check<'t>(&mut self, line: &'t str) -> Option<&'t str> {
        let text = line.get(DIGITS + 1..)?.strip_suffix('\n')?;
        let mut next = *self;
        (next.line(text) == line).then(|| {
            *self = next;
            text
        })
    }
}

/// Returns the texts of all lines up to the first invalid one, and the chain to which more can be added.
pub(super) fn read(bytes: &[u8]) -> (Vec<&str>, Chain) {
    let mut chain = Chain::default();
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let texts = lines
        .map_while(|line| chain.check(str::from_utf8(line).ok()?))
        .collect();
    (texts, chain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_left_out_or_changed_places_end_what_is_read() {
        let mut chain = Chain::default();
        let lines: Vec<String> = ["a", "b", "c", ""].map(|text| chain.line(text)).into();
        let read_all = |order: &[usize]| {
            let text: String = order.iter().map(|place| lines[*place].as_str()).collect();
            let (texts, chain) = read(text.as_bytes());
            (texts.len(), chain.length())
        };
        let length = |count: usize| lines[..count].iter().map(String::len).sum::<usize>() as u64;
        assert_eq!(read_all(&[0, 1, 2, 3]), (4, length(4)));
        assert_eq!(read_all(&[0, 2, 1]), (1, length(1)));
        assert_eq!(read_all(&[0, 1, 1]), (2, length(2)));
        assert_eq!(read_all(&[1, 2]), (0, 0));
    }
}

use exposure_index::identifier::Kind;
use memchr::memchr2_iter;

use super::Search;

/// Letters and digits of an account number of Kazakhstan.
const LENGTH: usize = 20;

impl Search<'_> {
    pub(super) fn ibans(&mut self) {
        let prose = self.prose;
        for start in memchr2_iter(b'K', b'k', prose.bytes()) {
            if let Some(end) = self.account(start)
                && self.take(Kind::Iban, prose.slice(start, end), start..end)
            {
                self.taken.push(start..end);
            }
        }
    }

    /// Returns the end of the text at `start` that has an account number's form: `KZ`, two digits, and sixteen
    /// letters and digits, perhaps with single spaces or hyphens between groups.
    fn account(&self, start: usize) -> Option<usize> {
        let bytes = &self.prose.bytes()[start..];
        let begins = bytes
            .get(1)
            .is_some_and(|byte| byte.eq_ignore_ascii_case(&b'Z'))
            && bytes.get(2..4)?.iter().all(u8::is_ascii_digit);
        if !begins || !self.prose.begins_word(start) {
            return None;
        }
        let (mut end, mut written) = (0, 0);
        while written < LENGTH {
            match bytes.get(end) {
                Some(byte) if byte.is_ascii_alphanumeric() => written += 1,
                Some(b' ' | b'-') if bytes[end - 1].is_ascii_alphanumeric() => {}
                _ => return None,
            }
            end += 1;
        }
        self.prose.ends_word(start + end).then_some(start + end)
    }
}

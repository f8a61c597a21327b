use data_encoding::BASE64URL_NOPAD;

/// Binary as it is in the documents: base64url without padding.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// The `N` bytes that `text` encodes; `None` if it is not their only encoding.
#[must_use]
pub fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64URL_NOPAD
        .decode(text.as_bytes())
        .ok()?
        .try_into()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_one_encoding_only() {
        assert_eq!(encode(&[0xfb, 0xff]), "-_8");
        assert_eq!(decode("-_8"), Some([0xfb, 0xff]));
        for other in ["+/8", "-_8=", "-_9", "-_", "-_88", "-_8\n", ""] {
            assert_eq!(decode::<2>(other), None, "{other}");
        }
    }
}

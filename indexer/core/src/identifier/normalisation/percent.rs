//! What does a percent-encoded text say?

use std::borrow::Cow;

/// The text with `%20` to `%7E` made the ASCII characters that they stand for. Linear; allocates only if there are any.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match character(part) {
            Some(character) => {
                decoded.push(character);
                decoded.push_str(&part[2..]);
            }
            None => {
                decoded.push('%');
                decoded.push_str(part);
            }
        }
    }
    Cow::Owned(decoded)
}

/// The printable ASCII character whose code in hexadecimal digits a text begins with.
fn character(text: &str) -> Option<char> {
    let code = text.get(..2)?;
    let is_code = code.bytes().all(|byte| byte.is_ascii_hexdigit());
    let byte = u8::from_str_radix(code, 16).ok().filter(|_| is_code)?;
    (b' '..=b'~').contains(&byte).then_some(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn only_what_stands_for_printable_ascii_is_decoded() {
        assert_eq!(decoded("a%40b%2e%2B"), "a@b.+");
        assert_eq!(decoded("100%, %+1, %0a%C3%A9%4"), "100%, %+1, %0a%C3%A9%4");
    }
}

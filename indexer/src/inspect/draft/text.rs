/// Writes `text` as a basic string of TOML. Characters that are invisible in an editor are escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if is_hidden(c) => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Control characters, and those that only change how others are shown.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_quoted_text_is_read_as_it_was(text: String) {
            let document = format!("{} = {}", quoted(&text), quoted(&text));
            let read: BTreeMap<String, String> = toml::from_str(&document).unwrap();
            prop_assert_eq!(read, BTreeMap::from([(text.clone(), text)]));
        }
    }

    #[test]
    fn hidden_characters_are_written_out() {
        assert_eq!(
            quoted("a\u{202e}\u{1b}\t"),
            "\"a\\U0000202E\\U0000001B\\t\""
        );
    }
}

//! JSON as programs write it, not only as in its standard: a record is worth more than the comma before its end.
//!
//! Beyond the standard, it reads: both values of a key that occurs twice; numbers of any length, as they are written;
//! `NaN`, `Infinity`, `undefined` and the words of Python; keys without quotes, and apostrophes for quotes; surplus
//! commas; comments; the functions of MongoDB's shell, such as `NumberLong("77090000001")`; halves of surrogate pairs;
//! control characters in strings.

use std::borrow::Cow;

/// Maximum nesting of arrays and objects.
const DEPTH_LIMIT: usize = 128;

/// A value, whose texts are borrowed from the document if nothing in them is escaped.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ingest) enum Value<'t> {
    /// Nothing, or a word that programs write for it.
    Null,
    Bool(bool),
    /// A number as it is written.
    Number(&'t str),
    Text(Cow<'t, str>),
    Array(Vec<Self>),
    Object(Members<'t>),
}

/// The members of an object in their order; a key may occur twice.
pub(in crate::ingest) type Members<'t> = Vec<(Cow<'t, str>, Value<'t>)>;

/// Why a text is not a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Malformed {
    /// The text ends within a value.
    Ends,
    /// The text contains something invalid.
    Broken,
}

/// Reads values from a text, one after the other.
pub(in crate::ingest) struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    /// Whether values that are open at the end or at a fault are taken for complete.
    is_head: bool,
    /// Whether that has happened.
    has_stopped: bool,
    /// The comments that were passed over.
    comments: Vec<&'t str>,
}

impl<'t> Parser<'t> {
    pub(in crate::ingest) const fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            is_head: false,
            has_stopped: false,
            comments: Vec::new(),
        }
    }

    /// The comments that have been passed over.
    pub(in crate::ingest) fn comments(&self) -> &[&'t str] {
        &self.comments
    }

    /// Reads the beginning of a longer text: values that are open at its end, or at a fault, are closed there.
    pub(in crate::ingest) fn of_head(text: &'t str) -> Self {
        Self {
            is_head: true,
            ..Self::new(text)
        }
    }

    /// Whether the last value was not read to its end.
    pub(in crate::ingest) const fn has_stopped(&self) -> bool {
        self.has_stopped
    }

    /// Marks the last value as not read to its end.
    pub(in crate::ingest) const fn stop(&mut self) {
        self.has_stopped = true;
    }

    /// Resumes in the next line, after the place `least`.
    pub(in crate::ingest) fn skip_line(&mut self, least: usize) {
        self.has_stopped = false;
        let read = self
            .text
            .get(..self.at)
            .unwrap_or_default()
            .trim_end()
            .len();
        let from = read.max(least).min(self.text.len());
        let rest = &self.text.as_bytes()[from..];
        self.at = memchr::memchr(b'\n', rest).map_or(self.text.len(), |end| from + end + 1);
    }

    /// Passes over the brackets of arrays and the separators of values.
    pub(in crate::ingest) fn skip_brackets(&mut self) {
        while self.skip_commas().is_ok() && matches!(self.peek(), Some(b'[' | b']')) {
            self.at += 1;
        }
    }

    /// Returns the number of bytes read.
    pub(in crate::ingest) const fn position(&self) -> usize {
        self.at
    }

    /// Whether nothing is left.
    pub(in crate::ingest) const fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Passes over a bracket with which the text begins.
    pub(in crate::ingest) const fn skip_bracket(&mut self) {
        self.at = 1;
    }

    /// The next value; `None` at the end of the text. Commas between values are passed over.
    pub(in crate::ingest) fn next(&mut self) -> Result<Option<Value<'t>>, Malformed> {
        self.depth = 0;
        self.skip_commas()?;
        match self.peek() {
            None => Ok(None),
            Some(_) => self.value().map(Some),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Passes over white space, byte-order marks and comments.
    fn skip_blank(&mut self) -> Result<(), Malformed> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r' | 0 | 0x1E) => self.at += 1,
                Some(0xEF) if self.rest().starts_with('\u{FEFF}') => self.at += 3,
                Some(b'/') => self.skip_comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn skip_comment(&mut self) -> Result<(), Malformed> {
        let rest = self.rest();
        let length = match rest.as_bytes() {
            [_, b'/', ..] => Some(rest.find('\n').unwrap_or(rest.len())),
            [_, b'*', ..] => rest[2..].find("*/").map(|end| end + 4),
            _ => return Err(Malformed::Broken),
        };
        let length = length.ok_or(Malformed::Ends)?;
        self.comments.push(&rest[..length]);
        self.at += length;
        Ok(())
    }

    fn skip_commas(&mut self) -> Result<(), Malformed> {
        self.skip_blank()?;
        while self.peek() == Some(b',') {
            self.at += 1;
            self.skip_blank()?;
        }
        Ok(())
    }

    fn value(&mut self) -> Result<Value<'t>, Malformed> {
        match self.peek().ok_or(Malformed::Ends)? {
            b'{' => self.object(),
            b'[' => self.array(),
            quote @ (b'"' | b'\'') => self.string(quote).map(Value::Text),
            _ => self.word(),
        }
    }

    fn enter(&mut self) -> Result<(), Malformed> {
        self.at += 1;
        self.depth += 1;
        match self.depth {
            0..=DEPTH_LIMIT => Ok(()),
            _ => Err(Malformed::Broken),
        }
    }

    fn object(&mut self) -> Result<Value<'t>, Malformed> {
        self.enter()?;
        let mut members = Vec::new();
        while !self.has_stopped {
            match self.member() {
                Ok(Some(member)) => members.push(member),
                Ok(None) => break,
                Err(_) if self.is_head => self.has_stopped = true,
                Err(malformed) => return Err(malformed),
            }
        }
        self.depth -= 1;
        Ok(Value::Object(members))
    }

    /// The next member; `None` at the object's end.
    fn member(&mut self) -> Result<Option<(Cow<'t, str>, Value<'t>)>, Malformed> {
        self.skip_commas()?;
        let key = match self.peek().ok_or(Malformed::Ends)? {
            b'}' => {
                self.at += 1;
                return Ok(None);
            }
            quote @ (b'"' | b'\'') => self.string(quote)?,
            _ => Cow::Borrowed(self.bare()?),
        };
        self.skip_blank()?;
        match self.peek().ok_or(Malformed::Ends)? {
            b':' => self.at += 1,
            _ => return Err(Malformed::Broken),
        }
        self.skip_blank()?;
        let value = match self.peek() {
            // A key without a value.
            Some(b',' | b'}') => Value::Null,
            _ => self.value()?,
        };
        self.end_element(b'}')?;
        Ok(Some((key, value)))
    }

    fn array(&mut self) -> Result<Value<'t>, Malformed> {
        self.enter()?;
        let mut elements = Vec::new();
        while !self.has_stopped {
            match self.element() {
                Ok(Some(element)) => elements.push(element),
                Ok(None) => break,
                Err(_) if self.is_head => self.has_stopped = true,
                Err(malformed) => return Err(malformed),
            }
        }
        self.depth -= 1;
        Ok(Value::Array(elements))
    }

    fn element(&mut self) -> Result<Option<Value<'t>>, Malformed> {
        self.skip_commas()?;
        if self.peek().ok_or(Malformed::Ends)? == b']' {
            self.at += 1;
            return Ok(None);
        }
        let value = self.value()?;
        self.end_element(b']')?;
        Ok(Some(value))
    }

    /// After a value comes a comma or the end of its container.
    fn end_element(&mut self, end: u8) -> Result<(), Malformed> {
        if self.has_stopped {
            return Ok(());
        }
        self.skip_blank()?;
        match self.peek() {
            Some(b',') => Ok(()),
            Some(byte) if byte == end => Ok(()),
            Some(_) => Err(Malformed::Broken),
            // A head may end anywhere.
            None if self.is_head => Ok(()),
            None => Err(Malformed::Ends),
        }
    }

    /// A number, a word, or a function of one value.
    fn word(&mut self) -> Result<Value<'t>, Malformed> {
        let mut word = self.bare()?;
        if word == "new" {
            self.skip_blank()?;
            word = self.bare()?;
        }
        if self.peek() == Some(b'(') {
            return self.argument();
        }
        match word {
            "true" | "True" => Ok(Value::Bool(true)),
            "false" | "False" => Ok(Value::Bool(false)),
            "null" | "None" | "undefined" | "nil" => Ok(Value::Null),
            word if is_no_number(word) => Ok(Value::Null),
            word if is_number(word) => Ok(Value::Number(word)),
            _ => Err(Malformed::Broken),
        }
    }

    /// The value in brackets after a word: `ObjectId("…")`; without one nothing.
    fn argument(&mut self) -> Result<Value<'t>, Malformed> {
        self.enter()?;
        self.skip_blank()?;
        let value = match self.peek().ok_or(Malformed::Ends)? {
            b')' => Value::Null,
            _ => self.value()?,
        };
        self.skip_commas()?;
        // Of several, as in `BinData(0, "…")`, the first.
        while self.peek().ok_or(Malformed::Ends)? != b')' {
            self.value()?;
            self.skip_commas()?;
        }
        self.at += 1;
        self.depth -= 1;
        Ok(value)
    }

    /// Reads an unquoted text, up to its end.
    fn bare(&mut self) -> Result<&'t str, Malformed> {
        let rest = self.rest();
        let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '+' | '.');
        let length = rest.find(|c| !goes_on(c)).unwrap_or(rest.len());
        match length {
            0 if rest.is_empty() => Err(Malformed::Ends),
            0 => Err(Malformed::Broken),
            // It may continue after the head.
            _ if length == rest.len() && self.is_head => {
                self.at = self.text.len();
                Err(Malformed::Ends)
            }
            _ => {
                self.at += length;
                Ok(&rest[..length])
            }
        }
    }

    fn string(&mut self, quote: u8) -> Result<Cow<'t, str>, Malformed> {
        self.at += 1;
        let start = self.at;
        let rest = self.rest();
        let end = memchr::memchr2(quote, b'\\', rest.as_bytes()).ok_or(Malformed::Ends)?;
        self.at += end;
        if self.peek() == Some(quote) {
            self.at += 1;
            return Ok(Cow::Borrowed(&rest[..end]));
        }
        let mut text = self.text[start..self.at].to_owned();
        loop {
            let rest = self.rest();
            let plain = memchr::memchr2(quote, b'\\', rest.as_bytes()).ok_or(Malformed::Ends)?;
            text.push_str(&rest[..plain]);
            self.at += plain + 1;
            if rest.as_bytes()[plain] == quote {
                return Ok(Cow::Owned(text));
            }
            self.escape(&mut text)?;
        }
    }

    /// Reads the rest of an escape.
    fn escape(&mut self, text: &mut String) -> Result<(), Malformed> {
        let escaped = self.rest().chars().next().ok_or(Malformed::Ends)?;
        self.at += escaped.len_utf8();
        let character = match escaped {
            'b' => '\u{8}',
            'f' => '\u{C}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.unicode(),
            'x' => self.hexadecimal(2).and_then(char::from_u32).unwrap_or('x'),
            '"' | '\'' | '\\' | '/' => escaped,
            // Not an escape: the backslash is literal.
            other => {
                text.push('\\');
                other
            }
        };
        text.push(character);
        Ok(())
    }

    /// The character of `\uXXXX`, of two of these if it takes two; half of such a pair is not a character.
    fn unicode(&mut self) -> char {
        let Some(unit) = self.hexadecimal(4) else {
            return char::REPLACEMENT_CHARACTER;
        };
        if !(0xD800..0xDC00).contains(&unit) {
            return char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
        }
        let before = self.at;
        if self.rest().starts_with("\\u") {
            self.at += 2;
            if let Some(low @ 0xDC00..0xE000) = self.hexadecimal(4) {
                let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            }
        }
        self.at = before;
        char::REPLACEMENT_CHARACTER
    }

    fn hexadecimal(&mut self, count: usize) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + count)?;
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = is_hexadecimal.then(|| u32::from_str_radix(digits, 16).ok())?;
        self.at += count;
        number
    }
}

/// Returns whether a word stands for a number that does not exist.
fn is_no_number(word: &str) -> bool {
    let word = word.trim_start_matches(['-', '+']);
    matches!(word, "NaN" | "nan" | "Infinity" | "Inf" | "inf")
}

/// Whether a word is written as a number, which JSON would not have begin with a plus or zeros.
fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches(['-', '+']);
    let begins = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    begins && digits.chars().all(is_part) && digits.contains(|c: char| c.is_ascii_digit())
}

/// A number as a person reads it: without the `.0` of a float.
pub(in crate::ingest) fn number_text(number: &str) -> &str {
    match number.split_once('.') {
        Some((whole, fraction))
            if !whole.is_empty() && fraction.bytes().all(|digit| digit == b'0') =>
        {
            whole
        }
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(text: &str) -> Result<Option<Value<'_>>, Malformed> {
        Parser::new(text).next()
    }

    fn text(text: &str) -> Value<'_> {
        Value::Text(Cow::Borrowed(text))
    }

    fn object<'t>(members: &[(&'t str, Value<'t>)]) -> Value<'t> {
        let members = members.iter().cloned();
        Value::Object(
            members
                .map(|(key, value)| (Cow::Borrowed(key), value))
                .collect(),
        )
    }

    #[test]
    fn a_key_that_occurs_twice_has_two_values() {
        let expected = object(&[("p", Value::Number("1")), ("p", text("2"))]);
        assert_eq!(value(r#"{"p":1,"p":"2"}"#), Ok(Some(expected)));
    }

    #[test]
    fn what_programs_write_beyond_the_standard_is_read() {
        let one = object(&[("p", Value::Number("1"))]);
        for written in [
            "{\"p\":1,}",
            "{,\"p\" : 1 ,, }",
            "{'p': 1}",
            "{p: 1}",
            "\u{feff}{\"p\": 1 /* a } */ }",
            "// a {\n{\"p\":1 // b\n}",
            "{\"p\":NumberLong(1)}",
        ] {
            assert_eq!(value(written), Ok(Some(one.clone())), "{written}");
        }
        for nothing in ["NaN", "-Infinity", "undefined", "None", "null"] {
            let written = format!("{{\"p\": {nothing}}}");
            assert_eq!(value(&written), Ok(Some(object(&[("p", Value::Null)]))));
        }
        let shell = "{_id: ObjectId(\"5f\"), n: NumberLong('77090000001'), d: new Date(0)}";
        let expected = object(&[
            ("_id", text("5f")),
            ("n", text("77090000001")),
            ("d", Value::Number("0")),
        ]);
        assert_eq!(value(shell), Ok(Some(expected)));
    }

    #[test]
    fn strings_are_read_whatever_is_escaped_in_them() {
        let read = |written: &str| match value(written) {
            Ok(Some(Value::Text(text))) => text.into_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(read(r#""a\n\"\u0416\ud83d\ude00\\""#), "a\n\"Ж😀\\");
        assert_eq!(read(r#""Ия \ud83d x \udE00""#), "Ия \u{FFFD} x \u{FFFD}");
        assert_eq!(read(r#""\u12 C:\Қ \x41 \'""#), "\u{FFFD}12 C:\\Қ A '");
    }

    #[test]
    fn numbers_are_kept_as_they_are_written() {
        for number in [
            "77090000001",
            "8.7091234567E10",
            "4000000103185577123456789",
            "+7709",
            "007",
            "-1.5",
        ] {
            assert_eq!(value(number), Ok(Some(Value::Number(number))));
        }
        assert_eq!(number_text("87090000001.0"), "87090000001");
        assert_eq!(number_text("8.7E10"), "8.7E10");
        assert_eq!(number_text("1.50"), "1.50");
    }

    #[test]
    fn what_is_broken_and_what_is_cut_off_are_distinguished() {
        for cut in ["{\"p\": \"87", "{\"p\":", "[1, ", "{", "\"a\\"] {
            assert_eq!(value(cut), Err(Malformed::Ends), "{cut}");
        }
        for broken in [
            "{\"p\" 1}",
            "{\"p\": 1 2}",
            "[1}",
            "{\"p\": x}",
            "}",
            &"[".repeat(1_000),
        ] {
            assert_eq!(value(broken), Err(Malformed::Broken), "{broken}");
        }
        assert_eq!(value(" ,, "), Ok(None));
    }

    #[test]
    fn of_a_head_what_is_whole_is_read() {
        let head = Parser::of_head(r#"{"a": [{"p": 1}, {"p": "870"#).next();
        let element = object(&[("p", Value::Number("1"))]);
        let expected = object(&[("a", Value::Array(vec![element, object(&[])]))]);
        assert_eq!(head, Ok(Some(expected)));
    }

    proptest! {
        #[test]
        fn standard_json_is_read_as_serde_reads_it(text in "\\{(\"[a-c]\": ?([0-9]{1,15}|\"[a-zЖ\\\\n]{0,4}\"|null|true|\\[\\]|\\{\\}),){0,5}\"z\":1\\}") {
            if let Ok(expected) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text) {
                let Ok(Some(Value::Object(members))) = value(&text) else {
                    return Err(TestCaseError::fail("not read"));
                };
                for (key, expected) in expected {
                    // The last of several is the one that serde keeps.
                    let last = members.iter().rfind(|(other, _)| *other == key).map(|(_, value)| value);
                    let same = match (last, &expected) {
                        (Some(Value::Number(written)), serde_json::Value::Number(number)) => {
                            written.parse::<u64>().ok() == number.as_u64()
                        }
                        (Some(Value::Text(text)), serde_json::Value::String(expected)) => text == expected,
                        (Some(Value::Null), serde_json::Value::Null) => true,
                        (Some(Value::Bool(_)), serde_json::Value::Bool(_)) => true,
                        (Some(Value::Array(_)), serde_json::Value::Array(_)) => true,
                        (Some(Value::Object(_)), serde_json::Value::Object(_)) => true,
                        _ => false,
                    };
                    prop_assert!(same, "{key}");
                }
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let mut parser = Parser::new(&text);
            while let Ok(Some(_)) = parser.next() {}
            let mut parser = Parser::of_head(&text);
            while parser.position() < text.len() && matches!(parser.next(), Ok(Some(_))) {}
        }
    }
}

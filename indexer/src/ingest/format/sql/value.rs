//! Which text does a value that is not a plain string or number stand for?

use std::io::{self, Read};

use super::lexer::Token;
use super::row::Row;
use super::statements::Dump;
use crate::ingest::describe::description::Dialect;

/// Stands for a value that only the database could work out: it is not empty, and no identifier.
const OPAQUE: &[u8] = b"()";

/// Maximum length of a call's other arguments, in bytes.
const ARGUMENT: usize = 6;

/// The words that can be after a string in a value.
const OPERATORS: [&str; 11] = [
    "COLLATE", "AT", "IS", "AND", "OR", "NOT", "LIKE", "IN", "DIV", "MOD", "BETWEEN",
];

/// What ends the list of a SELECT.
const AFTER_LIST: [&str; 13] = [
    "FROM",
    "UNION",
    "WHERE",
    "INTO",
    "LIMIT",
    "ORDER",
    "GROUP",
    "HAVING",
    "EXCEPT",
    "INTERSECT",
    "MINUS",
    "ON",
    "RETURNING",
];

/// What ends the assignments after SET.
const AFTER_ASSIGNMENTS: [&str; 4] = ["ON", "AS", "RETURNING", "WHERE"];

/// What a value is in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// `(…, …)`.
    Tuple,
    /// `SELECT …, …`, whose values may be named.
    Select,
    /// `SET a = …, b = …`.
    Assignments,
}

/// What ends a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Comma,
    /// The parenthesis of its tuple.
    Close,
    /// Something that is given once more, after the list.
    Stop,
}

/// A value or column that has been read into the present row.
pub(super) struct Item {
    pub(super) ending: Ending,
    pub(super) meaning: Meaning,
    /// The name that a SELECT gives it.
    pub(super) alias: Option<String>,
}

/// What the list of a SELECT holds.
pub(super) enum Meaning {
    Value,
    /// A column of its source.
    Reference(String),
    /// All columns of its source.
    Star,
}

/// A value that has not ended yet.
#[derive(Default)]
struct PartialValue {
    value: Value,
    /// How many parentheses are open in it.
    depth: u64,
    reference: Reference,
    alias: Option<String>,
}

/// What has been read of a value.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Value {
    #[default]
    Nothing,
    /// A `_utf8mb4` and the like, before a string.
    Introducer,
    Text,
    Word,
    /// A text and half of the `||` after it.
    Bar,
    /// A text and `||` or `+` after it.
    Joint,
    /// A text or word and half of the `::` after it.
    Colon,
    /// `::type`, which changes nothing here.
    Cast,
    /// A call that holds the value, which has not been met yet.
    Wrapper(Wrapper),
    /// The rest of such a call.
    Wrapped(Wrapper),
    Opaque,
}

/// What databases write around values that they export.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapper {
    /// SQL Server: `CAST(900101300123 AS Decimal(12, 0))`.
    Cast,
    /// Oracle: `TO_CLOB('…')`; SQL Server: `CONVERT(nvarchar(20), N'…')`.
    Convert,
    /// MySQL: `UNHEX('…')`; Oracle: `HEXTORAW('…')`.
    Hexadecimal,
    /// SQLite: `replace(replace('…','\r',char(13)),'\n',char(10))`.
    Replace,
    /// SQLite since 3.50: `unistr('…\u000a…')`.
    Unistr,
}

/// The name of a column, as far as a value has been nothing else.
#[derive(Default)]
struct Reference {
    name: Option<String>,
    /// A dot is after it.
    is_open: bool,
    is_star: bool,
    is_broken: bool,
}

impl<R: Read> Dump<'_, '_, '_, R> {
    /// A value and what ends it; `None` if it does not end as its list does.
    pub(super) fn value(&mut self, list: List) -> io::Result<Option<Item>> {
        let mut partial = PartialValue::default();
        loop {
            let token = self.lexer.next()?;
            if let Some(ending) = self.ending(token, partial.depth, list)? {
                self.end_value(partial.value);
                return Ok(Some(Item {
                    ending,
                    meaning: partial.reference.meaning(),
                    alias: partial.alias,
                }));
            }
            if !self.extend_partial(&mut partial, token, list)? {
                return Ok(None);
            }
        }
    }

    /// How the token ends a value, if it does.
    fn ending(&mut self, token: Token, depth: u64, list: List) -> io::Result<Option<Ending>> {
        Ok(match token {
            Token::Symbol(b',') if depth == 0 => Some(Ending::Comma),
            Token::Symbol(b')') if depth == 0 && list == List::Tuple => Some(Ending::Close),
            _ if list != List::Tuple && depth == 0 && self.ends_list(token, list)? => {
                self.lexer.unread();
                Some(Ending::Stop)
            }
            _ => None,
        })
    }

    /// Extends a value by the token; `false` if the token cannot be in one.
    fn extend_partial(
        &mut self,
        partial: &mut PartialValue,
        token: Token,
        list: List,
    ) -> io::Result<bool> {
        let (value, depth) = (partial.value, partial.depth);
        match token {
            // No value holds a semicolon outside strings, at whatever depth, nor a line that begins a statement.
            Token::End | Token::Broken | Token::Delimiter | Token::Symbol(b';') => {
                return Ok(false);
            }
            Token::Word if self.lexer.begins_statement()? => return Ok(false),
            _ if partial.alias.is_some() => return Ok(false),
            Token::Word | Token::Name
                if list == List::Select && depth == 0 && self.is_named(partial, token)? => {}
            // As in 'O'Brien': a quote is out of place, and what follows may be whole rows taken for text.
            Token::Word if value == Value::Text && depth == 0 && !self.is_operator() => {
                return Ok(false);
            }
            Token::Symbol(b'(') => {
                partial.depth += 1;
                partial.reference.is_broken = true;
                partial.value = self.open_call(value);
            }
            Token::Symbol(b')') if depth == 0 => return Ok(false),
            Token::Symbol(b')') => {
                partial.depth -= 1;
                partial.value = self.close_call(value, partial.depth);
            }
            _ if self.lexer.leaves_line() => return Ok(false),
            token => return self.take(partial, token, list),
        }
        Ok(true)
    }

    /// Whether the token names the value that is before it, with `AS` or without.
    fn is_named(&mut self, partial: &mut PartialValue, token: Token) -> io::Result<bool> {
        if token == Token::Word && partial.value != Value::Nothing && self.lexer.is("AS") {
            self.lexer.next()?;
        } else if !partial.value.is_whole() || self.is_operator() || partial.reference.is_open {
            return Ok(false);
        }
        partial.alias = Some(self.lexer.name());
        Ok(true)
    }

    /// Takes what the token adds to a value, or to a call in it; `false` if it is too long to be in one.
    fn take(&mut self, partial: &mut PartialValue, token: Token, list: List) -> io::Result<bool> {
        let (value, is_within) = (partial.value, partial.depth > 0);
        partial.value = match value {
            Value::Wrapper(_) => self.unwrap_value(value, token),
            // The size of a type is no more than a number.
            Value::Wrapped(_) | Value::Cast if is_within && self.is_literal(token) => Value::Opaque,
            Value::Wrapped(_) if is_within => value,
            _ if self.lexer.is_long() && (is_within || value == Value::Opaque) => {
                return Ok(false);
            }
            _ if is_within => value,
            _ => {
                if list == List::Select {
                    partial.reference.extend(token, &self.lexer);
                }
                self.extend_value(value, token)?
            }
        };
        Ok(true)
    }

    /// The present token is after a list that no parenthesis ends.
    fn ends_list(&mut self, token: Token, list: List) -> io::Result<bool> {
        Ok(match token {
            Token::End | Token::Symbol(b';') | Token::Delimiter => true,
            Token::Symbol(b')') => list == List::Select,
            Token::Word => {
                let words: &[&str] = match list {
                    List::Tuple => &[],
                    List::Select => &AFTER_LIST,
                    List::Assignments => &AFTER_ASSIGNMENTS,
                };
                words.iter().any(|word| self.lexer.is(word))
                    || self.lexer.is_batch_end()?
                    || self.lexer.begins_statement()?
                    || self.lexer.begins_rows()?
            }
            _ => false,
        })
    }

    fn is_operator(&self) -> bool {
        OPERATORS.iter().any(|word| self.lexer.is(word))
    }

    /// What a value becomes with a parenthesis after it.
    fn open_call(&mut self, value: Value) -> Value {
        let wrapper = match value {
            Value::Word => Wrapper::named(self.row.open_cell()),
            Value::Wrapper(wrapper) | Value::Wrapped(wrapper) => return value.within(wrapper),
            _ => None,
        };
        match wrapper {
            Some(wrapper) => {
                self.row.restart_cell();
                Value::Wrapper(wrapper)
            }
            None => value.then(Value::Opaque),
        }
    }

    /// What a value becomes when a call in it ends.
    fn close_call(&mut self, value: Value, depth: u64) -> Value {
        match value {
            Value::Wrapped(wrapper) if depth == 0 => {
                wrapper.undo(&mut self.row);
                Value::Text
            }
            value => value,
        }
    }

    /// Takes the value in a call: the first literal, or the first string.
    fn unwrap_value(&mut self, value: Value, token: Token) -> Value {
        let Value::Wrapper(wrapper) = value else {
            return value;
        };
        match token {
            Token::Text => self.keep(),
            Token::Word if wrapper == Wrapper::Cast => self.keep(),
            _ if self.is_literal(token) => return Value::Opaque,
            _ => return value,
        }
        Value::Wrapped(wrapper)
    }

    /// The present token holds more than a call around a value has in it, such as `'\n'` and the length of a type.
    fn is_literal(&self, token: Token) -> bool {
        let is_value = token == Token::Text || self.lexer.is_number();
        is_value && self.lexer.text().len() > ARGUMENT
    }

    fn extend_value(&mut self, value: Value, token: Token) -> io::Result<Value> {
        let joins = self.lexer.dialect == Dialect::Postgresql;
        Ok(match (value, token) {
            // Only what the name of a type can be: an address after a colon is not.
            (Value::Cast, Token::Word) if self.names_type() => Value::Cast,
            (Value::Cast, Token::Name | Token::Symbol(b'.')) => Value::Cast,
            (Value::Cast, Token::Symbol(b':')) => Value::Colon,
            // SQLite takes a text in double quotes for one, and so do many programs that write dumps.
            (Value::Nothing | Value::Introducer | Value::Text | Value::Joint, Token::Text)
            | (Value::Nothing, Token::Name) => {
                self.keep();
                Value::Text
            }
            (Value::Nothing, Token::Word) if self.lexer.text().starts_with(b"_") => {
                Value::Introducer
            }
            (Value::Nothing, Token::Word) if self.lexer.is("NULL") => Value::Word,
            (Value::Nothing, Token::Word) => {
                self.keep();
                Value::Word
            }
            (Value::Nothing, Token::Symbol(sign @ (b'-' | b'+'))) => {
                self.row.extend(&[sign]);
                Value::Nothing
            }
            (Value::Text | Value::Word, Token::Symbol(b':')) => Value::Colon,
            (Value::Colon, Token::Symbol(b':')) => Value::Cast,
            (Value::Text, Token::Symbol(b'|')) if joins => Value::Bar,
            (Value::Bar, Token::Symbol(b'|')) => Value::Joint,
            (Value::Text, Token::Symbol(b'+')) if joins => Value::Joint,
            (Value::Joint, Token::Word) if self.is_character() => self.character()?,
            _ => Value::Opaque,
        })
    }

    /// The present word may be part of a type's name.
    fn names_type(&self) -> bool {
        self.lexer
            .text()
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'0'..=b'9'))
            && !self.lexer.is_number()
    }

    fn is_character(&self) -> bool {
        ["CHR", "CHAR", "NCHAR"]
            .iter()
            .any(|word| self.lexer.is(word))
    }

    /// The rest of a `CHR(10)` between texts, of Oracle and SQL Server.
    fn character(&mut self) -> io::Result<Value> {
        if self.lexer.next()? != Token::Symbol(b'(') || self.lexer.next()? != Token::Word {
            self.lexer.unread();
            return Ok(Value::Opaque);
        }
        let number = self.lexer.name().parse().ok();
        if let Some(character) = number.and_then(char::from_u32) {
            self.row
                .extend(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        if self.lexer.next()? != Token::Symbol(b')') {
            self.lexer.unread();
            return Ok(Value::Opaque);
        }
        Ok(Value::Text)
    }

    /// Adds the token's text to the row, unless that is too long to be kept anyway.
    fn keep(&mut self) {
        if !self.lexer.is_overlong() {
            self.row.extend(self.lexer.text());
        }
    }

    fn end_value(&mut self, value: Value) {
        match value {
            Value::Opaque
            | Value::Introducer
            | Value::Wrapper(_)
            | Value::Bar
            | Value::Joint
            | Value::Colon => {
                self.row.restart_cell();
                self.row.extend_opaque(OPAQUE);
            }
            Value::Wrapped(wrapper) => wrapper.undo(&mut self.row),
            _ => {}
        }
        if !self.lexer.is_overlong() {
            self.row.end_cell();
        }
    }
}

impl Value {
    /// The value with something after it.
    fn then(self, next: Self) -> Self {
        if self == Self::Cast { self } else { next }
    }

    /// A name may be after it.
    const fn is_whole(self) -> bool {
        matches!(self, Self::Text | Self::Word | Self::Cast)
    }

    /// The value with a further call within or after the one that holds it; only SQLite's are within each other, and
    /// the types of CONVERT.
    fn within(self, wrapper: Wrapper) -> Self {
        match self {
            Self::Wrapper(_)
                if matches!(
                    wrapper,
                    Wrapper::Replace | Wrapper::Unistr | Wrapper::Convert
                ) =>
            {
                self
            }
            Self::Wrapper(_) => Self::Opaque,
            value => value,
        }
    }
}

impl Wrapper {
    fn named(word: &[u8]) -> Option<Self> {
        let named = |names: &[&str]| {
            names
                .iter()
                .any(|name| word.eq_ignore_ascii_case(name.as_bytes()))
        };
        match () {
            () if named(&["CAST", "TRY_CAST", "SAFE_CAST"]) => Some(Self::Cast),
            () if named(&[
                "CONVERT",
                "TO_CLOB",
                "TO_NCLOB",
                "TO_CHAR",
                "TO_NCHAR",
                "TO_NUMBER",
            ]) =>
            {
                Some(Self::Convert)
            }
            () if named(&["UNHEX", "HEXTORAW"]) => Some(Self::Hexadecimal),
            () if named(&["replace"]) => Some(Self::Replace),
            () if named(&["unistr"]) => Some(Self::Unistr),
            () => None,
        }
    }

    /// Makes the open cell what the call makes of its text, as far as line ends go.
    fn undo(self, row: &mut Row) {
        let ends: &[(&[u8], u8)] = match self {
            Self::Cast | Self::Convert => &[],
            Self::Hexadecimal => return row.decode_open_cell(),
            Self::Replace => &[(b"\\n", b'\n'), (b"\\r", b'\r')],
            Self::Unistr => &[(b"\\u000a", b'\n'), (b"\\u000d", b'\r')],
        };
        for (written, meant) in ends {
            row.replace_in_open_cell(written, *meant);
        }
    }
}

impl Reference {
    /// A token more of the value.
    fn extend<R: Read>(&mut self, token: Token, lexer: &super::lexer::Lexer<'_, '_, R>) {
        match token {
            Token::Word | Token::Name if self.name.is_none() || self.is_open => {
                self.is_broken |= lexer.is_number() || lexer.is("NULL");
                self.name = Some(lexer.name());
                self.is_open = false;
            }
            Token::Symbol(b'.') if self.name.is_some() => self.is_open = true,
            Token::Symbol(b'*') if self.name.is_none() || self.is_open => self.is_star = true,
            _ => self.is_broken = true,
        }
    }

    fn meaning(self) -> Meaning {
        match self.name {
            _ if self.is_broken => Meaning::Value,
            _ if self.is_star => Meaning::Star,
            Some(name) => Meaning::Reference(name),
            None => Meaning::Value,
        }
    }
}

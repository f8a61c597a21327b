//! Where does a JSON value end?

/// Follows a value's brackets, strings and comments, byte by byte, to its end.
#[derive(Default)]
pub(super) struct Scan {
    depth: u64,
    inside: Inside,
    /// The last byte that was not white space, outside strings and comments.
    last: u8,
}

/// The context of the current byte.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Nothing,
    /// A string in these quotes.
    String(u8),
    /// The byte after a backslash in a string.
    Escaped(u8),
    /// A possible start of a comment.
    Slash,
    Line,
    Block,
    /// A possible end of a comment.
    Star,
}

/// The effect of a byte on the value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    More,
    /// The byte was the last one.
    End,
    /// The byte is invalid here.
    Broken,
}

impl Scan {
    /// Takes the next byte of an object, an array or a string.
    pub(super) fn step(&mut self, byte: u8) -> Step {
        match self.inside {
            Inside::Nothing => self.outside(byte),
            Inside::String(quote) => self.in_string(byte, quote),
            // JSON has no line ends in strings: this one was never closed.
            Inside::Escaped(_) if byte == b'\n' => Step::Broken,
            Inside::Escaped(quote) => self.go(Inside::String(quote)),
            Inside::Slash => match byte {
                b'/' => self.go(Inside::Line),
                b'*' => self.go(Inside::Block),
                _ => Step::Broken,
            },
            Inside::Line if byte == b'\n' => self.go(Inside::Nothing),
            Inside::Line => Step::More,
            Inside::Star if byte == b'/' => self.go(Inside::Nothing),
            Inside::Block | Inside::Star if byte == b'*' => self.go(Inside::Star),
            Inside::Block | Inside::Star => self.go(Inside::Block),
        }
    }

    /// Returns the number of the next bytes that cannot change anything, such as those within a string.
    pub(super) fn indifferent(&self, bytes: &[u8]) -> usize {
        match self.inside {
            Inside::String(quote) => {
                memchr::memchr3(quote, b'\\', b'\n', bytes).unwrap_or(bytes.len())
            }
            _ => 0,
        }
    }

    const fn go(&mut self, inside: Inside) -> Step {
        self.inside = inside;
        Step::More
    }

    fn outside(&mut self, byte: u8) -> Step {
        let after_value = !matches!(self.last, 0 | b'{' | b'[' | b',' | b':' | b'(');
        match byte {
            b'{' | b'[' | b'"' | b'\'' if after_value => return Step::Broken,
            b'{' | b'[' => self.depth += 1,
            b'"' | b'\'' => self.inside = Inside::String(byte),
            b'/' => return self.go(Inside::Slash),
            b'}' | b']' if self.depth <= 1 => return Step::End,
            b'}' | b']' => self.depth -= 1,
            b' ' | b'\t' | b'\n' | b'\r' => return Step::More,
            _ => {}
        }
        self.last = byte;
        Step::More
    }

    fn in_string(&mut self, byte: u8, quote: u8) -> Step {
        match byte {
            b'\n' => return Step::Broken,
            b'\\' => self.inside = Inside::Escaped(quote),
            _ if byte == quote => {
                self.inside = Inside::Nothing;
                self.last = byte;
                if self.depth == 0 {
                    return Step::End;
                }
            }
            _ => {}
        }
        Step::More
    }
}

/// The byte ends a number or word.
pub(super) const fn ends_scalar(byte: u8) -> bool {
    matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t')
}

/// Follows a value, or a key and its value, that is passed over to its end.
pub(super) struct Skim {
    phase: Phase,
    scan: Scan,
}

enum Phase {
    /// In the key, which is in quotes if it has begun so.
    Key,
    /// Between a key and its value.
    Colon,
    /// Before the value.
    Begin,
    /// In an object, an array or a string.
    Structure,
    /// In a number or word.
    Scalar,
}

/// The effect of a byte on the value passed over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SkimStep {
    More,
    /// The byte was the last one.
    End,
    /// The byte is after the end.
    Behind,
    /// The byte is invalid here.
    Broken,
}

impl Skim {
    pub(super) fn of_value() -> Self {
        Self {
            phase: Phase::Begin,
            scan: Scan::default(),
        }
    }

    pub(super) fn of_member() -> Self {
        Self {
            phase: Phase::Key,
            scan: Scan::default(),
        }
    }

    pub(super) fn step(&mut self, byte: u8) -> SkimStep {
        let is_blank = matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        match self.phase {
            Phase::Key => {
                self.phase = match self.scan.step(byte) {
                    Step::Broken => return SkimStep::Broken,
                    Step::End => Phase::Colon,
                    Step::More if byte == b':' && self.scan.inside == Inside::Nothing => {
                        Phase::Begin
                    }
                    Step::More => return SkimStep::More,
                };
                self.scan = Scan::default();
                SkimStep::More
            }
            Phase::Colon if is_blank => SkimStep::More,
            Phase::Colon if byte == b':' => {
                self.phase = Phase::Begin;
                SkimStep::More
            }
            Phase::Colon => SkimStep::Broken,
            Phase::Begin if is_blank => SkimStep::More,
            Phase::Begin => {
                self.phase = match byte {
                    b'{' | b'[' | b'"' | b'\'' => Phase::Structure,
                    _ => Phase::Scalar,
                };
                self.step(byte)
            }
            Phase::Structure => match self.scan.step(byte) {
                Step::More => SkimStep::More,
                Step::End => SkimStep::End,
                Step::Broken => SkimStep::Broken,
            },
            Phase::Scalar if ends_scalar(byte) => SkimStep::Behind,
            Phase::Scalar => SkimStep::More,
        }
    }
}

/// Returns where to cut a text in two without cutting an identifier: after the last quote, bracket or line end, or else
/// after the last comma or space, of its second half.
pub(in crate::ingest) fn cut(text: &[u8]) -> usize {
    let half = text.len() / 2;
    let behind = |ends: &[u8]| {
        let place = text[half..].iter().rposition(|byte| ends.contains(byte));
        place.map(|place| half + place + 1)
    };
    behind(b"\"'\n{}[]")
        .or_else(|| behind(b","))
        .or_else(|| behind(b" \t"))
        .unwrap_or(text.len())
}

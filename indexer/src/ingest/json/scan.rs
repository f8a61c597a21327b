/// Follows a value's brackets and strings, byte by byte, to its end.
#[derive(Default)]
pub(super) struct Scan {
    depth: u64,
    string: bool,
    escaped: bool,
    /// The last byte that was no white space, outside of strings.
    last: u8,
}

/// What a byte did to the value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    More,
    /// It was the last one.
    End,
    /// It cannot stand here.
    Broken,
}

impl Scan {
    /// Takes the next byte of an object, an array or a string.
    pub(super) fn step(&mut self, byte: u8) -> Step {
        if self.string {
            return self.in_string(byte);
        }
        let after_value = !matches!(self.last, 0 | b'{' | b'[' | b',' | b':');
        match byte {
            b'{' | b'[' | b'"' if after_value => return Step::Broken,
            b'{' | b'[' => self.depth += 1,
            b'"' => self.string = true,
            b'}' | b']' if self.depth <= 1 => return Step::End,
            b'}' | b']' => self.depth -= 1,
            b' ' | b'\t' | b'\n' | b'\r' => return Step::More,
            _ => {}
        }
        self.last = byte;
        Step::More
    }

    fn in_string(&mut self, byte: u8) -> Step {
        match byte {
            // JSON has no line ends in strings: this one was never closed.
            b'\n' | b'\r' => return Step::Broken,
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => {
                self.string = false;
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

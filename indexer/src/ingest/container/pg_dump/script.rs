//! What SQL would `pg_restore` make of a dump, as far as rows are concerned?

use std::io::{self, Cursor, Read};

/// First lines of the script, by which it is recognised.
pub(super) const TITLE: &str = "--\n-- PostgreSQL database dump\n--\n\n";

/// Bytes of rows unpacked at a time.
const CHUNK: usize = 64 * 1024;

/// Last bytes of the rows, which show whether their end is marked.
const MARK: usize = 8;

/// The rows of one table after the other.
pub(super) trait Rows {
    /// Whether only the rows themselves mark their end.
    const HAVE_A_MARK: bool;

    /// Moves on to the rows of the next table, and returns the statement before them: COPY, or nothing where the rows
    /// are statements themselves. Returns `None` after the last table.
    fn next(&mut self) -> io::Result<Option<String>>;

    /// Reads rows of the current table.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize>;
}

/// The script, as it is made.
pub(super) struct Script<R> {
    /// Part that has been made and not been read yet.
    text: Cursor<Vec<u8>>,
    rows: R,
    state: State,
}

enum State {
    /// Before the statement of a table.
    Between,
    Within(CurrentTable),
    End,
}

/// The rows of the current table.
struct CurrentTable {
    /// Whether the rows are those of COPY, not of INSERT.
    is_copy: bool,
    /// Last bytes of the rows.
    last: Vec<u8>,
}

impl<R: Rows> Script<R> {
    /// Returns the script that creates tables with `definitions` and puts `rows` into them.
    pub(super) fn new(definitions: &str, rows: R) -> Self {
        let text = format!("{TITLE}{definitions}");
        Self {
            text: Cursor::new(text.into_bytes()),
            rows,
            state: State::Between,
        }
    }

    /// Makes more of the script.
    fn go_on(&mut self) -> io::Result<()> {
        let (text, state) = match std::mem::replace(&mut self.state, State::End) {
            State::Between => self.next_table()?,
            State::Within(present) => self.more_rows(present)?,
            State::End => (Vec::new(), State::End),
        };
        (self.text, self.state) = (Cursor::new(text), state);
        Ok(())
    }

    fn next_table(&mut self) -> io::Result<(Vec<u8>, State)> {
        let Some(statement) = self.rows.next()? else {
            return Ok((Vec::new(), State::End));
        };
        let present = CurrentTable {
            is_copy: !statement.is_empty(),
            last: Vec::new(),
        };
        Ok((statement.into_bytes(), State::Within(present)))
    }

    fn more_rows(&mut self, mut present: CurrentTable) -> io::Result<(Vec<u8>, State)> {
        let mut chunk = vec![0; CHUNK];
        let read = self.rows.read(&mut chunk)?;
        chunk.truncate(read);
        if read > 0 {
            present.note(&chunk);
            return Ok((chunk, State::Within(present)));
        }
        let is_marked = present.is_marked();
        if R::HAVE_A_MARK && !is_marked {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let end = match present.is_copy && !is_marked {
            true => "\\.\n\n",
            false => "\n",
        };
        Ok((end.into(), State::Between))
    }
}

impl CurrentTable {
    fn note(&mut self, chunk: &[u8]) {
        let last = chunk.len().saturating_sub(MARK);
        self.last.extend_from_slice(&chunk[last..]);
        self.last.drain(..self.last.len().saturating_sub(MARK));
    }

    /// Returns whether the end is marked: by a line of its own after COPY, by two empty lines after statements.
    fn is_marked(&self) -> bool {
        if !self.is_copy {
            return self.last.ends_with(b"\n\n");
        }
        let is_end = |&&byte: &&u8| byte == b'\n';
        let ends = self.last.iter().rev().take_while(is_end).count();
        let line = &self.last[..self.last.len() - ends];
        ends > 0 && (line == b"\\." || line.ends_with(b"\n\\."))
    }
}

impl<R: Rows> Read for Script<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.text.read(buffer)?;
            if read > 0 || buffer.is_empty() || matches!(self.state, State::End) {
                return Ok(read);
            }
            self.go_on()?;
        }
    }
}

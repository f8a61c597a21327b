//! Where do records go? Their cells become identifiers and classes, and are counted.

use std::ops::ControlFlow;

use exposure_index::breach::ClassSet;
use exposure_index::identifier::{Identifier, IdentifierError, Kind, normalise_cell};

use super::ReadOptions;
use super::container::Member;
use super::describe::columns::{Column, PlacedColumn};
use super::describe::layout::{self, DetectedLayout};
use super::describe::resolve::{Breach, FileRules};
use super::error::Failure;
use super::fingerprint::Fingerprints;
use super::format::free_text;
use super::recover::{self, Part, PieceBuffer};
use super::tally::{
    CellTally, ColumnTally, FileTally, LISTED_REJECTS, LeftOut, Passage, Reason, Reject, RowPlace,
    Tally,
};
use super::text::cells::Cells;
use super::warning::{Entry, ListRules, Refusal};

/// A consumer of records.
pub trait Sink {
    /// Takes one record's identifiers, at least one, and the classes leaked with each of them. The
    /// sink may drain `identifiers`; the rest is dropped. Breaking stops reading with
    /// [`IngestError::Stopped`](super::IngestError::Stopped).
    fn record(&mut self, identifiers: &mut Vec<Identifier>, classes: ClassSet) -> ControlFlow<()>;

    /// Takes identifiers from a rejected row, which no columns vouch for. By default they are taken as a record.
    fn recovered(
        &mut self,
        identifiers: &mut Vec<Identifier>,
        classes: ClassSet,
    ) -> ControlFlow<()> {
        self.record(identifiers, classes)
    }

    /// Takes a password of the record to come, exactly as it was typed: the text of a cell that is not
    /// empty (nor a word for that, such as `null`), neither cleaned nor trimmed. Bytes that were not characters are
    /// U+FFFD in it. Breaking stops reading when the record has been read.
    fn password(&mut self, password: &str) -> ControlFlow<()> {
        let _ = password;
        ControlFlow::Continue(())
    }

    /// Called after each file that has been read to its end. Breaking stops reading, as for a record.
    fn end_file(&mut self, file: &FileTally) -> ControlFlow<()> {
        let _ = file;
        ControlFlow::Continue(())
    }
}

/// Discards everything, for dumps that are only inspected.
pub(super) struct NullSink;

impl Sink for NullSink {
    fn record(&mut self, _: &mut Vec<Identifier>, _: ClassSet) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Turns cells into identifiers and classes, record by record, and counts.
pub(super) struct RecordBuilder<'a> {
    sink: &'a mut dyn Sink,
    identifiers: Vec<Identifier>,
    classes: ClassSet,
    /// Whether the sink wants more after the passwords of the current record.
    after_passwords: ControlFlow<()>,
    /// The cells of the current file.
    cells: [CellTally; Kind::ALL.len()],
    /// The class that each kind implies, as a place in the breach's list; none for a kind that is not recovered.
    implied: [Option<ClassSet>; Kind::ALL.len()],
    recovers: bool,
    /// The rules of a warning list; `None` for a leak.
    list: Option<ListRules>,
    /// The current record's entry in a warning list.
    entry: Entry,
    /// A rejected row that comes little by little.
    passing: PieceBuffer,
    file: FileTally,
    member: Option<usize>,
    /// Containers of the current file or member.
    containers: Vec<&'static str>,
    /// Layout of the current file or member.
    reading: Option<DetectedLayout>,
    /// Tallies of the previous files.
    tally: Tally,
}

impl<'a> RecordBuilder<'a> {
    pub(super) fn new(sink: &'a mut dyn Sink) -> Self {
        Self {
            sink,
            identifiers: Vec::new(),
            classes: ClassSet::default(),
            after_passwords: ControlFlow::Continue(()),
            cells: Default::default(),
            implied: [None; Kind::ALL.len()],
            recovers: false,
            list: None,
            entry: Entry::default(),
            passing: PieceBuffer::default(),
            file: FileTally::default(),
            member: None,
            containers: Vec::new(),
            reading: None,
            tally: Tally::default(),
        }
    }

    /// Returns a builder of the records of a breach, which determines the classes that the kinds imply.
    pub(super) fn of(breach: &Breach, options: &ReadOptions, sink: &'a mut dyn Sink) -> Self {
        let implied = |kind: Kind| breach.classes_of([kind.implied_class()]);
        Self {
            implied: Kind::ALL.map(implied),
            recovers: options.recover,
            list: ListRules::of(
                &breach.metadata,
                (&breach.classes, breach.reasons),
                (options.as_of, &options.allow),
            ),
            ..Self::new(sink)
        }
    }

    /// Whether rejected rows are searched, so it is worth continuing where rows can no longer be distinguished.
    pub(super) const fn recovers(&self) -> bool {
        self.recovers
    }

    /// Sets the rules for the next file.
    pub(super) fn begin_file(&mut self, rules: &FileRules) {
        self.file.part = rules.entry.part();
        self.file.max_rejects = rules.entry.max_rejects;
        self.file.columns = rules.columns.0.iter().map(ColumnTally::of).collect();
    }

    /// Ends a file in which a fault was found, so that another one can be read. Its counts so far stay.
    pub(super) fn abandon_file(&mut self, name: &str) -> Result<(), Failure> {
        self.identifiers.clear();
        self.classes = ClassSet::default();
        self.entry = Entry::default();
        self.passing = PieceBuffer::default();
        self.enter(name, &Member::default());
        self.end_file(0, None)
    }

    /// Sets the place of the following records.
    pub(super) fn enter(&mut self, file: &str, member: &Member) {
        file.clone_into(&mut self.file.name);
        self.member = member.number;
        self.containers = member.containers().collect();
    }

    /// Counts the current member as read.
    pub(super) fn count_member(&mut self) {
        self.file.members.extend(self.member);
    }

    /// Sets the layout of the following records.
    pub(super) fn read_as(&mut self, mut reading: DetectedLayout) {
        reading.containers.clone_from(&self.containers);
        let before = self.reading.replace(reading);
        self.keep_reading(before);
    }

    /// Sets whether the first row names the columns.
    pub(super) fn has_header(&mut self, has_header: bool) {
        if let Some(reading) = &mut self.reading {
            reading.header = Some(has_header);
        }
    }

    /// Adds to the layout of the current file or member what only its format knows.
    pub(super) fn reading(&mut self) -> Option<&mut DetectedLayout> {
        self.reading.as_mut()
    }

    fn keep_reading(&mut self, reading: Option<DetectedLayout>) {
        if let Some(reading) = reading {
            layout::add(&mut self.file.readings, reading);
        }
    }

    /// Ends the current file; the caller knows its other properties.
    pub(super) fn end_file(
        &mut self,
        size: u64,
        fingerprints: Option<Fingerprints>,
    ) -> Result<(), Failure> {
        let file = FileTally {
            size,
            fingerprints,
            ..self.take_file()
        };
        let flow = self.sink.end_file(&file);
        self.tally.add(file);
        goes_on(flow)
    }

    /// Takes the counts of the current file, without kinds that had no filled cell.
    fn take_file(&mut self) -> FileTally {
        let reading = self.reading.take();
        self.keep_reading(reading);
        let cells = Kind::ALL.into_iter().zip(std::mem::take(&mut self.cells));
        FileTally {
            cells: cells.filter(|(_, cell)| cell.filled > 0).collect(),
            ..std::mem::take(&mut self.file)
        }
    }

    /// Takes a whole record, of which `columns` are read.
    pub(super) fn record(
        &mut self,
        columns: &[PlacedColumn<'_>],
        cells: Cells<'_>,
    ) -> Result<(), Failure> {
        let text = cells.texts();
        for &(place, column) in columns {
            self.cell(column, &text(place));
        }
        self.end_record()
    }

    /// Takes a record whose last cells were left out, and counts it as such.
    pub(super) fn short_record(
        &mut self,
        columns: &[PlacedColumn<'_>],
        cells: Cells<'_>,
    ) -> Result<(), Failure> {
        self.file.short_rows += 1;
        self.record(columns, cells)
    }

    /// Takes a cell of the current record.
    pub(super) fn cell(&mut self, column: &Column, text: &str) {
        // A cell with the form of an identifier is not empty, and nearly every cell with an identifier has it.
        if let Some(identifier) = column.common_identifier(text) {
            self.classes = self.classes.union(column.classes);
            self.identifiers.push(identifier);
            return self.count_cell(column, None);
        }
        if column.says_nothing(text) {
            if let Some(tally) = self.file.columns.get_mut(column.number) {
                tally.empty += 1;
            }
            return;
        }
        if let Some(of_entry) = &column.of_entry {
            self.entry.take(of_entry, text);
            return self.count_cell(column, None);
        }
        self.classes = self.classes.union(column.classes);
        if column.is_password && self.after_passwords.is_continue() {
            self.after_passwords = self.sink.password(text);
        }
        if column.is_text {
            return self.free_text(column, text);
        }
        let normalised = match column.identifier {
            Some(kind) => normalise_cell(kind, text, &mut self.identifiers),
            None => Ok(()),
        };
        self.count_cell(column, normalised.err());
    }

    /// Counts a non-empty cell for its column and its kind.
    fn count_cell(&mut self, column: &Column, fault: Option<IdentifierError>) {
        let of_column = self.file.columns.get_mut(column.number);
        if let Some(tally) = of_column {
            tally.cells.count(fault);
        }
        if let Some(kind) = column.identifier {
            self.cells[usize::from(kind.code())].count(fault);
        }
    }

    /// Adds identifiers that stand alone in a cell of free text to the current record.
    fn free_text(&mut self, column: &Column, text: &str) {
        self.count_cell(column, None);
        let (mut found, mut refused) = (Vec::new(), 0);
        free_text::each_part_of(text.as_bytes(), |part| {
            refused += recover::search_part(part, &mut found);
        });
        for identifier in found {
            let kind = usize::from(identifier.kind().code());
            if let Some(classes) = self.implied[kind] {
                self.cells[kind].count(None);
                if let Some(tally) = self.file.columns.get_mut(column.number) {
                    *tally.found.entry(identifier.kind()).or_default() += 1;
                }
                self.classes = self.classes.union(classes);
                self.identifiers.push(identifier);
            }
        }
        self.refuse_addresses(refused);
    }

    /// Counts parts of free text that look like an e-mail address but may not be one, or may be two.
    fn refuse_addresses(&mut self, refused: usize) {
        let emails = &mut self.cells[usize::from(Kind::Email.code())];
        for _ in 0..refused {
            emails.count(Some(IdentifierError::Form));
        }
    }

    /// Takes a cell that is not a text, such as a nested object.
    pub(super) fn opaque_cell(&mut self, column: &Column) {
        self.classes = self.classes.union(column.classes);
        let fault = column.identifier.map(|_| IdentifierError::Form);
        self.count_cell(column, fault);
    }

    /// Ends the current record and hands it on.
    pub(super) fn end_record(&mut self) -> Result<(), Failure> {
        self.file.rows += 1;
        let mut classes = std::mem::take(&mut self.classes);
        goes_on(self.after_passwords)?;
        if self.list.is_some() {
            classes = self.end_entry();
        }
        if self.identifiers.is_empty() {
            return Ok(());
        }
        let flow = self.sink.record(&mut self.identifiers, classes);
        self.after(flow)
    }

    /// Returns the classes of the current record's entry. Leaves out its identifiers if it has expired, and those that
    /// an allow list names.
    fn end_entry(&mut self) -> ClassSet {
        let mut entry = std::mem::take(&mut self.entry);
        self.take_named(&mut entry);
        let Some(list) = &self.list else {
            return ClassSet::default();
        };
        let classes = match list.classes_of(&entry) {
            Ok(classes) => classes,
            Err(refusal) => {
                self.refuse_entry(&refusal);
                return ClassSet::default();
            }
        };
        let allowed = &mut self.file.allowed;
        self.identifiers.retain(|identifier| {
            let list = list.allowed_by(identifier);
            if let Some(list) = list {
                *allowed.entry(list.to_owned()).or_default() += 1;
            }
            list.is_none()
        });
        classes
    }

    /// Takes the identifiers that the current record names by patterns, or by a value and its kind.
    fn take_named(&mut self, entry: &mut Entry) {
        let named = entry.take_named();
        let mut others =
            u64::from(entry.is_other() && named.is_empty() && self.identifiers.is_empty());
        for (kind, value) in named {
            match kind.filter(|_| !entry.is_other()) {
                Some(kind) => {
                    let normalised = normalise_cell(kind, &value, &mut self.identifiers);
                    self.cells[usize::from(kind.code())].count(normalised.err());
                }
                None => others += 1,
            }
        }
        if entry.is_other() {
            others += self.identifiers.drain(..).count() as u64;
        }
        if others > 0 {
            *self.file.left_out.entry(LeftOut::Other).or_default() += others;
        }
    }

    /// Leaves out the identifiers of an entry that does not hold. Which line it is on is not known here.
    fn refuse_entry(&mut self, refusal: &Refusal) {
        let left_out = self.identifiers.drain(..).count() as u64;
        match refusal {
            _ if left_out == 0 => {}
            Refusal::LeftOut(why) => *self.file.left_out.entry(*why).or_default() += left_out,
            Refusal::Rejected(reason) => {
                self.file.rejected_rows += 1;
                self.file.rejects.entry(*reason).or_default().rows += 1;
            }
        }
    }

    /// Counts the last row `times` more, but not its contents.
    pub(super) const fn repeat_row(&mut self, times: u64) {
        self.file.rows += times;
    }

    /// Counts the last row as one that is marked as deleted.
    pub(super) const fn count_deleted(&mut self) {
        self.file.deleted_rows += 1;
    }

    /// Counts a row that is refused whole.
    pub(super) fn reject(&mut self, line: u64, reason: Reason) {
        self.file.rows += 1;
        self.file.rejected_rows += 1;
        let member = self.member;
        let listed = self.file.rejects.entry(reason).or_default();
        listed.add(RowPlace { member, line });
        if self.tally.rejects.len() < LISTED_REJECTS {
            self.tally.rejects.push(Reject {
                file: self.file.name.clone(),
                member,
                line,
                reason,
            });
        }
    }

    /// Counts the current file as truncated.
    pub(super) const fn count_truncated(&mut self) {
        self.file.is_truncated = true;
    }

    /// Rejects a row and recovers the identifiers on their own in its text.
    pub(super) fn reject_row(
        &mut self,
        line: u64,
        reason: Reason,
        row: &[u8],
    ) -> Result<(), Failure> {
        self.reject(line, reason);
        self.recover(row)
    }

    /// Recovers the identifiers on their own in a text that belongs to a rejected row.
    pub(super) fn recover(&mut self, row: &[u8]) -> Result<(), Failure> {
        recover::pieces(row).try_for_each(|part| self.recover_part(&part))
    }

    /// Recovers the identifiers on their own in a text that belongs to a rejected row and arrives in pieces;
    /// [`recover_rest`](RecordBuilder::recover_rest) ends it.
    pub(super) fn recover_more(&mut self, text: &[u8]) -> Result<(), Failure> {
        let mut passing = std::mem::take(&mut self.passing);
        passing.push(text, |part| self.recover_part(part))?;
        self.passing = passing;
        Ok(())
    }

    /// Recovers the rest of a text that arrived in pieces.
    pub(super) fn recover_rest(&mut self) -> Result<(), Failure> {
        let mut passing = std::mem::take(&mut self.passing);
        passing.end(|part| self.recover_part(part))
    }

    fn recover_part(&mut self, part: &Part<'_>) -> Result<(), Failure> {
        if !self.recovers {
            return Ok(());
        }
        let (classes, _) = self.search(&[*part]);
        if self.identifiers.is_empty() {
            return Ok(());
        }
        for identifier in &self.identifiers {
            *self.file.recovered.entry(identifier.kind()).or_default() += 1;
        }
        let flow = self.sink.recovered(&mut self.identifiers, classes);
        self.after(flow)
    }

    /// Counts a stretch of text that is in no row; its continuation is given to
    /// [`pass_over_more`](RecordBuilder::pass_over_more).
    pub(super) fn pass_over(&mut self, line: u64, passage: Passage, text: &[u8]) {
        let member = self.member;
        let tally = self.file.passed_over.entry(passage).or_default();
        tally.begin(RowPlace { member, line });
        self.pass_over_more(passage, text);
    }

    /// Counts more of the text that was passed over last. A piece ends where no identifier is cut in two: at the end of
    /// a line, if possible.
    pub(super) fn pass_over_more(&mut self, passage: Passage, text: &[u8]) {
        let mut identifiers = 0;
        if !passage.is_excluded() {
            let mut found = Vec::new();
            for part in recover::pieces(text) {
                recover::search_part(&part, &mut found);
                identifiers += found.drain(..).len();
            }
        }
        let tally = self.file.passed_over.entry(passage).or_default();
        tally.extend(text.len(), identifiers);
    }

    /// Counts data passed over unread, of which only the size in bytes is known.
    pub(super) fn pass_over_unread(&mut self, passage: Passage, bytes: u64) {
        let member = self.member;
        let tally = self.file.passed_over.entry(passage).or_default();
        tally.begin(RowPlace { member, line: 1 });
        tally.extend(usize::try_from(bytes).unwrap_or(usize::MAX), 0);
    }

    /// Returns the number of identifiers in text passed over in the current file.
    pub(super) fn missed(&self) -> u64 {
        self.file.missed()
    }

    /// Checks a row that names the columns: one with identifiers was not a header, and is passed over.
    pub(super) fn check_header(&mut self, line: u64, text: &[u8]) {
        let mut found = Vec::new();
        recover::search(text, &mut found);
        if !found.is_empty() {
            self.pass_over(line, Passage::Preamble, text);
        }
    }

    /// Adds a record of the identifiers that stand alone in parts of free text, if any do; these `classes` leaked with
    /// it.
    pub(super) fn prose(&mut self, parts: &[Part<'_>], classes: ClassSet) -> Result<(), Failure> {
        let (implied, refused) = self.search(parts);
        self.classes = classes.union(implied);
        self.refuse_addresses(refused);
        if self.identifiers.is_empty() {
            return Ok(());
        }
        for identifier in &self.identifiers {
            self.cells[usize::from(identifier.kind().code())].count(None);
        }
        self.end_record()
    }

    /// Finds identifiers on their own in parts of a text, for the current record. Returns the classes that they imply,
    /// and how often something looks like an e-mail address but may not be one.
    fn search(&mut self, parts: &[Part<'_>]) -> (ClassSet, usize) {
        let mut refused = 0;
        for part in parts {
            refused += recover::search_part(part, &mut self.identifiers);
        }
        let implied = &self.implied;
        self.identifiers
            .retain(|found| implied[usize::from(found.kind().code())].is_some());
        let classes = self
            .identifiers
            .iter()
            .filter_map(|found| implied[usize::from(found.kind().code())]);
        (classes.fold(ClassSet::default(), ClassSet::union), refused)
    }

    fn after(&mut self, flow: ControlFlow<()>) -> Result<(), Failure> {
        self.identifiers.clear();
        goes_on(flow)
    }

    /// Returns the counts of all files. Rows of a file that was not ended count, too; it is not listed.
    pub(super) fn into_tally(mut self) -> Tally {
        let rest = self.take_file();
        let mut tally = self.tally;
        tally.add(rest);
        tally.files.pop();
        tally
    }
}

fn goes_on(flow: ControlFlow<()>) -> Result<(), Failure> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Failure::Stopped),
    }
}

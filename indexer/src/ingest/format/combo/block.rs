//! Blocks of labelled lines, each about one account.

use super::Entry;
use super::account::{is_email, is_unknown};
use super::label::{self, Label};

/// The result of reading a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The line is part of the current block.
    Taken,
    /// The line begins the next block: [`Block::take`] takes it when the current one has ended.
    TakenIntoNext,
    /// The line says nothing about an account.
    PassedOver {
        /// Whether it ends the current block.
        ends: bool,
    },
    /// The line is part of no block.
    NotLabelled,
}

/// A block being read.
#[derive(Default)]
pub(super) struct Block {
    /// Whether the list has labels, so they need no blank after them.
    is_in_blocks: bool,
    /// Line where it begins, from 1.
    line: u64,
    /// The line that names the page.
    page: Option<String>,
    account: Option<String>,
    password: Option<String>,
}

impl Block {
    pub(super) fn new(is_in_blocks: bool) -> Self {
        Self {
            is_in_blocks,
            ..Self::default()
        }
    }

    const fn is_open(&self) -> bool {
        self.page.is_some() || self.account.is_some() || self.password.is_some()
    }

    /// The result of reading a line.
    pub(super) fn step(&mut self, number: u64, line: &str) -> Step {
        // Almost no line of a list of pairs has a blank next to a mark, and the others need no further check.
        if !self.is_open() && !self.is_in_blocks && !may_be_labelled(line) {
            return Step::NotLabelled;
        }
        if label::is_rule(line) {
            return Step::PassedOver { ends: true };
        }
        if label::inline(line).is_some() {
            return match self.is_open() {
                true => Step::TakenIntoNext,
                false => {
                    self.take(number, line);
                    Step::Taken
                }
            };
        }
        match label::labelled(line, self.is_in_blocks || self.is_open()) {
            None => Step::NotLabelled,
            Some((Label::Other, _)) => Step::PassedOver {
                ends: self.account.is_some() && self.password.is_some(),
            },
            Some((label, _)) if self.has(label) => Step::TakenIntoNext,
            Some((label, value)) => {
                self.begin(number);
                self.put(label, value);
                Step::Taken
            }
        }
    }

    /// Whether the block has such a line. A page begins a block, unless nothing was before it.
    fn has(&self, label: Label) -> bool {
        match label {
            Label::Page => self.page.is_some() || self.account.is_some() && self.password.is_some(),
            Label::Account => self.account.is_some(),
            Label::Password => self.password.is_some(),
            Label::Other => false,
        }
    }

    const fn begin(&mut self, number: u64) {
        if !self.is_open() {
            self.line = number;
        }
    }

    fn put(&mut self, label: Label, value: &str) {
        match label {
            Label::Page => self.page = Some(value.to_owned()),
            Label::Account => self.account = Some(value.to_owned()),
            Label::Password => self.password = Some(value.to_owned()),
            Label::Other => {}
        }
    }

    /// Takes a line into an empty block.
    pub(super) fn take(&mut self, number: u64, line: &str) {
        self.begin(number);
        let values = label::inline(line);
        let values = values.or_else(|| Some(vec![label::labelled(line, true)?]));
        for (label, value) in values.into_iter().flatten() {
            self.put(label, value);
        }
    }

    /// Ends the block and returns its content.
    pub(super) fn end(&mut self) -> Self {
        let next = Self::new(self.is_in_blocks);
        std::mem::replace(self, next)
    }

    /// Returns the place of a block and its page, if it holds nothing else.
    pub(super) fn page_alone(&self) -> Option<(u64, &str)> {
        Some((self.line, self.page.as_deref()?))
    }

    /// The account and the password of a block, if it has either.
    pub(super) fn entry(&self) -> Option<Entry<'_>> {
        let account = self
            .account
            .as_deref()
            .filter(|account| !is_unknown(account));
        let password = self
            .password
            .as_deref()
            .filter(|password| !password.is_empty());
        let is_address = |password: &&str| is_email(password);
        let accounts = account.into_iter().chain(password.filter(is_address));
        let has_any = self.account.is_some() || self.password.is_some();
        has_any.then(|| {
            let mut accounts: Vec<&str> = accounts.collect();
            accounts.dedup();
            Entry {
                accounts,
                password: password.filter(|password| !is_address(password)),
                has_page: self.page.is_some(),
            }
        })
    }
}

/// Returns whether a line may be labelled or a rule: a cheap first check.
fn may_be_labelled(line: &str) -> bool {
    let mut bytes = line.as_bytes();
    while let Some(place) = memchr::memchr3(b':', b'=', b'-', bytes) {
        let beside =
            |byte: Option<&u8>| matches!(byte, None | Some(b' ' | b'\t' | b'-' | b'=' | b']'));
        let before = place.checked_sub(1).and_then(|place| bytes.get(place));
        let is_page = bytes[place..].starts_with(b":http");
        if before.is_none() || beside(before) || beside(bytes.get(place + 1)) || is_page {
            return true;
        }
        bytes = &bytes[place + 1..];
    }
    label::is_rule(line)
}

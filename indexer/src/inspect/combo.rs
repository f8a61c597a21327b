//! Lists of logins and passwords, as attackers try them against other services.

use exposure_index::identifier::Kind;

use super::classes::{PASSWORDS, is_password_like};
use super::guess::{Cells, Column, Guess};
use super::mask;
use super::meaning::Meaning::{Class, Identifier};

/// Probability that the text next to a login is its password, in percent.
const SURE: u8 = 80;

/// In a list of two or three columns without names, takes the text next to a login for its password.
pub(super) fn find_passwords(columns: &mut [Column], cells: &[Cells<'_>]) {
    if !(2..=3).contains(&columns.len()) || !columns.iter().any(is_login) {
        return;
    }
    let beside = columns
        .iter_mut()
        .zip(cells)
        .find(|(column, cells)| column.proposed().is_none() && may_be_passwords(cells));
    if let Some((column, _)) = beside {
        column.preview = mask::HIDDEN.to_owned();
        column.guess = Some(Guess {
            meaning: Class(PASSWORDS),
            percent: SURE,
            by_name: false,
            by_values: true,
            taken: None,
        });
    }
}

fn is_login(column: &Column) -> bool {
    let kinds = [Kind::Email, Kind::Login, Kind::Phone];
    let guess = column.proposed().map(|guess| guess.meaning);
    kinds.iter().any(|&kind| guess == Some(Identifier(kind)))
}

fn may_be_passwords(cells: &Cells<'_>) -> bool {
    let like = cells.values.iter().filter(|value| is_password_like(value));
    cells.name.is_none() && !cells.values.is_empty() && like.count() * 10 >= cells.values.len() * 9
}

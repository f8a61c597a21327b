/// Bytes of a cell that are kept: the longest identifier has 318, and nothing longer than 1,024 is one.
const CELL: usize = 1_100;

/// The text of a cell, cut off where it is longer than any identifier.
pub(super) fn cell(bytes: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(&bytes[..bytes.len().min(CELL)]).into_owned();
    if bytes.len() > CELL {
        text.truncate(text.trim_end_matches(char::REPLACEMENT_CHARACTER).len());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_cell_is_cut_between_characters() {
        let long = format!("x{}", "ы".repeat(CELL));
        let cut = cell(long.as_bytes());
        assert!(long.starts_with(&cut) && cut.len() >= CELL - 2);
        assert_eq!(cell("Қали".as_bytes()), "Қали");
    }
}

/// Adds the check digit to the first eleven digits of an IIN or BIN; `None` for the one in eleven that cannot have one.
#[must_use]
pub fn with_check_digit(first: &str) -> Option<String> {
    let rest = |weights: [u32; 11]| {
        let digits = first.chars().filter_map(|digit| digit.to_digit(10));
        let products = digits.zip(weights).map(|(digit, weight)| digit * weight);
        products.sum::<u32>() % 11
    };
    let first_rest = rest([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    let check = match first_rest {
        10 => rest([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]),
        rest => rest,
    };
    (check < 10).then(|| format!("{first}{check}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_known_examples() {
        assert_eq!(
            with_check_digit("00010110001").as_deref(),
            Some("000101100016")
        );
        assert_eq!(
            with_check_digit("36032325853").as_deref(),
            Some("360323258530")
        );
        assert_eq!(
            with_check_digit("51062428001").as_deref(),
            Some("510624280010")
        );
    }
}

/// A date as dumps write them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: u16,
}

/// Returns the date in a cell, possibly with a time after it: `27.02.1842`, `1842-02-27`, `27/02/1842`, `18420227`.
pub(super) fn date(cell: &str) -> Option<Date> {
    let text = cell.trim();
    let text = text.split([' ', 'T']).next().unwrap_or(text);
    let parts: Vec<&str> = text.split(['.', '-', '/']).collect();
    if !parts
        .iter()
        .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return None;
    }
    let number = |part: &str| part.parse::<u16>().ok();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => known(number(year)?, number(month)?, number(day)?),
        [day, month, year] if year.len() == 4 => known(number(year)?, number(month)?, number(day)?),
        [compact] if compact.len() == 8 => {
            let (year, rest) = compact.split_at(4);
            let (month, day) = rest.split_at(2);
            known(number(year)?, number(month)?, number(day)?)
        }
        _ => None,
    }
}

/// Months and days are taken in either order, as Americans write them the other way round.
fn known(year: u16, month: u16, day: u16) -> Option<Date> {
    let fits = |month: u16, day: u16| (1..=12).contains(&month) && (1..=31).contains(&day);
    let fits = (1800..=2100).contains(&year) && (fits(month, day) || fits(day, month));
    fits.then_some(Date { year })
}

/// Returns whether dates are spread like birth dates: nine in ten span at least 25 years. Dates of events
/// are closer together.
pub(super) fn are_spread(years: &mut [u16]) -> bool {
    if years.len() < 10 {
        return false;
    }
    years.sort_unstable();
    let tenth = years.len() / 20;
    years[years.len() - 1 - tenth] - years[tenth] >= 25
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_known_as_they_are_written() {
        for text in [
            "27.02.1842",
            "1842-02-27",
            "02/27/1842",
            "1842-02-27T00:00:00",
            "18420227",
        ] {
            assert_eq!(date(text), Some(Date { year: 1842 }), "{text}");
        }
        for text in [
            "",
            "27.02.42",
            "1842-13-32",
            "12345678",
            "1.2",
            "127.0.0.1",
            "a.b.1842",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn birth_dates_are_spread_over_a_lifetime() {
        let mut births: Vec<u16> = (0..60).map(|person| 1840 + person).collect();
        assert!(are_spread(&mut births));
        let mut visits: Vec<u16> = (0..60).map(|visit| 2015 + visit % 8).collect();
        assert!(!are_spread(&mut visits));
        assert!(!are_spread(&mut [1840, 1890]));
    }
}

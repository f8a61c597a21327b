use exposure_index::identifier::clean;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Digits of seconds since 1970, from 2001 to 2286.
const SECONDS: usize = 10;

/// The day that a cell names: `2026-11-30`, `30.11.2026`, either with a time after it, or seconds since 1970.
pub(crate) fn day(cell: &str) -> Option<Date> {
    let cell = clean(cell);
    if cell.len() == SECONDS && cell.bytes().all(|byte| byte.is_ascii_digit()) {
        let time = Timestamp::from_second(cell.parse().ok()?).ok()?;
        return Some(time.to_zoned(TimeZone::UTC).date());
    }
    let end = cell.find([' ', 'T']).unwrap_or(cell.len());
    let written = &cell[..end];
    if let Some((day, rest)) = written.split_once('.') {
        let (month, year) = rest.split_once('.')?;
        return of_parts([year, month, day]);
    }
    let (year, rest) = written.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    of_parts([year, month, day])
}

fn of_parts([year, month, day]: [&str; 3]) -> Option<Date> {
    let parts = [(year, 4), (month, 2), (day, 2)];
    let is_written = |(part, length): (&str, usize)| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !parts.into_iter().all(is_written) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_is_read_in_the_ways_that_lists_write_it() {
        for cell in [
            "2026-11-30",
            " 2026-11-30 ",
            "2026-11-30T08:15:00.000Z",
            "2026-11-30 08:15:00",
            "30.11.2026",
            "30.11.2026 08:15",
            "1796025600",
        ] {
            assert_eq!(day(cell), Some(date(2026, 11, 30)), "{cell}");
        }
        for cell in [
            "",
            "2026",
            "2026-11",
            "2026-13-01",
            "2026-02-30",
            "1.1.2026",
            "11/30/2026",
            "30.11.26",
            "tomorrow",
            "179602560",
            "-2026-11-30",
        ] {
            assert_eq!(day(cell), None, "{cell}");
        }
    }
}

//! When did leaks happen, and how large were they? A picture.

use exposure_index::breach::PartialDate;

use super::canvas::{Align, Area, Canvas, Tone, draw, shortened};
use super::{Drawings, LETTERS, Sheet};

const YEARS_HEIGHT: i32 = 28;
/// Width at the right for numbers and their heading.
const VALUES: i32 = 190;
/// Width of a number alone.
const VALUE: i32 = 90;
const LARGEST_RADIUS: f64 = 13.0;
const SMALLEST_RADIUS: f64 = 3.0;
/// Margin that keeps circles inside their part of the picture.
const MARGIN: i32 = 16;
/// Pixels that a year's number needs.
const YEAR_WIDTH: i32 = 44;

/// A timeline: leaks at their dates, each in a line of its own.
pub(in crate::report) struct Timeline<'a> {
    /// Heading of the numbers at the right.
    pub(in crate::report) values: &'static str,
    pub(in crate::report) leaks: Vec<Leak<'a>>,
}

/// A leak on a timeline.
pub(in crate::report) struct Leak<'a> {
    pub(in crate::report) name: String,
    pub(in crate::report) date: &'a PartialDate,
    /// Number of identifiers in it, if that may be shown.
    pub(in crate::report) identifiers: Option<u64>,
    /// Text at the end of the line.
    pub(in crate::report) value: String,
}

impl Timeline<'_> {
    pub(in crate::report) fn draw(&self) -> Drawings {
        let counts = self.leaks.iter().filter_map(|leak| leak.identifiers);
        let most = counts.max().unwrap_or(0);
        Drawings::on_both(|sheet| {
            let row = row(sheet);
            let height = YEARS_HEIGHT + row * self.leaks.len() as i32 + 4;
            let axis = Axis::of(sheet, &self.leaks);
            draw(sheet.width(), height, |canvas| {
                for nth in (1..self.leaks.len() as i32).step_by(2) {
                    canvas.band(Area {
                        left: 0,
                        top: YEARS_HEIGHT + row * nth,
                        width: sheet.width(),
                        height: row,
                    });
                }
                axis.draw(canvas, height);
                if sheet == Sheet::Desk {
                    canvas.small_text(sheet.width(), YEARS_HEIGHT / 2 - 2, self.values, Align::End);
                }
                for (nth, leak) in (0..).zip(&self.leaks) {
                    axis.draw_leak(canvas, leak, YEARS_HEIGHT + row * nth, most);
                }
            })
        })
    }
}

/// Returns the height of a leak.
const fn row(sheet: Sheet) -> i32 {
    match sheet {
        Sheet::Desk => 32,
        Sheet::Phone => 54,
    }
}

/// The years from the first leak to the last.
struct Axis {
    sheet: Sheet,
    first: i32,
    /// The year after the last.
    end: i32,
}

impl Axis {
    fn of(sheet: Sheet, leaks: &[Leak<'_>]) -> Self {
        let years = || leaks.iter().map(|leak| span(leak.date).0.floor() as i32);
        let first = years().min().unwrap_or(0);
        let last = years().max().unwrap_or(0);
        Self {
            sheet,
            first,
            end: last + 1,
        }
    }

    /// Returns its first and last pixel.
    const fn ends(&self) -> (i32, i32) {
        match self.sheet {
            Sheet::Desk => (
                self.sheet.names() + MARGIN,
                self.sheet.width() - VALUES - MARGIN,
            ),
            Sheet::Phone => (MARGIN, self.sheet.width() - MARGIN),
        }
    }

    /// Returns the place of a time, in years.
    fn place(&self, time: f64) -> i32 {
        let (left, right) = self.ends();
        let share = (time - f64::from(self.first)) / f64::from(self.end - self.first);
        left + (f64::from(right - left) * share).round() as i32
    }

    fn draw(&self, canvas: &Canvas<'_>, bottom: i32) {
        let (left, right) = self.ends();
        let years = (self.end - self.first).unsigned_abs() as usize;
        let most = ((right - left) / YEAR_WIDTH).unsigned_abs() as usize;
        for year in (self.first..=self.end).step_by(years.div_ceil(most)) {
            let x = self.place(f64::from(year));
            canvas.rule((x, YEARS_HEIGHT - 6), (x, bottom - 4));
            canvas.small_text(x, YEARS_HEIGHT / 2 - 2, &year.to_string(), Align::Middle);
        }
    }

    fn draw_leak(&self, canvas: &Canvas<'_>, leak: &Leak<'_>, top: i32, most: u64) {
        let (name_at, middle) = match self.sheet {
            Sheet::Desk => (top + row(self.sheet) / 2, top + row(self.sheet) / 2),
            Sheet::Phone => (top + 14, top + 38),
        };
        let room = match self.sheet {
            Sheet::Desk => self.sheet.room_for_name() - MARGIN,
            Sheet::Phone => self.sheet.room_for_name() - VALUE,
        };
        canvas.text(
            0,
            name_at,
            &shortened(&leak.name, room, LETTERS),
            Align::Start,
        );
        canvas.text(self.sheet.width(), name_at, &leak.value, Align::End);
        let (from, to) = span(leak.date);
        let (left, right) = (self.place(from), self.place(to));
        if from < to {
            canvas.bar(
                Area {
                    left,
                    top: middle - 4,
                    width: right - left,
                    height: 8,
                },
                Tone::Light,
            );
        }
        let share = leak.identifiers.unwrap_or(0) as f64 / most.max(1) as f64;
        let radius = (LARGEST_RADIUS * share.sqrt()).max(SMALLEST_RADIUS).round();
        let tone = match leak.identifiers {
            Some(_) => Tone::Dark,
            None => Tone::White,
        };
        canvas.circle((left + right) / 2, middle, radius as i32, tone);
    }
}

/// Returns the first and last time that a date may mean, in years.
fn span(date: &PartialDate) -> (f64, f64) {
    let parts = date.as_str().split('-');
    let mut parts = parts.filter_map(|part| part.parse::<f64>().ok());
    let year = parts.next().unwrap_or(0.0);
    match (parts.next(), parts.next()) {
        (None, _) => (year, year + 1.0),
        (Some(month), None) => (year + (month - 1.0) / 12.0, year + month / 12.0),
        (Some(month), Some(day)) => {
            // Near enough for a picture: every month has 31 days.
            let moment = year + (month - 1.0 + (day - 1.0) / 31.0) / 12.0;
            (moment, moment)
        }
    }
}

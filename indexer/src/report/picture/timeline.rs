use super::canvas::{Align, Canvas, Tone, draw, shortened};
use super::{Drawing, LETTERS, NAMES, WIDTH};
use crate::breach::PartialDate;

const ROW: i32 = 32;
const YEARS_HEIGHT: i32 = 28;
/// Room for numbers at the right.
const VALUES: i32 = 110;
const LARGEST_RADIUS: f64 = 13.0;
const SMALLEST_RADIUS: f64 = 3.0;
/// So that circles do not leave their part of the picture.
const MARGIN: i32 = 16;
/// More years than this are not all written.
const MOST_YEARS: usize = 8;

/// Leaks at their dates, each in a line of its own.
pub(in crate::report) struct Timeline<'a> {
    pub(in crate::report) leaks: Vec<Leak<'a>>,
}

/// A leak on a timeline.
pub(in crate::report) struct Leak<'a> {
    pub(in crate::report) name: String,
    pub(in crate::report) date: &'a PartialDate,
    /// How many identifiers it holds, if that may be told.
    pub(in crate::report) identifiers: Option<u64>,
    /// Stands at the end of the line.
    pub(in crate::report) value: String,
}

impl Timeline<'_> {
    pub(in crate::report) fn draw(&self) -> Drawing {
        let height = YEARS_HEIGHT + ROW * self.leaks.len() as i32 + 4;
        let axis = Axis::of(&self.leaks);
        let counts = self.leaks.iter().filter_map(|leak| leak.identifiers);
        let most = counts.max().unwrap_or(0);
        draw(WIDTH, height, |canvas| {
            for nth in (1..self.leaks.len() as i32).step_by(2) {
                canvas.band(0, YEARS_HEIGHT + ROW * nth, WIDTH, ROW);
            }
            axis.draw(canvas, height);
            for (nth, leak) in (0..).zip(&self.leaks) {
                let middle = YEARS_HEIGHT + ROW * nth + ROW / 2;
                draw_leak(canvas, leak, &axis, middle, most);
            }
        })
    }
}

fn draw_leak(canvas: &Canvas<'_>, leak: &Leak<'_>, axis: &Axis, middle: i32, most: u64) {
    canvas.text(
        0,
        middle,
        &shortened(&leak.name, NAMES - MARGIN, LETTERS),
        Align::Start,
    );
    let (from, to) = span(leak.date);
    let (left, right) = (axis.place(from), axis.place(to));
    if right - left > 2 {
        canvas.bar(left, middle - 4, right - left, 8, Tone::Light);
    }
    let share = leak.identifiers.unwrap_or(0) as f64 / most.max(1) as f64;
    let radius = (LARGEST_RADIUS * share.sqrt()).max(SMALLEST_RADIUS).round();
    let tone = match leak.identifiers {
        Some(_) => Tone::Dark,
        None => Tone::White,
    };
    canvas.circle((left + right) / 2, middle, radius as i32, tone);
    canvas.text(WIDTH, middle, &leak.value, Align::End);
}

/// The years from the first leak to the last.
struct Axis {
    first: i32,
    /// The year after the last.
    end: i32,
}

impl Axis {
    fn of(leaks: &[Leak<'_>]) -> Self {
        let years = || leaks.iter().map(|leak| span(leak.date).0.floor() as i32);
        let first = years().min().unwrap_or(0);
        let last = years().max().unwrap_or(0);
        Self {
            first,
            end: last + 1,
        }
    }

    /// Where a time, in years, stands.
    fn place(&self, time: f64) -> i32 {
        let (left, right) = (NAMES + MARGIN, WIDTH - VALUES - MARGIN);
        let share = (time - f64::from(self.first)) / f64::from(self.end - self.first);
        left + (f64::from(right - left) * share).round() as i32
    }

    fn draw(&self, canvas: &Canvas<'_>, bottom: i32) {
        let years = (self.end - self.first).unsigned_abs() as usize;
        let step = years.div_ceil(MOST_YEARS).max(1);
        for year in (self.first..=self.end).step_by(step) {
            let x = self.place(f64::from(year));
            canvas.rule((x, YEARS_HEIGHT - 6), (x, bottom - 4));
            canvas.small_text(x, YEARS_HEIGHT / 2 - 2, &year.to_string(), Align::Middle);
        }
    }
}

/// From when to when a date may be, in years.
fn span(date: &PartialDate) -> (f64, f64) {
    let mut parts = date
        .as_str()
        .split('-')
        .filter_map(|part| part.parse::<f64>().ok());
    let year = parts.next().unwrap_or(0.0);
    match (parts.next(), parts.next()) {
        (None, _) => (year, year + 1.0),
        (Some(month), None) => (year + (month - 1.0) / 12.0, year + month / 12.0),
        (Some(month), Some(day)) => {
            let moment = year + (month - 1.0) / 12.0 + (day - 1.0) / 372.0;
            (moment, moment)
        }
    }
}

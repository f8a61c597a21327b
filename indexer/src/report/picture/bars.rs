//! How many are in each? Bars next to names, each in parts.

use super::canvas::{Align, Area, Canvas, Tone, draw, shortened, width_of};
use super::{Drawings, LETTERS, SMALL_LETTERS, Sheet};

/// Width of the text after a bar.
const VALUES: i32 = 180;
const BAR_HEIGHT: i32 = 18;
const LEGEND_HEIGHT: i32 = 34;
/// Gap between neighbours.
const GAP: i32 = 10;

/// Horizontal bars, one below the other.
pub(in crate::report) struct Bars {
    /// Meaning of the tones of the bars' parts; empty if they have none.
    pub(in crate::report) legend: Vec<(Tone, &'static str)>,
    pub(in crate::report) bars: Vec<Bar>,
}

/// A bar.
pub(in crate::report) struct Bar {
    pub(in crate::report) name: String,
    /// Note below the name, in small letters.
    pub(in crate::report) note: String,
    /// Parts, from left to right.
    pub(in crate::report) parts: Vec<Part>,
    /// Text after the bar.
    pub(in crate::report) value: String,
}

/// A part of a bar.
pub(in crate::report) struct Part {
    pub(in crate::report) amount: f64,
    pub(in crate::report) tone: Tone,
}

impl Part {
    /// Makes a part of a count; one that must not be published is not drawn.
    pub(in crate::report) fn of(count: Option<u64>, tone: Tone) -> Self {
        Self {
            amount: count.unwrap_or(0) as f64,
            tone,
        }
    }
}

impl Bar {
    fn amount(&self) -> f64 {
        self.parts.iter().map(|part| part.amount).sum()
    }
}

impl Bars {
    /// Makes bars without a legend.
    pub(in crate::report) fn plain(bars: impl Iterator<Item = Bar>) -> Self {
        Self {
            legend: Vec::new(),
            bars: bars.collect(),
        }
    }

    pub(in crate::report) fn draw(&self) -> Drawings {
        Drawings::on_both(|sheet| {
            let (step, top) = (self.step(sheet), self.top());
            let height = top + step * self.bars.len() as i32 + 4;
            let most = self.bars.iter().map(Bar::amount).fold(0.0, f64::max);
            draw(sheet.width(), height, |canvas| {
                self.draw_legend(canvas, sheet);
                for (nth, bar) in (0..).zip(&self.bars) {
                    draw_bar(canvas, sheet, bar, top + step * nth, step, most);
                }
                canvas.rule((sheet.names(), top), (sheet.names(), height - 4));
            })
        })
    }

    fn has_notes(&self) -> bool {
        self.bars.iter().any(|bar| !bar.note.is_empty())
    }

    /// Returns the height of a bar, its name and its note.
    fn step(&self, sheet: Sheet) -> i32 {
        match (sheet, self.has_notes()) {
            (Sheet::Desk, false) => 30,
            (Sheet::Desk, true) => 42,
            (Sheet::Phone, false) => 52,
            (Sheet::Phone, true) => 68,
        }
    }

    const fn top(&self) -> i32 {
        if self.legend.is_empty() {
            4
        } else {
            LEGEND_HEIGHT
        }
    }

    fn draw_legend(&self, canvas: &Canvas<'_>, sheet: Sheet) {
        let mut left = sheet.names();
        for (tone, text) in &self.legend {
            canvas.bar(
                Area {
                    left,
                    top: 4,
                    width: BAR_HEIGHT,
                    height: BAR_HEIGHT,
                },
                *tone,
            );
            left += BAR_HEIGHT + GAP / 2;
            canvas.small_text(left, 4 + BAR_HEIGHT / 2, text, Align::Start);
            left += width_of(text, SMALL_LETTERS) + 2 * GAP;
        }
    }
}

/// Draws a bar and what belongs to it, in the `step` pixels below `top`.
fn draw_bar(canvas: &Canvas<'_>, sheet: Sheet, bar: &Bar, top: i32, step: i32, most: f64) {
    let (name_at, middle) = match (sheet, bar.note.is_empty()) {
        (Sheet::Desk, true) => (top + step / 2, top + step / 2),
        (Sheet::Desk, false) => (top + step / 2 - 8, top + step / 2),
        (Sheet::Phone, _) => (top + 14, top + step - 16),
    };
    let room_for_name = sheet.room_for_name() - GAP;
    canvas.text(
        0,
        name_at,
        &shortened(&bar.name, room_for_name, LETTERS),
        Align::Start,
    );
    let note = shortened(&bar.note, room_for_name, SMALL_LETTERS);
    canvas.small_text(0, name_at + 17, &note, Align::Start);
    let room = f64::from(sheet.width() - VALUES - sheet.names());
    let at = |amount: f64| sheet.names() + (room * amount / most).round() as i32;
    let mut before = 0.0;
    for part in bar.parts.iter().filter(|part| part.amount > 0.0) {
        let (left, right) = (at(before), at(before + part.amount));
        // Even the smallest part must be visible.
        let width = (right - left).max(2);
        canvas.bar(
            Area {
                left,
                top: middle - BAR_HEIGHT / 2,
                width,
                height: BAR_HEIGHT,
            },
            part.tone,
        );
        before += part.amount;
    }
    let end = if before > 0.0 {
        at(before)
    } else {
        sheet.names()
    };
    let value = shortened(&bar.value, VALUES - GAP, LETTERS);
    canvas.text(end + GAP, middle, &value, Align::Start);
}

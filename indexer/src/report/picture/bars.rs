use super::canvas::{Align, Canvas, Tone, draw, shortened, width_of};
use super::{Drawing, LETTERS, NAMES, SMALL_LETTERS, WIDTH};

/// Room for what is written behind a bar.
const VALUES: i32 = 170;
const BAR_HEIGHT: i32 = 18;
const LEGEND_HEIGHT: i32 = 34;
/// Between what stands beside each other.
const GAP: i32 = 10;

/// Horizontal bars, one below the other.
pub(in crate::report) struct Bars {
    /// What the tones of the bars' parts mean, if they mean something.
    pub(in crate::report) legend: Vec<(Tone, &'static str)>,
    pub(in crate::report) bars: Vec<Bar>,
}

/// A bar.
pub(in crate::report) struct Bar {
    pub(in crate::report) name: String,
    /// Stands below the name, in small letters.
    pub(in crate::report) note: String,
    /// From left to right.
    pub(in crate::report) parts: Vec<Part>,
    /// Stands behind the bar.
    pub(in crate::report) value: String,
}

/// A part of a bar.
pub(in crate::report) struct Part {
    pub(in crate::report) amount: f64,
    pub(in crate::report) tone: Tone,
}

impl Part {
    /// A count; nothing is drawn of one that must not be published.
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
    /// Bars without a legend.
    pub(in crate::report) fn plain(bars: impl Iterator<Item = Bar>) -> Self {
        Self {
            legend: Vec::new(),
            bars: bars.collect(),
        }
    }

    pub(in crate::report) fn draw(&self) -> Drawing {
        let has_notes = self.bars.iter().any(|bar| !bar.note.is_empty());
        let step = if has_notes { 42 } else { 30 };
        let top = if self.legend.is_empty() {
            4
        } else {
            LEGEND_HEIGHT
        };
        let height = top + step * self.bars.len() as i32 + 4;
        let most = self.bars.iter().map(Bar::amount).fold(0.0, f64::max);
        draw(WIDTH, height, |canvas| {
            self.draw_legend(canvas);
            for (nth, bar) in (0..).zip(&self.bars) {
                draw_bar(canvas, bar, top + step * nth + step / 2, most);
            }
            canvas.rule((NAMES, top), (NAMES, height - 4));
        })
    }

    fn draw_legend(&self, canvas: &Canvas<'_>) {
        let mut left = NAMES;
        for (tone, text) in &self.legend {
            canvas.bar(left, 4, BAR_HEIGHT, BAR_HEIGHT, *tone);
            left += BAR_HEIGHT + GAP / 2;
            canvas.small_text(left, 4 + BAR_HEIGHT / 2, text, Align::Start);
            left += width_of(text, SMALL_LETTERS) + 2 * GAP;
        }
    }
}

fn draw_bar(canvas: &Canvas<'_>, bar: &Bar, middle: i32, most: f64) {
    let name = shortened(&bar.name, NAMES - GAP, LETTERS);
    if bar.note.is_empty() {
        canvas.text(0, middle, &name, Align::Start);
    } else {
        let note = shortened(&bar.note, NAMES - GAP, SMALL_LETTERS);
        canvas.text(0, middle - 8, &name, Align::Start);
        canvas.small_text(0, middle + 9, &note, Align::Start);
    }
    let room = f64::from(WIDTH - VALUES - NAMES);
    let mut before = 0.0;
    for part in bar.parts.iter().filter(|part| part.amount > 0.0) {
        let at = |amount: f64| NAMES + (room * amount / most).round() as i32;
        let (left, right) = (at(before), at(before + part.amount));
        // What there is must be seen, however little it is.
        let width = (right - left).max(2);
        canvas.bar(left, middle - BAR_HEIGHT / 2, width, BAR_HEIGHT, part.tone);
        before += part.amount;
    }
    let end = if most > 0.0 {
        room * before / most
    } else {
        0.0
    };
    let value = shortened(&bar.value, VALUES - GAP, LETTERS);
    canvas.text(
        NAMES + end.round() as i32 + GAP,
        middle,
        &value,
        Align::Start,
    );
}

use super::canvas::{Align, Area, Canvas, Tone, draw, shortened};
use super::{Drawings, LETTERS, SMALL_LETTERS, Sheet};

/// Height of the names above the columns.
const NAMES_HEIGHT: i32 = 200;
const COLUMN: i32 = 28;
const ROW: i32 = 28;
const DOT: i32 = 7;
const NO_DOT: i32 = 3;
/// Minimum width for bars and the text after them.
const BARS: i32 = 330;
/// Width of the text after a bar.
const VALUES: i32 = 170;
const GAP: i32 = 12;

/// An UpSet plot (Lex et al. 2014), rotated: leaks in columns, combinations in lines.
pub(in crate::report) struct UpSet {
    /// Names of the leaks.
    pub(in crate::report) leaks: Vec<String>,
    pub(in crate::report) combinations: Vec<Combination>,
}

/// A combination of leaks.
pub(in crate::report) struct Combination {
    /// Places among the leaks, ascending.
    pub(in crate::report) leaks: Vec<usize>,
    pub(in crate::report) identifiers: u64,
    /// Text after the bar.
    pub(in crate::report) value: String,
}

impl UpSet {
    pub(in crate::report) fn draw(&self) -> Drawings {
        let matrix = COLUMN * self.leaks.len() as i32;
        let width = Sheet::Desk.width().max(matrix + GAP + BARS);
        let height = NAMES_HEIGHT + ROW * self.combinations.len() as i32 + 4;
        let most = self.combinations.iter().map(|one| one.identifiers).max();
        Drawings::wide(draw(width, height, |canvas| {
            for (place, name) in (0..).zip(&self.leaks) {
                let name = shortened(name, NAMES_HEIGHT - GAP, SMALL_LETTERS);
                canvas.upright_text(COLUMN * place + COLUMN / 2, NAMES_HEIGHT - GAP / 2, &name);
            }
            for (nth, combination) in (0..).zip(&self.combinations) {
                let top = NAMES_HEIGHT + ROW * nth;
                if nth % 2 == 0 {
                    canvas.band(Area {
                        left: 0,
                        top,
                        width,
                        height: ROW,
                    });
                }
                self.draw_dots(canvas, combination, top + ROW / 2);
                let room = width - matrix - GAP - VALUES;
                let share = combination.identifiers as f64 / most.unwrap_or(1).max(1) as f64;
                let length = ((f64::from(room) * share).round() as i32).max(2);
                let left = matrix + GAP;
                canvas.bar(
                    Area {
                        left,
                        top: top + 5,
                        width: length,
                        height: ROW - 10,
                    },
                    Tone::Dark,
                );
                let value = shortened(&combination.value, VALUES - GAP, LETTERS);
                canvas.text(left + length + 8, top + ROW / 2, &value, Align::Start);
            }
        }))
    }

    fn draw_dots(&self, canvas: &Canvas<'_>, combination: &Combination, middle: i32) {
        let x = |place: usize| COLUMN * place as i32 + COLUMN / 2;
        if let [first, .., last] = combination.leaks[..] {
            canvas.stroke((x(first), middle), (x(last), middle));
        }
        for place in 0..self.leaks.len() {
            match combination.leaks.contains(&place) {
                true => canvas.circle(x(place), middle, DOT, Tone::Dark),
                false => canvas.circle(x(place), middle, NO_DOT, Tone::White),
            }
        }
    }
}

use super::canvas::{Align, Area, draw, shortened};
use super::{Drawings, LETTERS, NAMES, SMALL_LETTERS, Sheet};

/// Height of the names above the columns.
const NAMES_HEIGHT: i32 = 200;
const COLUMN: i32 = 36;
const ROW: i32 = 30;
const GAP: i32 = 12;

/// A heat map: fields whose darkness is a share.
pub(in crate::report) struct HeatMap {
    /// Names of the lines and of the columns.
    pub(in crate::report) names: Vec<String>,
    /// A line of fields for each name.
    pub(in crate::report) fields: Vec<Vec<Field>>,
}

/// A field.
pub(in crate::report) struct Field {
    /// The share, from 0 to 1.
    pub(in crate::report) share: f64,
    pub(in crate::report) text: String,
}

impl HeatMap {
    pub(in crate::report) fn draw(&self) -> Drawings {
        let count = self.names.len() as i32;
        // Few fields are wider.
        let column = ((Sheet::Desk.width() - NAMES - 2) / count.max(1)).clamp(COLUMN, 2 * COLUMN);
        let (width, height) = (NAMES + column * count + 2, NAMES_HEIGHT + ROW * count + 4);
        Drawings::wide(draw(width, height, |canvas| {
            for (place, name) in (0..).zip(&self.names) {
                let above = shortened(name, NAMES_HEIGHT - GAP, SMALL_LETTERS);
                let x = NAMES + column * place + column / 2;
                canvas.upright_text(x, NAMES_HEIGHT - GAP / 2, &above);
                let beside = shortened(name, NAMES - GAP, LETTERS);
                let middle = NAMES_HEIGHT + ROW * place + ROW / 2;
                canvas.text(0, middle, &beside, Align::Start);
            }
            for (line, fields) in (0..).zip(&self.fields) {
                for (place, field) in (0..).zip(fields) {
                    let (left, top) = (NAMES + column * place, NAMES_HEIGHT + ROW * line);
                    canvas.heat(
                        Area {
                            left,
                            top,
                            width: column,
                            height: ROW,
                        },
                        field.share,
                        &field.text,
                    );
                }
            }
        }))
    }
}

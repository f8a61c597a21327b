//! What are the report's pictures drawn with? Shades, letters, fields.

use std::io;

use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::{
    Circle, DrawingArea, IntoDrawingArea, PathElement, RGBColor, Rectangle, SVGBackend, Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, IntoFont, ShapeStyle};

use super::{Drawing, LETTERS, SMALL_LETTERS};

/// Darkness of a shape. Neighbours differ enough to be distinguished in black and white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Tone {
    Dark,
    Middle,
    Light,
    White,
}

const INK: RGBColor = RGBColor(0x10, 0x20, 0x1e);
const SOFT_INK: RGBColor = RGBColor(0x43, 0x53, 0x4f);
const LINE: RGBColor = RGBColor(0xb9, 0xc7, 0xc2);
const BAND: RGBColor = RGBColor(0xf1, 0xf5, 0xf3);
const BLACK: RGBColor = RGBColor(0, 0, 0);
const WHITE: RGBColor = RGBColor(0xff, 0xff, 0xff);
const DEEP: RGBColor = RGBColor(0x0c, 0x47, 0x42);

/// The luminance with which black and white have the same contrast, 4.58.
const EVEN_LUMINANCE: f64 = 0.179;

/// plotters divides sizes of letters by this.
const PLOTTERS_LETTERS: f64 = 1.24;
/// Width of a letter on average, as a share of its size; a wide one of Cyrillic.
const LETTER_WIDTH: f64 = 0.62;

impl Tone {
    const fn fill(self) -> RGBColor {
        match self {
            Self::Dark => DEEP,
            Self::Middle => RGBColor(0x63, 0x9c, 0x91),
            Self::Light => RGBColor(0xcf, 0xe3, 0xdd),
            Self::White => WHITE,
        }
    }
}

/// Alignment of a text at its place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Align {
    Start,
    Middle,
    End,
}

/// A canvas of pixels, from the upper left corner.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// Draws a picture of a size.
pub(super) fn draw(width: i32, height: i32, with: impl FnOnce(&Canvas<'_>)) -> Drawing {
    let mut svg = String::new();
    let size = (width.unsigned_abs(), height.unsigned_abs());
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        with(&Canvas { area });
    }
    Drawing { svg, width, height }
}

/// Returns the text, cut off with an ellipsis if it would be wider than `width` pixels.
pub(super) fn shortened(text: &str, width: i32, letters: i32) -> String {
    let room = (f64::from(width) / (f64::from(letters) * LETTER_WIDTH)) as usize;
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end_matches(|c: char| !c.is_alphanumeric()))
}

/// Estimates the width of a text.
pub(super) fn width_of(text: &str, letters: i32) -> i32 {
    (text.chars().count() as f64 * f64::from(letters) * LETTER_WIDTH).ceil() as i32
}

/// A rectangle, in pixels from the upper left corner.
#[derive(Clone, Copy)]
pub(super) struct Area {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Area {
    const fn corners(self) -> [(i32, i32); 2] {
        let (right, bottom) = (self.left + self.width, self.top + self.height);
        [(self.left, self.top), (right, bottom)]
    }
}

impl Canvas<'_> {
    /// Draws a filled rectangle with an outline, so that light ones are visible on white.
    pub(super) fn bar(&self, area: Area, tone: Tone) {
        self.field(area, tone.fill());
        self.outline(area, DEEP);
    }

    /// Draws a light stripe that leads the eye along a line.
    pub(super) fn band(&self, area: Area) {
        self.field(area, BAND);
    }

    /// Draws a field of a heat map, whose darkness is a share, and the text in it.
    pub(super) fn heat(&self, area: Area, share: f64, text: &str) {
        let fill = shade(share);
        self.field(area, fill);
        self.outline(area, LINE);
        let ink = ink_on(fill);
        let middle = (area.left + area.width / 2, area.top + area.height / 2);
        self.write(middle, text, SMALL_LETTERS, ink, Align::Middle);
    }

    pub(super) fn circle(&self, x: i32, y: i32, radius: i32, tone: Tone) {
        let style = ShapeStyle::from(tone.fill()).filled();
        into_memory(self.area.draw(&Circle::new((x, y), radius, style)));
        into_memory(self.area.draw(&Circle::new(
            (x, y),
            radius,
            ShapeStyle::from(DEEP).stroke_width(1),
        )));
    }

    /// Draws a thin line of the grid.
    pub(super) fn rule(&self, from: (i32, i32), to: (i32, i32)) {
        into_memory(self.area.draw(&PathElement::new(
            [from, to],
            ShapeStyle::from(LINE).stroke_width(1),
        )));
    }

    /// Draws a thick dark line.
    pub(super) fn stroke(&self, from: (i32, i32), to: (i32, i32)) {
        into_memory(self.area.draw(&PathElement::new(
            [from, to],
            ShapeStyle::from(DEEP).stroke_width(3),
        )));
    }

    /// Draws a text whose middle is at this height.
    pub(super) fn text(&self, x: i32, y: i32, text: &str, align: Align) {
        self.write((x, y), text, LETTERS, INK, align);
    }

    pub(super) fn small_text(&self, x: i32, y: i32, text: &str, align: Align) {
        self.write((x, y), text, SMALL_LETTERS, SOFT_INK, align);
    }

    /// Draws a text that is read from below, beginning here.
    pub(super) fn upright_text(&self, x: i32, y: i32, text: &str) {
        let size = f64::from(SMALL_LETTERS) * PLOTTERS_LETTERS;
        let font = ("sans-serif", size)
            .into_font()
            .transform(FontTransform::Rotate270);
        let style = font.color(&INK).pos(Pos::new(HPos::Left, VPos::Center));
        into_memory(self.area.draw(&Text::new(text.to_owned(), (x, y), style)));
    }

    fn write(&self, at: (i32, i32), text: &str, letters: i32, ink: RGBColor, align: Align) {
        let anchor = match align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        let font = ("sans-serif", f64::from(letters) * PLOTTERS_LETTERS).into_font();
        let style = font.color(&ink).pos(Pos::new(anchor, VPos::Center));
        into_memory(self.area.draw(&Text::new(text.to_owned(), at, style)));
    }

    fn field(&self, area: Area, fill: RGBColor) {
        let corners = area.corners();
        into_memory(self.area.draw(&Rectangle::new(corners, fill.filled())));
    }

    fn outline(&self, area: Area, line: RGBColor) {
        let corners = area.corners();
        into_memory(self.area.draw(&Rectangle::new(
            corners,
            ShapeStyle::from(line).stroke_width(1),
        )));
    }
}

/// Unwraps the result of drawing, which cannot fail: the backend writes into a string.
fn into_memory(drawn: Result<(), DrawingAreaErrorKind<io::Error>>) {
    drawn.expect("cannot fail: writing to a string never does");
}

/// Returns a shade from white, for zero, to dark, for one.
fn shade(share: f64) -> RGBColor {
    let mixed = |light: u8, dark: u8| {
        let (light, dark) = (f64::from(light), f64::from(dark));
        (light + (dark - light) * share.clamp(0.0, 1.0)).round() as u8
    };
    RGBColor(
        mixed(WHITE.0, DEEP.0),
        mixed(WHITE.1, DEEP.1),
        mixed(WHITE.2, DEEP.2),
    )
}

/// Returns the colour of text on a colour.
fn ink_on(colour: RGBColor) -> RGBColor {
    match luminance(colour) > EVEN_LUMINANCE {
        true => BLACK,
        false => WHITE,
    }
}

/// Returns the relative luminance of WCAG 2.2.
fn luminance(colour: RGBColor) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        match part <= 0.040_45 {
            true => part / 12.92,
            false => ((part + 0.055) / 1.055).powf(2.4),
        }
    };
    0.2126 * linear(colour.0) + 0.7152 * linear(colour.1) + 0.0722 * linear(colour.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contrast(one: RGBColor, other: RGBColor) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn the_number_in_a_field_of_any_darkness_can_be_read() {
        for percent in 0..=100 {
            let fill = shade(f64::from(percent) / 100.0);
            assert!(contrast(fill, ink_on(fill)) >= 4.5, "{percent} %");
        }
    }

    #[test]
    fn neighbouring_tones_differ_without_colour() {
        let tones = [Tone::Dark, Tone::Middle, Tone::Light, Tone::White];
        for pair in tones.windows(2) {
            let darkness = pair.iter().map(|tone| luminance(tone.fill()));
            let darkness: Vec<f64> = darkness.collect();
            assert!(darkness[1] - darkness[0] > 0.2, "{pair:?}");
        }
    }

    #[test]
    fn a_title_of_anybody_is_text_in_a_picture() {
        let hostile = "</text><script>alert(1)</script> & \"'";
        let drawing = draw(100, 100, |canvas| {
            canvas.text(0, 0, hostile, Align::Start);
            canvas.upright_text(0, 0, hostile);
        });
        assert!(!drawing.svg.contains("<script"), "{}", drawing.svg);
        assert_eq!(drawing.svg.matches("&lt;/text&gt;").count(), 2);
    }

    #[test]
    fn what_is_too_long_is_cut_off_between_letters() {
        assert_eq!(shortened("Қазақстан", 1000, 14), "Қазақстан");
        assert_eq!(shortened("Қазақстан тұрғындары", 90, 14), "Қазақстан…");
        assert_eq!(shortened("Қазақстан", 0, 14), "…");
    }
}

//! How are pictures drawn? As SVG, by plotters: lines, fields, circles and texts, which stay texts.
//!
//! Positions are computed here: the charts of plotters measure texts by their bytes, which takes Cyrillic for
//! twice as wide as it is.
//!
//! Every picture is legible in black and white: whatever colours show, lightness and text show as well.

mod bars;
mod canvas;
mod heat_map;
mod timeline;
mod upset;

use maud::{Markup, PreEscaped, html};

pub(super) use bars::{Bar, Bars, Part};
pub(super) use canvas::Tone;
pub(super) use heat_map::{Field, HeatMap};
pub(super) use timeline::{Leak, Timeline};
pub(super) use upset::{Combination, UpSet};

/// Width of the names at the left of a picture.
const NAMES: i32 = 280;
/// Size of the letters.
const LETTERS: i32 = 14;
/// Size of less important letters.
const SMALL_LETTERS: i32 = 12;

/// Medium that a picture is drawn for. Lengths are pixels of a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sheet {
    /// The page's column on a desk, and paper.
    Desk,
    /// A phone: names are above their bars.
    Phone,
}

impl Sheet {
    const fn width(self) -> i32 {
        match self {
            Self::Desk => 790,
            Self::Phone => 320,
        }
    }

    /// Returns the width of the column of names.
    const fn names(self) -> i32 {
        match self {
            Self::Desk => NAMES,
            Self::Phone => 0,
        }
    }

    const fn room_for_name(self) -> i32 {
        match self {
            Self::Desk => NAMES,
            Self::Phone => self.width(),
        }
    }
}

/// A picture as SVG.
struct Drawing {
    svg: String,
    width: i32,
    height: i32,
}

/// A picture for a desk and, if possible, for a phone.
pub(super) struct Drawings {
    desk: Drawing,
    phone: Option<Drawing>,
}

impl Drawings {
    fn on_both(draw: impl Fn(Sheet) -> Drawing) -> Self {
        Self {
            desk: draw(Sheet::Desk),
            phone: Some(draw(Sheet::Phone)),
        }
    }

    /// Makes a picture that cannot be narrower, and scrolls on a phone.
    const fn wide(desk: Drawing) -> Self {
        Self { desk, phone: None }
    }
}

/// A picture in the page.
pub(super) struct Picture {
    /// Prefix of its elements' ids.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// Description for readers who cannot see it.
    pub(super) description: &'static str,
    pub(super) drawings: Drawings,
}

impl Picture {
    /// Returns it as elements of the page, one of which a screen shows.
    pub(super) fn markup(&self) -> Markup {
        let Drawings { desk, phone } = &self.drawings;
        html! {
            @match phone {
                Some(phone) => {
                    figure.desk { (self.svg(desk, "")) }
                    figure.phone { (self.svg(phone, "-phone")) }
                }
                None => {
                    figure.scroll.wide tabindex="0" role="group" aria-label=(self.title) { (self.svg(desk, "")) }
                }
            }
        }
    }

    fn svg(&self, drawing: &Drawing, suffix: &str) -> Markup {
        let Drawing { svg, width, height } = drawing;
        let (title, description) = (
            format!("{}-picture{suffix}", self.id),
            format!("{}-description{suffix}", self.id),
        );
        html! {
            svg role="img" aria-labelledby={ (title) " " (description) } viewBox={ "0 0 " (width) " " (height) }
                style={ "width:" (width) "px" } {
                title id=(title) { (self.title) }
                desc id=(description) { (self.description) }
                // By plotters, which escapes texts.
                (PreEscaped(svg))
            }
        }
    }
}

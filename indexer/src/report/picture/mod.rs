//! How is it drawn? Pictures as SVG, by plotters: lines, fields, circles and texts, which stay texts.
//!
//! Every picture is legible in black and white: what colours tell is told by lightness and by a text beside it, too.

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

/// Width of most pictures, in pixels of a screen: that of the page's column.
const WIDTH: i32 = 760;
/// Width of the names at the left of a picture.
const NAMES: i32 = 250;
/// Size of the letters.
const LETTERS: i32 = 14;
/// Size of less important letters.
const SMALL_LETTERS: i32 = 12;

/// A picture that is drawn.
pub(super) struct Drawing {
    svg: String,
    width: i32,
    height: i32,
}

/// A picture in the page.
pub(super) struct Picture {
    /// What its elements' ids begin with.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// What it shows, for whoever cannot see it.
    pub(super) description: &'static str,
    pub(super) drawing: Drawing,
}

impl Picture {
    /// It as an element of the page, as wide as it was drawn at most. Where there is less room it scrolls.
    pub(super) fn markup(&self) -> Markup {
        let Drawing { svg, width, height } = &self.drawing;
        let (title, description) = (
            format!("{}-picture", self.id),
            format!("{}-description", self.id),
        );
        html! {
            figure.scroll tabindex="0" role="group" aria-label=(self.title) {
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
}

//! How are all comparisons shown in one picture?

use anyhow::anyhow;
use plotters::prelude::{
    Color, IntoDrawingArea, IntoFont, PathElement, RGBColor, Rectangle, SVGBackend, Text,
};
use plotters::style::TextStyle;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::comparison::{AIM, Comparison};

const WIDTH: i32 = 880;
const LINE: i32 = 24;
const MARGIN: i32 = 16;
/// Position of the middle, where both are equal.
const EVEN: i32 = 560;
/// Pixels for a factor of ten.
const DECADE: f64 = 110.0;
/// Maximum length of a bar.
const LONGEST: i32 = 230;
const LETTERS: i32 = 14;

const INK: RGBColor = RGBColor(0x10, 0x20, 0x1e);
const BETTER: RGBColor = RGBColor(0x0c, 0x70, 0x66);
const WORSE: RGBColor = RGBColor(0xb0, 0x5a, 0x1e);

/// An SVG with a line for each comparison with something else that was measured: to the right where ours is better, to
/// the left where the other is, on a logarithmic scale.
pub(super) fn chart(comparisons: &[Comparison]) -> anyhow::Result<String> {
    let with_others = comparisons.iter().filter(|with| with.beside != AIM);
    let with_others: Vec<&Comparison> = with_others.collect();
    let height = 2 * MARGIN + LINE * (with_others.len() as i32 + 1);
    let mut svg = String::new();
    draw(&mut svg, height, &with_others).map_err(|error| anyhow!("the chart: {error}"))?;
    Ok(svg)
}

fn draw(
    svg: &mut String,
    height: i32,
    comparisons: &[&Comparison],
) -> Result<(), Box<dyn std::error::Error + 'static>> {
    let area = SVGBackend::with_string(svg, (WIDTH as u32, height as u32)).into_drawing_area();
    let write = |text: &str, x: i32, y: i32, side: HPos| {
        let style = TextStyle::from(("sans-serif", LETTERS).into_font()).color(&INK);
        let style = style.pos(Pos::new(side, VPos::Center));
        area.draw(&Text::new(text.to_owned(), (x, y), style))
            .map_err(|error| error.to_string())
    };
    area.fill(&RGBColor(0xff, 0xff, 0xff))?;
    let top = MARGIN + LINE / 2;
    write("how many times better than …", MARGIN, top, HPos::Left)?;
    write("as good", EVEN, top, HPos::Center)?;
    for (place, comparison) in comparisons.iter().enumerate() {
        let middle = top + LINE * (place as i32 + 1);
        let length = bar(comparison.times_better);
        let (left, right) = (EVEN + length.min(0), EVEN + length.max(0));
        let fill = if length < 0 { WORSE } else { BETTER };
        area.draw(&Rectangle::new(
            [(left, middle - 7), (right, middle + 7)],
            fill.filled(),
        ))?;
        let what = format!("{}, beside {}", comparison.what, comparison.beside);
        write(&what, MARGIN, middle, HPos::Left)?;
        let times = format!("{:.2} ×", comparison.times_better);
        write(&times, right + 6, middle, HPos::Left)?;
    }
    let even = vec![(EVEN, top + LINE / 2), (EVEN, height - MARGIN)];
    area.draw(&PathElement::new(even, INK.stroke_width(1)))?;
    area.present()?;
    Ok(())
}

/// Returns the length of a bar, in pixels; negative to the left.
fn bar(times_better: f64) -> i32 {
    let length = (times_better.log10() * DECADE) as i32;
    length.clamp(-LONGEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_what_is_compared_with_what_and_the_result() {
        let comparison = Comparison::less("look-up <x>", "ns", 200.0).beside("LMDB", 800.0, None);
        let aim = Comparison::less("size", "bytes", 8.0).beside_aim(9.0);
        let svg = chart(&[comparison, aim]).expect("a chart");
        assert!(!svg.contains(AIM), "{svg}");
        for text in ["look-up &lt;x&gt;, beside LMDB", "4.00 ×"] {
            assert!(svg.contains(text), "{text}: {svg}");
        }
        assert!(bar(2.0) > 0 && bar(0.5) == -bar(2.0));
    }
}

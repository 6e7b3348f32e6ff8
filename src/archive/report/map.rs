//! A map as SVG, drawn by plotters. Nothing measures a text: in a worker there is nothing to measure it with.

use plotters::coord::{CoordTranslate, Shift};
use plotters::prelude::*;

use super::super::{ArchiveError, PlaneMap};
use super::html::Text as Escaped;

/// Points that are drawn; of more, every n-th.
pub const MOST_POINTS: usize = 10_000;
/// Width of the map and of its legend, and the height of both, in pixels.
const MAP: u32 = 640;
const LEGEND: u32 = 240;
const HEIGHT: u32 = 560;
/// Classes that the legend has room for.
const NAMED: usize = 26;
/// Colours that people with any colour vision tell apart, dark enough on white (after Okabe and Ito, 2008).
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 135, 100),
    RGBColor(170, 70, 130),
    RGBColor(120, 90, 0),
    RGBColor(60, 60, 60),
];
/// Shapes: with the colours, 30 marks that differ.
const SHAPES: usize = 5;

type Area<'a, C> = DrawingArea<SVGBackend<'a>, C>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// The picture's markup. `classes`: of each point, by its place among `names`.
pub fn svg(place: usize, map: &PlaneMap, classes: &[Option<usize>], names: &[&str]) -> Result<String, ArchiveError> {
    let mut markup = String::new();
    {
        let root = SVGBackend::with_string(&mut markup, (MAP + LEGEND, HEIGHT)).into_drawing_area();
        draw(&root, map, classes, names).map_err(|error| ArchiveError::Chart(error.to_string()))?;
    }
    let title = format!("Map of {}", map.title);
    let opening = format!("<svg role=\"img\" aria-labelledby=\"map-{place}\" ");
    let markup = markup.replacen("<svg ", &opening, 1);
    let end = markup.find('>').map_or(0, |at| at + 1);
    let (tag, rest) = markup.split_at(end);
    Ok(format!("{tag}<title id=\"map-{place}\">{}</title>{rest}", Escaped(&title)))
}

fn draw(root: &Area<'_, Shift>, map: &PlaneMap, classes: &[Option<usize>], names: &[&str]) -> Drawn {
    root.fill(&WHITE)?;
    let (left, right) = root.split_horizontally(MAP);
    let (across, up) = (range(map, 0), range(map, 1));
    let chart = ChartBuilder::on(&left).margin(12).build_cartesian_2d(across, up)?;
    let area = chart.plotting_area();
    let step = map.points.len().div_ceil(MOST_POINTS).max(1);
    for (point, class) in map.points.iter().zip(classes).step_by(step) {
        mark(area, (point[0], point[1]), *class)?;
    }
    legend(&right, names, classes.contains(&None))?;
    root.present()
}

fn range(map: &PlaneMap, axis: usize) -> std::ops::Range<f32> {
    let values = || map.points.iter().map(|point| point[axis]).filter(|x| x.is_finite());
    let (low, high) = (values().fold(f32::INFINITY, f32::min), values().fold(f32::NEG_INFINITY, f32::max));
    match low < high {
        true => low - 0.03 * (high - low)..high + 0.03 * (high - low),
        false => -1.0..1.0,
    }
}

/// A class's mark; a grey dot for an image without a label.
fn mark<C>(area: &Area<'_, C>, at: C::From, class: Option<usize>) -> Drawn
where
    C: CoordTranslate,
    C::From: Clone + 'static,
{
    let Some(class) = class else {
        return area.draw(&(EmptyElement::at(at) + Circle::new((0, 0), 2, RGBColor(130, 130, 130).filled())));
    };
    let colour = COLOURS[class % COLOURS.len()];
    let style = colour.filled();
    match (class + class / 30) % SHAPES {
        0 => area.draw(&(EmptyElement::at(at) + Circle::new((0, 0), 4, style))),
        1 => area.draw(&(EmptyElement::at(at) + Rectangle::new([(-4, -4), (4, 4)], style))),
        2 => area.draw(&(EmptyElement::at(at) + Polygon::new(vec![(0, -5), (5, 4), (-5, 4)], style))),
        3 => area.draw(&(EmptyElement::at(at) + Circle::new((0, 0), 4, colour.stroke_width(2)))),
        _ => area.draw(&(EmptyElement::at(at) + Cross::new((0, 0), 4, colour.stroke_width(2)))),
    }
}

fn legend(area: &Area<'_, Shift>, names: &[&str], unlabelled: bool) -> Drawn {
    let style = ("sans-serif", 15).into_font().color(&BLACK);
    let mut line = 0;
    let mut row = |class: Option<usize>, name: &str, marked: bool| -> Drawn {
        line += 1;
        let at = (14, 20 * line);
        if marked {
            mark(area, at, class)?;
        }
        // In the middle of the line, without measuring it.
        area.draw(&Text::new(short(name), (at.0 + 14, at.1 - 8), style.clone()))
    };
    for (class, name) in names.iter().take(NAMED).enumerate() {
        row(Some(class), name, true)?;
    }
    if names.len() > NAMED {
        row(None, &format!("and {} more classes", names.len() - NAMED), false)?;
    }
    if unlabelled { row(None, "without a label", true) } else { Ok(()) }
}

/// As much of a name as there is room for.
fn short(name: &str) -> String {
    const ROOM: usize = 26;
    let shown: String = name.chars().filter(|c| !c.is_control()).collect();
    if shown.chars().count() <= ROOM { shown } else { shown.chars().take(ROOM - 1).chain(['\u{2026}']).collect() }
}

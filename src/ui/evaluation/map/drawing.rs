//! Draws pictures, circles and outlines on a map's canvas.

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

use super::camera::{Frame, Point};
use super::colours::{Colours, css};
use crate::ui::canvas;

/// A place in pixels of the screen, of which there are `ratio` for one of the page.
pub fn scaled(at: Point, ratio: f32) -> Point {
    (at.0 * ratio, at.1 * ratio)
}

/// Gives a canvas as many pixels as it has on the screen; whether it had another size, and is empty now.
pub fn fit(canvas: &HtmlCanvasElement, frame: Frame, ratio: f32) -> bool {
    let size = ((frame.width * ratio).round() as u32, (frame.height * ratio).round() as u32);
    let other = (canvas.width(), canvas.height()) != size;
    if other {
        canvas.set_width(size.0);
        canvas.set_height(size.1);
    }
    other
}

/// A canvas without anything on it; `None` if the browser has no memory for it.
pub fn cleared(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let context = canvas::context(canvas)?;
    context.clear_rect(0.0, 0.0, canvas.width().into(), canvas.height().into());
    Some(context)
}

/// Draws the middle of a picture as a square around a point.
pub fn put_picture(context: &CanvasRenderingContext2d, picture: &HtmlImageElement, at: Point, side: f32, border: &str) {
    let (x, y, side) =
        (f64::from(at.0 - side / 2.0).round(), f64::from(at.1 - side / 2.0).round(), f64::from(side).round());
    let (width, height) = (f64::from(picture.natural_width()), f64::from(picture.natural_height()));
    let whole = width.min(height);
    let rim = (side / 20.0).clamp(2.0, 5.0).round();
    context.set_fill_style_str(border);
    context.fill_rect(x, y, side, side);
    // It fails only for a picture without pixels.
    let _ = context.draw_image_with_html_image_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        picture,
        (width - whole) / 2.0,
        (height - whole) / 2.0,
        whole,
        whole,
        x + rim,
        y + rim,
        side - 2.0 * rim,
        side - 2.0 * rim,
    );
}

/// Draws a circle with a rim in the page's colour.
pub fn circle(context: &CanvasRenderingContext2d, at: Point, radius: f32, width: f32, colours: Colours) {
    for (colour, width) in [(colours.sheet, width + 2.0), (colours.ink, width)] {
        context.begin_path();
        // It fails only for a negative radius.
        let _ = context.arc(at.0.into(), at.1.into(), radius.into(), 0.0, std::f64::consts::TAU);
        context.set_stroke_style_str(&css(colour));
        context.set_line_width(width.into());
        context.stroke();
    }
}

/// Draws the outline that is being drawn by hand, and what lies inside.
pub fn draw_outline(context: &CanvasRenderingContext2d, outline: &[Point], ratio: f32, colours: Colours) {
    context.begin_path();
    outline.iter().map(|&at| scaled(at, ratio)).for_each(|at| context.line_to(at.0.into(), at.1.into()));
    context.close_path();
    context.set_global_alpha(0.12);
    context.set_fill_style_str(&css(colours.ink));
    context.fill();
    context.set_global_alpha(1.0);
    context.set_stroke_style_str(&css(colours.ink));
    context.set_line_width((1.5 * ratio).into());
    context.stroke();
}

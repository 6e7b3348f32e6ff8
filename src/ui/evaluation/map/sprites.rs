//! Marks drawn once, to be copied thousands of times: drawing the shapes anew would cost a frame several times over.

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::camera::Point;
use super::colours::{Colours, css};
use super::marks::Mark;
use crate::ui::canvas;

/// What sprites are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The marks, in the order of their groups.
    pub marks: Vec<Mark>,
    /// Radius of a mark in pixels of the page.
    pub radius: f32,
    /// Pixels of the screen for one of the page.
    pub ratio: f32,
    /// The page's colours.
    pub colours: Colours,
}

/// The marks of all groups, side by side: in the foreground, below that in the background; a ring for what is selected last.
pub struct Sprites {
    look: Look,
    sheet: HtmlCanvasElement,
    /// Side of a sprite in pixels of the screen.
    side: f64,
}

impl Sprites {
    /// Draws them; `None` if the browser has no memory for it.
    pub fn new(look: Look) -> Option<Self> {
        let side = f64::from(((look.radius + 3.0) * 2.0 * look.ratio).ceil());
        let sheet = canvas::new((side * (look.marks.len() + 1) as f64) as u32, (side * 2.0) as u32)?;
        let context = canvas::context(&sheet)?;
        for (row, opacity) in [1.0, 0.22].into_iter().enumerate() {
            context.set_global_alpha(opacity);
            for (column, mark) in look.marks.iter().enumerate() {
                draw(&context, *mark, &look, ((column as f64 + 0.5) * side, (row as f64 + 0.5) * side));
            }
        }
        context.set_global_alpha(1.0);
        let middle = ((look.marks.len() as f64 + 0.5) * side, 0.5 * side);
        ring(&context, middle, f64::from((look.radius + 1.5) * look.ratio), &look);
        Some(Self { look, sheet, side })
    }

    /// Whether they are made of that.
    pub fn is(&self, look: &Look) -> bool {
        self.look == *look
    }

    /// Copies a group's mark, its middle at a place in pixels of the screen.
    pub fn put(&self, context: &CanvasRenderingContext2d, group: usize, dim: bool, at: Point) {
        self.copy(context, group.min(self.look.marks.len().saturating_sub(1)), dim, at);
    }

    /// Copies the ring of what is selected.
    pub fn put_ring(&self, context: &CanvasRenderingContext2d, at: Point) {
        self.copy(context, self.look.marks.len(), false, at);
    }

    fn copy(&self, context: &CanvasRenderingContext2d, column: usize, dim: bool, at: Point) {
        let side = self.side;
        // Whole pixels: nothing is blurred, and nothing has to be resampled.
        let corner = |at: f32| (f64::from(at) - side / 2.0).round();
        // It fails only for a canvas without pixels.
        let _ = context.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            &self.sheet,
            column as f64 * side,
            if dim { side } else { 0.0 },
            side,
            side,
            corner(at.0),
            corner(at.1),
            side,
            side,
        );
    }
}

fn draw(context: &CanvasRenderingContext2d, mark: Mark, look: &Look, middle: (f64, f64)) {
    let radius = f64::from(look.radius * look.ratio * if mark.small { 0.7 } else { 1.0 });
    let colour = css(look.colours.palette[mark.colour]);
    let path = |scale: f64| {
        context.begin_path();
        for (x, y) in mark.corners() {
            context.line_to(middle.0 + f64::from(x) * scale, middle.1 + f64::from(y) * scale);
        }
        context.close_path();
    };
    let ratio = f64::from(look.ratio);
    // A rim in the page's colour keeps marks that lie on each other apart.
    path(radius);
    context.set_line_join("round");
    context.set_stroke_style_str(look.colours.sheet);
    context.set_line_width(ratio * if mark.hollow { 4.0 } else { 1.5 });
    context.stroke();
    context.set_fill_style_str(if mark.hollow { look.colours.sheet } else { colour.as_str() });
    context.fill();
    if mark.hollow {
        path(radius - ratio * 0.5);
        context.set_stroke_style_str(&colour);
        context.set_line_width(ratio * 1.75);
        context.stroke();
    }
}

fn ring(context: &CanvasRenderingContext2d, middle: (f64, f64), radius: f64, look: &Look) {
    for (colour, width) in [(look.colours.sheet, 3.5), (look.colours.ink, 1.75)] {
        context.begin_path();
        // It fails only for a negative radius.
        let _ = context.arc(middle.0, middle.1, radius, 0.0, std::f64::consts::TAU);
        context.set_stroke_style_str(colour);
        context.set_line_width(width * f64::from(look.ratio));
        context.stroke();
    }
}

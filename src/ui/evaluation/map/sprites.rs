//! The marks of all groups, ready to be copied: into a picture of all, or beside others on a canvas.

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::camera::Point;
use super::raster::Ink;
use super::stamps::{Look, Stamp};
use crate::ui::canvas;

/// Each group's mark, in the foreground and in the background, and the ring around what is selected.
pub struct Sprites {
    look: Look,
    /// In the foreground; in the background.
    marks: Vec<[Ink; 2]>,
    /// Around what is selected.
    pub ring: Ink,
    /// All marks and then the ring side by side, those in the background below; none if the browser has no memory for it.
    sheet: Option<HtmlCanvasElement>,
    /// Side of a mark in pixels of the screen.
    side: usize,
}

impl Sprites {
    /// Draws them.
    pub fn new(look: Look) -> Self {
        let stamps: Vec<[Stamp; 2]> =
            look.marks.iter().map(|&mark| [false, true].map(|dim| look.stamp(mark, dim))).collect();
        let ring = look.ring();
        let side = ring.side;
        let sheet = canvas::new((side * (stamps.len() + 1)) as u32, (side * 2) as u32);
        if let Some(sheet) = &sheet {
            let put = |stamp: &Stamp, column: usize, row: usize| {
                let corner = ((column * side) as u32, (row * side) as u32);
                canvas::put(sheet, stamp.pixels.as_flattened(), corner, (side as u32, side as u32));
            };
            for (column, stamps) in stamps.iter().enumerate() {
                stamps.iter().enumerate().for_each(|(row, stamp)| put(stamp, column, row));
            }
            put(&ring, stamps.len(), 0);
        }
        let marks = stamps.iter().map(|stamps| [Ink::new(&stamps[0]), Ink::new(&stamps[1])]).collect();
        Self { look, marks, ring: Ink::new(&ring), sheet, side }
    }

    /// Whether they are made of that.
    pub fn is(&self, look: &Look) -> bool {
        self.look == *look
    }

    /// A group's mark.
    pub fn mark(&self, group: usize, dim: bool) -> Option<&Ink> {
        self.marks.get(self.column(group)).map(|marks| &marks[usize::from(dim)])
    }

    /// Copies a group's mark to a canvas, its middle at a place in pixels of the screen.
    pub fn put(&self, context: &CanvasRenderingContext2d, group: usize, dim: bool, at: Point) {
        self.copy(context, self.column(group), dim, at);
    }

    /// Copies the ring around what is selected.
    pub fn put_ring(&self, context: &CanvasRenderingContext2d, at: Point) {
        self.copy(context, self.marks.len(), false, at);
    }

    fn copy(&self, context: &CanvasRenderingContext2d, column: usize, dim: bool, at: Point) {
        let side = self.side as f64;
        // Whole pixels: nothing is blurred, and nothing has to be resampled.
        let corner = |at: f32| (f64::from(at) - side / 2.0).round();
        if let Some(sheet) = &self.sheet {
            // It fails only for a canvas without pixels.
            let _ = context.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                sheet,
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

    fn column(&self, group: usize) -> usize {
        group.min(self.marks.len().saturating_sub(1))
    }
}

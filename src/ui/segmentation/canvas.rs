//! Pixels onto canvases.

use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ImageData, PointerEvent};

use super::area::Area;
use crate::ui::numbers::fixed;

/// What draws on a canvas; `None` where the browser has no memory for it.
pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// Gives a canvas that size; what is on it goes, if the size is another.
pub fn resize(canvas: &HtmlCanvasElement, (width, height): (u32, u32)) {
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
}

/// Replaces an area's pixels, given as RGBA.
pub fn put(canvas: &HtmlCanvasElement, pixels: &[u8], area: Area) {
    if area.is_empty() {
        return;
    }
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), area.width, area.height);
    if let (Some(context), Ok(data)) = (context(canvas), data) {
        // It fails only for data of another size than it says.
        let _ = context.put_image_data(&data, f64::from(area.x), f64::from(area.y));
    }
}

/// Where in a picture of that size, shown by `stage`, a pointer is.
pub fn place(event: &PointerEvent, stage: &HtmlElement, (width, height): (u32, u32)) -> (f32, f32) {
    let frame = stage.get_bounding_client_rect();
    let part = |at: f64, from: f64, side: f64| ((at - from) / side.max(1.0)) as f32;
    (
        part(f64::from(event.client_x()), frame.left(), frame.width()) * width as f32,
        part(f64::from(event.client_y()), frame.top(), frame.height()) * height as f32,
    )
}

/// The patch there, of a grid over a picture of that size.
pub fn patch_at((x, y): (f32, f32), (width, height): (u32, u32), grid: usize) -> usize {
    let line = |v: f32, side: u32| ((v / side as f32 * grid as f32).max(0.0) as usize).min(grid - 1);
    line(y, height) * grid + line(x, width)
}

/// The patch that an arrow key leads to; `None` for another key.
pub fn step(key: &str, patch: usize, grid: usize, far: bool) -> Option<usize> {
    let by = if far { 4 } else { 1 };
    let (row, column) = (patch / grid, patch % grid);
    let last = grid - 1;
    let (row, column) = match key {
        "ArrowLeft" => (row, column.saturating_sub(by)),
        "ArrowRight" => (row, (column + by).min(last)),
        "ArrowUp" => (row.saturating_sub(by), column),
        "ArrowDown" => ((row + by).min(last), column),
        "Home" => (row, 0),
        "End" => (row, last),
        "PageUp" => (0, column),
        "PageDown" => (last, column),
        _ => return None,
    };
    Some(row * grid + column)
}

/// A patch's frame as inline style, in percent of the picture.
pub fn frame(patch: usize, grid: usize) -> String {
    let share = 100.0 / grid as f64;
    let (left, top) = ((patch % grid) as f64 * share, (patch / grid) as f64 * share);
    let [left, top, share] = [left, top, share].map(|part| fixed(part, 3));
    format!("left:{left}%;top:{top}%;width:{share}%;height:{share}%")
}

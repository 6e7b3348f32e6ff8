//! Draws pixels on canvases.

use leptos::prelude::document;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ImageData, PointerEvent};

/// The drawing context of a canvas; none if the browser has no memory for it.
pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// A canvas of that size, outside the page; none if the browser has no memory for it.
pub fn new(width: u32, height: u32) -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    Some(canvas)
}

/// Sets the size of a canvas, and empties it if it had another.
pub fn resize(canvas: &HtmlCanvasElement, (width, height): (u32, u32)) {
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
}

/// Replaces the pixels of an area with that corner and size, given as RGBA.
pub fn put(canvas: &HtmlCanvasElement, pixels: &[u8], (x, y): (u32, u32), (width, height): (u32, u32)) {
    if width == 0 || height == 0 {
        return;
    }
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), width, height);
    if let (Some(context), Ok(data)) = (context(canvas), data) {
        // It fails only if the data have another size than stated.
        let _ = context.put_image_data(&data, f64::from(x), f64::from(y));
    }
}

/// The position of a pointer in an image of that size that fills `element`, in the image's pixels.
pub fn position(event: &PointerEvent, element: &HtmlElement, (width, height): (u32, u32)) -> (f32, f32) {
    let frame = element.get_bounding_client_rect();
    let part = |at: f64, from: f64, side: f64| ((at - from) / side.max(1.0)) as f32;
    (
        part(f64::from(event.client_x()), frame.left(), frame.width()) * width as f32,
        part(f64::from(event.client_y()), frame.top(), frame.height()) * height as f32,
    )
}

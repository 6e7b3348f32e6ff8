//! Views as small pictures, drawn as the model gets them.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

use crate::fungi::{Region, ViewSet};
use crate::ui::canvas;

/// Longest side of the picture that views are cut from, in sides of a view: the smallest crops, a fifth of the picture
/// wide, are about as large there as the model's input.
const SIDES: u32 = 5;
/// That side at most, in pixels.
const MOST: u32 = 1280;

/// A picture, ready to be cut.
pub struct Cutter {
    /// The whole picture, upright.
    whole: HtmlCanvasElement,
    /// The picture at the model's input size, as SimCLR's windows are cut from.
    square: HtmlCanvasElement,
    /// The model's input side in pixels.
    side: u32,
}

impl Cutter {
    /// Draws a picture that has loaded; none if it has no pixels, or the browser has no memory for it.
    pub fn new(image: &HtmlImageElement, side: u32) -> Option<Self> {
        let (width, height) = (image.natural_width(), image.natural_height());
        let longer = width.max(height);
        if longer == 0 || side == 0 {
            return None;
        }
        let scale = f64::from((SIDES * side).min(MOST)).min(f64::from(longer)) / f64::from(longer);
        let scaled = |length: u32| (f64::from(length) * scale).round().max(1.0) as u32;
        let draw = |width: u32, height: u32| {
            let canvas = canvas::new(width, height)?;
            let context = fresh(&canvas, width, height)?;
            // The model sees transparent pictures over white.
            context.set_fill_style_str("#fff");
            context.fill_rect(0.0, 0.0, width.into(), height.into());
            context
                .draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width.into(), height.into())
                .ok()?;
            Some(canvas)
        };
        Some(Self { whole: draw(scaled(width), scaled(height))?, square: draw(side, side)?, side })
    }

    /// Draws one view.
    pub fn draw(&self, canvas: &HtmlCanvasElement, views: ViewSet, region: Region) {
        let from = if matches!(views, ViewSet::Windows { .. }) { &self.square } else { &self.whole };
        let Some(context) = fresh(canvas, self.side, self.side) else { return };
        let (width, height, side) = (f64::from(from.width()), f64::from(from.height()), f64::from(self.side));
        // It fails only for a canvas without pixels.
        let _ = context.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            from,
            f64::from(region.left) * width,
            f64::from(region.top) * height,
            f64::from(region.width) * width,
            f64::from(region.height) * height,
            0.0,
            0.0,
            side,
            side,
        );
    }
}

/// A canvas of that size, emptied, that scales pictures well.
fn fresh(canvas: &HtmlCanvasElement, width: u32, height: u32) -> Option<CanvasRenderingContext2d> {
    canvas.set_width(width);
    canvas.set_height(height);
    let context = canvas::context(canvas)?;
    // A browser that does not know it scales as it does.
    let _ = Reflect::set(&context, &"imageSmoothingQuality".into(), &JsValue::from("high"));
    Some(context)
}

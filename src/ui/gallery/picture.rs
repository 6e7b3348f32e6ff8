//! Pictures by the browser's own decoder, which knows formats that the engine does not.

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FilePropertyBag, HtmlCanvasElement, HtmlImageElement};

use super::kind::drawn_size;
use crate::ui::blob::BlobUrl;
use crate::ui::canvas;

/// The engine's limits: larger files, and larger pictures, it refuses itself.
const MAX_BYTES: f64 = 100e6;
const MAX_PIXELS: f64 = 100e6;

/// A small JPEG of a picture, upright; none if the browser can't decode it.
pub async fn small(file: &Blob, width: u32) -> Option<Blob> {
    let bitmap = bitmap(file, Some(width)).await?;
    let (width, height) = (side(&bitmap, "width")?, side(&bitmap, "height")?);
    let canvas = canvas::new(width, height)?;
    let context = canvas::context(&canvas)?;
    // JPEG has no transparency; the engine too sees it over white.
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width.into(), height.into());
    method(&context, "drawImage")?.call3(&context, &bitmap, &0.into(), &0.into()).ok()?;
    method(&bitmap, "close")?.call0(&bitmap).ok()?;
    blob(&canvas, "image/jpeg").await
}

/// A picture as a PNG of the same name, within the engine's limits. The error is a sentence if it is beyond them, and none
/// if the browser can't decode it.
pub async fn png(file: &File) -> Result<File, Option<String>> {
    if file.size() > MAX_BYTES {
        return Err(None);
    }
    let url = BlobUrl::of(file);
    // Its size is known before it is decoded.
    let image = load(&url.get()).await.ok_or(None)?;
    let (width, height) = (image.natural_width(), image.natural_height());
    if f64::from(width) * f64::from(height) > MAX_PIXELS {
        let limit = "the limit is 100 megapixels; scale it down and try again.";
        return Err(Some(format!("The image has {width} x {height} pixels, and {limit}")));
    }
    let canvas = if file.type_().contains("svg") { drawn(&image) } else { shown(file).await };
    let blob = blob(&canvas.ok_or(None)?, "image/png").await.ok_or(None)?;
    let options = FilePropertyBag::new();
    options.set_type("image/png");
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), &file.name(), &options).map_err(|_| None)
}

async fn load(url: &str) -> Option<HtmlImageElement> {
    let image = HtmlImageElement::new().ok()?;
    let loaded = Promise::new(&mut |resolve: Function, reject: Function| {
        image.set_onload(Some(&resolve));
        image.set_onerror(Some(&reject));
        image.set_src(url);
    });
    JsFuture::from(loaded).await.ok()?;
    Some(image)
}

/// A canvas with a drawing without pixels of its own.
fn drawn(image: &HtmlImageElement) -> Option<HtmlCanvasElement> {
    let (width, height) = drawn_size(image.natural_width(), image.natural_height());
    let canvas = canvas::new(width, height)?;
    let context = canvas::context(&canvas)?;
    let (width, height) = (f64::from(width), f64::from(height));
    context.draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height).ok()?;
    Some(canvas)
}

/// A canvas that shows a picture as it is.
async fn shown(file: &File) -> Option<HtmlCanvasElement> {
    let bitmap = bitmap(file, None).await?;
    let canvas = canvas::new(side(&bitmap, "width")?, side(&bitmap, "height")?)?;
    let context = canvas.get_context("bitmaprenderer").ok()??;
    method(&context, "transferFromImageBitmap")?.call1(&context, &bitmap).ok()?;
    Some(canvas)
}

/// The decoded picture (an `ImageBitmap`), scaled to a width if one is given. Browsers do this off the page's thread.
async fn bitmap(file: &Blob, width: Option<u32>) -> Option<JsValue> {
    let options = Object::new();
    if let Some(width) = width {
        Reflect::set(&options, &"resizeWidth".into(), &width.into()).ok()?;
    }
    let promise = method(&window(), "createImageBitmap")?.call2(&window(), file, &options).ok()?;
    JsFuture::from(promise.dyn_into::<Promise>().ok()?).await.ok()
}

fn side(bitmap: &JsValue, name: &str) -> Option<u32> {
    Reflect::get(bitmap, &name.into()).ok()?.as_f64().map(|side| side as u32)
}

/// The canvas as a file; none if it is too large for the browser.
async fn blob(canvas: &HtmlCanvasElement, media: &str) -> Option<Blob> {
    let promise = Promise::new(&mut |resolve: Function, reject: Function| {
        if canvas.to_blob_with_type(&resolve, media).is_err() {
            // Without this the promise would never settle.
            let _ = reject.call0(&JsValue::UNDEFINED);
        }
    });
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

fn method(of: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(of, &name.into()).ok()?.dyn_into().ok()
}

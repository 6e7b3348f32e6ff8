//! Pictures by the browser's own decoder, which knows formats that the engine does not.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement};

/// A small JPEG of a picture, upright; none if the browser can't decode it.
pub async fn small(file: &Blob, width: u32) -> Option<Blob> {
    let bitmap = bitmap(file, Some(width)).await?;
    let canvas = canvas(&bitmap)?;
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    // JPEG has no transparency; the engine too sees it over white.
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width, height);
    method(&context, "drawImage")?.call3(&context, &bitmap, &0.into(), &0.into()).ok()?;
    method(&bitmap, "close")?.call0(&bitmap).ok()?;
    blob(&canvas, "image/jpeg").await
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

/// An empty canvas of a picture's size.
fn canvas(picture: &JsValue) -> Option<HtmlCanvasElement> {
    let side = |name: &str| Reflect::get(picture, &name.into()).ok()?.as_f64();
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(side("width")? as u32);
    canvas.set_height(side("height")? as u32);
    Some(canvas)
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

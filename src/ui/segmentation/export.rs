//! What can be saved: maps, overlays, strokes, settings.

use js_sys::{Array, JSON, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Url};

use super::area::Area;
use super::canvas;
use super::raster::{self, Look};
use super::sheet::Sheet;
use super::talk;
use crate::engine::Map;
use crate::fungi::Projection;
use crate::segmentation::Mask;
use crate::ui::numbers::fixed;
use crate::ui::state::Page;

/// Saves bytes as a file.
pub fn save(bytes: &[u8], media: &str, name: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(media);
    let parts = Array::of1(&Uint8Array::from(bytes));
    if let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) {
        save_blob(&blob, name);
    }
}

fn save_blob(blob: &Blob, name: &str) {
    let Ok(url) = Url::create_object_url_with_blob(blob) else { return };
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    // The browser fetches the address after this turn.
    set_timeout(
        move || {
            // It can only fail for an address that is none.
            let _ = Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(60),
    );
}

/// A photo's name without its ending, and without what file systems don't like.
pub fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
}

/// Saves both maps as indexed PNG.
pub fn maps(page: Page) {
    let studio = page.studio;
    let (Some(maps), Some(query)) = (untrack(|| studio.present_maps()), studio.query.get_untracked()) else { return };
    for (map, key) in [(&maps.embedding, "embedding"), (&maps.fungi, "fungi")] {
        let mask = Mask { width: maps.size.0, height: maps.size.1, labels: map.labels.clone() };
        talk::write_mask(page, mask, format!("{}-{key}.png", stem(&query.name)));
    }
}

/// Saves the strokes on every labelled support photo as indexed PNG, named as its mask: beside the photo it is found again.
pub fn strokes(page: Page) {
    for picture in page.studio.support.get_untracked().iter().filter(|picture| picture.is_labelled()) {
        let mask = picture.sheet.with_untracked(Sheet::settled);
        let stem = picture.name.rsplit_once('.').map_or(picture.name.as_str(), |(stem, _)| stem);
        talk::write_mask(page, mask, format!("{stem}.mask.png"));
    }
}

/// Saves the photo with each map's colours over it, as they are shown.
pub fn overlays(page: Page) {
    let studio = page.studio;
    let (Some(maps), Some(query)) = (untrack(|| studio.present_maps()), studio.query.get_untracked()) else { return };
    let photo = document().query_selector("[data-testid=seg-query] img").ok().flatten();
    let Some(photo) = photo.and_then(|photo| photo.dyn_into::<HtmlImageElement>().ok()) else { return };
    for (map, key) in [(&maps.embedding, "embedding"), (&maps.fungi, "fungi")] {
        // It fails only where the browser has no canvas; then nothing could be shown either.
        let _ = overlay(page, &photo, map, maps.size, format!("{}-{key}-overlay.png", stem(&query.name)));
    }
}

fn overlay(page: Page, photo: &HtmlImageElement, map: &Map, size: (u32, u32), name: String) -> Result<(), JsValue> {
    let fresh = || document().create_element("canvas").map(JsCast::unchecked_into::<HtmlCanvasElement>);
    let (below, above) = (fresh()?, fresh()?);
    let studio = page.studio;
    let palette = untrack(|| studio.palette());
    let (opacity, outline) = (studio.opacity.get_untracked(), studio.outline.get_untracked());
    let whole = Area { x: 0, y: 0, width: size.0, height: size.1 };
    let pixels = raster::paint(&map.labels, size, whole, &Look { palette: &palette, opacity, outline });
    canvas::resize(&above, size);
    canvas::put(&above, &pixels, whole);
    canvas::resize(&below, size);
    let Some(context) = canvas::context(&below) else { return Ok(()) };
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    context.draw_image_with_html_image_element_and_dw_and_dh(photo, 0.0, 0.0, width, height)?;
    context.draw_image_with_html_canvas_element(&above, 0.0, 0.0)?;
    let done = Closure::once_into_js(move |blob: JsValue| {
        if let Ok(blob) = blob.dyn_into::<Blob>() {
            save_blob(&blob, &name);
        }
    });
    below.to_blob(done.unchecked_ref())
}

/// Saves how the maps were made, as JSON.
pub fn settings(page: Page) {
    save(untrack(|| describe(page)).as_bytes(), "application/json", "segmentation.json");
}

fn describe(page: Page) -> String {
    let studio = page.studio;
    let classes: Vec<String> = studio.classes.with(|classes| {
        let line = |class: &super::class::Class| {
            format!(r#"    {{"index": {}, "name": {}, "colour": "{}"}}"#, class.id, quoted(&class.name), class.hex())
        };
        classes.iter().map(line).collect()
    });
    let support: Vec<String> = studio.support.get().iter().map(|picture| quoted(&picture.name)).collect();
    let query = studio.query.get().map_or("null".into(), |query| quoted(&query.name));
    let method = page.method.get();
    let model = page.model.get().map_or("null".into(), |model| quoted(&model.name));
    let choices = studio.choices.get();
    let settings = choices.vote.settings();
    let side = choices.side.or_else(|| page.model.get().map(|model| 4 * model.image));
    let (maps, images) = (studio.present_maps(), support.len());
    let (neighbours, temperature) =
        maps.as_ref().map_or_else(|| settings.resolve(images), |maps| (maps.neighbours, maps.temperature));
    let temperature = fixed(f64::from(temperature), 4);
    let score = |map: &Map| map.score.as_ref().map_or("null".into(), |score| fixed(f64::from(score.mean), 4));
    let scores = maps.as_ref().map_or_else(
        || "null".into(),
        |maps| format!(r#"{{"embedding": {}, "fungi": {}}}"#, score(&maps.embedding), score(&maps.fungi)),
    );
    format!(
        "{{\n  \"model\": {model},\n  \"seed\": {},\n  \"projection\": {},\n  \"side\": {},\n  \"neighbours\": {neighbours},\n  \
         \"temperature\": {temperature},\n  \"memory\": {},\n  \"classes\": [\n{}\n  ],\n  \"support\": [{}],\n  \
         \"query\": {query},\n  \"miou\": {scores}\n}}\n",
        method.seed,
        quoted(match method.projection {
            Projection::Rademacher => "rademacher",
            Projection::KhatriRao => "khatri-rao",
        }),
        side.map_or("null".into(), |side| side.to_string()),
        settings.memory,
        classes.join(",\n"),
        support.join(", "),
    )
}

fn quoted(text: &str) -> String {
    JSON::stringify(&text.into()).map(String::from).unwrap_or_else(|_| "\"\"".into())
}

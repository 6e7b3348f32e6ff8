//! Pictures that can be saved: maps, strokes, overlays.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlCanvasElement, HtmlImageElement};

use super::download::{download, download_blob, stem};
use crate::engine::protocol::Map;
use crate::segmentation::Mask;
use crate::ui::canvas;
use crate::ui::segmentation::paint::{Area, LabelLayer, LabelStyle, label_pixels};
use crate::ui::segmentation::state::{Feature, QueryMaps, SegmentationState, TabPhoto};
use crate::ui::segmentation::sync::EngineSync;

/// The query and its maps.
fn present(state: SegmentationState) -> Option<(TabPhoto, Arc<QueryMaps>)> {
    Some((state.query.get_untracked()?, untrack(|| state.present_maps())?))
}

/// Saves both maps as indexed PNG.
pub fn maps(sync: EngineSync) {
    let Some((query, shown)) = present(sync.state) else { return };
    for feature in Feature::ALL {
        let (width, height) = shown.maps.size;
        let mask = Mask { width, height, labels: feature.of(&shown.maps).labels.clone() };
        let name = format!("{}-{}.png", stem(&query.name), feature.key());
        sync.write_mask(mask, move |bytes| download(bytes, "image/png", &name));
    }
}

/// Saves the strokes on every labelled support photo as indexed PNG, under the names of masks, so that they are found
/// beside their photos later.
pub fn strokes(sync: EngineSync) {
    for photo in sync.state.support.get_untracked().iter().filter(|photo| photo.is_labelled()) {
        let mask = photo.layer.with_untracked(LabelLayer::committed);
        let stem = photo.name.rsplit_once('.').map_or(photo.name.as_str(), |(stem, _)| stem);
        let name = format!("{stem}.mask.png");
        sync.write_mask(mask, move |bytes| download(bytes, "image/png", &name));
    }
}

/// Saves the photo under each map's colours, as shown.
pub fn overlays(state: SegmentationState) {
    let Some((query, shown)) = present(state) else { return };
    spawn_local(async move {
        let saved = async {
            let photo = HtmlImageElement::new()?;
            photo.set_src(&query.url.get());
            JsFuture::from(photo.decode()).await?;
            Feature::ALL.into_iter().try_for_each(|feature| {
                let name = format!("{}-{}-overlay.png", stem(&query.name), feature.key());
                overlay(state, &photo, feature.of(&shown.maps), shown.maps.size, name)
            })
        };
        if saved.await.is_err() {
            state.problem.set(Some("The browser could not draw the overlays. Close other tabs and try again.".into()));
        }
    });
}

fn overlay(
    state: SegmentationState,
    photo: &HtmlImageElement,
    map: &Map,
    size: (u32, u32),
    name: String,
) -> Result<(), JsValue> {
    let blank = || document().create_element("canvas").map(JsCast::unchecked_into::<HtmlCanvasElement>);
    let (whole, colours) = (blank()?, blank()?);
    let palette = untrack(|| state.palette());
    let (opacity, outline) = (state.opacity.get_untracked(), state.outline.get_untracked());
    let style = LabelStyle { palette: &palette, opacity, outline };
    canvas::resize(&colours, size);
    canvas::put(&colours, &label_pixels(&map.labels, size, Area::whole(size), &style), (0, 0), size);
    canvas::resize(&whole, size);
    let context = canvas::context(&whole).ok_or(JsValue::UNDEFINED)?;
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    context.draw_image_with_html_image_element_and_dw_and_dh(photo, 0.0, 0.0, width, height)?;
    context.draw_image_with_html_canvas_element(&colours, 0.0, 0.0)?;
    let done = Closure::once_into_js(move |blob: JsValue| {
        if let Ok(blob) = blob.dyn_into::<Blob>() {
            download_blob(&blob, &name);
        }
    });
    whole.to_blob(done.unchecked_ref())
}

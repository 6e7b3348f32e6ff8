//! The settings of the maps, as JSON.

use js_sys::{Array, JSON, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::download::download;
use crate::engine::protocol::{Map, Maps};
use crate::fungi::Projection;
use crate::ui::segmentation::state::{SegmentationState, USUAL_SIDE};

/// The largest whole number that is exact in every JSON reader.
const EXACT: u64 = 1 << 53;

/// Saves the settings of the maps.
pub fn save(state: SegmentationState) {
    let description = untrack(|| describe(state));
    let text = JSON::stringify_with_replacer_and_space(&description, &JsValue::NULL, &2.into());
    // It fails only for objects that contain themselves.
    if let Ok(text) = text {
        download(format!("{text}\n").as_bytes(), "application/json", "segmentation.json");
    }
}

fn describe(state: SegmentationState) -> JsValue {
    let (model, method, settings) = (state.link.model.get(), state.method.get(), state.settings.get());
    let support: Vec<String> = state.support.with(|all| all.iter().map(|photo| photo.name.clone()).collect());
    let query = state.query.with(|query| query.as_ref().map(|query| query.name.clone()));
    let classes = state.classes.with(|classes| {
        let class = |class: &crate::ui::segmentation::paint::Class| {
            object([("index", class.id.into()), ("name", (&class.name).into()), ("colour", class.hex().into())])
        };
        classes.iter().map(class).collect::<Array>()
    });
    let shown = state.present_maps();
    let propagation = settings.vote.propagation();
    let (neighbours, temperature) = match &shown {
        Some(shown) => (shown.maps.neighbours, shown.maps.temperature),
        None => propagation.resolve(support.len()),
    };
    let side = settings.side.or_else(|| model.as_ref().map(|model| USUAL_SIDE * model.image));
    let projection = match method.projection {
        Projection::Rademacher => "rademacher",
        Projection::KhatriRao => "khatri-rao",
    };
    object([
        ("model", model.map_or(JsValue::NULL, |model| model.name.into())),
        ("seed", seed(method.seed)),
        ("projection", projection.into()),
        ("side", side.map_or(JsValue::NULL, |side| (side as f64).into())),
        ("neighbours", (neighbours as f64).into()),
        ("temperature", rounded(temperature)),
        ("memory", (propagation.memory as f64).into()),
        ("classes", classes.into()),
        ("support", support.into_iter().map(JsValue::from).collect::<Array>().into()),
        ("query", query.map_or(JsValue::NULL, JsValue::from)),
        ("miou", shown.map_or(JsValue::NULL, |shown| scores(&shown.maps))),
    ])
}

fn scores(maps: &Maps) -> JsValue {
    let score = |map: &Map| map.score.as_ref().map_or(JsValue::NULL, |score| rounded(score.mean));
    object([("embedding", score(&maps.embedding)), ("fungi", score(&maps.fungi))])
}

fn object<const N: usize>(fields: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (key, value) in fields {
        // A plain object takes any field.
        let _ = Reflect::set(&object, &key.into(), &value);
    }
    object.into()
}

/// A seed as a number, or as a string if a number would be rounded.
fn seed(seed: u64) -> JsValue {
    if seed <= EXACT { (seed as f64).into() } else { seed.to_string().into() }
}

/// With four digits after the decimal point: 0.1 as f32 would read 0.10000000149011612.
fn rounded(number: f32) -> JsValue {
    ((f64::from(number) * 1e4).round() / 1e4).into()
}

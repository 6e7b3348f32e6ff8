//! `metrics.json`: every measure of every feature set.

use serde_json::{Map, Value as Json, json};

use super::Evaluated;
use crate::fungi::Part;
use crate::retrieval::{Metric, Row, Value};

/// The file's text. Values are shares, 0 to 1; parts and measures are named, never counted.
pub fn measures(images: usize, evaluated: Option<&Evaluated>) -> Json {
    let Some(evaluated) = evaluated else {
        return json!({ "images": images, "labelled": 0, "labels": [], "results": [], "classes": [] });
    };
    let sizes = evaluated.sizes();
    let detail = |detail: &super::Detail| {
        json!({
            "features": evaluated.rows.get(detail.row).map(|row| row.set.name.as_str()),
            "centred": evaluated.rows.get(detail.row).map(|row| row.set.centred),
            "per_label": detail.per_class(),
            "confusion": detail.confusion,
        })
    };
    json!({
        "images": images,
        "labelled": evaluated.classes.len(),
        "labels": evaluated.names,
        "images_by_label": sizes,
        "queries": evaluated.queries,
        "k": evaluated.k,
        "seed": evaluated.seed,
        "results": evaluated.rows.iter().map(row).collect::<Vec<_>>(),
        "classes": evaluated.details.iter().map(detail).collect::<Vec<_>>(),
    })
}

fn row(row: &Row) -> Json {
    let weights = |part: Part| (part.key().to_owned(), json!(row.set.weights.get(part)));
    let weights: Map<String, Json> =
        Part::ALL.into_iter().filter(|part| row.set.weights.get(*part) > 0.0).map(weights).collect();
    let at_k = |of: &dyn Fn(usize) -> Option<Value>| (1..=row.at_k.len()).map(of).collect::<Vec<_>>();
    let measure = |metric: Metric| {
        let values = match metric.depends_on_k() {
            true => json!(at_k(&|k| row.value(metric, k))),
            false => json!(row.value(metric, 0)),
        };
        (key(metric), values)
    };
    let measures: Map<String, Json> = Metric::ALL.into_iter().map(measure).collect();
    json!({ "features": row.set.name, "centred": row.set.centred, "weights": weights, "measures": measures })
}

/// A measure's name in files: those that depend on k hold a list, for k = 1, 2, ...
fn key(metric: Metric) -> String {
    match json!(metric) {
        Json::String(name) => name,
        other => other.to_string(),
    }
}

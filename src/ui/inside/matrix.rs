//! The gradient as a picture, with the scale of its colours.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlCanvasElement;

use super::colours::pixels;
use super::words;
use crate::fungi::Gradient;
use crate::ui::canvas;

/// Colours in the legend.
const STEPS: u32 = 65;

/// The gradient's cells.
#[component]
pub fn Matrix(gradient: Arc<Gradient>) -> impl IntoView {
    let (canvas, scale) = (NodeRef::<html::Canvas>::new(), NodeRef::<html::Canvas>::new());
    let (about, most) = (words::picture(&gradient), gradient.picture.largest());
    let range = [f64::from(-most), 0.0, f64::from(most)].map(words::number);
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            let cells = &gradient.picture;
            put(&canvas, &pixels(&cells.values, most), cells.rows as u32 + 1);
        }
    });
    Effect::new(move |_| {
        if let Some(scale) = scale.get() {
            let middle = (STEPS / 2) as f32;
            let steps: Vec<f32> = (0..STEPS).map(|step| step as f32 / middle - 1.0).collect();
            put(&scale, &pixels(&steps, 1.0), STEPS);
        }
    });
    let [least, zero, most] = range;
    view! {
        <p class="quiet">{about.clone()}</p>
        <canvas node_ref=canvas class="inside-matrix" role="img" aria-label=about data-testid="inside-matrix"></canvas>
        <div class="inside-scale" data-testid="inside-scale">
            <span>{least}</span>
            <span>{zero}</span>
            <span>{most}</span>
            <canvas node_ref=scale aria-hidden="true"></canvas>
        </div>
    }
}

/// Gives a canvas these pixels, RGBA, in rows of `width`.
fn put(canvas: &HtmlCanvasElement, pixels: &[u8], width: u32) {
    let size = (width, pixels.len() as u32 / 4 / width);
    canvas::resize(canvas, size);
    canvas::put(canvas, pixels, (0, 0), size);
}

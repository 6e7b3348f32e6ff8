//! The projected gradient as bars: above the line what is above zero, below it what is below.

use std::sync::Arc;

use leptos::prelude::*;

use super::words;
use crate::fungi::Gradient;
use crate::ui::numbers::fixed;

/// The bars, scaled to the largest.
#[component]
pub fn Vector(gradient: Arc<Gradient>) -> impl IntoView {
    let (about, values) = (words::projected(&gradient), &gradient.projected);
    let most = values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    let bar = |(i, value): (usize, &f32)| {
        let height = if most > 0.0 { -100.0 * f64::from(value / most) } else { 0.0 };
        format!("M{i} 100h1v{}h-1z", fixed(height, 1))
    };
    let bars = |above: bool| {
        let some = values.iter().enumerate().filter(|(_, value)| (**value > 0.0) == above);
        some.map(bar).collect::<String>()
    };
    let range = [most, -most].map(|end| fixed(end.into(), 3));
    view! {
        <p class="quiet">{about.clone()}</p>
        <div class="inside-vector">
            <span>{range[0].clone()}</span>
            <span>"0"</span>
            <span>{range[1].clone()}</span>
            <svg
                role="img"
                aria-label=about
                data-testid="inside-vector"
                viewBox=format!("0 0 {} 200", values.len().max(1))
                preserveAspectRatio="none"
            >
                <path class="positive" d=bars(true) />
                <path class="negative" d=bars(false) />
                <path class="zero" d=format!("M0 100H{}", values.len()) vector-effect="non-scaling-stroke" />
            </svg>
        </div>
    }
}

//! Drawings: the mark, and small signs. All are ornaments; words stand beside them.

use leptos::prelude::*;

/// A mushroom's gills from below, as a spore print shows them: the program's mark.
#[component]
pub fn Mark(
    /// Gills in the ring.
    #[prop(default = 24)]
    gills: usize,
) -> impl IntoView {
    let lines = (0..gills)
        .map(|i| {
            let (sin, cos) = (i as f32 * std::f32::consts::TAU / gills as f32).sin_cos();
            let from = if i % 2 == 0 { 5.5 } else { 9.5 };
            let at = |r: f32| format!("{:.1} {:.1}", 16.0 + r * cos, 16.0 + r * sin);
            format!("M{}L{}", at(from), at(14.0))
        })
        .collect::<String>();
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <path d=lines />
            <circle cx="16" cy="16" r="3" />
        </svg>
    }
}

/// A sign of one path on a grid of 16.
#[component]
pub fn Sign(
    /// The path.
    path: &'static str,
) -> impl IntoView {
    view! {
        <svg class="sign" viewBox="0 0 16 16" aria-hidden="true">
            <path d=path />
        </svg>
    }
}

/// Take away.
pub const CROSS: &str = "M4 4l8 8M12 4l-8 8";
/// The same label.
pub const TICK: &str = "M3 8.5l3.5 3.5L13 4.5";
/// Moved up.
pub const UP: &str = "M8 13V3M4 7l4-4 4 4";
/// Moved down.
pub const DOWN: &str = "M8 3v10M4 9l4 4 4-4";
/// Did not move.
pub const LEVEL: &str = "M3 8h10";

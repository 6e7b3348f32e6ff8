//! The logo and small icons. All are decorative; text stands beside them.

use leptos::prelude::*;

/// A mushroom's gills from below, as a spore print shows them: the program's logo.
#[component]
pub fn Mark(
    /// Long gills in the ring; as many short ones lie between them.
    #[prop(default = 12)]
    gills: u32,
) -> impl IntoView {
    // A dashed ring is a ring of gills; `pathLength` counts in gills.
    let ring = move |radius: &'static str, width: &'static str, offset: &'static str| {
        view! {
            <circle
                class="gills"
                cx="16"
                cy="16"
                r=radius
                stroke-width=width
                pathLength=gills
                stroke-dasharray="0.22 0.78"
                stroke-dashoffset=offset
            />
        }
    };
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            {ring("9.75", "8.5", "0")}
            {ring("11.75", "4.5", "0.5")}
            <circle cx="16" cy="16" r="3" />
        </svg>
    }
}

/// An icon of one path on a grid of 16.
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

/// Remove.
pub const CROSS: &str = "M4 4l8 8M12 4l-8 8";
/// The same label.
pub const TICK: &str = "M3 8.5l3.5 3.5L13 4.5";
/// Make it the query.
pub const QUERY: &str = "M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9M10.2 10.2l3.8 3.8";
/// Moved up.
pub const UP: &str = "M8 13V3M4 7l4-4 4 4";
/// Moved down.
pub const DOWN: &str = "M8 3v10M4 9l4 4 4-4";
/// Did not move.
pub const LEVEL: &str = "M3 8h10";

//! The page's colours, light or dark, for canvases: they don't follow the style sheet by themselves.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::marks::{DARK, LIGHT, Palette};

/// Colours to draw with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colours {
    /// Whether the page is dark.
    pub dark: bool,
    /// Of marks.
    pub palette: Palette,
    /// Of what is chosen or under the pointer: the page's ink.
    pub ink: &'static str,
    /// Behind marks and pictures: the page's sheet.
    pub sheet: &'static str,
}

impl Colours {
    /// Those of a light or a dark page, as in public/styles.css.
    pub const fn of(dark: bool) -> Self {
        match dark {
            true => Self { dark, palette: DARK, ink: "#ebe7d9", sheet: "#1c1f17" },
            false => Self { dark, palette: LIGHT, ink: "#20241d", sheet: "#fdfbf5" },
        }
    }
}

/// Follows the browser's choice between light and dark.
pub fn follow_colours() -> RwSignal<Colours> {
    let query = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
    let colours = RwSignal::new(Colours::of(query.as_ref().is_some_and(|query| query.matches())));
    if let Some(query) = query {
        let asked = query.clone();
        let changed = move || colours.set(Colours::of(asked.matches()));
        // Lives as long as the page does.
        let changed = Closure::<dyn FnMut()>::new(changed).into_js_value();
        query.set_onchange(Some(changed.unchecked_ref()));
    }
    colours
}

/// A colour as canvases and SVG take it.
pub fn css([red, green, blue]: [u8; 3]) -> String {
    format!("rgb({red} {green} {blue})")
}

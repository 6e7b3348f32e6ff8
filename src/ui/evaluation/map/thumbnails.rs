//! The gallery's thumbnails as pictures that a canvas can draw, decoded when they are first wanted.

use std::collections::HashMap;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlImageElement;

use crate::gallery::Id;
use crate::ui::gallery::GalleryState;

/// Pictures that are kept: a few screens full.
const KEPT: usize = 600;

/// Pictures by image, with the address that each was made of.
#[derive(Clone, Copy)]
pub struct Thumbnails {
    gallery: GalleryState,
    kept: StoredValue<HashMap<Id, (String, HtmlImageElement)>, LocalStorage>,
    /// Counts up when one has been decoded.
    pub arrived: RwSignal<u32>,
}

impl Thumbnails {
    /// None yet.
    pub fn new(gallery: GalleryState) -> Self {
        Self { gallery, kept: StoredValue::new_local(HashMap::new()), arrived: RwSignal::new(0) }
    }

    /// An image's picture if it can be drawn. If it can't yet, [`Self::arrived`] tells when.
    pub fn get(&self, id: Id) -> Option<HtmlImageElement> {
        let address = self
            .gallery
            .shown(id)?
            .with_untracked(|shown| shown.thumbnail.as_ref().map(|thumbnail| thumbnail.get()))?;
        let known = self
            .kept
            .with_value(|kept| kept.get(&id).filter(|(of, _)| *of == address).map(|(_, picture)| picture.clone()));
        let picture = known.or_else(|| self.load(id, address))?;
        (picture.complete() && picture.natural_width() > 0).then_some(picture)
    }

    fn load(&self, id: Id, address: String) -> Option<HtmlImageElement> {
        let picture = HtmlImageElement::new().ok()?;
        let arrived = self.arrived;
        let loaded = Closure::once_into_js(move || {
            // The map may be gone meanwhile.
            let _ = arrived.try_update(|count| *count += 1);
        });
        picture.set_onload(Some(loaded.unchecked_ref()));
        picture.set_src(&address);
        self.kept.update_value(|kept| {
            // Those in sight are asked for again in the next frame.
            if kept.len() >= KEPT {
                kept.clear();
            }
            kept.insert(id, (address, picture.clone()));
        });
        Some(picture)
    }
}

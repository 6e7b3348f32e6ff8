//! Archives as other modules see them.

use leptos::prelude::*;

use crate::archive::Making;
use crate::engine::protocol::Listed;
use crate::gallery::{Origin, Provenance};
use crate::ui::address::Method;
use crate::ui::analysis::Analysis;
use crate::ui::gallery::GalleryState;
use crate::ui::link::{Link, Phase};
use crate::ui::messages::Messages;
use crate::vit::ViTConfig;

use super::follow::{Follow, follow};

/// What packs and opens archives. `Copy`: each user gets one.
#[derive(Clone, Copy)]
pub struct Archives {
    /// The worker that does it.
    pub(super) analysis: Analysis,
    /// The gallery that is taken away, and comes back.
    pub gallery: GalleryState,
    pub(super) link: Link,
    pub(super) method: RwSignal<Method>,
    pub(super) messages: Messages,
    /// How far packing is.
    pub packing: RwSignal<Packing>,
    /// Whether an archive is being opened.
    pub(super) opening: RwSignal<bool>,
    /// How the features that came from archives were made.
    makings: StoredValue<Vec<Making>>,
    /// An archive's, to be followed once an engine is there.
    pub(super) pending: RwSignal<Option<Making>>,
}

/// How far packing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packing {
    /// Nothing is being packed.
    Idle,
    /// It is at work: what, how much is done, and of how much. The request's number.
    At(&'static str, usize, usize, u32),
    /// The last time, it failed: why, as a sentence.
    Failed(String),
}

impl Archives {
    /// Opens what is dropped from now on.
    pub fn new(
        analysis: Analysis,
        gallery: GalleryState,
        link: Link,
        method: RwSignal<Method>,
        messages: Messages,
    ) -> Self {
        let archives = Self {
            analysis,
            gallery,
            link,
            method,
            messages,
            packing: RwSignal::new(Packing::Idle),
            opening: RwSignal::new(false),
            makings: StoredValue::new(Vec::new()),
            pending: RwSignal::new(None),
        };
        Effect::new(move |_| {
            if !archives.opening.get() && !gallery.archives.with(Vec::is_empty) {
                let mut next = None;
                gallery.archives.update(|all| next = Some(all.remove(0)));
                next.into_iter().for_each(|file| archives.open(file));
            }
        });
        Effect::new(move |_| {
            let Some(making) = archives.pending.get() else { return };
            match (link.model.get(), link.phase.get()) {
                (Some(model), _) => {
                    archives.pending.set(None);
                    let settings = method.with_untracked(Method::settings);
                    archives.take(link.models.with_untracked(|models| follow(&making, &model, &settings, models)));
                }
                // Without an engine nothing else can be computed: at least this is seen.
                (None, Phase::Failed(_)) => {
                    archives.pending.set(None);
                    gallery.adopt(making.origin());
                }
                _ => {}
            }
        });
        archives
    }

    fn take(&self, follow: Follow) {
        match follow {
            Follow::Same => {}
            Follow::Settings(method) => {
                self.method.set(method);
                self.messages.notify("The method's settings are those of the archive now.".into());
            }
            Follow::Model { name, side, method } => {
                self.messages.notify(format!("The archive was made with the model {name}, which is being loaded."));
                self.method.set(method);
                self.link.choose(name, side);
            }
            Follow::Apart(sentence) => self.messages.notify(sentence),
        }
    }

    /// Remembers how an archive was made.
    pub(super) fn learn(&self, making: &Making) {
        self.makings.update_value(|all| {
            all.retain(|other| other.origin() != making.origin());
            all.push(making.clone());
        });
    }

    /// How features of an origin were made: by the model that is loaded, or as an archive said.
    pub(super) fn making(&self, origin: &Origin) -> Option<Making> {
        let model = self.link.model.get_untracked().filter(|model| model.identity() == origin.model);
        let made_here = model.and_then(|model| {
            let listed = |models: &Vec<Listed>| models.iter().find(|listed| listed.name == model.name).cloned();
            let config = self.link.models.with_untracked(listed)?.config;
            Some(Making {
                provenance: Provenance {
                    model: model.name.clone(),
                    sha256: model.sha256.clone(),
                    config: ViTConfig { image: model.image, ..config },
                    negatives: if origin.settings.simclr().is_some() { model.negatives } else { String::new() },
                    settings: origin.settings.clone(),
                },
                variant: model.variant.clone(),
                device: self.link.device.get_untracked()?.name,
                platform: window().navigator().user_agent().unwrap_or_default(),
                program: env!("CARGO_PKG_VERSION").into(),
            })
        });
        made_here
            .or_else(|| self.makings.with_value(|all| all.iter().find(|making| making.origin() == *origin).cloned()))
    }
}

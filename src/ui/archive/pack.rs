//! Taking results away: the worker packs, and the browser saves.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File};

use super::Archives;
use super::state::Packing;
use crate::analysis::parcels::{Pack, PackedImage};
use crate::analysis::protocol::{Answer, Progress, Request};
use crate::fungi::Part;
use crate::gallery::Entry;
use crate::retrieval::FeatureSet;
use crate::ui::analysis::Reply;
use crate::ui::blob::{BlobUrl, save};
use crate::ui::gallery::Complete;

/// The file's name.
const NAME: &str = "mycoscope-results.zip";

impl Archives {
    /// Packs the images that are complete, and has the browser save the file. `k`: the neighbourhood for which one number is
    /// shown; `own`: feature sets beside the standard ones.
    pub fn take_away(self, with_pictures: bool, k: usize, own: Vec<FeatureSet>) {
        let Some(Complete { origin, images, all, .. }) = self.gallery.complete().filter(|all| !all.images.is_empty())
        else {
            return self.failed("There is nothing to take away yet.".into());
        };
        let Some(making) = self.making(&origin) else {
            return self
                .failed("The model is not loaded, so the results can't say how they were made. Try again.".into());
        };
        self.packing.set(Packing::At("Preparing", 0, 0, 0));
        let seed = origin.settings.seed;
        let files: Vec<JsValue> = (images.iter())
            .filter_map(|(_, file)| file.as_ref().filter(|_| with_pictures))
            .map(|file: &File| JsValue::from(file.clone()))
            .collect();
        let images = images.into_iter().filter_map(|(entry, file)| {
            let Entry { id, name, label, content } = entry;
            let content = content?;
            let pictured = with_pictures && file.is_some();
            Some(PackedImage { id, name, label, hash: content.hash, size: content.size, pictured })
        });
        let order = Pack { images: images.collect(), making, k, seed, own, with_pictures };
        spawn_local(async move {
            if self.analysis.give(Some(origin), Arc::new(all), &Part::ALL).await {
                self.ask(order, files);
            } else {
                self.failed(LOST.into());
            }
        });
    }

    /// Gives up packing.
    pub fn stop_packing(&self) {
        if let Packing::At(.., number) = self.packing.get_untracked()
            && number > 0
        {
            self.analysis.ask(Request::Stop(number), Vec::new(), |_| ());
        }
    }

    fn ask(self, order: Pack, files: Vec<JsValue>) {
        let number = StoredValue::new(0);
        let asked = self.analysis.ask(Request::Pack(Box::new(order)), files, move |reply| match reply {
            Reply::Progress(Progress::Packing { done, all, pictures }) => {
                let what = if pictures { "Packing images" } else { "Evaluating" };
                self.packing.set(Packing::At(what, done, all, number.get_value()));
            }
            Reply::Progress(_) => {}
            Reply::Answer(Answer::Packed, beside) => {
                match beside.into_iter().next().and_then(|zip| zip.dyn_into::<Blob>().ok()) {
                    Some(zip) => {
                        self.packing.set(Packing::Idle);
                        save(BlobUrl::of(&zip), NAME);
                        self.messages.tell(format!("The results are saved as {NAME}."));
                    }
                    None => self.failed(LOST.into()),
                }
            }
            Reply::Answer(Answer::Refused(reason), _) => self.failed(reason),
            Reply::Answer(..) | Reply::Ended => self.packing.set(Packing::Idle),
            Reply::Lost => self.failed(LOST.into()),
        });
        number.set_value(asked);
        if let Packing::At(what, done, all, _) = self.packing.get_untracked() {
            self.packing.set(Packing::At(what, done, all, asked));
        }
    }

    fn failed(&self, sentence: String) {
        self.packing.set(Packing::Failed(sentence));
    }
}

const LOST: &str = "The results could not be packed: the worker stopped. It may need more memory than this browser gives a page; try it \
     without the images.";

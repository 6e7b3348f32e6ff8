//! A dropped archive: the worker opens it, and the gallery takes what comes out, portion by portion.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use web_sys::{Blob, File, FilePropertyBag};

use super::Archives;
use super::words::{other_pictures, restored};
use crate::analysis::parcels::{Placed, Unpacked};
use crate::analysis::protocol::{Answer, Progress, Request};
use crate::archive::{Making, RestoredImage};
use crate::gallery::snapshot::{Image, Snapshot};
use crate::gallery::{Content, Hash};
use crate::ui::analysis::Reply;

/// What has come so far.
#[derive(Default)]
struct Opening {
    making: Option<Making>,
    images: usize,
    told: usize,
    added: usize,
}

impl Archives {
    /// Opens an archive, whose images join the gallery.
    pub(super) fn open(self, file: File) {
        let name = file.name();
        self.opening.set(true);
        self.messages.tell(format!("Opening {name}..."));
        let (opening, archive) = (Rc::new(RefCell::new(Opening::default())), file.clone());
        self.analysis.ask(Request::Unpack { name: name.clone() }, vec![file.into()], move |reply| match reply {
            Reply::Progress(Progress::Unpacking(Unpacked::Made { making, images })) => {
                self.learn(&making);
                self.gallery.begin_restoring(&making.origin());
                *opening.borrow_mut() = Opening { making: Some(*making), images, ..Opening::default() };
            }
            Reply::Progress(Progress::Unpacking(Unpacked::Images(portion))) => {
                let mut opening = opening.borrow_mut();
                let Some(origin) = opening.making.as_ref().map(Making::origin) else { return };
                opening.told += portion.len();
                let (images, files) = taken(portion, &archive);
                opening.added += self.gallery.restore(Snapshot { origin, images }, files);
                self.messages.tell(format!("Opening {name}: {} of {} images", opening.told, opening.images));
            }
            Reply::Progress(_) => {}
            Reply::Answer(Answer::Unpacked { others }, _) => {
                let Opening { making, images, added, .. } = opening.take();
                self.gallery.end_restoring();
                self.messages.tell(restored(&name, images, added, self.gallery.pictureless()));
                other_pictures(&name, &others).into_iter().for_each(|sentence| self.messages.notify(sentence));
                self.pending.set(making);
                self.opening.set(false);
            }
            Reply::Answer(Answer::Refused(reason), _) => self.not_opened(reason),
            Reply::Answer(..) | Reply::Ended => self.not_opened(format!("{name} was not opened to its end.")),
            Reply::Lost => self.not_opened(format!(
                "{name} could not be opened: its worker stopped. It may need more memory than this browser gives a page."
            )),
        });
    }

    fn not_opened(&self, sentence: String) {
        self.messages.tell("");
        self.messages.notify(sentence);
        self.gallery.end_restoring();
        self.opening.set(false);
    }
}

/// Images as the gallery takes them, and the files that the archive holds, which stay in it: a browser cuts them out when
/// they are read.
fn taken(portion: Vec<(RestoredImage, Placed)>, archive: &File) -> (Vec<Image>, HashMap<Hash, File>) {
    let mut files = HashMap::new();
    let images = portion.into_iter().map(|(image, placed)| {
        let RestoredImage { name, label, hash, size, features } = image;
        if let Some(file) = picture(&name, placed, archive) {
            files.insert(hash, file);
        }
        Image { name, label, content: Content { hash, size, thumbnail: Vec::new() }, features }
    });
    (images.collect(), files)
}

fn picture(name: &str, placed: Placed, archive: &File) -> Option<File> {
    let blob = match placed {
        Placed::Absent => return None,
        Placed::Stored { start, length } => {
            archive.slice_with_f64_and_f64(start as f64, (start + length) as f64).ok()?
        }
        Placed::Bytes(bytes) => Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(&bytes[..]))).ok()?,
    };
    let options = FilePropertyBag::new();
    if name.to_ascii_lowercase().ends_with(".svg") {
        // Of all that browsers show, the only one that they do not know by its bytes.
        options.set_type("image/svg+xml");
    }
    let name = name.rsplit('/').next().unwrap_or(name);
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &options).ok()
}

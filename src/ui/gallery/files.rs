//! Files as browsers give them: dropped, pasted, picked, whole folders. A file's folder is its label; a mask beside a
//! photo comes with it.

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileList, FilePropertyBag, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry,
};

use crate::engine::protocol::SampleFile;
use crate::segmentation::beside;

/// A file, named and labelled.
#[derive(Clone)]
pub struct Found {
    /// The file, as a handle: its bytes are not read here.
    pub file: File,
    /// Its name, without folders.
    pub name: String,
    /// The name of its folder, if there is one.
    pub label: Option<String>,
    /// Its path, with slashes; its name where the path is not known.
    pub(super) path: String,
    /// Its mask, where one came with it.
    pub mask: Option<File>,
}

impl Found {
    fn new(file: File, path: &str) -> Option<Self> {
        let name = file.name();
        let folder = path.trim_end_matches(&name).trim_matches('/').rsplit('/').next();
        let label = folder.filter(|folder| !folder.is_empty()).map(str::to_owned);
        // Files that operating systems leave in folders.
        let litter =
            name.starts_with('.') || name.eq_ignore_ascii_case("thumbs.db") || name.eq_ignore_ascii_case("desktop.ini");
        let path = if path.is_empty() { name.clone() } else { path.trim_start_matches('/').to_owned() };
        (!litter).then_some(Self { file, name, label, path, mask: None })
    }

    /// A drawn picture in the form of a file.
    pub fn drawn(sample: SampleFile) -> Option<Self> {
        let options = FilePropertyBag::new();
        options.set_type("image/png");
        let parts = Array::of1(&Uint8Array::from(sample.bytes.as_slice()));
        let file = File::new_with_u8_array_sequence_and_options(&parts, &sample.name, &options).ok()?;
        Some(Self { file, path: sample.name.clone(), name: sample.name, label: Some(sample.label), mask: None })
    }
}

/// Assigns photos the masks that came with them (see [`beside`]); those masks are then no images of their own.
fn with_masks(mut found: Vec<Found>) -> Vec<Found> {
    let paths: Vec<&str> = found.iter().map(|found| found.path.as_str()).collect();
    let masks = beside::masks_of(&paths);
    for (photo, mask) in masks.iter().enumerate() {
        found[photo].mask = mask.map(|mask| found[mask].file.clone());
    }
    let mut place = 0..;
    found.retain(|_| !masks.contains(&place.next()));
    found
}

/// The files of a picker or of a paste; a folder's are sorted by path.
pub fn listed(files: Option<FileList>) -> Vec<Found> {
    let files = files.as_ref();
    let mut found: Vec<(String, Found)> = (0..files.map_or(0, FileList::length))
        .filter_map(|i| files?.item(i))
        .filter_map(|file| {
            let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
            let path = path.unwrap_or_default();
            Some((path.clone(), Found::new(file, &path)?))
        })
        .collect();
    sorted(&mut found)
}

/// What was dropped. The browser empties `data` when its event ends: collect this first, and walk folders later.
pub struct Dropped {
    entries: Vec<FileSystemEntry>,
    files: Vec<Found>,
}

impl Dropped {
    /// Collects the contents of `data`.
    pub fn take(data: &DataTransfer) -> Self {
        let items = data.items();
        let (mut entries, mut files) = (Vec::new(), Vec::new());
        for item in (0..items.length()).filter_map(|i| items.get(i)).filter(|item| item.kind() == "file") {
            match item.webkit_get_as_entry().ok().flatten() {
                Some(entry) => entries.push(entry),
                None => files.extend(item.get_as_file().ok().flatten().and_then(|file| Found::new(file, ""))),
            }
        }
        if entries.is_empty() && files.is_empty() {
            files = listed(data.files());
        }
        Self { entries, files }
    }

    /// All files, those of folders within folders too, sorted by path. Unreadable folders count as empty: the browser
    /// gives no reason.
    pub async fn walk(self) -> Vec<Found> {
        let mut found: Vec<(String, Found)> = self.files.into_iter().map(|file| (file.name.clone(), file)).collect();
        let mut open = self.entries;
        while let Some(entry) = open.pop() {
            let path = entry.full_path();
            if entry.is_directory() {
                open.extend(children(entry.unchecked_into()).await);
            } else if let Some(file) = file_of(entry.unchecked_into()).await
                && let Some(file) = Found::new(file, &path)
            {
                found.push((path, file));
            }
        }
        sorted(&mut found)
    }
}

/// By path, each photo with its mask; files that were picked one by one have no path, and keep their order.
fn sorted(found: &mut Vec<(String, Found)>) -> Vec<Found> {
    found.sort_by(|a, b| a.0.cmp(&b.0));
    with_masks(found.drain(..).map(|(_, found)| found).collect())
}

/// Browsers return a folder's entries in portions, ending with an empty one.
async fn children(folder: FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let portion = promised(|resolve, reject| {
            // A call that fails becomes a promise that is rejected at once.
            if reader.read_entries_with_callback_and_callback(resolve, reject).is_err() {
                let _ = reject.call0(reject);
            }
        });
        let portion = portion.await.map(|entries| Array::from(&entries)).unwrap_or_default();
        if portion.length() == 0 {
            return all;
        }
        all.extend(portion.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

async fn file_of(entry: FileSystemFileEntry) -> Option<File> {
    promised(|resolve, reject| entry.file_with_callback_and_callback(resolve, reject)).await?.dyn_into().ok()
}

async fn promised(mut ask: impl FnMut(&Function, &Function)) -> Option<wasm_bindgen::JsValue> {
    JsFuture::from(Promise::new(&mut |resolve, reject| ask(&resolve, &reject))).await.ok()
}

//! Files of the browser, read where they are needed: a worker may wait for them.

use std::cell::RefCell;
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag, FileReaderSync};

use super::packing::Luggage;
use super::parcels::PackedImage;

/// Bytes that are read at once.
const AHEAD: u64 = 1 << 20;
/// Bytes of an archive that are held here; more go to the browser, which may keep them on disk.
const HELD: usize = 8 << 20;

/// A blob that is read like a file.
pub struct BlobFile {
    blob: Blob,
    length: u64,
    at: u64,
    /// What was read last, and where it begins.
    piece: Vec<u8>,
    from: u64,
}

impl BlobFile {
    /// From its start.
    pub fn new(blob: Blob) -> Self {
        let length = blob.size() as u64;
        Self { blob, length, at: 0, piece: Vec::new(), from: 0 }
    }
}

impl Read for BlobFile {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize> {
        let held = self.from..self.from + self.piece.len() as u64;
        if !held.contains(&self.at) {
            let end = self.length.min(self.at.saturating_add(AHEAD.max(bytes.len() as u64)));
            if self.at >= end {
                return Ok(0);
            }
            let part = self.blob.slice_with_f64_and_f64(self.at as f64, end as f64);
            self.piece = read(&part.map_err(unreadable)?)?;
            self.from = self.at;
        }
        let rest = &self.piece[(self.at - self.from) as usize..];
        let count = rest.len().min(bytes.len());
        bytes[..count].copy_from_slice(&rest[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for BlobFile {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = place.ok_or_else(|| Error::new(ErrorKind::InvalidInput, "a place before the file"))?;
        Ok(self.at)
    }
}

/// The files that go into an archive, and the archive as it grows.
pub struct BlobLuggage {
    /// Name and file of each image, by place.
    files: Vec<(String, Option<Blob>)>,
    held: Vec<u8>,
    out: Parts,
}

/// The pieces of an archive. Clones are the same.
#[derive(Clone, Default)]
pub struct Parts(Rc<RefCell<Vec<Blob>>>);

impl Parts {
    /// All of it, as one blob.
    pub fn joined(&self) -> Option<Blob> {
        let options = BlobPropertyBag::new();
        options.set_type("application/zip");
        let parts: Array = self.0.borrow().iter().collect();
        Blob::new_with_blob_sequence_and_options(&parts, &options).ok()
    }
}

impl BlobLuggage {
    /// `beside`: the files of the pictured images, in order.
    pub fn new(images: &[PackedImage], beside: Vec<JsValue>, out: Parts) -> Self {
        let mut blobs = beside.into_iter().map(Blob::from);
        let files = images.iter().map(|image| (image.name.clone(), image.pictured.then(|| blobs.next()).flatten()));
        Self { files: files.collect(), held: Vec::new(), out }
    }

    fn hand_over(&mut self) {
        let bytes = Array::of1(&Uint8Array::from(&self.held[..]));
        if let Ok(blob) = Blob::new_with_u8_array_sequence(&bytes) {
            self.out.0.borrow_mut().push(blob);
        }
        self.held.clear();
    }
}

impl Luggage for BlobLuggage {
    fn read(&mut self, place: usize) -> std::result::Result<Vec<u8>, String> {
        let Some((name, Some(blob))) = self.files.get(place) else {
            return Err("The browser no longer has the file of an image. Drop it again.".into());
        };
        read(blob).map_err(|error| format!("{name} could not be read ({error}). It may have changed: drop it again."))
    }

    fn put(&mut self, piece: Vec<u8>) {
        self.held.extend(piece);
        if self.held.len() >= HELD {
            self.hand_over();
        }
    }

    fn end(&mut self) {
        self.hand_over();
    }
}

/// All of a blob.
pub fn read(blob: &Blob) -> Result<Vec<u8>> {
    let buffer = FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(blob)).map_err(unreadable)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

fn unreadable(error: JsValue) -> Error {
    let name = js_sys::Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
    Error::other(name.unwrap_or_else(|| "the browser gives no reason".into()))
}

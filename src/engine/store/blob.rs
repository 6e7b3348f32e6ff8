//! Blobs, files among them: read in pieces, so that no second copy of a large one is ever whole in memory.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::StoreError;

/// Bytes of a blob, read in pieces into one buffer that is made as large as needed first.
pub(in crate::engine) async fn read(blob: &Blob) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    let size = blob.size() as usize;
    bytes.try_reserve_exact(size).map_err(|_| StoreError::NoMemory(size as u64))?;
    pieces(blob, |piece| {
        let start = bytes.len();
        bytes.resize(start + piece.length() as usize, 0);
        piece.copy_to(&mut bytes[start..]);
    })
    .await?;
    Ok(bytes)
}

/// Calls `each` with the pieces of a blob, in order.
pub(super) async fn pieces(blob: &Blob, mut each: impl FnMut(Uint8Array)) -> Result<(), StoreError> {
    const PIECE: f64 = 4_194_304.0;
    let mut at = 0.0;
    while at < blob.size() {
        let end = (at + PIECE).min(blob.size());
        let piece = blob.slice_with_f64_and_f64(at, end).map_err(|_: JsValue| StoreError::Unreadable)?;
        let buffer = JsFuture::from(piece.array_buffer()).await.map_err(|_| StoreError::Unreadable)?;
        each(Uint8Array::new(&buffer));
        at = end;
    }
    Ok(())
}

/// A blob of these pieces, in the browser's memory.
pub(super) fn joined(pieces: &[Uint8Array]) -> Result<Blob, StoreError> {
    let array: Array = pieces.iter().collect();
    let size = pieces.iter().map(|piece| u64::from(piece.length())).sum();
    Blob::new_with_u8_array_sequence(&array).map_err(|_: JsValue| StoreError::NoMemory(size))
}

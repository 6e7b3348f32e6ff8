//! The start of a safetensors file: enough to tell what model it holds.

use web_sys::Blob;

use super::blob::read;
use crate::engine::sentence::sentence;
use crate::vit::{LoadOptions, ViTConfig, recognise};

/// Most bytes of a header, as the format has it.
const MOST: u64 = 100_000_000;

/// The model that a file holds, or a sentence. Only its header is read.
pub(super) async fn recognised(file: &Blob, options: &LoadOptions) -> Result<ViTConfig, String> {
    let size = file.size() as u64;
    let start = async |bytes: u64| {
        let start = file.slice_with_f64_and_f64(0.0, bytes.min(size) as f64).ok()?;
        read(&start).await.ok()
    };
    let unreadable = "The browser could not read the file. Was it moved, changed or deleted? Drop it again.";
    let length = start(8).await.ok_or(unreadable)?;
    let length = length.first_chunk().map_or(0, |length| u64::from_le_bytes(*length));
    // Of another file, eight bytes tell what is wrong with it.
    let length = if length > MOST.min(size.saturating_sub(8)) { 0 } else { length };
    let header = start(8 + length).await.ok_or(unreadable)?;
    recognise(&header, size, options).map_err(|error| sentence(&error))
}

//! Checksums and lengths made to fit, so that a mutation gets past them.

use std::io::{Cursor, Read, Write};

use serde_json::{Map, Value, json};
use zip::read::ZipReadOptions;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::files::png_chunk;

/// Most bytes of tensors that are made to fit a mutated table.
const MAX_TENSORS: u64 = 1 << 17;

/// Leaves the bytes as they are.
pub fn nothing(_: &mut Vec<u8>) {}

/// The checksums of a PNG's chunks, or the outer length of a WebP.
pub fn picture(bytes: &mut [u8]) {
    if bytes.starts_with(b"\x89PNG") {
        png(bytes);
    } else if bytes.starts_with(b"RIFF") && bytes.len() >= 12 {
        let length = (bytes.len() - 8) as u32;
        bytes[4..8].copy_from_slice(&length.to_le_bytes());
    }
}

fn png(bytes: &mut [u8]) {
    let mut at = 8;
    while let Some(&[a, b, c, d, e, f, g, h]) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let end = (at + 8).saturating_add(u32::from_be_bytes([a, b, c, d]) as usize);
        let Some(data) = bytes.get(at + 8..end) else { return };
        let chunk = png_chunk(&[e, f, g, h], data);
        let Some(place) = bytes.get_mut(at..at + chunk.len()) else { return };
        place.copy_from_slice(&chunk);
        at += chunk.len();
    }
}

/// The length of a safetensors file's table, and the places of the tensors that it names.
pub fn safetensors(bytes: &mut Vec<u8>) {
    let Some(text) = bytes.get(8..) else { return };
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<Map<String, Value>>();
    let Some(Ok(mut table)) = values.next() else { return };
    let data = text[values.byte_offset()..].to_vec();
    let mut end = 0;
    for (_, tensor) in table.iter_mut().filter(|(name, _)| *name != "__metadata__") {
        let Some(size) = size(tensor).filter(|size| *size <= MAX_TENSORS - end) else { return };
        tensor["data_offsets"] = json!([end, end + size]);
        end += size;
    }
    let mut table = Value::Object(table).to_string().into_bytes();
    table.resize(table.len().next_multiple_of(8), b' ');
    *bytes = [&(table.len() as u64).to_le_bytes(), &table[..]].concat();
    bytes.extend(data.into_iter().chain(std::iter::repeat(0)).take(end as usize));
}

/// Bytes of a tensor, by its shape and number format.
fn size(tensor: &Value) -> Option<u64> {
    let each = match tensor.get("dtype")?.as_str()? {
        "F64" | "I64" => 8,
        "F32" => 4,
        "F16" | "BF16" => 2,
        _ => 1,
    };
    let sides = tensor.get("shape")?.as_array()?;
    // In this order an axis of 0 makes up for one of any size.
    let sides: Vec<u64> = sides.iter().map(Value::as_u64).collect::<Option<_>>()?;
    if sides.contains(&0) {
        return Some(0);
    }
    sides.into_iter().try_fold(each, u64::checked_mul)
}

/// The checksums and places of a zip's entries, and the tables within its features.
pub fn archive(bytes: &mut Vec<u8>) {
    let Some(repaired) = repacked(bytes) else { return };
    *bytes = repaired;
}

fn repacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut old = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..old.len() {
        let Ok(entry) = old.by_index_with_options(place, ZipReadOptions::new().ignore_crc32(true)) else { continue };
        let (name, method) = (entry.name().to_owned(), entry.compression());
        let mut content = Vec::new();
        // What can be read of it.
        let _ = entry.take(MAX_TENSORS).read_to_end(&mut content);
        if name.ends_with(".safetensors") {
            safetensors(&mut content);
        }
        let method = if method == CompressionMethod::Stored { method } else { CompressionMethod::Deflated };
        // Two entries of one name are no zip that this writes.
        if new.start_file(name, SimpleFileOptions::DEFAULT.compression_method(method)).is_ok() {
            new.write_all(&content).ok()?;
        }
    }
    Some(new.finish().ok()?.into_inner())
}

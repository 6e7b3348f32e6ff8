//! What a WebP's chunks say before its pixels are decoded.

use super::DecodeError;

/// What the container holds beside the pixels.
#[derive(Default)]
pub(super) struct Container<'a> {
    /// The EXIF metadata, if the file has all of it.
    pub exif: Option<&'a [u8]>,
    /// Whether opacity or an animation's frame is decoded into buffers of its own.
    pub layered: bool,
}

/// Reads the container.
///
/// # Errors
/// A first frame whose picture has another size than the frame: version 0.2.4 of the decoder panics on it.
pub(super) fn container(bytes: &[u8]) -> Result<Container<'_>, DecodeError> {
    let mut found = Container::default();
    let mut framed = false;
    // After "RIFF", the length and "WEBP"; without this chunk first, a picture is all there is.
    let Some(inside) = bytes.get(12..).filter(|inside| inside.starts_with(b"VP8X")) else { return Ok(found) };
    for (kind, data, whole) in chunks(inside) {
        match kind {
            b"ANMF" if !framed => {
                (framed, found.layered) = (true, true);
                check_frame(data)?;
            }
            b"ALPH" => found.layered = true,
            b"EXIF" if found.exif.is_none() && whole => found.exif = Some(data),
            _ => {}
        }
    }
    Ok(found)
}

/// A frame: place, size, duration and flags in 16 bytes, then the opacity, if it has any, and the picture.
fn check_frame(frame: &[u8]) -> Result<(), DecodeError> {
    let Some((head, inside)) = frame.split_at_checked(16) else { return Ok(()) };
    let size = [head[6..9].as_ref(), head[9..12].as_ref()].map(|bytes| 1 + number(bytes));
    let mut inside = chunks(inside);
    if let (Some((b"ALPH", ..)), Some((_, picture, _))) = (inside.next(), inside.next())
        // Frame tag, start code, then 14 bits each for width and height.
        && let Some(sides) = picture.get(6..10)
    {
        let own = [number(&sides[..2]) & 0x3FFF, number(&sides[2..]) & 0x3FFF];
        if own != size {
            let reason = format!("a frame of {} x {} pixels holds {} x {}", size[0], size[1], own[0], own[1]);
            return Err(DecodeError::Damaged { format: "WebP", reason });
        }
    }
    Ok(())
}

/// Kind and data of each chunk, the last perhaps cut off, and whether all of it is there.
fn chunks(mut rest: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8], bool)> {
    std::iter::from_fn(move || {
        let (kind, after) = rest.split_first_chunk::<4>()?;
        let (length, after) = after.split_first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        let data = &after[..length.min(after.len())];
        // Chunks begin at even places.
        rest = after.get(length.saturating_add(length % 2)..).unwrap_or_default();
        Some((kind, data, data.len() == length))
    })
}

/// A little-endian number of up to four bytes.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

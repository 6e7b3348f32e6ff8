//! What a WebP's chunks say before its pixels are decoded.

use super::{DecodeError, vp8l};

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
/// A first frame whose picture has another size than the frame: version 0.2.4 of the decoder panics on it. A lossless
/// picture whose codes take too much memory.
pub(super) fn container(bytes: &[u8]) -> Result<Container<'_>, DecodeError> {
    let mut found = Container::default();
    let mut framed = false;
    // After "RIFF", the length and "WEBP".
    let inside = bytes.get(12..).unwrap_or_default();
    let mut canvas = None;
    for (kind, data, whole) in chunks(inside) {
        match kind {
            b"VP8X" => canvas = canvas.or(sides(data, 4)),
            b"VP8L" => vp8l::check(data, None)?,
            // Without that chunk first, a picture is all there is.
            _ if canvas.is_none() => break,
            b"ANMF" if !framed => {
                (framed, found.layered) = (true, true);
                check_frame(data)?;
            }
            b"ALPH" => {
                found.layered = true;
                check_opacity(data, canvas)?;
            }
            b"EXIF" if found.exif.is_none() && whole => found.exif = Some(data),
            _ => {}
        }
    }
    Ok(found)
}

/// A frame: place, size, duration and flags in 16 bytes, then the opacity, if it has any, and the picture.
fn check_frame(frame: &[u8]) -> Result<(), DecodeError> {
    let Some((head, inside)) = frame.split_at_checked(16) else { return Ok(()) };
    let Some(size) = sides(head, 6) else { return Ok(()) };
    for (kind, data, _) in chunks(inside) {
        match kind {
            b"VP8L" => vp8l::check(data, None)?,
            b"ALPH" => check_opacity(data, Some(size))?,
            _ => {}
        }
    }
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

/// Opacity is a lossless picture too, where the lowest bits of its first byte say so.
fn check_opacity(opacity: &[u8], size: Option<[u32; 2]>) -> Result<(), DecodeError> {
    match opacity.split_first() {
        Some((first, stream)) if first & 3 == 1 => vp8l::check(stream, size),
        _ => Ok(()),
    }
}

/// Width and height, less one, in three bytes each.
fn sides(bytes: &[u8], at: usize) -> Option<[u32; 2]> {
    let sides = bytes.get(at..at + 6)?;
    Some([number(&sides[..3]) + 1, number(&sides[3..]) + 1])
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

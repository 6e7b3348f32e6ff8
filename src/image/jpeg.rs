//! What a JPEG's markers say before its pixels are decoded.

const FRAMES: [u8; 3] = [0xC0, 0xC1, 0xC2];
const PROGRESSIVE: u8 = 0xC2;
const START_OF_SCAN: u8 = 0xDA;
const END_OF_IMAGE: [u8; 2] = [0xFF, 0xD9];

/// A JPEG up to its first scan.
pub(super) struct Markers {
    /// Bytes a pixel that the decoder takes at most for all coefficients, where a picture comes in several scans; else 0.
    pub coefficients: usize,
    /// Whether an end-of-image marker follows the start of the scan. Without it the decoder would fill up with grey.
    pub has_end: bool,
}

/// Reads the markers.
pub(super) fn markers(bytes: &[u8]) -> Markers {
    let (mut at, mut progressive, mut components, mut in_scan) = (2, false, 0, 0);
    // Segments up to the scan say how long they are; an embedded thumbnail with an end of its own is inside one.
    while let Some(&[0xFF, marker, high, low]) = bytes.get(at..at + 4) {
        if marker == START_OF_SCAN {
            in_scan = bytes.get(at + 4).copied().map_or(0, usize::from);
            break;
        }
        if FRAMES.contains(&marker) {
            progressive |= marker == PROGRESSIVE;
            components = bytes.get(at + 9).copied().map_or(0, usize::from).max(components);
        }
        // A fill byte stands alone.
        at += if marker == 0xFF { 1 } else { 2 + usize::from(u16::from_be_bytes([high, low])) };
    }
    let has_end = bytes.get(at..).is_some_and(|scan| scan.windows(2).any(|pair| pair == END_OF_IMAGE));
    let coefficients = if progressive || in_scan < components { 2 * components } else { 0 };
    Markers { coefficients, has_end }
}

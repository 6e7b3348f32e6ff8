//! Files that made decoders panic.

use crate::files::{png_chunk, png_header, red, webp, webp_chunk};

/// One pixel, and a palette of four bytes, where each colour takes three: 83 bytes.
pub fn png_with_a_cut_palette() -> Vec<u8> {
    let palette = png_chunk(b"PLTE", &[10, 20, 30, 40]);
    // A zlib stream of two zeros: the row's filter and the pixel's index.
    let pixel = png_chunk(b"IDAT", &[0x78, 0x9C, 0x63, 0x60, 0, 0, 0, 2, 0, 1]);
    [png_header(1, 1, 8, 3), palette, pixel, png_chunk(b"IEND", &[])].concat()
}

/// An animation whose only frame says that it has `side` x `side` pixels, as its opacity has; its picture has 2 x 2.
pub fn webp_with_a_frame_of(side: u8) -> Vec<u8> {
    let opacity = webp_chunk(b"ALPH", &[&[0], &vec![255; usize::from(side).pow(2)][..]].concat());
    // Place, sides less one, milliseconds, flags.
    let frame = [0, 0, 0, 0, 0, 0, side - 1, 0, 0, side - 1, 0, 0, 100, 0, 0, 0];
    let frame = webp_chunk(b"ANMF", &[&frame, &opacity[..], &red()].concat());
    webp(2 | 16, &[webp_chunk(b"ANIM", &[0; 6]), frame])
}

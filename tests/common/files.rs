//! Image files put together byte by byte, as no encoder writes them.

/// A chunk of a PNG: length, kind, data, checksum.
pub fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [kind, data].concat();
    let mut crc = !0u32;
    for byte in &named {
        crc ^= u32::from(*byte);
        (0..8).for_each(|_| crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()));
    }
    [&(data.len() as u32).to_be_bytes()[..], &named, &(!crc).to_be_bytes()].concat()
}

/// A PNG's header: `depth` bits a sample; colour type 0 is grey, 2 RGB, 3 indexed, 6 RGB and opacity.
pub fn png_header(width: u32, height: u32, depth: u8, color: u8) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, color, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n", &png_chunk(b"IHDR", &header)[..]].concat()
}

/// A chunk of a WebP: kind, length, data, filled up to an even length.
pub fn webp_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    [kind, &(data.len() as u32).to_le_bytes()[..], data, &vec![0; data.len() % 2]].concat()
}

/// A WebP of 2 x 2 pixels from its chunks, with these flags: 2 animated, 8 EXIF, 16 opacity.
pub fn webp(flags: u8, chunks: &[Vec<u8>]) -> Vec<u8> {
    let head = webp_chunk(b"VP8X", &[flags, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
    let inside = [b"WEBP".to_vec(), head, chunks.concat()].concat();
    webp_chunk(b"RIFF", &inside)
}

/// A lossy picture of 2 x 2 red pixels.
pub fn red() -> Vec<u8> {
    let picture = [
        0xD0, 0x01, 0x00, 0x9D, 0x01, 0x2A, 2, 0, 2, 0, 0x02, 0x00, 0x34, 0x25, 0xA0, 0x02, 0x74, 0xBA, 0x01, 0xF8,
        0x00, 0x03, 0xB0, 0x00, 0xFE, 0xF0, 0xC4, 0x0B, 0xFF, 0x20, 0xB9, 0x61, 0x75, 0xC8, 0xD7, 0xFF, 0x20, 0x3F,
        0xE4, 0x07, 0xFC, 0x80, 0xFF, 0xF8, 0xF2, 0x00, 0x00, 0x00,
    ];
    webp_chunk(b"VP8 ", &picture)
}

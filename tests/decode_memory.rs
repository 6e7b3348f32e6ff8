//! What decoding takes, counted: no file, however made, may take 1 GB.

#![allow(clippy::unwrap_used)]

#[path = "common/counting.rs"]
mod counting;
#[path = "common/files.rs"]
mod files;

use counting::peak;
use files::{png_chunk, png_header, red, webp, webp_chunk};
use image::ImageEncoder;
use image::codecs::jpeg::JpegEncoder;
use mycoscope::fungi::views::{crop_boxes, crops, inference, windows};
use mycoscope::image::{DecodeError, decode, decode_mask};

/// A zlib stream of `count` zeros and up to 1032 more, in a 1032nd of the bytes.
fn zeros(count: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    let mut number = |value: u32, width: u32| bits.extend((0..width).map(|bit| value >> bit & 1 == 1));
    // The last block, with codes of its own: 286 lengths, 1 distance, 19 lengths of the codes that describe these.
    [(1, 1), (2, 2), (29, 5), (0, 5), (15, 4)].into_iter().for_each(|(value, width)| number(value, width));
    // In the format's order: 18 gets the code 0, 1 the code 10, 2 the code 11.
    [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0].into_iter().for_each(|length| number(length, 3));
    // Codes come with their first bit first. The byte 0 has two bits, the bytes 1 to 255 have none (138 and 117), the end
    // has two, 257 to 284 have none (28), and 285, a copy of 258 bytes, has one; so has its distance, 1.
    let (one, two, none) = ((0b01, 2), (0b11, 2), |count: u32| [(0, 1), (count - 11, 7)]);
    let lengths = [&[two][..], &none(138), &none(117), &[two], &none(28), &[one, one]].concat();
    lengths.into_iter().for_each(|(value, width)| number(value, width));
    // The byte 0 (10), then copies of it: two zero bits each.
    number(0b01, 2);
    let copies = count.div_ceil(258).next_multiple_of(4);
    // To the end of this byte, all bits are copies too.
    bits.resize(bits.len().next_multiple_of(8), false);
    let bytes = |bits: &[bool]| -> Vec<u8> {
        bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |sum, &bit| sum << 1 | u8::from(bit))).collect()
    };
    let head = bytes(&bits);
    // The end (11); the checksum is not looked at.
    [&[0x78, 0x9C], &head[..], &vec![0; copies / 4], &[0b11], &[0; 4]].concat()
}

fn png(width: u32, height: u32, depth: u8, color: u8, bits: usize, chunks: &[Vec<u8>]) -> Vec<u8> {
    let row = 1 + (width as usize * bits).div_ceil(8);
    let pixels = png_chunk(b"IDAT", &zeros(row * height as usize));
    [png_header(width, height, depth, color), chunks.concat(), pixels, png_chunk(b"IEND", &[])].concat()
}

/// A JPEG that says it is progressive and as large as that, and has the first scan of a picture of 16 x 16.
fn progressive(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let grey = [128; 16 * 16 * 3];
    JpegEncoder::new(&mut bytes).write_image(&grey, 16, 16, image::ExtendedColorType::Rgb8).unwrap();
    let frame = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    bytes[frame + 1] = 0xC2;
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    // The last coefficient of the scan: the first alone.
    bytes[scan + 12] = 0;
    bytes
}

/// A lossless WebP of one pixel with that many groups of codes, each with five tables of 4096 bytes.
fn groups(count: u16) -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    let mut number = |value: u32, width: u32| bits.extend((0..width).map(|bit| value >> bit & 1 == 1));
    // The signature, the sides less one, flags; no transform, no colours kept, groups for blocks of 4 x 4 pixels.
    [(0x2F, 8), (0, 14), (0, 14), (0, 4), (0, 1), (0, 1), (1, 1), (0, 3)]
        .into_iter()
        .for_each(|(value, width)| number(value, width));
    // The block's picture: no colours kept, then codes of one symbol for green, red, blue, opacity and distances.
    let [high, low] = (count - 1).to_be_bytes().map(u32::from);
    number(0, 1);
    [low, high, 0, 0, 0]
        .into_iter()
        .for_each(|symbol| [(0b101, 3), (symbol, 8)].into_iter().for_each(|(value, width)| number(value, width)));
    for _ in 0..5 * u32::from(count) {
        // Not a simple code; the lengths 0 to 15 come in four bits each (19 are described, in the format's order).
        [(0, 1), (15, 4)].into_iter().for_each(|(value, width)| number(value, width));
        [0, 0, 4, 4, 4, 4, 4, 4, 0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4].into_iter().for_each(|length| number(length, 3));
        // Eleven lengths (less two, in four bits): 1 to 10 and 10 again, each with its first bit first.
        [(1, 1), (1, 3), (9, 4)].into_iter().for_each(|(value, width)| number(value, width));
        [1_u32, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10].into_iter().for_each(|length| number(length.reverse_bits() >> 28, 4));
    }
    // The pixel: the shortest codes.
    number(0, 16);
    let stream: Vec<u8> =
        bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |sum, &bit| sum << 1 | u8::from(bit))).collect();
    webp_chunk(b"RIFF", &[b"WEBP", &webp_chunk(b"VP8L", &stream)[..]].concat())
}

#[test]
fn no_file_takes_a_gigabyte() {
    const LIMIT: usize = 1_000_000_000;
    let check = |name: &str, file: Vec<u8>, limit: usize, expected: Result<(u32, u32), DecodeError>| {
        let mut found = Err(DecodeError::Empty);
        let decoding = peak(|| found = decode(&file).map(|image| (image.width as u32, image.height as u32)));
        let as_mask = peak(|| drop(decode_mask(&file)));
        let (size, total) = (file.len(), file.len() + decoding.max(as_mask));
        println!("{name}: {size} bytes; decoding takes {decoding}, as a mask {as_mask}");
        assert_eq!(found, expected, "{name}");
        assert!(total < limit, "{name}: {total} bytes");
    };
    let memory = |format| Err(DecodeError::Memory { format });

    // 4.1 GB once inflated.
    let profile = [b"icc\0\0", &zeros(4_100_000_000)[..]].concat();
    let file = png(1, 1, 8, 2, 24, &[png_chunk(b"iCCP", &profile)]);
    assert!(file.len() < 4_200_000);
    check("a colour profile of 4.1 GB", file, 20_000_000, Ok((1, 1)));
    let exif = png(1, 1, 8, 2, 24, &[png_chunk(b"eXIf", &vec![0; 90_000_000])]);
    check("90 MB of EXIF in a PNG", exif, 200_000_000, memory("PNG"));
    let claim = [b"EXIF", &u32::MAX.to_le_bytes()[..]].concat();
    check("4 GB of EXIF in a WebP", webp(8, &[red(), claim]), 1_000_000, Ok((2, 2)));
    check("65,535 groups of codes in a WebP", groups(65_535), 100_000_000, memory("WebP"));
    // Opacity has no header, which is five bytes.
    let opacity = webp_chunk(b"ALPH", &[&[1], &groups(65_535)[25..]].concat());
    check("the same as opacity", webp(16, &[opacity, red()]), 100_000_000, memory("WebP"));
    check("2,600 groups, the most that encoders make", groups(2_600), 100_000_000, Ok((1, 1)));
    let long = DecodeError::SideTooLong { width: 100_000_000, height: 1 };
    check("100,000,000 x 1", png(100_000_000, 1, 8, 0, 8, &[]), 1_000_000, Err(long));

    check("100 MP, RGB and opacity", png(10_000, 10_000, 8, 6, 32, &[]), LIMIT, Ok((10_000, 10_000)));
    check("100 MP, the same in 16 bits", png(10_000, 10_000, 16, 6, 64, &[]), LIMIT, memory("PNG"));
    check("63 MP, the same in 16 bits", png(7_900, 7_900, 16, 6, 64, &[]), LIMIT, Ok((7_900, 7_900)));
    check("100 MP, progressive", progressive(10_000, 10_000), LIMIT, memory("JPEG"));
    check("77 MP, progressive", progressive(8_800, 8_800), LIMIT, Ok((8_800, 8_800)));

    // What follows decoding is bounded by the sides: the weights of a resize above all.
    for (width, height) in [(65_535, 1_525), (1_525, 65_535), (65_535, 1), (1, 65_535)] {
        let picture = decode(&png(width, height, 8, 2, 24, &[])).unwrap();
        let boxes = crop_boxes(width as usize, height as usize, 2, 10, 0);
        let views = peak(|| drop((inference(&picture, 224), crops(&picture, &boxes, 224), windows(&picture, 6, 224))));
        println!("{width} x {height}: views take {views}");
        assert!(picture.data.len() + views < LIMIT, "{width} x {height}: {views} bytes");
    }
}

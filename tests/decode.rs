//! Files of every kind that the page may be given, made by the test itself.

#![allow(clippy::unwrap_used)] // A test may panic.

#[path = "common/damaged.rs"]
mod damaged;
#[path = "common/files.rs"]
mod files;

use damaged::{png_with_a_cut_palette, webp_with_a_frame_of};
use files::{png_chunk, png_header, red, webp, webp_chunk};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat};
use mycoscope::image::{self as pictures, DecodeError, MaskPixels, Rgb, decode, decode_mask};
use std::io::Cursor;

/// Left half red, right half blue, but for a green top left corner.
fn picture() -> Rgb {
    let (width, height) = (32, 16);
    let colour = |i: usize| match (i % width, i / width) {
        (x, y) if x < 8 && y < 8 => [0, 200, 0],
        (x, _) if x < 16 => [200, 0, 0],
        _ => [0, 0, 200],
    };
    Rgb { width, height, data: (0..width * height).flat_map(colour).collect() }
}

fn pixel(image: &Rgb, x: usize, y: usize) -> [u8; 3] {
    image.data.as_chunks().0[y * image.width + x]
}

fn near(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 30)
}

fn written(image: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn dynamic(image: &Rgb) -> DynamicImage {
    let buffer = image::RgbImage::from_raw(image.width as u32, image.height as u32, image.data.clone());
    DynamicImage::ImageRgb8(buffer.unwrap())
}

/// A PNG of any colour type, from its raw rows.
fn raw_png(size: (u32, u32), color: png::ColorType, depth: png::BitDepth, palette: &[u8], rows: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size.0, size.1);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if !palette.is_empty() {
        encoder.set_palette(palette.to_vec());
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(rows).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn every_format_is_read() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp] {
        let image = decode(&written(dynamic(&picture()), format)).unwrap();
        assert_eq!((image.width, image.height), (32, 16), "{format:?}");
        assert!(near(pixel(&image, 3, 3), [0, 200, 0]) && near(pixel(&image, 28, 12), [0, 0, 200]), "{format:?}");
    }
}

#[test]
fn exif_orientation_is_undone() {
    // Where the green corner lies, as (right, bottom), once each of the eight orientations is undone.
    let corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0), (1, 0), (1, 1), (0, 1)];
    for (orientation, (right, bottom)) in (1u8..).zip(corners) {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
        // TIFF header, one directory of one entry: orientation (0x0112), one 16-bit number.
        let exif = [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", &[orientation, 0, 0, 0][..], &[0; 4]].concat();
        encoder.set_exif_metadata(exif).unwrap();
        encoder.write_image(&picture().data, 32, 16, ExtendedColorType::Rgb8).unwrap();
        let image = decode(&bytes).unwrap();
        let size = if orientation < 5 { (32, 16) } else { (16, 32) };
        assert_eq!((image.width, image.height), size, "orientation {orientation}");
        let (x, y) = (3 + right * (size.0 - 7), 3 + bottom * (size.1 - 7));
        assert!(near(pixel(&image, x, y), [0, 200, 0]), "orientation {orientation}: {:?}", pixel(&image, x, y));
    }
}

#[test]
fn grey_palette_and_sixteen_bits_are_read() {
    use png::{BitDepth, ColorType};
    let grey = raw_png((2, 1), ColorType::Grayscale, BitDepth::Eight, &[], &[7, 250]);
    assert_eq!(decode(&grey).unwrap().data, [7, 7, 7, 250, 250, 250]);
    let palette = raw_png((3, 1), ColorType::Indexed, BitDepth::Two, &[9, 8, 7, 1, 2, 3], &[0b0100_0100]);
    assert_eq!(decode(&palette).unwrap().data, [1, 2, 3, 9, 8, 7, 1, 2, 3]);
    let deep = raw_png((1, 1), ColorType::Rgb, BitDepth::Sixteen, &[], &[0x80, 0x80, 0xFF, 0xFF, 0x00, 0x10]);
    assert_eq!(decode(&deep).unwrap().data, [0x80, 0xFF, 0]);
}

#[test]
fn transparency_is_laid_over_white() {
    use png::{BitDepth, ColorType};
    let pixels = [0, 0, 0, 0, 200, 100, 0, 255, 0, 0, 0, 128];
    let eight = raw_png((3, 1), ColorType::Rgba, BitDepth::Eight, &[], &pixels);
    let expected = [255, 255, 255, 200, 100, 0, 127, 127, 127];
    assert_eq!(decode(&eight).unwrap().data, expected);
    let sixteen = raw_png((3, 1), ColorType::Rgba, BitDepth::Sixteen, &[], &pixels.map(|x| [x, x]).concat());
    assert_eq!(decode(&sixteen).unwrap().data, expected);
    let grey = raw_png((1, 1), ColorType::GrayscaleAlpha, BitDepth::Eight, &[], &[0, 0]);
    assert_eq!(decode(&grey).unwrap().data, [255; 3]);
}

#[test]
fn bounds_hold_before_decoding() {
    // Headers alone.
    let huge = png_header(10_100, 10_000, 8, 0);
    let error = DecodeError::TooManyPixels { width: 10_100, height: 10_000 };
    assert_eq!(decode(&huge), Err(error.clone()));
    assert_eq!(decode_mask(&huge), Err(error.clone()));
    assert!(error.to_string().contains("100 megapixels"));

    let error = DecodeError::SideTooLong { width: 100_000_000, height: 1 };
    let long = png_header(100_000_000, 1, 8, 0);
    assert_eq!((decode(&long), decode_mask(&long)), (Err(error.clone()), Err(error.clone())));
    assert!(error.to_string().contains("65,535"), "{error}");

    let error = decode(&vec![0; 100_000_001]).unwrap_err();
    assert_eq!(error, DecodeError::TooManyBytes { bytes: 100_000_001 });
    assert!(error.to_string().contains("101 MB") && error.to_string().contains("100 MB"));
}

#[test]
fn what_is_no_picture_gets_a_sentence() {
    assert_eq!(decode(b""), Err(DecodeError::Empty));
    assert_eq!(decode(b"just some text, named .png"), Err(DecodeError::NotAnImage));
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp] {
        let bytes = written(dynamic(&picture()), format);
        for length in [12, bytes.len() / 3, bytes.len() * 2 / 3] {
            let error = decode(&bytes[..length]).expect_err(&format!("{format:?} cut to {length}"));
            assert!(error.to_string().ends_with('.') && error.to_string().contains("; "), "{error}");
        }
    }
}

#[test]
fn damaged_files_never_panic() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp] {
        let bytes = written(dynamic(&picture()), format);
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0xA5;
            let _ = (decode(&damaged), decode_mask(&damaged));
        }
    }
}

#[test]
fn a_palette_that_is_cut_within_a_colour_is_damage() {
    let file = png_with_a_cut_palette();
    assert_eq!(file.len(), 83);
    for error in [decode(&file).unwrap_err(), decode_mask(&file).unwrap_err()] {
        let expected = "The PNG image is damaged or of an unusual kind (its palette has 4 bytes, which are not three for \
                        each colour); open it in an image editor and save it anew.";
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_frame_of_another_size_than_its_picture_is_damage() {
    // Where they agree, the file is read.
    let image = decode(&webp_with_a_frame_of(2)).unwrap();
    assert!((image.width, image.height) == (2, 2) && near(pixel(&image, 0, 0), [255, 0, 0]), "{image:?}");
    let error = decode(&webp_with_a_frame_of(1)).unwrap_err().to_string();
    assert!(error.contains("a frame of 1 x 1 pixels holds 2 x 2"), "{error}");
    assert_eq!(decode_mask(&webp_with_a_frame_of(1)), Err(DecodeError::MaskNotPng));
}

#[test]
fn exif_is_found_in_png_and_webp() {
    // Orientation 6: a quarter turn clockwise.
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let plain = written(dynamic(&picture()), ImageFormat::Png);
    let png = [&plain[..33], &png_chunk(b"eXIf", exif), &plain[33..]].concat();
    let image = decode(&png).unwrap();
    assert_eq!((image.width, image.height, pixel(&image, 12, 3)), (16, 32, [0, 200, 0]));
    let lossless = written(dynamic(&picture()), ImageFormat::WebP);
    let mut head = webp_chunk(b"VP8X", &[8, 0, 0, 0, 31, 0, 0, 15, 0, 0]);
    head.extend(&lossless[12..]);
    head.extend(webp_chunk(b"EXIF", exif));
    let turned = decode(&webp_chunk(b"RIFF", &[b"WEBP", &head[..]].concat())).unwrap();
    assert_eq!(turned, image);
    // Metadata that is not all there does not keep a picture from being read.
    let mut cut = webp(8, &[red(), webp_chunk(b"EXIF", exif)]);
    cut.truncate(cut.len() - 4);
    assert_eq!(decode(&cut).unwrap().width, 2);
}

#[test]
fn masks_keep_their_values() {
    use png::{BitDepth, ColorType};
    let palette = [0, 0, 0, 255, 0, 0, 0, 255, 0];
    let index = decode_mask(&raw_png((3, 2), ColorType::Indexed, BitDepth::Four, &palette, &[0x12, 0x00, 0x20, 0x10]));
    let index = index.unwrap();
    let palette = vec![[0, 0, 0, 255], [255, 0, 0, 255], [0, 255, 0, 255]];
    let indices = vec![1, 2, 0, 2, 0, 1];
    assert_eq!((index.width, index.height, index.pixels), (3, 2, MaskPixels::Indexed { indices, palette }));

    let pixels = |depth, row: &[u8], width| {
        decode_mask(&raw_png((width, 1), ColorType::Grayscale, depth, &[], row)).map(|mask| mask.pixels)
    };
    let grey = |values: &[u8], white| Ok(MaskPixels::Grey { values: values.to_vec(), white });
    assert_eq!(pixels(BitDepth::Eight, &[5, 0, 255], 3), grey(&[5, 0, 255], 255));
    assert_eq!(pixels(BitDepth::One, &[0b1010_0000], 3), grey(&[1, 0, 1], 1));
    assert_eq!(pixels(BitDepth::Four, &[0xF3], 2), grey(&[15, 3], 15));
    assert_eq!(pixels(BitDepth::Sixteen, &[0, 9], 1), grey(&[9], 255));
    assert_eq!(pixels(BitDepth::Sixteen, &[1, 9], 1), Err(DecodeError::MaskGrey { value: 265 }));
}

#[test]
fn colours_are_listed_the_same_wherever_they_are() {
    let mask = |image: &Rgb| decode_mask(&pictures::encode_png(image)).unwrap().pixels;
    let MaskPixels::Colours { places, colours } = mask(&picture()) else { panic!() };
    assert_eq!(colours, [[0, 0, 200, 255], [0, 200, 0, 255], [200, 0, 0, 255]]);
    assert_eq!((places[0], places[8], places[31]), (1, 2, 0));
    let mut other = picture();
    other.data[..3].copy_from_slice(&[0, 0, 200]);
    let MaskPixels::Colours { places: moved, colours: same } = mask(&other) else { panic!() };
    assert_eq!((same, moved[0], &moved[1..]), (colours, 0, &places[1..]));
    // What nobody sees is one colour.
    let rows = [1, 2, 3, 0, 9, 9, 9, 0, 9, 9, 9, 255];
    let clear = decode_mask(&raw_png((3, 1), png::ColorType::Rgba, png::BitDepth::Eight, &[], &rows)).unwrap();
    let colours = vec![[0; 4], [9, 9, 9, 255]];
    assert_eq!(clear.pixels, MaskPixels::Colours { places: vec![0, 0, 1], colours });
}

#[test]
fn masks_that_cannot_be_one_get_a_sentence() {
    assert_eq!(decode_mask(&written(dynamic(&picture()), ImageFormat::Jpeg)), Err(DecodeError::MaskNotPng));
    for (color, samples) in [(png::ColorType::Rgb, 3), (png::ColorType::Rgba, 4)] {
        let deep = raw_png((1, 1), color, png::BitDepth::Sixteen, &[], &vec![0; 2 * samples]);
        assert_eq!(decode_mask(&deep), Err(DecodeError::MaskSixteenBits));
    }
    let sentence = DecodeError::MaskGrey { value: 300 }.to_string();
    assert!(sentence.contains("grey value 300") && sentence.ends_with('.'), "{sentence}");
}

#[test]
fn a_mask_has_at_most_255_classes() {
    use png::{BitDepth, ColorType};
    let sentence = DecodeError::TooManyClasses.to_string();
    assert!(sentence.contains("more than 255 classes"), "{sentence}");
    // Of the second kind, the opacity differs.
    for (color, channels) in [(ColorType::Rgb, 3), (ColorType::Rgba, 4)] {
        let file = |colours: usize| {
            let colour =
                |i: usize| (0..channels).map(move |k| if k + 1 == channels { i as u8 } else { (i >> 8) as u8 });
            raw_png(
                (colours as u32, 1),
                color,
                BitDepth::Eight,
                &[],
                &(0..colours).flat_map(colour).collect::<Vec<u8>>(),
            )
        };
        let MaskPixels::Colours { places, colours } = decode_mask(&file(255)).unwrap().pixels else { panic!() };
        assert_eq!((places, colours.len()), ((0..255).collect(), 255), "{color:?}");
        assert_eq!(decode_mask(&file(256)), Err(DecodeError::TooManyClasses), "{color:?}");
        assert_eq!(decode_mask(&file(300)), Err(DecodeError::TooManyClasses), "{color:?}");
    }
}

#[test]
fn files_with_all_values_are_read_where_255_may_be_unlabelled() {
    use png::{BitDepth, ColorType};
    let all: Vec<u8> = (0..=255).collect();
    let palette: Vec<u8> = all.iter().flat_map(|&i| [i, 0, i]).collect();
    let indexed = |indices: &[u8]| {
        let bytes = raw_png((indices.len() as u32, 1), ColorType::Indexed, BitDepth::Eight, &palette, indices);
        decode_mask(&bytes).map(|mask| match mask.pixels {
            MaskPixels::Indexed { indices, .. } => indices,
            other => panic!("{other:?}"),
        })
    };
    // 255 beside a few classes may be unlabelled, as in PASCAL VOC; beside all others it must be a 256th colour.
    assert_eq!(indexed(&[0, 7, 255]), Ok(vec![0, 7, 255]));
    assert_eq!(indexed(&all[..255]), Ok(all[..255].to_vec()));
    assert_eq!(indexed(&all), Err(DecodeError::TooManyClasses));
    for (color, depth, size) in [
        (ColorType::Grayscale, BitDepth::Eight, 1),
        (ColorType::Grayscale, BitDepth::Sixteen, 2),
        (ColorType::GrayscaleAlpha, BitDepth::Eight, 2),
        (ColorType::GrayscaleAlpha, BitDepth::Sixteen, 4),
    ] {
        let deep = depth == BitDepth::Sixteen;
        let pixel = |&value: &u8| {
            let mut pixel = vec![0; size];
            pixel[usize::from(deep)] = value;
            pixel
        };
        let rows: Vec<u8> = all.iter().flat_map(pixel).collect();
        let read = decode_mask(&raw_png((256, 1), color, depth, &[], &rows)).unwrap().pixels;
        assert_eq!(read, MaskPixels::Grey { values: all.clone(), white: 255 }, "{color:?} {depth:?}");
        if deep {
            let above = [&[1, 0], &vec![0; size - 2][..]].concat();
            let read = decode_mask(&raw_png((1, 1), color, depth, &[], &above));
            assert_eq!(read, Err(DecodeError::MaskGrey { value: 256 }));
        }
    }
}

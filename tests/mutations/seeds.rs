//! Whole files and messages to start from, small, so that a mutation hits something that matters.

use std::sync::Arc;

use half::{bf16, f16};
use image::codecs::{bmp::BmpEncoder, gif::GifEncoder, jpeg::JpegEncoder, webp::WebPEncoder};
use image::{ExtendedColorType, ImageEncoder};
use mycoscope::archive::{Making, Packer, Results};
use mycoscope::engine::protocol::{Answer, Event, Item, Message, Progress, Request, SegmentRequest, Timings};
use mycoscope::engine::{Backend, ModelFiles};
use mycoscope::fungi::{Features, Part, Settings, ViewSet};
use mycoscope::gallery::file::save;
use mycoscope::gallery::{Content, Entry, Provenance};
use mycoscope::image::{Rgb, encode_png};
use mycoscope::segmentation::{Mask, MaskKind, Propagation, RawMask, png};
use mycoscope::vit::{Activation, LoadOptions, ViT, ViTConfig};
use safetensors::Dtype;
use serde::Serialize;

use crate::files::{png_chunk, png_header, red, webp, webp_chunk};
use crate::weights::{Kind, PLAIN, Positioned, write, write_as};

const SIDE: u32 = 9;

/// Colours that differ everywhere.
fn colours() -> Vec<u8> {
    (0..SIDE * SIDE).flat_map(|i| [(i * 3) as u8, (i * i) as u8, (255 - i) as u8]).collect()
}

/// A zlib stream of `data` uncompressed, so that a mutation changes a pixel and not a code; its checksum is not looked at.
fn stored(data: &[u8]) -> Vec<u8> {
    let length = data.len() as u16;
    [&[0x78, 1, 1], &length.to_le_bytes()[..], &(!length).to_le_bytes(), data, &[0; 4]].concat()
}

/// A PNG of 9 x 9 pixels with these chunks before its pixels.
fn plain_png(depth: u8, color: u8, bits: usize, chunks: &[Vec<u8>]) -> Vec<u8> {
    let row = 1 + (SIDE as usize * bits).div_ceil(8);
    // Each row with another of the five filters.
    let pixels: Vec<u8> = (0..row * SIDE as usize)
        .map(|i| if i % row == 0 { (i / row % 5) as u8 } else { (i % row * (i / row)) as u8 })
        .collect();
    let pixels = png_chunk(b"IDAT", &stored(&pixels));
    [png_header(SIDE, SIDE, depth, color), chunks.concat(), pixels, png_chunk(b"IEND", &[])].concat()
}

fn pngs() -> Vec<Vec<u8>> {
    let palette = png_chunk(b"PLTE", &(0..48).map(|i| i * 5).collect::<Vec<u8>>());
    let opacity = png_chunk(b"tRNS", &[0, 128, 255]);
    let grey = png_chunk(b"tRNS", &[0, 3]);
    let exif = png_chunk(b"eXIf", &exif(6));
    let profile = png_chunk(b"iCCP", &[b"icc\0\0", &stored(&[7; 40])[..]].concat());
    let text = png_chunk(b"zTXt", &[b"note\0\0", &stored(b"something")[..]].concat());
    let mut interlaced = plain_png(8, 0, 8, &[]);
    // The method of interlacing is the header's last byte; the pixels no longer fit, and the decoder has to notice.
    interlaced[28] = 1;
    crate::repair::picture(&mut interlaced);
    vec![
        plain_png(1, 0, 1, &[]),
        plain_png(4, 0, 4, &[grey]),
        plain_png(8, 0, 8, &[exif, profile, text]),
        plain_png(16, 0, 16, &[]),
        plain_png(8, 2, 24, &[]),
        plain_png(16, 2, 48, &[]),
        plain_png(2, 3, 2, std::slice::from_ref(&palette)),
        plain_png(4, 3, 4, &[palette.clone(), opacity.clone()]),
        plain_png(8, 3, 8, &[palette, opacity]),
        plain_png(8, 4, 16, &[]),
        plain_png(16, 4, 32, &[]),
        plain_png(8, 6, 32, &[]),
        plain_png(16, 6, 64, &[]),
        interlaced,
        encode_png(&Rgb { width: SIDE as usize, height: SIDE as usize, data: colours() }),
    ]
}

/// EXIF with an orientation and nothing else.
fn exif(orientation: u8) -> Vec<u8> {
    [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", &[orientation, 0, 0, 0, 0, 0, 0, 0][..]].concat()
}

fn jpegs() -> Vec<Vec<u8>> {
    let mut plain = Vec::new();
    JpegEncoder::new(&mut plain).write_image(&colours(), SIDE, SIDE, ExtendedColorType::Rgb8).unwrap();
    let mut grey = Vec::new();
    JpegEncoder::new_with_quality(&mut grey, 30)
        .write_image(&colours()[..(SIDE * SIDE) as usize], SIDE, SIDE, ExtendedColorType::L8)
        .unwrap();
    let rotated = [b"Exif\0\0", &exif(8)[..]].concat();
    let segment = [&[0xFF, 0xE1], &(rotated.len() as u16 + 2).to_be_bytes()[..], &rotated].concat();
    let turned = [&plain[..2], &segment, &plain[2..]].concat();
    // A progressive frame with one scan of the first coefficients.
    let mut progressive = plain.clone();
    let at = |marker| plain.windows(2).position(|pair| pair == [0xFF, marker]).unwrap();
    progressive[at(0xC0) + 1] = 0xC2;
    progressive[at(0xDA) + 12] = 0;
    vec![plain, grey, turned, progressive]
}

fn others() -> Vec<Vec<u8>> {
    let mut files = vec![Vec::new(); 5];
    let (rgb, rgba) = (colours(), colours().repeat(2)[..(4 * SIDE * SIDE) as usize].to_vec());
    WebPEncoder::new_lossless(&mut files[0]).encode(&rgb, SIDE, SIDE, ExtendedColorType::Rgb8).unwrap();
    WebPEncoder::new_lossless(&mut files[1]).encode(&rgba, SIDE, SIDE, ExtendedColorType::Rgba8).unwrap();
    GifEncoder::new(&mut files[2]).encode(&rgba, SIDE, SIDE, ExtendedColorType::Rgba8).unwrap();
    BmpEncoder::new(&mut files[3]).encode(&rgb, SIDE, SIDE, ExtendedColorType::Rgb8).unwrap();
    BmpEncoder::new(&mut files[4]).encode(&rgba, SIDE, SIDE, ExtendedColorType::Rgba8).unwrap();
    // The lossy picture of 2 x 2 pixels: alone, with metadata and opacity, and as an animation's only frame.
    let alone = webp_chunk(b"RIFF", &[b"WEBP", &red()[..]].concat());
    let opacity = webp_chunk(b"ALPH", &[0, 1, 2, 3, 4]);
    let layered = webp(8 | 16, &[opacity.clone(), red(), webp_chunk(b"EXIF", &exif(3))]);
    let frame = [&[0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 100, 0, 0, 0][..], &opacity, &red()].concat();
    let animation = webp(2 | 16, &[webp_chunk(b"ANIM", &[0; 6]), webp_chunk(b"ANMF", &frame)]);
    // A run-length encoded BMP of 4 x 2 pixels in two colours.
    let runs = [4, 1, 0, 0, 0, 4, 0, 1, 0, 1, 0, 1];
    let header = [
        &b"BM"[..],
        &(62 + runs.len() as u32).to_le_bytes(),
        &[0; 4],
        &62_u32.to_le_bytes(),
        &40_u32.to_le_bytes(),
        &4_u32.to_le_bytes(),
        &2_u32.to_le_bytes(),
        &[1, 0, 8, 0],
        &1_u32.to_le_bytes(),
        &(runs.len() as u32).to_le_bytes(),
        &[0; 8],
        &2_u32.to_le_bytes(),
        &[0; 4],
        &[0, 0, 0, 0, 255, 255, 255, 0],
    ];
    files.extend([alone, layered, animation, [&header.concat()[..], &runs].concat()]);
    files
}

pub fn images() -> Vec<Vec<u8>> {
    [pngs(), jpegs(), others()].concat()
}

pub fn masks() -> Vec<Vec<u8>> {
    let labels = (0..SIDE * SIDE).map(|i| (i % 7) as u8).collect();
    let mask = Mask::new(SIDE, SIDE, labels).unwrap();
    [pngs(), vec![png::write(&mask, &[[1, 2, 3], [4, 5, 6]]).unwrap()]].concat()
}

pub fn weights() -> Vec<Vec<u8>> {
    let registers = Kind { registers: 2, distilled: true, positioned: Positioned::NoRegisters, ..PLAIN };
    let gated = Kind { activation: Activation::SwiGlu, layer_scale: true, ..PLAIN };
    let before = Kind { pre_norm: true, positioned: Positioned::None, registers: 1, ..PLAIN };
    // Without a single number, a tensor may have axes of any length: refused, and a start for worse.
    let empty = |name: &str, shape: &[usize]| {
        let mut tensors = PLAIN.weights();
        tensors.insert(name.into(), (shape.to_vec(), Vec::new()));
        write(&tensors)
    };
    vec![
        empty("cls_token", &[1, 0, 12]),
        empty("patch_embed.proj.weight", &[12, 3, 4, 0]),
        empty("blocks.0.mlp.fc1.weight", &[20, 0]),
        write(&PLAIN.weights()),
        write(&registers.weights()),
        write_as(&gated.weights(), Dtype::F16, |x| f16::from_f32(x).to_le_bytes().to_vec()),
        write_as(&before.weights(), Dtype::BF16, |x| bf16::from_f32(x).to_le_bytes().to_vec()),
    ]
}

fn content(n: u8) -> Content {
    Content { hash: [n; 32], size: (7, 9), thumbnail: vec![n; 3] }
}

fn features(n: u8) -> Features {
    let mut features = Features::new();
    Part::ALL.into_iter().for_each(|part| features.set(part, vec![f32::from(n), 1.0, 2.0]));
    features
}

fn config() -> ViTConfig {
    let options = LoadOptions { heads: Some(1), ..LoadOptions::default() };
    ViT::load(&write(&PLAIN.weights()), &options, &burn::prelude::Device::flex()).unwrap().config().clone()
}

fn rows() -> Vec<(Entry, Features)> {
    let entry = |n: u8| Entry {
        id: n.into(),
        name: format!("{n} \"\u{e9}\".png"),
        label: (n > 0).then(|| "label".to_owned()),
        content: Some(Arc::new(content(n))),
    };
    (0..3).map(|n| (entry(n), features(n))).collect()
}

fn provenance(settings: &Settings) -> Provenance {
    Provenance {
        model: "tiny".into(),
        sha256: "00".into(),
        config: config(),
        negatives: String::new(),
        settings: settings.clone(),
    }
}

pub fn archives() -> Vec<Vec<u8>> {
    let images = rows();
    let packed = |count: usize, settings: Settings, with_pictures: bool| {
        let making = Making {
            provenance: provenance(&settings),
            variant: String::new(),
            device: "CPU".into(),
            platform: "a test".into(),
            program: "0".into(),
        };
        let images = images[..count].iter().map(|(entry, features)| (entry, features)).collect();
        let results = Results { images, making: &making, evaluated: None, maps: &[], with_pictures };
        let mut packer = Packer::begin(&results).unwrap();
        (0..count).filter(|_| with_pictures).for_each(|place| packer.picture(place, &[place as u8; 40]).unwrap());
        packer.finish().unwrap()
    };
    let none = Settings::default().with_objectives(Vec::new());
    vec![packed(3, Settings::default(), false), packed(2, none.clone(), true), packed(0, none, false)]
}

pub fn galleries() -> Vec<Vec<u8>> {
    let settings = [Settings::default(), Settings::default().with_objectives(Vec::new())];
    let images = rows();
    let saved = |count: usize, settings: &Settings| {
        let provenance = provenance(settings);
        save(images[..count].iter().map(|(entry, features)| (entry, features)), &provenance).unwrap()
    };
    vec![saved(3, &settings[0]), saved(1, &settings[1]), saved(0, &settings[0])]
}

pub fn addresses() -> Vec<Vec<u8>> {
    let addresses = [
        "#k=20&weights=kl:0.25,mean_dino:0.5&centred=kl,mean_dino&device=cpu&workers=3&seed=18446744073709551615",
        "#objectives=kl,dino&views=fewer&projection=khatri-rao&device=gpu",
        "#weights=embedding:0.05,kl:1,dino:0,simclr:999999.999999&k=80",
    ];
    addresses.map(|address| address.as_bytes().to_vec()).into()
}

fn packed<T: Serialize>(body: T) -> Vec<u8> {
    postcard::to_allocvec(&Message { seq: 300, body }).unwrap()
}

pub fn messages() -> Vec<Vec<u8>> {
    let mask = || Mask::new(3, 2, vec![0, 1, 255, 2, 0, 1]).unwrap();
    let segment = [
        SegmentRequest::Open { id: 4, bytes: vec![1, 2, 3], side: Some(64) },
        SegmentRequest::Support { ids: vec![1, 2, 300] },
        SegmentRequest::Paint { id: 4, mask: mask() },
        SegmentRequest::Truth { id: 4, mask: Some(mask()) },
        SegmentRequest::Propagate { id: 4, settings: Propagation::default() },
        SegmentRequest::WriteMask { mask: mask(), palette: vec![[1, 2, 3], [4, 5, 6]] },
    ];
    let raw = RawMask { width: 2, height: 1, values: vec![0, 1], kind: MaskKind::Colours(vec![[1; 4], [2; 4]]) };
    let files = Box::new(ModelFiles::of_file("tiny".into(), vec![1, 2, 3]));
    let start =
        Request::Start { backend: Backend::Cpu, compare: true, files, settings: Settings::default(), exact: true };
    let fetch = Request::Fetch { model: "tiny".into(), base: "models/".into(), side: Some(224) };
    let embed = Request::Embed { views: ViewSet::Windows { strides: 6 }, hash: Some([5; 32]), bytes: vec![1, 2, 3] };
    let content = content(1);
    let hash = content.hash;
    let item =
        Item { hash, content: Some(content), features: features(1), factors: vec![1, 2], timings: Timings::default() };
    let mut messages: Vec<Vec<u8>> = segment.into_iter().map(|request| packed(Request::Segment(request))).collect();
    messages.extend([packed(start), packed(fetch), packed(embed)]);
    messages.extend([packed(Request::Known(vec![[7; 32]; 2])), packed(Request::Stop)]);
    messages.extend([packed(Event::Hello), packed(Event::Warning("warning".into()))]);
    messages.push(packed(Event::Progress(Progress::Download { done: 5, total: 1 << 40 })));
    messages.push(packed(Event::Answer(Answer::Item(Box::new(item)))));
    messages.push(packed(Event::Answer(Answer::MaskRead(raw))));
    messages.push(packed(Event::Answer(Answer::Refused("no".into()))));
    messages
}

/// The first version's records: see `ui::kept::record`.
pub fn kept() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kept/version-1");
    ["image", "features", "origins", "gallery", "photo", "tab"]
        .map(|name| std::fs::read(format!("{folder}/{name}")).unwrap())
        .into()
}

//! Masks of every kind through `segment`: the same classes in every file, whatever comes first in it.

use mycoscope::drawings::{SampleScene, sample_scenes};
use mycoscope::image::{MaskPixels, Rgb, decode_mask, encode_png};
use serde_json::Value;

use super::SMALL;
use super::program::{Folder, errors, json, mycoscope, refusal};

/// Background and object of the drawn scenes, in colours that sort the other way round than they are numbered.
const COLOURS: [[u8; 3]; 2] = [[200, 30, 0], [10, 90, 250]];

/// A grey PNG of 8 bits.
fn grey(width: u32, values: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, values.len() as u32 / width);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(values).unwrap();
    writer.finish().unwrap();
    bytes
}

fn coloured(width: usize, mask: &[u8], colour: impl Fn(usize, u8) -> [u8; 3]) -> Vec<u8> {
    let data: Vec<u8> = mask.iter().enumerate().flat_map(|(place, &class)| colour(place, class)).collect();
    encode_png(&Rgb { width, height: mask.len() / width, data })
}

/// Drawn scenes with masks as `write` makes them, told the number of the file, the width and the true labels.
fn drawn(name: &str, write: impl Fn(usize, usize, &[u8]) -> Vec<u8>) -> Folder {
    let folder = Folder::new(name);
    let scenes: Vec<SampleScene> = sample_scenes(0).into_iter().take(2).flatten().collect();
    for (number, SampleScene { rgb, mask, .. }) in scenes.iter().enumerate() {
        let kind = ["support", "query"][number % 2];
        folder.write(&format!("{kind}/{number}.png"), &encode_png(rgb));
        folder.write(&format!("{kind}/{number}.mask.png"), &write(number, rgb.width, mask));
    }
    folder
}

/// What `segment` is asked for a folder of [`drawn`].
fn asked(folder: &Folder) -> [String; 9] {
    let path = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    let options =
        ["segment", "--support", &path("support"), "--query", &path("query"), "--out", &path("maps"), "--side", "64"];
    options.map(String::from)
}

fn segment(folder: &Folder) -> Value {
    json(&asked(folder).each_ref().map(String::as_str), &["--model", SMALL[1], "--heads", "4"])
}

fn miou(report: &Value) -> [f64; 2] {
    ["embedding", "fungi"].map(|feature| report["scores"]["miou"][feature].as_f64().unwrap())
}

/// The scores that grey masks with classes for values give, by a folder of the test's own.
fn expected(name: &str) -> [f64; 2] {
    let values = segment(&drawn(&format!("{name}-grey"), |_, width, mask| grey(width as u32, mask)));
    assert_eq!(values["masks"], "A mask's grey value is the class.");
    miou(&values)
}

#[test]
fn a_pixel_that_comes_first_changes_no_class() {
    let folder = drawn("colours", |_, width, mask| coloured(width, mask, |_, class| COLOURS[class as usize]));
    let clean = segment(&folder);
    assert_eq!(miou(&clean), expected("colours"));
    let colours: Vec<&str> =
        clean["palette"].as_array().unwrap().iter().map(|c| c["colour"].as_str().unwrap()).collect();
    assert_eq!(colours, ["#0a5afa", "#c81e00"], "in the order of red, green and blue");
    assert!(clean["masks"].as_str().unwrap().starts_with("Each colour of the masks is a class."));
    let map = std::fs::read(clean["queries"][0]["fungi"]["map"].as_str().unwrap()).unwrap();
    let MaskPixels::Indexed { palette, .. } = decode_mask(&map).unwrap().pixels else { panic!("maps are indexed") };
    assert_eq!(palette[..2], [[10, 90, 250, 255], [200, 30, 0, 255]], "maps have the masks' colours");
    // Each file begins with the colour of the class that it does not begin with.
    let swapped = drawn("swapped", |_, width, mask| {
        coloured(width, mask, |place, class| COLOURS[if place == 0 { 1 - class } else { class } as usize])
    });
    let swapped = segment(&swapped);
    for (a, b) in miou(&clean).into_iter().zip(miou(&swapped)) {
        assert!((a - b).abs() < 0.01, "{a} {b}: one pixel of 65,536");
    }
}

#[test]
fn masks_of_0_and_255_have_an_object() {
    let folder =
        drawn("binary", |_, width, mask| grey(width as u32, &mask.iter().map(|&c| c * 255).collect::<Vec<_>>()));
    let report = segment(&folder);
    assert_eq!(miou(&report), expected("binary"));
    assert!(report["masks"].as_str().unwrap().contains("only 0 and 255, so 255 is class 1."), "{}", report["masks"]);
    let classes: Vec<u64> =
        report["palette"].as_array().unwrap().iter().map(|c| c["class"].as_u64().unwrap()).collect();
    assert_eq!(classes, [0, 1]);
}

#[test]
fn beside_another_value_255_is_unlabelled_and_counted() {
    let folder = drawn("voc", |_, width, mask| {
        let values: Vec<u8> = mask.iter().enumerate().map(|(i, &class)| if i < width { 255 } else { class }).collect();
        grey(width as u32, &values)
    });
    let masks = segment(&folder)["masks"].as_str().unwrap().to_owned();
    assert!(masks.contains("1024 of 262144 pixels (0.4 %) are 255 and count as unlabelled."), "{masks}");
}

#[test]
fn grey_and_coloured_masks_of_the_same_colours_agree() {
    let folder = drawn("mixed", |number, width, mask| {
        if number % 2 == 0 {
            grey(width as u32, &mask.iter().map(|&class| class * 255).collect::<Vec<_>>())
        } else {
            coloured(width, mask, |_, class| [class * 255; 3])
        }
    });
    let report = segment(&folder);
    assert_eq!(miou(&report), expected("mixed"));
    assert!(report["masks"].as_str().unwrap().contains("255 is a class too"), "{}", report["masks"]);
}

#[test]
fn too_many_colours_in_all_are_a_sentence() {
    // A third of the limit and one more in each of four files, none too many alone.
    let folder =
        drawn("shades", |number, width, mask| coloured(width, mask, |place, _| [number as u8, (place % 86) as u8, 0]));
    let sentence = refusal(&asked(&folder).each_ref().map(String::as_str), &SMALL[..4]);
    assert!(sentence.contains("344 colours") && sentence.contains("255 classes"), "{sentence}");
}

#[test]
fn a_mask_without_a_label_is_named_and_the_rest_goes_on() {
    let folder = drawn("blank", |number, width, mask| {
        grey(
            width as u32,
            &if number < 2 { vec![255; mask.len()] } else { mask.iter().map(|&class| class + 3).collect() },
        )
    });
    let report = segment(&folder);
    let failed = report["failed"].as_array().unwrap();
    assert_eq!((failed.len(), &failed[0]["name"]), (1, &"0.png".into()));
    assert!(failed[0]["reason"].as_str().unwrap().starts_with("No pixel of the mask has a label"));
    let notes = report["notes"].as_array().unwrap();
    assert!(notes.len() == 1 && notes[0].as_str().unwrap().starts_with("1.png is not scored."), "{notes:?}");
    assert_eq!((&report["support"], &report["scores"]["scored"]), (&1.into(), &1.into()));
    assert_eq!(report["queries"].as_array().unwrap().len(), 2, "it is mapped all the same");
}

#[cfg(unix)]
#[test]
fn a_photo_whose_name_is_no_text_is_named_and_the_rest_goes_on() {
    use std::os::unix::ffi::OsStrExt;
    let folder = drawn("latin", |_, width, mask| grey(width as u32, mask));
    let query = folder.0.join("query");
    std::fs::copy(query.join("1.png"), query.join(std::ffi::OsStr::from_bytes(b"caf\xE9.png"))).unwrap();
    let arguments = asked(&folder);
    let output = mycoscope(&arguments.each_ref().map(String::as_str), &["--model", SMALL[1], "--heads", "4"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(errors(&output).contains("not valid Unicode"), "{}", errors(&output));
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("A mask's grey value is the class.") && table.contains("2 photos mapped"), "{table}");
}

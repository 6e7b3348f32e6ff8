//! Sentences for what is wrong with a model's numbers and the options' files.

use mycoscope::drawings::scene;
use mycoscope::image::encode_png;

use crate::SMALL;
use crate::program::{Folder, overflowing, refusal};

#[test]
fn numbers_that_overflow_are_the_models_fault_on_the_cpu() {
    let folder = Folder::drawn("overflow", 1, 1);
    let target = Folder::new("overflow-out");
    let out = target.0.join("f").to_str().unwrap().to_owned();
    let model = folder.write(".model.safetensors", &overflowing());
    let small = ["--model", &model, "--heads", "4"];
    let embed = ["embed", folder.path(), "--out", &out];
    let expected = "overflow: its weights, or the given mean and deviation";
    // Here an image shows it, and where negatives are made, these do.
    for off in [&["--no-dino", "--no-simclr"][..], &["--no-dino"]] {
        let sentence = refusal(&embed, &[&small[..], off].concat());
        assert!(sentence.contains(expected), "{sentence}");
    }
}

#[test]
fn a_mean_or_deviation_that_no_pixel_has_is_named() {
    for (option, value, named) in [
        ("--mean", "127,127,127", "127 does not"),
        ("--mean", "0.4,0.4,1.5", "1.5 does not"),
        ("--std", "58.4", "58.4 does not"),
        ("--std", "0.2,0,0.2", "0 does not"),
        ("--std", "1e-9", "0.000000001 does not"),
        ("--std", "nan", "NaN does not"),
    ] {
        let sentence = refusal(&["evaluate", "x", option, value], &[]);
        assert!(sentence.contains(named) && sentence.contains("divide by 255"), "{sentence}");
    }
}

#[test]
fn files_of_options_that_are_missing_or_empty_have_sentences_of_their_own() {
    let folder = Folder::drawn("options", 1, 1);
    let empty = folder.write("empty", b"");
    let negatives = refusal(&["evaluate", folder.path(), "--negatives", &empty], &SMALL[..4]);
    assert!(negatives.contains(&format!("{empty} cannot be read: the file is empty")), "{negatives}");
    let (missing, out) = (folder.0.join("masks"), folder.0.join("out"));
    let segment = ["segment", "--support", folder.path(), "--query", folder.path(), "--out", out.to_str().unwrap()];
    for masks in [missing.to_str().unwrap(), &empty] {
        let sentence = refusal(&segment, &["--masks", masks]);
        assert!(sentence.contains(&format!("the masks' folder {masks} cannot be used")), "{sentence}");
    }
    assert!(!out.exists(), "nothing is made before that");
}

#[test]
fn the_first_cause_is_named_and_no_debug_text() {
    let folder = Folder::new("causes");
    let (support, query) = (folder.0.join("support"), folder.0.join("query"));
    let scene = scene(0, 0, 0, 64, 64);
    folder.write("support/a.png", &encode_png(&scene.rgb));
    let mut mask = scene.rgb.clone();
    mask.data.iter_mut().enumerate().for_each(|(i, x)| *x = u8::from(i % 3 == 0) * 200);
    mask.data[..96].fill(0);
    folder.write("support/a.mask.png", &encode_png(&mask));
    folder.write("query/first.png", b"");
    folder.write("query/second.png", b"words, not pixels");
    let out = folder.0.join("out");
    let [support, query, out] = [&support, &query, &out].map(|path| path.to_str().unwrap());
    let segment = ["segment", "--support", support, "--query", query, "--out", out, "--side", "64"];
    let sentence = refusal(&segment, &["--model", SMALL[1], "--heads", "4"]);
    assert!(sentence.contains("the first failed so: The file is empty"), "{sentence}");

    let golden = Folder::new("golden");
    golden.write("config.json", br#"{"image": "large"}"#);
    golden.write("model.safetensors", b"");
    golden.write("golden.safetensors", b"");
    let sentence = refusal(&["parity", golden.path()], &[]);
    for sign in ["{", "Some(", "Error("] {
        assert!(!sentence.contains(sign), "{sentence}");
    }
}

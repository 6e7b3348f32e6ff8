//! Files that are damaged or made to do harm: each ends alone, with a sentence.

use mycoscope::drawings::scene;
use mycoscope::image::encode_png;
use serde_json::Value;

use crate::SMALL;
use crate::damaged::{png_with_a_cut_palette, webp_with_a_frame_of};
use crate::program::{Folder, errors, json, mycoscope, refusal};

/// The names and reasons of the files that a report says could not be read.
fn failed(report: &Value) -> Vec<(&str, &str)> {
    let failed = report["failed"].as_array().unwrap();
    failed.iter().map(|file| (file["name"].as_str().unwrap(), file["reason"].as_str().unwrap())).collect()
}

#[test]
fn files_that_make_decoders_panic_end_alone() {
    let folder = Folder::drawn("panics", 1, 2);
    folder.write("a palette.png", &png_with_a_cut_palette());
    folder.write("frame.webp", &webp_with_a_frame_of(1));
    let target = Folder::new("panics-out");
    let out = target.0.join("f.safetensors");
    let arguments = ["embed", folder.path(), "--no-simclr", "--no-dino", "--out", out.to_str().unwrap(), "--json"];
    let output = mycoscope(&arguments, &SMALL);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(!errors(&output).contains("panicked"), "{}", errors(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["images"], 2);
    let failed = failed(&report);
    assert_eq!(failed.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["a palette.png", "frame.webp"]);
    assert!(failed.iter().all(|(_, reason)| reason.contains("is damaged")), "{failed:?}");
    assert!(out.is_file());
}

#[test]
fn files_that_are_too_large_are_not_read() {
    let folder = Folder::new("large");
    let photo = encode_png(&scene(0, 0, 0, 40, 40).rgb);
    folder.write("good.png", &photo);
    let large = |name: &str| {
        // Of 10 GB, none of which is written: read whole, it would not fit into memory.
        std::fs::File::create(folder.0.join(name)).unwrap().set_len(10_000_000_000).unwrap();
        folder.0.join(name).to_str().unwrap().to_owned()
    };
    let path = large("large.png");
    let target = Folder::new("large-out");
    let out = target.0.join("f.safetensors").to_str().unwrap().to_owned();
    let report = json(&["embed", folder.path(), "--no-simclr", "--no-dino", "--out", &out], &SMALL);
    let sentence = "The file has 10000 MB, and the limit is 100 MB; save it smaller and try again.";
    assert_eq!((&report["images"], failed(&report)), (&1.into(), vec![("large.png", sentence)]));
    assert!(refusal(&["neighbours", folder.path(), &path], &SMALL).contains(sentence));
    // What has no size of its own is read up to the limit.
    #[cfg(target_os = "linux")]
    assert!(refusal(&["neighbours", folder.path(), "/dev/zero"], &SMALL).contains("the limit is 100 MB"));

    // A mask is a file like any other.
    large("good.mask.png");
    std::fs::remove_file(path).unwrap();
    let maps = target.0.join("maps").to_str().unwrap().to_owned();
    let asked = ["segment", "--support", folder.path(), "--query", folder.path(), "--out", &maps, "--side", "64"];
    assert!(refusal(&asked, &SMALL[..4]).contains(sentence));
}

#[test]
fn a_side_that_no_memory_holds_is_refused() {
    let folder = Folder::drawn("side", 1, 1);
    let target = Folder::new("side-out");
    let out = target.0.join("f.safetensors").to_str().unwrap().to_owned();
    for side in ["8000000000", "1000000", "18446744073709551608"] {
        let sentence = refusal(&["embed", folder.path(), "--out", &out, "--image", side], &SMALL);
        assert!(sentence.contains(&format!("image side of {side}")) && sentence.contains("at most"), "{sentence}");
    }
    // A side that one view has room for, but not all of them: 500 take 1.6 GB.
    let views = ["embed", folder.path(), "--out", &out, "--image", "512", "--dino-views", "500"];
    let sentence = refusal(&views, &[]);
    assert!(sentence.contains("image side is 512") && sentence.contains("1 GB"), "{sentence}");
}

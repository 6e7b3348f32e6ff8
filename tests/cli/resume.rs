//! `mycoscope embed --resume`.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mycoscope::drawings::scene;
use mycoscope::image::{Rgb, encode_png};
use safetensors::SafeTensors;

use crate::SMALL;
use crate::program::{Folder, errors, json, mycoscope, overflowing, refusal};

const OFF: [&str; 2] = ["--no-dino", "--no-simclr"];

fn flat(value: u8) -> Vec<u8> {
    encode_png(&Rgb { width: 40, height: 40, data: vec![value; 40 * 40 * 3] })
}

#[test]
fn what_is_in_the_output_is_not_computed_again() {
    let (folder, target) = (Folder::drawn("again", 2, 3), Folder::new("again-out"));
    let [out, fresh] = ["f.safetensors", "fresh"].map(|name| target.0.join(name).to_str().unwrap().to_owned());
    let small = [&SMALL[..4], &OFF].concat();
    let embed = |out: &str| json(&["embed", folder.path(), "--resume", "--out", out], &small);
    assert_eq!(embed(&out)["resumed"], 0, "nothing is there yet");
    // One image is another, one is new, one is gone; the new one comes first.
    let second = folder.files().pop().unwrap();
    let inside: Vec<_> = std::fs::read_dir(second).unwrap().map(|entry| entry.unwrap().path()).collect();
    std::fs::write(&inside[0], flat(90)).unwrap();
    std::fs::remove_file(&inside[1]).unwrap();
    folder.write("a/new.png", &flat(200));
    let report = embed(&out);
    assert_eq!((&report["images"], &report["resumed"]), (&6.into(), &4.into()));
    json(&["embed", folder.path(), "--out", &fresh], &small);
    assert!(std::fs::read(&out).unwrap() == std::fs::read(&fresh).unwrap(), "as if all were computed at once");

    // Proof that nothing is: what was written into the file stays in it.
    let mut bytes = std::fs::read(&out).unwrap();
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&0.125_f32.to_le_bytes());
    std::fs::write(&out, &bytes).unwrap();
    assert_eq!(embed(&out)["resumed"], 6);
    assert!(std::fs::read(&out).unwrap() == bytes);
    let text = mycoscope(&["embed", folder.path(), "--resume", "--out", &out], &small);
    assert!(String::from_utf8(text.stdout).unwrap().contains("6 of the images were computed before"));
}

#[test]
fn only_the_same_model_and_settings_are_resumed() {
    let (folder, target) = (Folder::drawn("other", 1, 1), Folder::new("other-out"));
    let out = target.0.join("f.safetensors").to_str().unwrap().to_owned();
    let base = [&["embed", folder.path(), "--resume", "--out", &out][..], &SMALL[..4]].concat();
    json(&base, &OFF);
    let refused = |more: &[&str]| refusal(&base, more);
    assert!(refused(&["--no-dino", "--no-simclr", "--seed", "4"]).contains("made with other settings of the method"));
    assert!(refused(&["--no-dino", "--no-simclr", "--mean", "0.5"]).contains("made with another side, mean"));
    let other = ["embed", folder.path(), "--resume", "--out", &out];
    assert!(refusal(&other, &OFF).contains("made with other weights"));
    let bytes = std::fs::read(&out).unwrap();
    let replaced = |from: &[u8], to: &[u8]| {
        let place = bytes.windows(from.len()).position(|part| part == from).unwrap();
        [&bytes[..place], to, &bytes[place + from.len()..]].concat()
    };
    let program = format!(r#""program":"{}""#, env!("CARGO_PKG_VERSION"));
    for (bytes, reason) in [
        (replaced(br#""version":"2""#, br#""version":"1""#), "says version \"1\", not \"2\""),
        (replaced(program.as_bytes(), br#""program":"9.9.9""#), "another version of Mycoscope"),
        (bytes[..bytes.len() - 1].to_vec(), "not a complete safetensors file"),
        (Vec::new(), "not a complete safetensors file"),
    ] {
        std::fs::write(&out, &bytes).unwrap();
        let sentence = refused(&OFF);
        assert!(sentence.contains(reason) && sentence.contains(&out), "{sentence}");
        assert!(std::fs::read(&out).unwrap() == bytes, "it is left as it was");
    }
}

#[test]
fn a_run_that_fails_keeps_what_it_computed() {
    let (folder, target) = (Folder::new("fails"), Folder::new("fails-out"));
    let [out, part] = ["f", "f.part"].map(|name| target.0.join(name));
    folder.write("a.png", &flat(0));
    let white = folder.write("b.png", &flat(255));
    let model = folder.write(".model.safetensors", &overflowing());
    // With this mean, black is all zeros.
    let options = ["--model", &model, "--heads", "4", "--mean", "0", "--std", "1", "--out", out.to_str().unwrap()];
    let base = [&["embed", folder.path()], &options[..]].concat();
    let output = mycoscope(&base, &OFF);
    let sentences = errors(&output);
    assert_eq!(output.status.code(), Some(2), "{sentences}");
    assert!(sentences.contains(&format!("1 images are kept in {}", part.display())), "{sentences}");
    assert!(sentences.lines().last().unwrap().contains("the model's numbers overflow"), "{sentences}");
    std::fs::remove_file(white).unwrap();
    let report = json(&base, &["--no-dino", "--no-simclr", "--resume"]);
    assert_eq!((&report["images"], &report["resumed"]), (&1.into(), &1.into()));
    assert_eq!(target.files(), [out], "the part is gone once all is done");
}

#[test]
fn a_run_that_is_killed_is_gone_on_with() {
    let (folder, target) = (Folder::drawn("killed", 8, 8), Folder::new("killed-out"));
    let [out, part] = ["f", "f.part"].map(|name| target.0.join(name));
    let embed = ["embed", folder.path(), "--out", out.to_str().unwrap(), "--save-every", "0"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_mycoscope"));
    let mut child = command.args(embed).args(SMALL).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while !part.is_file() {
        assert!(begun.elapsed() < Duration::from_secs(120) && child.try_wait().unwrap().is_none(), "no partial result");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let kept =
        SafeTensors::deserialize(&std::fs::read(&part).unwrap()).unwrap().tensor("embedding").unwrap().shape()[0];
    assert!(!out.exists() && (1..64).contains(&kept), "{kept}");

    // Said, where it is not asked for; the part is replaced then.
    folder.write("0.png", &encode_png(&scene(3, 3, 3, 50, 50).rgb));
    let report = json(&embed, &[&SMALL[..], &["--resume"]].concat());
    assert_eq!((&report["images"], &report["resumed"]), (&65.into(), &kept.into()));
    assert!(out.is_file() && !part.exists());
    std::fs::write(&part, b"of an interrupted run").unwrap();
    let output = mycoscope(&embed[..4], &[&SMALL[..4], &OFF].concat());
    assert!(errors(&output).contains("--resume would go on from there"), "{}", errors(&output));
}

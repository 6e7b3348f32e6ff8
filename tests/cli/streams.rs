//! Streams that are full, closed, or that nobody reads.

use std::process::{Command, Stdio};

use mycoscope::drawings::scene;
use mycoscope::image::encode_png;

use crate::SMALL;
use crate::program::{Folder, after, errors};

/// Two images and a file that is none.
fn folder(name: &str) -> Folder {
    let folder = Folder::drawn(name, 1, 2);
    folder.write("words.png", b"words");
    folder
}

#[test]
fn a_full_disk_under_standard_output_is_an_error() {
    let (folder, target) = (folder("full"), Folder::new("full-out"));
    let query = folder.write("query.png", &encode_png(&scene(0, 0, 0, 40, 40).rgb));
    let out = target.0.join("f.safetensors");
    let (drawn, small) = (target.0.join("drawn"), &[&SMALL[..4], &["--no-dino", "--no-simclr"]].concat());
    let (out, drawn) = (out.to_str().unwrap(), drawn.to_str().unwrap());
    for (arguments, more) in [
        (&["embed", folder.path(), "--out", out, "--json"][..], &small[..]),
        (&["embed", folder.path(), "--out", out], small),
        (&["neighbours", folder.path(), &query], small),
        (&["sample", drawn], &[]),
        (&["--help"], &[]),
    ] {
        let output = after("exec > /dev/full", arguments, more);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", errors(&output));
        let sentence = errors(&output);
        assert!(sentence.contains("standard output cannot be written: No space left"), "{arguments:?}: {sentence}");
    }
}

#[test]
fn a_full_disk_under_standard_error_is_an_error_and_no_panic() {
    let (folder, target) = (folder("full-error"), Folder::new("full-error-out"));
    let out = target.0.join("f.safetensors");
    let embed = ["embed", folder.path(), "--out", out.to_str().unwrap(), "--no-dino", "--no-simclr"];
    let output = after("exec 2> /dev/full", &embed, &SMALL[..4]);
    assert_eq!(output.status.code(), Some(1), "the list of failed files is lost");
    assert!(out.is_file(), "the features are not");
    let output = after("exec 2> /dev/full", &["evaluate", "no/such/folder"], &[]);
    assert_eq!(output.status.code(), Some(2), "what cannot be done stays so");
    // Closed from the start, a stream is /dev/null.
    for setup in ["exec 2>&-", "exec >&-", "exec >&- 2>&-"] {
        assert_eq!(after(setup, &embed, &SMALL[..4]).status.code(), Some(0), "{setup}");
    }
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let (folder, target) = (folder("gone"), Folder::new("gone-out"));
    let out = target.0.join("f.safetensors");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mycoscope"));
    command
        .args(["embed", folder.path(), "--no-dino", "--no-simclr", "--out", out.to_str().unwrap()])
        .args(&SMALL[..4]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(out.is_file());
}

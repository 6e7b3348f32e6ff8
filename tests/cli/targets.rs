//! Files that are written, and what may be in their place.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use serde_json::Value;

use crate::SMALL;
use crate::program::{Folder, after, errors, json, mycoscope, pipe, refusal};

/// As if the disk were full: a file that grows beyond so many blocks of 512 bytes is an error.
fn full(blocks: usize) -> String {
    format!("trap '' XFSZ; ulimit -f {blocks}")
}

#[test]
fn only_a_file_is_replaced_and_that_is_seen_first() {
    let (folder, target) = (Folder::drawn("targets", 1, 1), Folder::new("targets-out"));
    let at = |name: &str| target.0.join(name);
    pipe(&at("pipe"));
    std::fs::create_dir(at("folder")).unwrap();
    target.write("file", b"precious");
    symlink(at("file"), at("link")).unwrap();
    symlink(at("nothing"), at("dangling")).unwrap();
    let before = target.files();
    for (path, reason) in [
        (PathBuf::from("/dev/full"), "a device, not a file"),
        (at("pipe"), "a pipe, not a file"),
        (at("folder"), "a folder, not a file"),
        (at("link"), "it is a link; name the file that it leads to"),
        (at("dangling"), "it is a link"),
        (at("new/"), "No such file or directory"),
        (at("file/new"), "Not a directory"),
    ] {
        let path = path.to_str().unwrap();
        // The model is not there either: the output is looked at before anything is loaded.
        for command in [&["embed", folder.path()][..], &["negatives"]] {
            let sentence = refusal(&[command, &["--out", path, "--model", "no/such/model"]].concat(), &[]);
            assert!(sentence.contains(path) && sentence.contains(reason), "{sentence}");
        }
    }
    for path in ["file", "pipe"] {
        let path = at(path);
        let path = path.to_str().unwrap();
        let segment = ["segment", "--support", folder.path(), "--query", folder.path(), "--out", path];
        let sentence = refusal(&segment, &["--model", "no/such/model"]);
        assert!(sentence.contains("not a folder; name a folder"), "{sentence}");
        assert!(refusal(&["sample", path], &[]).contains("not a folder; name a folder"));
    }
    assert_eq!(target.files(), before);
    assert_eq!(std::fs::read(at("file")).unwrap(), b"precious");
}

#[test]
fn a_replaced_file_keeps_its_permissions() {
    let (folder, target) = (Folder::drawn("mode", 1, 1), Folder::new("mode-out"));
    let out = target.write("f.safetensors", b"old");
    std::fs::set_permissions(&out, PermissionsExt::from_mode(0o604)).unwrap();
    json(&["embed", folder.path(), "--out", &out, "--no-dino", "--no-simclr"], &SMALL[..4]);
    assert!(std::fs::read(&out).unwrap().len() > 1000);
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o7777, 0o604);
}

#[test]
fn a_full_disk_under_the_output_is_an_error_and_leaves_the_old_file() {
    let (folder, target) = (Folder::drawn("no-room", 2, 3), Folder::new("no-room-out"));
    let out = target.write("f.safetensors", b"old");
    let embed = ["embed", folder.path(), "--out", &out, "--no-dino", "--no-simclr", "--save-every", "0"];
    let output = after(&full(1), &embed, &SMALL[..4]);
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    let sentences = errors(&output);
    assert!(sentences.contains("A partial result is missing"), "{sentences}");
    let last = sentences.lines().last().unwrap();
    assert!(last.contains(&format!("{out} could not be written")), "{last}");
    assert!(output.stdout.is_empty());
    assert_eq!(std::fs::read(&out).unwrap(), b"old");
    assert_eq!(target.files().len(), 1, "nothing half-written stays behind");
}

#[test]
fn maps_that_were_not_written_are_not_counted() {
    let folder = Folder::new("maps");
    let path = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    assert!(mycoscope(&["sample", &path(".")], &[]).status.success());
    let (support, query, out) = (path("scenes/support"), path("scenes/query"), path("maps"));
    let segment = ["segment", "--support", &support, "--query", &query, "--out", &out, "--side", "64", "--json"];
    let small = ["--model", SMALL[1], "--heads", "4"];
    let output = after(&full(2), &segment, &small);
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    assert!(output.stdout.is_empty() && errors(&output).contains("could not be written"), "{}", errors(&output));

    // A folder where the second query's last map should be: the first is there, and alone in the report.
    let mut names: Vec<String> = std::fs::read_dir(&query)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.contains(".mask."))
        .collect();
    names.sort();
    let blocked = format!("{out}/{}", names[1].replace(".png", ".fungi.overlay.png"));
    std::fs::create_dir_all(&blocked).unwrap();
    let output = mycoscope(&segment, &small);
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    assert!(errors(&output).contains(&blocked), "{}", errors(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let queries = report["queries"].as_array().unwrap();
    assert_eq!((queries.len(), &queries[0]["name"]), (1, &names[0].as_str().into()));
    assert_eq!(report["scores"]["scored"], 1);
}

//! Folders with more in them than files, and names that a terminal would obey.

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use mycoscope::drawings::scene;
use mycoscope::image::encode_png;
use serde_json::Value;

use crate::SMALL;
use crate::program::{Folder, errors, mycoscope, pipe, refusal};

const OFF: [&str; 2] = ["--no-dino", "--no-simclr"];

#[test]
fn what_is_no_file_is_named_and_stops_nothing() {
    let (folder, target) = (Folder::drawn("odd", 1, 2), Folder::new("odd-out"));
    let out = target.0.join("f.safetensors");
    let at = |name: &str| folder.0.join(name);
    pipe(&at("pipe.png"));
    let _socket = UnixListener::bind(at("socket")).unwrap();
    symlink(&folder.0, at("circle")).unwrap();
    symlink("self", at("self")).unwrap();
    symlink("nothing", at("dangling.png")).unwrap();
    symlink("/dev/null", at("device")).unwrap();
    std::fs::create_dir(at("empty")).unwrap();
    let output =
        mycoscope(&["embed", folder.path(), "--out", out.to_str().unwrap(), "--json"], &[&SMALL[..4], &OFF].concat());
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["images"], &report["files"]), (&2.into(), &8.into()));
    let failed = report["failed"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let failed: BTreeMap<String, String> = failed.map(|one| (text(&one["name"]), text(&one["reason"]))).collect();
    let expected = [
        ("circle", "a link to a folder that it lies in"),
        ("dangling.png", "leads nowhere"),
        ("device", "a device, not a file"),
        ("pipe.png", "a pipe, not a file"),
        ("self", "cannot be opened: Too many levels of symbolic links"),
        ("socket", "a socket, not a file"),
    ];
    assert_eq!(failed.len(), expected.len(), "{failed:?}");
    for (name, reason) in expected {
        assert!(failed[name].contains(reason), "{name}: {}", failed[name]);
        assert!(errors(&output).contains(&format!("  {name}: {}", failed[name])));
    }
}

#[test]
fn control_characters_in_names_are_escaped_but_not_in_json() {
    let evil = "a\u{1b}[2J\nb\u{202e}.png";
    let shown = r"a\u{1b}[2J\nb\u{202e}.png";
    let folder = Folder::new("evil");
    let image = encode_png(&scene(0, 0, 0, 40, 40).rgb);
    folder.write(evil, &image);
    let query = folder.write("query.png", &image);
    folder.write(&format!("bad{evil}"), b"words");
    let small = [&SMALL[..4], &OFF].concat();

    let output = mycoscope(&["neighbours", folder.path(), &query], &small);
    let table = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(table.lines().count(), 3, "{table}");
    assert_eq!(table.matches(shown).count(), 2, "{table}");
    assert!(errors(&output).contains(&format!("  bad{shown}: ")), "{}", errors(&output));
    for text in [&table, &errors(&output)] {
        assert!(text.chars().all(|c| c == '\n' || (!c.is_control() && c != '\u{202e}')), "{text:?}");
    }

    let output = mycoscope(&["neighbours", folder.path(), &query, "--json"], &small);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["failed"][0]["name"], format!("bad{evil}"));
    assert!(report["embedding"].as_array().unwrap().iter().any(|near| near["name"] == evil));

    let missing = folder.0.join("no\u{1b}[2J\n");
    assert!(refusal(&["evaluate", missing.to_str().unwrap()], &[]).contains(r"no\u{1b}[2J\n cannot be read"));
}

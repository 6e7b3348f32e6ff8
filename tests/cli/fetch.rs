//! `fetch`, `models` and `--model NAME`, with a server on this machine in place of the hub.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::time::Duration;

use mycoscope::engine::random_weights;
use mycoscope::vit::catalogue::{Catalogue, Checkpoint};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::program::{Folder, errors};
use crate::server::{Server, file, head};

const NAME: &str = "augreg-ti16";

fn checkpoint() -> Checkpoint {
    Catalogue::built_in().unwrap().find(NAME).unwrap().clone()
}

/// A file that fits the catalogue's shape.
static WEIGHTS: LazyLock<Vec<u8>> = LazyLock::new(|| random_weights(&checkpoint().config).unwrap());

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A cache folder and a hub.
struct Place {
    cache: Folder,
    hub: String,
}

impl Place {
    fn new(name: &str, hub: &str) -> Self {
        Self { cache: Folder::new(name), hub: hub.to_owned() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mycoscope"));
        command.args(arguments).env("MYCOSCOPE_CACHE", &self.cache.0).env("HF_ENDPOINT", &self.hub);
        for proxy in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
            command.env_remove(proxy).env_remove(proxy.to_lowercase());
        }
        command.env_remove("HF_TOKEN");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
        errors(&output)
    }

    fn in_cache(&self, file: &str) -> PathBuf {
        self.cache.0.join("models").join(NAME).join(file)
    }

    /// What `models` says about the model.
    fn listed(&self) -> Value {
        let models = self.json(&["models"]);
        models["models"].as_array().unwrap().iter().find(|model| model["name"] == NAME).unwrap().clone()
    }
}

#[test]
fn a_model_is_fetched_once_and_used_by_its_name() {
    let cdn = Server::start(|request, stream| {
        // In pieces, with pauses.
        head(stream, "200 OK", &[("Content-Length", &WEIGHTS.len().to_string()), ("ETag", "\"1\"")])?;
        assert_eq!(request.path, "/weights?key=1");
        for piece in WEIGHTS.chunks(WEIGHTS.len() / 5 + 1) {
            stream.write_all(piece)?;
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    });
    let elsewhere = cdn.address.replace("127.0.0.1", "localhost") + "/weights?key=1";
    let hub = Server::start(move |request, stream| match request.path.as_str() {
        "/timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k/resolve/main/model.safetensors" => {
            head(stream, "307 Temporary Redirect", &[("Location", "/moved/model.safetensors")])
        }
        _ => {
            let linked = format!("\"{}\"", sha256(&WEIGHTS));
            head(stream, "302 Found", &[("Location", &elsewhere), ("X-Linked-Etag", &linked), ("Content-Length", "0")])
        }
    });
    let place = Place::new("fetch", &hub.address);
    let images = Folder::drawn("fetch-images", 2, 1);
    let embed = ["embed", images.path(), "--no-dino", "--no-simclr", "--out"];
    let [by_name, by_file] = ["a", "b"].map(|name| images.0.join(name).to_str().unwrap().to_owned());

    let sentence = place.refusal(&[&embed[..], &[&by_name, "--model", NAME]].concat());
    assert!(sentence.contains("`mycoscope fetch augreg-ti16` downloads it (22 MB)"), "{sentence}");
    assert_eq!(place.listed()["place"], "to be fetched");
    let fetched = place.command(&["fetch", NAME]).env("HF_TOKEN", "secret").output().unwrap();
    let said = String::from_utf8(fetched.stdout.clone()).unwrap();
    assert!(said.contains("is now in") && said.contains("is the published one"), "{said}{}", errors(&fetched));
    let tokens = |server: &Server| -> Vec<Option<String>> {
        server.requests().iter().map(|request| request.headers.get("authorization").cloned()).collect()
    };
    assert_eq!(tokens(&hub), [Some("Bearer secret".into()), Some("Bearer secret".into())]);
    assert_eq!(tokens(&cdn), [None], "the token is for the hub alone");
    assert!(std::fs::read(place.in_cache("model.safetensors")).unwrap() == *WEIGHTS);
    assert!(!place.in_cache("part").exists() && !place.in_cache("part.json").exists());
    let again = place.json(&["fetch", NAME]);
    assert_eq!((&again["already"], &again["sha256"]), (&true.into(), &sha256(&WEIGHTS).into()));
    assert_eq!(cdn.requests().len(), 1, "it was there");
    let listed = place.listed();
    assert_eq!(
        (&listed["place"], &listed["used_days_ago"], &listed["published"]),
        (&"fetched".into(), &0.into(), &true.into())
    );

    place.json(&[&embed[..], &[&by_name, "--model", NAME]].concat());
    let weights = place.in_cache("model.safetensors").to_str().unwrap().to_owned();
    place.json(&[&embed[..], &[&by_file, "--model", &weights, "--mean", "0.5", "--std", "0.5"]].concat());
    let rows = |path: &str| {
        let bytes = std::fs::read(path).unwrap();
        let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        ["embedding", "kl"].map(|part| tensors.tensor(part).unwrap().data().to_vec())
    };
    assert!(rows(&by_name) == rows(&by_file));

    // A file that has changed is noticed, and fetched again.
    let mut bytes = WEIGHTS.clone();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&weights, bytes).unwrap();
    let sentence = place.refusal(&[&embed[..], &[&by_name, "--model", NAME]].concat());
    assert!(sentence.contains("SHA-256 has changed") && sentence.contains("fetches it again"), "{sentence}");
    assert_eq!(place.json(&["fetch", NAME])["already"], false);
    assert!(std::fs::read(&weights).unwrap() == *WEIGHTS);

    // What the catalogue does not know is listed.
    std::fs::create_dir_all(place.cache.0.join("models/old")).unwrap();
    std::fs::write(place.cache.0.join("models/old/model.safetensors"), b"x").unwrap();
    let table = place.run(&["models"]);
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.lines().any(|line| line.starts_with("old") && line.ends_with("unknown")), "{table}");
    assert!(table.lines().any(|line| line.starts_with(NAME) && line.ends_with("fetched, used today")), "{table}");
}

#[test]
fn a_download_goes_on_where_it_was_cut_off_unless_the_file_is_another() {
    let half = WEIGHTS.len() / 2;
    let cutting = Server::start(move |request, stream| file(request, stream, &WEIGHTS, "\"1\"", half));
    let whole = Server::start(|request, stream| file(request, stream, &WEIGHTS, "\"1\"", usize::MAX));
    let place = Place::new("cut", &cutting.address);
    let sentence = place.refusal(&["fetch", NAME]);
    assert!(sentence.contains("cut off after 11.") && sentence.contains("run this again to go on"), "{sentence}");
    assert!(!place.in_cache("model.safetensors").exists());
    assert_eq!(std::fs::metadata(place.in_cache("part")).unwrap().len(), half as u64);
    // The second half of it ends the file.
    let report = place.json(&["fetch", NAME]);
    assert_eq!((&report["resumed_from"], &report["published"]), (&half.into(), &false.into()));
    assert_eq!(report["sha256"], sha256(&WEIGHTS));
    let asked = cutting.requests().pop().unwrap().headers;
    assert_eq!((asked["range"].as_str(), asked["if-range"].as_str()), (format!("bytes={half}-").as_str(), "\"1\""));
    let said = String::from_utf8(place.run(&["fetch", NAME]).stdout).unwrap();
    assert!(said.contains("Not verified by its publisher"), "{said}");

    // Half of one version, then another: never both.
    let other = {
        let mut other = WEIGHTS.clone();
        let place = other.len() - 1000;
        other[place..].fill(0);
        other
    };
    let place = Place::new("other", "");
    let changing = Server::start(move |request, stream| match request.headers.contains_key("range") {
        false => file(request, stream, &WEIGHTS, "\"1\"", half),
        true => file(request, stream, &other, "\"2\"", usize::MAX),
    });
    let place = Place { hub: changing.address.clone(), ..place };
    place.refusal(&["fetch", NAME]);
    let report = place.json(&["fetch", NAME]);
    assert_eq!(report["resumed_from"], 0);
    assert_ne!(report["sha256"], sha256(&WEIGHTS));

    // A part that is complete already, as after a loss of power.
    let place = Place::new("complete", &whole.address);
    place.json(&["fetch", NAME]);
    std::fs::rename(place.in_cache("model.safetensors"), place.in_cache("part")).unwrap();
    let address =
        format!("{}/timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k/resolve/main/model.safetensors", whole.address);
    let version = serde_json::json!({"address": address, "etag": "\"1\"", "published": null});
    std::fs::write(place.in_cache("part.json"), version.to_string()).unwrap();
    assert_eq!(place.json(&["fetch", NAME])["sha256"], sha256(&WEIGHTS));
}

#[test]
fn what_goes_wrong_is_a_sentence_and_leaves_no_model() {
    let plain = |status: &'static str| Server::start(move |_, stream| head(stream, status, &[("Content-Length", "0")]));
    let body = |bytes: &'static [u8], tag: &'static str| {
        Server::start(move |_, stream| {
            let length = bytes.len().to_string();
            head(stream, "200 OK", &[("Content-Length", &length), ("ETag", "\"1\""), ("X-Linked-Etag", tag)])?;
            stream.write_all(bytes)
        })
    };
    let zeros = "\"0000000000000000000000000000000000000000000000000000000000000000\"";
    let tiny = include_bytes!("../golden/tiny/model.safetensors");
    let around = Server::start(|_, stream| head(stream, "302 Found", &[("Location", "/again")]));
    for (server, parts) in [
        (plain("404 Not Found"), ["does not exist (404)", "newer version"]),
        (plain("401 Unauthorized"), ["not open to everyone", "HF_TOKEN"]),
        (plain("403 Forbidden"), ["not open to everyone", "accept the model's terms"]),
        (plain("503 Service Unavailable"), ["the status 503", "try again later"]),
        (around, ["without end", "try again later"]),
        (body(b"<html>Log in to the hotel's network</html>", "\"1\""), ["no usable weights", "safetensors"]),
        (body(tiny, "\"1\""), ["no usable weights", "another model"]),
        (body(b"anything", zeros), ["where 0000", "run this again"]),
    ] {
        let place = Place::new("wrong", &server.address);
        let sentence = place.refusal(&["fetch", NAME]);
        assert!(parts.iter().all(|part| sentence.contains(part)), "{sentence}");
        assert!(!place.in_cache("model.safetensors").exists() && !place.in_cache("part").exists(), "{sentence}");
        assert_eq!(place.listed()["place"], "to be fetched");
    }
    let place = Place::new("nobody", "http://127.0.0.1:1");
    let sentence = place.refusal(&["fetch", NAME]);
    assert!(sentence.contains("could not be reached") && sentence.contains("HF_ENDPOINT"), "{sentence}");
    assert!(place.refusal(&["fetch", "unheard-of"]).contains("dino-s16"));
    assert!(place.refusal(&["fetch", "vit-ti8-64"]).contains("built in"));
    let sentence = place.refusal(&["fetch", "mocov3-s16"]);
    assert!(sentence.contains("https://dl.fbaipublicfiles.com") && sentence.contains("--heads"), "{sentence}");
    let sentence = place.refusal(&["evaluate", ".", "--model", place.cache.path()]);
    assert!(sentence.contains("it is a folder; name the safetensors file"), "{sentence}");
}

#[test]
fn files_without_a_length_proxies_and_two_at_once() {
    let server = Server::start(|_, stream| {
        head(stream, "200 OK", &[])?;
        for piece in WEIGHTS.chunks(WEIGHTS.len() / 8 + 1) {
            stream.write_all(piece)?;
            std::thread::sleep(Duration::from_millis(40));
        }
        Ok(())
    });
    let place = Place::new("twice", &server.address);
    let nowhere = "http://127.0.0.1:1";
    let through = place.command(&["fetch", NAME]).env("HTTPS_PROXY", nowhere).output().unwrap();
    assert_eq!(through.status.code(), Some(2), "the proxy is not there");
    assert!(server.requests().is_empty());
    let mut around = place.command(&["fetch", NAME]);
    let around = around.env("HTTPS_PROXY", nowhere).env("NO_PROXY", "127.0.0.1").spawn().unwrap();
    let other = place.command(&["fetch", NAME]).spawn().unwrap();
    for process in [around, other] {
        assert!(process.wait_with_output().unwrap().status.success());
    }
    assert_eq!(server.requests().len(), 1, "the second found what the first had fetched");
    assert!(std::fs::read(place.in_cache("model.safetensors")).unwrap() == *WEIGHTS);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named() {
    let server = Server::start(|request, stream| file(request, stream, &WEIGHTS, "\"1\"", usize::MAX));
    let place = Place::new("full", &server.address);
    std::fs::create_dir_all(place.in_cache("")).unwrap();
    std::os::unix::fs::symlink("/dev/full", place.in_cache("part")).unwrap();
    let sentence = place.refusal(&["fetch", NAME]);
    assert!(sentence.contains("free some space") && sentence.contains("MYCOSCOPE_CACHE"), "{sentence}");
    assert!(!place.in_cache("model.safetensors").exists());
}

/// The small model brings no negatives.
#[test]
fn negatives_are_computed_once() {
    let place = Place::new("negatives-kept", "");
    let images = Folder::drawn("negatives-kept-images", 1, 1);
    let [first, second] = ["1", "2"].map(|name| place.cache.0.join(name).to_str().unwrap().to_owned());
    let embed = |out: &str, more: &[&str]| {
        let output = place.run(&[&["embed", images.path(), "--out", out], more, &crate::SMALL].concat());
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        errors(&output)
    };
    let said = embed(&first, &[]);
    assert!(said.contains("computed once") && said.contains("are kept in"), "{said}");
    let said = embed(&second, &[]);
    assert!(!said.contains("negatives"), "{said}");
    assert!(std::fs::read(first).unwrap() == std::fs::read(&second).unwrap());
    assert!(embed(&second, &["--image", "64"]).contains("computed once"), "another side, other negatives");
}

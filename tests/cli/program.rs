//! The program, and folders for it.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Once;

use mycoscope::drawings::sample_set;
use mycoscope::image::encode_png;
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

/// A folder that goes away with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mycoscope-cli-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The sample set's first `each` pictures of the first `classes` classes, in folders named by them.
    pub fn drawn(name: &str, classes: usize, each: usize) -> Self {
        let folder = Self::new(name);
        let mut labels: Vec<&str> = Vec::new();
        for picture in sample_set(1) {
            if !labels.contains(&picture.label) {
                labels.push(picture.label);
            }
            let drawn = std::fs::read_dir(folder.0.join(picture.label)).map_or(0, Iterator::count);
            if labels.len() <= classes && drawn < each {
                folder.write(&picture.name, &encode_png(&picture.rgb));
            }
        }
        folder
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    pub fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A cache of this run's own, so that the user's is left alone: what an earlier version computed must not be found.
fn cache() -> &'static str {
    static FRESH: Once = Once::new();
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/cli-cache");
    FRESH.call_once(|| drop(std::fs::remove_dir_all(folder)));
    folder
}

pub fn mycoscope(arguments: &[&str], more: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_mycoscope"));
    program.args(arguments).args(more).env("MYCOSCOPE_CACHE", cache()).output().unwrap()
}

/// The same, started by a shell that does `setup` first, such as redirecting a stream.
#[cfg(target_os = "linux")]
pub fn after(setup: &str, arguments: &[&str], more: &[&str]) -> Output {
    let script = format!("{setup}; exec \"$0\" \"$@\"");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script, env!("CARGO_BIN_EXE_mycoscope")]).args(arguments).args(more);
    shell.env("MYCOSCOPE_CACHE", cache()).output().unwrap()
}

/// Makes a named pipe.
#[cfg(target_os = "linux")]
pub fn pipe(path: &std::path::Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// The small model with patch weights so large that the tokens of every image overflow, but where all pixels are zero.
pub fn overflowing() -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tiny/model.safetensors");
    let mut bytes = std::fs::read(path).unwrap();
    let (header, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let tensor = metadata.info("patch_embed.proj.weight").unwrap();
    assert_eq!(tensor.dtype, Dtype::F32);
    let (from, to) = tensor.data_offsets;
    for value in bytes[8 + header + from..8 + header + to].as_chunks_mut().0 {
        *value = 1e38_f32.to_le_bytes();
    }
    bytes
}

pub fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// What a command that succeeds prints with `--json`.
pub fn json(arguments: &[&str], more: &[&str]) -> Value {
    let output = mycoscope(&[arguments, &["--json"]].concat(), more);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The sentence of a command that cannot be carried out.
pub fn refusal(arguments: &[&str], more: &[&str]) -> String {
    let output = mycoscope(arguments, more);
    assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
    assert!(output.stdout.is_empty());
    errors(&output)
}

//! The user's cache folder: models that were fetched, with what is known about their files, and negatives that were
//! computed.
//!
//! ```text
//! models/NAME/model.safetensors   the weights, only ever complete
//! models/NAME/about.json          where they came from, and their SHA-256; its time is that of the last use
//! models/NAME/part, part.json     a download that is not complete, and what its server called it
//! negatives/KEY.safetensors
//! ```

use std::env::var_os;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::CliError;
use super::streams::say;
use super::target::{make_folder, write};
use crate::engine::NEGATIVES_SEED;
use crate::gallery::hexadecimal;
use crate::vit::LoadOptions;

/// The variable that names another folder.
const VARIABLE: &str = "MYCOSCOPE_CACHE";

/// The cache folder, which need not be there yet.
#[derive(Debug, Clone)]
pub(super) struct Cache(PathBuf);

/// What is known about a model's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct About {
    /// Where it came from.
    pub address: String,
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
    /// Whether its publisher gave that SHA-256; otherwise it is the one of the file that came.
    pub published: bool,
}

impl Cache {
    /// The folder that `MYCOSCOPE_CACHE` names, or else one where the system has such folders.
    pub(super) fn find() -> Result<Self, CliError> {
        if let Some(path) = var_os(VARIABLE).filter(|path| !path.is_empty()) {
            return Ok(Self(path.into()));
        }
        let places = etcetera::base_strategy::choose_native_strategy().map_err(|_| {
            CliError::Options(format!("there is no home folder to keep models in; name a folder in {VARIABLE}"))
        })?;
        Ok(Self(places.cache_dir().join("mycoscope")))
    }

    /// Its path.
    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    /// A model's place.
    pub(super) fn model(&self, name: &str) -> Kept {
        Kept { folder: self.0.join("models").join(name) }
    }

    /// Names of all models in it, in order; of those that the catalogue has dropped, too.
    pub(super) fn names(&self) -> Vec<String> {
        let folders = fs::read_dir(self.0.join("models")).into_iter().flatten().flatten();
        let names = folders.filter_map(|folder| folder.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| self.model(name).weights().is_file()).collect();
        names.sort_unstable();
        names
    }

    /// Where negatives are kept of a model with this SHA-256, made with these options.
    pub(super) fn negatives(&self, sha256: &str, options: &LoadOptions) -> PathBuf {
        // Whatever changes an embedding is part of the name.
        let made_with = serde_json::to_string(options).expect("options are plain data");
        let digest = Sha256::digest(format!("{sha256} {NEGATIVES_SEED} {made_with}"));
        self.0.join("negatives").join(format!("{}.safetensors", hexadecimal(&digest)))
    }
}

/// A model's place in the cache, whether it is there or not.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub folder: PathBuf,
}

impl Kept {
    pub(super) fn weights(&self) -> PathBuf {
        self.folder.join("model.safetensors")
    }

    pub(super) fn part(&self) -> PathBuf {
        self.folder.join("part")
    }

    fn about_path(&self) -> PathBuf {
        self.folder.join("about.json")
    }

    /// What is known about it, if anything.
    pub(super) fn about(&self) -> Option<About> {
        serde_json::from_slice(&fs::read(self.about_path()).ok()?).ok()
    }

    /// When it was used last.
    pub(super) fn used(&self) -> Option<SystemTime> {
        fs::metadata(self.about_path()).ok()?.modified().ok()
    }

    /// Its weights and their SHA-256, if it is there. They must be what they were when they came; a file that was put
    /// there by hand is remembered as it is.
    pub(super) fn read(&self, name: &str) -> Result<Option<(Vec<u8>, String)>, CliError> {
        let path = self.weights();
        let bytes = match fs::read(&path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            bytes => bytes.map_err(|error| CliError::read(&path, error))?,
        };
        let sha256 = hexadecimal(&Sha256::digest(&bytes));
        match self.about() {
            Some(about) if about.sha256 != sha256 => {
                return Err(CliError::Changed { path, name: name.into() });
            }
            // Where the last use can't be noted, the model can be used all the same.
            Some(_) => drop(
                OpenOptions::new()
                    .write(true)
                    .open(self.about_path())
                    .and_then(|file| file.set_modified(SystemTime::now())),
            ),
            None => {
                let (address, length) = ("put there by hand".into(), bytes.len() as u64);
                let _ = self.remember(&About { address, bytes: length, sha256: sha256.clone(), published: false });
            }
        }
        Ok(Some((bytes, sha256)))
    }

    /// Writes down what is known about it.
    pub(super) fn remember(&self, about: &About) -> Result<(), CliError> {
        write(&self.about_path(), &serde_json::to_vec_pretty(about).expect("plain data"))
    }

    /// Makes its folder, and keeps other processes from fetching into it as long as the file is held; waits for one that
    /// does.
    pub(super) fn lock(&self) -> Result<File, CliError> {
        make_folder(&self.folder)?;
        let path = self.folder.join("lock");
        let refuse = |error: std::io::Error| CliError::Target { path: path.clone(), reason: error.to_string() };
        let file = File::create(&path).map_err(refuse)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                say("Another process is fetching this model; waiting for it.")?;
                file.lock().map_err(refuse)?;
            }
            // File systems without locks: what is written is still only ever moved into place when it is complete.
            Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => return Err(refuse(error)),
            _ => {}
        }
        Ok(file)
    }
}

/// Keeps negatives for the next time; a sentence says where, or why not.
pub(super) fn keep_negatives(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let kept = path.parent().map_or(Ok(()), make_folder).and_then(|()| write(path, bytes));
    match kept {
        Ok(()) => say(&format!("The negatives are kept in {}.", path.display())),
        Err(error) => say(&format!("The negatives are not kept: {error}.")),
    }
}

//! Why a command could not be carried out.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::download_error::DownloadError;
use crate::archive::ArchiveError;
use crate::engine::EngineError;
use crate::engine::segment::SegmentError;
use crate::fungi::ExtractError;
use crate::gallery::file::GalleryError;
use crate::vit::ViTConfig;
use crate::vit::catalogue::Checkpoint;

/// Why a command could not be carried out, in a sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CliError {
    /// A file or folder could not be read.
    #[error("{} cannot be read: {reason}", .path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// A file cannot be written, as was seen before anything was computed.
    #[error("{} cannot be written: {reason}", .path.display())]
    Target {
        /// Which.
        path: PathBuf,
        /// Why: the system's reason, or what is there.
        reason: String,
    },
    /// A file could not be written, though it seemed so: the disk is full, say.
    #[error("{} could not be written: {reason}", .path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// Standard output or standard error could not be written.
    #[error("{stream} cannot be written: {reason}")]
    Stream {
        /// Which.
        stream: &'static str,
        /// The system's reason.
        reason: String,
    },
    /// The folder's path leads to a file.
    #[error("{} is not a folder; name the folder that the images lie in", .0.display())]
    NotAFolder(PathBuf),
    /// No file in the folder.
    #[error("there is no file in {}; hidden files do not count", .0.display())]
    Empty(PathBuf),
    /// Files, but no image among them.
    #[error("none of the {files} files in {} could be read as an image; the first failed so: {reason}", .path.display())]
    NoImage {
        /// The folder.
        path: PathBuf,
        /// Files in it.
        files: usize,
        /// Why the first one failed.
        reason: String,
    },
    /// The folder of `--masks` cannot be used.
    #[error("the masks' folder {} cannot be used: {reason}; name a folder with cup.png for cup.jpg", .path.display())]
    Masks {
        /// Its path.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The gallery to resume from was made otherwise.
    #[error(
        "{} was made with {what}, so it cannot be resumed from; give the same options, another --out, or leave --resume \
         out to compute all images anew", .path.display()
    )]
    Resume {
        /// Its path.
        path: PathBuf,
        /// What differs.
        what: &'static str,
    },
    /// Only a gallery's own file can be gone on from.
    #[error(
        "--resume goes on from a .safetensors file, and {} is none; give --out F.safetensors, or leave --resume out",
        .0.display()
    )]
    ResumeForm(PathBuf),
    /// The program was built without Parquet.
    #[error(
        "this program cannot write {}: it was built without Parquet (cargo build --features parquet); name a file that ends \
         in .npz or .safetensors", .0.display()
    )]
    NoParquet(PathBuf),
    /// Results could not be put into one file.
    #[error("the results could not be written: {0}")]
    Archive(#[from] ArchiveError),
    /// The gallery to resume from cannot be used.
    #[error("{} cannot be resumed from: {error}", .path.display())]
    Open {
        /// Its path.
        path: PathBuf,
        /// What is wrong.
        error: GalleryError,
    },
    /// A file that was given for evaluation holds no features.
    #[error(
        "{} is not a folder, nor features that `mycoscope embed --out F.safetensors` saved: {error}; name a folder of images \
         or such a file", .path.display()
    )]
    NotFeatures {
        /// Its path.
        path: PathBuf,
        /// What is wrong.
        error: GalleryError,
    },
    /// The query image cannot be used.
    #[error("the query {} cannot be used: {reason}", .path.display())]
    Query {
        /// Its path.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Fewer than two labels.
    #[error(
        "the images carry {found}; to be evaluated, they must lie in at least two folders, one for each label, or be labelled by a table (--labels)"
    )]
    Labels {
        /// What they carry: "no label", or "only the label x".
        found: String,
    },
    /// No label has two images.
    #[error("no label has more than one image, so nothing can be found again; add images")]
    Alone,
    /// No such model.
    #[error("there is no model \"{name}\": name a safetensors file or one of {known}")]
    UnknownModel {
        /// What was asked for.
        name: String,
        /// The catalogue's names.
        known: String,
    },
    /// A model of the catalogue that was not fetched yet.
    #[error("the model {name} is not on this machine yet: `mycoscope fetch {name}` downloads it ({size})")]
    NotFetched {
        /// Its name.
        name: String,
        /// The size of its file, for people.
        size: String,
    },
    /// A model of the catalogue that cannot be fetched.
    #[error("the model {name} is not on the hub: download it from {address}, then give the file as {options}")]
    Elsewhere {
        /// Its name.
        name: String,
        /// Where it is.
        address: String,
        /// What to give to a command.
        options: String,
    },
    /// A model in the cache that is not what was fetched.
    #[error("{} is not the file that was fetched: its SHA-256 has changed; `mycoscope fetch {name}` fetches it again", .path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// The model's name.
        name: String,
    },
    /// A model could not be downloaded.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// A golden folder that is not of the form that `parity` expects.
    #[error("{} is no folder of golden tensors: {reason}", .path.display())]
    Golden {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// What exact cosines take is more than there is.
    #[error(
        "exact cosines of {images} images take about {needed} of memory, and {free} are free; leave --exact out, name a folder of \
         fewer images, or leave the objective with most views out (--no-simclr)"
    )]
    ExactMemory {
        /// How many images.
        images: usize,
        /// What they take, for people.
        needed: String,
        /// What is free, for people.
        free: String,
    },
    /// Gradients that cannot be compared.
    #[error(
        "some gradients are not finite numbers, so they cannot be compared; leave --exact out, or try another model"
    )]
    NotFiniteGradients,
    /// Options that contradict each other or the model.
    #[error("{0}")]
    Options(String),
    /// The engine could not do it.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Features could not be computed.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// A photo could not be segmented.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The negatives could not be written as a file.
    #[error(transparent)]
    Negatives(#[from] safetensors::SafeTensorError),
    /// The gallery could not be saved.
    #[error(transparent)]
    Gallery(#[from] GalleryError),
}

impl CliError {
    pub(super) fn read(path: &Path, reason: impl ToString) -> Self {
        Self::Read { path: path.to_owned(), reason: reason.to_string() }
    }

    /// For a model that people have to get themselves.
    pub(super) fn elsewhere(checkpoint: &Checkpoint, address: &str) -> Self {
        let ViTConfig { heads, mean, std, .. } = checkpoint.config;
        let three = |[r, g, b]: [f32; 3]| format!("{r},{g},{b}");
        let options = format!("--model FILE --heads {heads} --mean {} --std {}", three(mean), three(std));
        Self::Elsewhere { name: checkpoint.name.clone(), address: address.into(), options }
    }

    /// 1 where a result was computed and could not be written, 2 where there is none.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Write { .. } | Self::Stream { .. } => ExitCode::FAILURE,
            _ => ExitCode::from(2),
        }
    }
}

//! Why a file could not be downloaded.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a file could not be downloaded: what happened and what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// No server answered.
    #[error(
        "{address} could not be reached ({reason}); check the network and the proxy (HTTPS_PROXY, NO_PROXY), or name a \
         mirror's address in HF_ENDPOINT"
    )]
    Unreachable {
        /// Where.
        address: String,
        /// What the system says.
        reason: String,
    },
    /// The server has no such file.
    #[error(
        "{address} does not exist (404); a newer version of mycoscope may know where it is now, or the mirror lacks it"
    )]
    Missing {
        /// Where.
        address: String,
    },
    /// The server wants to know who asks.
    #[error(
        "{address} is not open to everyone; accept the model's terms on its page, make a token there, and run this again \
         with HF_TOKEN set to it"
    )]
    Gated {
        /// Where.
        address: String,
    },
    /// Any other refusal.
    #[error("{address} was refused with the status {status}; the server may be busy or broken: try again later")]
    Status {
        /// Where.
        address: String,
        /// The status.
        status: u16,
    },
    /// Redirects that lead nowhere.
    #[error(
        "{address} leads from one address to another without end; try again later, or another mirror in HF_ENDPOINT"
    )]
    Redirects {
        /// Where.
        address: String,
    },
    /// A redirect from https to http.
    #[error(
        "the download leads to {address}, which is not encrypted; try again later, or name a mirror in HF_ENDPOINT"
    )]
    Insecure {
        /// Where.
        address: String,
    },
    /// Another part of the file than was asked for.
    #[error(
        "{address} was asked for the rest of the file and sent something else; run this again to start from its beginning"
    )]
    Range {
        /// Where.
        address: String,
    },
    /// The connection ended too early.
    #[error("the download was cut off after {} ({reason}); run this again to go on from there", so_far(*.done, *.total))]
    Cut {
        /// Bytes that came.
        done: u64,
        /// Bytes of the file, if known.
        total: Option<u64>,
        /// What the system says.
        reason: String,
    },
    /// Another length than the catalogue's.
    #[error(
        "the server has a file of {found} bytes, where the catalogue says {expected}; a newer version of mycoscope may know it"
    )]
    Length {
        /// Bytes there.
        found: u64,
        /// Bytes in the catalogue.
        expected: u64,
    },
    /// Another content than was published.
    #[error(
        "{address} sent a file with the SHA-256 {found}, where {expected} was published; it was removed: run this again, and \
         without a mirror if there is one"
    )]
    Hash {
        /// Where.
        address: String,
        /// SHA-256 of what came.
        found: String,
        /// SHA-256 that was published.
        expected: String,
    },
    /// What came is no model.
    #[error("{address} sent no usable weights, and they were removed: {reason}")]
    Weights {
        /// Where.
        address: String,
        /// What is wrong with them.
        reason: String,
    },
    /// What came could not be written.
    #[error(transparent)]
    Disk(Disk),
}

/// What came could not be written.
#[derive(Debug, Error)]
#[error("{} cannot be written: {reason}; {advice}", .path.display())]
pub struct Disk {
    path: PathBuf,
    reason: String,
    advice: &'static str,
}

impl Disk {
    pub(super) fn new(path: &Path, error: std::io::Error) -> Self {
        let full = matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
        let advice = if full {
            "free some space and run this again to go on, or name a folder on another disk in MYCOSCOPE_CACHE"
        } else {
            "or name another folder in MYCOSCOPE_CACHE"
        };
        Self { path: path.to_owned(), reason: error.to_string(), advice }
    }
}

impl DownloadError {
    pub(super) fn unreachable(address: &str, error: &ureq::Error) -> Self {
        Self::Unreachable { address: address.into(), reason: error.to_string() }
    }
}

fn so_far(done: u64, total: Option<u64>) -> String {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    match total {
        Some(total) => format!("{:.1} of {:.1} MB", megabytes(done), megabytes(total)),
        None => format!("{:.1} MB", megabytes(done)),
    }
}

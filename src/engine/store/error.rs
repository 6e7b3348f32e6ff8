//! Why a model could not be downloaded or kept.

use thiserror::Error;

/// Why a model could not be downloaded or kept: what happened and what to do. What worked before still does.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[cfg_attr(test, expect(dead_code, reason = "most of them happen in a browser alone"))]
pub enum StoreError {
    /// The browser has no network.
    #[error("There is no network. The download goes on where it ended once there is one: choose the model again.")]
    Offline,
    /// No answer.
    #[error(
        "{0} could not be reached. It may be down, or something between here and there blocks it. Try again later."
    )]
    Unreachable(String),
    /// An answer that the page may not read.
    #[error(
        "{0} is there, but does not allow this page to read the file (no CORS). Download the file from {1} and drop it \
         here."
    )]
    NoCors(String, String),
    /// 404 or 410.
    #[error("{host} has no file at {address} ({status}): it was moved or removed. Another model may do.")]
    Missing {
        /// The server.
        host: String,
        /// The file's address.
        address: String,
        /// The answer's status.
        status: u16,
    },
    /// 401 or 403.
    #[error(
        "{host} gives this file to its members alone ({status}): accept its terms at {address}, download it there, and \
         drop it here."
    )]
    Gated {
        /// The server.
        host: String,
        /// The file's address.
        address: String,
        /// The answer's status.
        status: u16,
    },
    /// Another status.
    #[error("{host} answered {status} instead of the file. Try again later.")]
    Status {
        /// The server.
        host: String,
        /// The answer's status.
        status: u16,
    },
    /// The connection ended early.
    #[error(
        "The download was cut off at {} of {}. What is there is kept: choose the model again to go on.", megabytes(*.done),
        megabytes(*.total)
    )]
    Cut {
        /// Bytes that came.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The same, where nothing is kept.
    #[error("The download was cut off at {}. Choose the model again to start over.", megabytes(*.0))]
    Lost(u64),
    /// Other bytes than were published.
    #[error(
        "The file has the SHA-256 {found}, but {expected} was published with it: it was changed, or damaged on its way. \
         It was thrown away; try again, or tell whoever published it."
    )]
    Checksum {
        /// The file's, in hexadecimal.
        found: String,
        /// The published one.
        expected: String,
    },
    /// Other bytes than were kept.
    #[error("What this browser kept of {0} has changed since, so it was thrown away. Choose the model again.")]
    Changed(String),
    /// No safetensors file at all.
    #[error("{0} did not send a safetensors file, so it was thrown away. Try again later.")]
    NoWeights(String),
    /// The browser's storage is full.
    #[error(
        "There is no space for {} in this browser's storage. Remove models in this list, or free some of the disk.",
        megabytes(*.0)
    )]
    NoSpace(u64),
    /// Another tab writes the same file.
    #[error("This model is being downloaded in another tab or window of this page. Wait for it, then choose it again.")]
    Busy,
    /// The browser's storage failed otherwise.
    #[error("This browser's storage failed: {0}. Reload the page and try again.")]
    Storage(String),
    /// A model that would have to be downloaded, or is only in part there.
    #[error("{0} is not in this browser yet. Choose it under Model to download it.")]
    Absent(String),
    /// More than this browser gives a page.
    #[error("This browser has no memory for {} more. Close other tabs, or choose a smaller model.", megabytes(*.0))]
    NoMemory(u64),
    /// A file that can't be read.
    #[error("The browser could not read the file. Was it moved, changed or deleted? Drop it again.")]
    Unreadable,
}

/// The error of an answer with this status, unless it has the file.
pub(super) fn refused(status: u16, host: &str, address: &str) -> Option<StoreError> {
    let (host, address) = (host.to_owned(), address.to_owned());
    match status {
        200 | 206 => None,
        401 | 403 => Some(StoreError::Gated { host, address, status }),
        404 | 410 => Some(StoreError::Missing { host, address, status }),
        _ => Some(StoreError::Status { host, status }),
    }
}

/// The server of an address.
pub(super) fn host(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default().to_owned()
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_a_sentence_of_its_own() {
        let address = "https://huggingface.co/timm/vit/resolve/main/model.safetensors";
        let host = host(address);
        assert_eq!(host, "huggingface.co");
        let said = |status| refused(status, &host, address).map(|error| error.to_string()).unwrap_or_default();
        assert_eq!([said(200), said(206)], ["", ""]);
        assert!(said(404).starts_with("huggingface.co has no file at https://"), "{}", said(404));
        assert!(said(401).contains("accept its terms") && said(403).contains("drop it here"));
        assert_eq!(said(503), "huggingface.co answered 503 instead of the file. Try again later.");
        let cut = StoreError::Cut { done: 1_250_000, total: 88_000_000 }.to_string();
        assert!(cut.starts_with("The download was cut off at 1.2 MB of 88.0 MB."), "{cut}");
    }
}

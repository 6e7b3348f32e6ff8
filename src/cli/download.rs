//! One file over HTTP: with the proxies that the environment names, going on where an earlier try ended, and checked.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ureq::http::{HeaderMap, Response, StatusCode};
use ureq::{Agent, Body};

use super::download_error::{Disk, DownloadError};
use crate::gallery::hexadecimal;

/// Most redirects that are followed: the hub needs two.
const REDIRECTS: usize = 8;

/// A file to download.
pub(super) struct Download<'a> {
    pub address: String,
    /// The hub's or a mirror's address, which alone gets the token.
    pub hub: &'a str,
    pub token: Option<String>,
    /// Where what has come so far lies.
    pub part: PathBuf,
    /// SHA-256 that it must have, in hexadecimal, if that is known.
    pub sha256: Option<&'a str>,
    /// Bytes that it must have, if that is known.
    pub bytes: Option<u64>,
}

/// A download that is complete, still in its part.
pub(super) struct Complete {
    pub bytes: u64,
    pub sha256: String,
    /// Whether the SHA-256 is the one that was published.
    pub published: bool,
    /// Bytes that had come before.
    pub resumed_from: u64,
}

/// What a server calls the version of a file that a part belongs to.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Version {
    address: String,
    etag: String,
    /// The hub's SHA-256 of the whole file.
    published: Option<String>,
}

impl Download<'_> {
    /// Downloads what is not there yet. `progress` gets the bytes so far, and all of them where that is known.
    ///
    /// # Errors
    ///
    /// A [`DownloadError`]. The part is kept where it is good for another try, and removed where it is wrong.
    pub(super) fn run(&self, progress: &mut impl FnMut(u64, Option<u64>)) -> Result<Complete, DownloadError> {
        let disk = |error| DownloadError::Disk(Disk::new(&self.part, error));
        let version: Option<Version> =
            fs::read(self.version_path()).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let version = version.filter(|version| version.address == self.address);
        let mut digest = Sha256::new();
        let mut done = version.as_ref().map_or(Ok(0), |_| hashed(&self.part, &mut digest)).map_err(disk)?;
        let (response, published) = self.ask(version.as_ref().filter(|_| done > 0).map(|v| (done, v)))?;
        let published = self.sha256.map(str::to_owned).or(published);
        let (start, total) = self.extent(&response)?;
        let file = if start == 0 {
            (done, digest) = (0, Sha256::new());
            File::create(&self.part)
        } else if start == done {
            OpenOptions::new().append(true).open(&self.part)
        } else {
            self.discard();
            return Err(DownloadError::Range { address: self.address.clone() });
        };
        let mut file = file.map_err(disk)?;
        if let Some((found, expected)) = total.zip(self.bytes).filter(|(found, expected)| found != expected) {
            return Err(DownloadError::Length { found, expected });
        }
        let etag = header(response.headers(), "etag").filter(|etag| !etag.starts_with("W/"));
        // Without a name for the version, nothing can be said about what comes next time.
        match etag {
            Some(etag) => {
                let version = Version { address: self.address.clone(), etag, published: published.clone() };
                let text = serde_json::to_vec(&version).expect("plain data");
                fs::write(self.version_path(), text).map_err(disk)?;
            }
            None => drop(fs::remove_file(self.version_path())),
        }
        let mut body = response.into_body().into_reader();
        let mut piece = vec![0; 1 << 16];
        loop {
            progress(done, total);
            let count = match body.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) => return Err(DownloadError::Cut { done, total, reason: error.to_string() }),
            };
            digest.update(&piece[..count]);
            file.write_all(&piece[..count]).map_err(disk)?;
            done += count as u64;
        }
        if total.is_some_and(|total| done != total) {
            return Err(DownloadError::Cut { done, total, reason: "the connection was closed".into() });
        }
        file.sync_all().map_err(disk)?;
        let sha256 = hexadecimal(&digest.finalize());
        if let Some(expected) = published.as_deref().filter(|expected| !expected.eq_ignore_ascii_case(&sha256)) {
            self.discard();
            return Err(DownloadError::Hash {
                address: self.address.clone(),
                found: sha256,
                expected: expected.into(),
            });
        }
        Ok(Complete { bytes: done, sha256, published: published.is_some(), resumed_from: start })
    }

    /// Removes what has come so far: it is not what it should be.
    pub(super) fn discard(&self) {
        let _ = fs::remove_file(&self.part);
        let _ = fs::remove_file(self.version_path());
    }

    fn version_path(&self) -> PathBuf {
        self.part.with_extension("json")
    }

    /// Asks for the file, or for what follows a part, and follows redirects. Also gives the SHA-256 that the hub says.
    fn ask(&self, part: Option<(u64, &Version)>) -> Result<(Response<Body>, Option<String>), DownloadError> {
        let config = Agent::config_builder()
            .user_agent(concat!("mycoscope/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            // Followed here: the hub's own answer says more than that of the host it leads to, which must not get the token.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(Duration::from_secs(30)))
            .timeout_recv_response(Some(Duration::from_secs(60)))
            .timeout_per_read(Some(Duration::from_secs(60)));
        let agent: Agent = config.build().into();
        let (mut address, mut published) = (self.address.clone(), None);
        for _ in 0..REDIRECTS {
            let mut request = agent.get(&address).header("Accept-Encoding", "identity");
            if let Some(token) = self.token.as_ref().filter(|_| origin(&address) == origin(self.hub)) {
                request = request.header("Authorization", format!("Bearer {token}"));
            }
            if let Some((done, version)) = part {
                request = request.header("Range", format!("bytes={done}-")).header("If-Range", &version.etag);
            }
            let response = request.call().map_err(|error| DownloadError::unreachable(&address, &error))?;
            published = published.or_else(|| header(response.headers(), "x-linked-etag").and_then(|tag| sha256(&tag)));
            if !response.status().is_redirection() {
                // The part is another version's, or the file ends where it does.
                let useless = part.is_some_and(|(_, version)| {
                    response.status() == StatusCode::RANGE_NOT_SATISFIABLE || version.published != published
                });
                return if useless { self.ask(None) } else { Ok((response, published)) };
            }
            let Some(next) = header(response.headers(), "location").map(|next| joined(&address, &next)) else { break };
            if address.starts_with("https:") && !next.starts_with("https:") {
                return Err(DownloadError::Insecure { address: next });
            }
            address = next;
        }
        Err(DownloadError::Redirects { address: self.address.clone() })
    }

    /// Where the answer's bytes begin, and how many the whole file has.
    fn extent(&self, response: &Response<Body>) -> Result<(u64, Option<u64>), DownloadError> {
        let (address, headers) = (self.address.clone(), response.headers());
        match response.status() {
            StatusCode::OK => Ok((0, header(headers, "content-length").and_then(|length| length.parse().ok()))),
            StatusCode::PARTIAL_CONTENT => {
                // bytes 100-199/200
                let range = header(headers, "content-range").unwrap_or_default();
                let range = range.strip_prefix("bytes ").and_then(|range| range.split_once('/'));
                let start = range.and_then(|(range, _)| range.split_once('-')?.0.parse().ok());
                let total = range.and_then(|(_, total)| total.parse().ok());
                start.map(|start| (start, total)).ok_or(DownloadError::Range { address })
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(DownloadError::Gated { address }),
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(DownloadError::Missing { address }),
            status => Err(DownloadError::Status { address, status: status.as_u16() }),
        }
    }
}

/// A header's text.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// A SHA-256 in a tag of the hub's: files in its large storage have theirs for a tag, others 40 digits of git's.
fn sha256(tag: &str) -> Option<String> {
    let tag = tag.trim_matches('"');
    (tag.len() == 64 && tag.bytes().all(|digit| digit.is_ascii_hexdigit())).then(|| tag.to_ascii_lowercase())
}

/// Scheme, host and port.
fn origin(address: &str) -> &str {
    let path = address.find("://").and_then(|at| Some(at + 3 + address[at + 3..].find('/')?));
    &address[..path.unwrap_or(address.len())]
}

/// Where `next`, a whole address or a path of the same server, leads from `address`.
fn joined(address: &str, next: &str) -> String {
    let scheme = address.split_once("//").map_or("", |(scheme, _)| scheme);
    match next {
        _ if next.contains("://") => next.to_owned(),
        _ if next.starts_with("//") => format!("{scheme}{next}"),
        _ if next.starts_with('/') => format!("{}{next}", origin(address)),
        _ => format!("{}/{next}", address.rsplit_once('/').map_or(address, |(folder, _)| folder)),
    }
}

/// Bytes of a file, which go through the digest; 0 if there is none.
fn hashed(path: &Path, digest: &mut Sha256) -> std::io::Result<u64> {
    let Ok(mut file) = File::open(path) else { return Ok(0) };
    let (mut piece, mut bytes) = (vec![0; 1 << 16], 0);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(bytes),
            count => {
                digest.update(&piece[..count]);
                bytes += count as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_lead_to_addresses_and_paths() {
        let from = "https://huggingface.co/timm/a/resolve/main/model.safetensors";
        assert_eq!(joined(from, "/timm/b?x=1"), "https://huggingface.co/timm/b?x=1");
        assert_eq!(joined(from, "https://cdn.hf.co/x"), "https://cdn.hf.co/x");
        assert_eq!(joined(from, "//cdn.hf.co/x"), "https://cdn.hf.co/x");
        assert_eq!(joined(from, "other"), "https://huggingface.co/timm/a/resolve/main/other");
        assert_eq!(origin("http://localhost:8000"), "http://localhost:8000");
        assert_ne!(origin("https://huggingface.co.evil.org/x"), origin(from));
    }

    #[test]
    fn only_a_sha256_is_taken_for_one() {
        let digits = "0123456789ABCDEF".repeat(4);
        assert_eq!(sha256(&format!("\"{digits}\"")), Some(digits.to_lowercase()));
        assert_eq!(sha256("\"0123456789abcdef0123456789abcdef01234567\""), None);
        assert_eq!(sha256(&"g".repeat(64)), None);
    }
}

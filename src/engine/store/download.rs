//! Downloads a model's weights into the browser's storage, and goes on where an earlier download ended.

use js_sys::Uint8Array;
use sha2::{Digest, Sha256};
use web_sys::Blob;
use web_time::{Duration, Instant};

use super::StoreError;
use super::blob::{self, joined, pieces};
use super::error::host;
use super::folder::{Folder, Writer};
use super::http::Incoming;
use super::kept::{remember, remove, weights};
use super::record::Record;
use crate::engine::protocol::Progress;
use crate::gallery::hexadecimal;

/// Bytes that are read back at once.
const PIECE: usize = 4 << 20;
/// Time between two reports.
const PAUSE: Duration = Duration::from_millis(100);

/// The weights that `record` tells of, all of them and checked, and what is remembered of them from now on. Without a
/// folder they are kept in memory alone.
pub(super) async fn download(
    folder: Option<&Folder>,
    mut record: Record,
    progress: &mut impl FnMut(Progress),
) -> Result<(Blob, Record), StoreError> {
    let Some(folder) = folder else { return in_memory(record, progress).await };
    let result = into_folder(folder, &mut record, progress).await;
    let name = &record.checkpoint.name;
    match result {
        Ok(found) => {
            let file = folder.file(&weights(name)).await.ok_or(StoreError::Unreadable)?;
            if let Err(error) = check(&file, &record, &found).await {
                remove(folder, name).await;
                return Err(error);
            }
            record.sha256 = Some(found);
            remember(folder, &mut record).await?;
            Ok((file.into(), record))
        }
        Err(error) => {
            // What is there can't be completed before there is space.
            if matches!(error, StoreError::NoSpace(_)) {
                remove(folder, name).await;
                let bytes = record.total.max(record.checkpoint.size());
                return Err(StoreError::NoSpace(bytes));
            }
            Err(error)
        }
    }
}

/// Writes the file, and gives its SHA-256 in hexadecimal.
async fn into_folder(
    folder: &Folder,
    record: &mut Record,
    progress: &mut impl FnMut(Progress),
) -> Result<String, StoreError> {
    let writer = folder.writer(&weights(&record.checkpoint.name)).await?;
    let there = record.resume_at(writer.size()?);
    let mut hash = Hash::default();
    if there > 0 && there == record.total {
        hash.file(&writer, there)?;
        return Ok(hash.hexadecimal());
    }
    let mut incoming = Incoming::request(&record.address, there).await?;
    if incoming.from > 0 && !record.continues(incoming.validator.as_deref(), incoming.total) {
        incoming.cancel();
        incoming = Incoming::request(&record.address, 0).await?;
    }
    let mut done = incoming.from;
    if done > 0 {
        progress(Progress::Verify);
        hash.file(&writer, done)?;
    } else {
        writer.truncate(0)?;
        (record.validator, record.total, record.sha256) = (incoming.validator.take(), incoming.total, None);
        remember(folder, record).await?;
    }
    let total = record.total;
    let mut report = Report::new(total.max(if total == 0 { record.checkpoint.size() } else { 0 }));
    loop {
        let Ok(piece) = incoming.next().await else { return Err(StoreError::Cut { done, total }) };
        let Some(piece) = piece else { break };
        if let Err(error) = writer.write(&piece, done) {
            incoming.cancel();
            return Err(error);
        }
        hash.update(&piece);
        done += u64::from(piece.length());
        report.tell(done, progress);
    }
    if done < total {
        return Err(StoreError::Cut { done, total });
    }
    record.total = done;
    writer.truncate(done)?;
    writer.flush()?;
    Ok(hash.hexadecimal())
}

async fn in_memory(mut record: Record, progress: &mut impl FnMut(Progress)) -> Result<(Blob, Record), StoreError> {
    let incoming = Incoming::request(&record.address, 0).await?;
    let (mut done, mut all, mut hash) = (0, Vec::new(), Hash::default());
    let size = record.checkpoint.size();
    let mut report = Report::new(if incoming.total > 0 { incoming.total } else { size });
    loop {
        let Ok(piece) = incoming.next().await else { return Err(StoreError::Lost(done)) };
        let Some(piece) = piece else { break };
        hash.update(&piece);
        done += u64::from(piece.length());
        all.push(piece);
        report.tell(done, progress);
    }
    if done < incoming.total {
        return Err(StoreError::Lost(done));
    }
    let (blob, found) = (joined(&all)?, hash.hexadecimal());
    check(&blob, &record, &found).await?;
    (record.sha256, record.total) = (Some(found), done);
    Ok((blob, record))
}

/// Whether a whole file is what was published and, as far as its start tells, a safetensors file.
async fn check(file: &Blob, record: &Record, found: &str) -> Result<(), StoreError> {
    if let Some(expected) = record.checkpoint.sha256.as_ref().filter(|expected| !expected.eq_ignore_ascii_case(found)) {
        return Err(StoreError::Checksum { found: found.into(), expected: expected.clone() });
    }
    let start = file.slice_with_f64_and_f64(0.0, 9.0).map_err(|_| StoreError::Unreadable)?;
    let start = blob::read(&start).await?;
    let plausible = start.first_chunk().is_some_and(|length| u64::from_le_bytes(*length) + 8 <= file.size() as u64);
    if plausible && start.get(8) == Some(&b'{') { Ok(()) } else { Err(StoreError::NoWeights(host(&record.address))) }
}

/// Copies a person's file, whose SHA-256 is known, into the folder; gives the copy.
pub(super) async fn copy(
    folder: &Folder,
    blob: &Blob,
    record: &mut Record,
    progress: &mut impl FnMut(Progress),
) -> Result<Blob, StoreError> {
    let name = record.checkpoint.name.clone();
    let written = async {
        let writer = folder.writer(&weights(&name)).await?;
        writer.truncate(0)?;
        let (mut at, mut failed, mut report) = (0, Ok(()), Report::new(blob.size() as u64));
        pieces(blob, |piece| {
            if failed.is_ok() {
                failed = writer.write(&piece, at);
                at += u64::from(piece.length());
                report.tell(at, progress);
            }
        })
        .await?;
        failed?;
        writer.flush()?;
        drop(writer);
        remember(folder, record).await?;
        folder.file(&weights(&name)).await.ok_or(StoreError::Unreadable)
    };
    match written.await {
        Ok(file) => Ok(file.into()),
        Err(error) => {
            remove(folder, &name).await;
            Err(error)
        }
    }
}

/// SHA-256 of a blob, in hexadecimal.
pub(super) async fn sha256(blob: &Blob) -> Result<String, StoreError> {
    let mut hash = Hash::default();
    pieces(blob, |piece| hash.update(&piece)).await?;
    Ok(hash.hexadecimal())
}

/// SHA-256 piece by piece.
#[derive(Default)]
struct Hash {
    hash: Sha256,
    buffer: Vec<u8>,
}

impl Hash {
    fn update(&mut self, piece: &Uint8Array) {
        self.buffer.resize(piece.length() as usize, 0);
        piece.copy_to(&mut self.buffer);
        self.hash.update(&self.buffer);
    }

    /// The first `bytes` of a file.
    fn file(&mut self, writer: &Writer, bytes: u64) -> Result<(), StoreError> {
        self.buffer.resize(PIECE, 0);
        let mut at = 0;
        while at < bytes {
            let wanted = (bytes - at).min(PIECE as u64) as usize;
            let read = writer.read(&mut self.buffer[..wanted], at)?;
            if read == 0 {
                return Err(StoreError::Unreadable);
            }
            self.hash.update(&self.buffer[..read]);
            at += read as u64;
        }
        Ok(())
    }

    fn hexadecimal(self) -> String {
        hexadecimal(&self.hash.finalize())
    }
}

/// Reports of a download, a few a second.
struct Report {
    total: u64,
    last: Option<Instant>,
}

impl Report {
    fn new(total: u64) -> Self {
        Self { total, last: None }
    }

    fn tell(&mut self, done: u64, progress: &mut impl FnMut(Progress)) {
        if done >= self.total || self.last.is_none_or(|last| last.elapsed() >= PAUSE) {
            self.last = Some(Instant::now());
            progress(Progress::Download { done, total: self.total.max(done) });
        }
    }
}

//! A growing file whose beginning can be taken away while the rest is written: a zip of many pictures is never in memory as a
//! whole.

use std::cell::RefCell;
use std::io::{Error, ErrorKind, Result, Seek, SeekFrom, Write};
use std::rc::Rc;

/// What is written and not yet taken away. Clones write to the same file.
#[derive(Clone, Default)]
pub struct Pieces(Rc<RefCell<Buffer>>);

#[derive(Default)]
struct Buffer {
    /// Bytes that were taken away.
    taken: u64,
    bytes: Vec<u8>,
    /// Where the next byte goes, from the start of the file.
    at: u64,
}

impl Pieces {
    /// The length of the file so far.
    pub fn end(&self) -> u64 {
        let buffer = self.0.borrow();
        buffer.taken + buffer.bytes.len() as u64
    }

    /// Takes away what lies before `until`, which will not be written again.
    pub fn take(&self, until: u64) -> Vec<u8> {
        let mut buffer = self.0.borrow_mut();
        let count = until.saturating_sub(buffer.taken).min(buffer.bytes.len() as u64);
        buffer.taken += count;
        let rest = buffer.bytes.split_off(count as usize);
        std::mem::replace(&mut buffer.bytes, rest)
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let mut buffer = self.0.borrow_mut();
        let gone = || Error::new(ErrorKind::Unsupported, "the beginning was taken away");
        let start = buffer.at.checked_sub(buffer.taken).ok_or_else(gone)? as usize;
        let end = start + bytes.len();
        if buffer.bytes.len() < end {
            buffer.bytes.resize(end, 0);
        }
        buffer.bytes[start..end].copy_from_slice(bytes);
        buffer.at += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Seek for Pieces {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let end = self.end();
        let mut buffer = self.0.borrow_mut();
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(offset) => end.checked_add_signed(offset),
            SeekFrom::Current(offset) => buffer.at.checked_add_signed(offset),
        };
        let outside = || Error::new(ErrorKind::InvalidInput, "a place outside the file");
        buffer.at = place.filter(|place| *place <= end).ok_or_else(outside)?;
        Ok(buffer.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_and_what_is_left_are_the_file() {
        let mut pieces = Pieces::default();
        let writer = &mut pieces.clone();
        writer.write_all(b"header-data").unwrap();
        assert_eq!(pieces.take(3), b"hea");
        writer.seek(SeekFrom::Start(3)).unwrap();
        writer.write_all(b"DER").unwrap();
        writer.seek(SeekFrom::End(0)).unwrap();
        writer.write_all(b"!").unwrap();
        assert_eq!((pieces.end(), pieces.take(u64::MAX)), (12, b"DER-data!".to_vec()));
        pieces.seek(SeekFrom::Start(0)).unwrap();
        assert!(pieces.write(b"x").is_err(), "that is gone");
        assert!(pieces.seek(SeekFrom::Start(13)).is_err());
    }
}

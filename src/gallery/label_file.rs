//! Reads labels from a table of text: name, label and, if it is there, SHA-256. Columns are separated by commas,
//! semicolons or tabs; a first line may name them, in any order.

use csv::{ReaderBuilder, StringRecord};

use super::{Hash, parse_hash};

/// A line of a table of labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRow {
    /// Its line in the file, counted from 1.
    pub line: u64,
    /// The image's name, with or without folders; empty where only its content is named.
    pub name: String,
    /// The label; none clears it.
    pub label: Option<String>,
    /// SHA-256 of the image's file.
    pub hash: Option<Hash>,
}

/// A table of labels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelFile {
    /// What could be read.
    pub rows: Vec<LabelRow>,
    /// Lines that could not, each with its reason as a sentence.
    pub skipped: Vec<(u64, String)>,
}

/// A file is no table of labels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelFileError {
    /// It is in UTF-16.
    #[error("It is in UTF-16. Save it as UTF-8, in Excel as \"CSV UTF-8\".")]
    Utf16,
    /// Its bytes are no text in UTF-8.
    #[error("Line {0} is not text in UTF-8. Save the file as UTF-8, in Excel as \"CSV UTF-8\".")]
    NotUtf8(usize),
    /// There is no line in it.
    #[error("It is empty. Give each image a line with its name and its label.")]
    Empty,
    /// No line has a second column.
    #[error(
        "It has one column only. Give each image a line with its name and its label, separated by a comma, a semicolon or a tab."
    )]
    OneColumn,
    /// A quotation mark swallows the rest of the file.
    #[error("A quotation mark in line {0} is never closed, so that the rest of the file can't be told apart.")]
    OpenQuote(u64),
    /// No line names an image and a label.
    #[error("No line names an image and its label. {0}")]
    NoRow(String),
}

/// Separators, the first of equals preferred.
const SEPARATORS: [u8; 3] = *b",;\t";
/// Records that separators are judged by.
const JUDGED: usize = 100;

impl LabelFile {
    /// Reads a file's bytes.
    ///
    /// # Errors
    ///
    /// A [`LabelFileError`] if nothing in it can be used.
    pub fn parse(bytes: &[u8]) -> Result<Self, LabelFileError> {
        let text = decode(bytes)?;
        let separator = SEPARATORS.into_iter().rev().max_by_key(|separator| fitness(text, *separator));
        let records = records(text, separator.unwrap_or(b','), usize::MAX);
        let Some((_, first)) = records.first() else { return Err(LabelFileError::Empty) };
        let (columns, headers) = match Columns::named(first) {
            Some(columns) => (columns, 1),
            None => (Columns::usual(), 0),
        };
        if records.iter().all(|(_, record)| record.len() < 2) {
            return Err(LabelFileError::OneColumn);
        }
        if let Some((line, last)) = records.last()
            && last.iter().any(|field| field.contains('\n'))
            && text.matches('"').count() % 2 == 1
        {
            return Err(LabelFileError::OpenQuote(*line));
        }
        let mut file = Self::default();
        for (line, record) in &records[headers..] {
            match columns.row(*line, record) {
                Ok(row) => file.rows.push(row),
                Err(reason) => file.skipped.push((*line, reason.to_owned())),
            }
        }
        match file.skipped.first() {
            _ if !file.rows.is_empty() => Ok(file),
            Some((line, reason)) => Err(LabelFileError::NoRow(format!("Line {line}: {reason}"))),
            None => Err(LabelFileError::NoRow("Only the columns' names are there.".into())),
        }
    }
}

/// The text, without the mark that some programs put before it.
fn decode(bytes: &[u8]) -> Result<&str, LabelFileError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(LabelFileError::Utf16);
    }
    let line = |end: usize| 1 + bytes[..end].iter().filter(|byte| **byte == b'\n').count();
    // No text has a zero in it: it is UTF-16 without a mark, or no text at all.
    if let Some(zero) = bytes.iter().position(|byte| *byte == 0) {
        return Err(LabelFileError::NotUtf8(line(zero)));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| LabelFileError::NotUtf8(line(error.valid_up_to())))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Up to `most` records with their lines; empty lines count as none.
fn records(text: &str, separator: u8, most: usize) -> Vec<(u64, StringRecord)> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    // The reader's own number is that of the empty lines before a record.
    let line = |record: &StringRecord| {
        let (line, start) = record.position().map_or((1, 0), |place| (place.line(), place.byte() as usize));
        let before = text.bytes().skip(start).take_while(|byte| matches!(byte, b'\r' | b'\n'));
        line + before.filter(|byte| *byte == b'\n').count() as u64
    };
    // The text is UTF-8 and in memory, and records may have any length: there is nothing left that could fail.
    let records = reader.records().filter_map(Result::ok);
    let is_blank = |record: &StringRecord| record.iter().all(|field| field.trim().is_empty());
    records.filter(|record| !is_blank(record)).map(|record| (line(&record), record)).take(most).collect()
}

/// How well a separator fits: records with as many columns as the first one has, two at least, and of these, how many begin
/// with what looks like a file's name.
fn fitness(text: &str, separator: u8) -> (usize, usize) {
    let records = records(text, separator, JUDGED);
    let width = records.first().map_or(0, |(_, first)| first.len());
    let fits = records.iter().filter(|(_, record)| width >= 2 && record.len() == width);
    let named = fits.clone().filter(|(_, record)| record.get(0).is_some_and(looks_like_a_file));
    (fits.count(), named.count())
}

fn looks_like_a_file(field: &str) -> bool {
    field.trim().rsplit_once('.').is_some_and(|(name, ending)| {
        !name.is_empty() && (2..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

/// Which columns hold what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Columns {
    name: Option<usize>,
    label: usize,
    hash: Option<usize>,
    /// Whether the first line said so.
    named: bool,
}

impl Columns {
    /// Without names of columns.
    const fn usual() -> Self {
        Self { name: Some(0), label: 1, hash: Some(2), named: false }
    }

    /// As the first record names them; none if it doesn't.
    fn named(first: &StringRecord) -> Option<Self> {
        let place =
            |names: &[&str]| first.iter().position(|field| names.contains(&field.trim().to_lowercase().as_str()));
        let name = place(&["name", "file", "filename", "file name", "file_name", "path", "image", "image_name"]);
        let label = place(&["label", "labels", "class", "class_name", "category", "target"])?;
        let hash = place(&["sha256", "sha-256", "sha256sum", "hash"]);
        (name.is_some() || hash.is_some()).then_some(Self { name, label, hash, named: true })
    }

    /// A record's row, or why it is none, as a sentence.
    fn row(&self, line: u64, record: &StringRecord) -> Result<LabelRow, &'static str> {
        let field = |place: Option<usize>| place.and_then(|place| record.get(place)).map(str::trim);
        let name = field(self.name).unwrap_or_default().to_owned();
        let label = field(Some(self.label)).ok_or("It has no label.")?;
        let hash = match field(self.hash).filter(|field| !field.is_empty()) {
            None => None,
            Some(field) => match (parse_hash(field), self.named) {
                (None, true) => return Err("Its SHA-256 is not 64 hexadecimal digits."),
                // A third column without a name may hold anything.
                (hash, _) => hash,
            },
        };
        if name.is_empty() && hash.is_none() {
            return Err("It names no image.");
        }
        let label: String = label.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Ok(LabelRow { line, name, label: Some(label).filter(|label| !label.is_empty()), hash })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Vec<(String, String)> {
        let file = LabelFile::parse(text.as_bytes()).unwrap();
        assert_eq!(file.skipped, [], "{text:?}");
        file.rows.into_iter().map(|row| (row.name, row.label.unwrap_or_default())).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(name, label)| ((*name).into(), (*label).into())).collect()
    }

    #[test]
    fn separators_line_ends_quotes_and_marks_are_as_programs_write_them() {
        let expected = pairs(&[("a.png", "cup"), ("b.png", ""), ("c, d.png", "big \"mug\"")]);
        for text in [
            "a.png,cup\nb.png,\n\"c, d.png\",\"big \"\"mug\"\"\"\n",
            "\u{feff}name,label\r\na.png,cup\r\n\r\nb.png,\r\n\"c, d.png\",\"big \"\"mug\"\"\"",
            "name;label\r\na.png;cup\r\nb.png;\r\nc, d.png;\"big \"\"mug\"\"\"\r\n",
            "a.png\tcup\nb.png\t\nc, d.png\t\"big \"\"mug\"\"\"\n",
            "Label , File\ncup, a.png\n,b.png\n\"big \"\"mug\"\"\",\"c, d.png\"\n",
        ] {
            assert_eq!(parse(text), expected, "{text:?}");
        }
        assert_eq!(parse("a;b.png,cup\n"), pairs(&[("a;b.png", "cup")]));
        assert_eq!(parse("a,b.png;cup\n"), pairs(&[("a,b.png", "cup")]));
        assert_eq!(parse("a.png,\"line\nbreak\"\n"), pairs(&[("a.png", "line break")]));
        assert_eq!(parse("Ä/ö.png,Tasse\n"), pairs(&[("Ä/ö.png", "Tasse")]));
    }

    #[test]
    fn contents_are_read_from_their_column() {
        let digits = "00ff".repeat(16);
        let row = |text: &str| LabelFile::parse(text.as_bytes()).unwrap().rows.remove(0);
        let expected = LabelRow {
            line: 2,
            name: "a.png".into(),
            label: Some("cup".into()),
            hash: Some(std::array::from_fn(|place| [0, 255][place % 2])),
        };
        assert_eq!(row(&format!("name,label,sha256\na.png,cup,{digits}\n")), expected);
        assert_eq!(row(&format!("a.png,cup,{}\n", digits.to_uppercase())), LabelRow { line: 1, ..expected.clone() });
        assert_eq!(row(&format!("sha256,label\n{digits},cup\n")), LabelRow { name: String::new(), ..expected.clone() });
        assert_eq!(row("a.png,cup,a remark\n"), LabelRow { line: 1, hash: None, ..expected });
    }

    #[test]
    fn lines_that_cannot_be_used_are_told_and_the_rest_is_kept() {
        let file = LabelFile::parse(b"\nname,label,sha256\r\na.png\r\n\r\n,cup\nb.png,cup,12\nc.png,cup\n").unwrap();
        assert_eq!((file.rows.len(), file.rows[0].name.as_str(), file.rows[0].line), (1, "c.png", 7));
        let skipped: Vec<_> = file.skipped.iter().map(|(line, reason)| (*line, reason.as_str())).collect();
        let reasons = ["It has no label.", "It names no image.", "Its SHA-256 is not 64 hexadecimal digits."];
        assert_eq!(skipped, [(3, reasons[0]), (5, reasons[1]), (6, reasons[2])]);
    }

    #[test]
    fn what_is_no_table_says_why() {
        use LabelFileError::{Empty, NoRow, NotUtf8, OneColumn, OpenQuote, Utf16};
        for (bytes, expected) in [
            (&b""[..], Empty),
            (b"\n \n", Empty),
            (b"\xff\xfea\0", Utf16),
            (b"a.png,cup\nb.png,T\xe4sschen\n", NotUtf8(2)),
            (b"a\0.\0p\0n\0g\0,\0b\0", NotUtf8(1)),
            (b"a.png\nb.png\n", OneColumn),
            (b"a.png,cup\nb.png,\"mug\nc.png,cup\n", OpenQuote(2)),
            (b"name,label\n", NoRow("Only the columns' names are there.".into())),
            (b"name,label\n,cup\n", NoRow("Line 2: It names no image.".into())),
        ] {
            assert_eq!(LabelFile::parse(bytes), Err(expected), "{bytes:?}");
        }
    }

    #[test]
    fn damage_never_panics() {
        let whole = "\u{feff}name;label;sha256\r\n\"a\"\"\u{e4}.png\";cup;00ff\r\nb.png;\"mug\"\r\n";
        for end in 0..whole.len() {
            for byte in [b'"', b';', b'\r', b'\n', 0x80, 0xff] {
                let mut bytes = whole.as_bytes().to_vec();
                bytes[end] = byte;
                let read = LabelFile::parse(&bytes).map(|file| file.rows.len() + file.skipped.len());
                assert!(read.is_err() || read.is_ok_and(|lines| lines <= 4));
                let _ = LabelFile::parse(&bytes[..end]);
            }
        }
    }
}

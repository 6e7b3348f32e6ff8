//! What came of a table of labels, in a sentence and line by line. Decisions only: no browser is needed.

use super::label_file::{LabelFile, LabelRow};
use super::label_match::{Found, Miss};

/// What came of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelReport {
    /// The file's name.
    pub file: String,
    /// Images that have their labels from it.
    pub labelled: usize,
    /// Rows whose images are not there yet.
    pub waiting: usize,
    /// Rows whose name fits several images equally well.
    pub ambiguous: usize,
    /// Rows that give an image another label than other rows do.
    pub contradicted: usize,
    /// Lines that could not be read.
    pub unread: usize,
    /// The first of the rows that labelled nothing, each with its reason.
    pub missed: Vec<String>,
}

/// Lines in a report's list: nobody reads more, and each is an element.
const LISTED: usize = 200;

impl LabelReport {
    /// What came of `file`, row by row.
    pub fn new(name: &str, file: &LabelFile, found: &[Found]) -> Self {
        let count = |which: fn(&Miss) -> bool| {
            found.iter().filter(|found| matches!(found, Found::Missed(miss) if which(miss))).count()
        };
        let labelled = found.iter().map(|found| if let Found::Images(ids) = found { ids.len() } else { 0 }).sum();
        let unread = file.skipped.iter().map(|(line, reason)| format!("Line {line}: {reason}"));
        let mut missed: Vec<String> = unread.take(LISTED).collect();
        let rows = file.rows.iter().zip(found);
        let reasons = rows
            .filter_map(|(row, found)| if let Found::Missed(miss) = found { Some(reason(row, *miss)) } else { None });
        missed.extend(reasons.take(LISTED - missed.len()));
        Self {
            file: name.to_owned(),
            labelled,
            waiting: count(|miss| matches!(miss, Miss::Absent | Miss::OtherContent)),
            ambiguous: count(|miss| matches!(miss, Miss::Ambiguous(_))),
            contradicted: count(|miss| matches!(miss, Miss::Contradicted)),
            unread: file.skipped.len(),
            missed,
        }
    }

    /// In one sentence. `waits`: whether images that are not there may come yet.
    pub fn sentence(&self, waits: bool) -> String {
        let many = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            n => Some(format!("{n} {many}")),
        };
        let labelled = match self.labelled {
            0 => format!("labels no image{}", if waits { " yet" } else { "" }),
            1 => "labels 1 image".to_owned(),
            n => format!("labels {n} images"),
        };
        let waiting = match (self.waiting, waits) {
            (0, _) => String::new(),
            (1, true) => " and waits for 1 image".to_owned(),
            (n, true) => format!(" and waits for {n} images"),
            (1, false) => " and names 1 image that is not there".to_owned(),
            (n, false) => format!(" and names {n} images that are not there"),
        };
        let rest = [
            many(self.ambiguous, "name fits several images", "names fit several images each"),
            many(self.contradicted, "line contradicts another", "lines contradict each other"),
            many(self.unread, "line could not be read", "lines could not be read"),
        ];
        let rest: String = rest.into_iter().flatten().map(|words| format!("; {words}")).collect();
        format!("{} {labelled}{waiting}{rest}.", self.file)
    }

    /// How many rows the list leaves out.
    pub fn unlisted(&self) -> usize {
        self.waiting + self.ambiguous + self.contradicted + self.unread - self.missed.len()
    }
}

fn reason(row: &LabelRow, miss: Miss) -> String {
    let line = row.line;
    let name = if row.name.is_empty() { "its image" } else { &row.name };
    match miss {
        Miss::Absent => format!("Line {line}: {name} is not in the gallery."),
        Miss::OtherContent => format!("Line {line}: {name} in the gallery has another content than the line says."),
        Miss::Ambiguous(images) => {
            format!("Line {line}: {name} fits {images} images. Give its folder, or its SHA-256.")
        }
        Miss::Contradicted => format!("Line {line}: another line gives {name} another label."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_an_image_are_counted_by_reason_and_listed() {
        let mut file = LabelFile::parse(b"a.png,x\nb.png,x\nc.png,x\nd.png,x\nd.png,y\n,x\n").unwrap();
        let contradicted = Found::Missed(Miss::Contradicted);
        let found = [
            Found::Images(vec![1, 2]),
            Found::Missed(Miss::OtherContent),
            Found::Missed(Miss::Ambiguous(3)),
            contradicted.clone(),
            contradicted,
        ];
        let report = LabelReport::new("l.csv", &file, &found);
        assert_eq!(
            report.sentence(true),
            "l.csv labels 2 images and waits for 1 image; 1 name fits several images; 2 lines contradict each other; 1 line could not be read."
        );
        assert!(report.sentence(false).starts_with("l.csv labels 2 images and names 1 image that is not there; "));
        assert_eq!((report.missed.len(), report.unlisted()), (5, 0));
        assert_eq!(report.missed[0], "Line 6: It names no image.");
        assert_eq!(report.missed[2], "Line 3: c.png fits 3 images. Give its folder, or its SHA-256.");

        file.rows = vec![file.rows[0].clone(); 1000];
        let report = LabelReport::new("l.csv", &file, &vec![Found::Missed(Miss::Absent); 1000]);
        assert!(report.sentence(true).starts_with("l.csv labels no image yet and waits for 1000 images;"));
        assert_eq!((report.missed.len(), report.unlisted()), (LISTED, 801));
    }
}

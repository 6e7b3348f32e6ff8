//! The pages of a long table. Decisions only: no browser is needed.

use std::ops::Range;

/// Rows of a page.
pub const ROWS: usize = 20;

/// The number of pages for so many rows; at least one.
pub fn count(rows: usize) -> usize {
    rows.div_ceil(ROWS).max(1)
}

/// The rows of a page, from 0; of the last one, if there are fewer.
pub fn rows(page: usize, rows: usize) -> Range<usize> {
    let page = page.min(count(rows) - 1);
    page * ROWS..((page + 1) * ROWS).min(rows)
}

/// What a table says of its page.
pub fn words(page: usize, all: usize) -> String {
    let shown = rows(page, all);
    if shown.is_empty() { "No images.".into() } else { format!("Images {} to {} of {all}", shown.start + 1, shown.end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_every_row_once() {
        for all in [0, 1, 19, 20, 21, 5000] {
            let covered: Vec<usize> = (0..count(all)).flat_map(|page| rows(page, all)).collect();
            assert_eq!(covered, (0..all).collect::<Vec<_>>());
        }
        assert_eq!(rows(9, 25), 20..25, "rows went away meanwhile");
        assert_eq!(
            [words(0, 0), words(1, 25), words(0, 5)],
            ["No images.", "Images 21 to 25 of 25", "Images 1 to 5 of 5"]
        );
    }
}

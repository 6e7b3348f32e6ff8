//! What a column's heading says of its agreement with the query's label. Decisions only: no browser is needed.

use crate::retrieval::Share;

/// The agreement in words, of a query with this label; empty: it has none.
pub fn verdict(label: &str, share: Option<Share>) -> String {
    let Some(share) = share.filter(|share| !label.is_empty() && share.nearest > 0) else {
        return "no labels to compare".into();
    };
    let Share { right, nearest, others } = share;
    match (others, right) {
        (0, _) => format!("no other image is labelled {label}"),
        (1, 0) if nearest > 1 => format!("the only other labelled {label} is not in the first {nearest}"),
        (1, _) if nearest > 1 => format!("the only other labelled {label} is in the first {nearest}"),
        _ if others < nearest => format!("{right} of the {others} others labelled {label}, in the first {nearest}"),
        _ => format!("{right} of {nearest} share its label ({} %)", right * 100 / nearest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_is_counted_against_what_is_possible() {
        let said = |right, nearest, others| verdict("bicycle", Some(Share { right, nearest, others }));
        assert_eq!(said(7, 10, 7), "7 of the 7 others labelled bicycle, in the first 10");
        assert_eq!(said(7, 10, 20), "7 of 10 share its label (70 %)");
        assert_eq!(said(5, 5, 5), "5 of 5 share its label (100 %)");
        assert_eq!(said(1, 10, 1), "the only other labelled bicycle is in the first 10");
        assert_eq!(said(0, 10, 1), "the only other labelled bicycle is not in the first 10");
        assert_eq!(said(0, 10, 0), "no other image is labelled bicycle");
        assert_eq!(said(0, 0, 3), "no labels to compare");
        assert_eq!(verdict("", Some(Share { right: 0, nearest: 10, others: 0 })), "no labels to compare");
        assert_eq!(verdict("bicycle", None), "no labels to compare");
    }
}

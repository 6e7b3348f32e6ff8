//! Which view is meant by a key in the list.

/// The view that a key leads to from `view`, of `count` views in rows of `columns`; none if the key leads nowhere.
pub fn follow(key: &str, view: usize, count: usize, columns: usize) -> Option<usize> {
    let goal = match key {
        "ArrowLeft" => view.checked_sub(1)?,
        "ArrowRight" => view + 1,
        "ArrowUp" => view.checked_sub(columns)?,
        "ArrowDown" => view + columns,
        "Home" => 0,
        "End" => count.checked_sub(1)?,
        _ => return None,
    };
    (goal < count).then_some(goal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_from_view_to_view() {
        let from = |view: usize| move |key: &str| follow(key, view, 12, 5);
        assert_eq!(
            ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].map(from(6)),
            [Some(5), Some(7), Some(1), Some(11)]
        );
        assert_eq!(
            ["ArrowLeft", "ArrowUp", "ArrowDown", "End", "Enter"].map(from(0)),
            [None, None, Some(5), Some(11), None]
        );
        assert_eq!(["ArrowRight", "ArrowDown", "Home"].map(from(11)), [None, None, Some(0)]);
    }
}

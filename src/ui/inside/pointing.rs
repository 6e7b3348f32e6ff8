//! Which view is meant: by a point of the picture, or by a key in the list.

use crate::fungi::Region;

/// The view at a point of the picture, in shares of its width and height: the smallest that holds it, and of equal ones
/// that whose middle is nearest.
pub fn view_at(regions: &[Region], (x, y): (f32, f32)) -> Option<usize> {
    let holds = |region: &Region| {
        (region.left..=region.left + region.width).contains(&x)
            && (region.top..=region.top + region.height).contains(&y)
    };
    let far = |region: &Region| {
        let (across, down) = (region.left + region.width / 2.0 - x, region.top + region.height / 2.0 - y);
        across * across + down * down
    };
    // Sizes that differ by rounding alone are equal.
    let size = |region: &Region| (region.width * region.height * 1e4).round();
    let holding = regions.iter().enumerate().filter(|(_, region)| holds(region));
    let nearest = holding.min_by(|(_, a), (_, b)| size(a).total_cmp(&size(b)).then(far(a).total_cmp(&far(b))));
    nearest.map(|(view, _)| view)
}

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

    fn region(left: f32, top: f32, side: f32) -> Region {
        Region { left, top, width: side, height: side }
    }

    #[test]
    fn the_smallest_view_under_the_pointer_is_meant() {
        let crops = [region(0.0, 0.0, 1.0), region(0.1, 0.1, 0.3), region(0.2, 0.2, 0.6)];
        assert_eq!(view_at(&crops, (0.25, 0.25)), Some(1));
        assert_eq!(view_at(&crops, (0.7, 0.7)), Some(2));
        assert_eq!(view_at(&crops, (0.95, 0.05)), Some(0));
        assert_eq!(view_at(&crops[1..], (0.95, 0.05)), None);
    }

    #[test]
    fn of_equal_views_the_one_around_the_pointer_is_meant() {
        let windows: Vec<Region> = (0..49).map(|i| region((i % 7) as f32 / 12.0, (i / 7) as f32 / 12.0, 0.5)).collect();
        for (i, window) in windows.iter().enumerate() {
            assert_eq!(view_at(&windows, (window.left + 0.25, window.top + 0.25)), Some(i));
        }
        assert_eq!(view_at(&windows, (0.0, 0.0)), Some(0));
        assert_eq!(view_at(&windows, (1.0, 1.0)), Some(48));
    }

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

//! Rectangles of pixels.

/// A rectangle of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Area {
    /// No pixel at all.
    pub const EMPTY: Self = Self { x: 0, y: 0, width: 0, height: 0 };

    /// All of an image of that size.
    pub const fn whole((width, height): (u32, u32)) -> Self {
        Self { x: 0, y: 0, width, height }
    }

    /// From its edges; the right and the lower edge are exclusive.
    pub fn between(left: u32, top: u32, right: u32, bottom: u32) -> Self {
        Self { x: left, y: top, width: right.saturating_sub(left), height: bottom.saturating_sub(top) }
    }

    /// The smallest rectangle around both.
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self::between(
            self.x.min(other.x),
            self.y.min(other.y),
            (self.x + self.width).max(other.x + other.width),
            (self.y + self.height).max(other.y + other.height),
        )
    }

    /// What a patch of a `grid` x `grid` grid over an image of that size covers: without gaps or overlap.
    pub fn patch(patch: usize, grid: usize, (width, height): (u32, u32)) -> Self {
        let (column, row) = ((patch % grid) as u64, (patch / grid) as u64);
        let edge = |i: u64, side: u32| (i * u64::from(side) / grid as u64) as u32;
        Self::between(edge(column, width), edge(row, height), edge(column + 1, width), edge(row + 1, height))
    }

    /// The pixel in the middle.
    pub fn middle(self) -> (u32, u32) {
        (self.x + self.width / 2, self.y + self.height / 2)
    }

    /// Wider by `margin` on every side, within an image of that size.
    pub fn grown(self, margin: u32, (width, height): (u32, u32)) -> Self {
        Self::between(
            self.x.saturating_sub(margin),
            self.y.saturating_sub(margin),
            (self.x + self.width + margin).min(width),
            (self.y + self.height + margin).min(height),
        )
    }

    /// Whether it has no pixel.
    pub fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_cover_the_image_without_overlap() {
        let size = (13, 7);
        let pixels: u32 = (0..9).map(|patch| Area::patch(patch, 3, size)).map(|area| area.width * area.height).sum();
        assert_eq!(pixels, 13 * 7);
        assert_eq!(Area::patch(8, 3, size), Area { x: 8, y: 4, width: 5, height: 3 });
    }

    #[test]
    fn a_union_holds_both_and_an_empty_area_adds_nothing() {
        let (a, b) = (Area::between(1, 2, 3, 4), Area::between(5, 0, 6, 3));
        assert_eq!(a.union(b), Area::between(1, 0, 6, 4));
        assert_eq!((a.union(Area::EMPTY), Area::EMPTY.union(b)), (a, b));
    }
}

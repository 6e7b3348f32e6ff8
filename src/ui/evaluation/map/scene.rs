//! What is drawn where: marks in the order in which they lie on each other, and pictures. Decisions only: no browser is
//! needed.

use super::camera::{Camera, Frame, Point};
use super::groups::Groups;
use super::layout::Layout;
use super::pictures;

/// An image's mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// The image, by its place on the map.
    pub image: usize,
    /// Its group.
    pub group: usize,
    /// Whether it is in the background, since another label was chosen.
    pub dim: bool,
    /// Where, in pixels of the frame.
    pub at: Point,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scene {
    /// Marks, the lowest first.
    pub marks: Vec<Drawn>,
    /// Pictures, which lie above the marks; the last is on top.
    pub pictures: Vec<Drawn>,
    /// Their side in pixels.
    pub side: f32,
}

/// What a scene is made of.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Where images lie.
    pub layout: &'a Layout,
    /// How they are marked.
    pub groups: &'a Groups,
    /// Whether an image is in the foreground, each by its place.
    pub lit: &'a [bool],
    /// Which part is shown.
    pub camera: Camera,
    /// In what.
    pub frame: Frame,
    /// Whether pictures take the place of marks when zoomed in.
    pub pictures: bool,
    /// The images that get a picture before the others.
    pub first: &'a [usize],
}

impl Scene {
    /// What is in sight; marks just outside of the frame, too, since they reach into it.
    pub fn of(view: View<'_>) -> Self {
        const REACH: f32 = 10.0;
        let View { layout, groups, lit, camera, frame, first, .. } = view;
        if frame.width <= 0.0 || frame.height <= 0.0 {
            return Self::default();
        }
        let low = camera.to_map((-REACH, frame.height + REACH), frame);
        let high = camera.to_map((frame.width + REACH, -REACH), frame);
        let drawn = |image: usize| Drawn {
            image,
            group: groups.of.get(image).copied().unwrap_or_default(),
            dim: !lit.get(image).copied().unwrap_or(true),
            at: camera.to_frame(layout.points()[image], frame),
        };
        let in_sight = |at: Point| {
            (-REACH..=frame.width + REACH).contains(&at.0) && (-REACH..=frame.height + REACH).contains(&at.1)
        };
        let mut marks: Vec<Drawn> = layout.around(low, high).map(drawn).filter(|drawn| in_sight(drawn.at)).collect();
        // Those with small marks below; otherwise in the gallery's order, so that nothing flickers while the map moves.
        let small = |group: usize| groups.all.get(group).is_some_and(|group| group.mark.small);
        marks.sort_unstable_by_key(|drawn| (!drawn.dim, !small(drawn.group), drawn.image));
        let Some(side) = pictures::side(camera.zoom, marks.len()).filter(|_| view.pictures) else {
            return Self { marks, ..Self::default() };
        };
        let before = first.iter().map(|&image| drawn(image)).filter(|drawn| in_sight(drawn.at));
        let wanted: Vec<Drawn> = before.chain(marks.iter().rev().copied()).collect();
        let chosen = pictures::choose(wanted.iter().enumerate().map(|(place, drawn)| (place, drawn.at)), side);
        let pictures: Vec<Drawn> = chosen.into_iter().rev().map(|(place, _)| wanted[place]).collect();
        let pictured: std::collections::HashSet<usize> = pictures.iter().map(|drawn| drawn.image).collect();
        marks.retain(|drawn| !pictured.contains(&drawn.image));
        Self { marks, pictures, side }
    }
}

#[cfg(test)]
mod tests {
    use super::super::groups::{Classes, MarkedBy};
    use super::*;

    const FRAME: Frame = Frame { width: 432.0, height: 232.0 };

    #[test]
    fn what_is_in_sight_is_drawn_with_the_foreground_on_top() {
        let layout = Layout::new(vec![1, 2, 3, 4], &[-1.0, -1.0, 1.0, 1.0, 0.0, 0.0, 0.05, 0.0]);
        let labels = ["a", "a", "", "b"];
        let groups = Groups::new(MarkedBy::Label, &labels, &[], &Classes::of(labels));
        let lit = [true, true, true, false];
        let view = View {
            layout: &layout,
            groups: &groups,
            lit: &lit,
            camera: Camera::default(),
            frame: FRAME,
            pictures: true,
            first: &[2],
        };
        let scene = Scene::of(view);
        let order = |scene: &Scene| scene.marks.iter().map(|drawn| drawn.image).collect::<Vec<_>>();
        assert_eq!(order(&scene), [3, 2, 0, 1], "dimmed, small, others");
        assert!(scene.pictures.is_empty(), "the whole map is marks");
        assert_eq!(scene.marks[1].at, (216.0, 116.0));

        let camera = Camera::default().zoomed(4.0, FRAME.middle(), FRAME);
        let scene = Scene::of(View { camera, ..view });
        assert_eq!(
            scene.pictures.iter().map(|drawn| drawn.image).collect::<Vec<_>>(),
            [2],
            "the first hides the other"
        );
        assert_eq!(order(&scene), [3], "the corners are out of sight");
        let scene = Scene::of(View { camera, pictures: false, ..view });
        assert_eq!((order(&scene), scene.pictures.len()), (vec![3, 2], 0));
        assert_eq!(Scene::of(View { frame: Frame::default(), ..view }), Scene::default());
    }
}

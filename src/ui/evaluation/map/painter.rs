//! Draws a map on two canvases: images below, and which are selected; above, what is under the pointer or being drawn.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use super::camera::{Frame, Point};
use super::colours::{Colours, css};
use super::drawing::{circle, cleared, draw_outline, fit, put_picture, scaled};
use super::gesture::Gesture;
use super::marks;
use super::raster::Raster;
use super::scene::{Drawn, Scene, View};
use super::sprites::Sprites;
use super::stamps::Look;
use super::state::{MapState, Side};
use super::thumbnails::Thumbnails;
use crate::gallery::Id;
use crate::ui::canvas;

/// Side of the picture beside the image under the pointer, in pixels.
const PREVIEW: f32 = 88.0;

/// Draws one map.
#[derive(Clone, Copy)]
pub struct Painter {
    state: MapState,
    side: Side,
    colours: RwSignal<Colours>,
    thumbnails: Thumbnails,
    /// The element that both canvases fill.
    pub stage: NodeRef<html::Div>,
    /// Images.
    pub base: NodeRef<html::Canvas>,
    /// What changes more often.
    pub over: NodeRef<html::Canvas>,
    /// What pointers are doing.
    pub gesture: StoredValue<Gesture>,
    sprites: StoredValue<Option<Sprites>, LocalStorage>,
    /// Kept for its memory.
    raster: StoredValue<Raster>,
    /// Whether some images are shown by their pictures.
    pictured: StoredValue<bool>,
    /// What the next frame draws: images, what lies above.
    due: StoredValue<(bool, bool)>,
}

impl Painter {
    /// Draws nothing yet.
    pub fn new(state: MapState, side: Side, colours: RwSignal<Colours>, thumbnails: Thumbnails) -> Self {
        Self {
            state,
            side,
            colours,
            thumbnails,
            stage: NodeRef::new(),
            base: NodeRef::new(),
            over: NodeRef::new(),
            gesture: StoredValue::new(Gesture::default()),
            sprites: StoredValue::new_local(None),
            raster: StoredValue::new(Raster::default()),
            pictured: StoredValue::new(false),
            due: StoredValue::new((false, false)),
        }
    }

    /// Draws again whenever something changes that can be seen.
    pub fn follow(self) {
        Effect::new(move |_| {
            let Self { state, side, .. } = self;
            side.layout.track();
            side.groups.track();
            side.lit.track();
            side.camera.track();
            state.pictures.track();
            // Its picture comes first.
            state.gallery.query.track();
            state.gallery.selected.track();
            self.colours.track();
            if self.base.get().is_some() {
                self.draw(true);
            }
        });
        Effect::new(move |_| {
            self.thumbnails.arrived.track();
            // The one beside the pointer lies above: for its sake alone, thousands of marks need not be drawn again.
            self.draw(self.pictured.get_value());
        });
        Effect::new(move |_| {
            self.state.gallery.hovered.track();
            self.draw(false);
        });
    }

    /// Draws in the next frame: all, or only what lies above the images.
    pub fn draw(self, all: bool) {
        let waiting = self.due.try_update_value(|due| {
            let waiting = due.0 || due.1;
            *due = (due.0 || all, true);
            waiting
        });
        if waiting == Some(false) {
            request_animation_frame(move || {
                let due = self.due.try_update_value(std::mem::take);
                if let Some((all, _)) = due {
                    self.paint(all);
                }
            });
        }
    }

    /// The stage's size in the page's pixels.
    pub fn frame(&self) -> Frame {
        let stage = self.stage.get_untracked();
        stage.map_or_else(Frame::default, |stage| Frame {
            width: stage.client_width() as f32,
            height: stage.client_height() as f32,
        })
    }

    /// The image under a point of the frame, or near it.
    pub fn image_at(&self, at: Point, reach: f32) -> Option<Id> {
        let (frame, camera) = (self.frame(), self.side.camera.get_untracked());
        self.side.layout.with_untracked(|layout| {
            let place = layout.nearest(camera.to_map(at, frame), reach / camera.scale(frame))?;
            layout.ids().get(place).copied()
        })
    }

    fn paint(&self, all: bool) {
        let frame = self.frame();
        if frame.width < 1.0 || frame.height < 1.0 {
            return;
        }
        let ratio = window().device_pixel_ratio() as f32;
        let layout = self.side.layout.get_untracked();
        let groups = self.side.groups.get_untracked();
        let camera = self.side.camera.get_untracked();
        let colours = self.colours.get_untracked();
        let marks: Vec<_> = groups.all.iter().map(|group| group.mark).collect();
        let look = Look { marks, radius: marks::radius(layout.ids().len(), camera.zoom), ratio, colours };
        let fresh = self.sprites.with_value(|sprites| sprites.as_ref().is_some_and(|sprites| sprites.is(&look)));
        if !fresh {
            self.sprites.set_value(Some(Sprites::new(look)));
        }
        let resized = [self.base, self.over]
            .map(|canvas| canvas.get_untracked().is_some_and(|canvas| fit(&canvas, frame, ratio)));
        if all || !fresh || resized[0] {
            let lit: Arc<[bool]> = self.side.lit.get_untracked();
            let gallery = self.state.gallery;
            let special = [gallery.hovered.get_untracked(), gallery.query.get_untracked()];
            let first: Vec<usize> = special.into_iter().flatten().filter_map(|id| layout.position(id)).collect();
            let pictures = self.state.pictures.get_untracked();
            let view = View { layout: &layout, groups: &groups, lit: &lit, camera, frame, pictures, first: &first };
            self.paint_images(&Scene::of(view), view, ratio);
        }
        self.paint_above(ratio, frame);
    }

    fn paint_images(&self, scene: &Scene, View { layout, groups, camera, frame, .. }: View<'_>, ratio: f32) {
        let Some(canvas) = self.base.get_untracked() else { return };
        let Some(context) = canvas::context(&canvas) else { return };
        let colours = self.colours.get_untracked();
        let selected = self.state.gallery.selected.read_untracked();
        self.pictured.set_value(!scene.pictures.is_empty());
        self.sprites.with_value(|sprites| {
            let Some(sprites) = sprites else { return };
            let size = (canvas.width(), canvas.height());
            self.raster.update_value(|raster| {
                raster.clear(size, colours.sheet);
                for Drawn { group, dim, at, .. } in &scene.marks {
                    if let Some(mark) = sprites.mark(*group, *dim) {
                        raster.stamp(mark, scaled(*at, ratio));
                    }
                }
                for image in selected.iter().filter_map(|&id| layout.position(id)) {
                    raster.stamp(&sprites.ring, scaled(camera.to_frame(layout.points()[image], frame), ratio));
                }
                canvas::put(&canvas, raster.bytes(), (0, 0), size);
            });
            for Drawn { image, group, dim, at } in &scene.pictures {
                let picture = layout.ids().get(*image).and_then(|&id| self.thumbnails.get(id));
                let Some(picture) = picture else {
                    sprites.put(&context, *group, *dim, scaled(*at, ratio));
                    continue;
                };
                let border =
                    groups.all.get(*group).map_or(css(colours.ink), |group| css(colours.palette[group.mark.colour]));
                context.set_global_alpha(if *dim { 0.3 } else { 1.0 });
                put_picture(&context, &picture, scaled(*at, ratio), scene.side * ratio, &border);
                context.set_global_alpha(1.0);
                // The mark stays, in a corner: the border's colour alone would not say enough.
                let corner = (at.0 - scene.side / 2.0 + 3.0, at.1 - scene.side / 2.0 + 3.0);
                sprites.put(&context, *group, *dim, scaled(corner, ratio));
                if layout.ids().get(*image).is_some_and(|id| selected.contains(id)) {
                    sprites.put_ring(&context, scaled(corner, ratio));
                }
            }
        });
        if let Some(stage) = self.stage.get_untracked() {
            // For tests, and for those who look at the page's source.
            let _ = stage.set_attribute("data-pictures", &scene.pictures.len().to_string());
            let _ = stage.set_attribute("data-marks", &scene.marks.len().to_string());
        }
    }

    fn paint_above(&self, ratio: f32, frame: Frame) {
        let Some(context) = self.over.get_untracked().and_then(|canvas| cleared(&canvas)) else { return };
        let (layout, camera) = (self.side.layout.get_untracked(), self.side.camera.get_untracked());
        let gallery = self.state.gallery;
        let colours = self.colours.get_untracked();
        let at = |id: Id| Some(camera.to_frame(layout.points()[layout.position(id)?], frame));
        let in_sight =
            |at: &Point| (-9.0..frame.width + 9.0).contains(&at.0) && (-9.0..frame.height + 9.0).contains(&at.1);
        if let Some(at) = gallery.query.get_untracked().and_then(at) {
            circle(&context, scaled(at, ratio), 10.0 * ratio, 3.0 * ratio, colours);
        }
        if let Some((id, at)) =
            gallery.hovered.get_untracked().and_then(|id| Some((id, at(id)?))).filter(|(_, at)| in_sight(at))
        {
            circle(&context, scaled(at, ratio), 8.0 * ratio, 2.0 * ratio, colours);
            if let Some(picture) = self.thumbnails.get(id) {
                put_picture(&context, &picture, scaled(beside(at, frame), ratio), PREVIEW * ratio, &css(colours.ink));
            }
        }
        self.gesture.with_value(|gesture| {
            if let Some(outline) = gesture.outline() {
                draw_outline(&context, outline, ratio, colours);
            }
        });
    }
}

/// Where the picture of an image under the pointer is: beside it, within the frame.
fn beside(at: Point, frame: Frame) -> Point {
    const AWAY: f32 = 14.0 + PREVIEW / 2.0;
    let x = if at.0 + AWAY + PREVIEW / 2.0 <= frame.width { at.0 + AWAY } else { at.0 - AWAY };
    let low = PREVIEW / 2.0 + 4.0;
    (x, at.1.clamp(low, (frame.height - low).max(low)))
}

//! What keys do on a map. Decisions only: no browser is needed.

use super::camera::{Camera, Frame, Point};

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// Shows another part of the map.
    Look(Camera),
    /// Goes to the next image in a direction, y upwards.
    Go(Point),
    /// Makes the image the query.
    Query,
    /// Adds the image to the selection, or takes it out.
    Toggle,
    /// Selects nothing.
    Clear,
}

/// Arrows move the map, with Shift from image to image; plus, minus and 0 zoom; Enter, Space and Escape act. `None` for other
/// keys, and for the browser's own, with Ctrl.
pub fn action(key: &str, shift: bool, command: bool, camera: Camera, frame: Frame) -> Option<Action> {
    const FACTOR: f32 = 1.5;
    if command {
        return None;
    }
    let direction = match key {
        "ArrowLeft" => Some((-1.0, 0.0)),
        "ArrowRight" => Some((1.0, 0.0)),
        "ArrowUp" => Some((0.0, 1.0)),
        "ArrowDown" => Some((0.0, -1.0)),
        _ => None,
    };
    match (key, direction) {
        (_, Some(direction)) if shift => Some(Action::Go(direction)),
        (_, Some((x, y))) => {
            // What lies to the right comes in, so the map goes left.
            let step = frame.width.min(frame.height) / 6.0;
            Some(Action::Look(camera.moved((-x * step, y * step), frame)))
        }
        ("+" | "=", _) => Some(Action::Look(camera.zoomed(FACTOR, frame.middle(), frame))),
        ("-" | "_", _) => Some(Action::Look(camera.zoomed(1.0 / FACTOR, frame.middle(), frame))),
        ("0", _) => Some(Action::Look(Camera::default())),
        ("Enter", _) => Some(Action::Query),
        (" ", _) => Some(Action::Toggle),
        ("Escape", _) => Some(Action::Clear),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { width: 400.0, height: 300.0 };

    #[test]
    fn keys_zoom_and_move() {
        let camera = Camera::default().zoomed(4.0, FRAME.middle(), FRAME);
        let look = |key| match action(key, false, false, camera, FRAME) {
            Some(Action::Look(camera)) => camera,
            other => panic!("{key}: {other:?}"),
        };
        assert!((look("+").zoom, look("-").zoom) == (6.0, 4.0 / 1.5) && look("0") == Camera::default());
        assert!(look("ArrowRight").centre.0 > 0.0 && look("ArrowUp").centre.1 > 0.0);
        assert!(look("ArrowLeft").centre.0 < 0.0 && look("ArrowDown").centre.1 < 0.0);
    }

    #[test]
    fn keys_act_on_images_and_leave_the_browsers_own_alone() {
        let press = |key, shift, command| action(key, shift, command, Camera::default(), FRAME);
        assert_eq!(press("ArrowUp", true, false), Some(Action::Go((0.0, 1.0))));
        assert_eq!(press("Enter", false, false), Some(Action::Query));
        assert_eq!(press(" ", false, false), Some(Action::Toggle));
        assert_eq!(press("Escape", false, false), Some(Action::Clear));
        assert_eq!([press("0", false, true), press("Tab", false, false), press("a", false, false)], [None; 3]);
    }
}

//! Painting, without a browser: labels of a photo's pixels brushes, classes and their colours, and the history of all edits.

mod area;
mod brush;
mod change;
mod class;
mod class_names;
mod edit;
mod label_change;
mod label_layer;
mod loaded_masks;
mod map_view;
mod palette;
mod patches;
mod raster;
mod ready_made;
mod stroke;
mod zoom;

pub use area::Area;
pub use brush::Brush;
pub use change::{Change, Way};
pub use class::{Class, class_changes, class_name, first_classes, palette, parse_hex, restore_classes};
pub use class_names::parse_class_names;
pub use edit::{Edit, Timeline};
pub use label_change::LabelChange;
pub use label_layer::LabelLayer;
pub use loaded_masks::{LoadError, LoadedMasks, ReadMask};
pub use map_view::MapView;
pub use palette::Palette;
pub use patches::{frame, move_cursor, patch_at};
pub use raster::{LabelStyle, label_pixels, outline_reach, similarity_pixels};
pub use ready_made::ready_made;
pub use stroke::Stroke;
pub use zoom::Zoom;

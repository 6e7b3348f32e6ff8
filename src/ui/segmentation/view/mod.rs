//! The components of the tab.

mod chosen;
mod classes;
mod column;
mod download;
mod editor;
mod export;
mod feature_view;
mod keyboard;
mod legend;
mod maps;
mod mask_input;
mod options;
mod painter;
mod pointer;
mod settings_file;
mod single;
mod start;
mod status;
mod swatch;
mod tab;
mod tools;

pub use tab::Segmentation;

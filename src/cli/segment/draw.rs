//! The files that a map becomes.

use std::path::Path;

use super::report::Drawn;
use crate::cli::CliError;
use crate::cli::target::write;
use crate::engine::segment::{Map, SegmentError};
use crate::image::{Rgb, encode_png};
use crate::segmentation::{Mask, png};

/// Opacity of a map's colours over its photo.
const OPACITY: f32 = 0.6;

/// Writes a map, whose labels are `mask`, as an indexed PNG and as an overlay, `NAME.png` and `NAME.overlay.png`, class `i`
/// in the colour `palette[i]`.
pub(super) fn draw(
    folder: &Path,
    name: &str,
    picture: &Rgb,
    map: Map,
    mask: &Mask,
    palette: &[[u8; 3]],
) -> Result<Drawn, CliError> {
    let [index, overlay] = ["png", "overlay.png"].map(|ending| folder.join(format!("{name}.{ending}")));
    let bytes = png::write(mask, palette).map_err(SegmentError::from)?;
    write(&index, &bytes)?;
    let over = encode_png(&png::overlay(picture, mask, palette, OPACITY));
    write(&overlay, &over)?;
    Ok(Drawn { map: index, overlay, shares: map.shares.into_iter().collect(), miou: map.score.map(|score| score.mean) })
}

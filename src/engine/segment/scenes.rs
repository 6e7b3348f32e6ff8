//! The drawn scenes as files.

use super::SceneFile;
use crate::{
    drawings::{SCENE_CLASSES, SampleScene, sample_scenes},
    image::encode_png,
    segmentation::Mask,
};

/// Names of the masks' classes, and the drawn scenes, in pairs: the first to paint on, the second to map.
pub fn scenes(seed: u64) -> (Vec<String>, Vec<SceneFile>) {
    let file = |SampleScene { name, rgb, mask }: SampleScene| SceneFile {
        name,
        bytes: encode_png(&rgb),
        mask: Mask { width: rgb.width as u32, height: rgb.height as u32, labels: mask },
    };
    let scenes = sample_scenes(seed).into_iter().flatten().map(file).collect();
    (SCENE_CLASSES.map(String::from).to_vec(), scenes)
}

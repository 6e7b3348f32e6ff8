//! Records of the gallery that a browser keeps.

use mycoscope::ui::kept::record::{
    FeatureRecord, GalleryRecord, ImageRecord, OriginRecord, PhotoRecord, TabRecord, decode, encode,
};
use serde::{Serialize, de::DeserializeOwned};

/// Reads a record of each kind.
pub fn run(bytes: &[u8]) -> bool {
    let photo: Option<PhotoRecord> = read(bytes);
    let masks = photo.iter().flat_map(|photo| [Some(&photo.labels), photo.truth.as_ref()]).flatten();
    masks.filter_map(|runs| runs.mask()).filter(|mask| !mask.labels.is_empty()).for_each(|mask| {
        mask.check().expect("a label for each pixel");
    });
    let tab: Option<TabRecord> = read(bytes);
    if let Some(tab) = &tab {
        assert_eq!(tab.masks.renumbered(Some), tab.masks, "the same masks under the same numbers");
    }
    let others = [
        read::<ImageRecord>(bytes).is_some(),
        read::<FeatureRecord>(bytes).is_some(),
        read::<OriginRecord>(bytes).is_some(),
        read::<GalleryRecord>(bytes).is_some(),
    ];
    photo.is_some() || tab.is_some() || others.contains(&true)
}

/// What can be read can be written, to bytes that say the same.
fn read<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let record: T = decode(bytes).ok()?;
    let written = encode(&record);
    let again: T = decode(&written).expect("what was written can be read");
    // As bytes, since a NaN does not equal itself.
    assert_eq!(encode(&again), written, "the same record again");
    Some(record)
}

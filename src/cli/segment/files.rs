//! Which files are photos, where their masks are, and what those say.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::cli::CliError;
use crate::cli::folder::{self, Found};
use crate::image::decode_mask;
use crate::segmentation::{MaskPalette, MaskSet, RawMask, beside};

/// The photos of a folder: every file but masks.
pub(super) fn photos(folder: &Path) -> Result<Vec<Found>, CliError> {
    let photos: Vec<Found> = folder::find(folder)?.into_iter().filter(|file| !beside::is_mask(&file.name)).collect();
    if photos.is_empty() { Err(CliError::Empty(folder.to_owned())) } else { Ok(photos) }
}

/// Where a photo's mask is: `NAME.png` in `folder`, if one is given, or else one of [`beside::mask_paths`].
pub(super) fn mask_of(photo: &Found, folder: Option<&Path>) -> Option<PathBuf> {
    let places = match folder {
        Some(folder) => vec![folder.join(format!("{}.png", photo.path.file_stem()?.to_string_lossy()))],
        None => beside::mask_paths(&slashed(&photo.path)).into_iter().map(PathBuf::from).collect(),
    };
    places.into_iter().find(|path| path.is_file())
}

/// What a mask file says.
pub(super) fn read_mask(path: &Path) -> Result<RawMask, String> {
    let named = |reason: String| format!("Its mask {} cannot be used: {reason}", path.display());
    let bytes = folder::read_bytes(path).map_err(named)?;
    decode_mask(&bytes).map(RawMask::from).map_err(|error| named(error.to_string()))
}

/// The classes of the masks of all these photos, which are read for it one after the other. A mask that cannot be read is
/// passed over: it is reported with its photo.
pub(super) fn palette<'a>(
    photos: impl Iterator<Item = &'a Found>,
    folder: Option<&Path>,
) -> Result<MaskPalette, CliError> {
    let mut paths: Vec<PathBuf> = photos.filter_map(|photo| mask_of(photo, folder)).collect();
    // A photo may be support and query.
    paths.sort();
    paths.dedup();
    let mut set = MaskSet::default();
    for mask in paths.iter().filter_map(|path| read_mask(path).ok()) {
        set.merge(&MaskSet::of(&mask));
    }
    MaskPalette::of(&set).map_err(|error| CliError::Options(error.to_string()))
}

/// Why a photo cannot be told by its name, if so.
pub(super) fn check_name(photo: &Found) -> Result<(), String> {
    match photo.path.to_str() {
        Some(_) => Ok(()),
        None => {
            Err("Its path is not valid Unicode (UTF-8), so that no mask can be found by it and no map named after it. \
                     Rename it."
                .into())
        }
    }
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// What a photo's maps are called: its name without the ending, unless that is taken.
pub(super) fn file_name(name: &str, taken: &mut HashSet<String>) -> String {
    let flat = name.replace('/', "-");
    let stem = flat.rsplit_once('.').map_or(flat.as_str(), |(stem, _)| stem).to_owned();
    if taken.insert(stem.clone()) {
        return stem;
    }
    taken.insert(flat.clone());
    flat
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_found_and_are_no_photos() {
        let folder = std::env::temp_dir().join(format!("mycoscope-segment-{}", std::process::id()));
        for path in ["a.jpg", "a.mask.png", "b.png", "masks/b.png", "deep/c.webp", "masks/c.png"] {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"").unwrap();
        }
        let found = photos(&folder).unwrap();
        let mask = |photo: &Found| mask_of(photo, None).map(|path| path.strip_prefix(&folder).unwrap().to_owned());
        let pairs: Vec<_> = found.iter().map(|photo| (photo.name.as_str(), mask(photo))).collect();
        let some = |path: &str| Some(PathBuf::from(path));
        let expected =
            [("a.jpg", some("a.mask.png")), ("b.png", some("masks/b.png")), ("deep/c.webp", some("masks/c.png"))];
        assert_eq!(pairs, expected);
        // If a folder of masks is given, no other place is looked at.
        assert_eq!(mask_of(&found[0], Some(&folder.join("masks"))), None);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_gets_a_sentence() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"photos/caf\xE9.png")).to_owned();
        let named = |path| check_name(&Found { path, name: String::new(), label: None, refused: None });
        assert!(named(path).unwrap_err().contains("UTF-8"));
        assert_eq!(named("photos/caf\u{E9}.png".into()), Ok(()));
    }

    #[test]
    fn equal_stems_keep_their_endings() {
        let mut taken = HashSet::new();
        let names = ["a/x.png", "a/x.jpg", "y"].map(|name| file_name(name, &mut taken));
        assert_eq!(names, ["a-x", "a-x.jpg", "y"]);
    }
}

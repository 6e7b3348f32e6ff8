//! Which file is the mask of which photo, by their names. The page and the command line follow the same rules.

use std::collections::HashMap;

/// Ending of a mask beside its photo.
const ENDING: &str = ".mask.png";
/// A folder of masks, in the photos' folder or beside it.
const FOLDER: &str = "masks";

/// Whether a path, with slashes, is a mask's: `NAME.mask.png`, or a PNG in a folder "masks".
pub fn is_mask(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let png = name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("png"));
    name.ends_with(ENDING) || png && folder.rsplit('/').next() == Some(FOLDER)
}

/// Where the mask of a photo may be, the best place first; paths have slashes. For `photos/NAME.jpg`, first
/// `photos/NAME.mask.png`, then `photos/masks/NAME.png`, then `masks/NAME.png`.
pub fn mask_paths(photo: &str) -> Vec<String> {
    let (folder, name) = photo.rsplit_once('/').map_or((None, photo), |(folder, name)| (Some(folder), name));
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let within = |folder: Option<&str>| folder.map_or_else(String::new, |folder| format!("{folder}/"));
    let mut paths = vec![format!("{}{name}{ENDING}", within(folder)), format!("{}{FOLDER}/{name}.png", within(folder))];
    if let Some(folder) = folder {
        let above = folder.rsplit_once('/').map(|(above, _)| above);
        paths.push(format!("{}{FOLDER}/{name}.png", within(above)));
    }
    paths
}

/// For each of many files the place of its mask among them. A mask without a photo is not one: it may be a picture.
pub fn masks_of(paths: &[&str]) -> Vec<Option<usize>> {
    let places: HashMap<&str, usize> = paths.iter().enumerate().map(|(place, &path)| (path, place)).collect();
    let mask = |path: &str| mask_paths(path).iter().find_map(|path| places.get(path.as_str()).copied());
    paths.iter().map(|path| if is_mask(path) { None } else { mask(path) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_lie_beside_or_in_folders_of_their_own() {
        let paths =
            ["a.jpg", "a.mask.png", "in/b.webp", "in/masks/b.png", "in/c.png", "masks/c.png", "masks/d.png", "e.png"];
        let expected = [Some(1), None, Some(3), None, Some(5), None, None, None];
        assert_eq!(masks_of(&paths), expected);
        assert_eq!(paths.map(is_mask), [false, true, false, true, false, true, true, false]);
    }

    #[test]
    fn the_nearest_mask_comes_first() {
        let expected = ["x/photos/a.b.mask.png", "x/photos/masks/a.b.png", "x/masks/a.b.png"];
        assert_eq!(mask_paths("x/photos/a.b.jpg"), expected);
        assert_eq!(mask_paths("a"), ["a.mask.png", "masks/a.png"]);
    }

    #[test]
    fn a_picture_in_a_folder_of_masks_has_none() {
        assert_eq!(masks_of(&["masks/a.png", "masks/a.mask.png"]), [None, None]);
    }
}

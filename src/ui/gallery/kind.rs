//! What a file is by its name and its media type: for the engine, for the browser's decoder, or no picture at all. Decisions
//! only: no browser is needed.

/// What a file is, as far as name and media type tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A picture in a format that the engine decodes.
    Engine,
    /// A picture in another format, which the browser may decode.
    Browser,
    /// It may be a picture.
    Unknown,
    /// No picture.
    Other,
}

/// Formats of the engine, as media types and names' endings say.
const ENGINE: [&str; 8] = ["jpeg", "jpg", "jfif", "png", "webp", "gif", "bmp", "x-ms-bmp"];
/// Formats that some browsers decode, as names' endings say.
const BROWSER: [&str; 8] = ["avif", "heic", "heif", "svg", "tif", "tiff", "ico", "jxl"];
/// Names in a sentence.
const NAMED: usize = 8;

impl Kind {
    /// By a file's name and its media type, which browsers leave empty where they know none.
    pub fn of(name: &str, media: &str) -> Self {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        match media.split_once('/') {
            Some(("image", format)) if ENGINE.contains(&format) => Self::Engine,
            Some(("image", _)) => Self::Browser,
            Some((of, format)) if (of, format) != ("application", "octet-stream") => Self::Other,
            _ if ENGINE.contains(&ending.as_str()) => Self::Engine,
            _ if BROWSER.contains(&ending.as_str()) => Self::Browser,
            _ => Self::Unknown,
        }
    }
}

/// Whether a file holds a model's weights, by its name's ending.
pub fn is_weights(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    ["safetensors", "pth", "pt", "ckpt"].contains(&ending.as_str())
}

/// Whether a file is a table of labels, by its name's ending.
pub fn is_label_file(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    ["csv", "tsv"].contains(&ending.as_str())
}

/// Whether a file holds results, by its name's ending.
pub fn is_archive(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("zip"))
}

/// Files that are no pictures, in one sentence.
pub fn no_pictures(names: &[String]) -> String {
    let shown = names[..names.len().min(NAMED)].join(", ");
    match names.len() {
        0 => String::new(),
        1 => format!("{shown} is no picture."),
        n if n > NAMED => format!("{n} files are no pictures: {shown} and {} more.", n - NAMED),
        n => format!("{n} files are no pictures: {shown}."),
    }
}

/// The size to draw a picture without pixels of its own at: its own shape, but large enough to see something.
pub fn drawn_size(width: u32, height: u32) -> (u32, u32) {
    const SIDE: u32 = 512;
    match width.max(height) {
        _ if width == 0 || height == 0 => (SIDE, SIDE),
        longest if longest >= SIDE => (width, height),
        longest => {
            let scaled = |side: u32| (side * SIDE / longest).max(1);
            (scaled(width), scaled(height))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_come_before_names() {
        let kinds = [
            ("a.jpg", "image/jpeg", Kind::Engine),
            ("a.JPG", "", Kind::Engine),
            ("a.png", "image/avif", Kind::Browser),
            ("a.svg", "image/svg+xml", Kind::Browser),
            ("a.heic", "application/octet-stream", Kind::Browser),
            ("a.txt", "text/plain", Kind::Other),
            ("a.mp4", "video/mp4", Kind::Other),
            ("a", "", Kind::Unknown),
            ("a.b/c", "", Kind::Unknown),
        ];
        for (name, media, kind) in kinds {
            assert_eq!(Kind::of(name, media), kind, "{name} {media}");
        }
    }

    #[test]
    fn weights_and_labels_are_known_by_their_ending() {
        let known = ["a.safetensors", "DINO.PTH", "a.ckpt", "a.png", "safetensors"].map(is_weights);
        assert_eq!(known, [true, true, true, false, false]);
        assert_eq!(["labels.CSV", "a.tsv", "csv", "a.txt"].map(is_label_file), [true, true, false, false]);
    }

    #[test]
    fn archives_are_known_by_their_ending() {
        assert_eq!(["a.zip", "A.ZIP", "zip", "a.zip.png"].map(is_archive), [true, true, false, false]);
    }

    #[test]
    fn files_that_are_no_pictures_are_one_sentence() {
        let names = |n: usize| (0..n).map(|i| format!("{i}.txt")).collect::<Vec<_>>();
        assert_eq!(no_pictures(&names(1)), "0.txt is no picture.");
        assert_eq!(no_pictures(&names(2)), "2 files are no pictures: 0.txt, 1.txt.");
        assert!(no_pictures(&names(50)).ends_with(" 7.txt and 42 more."));
    }

    #[test]
    fn a_drawing_is_large_enough_and_keeps_its_shape() {
        let sizes = [(24, 24), (1000, 10), (0, 0), (300, 150), (1, 4000)].map(|(w, h)| drawn_size(w, h));
        assert_eq!(sizes, [(512, 512), (1000, 10), (512, 512), (512, 256), (1, 4000)]);
    }
}

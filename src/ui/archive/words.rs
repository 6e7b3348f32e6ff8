//! What is said of archives. Text only: no browser is needed.

/// What came back from an archive. `added` of its `images` are new; `bare` images of the gallery have no picture.
pub fn restored(file: &str, images: usize, added: usize, bare: usize) -> String {
    let what = match (images, added) {
        (0, _) => return format!("{file} holds no images."),
        (_, 0) if images == 1 => "The image was there already; it has the archive's features now".to_owned(),
        (_, 0) => format!("All {images} images were there already; they have the archive's features now"),
        (1, 1) => "1 image is back with its label and features".to_owned(),
        (_, _) if added == images => format!("{images} images are back with labels and features"),
        (_, _) => {
            format!("{added} of {images} images are back with labels and features; the others were there already")
        }
    };
    let pictures = match bare {
        0 => String::new(),
        1 => " One has no picture here: drop its file, and it is known again.".to_owned(),
        n => format!(" {n} have no picture here: drop their files, and each gets its own."),
    };
    format!("{file}: {what}. Nothing had to be computed.{pictures}")
}

/// Pictures in an archive that are not used.
pub fn other_pictures(file: &str, names: &[String]) -> Option<String> {
    const NAMED: usize = 5;
    let shown = names[..names.len().min(NAMED)].join(", ");
    match names.len() {
        0 => None,
        1 => Some(format!("{file}: the picture of {shown} is damaged or another, so it was left out.")),
        n if n > NAMED => Some(format!(
            "{file}: {n} pictures are damaged or others, so they were left out: {shown} and {} more.",
            n - NAMED
        )),
        n => Some(format!("{file}: {n} pictures are damaged or others, so they were left out: {shown}.")),
    }
}

/// What the button would take away, of so many images that are complete.
pub fn offer(complete: usize, left_out: usize) -> String {
    let left = match left_out {
        0 => String::new(),
        1 => " One image is not complete yet and would be left out.".to_owned(),
        n => format!(" {n} images are not complete yet and would be left out."),
    };
    match complete {
        0 => "There is nothing to take away until the first images are complete.".to_owned(),
        _ => format!("One zip file with features, labels, measures, settings and a report.{left}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_back_is_said_in_numbers() {
        let text = restored("r.zip", 3, 3, 3);
        assert_eq!(
            text,
            "r.zip: 3 images are back with labels and features. Nothing had to be computed. 3 have no picture here: drop their \
             files, and each gets its own."
        );
        assert!(restored("r.zip", 1, 1, 1).contains("1 image is back with its label and features."));
        assert!(restored("r.zip", 3, 2, 0).ends_with("2 of 3 images are back with labels and features; the others were there already. Nothing had to be computed."));
        assert!(restored("r.zip", 3, 0, 0).contains("All 3 images were there already"));
        assert_eq!(restored("r.zip", 0, 0, 0), "r.zip holds no images.");
    }

    #[test]
    fn pictures_that_are_left_out_are_named() {
        let names = |n: usize| (0..n).map(|i| format!("{i}.png")).collect::<Vec<_>>();
        assert_eq!(other_pictures("r.zip", &[]), None);
        assert!(other_pictures("r.zip", &names(1)).unwrap().contains("the picture of 0.png is damaged"));
        assert!(other_pictures("r.zip", &names(7)).unwrap().ends_with("4.png and 2 more."));
    }

    #[test]
    fn the_offer_says_what_would_be_missing() {
        assert!(offer(0, 5).contains("until the first images are complete"));
        assert!(offer(5, 0).ends_with("a report."));
        assert!(offer(5, 2).ends_with("2 images are not complete yet and would be left out."));
    }
}

//! Saved galleries.

use mycoscope::gallery::file::{open, save};

/// Opens a gallery, and saves it again.
pub fn run(bytes: &[u8]) -> bool {
    let Ok(saved) = open(bytes) else { return false };
    let images = saved.images.iter().map(|(entry, features)| (entry, features));
    let again = save(images, &saved.provenance).expect("what was opened can be saved");
    assert_eq!(open(&again).expect("what was saved can be opened").images, saved.images, "the same images again");
    // The command line checks them before it goes on with a gallery.
    let _ = saved.provenance.settings.check(saved.provenance.config.image);
    true
}

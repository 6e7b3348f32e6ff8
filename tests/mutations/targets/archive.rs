//! Archives of results.

use std::io::Cursor;

use mycoscope::archive::{Packer, Reader, Results};
use mycoscope::gallery::{Content, Entry};

/// Opens an archive with its pictures, and packs what was in it again.
pub fn run(bytes: &[u8]) -> bool {
    let Ok(mut reader) = Reader::open(Cursor::new(bytes)) else { return false };
    for picture in reader.pictures().unwrap_or_default() {
        // It may be damaged, whatever the rest is.
        let _ = reader.picture(picture.place);
    }
    let images: Vec<_> = (0..)
        .zip(reader.images())
        .map(|(id, image)| {
            let content = Content { hash: image.hash, size: image.size, thumbnail: Vec::new() };
            let (name, label, content) = (image.name.clone(), image.label.clone(), Some(content.into()));
            (Entry { id, name, label, content }, image.features.clone())
        })
        .collect();
    let results = Results {
        images: images.iter().map(|(entry, features)| (entry, features)).collect(),
        making: reader.making(),
        evaluated: None,
        maps: &[],
        with_pictures: false,
    };
    let again = Packer::begin(&results).and_then(Packer::finish).expect("what was opened can be packed");
    let again = Reader::open(Cursor::new(again)).expect("what was packed can be opened");
    assert_eq!((again.images(), again.making()), (reader.images(), reader.making()), "the same images again");
    true
}

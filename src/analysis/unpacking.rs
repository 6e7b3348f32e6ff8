//! Opens an archive, and tells what is in it portion by portion.

use std::io::{Read, Seek};

use super::parcels::{Placed, Unpacked};
use super::protocol::{Answer, Progress};
use super::work::Work;
use crate::archive::{ArchiveError, Picture, Reader};

/// Images that are told in one message: what the page takes in well within a frame.
const PORTION: usize = 16;

/// An archive that is being opened.
pub(super) struct Unpacking<R> {
    name: String,
    stage: Stage<R>,
    /// Names of pictures that are damaged or others.
    others: Vec<String>,
}

enum Stage<R> {
    Closed(R),
    /// The pictures, by place, and the image that is next.
    Open(Box<Reader<R>>, Vec<Option<Picture>>, usize),
    Done,
}

impl<R: Read + Seek> Unpacking<R> {
    /// Of the file `name`.
    pub fn new(name: String, file: R) -> Self {
        Self { name, stage: Stage::Closed(file), others: Vec::new() }
    }

    fn open(&mut self, file: R, say: &mut dyn FnMut(Progress)) -> Result<(), ArchiveError> {
        let mut reader = Reader::open(file)?;
        let mut pictures: Vec<Option<Picture>> = vec![None; reader.images().len()];
        for picture in reader.pictures()? {
            let place = picture.place;
            pictures[place] = Some(picture);
        }
        let making = Box::new(reader.making().clone());
        say(Progress::Unpacking(Unpacked::Made { making, images: reader.images().len() }));
        self.stage = Stage::Open(Box::new(reader), pictures, 0);
        Ok(())
    }
}

impl<R: Read + Seek> Work for Unpacking<R> {
    fn step(&mut self, say: &mut dyn FnMut(Progress)) -> Option<Answer> {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Closed(file) => match self.open(file, say) {
                Ok(()) => None,
                Err(error) => Some(Answer::Refused(format!("{} could not be opened: {error}.", self.name))),
            },
            Stage::Open(mut reader, pictures, from) => {
                let to = (from + PORTION).min(pictures.len());
                let mut portion = Vec::with_capacity(to - from);
                for (place, picture) in pictures.iter().enumerate().take(to).skip(from) {
                    let image = reader.images()[place].clone();
                    // Read even where the page can cut it out of the file itself: it must be what it was.
                    let placed = match picture.as_ref().map(|picture| (picture, reader.picture(place))) {
                        None => Placed::Absent,
                        Some((Picture { stored: Some((start, length)), .. }, Ok(_))) => {
                            Placed::Stored { start: *start, length: *length }
                        }
                        Some((_, Ok(bytes))) => Placed::Bytes(bytes),
                        Some((_, Err(_))) => {
                            self.others.push(image.name.clone());
                            Placed::Absent
                        }
                    };
                    portion.push((image, placed));
                }
                say(Progress::Unpacking(Unpacked::Images(portion)));
                if to == pictures.len() {
                    return Some(Answer::Unpacked { others: std::mem::take(&mut self.others) });
                }
                self.stage = Stage::Open(reader, pictures, to);
                None
            }
            Stage::Done => Some(Answer::GivenUp),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::io::Cursor;
    use std::rc::Rc;

    use sha2::{Digest, Sha256};

    use super::*;
    use crate::analysis::packing::{Luggage, Packing};
    use crate::analysis::parcels::{Pack, PackedImage};
    use crate::archive::{Making, RestoredImage};
    use crate::fungi::{Features, Part, Settings};
    use crate::gallery::Provenance;
    use crate::vit::ViTConfig;

    fn picture(place: usize) -> Vec<u8> {
        vec![place as u8; 50]
    }

    struct Bag {
        broken: Option<usize>,
        out: Rc<RefCell<Vec<u8>>>,
    }

    impl Luggage for Bag {
        fn read(&mut self, place: usize) -> Result<Vec<u8>, String> {
            if self.broken == Some(place) { Err("It can't be read.".into()) } else { Ok(picture(place)) }
        }

        fn put(&mut self, piece: Vec<u8>) {
            self.out.borrow_mut().extend(piece);
        }
    }

    fn features(n: usize) -> Features {
        let mut features = Features::new();
        let side = if n.is_multiple_of(2) { 1.0 } else { -1.0 };
        features.set(Part::Embedding, vec![side, 0.01 * n as f32]);
        features
    }

    fn order(count: usize) -> Pack {
        let config = ViTConfig::small(64);
        let settings = Settings::default().with_objectives(Vec::new());
        let [model, sha256, negatives] = ["tiny", "ab", ""].map(String::from);
        let making = Making {
            provenance: Provenance { model, sha256, config, negatives, settings },
            variant: String::new(),
            device: "CPU".into(),
            platform: "a test".into(),
            program: "0".into(),
        };
        let image = |n: usize| PackedImage {
            id: 100 + n as u32,
            name: format!("{n}.png"),
            label: Some(["right", "left"][n % 2].to_owned()),
            hash: Sha256::digest(picture(n)).into(),
            size: (3, 4),
            // The third's file is not there.
            pictured: n != 2,
        };
        let images = (0..count).map(image).collect();
        Pack { images, making, k: 3, seed: 0, own: Vec::new(), with_pictures: true }
    }

    fn packed(count: usize, broken: Option<usize>) -> (Answer, Vec<u8>) {
        let out = Rc::new(RefCell::new(Vec::new()));
        let bag = Box::new(Bag { broken, out: out.clone() });
        let mut packing = Packing::new(order(count), (0..count).map(features).collect(), bag);
        let mut steps = 0;
        let answer = loop {
            if let Some(answer) = packing.step(&mut |_| steps += 1) {
                break answer;
            }
        };
        assert!(steps > 0, "it says how far it is");
        let bytes = out.borrow().clone();
        (answer, bytes)
    }

    #[test]
    fn what_is_packed_is_told_again_portion_by_portion() {
        let (answer, bytes) = packed(40, None);
        assert_eq!(answer, Answer::Packed);
        let mut unpacking = Unpacking::new("r.zip".into(), Cursor::new(&bytes[..]));
        let (mut made, mut images, mut portions) = (None, Vec::new(), 0);
        let answer = loop {
            let answer = unpacking.step(&mut |step| match step {
                Progress::Unpacking(Unpacked::Made { making, images }) => made = Some((making, images)),
                Progress::Unpacking(Unpacked::Images(portion)) => {
                    portions += 1;
                    images.extend(portion);
                }
                _ => panic!("something else was said"),
            });
            if let Some(answer) = answer {
                break answer;
            }
        };
        assert_eq!(answer, Answer::Unpacked { others: Vec::new() });
        assert_eq!((made, portions), (Some((Box::new(order(1).making), 40)), 3));
        for (n, (image, placed)) in images.into_iter().enumerate() {
            let RestoredImage { name, label, features: found, .. } = image;
            assert_eq!((name, label.as_deref()), (format!("{n}.png"), Some(["right", "left"][n % 2])));
            assert_eq!(found, features(n));
            match placed {
                Placed::Absent => assert_eq!(n, 2),
                Placed::Stored { start, length } => {
                    assert_eq!(bytes[start as usize..(start + length) as usize], picture(n));
                }
                Placed::Bytes(_) => panic!("it is stored as it is"),
            }
        }
    }

    #[test]
    fn failures_are_sentences_and_damaged_pictures_are_named() {
        let (answer, _) = packed(4, Some(1));
        assert_eq!(answer, Answer::Refused("It can't be read.".into()));
        let mut unpacking = Unpacking::new("r.zip".into(), Cursor::new(b"no zip".to_vec()));
        let answer = unpacking.step(&mut |_| ());
        let Some(Answer::Refused(reason)) = answer else { panic!("{answer:?}") };
        assert!(reason.starts_with("r.zip could not be opened: it is not a complete zip file"), "{reason}");
        // A picture's first byte is another.
        let (_, mut bytes) = packed(4, None);
        let at = bytes.windows(50).position(|window| window == picture(3)).unwrap();
        bytes[at] ^= 1;
        let mut unpacking = Unpacking::new("r.zip".into(), Cursor::new(bytes));
        let mut places = BTreeMap::new();
        let answer = loop {
            let answer = unpacking.step(&mut |step| {
                if let Progress::Unpacking(Unpacked::Images(portion)) = step {
                    places.extend(portion.into_iter().map(|(image, placed)| (image.name, placed)));
                }
            });
            if let Some(answer) = answer {
                break answer;
            }
        };
        assert_eq!(answer, Answer::Unpacked { others: vec!["3.png".into()] });
        assert_eq!(places["3.png"], Placed::Absent);
    }
}

use super::*;
use crate::fungi::Settings;
use crate::segmentation::{Mask, MaskKind, RawMask};
use crate::ui::segmentation::paint::first_classes;
use crate::ui::segmentation::state::Vote;

/// One record of each kind, with the name of its file among the fixtures.
struct Records {
    image: ImageRecord,
    features: FeatureRecord,
    origins: OriginRecord,
    gallery: GalleryRecord,
    photo: PhotoRecord,
    tab: TabRecord,
}

fn records() -> Records {
    let content = Content { hash: [7; 32], size: (97, 71), thumbnail: vec![0xFF, 0xD8, 0xFF] };
    let mut features = Features::new();
    features.set(Part::Embedding, vec![0.3, -0.4, 0.001]);
    features.set(Part::MeanSimclr, vec![1.0, 2.0, -3.0, 0.5]);
    let mask = Mask::new(3, 2, vec![255, 1, 1, 0, 0, 0]).unwrap();
    let mut masks = LoadedMasks::default();
    let raw = RawMask { width: 2, height: 1, values: vec![0, 1], kind: MaskKind::Colours(vec![[1; 4], [2; 4]]) };
    let classes = masks.read(2, &raw, &first_classes()).unwrap().classes;
    Records {
        image: ImageRecord {
            name: "K\u{fc}che/1.png".into(),
            label: Some("cup".into()),
            content: Some(content),
            by_browser: true,
        },
        features: FeatureRecord(features),
        origins: vec![
            (3, Origin { model: "ab".into(), settings: Settings::default().with_objectives(Vec::new()) }),
            (1, Origin { model: "ab".into(), settings: Settings::default() }),
        ],
        gallery: GalleryRecord {
            images: vec![2, 1, 300],
            outside: Some(4),
            query: Some(4),
            active: Some(300),
            selected: vec![1, 2],
            standing: Vec::new(),
        },
        photo: PhotoRecord { name: "1.png".into(), labels: Runs::of(&mask), truth: Some(Runs::of(&mask)) },
        tab: TabRecord {
            classes,
            class: 1,
            masks,
            support: vec![2],
            query: Some(5),
            former: vec![6],
            scenes: vec![5, 6],
            settings: MapSettings { vote: Vote::Custom(5, 0.25), side: Some(128) },
        },
    }
}

fn version_1(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/kept/version-1/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files were written by this version. When there is another, they stay, and must still open as the same records.
#[test]
fn the_first_versions_records_open() {
    let expected = records();
    assert_eq!(decode::<ImageRecord>(&version_1("image")), Ok(expected.image));
    assert_eq!(decode::<FeatureRecord>(&version_1("features")), Ok(expected.features));
    assert_eq!(decode::<OriginRecord>(&version_1("origins")), Ok(expected.origins));
    assert_eq!(decode::<GalleryRecord>(&version_1("gallery")), Ok(expected.gallery));
    assert_eq!(decode::<PhotoRecord>(&version_1("photo")), Ok(expected.photo));
    assert_eq!(decode::<TabRecord>(&version_1("tab")), Ok(expected.tab));
}

/// A record that is written otherwise than the fixtures of its version needs a version of its own.
#[test]
fn what_is_written_is_of_this_version() {
    let Records { image, features, origins, gallery, photo, tab } = records();
    let written = [
        ("image", encode(&image)),
        ("features", encode(&features)),
        ("origins", encode(&origins)),
        ("gallery", encode(&gallery)),
        ("photo", encode(&photo)),
        ("tab", encode(&tab)),
    ];
    for (name, bytes) in written {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let file: String = version_1(name).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, file, "{name}");
    }
}

#[test]
fn features_come_back_to_the_bit_without_parts_that_nobody_knows() {
    let FeatureRecord(features) = records().features;
    let bytes = |name: &str| (name.to_owned(), ByteBuf::from(1.5_f32.to_le_bytes().to_vec()));
    let later = encode(&vec![bytes("mean_of_tomorrow"), bytes("kl")]);
    let FeatureRecord(read) = decode(&later).unwrap();
    assert_eq!(read.parts().collect::<Vec<_>>(), [(Part::Kl, &[1.5][..])]);
    let FeatureRecord(same) = decode(&encode(&FeatureRecord(features.clone()))).unwrap();
    assert_eq!(same, features);
}

#[test]
fn damage_and_later_versions_are_told_apart() {
    let whole = encode(&records().image);
    for length in 0..whole.len() {
        assert_eq!(decode::<ImageRecord>(&whole[..length]), Err(RecordError::Damaged), "{length} bytes");
    }
    assert_eq!(decode::<ImageRecord>(&[&whole[..], &[0]].concat()), Err(RecordError::Damaged), "a byte too many");
    let mut later = whole;
    later[0] = 2;
    assert_eq!(decode::<ImageRecord>(&later), Err(RecordError::Newer(2)));
    later[0] = 0;
    assert_eq!(decode::<ImageRecord>(&later), Err(RecordError::Damaged));
    let mut infinite = encode(&records().features);
    let last = infinite.len() - 4..;
    infinite[last].copy_from_slice(&f32::INFINITY.to_le_bytes());
    assert_eq!(decode::<FeatureRecord>(&infinite), Err(RecordError::Damaged));
}

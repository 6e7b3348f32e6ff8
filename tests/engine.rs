//! The engine as the page drives it: the same requests, natively, with the model that ships.

use mycoscope::{
    engine::{
        Backend, Engine,
        protocol::{Answer, Item, Progress, Request, SampleFile, SegmentRequest, WhyRequest},
    },
    fungi::{Factors, Objective, Part, ProjectionSize, Settings, ViewSet},
    gallery::{Hash, Origin, snapshot::Snapshot},
    image::{Rgb, encode_png},
    retrieval::exact_cosines,
    segmentation::Propagation,
};
use sha2::{Digest, Sha256};

/// Sends one request; gives the steps and the answer.
fn ask(engine: &mut Engine, request: Request) -> (Vec<Progress>, Answer) {
    let mut steps = Vec::new();
    let answer = pollster::block_on(engine.answer(request, &mut |step| steps.push(step)));
    (steps, answer)
}

fn start(engine: &mut Engine, base: &str) -> (Vec<Progress>, Answer) {
    let (model, base) = ("vit-ti8-64".to_owned(), base.to_owned());
    let (mut steps, answer) = ask(engine, Request::Fetch { model, base, side: None });
    let Answer::Fetched { files, .. } = answer else { return (steps, answer) };
    let (settings, backend) = (Settings::default(), Backend::Cpu);
    let (more, answer) = ask(engine, Request::Start { backend, compare: false, files, settings, exact: false });
    steps.extend(more);
    (steps, answer)
}

fn configuration(settings: Settings) -> Request {
    Request::Configure { settings, exact: false }
}

fn models() -> String {
    format!("{}/models/", env!("CARGO_MANIFEST_DIR"))
}

fn started() -> Engine {
    let mut engine = Engine::new();
    let (_, answer) = start(&mut engine, &models());
    assert!(matches!(answer, Answer::Ready(_)), "{answer:?}");
    engine
}

fn sample(engine: &mut Engine) -> Vec<SampleFile> {
    match ask(engine, Request::Sample { seed: 0 }).1 {
        Answer::Sample(files) => files,
        other => panic!("no sample set but {other:?}"),
    }
}

/// Asks for an image's first parts.
fn embed(engine: &mut Engine, bytes: &[u8]) -> Answer {
    stage(engine, ViewSet::Inference, None, bytes)
}

fn stage(engine: &mut Engine, views: ViewSet, hash: Option<Hash>, bytes: &[u8]) -> Answer {
    ask(engine, Request::Embed { views, hash, bytes: bytes.to_vec() }).1
}

fn item_of(answer: Answer) -> Item {
    match answer {
        Answer::Item(item) => *item,
        other => panic!("no item but {other:?}"),
    }
}

fn item(engine: &mut Engine, bytes: &[u8]) -> Item {
    item_of(embed(engine, bytes))
}

/// Every part, one set of views after the other, as the page asks for them.
fn all_stages(engine: &mut Engine, settings: &Settings, bytes: &[u8]) -> Item {
    let mut first = item(engine, bytes);
    for views in settings.view_sets().into_iter().skip(1) {
        // The file is not needed again: what is left of the picture is enough.
        first.features.merge(item_of(stage(engine, views, Some(first.hash), b"")).features);
    }
    first
}

#[test]
fn a_start_tells_its_steps_and_a_file_becomes_unit_vectors() {
    let mut engine = Engine::new();
    let (steps, answer) = start(&mut engine, &models());
    let Answer::Ready(ready) = answer else { panic!("{answer:?}") };
    let download = steps.iter().find_map(|step| match step {
        Progress::Download { done, total } => Some((*done, *total)),
        _ => None,
    });
    assert_eq!(download, Some((ready.model.bytes, ready.model.bytes)));
    let others: Vec<_> = steps.iter().filter(|step| !matches!(step, Progress::Download { .. })).collect();
    let warm_up = Progress::WarmUp { done: 0, total: 1 };
    assert_eq!(others, [&Progress::Verify, &Progress::Device, &Progress::Upload, &warm_up]);
    assert!(ready.view_millis > 0.0 && ready.together == [8, 8, 2], "{ready:?}");
    assert_eq!((ready.device.backend, ready.model.sha256.len()), (Backend::Cpu, 64));
    let files = sample(&mut engine);
    let item = all_stages(&mut engine, &Settings::default(), &files[0].bytes);
    assert!(item.content.expect("with the first parts").thumbnail.starts_with(&[0xff, 0xd8]), "a JPEG");
    for part in Part::ALL {
        let vector = item.features.get(part).expect("every part is computed by default");
        let norm: f32 = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        assert!((norm - 1.0).abs() < 1e-4, "{part:?} has norm {norm}");
    }
}

#[test]
fn only_new_contents_are_computed() {
    let mut engine = started();
    let files = sample(&mut engine);
    let hash = item(&mut engine, &files[0].bytes).hash;
    assert_eq!(embed(&mut engine, &files[0].bytes), Answer::Known { hash });
    // A fresh engine is told what is known, and believes it.
    let mut other = started();
    assert_eq!(ask(&mut other, Request::Known(vec![hash])).1, Answer::Done);
    assert_eq!(embed(&mut other, &files[0].bytes), Answer::Known { hash });
}

#[test]
fn settings_change_what_depends_on_them_and_nothing_else() {
    let mut engine = started();
    let files = sample(&mut engine);
    let before = all_stages(&mut engine, &Settings::default(), &files[0].bytes);
    let objectives = Objective::all().into_iter().filter(|objective| objective.part() != Part::Simclr).collect();
    let settings = Settings { seed: 1, ..Settings::default() }.with_objectives(objectives);
    assert!(matches!(ask(&mut engine, configuration(settings.clone())).1, Answer::Ready(_)));
    let after = all_stages(&mut engine, &settings, &files[0].bytes);
    assert_eq!(before.features.get(Part::Embedding), after.features.get(Part::Embedding));
    assert_ne!(before.features.get(Part::Kl), after.features.get(Part::Kl));
    assert!(after.features.get(Part::Simclr).is_none());
    let simclr = ViewSet::Windows { strides: 6 };
    assert!(matches!(stage(&mut engine, simclr, None, &files[0].bytes), Answer::Refused(why) if why.contains("views")));
    // Settings that make no sense are refused, and those before stay.
    let nonsense = Settings { projected: ProjectionSize::Numbers(0), ..Settings::default() };
    let refused = ask(&mut engine, configuration(nonsense)).1;
    assert!(matches!(&refused, Answer::Refused(reason) if reason.ends_with('.')), "{refused:?}");
    let other = all_stages(&mut engine, &settings, &files[1].bytes);
    assert_eq!(other.features.parts().count(), after.features.parts().count());
}

/// In stages or at once, alone or together, with the picture at hand or read again: the same numbers.
#[test]
fn features_of_stages_equal_those_computed_at_once() {
    let mut engine = started();
    let (settings, files) = (Settings::default(), sample(&mut engine));
    for file in &files[..3] {
        let staged = all_stages(&mut engine, &settings, &file.bytes);
        let picture = mycoscope::image::decode(&file.bytes).expect("the program's own picture");
        let at_once = pollster::block_on(engine.features(&picture)).expect("features");
        for (part, unit) in at_once.parts() {
            let cosine: f32 = unit.iter().zip(staged.features.get(part).expect("each part")).map(|(a, b)| a * b).sum();
            assert!(cosine > 1.0 - 1e-6, "{part:?}: cosine {cosine}");
        }
        // The last stage has used up what was left of the picture.
        let crops = settings.view_sets()[1];
        assert!(!engine.has_cuts(&staged.hash));
        let again = item_of(stage(&mut engine, crops, Some(staged.hash), &file.bytes));
        assert_eq!(again.features.get(Part::Dino), staged.features.get(Part::Dino));
        assert!(engine.has_cuts(&staged.hash));
        let forgotten = ask(&mut engine, Request::Release).1;
        assert_eq!((forgotten, engine.has_cuts(&staged.hash)), (Answer::Done, false));
        let changed = stage(&mut engine, crops, Some(staged.hash), &files[9].bytes);
        assert!(matches!(&changed, Answer::Refused(why) if why.contains("changed")), "{changed:?}");
    }
}

/// The page's way to exact cosines: rows that come with each stage's features, taken together.
#[test]
fn rows_behind_gradients_come_with_the_stages_if_they_are_asked_for() {
    let mut engine = started();
    let (settings, files) = (Settings::default(), sample(&mut engine));
    assert!(all_stages(&mut engine, &settings, &files[0].bytes).factors.is_empty());
    let exact = Request::Configure { settings: settings.clone(), exact: true };
    assert!(matches!(ask(&mut engine, exact).1, Answer::Ready(_)));
    let mut of = |file: &SampleFile| {
        let mut all = Factors::default();
        for views in settings.view_sets() {
            let item = item_of(stage(&mut engine, views, None, &file.bytes));
            let factors = Factors::from_bytes(&item.factors).expect("rows");
            assert!(factors.parts().eq(settings.gradients_of(views)));
            all.merge(factors);
        }
        all
    };
    let (first, second) = (of(&files[0]), of(&files[20]));
    let at_once = [0, 20].map(|file: usize| {
        let picture = mycoscope::image::decode(&files[file].bytes).expect("the program's own picture");
        pollster::block_on(engine.exact_features(&picture)).expect("features").1
    });
    for part in [Part::Kl, Part::Dino, Part::Simclr] {
        let [staged, whole] =
            [[&first, &second], [&at_once[0], &at_once[1]]].map(|[a, b]| exact_cosines(part, a, &[b])[0]);
        assert!((staged - whole).abs() < 1e-4 && whole < 0.999, "{part:?}: {staged} {whole}");
    }
    assert!(matches!(ask(&mut engine, configuration(settings.clone())).1, Answer::Ready(_)));
    assert!(all_stages(&mut engine, &settings, &files[1].bytes).factors.is_empty());
}

#[test]
fn images_computed_together_do_not_affect_each_other() {
    let mut engine = started();
    let files = sample(&mut engine);
    let settings = Settings::default();
    for views in settings.view_sets() {
        let mut prepare =
            |file: &SampleFile| engine.prepare(views, None, &file.bytes).expect("it can be read").expect("it is new");
        let group: Vec<_> = files[..5].iter().map(&mut prepare).collect();
        let alone: Vec<Item> = group
            .iter()
            .flat_map(|image| pollster::block_on(engine.embed(views, vec![image.clone()])).expect("features"))
            .collect();
        let together = pollster::block_on(engine.embed(views, group)).expect("features");
        for (together, alone) in together.iter().zip(&alone) {
            assert_eq!(together.hash, alone.hash);
            for (part, unit) in together.features.parts() {
                let other = alone.features.get(part).expect("the same parts");
                let cosine: f32 = unit.iter().zip(other).map(|(a, b)| a * b).sum();
                assert!(cosine > 1.0 - 1e-6, "{part:?}: cosine {cosine}");
            }
        }
    }
}

#[test]
fn bad_input_gets_a_sentence_and_work_goes_on() {
    let mut engine = Engine::new();
    let early = embed(&mut engine, b"");
    assert!(matches!(&early, Answer::Failed { reason, gpu: false } if reason.contains("model")), "{early:?}");
    let (_, lost) = start(&mut engine, "/no/such/folder/");
    assert!(matches!(&lost, Answer::Failed { reason, gpu: false } if reason.contains("catalogue.json")), "{lost:?}");

    let mut engine = started();
    for bytes in [&b""[..], b"not a picture", &[0xff, 0xd8, 0xff, 0xe0, 0, 16]] {
        let answer = embed(&mut engine, bytes);
        assert!(matches!(&answer, Answer::Refused(reason) if reason.ends_with('.')), "{answer:?}");
    }
    let files = sample(&mut engine);
    item(&mut engine, &files[1].bytes);
}

#[test]
fn changed_weights_and_negatives_are_refused() {
    const FILES: [&str; 3] = ["catalogue.json", "vit-ti8-64/model.safetensors", "vit-ti8-64/negatives.safetensors"];
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    for changed in &FILES[1..] {
        let folder = std::env::temp_dir().join(format!("mycoscope-engine-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("vit-ti8-64")).expect("a temporary folder");
        for file in &FILES {
            let mut bytes = std::fs::read(source.join(file)).expect("a file of the model");
            if file == changed {
                // The last number's lowest bit: still a safetensors file, with other numbers in it.
                let last = bytes.len() - 2;
                bytes[last] ^= 1;
            }
            std::fs::write(folder.join(file), bytes).expect("a copy");
        }
        let (_, answer) = start(&mut Engine::new(), &format!("{}/", folder.display()));
        std::fs::remove_dir_all(&folder).expect("tidied");
        let Answer::Failed { reason, gpu: false } = &answer else { panic!("{changed}: {answer:?}") };
        assert!(reason.starts_with(changed) && reason.contains("SHA-256") && reason.ends_with('.'), "{reason}");
    }
}

#[test]
fn segmentation_is_served_too() {
    let mut engine = Engine::new();
    let segment = |engine: &mut Engine, request| ask(engine, Request::Segment(request));
    let Answer::Scenes { scenes, .. } = segment(&mut engine, SegmentRequest::Scenes { seed: 0 }).1 else {
        panic!("scenes need no model")
    };
    let [support, query] = [&scenes[0], &scenes[1]];
    let open = |id, bytes: &[u8]| SegmentRequest::Open { id, bytes: bytes.to_vec(), side: Some(64) };
    let early = segment(&mut engine, open(1, &support.bytes)).1;
    assert!(matches!(&early, Answer::Refused(reason) if reason.contains("model")), "{early:?}");

    let mut engine = started();
    for (id, scene) in [(1, support), (2, query)] {
        let opened = segment(&mut engine, open(id, &scene.bytes)).1;
        assert!(matches!(&opened, Answer::Opened(opened) if opened.grid == 8), "{opened:?}");
    }
    assert_eq!(
        segment(&mut engine, SegmentRequest::Support { ids: vec![1, 9] }).1,
        Answer::Supported { unknown: vec![9] }
    );
    let propagate =
        |engine: &mut Engine| segment(engine, SegmentRequest::Propagate { id: 2, settings: Propagation::default() });
    assert!(matches!(propagate(&mut engine).1, Answer::Refused(_)), "nothing is labelled yet");
    let painted = segment(&mut engine, SegmentRequest::Paint { id: 1, mask: support.mask.clone() }).1;
    assert_eq!(painted, Answer::Painted { patches: 64 });
    let truth = SegmentRequest::Truth { id: 2, mask: Some(query.mask.clone()) };
    assert_eq!(segment(&mut engine, truth).1, Answer::Done);
    let (steps, answer) = propagate(&mut engine);
    assert_eq!(steps.last(), Some(&Progress::Gradients { done: 2, total: 2 }));
    assert!(matches!(&answer, Answer::Maps(maps) if maps.fungi.score.is_some()), "{answer:?}");
    assert_eq!(segment(&mut engine, SegmentRequest::Forget { id: 2 }).1, Answer::Done);
    assert!(matches!(propagate(&mut engine).1, Answer::Refused(_)), "it is not open any more");
}

/// `cargo run --release -- sample DRAWN --snapshot models/vit-ti8-64/sample.snapshot` makes it anew.
#[test]
fn the_snapshot_of_the_sample_set_is_what_the_engine_computes() {
    let bytes = std::fs::read(format!("{}vit-ti8-64/sample.snapshot", models())).unwrap();
    let Snapshot { origin, images } = Snapshot::from_bytes(&bytes).unwrap();
    let mut engine = started();
    let settings = Settings::default();
    assert_eq!(origin, Origin { model: engine.info().unwrap().1.sha256.clone(), settings: settings.clone() });
    let files = sample(&mut engine);
    assert_eq!(images.len(), files.len());
    for (place, (image, file)) in images.iter().zip(&files).enumerate() {
        assert_eq!((&image.name, image.label.as_ref()), (&file.name, Some(&file.label)));
        // Every part of one picture of each class; of the others, what one view gives.
        let all = place < 8;
        let item = if all { all_stages(&mut engine, &settings, &file.bytes) } else { item(&mut engine, &file.bytes) };
        assert_eq!(item.content.as_ref(), Some(&image.content), "{}", file.name);
        assert!(image.features.has(&settings.parts()) && (!all || item.features.has(&settings.parts())));
        for (part, computed) in item.features.parts() {
            let kept = image.features.get(part).unwrap();
            let cosine: f32 = kept.iter().zip(computed).map(|(a, b)| a * b).sum();
            assert!((cosine - 1.0).abs() < 1e-3, "{}, {part:?}: {cosine}", file.name);
            let far = kept.iter().zip(computed).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(far < 1e-3, "{}, {part:?}: {far}", file.name);
        }
    }
}

fn why(engine: &mut Engine, request: WhyRequest) -> Answer {
    ask(engine, Request::Why(request)).1
}

fn hash_of(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

#[test]
fn two_images_are_taken_apart_and_compared() {
    let mut engine = started();
    let files = sample(&mut engine);
    let [first, second] = [hash_of(&files[0].bytes), hash_of(&files[1].bytes)];
    let explain = WhyRequest::Explain { first, second };
    let early = why(&mut engine, explain.clone());
    assert!(matches!(&early, Answer::Refused(reason) if reason.contains("no longer at hand")), "{early:?}");
    for (hash, file) in [(first, &files[0]), (second, &files[1])] {
        let dissect = |bytes: &[u8]| WhyRequest::Dissect { hash, bytes: bytes.to_vec() };
        let wrong = why(&mut engine, dissect(&files[2].bytes));
        assert!(matches!(&wrong, Answer::Refused(reason) if reason.contains("changed")), "{wrong:?}");
        assert_eq!(why(&mut engine, dissect(&file.bytes)), Answer::Done);
        assert_eq!(why(&mut engine, dissect(b"")), Answer::Done, "it is kept, and its file is not read again");
    }
    let Answer::Explained(explained) = why(&mut engine, explain.clone()) else { panic!("no explanation") };
    let features = [0, 1].map(|at| all_stages(&mut engine, &Settings::default(), &files[at].bytes).features);
    assert_eq!((explained.parts.len(), explained.sentences.len()), (Part::COUNT, Part::COUNT));
    for of in &explained.parts {
        let [a, b] = [0, 1].map(|at: usize| features[at].get(of.part).unwrap());
        let cosine: f64 = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        assert!((of.cosine - cosine).abs() < 1e-4, "{:?}: {} and {cosine}", of.part, of.cosine);
        assert_eq!([of.regions[0].len(), of.regions[1].len()], [of.pairs.rows, of.pairs.columns]);
    }
    // By other settings it would be another explanation.
    ask(&mut engine, configuration(Settings { seed: 1, ..Settings::default() }));
    assert!(matches!(why(&mut engine, explain), Answer::Refused(_)));
}

#[test]
fn the_latest_fifty_images_are_kept_taken_apart() {
    let mut engine = started();
    // The embedding alone: that is quick.
    ask(&mut engine, configuration(Settings::default().with_objectives(Vec::new())));
    let picture = |shade: u8| encode_png(&Rgb { width: 2, height: 2, data: vec![shade; 12] });
    let hashes: Vec<Hash> = (0..51).map(|shade| hash_of(&picture(shade))).collect();
    for shade in 0..50 {
        let bytes = picture(shade);
        assert_eq!(why(&mut engine, WhyRequest::Dissect { hash: hash_of(&bytes), bytes }), Answer::Done);
    }
    // The first is used again, so that the second is the oldest.
    assert_eq!(why(&mut engine, WhyRequest::Dissect { hash: hashes[0], bytes: Vec::new() }), Answer::Done);
    assert_eq!(why(&mut engine, WhyRequest::Dissect { hash: hashes[50], bytes: picture(50) }), Answer::Done);
    let kept = |at: usize| engine.is_dissected(&hashes[at]);
    assert!(kept(0) && !kept(1) && kept(2) && kept(50));
}

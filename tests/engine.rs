//! The engine as the page drives it: the same requests, natively, with the model that ships.

use mycoscope::{
    engine::{Choice, Engine, Event, Item, Request, SampleFile},
    fungi::{Objective, Part, Settings},
};

/// Sends one request and collects the answers.
fn ask(engine: &mut Engine, request: Request) -> Vec<Event> {
    let mut events = Vec::new();
    pollster::block_on(engine.handle(request, &mut |event| events.push(event)));
    events
}

fn start(engine: &mut Engine, base: &str) -> Vec<Event> {
    let (model, base) = ("vit-ti8-64".to_owned(), base.to_owned());
    ask(engine, Request::Start { device: Choice::Cpu, model, base, settings: Settings::default() })
}

fn models() -> String {
    format!("{}/models/", env!("CARGO_MANIFEST_DIR"))
}

fn started() -> Engine {
    let mut engine = Engine::new();
    let events = start(&mut engine, &models());
    assert!(matches!(events.last(), Some(Event::Ready { .. })), "{events:?}");
    engine
}

fn sample(engine: &mut Engine) -> Vec<SampleFile> {
    match ask(engine, Request::Sample { seed: 0 }).pop() {
        Some(Event::Sample(files)) => files,
        other => panic!("no sample set but {other:?}"),
    }
}

fn item(engine: &mut Engine, id: u32, bytes: &[u8]) -> Item {
    match ask(engine, Request::Embed { id, bytes: bytes.to_vec() }).pop() {
        Some(Event::Item(item)) => *item,
        other => panic!("no item but {other:?}"),
    }
}

#[test]
fn a_start_tells_its_steps_and_a_file_becomes_unit_vectors() {
    let mut engine = Engine::new();
    let events = start(&mut engine, &models());
    let steps = events.iter().filter(|event| matches!(event, Event::Stage(_))).count();
    assert!(steps >= 4, "download, verify, upload, warm-up: {events:?}");
    let files = sample(&mut engine);
    let item = item(&mut engine, 7, &files[0].bytes);
    assert_eq!(item.id, 7);
    assert!(item.thumbnail.starts_with(&[0xff, 0xd8]), "a JPEG");
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
    let first = item(&mut engine, 1, &files[0].bytes);
    let again = ask(&mut engine, Request::Embed { id: 2, bytes: files[0].bytes.clone() });
    assert!(matches!(again[..], [Event::Duplicate { id: 2, hash }] if hash == first.hash));
    // A fresh engine is told what is known, and believes it.
    let mut other = started();
    ask(&mut other, Request::Known(vec![first.hash]));
    let told = ask(&mut other, Request::Embed { id: 3, bytes: files[0].bytes.clone() });
    assert!(matches!(told[..], [Event::Duplicate { id: 3, .. }]));
}

#[test]
fn settings_change_what_depends_on_them_and_nothing_else() {
    let mut engine = started();
    let files = sample(&mut engine);
    let before = item(&mut engine, 1, &files[0].bytes);
    let objectives = Objective::all().into_iter().filter(|objective| objective.part() != Part::Simclr).collect();
    let settings = Settings { seed: 1, ..Settings::default() }.with_objectives(objectives);
    assert!(matches!(ask(&mut engine, Request::Configure(settings))[..], [Event::Ready { .. }]));
    let after = item(&mut engine, 2, &files[0].bytes);
    assert_eq!(before.features.get(Part::Embedding), after.features.get(Part::Embedding));
    assert_ne!(before.features.get(Part::Kl), after.features.get(Part::Kl));
    assert!(after.features.get(Part::Simclr).is_none());
}

#[test]
fn bad_input_gets_a_sentence_and_work_goes_on() {
    let mut engine = Engine::new();
    let early = ask(&mut engine, Request::Embed { id: 1, bytes: Vec::new() });
    assert!(matches!(&early[..], [Event::Failed { reason, gpu: false }] if reason.contains("model")), "{early:?}");
    let lost = start(&mut engine, "/no/such/folder/");
    assert!(matches!(lost.last(), Some(Event::Failed { reason, gpu: false }) if reason.contains("catalogue.json")));

    let mut engine = started();
    for bytes in [&b""[..], b"not a picture", &[0xff, 0xd8, 0xff, 0xe0, 0, 16]] {
        let answer = ask(&mut engine, Request::Embed { id: 9, bytes: bytes.to_vec() });
        assert!(matches!(&answer[..], [Event::Rejected { id: 9, reason }] if reason.ends_with('.')), "{answer:?}");
    }
    let files = sample(&mut engine);
    item(&mut engine, 10, &files[1].bytes);
}

#[test]
fn changed_weights_are_refused() {
    let folder = std::env::temp_dir().join(format!("mycoscope-engine-{}", std::process::id()));
    let model = folder.join("vit-ti8-64");
    std::fs::create_dir_all(&model).expect("a temporary folder");
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    std::fs::copy(source.join("catalogue.json"), folder.join("catalogue.json")).expect("the catalogue");
    let mut bytes = std::fs::read(source.join("vit-ti8-64/model.safetensors")).expect("the weights");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(model.join("model.safetensors"), bytes).expect("changed weights");
    let events = start(&mut Engine::new(), &format!("{}/", folder.display()));
    std::fs::remove_dir_all(&folder).expect("tidied");
    assert!(matches!(events.last(), Some(Event::Failed { reason, .. }) if reason.contains("SHA-256")), "{events:?}");
}

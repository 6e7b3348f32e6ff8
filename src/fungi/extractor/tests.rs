use super::super::{DinoSettings, KlSettings, Objective, SimclrSettings, self_test};
use super::*;
use crate::random::Stream;

fn close(a: &[f32], b: &[f32]) -> bool {
    let largest = b.iter().fold(0f32, |most, x| most.max(x.abs()));
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4 * largest)
}

/// The objectives use different views by default, so here two of them are made to use the others'.
#[test]
fn sharing_views_does_not_change_features() {
    let device = Device::flex();
    let vit = Arc::new(self_test::model(&device).unwrap());
    let (dim, view) = (vit.config().dim, 3 * vit.config().image.pow(2));
    let draw = |lane, n: usize| -> Vec<f32> {
        let mut stream = Stream::new(1, Purpose::Sample, lane);
        (0..n).map(|_| stream.uniform()).collect()
    };
    let settings = Settings::default();
    let negatives = Negatives::new(draw(0, 20 * dim), dim);
    let given = Given::draw(&settings, negatives, Limits::default(), vit.config(), &device);
    let reseeded = Settings { seed: 1, ..settings.clone() };
    let other = Given::draw(&reseeded, Negatives::default(), Limits::default(), vit.config(), &device);
    let term = |objective, given| Term::new(&objective, given).unwrap();
    // At the default temperature the loss is 1e-5, and lost in rounding.
    let kl = term(Objective::Kl(KlSettings { temperature: 1.0, ..KlSettings::default() }), &given);
    let simclr = term(Objective::Simclr(SimclrSettings { strides: 1, ..SimclrSettings::default() }), &given);
    let second = term(Objective::Kl(KlSettings { latent: 50, temperature: 0.5 }), &other);
    let second = Term { part: Part::Dino, ..second };
    let dino = term(Objective::Dino(DinoSettings { global: 3, ..DinoSettings::default() }), &given);
    let dino = Term { part: Part::MeanDino, means: None, views: simclr.views, ..dino };
    let terms = vec![kl, simclr, second, dino];

    let extractor = |terms| Extractor::with_terms(vit.clone(), settings.clone(), given.clone(), terms).unwrap();
    let run = |terms: Vec<Term>| {
        let extractor = extractor(terms);
        let windows = extractor.layout.views - 1;
        let images = [1, 2].map(|lane| Views::given(&[&draw(lane, view), &draw(lane + 2, windows * view)]));
        let features = pollster::block_on(extractor.compute_all(images.clone())).unwrap();
        let traces = images.map(|views| pollster::block_on(extractor.trace(views)).unwrap());
        (features, traces, extractor.layout)
    };
    let (together, traces, layout) = run(terms.clone());
    // The inference view and four windows, each once more for the second objective.
    assert_eq!((layout.views, layout.rows), (5, 10));
    for (i, term) in terms.into_iter().enumerate() {
        let (part, means) = (term.part, term.means);
        let (alone, alone_traces, layout) = run(vec![term]);
        assert_eq!(layout.rows, layout.views);
        for image in 0..2 {
            let means = means.map(|means| [means.heads, means.embedding]);
            for part in [Part::Embedding, part].into_iter().chain(means.into_iter().flatten()) {
                assert!(close(together[image].get(part).unwrap(), alone[image].get(part).unwrap()), "{part:?}");
            }
            let ((found, shared), (_, own)) = (&traces[image][i], &alone_traces[image][0]);
            assert_eq!(*found, part);
            assert!(close(&shared.losses, &own.losses), "{part:?}: {:?} {:?}", shared.losses, own.losses);
            assert!(close(&shared.d, &own.d) && close(&shared.u, &own.u), "{part:?}");
        }
    }
}

#[test]
fn views_embeddings_are_averaged() {
    let device = Device::flex();
    let vit = Arc::new(self_test::model(&device).unwrap());
    let view = 3 * vit.config().image.pow(2);
    let mut stream = Stream::new(1, Purpose::Sample, 0);
    let mut draw = |n: usize| -> Vec<f32> { (0..n * view).map(|_| stream.uniform()).collect() };
    let objectives = vec![Objective::Dino(DinoSettings { local: 2, ..DinoSettings::default() })];
    let settings = Settings::default().with_objectives(objectives);
    let extractor = Extractor::new(vit, settings, Negatives::default()).unwrap();
    let (inference, crops) = (draw(1), draw(4));
    let compute = |views| pollster::block_on(extractor.compute(views)).unwrap();
    let features = compute(Views::given(&[&inference, &crops]));
    // Each crop once more, as the view that an embedding is computed from, which is not yet normalised there.
    let alone = extractor.only(ViewSet::Inference);
    let mut sum = vec![0.0; alone.vit().config().embedding()];
    for crop in crops.chunks(view) {
        let pass =
            Pass::run(alone.vit(), &alone.layout, alone.limits(), vec![Views::given(&[crop])]).unwrap().remove(0);
        let e = pollster::block_on(read(pass.e)).unwrap();
        sum.iter_mut().zip(e).for_each(|(sum, e)| *sum += e);
    }
    let mut expected = Features::new();
    expected.set(Part::EmbeddingDino, sum);
    assert!(close(features.get(Part::EmbeddingDino).unwrap(), expected.get(Part::EmbeddingDino).unwrap()));
    assert!(features.get(Part::EmbeddingSimclr).is_none());
}

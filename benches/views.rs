//! Cutting an image's 62 views, of photos and of small pictures: what comes before any forward pass.
//!
//! `cargo bench --bench views`

#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use mycoscope::fungi::{Settings, Views};
use mycoscope::image::Rgb;
use mycoscope::random::{Purpose, Stream};

const SIDE: usize = 64;

fn noise(width: usize, height: usize) -> Rgb {
    let mut stream = Stream::new(0, Purpose::Sample, 0);
    Rgb { width, height, data: (0..3 * width * height).map(|_| stream.next_u32() as u8).collect() }
}

fn views(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("62 views");
    group.sample_size(10);
    for (name, width, height) in [("12 megapixels", 4000, 3000), ("1 megapixel", 1200, 800), ("small", 256, 192)] {
        let image = noise(width, height);
        group.bench_function(name, |bencher| bencher.iter(|| Views::cut(&image, &Settings::default(), SIDE)));
    }
    group.finish();
}

criterion_group!(benches, views);
criterion_main!(benches);

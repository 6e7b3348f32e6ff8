//! What the tables say, in sentences.

use super::html::Text;
use super::words;
use crate::archive::Evaluated;
use crate::retrieval::{Metric, Verdict};

/// For the two measures that people look at first: which sets are better than the embedding, worse, or neither.
pub fn summary(evaluated: &Evaluated) -> String {
    let Evaluated { names, classes, k, rows, .. } = evaluated;
    let (sizes, others) = (evaluated.sizes(), rows.len().saturating_sub(1));
    let mut section = format!(
        "<section>\n<h2>In short</h2>\n<p>{} in {} classes; {} compared with the embedding.</p>\n",
        words::count(classes.len(), "labelled image"),
        names.len(),
        words::count(others, "feature set"),
    );
    if evaluated.queries < classes.len() {
        section += &format!(
            "<p>There are many images, so {} of them, drawn by the seed, were each compared with all others.</p>\n",
            evaluated.queries
        );
    }
    for metric in [Metric::Knn, Metric::Map] {
        section += &sentence(evaluated, metric);
    }
    section += "<p>Each interval is for one comparison. With so many of them, one in twenty lies apart from zero by chance: \
                trust what several measures say.</p>\n";
    if let Some(smallest) = sizes.iter().copied().filter(|size| *size > 0 && *size <= *k).min() {
        section += &format!(
            "<p><strong>k = {k} misleads here:</strong> the smallest class has {}, fewer than k + 1, so its images are \
             outvoted. R-precision and mAP go by each class\u{2019}s size.</p>\n",
            words::count(smallest, "image"),
        );
    }
    section + "</section>\n"
}

fn sentence(evaluated: &Evaluated, metric: Metric) -> String {
    let heading = words::heading(metric, evaluated.k);
    let of = |row: usize| evaluated.rows.get(row)?.value(metric, evaluated.k);
    let Some(embedding) = of(0) else { return String::new() };
    let named = |verdict: Verdict| -> Vec<String> {
        let said = |row: &usize| of(*row)?.against_embedding.is_some_and(|d| d.verdict() == verdict).then_some(*row);
        let mut found: Vec<usize> = (1..evaluated.rows.len()).collect::<Vec<_>>().iter().filter_map(said).collect();
        found.sort_by(|a, b| {
            of(*b).map(|v| v.value).partial_cmp(&of(*a).map(|v| v.value)).unwrap_or(std::cmp::Ordering::Equal)
        });
        let name = |row: usize| {
            let value = of(row)?;
            Some(format!("{} {} %", Evaluated::title(&evaluated.rows[row]), words::percent(Some(value.value))))
        };
        found.into_iter().filter_map(name).collect()
    };
    let list = |word: &str, verdict: Verdict| {
        const NAMED: usize = 5;
        let found = named(verdict);
        match found.len() {
            0 => String::new(),
            n if n > NAMED => format!(" {word}: {} and {} more.", found[..NAMED].join("; "), n - NAMED),
            _ => format!(" {word}: {}.", found.join("; ")),
        }
    };
    let text = format!(
        "{heading}: the embedding reaches {} %.{}{}{}",
        words::percent(Some(embedding.value)),
        list("Better", Verdict::Better),
        list("Not distinguishable from it", Verdict::NotDistinguishable),
        list("Worse", Verdict::Worse),
    );
    format!("<p>{}</p>\n", Text(&text))
}

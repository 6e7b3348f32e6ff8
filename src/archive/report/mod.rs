//! `report.html`: one page that needs nothing else. No script, no other file; light and dark.

mod confusion;
mod html;
mod map;
mod results;
mod summary;
mod words;

use html::Text;

use super::{ArchiveError, Evaluated, PlaneMap, Results};
use crate::fungi::Settings;
use crate::gallery::Provenance;

const STYLE: &str = include_str!("report.css");

/// The page's text.
pub fn report(results: &Results<'_>) -> Result<String, ArchiveError> {
    let Results { images, making, evaluated, maps, with_pictures } = results;
    let title = title(images.len(), *evaluated);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} | Mycoscope</title>\n<style>\n{STYLE}</style>\n\
         </head>\n<body>\n<main>\n<h1>{title}</h1>\n",
        title = Text(&title),
    );
    match evaluated {
        Some(evaluated) => {
            page += &summary::summary(evaluated);
            page += &results::tables(evaluated);
            page += &confusion::per_class(evaluated);
            page += &confusion::matrices(evaluated);
        }
        None => page += "<p>There is no evaluation: it needs labels on at least two classes of two images each.</p>\n",
    }
    if !maps.is_empty() {
        let mut classes = vec![None; images.len()];
        let labels: Vec<Option<&str>> = images.iter().map(|(entry, _)| entry.label.as_deref()).collect();
        let mut names: Vec<&str> = labels.iter().copied().flatten().collect();
        names.sort_unstable();
        names.dedup();
        for (class, label) in classes.iter_mut().zip(&labels) {
            *class = label.and_then(|label| names.binary_search(&label).ok());
        }
        page += "<section>\n<h2>Maps</h2>\n<p>Each mark is an image, placed by the first two principal components of its \
                 features. Images of one class share a shape and a colour.</p>\n";
        for (place, map) in maps.iter().enumerate() {
            page += &figure(place, map, &classes, &names)?;
        }
        page += "</section>\n";
    }
    page += &made(making, *with_pictures);
    page += "</main>\n</body>\n</html>\n";
    Ok(page)
}

fn title(images: usize, evaluated: Option<&Evaluated>) -> String {
    match evaluated {
        Some(evaluated) => {
            format!(
                "Evaluation of {} in {} classes",
                words::count(evaluated.classes.len(), "image"),
                evaluated.names.len()
            )
        }
        None => format!("Features of {}", words::count(images, "image")),
    }
}

fn figure(place: usize, map: &PlaneMap, classes: &[Option<usize>], names: &[&str]) -> Result<String, ArchiveError> {
    let shares = map.explained.map(|share| words::percent(Some(share)));
    let left_out = map.points.len().saturating_sub(map::MOST_POINTS);
    let partly = match left_out {
        0 => String::new(),
        _ => format!(" It shows {} of {} images.", map::MOST_POINTS, map.points.len()),
    };
    Ok(format!(
        "<figure>\n{}\n<figcaption>{}: the axes hold {} % and {} % of the variance.{partly}</figcaption>\n</figure>\n",
        map::svg(place, map, classes, names)?,
        Text(&map.title),
        shares[0],
        shares[1],
    ))
}

/// How it was made.
fn made(making: &super::Making, with_pictures: bool) -> String {
    let Provenance { model, sha256, config, settings, .. } = &making.provenance;
    let Settings { seed, .. } = settings;
    let objectives: Vec<&str> = settings.objectives.iter().map(|objective| objective.part().name()).collect();
    let gradients = if objectives.is_empty() { "none".to_owned() } else { objectives.join(", ") };
    let rows = [
        ("Model", format!("{model}, {} px, patches of {} px", config.image, config.patch)),
        ("SHA-256 of its weights", sha256.clone()),
        ("Gradients", gradients),
        ("Seed", seed.to_string()),
        ("Device", making.device.clone()),
        ("Ran on", making.platform.clone()),
        ("Mycoscope", making.program.clone()),
    ];
    let mut section = "<section>\n<h2>How it was made</h2>\n<dl>\n".to_owned();
    for (term, value) in &rows {
        section += &format!("<dt>{term}</dt><dd>{}</dd>\n", Text(value));
    }
    let pictures = if with_pictures { "the pictures are in images/." } else { "the pictures are not included." };
    section += &format!(
        "</dl>\n<p>Beside this report: settings.json has all settings, metrics.json every number of this page and more, \
         images.csv the images with labels and SHA-256, features.safetensors and features/ their features; {pictures} \
         Dropped on Mycoscope's page, the whole zip brings gallery, labels and features back.</p>\n</section>\n"
    );
    section
}

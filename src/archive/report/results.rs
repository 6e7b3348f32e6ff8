//! The tables of measures.

use super::html::Text;
use super::words;
use crate::archive::Evaluated;
use crate::retrieval::{Metric, Row};

/// A table of the sets as they are, and one of the same centred.
pub fn tables(evaluated: &Evaluated) -> String {
    let mut section = format!(
        "<section>\n<h2>Feature sets</h2>\n<p>All numbers are in %. Below each stands how far it is above the embedding, as it \
         is, in points, with a 95 % interval (paired bootstrap over images, seed {}), and what that says. \
         Sets with \u{201c}views\u{2019} mean\u{201d} use no gradient: they average the same views.</p>\n",
        evaluated.seed
    );
    for (centred, title, id) in [
        (false, "Features as they are", "plain"),
        (true, "Features centred: the gallery\u{2019}s mean subtracted, then normalised again", "centred"),
    ] {
        let rows: Vec<&Row> = evaluated.rows.iter().filter(|row| row.set.centred == centred).collect();
        if !rows.is_empty() {
            section += &table(&rows, evaluated.k, title, id);
        }
    }
    section + "</section>\n"
}

fn table(rows: &[&Row], k: usize, title: &str, id: &str) -> String {
    // Where no row has a measure, it was not asked for or makes no sense for these labels.
    let metrics: Vec<Metric> =
        Metric::ALL.into_iter().filter(|&metric| rows.iter().any(|row| row.value(metric, k).is_some())).collect();
    let mut table = format!(
        "<div class=\"wide\" role=\"region\" aria-labelledby=\"{id}\" tabindex=\"0\">\n<table>\n\
         <caption id=\"{id}\">{title}</caption>\n<thead><tr><th scope=\"col\">Features</th>"
    );
    for metric in &metrics {
        table += &format!("<th scope=\"col\">{}</th>", words::heading(*metric, k));
    }
    table += "</tr></thead>\n<tbody>\n";
    for row in rows {
        table += &format!("<tr><th scope=\"row\">{}</th>", Text(&row.set.name));
        metrics.iter().for_each(|metric| table += &cell(row, *metric, k));
        table += "</tr>\n";
    }
    table + "</tbody>\n</table>\n</div>\n"
}

fn cell(row: &Row, metric: Metric, k: usize) -> String {
    let value = row.value(metric, k);
    let difference = value.and_then(|value| value.against_embedding).map(|difference| {
        let (verdict, class) = words::verdict(&difference);
        format!("<br><small>{}<br><span class=\"{class}\">{verdict}</span></small>", words::points(&difference))
    });
    format!("<td>{}{}</td>", words::value(value), difference.unwrap_or_default())
}

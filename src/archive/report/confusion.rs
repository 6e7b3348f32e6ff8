//! Class by class: how many are found, and what they are taken for.

use super::html::Text;
use super::words;
use crate::archive::{Detail, Evaluated};

/// Classes up to which a whole matrix is shown; above, the most frequent confusions are listed.
const MOST_CLASSES: usize = 40;
/// Confusions that are listed.
const LISTED: usize = 40;

/// The share of each class that is found again.
pub fn per_class(evaluated: &Evaluated) -> String {
    if evaluated.details.is_empty() {
        return String::new();
    }
    let sizes = evaluated.sizes();
    let columns: Vec<Vec<Option<f64>>> = evaluated.details.iter().map(|detail| detail.per_class()).collect();
    let mut section = format!(
        "<section>\n<h2>Class by class</h2>\n<div class=\"wide\" role=\"region\" aria-labelledby=\"classes\" tabindex=\"0\">\n\
         <table>\n<caption id=\"classes\">Images whose {} nearest vote for their own class, in %</caption>\n\
         <thead><tr><th scope=\"col\">Class</th><th scope=\"col\">Images</th>",
        evaluated.k
    );
    for detail in &evaluated.details {
        section += &format!("<th scope=\"col\">{}</th>", Text(&title(evaluated, detail)));
    }
    section += "</tr></thead>\n<tbody>\n";
    for (class, (name, size)) in evaluated.names.iter().zip(&sizes).enumerate() {
        section += &format!("<tr><th scope=\"row\">{}</th><td>{size}</td>", Text(name));
        for column in &columns {
            section += &format!("<td>{}</td>", words::percent(column.get(class).copied().flatten()));
        }
        section += "</tr>\n";
    }
    section + "</tbody>\n</table>\n</div>\n</section>\n"
}

/// What images of each class are taken for.
pub fn matrices(evaluated: &Evaluated) -> String {
    if evaluated.details.is_empty() {
        return String::new();
    }
    let mut section = "<section>\n<h2>Confusion</h2>\n".to_owned();
    for (place, detail) in evaluated.details.iter().enumerate() {
        section += &if evaluated.names.len() <= MOST_CLASSES {
            matrix(evaluated, detail, place)
        } else {
            list(evaluated, detail)
        };
    }
    section + "</section>\n"
}

fn matrix(evaluated: &Evaluated, detail: &Detail, place: usize) -> String {
    let mut table = format!(
        "<div class=\"wide\" role=\"region\" aria-labelledby=\"confusion-{place}\" tabindex=\"0\">\n<table class=\"confusion\">\n\
         <caption id=\"confusion-{place}\">{}: rows are true classes, columns what the vote says; numbers of images</caption>\n\
         <thead><tr><th scope=\"col\">True class</th>",
        Text(&title(evaluated, detail)),
    );
    for name in &evaluated.names {
        table += &format!("<th scope=\"col\">{}</th>", Text(name));
    }
    table += "</tr></thead>\n<tbody>\n";
    for (class, (name, row)) in evaluated.names.iter().zip(&detail.confusion).enumerate() {
        table += &format!("<tr><th scope=\"row\">{}</th>", Text(name));
        for (vote, &count) in row.iter().enumerate() {
            let kind = match (vote == class, count) {
                (true, _) => " class=\"right\"",
                (false, 0) => " class=\"none\"",
                (false, _) => " class=\"wrong\"",
            };
            table += &format!("<td{kind}>{count}</td>");
        }
        table += "</tr>\n";
    }
    table + "</tbody>\n</table>\n</div>\n"
}

fn list(evaluated: &Evaluated, detail: &Detail) -> String {
    let cells = detail.confusion.iter().enumerate().flat_map(|(class, row)| {
        row.iter()
            .enumerate()
            .filter(move |(vote, count)| *vote != class && **count > 0)
            .map(move |(vote, count)| (*count, class, vote))
    });
    let mut cells: Vec<(usize, usize, usize)> = cells.collect();
    cells.sort_by_key(|&(count, class, vote)| (std::cmp::Reverse(count), class, vote));
    let mut table = format!(
        "<table>\n<caption>{}: the most frequent confusions of {}</caption>\n<thead><tr><th scope=\"col\">True class</th>\
         <th scope=\"col\">Taken for</th><th scope=\"col\">Images</th></tr></thead>\n<tbody>\n",
        Text(&title(evaluated, detail)),
        cells.len(),
    );
    let name = |class: usize| evaluated.names.get(class).map_or("", String::as_str);
    for &(count, class, vote) in cells.iter().take(LISTED) {
        table += &format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{count}</td></tr>\n",
            Text(name(class)),
            Text(name(vote))
        );
    }
    table + "</tbody>\n</table>\n"
}

fn title(evaluated: &Evaluated, detail: &Detail) -> String {
    evaluated.rows.get(detail.row).map(Evaluated::title).unwrap_or_default()
}

//! What is inside a gradient, in words: for labels, for those who can't see the pictures, and for the table.

use crate::fungi::{Gradient, Region};
use crate::ui::numbers::{duration, fixed, significant};

/// Significant digits of losses and lengths: with untrained heads, the losses of an image's crops differ in the third.
const DIGITS: u32 = 4;

/// A loss, or a length.
pub fn number(number: f64) -> String {
    significant(number, DIGITS)
}

/// What a view is called: "crop 3".
pub fn name(gradient: &Gradient, view: usize) -> String {
    format!("{} {}", gradient.views.kinds().0, view + 1)
}

/// Where a view lies in the picture.
pub fn place(region: Region) -> String {
    let percent = |share: f32| fixed(f64::from(share) * 100.0, 0);
    let Region { left, top, width, height } = region;
    format!(
        "{} % wide, {} % high, {} % from the left, {} % from the top",
        percent(width),
        percent(height),
        percent(left),
        percent(top)
    )
}

/// One view, with its numbers.
pub fn view(gradient: &Gradient, view: usize) -> String {
    format!(
        "{} of {}: loss {}, gradient {}; {}",
        name(gradient, view),
        gradient.regions.len(),
        number(gradient.losses[view].into()),
        number(gradient.lengths[view]),
        place(gradient.regions[view])
    )
}

/// Losses and lengths of all views together.
pub fn total(gradient: &Gradient) -> String {
    let (loss, length) = (number(gradient.loss), number(gradient.length));
    let kinds = gradient.views.kinds().1;
    match gradient.regions.len() {
        1 => format!("The loss is {loss}, and its gradient has the length {length}."),
        count => {
            let sum = gradient.lengths.iter().sum::<f64>();
            format!(
                "The loss is {loss}, the sum over {count} {kinds}. Its gradient has the length {length}: {} of what the {kinds}' \
                 parts have in all; the rest cancels out, because they point in different directions.",
                share(if sum > 0.0 { gradient.length / sum } else { 0.0 })
            )
        }
    }
}

/// What the gradient's picture shows.
pub fn picture(gradient: &Gradient) -> String {
    let cells = &gradient.picture;
    let (dim, block, [least, most]) = (cells.dim, cells.block(), cells.range());
    let above = cells.values.iter().filter(|value| **value > 0.0).count() as f64 / cells.values.len().max(1) as f64;
    let what = match block {
        1 => "Each cell is one of them".into(),
        _ if dim == block * cells.rows => format!("Each cell is the mean of {block} × {block} of them"),
        _ => format!("Each cell is the mean of about {block} × {block} of them"),
    };
    format!(
        "{dim} × {} numbers: how the loss changes with weight and bias of the last block's attention projection, one row for each \
         output. {what}, from {} to {}; {} of the cells are above zero. The last column is the bias's. Small numbers are drawn \
         stronger than they are.",
        dim + 1,
        number(least.into()),
        number(most.into()),
        share(above)
    )
}

/// What the projected vector is.
pub fn projected(gradient: &Gradient) -> String {
    let least = gradient.projected.iter().copied().reduce(f32::min).unwrap_or_default();
    let most = gradient.projected.iter().copied().reduce(f32::max).unwrap_or_default();
    format!(
        "{} numbers, from {} to {}: the gradient, projected by random signs and brought to the length 1.",
        gradient.projected.len(),
        fixed(least.into(), 3),
        fixed(most.into(), 3)
    )
}

/// What is under way: that many views, each of which takes that many milliseconds, if that is known.
pub fn waiting(views: usize, millis: Option<f64>) -> String {
    let views_named = if views == 1 { "1 view".to_owned() } else { format!("{views} views") };
    match millis.map(|millis| millis * views as f64).filter(|all| *all > 1000.0) {
        Some(all) => format!("Taking the image apart: {views_named}, about {}.", duration(all)),
        None => format!("Taking the image apart: {views_named}."),
    }
}

fn share(share: f64) -> String {
    format!("{} %", fixed(share * 100.0, 0))
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;
    use crate::fungi::{Part, ViewSet};

    #[test]
    fn a_view_is_told_with_its_numbers_and_its_place() {
        let gradient = example(Part::Dino, ViewSet::Crops { global: 1, local: 2 }, 3);
        assert_eq!(
            view(&gradient, 1),
            "crop 2 of 3: loss 2.000, gradient 0.02000; 25 % wide, 50 % high, 10 % from the left, 0 % from the top"
        );
    }

    #[test]
    fn totals_say_what_cancels_out() {
        let gradient = example(Part::Dino, ViewSet::Crops { global: 1, local: 2 }, 3);
        let said = total(&gradient);
        assert!(said.starts_with("The loss is 6.000, the sum over 3 crops."), "{said}");
        assert!(said.contains("the length 0.03000: 50 % of what the crops' parts have in all"), "{said}");
        let alone = total(&example(Part::Kl, ViewSet::Inference, 1));
        assert_eq!(alone, "The loss is 1.000, and its gradient has the length 0.005000.");
    }

    #[test]
    fn pictures_are_told_by_their_numbers() {
        let gradient = example(Part::Kl, ViewSet::Inference, 1);
        let said = picture(&gradient);
        assert!(said.starts_with("6 × 7 numbers") && said.contains("the mean of 3 × 3 of them"), "{said}");
        assert!(said.contains("from -2.000 to 1.000; 50 % of the cells are above zero"), "{said}");
        assert!(projected(&gradient).starts_with("2 numbers, from -0.600 to 0.800:"));
    }

    #[test]
    fn what_takes_long_is_told_beforehand() {
        assert_eq!(waiting(62, None), "Taking the image apart: 62 views.");
        assert_eq!(waiting(62, Some(5.0)), "Taking the image apart: 62 views.");
        assert_eq!(waiting(62, Some(100.0)), "Taking the image apart: 62 views, about 7 s.");
        assert_eq!(waiting(1, None), "Taking the image apart: 1 view.");
    }
}

//! What the page's names and abbreviations stand for: one line each, on demand.

use leptos::prelude::*;

/// Name, what it stands for, and what it is.
const TERMS: [(&str, &str, &str); 7] = [
    ("Embedding", "", "the vector that the model, as it is, gives for an image; similar images have similar ones."),
    (
        "FUNGI",
        "Features from Unsupervised Gradients",
        "the embedding, and behind it the gradients of the objectives below: how the model's last layer would have to change for this image.",
    ),
    ("KL", "Kullback-Leibler divergence", "how far the model is from undecided about the image."),
    ("DINO", "self-distillation with no labels", "asks small crops of the image to give what large crops of it give."),
    (
        "SimCLR",
        "simple framework for contrastive learning of representations",
        "asks pieces of the image to resemble each other more than they resemble other images.",
    ),
    (
        "Views' mean",
        "",
        "the mean of the last block's heads over the crops or pieces that an objective uses; it needs no gradient.",
    ),
    (
        "Embeddings",
        "",
        "behind DINO or SimCLR: the mean of the embeddings of those crops or pieces; it needs no gradient either.",
    ),
];

/// The list, and where to read on. Once in the page; any [`TermsButton`] opens it.
#[component]
pub fn Terms() -> impl IntoView {
    let term = |(name, stands_for, what): (&'static str, &'static str, &'static str)| {
        let stands_for = if stands_for.is_empty() { String::new() } else { format!("{stands_for}: ") };
        view! {
            <dt>{name}</dt>
            <dd>{stands_for}{what}</dd>
        }
    };
    view! {
        <section id="terms" class="card" popover="auto" aria-labelledby="terms-heading" data-testid="terms">
            <h2 id="terms-heading">"What the names stand for"</h2>
            <dl class="facts">{TERMS.map(term).collect_view()}</dl>
            <p class="row">
                <a href="https://arxiv.org/abs/2407.10964" target="_blank" rel="noopener">"The paper"</a>
                <a href="https://github.com/WalterSimoncini/fungivision" target="_blank" rel="noopener">"Its authors' code"</a>
            </p>
        </section>
    }
}

/// Opens the list of terms.
#[component]
pub fn TermsButton(
    /// What it says.
    #[prop(default = "Terms")]
    words: &'static str,
) -> impl IntoView {
    view! {
        <button type="button" class="small" title="What the names stand for" popovertarget="terms" data-testid="explain">
            {words}
        </button>
    }
}

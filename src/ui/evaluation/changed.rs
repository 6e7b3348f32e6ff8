//! Images whose vote changes between the two sets.

use leptos::prelude::*;

use super::EvaluationState;
use super::thumb::Thumb;
use crate::gallery::Id;
use crate::retrieval::Turned;

/// The most images of a list that are shown: more would take longer than a frame to draw.
const SHOWN: usize = 60;

/// From wrong to right, and from right to wrong.
#[component]
pub fn Changed(state: EvaluationState) -> impl IntoView {
    let turned = Memo::new(move |_| {
        state.compared.with(|compared| {
            let Some(compared) = compared else { return (Vec::new(), Vec::new()) };
            let turned = Turned::find(&compared.labels, &compared.votes[0], &compared.votes[1]);
            let name = |class: Option<u32>| {
                class.and_then(|class| compared.names.names.get(class as usize)).cloned().unwrap_or_default()
            };
            let image = |place: usize| {
                let votes = [name(compared.votes[0][place]), name(compared.votes[1][place])];
                (
                    compared.ids[place],
                    format!("{}: {} \u{2192} {}", name(Some(compared.labels[place])), votes[0], votes[1]),
                )
            };
            let all = |places: &[usize]| places.iter().map(|&place| image(place)).collect::<Vec<(Id, String)>>();
            (all(&turned.to_right), all(&turned.to_wrong))
        })
    });
    let list = move |to_right: bool| {
        let (heading, testid) = match to_right {
            true => ("Wrong by the first, right by the second", "eval-to-right"),
            false => ("Right by the first, wrong by the second", "eval-to-wrong"),
        };
        let images = move || turned.with(|(right, wrong)| if to_right { right.clone() } else { wrong.clone() });
        view! {
            <div>
                <h3>{heading}": "{move || images().len()}</h3>
                <ul class="strip eval-strip" data-testid=testid>
                    <For each=move || images().into_iter().take(SHOWN) key=|image| image.clone() let(image)>
                        <li><Thumb state id=image.0 said=image.1.clone() /></li>
                    </For>
                </ul>
                <p class="quiet" hidden=move || images().len() <= SHOWN>{format!("The first {SHOWN} are shown.")}</p>
            </div>
        }
    };
    view! {
        <p class="quiet">"Label: vote by the first set \u{2192} vote by the second. A click shows an image's neighbours."</p>
        {list(true)}
        {list(false)}
    }
}

//! Why a neighbour moved: for each part a bar to the right for what it added, to the left for what it took.

use leptos::prelude::*;

use super::moved::Moved;
use super::words::signed;
use crate::fungi::Part;
use crate::gallery::Id;
use crate::ui::gallery::GalleryState;
use crate::ui::numbers::fixed;

/// The bars; nothing for a neighbour that did not move.
#[component]
pub fn Movement(moved: Signal<Option<Moved>>, gallery: GalleryState) -> impl IntoView {
    let name = move |id: Id| gallery.shown(id).map(|shown| shown.get().name).unwrap_or_default();
    let bar = |most: f32| {
        move |(part, gain): (Part, f32)| {
            let length =
                format!("scaleX({})", fixed(f64::from((gain / most.max(f32::MIN_POSITIVE)).clamp(-1.0, 1.0)), 3));
            view! {
                <tr data-testid="why-gain" data-part=part.key()>
                    <th scope="row">{part.name()}</th>
                    <td class="amount">{signed(gain, 3)}</td>
                    <td aria-hidden="true"><span class="signed" class:taken=gain < 0.0><span style:transform=length></span></span></td>
                </tr>
            }
        }
    };
    let shown = move || {
        let moved = moved.get()?;
        let second = gallery.looked.get()?.second;
        let bars = moved.parts.iter().copied().map(bar(moved.most())).collect_view();
        Some(view! {
            <section class="movement" aria-labelledby="why-moved" data-testid="why-moved">
                <h3 id="why-moved">{moved.question()}</h3>
                <p class="quiet">{moved.sentence(&name(second), &name(moved.other))}</p>
                <table>
                    <caption class="unseen">"What each part adds to this neighbour's score, less what it adds to the other's"</caption>
                    <tbody>{bars}</tbody>
                </table>
            </section>
        })
    };
    view! { {shown} }
}

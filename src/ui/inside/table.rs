//! The views as a table: for those who can't see the pictures, and for those who want to compare.

use std::sync::Arc;

use leptos::prelude::*;

use super::words;
use crate::fungi::Gradient;

/// One row for each view, and one for all.
#[component]
pub fn Table(gradient: Arc<Gradient>) -> impl IntoView {
    let row = |view: usize| {
        view! {
            <tr>
                <th scope="row">{words::name(&gradient, view)}</th>
                <td>{words::number(gradient.losses[view].into())}</td>
                <td>{words::number(gradient.lengths[view])}</td>
                <td>{words::place(gradient.regions[view])}</td>
            </tr>
        }
    };
    let rows = (0..gradient.regions.len()).map(row).collect_view();
    view! {
        <details class="inside-table" data-testid="inside-table">
            <summary>"The views as a table"</summary>
            <table>
                <caption class="unseen">"Each view's loss, the length of its part of the gradient, and its place in the picture"</caption>
                <thead>
                    <tr>
                        <th scope="col">"View"</th>
                        <th scope="col">"Loss"</th>
                        <th scope="col">"Gradient"</th>
                        <th scope="col">"Place"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">"Together"</th>
                        <td>{words::number(gradient.loss)}</td>
                        <td>{words::number(gradient.length)}</td>
                        <td></td>
                    </tr>
                </tfoot>
            </table>
        </details>
    }
}

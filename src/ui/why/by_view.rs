//! All numbers in a table: what each view of the two images adds.

use leptos::prelude::*;

use super::WhyState;
use super::facet::by_view;
use super::words::signed;
use crate::fungi::Explanation;

/// Rows of the table at most: the views that add or take most.
const ROWS: usize = 64;

/// The table, folded away.
#[component]
pub fn ByView(state: WhyState) -> impl IntoView {
    let rows = move || {
        let facet = state.facet.get();
        state.explained(|explained| facet.part(&explained.parts).map(rows)).flatten().unwrap_or_default()
    };
    let row = |(name, values): (String, [Option<f32>; 2])| {
        let cell = |value: Option<f32>| value.map(|value| signed(value, 4));
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="amount">{cell(values[0])}</td>
                <td class="amount">{cell(values[1])}</td>
            </tr>
        }
    };
    view! {
        <details class="by-view" hidden=move || rows().is_empty()>
            <summary>"What each view adds, in numbers"</summary>
            <table>
                <thead>
                    <tr>
                        <th scope="col">"View"</th>
                        <th scope="col">"First image"</th>
                        <th scope="col">"Second image"</th>
                    </tr>
                </thead>
                <tbody>{move || rows().into_iter().map(row).collect_view()}</tbody>
            </table>
        </details>
    }
}

/// Each view's name, and what it adds in the first and in the second image; those that matter most, in order.
fn rows(of: &Explanation) -> Vec<(String, [Option<f32>; 2])> {
    let values = [by_view(of, 0), by_view(of, 1)];
    let count = values[0].len().max(values[1].len());
    let value = |image: usize, view: usize| values[image].get(view).copied();
    let most = |view: usize| {
        [0, 1].into_iter().filter_map(|image| value(image, view)).fold(0.0_f32, |most, x| most.max(x.abs()))
    };
    let mut views: Vec<usize> = (0..count).collect();
    views.sort_by(|&a, &b| most(b).total_cmp(&most(a)));
    views.truncate(ROWS);
    views.sort_unstable();
    views.into_iter().map(|view| (of.name(view), [value(0, view), value(1, view)])).collect()
}

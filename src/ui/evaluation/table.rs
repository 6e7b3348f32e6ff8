//! Feature sets by measures, as a table that sorts by any column.

use leptos::prelude::*;

use super::EvaluationState;
use super::lines::{Column, Key};
use super::naming::{about, heading};
use super::row::Cells;
use crate::retrieval::Metric;

/// The table, in a frame that scrolls sideways, and what its signs mean.
#[component]
pub fn Table(state: EvaluationState) -> impl IntoView {
    let k = Memo::new(move |_| state.k());
    let keys = move || {
        let sorted = state.lines.with(|lines| lines.sorted(state.sorting.get(), k.get(), |set| state.views(set)));
        sorted.iter().map(|line| line.key()).collect::<Vec<Key>>()
    };
    let columns = [Column::Name, Column::Views].into_iter().chain(Metric::ALL.map(Column::Metric));
    let head = move |column: Column| {
        let name = move || match column {
            Column::Metric(metric) => heading(metric, k.get()),
            Column::Views => "views".into(),
            Column::Name | Column::Order => "feature set".into(),
        };
        let what = match column {
            Column::Metric(metric) => about(metric),
            Column::Views => "How many views of each image are computed: what the set costs.",
            Column::Name | Column::Order => "The parts whose cosines are summed.",
        };
        let key = match column {
            Column::Metric(metric) => format!("{metric:?}").to_lowercase(),
            Column::Views => "views".into(),
            Column::Name | Column::Order => "name".into(),
        };
        let sorting = state.sorting;
        view! {
            <th scope="col" aria-sort=move || sorting.get().aria(column) title=what>
                <button
                    type="button"
                    class="eval-sort"
                    data-testid=format!("eval-sort-{key}")
                    on:click=move |_| sorting.update(|sorting| *sorting = sorting.pressed(column))
                >
                    {name}
                    <span aria-hidden="true" class="eval-arrow">
                        {move || match sorting.get().aria(column) {
                            Some("ascending") => "\u{25b2}",
                            Some(_) => "\u{25bc}",
                            None => "",
                        }}
                    </span>
                </button>
            </th>
        }
    };
    view! {
        <div class="eval-scroll" role="region" aria-labelledby="eval-table-caption" tabindex="0">
            <table class="eval-table" data-testid="eval-table" aria-busy=move || if state.progress.with(Option::is_some) { "true" } else { "false" }>
                <caption id="eval-table-caption" class="unseen">
                    "Feature sets by measures, in percent, with the difference from the embedding and its 95 % interval"
                </caption>
                <thead>
                    <tr>{columns.map(head).collect_view()}</tr>
                </thead>
                <tbody>
                    <For each=keys key=|key| key.clone() let(key)>
                        <Cells state key k />
                    </For>
                </tbody>
            </table>
        </div>
        <p class="quiet">
            "In percent. Below each value: how much it lies above or below the embedding's, in points, with the 95 % interval over \
             images: "<span class="better">"\u{25b2} better"</span>", "<span class="worse">"\u{25bc} worse"</span>
            ", \u{2248} not distinguishable. Each interval stands for itself: of a hundred comparisons without any real difference, about \
             five would still look better or worse. Sets marked \"no gradient\" average the same views without any."
        </p>
    }
}

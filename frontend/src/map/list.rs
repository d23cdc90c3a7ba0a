//! The map as a list: the same executions in words, for those who cannot or will not look.

use heddle_timeline::map::{Execution, Map, Spot};
use leptos::prelude::*;

use super::Chart;
use crate::lean::{live, text};

/// Rows on one page.
const PAGE: usize = 50;

struct Row {
    number: u64,
    difference: String,
    end: String,
    times: u64,
    fails: bool,
}

impl Row {
    fn new(map: &Map, one: &Execution) -> Row {
        Row {
            number: one.number,
            difference: map.difference(one),
            end: map.ending(one),
            times: one.again + 1,
            fails: one.fails,
        }
    }
}

/// The executions, failing ones first, a page at a time.
#[component]
pub(super) fn List(chart: Chart) -> impl IntoView {
    let page = RwSignal::new(0usize);
    let rows = move || {
        chart.store.with(|map| {
            let (bad, good): (Vec<_>, Vec<_>) = map.executions().iter().partition(|one| one.fails);
            let all = bad.into_iter().chain(good);
            let shown = all.skip(page.get() * PAGE).take(PAGE);
            shown.map(|one| Row::new(map, one)).collect::<Vec<_>>()
        })
    };
    let pages = move || {
        chart
            .store
            .with(|map| map.executions().len())
            .div_ceil(PAGE)
            .max(1)
    };
    let row = move |row: Row| {
        let number = row.number;
        let class = if row.fails { "map-fails" } else { "" };
        view! {
            <tr class=class>
                <th scope="row">
                    <button
                        type="button"
                        class="tl-row"
                        aria-label=format!("Replay execution {number}")
                        on:click=move |_| chart.act(Spot::Execution(number))
                    >
                        {number}
                    </button>
                </th>
                <td>{row.difference}</td>
                <td>{row.end}</td>
                <td>{row.times}</td>
            </tr>
        }
    };
    let turn = move |label: &'static str, on: bool| {
        let off = move || {
            if on {
                page.get() + 1 >= pages()
            } else {
                page.get() == 0
            }
        };
        view! {
            <button
                type="button"
                class="tl-button"
                disabled=off
                on:click=move |_| page.update(|page| *page = if on { *page + 1 } else { page.saturating_sub(1) })
            >
                {label}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="tl-table map-list" data-testid="map-list" tabindex="0" role="group" aria-label="Executions in words">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Replay"</th>
                        <th scope="col">"How it differs"</th>
                        <th scope="col">"How it ends"</th>
                        <th scope="col">"Times seen"</th>
                    </tr>
                </thead>
                <tbody>{live(move || rows().into_iter().map(row).collect_view())}</tbody>
            </table>
            {live(move || {
                (pages() > 1)
                    .then(|| {
                        view! {
                            <p class="tl-pages">
                                {turn("Earlier", false)}
                                <span>{text(move || format!("Page {} of {}", page.get() + 1, pages()))}</span>
                                {turn("Later", true)}
                            </p>
                        }
                    })
            })}
        </div>
    }
}

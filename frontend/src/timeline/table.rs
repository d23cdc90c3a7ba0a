//! The timeline as a table: the same events, the same selection, in words.

use leptos::prelude::*;

use super::store::TraceStore;

/// Rows on one page.
const PAGE: usize = 100;

/// One row.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    event: usize,
    /// Its step (or event of a free run), from 1.
    step: usize,
    task: String,
    sentence: String,
}

/// Number of the page that shows an event.
const fn page_of(event: Option<usize>) -> usize {
    match event {
        Some(event) => event / PAGE,
        None => 0,
    }
}

fn rows(store: TraceStore, page: usize) -> Vec<Row> {
    let count = store.with(|r| r.trace().events.len());
    let events = page * PAGE..((page + 1) * PAGE).min(count);
    store.narrate(|narrator| {
        events
            .map(|event| Row {
                event,
                step: store.with(|r| r.steps_at(Some(event))),
                task: store.with(|r| narrator.name(r.trace().events[event].task)),
                sentence: narrator.sentence(event),
            })
            .collect()
    })
}

/// The table, a page at a time.
#[component]
pub(super) fn EventTable(store: TraceStore, selected: RwSignal<Option<usize>>) -> impl IntoView {
    let page = RwSignal::new(page_of(selected.get_untracked()));
    Effect::new(move || {
        if let Some(event) = selected.get() {
            page.set(page_of(Some(event)));
        }
    });
    let pages = move || {
        store.version().track();
        store.with(|r| r.trace().events.len()).div_ceil(PAGE).max(1)
    };
    let several_pages = move || pages() > 1;
    let list = move || {
        store.version().track();
        rows(store, page.get())
    };
    let row = move |row: Row| {
        let Row {
            event,
            step,
            task,
            sentence,
        } = row;
        let is_selected = move || selected.get() == Some(event);
        view! {
            <tr class:tl-selected=is_selected>
                <th scope="row">
                    <button
                        type="button"
                        class="tl-row"
                        aria-label=format!("Go to step {step}")
                        aria-current=move || is_selected().then_some("step")
                        on:click=move |_| selected.set(Some(event))
                    >
                        {step}
                    </button>
                </th>
                <td>{task}</td>
                <td>{sentence}</td>
            </tr>
        }
    };
    view! {
        <div class="tl-table" data-testid="timeline-table" tabindex="0" role="group" aria-label="Steps in words">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Step"</th>
                        <th scope="col">"Task"</th>
                        <th scope="col">"What happens"</th>
                    </tr>
                </thead>
                <tbody>{move || list().into_iter().map(row).collect_view()}</tbody>
            </table>
            <Show when=several_pages>
                <p class="tl-pages">
                    <button
                        type="button"
                        class="tl-button"
                        disabled=move || page.get() == 0
                        on:click=move |_| page.update(|p| *p = p.saturating_sub(1))
                    >
                        "Earlier"
                    </button>
                    <span>{move || format!("Page {} of {}", page.get() + 1, pages())}</span>
                    <button
                        type="button"
                        class="tl-button"
                        disabled=move || page.get() + 1 >= pages()
                        on:click=move |_| page.update(|p| *p += 1)
                    >
                        "Later"
                    </button>
                </p>
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_an_event_shows_it() {
        assert_eq!(page_of(None), 0);
        assert_eq!(page_of(Some(99)), 0);
        assert_eq!(page_of(Some(100)), 1);
    }
}

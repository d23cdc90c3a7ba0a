//! The timeline as a table: the same events, the same selection, in words.

use heddle_trace::Pending;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::store::TraceStore;
use crate::lean::{live, text};

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

/// After the last event: a name for the row, the task, the sentence.
type LastRow = (&'static str, String, String);

/// What each task would do next, and how it ended.
fn rest(store: TraceStore) -> Vec<LastRow> {
    let (pending, finished) = store.with(|r| (r.trace().pending.clone(), r.is_finished()));
    store.narrate(|narrator| {
        let next = |p: &Pending| ("next", narrator.name(p.task), narrator.pending(p));
        let mut rows: Vec<LastRow> = pending.iter().map(next).collect();
        if finished {
            rows.push(("end", String::new(), narrator.outcome()));
        }
        rows
    })
}

fn last_row((name, task, sentence): LastRow) -> impl IntoView {
    view! {
        <tr class="tl-last">
            <th scope="row">{name}</th>
            <td>{task}</td>
            <td>{sentence}</td>
        </tr>
    }
}

/// Scrolls the table, and nothing else, so that the selected row can be seen.
fn reveal_selected(window: &web_sys::HtmlElement) {
    let row = window.query_selector("tr.tl-selected").ok().flatten();
    let Some(row) = row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    let (top, height) = (row.offset_top(), row.offset_height());
    // The head of the table stays on top, and is about as high as a row.
    let (first, last) = (top - 2 * height, top + 2 * height - window.client_height());
    let now = window.scroll_top();
    if now > first || now < last {
        window.set_scroll_top(if now > first { first } else { last });
    }
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
    let is_last = move || page.get() + 1 == pages();
    let several_pages = move || pages() > 1;
    let list = move || {
        store.version().track();
        rows(store, page.get())
    };
    let window: NodeRef<html::Div> = NodeRef::new();
    Effect::new(move || {
        selected.track();
        request_animation_frame(move || {
            if let Some(window) = window.try_get_untracked().flatten() {
                reveal_selected(&window);
            }
        });
    });
    // What the picture shows after the last step: who would go on how, and the end.
    let after = move || {
        store.version().track();
        is_last().then(|| rest(store))
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
        <div
            class="tl-table"
            data-testid="timeline-table"
            node_ref=window
            tabindex="0"
            role="group"
            aria-label="Steps in words"
        >
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Step"</th>
                        <th scope="col">"Task"</th>
                        <th scope="col">"What happens"</th>
                    </tr>
                </thead>
                <tbody>
                    {live(move || list().into_iter().map(row).collect_view())}
                    {live(move || after().map(|rest| rest.into_iter().map(last_row).collect_view()))}
                </tbody>
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
                    <span>{text(move || format!("Page {} of {}", page.get() + 1, pages()))}</span>
                    <button
                        type="button"
                        class="tl-button"
                        disabled=is_last
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

//! The tasks to choose from.

use heddle_trace::{TaskId, TaskStatus};
use leptos::prelude::*;

use super::bench::Bench;
use super::tasks::{self, TaskCard};
use crate::lean::{holds, text};

/// One button for each task.
#[component]
pub(crate) fn TaskList(bench: Bench, cards: Memo<Vec<TaskCard>>) -> impl IntoView {
    let ids = Memo::new(move |_| cards.with(|cards| tasks::shown(cards, bench.system.get())));
    view! {
        <ul class="tasks" role="list" aria-label="Who goes next?">
            <For each=move || ids.get() key=|id| *id let:id>
                <TaskButton bench cards id />
            </For>
        </ul>
        <SystemFold bench cards />
    }
}

/// How many tasks of the standard library there are, folded away or not. The timeline has the same
/// switch.
#[component]
fn SystemFold(bench: Bench, cards: Memo<Vec<TaskCard>>) -> impl IntoView {
    let count =
        Memo::new(move |_| cards.with(|cards| cards.iter().filter(|card| card.system).count()));
    let some = Memo::new(move |_| count.get() > 0);
    let words = move || match count.get() {
        1 => "Show 1 task of the library".to_owned(),
        count => format!("Show {count} tasks of the library"),
    };
    view! {
        <Show when=holds(some)>
            <label class="system-fold" data-testid="system-tasks">
                <input
                    type="checkbox"
                    prop:checked=move || bench.system.get()
                    on:change=move |event| bench.system.set(event_target_checked(&event))
                />
                {text(words)}
            </label>
        </Show>
    }
}

/// One task. The button stays the same from state to state, and so keeps the focus.
#[component]
fn TaskButton(bench: Bench, cards: Memo<Vec<TaskCard>>, id: TaskId) -> impl IntoView {
    let card =
        Memo::new(move |_| cards.with(|cards| cards.iter().find(|card| card.task == id).cloned()));
    let can_go = move || {
        let may = bench.with_steps(|steps| steps.may_go(id).is_ok());
        may == Some(true)
    };
    let class = move || {
        card.with(|card| {
            let card = card.as_ref();
            let status = card.map_or("ended", |card| card.status_class());
            let last = if card.is_some_and(|card| card.just_went) {
                " task-last"
            } else {
                ""
            };
            format!("task task-{status}{last}")
        })
    };
    let read = move |read: fn(&TaskCard) -> String| {
        text(move || card.with(|card| card.as_ref().map(read).unwrap_or_default()))
    };
    let key = move || {
        card.with(|card| card.as_ref().and_then(TaskCard::key))
            .map(String::from)
    };
    let status = move || {
        card.with(|card| {
            let status = card.as_ref().map_or(TaskStatus::Ended, |card| card.status);
            match status {
                TaskStatus::Enabled => "enabled",
                TaskStatus::Blocked => "blocked",
                TaskStatus::Timed => "timed",
                TaskStatus::Ended => "ended",
            }
        })
    };
    view! {
        <li>
            <button
                type="button"
                class=text(class)
                data-testid=format!("task-{}", id.0)
                data-status=status
                aria-disabled=move || (!can_go()).then_some("true")
                aria-keyshortcuts=key
                on:click=move |_| bench.take(id)
            >
                <kbd class="task-key">{id.to_string()}</kbd>
                <span class="task-name">{read(|card| card.name.clone())}</span>
                <span class="task-status">{read(|card| card.status_word().to_owned())}</span>
                <span class="task-next">{read(|card| card.next.clone())}</span>
            </button>
        </li>
    }
}

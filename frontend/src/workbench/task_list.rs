//! The tasks to choose from.

use heddle_trace::{TaskId, TaskStatus};
use leptos::prelude::*;

use super::bench::Bench;
use super::tasks::TaskCard;

/// One button for each task.
#[component]
pub(crate) fn TaskList(bench: Bench, cards: Memo<Vec<TaskCard>>) -> impl IntoView {
    let ids = Memo::new(move |_| {
        let ids = |cards: &Vec<TaskCard>| cards.iter().map(|card| card.task).collect::<Vec<_>>();
        cards.with(ids)
    });
    view! {
        <ul class="tasks" role="list" aria-label="Who goes next?">
            <For each=move || ids.get() key=|id| *id let:id>
                <TaskButton bench cards id />
            </For>
        </ul>
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
    let text = move |read: fn(&TaskCard) -> String| {
        move || card.with(|card| card.as_ref().map(read).unwrap_or_default())
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
                class=class
                data-testid=format!("task-{}", id.0)
                data-status=status
                aria-disabled=move || (!can_go()).then_some("true")
                aria-keyshortcuts=key
                on:click=move |_| bench.take(id)
            >
                <kbd class="task-key" aria-hidden="true">{key}</kbd>
                <span class="task-name">{text(|card| card.name.clone())}</span>
                <span class="task-status">{text(|card| card.status_word().to_owned())}</span>
                <span class="task-next">{text(|card| card.next.clone())}</span>
            </button>
        </li>
    }
}

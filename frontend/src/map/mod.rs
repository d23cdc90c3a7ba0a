//! The map of interleavings on the page: a picture, the same as a list, and a sentence about the place
//! that is pointed at.
//!
//! What is drawn and where is decided by `heddle_timeline::map`; this listens, draws and speaks.

mod list;
mod picture;
mod store;

use std::sync::Arc;

use heddle_timeline::map::{Move, Plan, Search, Spot, Unfolded};
use heddle_trace::TaskId;
use leptos::html;
use leptos::prelude::*;

use crate::lean::{holds, live, text};
use crate::timeline::watch;
use list::List;
use picture::{Legend, Picture};
pub(crate) use store::MapStore;

/// A laid out map; the same only as itself.
#[derive(Debug, Clone, Default)]
struct Laid(Arc<Plan>);

impl PartialEq for Laid {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// An execution to open, and after how many of its steps.
pub(crate) type Wish = (Vec<TaskId>, usize);

/// Handles of one map.
#[derive(Clone, Copy)]
struct Chart {
    store: MapStore,
    search: Signal<Search>,
    /// The steps that are on show elsewhere.
    here: Signal<Option<Vec<TaskId>>>,
    open: Callback<Wish>,
    window: NodeRef<html::Div>,
    width: RwSignal<f64>,
    unfolded: RwSignal<Unfolded>,
    selected: RwSignal<Option<Spot>>,
    pointed: RwSignal<Option<Spot>>,
    plan: Memo<Laid>,
}

/// The map of the executions of a search. `open` is called when one is to be shown step by step.
#[component]
pub(crate) fn InterleavingMap(
    store: MapStore,
    search: Signal<Search>,
    here: Signal<Option<Vec<TaskId>>>,
    open: Callback<Wish>,
) -> impl IntoView {
    let chart = Chart::new(store, search, here, open);
    let as_list = RwSignal::new(false);
    watch::watch(chart.window, move || chart.resized(), || ());
    Effect::new(move || {
        if store.with(heddle_timeline::map::Map::is_empty) {
            chart.unfolded.set(Unfolded::default());
            chart.selected.set(None);
            chart.pointed.set(None);
        }
    });
    let summary = move || store.with(|map| map.summary(search.get()));
    let count = move || store.with(|map| map.executions().len());
    view! {
        <section class="map" aria-label="Map of interleavings" data-testid="map" data-behaviours=count>
            <div class="map-head">
                <h3>"Map of interleavings"</h3>
                <p class="quiet" data-testid="map-summary">{text(summary)}</p>
                <button
                    type="button"
                    class="tl-button"
                    data-testid="map-list-toggle"
                    aria-pressed=text(move || as_list.get().to_string())
                    on:click=move |_| as_list.update(|on| *on = !*on)
                >
                    "List"
                </button>
            </div>
            <div class="map-body" hidden=move || as_list.get()>
                <Picture chart />
                <p class="map-sentence" aria-live="polite" data-testid="map-sentence">
                    {text(move || chart.sentence())}
                </p>
                <Legend />
            </div>
            <Show when=holds(as_list)>
                <List chart />
            </Show>
            {live(move || unfolded_note(chart))}
        </section>
    }
}

/// A way back from parts that were unfolded by hand.
fn unfolded_note(chart: Chart) -> Option<impl IntoView> {
    (!chart.unfolded.with(|unfolded| unfolded.0.is_empty())).then(|| {
        view! {
            <button type="button" class="tl-button" on:click=move |_| chart.unfolded.set(Unfolded::default())>
                "Fold again"
            </button>
        }
    })
}

impl Chart {
    fn new(
        store: MapStore,
        search: Signal<Search>,
        here: Signal<Option<Vec<TaskId>>>,
        open: Callback<Wish>,
    ) -> Chart {
        let width = RwSignal::new(0.0);
        let unfolded = RwSignal::new(Unfolded::default());
        let plan = Memo::new(move |_| {
            let (search, width) = (search.get(), width.get());
            let plan =
                unfolded.with(|by_hand| store.with(|map| Plan::new(map, search, by_hand, width)));
            Laid(Arc::new(plan))
        });
        Chart {
            store,
            search,
            here,
            open,
            window: NodeRef::new(),
            width,
            unfolded,
            selected: RwSignal::new(None),
            pointed: RwSignal::new(None),
            plan,
        }
    }

    fn resized(self) {
        if let Some(window) = self.window.get_untracked() {
            self.width.set(f64::from(window.client_width()));
        }
    }

    /// What is said: about the place under the pointer, else the selected one.
    fn sentence(self) -> String {
        match self.pointed.get().or(self.selected.get()) {
            Some(spot) => self.say(spot),
            None => {
                "Each line is one behaviour; steps go from left to right. Choose one to replay \
                     it step by step."
                    .into()
            }
        }
    }

    fn say(self, spot: Spot) -> String {
        self.store.with(|map| map.sentence(spot, self.search.get()))
    }

    /// Goes along the map by keyboard.
    fn go(self, towards: Move) {
        let from = self.selected.get_untracked();
        let next = self.plan.with_untracked(|plan| plan.0.step(from, towards));
        self.selected.set(next);
        self.pointed.set(None);
        self.reveal();
    }

    /// Opens what is at a spot.
    fn act(self, spot: Spot) {
        self.selected.set(Some(spot));
        let wish = self.store.with_untracked(|map| {
            let (number, at) = match spot {
                Spot::Folded { .. } => return None,
                Spot::Execution(number) => (number, None),
                Spot::Fork { execution, at } | Spot::Waiting { execution, at } => {
                    (execution, Some(at))
                }
            };
            let steps = map.execution(number)?.choices.clone();
            let at = at.unwrap_or(steps.len());
            Some((steps, at))
        });
        match (wish, spot) {
            (Some(wish), _) => self.open.run(wish),
            (None, Spot::Folded { execution, at }) => {
                self.unfolded
                    .update(|unfolded| unfolded.0.push((execution, at)));
                // What was folded is drawn now: from the first of it on.
                self.selected.set(Some(Spot::Execution(execution)));
            }
            (None, _) => {}
        }
    }

    /// Scrolls the map, and nothing else, so that the selected row can be seen.
    fn reveal(self) {
        let Some(window) = self.window.get_untracked() else {
            return;
        };
        let place = self
            .selected
            .get_untracked()
            .and_then(|spot| self.plan.with_untracked(|plan| plan.0.place(spot)));
        let Some((_, y)) = place else { return };
        let (y, top, height) = (y as i32, window.scroll_top(), window.client_height());
        if y < top + 24 {
            window.set_scroll_top(y - 36);
        } else if y > top + height - 24 {
            window.set_scroll_top(y + 36 - height);
        }
    }
}

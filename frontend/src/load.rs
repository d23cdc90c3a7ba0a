//! Something that a page needs from the server.

use std::sync::Arc;

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use crate::api::{self, Failure};

/// On its way, here, or not to be had.
#[derive(Debug, Clone)]
pub(crate) enum Load<T> {
    /// On its way.
    Waiting,
    /// Here.
    Ready(Arc<T>),
    /// Not to be had.
    Failed(Failure),
}

/// Fetches it.
pub(crate) fn load<T>(path: String) -> RwSignal<Load<T>>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    let loaded = RwSignal::new(Load::Waiting);
    leptos::task::spawn_local(async move {
        let answer = match api::get(&path).await {
            Ok(value) => Load::Ready(Arc::new(value)),
            Err(failure) => Load::Failed(failure),
        };
        // The page may be gone by now.
        let _ = loaded.try_set(answer);
    });
    loaded
}

/// A request that failed, in words.
#[component]
pub(crate) fn FailureCard(
    failure: Failure,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="card card-bad" role="alert" data-testid="problem">
            <p class="card-title">{failure.title}</p>
            <p>{failure.detail}</p>
            {children.map(|children| view! { <div class="card-actions">{children()}</div> })}
        </div>
    }
}

//! Light, dark, or as the system says.

use leptos::prelude::*;

/// Where the choice is kept.
const KEY: &str = "heddle.theme";

/// The choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    const fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Theme::System => "Auto",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        }
    }

    fn stored() -> Theme {
        let name = storage().and_then(|storage| storage.get_item(KEY).ok()?);
        let is_it = |theme: &Theme| name.as_deref() == Some(theme.name());
        Theme::ALL.into_iter().find(is_it).unwrap_or(Theme::System)
    }

    fn apply(self) {
        let Some(root) = document().document_element() else {
            return;
        };
        // The style sheet follows the system unless this attribute is there.
        let _ = match self {
            Theme::System => root.remove_attribute("data-theme"),
            Theme::Light | Theme::Dark => root.set_attribute("data-theme", self.name()),
        };
        if let Some(storage) = storage() {
            // A browser that keeps nothing just forgets the choice.
            let _ = storage.set_item(KEY, self.name());
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok()?
}

/// The switch in the header.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(Theme::stored());
    Effect::new(move || theme.get().apply());
    let choice = move |this: Theme| {
        view! {
            <label class="theme-choice">
                <input
                    type="radio"
                    name="theme"
                    prop:checked=move || theme.get() == this
                    on:change=move |_| theme.set(this)
                />
                <span>{this.label()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="theme-switch" data-testid="theme">
            <legend class="visually-hidden">"Colours"</legend>
            {Theme::ALL.map(choice)}
        </fieldset>
    }
}

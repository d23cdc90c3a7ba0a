//! Tells when the page gives the picture another size or other colours.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MediaQueryList, MutationObserver, MutationObserverInit, ResizeObserver};

/// Media queries on which colours depend.
const QUERIES: [&str; 3] = [
    "(prefers-color-scheme: dark)",
    "(prefers-contrast: more)",
    "(forced-colors: active)",
];

/// What has to live as long as the picture.
struct Watch {
    size: ResizeObserver,
    theme: MutationObserver,
    queries: Vec<MediaQueryList>,
    on_size: Closure<dyn FnMut()>,
    on_colours: Closure<dyn FnMut()>,
}

/// Calls `resized` and `recoloured` until the owner is disposed of.
pub(crate) fn watch(
    element: NodeRef<html::Div>,
    resized: impl Fn() + Copy + 'static,
    recoloured: impl Fn() + Copy + 'static,
) {
    let kept: StoredValue<Option<Watch>, LocalStorage> = StoredValue::new_local(None);
    Effect::new(move || {
        let Some(element) = element.get() else { return };
        let Some(watch) = Watch::new(&element, resized, recoloured) else {
            return;
        };
        let before = kept.try_update_value(|kept| kept.replace(watch));
        if let Some(Some(before)) = before {
            before.stop();
        }
        resized();
    });
    on_cleanup(move || {
        let last = kept.try_update_value(Option::take).flatten();
        if let Some(watch) = last {
            watch.stop();
        }
    });
}

impl Watch {
    /// `None` in a browser that lacks one of the observers: then the first size and colours stay.
    fn new(
        element: &web_sys::Element,
        resized: impl Fn() + 'static,
        recoloured: impl Fn() + 'static,
    ) -> Option<Watch> {
        let on_size: Closure<dyn FnMut()> = Closure::new(resized);
        let on_colours: Closure<dyn FnMut()> = Closure::new(recoloured);
        let size = ResizeObserver::new(on_size.as_ref().unchecked_ref()).ok()?;
        size.observe(element);
        let theme = MutationObserver::new(on_colours.as_ref().unchecked_ref()).ok()?;
        let options = MutationObserverInit::new();
        options.set_attributes(true);
        let root = document().document_element()?;
        theme.observe_with_options(&root, &options).ok()?;
        let query = |text: &&str| window().match_media(text).ok()?;
        let queries: Vec<MediaQueryList> = QUERIES.iter().filter_map(query).collect();
        for query in &queries {
            query.set_onchange(Some(on_colours.as_ref().unchecked_ref()));
        }
        Some(Watch {
            size,
            theme,
            queries,
            on_size,
            on_colours,
        })
    }

    fn stop(self) {
        let Watch {
            size,
            theme,
            queries,
            on_size,
            on_colours,
        } = self;
        size.disconnect();
        theme.disconnect();
        for query in queries {
            query.set_onchange(None);
        }
        drop((on_size, on_colours));
    }
}

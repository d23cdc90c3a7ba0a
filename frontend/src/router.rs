//! Which page an address means, and moving between pages without loading anew.
//!
//! Three pages do not need a router crate: an address is parsed into a [`Route`], links are plain
//! `<a href>`, and one listener on the document turns clicks on them into navigation.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::address_bar::AddressBar;
use crate::link::Link;

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// The course.
    Catalogue,
    /// One lesson, by its slug.
    Lesson(String),
    /// The playground.
    Play,
    /// No page of ours.
    Missing,
}

impl Route {
    /// Reads a path.
    pub(crate) fn parse(path: &str) -> Route {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (None, _, _) => Route::Catalogue,
            (Some("play"), None, _) => Route::Play,
            (Some("lessons"), Some(slug), None) => Route::Lesson(slug.to_owned()),
            _ => Route::Missing,
        }
    }
}

/// The page on show; a context of the whole app.
#[derive(Clone, Copy)]
pub(crate) struct Router {
    route: RwSignal<Route>,
    link: RwSignal<Link>,
    visit: RwSignal<u32>,
    address_bar: AddressBar,
}

impl Router {
    /// Starts at the browser's address and follows links and the Back button from then on.
    pub(crate) fn start() -> Router {
        let (route, link) = address();
        let router = Router {
            route: RwSignal::new(route),
            link: RwSignal::new(link),
            visit: RwSignal::new(0),
            address_bar: AddressBar::new(),
        };
        router.listen();
        router
    }

    /// The page, and a number that is new for each visit (the same page may be visited twice).
    pub(crate) fn page(self) -> (Route, u32) {
        (self.route.get(), self.visit.get())
    }

    /// What the address said when the page was opened.
    pub(crate) fn link(self) -> Link {
        self.link.get_untracked()
    }

    /// Rewrites the address of the page on show.
    pub(crate) fn rewrite(self, link: &Link) {
        self.address_bar.show(link);
    }

    fn go(self, href: &str) {
        let pushed = window().history().is_ok_and(|history| {
            history
                .push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(href))
                .is_ok()
        });
        if pushed {
            self.show();
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    }

    fn show(self) {
        self.address_bar.left();
        let (route, link) = address();
        self.link.set(link);
        self.visit.update(|visit| *visit += 1);
        self.route.set(route);
    }

    fn listen(self) {
        let click = Closure::<dyn Fn(web_sys::MouseEvent)>::new(move |event| {
            if let Some(href) = internal_link(&event) {
                event.prevent_default();
                self.go(&href);
            }
        });
        let back = Closure::<dyn Fn(web_sys::Event)>::new(move |_| self.show());
        let listened = document()
            .add_event_listener_with_callback("click", click.as_ref().unchecked_ref())
            .and_then(|()| {
                window().add_event_listener_with_callback("popstate", back.as_ref().unchecked_ref())
            });
        if listened.is_err() {
            leptos::logging::error!("the page cannot listen for clicks; links load pages anew");
        }
        // They live as long as the page.
        click.forget();
        back.forget();
    }
}

fn location_part(
    part: impl FnOnce(&web_sys::Location) -> Result<String, wasm_bindgen::JsValue>,
) -> String {
    part(&window().location()).unwrap_or_default()
}

fn address() -> (Route, Link) {
    (
        Route::parse(&location_part(web_sys::Location::pathname)),
        Link::parse(&location_part(web_sys::Location::search)),
    )
}

/// The address of a plain click on a link to a page of ours.
fn internal_link(event: &web_sys::MouseEvent) -> Option<String> {
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || modified {
        return None;
    }
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link = target.closest("a[href]").ok()??;
    if link.has_attribute("target") || link.has_attribute("download") {
        return None;
    }
    let href = link.get_attribute("href")?;
    let page = href.split(['?', '#']).next().unwrap_or_default();
    let ours = href.starts_with('/') && !href.starts_with("//") && !href.contains('#');
    (ours && Route::parse(page) != Route::Missing).then_some(href)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_pages() {
        assert_eq!(Route::parse("/"), Route::Catalogue);
        assert_eq!(Route::parse("/play"), Route::Play);
        assert_eq!(
            Route::parse("/lessons/two-locks/"),
            Route::Lesson("two-locks".into())
        );
        for path in ["/lessons", "/lessons/a/b", "/play/x", "/nowhere"] {
            assert_eq!(Route::parse(path), Route::Missing, "{path}");
        }
    }
}

//! The pages.

mod catalogue;
mod lesson;
mod missing;
mod play;
mod quiz;

pub(crate) use catalogue::Catalogue;
pub(crate) use lesson::LessonPage;
pub(crate) use missing::Missing;
pub(crate) use play::Play;

/// Sets the title of the browser's tab.
fn set_title(title: &str) {
    leptos::prelude::document().set_title(&format!("{title} · Heddle"));
}

//! Markdown to sanitised HTML.

use std::path::Path;

use ammonia::Builder;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use crate::folder::Folder;

/// The Markdown that lessons are written in.
pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM
}

/// Where a piece of Markdown stands: for links and messages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The file.
    pub(crate) path: &'a Path,
    /// Line of the Markdown's first line, minus one.
    pub(crate) lines_before: usize,
    /// Slugs of all lessons, so that links between lessons are checked.
    pub(crate) slugs: &'a [String],
}

/// Renders a text that has no cells or directives: a task, a question, a hint.
pub(crate) fn markdown(folder: &mut Folder, place: Place<'_>, text: &str) -> String {
    let mut events = Vec::new();
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        let line = place.lines_before + crate::problem::line_at(text, range.start);
        events.push(checked(folder, place, line, event));
    }
    to_html(events)
}

/// Passes one event on, with links between lessons turned into addresses of pages.
pub(crate) fn checked<'e>(
    folder: &mut Folder,
    place: Place<'_>,
    line: usize,
    event: Event<'e>,
) -> Event<'e> {
    match event {
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => {
            let dest_url = match link(place, &dest_url) {
                Ok(Some(page)) => page.into(),
                Ok(None) => dest_url,
                Err(message) => {
                    folder.problem(place.path, Some(line), message);
                    dest_url
                }
            };
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            })
        }
        Event::Start(Tag::Image { .. }) => {
            let message = "images are not served yet: use a table, a listing or a runnable cell";
            folder.problem(place.path, Some(line), message);
            event
        }
        event => event,
    }
}

fn link(place: Place<'_>, target: &str) -> Result<Option<String>, String> {
    let outside = ["https://", "http://", "mailto:", "#", "/"];
    if outside.iter().any(|start| target.starts_with(start)) {
        return Ok(None);
    }
    let (file, fragment) = match target.split_once('#') {
        Some((file, fragment)) => (file, format!("#{fragment}")),
        None => (target, String::new()),
    };
    let slug = file
        .strip_suffix("/lesson.md")
        .map(|folder| folder.rsplit('/').next().unwrap_or(folder));
    match slug {
        Some(slug) if place.slugs.iter().any(|known| known == slug) => {
            Ok(Some(format!("/lessons/{slug}{fragment}")))
        }
        _ => Err(format!(
            "the link {target:?} leads nowhere: link to ../<slug>/lesson.md of a lesson in course.toml, to #heading, or to https://…"
        )),
    }
}

/// Events to sanitised HTML; headings get ids made of their text.
pub(crate) fn to_html(mut events: Vec<Event<'_>>) -> String {
    name_headings(&mut events);
    let mut page = String::new();
    html::push_html(&mut page, events.into_iter());
    let mut sanitiser = Builder::default();
    sanitiser
        .add_tag_attributes("code", ["class"])
        .add_tag_attributes("blockquote", ["class"])
        .add_tag_attributes("details", ["open"]);
    for heading in ["h2", "h3", "h4"] {
        sanitiser.add_tag_attributes(heading, ["id"]);
    }
    sanitiser.clean(&page).to_string()
}

fn name_headings(events: &mut [Event<'_>]) {
    for start in 0..events.len() {
        if !matches!(events[start], Event::Start(Tag::Heading { .. })) {
            continue;
        }
        let slug = heading_slug(&events[start + 1..]);
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[start] {
            *id = Some(CowStr::from(slug));
        }
    }
}

fn heading_slug(rest: &[Event<'_>]) -> String {
    let text: String = rest
        .iter()
        .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))))
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(&**text),
            _ => None,
        })
        .collect();
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

//! `lesson.md`: front matter, Markdown, cells and directives.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use heddle_trace::{Program, SourceFile};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::fence::{self, Fence};
use crate::folder::{Folder, name_of, stem_of};
use crate::front;
use crate::model::{Cell, Lesson, Part};
use crate::problem::line_at;
use crate::render::{self, Place};
use crate::{challenge, quiz};

/// Reads the lesson in `path`.
pub(crate) fn read(folder: &mut Folder, path: &Path, slugs: &[String]) -> Option<Lesson> {
    let file = path.join("lesson.md");
    let text = folder.text(&file)?;
    let split = front::split(folder, &file, &text)?;
    let reader = Reader {
        folder,
        base: path,
        place: Place {
            path: &file,
            lines_before: split.lines_before,
            slugs,
        },
        body: split.body,
        parts: Vec::new(),
        pending: Vec::new(),
        ids: BTreeSet::new(),
    };
    let parts = reader.read();
    report_unused(folder, path);
    Some(Lesson {
        slug: name_of(path).to_owned(),
        title: split.front.title,
        summary: split.front.summary,
        minutes: split.front.minutes,
        parts,
    })
}

fn report_unused(folder: &mut Folder, path: &Path) {
    for file in folder.entries(&path.join("code")) {
        if !folder.was_used(&file) {
            let message = "no cell or listing of the lesson names this file: use it or delete it";
            folder.problem(&file, None, message);
        }
    }
}

struct Reader<'a> {
    folder: &'a mut Folder,
    base: &'a Path,
    place: Place<'a>,
    body: &'a str,
    parts: Vec<Part>,
    /// Markdown that has not become HTML yet.
    pending: Vec<Event<'a>>,
    ids: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn read(mut self) -> Vec<Part> {
        let mut events = Parser::new_ext(self.body, render::options()).into_offset_iter();
        let mut depth = 0usize;
        while let Some((event, range)) = events.next() {
            match &event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.clone(),
                        CodeBlockKind::Indented => CowStr::Borrowed(""),
                    };
                    let code = collect_code(&mut events);
                    self.code_block(&info, code, depth, self.line(&range));
                    continue;
                }
                Event::Start(Tag::Paragraph) if self.is_directive(&range) => {
                    skip_paragraph(&mut events);
                    self.directive(depth, &range);
                    continue;
                }
                Event::Start(Tag::Heading {
                    level: HeadingLevel::H1,
                    ..
                }) => {
                    let message =
                        "the page shows the title already: begin with text and use ## for sections";
                    self.problem(self.line(&range), message);
                }
                _ => {}
            }
            match &event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            let line = self.line(&range);
            let event = render::checked(self.folder, self.place, line, event);
            self.pending.push(event);
        }
        self.flush();
        self.parts
    }

    fn line(&self, range: &Range<usize>) -> usize {
        self.place.lines_before + line_at(self.body, range.start)
    }

    fn problem(&mut self, line: usize, message: impl Into<String>) {
        self.folder.problem(self.place.path, Some(line), message);
    }

    fn flush(&mut self) {
        let html = render::to_html(std::mem::take(&mut self.pending));
        if !html.trim().is_empty() {
            self.parts.push(Part::Html(html));
        }
    }

    fn is_directive(&self, range: &Range<usize>) -> bool {
        self.body[range.clone()].trim_start().starts_with("{{#")
    }

    fn directive(&mut self, depth: usize, range: &Range<usize>) {
        let line = self.line(range);
        let source = self.body[range.clone()].trim();
        let words: Option<Vec<&str>> = source
            .strip_prefix("{{#")
            .and_then(|rest| rest.strip_suffix("}}"))
            .map(|inner| inner.split_whitespace().collect());
        if depth > 0 {
            self.problem(
                line,
                "a quiz or challenge stands on a line of its own, not in a list or quote",
            );
            return;
        }
        match words.as_deref() {
            Some(["quiz", file]) => self.quiz(file, line),
            Some(["challenge", name]) => self.challenge(name, line),
            _ => {
                let message = format!(
                    "{source:?} is not known: write {{{{#quiz quiz/name.toml}}}} or {{{{#challenge challenges/name}}}} on a line of its own"
                );
                self.problem(line, message);
            }
        }
    }

    fn quiz(&mut self, named: &str, line: usize) {
        self.flush();
        let (by, slugs) = (self.place.path, self.place.slugs);
        let Some(path) = self.folder.inside(self.base, named, by, line) else {
            return;
        };
        let Some(text) = self.folder.text_named_at(&path, by, Some(line)) else {
            return;
        };
        let questions = quiz::read(self.folder, &path, &text, slugs);
        self.parts.extend(questions.into_iter().map(Part::Question));
    }

    fn challenge(&mut self, named: &str, line: usize) {
        self.flush();
        let (by, slugs) = (self.place.path, self.place.slugs);
        let Some(path) = self.folder.inside(self.base, named, by, line) else {
            return;
        };
        let known = |part: &Part| matches!(part, Part::Challenge(c) if c.id.ends_with(&format!("/{}", name_of(&path))));
        if self.parts.iter().any(known) {
            self.problem(
                line,
                format!("the challenge {named} stands in this lesson twice"),
            );
            return;
        }
        if let Some(challenge) = challenge::read(self.folder, &path, name_of(self.base), slugs) {
            self.parts.push(Part::Challenge(Box::new(challenge)));
        }
    }

    fn code_block(&mut self, info: &str, code: String, depth: usize, line: usize) {
        let fence = match fence::parse(info) {
            Ok(fence) => fence,
            Err(message) => return self.problem(line, message),
        };
        let code = self.include(&code, line);
        let Some(fence) = fence else {
            let language = CowStr::from(info.split([' ', ',']).next().unwrap_or("").to_owned());
            let tag = Tag::CodeBlock(CodeBlockKind::Fenced(language));
            self.pending.push(Event::Start(tag));
            self.pending.push(Event::Text(code.into()));
            self.pending.push(Event::End(TagEnd::CodeBlock));
            return;
        };
        if depth > 0 {
            let message =
                "a runnable cell cannot stand in a list or quote: move it to the left margin";
            return self.problem(line, message);
        }
        self.flush();
        if let Some(cell) = self.cell(fence, code, line) {
            self.parts.push(Part::Cell(cell));
        }
    }

    /// Replaces `{{#include code/x.py}}` lines by the file.
    fn include(&mut self, code: &str, line: usize) -> String {
        let mut whole = String::new();
        for (i, text) in code.split_inclusive('\n').enumerate() {
            let named = text
                .trim()
                .strip_prefix("{{#include ")
                .and_then(|rest| rest.strip_suffix("}}"));
            match named {
                Some(named) => {
                    whole += &self
                        .named_file(named.trim(), line + 1 + i)
                        .unwrap_or_default()
                }
                None => whole += text,
            }
        }
        whole
    }

    fn named_file(&mut self, named: &str, line: usize) -> Option<String> {
        let path = self
            .folder
            .inside(self.base, named, self.place.path, line)?;
        self.folder
            .text_named_at(&path, self.place.path, Some(line))
    }

    fn cell(&mut self, fence: Fence, code: String, line: usize) -> Option<Cell> {
        let text = match &fence.file {
            Some(_) if !code.trim().is_empty() => {
                self.problem(line, "the fence has a body and file=: keep one of them");
                return None;
            }
            Some(named) => self.named_file(named, line)?,
            None => code,
        };
        let name = match &fence.file {
            Some(named) => named.rsplit('/').next().unwrap_or(named).to_owned(),
            None => "main.py".into(),
        };
        let mut program = Program::python("");
        program.files = vec![SourceFile {
            name: name.clone(),
            text,
        }];
        if let Err(error) = program.check() {
            self.problem(line, error.to_string());
            return None;
        }
        let id = self.cell_id(&fence, &name, line);
        Some(Cell {
            id,
            mode: fence.mode,
            title: fence.title.unwrap_or(name),
            editable: !fence.readonly,
            program,
            expect: fence.expect,
            line,
        })
    }

    fn cell_id(&mut self, fence: &Fence, name: &str, line: usize) -> String {
        if let Some(id) = &fence.id {
            if !self.ids.insert(id.clone()) {
                self.problem(line, format!("id={id} is used twice in this lesson"));
            }
            return id.clone();
        }
        let base = format!("{}-{}", stem_of(name), fence.mode.word());
        let mut id = base.clone();
        let mut number = 1;
        while !self.ids.insert(id.clone()) {
            number += 1;
            id = format!("{base}-{number}");
        }
        id
    }
}

fn collect_code<'a>(events: &mut impl Iterator<Item = (Event<'a>, Range<usize>)>) -> String {
    let mut code = String::new();
    for (event, _) in events {
        match event {
            Event::Text(text) => code += &text,
            Event::End(TagEnd::CodeBlock) => break,
            _ => {}
        }
    }
    code
}

fn skip_paragraph<'a>(events: &mut impl Iterator<Item = (Event<'a>, Range<usize>)>) {
    for (event, _) in events {
        if matches!(event, Event::End(TagEnd::Paragraph)) {
            break;
        }
    }
}

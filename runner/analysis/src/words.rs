//! Names and lines in sentences.

use heddle_trace::words;
use heddle_trace::{Location, ObjectId, ObjectKind, TaskId, Trace};

use crate::Source;

/// The longest name that is quoted in a sentence, in characters.
const LONGEST_NAME: usize = 60;

/// How a trace's tasks, objects and lines are called in sentences.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    trace: &'a Trace,
    /// The program's files: where there are several, a line alone says too little.
    source: Option<&'a Source>,
}

impl<'a> Words<'a> {
    /// For the names of this trace.
    pub fn new(trace: &'a Trace) -> Self {
        Words {
            trace,
            source: None,
        }
    }

    /// For the names of this trace and the places of this program.
    pub fn in_source(trace: &'a Trace, source: &'a Source) -> Self {
        Words {
            trace,
            source: Some(source),
        }
    }

    /// The task's name, as on the page: the one the program gave it, else `T3`.
    pub fn task(&self, task: TaskId) -> String {
        shortened(&words::task(self.trace, task))
    }

    /// The object's name in the source, else its kind and number.
    pub fn object(&self, object: ObjectId) -> String {
        shortened(&words::object_name(self.trace, object))
    }

    /// The object's kind; `None` for an unknown id.
    pub fn kind(&self, object: ObjectId) -> Option<ObjectKind> {
        Some(self.trace.objects.get(object.0 as usize)?.kind)
    }

    /// ` on line 9` or ` on line 9 of bank.py`, or nothing when the line is not known.
    pub fn on_line(&self, location: Option<Location>) -> String {
        location.map_or(String::new(), |at| format!(" on {}", self.line(at)))
    }

    /// ` (line 9)` or ` (line 9 of bank.py)`, or nothing when the line is not known.
    pub fn in_brackets(&self, location: Option<Location>) -> String {
        location.map_or(String::new(), |at| format!(" ({})", self.line(at)))
    }

    fn line(&self, at: Location) -> String {
        match self.source.and_then(|source| source.one_of_several(at)) {
            Some(file) => format!("line {} of {}", at.line, shortened(file)),
            None => format!("line {}", at.line),
        }
    }
}

/// Cuts over-long text, and takes line breaks and other control characters out of it.
pub(crate) fn shortened(text: &str) -> String {
    let mut clean: String = text
        .chars()
        .take(LONGEST_NAME + 1)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if clean.chars().count() > LONGEST_NAME {
        clean.pop();
        clean.push('…');
    }
    clean
}

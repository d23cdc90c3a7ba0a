//! An execution as a table: a row for each step, a column for each task.
//!
//! Marked steps are those of the story. A long table is cut where nothing is marked, and says what
//! it leaves out.

use std::collections::{BTreeMap, BTreeSet};

use heddle_trace::{Event, Location, Op, OpResult, TaskId, Trace, words};

use super::paint::Paint;

/// Rows of a table that is not cut.
const LONGEST: usize = 40;
/// Rows kept at each end of a table that is cut, and around each marked step.
const ENDS: usize = 6;
const AROUND: usize = 1;
/// No column is narrower or wider than that, in characters.
const NARROWEST: usize = 18;
const WIDEST: usize = 36;
/// What stands before the columns: mark and number.
const MARGIN: usize = 8;

/// What a table shows.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    pub(crate) trace: &'a Trace,
    /// Numbers of the steps of the story.
    pub(crate) marked: BTreeSet<usize>,
    /// What a step read or wrote, where that is known.
    pub(crate) values: BTreeMap<usize, String>,
    /// Names of the program's files.
    pub(crate) files: &'a [String],
    /// Columns of the terminal.
    pub(crate) width: usize,
}

impl Table<'_> {
    /// The numbers of the steps that get a row.
    pub(crate) fn shown(trace: &Trace, marked: &BTreeSet<usize>) -> BTreeSet<usize> {
        let count = trace.steps().count();
        if count <= LONGEST {
            return (0..count).collect();
        }
        let is_near = |step: usize| marked.iter().any(|mark| mark.abs_diff(step) <= AROUND);
        let is_end = |step: usize| step < ENDS || step + ENDS >= count;
        let shown = (0..count).filter(|step| is_near(*step) || is_end(*step));
        shown.collect()
    }

    /// As lines.
    pub(crate) fn text(&self, paint: Paint) -> String {
        let tasks = self.tasks();
        let room = self.width.saturating_sub(MARGIN) / tasks.len().max(1);
        let layout = Layout {
            column: (room >= NARROWEST).then_some(room.clamp(NARROWEST, WIDEST)),
            tasks,
        };
        let mut text = layout.head(self.trace, paint);
        let shown = Self::shown(self.trace, &self.marked);
        let mut next = 0;
        for (number, event, op) in self.trace.steps() {
            if !shown.contains(&number) {
                continue;
            }
            text += &left_out(next, number, paint);
            next = number + 1;
            let mark = if self.marked.contains(&number) {
                '*'
            } else {
                ' '
            };
            let cell = self.cell(number, event, op);
            let margin = format!("{mark}{number:>5}  ");
            let place = self.place(event.location);
            text += &layout.row(self.trace, &margin, event.task, &cell, &place);
        }
        text += &left_out(next, self.trace.steps().count(), paint);
        for pending in self.trace.pending.iter().filter(|pending| !pending.enabled) {
            let cell = words::waiting(self.trace, &pending.op);
            let place = self.place(pending.location);
            text += &layout.row(self.trace, "   end  ", pending.task, &cell, &place);
        }
        text
    }

    fn cell(&self, number: usize, event: &Event, op: &Op) -> String {
        let mut cell = words::intent(self.trace, op);
        if let Some(value) = self.values.get(&number) {
            cell += &format!(" = {value}");
        }
        if let heddle_trace::What::Op { result, output, .. } = &event.what {
            match result {
                OpResult::TimedOut => cell += ", in vain: its time is up",
                OpResult::WouldBlock => cell += ", in vain",
                OpResult::Done => {}
            }
            if let Some((_, written)) = output {
                cell += &format!(" {:?}", written.trim_end_matches('\n'));
            }
        }
        cell
    }

    /// `:9`, and `accounts.py:9` in another file than the main one.
    fn place(&self, location: Option<Location>) -> String {
        let Some(Location { file, line }) = location else {
            return String::new();
        };
        let name = match (file, self.files.get(usize::from(file))) {
            (1.., Some(name)) => name,
            _ => "",
        };
        format!("{name}:{line}")
    }

    /// The tasks with a step, but those of the library; in order.
    fn tasks(&self) -> Vec<TaskId> {
        let mut tasks: BTreeSet<TaskId> =
            self.trace.steps().map(|(_, event, _)| event.task).collect();
        tasks.extend(self.trace.pending.iter().map(|pending| pending.task));
        tasks.into_iter().collect()
    }
}

/// Where the cells go.
struct Layout {
    /// `None`: too many tasks for this width; then each row names its task.
    column: Option<usize>,
    tasks: Vec<TaskId>,
}

impl Layout {
    fn head(&self, trace: &Trace, paint: Paint) -> String {
        let Some(column) = self.column else {
            return String::new();
        };
        let mut head = "  step  ".to_owned();
        for task in &self.tasks {
            head += &fitted(&words::task(trace, *task), "", column);
        }
        format!("{}\n", paint.bold(head.trim_end()))
    }

    fn row(&self, trace: &Trace, margin: &str, task: TaskId, cell: &str, place: &str) -> String {
        let Some(column) = self.column else {
            let (task, cell) = (words::task(trace, task), plain(cell));
            return format!(
                "{}\n",
                format!("{margin}{task}: {cell}  {place}").trim_end()
            );
        };
        let before = self.tasks.iter().take_while(|other| **other != task);
        let indent = " ".repeat(before.count() * column);
        // The last column may be as long as it needs to be on a terminal of any width.
        format!(
            "{margin}{indent}{}\n",
            fitted(cell, place, column).trim_end()
        )
    }
}

fn left_out(from: usize, to: usize, paint: Paint) -> String {
    match to.saturating_sub(from) {
        0 => String::new(),
        1 => paint.quiet(&format!("        … step {from} is left out")) + "\n",
        _ => {
            paint.quiet(&format!(
                "        … steps {from} to {} are left out",
                to - 1
            )) + "\n"
        }
    }
}

/// Cut or filled to a column, with at least two blanks at its end. What is cut is the text: its place
/// in the program stays.
fn fitted(text: &str, place: &str, column: usize) -> String {
    let (text, place) = (plain(text), plain(place));
    let room = column - 2;
    let whole = match place.as_str() {
        "" => text.clone(),
        place => format!("{text}  {place}"),
    };
    let cut = match whole.chars().count() <= room {
        true => whole,
        false => {
            let tail = format!("… {place}");
            let kept = room.saturating_sub(tail.trim_end().chars().count());
            let kept: String = text.chars().take(kept).collect();
            kept + tail.trim_end()
        }
    };
    let length = cut.chars().count();
    cut + &" ".repeat(column.saturating_sub(length).max(2))
}

/// Names and output come from the program: no control characters on this terminal.
fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(shown).collect()
}

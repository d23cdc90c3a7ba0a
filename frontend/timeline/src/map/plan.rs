//! The map laid out for a width: lines, marks and words with their places.

use heddle_trace::TaskId;

use super::fold::{Unfolded, unfolded};
use super::rows::{Row, RowKind, rows};
use super::scale::Scale;
use super::tree::NodeId;
use super::words::{Search, end_words};
use super::{Execution, Map, Spot};

/// Height of a row: no target for a finger may be smaller.
const ROW: f64 = 24.0;
/// Where in a row its line is; names of tasks stand above.
const LINE: f64 = 16.0;
const LEFT: f64 = 12.0;
/// Between the last mark and the words.
const GAP: f64 = 16.0;
/// How near to a fork a click is one on it.
const NEAR: f64 = 7.0;
/// About the width of a letter of a task's name, and of the words at the end of a row.
const LETTER: f64 = 6.2;
const WIDE_LETTER: f64 = 7.2;

/// How a row ends. Each has a shape of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// An execution without a finding.
    Fine,
    /// One that ends well, but has findings.
    Warned,
    /// One that fails.
    Failed,
    /// One that came to no end of its own.
    Cut,
    /// Executions that are not drawn one by one; none of them fails.
    Folded,
    /// The same, and some fail.
    FoldedFailing,
    /// Executions that were not run, or not yet.
    Waiting,
}

/// A piece of a line, from left to right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Its left end.
    pub x0: f64,
    /// Its right end.
    pub x1: f64,
}

/// The name of the task that goes next.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Where it begins.
    pub x: f64,
    /// The name, or as much as there is room for.
    pub text: String,
}

/// A row with its places.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedRow {
    /// What it is about.
    pub spot: Spot,
    /// Number of the execution that goes along it.
    pub along: u64,
    /// The row that it leaves.
    pub parent: Option<usize>,
    /// After so many steps.
    pub from: usize,
    /// Height of its line.
    pub y: f64,
    /// Its line.
    pub line: Line,
    /// The last part of it, which belongs to this execution alone.
    pub own: Line,
    /// Height of the line that it leaves.
    pub up: Option<f64>,
    /// Where others leave it: place and steps before.
    pub forks: Vec<(f64, usize)>,
    /// Who goes next after the forks.
    pub labels: Vec<Label>,
    /// Its mark.
    pub end: End,
    /// Its words.
    pub words: String,
}

impl PlannedRow {
    /// Whether it stands for executions that were not run.
    pub fn is_waiting(&self) -> bool {
        self.end == End::Waiting
    }
}

/// A map laid out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// Width of what is drawn; more than was asked for when it does not fit.
    pub width: f64,
    /// Height of what is drawn.
    pub height: f64,
    /// Where the words begin.
    pub words_x: f64,
    /// From top to bottom.
    pub rows: Vec<PlannedRow>,
    scale: Scale,
}

impl Plan {
    /// Lays a map out.
    pub fn new(map: &Map, search: Search, by_hand: &Unfolded, width: f64) -> Plan {
        let nodes: Vec<NodeId> = by_hand.0.iter().filter_map(|at| map.node(*at)).collect();
        let rows = rows(map, &unfolded(&map.tree, &nodes));
        let words: Vec<String> = rows.iter().map(|row| row_words(map, row, search)).collect();
        let longest = words.iter().map(|words| words.chars().count()).max();
        let room = longest.unwrap_or(0) as f64 * WIDE_LETTER + GAP;
        let steps = rows
            .iter()
            .flat_map(|row| row.forks.iter().copied().chain([row.from, row.to]));
        let scale = Scale::new(steps, LEFT, width - room - LEFT);
        let words_x = scale.right() + GAP;
        let place = |(number, (row, words)): (usize, (&Row, String))| PlannedRow {
            spot: row.spot,
            along: map.executions[row.along].number,
            parent: row.parent,
            from: row.from,
            y: middle(number),
            line: line(&scale, row),
            own: Line {
                x0: scale.x(*row.forks.last().unwrap_or(&row.from)),
                x1: scale.x(row.to),
            },
            up: row.parent.map(middle),
            forks: row.forks.iter().map(|at| (scale.x(*at), *at)).collect(),
            labels: labels(map, row, &scale),
            end: end(map, row),
            words,
        };
        let rows: Vec<PlannedRow> = rows.iter().zip(words).enumerate().map(place).collect();
        Plan {
            width: (words_x + room).max(width),
            height: rows.len() as f64 * ROW + ROW - LINE,
            words_x,
            rows,
            scale,
        }
    }

    /// Where a step is.
    pub(super) fn x(&self, step: usize) -> f64 {
        self.scale.x(step)
    }

    /// What is at a point.
    pub fn hit(&self, x: f64, y: f64) -> Option<Spot> {
        let row = self.rows.get((y / ROW).max(0.0) as usize)?;
        let fork = row.forks.iter().find(|(fork, _)| (fork - x).abs() <= NEAR);
        Some(match fork {
            Some((_, at)) => Spot::Fork {
                execution: row.along,
                at: *at,
            },
            None => row.spot,
        })
    }

    /// Where a spot is, if it is drawn.
    pub fn place(&self, spot: Spot) -> Option<(f64, f64)> {
        let (row, fork) = self.find(spot)?;
        let row = &self.rows[row];
        let at_fork = row.forks.iter().find(|(_, at)| Some(*at) == fork);
        Some((at_fork.map_or(row.line.x1, |(x, _)| *x), row.y))
    }
}

fn middle(row: usize) -> f64 {
    row as f64 * ROW + LINE
}

fn line(scale: &Scale, row: &Row) -> Line {
    Line {
        x0: scale.x(row.from),
        x1: scale.x(row.to),
    }
}

/// Who takes the step after the branch and after each fork, where there is room for it.
fn labels(map: &Map, row: &Row, scale: &Scale) -> Vec<Label> {
    let choices = &map.executions[row.along].choices;
    let mut places: Vec<usize> = row.forks.clone();
    if row.parent.is_some() && row.kind_is_drawn() {
        places.insert(0, row.from);
    }
    places.dedup();
    let ends = places.iter().skip(1).copied().chain([row.to]);
    let label = |(at, end): (&usize, usize)| {
        let task = *choices.get(*at)?;
        let x = scale.x(*at) + 5.0;
        let text = short_name(map, task, scale.x(end) - x - 6.0)?;
        Some(Label { x, text })
    };
    places.iter().zip(ends).filter_map(label).collect()
}

impl Row {
    /// Whether the step after its branch is known.
    fn kind_is_drawn(&self) -> bool {
        !matches!(self.kind, RowKind::Waiting(_))
    }
}

/// A task's name if it fits, else its number, else nothing.
fn short_name(map: &Map, task: TaskId, room: f64) -> Option<String> {
    let names = [map.name(task), task.to_string()];
    let fits = |name: &String| name.chars().count() as f64 * LETTER <= room;
    names.into_iter().find(fits)
}

fn end(map: &Map, row: &Row) -> End {
    match row.kind {
        RowKind::Waiting(_) => End::Waiting,
        RowKind::Folded(node) if map.tree.node(node).failing > 0 => End::FoldedFailing,
        RowKind::Folded(_) => End::Folded,
        RowKind::Execution(place) => map.executions[place].end(),
    }
}

impl Execution {
    /// How it ends, as a shape.
    pub fn end(&self) -> End {
        use heddle_trace::OutcomeKind as Kind;
        match self.outcome {
            _ if self.fails => End::Failed,
            Kind::Limit | Kind::Stopped | Kind::Cancelled | Kind::Diverged | Kind::Lost => End::Cut,
            _ if self.findings.is_empty() => End::Fine,
            _ => End::Warned,
        }
    }
}

fn row_words(map: &Map, row: &Row, search: Search) -> String {
    match row.kind {
        RowKind::Execution(place) => {
            let one = &map.executions[place];
            let times = match one.again {
                0 => String::new(),
                again => format!(" ×{}", again + 1),
            };
            format!("{}: {}{times}", one.number, end_words(one))
        }
        RowKind::Folded(node) => {
            let hidden = row.hidden;
            let node = map.tree.node(node);
            let mut words = format!("+{} behaviours", node.behaviours);
            if node.failing > 0 {
                words.push_str(&format!(", {} fail", node.failing));
            }
            if hidden {
                words.push_str(match search {
                    Search::Running => ", some still to run",
                    Search::Ended => ", some not run",
                });
            }
            words
        }
        RowKind::Waiting(count) => match search {
            Search::Running => format!("{count} still to run"),
            Search::Ended => format!("{count} not run"),
        },
    }
}

impl Map {
    /// The node at which executions part on the way of this one, after so many steps.
    pub(super) fn node(&self, (execution, at): (u64, usize)) -> Option<NodeId> {
        let place = self.place(execution)?;
        let node = self.tree.stretch(place, at)?;
        (self.tree.node(node).at == at).then_some(node)
    }
}

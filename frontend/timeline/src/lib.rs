//! The timeline: from a trace to lanes, spans and marks; from those and a viewport to a draw list
//! that is bounded by the pixels on the screen; from a point on the screen back to an event. Beside
//! the picture, the same in words: a sentence for every event, and the wait-for graph.
//!
//! Invariant: pure. No DOM, no clock, no I/O; a draw list names styles, never colours.
//!
//! The way through: [`Recording`] takes in a trace, whole or in chunks. [`draw()`] and [`hit()`] look
//! at it through a [`View`], which holds a [`Viewport`] for the horizontal axis.

mod causes;
mod draw;
mod hit;
mod holds;
mod label;
mod layout;
pub mod map;
mod mask;
mod narrator;
mod paint;
mod points;
mod recording;
mod task_lane;
mod track;
mod view;
mod viewport;
mod waits;

use heddle_trace::words;

pub use causes::{Arrow, arrows};
pub use draw::{DrawList, Line, Rect, Style, Text, TextStyle};
pub use hit::{Hit, HitPart, hit};
pub use holds::{Held, Holds};
pub use layout::{Layout, Row, RowKind};
pub use mask::Mask;
pub use narrator::{Narrator, outcome_sentence, pending_sentence, sentence};
pub use paint::draw;
pub use recording::{Flag, FlagKind, Recording};
pub use task_lane::{ObjectLane, TaskLane};
pub use track::{Span, Track};
pub use view::{Axis, View};
pub use viewport::Viewport;
pub use waits::{WaitEdge, WaitGraph, WaitKind, WaitNode, WaitParty, waits, waits_at};

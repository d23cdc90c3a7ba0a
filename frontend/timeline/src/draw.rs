//! Draw lists: what to paint, as plain data. Styles are names; the page gives them colours.

use crate::recording::FlagKind;

/// A rectangle, CSS pixels from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// How a rectangle looks. In the order of painting: later ones cover earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Background of every other task.
    Stripe,
    /// Heading of a process.
    Process,
    /// A line of the grid.
    Grid,
    /// The column of the selected step.
    Selected,
    /// The task could go; others went.
    Ready,
    /// The task runs.
    Run,
    /// The task waits: hatched.
    Wait,
    /// An object is held. The number is the object's colour, below 6.
    Hold(u8),
    /// An object is waited for: hatched in the object's colour.
    HoldWait(u8),
    /// A wait that never ends: hatched in the colour of failures.
    Stuck,
    /// A step of another kind.
    MarkOther,
    /// A read of a variable.
    MarkRead,
    /// Output.
    MarkOutput,
    /// A write to a variable.
    MarkWrite,
    /// A task is started, begins, ends, is joined.
    MarkLife,
    /// A synchronisation.
    MarkSync,
    /// Thick outline of a wait that never ends.
    StuckOutline,
    /// What comes after the selected step: lets what is below shine through.
    Future,
    /// The line between what has happened and what comes.
    Playhead,
    /// A failure.
    Flag(FlagKind),
    /// Background of the names and of the ruler.
    Frame,
    /// The line around those.
    FrameLine,
    /// A sample of an object's colour beside its name.
    Swatch(u8),
}

/// Number of colours for objects.
pub(crate) const COLOURS: usize = 6;

impl Style {
    /// Number of styles.
    const COUNT: usize = 17 + 3 * COLOURS + 6;

    fn code(self) -> usize {
        let colour = |c: u8| usize::from(c) % COLOURS;
        match self {
            Style::Stripe => 0,
            Style::Process => 1,
            Style::Grid => 2,
            Style::Selected => 3,
            Style::Ready => 4,
            Style::Run => 5,
            Style::Wait => 6,
            Style::Hold(c) => 7 + colour(c),
            Style::HoldWait(c) => 7 + COLOURS + colour(c),
            Style::Stuck => 7 + 2 * COLOURS,
            Style::MarkOther => 8 + 2 * COLOURS,
            Style::MarkRead => 9 + 2 * COLOURS,
            Style::MarkOutput => 10 + 2 * COLOURS,
            Style::MarkWrite => 11 + 2 * COLOURS,
            Style::MarkLife => 12 + 2 * COLOURS,
            Style::MarkSync => 13 + 2 * COLOURS,
            Style::StuckOutline => 14 + 2 * COLOURS,
            Style::Future => 15 + 2 * COLOURS,
            Style::Playhead => 16 + 2 * COLOURS,
            Style::Flag(kind) => 17 + 2 * COLOURS + kind as usize,
            Style::Frame => 21 + 2 * COLOURS,
            Style::FrameLine => 22 + 2 * COLOURS,
            Style::Swatch(c) => 23 + 2 * COLOURS + colour(c),
        }
    }
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextStyle {
    /// A task's name.
    Task,
    /// Its number.
    TaskId,
    /// An object's name.
    Object,
    /// A process.
    Process,
    /// On the ruler.
    Ruler,
    /// On the hatching of a wait.
    Bar,
    /// On the bar of a hold, which has this colour.
    OnHold(u8),
    /// In a step's box.
    Mark,
    /// The sign of a failure.
    Flag,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// Left edge.
    pub x: f32,
    /// Middle of its height.
    pub y: f32,
    /// Most pixels it may take.
    pub room: f32,
    /// The text; already shortened for the room.
    pub text: String,
    /// How it looks.
    pub style: TextStyle,
}

/// An arrow, drawn over the lanes and clipped to them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Where it starts.
    pub from: (f32, f32),
    /// Where it turns.
    pub turn: (f32, f32),
    /// Where its head is.
    pub to: (f32, f32),
    /// A conflict: dashed, in the colour of failures, heads on both sides.
    pub conflict: bool,
}

/// All that is to be painted, in this order: rectangles by style, lines, texts.
#[derive(Debug, Clone)]
pub struct DrawList {
    batches: Vec<Option<(Style, Vec<Rect>)>>,
    /// Arrows.
    pub lines: Vec<Line>,
    /// Texts.
    pub texts: Vec<Text>,
    /// The part of the picture in which the lanes are.
    pub plot: Rect,
}

impl Default for DrawList {
    fn default() -> Self {
        let (x, y, w, h) = (0.0, 0.0, 0.0, 0.0);
        DrawList {
            batches: vec![None; Style::COUNT],
            lines: Vec::new(),
            texts: Vec::new(),
            plot: Rect { x, y, w, h },
        }
    }
}

impl DrawList {
    /// Empties it, and keeps its memory for the next frame.
    pub fn clear(&mut self) {
        for (_, rects) in self.batches.iter_mut().flatten() {
            rects.clear();
        }
        self.lines.clear();
        self.texts.clear();
    }

    /// The rectangles of each style, in the order of painting.
    pub fn rects(&self) -> impl Iterator<Item = (Style, &[Rect])> {
        let used = self.batches.iter().flatten();
        used.filter(|(_, rects)| !rects.is_empty())
            .map(|(style, rects)| (*style, rects.as_slice()))
    }

    /// The rectangles of one style.
    pub fn rects_of(&self, style: Style) -> &[Rect] {
        let batch = self.batches[style.code()].as_ref();
        batch.map_or(&[], |(_, rects)| rects)
    }

    /// Number of rectangles.
    pub fn rect_count(&self) -> usize {
        self.rects().map(|(_, rects)| rects.len()).sum()
    }

    pub(crate) fn rect(&mut self, style: Style, x: f64, y: f64, w: f64, h: f64) {
        let batch = &mut self.batches[style.code()];
        let (_, rects) = batch.get_or_insert_with(|| (style, Vec::new()));
        rects.push(Rect {
            x: x as f32,
            y: y as f32,
            w: w as f32,
            h: h as f32,
        });
    }

    /// Adds a text if it fits, or enough of it to be understood.
    pub(crate) fn text(&mut self, style: TextStyle, x: f64, y: f64, room: f64, text: &str) {
        let fits = (room / style.character()) as usize;
        let length = text.chars().count();
        if length > fits && fits < style.least() {
            return;
        }
        let text = if length <= fits {
            text.to_owned()
        } else {
            text.chars().take(fits - 1).chain(['…']).collect()
        };
        let (x, y, room) = (x as f32, y as f32, room as f32);
        self.texts.push(Text {
            x,
            y,
            room,
            text,
            style,
        });
    }
}

impl TextStyle {
    /// Characters that must fit when not all do. Half a number or half a word says nothing.
    const fn least(self) -> usize {
        match self {
            TextStyle::Ruler | TextStyle::Flag => usize::MAX,
            TextStyle::Bar | TextStyle::OnHold(_) | TextStyle::Mark => 7,
            TextStyle::Task | TextStyle::TaskId | TextStyle::Object | TextStyle::Process => 3,
        }
    }

    /// Pixels that a character takes, on average.
    const fn character(self) -> f64 {
        match self {
            TextStyle::Task => 7.8,
            TextStyle::Flag => 4.0,
            TextStyle::TaskId | TextStyle::Ruler | TextStyle::Process => 6.4,
            TextStyle::Object | TextStyle::Bar | TextStyle::OnHold(_) | TextStyle::Mark => 6.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_style_has_its_own_place_in_the_order() {
        use FlagKind::{Exception, Lock, Race, Stuck};
        let mut styles = vec![
            Style::Stripe,
            Style::Process,
            Style::Grid,
            Style::Selected,
            Style::Ready,
            Style::Run,
            Style::Wait,
            Style::Stuck,
            Style::MarkOther,
            Style::MarkRead,
            Style::MarkOutput,
            Style::MarkWrite,
            Style::MarkLife,
            Style::MarkSync,
            Style::StuckOutline,
            Style::Future,
            Style::Playhead,
            Style::Frame,
            Style::FrameLine,
        ];
        styles.extend([Race, Lock, Exception, Stuck].map(Style::Flag));
        styles.extend((0..6).flat_map(|c| [Style::Hold(c), Style::HoldWait(c), Style::Swatch(c)]));
        let codes: BTreeSet<usize> = styles.iter().map(|s| s.code()).collect();
        assert_eq!(codes, (0..Style::COUNT).collect());
        assert_eq!(codes.len(), styles.len());
    }

    #[test]
    fn a_text_without_room_is_shortened_or_left_out() {
        let mut list = DrawList::default();
        list.text(TextStyle::Object, 0.0, 0.0, 36.0, "a.lock");
        list.text(TextStyle::Object, 0.0, 0.0, 30.0, "a.lock");
        list.text(TextStyle::Object, 0.0, 0.0, 10.0, "a.lock");
        list.text(TextStyle::Mark, 0.0, 0.0, 30.0, "acquire");
        let texts: Vec<&str> = list.texts.iter().map(|t| t.text.as_str()).collect();
        assert_eq!(texts, ["a.lock", "a.lo…"]);
    }
}

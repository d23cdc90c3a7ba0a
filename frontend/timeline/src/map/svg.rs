//! The map as SVG text: what does not depend on where the pointer is.
//!
//! Text, and not elements of the page's own making: a map has a thousand of them and is drawn anew five
//! times a second. Names come from the learner's program, so everything that is not ours is escaped.

use std::fmt::Write;

use super::plan::{End, Line, Plan, PlannedRow};
use super::way::Way;

/// The word of an end in class names.
const fn class(end: End) -> &'static str {
    match end {
        End::Fine => "fine",
        End::Warned => "warned",
        End::Failed => "failed",
        End::Cut => "cut",
        End::Folded => "folded",
        End::FoldedFailing => "folded-failing",
        End::Waiting => "waiting",
    }
}

impl Plan {
    /// All rows.
    pub fn svg(&self) -> String {
        let mut svg = String::new();
        for row in &self.rows {
            self.row_svg(&mut svg, row);
        }
        svg
    }

    fn row_svg(&self, svg: &mut String, row: &PlannedRow) {
        let (y, own) = (px(row.y), row.own);
        push(svg, &["<g class=\"map-row map-row-", class(row.end), "\">"]);
        push(
            svg,
            &["<path class=\"map-line\" d=\"", &path(row, row.line)],
        );
        let (x0, x1) = (px(own.x0), px(own.x1));
        push(
            svg,
            &["\"/><path class=\"map-own\" d=\"M", &x0, " ", &y, "H", &x1],
        );
        svg.push_str("\"/>");
        for label in &row.labels {
            text(svg, "map-task", label.x, row.y - 5.0, &label.text);
        }
        mark(svg, row.end, row.line.x1, row.y);
        text(svg, "map-words", self.words_x, row.y + 4.0, &row.words);
        svg.push_str("</g>");
    }

    /// A way over the map, with a ring at its end.
    pub fn way_svg(&self, way: &Way) -> String {
        let mut svg = String::new();
        for (row, line) in &way.lines {
            push(
                &mut svg,
                &["<path d=\"", &path(&self.rows[*row], *line), "\"/>"],
            );
        }
        if let Some((row, line)) = way.lines.last() {
            ring(&mut svg, line.x1, self.rows[*row].y, "10");
        }
        svg
    }

    /// A band under the row of a spot, with a ring at the spot; nothing when it is not drawn.
    pub fn band_svg(&self, spot: super::Spot) -> String {
        let mut svg = String::new();
        if let Some((x, y)) = self.place(spot) {
            let (top, width) = (px(y - 15.0), px(self.width));
            push(
                &mut svg,
                &["<rect x=\"0\" y=\"", &top, "\" width=\"", &width],
            );
            svg.push_str("\" height=\"22\" rx=\"4\"/>");
            ring(&mut svg, x, y, "8");
        }
        svg
    }
}

/// A mark of each kind has a shape of its own.
pub fn mark_svg(end: End, x: f64, y: f64) -> String {
    let mut svg = String::new();
    mark(&mut svg, end, x, y);
    svg
}

fn mark(svg: &mut String, end: End, x: f64, y: f64) {
    let shape = match end {
        End::Fine | End::Waiting => "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
        End::Warned => "m0 -7l6.5 11h-13z",
        End::Failed => "m-6.5 -6.5h13v13h-13z",
        End::Cut => "m0 -6v12",
        End::Folded | End::FoldedFailing => "m-4 -6.5l9 6.5l-9 6.5z",
    };
    let (x, y) = (px(x), px(y));
    push(
        svg,
        &["<g class=\"map-mark map-", class(end), "\"><path d=\"M"],
    );
    push(svg, &[&x, " ", &y, shape, "\"/>"]);
    if end == End::Failed {
        // For eyes that see no red.
        push(svg, &["<path class=\"map-cross\" d=\"M", &x, " ", &y]);
        svg.push_str("m-3 -3l6 6m0 -6l-6 6\"/>");
    }
    svg.push_str("</g>");
}

/// A line from the one that it leaves down to its own height, and on.
fn path(row: &PlannedRow, Line { x0, x1 }: Line) -> String {
    let y = px(row.y);
    let Some(up) = row.up else {
        return format!("M{} {y}H{}", px(x0), px(x1));
    };
    let bend = 6.0f64.min((x1 - x0).max(0.0));
    let (x, corner, after) = (px(x0), px(row.y - bend), px(x0 + bend));
    format!("M{x} {}V{corner}Q{x} {y} {after} {y}H{}", px(up), px(x1))
}

fn ring(svg: &mut String, x: f64, y: f64, radius: &str) {
    let (x, y) = (px(x), px(y));
    push(
        svg,
        &[
            "<circle cx=\"",
            &x,
            "\" cy=\"",
            &y,
            "\" r=\"",
            radius,
            "\"/>",
        ],
    );
}

fn text(svg: &mut String, class: &str, x: f64, y: f64, words: &str) {
    let (x, y) = (px(x), px(y));
    push(
        svg,
        &["<text class=\"", class, "\" x=\"", &x, "\" y=\"", &y, "\">"],
    );
    for letter in words.chars() {
        match letter {
            '&' => svg.push_str("&amp;"),
            '<' => svg.push_str("&lt;"),
            '>' => svg.push_str("&gt;"),
            '"' => svg.push_str("&quot;"),
            other => svg.push(other),
        }
    }
    svg.push_str("</text>");
}

fn push(svg: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| svg.push_str(part));
}

/// Whole pixels: to write fractions is a dozen kilobytes of the page.
fn px(length: f64) -> String {
    let mut text = String::new();
    // Writing to a text cannot fail.
    let _ = write!(text, "{}", length.round() as i32);
    text
}

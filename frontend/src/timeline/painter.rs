//! Paints draw lists on a canvas.

use std::cell::RefCell;

use heddle_timeline::{DrawList, Line, Rect, Text, TextStyle};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasPattern, CanvasRenderingContext2d, HtmlCanvasElement};

use super::palette::{Fill, Palette};

/// A canvas, in device pixels: rectangles end at their edges, so that thin ones are sharp.
pub(super) struct Painter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// Made once for each theme: asking the browser for colours costs more than painting.
    palette: Option<Palette>,
    hatches: RefCell<Vec<Hatch>>,
}

/// A tile of diagonal stripes in one colour, for one density of the screen.
struct Hatch {
    colour: String,
    ratio: f64,
    tile: CanvasPattern,
}

/// Distance of two stripes of a hatching, pixels.
const HATCH: f64 = 6.0;

impl Painter {
    /// `None` when the browser gives no drawing context.
    pub(super) fn new(canvas: HtmlCanvasElement) -> Option<Painter> {
        let context = canvas.get_context("2d").ok()??;
        let context = context.dyn_into().ok()?;
        Some(Painter {
            canvas,
            context,
            palette: None,
            hatches: RefCell::default(),
        })
    }

    /// The page has other colours now.
    pub(super) fn recoloured(&mut self) {
        self.palette = None;
        self.hatches.borrow_mut().clear();
    }

    /// Paints a list on `width` by `height` CSS pixels.
    pub(super) fn paint(&mut self, list: &DrawList, width: f64, height: f64) {
        if self.palette.is_none() {
            self.palette = Palette::of(&self.canvas);
        }
        let ratio = window().device_pixel_ratio().clamp(1.0, 4.0);
        self.resize(
            (width * ratio).round() as u32,
            (height * ratio).round() as u32,
        );
        let Some(palette) = &self.palette else { return };
        let brush = Brush {
            context: &self.context,
            palette,
            hatches: &self.hatches,
            ratio,
        };
        brush.all(list);
    }

    /// Setting a canvas's size empties it, also when it is the same.
    fn resize(&self, width: u32, height: u32) {
        let (old_width, old_height) = (self.canvas.width(), self.canvas.height());
        if (old_width, old_height) == (width, height) {
            let (w, h) = (f64::from(width), f64::from(height));
            self.context.clear_rect(0.0, 0.0, w, h);
            return;
        }
        self.canvas.set_width(width);
        self.canvas.set_height(height);
    }
}

/// The two ends of an arrow's head whose tip is at `to`. (Similar triangles instead of angles: the
/// functions for those would be 12 kB of the page.)
pub(super) fn barbs(from: (f64, f64), to: (f64, f64), length: f64) -> ((f64, f64), (f64, f64)) {
    /// Cosine and sine of the angle between head and shaft.
    const TURN: (f64, f64) = (0.913, 0.408);
    let (dx, dy) = (from.0 - to.0, from.1 - to.1);
    let scale = length / (dx * dx + dy * dy).sqrt().max(0.001);
    let (dx, dy) = (dx * scale, dy * scale);
    let end = |sin: f64| {
        let (cos, _) = TURN;
        (to.0 + dx * cos - dy * sin, to.1 + dx * sin + dy * cos)
    };
    (end(TURN.1), end(-TURN.1))
}

struct Brush<'a> {
    context: &'a CanvasRenderingContext2d,
    palette: &'a Palette,
    hatches: &'a RefCell<Vec<Hatch>>,
    ratio: f64,
}

/// A rectangle in device pixels.
struct Pixels {
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

impl Brush<'_> {
    fn all(&self, list: &DrawList) {
        for (style, rects) in list.rects() {
            match self.palette.fill(style) {
                Fill::Plain(colour) => {
                    self.context.set_fill_style_str(&colour);
                    self.fill(rects);
                }
                Fill::Hatch(colour) => self.hatch(rects, &colour),
                Fill::Outline(colour, thickness) => self.outline(rects, &colour, thickness),
            }
        }
        self.lines(&list.lines, list.plot);
        self.texts(&list.texts);
    }

    fn pixels(&self, rect: &Rect) -> Pixels {
        let at = |n: f32| (f64::from(n) * self.ratio).round();
        let (x, y) = (at(rect.x), at(rect.y));
        Pixels {
            x,
            y,
            w: (at(rect.x + rect.w) - x).max(1.0),
            h: (at(rect.y + rect.h) - y).max(1.0),
        }
    }

    fn fill(&self, rects: &[Rect]) {
        for rect in rects {
            let Pixels { x, y, w, h } = self.pixels(rect);
            self.context.fill_rect(x, y, w, h);
        }
    }

    /// Stripes, and a border around what is wide enough to have one.
    fn hatch(&self, rects: &[Rect], colour: &str) {
        match self.stripes(colour) {
            Some(stripes) => self.context.set_fill_style_canvas_pattern(&stripes),
            None => self.context.set_fill_style_str(colour),
        }
        self.fill(rects);
        let wide: Vec<Rect> = rects.iter().filter(|r| r.w >= 5.0).copied().collect();
        self.outline(&wide, colour, 1.0);
    }

    /// Diagonal stripes, made once.
    fn stripes(&self, colour: &str) -> Option<CanvasPattern> {
        let mut hatches = self.hatches.borrow_mut();
        let ratio = self.ratio;
        let is_it = |hatch: &&Hatch| hatch.colour == colour && hatch.ratio == ratio;
        if let Some(hatch) = hatches.iter().find(is_it) {
            return Some(hatch.tile.clone());
        }
        let tile = self.tile(colour)?;
        hatches.push(Hatch {
            colour: colour.to_owned(),
            ratio,
            tile: tile.clone(),
        });
        Some(tile)
    }

    fn tile(&self, colour: &str) -> Option<CanvasPattern> {
        let size = (HATCH * self.ratio).round();
        let tile = document().create_element("canvas").ok()?;
        let tile: HtmlCanvasElement = tile.dyn_into().ok()?;
        tile.set_width(size as u32);
        tile.set_height(size as u32);
        let context = tile.get_context("2d").ok()??;
        let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
        context.set_stroke_style_str(colour);
        context.set_line_width(1.5 * self.ratio);
        context.begin_path();
        for offset in [-size, 0.0, size] {
            context.move_to(offset - 1.0, size + 1.0);
            context.line_to(offset + size + 1.0, -1.0);
        }
        context.stroke();
        self.context
            .create_pattern_with_html_canvas_element(&tile, "repeat")
            .ok()?
    }

    fn outline(&self, rects: &[Rect], colour: &str, thickness: f64) {
        let line = (thickness * self.ratio).round().max(1.0);
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(line);
        for rect in rects {
            let Pixels { x, y, w, h } = self.pixels(rect);
            let (inner_w, inner_h) = ((w - line).max(0.5), (h - line).max(0.5));
            self.context
                .stroke_rect(x + line / 2.0, y + line / 2.0, inner_w, inner_h);
        }
    }

    fn lines(&self, lines: &[Line], plot: Rect) {
        if lines.is_empty() {
            return;
        }
        let context = self.context;
        let Pixels { x, y, w, h } = self.pixels(&plot);
        context.save();
        context.begin_path();
        context.rect(x, y, w, h);
        context.clip();
        for line in lines {
            self.arrow(line);
        }
        context.restore();
    }

    /// An arrow on a ground of the page's colour, so that it shows on every bar.
    fn arrow(&self, line: &Line) {
        let name = if line.conflict { "failure" } else { "arrow" };
        let colour = self.palette.colour(name);
        let ground = self.palette.colour("ground");
        let at = |(x, y): (f32, f32)| (f64::from(x) * self.ratio, f64::from(y) * self.ratio);
        let (from, turn, to) = (at(line.from), at(line.turn), at(line.to));
        for (colour, width) in [(&ground, 4.0), (&colour, 1.5)] {
            self.context.set_stroke_style_str(colour);
            self.context.set_line_width(width * self.ratio);
            self.dashes(if line.conflict && width < 3.0 {
                4.0
            } else {
                0.0
            });
            self.context.begin_path();
            self.context.move_to(from.0, from.1);
            self.context.line_to(turn.0, turn.1);
            self.context.line_to(to.0, to.1);
            self.context.stroke();
        }
        self.dashes(0.0);
        self.head(if turn == to { from } else { turn }, to, &colour);
        if line.conflict {
            self.head(if turn == from { to } else { turn }, from, &colour);
        }
    }

    fn dashes(&self, length: f64) {
        let dashes = js_sys::Array::new();
        if length > 0.0 {
            let length = JsValue::from_f64(length * self.ratio);
            dashes.push(&length);
            dashes.push(&length);
        }
        // Only a list with something else than numbers is refused.
        let _ = self.context.set_line_dash(&dashes);
    }

    fn head(&self, from: (f64, f64), to: (f64, f64), colour: &str) {
        let (left, right) = barbs(from, to, 9.0 * self.ratio);
        self.context.set_fill_style_str(colour);
        self.context.begin_path();
        self.context.move_to(to.0, to.1);
        self.context.line_to(left.0, left.1);
        self.context.line_to(right.0, right.1);
        self.context.close_path();
        self.context.fill();
    }

    fn texts(&self, texts: &[Text]) {
        let context = self.context;
        context.set_text_baseline("middle");
        let mut last: Option<TextStyle> = None;
        let ground = self.palette.colour("ground");
        context.set_stroke_style_str(&ground);
        context.set_line_width(3.0 * self.ratio);
        for text in texts {
            if last != Some(text.style) {
                let (font, colour) = self.palette.text(text.style, self.ratio);
                context.set_font(&font);
                context.set_fill_style_str(&colour);
                last = Some(text.style);
            }
            let (x, y) = (
                f64::from(text.x) * self.ratio,
                f64::from(text.y) * self.ratio,
            );
            let room = f64::from(text.room) * self.ratio;
            // A text that cannot be drawn is also in the table.
            if text.style == TextStyle::Bar {
                let _ = context.stroke_text_with_max_width(&text.text, x, y, room);
            }
            let _ = context.fill_text_with_max_width(&text.text, x, y, room);
        }
    }
}

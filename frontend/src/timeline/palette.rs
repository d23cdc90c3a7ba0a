//! Colours and fonts of the picture, read from the style sheet.

use std::cell::RefCell;
use std::collections::BTreeMap;

use heddle_timeline::{FlagKind, Style, TextStyle};
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{CssStyleDeclaration, Element, HtmlElement};

/// How a rectangle of a style is filled.
pub(super) enum Fill {
    /// In this colour.
    Plain(String),
    /// With stripes of this colour.
    Hatch(String),
    /// Its border only, this many pixels thick.
    Outline(String, f64),
}

/// The style sheet's colours as they were when each was first asked for. Another theme needs
/// another palette.
pub(super) struct Palette {
    probe: Probe,
    known: RefCell<BTreeMap<String, String>>,
    /// Names of fonts.
    font: String,
}

/// An element whose colour tells what a custom property comes to. (The property itself would be
/// given as it is written, which a canvas does not understand: `light-dark(…)`.)
struct Probe {
    element: HtmlElement,
    computed: CssStyleDeclaration,
}

impl Probe {
    /// Below a canvas, where it has a style but is not shown.
    fn below(canvas: &Element) -> Option<Probe> {
        let element = document().create_element("span").ok()?;
        let element: HtmlElement = element.dyn_into().ok()?;
        canvas.append_child(&element).ok()?;
        let style = element.style();
        style.set_property("forced-color-adjust", "none").ok()?;
        let computed = window().get_computed_style(&element).ok()??;
        Some(Probe { element, computed })
    }

    fn colour(&self, name: &str) -> Option<String> {
        let property = format!("var(--tl-{name})");
        self.element.style().set_property("color", &property).ok()?;
        self.computed.get_property_value("color").ok()
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.element.remove();
    }
}

impl Palette {
    /// What holds for a canvas. `None` when it is not in the document.
    pub(super) fn of(canvas: &Element) -> Option<Palette> {
        let probe = Probe::below(canvas)?;
        let font = probe.computed.get_property_value("font-family").ok()?;
        let known = RefCell::default();
        Some(Palette { probe, known, font })
    }

    /// The colour `--tl-{name}`.
    pub(super) fn colour(&self, name: &str) -> String {
        if let Some(known) = self.known.borrow().get(name) {
            return known.clone();
        }
        let colour = self.probe.colour(name).unwrap_or_default();
        self.known
            .borrow_mut()
            .insert(name.to_owned(), colour.clone());
        colour
    }

    pub(super) fn fill(&self, style: Style) -> Fill {
        let plain = |name: &str| Fill::Plain(self.colour(name));
        match style {
            Style::Stripe => plain("stripe"),
            Style::Process => plain("process"),
            Style::Grid => plain("grid"),
            Style::Selected => plain("selected"),
            Style::Ready => plain("ready"),
            Style::Run => plain("run"),
            Style::Wait => Fill::Hatch(self.colour("wait")),
            Style::Hold(c) | Style::Swatch(c) => Fill::Plain(self.colour(&format!("object-{c}"))),
            Style::HoldWait(c) => Fill::Hatch(self.colour(&format!("object-{c}"))),
            Style::Stuck => Fill::Hatch(self.colour("failure")),
            Style::StuckOutline => Fill::Outline(self.colour("failure"), 2.0),
            Style::MarkOther => plain("mark-other"),
            Style::MarkRead => plain("mark-read"),
            Style::MarkOutput => plain("mark-output"),
            Style::MarkWrite => plain("mark-write"),
            Style::MarkLife => plain("mark-life"),
            Style::MarkSync => plain("mark-sync"),
            Style::Future => plain("future"),
            Style::Playhead => plain("playhead"),
            Style::Flag(FlagKind::Race | FlagKind::Lock) => plain("warning"),
            Style::Flag(FlagKind::Exception | FlagKind::Stuck) => plain("failure"),
            Style::Frame => plain("frame"),
            Style::FrameLine => plain("frame-line"),
        }
    }

    /// Font and colour of a text, at so many device pixels for each pixel.
    pub(super) fn text(&self, style: TextStyle, ratio: f64) -> (String, String) {
        let (weight, size, colour) = match style {
            TextStyle::Task => (600, 13.0, "text"),
            TextStyle::TaskId | TextStyle::Ruler => (400, 11.0, "text-muted"),
            TextStyle::Object => (400, 11.5, "text-muted"),
            TextStyle::Process => (600, 11.5, "text-muted"),
            TextStyle::Bar => (500, 11.0, "text"),
            TextStyle::OnHold(c) => {
                let colour = self.colour(&format!("on-object-{c}"));
                return (self.font(500, 11.0 * ratio), colour);
            }
            TextStyle::Mark => (500, 11.0, "on-mark"),
            TextStyle::Flag => (800, 11.0, "on-failure"),
        };
        (self.font(weight, size * ratio), self.colour(colour))
    }

    fn font(&self, weight: u32, size: f64) -> String {
        let tenths = (size * 10.0).round() as u32;
        format!("{weight} {}.{}px {}", tenths / 10, tenths % 10, self.font)
    }
}

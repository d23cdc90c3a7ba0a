//! Colours and fonts of the picture, read from the style sheet.

use heddle_timeline::{FlagKind, Style, TextStyle};
use leptos::prelude::window;
use web_sys::{CssStyleDeclaration, Element};

/// How a rectangle of a style is filled.
pub(super) enum Fill {
    /// In this colour.
    Plain(String),
    /// With stripes of this colour.
    Hatch(String),
    /// Its border only, this many pixels thick.
    Outline(String, f64),
}

/// The style sheet's custom properties, as they are now.
pub(super) struct Palette {
    style: CssStyleDeclaration,
    /// Names of fonts.
    pub(super) font: String,
}

impl Palette {
    /// What holds for an element. `None` when it is not in the document.
    pub(super) fn of(element: &Element) -> Option<Palette> {
        let style = window().get_computed_style(element).ok()??;
        let font = style.get_property_value("font-family").ok()?;
        Some(Palette { style, font })
    }

    /// The value of `--tl-{name}`.
    pub(super) fn colour(&self, name: &str) -> String {
        let value = self.style.get_property_value(&format!("--tl-{name}"));
        value.unwrap_or_default().trim().to_owned()
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
        format!("{weight} {size:.1}px {}", self.font)
    }
}

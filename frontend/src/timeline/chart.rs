//! The picture: what it shows, and what the mouse and the keys do to it.

use heddle_timeline::{Arrow, Axis, DrawList, Hit, HitPart, Recording, View, arrows, draw, hit};
use heddle_trace::Location;
use leptos::ev::{PointerEvent, WheelEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::keys::Action;
use super::painter::Painter;
use super::store::TraceStore;

/// The picture is at most this high; more lanes scroll.
const MOST_HEIGHT: f64 = 460.0;
const LEAST_HEIGHT: f64 = 120.0;
/// Pixels that the pointer moves before a click becomes a drag.
const DRAG: f64 = 4.0;
/// Room kept beside the selected event, pixels.
const MARGIN: f64 = 48.0;

/// Handles to everything that the picture consists of.
#[derive(Clone, Copy)]
pub(super) struct Chart {
    pub(super) store: TraceStore,
    pub(super) selected: RwSignal<Option<usize>>,
    pub(super) axis: RwSignal<Axis>,
    /// Whether tasks of the standard library are shown.
    pub(super) system: RwSignal<bool>,
    /// What the pointer is on.
    pub(super) tip: RwSignal<Option<Tip>>,
    /// Height of all lanes, pixels.
    pub(super) content: RwSignal<f64>,
    /// Whether a part of the axis is off the screen.
    pub(super) zoomed: RwSignal<bool>,
    pub(super) canvas: NodeRef<html::Canvas>,
    pub(super) window: NodeRef<html::Div>,
    on_line: Option<Callback<Location>>,
    surface: StoredValue<Surface, LocalStorage>,
}

/// Words beside the pointer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tip {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Whether it stands on the left of the pointer.
    pub(super) left: bool,
    pub(super) text: String,
}

/// What changes with every frame, and so is no signal.
struct Surface {
    view: View,
    list: DrawList,
    arrows: Vec<Arrow>,
    painter: Option<Painter>,
    /// A frame has been asked for.
    scheduled: bool,
    drag: Option<Drag>,
    /// What the pointer was on, so that its words are made once.
    under: Option<Hit>,
    /// The event that is in focus by the user's wish.
    focused: Option<usize>,
}

/// A pressed pointer.
#[derive(Clone, Copy)]
struct Drag {
    from: f64,
    last: f64,
    moved: bool,
}

impl Chart {
    pub(super) fn new(
        store: TraceStore,
        selected: RwSignal<Option<usize>>,
        axis: RwSignal<Axis>,
        system: RwSignal<bool>,
        on_line: Option<Callback<Location>>,
    ) -> Chart {
        let view = store.with(|r| View::fitted(r, Axis::Steps, 800.0, LEAST_HEIGHT, 148.0));
        let surface = Surface {
            view,
            list: DrawList::default(),
            arrows: Vec::new(),
            painter: None,
            scheduled: false,
            drag: None,
            under: None,
            focused: None,
        };
        Chart {
            store,
            selected,
            axis,
            system,
            tip: RwSignal::new(None),
            content: RwSignal::new(LEAST_HEIGHT),
            zoomed: RwSignal::new(false),
            canvas: NodeRef::new(),
            window: NodeRef::new(),
            on_line,
            surface: StoredValue::new_local(surface),
        }
    }

    /// Height of the picture on the page.
    pub(super) fn shown_height(self) -> f64 {
        self.content.get().clamp(LEAST_HEIGHT, MOST_HEIGHT)
    }

    /// Follows the recording, the axis and the selection.
    pub(super) fn follow(self) {
        self.store.version().track();
        let (axis, selected, system) = (self.axis.get(), self.selected.get(), self.system.get());
        let content = self.surface.try_update_value(|surface| {
            self.store
                .with(|recording| surface.follow(recording, axis, selected, system))
        });
        if let Some(content) = content {
            self.content.set(content);
        }
        self.redraw();
    }

    /// The page gave the picture another size.
    pub(super) fn resized(self) {
        let Some(window) = self.window.get_untracked() else {
            return;
        };
        let width = f64::from(window.client_width());
        if width < 1.0 {
            return;
        }
        let _ = self.surface.try_update_value(|surface| {
            let gutter = gutter(width);
            surface.view.gutter = gutter;
            surface.view.across.set_width(width - gutter);
        });
        self.redraw();
    }

    /// The page has other colours now.
    pub(super) fn recoloured(self) {
        let _ = self.surface.try_update_value(|surface| {
            if let Some(painter) = &mut surface.painter {
                painter.recoloured();
            }
        });
        self.redraw();
    }

    pub(super) fn scrolled(self) {
        let Some(window) = self.window.get_untracked() else {
            return;
        };
        let top = f64::from(window.scroll_top());
        let _ = self.surface.try_update_value(|s| s.view.top = top);
        self.redraw();
    }

    /// Asks for a frame, once.
    pub(super) fn redraw(self) {
        let ask = self
            .surface
            .try_update_value(|s| !std::mem::replace(&mut s.scheduled, true));
        if ask == Some(true) {
            request_animation_frame(move || self.paint());
        }
    }

    fn paint(self) {
        let canvas = self.canvas.try_get_untracked().flatten();
        let height = self.content.try_get_untracked().unwrap_or(LEAST_HEIGHT);
        let zoomed = self.surface.try_update_value(|surface| {
            surface.scheduled = false;
            surface.view.height = height.clamp(LEAST_HEIGHT, MOST_HEIGHT);
            if surface.painter.is_none() {
                surface.painter = canvas.and_then(Painter::new);
            }
            self.store.try_with(|recording| surface.paint(recording));
            !surface.view.across.is_fitted()
        });
        if let Some(zoomed) = zoomed
            && self.zoomed.try_get_untracked() == Some(!zoomed)
        {
            self.zoomed.set(zoomed);
        }
    }

    /// Does what a key or a button asks for.
    pub(super) fn act(self, action: Action) {
        let at = self.selected.get_untracked();
        let step = self.store.with(|r| r.steps_at(at));
        match action {
            Action::Step { forward: true } => self.go_to_step(step + 1),
            Action::Step { forward: false } => self.go_to_step(step.saturating_sub(1)),
            Action::Switch { forward } => {
                self.go_to_step(self.store.with(|r| r.next_switch(step, forward)));
            }
            Action::First => self.go_to_step(0),
            Action::Last => self.go_to_step(usize::MAX),
            Action::Lane { down } => {
                let system = self.system.get_untracked();
                let beside = |r: &Recording| r.beside(at.unwrap_or(0), down, system);
                if let Some(event) = self.store.with(beside) {
                    self.selected.set(Some(event));
                }
            }
            Action::Zoom(factor) => self.zoom(factor, None),
            Action::Pan(part) => self.pan(part),
            Action::Focus => self.focus(at),
            Action::Fit => self.change_view(|view, _| view.across.fit()),
            Action::Help | Action::Close => {}
        }
    }

    /// Selects the event of a step, counted from 1; 0 is the state before the first.
    pub(super) fn go_to_step(self, step: usize) {
        let event = self.store.with(|r| r.event_of_step(step.min(r.columns())));
        self.selected.set(event);
    }

    fn change_view(self, change: impl FnOnce(&mut View, &Recording)) {
        let _ = self.surface.try_update_value(|surface| {
            surface.focused = None;
            self.store.with(|r| change(&mut surface.view, r));
        });
        self.redraw();
    }

    /// Zooms around a place on the screen: the pointer, the selected event, or the middle.
    fn zoom(self, factor: f64, px: Option<f64>) {
        let selected = self.selected.get_untracked();
        self.change_view(|view, recording| {
            let unit = selected.and_then(|e| view.unit_of(recording, e));
            let on_screen = |px: &f64| (0.0..=view.across.width()).contains(px);
            let at = px
                .or_else(|| unit.map(|u| view.across.to_px(u)).filter(on_screen))
                .unwrap_or(view.across.width() / 2.0);
            view.across.zoom(factor, at);
        });
    }

    fn pan(self, part: f64) {
        self.change_view(|view, _| {
            let px = view.across.width() * part;
            view.across.pan(px);
        });
    }

    /// The selected event in the middle; when it is there already, everything.
    fn focus(self, selected: Option<usize>) {
        let _ = self.surface.try_update_value(|surface| match selected {
            Some(event) if surface.focused != selected => {
                self.store.with(|r| surface.view.focus(r, event));
                surface.focused = selected;
            }
            _ => {
                surface.view.across.fit();
                surface.focused = None;
            }
        });
        self.redraw();
    }

    pub(super) fn wheel(self, event: &WheelEvent) {
        let (dx, dy) = (event.delta_x(), event.delta_y());
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            let gutter = self.surface.with_value(|s| s.view.gutter);
            let px = f64::from(event.offset_x()) - gutter;
            self.zoom(js_sys::Math::exp(-dy * 0.004), Some(px.max(0.0)));
        } else if event.shift_key() || dx.abs() > dy.abs() {
            event.prevent_default();
            let by = if dx == 0.0 { dy } else { dx };
            self.change_view(|view, _| view.across.pan(by));
        }
    }

    pub(super) fn pressed(self, event: &PointerEvent) {
        if event.button() != 0 {
            return;
        }
        let x = f64::from(event.offset_x());
        self.surface.update_value(|s| {
            s.drag = Some(Drag {
                from: x,
                last: x,
                moved: false,
            });
        });
        if let Some(canvas) = self.canvas.get_untracked() {
            // Without capture a drag ends at the border, which does no harm.
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
    }

    pub(super) fn moved(self, event: &PointerEvent) {
        let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let dragged = self.surface.try_update_value(|surface| {
            let drag = surface.drag.as_mut()?;
            drag.moved |= (x - drag.from).abs() > DRAG;
            let by = drag.last - x;
            drag.last = x;
            drag.moved.then_some(by)
        });
        match dragged.flatten() {
            Some(by) => {
                self.tip.set(None);
                self.change_view(|view, _| view.across.pan(by));
            }
            None => self.point(x, y),
        }
    }

    pub(super) fn released(self, event: &PointerEvent) {
        let drag = self.surface.try_update_value(|s| s.drag.take()).flatten();
        if drag.is_some_and(|d| !d.moved) {
            self.click(f64::from(event.offset_x()), f64::from(event.offset_y()));
        }
    }

    pub(super) fn left(self) {
        let _ = self.surface.try_update_value(|s| {
            s.drag = None;
            s.under = None;
        });
        self.tip.set(None);
    }

    fn hit(self, x: f64, y: f64) -> Option<Hit> {
        self.surface
            .with_value(|s| self.store.with(|r| hit(r, &s.view, x, y)))
    }

    /// An event is selected, a wait leads to its reason, a hold to the event with which it began.
    fn click(self, x: f64, y: f64) {
        let Some(hit) = self.hit(x, y) else { return };
        let event = match hit.part {
            HitPart::Event(event) | HitPart::Hold { event, .. } => Some(event),
            HitPart::Wait { event, until, .. } => {
                let task = hit.row.task();
                let reason = |r: &Recording| r.reason_of_wait(task?, until);
                self.store.with(reason).or(Some(event))
            }
            HitPart::Name | HitPart::Empty => None,
        };
        if event.is_some() {
            self.selected.set(event);
        }
    }

    /// Shows the line of the event at the pointer in the editor.
    pub(super) fn double_clicked(self, x: f64, y: f64) {
        let Some(HitPart::Event(event)) = self.hit(x, y).map(|h| h.part) else {
            return;
        };
        let place = |r: &Recording| r.trace().events.get(event)?.location;
        if let (Some(on_line), Some(place)) = (self.on_line, self.store.with(place)) {
            on_line.run(place);
        }
    }

    /// The pointer rests on something: says in words what it is.
    fn point(self, x: f64, y: f64) {
        let under = self.hit(x, y);
        let same = |s: &mut Surface| std::mem::replace(&mut s.under, under) == under;
        let known = self.surface.try_update_value(same).unwrap_or(true);
        if known && self.tip.with_untracked(Option::is_some) {
            self.tip.update(|tip| {
                if let Some(tip) = tip {
                    (tip.x, tip.y) = (x, y);
                }
            });
        } else if !known {
            let width = self.surface.with_value(|s| s.view.width());
            let left = x > width * 0.6;
            let tip = under.and_then(|hit| self.words(&hit));
            let tip = tip.map(|text| Tip { x, y, left, text });
            self.tip.set(tip);
        }
    }

    fn words(self, hit: &Hit) -> Option<String> {
        let task = hit.row.task()?;
        match hit.part {
            HitPart::Event(event) => Some(self.store.narrate(|n| n.sentence(event))),
            HitPart::Wait { until, .. } => {
                let found = |r: &Recording| Some((r.waited_for(task, until)?, until));
                let (op, until) = self.store.with(found)?;
                let reason = self.store.with(|r| r.reason_of_wait(task, until));
                let moment = reason.map_or(usize::MAX, |e| e + 1);
                let wait = self.store.narrate(|n| n.waiting(task, &op, moment));
                Some(format!("{wait}. Click to see why"))
            }
            HitPart::Hold { object, .. } => Some(self.store.narrate(|n| n.holding(task, object))),
            HitPart::Name => Some(self.store.narrate(|n| n.name(task))),
            HitPart::Empty => None,
        }
    }
}

impl Surface {
    /// Returns the height of all lanes.
    fn follow(
        &mut self,
        recording: &Recording,
        axis: Axis,
        selected: Option<usize>,
        system: bool,
    ) -> f64 {
        let view = &mut self.view;
        view.follow(recording, axis);
        view.system = system;
        if view.selected != selected
            && let Some(unit) = selected.and_then(|e| view.unit_of(recording, e))
        {
            view.across.reveal(unit, MARGIN);
        }
        view.selected = selected;
        self.under = None;
        self.arrows = selected.map_or_else(Vec::new, |event| arrows(recording, event));
        view.content_height(recording)
    }

    fn paint(&mut self, recording: &Recording) {
        let Some(painter) = &mut self.painter else {
            return;
        };
        draw(recording, &self.view, &self.arrows, &mut self.list);
        painter.paint(&self.list, self.view.width(), self.view.height);
    }
}

/// Room for names like `Thread-1 (transfer)`, where there is some.
const fn gutter(width: f64) -> f64 {
    match width {
        w if w < 560.0 => 92.0,
        w if w < 860.0 => 156.0,
        _ => 196.0,
    }
}

/// Whether an event comes from an input, which has keys of its own.
pub(super) fn is_from_field(event: &web_sys::Event) -> bool {
    let target = event.target();
    target.is_some_and(|t| t.dyn_ref::<web_sys::HtmlInputElement>().is_some())
}

//! Which part of an axis is on the screen.

/// A window onto an axis that runs from 0 to `end`, in units: columns, or nanoseconds.
///
/// Invariants: never finer than `finest`; never coarser than the whole axis on the screen; the
/// axis never leaves the screen on the left, nor on the right while it is longer than the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Viewport {
    /// Unit at the left edge.
    left: f64,
    /// Units for each pixel.
    per_px: f64,
    /// Pixels.
    width: f64,
    /// Length of the axis, units.
    end: f64,
    /// Fewest units for each pixel.
    finest: f64,
}

impl Viewport {
    /// All of an axis of `end` units on `width` pixels, as far as `finest` allows.
    pub fn new(width: f64, end: f64, finest: f64) -> Self {
        let (width, end, finest) = (sane(width), sane(end), sane(finest));
        let mut viewport = Viewport {
            left: 0.0,
            per_px: 1.0,
            width,
            end,
            finest,
        };
        viewport.fit();
        viewport
    }

    /// Unit at the left edge.
    pub fn left(&self) -> f64 {
        self.left
    }

    /// Unit at the right edge.
    pub fn right(&self) -> f64 {
        self.left + self.width * self.per_px
    }

    /// Width on the screen, pixels.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// Length of the axis, units.
    pub fn end(&self) -> f64 {
        self.end
    }

    /// Units for each pixel.
    pub fn per_px(&self) -> f64 {
        self.per_px
    }

    /// Pixels from the left edge to a unit.
    pub fn to_px(&self, unit: f64) -> f64 {
        (unit - self.left) / self.per_px
    }

    /// Unit at a pixel from the left edge.
    pub fn from_px(&self, px: f64) -> f64 {
        self.left + px * self.per_px
    }

    /// Whether all of the axis is on the screen.
    pub fn is_fitted(&self) -> bool {
        self.left == 0.0 && self.per_px >= self.coarsest()
    }

    /// Shows the whole axis.
    pub fn fit(&mut self) {
        self.per_px = self.coarsest();
        self.left = 0.0;
    }

    /// Zooms in by `factor` (out when it is below 1); what is at `px` stays there.
    pub fn zoom(&mut self, factor: f64, px: f64) {
        if !(factor.is_finite() && factor > 0.0) {
            return;
        }
        let fixed = self.from_px(px);
        self.per_px = (self.per_px / factor).clamp(self.finest, self.coarsest());
        self.left = fixed - px * self.per_px;
        self.clamp();
    }

    /// Moves the window to the right by so many pixels.
    pub fn pan(&mut self, px: f64) {
        if px.is_finite() {
            self.left += px * self.per_px;
            self.clamp();
        }
    }

    /// Shows `from..to`, with a little room on both sides.
    pub fn show(&mut self, from: f64, to: f64) {
        let room = (to - from).max(0.0) * 0.05;
        let wanted = (to - from + 2.0 * room) / self.width;
        self.per_px = wanted.clamp(self.finest, self.coarsest());
        let spare = self.width * self.per_px - (to - from);
        self.left = from - spare / 2.0;
        self.clamp();
    }

    /// Moves as little as needed so that a unit is at least `margin` pixels inside.
    pub fn reveal(&mut self, unit: f64, margin: f64) {
        let margin = margin.min(self.width / 2.0);
        let px = self.to_px(unit);
        if px < margin {
            self.pan(px - margin);
        } else if px > self.width - margin {
            self.pan(px - (self.width - margin));
        }
    }

    /// The screen has another width now. The left edge stays; what showed all still does.
    pub fn set_width(&mut self, width: f64) {
        let fitted = self.is_fitted();
        self.width = sane(width);
        self.settle(fitted);
    }

    /// The axis has another length now. A window that showed all of it still does.
    pub fn set_end(&mut self, end: f64) {
        let fitted = self.is_fitted();
        self.end = sane(end);
        self.settle(fitted);
    }

    fn settle(&mut self, fitted: bool) {
        if fitted {
            self.fit();
        } else {
            self.per_px = self.per_px.clamp(self.finest, self.coarsest());
            self.clamp();
        }
    }

    fn coarsest(&self) -> f64 {
        (self.end / self.width).max(self.finest)
    }

    fn clamp(&mut self) {
        let most = (self.end - self.width * self.per_px).max(0.0);
        self.left = self.left.clamp(0.0, most);
    }
}

/// A positive, finite number near this one.
fn sane(number: f64) -> f64 {
    if number.is_finite() {
        number.clamp(1e-6, 1e18)
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    enum Move {
        Zoom(f64, f64),
        Pan(f64),
        Show(f64, f64),
        Reveal(f64),
        Width(f64),
        End(f64),
        Fit,
    }

    fn moves() -> impl Strategy<Value = Vec<Move>> {
        let one = prop_oneof![
            (0.01..100.0f64, 0.0..2000.0f64).prop_map(|(f, p)| Move::Zoom(f, p)),
            (-5000.0..5000.0f64).prop_map(Move::Pan),
            (0.0..1e6f64, 0.0..1e6f64).prop_map(|(a, b)| Move::Show(a.min(b), a.max(b))),
            (0.0..1e6f64).prop_map(Move::Reveal),
            (1.0..4000.0f64).prop_map(Move::Width),
            (1.0..1e6f64).prop_map(Move::End),
            Just(Move::Fit),
        ];
        prop::collection::vec(one, 0..40)
    }

    fn make(viewport: &mut Viewport, step: Move) {
        match step {
            Move::Zoom(factor, px) => viewport.zoom(factor, px),
            Move::Pan(px) => viewport.pan(px),
            Move::Show(from, to) => viewport.show(from, to),
            Move::Reveal(unit) => viewport.reveal(unit, 40.0),
            Move::Width(width) => viewport.set_width(width),
            Move::End(end) => viewport.set_end(end),
            Move::Fit => viewport.fit(),
        }
    }

    proptest! {
        #[test]
        fn no_move_leaves_the_axis(
            width in 1.0..4000.0f64,
            end in 1.0..1e6f64,
            steps in moves(),
        ) {
            let mut v = Viewport::new(width, end, 1.0 / 72.0);
            for step in steps {
                make(&mut v, step);
                prop_assert!(v.left >= 0.0 && v.per_px >= v.finest);
                prop_assert!(v.per_px <= v.coarsest());
                let longer = v.end > v.width * v.per_px;
                prop_assert!(!longer || v.right() <= v.end * (1.0 + 1e-9), "{v:?}");
            }
        }

        #[test]
        fn pixels_and_units_are_inverse(end in 1.0..1e9f64, px in 0.0..1600.0f64) {
            let v = Viewport::new(1600.0, end, 1e-3);
            prop_assert!((v.to_px(v.from_px(px)) - px).abs() < 1e-6);
        }

        #[test]
        fn zooming_keeps_what_is_under_the_pointer(
            factor in 1.0..50.0f64,
            px in 0.0..1000.0f64,
        ) {
            let mut v = Viewport::new(1000.0, 1e6, 1e-3);
            let before = v.from_px(px);
            v.zoom(factor, px);
            prop_assert!((v.from_px(px) - before).abs() < 1e-6 * v.end);
        }

        #[test]
        fn what_is_revealed_is_on_the_screen(zoom in 1.0..1000.0f64, unit in 0.0..1e6f64) {
            let mut v = Viewport::new(1000.0, 1e6, 1e-3);
            v.zoom(zoom, 0.0);
            v.reveal(unit, 40.0);
            let px = v.to_px(unit);
            prop_assert!((-1e-6..=1000.0 + 1e-6).contains(&px));
        }
    }

    #[test]
    fn a_window_that_showed_all_follows_a_growing_axis() {
        let mut v = Viewport::new(1000.0, 100_000.0, 1.0);
        v.set_end(300_000.0);
        assert!(v.is_fitted() && v.right() >= 300_000.0);
        v.zoom(2.0, 500.0);
        let (left, right) = (v.left(), v.right());
        v.set_end(400_000.0);
        assert_eq!((v.left(), v.right()), (left, right));
    }

    #[test]
    fn a_short_axis_is_not_blown_up() {
        let v = Viewport::new(1000.0, 5.0, 1.0 / 72.0);
        assert_eq!(v.to_px(1.0), 72.0);
    }
}

//! What keys do while the timeline has the focus.

/// A wish of the user.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Action {
    /// One step on or back.
    Step { forward: bool },
    /// On or back to where another task goes.
    Switch { forward: bool },
    /// To the state before the first step.
    First,
    /// To the last step.
    Last,
    /// To the nearest event of the lane below or above.
    Lane { down: bool },
    /// Zoom by this factor.
    Zoom(f64),
    /// Move the window by this part of its width.
    Pan(f64),
    /// The selected event in the middle; again: everything.
    Focus,
    /// Everything.
    Fit,
    /// Show or hide the list of keys.
    Help,
    /// Close what is open.
    Close,
}

/// Keys and what they do, for the help.
pub(super) const HELP: [(&str, &str); 8] = [
    ("← →", "one step back, one step on"),
    ("Shift ← →", "back or on to where another task goes"),
    ("Home End", "before the first step, last step"),
    ("↑ ↓", "nearest step of the task above, below"),
    ("W S or + −", "zoom in, zoom out; also Ctrl and wheel"),
    ("A D", "move left, right; also drag"),
    ("F", "selected step in the middle; again: everything"),
    ("0", "everything"),
];

/// What a key does. `in_field` is true while an input of the timeline (the slider) has the focus:
/// arrows, Home and End are its own then.
pub(super) fn action(key: &str, shift: bool, in_field: bool) -> Option<Action> {
    let forward = matches!(key, "ArrowRight");
    let action = match key {
        "ArrowLeft" | "ArrowRight" if shift => Action::Switch { forward },
        "ArrowLeft" | "ArrowRight" if !in_field => Action::Step { forward },
        "Home" if !in_field => Action::First,
        "End" if !in_field => Action::Last,
        "ArrowUp" | "ArrowDown" if !in_field => Action::Lane {
            down: key == "ArrowDown",
        },
        "+" | "=" | "w" | "W" => Action::Zoom(1.5),
        "-" | "_" | "s" | "S" => Action::Zoom(1.0 / 1.5),
        "a" | "A" => Action::Pan(-0.2),
        "d" | "D" => Action::Pan(0.2),
        "f" | "F" => Action::Focus,
        "0" => Action::Fit,
        "?" => Action::Help,
        "Escape" => Action::Close,
        _ => return None,
    };
    Some(action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_but_zero_are_left_to_the_page() {
        for digit in 1..=9 {
            assert_eq!(action(&digit.to_string(), false, false), None);
        }
        assert_eq!(action("0", false, false), Some(Action::Fit));
    }

    #[test]
    fn the_slider_keeps_its_own_keys() {
        for key in ["ArrowLeft", "ArrowRight", "Home", "End", "ArrowUp"] {
            assert_eq!(action(key, false, true), None);
            assert!(action(key, false, false).is_some());
        }
        let forward = true;
        let switch = Some(Action::Switch { forward });
        assert_eq!(action("ArrowRight", true, true), switch);
    }
}

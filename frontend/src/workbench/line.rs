//! The line of steps that a learner walks: a schedule, and how far along it they are.

use heddle_trace::{Granularity, ProgramHash, Schedule, TaskId};

/// A schedule with a position on it. Steps beyond the position are the way back forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    schedule: Schedule,
    /// Steps taken; never more than the schedule has.
    at: usize,
}

impl Line {
    /// Before the first step of a program.
    pub(crate) fn start(program: &ProgramHash) -> Line {
        Line::new(
            Schedule::new(program, Granularity::Language, Vec::new()),
            Some(0),
        )
    }

    /// On a schedule; at its end without a position.
    pub(crate) fn new(schedule: Schedule, at: Option<usize>) -> Line {
        let end = schedule.choices.len();
        Line {
            at: at.unwrap_or(end).min(end),
            schedule,
        }
    }

    /// Steps taken.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Steps of the whole line.
    pub(crate) fn len(&self) -> usize {
        self.schedule.choices.len()
    }

    /// The whole line.
    pub(crate) fn whole(&self) -> &Schedule {
        &self.schedule
    }

    /// The line up to the position.
    pub(crate) fn here(&self) -> Schedule {
        self.schedule.prefix(self.at)
    }

    /// Lets a task take the next step. The way forward stays when it begins with the same task.
    pub(crate) fn take(&mut self, task: TaskId) {
        if self.schedule.choices.get(self.at) != Some(&task) {
            self.schedule.choices.truncate(self.at);
            self.schedule.choices.push(task);
        }
        self.at += 1;
    }

    /// Goes to a position, at most to the end.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at.min(self.len());
    }

    /// The position at which another task goes on than the one that goes next: the end when no
    /// other does.
    pub(crate) fn next_switch(&self) -> usize {
        let rest = &self.schedule.choices[self.at..];
        let same = rest.iter().take_while(|task| **task == rest[0]).count();
        self.at + same
    }

    /// The position before the run of steps that ends here.
    pub(crate) fn previous_switch(&self) -> usize {
        let before = &self.schedule.choices[..self.at];
        let same = before
            .iter()
            .rev()
            .take_while(|task| Some(*task) == before.last())
            .count();
        self.at - same
    }

    /// Goes on along a longer schedule; `false` when it is not one of this line.
    pub(crate) fn go_on_along(&mut self, longer: Schedule) -> bool {
        let fits = longer
            .choices
            .starts_with(&self.schedule.choices[..self.at])
            && longer.program == self.schedule.program;
        if fits {
            self.schedule = longer;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use heddle_trace::Program;
    use proptest::prelude::*;

    use super::*;

    fn line(choices: &[u16], at: usize) -> Line {
        let hash = Program::python("").hash();
        let choices = choices.iter().copied().map(TaskId).collect();
        Line::new(
            Schedule::new(&hash, Granularity::Language, choices),
            Some(at),
        )
    }

    fn choices(line: &Line) -> Vec<u16> {
        line.whole().choices.iter().map(|task| task.0).collect()
    }

    #[test]
    fn the_same_choice_again_keeps_the_way_forward() {
        let mut walked = line(&[0, 1, 2], 1);
        walked.take(TaskId(1));
        assert_eq!((choices(&walked), walked.at()), (vec![0, 1, 2], 2));
    }

    #[test]
    fn another_choice_makes_a_branch() {
        let mut walked = line(&[0, 1, 2], 1);
        walked.take(TaskId(2));
        assert_eq!((choices(&walked), walked.at()), (vec![0, 2], 2));
    }

    #[test]
    fn a_switch_is_where_another_task_goes_on() {
        let walked = line(&[0, 0, 1, 1, 0], 0);
        assert_eq!(walked.next_switch(), 2);
        assert_eq!(line(&[0, 0, 1, 1, 0], 2).next_switch(), 4);
        assert_eq!(line(&[0, 0, 1, 1, 0], 4).next_switch(), 5);
        assert_eq!(line(&[0, 0], 2).next_switch(), 2);
        assert_eq!(line(&[0, 0, 1, 1, 0], 4).previous_switch(), 2);
        assert_eq!(line(&[0, 0], 0).previous_switch(), 0);
    }

    #[test]
    fn a_longer_schedule_must_begin_with_the_steps_taken() {
        let longer = line(&[0, 1, 1, 1], 0).whole().clone();
        assert!(line(&[0, 1, 2], 2).go_on_along(longer.clone()));
        assert!(!line(&[0, 2], 2).go_on_along(longer));
    }

    proptest! {
        #[test]
        fn the_position_is_never_beyond_the_end(
            steps in prop::collection::vec(0u16..4, 0..20),
            moves in prop::collection::vec((any::<bool>(), 0usize..30), 0..20),
        ) {
            let mut walked = line(&steps, usize::MAX);
            for (take, number) in moves {
                if take {
                    walked.take(TaskId(number as u16 % 4));
                } else {
                    walked.go_to(number);
                }
                prop_assert!(walked.at() <= walked.len());
                prop_assert_eq!(walked.here().choices.len(), walked.at());
                prop_assert!(walked.next_switch() <= walked.len());
                prop_assert!(walked.previous_switch() <= walked.at());
            }
        }
    }
}

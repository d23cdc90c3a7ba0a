//! What the program printed, and which task printed it.

use heddle_trace::{Event, Stream, TaskId, TaskInfo, What};
use leptos::prelude::*;

use super::bench::Bench;
use super::tasks::name_of;
use crate::lean::live;

/// Pieces that the page keeps; older ones are dropped, and the page says so.
const KEPT: usize = 400;

/// Text that one task wrote in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Who.
    pub task: TaskId,
    /// Where to.
    pub stream: Stream,
    /// What.
    pub text: String,
}

/// Everything printed, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Output {
    pieces: Vec<Piece>,
    dropped: usize,
    names: Vec<String>,
}

impl Output {
    /// Adds what some events printed. Neighbouring pieces of one task become one.
    pub(crate) fn extend<'a>(
        &mut self,
        tasks: &[TaskInfo],
        events: impl IntoIterator<Item = &'a Event>,
    ) {
        self.names.extend(tasks.iter().map(name_of));
        for event in events {
            if let What::Op {
                output: Some((stream, text)),
                ..
            } = &event.what
            {
                self.push(event.task, *stream, text);
            }
        }
        let surplus = self.pieces.len().saturating_sub(KEPT);
        self.pieces.drain(..surplus);
        self.dropped += surplus;
    }

    fn push(&mut self, task: TaskId, stream: Stream, text: &str) {
        match self.pieces.last_mut() {
            Some(last) if last.task == task && last.stream == stream => last.text.push_str(text),
            _ => self.pieces.push(Piece {
                task,
                stream,
                text: text.to_owned(),
            }),
        }
    }

    /// The pieces, in order.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    fn name(&self, task: TaskId) -> String {
        let name = self.names.get(usize::from(task.0)).cloned();
        name.unwrap_or_else(|| task.to_string())
    }
}

/// The panel.
#[component]
pub(crate) fn OutputPanel(bench: Bench) -> impl IntoView {
    let output = bench.output;
    let row = move |piece: &Piece| {
        let who = output.with_untracked(|output| output.name(piece.task));
        let class = match piece.stream {
            Stream::Out => "output-row",
            Stream::Err => "output-row output-err",
        };
        view! {
            <li class=class data-testid=format!("output-{}", piece.task.0)>
                <span class="output-who">{who}</span>
                <pre>{piece.text.clone()}</pre>
            </li>
        }
    };
    view! {
        <section class="panel" aria-label="Output" data-testid="output">
            <h3>"Output"</h3>
            {live(move || {
                output
                    .with(|output| {
                        if output.pieces().is_empty() {
                            return view! { <p class="quiet">"Nothing printed so far."</p> }.into_any();
                        }
                        let dropped = (output.dropped > 0)
                            .then(|| view! { <p class="quiet">"Earlier output is not shown."</p> });
                        view! {
                            {dropped}
                            <ol class="output" role="list" tabindex="0" aria-label="What was printed">
                                {output.pieces().iter().map(row).collect_view()}
                            </ol>
                        }
                            .into_any()
                    })
            })}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use heddle_trace::{Nanos, Op, OpKind, OpResult};

    use super::*;

    fn print(task: u16, text: &str) -> Event {
        Event {
            task: TaskId(task),
            at: Nanos(0),
            location: None,
            what: What::Op {
                held: false,
                timed: false,
                left_waiting: false,
                op: Op {
                    kind: OpKind::Output,
                    object: None,
                    also: None,
                    target: None,
                },
                result: OpResult::Done,
                enabled: Vec::new(),
                output: Some((Stream::Out, text.into())),
            },
        }
    }

    #[test]
    fn neighbouring_pieces_of_one_task_become_one() {
        let mut output = Output::default();
        output.extend(&[], &[print(0, "a"), print(0, "b\n"), print(1, "c")]);
        output.extend(&[], &[print(1, "d")]);
        let texts: Vec<_> = output.pieces().iter().map(|p| p.text.as_str()).collect();
        assert_eq!(texts, ["ab\n", "cd"]);
    }

    #[test]
    fn endless_output_does_not_grow_the_page_for_ever() {
        let mut output = Output::default();
        for n in 0..3 * KEPT as u16 {
            output.extend(&[], &[print(n % 2, "x\n")]);
        }
        assert_eq!(output.pieces().len(), KEPT);
        assert_eq!(output.dropped, 2 * KEPT);
    }
}

//! `heddle course test`: content is code, so every program of the course is executed and must do
//! what the course says about it.

use std::time::Instant;

use heddle_course::{Cell, Challenge, Course, Expect, Lesson};
use heddle_trace::protocol::{ExploreOptions, JobEvent, JobResult, Work};
use heddle_trace::{
    ExploreReport, Limits, OutcomeKind, Program, Stream, SubmissionResult, Trace, Verdict, What,
};

use super::exit::{Exit, Stop};
use super::out;
use super::terminal::Terminal;

/// Executes everything; the result is a failure when one thing is not as said.
pub(crate) async fn test(course: &Course, trust: bool) -> Result<Exit, Stop> {
    let terminal = Terminal::open(trust, None).await?;
    let mut tally = Tally::default();
    let tested = test_all(&terminal, course, &mut tally).await;
    terminal.close().await;
    tested?;
    let Tally { held, broken } = tally;
    out::line(format!("{held} as said, {broken} not"));
    Ok(if broken == 0 { Exit::Pass } else { Exit::Fail })
}

async fn test_all(terminal: &Terminal, course: &Course, tally: &mut Tally) -> Result<(), Stop> {
    for lesson in course.lessons() {
        for cell in lesson.cells() {
            if let Some(expect) = &cell.expect {
                let began = Instant::now();
                let done = test_cell(terminal, cell, expect).await?;
                tally.note(&cell_name(lesson, cell), began, done);
            }
        }
        for challenge in lesson.challenges() {
            test_challenge(terminal, challenge, tally).await?;
        }
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Tally {
    held: usize,
    broken: usize,
}

impl Tally {
    /// `done` says what came out, and is an error when that is not what the course says.
    fn note(&mut self, name: &str, began: Instant, done: Result<String, String>) {
        let seconds = began.elapsed().as_secs_f64();
        match done {
            Ok(what) => {
                self.held += 1;
                out::line(format!("ok    {name}: {what} ({seconds:.1} s)"));
            }
            Err(what) => {
                self.broken += 1;
                out::line(format!("NOT   {name}: {what} ({seconds:.1} s)"));
            }
        }
    }
}

fn cell_name(lesson: &Lesson, cell: &Cell) -> String {
    format!("{} cell {} (line {})", lesson.slug, cell.id, cell.line)
}

async fn test_cell(
    terminal: &Terminal,
    cell: &Cell,
    expect: &Expect,
) -> Result<Result<String, String>, Stop> {
    let program = cell.program.clone();
    if let Expect::Prints(wanted) = expect {
        return prints(terminal, program, wanted).await;
    }
    let work = Work::Explore {
        options: ExploreOptions::default(),
        races: None,
    };
    let result = terminal
        .job(program, work, Limits::default(), |_| {})
        .await?;
    Ok(match result {
        JobResult::Explored { report } => {
            let (found, wanted) = (found(&report), name(expect));
            if found == wanted {
                Ok(found.to_owned())
            } else {
                Err(format!(
                    "expected {wanted}, found {found}: {}",
                    report.claim_text
                ))
            }
        }
        other => Err(format!("no exploration: {}", short(&other))),
    })
}

async fn prints(
    terminal: &Terminal,
    program: Program,
    wanted: &str,
) -> Result<Result<String, String>, Stop> {
    let mut printed = String::new();
    let result = terminal
        .job(program, Work::Run, Limits::default(), |event| {
            if let JobEvent::Trace { chunk } = event {
                for event in &chunk.events {
                    if let What::Op {
                        output: Some((Stream::Out, text)),
                        ..
                    } = &event.what
                    {
                        printed += text;
                    }
                }
            }
        })
        .await?;
    Ok(match result {
        JobResult::Run { .. } if printed.contains(wanted) => Ok(format!("prints {wanted:?}")),
        JobResult::Run { trace, .. } => Err(format!(
            "expected {wanted:?} in the output, got {printed:?}, {:?}",
            kind(&trace)
        )),
        other => Err(format!("no run: {}", short(&other))),
    })
}

fn kind(trace: &Trace) -> OutcomeKind {
    trace.outcome.kind()
}

fn name(expect: &Expect) -> &'static str {
    match expect {
        Expect::Prints(_) => "text",
        Expect::None => "none",
        Expect::Deadlock => "deadlock",
        Expect::Livelock => "livelock",
        Expect::Exception => "exception",
        Expect::Race => "race",
    }
}

/// What an exploration found, in the words of `expect=`.
fn found(report: &ExploreReport) -> &'static str {
    let failure = report
        .failure
        .as_ref()
        .map(|failure| failure.outcome.kind());
    match failure {
        Some(OutcomeKind::Deadlock) => return "deadlock",
        Some(OutcomeKind::Livelock) => return "livelock",
        Some(OutcomeKind::Failed) => return "exception",
        _ => {}
    }
    let race = |name: &str| matches!(name, "race" | "lost_update");
    if report.findings.iter().any(|f| race(f.what.name())) {
        return "race";
    }
    match report.verdict {
        Verdict::Pass => "none",
        Verdict::Fail => "another failure",
        Verdict::Unfinished => "nothing, but the search was not finished",
    }
}

async fn test_challenge(
    terminal: &Terminal,
    challenge: &Challenge,
    tally: &mut Tally,
) -> Result<(), Stop> {
    let began = Instant::now();
    let result = judge(terminal, challenge, &challenge.starter).await?;
    let done = match result {
        Ok((SubmissionResult::Accepted, _)) => Err("is accepted, but it must fail".to_owned()),
        Ok((result, _)) => Ok(format!("fails with {}", result.name())),
        Err(why) => Err(why),
    };
    tally.note(&format!("{} starter.py", challenge.id), began, done);
    for solution in &challenge.solutions {
        let began = Instant::now();
        let result = judge(terminal, challenge, &solution.program).await?;
        let done = match result {
            Ok((result, message)) if result == solution.result => Ok(message),
            Ok((result, message)) => Err(format!("got {}: {message}", result.name())),
            Err(why) => Err(why),
        };
        let name = format!(
            "{} solutions/{}/{}",
            challenge.id,
            solution.result.name(),
            solution.name
        );
        tally.note(&name, began, done);
    }
    Ok(())
}

/// The result and its message, or why there is none.
async fn judge(
    terminal: &Terminal,
    challenge: &Challenge,
    program: &Program,
) -> Result<Result<(SubmissionResult, String), String>, Stop> {
    let work = Work::Judge {
        checks: challenge.checks.clone(),
        options: challenge.explore,
    };
    let result = terminal
        .job(program.clone(), work, challenge.limits, |_| {})
        .await?;
    Ok(match result {
        JobResult::Judged { report } => Ok((report.result, report.message)),
        JobResult::NotCompiled { error } => Ok((SubmissionResult::SyntaxError, error.message)),
        other => Err(format!("no judgement: {}", short(&other))),
    })
}

fn short(result: &JobResult) -> String {
    match result {
        JobResult::NotCompiled { error } => format!("{}: {}", error.exception, error.message),
        JobResult::Refused { reason } | JobResult::Broken { reason } => reason.clone(),
        JobResult::Cancelled => "cancelled".into(),
        JobResult::Run { .. }
        | JobResult::Execution { .. }
        | JobResult::Explored { .. }
        | JobResult::Judged { .. } => "another kind of result".into(),
    }
}

//! Reading JSON, in a way that keeps the page small.
//!
//! serde makes a reader of a type for every kind of source that it is read from. Most of our types
//! lie inside tagged enums, so they are read from serde's own buffer anyway; if they were read from
//! JSON text as well, the page would carry each of their readers twice. So everything goes through
//! that buffer: [`Tagged`] is a tagged enum too, of one variant, and its tag is put before the text.

use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
#[serde(tag = "@", bound = "T: DeserializeOwned")]
enum Tagged<T> {
    #[serde(rename = "")]
    Whole(T),
}

/// Reads an object.
///
/// # Errors
/// When the text is no JSON, or not of this type.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    let Tagged::Whole(value) = serde_json::from_str(&tagged(text))?;
    Ok(value)
}

/// The text of an object with the tag as its first member; any other text as it is, which is then
/// refused with its own error.
fn tagged(text: &str) -> String {
    match text.trim_start().strip_prefix('{') {
        Some(rest) if rest.trim_start().starts_with('}') => format!(r#"{{"@":""{rest}"#),
        Some(rest) => format!(r#"{{"@":"",{rest}"#),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use heddle_api::{Block, Lesson, LessonSummary, RunEvent, StepView};
    use heddle_trace::protocol::{JobEvent, JobResult};
    use heddle_trace::{
        Event, Granularity, Location, Nanos, Op, OpKind, OpResult, Outcome, Program, Schedule,
        Snapshot, Stream, TaskId, Trace, TraceChunk, What,
    };

    use super::*;

    fn print() -> Event {
        Event {
            task: TaskId(3),
            at: Nanos(u64::MAX),
            location: Some(Location { file: 0, line: 7 }),
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
                enabled: vec![TaskId(0), TaskId(3)],
                output: Some((Stream::Out, "é\n".into())),
            },
        }
    }

    fn survives<T>(value: &T)
    where
        T: serde::Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
    {
        let text = serde_json::to_string(value).unwrap();
        assert_eq!(&read::<T>(&text).unwrap(), value);
    }

    #[test]
    fn everything_the_server_sends_can_be_read() {
        let program = Program::python("print(1)\n");
        let hash = program.hash();
        let schedule = Schedule::new(&hash, Granularity::Language, vec![TaskId(0), TaskId(1)]);
        let chunk = TraceChunk {
            events: vec![print()],
            ..TraceChunk::default()
        };
        survives(&program);
        survives(&RunEvent::Job {
            event: JobEvent::Trace { chunk },
        });
        survives(&RunEvent::Job {
            event: JobEvent::Ended {
                result: JobResult::Cancelled,
            },
        });
        survives(&StepView {
            program: hash,
            schedule,
            trace: Trace {
                granularity: Some(Granularity::Language),
                timeouts: heddle_trace::Timeouts::Respect,
                processes: Vec::new(),
                tasks: Vec::new(),
                objects: Vec::new(),
                events: vec![print()],
                pending: Vec::new(),
                outcome: Outcome::Limit {
                    limit: heddle_trace::Limit::Cpu,
                },
            },
            snapshot: Some(Snapshot::default()),
            findings: Vec::new(),
        });
        survives(&Lesson {
            summary: LessonSummary {
                slug: "s".into(),
                title: "t".into(),
                summary: String::new(),
                minutes: 5,
                challenges: Vec::new(),
            },
            previous: None,
            next: Some(("a".into(), "b".into())),
            blocks: vec![Block::Html { html: "x".into() }],
        });
    }

    #[test]
    fn an_object_without_members_can_be_read() {
        assert_eq!(read::<TraceChunk>(" { } ").unwrap(), TraceChunk::default());
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        assert!(read::<Program>("<html>").is_err());
        assert!(read::<Program>("[]").is_err());
    }
}

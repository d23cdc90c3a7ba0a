//! Prints what the timeline costs: building a recording, appending a chunk, drawing a frame.
//! Figures only; `cargo bench -p heddle-timeline`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use heddle_timeline::{Axis, DrawList, Recording, View, draw};
use heddle_trace::{
    Event, Finding, Granularity, Location, Nanos, ObjectId, ObjectInfo, ObjectKind, Op, OpKind,
    OpResult, Outcome, ProcessId, TaskId, TaskInfo, Trace, TraceChunk, What,
};

const TASKS: u16 = 16;
const LOCKS: u32 = 4;

fn main() {
    println!("timeline, {TASKS} tasks, {LOCKS} locks, 1600 x 900 px; medians");
    println!(
        "{:>9} {:>10} {:>10} {:>11} {:>11} {:>11} {:>11} {:>7}",
        "events",
        "build",
        "chunk 1k",
        "steps, all",
        "steps, mid",
        "time, all",
        "steps, 72px",
        "rects"
    );
    for events in [10_000, 100_000, 1_000_000] {
        row(&trace(events, None), "free");
        row(&trace(events, Some(Granularity::Language)), "controlled");
    }
}

fn row(trace: &Trace, name: &str) {
    let build = median(3, || {
        let copy = trace.clone();
        let begin = Instant::now();
        black_box(Recording::new(copy, Vec::<Finding>::new()));
        begin.elapsed()
    });
    let mut recording = Recording::new(trace.clone(), Vec::new());
    let (all, rects) = frame(&recording, Axis::Steps, 1.0);
    let (middle, _) = frame(&recording, Axis::Steps, 50.0);
    let (time, _) = frame(&recording, Axis::Time, 1.0);
    let (near, _) = frame(&recording, Axis::Steps, 1e9);
    let chunk = TraceChunk {
        events: trace.events[..1000].to_vec(),
        ..TraceChunk::default()
    };
    let append = median(9, || {
        let chunk = chunk.clone();
        let begin = Instant::now();
        recording.append(chunk);
        begin.elapsed()
    });
    println!(
        "{:>9} {build:>10.1?} {append:>10.1?} {all:>11.1?} {middle:>11.1?} {time:>11.1?} {near:>11.1?} {rects:>7}  {name}",
        trace.events.len()
    );
}

/// Time of one frame, and its number of rectangles.
fn frame(recording: &Recording, axis: Axis, zoom: f64) -> (Duration, usize) {
    let mut view = View::fitted(recording, axis, 1600.0, 900.0, 148.0);
    view.across.zoom(zoom, 700.0);
    let mut list = DrawList::default();
    let duration = median(9, || {
        let begin = Instant::now();
        draw(recording, &view, &[], &mut list);
        begin.elapsed()
    });
    (duration, list.rect_count())
}

fn median(times: usize, mut run: impl FnMut() -> Duration) -> Duration {
    let mut all: Vec<Duration> = (0..times).map(|_| run()).collect();
    all.sort();
    all[times / 2]
}

/// Tasks that take locks, touch a variable and give the locks back; who goes next is drawn by a
/// linear congruential generator.
fn trace(events: usize, granularity: Option<Granularity>) -> Trace {
    let mut seed = 1u64;
    let mut owner = [None; LOCKS as usize];
    let mut phase = [0u8; TASKS as usize];
    let mut now = 0;
    let everybody: Vec<TaskId> = (0..TASKS).map(TaskId).collect();
    let mut list = Vec::with_capacity(events);
    while list.len() < events {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let task = (seed >> 33) as usize % TASKS as usize;
        let lock = task % LOCKS as usize;
        now += 200 + (seed >> 50);
        let kind = match phase[task] {
            0 if owner[lock].is_some() => continue,
            0 => OpKind::Acquire,
            1 => OpKind::Read,
            2 => OpKind::Write,
            _ => OpKind::Release,
        };
        match kind {
            OpKind::Acquire => owner[lock] = Some(task),
            OpKind::Release => owner[lock] = None,
            _ => {}
        }
        phase[task] = (phase[task] + 1) % 4;
        let enabled = |t: &TaskId| {
            let lock = usize::from(t.0) % LOCKS as usize;
            phase[usize::from(t.0)] != 0 || owner[lock].is_none() || usize::from(t.0) == task
        };
        let object = if kind.is_plain_access() {
            LOCKS
        } else {
            lock as u32
        };
        list.push(Event {
            task: TaskId(task as u16),
            at: Nanos(now),
            location: Some(Location { file: 0, line: 3 }),
            what: What::Op {
                op: Op {
                    kind,
                    object: Some(ObjectId(object)),
                    also: None,
                    target: None,
                },
                result: OpResult::Done,
                enabled: match granularity {
                    Some(_) => everybody.iter().copied().filter(enabled).collect(),
                    None => Vec::new(),
                },
                held: false,
                timed: false,
                left_waiting: false,
                output: None,
            },
        });
    }
    Trace {
        granularity,
        timeouts: heddle_trace::Timeouts::Respect,
        processes: Vec::new(),
        tasks: (0..TASKS).map(task_row).collect(),
        objects: (0..=LOCKS).map(object_row).collect(),
        events: list,
        pending: Vec::new(),
        outcome: Outcome::Finished,
    }
}

fn task_row(id: u16) -> TaskInfo {
    TaskInfo {
        id: TaskId(id),
        path: format!("0.{id}"),
        name: format!("worker {id}"),
        process: ProcessId(0),
        system: false,
    }
}

fn object_row(id: u32) -> ObjectInfo {
    let kind = if id < LOCKS {
        ObjectKind::Lock
    } else {
        ObjectKind::Variable
    };
    ObjectInfo {
        id: ObjectId(id),
        kind,
        name: format!("thing {id}"),
        key: format!("0#{id}"),
    }
}

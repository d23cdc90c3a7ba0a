//! A `heddle-runner` process and the other end of its protocol.

use std::collections::HashMap;
use std::io::BufReader;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use heddle_runner::frame;
use heddle_trace::protocol::{
    ExploreOptions, FromRunner, HostInfo, JobEvent, JobId, JobResult, ToRunner, VERSION, Work,
};
use heddle_trace::{ExploreReport, Limits, Program};

pub(crate) struct Client {
    runner: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: u64,
    pub(crate) host: HostInfo,
}

impl Client {
    pub(crate) fn start() -> Client {
        let mut runner = Command::new(env!("CARGO_BIN_EXE_heddle-runner"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = runner.stdin.take();
        let mut output = BufReader::new(runner.stdout.take().unwrap());
        let hello: FromRunner = frame::read(&mut output)
            .unwrap()
            .expect("the runner says hello");
        let FromRunner::Hello { protocol, host } = hello else {
            panic!("first message: {hello:?}")
        };
        assert_eq!(protocol, VERSION);
        Client {
            runner,
            input,
            output,
            next: 0,
            host,
        }
    }

    pub(crate) fn send(&mut self, message: &ToRunner) {
        frame::write(self.input.as_mut().unwrap(), message).unwrap();
    }

    pub(crate) fn begin(&mut self, program: &Program, work: Work, limits: Limits) -> JobId {
        self.next += 1;
        let job = JobId(self.next);
        self.send(&ToRunner::Start {
            job,
            program: program.clone(),
            work,
            limits,
        });
        job
    }

    pub(crate) fn receive(&mut self) -> (JobId, JobEvent) {
        match frame::read(&mut self.output).unwrap() {
            Some(FromRunner::Job { job, event }) => (job, event),
            other => panic!("expected a message about a job, got {other:?}"),
        }
    }

    /// Waits until this job has ended; `look` sees its other messages.
    pub(crate) fn finish(&mut self, wanted: JobId, mut look: impl FnMut(JobEvent)) -> JobResult {
        loop {
            match self.receive() {
                (job, JobEvent::Ended { result }) if job == wanted => return result,
                (job, event) if job == wanted => look(event),
                _ => {}
            }
        }
    }

    pub(crate) fn work(&mut self, program: &Program, work: Work) -> JobResult {
        let job = self.begin(program, work, Limits::default());
        self.finish(job, |_| {})
    }

    /// Explores many programs, as many beside each other as the runner allows.
    pub(crate) fn explore_all(
        &mut self,
        programs: &[Program],
        options: ExploreOptions,
    ) -> Vec<ExploreReport> {
        let limits = Limits {
            explore_ms: 60_000,
            ..Limits::default()
        };
        let jobs: Vec<JobId> = programs
            .iter()
            .map(|program| {
                self.begin(
                    program,
                    Work::Explore {
                        options,
                        races: None,
                    },
                    limits,
                )
            })
            .collect();
        let mut reports = HashMap::new();
        while reports.len() < jobs.len() {
            if let (job, JobEvent::Ended { result }) = self.receive() {
                let JobResult::Explored { report } = result else {
                    panic!("{job:?}: {result:?}")
                };
                reports.insert(job, report);
            }
        }
        jobs.iter()
            .map(|job| reports.remove(job).unwrap())
            .collect()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        drop(self.input.take());
        for _ in 0..200 {
            if self.runner.try_wait().is_ok_and(|status| status.is_some()) {
                return;
            }
            std::thread::yield_now();
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.runner.kill();
        let _ = self.runner.wait();
    }
}

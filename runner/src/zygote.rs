//! A warm fork server in its jail, as the supervisor sees it.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use heddle_jail::{Jail, JailLimits, Level, SpawnError, Spec};
use heddle_stage::{ControlMap, MapError, StateMap, create_control, create_state};
use heddle_trace::{ErrorReport, Limits, Location, Program};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::eventfd::{EfdFlags, EventFd};
use thiserror::Error;

use crate::host::Host;

/// First code of the interpreter: loads the extension, which carries everything else.
const BOOT: &str = "\
import sys, _imp
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import ExtensionFileLoader
path = sys.argv[1]
spec = ModuleSpec('_heddle', ExtensionFileLoader('_heddle', path), origin=path)
module = _imp.create_dynamic(spec)
_imp.exec_dynamic(module)
sys.modules['_heddle'] = module
exec(compile(module.SHIMS['boot'], '<heddle boot>', 'exec'), {'__name__': 'heddle_boot'})
";

/// The folder of the program's files inside the jail.
const FOLDER: &str = "/program";

/// How long an interpreter may take to get ready, or a program to be compiled.
const START_LIMIT: Duration = Duration::from_secs(20);

/// What the jail allows beyond one execution: the fork server itself.
const OWN_PROCESSES: u32 = 1;

/// Why there is no fork server.
#[derive(Debug, Error)]
pub enum ZygoteError {
    /// No jail.
    #[error("{0}")]
    Jail(#[from] SpawnError),
    /// No shared memory.
    #[error("{0}")]
    Stage(#[from] MapError),
    /// The channel broke.
    #[error("the fork server cannot be reached: {0}")]
    Channel(#[from] io::Error),
    /// It ended, or did not answer.
    #[error("the fork server {0}; its messages: {1}")]
    Gone(&'static str, String),
}

/// A warm fork server.
pub struct Zygote {
    pub(crate) jail: Jail,
    pub(crate) control: ControlMap,
    pub(crate) state: StateMap,
    channel: UnixStream,
    stderr: UnixStream,
    /// Rung by the program's process when a round is over.
    bell: EventFd,
    limits: Limits,
    /// The process of the last execution waits for another round.
    pub(crate) waiting: bool,
    /// A program ended it, or it broke: of no more use.
    pub(crate) is_gone: bool,
}

/// What was noticed while a program was compiled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Whether executions can follow each other in one process: nothing in the source speaks
    /// against it.
    pub goes_round: bool,
    /// Why nothing can be proved about it, each with its line; empty: nothing stands against it.
    pub blind_spots: Vec<String>,
}

impl Loaded {
    fn parse(program: &Program, body: &[u8]) -> Loaded {
        let text = String::from_utf8_lossy(body);
        let mut parts = text.split('\u{1e}');
        let goes_round = parts.next() == Some("1");
        let spots = parts.filter_map(|spot| {
            let mut fields = spot.splitn(3, '\u{1f}');
            let file = fields.next()?.parse::<usize>().ok()?;
            let (line, why) = (fields.next()?, fields.next()?);
            let name = program
                .files
                .get(file)
                .map_or("?", |file| file.name.as_str());
            Some(format!("{name}, line {line}: {why}"))
        });
        Loaded {
            goes_round,
            blind_spots: spots.collect(),
        }
    }
}

/// What was heard.
#[derive(Debug)]
pub(crate) enum Heard {
    /// Nothing in the time given.
    Nothing,
    /// A round is over; its process waits for another one.
    RoundOver,
    /// The fork server said this.
    Message(Message),
}

/// One message from the fork server.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) letter: u8,
    pub(crate) body: Vec<u8>,
}

impl Zygote {
    /// Starts an interpreter in a jail and waits until it is warm.
    ///
    /// # Errors
    /// When there is no jail of the host's level, or the interpreter does not start.
    pub fn spawn(host: &Host, limits: Limits) -> Result<Zygote, ZygoteError> {
        let (control_file, control) = create_control()?;
        let (state_file, state) = create_state()?;
        let (channel, inner_channel) = UnixStream::pair()?;
        let (stderr, inner_stderr) = UnixStream::pair()?;
        let flags = EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK;
        let bell = EventFd::from_value_and_flags(0, flags).map_err(io::Error::from)?;
        stderr.set_nonblocking(true)?;
        let fds: Vec<(OwnedFd, i32)> = vec![
            (inner_stderr.try_clone()?.into(), 1),
            (inner_stderr.into(), 2),
            (inner_channel.into(), 3),
            (control_file, 4),
            (state_file, 5),
            (bell.as_fd().try_clone_to_owned()?, 6),
        ];
        let jail = Jail::spawn(spec(host, limits, fds), host.level)?;
        let mut zygote = Zygote {
            jail,
            control,
            state,
            channel,
            stderr,
            bell,
            limits,
            waiting: false,
            is_gone: false,
        };
        let hello = zygote.receive_within(START_LIMIT)?;
        if hello.letter != b'H' {
            return Err(zygote.gone("said something unexpected"));
        }
        Ok(zygote)
    }

    /// The limits it was made for.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Compiles a program.
    ///
    /// # Errors
    /// When the fork server is gone. A program that does not compile is `Ok(Err(..))`.
    pub fn load(&mut self, program: &Program) -> Result<Result<Loaded, ErrorReport>, ZygoteError> {
        let launch = launch(program);
        let files = program.files.iter();
        let files = files.flat_map(|file| [file.name.as_str(), file.text.as_str()]);
        let mut body = Vec::new();
        for part in [launch.as_str()].into_iter().chain(files) {
            body.extend((part.len() as u32).to_le_bytes());
            body.extend(part.as_bytes());
        }
        self.send(b'L', &body)?;
        let answer = self.receive_within(START_LIMIT)?;
        match answer.letter {
            b'K' => Ok(Ok(Loaded::parse(program, &answer.body))),
            b'E' => Ok(Err(error_report(&answer.body))),
            _ => Err(self.gone("said something unexpected")),
        }
    }

    pub(crate) fn send(&mut self, letter: u8, body: &[u8]) -> io::Result<()> {
        let mut message = vec![letter];
        message.extend((body.len() as u32).to_le_bytes());
        message.extend(body);
        self.channel.write_all(&message)
    }

    /// Starts an execution, as the control says: in the process that waits for it, or in a new one.
    pub(crate) fn start(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.waiting) {
            self.control.round.bump_and_wake(1);
            return Ok(());
        }
        // Nobody is left who could ring for the last execution.
        let _ = self.bell.read();
        self.send(b'X', b"")
    }

    /// Ends the process that waits for another round, if there is one.
    pub(crate) fn end_waiting(&mut self) -> Result<(), ZygoteError> {
        if !std::mem::take(&mut self.waiting) {
            return Ok(());
        }
        self.send(b'Q', b"")?;
        self.receive_within(START_LIMIT).map(|_| ())
    }

    /// Waits for something to happen, at most `wait`.
    pub(crate) fn listen(&mut self, wait: Duration) -> Result<Heard, ZygoteError> {
        let mut fds = [
            PollFd::new(self.channel.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.bell.as_fd(), PollFlags::POLLIN),
        ];
        let timeout = PollTimeout::try_from(wait).unwrap_or(PollTimeout::MAX);
        match poll(&mut fds, timeout) {
            Ok(0) | Err(nix::errno::Errno::EINTR) => return Ok(Heard::Nothing),
            Ok(_) => {}
            Err(error) => return Err(io::Error::from(error).into()),
        }
        let says_something = fds[0].revents().is_some_and(|events| !events.is_empty());
        if says_something {
            return self.receive().map(Heard::Message);
        }
        // Whoever rang without being at the end of a round is found out by the state.
        let _ = self.bell.read();
        Ok(Heard::RoundOver)
    }

    fn poll(&mut self, wait: Duration) -> Result<Option<Message>, ZygoteError> {
        match self.listen(wait)? {
            Heard::Message(message) => Ok(Some(message)),
            Heard::Nothing | Heard::RoundOver => Ok(None),
        }
    }

    fn receive_within(&mut self, limit: Duration) -> Result<Message, ZygoteError> {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.poll(left)? {
                Some(message) => return Ok(message),
                None if Instant::now() >= deadline => return Err(self.gone("does not answer")),
                None => {}
            }
        }
    }

    fn receive(&mut self) -> Result<Message, ZygoteError> {
        let mut head = [0; 5];
        if self.channel.read_exact(&mut head).is_err() {
            return Err(self.gone("has ended"));
        }
        let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
        // It only ever sends short messages; it runs no code of the learner's.
        if length > 1 << 20 {
            return Err(self.gone("said something unexpected"));
        }
        let mut body = vec![0; length];
        if self.channel.read_exact(&mut body).is_err() {
            return Err(self.gone("has ended"));
        }
        Ok(Message {
            letter: head[0],
            body,
        })
    }

    /// What was written straight to descriptors 1 and 2 since the last call, up to a bound.
    pub(crate) fn raw_output(&mut self) -> String {
        let mut bytes = Vec::new();
        let mut piece = [0; 4096];
        while bytes.len() < 64 << 10 {
            match self.stderr.read(&mut piece) {
                Ok(n) if n > 0 => bytes.extend(&piece[..n]),
                _ => break,
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn gone(&mut self, how: &'static str) -> ZygoteError {
        self.is_gone = true;
        self.jail.kill();
        let status = self.jail.wait();
        ZygoteError::Gone(how, format!("{} ({status})", self.raw_output()))
    }
}

fn spec(host: &Host, limits: Limits, fds: Vec<(OwnedFd, i32)>) -> Spec {
    let trusted = host.level == Level::Trusted;
    let mut env = vec![
        ("PYTHONHASHSEED", "0"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PATH", "/usr/bin:/bin"),
        ("HOME", "/tmp"),
        ("LANG", "C.UTF-8"),
    ];
    if !trusted {
        env.push(("HEDDLE_JAILED", "1"));
    }
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    Spec {
        program: host.python.clone(),
        args: ["-s", "-S", "-P", "-c", BOOT]
            .iter()
            .map(OsString::from)
            .chain([host.extension.clone().into_os_string()])
            .collect(),
        env: env
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect(),
        read_only: host.read_only(),
        work_dir: if trusted { here } else { PathBuf::from(FOLDER) },
        fds,
        limits: JailLimits {
            memory: limits.memory,
            processes: limits.processes + OWN_PROCESSES,
            ..JailLimits::default()
        },
    }
}

/// How the program is started: its package, then its arguments, with zero bytes between.
fn launch(program: &Program) -> String {
    let package = program.launch.package.as_deref().unwrap_or_default();
    let args = program.launch.args.iter().map(String::as_str);
    let parts: Vec<&str> = [package].into_iter().chain(args).collect();
    parts.join("\0")
}

fn error_report(body: &[u8]) -> ErrorReport {
    let text = String::from_utf8_lossy(body);
    let mut fields = text.split('\u{1f}');
    let mut next = || fields.next().unwrap_or_default();
    let (exception, message) = (next().to_owned(), next().to_owned());
    let mut number = || next().parse::<u32>().unwrap_or(0);
    let (file, line, column) = (number(), number(), number());
    ErrorReport {
        exception,
        message,
        location: (line > 0).then_some(Location {
            file: file.min(u32::from(u16::MAX)) as u16,
            line,
        }),
        column: (column > 0).then_some(column),
        traceback: String::new(),
    }
}

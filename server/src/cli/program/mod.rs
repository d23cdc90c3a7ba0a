//! The program that a command is about: a file, a module or a test, with the files that it imports.

mod imports;
mod module;
mod pytest;

use std::path::{Path, PathBuf};

use heddle_trace::{BadProgram, ErrorReport, Launch, Program, SourceFile};

use super::exit::Stop;

/// Which program, how it is started, and how far it is trusted.
#[derive(Debug, clap::Args)]
pub(crate) struct ProgramArgs {
    /// The program
    #[arg(required_unless_present_any = ["module", "pytest"], conflicts_with_all = ["module", "pytest"])]
    file: Option<PathBuf>,
    /// Start a module of this folder, as `python -m` does
    #[arg(short, long, value_name = "MODULE", conflicts_with = "pytest")]
    module: Option<String>,
    /// Run one test: tests/test_x.py::test_y, or ::TestX::test_y; no fixtures
    #[arg(long, value_name = "NODE")]
    pytest: Option<String>,
    /// The interpreter, as .venv/bin/python (default: the active virtual environment's, else python3)
    #[arg(long, value_name = "PATH")]
    pub(crate) python: Option<PathBuf>,
    /// Run it without a jail: only for programs of your own
    #[arg(long)]
    pub(crate) trust: bool,
    /// Arguments of the program, after --
    #[arg(last = true)]
    args: Vec<String>,
}

/// A program and where its files come from.
struct Found {
    main: SourceFile,
    package: Option<String>,
    /// Where imports are looked for.
    roots: Vec<PathBuf>,
}

impl ProgramArgs {
    /// Reads it, with the files that it imports from its folder.
    pub(crate) fn read(&self) -> Result<Program, Stop> {
        let Found {
            main,
            package,
            roots,
        } = self.find()?;
        let files = imports::with_imports(main, &roots);
        let program = Program {
            files,
            launch: Launch {
                args: self.args.clone(),
                package,
            },
            ..Program::python("")
        };
        match program.check() {
            Ok(()) => Ok(program),
            Err(error) => Err(self.bad_program(&program, &error)),
        }
    }

    fn find(&self) -> Result<Found, Stop> {
        if let Some(module) = &self.module {
            return module::find(module);
        }
        if let Some(node) = &self.pytest {
            return pytest::find(node);
        }
        let path = self.path();
        let main = SourceFile {
            name: self.main_name().to_owned(),
            text: read(path)?,
        };
        Ok(Found {
            main,
            package: None,
            roots: vec![folder(path)],
        })
    }

    /// What the main file is called in the program: as on disk, if that is a plain name.
    fn main_name(&self) -> &str {
        let name = self.path().file_name().and_then(|name| name.to_str());
        let plain = |name: &&str| {
            let mut program = Program::python("");
            program.files[0].name = (*name).to_owned();
            program.check().is_ok()
        };
        name.filter(plain).unwrap_or("main.py")
    }

    fn path(&self) -> &Path {
        self.file.as_deref().unwrap_or(Path::new(""))
    }

    fn bad_program(&self, program: &Program, error: &BadProgram) -> Stop {
        let mut message = format!("{}: {error}", self.name());
        if matches!(error, BadProgram::TooLong { .. }) && program.files.len() > 1 {
            let names: Vec<&str> = program
                .files
                .iter()
                .map(|file| file.name.as_str())
                .collect();
            message += &format!(". It has the files that it imports: {}", names.join(", "));
        }
        Stop::bad_input(message)
    }

    /// The folder that it belongs to.
    pub(crate) fn folder(&self) -> PathBuf {
        match (&self.module, &self.pytest) {
            (Some(_), _) => PathBuf::from("."),
            (None, Some(node)) => folder(Path::new(pytest::file_of(node))),
            (None, None) => folder(self.path()),
        }
    }

    /// What to call it in a message.
    pub(crate) fn name(&self) -> String {
        match (&self.module, &self.pytest) {
            (Some(module), _) => format!("-m {module}"),
            (None, Some(node)) => node.clone(),
            (None, None) => self.path().display().to_string(),
        }
    }

    /// Where one of its files is, as a URI: relative to here, unless the program was named absolutely.
    pub(crate) fn uri_of(&self, name: &str) -> String {
        let path = match (&self.module, &self.pytest) {
            (Some(_), _) => PathBuf::from(name),
            (None, Some(node)) => pytest::root(Path::new(pytest::file_of(node))).join(name),
            // Whatever it is called on disk.
            (None, None) if name == self.main_name() => self.path().to_owned(),
            (None, None) => self.path().with_file_name(name),
        };
        let path = path.display().to_string();
        let scheme = match path.starts_with('/') {
            true => "file://",
            false => "",
        };
        format!("{scheme}{}", percent_encoded(path.trim_start_matches("./")))
    }

    /// `heddle replay` with the same program and this schedule, to be copied.
    pub(crate) fn command(&self, name: &str, schedule: impl std::fmt::Display) -> String {
        let mut words = vec!["heddle".to_owned(), name.to_owned()];
        match (&self.module, &self.pytest) {
            (Some(module), _) => words.extend(["-m".to_owned(), quoted(module)]),
            (None, Some(node)) => words.extend(["--pytest".to_owned(), quoted(node)]),
            (None, None) => words.push(quoted(&self.path().display().to_string())),
        }
        if let Some(python) = &self.python {
            words.extend(["--python".to_owned(), quoted(&python.display().to_string())]);
        }
        if self.trust {
            words.push("--trust".to_owned());
        }
        words.extend(["--schedule".to_owned(), schedule.to_string()]);
        if !self.args.is_empty() {
            words.push("--".to_owned());
            words.extend(self.args.iter().map(|arg| quoted(arg)));
        }
        words.join(" ")
    }
}

/// A path in a URI (RFC 3986): everything but letters, digits and a few signs is escaped.
fn percent_encoded(path: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    path.bytes().map(encoded).collect()
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The folder that a file is in.
fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Reads a Python file.
fn read(path: &Path) -> Result<String, Stop> {
    let bytes = std::fs::read(path).map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::IsADirectory => {
                "it is a folder: name the file that runs".to_owned()
            }
            _ => error.to_string(),
        };
        Stop::bad_input(format!("cannot read the program {}: {why}", path.display()))
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        Stop::bad_input(format!(
            "{}:{line}: the program is not in UTF-8: save it in UTF-8",
            path.display()
        ))
    })
}

/// A compile error as compilers print it.
pub(crate) fn not_compiled(args: &ProgramArgs, program: &Program, error: &ErrorReport) -> Stop {
    let mut place = args.name();
    if let Some(at) = error.location {
        if let Some(file) = program.files.get(usize::from(at.file))
            && (at.file > 0 || args.file.is_none())
        {
            place = file.name.clone();
        }
        place += &format!(":{}", at.line);
        if let Some(column) = error.column {
            place += &format!(":{column}");
        }
    }
    Stop::bad_input(format!("{place}: {}: {}", error.exception, error.message))
}

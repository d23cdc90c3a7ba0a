//! Programs: the learner's files plus the challenge's support files.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::Limits;

/// A programming language that Heddle runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Python 3.11 or newer.
    #[default]
    Python,
}

/// One file of a program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceFile {
    /// Name, as `main.py`, or `pkg/tool.py` for a module of a package: letters, digits, `_`, `-` and
    /// dots, folders below the program's own only.
    pub name: String,
    /// Content.
    pub text: String,
}

/// A program. `files[0]` is the one that runs as `__main__`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Program {
    /// The language of all its files.
    #[serde(default)]
    pub language: Language,
    /// Its files, the main one first.
    pub files: Vec<SourceFile>,
    /// How it is started.
    #[serde(default, skip_serializing_if = "Launch::is_plain")]
    pub launch: Launch,
}

/// How a program is started.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Launch {
    /// What follows the program's name in `sys.argv`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// Started with `python -m`: the package that the main file belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
}

impl Launch {
    /// Whether it is just `python main.py`.
    pub fn is_plain(&self) -> bool {
        let Launch { args, package } = self;
        args.is_empty() && package.is_none()
    }

    fn parts(&self) -> impl Iterator<Item = &String> {
        self.package.iter().chain(&self.args)
    }
}

/// Why a program cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadProgram {
    /// It has no files.
    #[error("the program has no files; give at least one")]
    Empty,
    /// A name that could be a path.
    #[error(
        "the file name {0:?} is not allowed: use letters, digits, '_', '-' and '.', as in main.py"
    )]
    Name(String),
    /// Two files with one name.
    #[error("two files are called {0:?}; give each its own name")]
    Twice(String),
    /// No operating system can hand this over.
    #[error("the argument {0:?} has a zero byte in it")]
    Argument(String),
    /// Too long.
    #[error("the program has {bytes} bytes; at most {max} are allowed", max = Limits::PROGRAM_BYTES)]
    TooLong {
        /// Bytes of all files and arguments together.
        bytes: usize,
    },
}

impl Program {
    /// A program of one Python file, `main.py`.
    pub fn python(text: impl Into<String>) -> Self {
        let main = SourceFile {
            name: "main.py".into(),
            text: text.into(),
        };
        Program {
            language: Language::Python,
            files: vec![main],
            launch: Launch::default(),
        }
    }

    /// Checks names and size.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), BadProgram> {
        if self.files.is_empty() {
            return Err(BadProgram::Empty);
        }
        let texts = self.files.iter().map(|file| &file.text);
        let bytes = texts.chain(self.launch.parts()).map(String::len).sum();
        if bytes > Limits::PROGRAM_BYTES {
            return Err(BadProgram::TooLong { bytes });
        }
        for (i, file) in self.files.iter().enumerate() {
            if !is_name(&file.name) {
                return Err(BadProgram::Name(file.name.clone()));
            }
            if self.files[..i].iter().any(|f| f.name == file.name) {
                return Err(BadProgram::Twice(file.name.clone()));
            }
        }
        if let Some(bad) = self.launch.parts().find(|part| part.contains('\0')) {
            return Err(BadProgram::Argument(bad.clone()));
        }
        Ok(())
    }

    /// The program's identity: a hash of its language, names and texts, and of how it is started if
    /// that is not the plain way.
    pub fn hash(&self) -> ProgramHash {
        let mut hasher = Sha256::new();
        let Program {
            language,
            files,
            launch,
        } = self;
        hasher.update([*language as u8]);
        for SourceFile { name, text } in files {
            for part in [name, text] {
                hasher.update((part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
        if !launch.is_plain() {
            hasher.update([0xff, u8::from(launch.package.is_some())]);
            for part in launch.parts() {
                hasher.update((part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
        let digest = hasher.finalize();
        let mut short = [0; ProgramHash::BYTES];
        short.copy_from_slice(&digest[..ProgramHash::BYTES]);
        ProgramHash(short)
    }
}

/// Plain names, one below the other: nothing that leaves the program's folder.
fn is_name(name: &str) -> bool {
    name.len() <= 200 && name.split('/').all(is_plain_name)
}

fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && !name.starts_with('.')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

/// A program's identity by content: the first 16 bytes of a SHA-256, written as 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ProgramHash(pub [u8; Self::BYTES]);

impl ProgramHash {
    /// Length in bytes.
    pub const BYTES: usize = 16;

    /// The first twelve hex digits: enough to tell a schedule's program from another.
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

impl std::fmt::Display for ProgramHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is no program hash.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a program id: 32 hex digits are")]
pub struct BadHash(String);

impl std::str::FromStr for ProgramHash {
    type Err = BadHash;

    fn from_str(text: &str) -> Result<Self, BadHash> {
        let bad = || BadHash(text.chars().take(40).collect());
        if text.len() != 2 * Self::BYTES || !text.is_ascii() {
            return Err(bad());
        }
        let mut bytes = [0; Self::BYTES];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|_| bad())?;
        }
        Ok(ProgramHash(bytes))
    }
}

impl From<ProgramHash> for String {
    fn from(hash: ProgramHash) -> String {
        hash.to_string()
    }
}

impl TryFrom<String> for ProgramHash {
    type Error = BadHash;

    fn try_from(text: String) -> Result<Self, BadHash> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_survives_its_text_form() {
        let hash = Program::python("print(1)\n").hash();
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }

    #[test]
    fn another_text_or_name_is_another_program() {
        let one = Program::python("print(1)\n");
        let mut renamed = one.clone();
        renamed.files[0].name = "other.py".into();
        assert_ne!(one.hash(), Program::python("print(2)\n").hash());
        assert_ne!(one.hash(), renamed.hash());
    }

    #[test]
    fn names_that_lead_out_of_the_folder_are_refused() {
        for name in [
            "../x.py",
            "a/../b.py",
            "/a.py",
            "a//b.py",
            "a/.b",
            "",
            ".hidden",
            "ä.py",
        ] {
            let mut program = Program::python("");
            program.files[0].name = name.into();
            assert_eq!(
                program.check(),
                Err(BadProgram::Name(name.into())),
                "{name}"
            );
        }
    }

    #[test]
    fn a_module_of_a_package_has_a_folder() {
        let mut program = Program::python("");
        program.files[0].name = "pkg/sub/tool.py".into();
        assert_eq!(program.check(), Ok(()));
    }

    #[test]
    fn other_arguments_make_another_program() {
        let plain = Program::python("");
        let with = |args: &[&str], package: Option<&str>| {
            let mut program = plain.clone();
            program.launch = Launch {
                args: args.iter().map(|arg| (*arg).to_owned()).collect(),
                package: package.map(str::to_owned),
            };
            program.hash()
        };
        let all = [
            plain.hash(),
            with(&["a", "b"], None),
            with(&["ab"], None),
            with(&["b"], Some("a")),
        ];
        for (i, hash) in all.iter().enumerate() {
            assert!(!all[..i].contains(hash), "{i}");
        }
    }

    #[test]
    fn an_argument_with_a_zero_byte_is_refused() {
        let mut program = Program::python("");
        program.launch.args.push("a\0b".into());
        assert_eq!(program.check(), Err(BadProgram::Argument("a\0b".into())));
    }

    #[test]
    fn over_long_programs_are_refused() {
        let program = Program::python("#".repeat(Limits::PROGRAM_BYTES + 1));
        assert_eq!(
            program.check(),
            Err(BadProgram::TooLong {
                bytes: Limits::PROGRAM_BYTES + 1
            })
        );
    }
}

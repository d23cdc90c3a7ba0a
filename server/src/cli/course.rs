//! `heddle course`: check a course folder, and execute all of its programs.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use heddle_course::Course;

use super::exit::{Exit, Stop};
use super::{course_test, out};
use crate::places;

/// Arguments of `heddle course`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Reads the folder and lists every mistake in it
    Check {
        /// The course (default: ./lessons)
        folder: Option<PathBuf>,
    },
    /// Executes every cell that expects something, every starter and every solution
    Test {
        /// The course (default: ./lessons)
        folder: Option<PathBuf>,
        /// Run the programs without a jail
        #[arg(long)]
        trust: bool,
    },
}

/// Does it.
pub(crate) async fn course(args: Args) -> Result<Exit, Stop> {
    match args.command {
        Command::Check { folder } => {
            let folder = folder.unwrap_or_else(|| places::folder("lessons"));
            let course = read(&folder)?;
            let lessons = course.lessons().count();
            out::line(format!(
                "{}: {lessons} lessons, no mistakes",
                folder.display()
            ));
            Ok(Exit::Pass)
        }
        Command::Test { folder, trust } => {
            let folder = folder.unwrap_or_else(|| places::folder("lessons"));
            course_test::test(&read(&folder)?, trust).await
        }
    }
}

/// Reads a course.
pub(crate) fn read(folder: &Path) -> Result<Course, Stop> {
    if !folder.is_dir() {
        return Err(Stop::bad_input(format!(
            "there is no course in {}: give the folder that has course.toml",
            folder.display()
        )));
    }
    Course::read(folder).map_err(|bad| {
        Stop::bad_input(format!(
            "the course in {} has mistakes:\n{bad}",
            folder.display()
        ))
    })
}

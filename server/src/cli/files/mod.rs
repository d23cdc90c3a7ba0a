//! Results as files for other tools: `--report junit FILE`, `--report sarif FILE`,
//! `--export perfetto FILE`.

mod junit;
mod perfetto;
mod sarif;

use std::path::{Path, PathBuf};

use heddle_trace::Trace;

use super::exit::Stop;
use super::explore::Explored;
use super::program::ProgramArgs;

/// The reports of `heddle explore`.
#[derive(Debug, clap::Args)]
pub(crate) struct ReportArgs {
    /// Write a report: junit or sarif, and the file; may be given for each
    #[arg(long, num_args = 2, value_names = ["FORMAT", "FILE"])]
    report: Vec<String>,
}

/// The export of one execution.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    /// Write the execution as a trace for ui.perfetto.dev: perfetto, and the file
    #[arg(long, num_args = 2, value_names = ["FORMAT", "FILE"])]
    export: Vec<String>,
}

/// A report to be written.
#[derive(Debug)]
pub(crate) struct Report {
    format: Format,
    file: PathBuf,
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Junit,
    Sarif,
}

impl ReportArgs {
    /// What is asked for. Looked at before the search: a wrong word must not cost one.
    pub(crate) fn wanted(&self) -> Result<Vec<Report>, Stop> {
        let read = |pair: &[String]| {
            let format = match pair[0].as_str() {
                "junit" => Format::Junit,
                "sarif" => Format::Sarif,
                other => {
                    return Err(Stop::bad_input(format!(
                        "--report {other}: there is no such format; junit and sarif are there"
                    )));
                }
            };
            Ok(Report {
                format,
                file: pair[1].clone().into(),
            })
        };
        self.report.chunks_exact(2).map(read).collect()
    }
}

impl Report {
    /// Writes it.
    pub(crate) fn write(&self, program: &ProgramArgs, explored: &Explored) -> Result<(), Stop> {
        let text = match self.format {
            Format::Junit => junit::text(&program.name(), explored),
            Format::Sarif => sarif::text(program, explored),
        };
        write(&self.file, &text)
    }
}

impl ExportArgs {
    /// Where to.
    pub(crate) fn wanted(&self) -> Result<Option<PathBuf>, Stop> {
        match self.export.as_slice() {
            [] => Ok(None),
            [.., format, file] if format == "perfetto" => Ok(Some(file.into())),
            [format, ..] => Err(Stop::bad_input(format!(
                "--export {format}: there is no such format; perfetto is there"
            ))),
        }
    }
}

/// Writes an execution for ui.perfetto.dev.
pub(crate) fn export(file: &Path, trace: &Trace) -> Result<(), Stop> {
    write(file, &perfetto::text(trace))
}

fn write(file: &Path, text: &str) -> Result<(), Stop> {
    std::fs::write(file, text)
        .map_err(|error| Stop::bad_input(format!("cannot write {}: {error}", file.display())))
}

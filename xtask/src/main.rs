//! All automation of the project: `cargo xtask help`. Nothing depends on this crate.

use std::process::ExitCode;

mod args;
mod arrows;
mod bench;
mod build;
mod e2e;
mod files;
mod frontend;
mod lint;
mod native;
mod node;
mod packages;
mod page;
mod process;
mod python;
mod serve;
mod stamp;
mod test;
mod tools;
mod version;
mod wasm;
mod wasm_strip;
mod workspace;

use args::Command;
use workspace::Workspace;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // `{:#}`: the chain of causes on one line, never a backtrace.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let command = args::parse(std::env::args().skip(1))?;
    let workspace = Workspace::open()?;
    match command {
        Command::Help => {
            print!("{}", args::USAGE);
            Ok(())
        }
        Command::Build { parts } => build::build(&workspace, &parts),
        Command::Serve { forward } => serve::serve(&workspace, &forward),
        Command::Lint => lint::lint(&workspace),
        Command::Test { only } => test::test(&workspace, only),
        Command::BenchPage => bench::page(&workspace),
        Command::BenchExplorer { docs } => bench::explorer(&workspace, docs),
        Command::Bench { forward } => bench::bench(&workspace, &forward),
    }
}

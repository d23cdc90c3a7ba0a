//! `heddle`: the server of the course, and the command line for one's own programs.

mod cli;
mod http;
mod places;
mod runs;
mod store;

fn main() -> std::process::ExitCode {
    cli::main()
}

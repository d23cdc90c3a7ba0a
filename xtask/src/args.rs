//! The command line, parsed into a value before anything runs.

use anyhow::{Result, bail};

use crate::test::Part;

/// What `cargo xtask help` prints.
pub(crate) const USAGE: &str = "\
cargo xtask COMMAND

  build [--native] [--frontend]
        Sets up what is missing and builds target/release/heddle and the page in dist/.
        --native, --frontend   only that half
  serve [--port N] [--data DIR] [...]
        build, then `heddle serve` (http://127.0.0.1:8080, data in .heddle)
  test [--only lint|build|unit|python|editor|e2e]
        Every check there is, exactly what CI runs; or one part of it.
  lint  Formatting, clippy with warnings as errors, the arrows between crates.
  bench [page | explorer [--docs]] [-- ARGS]
        Builds for release and runs the benches of the workspace, or those of the page in the browser,
        or the explorer beside frontrun, which it installs for that; --docs writes docs/bench-explorer.md.
        Prints figures, asserts none.

Environment
  HEDDLE_PYTHON           the Python to use (3.11 or newer)
  HEDDLE_TOOLS            where Trunk and wasm-bindgen are kept (~/.cache/heddle/tools)
  HEDDLE_CHROMIUM         the Chromium for the browser tests
  HEDDLE_WASM_TOOLCHAIN   rustup or debian, instead of whichever is there
";

/// One call of xtask.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print the usage.
    Help,
    /// Build some or all of the product.
    Build {
        /// Which halves.
        parts: Parts,
    },
    /// Build and start the server.
    Serve {
        /// Arguments for `heddle serve`.
        forward: Vec<String>,
    },
    /// Static checks.
    Lint,
    /// All checks, or one part.
    Test {
        /// `None`: everything.
        only: Option<Part>,
    },
    /// Measure the page in the browser.
    BenchPage,
    /// Measure the explorer beside frontrun.
    BenchExplorer {
        /// Write the result into the documentation.
        docs: bool,
    },
    /// Run the benches.
    Bench {
        /// Arguments for the bench programs.
        forward: Vec<String>,
    },
}

/// The halves of the product that `build` makes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) native: bool,
    pub(crate) frontend: bool,
}

/// Parses the arguments after `cargo xtask`.
pub(crate) fn parse(args: impl Iterator<Item = String>) -> Result<Command> {
    let args: Vec<String> = args.collect();
    let Some((name, rest)) = args.split_first() else {
        return Ok(Command::Help);
    };
    match name.as_str() {
        "help" | "--help" | "-h" => Ok(Command::Help),
        _ if rest.iter().any(|arg| arg == "--help" || arg == "-h") => Ok(Command::Help),
        "build" => parse_build(rest),
        "serve" => Ok(Command::Serve {
            forward: rest.to_vec(),
        }),
        "lint" => none_left(rest).map(|()| Command::Lint),
        "test" => parse_test(rest),
        "bench" if rest == ["page"] => Ok(Command::BenchPage),
        "bench" if rest == ["explorer"] => Ok(Command::BenchExplorer { docs: false }),
        "bench" if rest == ["explorer", "--docs"] => Ok(Command::BenchExplorer { docs: true }),
        "bench" => Ok(Command::Bench {
            forward: rest.iter().filter(|arg| *arg != "--").cloned().collect(),
        }),
        other => bail!("there is no command {other:?}; `cargo xtask help` lists them"),
    }
}

fn parse_build(rest: &[String]) -> Result<Command> {
    let (mut native, mut frontend) = (false, false);
    for arg in rest {
        match arg.as_str() {
            "--native" => native = true,
            "--frontend" => frontend = true,
            other => bail!("`build` has no option {other:?}; `cargo xtask help` lists them"),
        }
    }
    let both = native == frontend;
    Ok(Command::Build {
        parts: Parts {
            native: native || both,
            frontend: frontend || both,
        },
    })
}

fn parse_test(rest: &[String]) -> Result<Command> {
    let only = match rest {
        [] => None,
        [flag, part] if flag == "--only" => Some(part.parse()?),
        _ => bail!("`test` takes nothing, or `--only PART`; `cargo xtask help` lists the parts"),
    };
    Ok(Command::Test { only })
}

fn none_left(rest: &[String]) -> Result<()> {
    match rest.first() {
        None => Ok(()),
        Some(arg) => bail!("unexpected argument {arg:?}; `cargo xtask help` lists what there is"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_line(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn build_alone_means_both_halves() {
        let parts = Parts {
            native: true,
            frontend: true,
        };
        assert_eq!(parse_line("build").unwrap(), Command::Build { parts });
    }

    #[test]
    fn one_half_can_be_built_alone() {
        let parts = Parts {
            native: false,
            frontend: true,
        };
        assert_eq!(
            parse_line("build --frontend").unwrap(),
            Command::Build { parts }
        );
    }

    #[test]
    fn one_part_of_the_tests_can_be_chosen() {
        let only = Some(Part::Python);
        assert_eq!(
            parse_line("test --only python").unwrap(),
            Command::Test { only }
        );
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        for (line, word) in [
            ("biuld", "biuld"),
            ("build --fast", "--fast"),
            ("test --only everything", "everything"),
            ("lint now", "now"),
        ] {
            let message = parse_line(line).unwrap_err().to_string();
            assert!(message.contains(word), "{message}");
        }
    }

    #[test]
    fn the_page_and_the_explorer_have_benches_of_their_own() {
        assert_eq!(parse_line("bench page").unwrap(), Command::BenchPage);
        assert_eq!(
            parse_line("bench explorer --docs").unwrap(),
            Command::BenchExplorer { docs: true }
        );
        let forward = vec!["pages".to_owned()];
        assert_eq!(
            parse_line("bench -- pages").unwrap(),
            Command::Bench { forward }
        );
    }

    #[test]
    fn serve_hands_its_flags_on() {
        let forward = ["--port", "9000"].map(str::to_owned).to_vec();
        assert_eq!(
            parse_line("serve --port 9000").unwrap(),
            Command::Serve { forward }
        );
    }
}

//! The files that a program imports from its own folders.
//!
//! Found in the text, without Python: a name too many costs a file that is not used, and a name too
//! few an `ImportError` that says so. Modules that are installed are not the program's own: the
//! interpreter finds them.

use std::path::{Path, PathBuf};

use heddle_trace::{Program, SourceFile};

/// The main file, then all that it imports, and what those import.
pub(super) fn with_imports(main: SourceFile, roots: &[PathBuf]) -> Vec<SourceFile> {
    let mut files = vec![main];
    let mut next = 0;
    while next < files.len() {
        let package = package_of(&files[next].name);
        for module in imported(&files[next].text, &package) {
            for file in files_of(&module, roots) {
                if !files.iter().any(|known| known.name == file.name) {
                    files.push(file);
                }
            }
        }
        next += 1;
    }
    files
}

/// The dotted package that a file belongs to; empty for a file beside the main one.
fn package_of(name: &str) -> String {
    match name.rsplit_once('/') {
        Some((folder, _)) => folder.replace('/', "."),
        None => String::new(),
    }
}

/// Modules that a text may import, with dots: `from a import b` may be `a` or `a.b`.
fn imported(text: &str, package: &str) -> Vec<String> {
    let mut modules = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut statement = code(line).to_owned();
        if !["import ", "from "]
            .iter()
            .any(|word| statement.starts_with(word))
        {
            continue;
        }
        while (statement.contains('(') && !statement.contains(')')) || statement.ends_with('\\') {
            let Some(line) = lines.next() else { break };
            statement = format!("{} {}", statement.trim_end_matches('\\'), code(line));
        }
        modules.extend(of_statement(&statement, package));
    }
    modules
}

/// A line without indentation and comment.
fn code(line: &str) -> &str {
    line.split('#').next().unwrap_or_default().trim()
}

fn of_statement(statement: &str, package: &str) -> Vec<String> {
    let names = |list: &str| -> Vec<String> {
        let name = |one: &str| one.split_whitespace().next().map(str::to_owned);
        let bare = list.replace(['(', ')', ';'], " ");
        bare.split(',').filter_map(name).collect()
    };
    if let Some(list) = statement.strip_prefix("import ") {
        return names(list);
    }
    let parts = statement
        .strip_prefix("from ")
        .and_then(|rest| rest.split_once(" import "));
    let Some((module, list)) = parts else {
        return Vec::new();
    };
    let Some(module) = absolute(module.trim(), package) else {
        return Vec::new();
    };
    let below = names(list).into_iter().map(|name| match module.as_str() {
        "" => name,
        module => format!("{module}.{name}"),
    });
    below.chain([module.clone()]).collect()
}

/// `..tool` in the package `a.b` is `a.tool`.
fn absolute(module: &str, package: &str) -> Option<String> {
    let dots = module.chars().take_while(|c| *c == '.').count();
    if dots == 0 {
        return Some(module.to_owned());
    }
    let mut base: Vec<&str> = package.split('.').collect();
    base.truncate(base.len().checked_sub(dots - 1)?);
    let rest = &module[dots..];
    let parts = base
        .into_iter()
        .chain([rest])
        .filter(|part| !part.is_empty());
    Some(parts.collect::<Vec<_>>().join("."))
}

/// A module's file and the `__init__.py` of its packages, as far as they are in one of the folders.
fn files_of(module: &str, roots: &[PathBuf]) -> Vec<SourceFile> {
    let parts: Vec<&str> = module.split('.').collect();
    let mut files = Vec::new();
    for length in 1..=parts.len() {
        let path = parts[..length].join("/");
        for root in roots {
            let candidates = [format!("{path}.py"), format!("{path}/__init__.py")];
            let found = candidates.into_iter().find_map(|name| file(root, name));
            if let Some(found) = found {
                files.push(found);
                break;
            }
        }
    }
    files
}

fn file(root: &Path, name: String) -> Option<SourceFile> {
    let text = std::fs::read_to_string(root.join(&name)).ok()?;
    let mut program = Program::python("");
    program.files[0].name.clone_from(&name);
    program.check().ok()?;
    Some(SourceFile { name, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_import_is_seen() {
        let text = "\
import a, b.c as d  # x
from e import f as g, h
def later():
    from . import i
    from ..j import k
from l import (
    m,  # first
    n,
)
importer = 1
";
        assert_eq!(
            imported(text, "p.q"),
            [
                "a", "b.c", "e.f", "e.h", "e", "p.q.i", "p.q", "p.j.k", "p.j", "l.m", "l.n", "l"
            ]
        );
    }

    #[test]
    fn a_relative_import_above_the_top_is_none() {
        assert_eq!(absolute("...x", "a"), None);
        assert_eq!(absolute(".x", ""), Some("x".into()));
    }
}

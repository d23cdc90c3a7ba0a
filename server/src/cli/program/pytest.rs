//! `--pytest tests/test_x.py::test_y`: one test, without pytest's machinery. The program is a call of
//! the test function; the test's file is one of its modules.
//!
//! What pytest would add (fixtures, parameters, `conftest.py`, set-up methods) is not there, so a
//! test that needs it is refused rather than run wrongly.

use std::path::{Path, PathBuf};

use heddle_trace::SourceFile;

use super::{Found, folder, read};
use crate::cli::exit::Stop;

/// What a test must not need.
const NOT_THERE: &str = "heddle runs plain test functions, methods of plain classes and of \
     unittest.TestCase: no fixtures, no parameters, no conftest.py";

/// The file in a node's name.
pub(super) fn file_of(node: &str) -> &str {
    node.split("::").next().unwrap_or(node)
}

/// The folder that its imports are relative to: the first one upwards that is no package.
pub(super) fn root(file: &Path) -> PathBuf {
    let mut root = folder(file);
    while root.join("__init__.py").is_file() {
        root = match root.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => return PathBuf::from("."),
        };
    }
    root
}

/// Finds a test.
pub(super) fn find(node: &str) -> Result<Found, Stop> {
    let bad = |why: &str| Stop::bad_input(format!("--pytest {node}: {why}"));
    let parts: Vec<&str> = node.split("::").collect();
    let (file, class, test) = match parts[..] {
        [file, test] => (file, None, test),
        [file, class, test] => (file, Some(class), test),
        _ => {
            return Err(bad(
                "expected tests/test_x.py::test_y or tests/test_x.py::TestX::test_y",
            ));
        }
    };
    if test.contains('[') {
        return Err(bad(&format!("it has parameters; {NOT_THERE}")));
    }
    let path = Path::new(file);
    let text = read(path)?;
    let root = root(path);
    let relative = path.strip_prefix(&root).unwrap_or(path);
    let Some(module) = relative.to_str().and_then(|name| name.strip_suffix(".py")) else {
        return Err(bad("the test's file must end with .py"));
    };
    let module = module.trim_start_matches("./").replace('/', ".");
    let call = call(&text, class, test).map_err(|why| bad(&why))?;
    let name = class.unwrap_or(test);
    Ok(Found {
        main: SourceFile {
            name: "heddle_pytest.py".into(),
            text: format!("from {module} import {name}\n\n{call}\n"),
        },
        package: None,
        roots: vec![root, PathBuf::from(".")],
    })
}

/// How the test is called; or why it is not.
fn call(text: &str, class: Option<&str>, test: &str) -> Result<String, String> {
    let lines: Vec<&str> = text.lines().collect();
    let starts = |line: &str, word: &str, name: &str| {
        let rest = line.trim_start().strip_prefix(word);
        rest.and_then(|rest| rest.trim_start().strip_prefix(name))
            .is_some_and(|rest| rest.trim_start().starts_with(['(', ':']))
    };
    let from = match class {
        None => 0,
        Some(class) => {
            let place = lines.iter().position(|line| starts(line, "class ", class));
            place.ok_or_else(|| format!("there is no class {class}"))?
        }
    };
    let is_inner = class.is_some();
    let is_test = |line: &&str| {
        line.starts_with([' ', '\t']) == is_inner
            && (starts(line, "def ", test) || starts(line, "async def ", test))
    };
    let place = lines[from..].iter().position(is_test);
    let place = from + place.ok_or_else(|| format!("there is no test {test}"))?;
    if lines[place].trim_start().starts_with("async ") {
        return Err("it is asynchronous, which Heddle does not control yet".into());
    }
    let decorators = lines[..place].iter().rev();
    let mut decorators = decorators.take_while(|line| line.trim_start().starts_with('@'));
    if decorators.any(|line| line.contains("parametrize") || line.contains("usefixtures")) {
        return Err(format!("it has parameters or fixtures; {NOT_THERE}"));
    }
    let is_unittest = class.is_some() && lines[from].contains("TestCase");
    let set_up = ["def setup_", "def teardown_", "autouse=True"];
    if !is_unittest && set_up.iter().any(|word| text.contains(word)) {
        return Err(format!(
            "its file has set-up that pytest would run; {NOT_THERE}"
        ));
    }
    let wanted = parameters(&lines[place..]);
    let wanted: Vec<&String> = wanted
        .iter()
        .filter(|name| !is_inner || *name != "self")
        .collect();
    if !wanted.is_empty() {
        let names: Vec<&str> = wanted.iter().map(|name| name.as_str()).collect();
        return Err(format!("it asks for {}; {NOT_THERE}", names.join(", ")));
    }
    Ok(match class {
        None => format!("{test}()"),
        Some(class) if is_unittest => format!("{class}({test:?}).debug()"),
        Some(class) => format!("{class}().{test}()"),
    })
}

/// The names between the parentheses of a definition.
fn parameters(lines: &[&str]) -> Vec<String> {
    let text = lines.join("\n");
    let between = text
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    let list = between.map_or("", |(list, _)| list);
    let name = |one: &str| {
        let name: String = one
            .trim()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        (!name.is_empty()).then_some(name)
    };
    list.split(',').filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
import unittest

def test_plain(): pass

def test_fixture(
    tmp_path, capsys,
):
    pass

@pytest.mark.parametrize('n', [1])
def test_many(): pass

class TestPlain:
    def test_it(self): pass

class Old(unittest.TestCase):
    def test_it(self): pass
";

    #[test]
    fn plain_tests_are_called() {
        assert_eq!(call(FILE, None, "test_plain"), Ok("test_plain()".into()));
        let method = call(FILE, Some("TestPlain"), "test_it");
        assert_eq!(method, Ok("TestPlain().test_it()".into()));
        let case = call(FILE, Some("Old"), "test_it");
        assert_eq!(case, Ok("Old(\"test_it\").debug()".into()));
    }

    #[test]
    fn what_needs_pytest_is_refused_with_the_reason() {
        for (test, why) in [
            ("test_fixture", "asks for tmp_path, capsys"),
            ("test_many", "has parameters"),
            ("test_nothing", "there is no test"),
        ] {
            let refused = call(FILE, None, test).unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
        let file = format!("{FILE}\ndef setup_module(): pass\n");
        assert!(call(&file, None, "test_plain").is_err());
    }
}

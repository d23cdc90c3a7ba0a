//! A course folder is read as a whole, and every mistake in it is named with its line.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up has failed"
)]
use std::fs;
use std::path::Path;

use heddle_course::{Course, Expect, Mode, Part};
use heddle_trace::{CheckKind, Granularity, Limits, SubmissionResult, Timeouts};
use tempfile::TempDir;

const LESSON: &str = r#"+++
format = 1
title = "Two locks"
summary = "You can find a deadlock."
minutes = 20
+++

Each account has *its own* lock. <script>alert(1)</script>

```python
x = 1
```

> [!NOTE]
> A note.

## Watch it work

```python run file=code/bank.py expect="110 90"
```

```python step title="inline" readonly id=here
print(1)
```

```python explore expect=deadlock
{{#include code/bank.py}}
```

{{#quiz quiz/predict.toml}}

{{#challenge challenges/fix}}

Again: [this lesson](../two-locks/lesson.md#watch-it-work).
"#;

const CHALLENGE: &str = r#"format = 1
title = "Fix the transfer"
file = "bank.py"

[limits]
wall_ms = 5000
memory_mb = 256

[explore]
granularity = "gil"
preemptions = 2

[[check]]
kind = "no-deadlock"
weight = 2

[[check]]
kind = "stdout"
equals = "110 90\n"

[[hint]]
result = "deadlock"
after = 1
text = "Look at the *graph*."

[[hint]]
result = "deadlock"
after = 3
text = "One order for both."
"#;

const QUIZ: &str = r#"[[question]]
prompt = "What *can* happen?"
choices = ["It prints", "It hangs"]
answer = "It hangs"
explanation = "Because."
"#;

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn small_course() -> TempDir {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    write(
        root,
        "course.toml",
        "format = 1\ntitle = \"C\"\nsummary = \"S\"\n[[module]]\nslug = \"deadlocks\"\ntitle = \"Deadlocks\"\nlessons = [\"two-locks\"]\n",
    );
    let lesson = "deadlocks/two-locks";
    let challenge = format!("{lesson}/challenges/fix");
    for (name, text) in [
        ("lesson.md", LESSON),
        ("code/bank.py", "print(110, 90)\n"),
        ("quiz/predict.toml", QUIZ),
        ("challenges/fix/challenge.toml", CHALLENGE),
        ("challenges/fix/task.md", "1. Fix *it*.\n"),
        ("challenges/fix/starter.py", "import threading\n"),
        ("challenges/fix/support/tools.py", "HELP = 1\n"),
    ] {
        write(root, &format!("{lesson}/{name}"), text);
    }
    for result in ["accepted", "deadlock", "wrong-output"] {
        write(
            root,
            &format!("{challenge}/solutions/{result}/one.py"),
            &format!("# {result}\n"),
        );
    }
    folder
}

/// Changes one file of a good course and returns the complaints.
fn complaints(name: &str, change: impl Fn(&str) -> String) -> String {
    let folder = small_course();
    let path = folder.path().join(name);
    let text = fs::read_to_string(&path).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed, "the test changes nothing in {name}");
    fs::write(path, changed).unwrap();
    Course::read(folder.path()).unwrap_err().to_string()
}

#[test]
fn a_lesson_becomes_html_cells_questions_and_challenges_in_order() {
    let folder = small_course();
    let course = Course::read(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    let lesson = &course.modules[0].lessons[0];
    let kinds: Vec<&str> = lesson
        .parts
        .iter()
        .map(|part| match part {
            Part::Html(_) => "html",
            Part::Cell(_) => "cell",
            Part::Question(_) => "question",
            Part::Challenge(_) => "challenge",
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "html",
            "cell",
            "cell",
            "cell",
            "question",
            "challenge",
            "html"
        ]
    );
    assert_eq!((lesson.title.as_str(), lesson.minutes), ("Two locks", 20));
}

#[test]
fn html_is_sanitised_and_links_between_lessons_are_pages() {
    let folder = small_course();
    let course = Course::read(folder.path()).unwrap();
    let html: String = course.modules[0].lessons[0]
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Html(html) => Some(html.as_str()),
            _ => None,
        })
        .collect();
    assert!(!html.contains("script"), "{html}");
    assert!(html.contains("<em>its own</em>"), "{html}");
    assert!(html.contains("class=\"language-python\""), "{html}");
    assert!(html.contains("class=\"markdown-alert-note\""), "{html}");
    assert!(html.contains("<h2 id=\"watch-it-work\">"), "{html}");
    assert!(
        html.contains("href=\"/lessons/two-locks#watch-it-work\""),
        "{html}"
    );
}

#[test]
fn cells_know_their_program_and_what_to_expect() {
    let folder = small_course();
    let course = Course::read(folder.path()).unwrap();
    let cells: Vec<_> = course.modules[0].lessons[0].cells().collect();
    let ids: Vec<&str> = cells.iter().map(|cell| cell.id.as_str()).collect();
    assert_eq!(ids, ["bank-run", "here", "main-explore"]);
    assert_eq!(cells[0].program.files[0].name, "bank.py");
    assert_eq!(cells[0].expect, Some(Expect::Prints("110 90".into())));
    assert_eq!((cells[1].mode, cells[1].editable), (Mode::Step, false));
    assert_eq!(cells[1].program.files[0].text, "print(1)\n");
    assert_eq!(cells[2].program.files[0].text, "print(110, 90)\n");
    assert_eq!(cells[2].expect, Some(Expect::Deadlock));
}

#[test]
fn a_challenge_says_how_it_is_searched() {
    let folder = small_course();
    let name = "deadlocks/two-locks/challenges/fix/challenge.toml";
    let other = CHALLENGE.replace("preemptions = 2", "timeouts = \"any\"");
    write(folder.path(), name, &other);
    let course = Course::read(folder.path()).unwrap();
    let explore = course.challenge("two-locks/fix").unwrap().explore;
    assert_eq!(explore.timeouts, Timeouts::Any);
    assert_eq!(explore.granularity, Granularity::Gil);
    assert_eq!(explore.preemptions, None);
}

#[test]
fn a_challenge_has_checks_limits_hints_and_solutions() {
    let folder = small_course();
    let course = Course::read(folder.path()).unwrap();
    let challenge = course.challenge("two-locks/fix").unwrap();
    assert_eq!(challenge.points(), 3);
    assert_eq!(challenge.checks[0].what, CheckKind::NoDeadlock);
    assert_eq!(challenge.check_sentences.len(), 2);
    assert_eq!(challenge.limits.wall_ms, 5000);
    assert_eq!(challenge.limits.memory, 256 << 20);
    assert_eq!(challenge.limits.events, Limits::default().events);
    assert_eq!(challenge.explore.granularity, Granularity::Gil);
    assert_eq!(challenge.explore.preemptions, Some(2));
    let files: Vec<_> = challenge.starter.files.iter().map(|f| &f.name).collect();
    assert_eq!(files, ["bank.py", "tools.py"]);
    assert_eq!(challenge.solutions.len(), 3);
    assert_eq!(challenge.solutions[1].result, SubmissionResult::Deadlock);
    assert_eq!(challenge.solutions[1].program.files.len(), 2);
}

#[test]
fn the_hint_depends_on_the_result_and_on_how_often_it_came() {
    let folder = small_course();
    let course = Course::read(folder.path()).unwrap();
    let challenge = course.challenge("two-locks/fix").unwrap();
    let hint = |result, times| challenge.hint(result, times).map(|hint| hint.text.as_str());
    let graph = "<p>Look at the <em>graph</em>.</p>\n";
    assert_eq!(hint(SubmissionResult::Deadlock, 0), None);
    assert_eq!(hint(SubmissionResult::Deadlock, 1), Some(graph));
    assert_eq!(hint(SubmissionResult::Deadlock, 2), Some(graph));
    assert_eq!(
        hint(SubmissionResult::Deadlock, 5),
        Some("<p>One order for both.</p>\n")
    );
    assert_eq!(hint(SubmissionResult::Race, 5), None);
}

#[test]
fn a_submission_has_the_challenge_s_files_with_unchanged_support() {
    let folder = small_course();
    let course = Course::read(folder.path()).unwrap();
    let challenge = course.challenge("two-locks/fix").unwrap();
    let mut program = challenge.starter.clone();
    program.files[0].text = "mine".into();
    assert_eq!(challenge.accepts_files(&program), Ok(()));
    program.files[1].text = "changed".into();
    assert!(
        challenge
            .accepts_files(&program)
            .unwrap_err()
            .contains("tools.py")
    );
    program.files.pop();
    assert!(
        challenge
            .accepts_files(&program)
            .unwrap_err()
            .contains("bank.py, tools.py")
    );
}

#[test]
fn a_missing_folder_is_one_clear_mistake() {
    let folder = TempDir::new().unwrap();
    let error = Course::read(folder.path()).unwrap_err();
    assert_eq!(error.0.len(), 1);
    assert!(error.to_string().contains("course.toml"), "{error}");
}

#[test]
fn mistakes_name_their_file_and_line() {
    let lesson = "deadlocks/two-locks/lesson.md";
    let challenge = "deadlocks/two-locks/challenges/fix/challenge.toml";
    let quiz = "deadlocks/two-locks/quiz/predict.toml";
    type Case = (
        &'static str,
        &'static str,
        &'static str,
        &'static [&'static str],
    );
    let cases: [Case; 16] = [
        (
            "course.toml",
            "format = 1",
            "format = 2",
            &["course.toml:1:", "newer"],
        ),
        (
            "course.toml",
            "two-locks",
            "three-locks",
            &["three-locks/lesson.md", "does not list"],
        ),
        (
            "course.toml",
            "title = \"C\"",
            "titel = \"C\"",
            &["course.toml:2:", "titel"],
        ),
        (
            lesson,
            "+++\nformat",
            "format",
            &["lesson.md:1:", "front matter"],
        ),
        (
            lesson,
            "minutes = 20",
            "minuets = 20",
            &["lesson.md:5:", "minuets"],
        ),
        (
            lesson,
            "minutes = 20",
            "minutes = 2",
            &["minutes = 2", "5 to 120"],
        ),
        (lesson, "## Watch", "# Watch", &["lesson.md:17:", "##"]),
        (
            lesson,
            "file=code/bank.py",
            "file=code/bnk.py",
            &["lesson.md:19:", "code/bnk.py"],
        ),
        (
            lesson,
            "file=code/bank.py",
            "file=../../secret.py",
            &["lesson.md:19:", "not allowed"],
        ),
        (
            lesson,
            "expect=deadlock",
            "expect=dedlock",
            &["lesson.md:26:", "deadlock"],
        ),
        (
            lesson,
            "{{#quiz quiz",
            "{{#quizz quiz",
            &["lesson.md:30:", "{{#quiz"],
        ),
        (
            lesson,
            "../two-locks/lesson.md",
            "../other/lesson.md",
            &["lesson.md:34:", "leads nowhere"],
        ),
        (
            quiz,
            "answer = \"It hangs\"",
            "answer = \"Hangs\"",
            &["predict.toml:4:", "Hangs"],
        ),
        (
            challenge,
            "kind = \"no-deadlock\"",
            "kind = \"no-lock\"",
            &["challenge.toml:13:", "no-deadlock"],
        ),
        (
            challenge,
            "wall_ms = 5000",
            "wall_ms = 50000",
            &["wall_ms", "10000"],
        ),
        (
            challenge,
            "result = \"deadlock\"\nafter = 1",
            "result = \"dead\"\nafter = 1",
            &["challenge.toml:22:", "deadlock"],
        ),
    ];
    for (file, from, to, wanted) in cases {
        let found = complaints(file, |text| text.replacen(from, to, 1));
        for part in wanted {
            assert!(
                found.contains(part),
                "{from} -> {to}: no {part:?} in\n{found}"
            );
        }
    }
}

#[test]
fn a_challenge_needs_solutions_right_and_wrong() {
    let folder = small_course();
    let solutions = "deadlocks/two-locks/challenges/fix/solutions";
    fs::remove_dir_all(folder.path().join(solutions)).unwrap();
    write(folder.path(), &format!("{solutions}/lucky/a.py"), "pass\n");
    let error = Course::read(folder.path()).unwrap_err().to_string();
    assert!(error.contains("solutions/accepted/"), "{error}");
    assert!(error.contains("two different results"), "{error}");
    assert!(error.contains("called after its result"), "{error}");
}

#[test]
fn programs_that_nothing_names_are_reported() {
    let folder = small_course();
    write(folder.path(), "deadlocks/two-locks/code/old.py", "pass\n");
    write(folder.path(), "deadlocks/extra/lesson.md", "");
    let error = Course::read(folder.path()).unwrap_err().to_string();
    assert!(error.contains("old.py: no cell"), "{error}");
    assert!(
        error.contains("extra: course.toml does not list"),
        "{error}"
    );
}

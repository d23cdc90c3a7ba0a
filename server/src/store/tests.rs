use heddle_trace::{JudgeReport, Program, SubmissionResult};
use tempfile::TempDir;

use super::{Learner, Store, Submission};

async fn open(folder: &TempDir) -> Store {
    Store::open(&folder.path().join("data")).await.unwrap()
}

fn report(result: SubmissionResult, points: u32) -> JudgeReport {
    JudgeReport {
        result,
        message: "m".into(),
        points,
        points_max: 3,
        checks: vec![],
        explored: None,
        error: None,
    }
}

#[tokio::test]
async fn a_program_is_found_by_its_content_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let program = Program::python("print(1)\n");
    let store = open(&folder).await;
    let hash = store.keep_program(&program).await.unwrap();
    assert_eq!(store.keep_program(&program).await.unwrap(), hash);
    store.close().await;
    let store = open(&folder).await;
    assert_eq!(store.program(hash).await.unwrap(), Some(program));
    let other = Program::python("").hash();
    assert_eq!(store.program(other).await.unwrap(), None);
}

#[tokio::test]
async fn the_best_submission_counts_and_an_accepted_one_is_best() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    let learner = Learner::random().unwrap();
    let program = Program::python("");
    let other = Learner::random().unwrap();
    for (who, result, points) in [
        (&learner, SubmissionResult::Deadlock, 1),
        (&learner, SubmissionResult::Deadlock, 2),
        (&learner, SubmissionResult::Accepted, 2),
        (&learner, SubmissionResult::Race, 3),
        (&other, SubmissionResult::Race, 1),
    ] {
        let report = report(result, points);
        let submission = Submission {
            learner: who,
            challenge: "a/b",
            program: &program,
            report: &report,
        };
        store.submit(submission).await.unwrap();
    }
    let best = store.best(&learner).await.unwrap();
    assert_eq!(best.len(), 1);
    assert_eq!(best[0].result, SubmissionResult::Accepted);
    assert_eq!((best[0].points, best[0].submissions), (2, 4));
    let times = store.times(&learner, "a/b", SubmissionResult::Deadlock);
    assert_eq!(times.await.unwrap(), 2);
}

#[tokio::test]
async fn a_lesson_is_seen_once_and_by_its_own_learner_only() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    let (one, two) = (Learner::random().unwrap(), Learner::random().unwrap());
    store.saw(&one, "two-locks").await.unwrap();
    store.saw(&one, "two-locks").await.unwrap();
    assert_eq!(store.seen(&one).await.unwrap(), ["two-locks"]);
    assert!(store.seen(&two).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Store::open(&file.join("data")).await.unwrap_err();
    assert!(error.to_string().contains("--data"), "{error}");
}

#[test]
fn ids_of_learners_have_one_form() {
    let learner = Learner::random().unwrap();
    assert_eq!(Learner::from_id(learner.id()), Some(learner));
    assert_eq!(Learner::from_id("x"), None);
    assert_eq!(Learner::from_id(&"G".repeat(32)), None);
}

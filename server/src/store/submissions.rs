//! Submissions and what became of them.

use heddle_api::ChallengeProgress;
use heddle_trace::{JudgeReport, Program, SubmissionResult};

use super::{Learner, Store, StoreError, now};

/// A judged submission, to be stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Submission<'a> {
    pub(crate) learner: &'a Learner,
    pub(crate) challenge: &'a str,
    pub(crate) program: &'a Program,
    pub(crate) report: &'a JudgeReport,
}

impl Store {
    /// Stores a submission and returns its number.
    pub(crate) async fn submit(&self, submission: Submission<'_>) -> Result<i64, StoreError> {
        let Submission {
            learner,
            challenge,
            program,
            report,
        } = submission;
        self.know(learner).await?;
        let hash = self.keep_program(program).await?;
        let done = sqlx::query(
            "INSERT INTO submissions (learner, challenge, program, result, points, points_max, message, created) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(learner.id())
        .bind(challenge)
        .bind(hash.to_string())
        .bind(report.result.name())
        .bind(report.points)
        .bind(report.points_max)
        .bind(&report.message)
        .bind(now())
        .execute(&self.write)
        .await?;
        Ok(done.last_insert_rowid())
    }

    /// How often a learner has got a result for a challenge.
    pub(crate) async fn times(
        &self,
        learner: &Learner,
        challenge: &str,
        result: SubmissionResult,
    ) -> Result<u32, StoreError> {
        let (times,): (u32,) = sqlx::query_as(
            "SELECT count(*) FROM submissions WHERE learner = ? AND challenge = ? AND result = ?",
        )
        .bind(learner.id())
        .bind(challenge)
        .bind(result.name())
        .fetch_one(&self.read)
        .await?;
        Ok(times)
    }

    /// The best submission of each challenge that a learner has tried.
    pub(crate) async fn best(
        &self,
        learner: &Learner,
    ) -> Result<Vec<ChallengeProgress>, StoreError> {
        let rows: Vec<(String, String, u32, u32)> = sqlx::query_as(
            "SELECT challenge, result, points, tries FROM ( \
                 SELECT challenge, result, points, count(*) OVER (PARTITION BY challenge) AS tries, \
                        row_number() OVER (PARTITION BY challenge \
                                           ORDER BY result = 'accepted' DESC, points DESC, id) AS place \
                 FROM submissions WHERE learner = ?) \
             WHERE place = 1 ORDER BY challenge",
        )
        .bind(learner.id())
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|(challenge, result, points, submissions)| {
                let result =
                    SubmissionResult::from_name(&result).ok_or_else(|| StoreError::Damaged {
                        what: "submission",
                        why: format!("{result:?} is no result"),
                    })?;
                Ok(ChallengeProgress {
                    challenge,
                    result,
                    points,
                    submissions,
                })
            })
            .collect()
    }
}

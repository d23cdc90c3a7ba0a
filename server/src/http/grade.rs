//! What a judged submission changes for its learner.

use heddle_api::RunEvent;
use heddle_trace::{JudgeReport, Program, SubmissionResult};

use super::site::Site;
use crate::store::{Learner, StoreError, Submission};

/// A submission that is being judged.
#[derive(Debug)]
pub(crate) struct Grading {
    pub(crate) learner: Learner,
    pub(crate) challenge: String,
    pub(crate) program: Program,
}

impl Grading {
    /// Stores the result and picks the hint.
    pub(crate) async fn grade(
        &self,
        site: &Site,
        report: &JudgeReport,
    ) -> Result<RunEvent, StoreError> {
        let submission = Submission {
            learner: &self.learner,
            challenge: &self.challenge,
            program: &self.program,
            report,
        };
        let number = site.store.submit(submission).await?;
        Ok(RunEvent::Graded {
            result: report.result,
            submission: number,
            hint: self.hint(site, report.result).await?,
        })
    }

    async fn hint(
        &self,
        site: &Site,
        result: SubmissionResult,
    ) -> Result<Option<String>, StoreError> {
        let Some(challenge) = site.catalogue.challenge(&self.challenge) else {
            return Ok(None);
        };
        let times = site
            .store
            .times(&self.learner, &self.challenge, result)
            .await?;
        Ok(challenge.hint(result, times).map(|hint| hint.text.clone()))
    }
}

//! Learners and the lessons they have opened.

use super::{Store, StoreError, now};

/// A learner: 32 random hex digits from a cookie.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Learner(String);

impl Learner {
    /// A new one.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub(crate) fn random() -> Result<Learner, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Learner(format!("{:032x}", u128::from_be_bytes(bytes))))
    }

    /// The one with this id, if it has the form of an id.
    pub(crate) fn from_id(id: &str) -> Option<Learner> {
        let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        (id.len() == 32 && id.chars().all(hex)).then(|| Learner(id.to_owned()))
    }

    /// The id.
    pub(crate) fn id(&self) -> &str {
        &self.0
    }
}

impl Store {
    /// Remembers that a learner exists.
    pub(super) async fn know(&self, learner: &Learner) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO learners (id, created) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(learner.id())
            .bind(now())
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Remembers that a learner has opened a lesson.
    pub(crate) async fn saw(&self, learner: &Learner, lesson: &str) -> Result<(), StoreError> {
        self.know(learner).await?;
        sqlx::query(
            "INSERT INTO seen_lessons (learner, lesson, first) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(learner.id())
        .bind(lesson)
        .bind(now())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Lessons that a learner has opened, the first one first.
    pub(crate) async fn seen(&self, learner: &Learner) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT lesson FROM seen_lessons WHERE learner = ? ORDER BY first, lesson",
        )
        .bind(learner.id())
        .fetch_all(&self.read)
        .await?;
        Ok(rows.into_iter().map(|(lesson,)| lesson).collect())
    }
}

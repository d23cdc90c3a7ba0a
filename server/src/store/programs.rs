//! Programs by content.

use heddle_trace::{Program, ProgramHash};

use super::{Store, StoreError, now};

impl Store {
    /// Keeps a program.
    pub(crate) async fn keep_program(&self, program: &Program) -> Result<ProgramHash, StoreError> {
        let hash = program.hash();
        let body = serde_json::to_string(program).map_err(|error| StoreError::Damaged {
            what: "program",
            why: error.to_string(),
        })?;
        sqlx::query(
            "INSERT INTO programs (hash, body, created) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(hash.to_string())
        .bind(body)
        .bind(now())
        .execute(&self.write)
        .await?;
        Ok(hash)
    }

    /// The program with this hash.
    pub(crate) async fn program(&self, hash: ProgramHash) -> Result<Option<Program>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT body FROM programs WHERE hash = ?")
            .bind(hash.to_string())
            .fetch_optional(&self.read)
            .await?;
        let Some((body,)) = row else {
            return Ok(None);
        };
        let program: Program =
            serde_json::from_str(&body).map_err(|error| StoreError::Damaged {
                what: "program",
                why: error.to_string(),
            })?;
        Ok(Some(program))
    }
}

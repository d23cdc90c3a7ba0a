//! What must survive a restart: programs, learners, submissions, lessons seen. SQLite in WAL mode
//! behind one typed handle; one connection writes, a few read.

mod learners;
mod programs;
mod submissions;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

pub(crate) use learners::Learner;
pub(crate) use submissions::Submission;

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The folder for the database cannot be made.
    #[error("cannot make the data folder {}: {source}; give another one with --data", path.display())]
    Folder {
        path: PathBuf,
        source: std::io::Error,
    },
    /// The database cannot be opened.
    #[error("cannot open the database {}: {source}; give another folder with --data", path.display())]
    Open { path: PathBuf, source: sqlx::Error },
    /// The database has another form.
    #[error("cannot bring the database {} up to date: {source}; it may belong to a newer Heddle: give another folder with --data", path.display())]
    Migrate {
        path: PathBuf,
        source: sqlx::migrate::MigrateError,
    },
    /// A statement failed.
    #[error("the database failed: {0}")]
    Statement(#[from] sqlx::Error),
    /// A row makes no sense.
    #[error("the database holds a damaged {what}: {why}")]
    Damaged { what: &'static str, why: String },
}

/// The store.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    write: SqlitePool,
    read: SqlitePool,
}

impl Store {
    /// Opens the database in a folder; makes both when they are not there.
    pub(crate) async fn open(folder: &Path) -> Result<Store, StoreError> {
        std::fs::create_dir_all(folder).map_err(|source| StoreError::Folder {
            path: folder.to_owned(),
            source,
        })?;
        let path = folder.join("heddle.db");
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let pool = |most: u32, options| {
            SqlitePoolOptions::new()
                .max_connections(most)
                .connect_with(options)
        };
        let opened = |source| StoreError::Open {
            path: path.clone(),
            source,
        };
        let write = pool(1, options.clone().create_if_missing(true))
            .await
            .map_err(opened)?;
        migrator()
            .run(&write)
            .await
            .map_err(|source| StoreError::Migrate {
                path: path.clone(),
                source,
            })?;
        let read = pool(4, options.read_only(true)).await.map_err(opened)?;
        Ok(Store { write, read })
    }

    /// Writes everything out and closes the database.
    pub(crate) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

fn migrator() -> Migrator {
    let migration = |version, name: &'static str, sql: &'static str| {
        let kind = MigrationType::Simple;
        Migration::new(version, name.into(), kind, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![migration(
        1,
        "start",
        include_str!("../../migrations/0001_start.sql"),
    )])
}

/// Seconds since 1970.
fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs().cast_signed())
}

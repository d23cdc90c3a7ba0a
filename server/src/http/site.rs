//! What the handlers share.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;
use tower_http::services::ServeDir;

use super::course::Catalogue;
use super::logbook::Logbook;
use crate::runs::Runs;
use crate::store::{Store, StoreError};

/// What the handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) store: Store,
    pub(crate) runs: Arc<Runs>,
    pub(crate) book: Arc<Logbook>,
    /// The built frontend.
    pub(crate) files: ServeDir,
    /// Becomes true when viewers must go.
    pub(crate) let_go: watch::Receiver<bool>,
}

impl Site {
    /// Puts a site together; the course's programs are stored, so that their URLs work at once.
    pub(crate) async fn new(
        course: heddle_course::Course,
        store: Store,
        runs: Arc<Runs>,
        dist: PathBuf,
        let_go: watch::Receiver<bool>,
    ) -> Result<Site, StoreError> {
        let catalogue = Catalogue::new(course);
        for program in catalogue.programs() {
            store.keep_program(program).await?;
        }
        let files = ServeDir::new(dist)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        Ok(Site {
            catalogue: Arc::new(catalogue),
            store,
            runs,
            book: Arc::default(),
            files,
            let_go,
        })
    }
}

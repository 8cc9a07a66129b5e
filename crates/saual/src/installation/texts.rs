//! Reads the texts of files that search waits for: one file at a time, apart from everything that answers people, each once. A file that cannot be read is
//! told of in the log and never tried again; what fails for another reason is tried at the next look.

use std::time::Duration;

use deadpool_postgres::Pool;
use eventstore::{Journal, StoreError};
use inquiry::BlobHash;
use readmodel::followers::Table;
use readmodel::search::files;

use crate::stop::Stop;

/// How many files are asked for at once.
const AT_ONCE: u16 = 16;
/// A look even when nothing was heard of.
const LOOK: Duration = Duration::from_secs(30);
/// How long the table may take to come as far as the journal.
const FOLLOWED: Duration = Duration::from_secs(5);

/// Whoever reads files.
pub(super) struct Texts {
    journal: Journal,
    pool: Pool,
}

impl Texts {
    pub(super) const fn new(journal: Journal, pool: Pool) -> Self {
        Self { journal, pool }
    }

    /// Reads whatever comes until it is stopped.
    pub(super) async fn run(self, stop: Stop) {
        let mut positions = self.journal.positions();
        loop {
            if let Err(error) = self.look().await {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "texts of files are not read now; the next look tries again"
                );
            }
            let moved = async {
                // A journal that has closed moves no more; the cord is pulled then.
                if positions.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                () = stop.pulled() => return,
                () = tokio::time::sleep(LOOK) => {}
                () = moved => {}
            }
            let head = *positions.borrow_and_update();
            tokio::select! {
                () = stop.pulled() => return,
                // Where the table is slow the next look finds what this one does not.
                _late = self.journal.wait_for(Table::Search.name(), head, FOLLOWED) => {}
            }
        }
    }

    /// Reads what is awaited, and has the rows indexed that wait for nothing more.
    async fn look(&self) -> anyhow::Result<()> {
        loop {
            let awaited = files::awaited(&self.pool, AT_ONCE).await?;
            for file in &awaited {
                self.read(*file).await?;
            }
            let taken_in = files::take_in(&self.pool).await?;
            if awaited.is_empty() && taken_in == 0 {
                return Ok(());
            }
        }
    }

    async fn read(&self, file: BlobHash) -> anyhow::Result<()> {
        if files::is_sealed(&self.pool, file).await? {
            return Ok(files::keep(&self.pool, file, "", Some("sealed")).await?);
        }
        let bytes = match self.journal.blob(&file.to_string()).await {
            Ok(Some(blob)) => blob.bytes,
            Ok(None) => return Ok(files::keep(&self.pool, file, "", Some("absent")).await?),
            Err(StoreError::Erased { .. }) => return Ok(files::keep(&self.pool, file, "", Some("erased")).await?),
            Err(error) => return Err(error.into()),
        };
        // A reader that stumbles takes its own task along and nothing else.
        let read = tokio::task::spawn_blocking(move || letter::incoming::read(&bytes)).await;
        let (text, why) = match read {
            Ok(Ok(read)) => (read.text, None),
            Ok(Err(why)) => (String::new(), Some(why.to_string())),
            Err(stumbled) => (String::new(), Some(stumbled.to_string())),
        };
        if let Some(why) = &why {
            tracing::info!(file = %file, why, "a file gives no text to be searched");
        }
        Ok(files::keep(&self.pool, file, &text, why.as_deref()).await?)
    }
}

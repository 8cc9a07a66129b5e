//! When the database refuses rows that were folded from many events, the one event is found at which it does.

use deadpool_postgres::Object;
use eventstore::{Journal, Line, lines_of};
use futures_util::TryStreamExt as _;

use super::RebuildError;
use crate::ReadError;
use crate::folding::{Fold, Sheet, Subject as _, Tidings, read};

/// Folds the changed subjects again, one event at a time and into nothing that is kept, until the database refuses one.
/// `error` is what it said to all of them together; it stands where the search finds nothing, or where the failure is of the
/// kind that passes.
pub(super) async fn name<F: Fold>(
    journal: &Journal,
    client: &mut Object,
    path: &str,
    changed: &[F::About],
    upto: i64,
    error: ReadError,
) -> RebuildError {
    if eventstore::is_passing(&error) {
        return error.into();
    }
    for subject in changed {
        match search::<F>(journal, client, path, *subject, upto).await {
            Ok(Some((position, source))) => {
                return RebuildError::Indigestible { position, source: Box::new(source) };
            }
            Ok(None) => {}
            Err(failure) => return failure,
        }
    }
    error.into()
}

async fn search<F: Fold>(
    journal: &Journal,
    client: &mut Object,
    path: &str,
    subject: F::About,
    upto: i64,
) -> Result<Option<(i64, ReadError)>, RebuildError> {
    let doing = || RebuildError::doing("look for the event at fault");
    let mut events: Vec<Line> = lines_of(&***client, &subject.stream_id(), upto).await?.try_collect().await?;
    journal.open_lines(&mut events).await?;
    let mut told = Vec::new();
    for line in &events {
        if let Tidings::Told(one) = read::<F>(line.into())? {
            told.push(one);
        }
    }
    // Rolled back with the transaction. Events that the rows have seen already change nothing.
    let tx = client.transaction().await.map_err(doing())?;
    tx.batch_execute(path).await.map_err(doing())?;
    let mut sheet = Sheet::<F>::of_page();
    let missing = sheet.missing(&told);
    sheet.load(&tx, &missing).await?;
    for told in &told {
        sheet.fold(told);
        if let Err(refused) = sheet.store(&tx).await {
            return Ok(Some((told.stamp.position, refused)));
        }
    }
    Ok(None)
}

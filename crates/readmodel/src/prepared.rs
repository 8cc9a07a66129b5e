//! Statements that are asked again for every page: prepared once a connection.

use deadpool_postgres::Transaction;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::error::ReadError;

/// The rows that a statement answers.
pub(crate) async fn rows(
    tx: &Transaction<'_>,
    sql: &str,
    values: &[&(dyn ToSql + Sync)],
    doing: &'static str,
) -> Result<Vec<Row>, ReadError> {
    let statement = tx.prepare_cached(sql).await.map_err(ReadError::doing(doing))?;
    tx.query(&statement, values).await.map_err(ReadError::doing(doing))
}

/// Carries a statement out.
pub(crate) async fn execute(
    tx: &Transaction<'_>,
    sql: &str,
    values: &[&(dyn ToSql + Sync)],
    doing: &'static str,
) -> Result<(), ReadError> {
    let statement = tx.prepare_cached(sql).await.map_err(ReadError::doing(doing))?;
    tx.execute(&statement, values).await.map_err(ReadError::doing(doing))?;
    Ok(())
}

//! What an event takes: bytes of its tables on disk beside the bytes of its payload.

use tokio_postgres::Config;

use crate::ground::connect;
use crate::report::{Ratio, Report, Table, figure};

/// The journal's tables, those of every event first.
const TABLES: [&str; 8] =
    ["events", "commands", "streams", "blocks", "claims", "numbers", "number_series", "journal_head"];

/// Adds a table and a line for the journal of a database.
pub(crate) async fn of(config: &Config, name: &str, about: &str, report: &mut Report) -> anyhow::Result<()> {
    let client = connect(config).await?;
    let row = client
        .query_one("SELECT count(*)::float8, coalesce(sum(octet_length(payload)), 0)::float8 FROM events", &[])
        .await?;
    let (events, payload): (f64, f64) = (row.try_get(0)?, row.try_get(1)?);
    let mut table = Table::new(&["table", "bytes of rows per event", "bytes of indexes per event"]);
    let mut all = 0.0;
    for name in TABLES {
        let sql = "SELECT pg_table_size($1::text::regclass)::float8, pg_indexes_size($1::text::regclass)::float8";
        let row = client.query_one(sql, &[&name]).await?;
        let (rows, indexes): (f64, f64) = (row.try_get(0)?, row.try_get(1)?);
        all += rows + indexes;
        if rows / events >= 0.5 {
            table.row(&[name.to_owned(), figure(rows / events), figure(indexes / events)]);
        }
    }
    table.row(&["payload alone".to_owned(), figure(payload / events), "–".to_owned()]);
    report.table(&format!("Size: {name}"), about, &table);
    let unit = "bytes on disk and bytes of payload, per event; lower is better";
    report.ratio(&format!("size-{name}"), &Ratio { ours: all / events, peer: payload / events, unit });
    Ok(())
}

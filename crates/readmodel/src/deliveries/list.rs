//! The deliveries of one inquiry.

use deadpool_postgres::Pool;
use inquiry::InquiryId;

use super::follow::{COLUMNS, read};
use super::Delivery;
use crate::ReadError;

/// The deliveries of one inquiry, in the order of its list; none before the reply is signed.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn of_inquiry(pool: &Pool, inquiry: InquiryId) -> Result<Vec<Delivery>, ReadError> {
    let sql = format!("select {COLUMNS} from delivery where inquiry = $1 order by recipient");
    let client = pool.get().await?;
    let rows = client.query(&sql, &[&inquiry.0]).await.map_err(ReadError::doing("list deliveries"))?;
    rows.iter().map(read).collect()
}

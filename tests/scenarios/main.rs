//! The stories, told through the doors that users have, with a real PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends with the place where it could not"
)]

mod api;
mod journal;
mod mail;
mod migrations;
mod pages;
mod private_postgres;
mod told;
mod word;

/// Everything that stands in any table, each value as text and, where it is bytes, also as the text that the bytes are.
async fn everything_in(client: &tokio_postgres::Client) -> String {
    let tables = "select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables
                   where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
                   order by 1";
    let mut all = String::new();
    for table in client.query(tables, &[]).await.unwrap() {
        let table: &str = table.get(0);
        for row in client.query(&format!("select to_jsonb(t)::text from {table} as t"), &[]).await.unwrap() {
            all.push_str(row.get(0));
            all.push('\n');
        }
    }
    let bytes = client.query("select bytes from blobs", &[]).await.unwrap();
    for row in bytes {
        all.push_str(&String::from_utf8_lossy(row.get(0)));
    }
    all
}

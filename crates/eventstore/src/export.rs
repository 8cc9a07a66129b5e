//! Writes a bundle, as the rows come.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use deadpool_postgres::Pool;
use serde::Serialize;
use tokio_postgres::Transaction;

use crate::audit::Entry;
use crate::bundle::{self, BlobLine, BundleError, End, Line, Title, block_line, event_line};
use crate::error::StoreError;
use crate::heads::HeadLine;
use crate::rows;
use crate::share;
use crate::sign::signed_head;
use crate::stretch::Edge;
use crate::walk::{Read, Rows, Walk};
use crate::witness::stored_heads;

/// Writes the whole journal, as it stands at this moment, with the bytes of all blobs.
///
/// # Errors
/// [`BundleError::Store`] when the database cannot answer or a row cannot be read; [`BundleError::Io`] when the file cannot
/// be written.
pub async fn export(pool: &Pool, writer: &mut (impl Write + Send)) -> Result<(), BundleError> {
    let doing = || StoreError::doing("read the journal for its export");
    let mut client = pool.get().await.map_err(StoreError::from)?;
    let tx = share::begin(&mut client).await.map_err(doing())?;
    write_line(writer, &title(&tx).await.map_err(doing())?)?;
    let mut end = End { events: 0, blocks: 0, blobs: 0, signed_heads: 0 };
    let mut walk = Walk::open(&tx, Edge::START).await.map_err(doing())?;
    let mut heads = Rows::open(&tx, &stored_heads("blocks.block"), 500).await.map_err(doing())?;
    while let Some(step) = walk.next().await.map_err(doing())? {
        whole(&step.strays)?;
        whole(&step.stray_entries)?;
        end.blocks += 1;
        let block = readable(step.block)?;
        let after = block.block.saturating_add(1);
        write_line(writer, &Line::Block(block_line(&block)))?;
        for event in step.events {
            end.events += 1;
            write_line(writer, &Line::Event(event_line(readable(event)?)))?;
        }
        for entry in step.entries {
            end.blobs += 1;
            let line = blob_line(&tx, readable(entry)?).await?;
            write_line(writer, &Line::Blob(line))?;
        }
        while let Some(row) = heads.next_below(after).await.map_err(doing())? {
            let head = signed_head(&row).map_err(doing())?;
            if head.block != block.block {
                return Err(
                    StoreError::Row(format!("a head is signed for block {}, which is missing", head.block)).into()
                );
            }
            end.signed_heads += 1;
            write_line(writer, &Line::SignedHead(HeadLine::of(&head)))?;
        }
    }
    let (strays, _) = walk.rest().await.map_err(doing())?;
    whole(&strays)?;
    whole(&walk.rest_entries().await.map_err(doing())?)?;
    if heads.next().await.map_err(doing())?.is_some() {
        return Err(StoreError::Row("a head is signed for a block behind the last one".to_owned()).into());
    }
    write_line(writer, &Line::End(end))?;
    writer.flush()?;
    tx.rollback().await.map_err(doing())?;
    Ok(())
}

async fn title(tx: &Transaction<'_>) -> Result<Title, tokio_postgres::Error> {
    let row = tx.query_one("SELECT position, block, hash FROM journal_head", &[]).await?;
    let head = bundle::HeadLine { position: row.try_get(0)?, block: row.try_get(1)?, hash: rows::hash(&row, 2)? };
    Ok(Title { bundle: "saual journal".to_owned(), format: 4, head })
}

fn readable<T>(read: Read<T>) -> Result<T, StoreError> {
    read.map_err(|fault| StoreError::Row(fault.to_string()))
}

/// A journal with rows outside of its blocks is damaged; a bundle could not say so.
fn whole<T>(strays: &[Read<T>]) -> Result<(), StoreError> {
    match strays.len() {
        0 => Ok(()),
        n => Err(StoreError::Row(format!("{n} rows of the journal belong to no block"))),
    }
}

async fn blob_line(tx: &Transaction<'_>, entry: Entry) -> Result<BlobLine<'static>, StoreError> {
    let gone = || StoreError::Row(format!("blob {} is gone", hex::encode(entry.sha256)));
    let media_type = entry.media_type.clone().ok_or_else(gone)?;
    let doing = || StoreError::doing("read a blob for the export");
    let row = tx.query_one("SELECT bytes FROM blobs WHERE sha256 = $1", &[&entry.sha256.as_slice()]).await;
    let row = row.map_err(doing())?;
    let bytes: &[u8] = row.try_get(0).map_err(doing())?;
    Ok(BlobLine { leaf: entry.leaf, sha256: entry.sha256, media_type, bytes: STANDARD.encode(bytes).into() })
}

fn write_line(writer: &mut impl Write, line: &impl Serialize) -> Result<(), BundleError> {
    serde_json::to_writer(&mut *writer, line).map_err(io::Error::from)?;
    writer.write_all(b"\n")?;
    Ok(())
}

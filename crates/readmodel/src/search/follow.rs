//! Keeps the table: reads what events are about, folds, indexes, and writes back what changed in one statement.

use std::collections::{BTreeSet, HashMap};

use deadpool_postgres::Transaction;
use inquiry::InquiryId;
use inquiry::event::EventName;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::index::{Indexed, Known, index};
use super::written::{Passage, Place, Written};
use super::{files, fold, nearest};
use crate::ReadError;
use crate::folding::{Fold, Reads, Told};
use crate::prepared;

/// How `search` follows.
pub(crate) struct Search;

impl Fold for Search {
    type About = InquiryId;
    type Rows = Option<Written>;
    type Key = ();
    type Row = Written;

    /// A row holds all texts of its inquiry: fewer of them are kept in memory than of other tables.
    const WEIGHT: usize = 20;

    fn reads(name: EventName) -> Reads {
        fold::reads(name)
    }

    fn fold(rows: &mut Self::Rows, told: &Told<InquiryId>) -> Vec<()> {
        if rows.as_ref().is_some_and(|row| row.position >= told.stamp.position) {
            return Vec::new();
        }
        for event in &told.events {
            *rows = fold::fold(rows.take(), event, told.stamp);
        }
        if rows.is_some() { vec![()] } else { Vec::new() }
    }

    fn row(rows: &Self::Rows, (): ()) -> Option<&Written> {
        rows.as_ref()
    }

    async fn load(tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<HashMap<InquiryId, Self::Rows>, ReadError> {
        let sql = "select state, open_texts, inner_texts, position from search where inquiry = any($1)";
        let rows = prepared::rows(tx, sql, &[&inquiries], "read rows of the search").await?;
        let read = |row: &Row| try_read(row).ok_or(ReadError::Row { table: "search" });
        rows.iter().map(|row| read(row).map(|written| (written.inquiry, Some(written)))).collect()
    }

    async fn store(tx: &Transaction<'_>, rows: &[&Written]) -> Result<(), ReadError> {
        let mut words = BTreeSet::new();
        // A row is large: some hundreds of them fill a statement.
        for some in rows.chunks(AT_ONCE) {
            words.extend(store(tx, some).await?);
        }
        // Once, behind all rows and in their order: two who write at the same time wait for each other, and never in a circle.
        nearest::remember(tx, &words.into_iter().collect::<Vec<_>>()).await
    }
}

/// How many rows one statement writes.
const AT_ONCE: usize = 200;

/// Stands between the entries of a list on its way into the database; no entry holds it.
const BETWEEN: char = '\u{1f}';

fn try_read(row: &Row) -> Option<Written> {
    let mut written: Written = serde_json::from_str(row.try_get(0).ok()?).ok()?;
    let texts = |n: usize| passages(row.try_get(n).ok()?);
    written.passages = texts(1)?;
    written.passages.extend(texts(2)?);
    // Texts of files stand there for showing; the row itself knows which files it has.
    written.passages.retain(|passage| !matches!(passage.at, Place::Attachment { .. }));
    written.passages.sort_by(|one, other| one.at.cmp(&other.at));
    written.position = row.try_get(3).ok()?;
    Some(written)
}

/// Texts as a row holds them.
pub(super) fn passages(text: &str) -> Option<Vec<Passage>> {
    serde_json::from_str(text).ok()
}

/// What a row of the table holds besides its keys.
struct Prepared {
    state: String,
    open: String,
    inner: String,
    files: String,
    waiting: bool,
    indexed: Indexed,
}

fn prepare(row: &Written, read: &HashMap<String, String>, known: &mut Known) -> Prepared {
    let mut passages = row.passages.clone();
    passages.sort_by(|one, other| one.at.cmp(&other.at));
    for file in &row.files {
        if let Some(text) = read.get(&file.blob.to_string()).filter(|text| !text.is_empty()) {
            passages.push(Passage::new(files::place(file), text.as_str()));
        }
    }
    let texts = |open: bool| -> String {
        let some: Vec<&Passage> = passages.iter().filter(|passage| passage.kind().is_open() == open).collect();
        serde_json::json!(some).to_string()
    };
    let names: BTreeSet<String> = row.files.iter().map(|file| file.blob.to_string()).collect();
    Prepared {
        state: serde_json::json!(row).to_string(),
        open: texts(true),
        inner: texts(false),
        waiting: names.iter().any(|name| !read.contains_key(name)),
        files: listed(names),
        indexed: index(row, &passages, known),
    }
}

fn listed(entries: impl IntoIterator<Item = String>) -> String {
    let entries: Vec<String> =
        entries.into_iter().map(|entry| entry.chars().filter(|c| !c.is_control()).collect()).collect();
    entries.join(BETWEEN.encode_utf8(&mut [0; 4]))
}

/// Writes these rows; the words in them.
async fn store(tx: &Transaction<'_>, rows: &[&Written]) -> Result<BTreeSet<String>, ReadError> {
    let read = files::texts(tx, rows.iter().flat_map(|row| &row.files)).await?;
    let mut known = Known::default();
    let prepared: Vec<Prepared> = rows.iter().map(|row| prepare(row, &read, &mut known)).collect();
    let texts = |of: fn(&Prepared) -> &str| -> Vec<&str> { prepared.iter().map(of).collect() };
    let marks: Vec<String> = rows.iter().map(|row| listed(row.marks())).collect();
    let numbers: Vec<String> = prepared.iter().map(|one| listed(one.indexed.numbers.clone())).collect();
    let values: [&(dyn ToSql + Sync); 12] = [
        &rows.iter().map(|row| row.inquiry.0).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.received).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.position).collect::<Vec<_>>(),
        &texts(|one| &one.state),
        &texts(|one| &one.open),
        &texts(|one| &one.inner),
        &marks,
        &numbers,
        &texts(|one| &one.files),
        &prepared.iter().map(|one| one.waiting).collect::<Vec<_>>(),
        &texts(|one| &one.indexed.head),
        &texts(|one| &one.indexed.whole),
    ];
    let sql = "insert into search
                (inquiry, received, position, state, open_texts, inner_texts, marks, numbers, files, waiting, head, whole)
         select inquiry, received, position, state, open_texts, inner_texts, string_to_array(marks, e'\\x1f'),
                string_to_array(numbers, e'\\x1f'), string_to_array(files, e'\\x1f'), waiting, head::tsvector, whole::tsvector
           from unnest($1::uuid[], $2::date[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                       $9::text[], $10::boolean[], $11::text[], $12::text[])
             as new (inquiry, received, position, state, open_texts, inner_texts, marks, numbers, files, waiting, head, whole)
         on conflict (inquiry) do update
            set position = excluded.position, state = excluded.state, open_texts = excluded.open_texts,
                inner_texts = excluded.inner_texts, marks = excluded.marks, numbers = excluded.numbers,
                files = excluded.files, waiting = excluded.waiting, head = excluded.head, whole = excluded.whole";
    prepared::execute(tx, sql, &values, "write rows of the search").await?;
    Ok(prepared.iter().flat_map(|one| one.indexed.words.iter().cloned()).collect())
}

/// Writes these inquiries anew with the texts of their files that are known by now.
pub(super) async fn refresh(tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<(), ReadError> {
    let rows = Search::load(tx, inquiries).await?;
    let rows: Vec<&Written> = rows.values().flatten().collect();
    Search::store(tx, &rows).await
}

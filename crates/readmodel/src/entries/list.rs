//! The questions: a page, a bounded count, the place of a position.

use directory::MinistryCode;
use inquiry::InquiryId;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::{Direction, Entry, MAX_LIMIT, MOST_COUNTED, Place, REACH, Wanted};
use crate::{ReadError, Reader};

const COLUMNS: &str = "position, inquiry, stream, version, kind, actor, at, ministries, command, correlation, variant";

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The entries, in the direction of the list.
    pub entries: Vec<Entry>,
    /// Where the next page begins; none: there is none.
    pub next: Option<Place>,
    /// So many rows were looked through that the list stops short of a whole page: more may stand behind `next`.
    pub is_short: bool,
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// As many as were counted.
    pub counted: u64,
    /// There are more, or there may be.
    pub is_more: bool,
}

/// A question in SQL: which rows are walked, by which index, and what is tried on each.
struct Asked<'a> {
    values: Vec<Box<dyn ToSql + Sync + Send + 'a>>,
    /// Where the rows come from, with `{limit}` in it; already narrowed by what leads and by time.
    source: String,
    /// What is tried on the rows that come from there.
    rest: Vec<String>,
    order: &'static str,
    opposite: &'static str,
}

impl<'a> Asked<'a> {
    fn of(wanted: &'a Wanted, direction: Direction, after: Option<Place>) -> Self {
        let (order, opposite, behind) = match direction {
            Direction::NewestFirst => ("at desc, position desc", "at, position", "<"),
            Direction::OldestFirst => ("at, position", "at desc, position desc", ">"),
        };
        let mut asked = Self { values: Vec::new(), source: String::new(), rest: Vec::new(), order, opposite };
        let mut walked = Vec::new();
        if let Some(from) = wanted.from {
            walked.push(format!("at >= {}", asked.value(from)));
        }
        if let Some(until) = wanted.until {
            walked.push(format!("at < {}", asked.value(until)));
        }
        for (bound, beside) in [(wanted.down_from, "<="), (wanted.up_from, ">=")] {
            if let Some(Place { at, position }) = bound {
                let (at, position) = (asked.value(at), asked.value(position));
                walked.push(format!("(at, position) {beside} ({at}, {position})"));
            }
        }
        if let Some(Place { at, position }) = after {
            let (at, position) = (asked.value(at), asked.value(position));
            walked.push(format!("(at, position) {behind} ({at}, {position})"));
        }
        asked.lead(wanted, walked);
        if let Some(conversation) = wanted.conversation {
            let id = asked.value(conversation);
            asked.rest.push(format!("(command = {id} or correlation = {id})"));
        }
        asked
    }

    fn value(&mut self, value: impl ToSql + Sync + Send + 'a) -> String {
        self.values.push(Box::new(value));
        format!("${}", self.values.len())
    }

    /// The condition that leaves the fewest rows leads; the others are tried on what it leaves.
    fn lead(&mut self, wanted: &'a Wanted, mut walked: Vec<String>) {
        let Wanted { positions, inquiries, actors, ministry, kinds, .. } = wanted;
        let ids = inquiries.as_ref().map(|inquiries| inquiries.iter().map(|inquiry| inquiry.0).collect::<Vec<_>>());
        let (mut by_inquiry, mut by_actor, mut by_ministry, mut by_kind) =
            (ids, actors.as_deref(), ministry.as_ref(), kinds.clone());
        let mut each: Option<Vec<String>> = None;
        if let Some(positions) = positions {
            walked.push(format!("place = 0 and position = any({})", self.value(positions.as_slice())));
        } else if let Some(ids) = by_inquiry.take() {
            walked.push(format!("place = 0 and inquiry = any({})", self.value(ids)));
        } else if let Some(actors) = by_actor.take() {
            walked.push("place = 0".to_owned());
            each = Some(actors.iter().map(|actor| format!(" and actor = {}", self.value(actor.as_str()))).collect());
        } else if let Some(ministry) = by_ministry.take() {
            walked.push(format!("ministry = {}", self.value(ministry.as_str())));
        } else if let Some(kinds) = by_kind.take() {
            walked.push("place = 0".to_owned());
            each = Some(kinds.into_iter().map(|kind| format!(" and kind = {}", self.value(kind))).collect());
        } else {
            walked.push("place = 0".to_owned());
        }
        if let Some(ids) = by_inquiry {
            let ids = self.value(ids);
            self.rest.push(format!("inquiry = any({ids})"));
        }
        if let Some(actors) = by_actor {
            let actors = self.value(actors);
            self.rest.push(format!("actor = any({actors})"));
        }
        if let Some(ministry) = by_ministry {
            let ministry = self.value(vec![ministry.as_str()]);
            self.rest.push(format!("ministries @> {ministry}"));
        }
        if let Some(kinds) = by_kind {
            let kinds = self.value(kinds);
            self.rest.push(format!("kind = any({kinds})"));
        }
        let (order, walked) = (self.order, walked.join(" and "));
        let rows = |of: &str| {
            format!("select {COLUMNS} from journal_entry where {walked}{of} order by {order} limit {{limit}}")
        };
        // Each kind, and each of whoever acted, has its own stretch of the index; they are merged in their order, and no further than the limit.
        self.source = match each.as_deref() {
            None => rows(""),
            Some([]) => rows(" and false"),
            Some([one]) => rows(one),
            Some(several) => {
                let each = several.iter().map(|one| format!("({})", rows(one))).collect::<Vec<_>>();
                format!(
                    "select {COLUMNS} from ({}) as found order by {order} limit {{limit}}",
                    each.join(" union all ")
                )
            }
        };
    }

    fn source(&self, limit: i64) -> String {
        self.source.replace("{limit}", &limit.to_string())
    }

    fn rest(&self) -> String {
        if self.rest.is_empty() { "true".to_owned() } else { self.rest.join(" and ") }
    }

    fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values.iter().map(|value| -> &(dyn ToSql + Sync) { &**value }).collect()
    }
}

/// A page of at most `limit` entries (1 to [`MAX_LIMIT`]).
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn list(
    reader: &Reader,
    wanted: &Wanted,
    direction: Direction,
    after: Option<Place>,
    limit: i64,
) -> Result<Page, ReadError> {
    let limit = limit.clamp(1, MAX_LIMIT);
    let asked = Asked::of(wanted, direction, after);
    // One more than a page shows whether another one follows.
    let reach = if asked.rest.is_empty() { limit + 1 } else { REACH };
    let (source, rest, order, opposite) = (asked.source(reach), asked.rest(), asked.order, asked.opposite);
    // The last row that was looked at comes with every row of the answer, and alone where none of them fits.
    let sql = format!(
        "with looked as materialized ({source}),
              edge as (select count(*) over () as looked, at, position from looked order by {opposite} limit 1)
         select edge.looked, edge.at, edge.position, found.*
           from edge
           left join lateral (select {COLUMNS} from looked where {rest} order by {order} limit {}) as found on true
          order by {}",
        limit + 1,
        order.replace("at", "found.at").replace("position", "found.position"),
    );
    let rows = reader.rows(&sql, &asked.values(), "list entries of the journal").await?;
    let Some(first) = rows.first() else { return Ok(Page { entries: Vec::new(), next: None, is_short: false }) };
    let edge = || -> Result<(i64, Place), tokio_postgres::Error> {
        Ok((first.try_get(0)?, Place { at: first.try_get(1)?, position: first.try_get(2)? }))
    };
    let (looked, edge) = edge().map_err(ReadError::doing("list entries of the journal"))?;
    let mut entries = Vec::new();
    for row in &rows {
        entries.extend(read(row)?);
    }
    let has_more = entries.len() as i64 > limit;
    entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    // All rows that may be looked at were: where no whole page was found among them, the list goes on behind the last.
    let is_short = !has_more && looked >= reach && !asked.rest.is_empty();
    let next = if has_more { entries.last().map(Entry::place) } else { is_short.then_some(edge) };
    Ok(Page { entries, next, is_short })
}

/// How many entries there are, [`MOST_COUNTED`] at most.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn count(reader: &Reader, wanted: &Wanted) -> Result<Counted, ReadError> {
    let asked = Asked::of(wanted, Direction::NewestFirst, None);
    let most = MOST_COUNTED.cast_signed() + 1;
    let reach = if asked.rest.is_empty() { most } else { REACH };
    let sql = format!(
        "with looked as materialized ({})
         select (select count(*) from looked), (select count(*) from (select from looked where {} limit {most}) as one)",
        asked.source(reach),
        asked.rest(),
    );
    let row = reader.row(&sql, &asked.values(), "count entries of the journal", "journal_entry").await?;
    let number = |n: usize| -> Result<u64, ReadError> {
        let number: i64 = row.try_get(n).map_err(ReadError::doing("count entries of the journal"))?;
        Ok(number.cast_unsigned())
    };
    let (looked, counted) = (number(0)?, number(1)?);
    let is_more = counted > MOST_COUNTED || (!asked.rest.is_empty() && looked >= REACH.cast_unsigned());
    Ok(Counted { counted: counted.min(MOST_COUNTED), is_more })
}

/// From where to where the first of some entries reach, as they happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// How many.
    pub counted: usize,
    /// The first of them and the last; none: there is none, as far as was looked.
    pub ends: Option<(Place, Place)>,
    /// Others follow behind the last.
    pub is_more: bool,
    /// So many rows were looked through that there may be more than were counted.
    pub is_short: bool,
}

/// The first entries behind `after` as they happened, `most` of them at most.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn stretch(
    reader: &Reader,
    wanted: &Wanted,
    after: Option<Place>,
    most: usize,
) -> Result<Stretch, ReadError> {
    let doing = "measure entries of the journal";
    let asked = Asked::of(wanted, Direction::OldestFirst, after);
    let most = i64::try_from(most).unwrap_or(i64::MAX - 1);
    // One more than is taken shows whether others follow.
    let reach = if asked.rest.is_empty() { most + 1 } else { REACH };
    let (mut source, rest, order) = (asked.source(reach), asked.rest(), asked.order);
    if asked.rest.is_empty() {
        // Where nothing else is tried on the rows, the index that leads has all of it.
        source = source.replace(COLUMNS, "at, position");
    }
    // How many rows were looked at comes with every row of the answer, and alone where none of them fits.
    let sql = format!(
        "with looked as materialized ({source}),
              found as (select at, position from looked where {rest} order by {order} limit {}),
              placed as (select at, position, row_number() over (order by {order}) as nth, count(*) over () as counted from found)
         select tried, nth, counted, at, position
           from (select count(*) as tried from looked) as edge
           left join placed on nth = 1 or nth = least(counted, {most})
          order by nth",
        most + 1,
    );
    let rows = reader.rows(&sql, &asked.values(), doing).await?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Err(ReadError::Row { table: "journal_entry" });
    };
    let place = |row: &Row| -> Result<Place, tokio_postgres::Error> {
        Ok(Place { at: row.try_get(3)?, position: row.try_get(4)? })
    };
    let read = || -> Result<Stretch, tokio_postgres::Error> {
        let is_reached = !asked.rest.is_empty() && last.try_get::<_, i64>(0)? >= REACH;
        let Some(nth) = last.try_get::<_, Option<i64>>(1)? else {
            return Ok(Stretch { counted: 0, ends: None, is_more: false, is_short: is_reached });
        };
        let is_more = last.try_get::<_, i64>(2)? > nth;
        Ok(Stretch {
            counted: usize::try_from(nth).unwrap_or(usize::MAX),
            ends: Some((place(first)?, place(last)?)),
            is_more,
            is_short: !is_more && is_reached,
        })
    };
    read().map_err(ReadError::doing(doing))
}

/// The entry at a position, if the table has come that far.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn reached(reader: &Reader, position: i64) -> Result<Option<Entry>, ReadError> {
    let sql = format!("select 0, null, null, {COLUMNS} from journal_entry where position = $1 and place = 0");
    let rows = reader.rows(&sql, &[&position], "find an entry of the journal").await?;
    rows.first().map_or(Ok(None), read)
}

/// The entry behind the three columns of the edge; none where no entry fitted.
fn read(row: &Row) -> Result<Option<Entry>, ReadError> {
    let fields = || -> Result<Option<(Entry, Vec<String>)>, tokio_postgres::Error> {
        let Some(position) = row.try_get::<_, Option<i64>>(3)? else { return Ok(None) };
        let entry = Entry {
            position,
            inquiry: row.try_get::<_, Option<_>>(4)?.map(InquiryId),
            stream: row.try_get(5)?,
            version: row.try_get(6)?,
            kind: row.try_get(7)?,
            actor: row.try_get(8)?,
            at: row.try_get(9)?,
            ministries: Vec::new(),
            command: row.try_get(11)?,
            correlation: row.try_get(12)?,
            variant: row.try_get(13)?,
        };
        Ok(Some((entry, row.try_get(10)?)))
    };
    let Some((mut entry, ministries)) = fields().map_err(ReadError::doing("read an entry of the journal"))? else {
        return Ok(None);
    };
    let ministries = ministries.into_iter().map(|code| code.parse());
    entry.ministries =
        ministries.collect::<Result<Vec<MinistryCode>, _>>().map_err(|_| ReadError::Row { table: "journal_entry" })?;
    Ok(Some(entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_condition_leads_and_the_others_are_tried_on_what_it_leaves() {
        let whole = Wanted {
            inquiries: None,
            actors: Some(vec!["labour".to_owned()]),
            ministry: Some(MinistryCode::new("mfa").unwrap()),
            kinds: Some(vec!["draft_revised"]),
            ..Wanted::default()
        };
        let asked = Asked::of(&whole, Direction::NewestFirst, None);
        assert!(asked.source.contains("actor = $1") && !asked.source.contains("union all"), "{}", asked.source);
        assert_eq!(asked.rest, ["ministries @> $2", "kind = any($3)"]);
        // Of several who acted each has a stretch of the index.
        let both = Wanted { actors: Some(vec!["dispatch".to_owned(), "records".to_owned()]), ..Wanted::default() };
        let asked = Asked::of(&both, Direction::NewestFirst, None);
        assert!(asked.source.contains(" union all ") && asked.source.contains("actor = $2"), "{}", asked.source);
        assert!(asked.rest.is_empty(), "{:?}", asked.rest);
        let kinds = Wanted { actors: None, ministry: None, ..whole.clone() };
        let asked = Asked::of(&kinds, Direction::OldestFirst, None);
        assert!(asked.source.contains("kind = $1 order by at, position") && asked.rest.is_empty(), "{}", asked.source);
        // A row a kind at a time, merged in order: no kind gives more than what is taken of it, and of no kind there is nothing.
        let several = Wanted { kinds: Some(vec!["draft_revised", "reply_signed"]), ..kinds.clone() };
        let asked = Asked::of(&several, Direction::NewestFirst, None);
        assert_eq!(
            asked.source.matches("order by at desc, position desc limit {limit}").count(),
            3,
            "{}",
            asked.source
        );
        assert!(asked.source.contains(" union all ") && asked.source.contains("kind = $2"), "{}", asked.source);
        let of_none = Wanted { kinds: Some(Vec::new()), ..kinds.clone() };
        let asked = Asked::of(&of_none, Direction::NewestFirst, None);
        assert!(asked.source.contains("and false") && asked.values.is_empty(), "{}", asked.source);
        let inquiry = Wanted { inquiries: Some(Vec::new()), ..whole.clone() };
        assert_eq!(Asked::of(&inquiry, Direction::NewestFirst, None).rest.len(), 3);
        // Of events that are named one by one there are few: whatever else is asked is tried on them.
        let named = Wanted { positions: Some(vec![1, 2]), ..inquiry };
        let asked = Asked::of(&named, Direction::NewestFirst, None);
        assert!(asked.source.contains("position = any($1)"), "{}", asked.source);
        assert_eq!(asked.rest.len(), 4);
    }
}

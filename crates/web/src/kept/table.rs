//! The table `kept_form`.

use deadpool_postgres::{GenericClient, Pool};
use inquiry::InquiryId;
use jiff::{Timestamp, ToSpan as _};
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{DAYS, Kept, LARGEST, MOST_FORMS, Mark, Place, Saved, Typing, is_kept};
use crate::problem::Problem;

/// Keeps what was typed. A row that another page wrote meanwhile stays as it is: this text then gets a row of its own, unless both say the same. Where
/// nothing is said there is nothing to keep, and what this page kept before goes.
///
/// # Errors
/// [`Problem::TooLarge`]; the database cannot.
pub(crate) async fn save(pool: &Pool, typing: &Typing<'_>, now: Timestamp) -> Result<Saved, Problem> {
    if typing.place.is_silent(typing.fields) {
        return emptied(pool, typing).await;
    }
    let fields = stored(typing.fields)?;
    let mut client = pool.get().await?;
    let transaction = client.transaction().await.map_err(failed)?;
    let mut saved = write(&transaction, typing, typing.mark, &fields, now).await?;
    if saved.is_none() {
        // It is there, and not as this page knew it.
        let there = transaction
            .query_opt(
                "select revision, gone_at is not null, fields = $3 from kept_form where account = $1 and slot = $2",
                &[&typing.account, &typing.mark.slot, &fields],
            )
            .await
            .map_err(failed)?;
        saved = match there {
            Some(row) if row.get::<_, bool>(1) => return Ok(Saved::Gone),
            Some(row) if row.get::<_, bool>(2) => Some(Mark { slot: typing.mark.slot, revision: row.get(0) }),
            Some(_) | None => write(&transaction, typing, Mark::new(), &fields, now).await?,
        };
    }
    let saved = saved.ok_or_else(|| Problem::failure("keep a form", "a new row was there already"))?;
    if saved.revision == 1 {
        tidy(&transaction, typing.account, now).await?;
    }
    transaction.commit().await.map_err(failed)?;
    Ok(Saved::Kept(saved))
}

/// Nothing is said any more: the row that this page knows goes, another page's stays.
async fn emptied(pool: &Pool, typing: &Typing<'_>) -> Result<Saved, Problem> {
    let Mark { slot, revision } = typing.mark;
    let client = pool.get().await?;
    let left = client
        .query_opt(
            "with emptied as (delete from kept_form
                               where account = $1 and slot = $2 and revision = $3 and gone_at is null)
             select gone_at is not null from kept_form where account = $1 and slot = $2",
            &[&typing.account, &slot, &revision],
        )
        .await
        .map_err(failed)?;
    let is_gone = left.is_some_and(|row| row.get(0));
    Ok(if is_gone { Saved::Gone } else { Saved::Nothing(Mark { slot, revision: 0 }) })
}

/// Writes a row that is not there, or is as `mark` says; none when it is there otherwise.
async fn write(
    client: &impl GenericClient,
    typing: &Typing<'_>,
    mark: Mark,
    fields: &Value,
    now: Timestamp,
) -> Result<Option<Mark>, Problem> {
    let written = client
        .query_opt(
            "insert into kept_form (account, slot, place, revision, fields, unsent, saved_at)
             values ($1, $2, $3, 1, $4, $5, $6)
             on conflict (account, slot) do update
                set revision = kept_form.revision + 1, fields = excluded.fields,
                    unsent = excluded.unsent, passed = false, saved_at = excluded.saved_at
              where kept_form.revision = $7 and kept_form.place = excluded.place and kept_form.gone_at is null
             returning revision",
            &[&typing.account, &mark.slot, &typing.place.to_string(), fields, &typing.unsent, &now, &mark.revision],
        )
        .await
        .map_err(failed)?;
    Ok(written.map(|row| Mark { slot: mark.slot, revision: row.get(0) }))
}

/// Rows that have had their time go with the next new one; nothing else cleans them. What is gone is remembered for longer than any page has a
/// session: none of them brings it back.
async fn tidy(client: &impl GenericClient, account: Uuid, now: Timestamp) -> Result<(), Problem> {
    client
        .execute(
            "delete from kept_form where saved_at < $1 or gone_at < $2",
            &[&(now - (24 * DAYS).hours()), &(now - 48.hours())],
        )
        .await
        .map_err(failed)?;
    client
        .execute(
            "delete from kept_form
              where account = $1 and slot in (select slot from kept_form
                                               where account = $1 and gone_at is null
                                               order by saved_at desc, slot offset $2)",
            &[&account, &MOST_FORMS],
        )
        .await
        .map_err(failed)?;
    Ok(())
}

/// What is kept at a place, the last written first.
///
/// # Errors
/// The database cannot.
pub(crate) async fn first_at(pool: &Pool, account: Uuid, place: &Place) -> Result<Vec<Kept>, Problem> {
    let client = pool.get().await?;
    let rows = client
        .query(
            "select slot, revision, place, fields, unsent, passed, saved_at from kept_form
              where account = $1 and place = $2 and gone_at is null
              order by saved_at desc, slot",
            &[&account, &place.to_string()],
        )
        .await
        .map_err(failed)?;
    rows.iter().map(read).collect()
}

/// What is kept for the commands of an inquiry, the last written first.
///
/// # Errors
/// The database cannot.
pub(crate) async fn below(pool: &Pool, account: Uuid, inquiry: InquiryId) -> Result<Vec<Kept>, Problem> {
    let client = pool.get().await?;
    let rows = client
        .query(
            "select slot, revision, place, fields, unsent, passed, saved_at from kept_form
              where account = $1 and starts_with(place, $2) and gone_at is null
              order by saved_at desc, slot",
            &[&account, &format!("/inquiries/{inquiry}/commands/")],
        )
        .await
        .map_err(failed)?;
    rows.iter().map(read).collect()
}

/// Its command was recorded, or its person wants it no more: the text goes, and what is still under way to be kept will find that.
///
/// # Errors
/// The database cannot.
pub(crate) async fn forget(
    pool: &Pool,
    account: Uuid,
    place: &Place,
    slots: &[Uuid],
    now: Timestamp,
) -> Result<(), Problem> {
    let client = pool.get().await?;
    client
        .execute(
            "insert into kept_form (account, slot, place, revision, fields, unsent, saved_at, gone_at)
             select $1, slot, $3, 1, '[]', false, $4, $4 from (select distinct unnest($2::uuid[])) as gone (slot)
             on conflict (account, slot) do update set fields = '[]', unsent = false, gone_at = excluded.gone_at",
            &[&account, &slots, &place.to_string(), &now],
        )
        .await
        .map_err(failed)?;
    Ok(())
}

/// Whatever is kept at a place is wanted no more.
///
/// # Errors
/// The database cannot.
pub(crate) async fn forget_all(pool: &Pool, account: Uuid, place: &Place, now: Timestamp) -> Result<(), Problem> {
    let client = pool.get().await?;
    client
        .execute(
            "update kept_form set fields = '[]', unsent = false, gone_at = $3
              where account = $1 and place = $2 and gone_at is null",
            &[&account, &place.to_string(), &now],
        )
        .await
        .map_err(failed)?;
    Ok(())
}

/// A command was recorded from an opened form: what its person had typed for it elsewhere, and gave up for this, stands in no form by itself any
/// more.
///
/// # Errors
/// The database cannot.
pub(crate) async fn pass(pool: &Pool, account: Uuid, place: &Place) -> Result<(), Problem> {
    let client = pool.get().await?;
    client
        .execute(
            "update kept_form set passed = true where account = $1 and place = $2 and gone_at is null",
            &[&account, &place.to_string()],
        )
        .await
        .map_err(failed)?;
    Ok(())
}

/// What is kept of what was typed, as the row has it. A NUL, which no text of the database may hold, stays away.
fn stored(typed: &[(String, String)]) -> Result<Value, Problem> {
    let kept = typed.iter().filter(|(name, value)| is_kept(name) && !value.is_empty());
    let pairs: Vec<[String; 2]> = kept.map(|(name, value)| [name.replace('\0', ""), value.replace('\0', "")]).collect();
    let bytes: usize = pairs.iter().flatten().map(String::len).sum();
    if bytes > LARGEST {
        return Err(Problem::TooLarge { limit: LARGEST });
    }
    serde_json::to_value(pairs).map_err(|error| Problem::failure("write down a form", error))
}

fn read(row: &Row) -> Result<Kept, Problem> {
    let fields = serde_json::from_value(row.get(3)).map_err(|error| Problem::failure("read a kept form", error))?;
    Ok(Kept {
        mark: Mark { slot: row.get(0), revision: row.get(1) },
        place: row.get(2),
        fields,
        unsent: row.get(4),
        passed: row.get(5),
        saved_at: row.get(6),
    })
}

fn failed(error: tokio_postgres::Error) -> Problem {
    Problem::failure("keep forms that were not sent yet", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_what_recognises_a_sending_are_not_kept() {
        let typed = [("key", "k"), ("version", "3"), ("password", "p"), ("a", "1\0"), ("kept", "x"), ("b", "")];
        let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(stored(&typed).unwrap(), serde_json::json!([["version", "3"], ["a", "1"]]));
    }

    #[test]
    fn a_form_without_end_is_not_kept() {
        let typed = [("a".to_owned(), "б".repeat(LARGEST / 2 + 1))];
        assert!(matches!(stored(&typed), Err(Problem::TooLarge { .. })));
    }
}

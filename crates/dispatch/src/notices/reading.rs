//! Who is written to, and what presses for them.

use std::collections::BTreeSet;

use deadpool_postgres::Transaction;
use directory::{Language, Role};
use inquiry::InquiryId;
use inquiry::pressing::{Concern, looks_ahead_to, presses_until};
use inquiry::terms::Owed;
use inquiry::time::day_of;
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::content::{Content, Line, MOST, Pile, Section};
use super::follow::{REPLY, SIGNATURE, code};
use crate::config::Notices;
use crate::error::{DispatchError, database};

/// Somebody of the house who can be written to.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) account: Uuid,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) language: Language,
    ministry: Option<String>,
    /// Which person of the directory they are.
    person: Option<Uuid>,
    concerns: BTreeSet<Concern>,
}

/// Those whose account is open and has an address.
pub(super) const WRITTEN_TO: &str = "account.disabled_at is null and account.email is not null";

/// The roles of those for whom somebody stands in at the moment `$2`, as far as they were handed over and are still theirs: what presses for the absent
/// presses for them. Whoever stands in for a ministry's executor writes for the same ministry.
const STOOD_FOR: &str = "select role from substitution join account gone on gone.name = substitution.absent,
        unnest(substitution.roles) role
    where substitution.substitute = account.name and begins_at <= $2 and ends_at > $2
      and gone.disabled_at is null and role = any (gone.roles)";

impl Person {
    fn read(row: &Row) -> Result<Self, DispatchError> {
        let (language, roles): (String, Vec<String>) = (row.get(3), row.get(5));
        let roles = roles.iter().map(|role| role.parse::<Role>());
        let roles: Vec<Role> =
            roles.collect::<Result<_, _>>().map_err(|_| DispatchError::Row("a role of an account".to_owned()))?;
        Ok(Self {
            account: row.get(0),
            name: row.get(1),
            address: row.get(2),
            language: language.parse().map_err(|_| DispatchError::Row(format!("language {language}")))?,
            ministry: row.get(4),
            person: row.get(6),
            concerns: roles.into_iter().filter_map(Concern::of).collect(),
        })
    }
}

/// Somebody who can be written to, as they are now; until the transaction ends nobody else makes a mail for them.
pub(super) async fn held(tx: &Transaction<'_>, account: Uuid, now: Timestamp) -> Result<Option<Person>, DispatchError> {
    // What refers to an account need not wait for this, as it would for a plain `for update`.
    let sql = format!(
        "select id, full_name, email, language, ministry, roles || array({STOOD_FOR}), person from account
          where id = $1 and {WRITTEN_TO} for no key update"
    );
    let row = tx.query_opt(&sql, &[&account, &now]).await.map_err(database("read who is written to"))?;
    row.as_ref().map(Person::read).transpose()
}

/// Everybody whom a digest may concern: by their role or that of somebody for whom they stand in, or because they keep searches.
pub(super) async fn people(client: &Client, now: Timestamp) -> Result<Vec<Uuid>, DispatchError> {
    let roles: Vec<&str> =
        Role::ALL.iter().filter(|role| Concern::of(**role).is_some()).map(|role| role.code()).collect();
    let sql = format!(
        "select id from account
          where {WRITTEN_TO}
            and ((roles || array({STOOD_FOR})) && $1
                 or exists (select from saved_search kept where kept.account = account.id and not kept.muted))
          order by name"
    );
    let rows = client.query(&sql, &[&roles, &now]).await.map_err(database("list the people of the house"))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// What presses for somebody on that day, reminders left aside.
pub(super) async fn pressing(
    tx: &Transaction<'_>,
    person: &Person,
    today: Date,
    settings: &Notices,
) -> Result<Content, DispatchError> {
    let mut content = Content::default();
    let at_most = i64::from(MOST);
    if person.concerns.contains(&Concern::Parts)
        && let Some(ministry) = &person.ministry
    {
        let until = looks_ahead_to(today, settings.directory.now().calendar());
        content.parts = section(tx, PARTS, &[ministry, &until, &at_most], today).await?;
    }
    if person.concerns.contains(&Concern::Replies) {
        content.overdue = section(tx, OVERDUE, &[&REPLY, &today, &at_most], today).await?;
        let until = presses_until(today);
        content.pressing = section(tx, PRESSING, &[&REPLY, &today, &until, &at_most], today).await?;
    }
    if person.concerns.contains(&Concern::Pile) {
        content.pile = pile(tx, person.person).await?;
    }
    Ok(content)
}

/// What a ministry owes by a day. 9 stands before 10.
const PARTS: &str = "select inquiry, kind, number, subject, due, count(*) over () from owed
                      where ministry = $1 and due <= $2
                      order by due, length(number), number limit $3";
/// The replies whose day has gone by.
const OVERDUE: &str = "select inquiry, kind, number, subject, due, count(*) over () from owed
                        where kind = $1 and due < $2
                        order by due, length(number), number limit $3";
/// The replies that are due soon.
const PRESSING: &str = "select inquiry, kind, number, subject, due, count(*) over () from owed
                         where kind = $1 and due between $2 and $3
                         order by due, length(number), number limit $4";

async fn section(
    tx: &Transaction<'_>,
    sql: &str,
    values: &[&(dyn ToSql + Sync)],
    today: Date,
) -> Result<Section, DispatchError> {
    let rows = tx.query(sql, values).await.map_err(database("read what presses"))?;
    let all: i64 = rows.first().map_or(0, |row| row.get(5));
    let lines: Vec<Line> = rows.iter().map(|row| line(row, today)).collect();
    let more = all.cast_unsigned().saturating_sub(lines.len() as u64);
    Ok(Section { lines, more })
}

fn line(row: &Row, today: Date) -> Line {
    let (kind, due): (&str, Date) = (row.get(1), row.get(4));
    let owed = [Owed::Contribution, Owed::Draft].into_iter().find(|owed| code(*owed) == kind);
    Line {
        inquiry: InquiryId(row.get(0)),
        number: row.get(2),
        subject: row.get(3),
        owed,
        due,
        is_late: due < today,
        is_noted: false,
    }
}

/// What waits for the signature of somebody: not what they have signed and others are still to sign.
async fn pile(tx: &Transaction<'_>, person: Option<Uuid>) -> Result<Option<Pile>, DispatchError> {
    let row = tx
        .query_one(
            "select count(*), min(since), (array_agg(number order by since, number))[1] from owed
              where kind = $1 and ($2::uuid is null or $2 <> all (cosigned))",
            &[&SIGNATURE, &person],
        )
        .await
        .map_err(database("count the letters that wait for a signature"))?;
    let (letters, since, oldest): (i64, Option<Timestamp>, Option<String>) = (row.get(0), row.get(1), row.get(2));
    Ok(since.zip(oldest).map(|(since, oldest)| Pile { letters: letters.cast_unsigned(), oldest, since: day_of(since) }))
}

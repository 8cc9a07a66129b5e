//! The list of accounts for whoever keeps them: page by page, by what is asked, with what should be looked after.

use std::collections::HashMap;

use directory::accounts::Life;
use directory::{MinistryCode, Role};
use jiff::{Timestamp, ToSpan};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use super::{Account, AccountError, BEHIND, COLUMNS, read};
use crate::office::accounts::life_of;

/// Days without having come in after which an account is forgotten.
pub const LONG: i64 = 90;
/// Further than that nobody counts.
pub const COUNTED: i64 = 1_000;

/// When somebody came in last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Never.
    Never,
    /// Not for [`LONG`] days.
    LongAgo,
}

/// What is asked of the list; what is not asked narrows nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A part of the sign-in name or of the person's name.
    pub text: Option<String>,
    /// Who has this role.
    pub role: Option<Role>,
    /// Who writes for this ministry.
    pub ministry: Option<MinistryCode>,
    /// Who stands there in life.
    pub life: Option<Life>,
    /// Who has a second factor, or a password and none.
    pub has_factor: Option<bool>,
    /// Who came in then.
    pub seen: Option<Seen>,
    /// Those that the brake on guessing holds at this moment.
    pub is_braked: bool,
}

/// An account in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The account.
    pub account: Account,
    /// How far its row has followed the stream of the account.
    pub version: u64,
    /// Whether it can be used.
    pub life: Life,
    /// When its owner, or a program of theirs, last came in.
    pub seen_at: Option<Timestamp>,
    /// It has a password.
    pub has_password: bool,
    /// A code is asked for.
    pub has_factor: bool,
    /// The brake on guessing holds it.
    pub is_braked: bool,
    /// The tokens that open it.
    pub tokens: i64,
}

/// What the columns behind [`COLUMNS`] are, in the order in which [`listed`] takes them. `$1` is now.
const BESIDES: &str = "account.disabled_at, account.ended_at, account.seen_at, account.password_hash is not null,
    exists (select from second_factor f where f.account = account.id and f.confirmed_at is not null),
    exists (select from login_failure b where b.name = account.name and b.locked_until > $1),
    (select count(*) from api_token k where k.account = account.id and k.revoked_at is null), account.version";

fn listed(row: &Row) -> Result<Listed, AccountError> {
    Ok(Listed {
        account: read(row)?,
        life: life_of(row.get(BEHIND), row.get(BEHIND + 1)),
        seen_at: row.get(BEHIND + 2),
        has_password: row.get(BEHIND + 3),
        has_factor: row.get(BEHIND + 4),
        is_braked: row.get(BEHIND + 5),
        tokens: row.get(BEHIND + 6),
        version: row.get::<_, i64>(BEHIND + 7).try_into().unwrap_or_default(),
    })
}

/// The conditions of a filter, with `$1` for now and `$2` to `$9` as [`list`] fills them in.
const WHERE: &str = "($2::text is null or account.name like $2 or lower(account.full_name) like $2)
    and ($3::text is null or account.roles @> array[$3])
    and ($4::text is null or account.ministry = $4)
    and ($5::text is null
         or case $5 when 'open' then account.disabled_at is null
                    when 'blocked' then account.disabled_at is not null and account.ended_at is null
                    else account.ended_at is not null end)
    and ($6::boolean is null
         or case when $6 then exists (select from second_factor f where f.account = account.id and f.confirmed_at is not null)
                 else account.disabled_at is null and account.password_hash is not null
                      and not exists (select from second_factor f where f.account = account.id and f.confirmed_at is not null) end)
    and ($7::timestamptz is null or account.seen_at < $7)
    and (not $8 or account.seen_at is null)
    and (not $9 or exists (select from login_failure b where b.name = account.name and b.locked_until > $1))";

/// What a filter puts into the places of [`WHERE`].
struct Values {
    text: Option<String>,
    role: Option<&'static str>,
    ministry: Option<String>,
    life: Option<&'static str>,
    factor: Option<bool>,
    before: Option<Timestamp>,
    never: bool,
    braked: bool,
}

impl Values {
    fn of(filter: &Filter, now: Timestamp) -> Self {
        let plain = |text: &String| {
            let text = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            format!("%{text}%")
        };
        Self {
            text: filter.text.as_ref().map(plain),
            role: filter.role.map(Role::code),
            ministry: filter.ministry.as_ref().map(ToString::to_string),
            life: filter.life.map(Life::code),
            factor: filter.has_factor,
            before: (filter.seen == Some(Seen::LongAgo)).then(|| now - (LONG * 24).hours()),
            never: filter.seen == Some(Seen::Never),
            braked: filter.is_braked,
        }
    }

    fn params<'a>(&'a self, now: &'a Timestamp) -> [&'a (dyn ToSql + Sync); 9] {
        [now, &self.text, &self.role, &self.ministry, &self.life, &self.factor, &self.before, &self.never, &self.braked]
    }
}

/// The accounts that answer a filter, by name, behind the name `after`; one more than `most`, where there are more.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn list(
    client: &Client,
    filter: &Filter,
    after: Option<&str>,
    most: i64,
    now: Timestamp,
) -> Result<Vec<Listed>, AccountError> {
    let sql = format!(
        "select {COLUMNS}, {BESIDES} from account
          where {WHERE} and ($10::text is null or account.name > $10) order by account.name limit $11"
    );
    let (values, wanted) = (Values::of(filter, now), most + 1);
    let mut params: Vec<&(dyn ToSql + Sync)> = values.params(&now).to_vec();
    params.extend([&after as &(dyn ToSql + Sync), &wanted]);
    client.query(&sql, &params).await?.iter().map(listed).collect()
}

/// How many answer it, up to one more than [`COUNTED`].
///
/// # Errors
/// [`AccountError::Database`].
pub async fn count(client: &Client, filter: &Filter, now: Timestamp) -> Result<i64, AccountError> {
    let sql = format!("select count(*) from (select from account where {WHERE} limit {}) found", COUNTED + 1);
    let values = Values::of(filter, now);
    Ok(client.query_one(&sql, &values.params(&now)).await?.get(0))
}

/// One account, in whatever state of life.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn one(client: &Client, name: &str, now: Timestamp) -> Result<Option<Listed>, AccountError> {
    let sql = format!("select {COLUMNS}, {BESIDES} from account where account.name = $2");
    client.query_opt(&sql, &[&now, &name]).await?.as_ref().map(listed).transpose()
}

/// The open accounts that are somebody in particular: an office holder, a deputy, a ministry's executor. Whether that somebody still is, the directory
/// knows.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn bound(client: &Client) -> Result<Vec<Account>, AccountError> {
    let sql = format!(
        "select {COLUMNS} from account
          where disabled_at is null and (person is not null or deputy is not null or ministry is not null) order by name"
    );
    client.query(&sql, &[]).await?.iter().map(read).collect()
}

/// The names of accounts, whether they are open or not: the sign-in name and the person's.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn named(
    client: &Client,
    accounts: &[uuid::Uuid],
) -> Result<HashMap<uuid::Uuid, (String, String)>, AccountError> {
    let rows = client.query("select id, name, full_name from account where id = any ($1)", &[&accounts]).await?;
    Ok(rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect())
}

/// A token that opens an account: what it is for, since when, and when it was used last.
#[derive(Debug, Clone)]
pub struct TokenListed {
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was used last, to the hour.
    pub last_used_at: Option<Timestamp>,
}

/// The tokens that open an account, the youngest first.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn tokens(client: &Client, account: uuid::Uuid) -> Result<Vec<TokenListed>, AccountError> {
    let sql = "select label, created_at, last_used_at from api_token
                where account = $1 and revoked_at is null order by created_at desc, id limit 100";
    let rows = client.query(sql, &[&account]).await?;
    let told = |row: &Row| TokenListed { label: row.get(0), created_at: row.get(1), last_used_at: row.get(2) };
    Ok(rows.iter().map(told).collect())
}

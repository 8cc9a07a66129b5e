//! A report of the office's figures for somebody who wants it by mail: put into the queue once for each period, and sent from there as any other
//! mail. What it says was counted under the rights of its reader by whoever reads the tables; here it is looked at once more, before it goes, whether
//! they still want it and may still see it.

use deadpool_postgres::Pool;
use directory::{Language, Role};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{DispatchError, database};
use crate::message::ReportFacts;
use crate::notices::drop_mail;

/// How often somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Every {
    /// On the first working day of a week, of the week before.
    Week,
    /// On the first working day of a month, of the month before.
    Month,
}

impl Every {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Week, Self::Month];

    /// The name in rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// A digest's part, which keeps two mails of one person and day apart; the house's own digests of a day never come so far.
    const fn part(self) -> i32 {
        match self {
            Self::Week => 1_000_001,
            Self::Month => 1_000_002,
        }
    }
}

/// A report for one person.
#[derive(Debug, Clone)]
pub struct ReportMail<'a> {
    /// Whose it is.
    pub account: Uuid,
    /// How often they are told.
    pub every: Every,
    /// Domain of the mail's id.
    pub domain: &'a str,
    /// The language in which it is written.
    pub language: Language,
    /// What it says.
    pub content: &'a ReportContent,
}

/// What such a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportContent {
    /// The first day of the period.
    pub from: Date,
    /// The last one.
    pub until: Date,
    /// The ministry whose inquiries alone were counted; none: all.
    pub ministry: Option<String>,
    /// What stands over the columns.
    pub heads: Vec<String>,
    /// A row each; the last one is of all together.
    pub rows: Vec<Vec<String>>,
    /// Where the same stands in the system, with a link behind every figure.
    pub page: String,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queued {
    /// It waits to be sent.
    Yes,
    /// It was put into the queue for this period before.
    Already,
    /// The mail of the house is paused, and nothing is gathered.
    Paused,
    /// Nobody who can be written to wants it.
    Nobody,
}

/// Those whose account is open, who have an address, and who still want it.
const WANTED: &str = "account.disabled_at is null and account.email is not null
     and exists (select from report_subscription where account = account.id and every = $2)";

/// Puts a report into the queue.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn queue(pool: &Pool, mail: &ReportMail<'_>, now: Timestamp) -> Result<Queued, DispatchError> {
    let doing = || database("queue a report");
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(doing())?;
    let paused = "select exists (select from office_mail_pause where resumed_at is null)";
    if tx.query_one(paused, &[]).await.map_err(doing())?.get(0) {
        return Ok(Queued::Paused);
    }
    let every = mail.every.code();
    let sql = format!("select full_name, email from account where id = $1 and {WANTED} for no key update");
    let Some(person) = tx.query_opt(&sql, &[&mail.account, &every]).await.map_err(doing())? else {
        return Ok(Queued::Nobody);
    };
    let (name, address): (String, String) = (person.get(0), person.get(1));
    let content = serde_json::to_value(mail.content).map_err(|error| DispatchError::Row(error.to_string()))?;
    let from = mail.content.from;
    let made = tx
        .query_opt(
            "insert into digest (account, day, part, language, content, gathered_at, report)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (account, day, part) do nothing
             returning id",
            &[&mail.account, &from, &mail.every.part(), &mail.language.code(), &content, &now, &every],
        )
        .await
        .map_err(doing())?;
    tx.execute(
        "update report_subscription set told_for = $3 where account = $1 and every = $2",
        &[&mail.account, &every, &from],
    )
    .await
    .map_err(doing())?;
    let queued = match made {
        None => Queued::Already,
        Some(made) => {
            let message_id = format!("<report.{}.{every}.{from}@{}>", mail.account.simple(), mail.domain);
            tx.execute(
                "insert into mail (digest, name, address, message_id, next_attempt_at, changed_at)
                 values ($1, $2, $3, $4, $5, $5)",
                &[&made.get::<_, i64>(0), &name, &address, &message_id, &now],
            )
            .await
            .map_err(doing())?;
            Queued::Yes
        }
    };
    tx.commit().await.map_err(doing())?;
    Ok(queued)
}

/// A report whose turn has come, to the address of now; none where its reader does not want it any more, may not see it any more, or it is whoever holds
/// this token no longer who sends it.
pub(crate) async fn as_allowed(
    pool: &Pool,
    mail: i64,
    token: Uuid,
    report: ReportFacts,
    now: Timestamp,
) -> Result<Option<ReportFacts>, DispatchError> {
    let doing = || database("look at a report again");
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(doing())?;
    let sql = format!(
        "select account.full_name, account.email, account.roles, account.ministry
           from digest join account on account.id = digest.account join mail on mail.digest = digest.id
          where mail.id = $1 and {WANTED} for no key update of account"
    );
    let person = tx.query_opt(&sql, &[&mail, &report.every.as_str()]).await.map_err(doing())?;
    let person = person.filter(|row| {
        let (roles, ministry): (Vec<String>, Option<String>) = (row.get(2), row.get(3));
        may_see(&roles, ministry.as_deref(), &report.content)
    });
    let Some(person) = person else {
        drop_mail(&tx, mail, token, now).await?;
        tx.commit().await.map_err(doing())?;
        tracing::info!(mail, "a report is not wanted or not permitted any more, and is not sent");
        return Ok(None);
    };
    let (name, address): (String, String) = (person.get(0), person.get(1));
    let ours = tx
        .execute(
            "update mail set name = $3, address = $4
              where id = $1 and lease_token = $2 and state in ('queued', 'deferred')",
            &[&mail, &token, &name, &address],
        )
        .await
        .map_err(doing())?;
    if ours == 0 {
        return Ok(None);
    }
    tx.commit().await.map_err(doing())?;
    Ok(Some(ReportFacts { name, address, ..report }))
}

/// The figures of all are for those who lead and watch, those of a ministry's own inquiries for its executors besides.
fn may_see(roles: &[String], ministry: Option<&str>, content: &ReportContent) -> bool {
    let has = |role: Role| roles.iter().any(|known| known == role.code());
    let sees_all = [Role::Head, Role::Control, Role::Auditor, Role::Admin].into_iter().any(has);
    sees_all || (has(Role::Executor) && content.ministry.is_some() && content.ministry.as_deref() == ministry)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_report_goes_to_whoever_may_still_see_what_it_says() {
        let content = |ministry: Option<&str>| ReportContent {
            from: date(2023, 9, 1),
            until: date(2023, 9, 30),
            ministry: ministry.map(str::to_owned),
            heads: Vec::new(),
            rows: Vec::new(),
            page: String::new(),
        };
        let roles = |roles: &[&str]| roles.iter().map(|role| (*role).to_owned()).collect::<Vec<_>>();
        assert!(may_see(&roles(&["clerk", "auditor"]), None, &content(None)));
        assert!(!may_see(&roles(&["clerk"]), None, &content(None)));
        assert!(!may_see(&roles(&["executor"]), Some("mfa"), &content(None)));
        assert!(may_see(&roles(&["executor"]), Some("mfa"), &content(Some("mfa"))));
        assert!(!may_see(&roles(&["executor"]), Some("mof"), &content(Some("mfa"))));
        assert!(!may_see(&roles(&["executor"]), None, &content(Some("mfa"))));
    }
}

//! What follows for a mail of ours from one that came: its row, the report to its inquiry, and that this is done, all or none.

use deadpool_postgres::{Pool, Transaction};
use lettre::Address;
use uuid::Uuid;

use super::Moment;
use super::parsed::{Parsed, Unreadable};
use super::report::{Action, Told};
use super::sorted::{About, Sorted};
use crate::error::{DispatchError, database};
use crate::text::without_address;

/// What becomes of a mail of which a server says something. A function of values: the table of docs/adr/0024-inbound-mail.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// It stays where it is.
    Stays,
    /// It is not settled whether it has gone at all: later.
    Waits,
    /// It stands so now.
    Is(&'static str),
}

fn next(state: &str, action: Action) -> Next {
    match (state, action) {
        ("transmitting", _) => Next::Waits,
        ("accepted" | "relayed" | "delivered" | "unknown", Action::Failed) => Next::Is("bounced"),
        ("accepted" | "relayed" | "unknown", Action::Delivered) => Next::Is("delivered"),
        ("accepted" | "unknown", Action::Relayed) => Next::Is("relayed"),
        // Who is late with it has it.
        ("unknown", Action::Delayed) => Next::Is("accepted"),
        _ => Next::Stays,
    }
}

/// A mail that could not be read.
pub(super) async fn unreadable(pool: &Pool, inbound: i64, why: Unreadable, now: Moment) -> Result<(), DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "update inbound_mail set class = 'unreadable', error = $2, processed_at = $3
              where id = $1 and processed_at is null",
            &[&inbound, &why.code(), &now],
        )
        .await
        .map_err(database("note that a mail cannot be read"))?;
    Ok(())
}

/// Writes down what follows; false when it has to wait.
pub(super) async fn settle(
    pool: &Pool,
    inbound: i64,
    sorted: &Sorted,
    parsed: &Parsed,
    copies_to: Option<&Address>,
    now: Moment,
) -> Result<bool, DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("work on a mail that came"))?;
    let ours = tx
        .query_opt(
            "select from inbound_mail where id = $1 and processed_at is null for update skip locked",
            &[&inbound],
        )
        .await
        .map_err(database("work on a mail that came"))?;
    // Somebody else is at it, or was.
    if ours.is_none() {
        return Ok(true);
    }
    let (class, about, error) = match sorted {
        Sorted::Copy(about) => {
            notice(&tx, inbound, 1, *about, "copy", None, "", now).await?;
            ("copy", Some(*about), None)
        }
        Sorted::AutoReply(about) => {
            if let Some(about) = about {
                notice(&tx, inbound, 1, *about, "auto_reply", None, &parsed.subject, now).await?;
            }
            ("auto_reply", *about, None)
        }
        Sorted::Report { about: None, .. } => ("report", None, Some("about_none_of_ours")),
        Sorted::Report { about: Some(about), told } => {
            // What becomes of our own copy says nothing of the deputy's mail.
            let of_the_deputy: Vec<&Told> = told.iter().filter(|told| !is_ours(told, copies_to)).collect();
            for (n, told) in (1..).zip(&of_the_deputy) {
                if !apply(&tx, inbound, n, *about, told, now).await? {
                    return Ok(false);
                }
            }
            ("report", Some(*about), None)
        }
        // These are a clerk's.
        Sorted::Answer(_) | Sorted::Inquiry => return Ok(false),
    };
    // A report about one of ours bears its recipient's address: its words stand in its notices. What concerns none of ours is listed for clerks.
    let (sender, subject) = match sorted {
        Sorted::AutoReply(_) | Sorted::Report { about: None, .. } => {
            (parsed.sender.as_deref(), Some(parsed.subject.as_str()))
        }
        _ => (None, None),
    };
    tx.execute(
        "update inbound_mail
            set class = $2, mail = $3, error = $4, sender = $5, subject = $6, processed_at = $7
          where id = $1",
        &[&inbound, &class, &about.map(|about| about.mail), &error, &sender, &subject, &now],
    )
    .await
    .map_err(database("work on a mail that came"))?;
    tx.commit().await.map_err(database("work on a mail that came"))?;
    Ok(true)
}

/// Is it about the mailbox that gets our copies?
fn is_ours(told: &Told, copies_to: Option<&Address>) -> bool {
    let Some(ours) = copies_to else { return false };
    told.about.iter().filter_map(|address| address.rsplit_once('@')).any(|(local, domain)| {
        let local = local.split_once('+').map_or(local, |(local, _)| local);
        local.eq_ignore_ascii_case(ours.user()) && domain.eq_ignore_ascii_case(ours.domain())
    })
}

/// One thing that a server says of one mail of ours; false when it has to wait.
async fn apply(
    tx: &Transaction<'_>,
    inbound: i64,
    n: i32,
    about: About,
    told: &Told,
    now: Moment,
) -> Result<bool, DispatchError> {
    let row = tx
        .query_one(
            "select state, attempts, coalesce(relay, ''), message_id, address,
                    state in ('queued', 'deferred')
                    and (copy_missing_at is not null
                         or exists (select from mail_attempt a where a.mail = mail.id and a.step = 'unknown'))
               from mail where id = $1 for update",
            &[&about.mail],
        )
        .await
        .map_err(database("read a mail that a server speaks of"))?;
    let (state, attempts, relay, message_id): (&str, i32, &str, &str) =
        (row.get(0), row.get(1), row.get(2), row.get(3));
    // One that goes again because nobody knew its fate does not, once somebody knows.
    let goes_again: bool = row.get(5);
    let next = next(if goes_again { "unknown" } else { state }, told.action);
    if next == Next::Waits {
        return Ok(false);
    }
    let own: Option<&str> = row.get(4);
    let words = own.into_iter().chain(told.about.iter().map(String::as_str));
    let words = words.fold(told.words.clone(), |words, address| without_address(&words, address));
    notice(tx, inbound, n, about, told.action.code(), told.status.as_deref(), &words, now).await?;
    let Next::Is(becomes) = next else {
        if told.action == Action::Delayed && matches!(state, "accepted" | "relayed") {
            report(tx, about.mail, attempts, message_id, relay, told.action, &words, inbound, n, now).await?;
        }
        return Ok(true);
    };
    tx.execute(
        "update mail
            set state = $2, answer = $3, changed_at = $4, accepted_at = coalesce(accepted_at, $4),
                copy_missing_at = null, lease_owner = null, lease_until = null, lease_token = null
          where id = $1",
        &[&about.mail, &becomes, &words, &now],
    )
    .await
    .map_err(database("write down what a server says of a mail"))?;
    report(tx, about.mail, attempts, message_id, relay, told.action, &words, inbound, n, now).await?;
    Ok(true)
}

/// The report to the inquiry. Its command follows from the mail that came and what it says.
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
async fn report(
    tx: &Transaction<'_>,
    mail: i64,
    attempts: i32,
    message_id: &str,
    relay: &str,
    action: Action,
    words: &str,
    inbound: i64,
    n: i32,
    now: Moment,
) -> Result<(), DispatchError> {
    let came_back = action == Action::Failed;
    let kind = (!came_back).then(|| action.code());
    let stage = if came_back { "bounced" } else { "reported" };
    let command = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("mid:{message_id}?notice={inbound}.{n}").as_bytes());
    tx.execute(
        "insert into mail_report (mail, attempt, command, accepted, permanent, relay, stage, answer, at, notice)
         values ($1, $2, $3, false, $4, $5, $6, $7, $8, $9)
         on conflict (command) do nothing",
        &[&mail, &attempts.max(1), &command, &came_back, &relay, &stage, &words, &now, &kind],
    )
    .await
    .map_err(database("keep a report for the inquiry"))?;
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
async fn notice(
    tx: &Transaction<'_>,
    inbound: i64,
    n: i32,
    about: About,
    kind: &str,
    status: Option<&str>,
    words: &str,
    now: Moment,
) -> Result<(), DispatchError> {
    tx.execute(
        "insert into mail_notice (inbound, n, mail, kind, status, words, found_by, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (inbound, n) do nothing",
        &[&inbound, &n, &about.mail, &kind, &status, &words, &about.by.code(), &now],
    )
    .await
    .map_err(database("write down what came about a mail"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_believed_about_what_it_has_taken_and_nothing_is_taken_back() {
        use Action::{Delayed, Delivered, Failed, Relayed};
        let all = |state| [Delivered, Relayed, Delayed, Failed].map(|action| next(state, action));
        let is = Next::Is;
        assert_eq!(all("accepted"), [is("delivered"), is("relayed"), Next::Stays, is("bounced")]);
        assert_eq!(all("unknown"), [is("delivered"), is("relayed"), is("accepted"), is("bounced")]);
        assert_eq!(all("relayed"), [is("delivered"), Next::Stays, Next::Stays, is("bounced")]);
        assert_eq!(all("delivered"), [Next::Stays, Next::Stays, Next::Stays, is("bounced")]);
        assert_eq!(all("transmitting"), [Next::Waits; 4]);
        for settled in ["queued", "deferred", "refused", "dead", "cancelled", "written", "bounced"] {
            assert_eq!(all(settled), [Next::Stays; 4], "{settled}");
        }
    }

    #[test]
    fn what_becomes_of_our_own_copy_is_told_apart() {
        let told = |about: &str| Told {
            action: Action::Failed,
            status: None,
            words: String::new(),
            about: vec![about.to_owned()],
        };
        let ours: Address = "journal@ministry.test".parse().unwrap();
        assert!(is_ours(&told("Journal+17@MINISTRY.test"), Some(&ours)));
        assert!(!is_ours(&told("journalist@ministry.test"), Some(&ours)));
        assert!(!is_ours(&told("journal@parlam.test"), Some(&ours)));
        assert!(!is_ours(&told("journal+17@ministry.test"), None));
    }
}

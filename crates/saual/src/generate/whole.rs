//! The newest letters, made whole: what lies before the signatory when the history ends is signed, numbered and sent through the doors that people
//! use, with pages, seal and mails of its own.

use std::time::{Duration, Instant};

use anyhow::Context;
use directory::Language;
use serde_json::json;
use uuid::Uuid;

use super::accounts::{Accounts, CLERK, SIGNATORY};
use crate::demo::doors::{Answer, Ask, Doors};
use crate::demo::sha256_of;
use crate::installation::Installation;

/// So many at most: some stay on the desk, to be signed by whoever looks at the office.
const MOST: i64 = 24;
/// How long the mails of one letter may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Finishes them; answers how many.
pub(super) async fn finish(
    installation: &Installation,
    people: &Accounts,
    language: Language,
) -> anyhow::Result<usize> {
    let client = installation.pool.get().await?;
    // Half of what lies there, the oldest first.
    let sql = "with laid as (select inquiry, due from register where stage = 'for_signature' order by due, inquiry limit 2 * $1::bigint)
               select inquiry from laid order by due, inquiry limit (select (count(*) + 1) / 2 from laid)";
    let laid: Vec<Uuid> = client.query(sql, &[&MOST]).await?.iter().map(|row| row.get(0)).collect();
    drop(client);
    let doors = Doors::new(format!("http://{}", installation.config.listen), people.tokens.clone(), language);
    let count = laid.len();
    // Asked from a thread of its own, so that doors and workers are not held up by their own guest.
    let work = tokio::task::spawn_blocking(move || {
        laid.iter().try_for_each(|inquiry| one(&doors, *inquiry).with_context(|| format!("the letter of {inquiry}")))
    });
    work.await.context("the thread broke off")??;
    Ok(count)
}

fn one(doors: &Doors, inquiry: Uuid) -> anyhow::Result<()> {
    let history = doors.look(CLERK, &format!("/inquiries/{inquiry}/events"))?;
    let events = history.body["events"].as_array().context("the history is no list")?;
    let draft = events.iter().rev().find(|event| event["type"] == "draft_revised").context("there is no draft")?;
    let (version, hash) = (draft["payload"]["version"].clone(), draft["payload"]["content_hash"].clone());
    let mut seen = events.last().and_then(|event| event["version"].as_u64()).context("an event without version")?;
    let pdf = doors.fetch(SIGNATORY, &format!("/inquiries/{inquiry}/reply.pdf"))?;
    let sign = json!({ "version": version, "content_hash": hash, "pdf_sha256": sha256_of(&pdf) });
    for (account, command, body) in
        [(SIGNATORY, "sign", &sign), (CLERK, "assign-outgoing-number", &json!({})), (CLERK, "dispatch", &json!({}))]
    {
        let path = format!("/inquiries/{inquiry}/commands/{command}");
        let key = Uuid::new_v5(&inquiry, command.as_bytes());
        let answer: Answer = doors.ask(&Ask { account, path: &path, body, seen: Some(seen), key })?;
        seen = answer.version.context("an answer without ETag")?;
    }
    let since = Instant::now();
    loop {
        let answer = doors.look(CLERK, &format!("/inquiries/{inquiry}/events"))?;
        let events = answer.body["events"].as_array().context("the history is no list")?;
        let sent = events.iter().rev().find(|event| event["type"] == "dispatch_ordered").context("nothing was sent")?;
        let addressed = sent["payload"]["recipients"].as_array().context("no recipients")?;
        let wanted = addressed.iter().filter(|to| !to["email"].is_null()).count();
        let taken = events.iter().filter(|event| event["type"] == "reply_accepted").count();
        if taken >= wanted {
            return Ok(());
        }
        anyhow::ensure!(since.elapsed() < PATIENCE, "only {taken} of {wanted} mails were written");
        std::thread::sleep(Duration::from_millis(40));
    }
}

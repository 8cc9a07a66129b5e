//! `saual check`: configuration, database, templates, seal, signatures with whom they rest upon, mail relay, mailbox and identity provider, one line each.

mod signing;

use dispatch::notices::FindsNothing;
use std::sync::Arc;

use anyhow::Context;
use dispatch::message::Composer;
use eventstore::{Journal, PlaceState};
use inquiry::link::LinkKeys;
use jiff::Timestamp;

use readmodel::Guard;

use super::{in_runtime, print};
use crate::config::{Config, Mail, MailMode};
use crate::exit::{Answer, Stop};
use crate::installation::{Database, links, mail, no_cluster, records, seal, sign_in};

/// Prints a line for each part; the answer is no when any of them is wrong.
pub(super) fn run(config: &Config) -> Result<Answer, Stop> {
    let mut all_well = told("configuration", Ok(words_of(config)));
    all_well &= told("templates of letters", templates());
    all_well &= told("reference data", records_words(config));
    if !Database::exists(config)? {
        // Asked of a mistyped folder, neither a seal nor a database is made there.
        told("database", Err(anyhow::anyhow!(no_cluster(config))));
        return Ok(Answer::No);
    }
    all_well &= told("seal", seal_words(config));
    all_well &= signing::run(config);
    let keys = links::keys(config);
    all_well &= told("personal links", keys.as_ref().map(link_words).map_err(|error| anyhow::anyhow!("{error:#}")));
    // The database is started before the runtime, as everywhere: its server is a child of a thread that outlives both.
    match Database::start_or_join(config) {
        Err(error) => all_well &= told("database", Err(error)),
        Ok(database) => {
            let answer = in_runtime(async {
                let database_well = told("database", database_words(config, &database).await);
                let mailbox_well = match mailbox_words(config).await {
                    None => true,
                    Some(words) => told("mailbox", words),
                };
                let heads_well = match heads_words(config, &database).await {
                    None => true,
                    Some(words) => told("journal heads", words),
                };
                let relay_well = told("mail", mail_words(config, keys).await);
                let provider_well = match sign_in::provider(config) {
                    Ok(None) => true,
                    Ok(Some(provider)) => told("identity provider", provider.check().await.map_err(Into::into)),
                    Err(error) => told("identity provider", Err(error)),
                };
                Ok(if database_well && heads_well && relay_well && mailbox_well && provider_well {
                    Answer::Yes
                } else {
                    Answer::No
                })
            });
            all_well &= matches!(answer, Ok(Answer::Yes));
            database.stop()?;
        }
    }
    Ok(if all_well { Answer::Yes } else { Answer::No })
}

/// The configuration itself is wrong: nothing else can be tested.
pub(super) fn no_configuration(stop: &Stop) -> Answer {
    told("configuration", Err(anyhow::anyhow!(stop.sentence())));
    Answer::No
}

fn told(part: &str, result: anyhow::Result<String>) -> bool {
    match result {
        Ok(words) => {
            print(&format!("{part:<22} ok     {words}"));
            true
        }
        Err(error) => {
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            print(&format!("{part:<22} WRONG  {}", causes.join(": ")));
            false
        }
    }
}

fn words_of(config: &Config) -> String {
    let file = config.file.as_ref().map_or_else(|| "no file".to_owned(), |file| file.display().to_string());
    let digest = config.notices.at.strftime("%H:%M");
    format!(
        "{file}; data under {}; pages at {} ({}); digests at {digest} on working days",
        config.data.display(),
        config.public_url,
        config.listen
    )
}

fn records_words(config: &Config) -> anyhow::Result<String> {
    let directory = records::directory(config)?;
    let (holders, orders) =
        (directory.holders(), directory.holders().iter().filter(|holder| holder.ground.is_acting()));
    let table = config.office_holders.as_ref().map_or_else(|| "built in".to_owned(), |file| file.display().to_string());
    Ok(format!("{} rows of office holders ({table}), {} of them acting", holders.len(), orders.count()))
}

fn templates() -> anyhow::Result<String> {
    let found = letter::lint(None);
    anyhow::ensure!(
        found.faults.is_empty(),
        "{}",
        found.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    );
    Ok(format!("{} templates, no faults", found.templates))
}

fn seal_words(config: &Config) -> anyhow::Result<String> {
    let opened = seal::open(config)?;
    anyhow::ensure!(opened.complaints.is_empty(), "{}", opened.complaints.join("; "));
    seal::prove(config, &opened)?;
    let seal::Opened { seal, known, .. } = opened;
    if config.seal.level > signature::Level::B {
        let lasting =
            seal::lasting(config).context("the level of the settings needs timestamps, and no authority is named")?;
        lasting.timestamp(b"saual check", jiff::Timestamp::now()).map_err(anyhow::Error::msg)?;
    }
    let until = match web::office::seal::days_left(&seal, jiff::Timestamp::now()) {
        None => "without end".to_owned(),
        Some(days) if days < 0 => anyhow::bail!("the certificate has ended: `saual seal rotate` makes another"),
        Some(days) if days <= web::office::seal::NOTICE_DAYS => {
            format!("ENDS IN {days} DAYS: `saual seal rotate` makes another")
        }
        Some(_) => seal.not_after().map_or_else(String::new, |until| format!("valid until {}", until.strftime("%F"))),
    };
    let earlier = known.len() - 1;
    Ok(format!(
        "«{}», SHA-256 {}, {until}; {}; {}; {earlier} earlier certificates known",
        seal.subject(),
        seal.certificate_fingerprint()?,
        seal::place(config),
        config.seal.level,
    ))
}

fn link_words(keys: &LinkKeys) -> String {
    let count = keys.count();
    format!("{count} {}", if count == 1 { "key" } else { "keys" })
}

async fn database_words(config: &Config, database: &Database) -> anyhow::Result<String> {
    let mut client = database.connect().await?;
    let version: String =
        client.query_one("SHOW server_version", &[]).await.context("the database does not answer")?.get(0);
    let missing = schema::pending(&mut client).await.context("the migrations cannot be read")?;
    let where_it_is = match (&database.server, &config.database_url) {
        (Some(_), _) => "private",
        (None, Some(_)) => "by DATABASE_URL",
        (None, None) => "private, run by another saual",
    };
    anyhow::ensure!(
        missing.is_empty(),
        "PostgreSQL {version}, {where_it_is}: run `saual migrate` for {}",
        missing.join(", ")
    );
    let rows = match Guard::found(&client).await? {
        Guard::Server => "rows guarded by the server",
        Guard::Nobody => {
            "rows guarded by the program alone: let an administrator create the roles saual_reader and saual_overseer, grant them to this \
             login, and run what migrations/0014_rows.sql says of them"
        }
    };
    Ok(format!("PostgreSQL {version}, {where_it_is}, migrated; {rows}"))
}

/// None where heads are published nowhere.
async fn heads_words(config: &Config, database: &Database) -> Option<anyhow::Result<String>> {
    if config.publish.is_empty() {
        return None;
    }
    Some(
        async {
            let pool = eventstore::pool(&database.config, 1)?;
            let journal = Journal::open(pool, database.config.clone(), eventstore::Settings::MEASURED).await?;
            let places = journal.places().await;
            journal.close().await;
            published(config, &places?, Timestamp::now())
        }
        .await,
    )
}

/// What lies where; wrong when a place has got nothing for a day although it was tried, or nobody looks after it.
fn published(config: &Config, places: &[PlaceState], now: Timestamp) -> anyhow::Result<String> {
    let mut words = Vec::new();
    for place in &config.publish {
        let name = &place.name;
        let Some(state) = places.iter().find(|state| state.place == *name) else {
            words.push(format!("{name}: nothing yet"));
            continue;
        };
        let error = state.error.as_deref().unwrap_or_default();
        anyhow::ensure!(!state.is_silent(now), "{name} has got no head for a day: {error}");
        let is_looked_after = now.duration_since(state.looked_at).as_hours() < 24;
        anyhow::ensure!(
            is_looked_after,
            "nobody has looked after {name} since {}: does `saual work` run?",
            state.looked_at
        );
        words.push(match (&state.published_at, &state.error) {
            (_, Some(error)) => format!("{name}: block {}, tried again at {} ({error})", state.block, state.next_at),
            (Some(at), None) => format!("{name}: block {} at {at}", state.block),
            (None, None) => format!("{name}: nothing yet"),
        });
    }
    Ok(words.join("; "))
}

/// None where no mailbox is read.
async fn mailbox_words(config: &Config) -> Option<anyhow::Result<String>> {
    let inbox = config.mail.inbox.as_ref()?;
    Some(match mail::inbound(inbox) {
        Ok(inbound) => dispatch::check_mailbox(&inbound).await.map_err(Into::into),
        Err(error) => Err(error),
    })
}

async fn mail_words(config: &Config, keys: anyhow::Result<LinkKeys>) -> anyhow::Result<String> {
    let keys = keys.context("without keys of personal links no mail is made")?;
    let directory = records::directory(config)?;
    let settings =
        mail::settings(config, "check".to_owned(), Arc::new(keys), Arc::new(directory), Arc::new(FindsNothing))?;
    Composer::new(&settings).context("no mail can be made with these settings")?;
    let way = match config.mail.mode {
        MailMode::File => format!("written to {}, nothing leaves this machine", config.outbox().display()),
        MailMode::Redirect | MailMode::Smtp => dispatch::check_relay(&settings).await?,
    };
    Ok(format!("{way}; {}", how_mails_are_made(&config.mail)))
}

/// What stands in every mail and how fast they go, in a few words a setting.
fn how_mails_are_made(mail: &Mail) -> String {
    let mut words = vec![format!("from {}", mail.from), format!("letters up to {} MB are attached", mail.attach_up_to)];
    words.extend(mail.reply_to.as_ref().map(|to| format!("replies to {to}")));
    words.extend(mail.bounces.as_ref().map(|to| format!("bounces to {to}")));
    let again = if mail.resend_without_copy { "sent again without it" } else { "left to a person without it" };
    words.extend(
        mail.journal
            .as_ref()
            .map(|to| format!("a copy to {to} within {} s, of unknown fate {again}", mail.copy_grace.as_secs())),
    );
    words.push(match &mail.dkim {
        Some((selector, file)) => format!("signed (DKIM) as {selector} by {}", file.display()),
        None => "not signed (DKIM)".to_owned(),
    });
    words.extend(mail.smime.as_ref().map(|(_, file)| format!("signed (S/MIME) by whom {} names", file.display())));
    for (rate, what) in [(mail.rate, "relay"), (mail.domain_rate, "domain")] {
        words.push(rate.map_or_else(|| format!("no limit a {what}"), |rate| format!("{rate} a minute to a {what}")));
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn config<const N: usize>(variables: [(&str, &str); N]) -> Config {
        Config::read(&Environment::of(variables)).unwrap()
    }

    fn keys() -> anyhow::Result<LinkKeys> {
        Ok(LinkKeys::parse(&LinkKeys::line(jiff::Timestamp::UNIX_EPOCH, &[7; 32])).unwrap())
    }

    #[tokio::test]
    async fn the_settings_of_mails_are_told() {
        let config = config([
            ("SAUAL_MAIL_RATE", "60"),
            ("SAUAL_MAIL_ATTACH_UP_TO", "7"),
            ("SAUAL_MAIL_BOUNCES", "bounces@office.example"),
        ]);
        let words = mail_words(&config, keys()).await.unwrap();
        for told in
            ["nothing leaves", "up to 7 MB", "60 a minute to a relay", "no limit a domain", "not signed", "bounces@"]
        {
            assert!(words.contains(told), "{told}: {words}");
        }
    }

    #[tokio::test]
    async fn a_key_of_dkim_that_cannot_be_used_is_found_before_the_program_runs() {
        let config = config([("SAUAL_MAIL_DKIM_SELECTOR", "s1"), ("SAUAL_MAIL_DKIM_KEY_FILE", "/there/is/no.pem")]);
        let error = mail_words(&config, keys()).await.unwrap_err();
        assert!(format!("{error:#}").contains("DKIM"), "{error:#}");
    }
}

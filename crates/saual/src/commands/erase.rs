//! `saual erase`: a person's e-mail address made unreadable for good, in the journal by destroying the key, and everywhere else.

mod person;

use std::io::BufRead as _;
use std::time::Duration;

use anyhow::Context;
use deadpool_postgres::Pool;
use eventstore::privacy::erase::{EraseError, Erasure};
use eventstore::{CommandId, Journal, NewEvent, Origin, StreamWrite};
use inquiry::decide::erasure;
use inquiry::{Event, RecipientNo};
use jiff::Timestamp;
use readmodel::followers::Table;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{accounts, print, show, without_addresses, wrong_use};
use crate::cli::{Erase, Whose};
use crate::config::Config;
use crate::exit::{Answer, Stop};
use crate::installation::{Database, journal, records};
use person::{Person, Texts};

/// Connections of this command.
const CONNECTIONS: usize = 4;
/// How long it is waited for the tables to lose the address.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn run(config: &Config, database: &Database, asked: &Erase) -> Result<Answer, Stop> {
    let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
    let journal = journal::open(config, &pool, &database.config).await?;
    let answer = Desk { config, database, pool: &pool, journal: &journal }.erase(asked).await;
    journal.close().await;
    answer
}

/// Whom the words mean; wrong use when nobody.
pub(super) async fn whom(config: &Config, journal: &Journal, pool: &Pool, whose: &Whose) -> Result<Person, Stop> {
    match (&whose.deputy, &whose.inquiry, whose.recipient) {
        (Some(deputy), ..) => {
            let directory = records::ever_known(config, journal).await?;
            Ok(Person::deputy(journal, accounts::deputy(&directory, deputy)?).await?)
        }
        (None, Some(inquiry), Some(place)) => {
            let found = show::find(pool, inquiry).await?;
            let [inquiry] = found[..] else {
                return Err(wrong_use(match found.len() {
                    0 => format!("no inquiry is known as {inquiry}"),
                    _ => format!("several inquiries bear the number {inquiry}; give the id"),
                }));
            };
            let person = Person::at(journal, inquiry, RecipientNo(place)).await?;
            person.ok_or_else(|| wrong_use(format!("the list of {inquiry} has no place {place}")))
        }
        (None, ..) => Err(wrong_use("say whose: --deputy ID|NAME, or --inquiry NUMBER --recipient NO")),
    }
}

struct Desk<'a> {
    config: &'a Config,
    database: &'a Database,
    pool: &'a Pool,
    journal: &'a Journal,
}

impl Desk<'_> {
    async fn erase(&self, asked: &Erase) -> Result<Answer, Stop> {
        // The ground outlives the address, and stands beside its end.
        for (what, text) in [("--ground", &asked.ground), ("--by", &asked.by)] {
            without_addresses(what, text)?;
        }
        let person = whom(self.config, self.journal, self.pool, &asked.whose).await?;
        let subjects = person.subjects()?;
        let texts = person.texts(&subjects)?;
        let living = self.journal.living_subjects(&subjects).await.context("the keys cannot be read")?;
        if living.is_empty() && texts.addresses.is_empty() {
            print("nothing is left to erase: no address of theirs can be read");
            return Ok(Answer::Yes);
        }
        let Some(also) = self.allowed(&person, asked).await? else { return Ok(Answer::No) };
        say(&person, &texts);
        if !asked.yes && !confirmed()? {
            print("nothing was erased");
            return Ok(Answer::No);
        }
        let erasure = Erasure { origin: origin(asked), subjects, ground: asked.ground.clone(), also };
        match self.journal.erase(erasure).await {
            Ok(done) => print(&format!("erased; recorded up to position {}", done.last_position)),
            Err(EraseError::Held { subject, hold }) => {
                print(&format!("legal hold {} keeps {subject}: {}", hold.id, hold.reason));
                return Ok(Answer::No);
            }
            Err(error) => {
                return Err(anyhow::Error::new(error).context("nothing was erased, or it is not known").into());
            }
        }
        self.clean(&person, &texts).await?;
        Ok(Answer::Yes)
    }

    /// What is recorded in each inquiry; none when one of them still needs the address, which is said.
    async fn allowed(&self, person: &Person, asked: &Erase) -> Result<Option<Vec<StreamWrite>>, Stop> {
        let (mut writes, mut refused) = (Vec::new(), false);
        for one in &person.affected {
            match erasure::erase(&one.dossier, &one.places, &asked.ground) {
                Ok(event) => {
                    let event = Event::from(event);
                    let event = NewEvent {
                        event_type: event.stored_name().to_owned(),
                        schema_version: event.schema_version(),
                        payload: event.to_payload(),
                    };
                    let (stream, expected) = (one.stream.clone(), one.version);
                    writes.push(StreamWrite { stream, expected, events: vec![event] });
                }
                Err(owed) => {
                    print(&owed.to_string());
                    refused = true;
                }
            }
            let inquiry = one.dossier.inquiry;
            let under_way =
                dispatch::under_way(self.pool, inquiry, &one.places).await.context("the mails cannot be read")?;
            if under_way > 0 {
                print(&format!(
                    "{}: a mail to them has not settled yet; wait, or deliver it by hand",
                    one.dossier.intake.number
                ));
                refused = true;
            }
        }
        Ok((!refused).then_some(writes))
    }

    /// Whatever was derived from the address or copied from it.
    async fn clean(&self, person: &Person, texts: &Texts) -> Result<(), Stop> {
        let mut files = 0;
        for one in &person.affected {
            let written = dispatch::written(self.pool, one.dossier.inquiry, &one.places).await;
            for mail in written.context("the written mails cannot be listed")? {
                match std::fs::remove_file(mail.path(&self.config.outbox())) {
                    Ok(()) => files += 1,
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(error) => print(&format!("a file of the outbox could not be removed: {error}")),
                }
            }
        }
        print(&format!("files removed from the outbox: {files}"));
        let mut mails = 0;
        for address in &texts.addresses {
            mails += dispatch::inbound::forget_from(self.pool, address)
                .await
                .context("the mails that came cannot be erased")?;
        }
        print(&format!("mails from them in the office's mailbox whose words were removed: {mails}"));
        self.clear_desks(person).await?;
        if let Some(deputy) = person.deputy {
            let client = self.database.connect().await?;
            let accounts =
                web::accounts::forget_mailbox(&client, deputy).await.context("the accounts cannot be changed")?;
            print(&format!("mailboxes taken out of accounts: {accounts}"));
        }
        if let Err(error) = self.journal.scrub_keys().await {
            tracing::warn!(%error, "the table of keys could not be written anew; its old pages are let go at the next VACUUM");
        }
        self.wait_for_tables().await?;
        self.say_what_remains(texts).await
    }

    /// What people were writing about these inquiries may name the address; nothing is owed there any more.
    async fn clear_desks(&self, person: &Person) -> Result<(), Stop> {
        let client = self.database.connect().await?;
        let mut cleared = 0;
        for one in &person.affected {
            let here = web::desk::clear(&client, one.dossier.inquiry).await;
            cleared += here.context("the texts in writing cannot be cleared")?;
        }
        print(&format!("texts in writing and comments removed: {cleared}"));
        Ok(())
    }

    async fn wait_for_tables(&self) -> Result<(), Stop> {
        let head = self.journal.head().await.context("the journal cannot be read")?.position;
        let names = Table::ALL.iter().map(|table| table.name()).chain([dispatch::reactions::FOLLOWER]);
        for name in names {
            if let Err(error) = self.journal.wait_for(name, head, PATIENCE).await {
                print(&format!("the tables lose the address when the workers run: {error}"));
                return Ok(());
            }
        }
        print("the tables have lost the address");
        Ok(())
    }

    async fn say_what_remains(&self, texts: &Texts) -> Result<(), Stop> {
        let (mut streams, mut answers) = (0, 0);
        for address in &texts.addresses {
            streams += self.journal.streams_with(address).await.context("the journal cannot be searched")?.len();
            answers += dispatch::answers_with(self.pool, address).await.context("the mails cannot be searched")?;
        }
        if texts.plain > 0 {
            print(&format!(
                "not erased: {} places of the journal that were written in plain text before addresses were sealed",
                texts.plain
            ));
        }
        if streams > 0 || answers > 0 {
            print(&format!(
                "the address still stands in the text of {streams} streams and {answers} answers of mail servers"
            ));
        }
        print(
            "not reached from here: backups, the database's write-ahead log, what mail relays keep, the records that are built in or in the office's own table",
        );
        Ok(())
    }
}

fn say(person: &Person, texts: &Texts) {
    let names: Vec<&str> = person.names().into_iter().collect();
    print(&format!("the e-mail address of {}", names.join(" / ")));
    for one in &person.affected {
        let places: Vec<String> = one.places.iter().map(ToString::to_string).collect();
        let intake = &one.dossier.intake;
        print(&format!("  {}  {}  place {}  {}", intake.number, intake.dated, places.join(", "), intake.subject));
    }
    print(&format!("  sealed in {} places of the journal, in plain text in {}", texts.sealed, texts.plain));
}

fn confirmed() -> Result<bool, Stop> {
    print("this cannot be undone; type `erase` to go on");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("nobody answers on standard input; use --yes")?;
    Ok(line.trim() == "erase")
}

fn origin(asked: &Erase) -> Origin {
    let command = Uuid::now_v7();
    Origin {
        actor: asked.by.clone(),
        at: Timestamp::now(),
        command: CommandId(command),
        request: Sha256::digest(format!("erase\n{:?}\n{}", asked.whose, asked.ground)).into(),
        correlation: command,
        causation: None,
    }
}

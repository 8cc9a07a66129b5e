//! `saual user …`, `saual token add`.

use std::collections::BTreeSet;

use anyhow::Context as _;
use deadpool_postgres::Pool;
use directory::accounts::{AccountRefusal, Ask, Standing};
use directory::{DeputyId, Directory, Language, MinistryCode, PersonId, Role};
use eventstore::Journal;
use jiff::Timestamp;
use web::accounts::books::Secret;
use web::accounts::password::{Hashed, Password};
use web::accounts::{AccountError, identity, listing, token};
use web::office::accounts::{Books, BooksError, Changed, Order, operator};

use super::{print, wrong_use};
use crate::cli::{UserAdd, UserLink};
use crate::config::Config;
use crate::exit::{Answer, Stop};
use crate::installation::{Database, journal, records};

/// Connections of these commands: one reads what is known while the journal asks for another.
const CONNECTIONS: usize = 4;

/// Why something is done that is asked for here; who asks is known to whoever runs the installation alone.
const WHY: &str = "asked for at the command line of the installation";

/// The books of accounts, opened for one change.
struct Ledger {
    pool: Pool,
    journal: Journal,
}

impl Ledger {
    async fn open(config: &Config, database: &Database) -> Result<Self, Stop> {
        database.migrate().await?;
        let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
        let journal = journal::open(config, &pool, &database.config).await?;
        Ok(Self { pool, journal })
    }

    fn books(&self) -> Books<'_> {
        Books { pool: &self.pool, journal: &self.journal }
    }

    /// Makes a change; none where nothing would change.
    async fn change(&self, name: &str, ask: Ask, secret: Secret) -> Result<Option<Changed>, Stop> {
        let order = Order { account: name.to_owned(), ask, why: WHY.to_owned(), secret };
        match self.books().change(&operator(Timestamp::now()), &order).await {
            Ok(changed) => Ok(Some(changed)),
            Err(BooksError::Refused(AccountRefusal::NothingChanges)) => Ok(None),
            Err(error) => Err(not_changed(error)),
        }
    }

    async fn close(self) {
        self.journal.close().await;
    }
}

/// One change of an account, from opening its books to closing them.
async fn change(
    config: &Config,
    database: &Database,
    name: &str,
    ask: Ask,
    secret: Secret,
) -> Result<Option<Changed>, Stop> {
    let ledger = Ledger::open(config, database).await?;
    let changed = ledger.change(name, ask, secret).await;
    ledger.close().await;
    changed
}

/// Opens an account; the password is the given one, or a drawn one that is printed once.
pub(super) async fn add_user(
    config: &Config,
    database: &Database,
    asked: &UserAdd,
    given: Option<String>,
) -> Result<Answer, Stop> {
    database.migrate().await?;
    let directory = records::of_database(config, database).await?;
    let (name, standing) = (&asked.name, standing(&directory, asked)?);
    let today = inquiry::time::day_of(Timestamp::now());
    standing.begins_on(None, &directory, today).map_err(|why| not_changed(why.into()))?;
    if let Some(email) = &asked.email {
        email.parse::<inquiry::email::Email>().map_err(|error| refused(AccountError::BadEmail(error)))?;
    }
    let drawn = given.is_none();
    let password = given_or_drawn(given, &[name, &standing.full_name])?;
    let hashed = Hashed::of(&password).map_err(|error| Stop::Outside(error.into()))?;
    let signs_nothing = standing.roles.contains(&Role::Signatory) && standing.person.is_none();
    let ledger = Ledger::open(config, database).await?;
    let by = operator(Timestamp::now());
    let opened = ledger.books().open(&by, name, standing, WHY, Secret::Password(hashed)).await.map_err(not_changed);
    let written = match (&opened, &asked.email) {
        (Ok(_), Some(email)) => {
            ledger.change(name, Ask::ChangeMailbox, Secret::Mailbox(Some(email.clone()))).await.map(drop)
        }
        (Ok(_), None) | (Err(_), _) => Ok(()),
    };
    ledger.close().await;
    opened?;
    written?;
    print(&format!("account {name}: {}", asked.roles.join(", ")));
    if signs_nothing {
        print(&format!("it signs nothing yet: `saual user person {name} CODE` says whose name its letters bear"));
    }
    if drawn {
        print(&format!("password, shown this once: {}", password.reveal()));
    }
    Ok(Answer::Yes)
}

fn given_or_drawn(given: Option<String>, about: &[&str]) -> Result<Password, Stop> {
    match given {
        Some(text) => Password::chosen(text, about).map_err(|weak| wrong_use(format!("SAUAL_PASSWORD: {weak}"))),
        None => Password::drawn().map_err(|error| Stop::Outside(error.into())),
    }
}

/// Gives an account another password: the given one, or a drawn one that is printed once.
pub(super) async fn new_password(
    config: &Config,
    database: &Database,
    name: &str,
    given: Option<String>,
) -> Result<Answer, Stop> {
    let drawn = given.is_none();
    let password = given_or_drawn(given, &[name])?;
    let hashed = Hashed::of(&password).map_err(|error| Stop::Outside(error.into()))?;
    change(config, database, name, Ask::ReplacePassword, Secret::Password(hashed)).await?;
    print(&format!("account {name}: it has another password; its sessions have ended"));
    if drawn {
        print(&format!("password, shown this once: {}", password.reveal()));
    }
    Ok(Answer::Yes)
}

/// Sets or takes away the address that an account's owner is written to.
pub(super) async fn mailbox(
    config: &Config,
    database: &Database,
    name: &str,
    address: Option<&str>,
) -> Result<Answer, Stop> {
    if let Some(email) = address {
        email.parse::<inquiry::email::Email>().map_err(|error| refused(AccountError::BadEmail(error)))?;
    }
    change(config, database, name, Ask::ChangeMailbox, Secret::Mailbox(address.map(str::to_owned))).await?;
    print(&format!("account {name}: {}", address.map_or("is not written to", |_| "has another address")));
    Ok(Answer::Yes)
}

/// Says which person of the directory a signatory is, or that it is nobody.
pub(super) async fn person_of(
    config: &Config,
    database: &Database,
    name: &str,
    wanted: Option<&str>,
) -> Result<Answer, Stop> {
    database.migrate().await?;
    let directory = records::of_database(config, database).await?;
    let found = wanted.map(|wanted| person(&directory, wanted)).transpose()?;
    let ledger = Ledger::open(config, database).await?;
    let person = found.as_ref().map(|(id, _)| *id);
    let changed = match ledger.books().candidate(name).await {
        Ok(known) => {
            ledger.change(name, Ask::Change(Standing { person, ..known.standing }), Secret::None).await.map(drop)
        }
        Err(error) => Err(not_changed(error)),
    };
    ledger.close().await;
    changed?;
    print(&match found {
        Some((id, printed)) => format!("account {name}: signs as {printed} ({id})"),
        None => format!("account {name}: signs nothing"),
    });
    Ok(Answer::Yes)
}

/// Takes a second factor away whose app was lost; the answer is no when there was none.
pub(super) async fn second_factor_off(config: &Config, database: &Database, name: &str) -> Result<Answer, Stop> {
    database.migrate().await?;
    let client = database.connect().await?;
    let found = listing::one(&client, name, Timestamp::now()).await.map_err(refused)?;
    drop(client);
    let was_on = found.is_some_and(|found| found.has_factor);
    let ask = if was_on { Ask::ResetSecondFactor } else { Ask::EndSessions };
    change(config, database, name, ask, Secret::None).await?;
    let words = if was_on { "its second factor is off" } else { "it had no second factor" };
    print(&format!("account {name}: {words}; its sessions have ended"));
    Ok(if was_on { Answer::Yes } else { Answer::No })
}

/// Links an identity at the provider to an account, or takes the link away.
pub(super) async fn link(
    config: &Config,
    database: &Database,
    asked: &UserLink,
    is_to_be: bool,
) -> Result<Answer, Stop> {
    let configured = config.oidc.as_ref().map(|oidc| oidc.issuer.as_str());
    let issuer = asked.issuer.as_deref().or(configured);
    let issuer = issuer.ok_or_else(|| wrong_use("no provider is configured (oidc.issuer); name it with --issuer"))?;
    identity::check(issuer, &asked.subject).map_err(refused)?;
    let (name, subject) = (&asked.name, &asked.subject);
    if is_to_be {
        change(config, database, name, Ask::Link(issuer.to_owned()), Secret::Linked(subject.clone())).await?;
        print(&format!("account {name}: linked to {subject} at {issuer}"));
        return Ok(Answer::Yes);
    }
    let unlinked =
        change(config, database, name, Ask::Unlink(issuer.to_owned()), Secret::Unlinked(subject.clone())).await?;
    let words = if unlinked.is_some() { "no longer linked; its sessions have ended" } else { "was not linked" };
    print(&format!("account {name}: {words}"));
    Ok(if unlinked.is_some() { Answer::Yes } else { Answer::No })
}

/// Makes a token and prints it, once.
pub(super) async fn add_token(config: &Config, database: &Database, name: &str, label: &str) -> Result<Answer, Stop> {
    token::check(label).map_err(refused)?;
    let (secret, hash) = token::draw().map_err(refused)?;
    change(config, database, name, Ask::MakeToken(label.to_owned()), Secret::Token(hash)).await?;
    print(&format!("token of {name} for {label}, shown this once: {}", secret.reveal()));
    Ok(Answer::Yes)
}

fn standing(directory: &Directory, asked: &UserAdd) -> Result<Standing, Stop> {
    let mut roles = BTreeSet::new();
    for role in &asked.roles {
        roles.insert(role.parse::<Role>().map_err(|_| {
            let known: Vec<&str> = Role::ALL.iter().map(|role| role.code()).filter(|code| *code != "system").collect();
            wrong_use(format!("`{role}` is no role; the roles are {}", known.join(", ")))
        })?);
    }
    let ministry = asked.ministry.as_deref().map(|code| ministry(directory, code)).transpose()?;
    Ok(Standing {
        full_name: asked.full_name.clone().unwrap_or_else(|| asked.name.clone()),
        roles,
        ministry,
        deputy: asked.deputy.as_deref().map(|wanted| deputy(directory, wanted)).transpose()?,
        person: asked.person.as_deref().map(|wanted| person(directory, wanted)).transpose()?.map(|(id, _)| id),
        language: Language::Kk,
    })
}

fn ministry(directory: &Directory, code: &str) -> Result<MinistryCode, Stop> {
    let parsed = code.parse::<MinistryCode>().ok();
    parsed.filter(|parsed| directory.ministry(parsed).is_some()).ok_or_else(|| {
        // A ministry that was renamed has a record for each of its names.
        let known: BTreeSet<&str> = directory.ministries().iter().map(|ministry| ministry.code.as_str()).collect();
        let known: Vec<&str> = known.into_iter().collect();
        wrong_use(format!("`{code}` is no ministry's code; the codes are {}", known.join(", ")))
    })
}

/// By id, or by a name that one deputy alone bears.
pub(super) fn deputy(directory: &Directory, wanted: &str) -> Result<DeputyId, Stop> {
    let id = wanted.parse::<DeputyId>().ok();
    let mut found: Vec<DeputyId> = directory
        .deputies()
        .iter()
        .filter(|deputy| Some(deputy.id) == id || deputy.name.kk == wanted || deputy.name.ru == wanted)
        .map(|deputy| deputy.id)
        .collect();
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(wrong_use(format!(
            "the directory has no deputy `{wanted}`; write the name as the list prints it, or the id"
        ))),
        [_, _, ..] => Err(wrong_use(format!("several deputies are called `{wanted}`; give the id"))),
    }
}

/// Somebody who holds or held an office, with the name that letters print: by id, or by a name that one person alone bears.
fn person(directory: &Directory, wanted: &str) -> Result<(PersonId, String), Stop> {
    let id = wanted.parse::<PersonId>().ok();
    let found: BTreeSet<PersonId> = directory
        .holders()
        .iter()
        .filter(|holder| Some(holder.person) == id || holder.name.spellings().any(|name| name == wanted))
        .map(|holder| holder.person)
        .collect();
    let known: Vec<PersonId> = found.into_iter().collect();
    match known.as_slice() {
        [one] => Ok((*one, directory.person(*one).map_or_else(String::new, |holder| holder.name.kk.clone()))),
        [] => Err(wrong_use(format!(
            "nobody in the directory holds or held an office as `{wanted}`; write the name as letters print it, or the id"
        ))),
        [_, _, ..] => Err(wrong_use(format!("several office holders are called `{wanted}`; give the id"))),
    }
}

fn not_changed(error: BooksError) -> Stop {
    match error {
        BooksError::Account(error) => refused(error),
        BooksError::Refused(_) | BooksError::NamesAddress | BooksError::Stale(_) => wrong_use(error.to_string()),
        BooksError::Append(_) | BooksError::Store(_) | BooksError::Pool(_) | BooksError::Row(_) => {
            Stop::Outside(error.into())
        }
    }
}

fn refused(error: AccountError) -> Stop {
    match error {
        AccountError::Database(_) | AccountError::Secret(_) | AccountError::OtherKey | AccountError::Unreadable(_) => {
            Stop::Outside(error.into())
        }
        AccountError::BadName
        | AccountError::BadFullName
        | AccountError::BadEmail(_)
        | AccountError::BadRoles
        | AccountError::MinistryMismatch
        | AccountError::DeputyMismatch
        | AccountError::PersonMismatch
        | AccountError::NameTaken(_)
        | AccountError::NoSuchAccount(_)
        | AccountError::BadIdentity
        | AccountError::IdentityTaken
        | AccountError::BadLabel
        | AccountError::WeakPassword(_) => wrong_use(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_holder_is_found_by_id_and_by_the_name_that_letters_print() {
        let directory = Directory::embedded().unwrap();
        let (id, printed) = person(&directory, "А. Смаилов").unwrap();
        assert_eq!(printed, "Ә. Смайылов");
        assert_eq!(person(&directory, &id.to_string()).unwrap(), (id, printed));
        for unknown in ["Смайылов", "", "00000000-0000-0000-0000-000000000000"] {
            let Err(Stop::Use(error)) = person(&directory, unknown) else { panic!("{unknown} was found") };
            assert!(error.contains("as letters print it"), "{error}");
        }
    }
}

//! The people of the story: an account for each role, with a password that is drawn once per folder and a token per telling.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use directory::{DeputyId, Directory, Language, PersonId, Role};
use jiff::Timestamp;
use tokio_postgres::Client;
use web::accounts::{self, AccountError, NewAccount, password::Password};

pub(super) const CLERK: &str = "clerk";
pub(super) const CONTROL: &str = "control";
pub(super) const HEAD: &str = "head";
pub(super) const LEAD: &str = "lead";
pub(super) const MFA: &str = "mfa";
pub(super) const APPROVER_LEGAL: &str = "legal";
pub(super) const APPROVER_LANGUAGE: &str = "language";
pub(super) const APPROVER_OFFICE: &str = "office";
pub(super) const SIGNATORY: &str = "signatory";
/// Who signs what is opened after the story: the letters of a later day name a later holder of the office.
const SIGNATORY_NOW: &str = "premier";
pub(super) const DEPUTY: &str = "deputy";
const AUDITOR: &str = "auditor";
const ADMIN: &str = "admin";

/// Label of the tokens of the telling; the ones of an earlier telling are taken back.
const LABEL: &str = "demo";

/// A person of the story.
struct Person {
    name: &'static str,
    full_name: &'static str,
    role: Role,
    ministry: Option<&'static str>,
}

const PEOPLE: [Person; 13] = [
    person(CLERK, "Тіркеуші (Үкімет Аппараты)", Role::Clerk),
    person(CONTROL, "Бақылау қызметі", Role::Control),
    person(HEAD, "Үкімет Аппаратының басшысы", Role::Head),
    Person {
        name: LEAD, full_name: "Ж. Даулетханова (Еңбекмині)", role: Role::Executor, ministry: Some("mlsp")
    },
    Person { name: MFA, full_name: "Орындаушы (СІМ)", role: Role::Executor, ministry: Some("mfa") },
    person(APPROVER_LEGAL, "Заң бөлімі", Role::Approver),
    person(APPROVER_LANGUAGE, "Мемлекеттік тіл бөлімі", Role::Approver),
    person(APPROVER_OFFICE, "Үкімет Аппараты, келісуші", Role::Approver),
    person(SIGNATORY, "Ә. Смайылов", Role::Signatory),
    person(SIGNATORY_NOW, "О. Бектенов", Role::Signatory),
    person(DEPUTY, "Н. Сәрсенғалиев", Role::Deputy),
    person(AUDITOR, "Аудитор", Role::Auditor),
    person(ADMIN, "Әкімші", Role::Admin),
];

const fn person(name: &'static str, full_name: &'static str, role: Role) -> Person {
    Person { name, full_name, role, ministry: None }
}

/// The accounts as the story uses them.
pub(super) struct Accounts {
    /// A token for each account.
    pub tokens: BTreeMap<String, String>,
    /// The one password of all of them.
    pub password: String,
}

/// Names, roles and whom each account is of, for the last lines of the demonstration.
pub(super) fn names() -> Vec<(&'static str, Role, &'static str)> {
    PEOPLE.iter().map(|person| (person.name, person.role, person.full_name)).collect()
}

/// Opens the accounts that are missing and makes a token for each.
pub(super) async fn open(client: &Client, directory: &Directory, data: &Path) -> anyhow::Result<Accounts> {
    let password = password(data)?;
    let typed = Password::chosen(password.clone(), &[]).context("the drawn password is too weak")?;
    let now = Timestamp::now();
    let mut tokens = BTreeMap::new();
    for person in &PEOPLE {
        let account = account(person, directory)?;
        match accounts::add(client, &account, Some(&typed), now).await {
            Ok(_) => {}
            // Opened by an earlier telling, perhaps before accounts named persons.
            Err(AccountError::NameTaken(_)) => accounts::set_person(client, person.name, account.person).await?,
            Err(error) => {
                return Err(error).with_context(|| format!("the account {} could not be opened", person.name));
            }
        }
        accounts::token::revoke(client, person.name, LABEL, now).await?;
        let token = accounts::token::add(client, person.name, LABEL, now).await?;
        tokens.insert(person.name.to_owned(), token.reveal().to_owned());
    }
    Ok(Accounts { tokens, password })
}

/// The tokens of the telling open nothing once it is over.
pub(super) async fn close(client: &Client) -> anyhow::Result<()> {
    for person in &PEOPLE {
        accounts::token::revoke(client, person.name, LABEL, Timestamp::now()).await?;
    }
    Ok(())
}

fn account(person: &Person, directory: &Directory) -> anyhow::Result<NewAccount> {
    Ok(NewAccount {
        name: person.name.to_owned(),
        full_name: person.full_name.to_owned(),
        roles: BTreeSet::from([person.role]),
        ministry: person.ministry.map(str::parse).transpose().context("a ministry's code of the story is wrong")?,
        deputy: match person.role {
            Role::Deputy => Some(deputy(directory, person.full_name)?),
            Role::Clerk
            | Role::Control
            | Role::Head
            | Role::Executor
            | Role::Approver
            | Role::Signatory
            | Role::Auditor
            | Role::Admin
            | Role::System => None,
        },
        person: match person.role {
            Role::Signatory => Some(office_holder(directory, person.full_name)?),
            Role::Clerk
            | Role::Control
            | Role::Head
            | Role::Executor
            | Role::Approver
            | Role::Deputy
            | Role::Auditor
            | Role::Admin
            | Role::System => None,
        },
        // A domain that the standards reserve (RFC 2606), and mail is only written to files here. A deputy's address is the directory's.
        email: (person.role != Role::Deputy).then(|| format!("{}@saual.example", person.name)),
        language: Language::Kk,
    })
}

fn deputy(directory: &Directory, name: &str) -> anyhow::Result<DeputyId> {
    let found = directory.deputies().iter().find(|deputy| deputy.name.kk == name);
    Ok(found.with_context(|| format!("the reference data has no deputy {name}"))?.id)
}

fn office_holder(directory: &Directory, name: &str) -> anyhow::Result<PersonId> {
    let found = directory.holders().iter().find(|holder| holder.name.kk == name);
    Ok(found.with_context(|| format!("the reference data has no office holder {name}"))?.person)
}

/// The password of this folder: drawn the first time, read afterwards, so that a second telling opens the same accounts.
pub(crate) fn password(data: &Path) -> anyhow::Result<String> {
    let file = data.join("password");
    match std::fs::read_to_string(&file) {
        Ok(password) if !password.trim().is_empty() => return Ok(password.trim().to_owned()),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
    let drawn = Password::drawn()?.reveal().to_owned();
    let half = data.join("password.half");
    let mut out = std::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&half)?;
    writeln!(out, "{drawn}")?;
    out.sync_all()?;
    std::fs::rename(&half, &file)?;
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_holds_the_office_has_an_account_on_every_day_of_the_demonstration() {
        let directory = Directory::embedded().unwrap();
        let office = "prime_minister".parse().unwrap();
        for day in [jiff::civil::date(2023, 10, 5), jiff::civil::date(2026, 11, 1)] {
            let holder = directory.holder_at(&office, day.at(12, 0, 0, 0)).unwrap().name.kk.clone();
            let signs = |person: &&Person| person.role == Role::Signatory && person.full_name == holder.as_str();
            assert!(PEOPLE.iter().any(|person| signs(&person)), "{day}: {holder}");
        }
    }
}

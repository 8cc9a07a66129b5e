//! The people of a made-up office: an account for everybody whom the history names, with a password that is drawn once per folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use directory::{DeputyId, Directory, Language, PersonId, Role};
use jiff::Timestamp;
use tokio_postgres::Client;
use web::accounts::{self, AccountError, NewAccount, password::Password};

use crate::demo::accounts::password;

pub(super) const CLERK: &str = "clerk";
pub(super) const SIGNATORY: &str = "premier";

/// Label of the tokens by which the newest letters are finished.
const LABEL: &str = "generate";

/// Roles that are bound to nothing, and who has them.
const PEOPLE: [(&str, &str, Role); 9] = [
    (CLERK, "Тіркеуші (Үкімет Аппараты)", Role::Clerk),
    ("control", "Бақылау қызметі", Role::Control),
    ("head", "Үкімет Аппаратының басшысы", Role::Head),
    ("legal", "Заң бөлімі", Role::Approver),
    ("language", "Мемлекеттік тіл бөлімі", Role::Approver),
    ("finance", "Қаржы бөлімі", Role::Approver),
    ("office", "Үкімет Аппараты, келісуші", Role::Approver),
    ("auditor", "Аудитор", Role::Auditor),
    ("admin", "Әкімші", Role::Admin),
];

/// The accounts, while the newest letters are finished.
pub(super) struct Accounts {
    pub(super) tokens: BTreeMap<String, String>,
    pub(super) password: String,
}

/// Names, roles and whom each account is of.
pub(super) fn names() -> Vec<(String, Role, String)> {
    let mut names: Vec<_> =
        PEOPLE.iter().map(|(name, full, role)| ((*name).to_owned(), *role, (*full).to_owned())).collect();
    names.push((SIGNATORY.to_owned(), Role::Signatory, "Қазіргі Премьер-Министр".to_owned()));
    names.push(("deputy".to_owned(), Role::Deputy, synthetic::texts::deputy(0).0));
    names.extend(ministries().into_iter().map(|code| (format!("executor-{code}"), Role::Executor, code.to_owned())));
    names
}

/// Every ministry that a history may name.
fn ministries() -> BTreeSet<&'static str> {
    let themes = (0..synthetic::texts::THEMES).map(synthetic::texts::theme);
    themes.flat_map(|theme| theme.helpers.iter().copied().chain([theme.lead])).collect()
}

/// Opens those that are missing.
pub(super) async fn open(client: &Client, directory: &Directory, data: &Path) -> anyhow::Result<Accounts> {
    let password = password(data)?;
    let typed = Password::chosen(password.clone(), &[]).context("the drawn password is too weak")?;
    let now = Timestamp::now();
    let mut tokens = BTreeMap::new();
    for (name, role, full_name) in names() {
        let account = account(&name, role, full_name, directory)?;
        match accounts::add(client, &account, Some(&typed), now).await {
            Ok(_) | Err(AccountError::NameTaken(_)) => {}
            Err(error) => return Err(error).with_context(|| format!("the account {name} could not be opened")),
        }
        if [CLERK, SIGNATORY].contains(&name.as_str()) {
            accounts::token::revoke(client, &name, LABEL, now).await?;
            let token = accounts::token::add(client, &name, LABEL, now).await?;
            tokens.insert(name, token.reveal().to_owned());
        }
    }
    Ok(Accounts { tokens, password })
}

/// The tokens open nothing once the letters are finished.
pub(super) async fn close(client: &Client) -> anyhow::Result<()> {
    for name in [CLERK, SIGNATORY] {
        accounts::token::revoke(client, name, LABEL, Timestamp::now()).await?;
    }
    Ok(())
}

fn account(name: &str, role: Role, full_name: String, directory: &Directory) -> anyhow::Result<NewAccount> {
    let ministry = name.strip_prefix("executor-").map(directory::MinistryCode::new).transpose()?;
    let named = ministry.as_ref().and_then(|code| directory.ministry(code));
    Ok(NewAccount {
        name: name.to_owned(),
        full_name: named.map_or(full_name, |ministry| ministry.name.words(Language::Kk).to_owned()),
        roles: BTreeSet::from([role]),
        ministry,
        deputy: (role == Role::Deputy).then(deputy),
        person: if role == Role::Signatory { Some(premier(directory)?) } else { None },
        // Nobody of a made-up office is written to.
        email: None,
        language: Language::Kk,
    })
}

fn deputy() -> DeputyId {
    synthetic::office::deputies().first().map_or(DeputyId::new(uuid::Uuid::nil()), |seat| seat.id)
}

/// Whoever holds the office today.
fn premier(directory: &Directory) -> anyhow::Result<PersonId> {
    let office = "prime_minister".parse()?;
    let now = inquiry::time::civil_of(Timestamp::now());
    Ok(directory.holder_at(&office, now).context("nobody holds the office today")?.person)
}

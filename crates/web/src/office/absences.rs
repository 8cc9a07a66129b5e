//! Naming who stands in for whom, and ending it: for pages and programs alike. The rules are `directory::accounts::substitution`'s.

use std::collections::BTreeSet;

use directory::accounts::substitution::{may_end, may_name};
use directory::accounts::{Ask, NewSubstitution};
use directory::{Actor, Role};
use jiff::Timestamp;
use readmodel::Sight;
use uuid::Uuid;

use super::Asked;
use super::accounts::{Books, Changed, Order};
use crate::accounts::absence::{self, Absence};
use crate::accounts::books::Secret;
use crate::problem::Problem;
use crate::state::AppState;

/// Who names substitutes for others.
const APPOINT: &[Role] = &[Role::Head, Role::Admin];

/// A substitute to be named.
#[derive(Debug, Clone)]
pub struct Naming {
    /// For whom, by the account's name.
    pub absent: String,
    /// Who stands in, by the account's name.
    pub substitute: String,
    /// For the work of which roles.
    pub roles: BTreeSet<Role>,
    /// From that moment on.
    pub from: Timestamp,
    /// Until that moment.
    pub until: Timestamp,
    /// Why.
    pub why: String,
}

/// Does this person see that absence? A ministry's executor those of their own ministry; whoever is concerned, their own.
#[must_use]
pub fn sees(actor: &Actor, absence: &Absence) -> bool {
    match Sight::of(actor) {
        Sight::Whole => true,
        Sight::Own { ministry, .. } => {
            absence.absent == actor.name
                || absence.substitution.substitute == actor.name
                || ministry.is_some_and(|own| absence.absent_ministry.as_deref() == Some(own.as_str()))
        }
    }
}

/// Names a substitute.
///
/// # Errors
/// [`Problem::NotPermitted`]; what the rules say; [`Problem::UnknownAddress`] for an account that there is not; a failure.
pub async fn name(state: &AppState, asked: &Asked, naming: Naming) -> Result<Changed, Problem> {
    let Naming { absent, substitute, roles, from, until, why } = naming;
    if !may_name(&asked.by, &absent) {
        return Err(Problem::NotPermitted { needs: APPOINT });
    }
    let books = Books { pool: &state.pool, journal: &state.journal };
    let substitute = books.candidate(&substitute).await?;
    let new = NewSubstitution { id: asked.command.0, substitute, roles, from, until };
    let ask = Ask::NameSubstitute(Box::new(new));
    Ok(books.change(&asked.into(), &Order { account: absent, ask, why, secret: Secret::None }).await?)
}

/// Ends a substitution before its time.
///
/// # Errors
/// As [`name`]; [`Problem::UnknownAddress`] also for whoever does not see it.
pub async fn end(state: &AppState, asked: &Asked, id: Uuid, why: String) -> Result<Changed, Problem> {
    let client = state.pool.get().await?;
    let found = absence::one(&client, id).await.map_err(|error| Problem::failure("look up a substitution", error))?;
    drop(client);
    let found = found.filter(|found| sees(&asked.by, found)).ok_or(Problem::UnknownAddress)?;
    if !may_end(&asked.by, &found.absent, &found.substitution.substitute) {
        return Err(Problem::NotPermitted { needs: APPOINT });
    }
    let order = Order { account: found.absent, ask: Ask::EndSubstitution(id), why, secret: Secret::None };
    Ok(Books { pool: &state.pool, journal: &state.journal }.change(&asked.into(), &order).await?)
}

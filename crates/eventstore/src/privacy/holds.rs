//! Legal holds: while one stands, no key within its scope is destroyed.

use jiff::Timestamp;
use uuid::Uuid;

use super::Subject;
use crate::error::StoreError;
use crate::journal::Journal;

/// A hold, standing or lifted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub id: Uuid,
    /// A subject, or a stream such as `inquiry-0190…` for every subject whose name begins with it.
    pub scope: String,
    /// Why.
    pub reason: String,
    /// Who placed it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// Its lifting: who, when, why.
    pub lifted: Option<Lifted>,
}

/// The end of a hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifted {
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// Whoever places or lifts a hold, and why.
#[derive(Clone, Debug)]
pub struct HoldOrder<'a> {
    /// Why: 1 to 1000 characters.
    pub reason: &'a str,
    /// Who.
    pub actor: &'a str,
    /// When, by the office's clock.
    pub at: Timestamp,
}

/// Why a hold was not lifted.
#[derive(Debug, thiserror::Error)]
pub enum LiftError {
    /// There is no such hold.
    #[error("there is no hold {0}")]
    Unknown(Uuid),
    /// It was lifted before.
    #[error("hold {0} was lifted before")]
    Lifted(Uuid),
    /// The database could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Journal {
    /// Places a hold on a subject or on everybody of an inquiry; the hold's id.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn place_hold(&self, scope: &str, order: &HoldOrder<'_>) -> Result<Uuid, StoreError> {
        let hold = Uuid::now_v7();
        self.write_hold(hold, false, scope, order).await?;
        Ok(hold)
    }

    /// Lifts a hold.
    ///
    /// # Errors
    /// [`LiftError`].
    pub async fn lift_hold(&self, id: Uuid, order: &HoldOrder<'_>) -> Result<(), LiftError> {
        let holds = self.holds().await?;
        let hold = holds.into_iter().find(|hold| hold.id == id).ok_or(LiftError::Unknown(id))?;
        match hold.lifted {
            Some(_) => Err(LiftError::Lifted(id)),
            None => Ok(self.write_hold(id, true, &hold.scope, order).await?),
        }
    }

    /// Written under the head's lock, as every block is: a hold stands either before an erasure or after it, never beside it.
    async fn write_hold(&self, hold: Uuid, lifted: bool, scope: &str, order: &HoldOrder<'_>) -> Result<(), StoreError> {
        let doing = || StoreError::doing("write down a legal hold");
        let mut client = self.pool().get().await?;
        let tx = client.transaction().await.map_err(doing())?;
        tx.execute("SELECT FROM journal_head WHERE only_row FOR UPDATE", &[]).await.map_err(doing())?;
        tx.execute(
            "INSERT INTO legal_holds (hold, lifted, scope, reason, actor, at) VALUES ($1, $2, $3, $4, $5, $6)",
            &[&hold, &lifted, &scope, &order.reason, &order.actor, &order.at],
        )
        .await
        .map_err(doing())?;
        tx.commit().await.map_err(doing())
    }

    /// All holds in the order in which they were placed, the lifted ones too.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        let doing = || StoreError::doing("read the legal holds");
        let client = self.pool().get().await?;
        let rows = client
            .query(
                "SELECT placed.hold, placed.scope, placed.reason, placed.actor, placed.at, lift.reason, lift.actor, lift.at
                 FROM legal_holds AS placed
                 LEFT JOIN legal_holds AS lift ON lift.hold = placed.hold AND lift.lifted
                 WHERE NOT placed.lifted
                 ORDER BY placed.entry",
                &[],
            )
            .await
            .map_err(doing())?;
        let hold = |row: &tokio_postgres::Row| -> Result<Hold, tokio_postgres::Error> {
            let lifted = match (row.try_get(5)?, row.try_get(6)?, row.try_get(7)?) {
                (Some(reason), Some(actor), Some(at)) => Some(Lifted { reason, actor, at }),
                _ => None,
            };
            Ok(Hold {
                id: row.try_get(0)?,
                scope: row.try_get(1)?,
                reason: row.try_get(2)?,
                actor: row.try_get(3)?,
                at: row.try_get(4)?,
                lifted,
            })
        };
        rows.iter().map(hold).collect::<Result<_, _>>().map_err(doing())
    }
}

impl Hold {
    /// Does it stand, and does it keep this subject's key?
    #[must_use]
    pub fn keeps(&self, subject: &Subject) -> bool {
        let name = subject.as_str();
        let within = name.strip_prefix(&self.scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        self.lifted.is_none() && within
    }
}

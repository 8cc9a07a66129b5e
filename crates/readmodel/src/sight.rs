//! Through whose eyes a table is read: everything for whoever works in the Office or watches over it, their own inquiries for a
//! ministry's executor and for a deputy.
//!
//! The rule stands twice. [`Sight`] says it for one inquiry and narrows the questions that are asked of the register; under them the
//! database says it again: a [`Reader`] asks as a role that owns nothing, in a transaction that carries who asks, and the server's
//! policies and its views of the register (`migrations/0014_rows.sql`, `0042_open.sql`, docs/adr/0016-reads.md) hold back what a
//! question forgot to. What one page asks together it asks in one [`Sitting`].

use deadpool_postgres::{Object, Pool, PoolError};
use directory::{Actor, DeputyId, MinistryCode, Role};
use inquiry::{Dossier, InquiryId};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use crate::{AsOf, ReadError};

/// Which inquiries somebody may know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// All of them.
    Whole,
    /// Those in which the ministry has or had a part, and those that the deputy asked; without either, none.
    Own {
        /// The ministry written for.
        ministry: Option<MinistryCode>,
        /// Which deputy it is.
        deputy: Option<DeputyId>,
    },
}

impl Sight {
    /// What this person may know of.
    #[must_use]
    pub fn of(actor: &Actor) -> Self {
        let sees_all = |role: &Role| match role {
            Role::Clerk
            | Role::Control
            | Role::Head
            | Role::Approver
            | Role::Signatory
            | Role::Auditor
            | Role::Admin
            | Role::System => true,
            Role::Executor | Role::Deputy => false,
        };
        if actor.roles.iter().any(sees_all) {
            return Self::Whole;
        }
        Self::Own {
            ministry: actor.ministry.clone().filter(|_| actor.has(Role::Executor)),
            deputy: actor.deputy.filter(|_| actor.has(Role::Deputy)),
        }
    }

    /// Is this inquiry one of them?
    #[must_use]
    pub fn reaches(&self, dossier: &Dossier) -> bool {
        match self {
            Self::Whole => true,
            Self::Own { ministry, deputy } => {
                ministry.as_ref().is_some_and(|ministry| dossier.took_part.contains(ministry))
                    || (deputy.is_some() && dossier.recipients().any(|recipient| recipient.deputy == *deputy))
            }
        }
    }

    /// Is `joined` one of them because it joined `leading`, which they answer? One reply goes to both, and nobody writes it without knowing what both
    /// ask: so whoever has or had a part in the inquiry that leads reads those that joined it, whichever came first, the joining or the part. An
    /// inquiry that others joined joins none itself, so that this is asked once. A deputy goes by what they asked.
    #[must_use]
    pub fn reaches_joined(&self, leading: &Dossier, joined: InquiryId) -> bool {
        match self {
            Self::Whole => true,
            Self::Own { ministry, .. } => {
                ministry.as_ref().is_some_and(|ministry| leading.took_part.contains(ministry))
                    && leading.merged.iter().any(|other| other.inquiry == joined)
            }
        }
    }

    /// The role that the questions are asked as.
    const fn role(&self) -> &'static str {
        match self {
            Self::Whole => "saual_overseer",
            Self::Own { .. } => "saual_reader",
        }
    }

    /// The ministry and the deputy as the policies compare them; empty: none.
    fn context(&self) -> (&str, String) {
        match self {
            Self::Whole => ("", String::new()),
            Self::Own { ministry, deputy } => (
                ministry.as_ref().map_or("", MinistryCode::as_str),
                deputy.map(|deputy| deputy.uuid().to_string()).unwrap_or_default(),
            ),
        }
    }
}

/// Who holds rows back besides the questions' own conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The server: this login may become the roles of readers.
    Server,
    /// Nobody: the roles could not be made here, or this login was not given them.
    Nobody,
}

impl Guard {
    /// Asks the server. A role that another database of the same server has made has no rights here.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn found(client: &Client) -> Result<Self, ReadError> {
        let sql = "select count(*) = 2 from pg_roles
                    where rolname in ('saual_reader', 'saual_overseer')
                      and pg_has_role(current_user, oid, 'MEMBER') and has_table_privilege(oid, 'register', 'SELECT')
                      and has_table_privilege(oid, 'own_register', 'SELECT')
                      and has_table_privilege(oid, 'ministry_register', 'SELECT')
                      and has_table_privilege(oid, 'own_search', 'SELECT')
                      and has_table_privilege(oid, 'register_past', 'SELECT')";
        let doing = || ReadError::doing("look for the roles of readers");
        let row = client.query_one(sql, &[]).await.map_err(doing())?;
        Ok(if row.try_get(0).map_err(doing())? { Self::Server } else { Self::Nobody })
    }
}

/// Somebody who asks the tables.
#[derive(Clone)]
pub struct Reader {
    pool: Pool,
    guard: Guard,
    sight: Sight,
}

/// Becomes the reader until the transaction ends. Each question is planned for its own values: a plan for any word takes none to be frequent.
const ENTER: &str = "select set_config('role', $1, true), set_config('saual.ministry', $2, true),
                            set_config('saual.deputy', $3, true), set_config('plan_cache_mode', 'force_custom_plan', true)";

impl Reader {
    /// Somebody who sees so much.
    #[must_use]
    pub const fn new(pool: Pool, guard: Guard, sight: Sight) -> Self {
        Self { pool, guard, sight }
    }

    /// What they may know of, for the questions' own conditions.
    pub(crate) const fn sight(&self) -> &Sight {
        &self.sight
    }

    /// Connections that nobody has entered, for what says nothing of any inquiry.
    pub(crate) const fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Sits down to ask several things: one connection, one transaction, entered once.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn sit(&self) -> Result<Sitting, ReadError> {
        self.sit_as_of(None).await
    }

    /// The same, where what is asked of the register may be asked as of a moment: everything that a [`Sitting`] answers of it is then told of the rows
    /// that stood so. Who sees which inquiry is decided by today's rights.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn sit_as_of(&self, as_of: Option<AsOf>) -> Result<Sitting, ReadError> {
        let failed = || ReadError::doing("begin to read");
        let lent = Lent(Some(self.pool.get().await?));
        if self.guard == Guard::Server {
            let client = lent.client()?;
            let enter = client.prepare_cached(ENTER).await.map_err(failed())?;
            let (role, (ministry, deputy)) = (self.sight.role(), self.sight.context());
            let who: [&(dyn ToSql + Sync); 3] = [&role, &ministry, &deputy];
            let (begun, entered) =
                tokio::join!(biased; client.batch_execute("begin read only"), client.query_one(&enter, &who));
            begun.map_err(failed())?;
            entered.map_err(failed())?;
        }
        let (register, search) = match (self.guard, &self.sight) {
            // What a ministry may see is said by a column that indexes hold; whom inquiries are from is not (migrations/0042_open.sql).
            (Guard::Server, Sight::Own { deputy: None, .. }) => ("ministry_register", "own_search"),
            (Guard::Server, Sight::Own { deputy: Some(_), .. }) => ("own_register", "own_search"),
            (Guard::Server, Sight::Whole) | (Guard::Nobody, _) => ("register", "search"),
        };
        Ok(Sitting { lent, guard: self.guard, register, search, as_of })
    }

    /// The rows that answer a question. Entering the role travels with the question's preparation and the end of the transaction
    /// with its answer: two exchanges, as without them.
    pub(crate) async fn rows(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
        doing: &'static str,
    ) -> Result<Vec<Row>, ReadError> {
        let failed = || ReadError::doing(doing);
        let lent = Lent(Some(self.pool.get().await?));
        let client = lent.client()?;
        if self.guard == Guard::Nobody {
            let rows = client.query(sql, values).await.map_err(failed())?;
            lent.give_back();
            return Ok(rows);
        }
        let enter = client.prepare_cached(ENTER).await.map_err(failed())?;
        let (role, (ministry, deputy)) = (self.sight.role(), self.sight.context());
        let who: [&(dyn ToSql + Sync); 3] = [&role, &ministry, &deputy];
        // Each is sent when it is first polled, in the order written here, and the server answers in that order.
        let (begun, entered, prepared) = tokio::join!(
            biased;
            client.batch_execute("begin read only"),
            client.query_one(&enter, &who),
            client.prepare(sql),
        );
        begun.map_err(failed())?;
        entered.map_err(failed())?;
        let question = prepared.map_err(failed())?;
        let (rows, ended) = tokio::join!(biased; client.query(&question, values), client.batch_execute("commit"));
        let rows = rows.map_err(failed())?;
        ended.map_err(failed())?;
        lent.give_back();
        Ok(rows)
    }

    /// The one row that answers a question.
    pub(crate) async fn row(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
        doing: &'static str,
        table: &'static str,
    ) -> Result<Row, ReadError> {
        self.rows(sql, values, doing).await?.pop().ok_or(ReadError::Row { table })
    }
}

/// A reader's connection for as long as a page is asked together. Questions that are asked at once go out in one batch.
pub struct Sitting {
    lent: Lent,
    guard: Guard,
    /// The register as whoever sits here may see it.
    pub(crate) register: &'static str,
    /// What is searched, likewise.
    pub(crate) search: &'static str,
    /// As of when the register is asked; none: as it stands.
    pub(crate) as_of: Option<AsOf>,
}

impl Sitting {
    /// The rows that answer a question; its statement is kept for the next one who is lent this connection.
    pub(crate) async fn rows(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
        doing: &'static str,
    ) -> Result<Vec<Row>, ReadError> {
        let client = self.lent.client()?;
        let statement = client.prepare_cached(sql).await.map_err(ReadError::doing(doing))?;
        client.query(&statement, values).await.map_err(ReadError::doing(doing))
    }

    /// Everything has been asked: the connection goes back. One that is dropped without this is closed.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn rise(self) -> Result<(), ReadError> {
        if self.guard == Guard::Server {
            self.lent.client()?.batch_execute("commit").await.map_err(ReadError::doing("end reading"))?;
        }
        self.lent.give_back();
        Ok(())
    }
}

/// A connection on loan. Given up in the middle of a question, by an error or because whoever asked has gone away, it is closed:
/// nobody is ever lent a connection in somebody else's transaction.
struct Lent(Option<Object>);

impl Lent {
    /// The connection; it is there until it is given back.
    fn client(&self) -> Result<&Object, ReadError> {
        self.0.as_ref().ok_or_else(|| PoolError::Closed.into())
    }

    fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Object::take(object));
        }
    }
}

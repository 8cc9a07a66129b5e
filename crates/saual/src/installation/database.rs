//! The database of an installation: the one that was named, or a private one under the data folder.

use anyhow::Context;

use crate::config::Config;
use crate::exit::Stop;
use private_postgres::Server;

/// A database that is reachable, and the server behind it when it is our own. Dropping it stops that server.
pub struct Database {
    /// How to connect.
    pub config: tokio_postgres::Config,
    /// The private server, while it runs.
    pub server: Option<Server>,
}

impl Database {
    /// Uses `database_url`, or starts the private server. Blocks for as long as that takes.
    ///
    /// # Errors
    /// The URL cannot be read, or the server cannot be started; the error says what to install or correct.
    pub fn start(config: &Config) -> anyhow::Result<Self> {
        if let Some(url) = &config.database_url {
            // The URL holds a password, so the parser's own words about it are not shown.
            let parsed: tokio_postgres::Config = url.reveal().parse().map_err(|_| {
                anyhow::anyhow!("DATABASE_URL cannot be read; it looks like postgresql://user:password@host/database")
            })?;
            return Ok(Self { config: parsed, server: None });
        }
        std::fs::create_dir_all(&config.data)
            .with_context(|| format!("the data folder {} cannot be made", config.data.display()))?;
        let server = Server::start_with(&private_postgres::Settings {
            base: config.data.join("postgres"),
            binaries: config.postgres_bin.clone(),
            search_path: config.search_path.clone(),
        })?;
        Ok(Self { config: server.config(private_postgres::DATABASE), server: Some(server) })
    }

    /// As [`Database::start_or_join`], for whoever only asks or adds to what is there: a data folder without a cluster is a mistyped one, and
    /// nothing is made in it.
    ///
    /// # Errors
    /// [`Stop::Use`] when there is no cluster, else as [`Database::start`].
    pub fn existing(config: &Config) -> Result<Self, Stop> {
        if !Self::exists(config)? {
            return Err(Stop::Use(no_cluster(config)));
        }
        Ok(Self::start_or_join(config)?)
    }

    /// Is there a database already? One that was named is not asked here.
    ///
    /// # Errors
    /// The data folder cannot be read.
    pub fn exists(config: &Config) -> anyhow::Result<bool> {
        if config.database_url.is_some() {
            return Ok(true);
        }
        Ok(Server::of_another(&config.data.join("postgres"))?.is_some())
    }

    /// As [`Database::start`], except that where another saual runs the private server already, that one's is used: an account can be
    /// opened while the office is being served.
    ///
    /// # Errors
    /// As [`Database::start`].
    pub fn start_or_join(config: &Config) -> anyhow::Result<Self> {
        let in_use = match Self::start(config) {
            Err(error) if matches!(error.downcast_ref(), Some(private_postgres::Error::InUse(_))) => error,
            other => return other,
        };
        match Server::of_another(&config.data.join("postgres"))? {
            Some(joined) => Ok(Self { config: joined, server: None }),
            None => Err(in_use),
        }
    }

    /// A connection of its own, outside any pool.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn connect(&self) -> anyhow::Result<tokio_postgres::Client> {
        let (client, connection) = self
            .config
            .connect(tokio_postgres::NoTls)
            .await
            .context("the database does not answer; check DATABASE_URL")?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "A database connection ended.");
            }
        });
        Ok(client)
    }

    /// Applies the migrations that are missing and says which.
    ///
    /// # Errors
    /// The database does not answer, or a migration that was applied has since been changed.
    pub async fn migrate(&self) -> anyhow::Result<Vec<schema::Applied>> {
        let mut client = self.connect().await?;
        schema::migrate(&mut client).await.context("the database could not be migrated")
    }

    /// Stops the private server in order; a database that was named is left alone.
    ///
    /// # Errors
    /// The server did not end in order.
    pub fn stop(self) -> anyhow::Result<()> {
        match self.server {
            Some(server) => Ok(server.stop()?),
            None => Ok(()),
        }
    }
}

/// What to do where no database is.
pub(crate) fn no_cluster(config: &Config) -> String {
    format!(
        "{} holds no database; name the right data folder with SAUAL_DATA, or prepare a new one there with `saual migrate`",
        config.data.display()
    )
}

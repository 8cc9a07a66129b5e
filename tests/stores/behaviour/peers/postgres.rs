//! postgres-es: cqrs-es's backend for PostgreSQL, through sqlx.

use std::time::Duration;

use cqrs_es::persist::PersistedEventStore;
use postgres_es::PostgresEventRepository;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use testkit::TestDatabase;
use testkit::cut::Cut;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::{Cqrs, Nobody};
use crate::notebook::Notebook;
use crate::store::{Heal, Power, Store, When};

pub(crate) struct PostgresEs {
    pub(crate) database: TestDatabase,
}

/// The tables as its own documentation makes them.
const TABLES: &str = "
    CREATE TABLE events (
        aggregate_type text                         NOT NULL,
        aggregate_id   text                         NOT NULL,
        sequence       bigint CHECK (sequence >= 0) NOT NULL,
        event_type     text                         NOT NULL,
        event_version  text                         NOT NULL,
        payload        json                         NOT NULL,
        metadata       json                         NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, sequence)
    );
    CREATE TABLE snapshots (
        aggregate_type   text                                 NOT NULL,
        aggregate_id     text                                 NOT NULL,
        last_sequence    bigint CHECK (last_sequence >= 0)    NOT NULL,
        current_snapshot bigint CHECK (current_snapshot >= 0) NOT NULL,
        payload          json                                 NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, last_sequence)
    )";

type Events = PersistedEventStore<PostgresEventRepository, Notebook>;

/// Connections as our own stores have them.
pub(crate) fn pool(config: &Config) -> PgPool {
    let mut options = PgConnectOptions::new_without_pgpass()
        .port(config.get_ports().first().copied().unwrap_or(5432))
        .username(config.get_user().unwrap())
        .database(config.get_dbname().unwrap())
        .ssl_mode(PgSslMode::Disable);
    options = match &config.get_hosts()[0] {
        Host::Unix(folder) => options.socket(folder),
        Host::Tcp(host) => options.host(host),
    };
    if let Some(password) = config.get_password() {
        options = options.password(std::str::from_utf8(password).unwrap());
    }
    PgPoolOptions::new().max_connections(6).acquire_timeout(Duration::from_secs(5)).connect_lazy_with(options)
}

impl Store for PostgresEs {
    const NAME: &str = "postgres-es";
    type Node = Cqrs<Events>;
    type Followers = Nobody;

    fn lacks(power: Power) -> Option<&'static str> {
        Some(match power {
            Power::Nodes | Power::Connections => return None,
            Power::Log => "no order over streams",
            Power::Commands => "no command ids",
            Power::Blocks | Power::Transactions | Power::Server | Power::Dump => "every commit by itself",
            Power::SeveralStreams => "one stream a commit",
            Power::Bytes => "takes values, not bytes",
            Power::Claims | Power::Numbers => "no claims, no numbers",
            Power::Followers | Power::Listening | Power::Parking | Power::Sparing | Power::Processes => "no followers",
            Power::Verifying | Power::SignedHeads => "no proof",
        })
    }

    async fn open() -> Self {
        let database = testkit::empty_database().await;
        database.connect().await.batch_execute(TABLES).await.unwrap();
        Self { database }
    }

    async fn node(&self) -> Self::Node {
        Cqrs::new(Events::new_event_store(PostgresEventRepository::new(pool(&self.database.config))))
    }

    async fn breaking(&self, marker: &str, when: When) -> (Self::Node, Heal) {
        let cut = Cut::before(&self.database.config).await;
        let node = Cqrs::new(Events::new_event_store(PostgresEventRepository::new(pool(cut.config()))));
        cut.arm(marker, when);
        (node, Box::new(move || cut.heal()))
    }
}

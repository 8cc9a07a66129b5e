//! `saual serve`, `saual work`, `saual migrate`.

use std::sync::Arc;

use anyhow::Context;

use super::print;
use crate::cli::Serve;
use crate::config::{Config, MailMode};
use crate::exit::{self, Answer};
use crate::installation::{Database, Installation, listen};
use crate::stop::Stop;

/// Screens and API, and the workers unless they run elsewhere.
pub(super) async fn serve(config: &Config, database: &Database, asked: &Serve) -> Result<Answer, exit::Stop> {
    let stop = Stop::by_signals().context("signals cannot be listened to")?;
    let listener = listen(config.listen)?;
    report_migrations(database).await?;
    let installation = Installation::open(config, database, Arc::new(web::SystemClock)).await?;
    let workers = match asked.no_workers {
        true => None,
        false => Some(installation.start_workers(&stop)?),
    };
    print(&format!("saual: {} (mail: {})", config.public_url, mail_words(&installation.config)));
    installation.serve(listener, &stop).await?;
    stop.pull();
    if let Some(workers) = workers {
        workers.finished().await?;
    }
    installation.close().await;
    Ok(Answer::Yes)
}

/// The workers alone.
pub(super) async fn work(config: &Config, database: &Database) -> Result<Answer, exit::Stop> {
    let stop = Stop::by_signals().context("signals cannot be listened to")?;
    let installation = Installation::open(config, database, Arc::new(web::SystemClock)).await?;
    let workers = installation.start_workers(&stop)?;
    print(&format!("saual: workers are running (mail: {})", mail_words(&installation.config)));
    stop.pulled().await;
    workers.finished().await?;
    installation.close().await;
    Ok(Answer::Yes)
}

/// Applies what is missing and says what.
pub(super) async fn migrate(database: &Database) -> Result<Answer, exit::Stop> {
    if report_migrations(database).await? == 0 {
        print("saual: nothing to migrate, the database is as this program wants it");
    }
    Ok(Answer::Yes)
}

async fn report_migrations(database: &Database) -> anyhow::Result<usize> {
    let applied = database.migrate().await?;
    for migration in &applied {
        print(&format!("saual: migrated {}", migration.name));
    }
    Ok(applied.len())
}

fn mail_words(config: &Config) -> String {
    match config.mail.mode {
        MailMode::File => format!("written to {}, nothing leaves this machine", config.outbox().display()),
        MailMode::Redirect => "everything goes to the test address".to_owned(),
        MailMode::Smtp => "sent to the deputies".to_owned(),
    }
}

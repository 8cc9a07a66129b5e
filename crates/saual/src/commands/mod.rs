//! The verbs of the command line, one file each.

mod accounts;
mod bench;
mod check;
mod erase;
pub(crate) mod evidence;
mod followers;
mod heads;
mod hold;
mod import;
mod letter;
mod mail;
mod outbox;
pub(crate) mod rebuild;
mod seal;
mod serve;
mod show;
pub(crate) mod verify;

use std::future::Future;
use std::io::Write;

use anyhow::Context;

use crate::cli::{Cli, Command};
use crate::config::{Config, Environment};
use crate::demo;
use crate::exit::{Answer, Stop};
use crate::generate;
use crate::installation::Database;
use crate::telemetry;

/// Does what was asked.
///
/// # Errors
/// [`Stop`]: wrong use, or something outside that failed.
pub fn run(cli: Cli, environment: &Environment) -> Result<Answer, Stop> {
    let no_color = environment.get("NO_COLOR").is_some();
    let configured = || -> Result<Config, Stop> {
        let config = Config::read(environment).map_err(|error| Stop::Use(error.to_string()))?;
        telemetry::start(&config.log, config.log_format, no_color);
        Ok(config)
    };
    // A command that answers and ends prints its answer, and only warnings beside it, unless more was asked for.
    let quietly = || -> Result<Config, Stop> {
        let config = Config::read(environment).map_err(|error| Stop::Use(error.to_string()))?;
        telemetry::start(environment.get("SAUAL_LOG").unwrap_or(QUIET), config.log_format, no_color);
        Ok(config)
    };
    match cli.command {
        Command::Demo(demo) => {
            let config =
                Config::demo(environment, &demo.data, demo.listen).map_err(|error| Stop::Use(error.to_string()))?;
            telemetry::start(demo::log_filter(environment), config.log_format, no_color);
            let database = Database::start(&config)?;
            in_runtime(async { demo::run(&config, &database, &demo).await })
                .and_then(|answer| stopped(database, answer))
        }
        Command::Generate(asked) => {
            let config =
                Config::demo(environment, &asked.data, asked.listen).map_err(|error| Stop::Use(error.to_string()))?;
            telemetry::start(demo::log_filter(environment), config.log_format, no_color);
            let database = Database::start(&config)?;
            let answer = in_runtime(async { generate::run(&config, &database, &asked).await });
            // A refusal leaves a database behind that has to be stopped as well.
            match answer {
                Ok(answer) => stopped(database, answer),
                Err(stop) => stopped(database, Answer::No).and(Err(stop)),
            }
        }
        Command::Serve(serve) => {
            let config = configured()?;
            with_database(Database::start(&config)?, async |database| serve::serve(&config, database, &serve).await)
        }
        Command::Work => {
            let config = configured()?;
            with_database(Database::start_or_join(&config)?, async |database| serve::work(&config, database).await)
        }
        Command::Check => match quietly() {
            Ok(config) => check::run(&config),
            Err(stop) => Ok(check::no_configuration(&stop)),
        },
        Command::Migrate => {
            let config = quietly()?;
            with_database(Database::start_or_join(&config)?, async |database| serve::migrate(database).await)
        }
        Command::Show(show) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| show::run(database, &show).await)
        }
        Command::Evidence(asked) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| evidence::run(&config, database, &asked).await)
        }
        Command::Import(asked) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| import::run(&config, database, &asked).await)
        }
        Command::Erase(erase) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| erase::run(&config, database, &erase).await)
        }
        Command::Hold(hold) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| hold::run(&config, database, &hold).await)
        }
        Command::Heads(asked) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| heads::run(&config, database, &asked).await)
        }
        Command::Verify(verify) => match (&verify.bundle, &verify.consistency) {
            (Some(file), _) => verify::bundle(file, &verify),
            (None, Some(file)) => verify::consistency(file, &verify),
            (None, None) => {
                let config = quietly()?;
                let database = Database::existing(&config)?;
                with_database(database, async |database| verify::run(&config, database, &verify).await)
            }
        },
        Command::Followers(asked) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| {
                followers::run(&config, database, &asked).await
            })
        }
        Command::Rebuild(asked) => {
            // What cannot be rebuilt is refused before a database is looked for.
            let tables = rebuild::tables(&asked)?;
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| {
                rebuild::run(&config, database, &asked, &tables, !no_color).await
            })
        }
        Command::Outbox(asked) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| outbox::run(&config, database, &asked).await)
        }
        Command::Mail(asked) => mail::run(&quietly()?, &asked),
        Command::Bench(bench) => bench::run(&bench),
        Command::Seal(command) => seal::run(&quietly()?, &command),
        Command::Letter(command) => letter::run(&command),
        Command::User(crate::cli::User::Add(user)) => {
            let config = quietly()?;
            let password = environment.get("SAUAL_PASSWORD").map(str::to_owned);
            let database = Database::existing(&config)?;
            with_database(database, async |database| accounts::add_user(&config, database, &user, password).await)
        }
        Command::User(crate::cli::User::Email { name, address }) => {
            let config = quietly()?;
            let address = address.as_deref();
            with_database(Database::existing(&config)?, async |database| {
                accounts::mailbox(&config, database, &name, address).await
            })
        }
        Command::User(crate::cli::User::Person { name, person }) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| {
                accounts::person_of(&config, database, &name, person.as_deref()).await
            })
        }
        Command::User(crate::cli::User::NewPassword { name }) => {
            let password = environment.get("SAUAL_PASSWORD").map(str::to_owned);
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| {
                accounts::new_password(&config, database, &name, password).await
            })
        }
        Command::User(crate::cli::User::SecondFactorOff { name }) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| {
                accounts::second_factor_off(&config, database, &name).await
            })
        }
        Command::User(crate::cli::User::Link(asked)) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| {
                accounts::link(&config, database, &asked, true).await
            })
        }
        Command::User(crate::cli::User::Unlink(asked)) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| {
                accounts::link(&config, database, &asked, false).await
            })
        }
        Command::Token(crate::cli::Token::Add { name, label }) => {
            let config = quietly()?;
            with_database(Database::existing(&config)?, async |database| {
                accounts::add_token(&config, database, &name, &label).await
            })
        }
    }
}

/// What a short command logs.
const QUIET: &str = "warn,typst=error";

/// Answers, and stops the database whatever the answer was, if it is ours.
fn with_database<F>(database: Database, answer: F) -> Result<Answer, Stop>
where
    F: AsyncFnOnce(&Database) -> Result<Answer, Stop>,
{
    let answer = in_runtime(answer(&database))?;
    stopped(database, answer)
}

fn stopped(database: Database, answer: Answer) -> Result<Answer, Stop> {
    database.stop()?;
    Ok(answer)
}

/// One runtime for everything: many threads for the journal and the workers, and around it the local set that the web
/// server's own threads are started from.
fn in_runtime(work: impl Future<Output = Result<Answer, Stop>>) -> Result<Answer, Stop> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads could be started")?;
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, work)
}

/// Prints a line; a reader that left is no reason to fail.
pub(crate) fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    let _reader_left = writeln!(out, "{line}");
}

/// What was asked for cannot be found or read: wrong use, in one sentence.
pub(crate) fn wrong_use(sentence: impl Into<String>) -> Stop {
    Stop::Use(sentence.into())
}

/// What is kept for ever and in clear names nobody's address: an erasure could not reach it there.
pub(crate) fn without_addresses(what: &str, text: &str) -> Result<(), Stop> {
    if inquiry::email::names_one(text) {
        return Err(wrong_use(format!("{what} names an e-mail address and is kept for ever; say whose it is instead")));
    }
    Ok(())
}

//! Who sends: our connections, smtp-source, the mail library's pooled transport.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use dispatch::config::{Relay, Timeouts};
use dispatch::message::Message;
use dispatch::wire::{Client, Outcome};
use lettre::address::Envelope;
use lettre::transport::smtp::PoolConfig;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use testkit::mail::wire;
use tokio::task::JoinSet;

use super::servers::{Postfix, SOURCE};

/// How large, and over how many connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) bytes: usize,
    pub(crate) connections: usize,
}

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Ours,
    Source,
    Pool,
}

/// Mails a second: for so long, or, of smtp-source, so many.
pub(crate) async fn rate(side: Side, port: u16, load: Load, time: Duration, mails: f64) -> anyhow::Result<f64> {
    match side {
        Side::Ours => ours(port, load, time).await,
        Side::Source => source(port, load, mails),
        Side::Pool => pool(port, load, time).await,
    }
}

fn relay(port: u16) -> Relay {
    Relay { timeouts: Timeouts::STANDARD, ..wire::relay(port) }
}

/// Sends over one connection until the time has come; how many were accepted.
async fn until(client: Client, mail: Message, end: Instant) -> anyhow::Result<u32> {
    let mut sent = 0;
    let mut open = None;
    while Instant::now() < end {
        let mut connection = match open.take() {
            Some(connection) => connection,
            None => client.open().await.map_err(|outcome| anyhow::anyhow!("no connection: {outcome}"))?,
        };
        let outcome = connection.deliver(&mail).await;
        ensure!(matches!(outcome, Outcome::Accepted(_)), "a mail was not accepted: {outcome}");
        sent += 1;
        if connection.is_reusable() {
            open = Some(connection);
        } else {
            connection.quit().await;
        }
    }
    Ok(sent)
}

async fn ours(port: u16, load: Load, time: Duration) -> anyhow::Result<f64> {
    let client = Client::new(&relay(port)).map_err(anyhow::Error::msg)?;
    let mail = wire::mail_to("deputy", load.bytes);
    let mut lines = JoinSet::new();
    let began = Instant::now();
    for _ in 0..load.connections {
        lines.spawn(until(client.clone(), mail.clone(), began + time));
    }
    rate_of(lines, began).await
}

async fn pool(port: u16, load: Load, time: Duration) -> anyhow::Result<f64> {
    let most = u32::try_from(load.connections).context("fewer connections")?;
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(port)
        .pool_config(PoolConfig::new().max_size(most))
        .build();
    let mail = wire::mail_to("deputy", load.bytes);
    let envelope = Envelope::new(Some(mail.from.clone()), vec![mail.to.clone()])?;
    let mut lines = JoinSet::new();
    let began = Instant::now();
    for _ in 0..load.connections {
        let (transport, envelope, bytes) = (transport.clone(), envelope.clone(), mail.bytes.clone());
        lines.spawn(async move {
            let mut sent = 0;
            while Instant::now() < began + time {
                transport.send_raw(&envelope, &bytes).await.context("the library's pool failed")?;
                sent += 1;
            }
            Ok(sent)
        });
    }
    rate_of(lines, began).await
}

async fn rate_of(mut lines: JoinSet<anyhow::Result<u32>>, began: Instant) -> anyhow::Result<f64> {
    let mut sent = 0;
    while let Some(line) = lines.join_next().await {
        sent += line??;
    }
    Ok(f64::from(sent) / began.elapsed().as_secs_f64())
}

fn source(port: u16, load: Load, mails: f64) -> anyhow::Result<f64> {
    let least = u32::try_from(load.connections).context("fewer connections")?;
    let mails = format!("{mails:.0}").parse::<u32>().context("too many mails for smtp-source")?.max(least);
    let began = Instant::now();
    // -d: the connections stay open from one mail to the next, as ours do.
    let run = Command::new(SOURCE)
        .args(["-d", "-f", "office@office.test", "-t", "deputy@parlam.test"])
        .args(["-s", &load.connections.to_string(), "-m", &mails.to_string(), "-l", &load.bytes.to_string()])
        .arg(format!("inet:127.0.0.1:{port}"))
        .output()
        .context("smtp-source could not be started (Debian package: postfix)")?;
    ensure!(run.status.success(), "smtp-source failed: {}", String::from_utf8_lossy(&run.stderr));
    Ok(f64::from(mails) / began.elapsed().as_secs_f64())
}

/// How long so many letters take into a real Postfix, over four connections with STARTTLS.
pub(crate) async fn into_postfix(postfix: &Postfix, letters: usize, bytes: usize) -> anyhow::Result<Duration> {
    let client = Client::new(&postfix.relay()).map_err(anyhow::Error::msg)?;
    let mail = wire::mail_to("deputy", bytes);
    let mut lines = JoinSet::new();
    let began = Instant::now();
    for line in 0..4 {
        let (client, mail) = (client.clone(), mail.clone());
        let own = letters / 4 + usize::from(line < letters % 4);
        lines.spawn(async move {
            let mut connection = client.open().await.map_err(|outcome| anyhow::anyhow!("no connection: {outcome}"))?;
            for _ in 0..own {
                let outcome = connection.deliver(&mail).await;
                ensure!(matches!(outcome, Outcome::Accepted(_)), "a letter was not accepted: {outcome}");
            }
            connection.quit().await;
            Ok(())
        });
    }
    while let Some(line) = lines.join_next().await {
        line??;
    }
    Ok(began.elapsed())
}

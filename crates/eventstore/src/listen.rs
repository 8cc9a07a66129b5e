//! Hears of the blocks of other nodes. A hint only: LISTEN may lose messages, so the head is looked up as well.

use std::future::poll_fn;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use tokio_postgres::{AsyncMessage, NoTls};

use crate::settings::Settings;
use crate::writer::advance;

/// Runs until it is aborted; a lost connection is made again.
pub(crate) async fn run(config: tokio_postgres::Config, settings: Settings, positions: watch::Sender<i64>) {
    let mut pause = Duration::from_millis(50);
    loop {
        match listen(&config, &settings, &positions).await {
            Ok(()) => pause = Duration::from_millis(50),
            Err(error) => {
                tracing::debug!(%error, "the journal's listener lost its connection");
                pause = (pause * 2).min(settings.poll);
            }
        }
        tokio::time::sleep(pause).await;
    }
}

async fn listen(
    config: &tokio_postgres::Config,
    settings: &Settings,
    positions: &watch::Sender<i64>,
) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = config.connect(NoTls).await?;
    let heard = positions.clone();
    // The connection answers our questions and brings the notifications; both need it polled.
    let driver = tokio::spawn(async move {
        while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
            match message {
                Ok(AsyncMessage::Notification(note)) => {
                    if let Ok(position) = note.payload().parse() {
                        advance(&heard, position);
                    }
                }
                Ok(_) => {}
                Err(_) => return,
            }
        }
    });
    let _stop_with_us = Aborting(driver);
    client.batch_execute("SET application_name = 'saual journal listener'; LISTEN journal").await?;
    let head = client.prepare("SELECT position FROM journal_head").await?;
    loop {
        match timeout(settings.deadline, client.query_one(&head, &[])).await {
            Ok(row) => advance(positions, row?.try_get(0)?),
            Err(_) => return Ok(()),
        }
        tokio::time::sleep(settings.poll).await;
    }
}

struct Aborting(tokio::task::JoinHandle<()>);

impl Drop for Aborting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

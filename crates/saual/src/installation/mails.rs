//! Makes mails again that were sent, for the evidence of their delivery.

use std::sync::Arc;

use anyhow::Context;
use directory::Current;
use dispatch::message::Composer;
use eventstore::Journal;
use inquiry::link::LinkKeys;

use super::mail;
use crate::config::Config;

/// With the settings of this installation.
pub(super) struct Mails {
    journal: Journal,
    composer: Arc<Composer>,
}

impl Mails {
    pub(super) fn new(
        config: &Config,
        journal: Journal,
        keys: Arc<LinkKeys>,
        directory: Current,
    ) -> anyhow::Result<Self> {
        let settings = mail::settings(config, "evidence".to_owned(), keys, directory)?;
        let composer =
            Composer::new(&settings).context("the mail settings cannot be used; `saual check` tests them")?;
        Ok(Self { journal, composer: Arc::new(composer) })
    }
}

impl web::Mails for Mails {
    fn again(&self, message_id: &str) -> web::Remade {
        let (journal, composer, id) = (self.journal.clone(), Arc::clone(&self.composer), message_id.to_owned());
        Box::pin(async move {
            match dispatch::again::again(&journal, &composer, &id).await {
                Ok(message) => message,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a mail could not be made again");
                    None
                }
            }
        })
    }
}

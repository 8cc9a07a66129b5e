//! One test mail over the configured way, with a word for each stage that it came to: `saual mail test`.

use jiff::Timestamp;
use uuid::Uuid;

use crate::config::{Config, Mode, Relay, Security};
use crate::file;
use crate::message::{Composer, Message, MessageError};
use crate::wire::{Client, Outcome, Stage};

/// How one stage went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub stage: &'static str,
    /// Did it go well?
    pub is_well: bool,
    /// In words; the server's own where it spoke.
    pub words: String,
}

/// What became of a test mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Every stage, in order.
    pub steps: Vec<Step>,
    /// Has a server taken it, or does its file stand?
    pub has_gone: bool,
}

impl Trial {
    fn well(&mut self, stage: &'static str, words: String) {
        self.steps.push(Step { stage, is_well: true, words });
    }

    fn wrong(&mut self, stage: &'static str, words: String) {
        self.steps.push(Step { stage, is_well: false, words });
    }
}

/// Sends a test mail to `to` as a letter would go: the same sender, the same signature, the same relays in the same order.
///
/// # Errors
/// The address is none, or our own settings cannot be used.
pub async fn trial(config: &Config, to: &str, at: Timestamp, id: Uuid) -> Result<Trial, MessageError> {
    let message = Composer::new(config)?.trial(to, at, id)?;
    let mut trial = Trial { steps: Vec::new(), has_gone: false };
    trial.well("made", format!("{} bytes from {} to {}", message.bytes.len(), message.from, message.to));
    match &config.mode {
        Mode::File { outbox } => {
            let name = format!("test-{id}.eml");
            match file::write(outbox.clone(), name.clone(), message.bytes).await {
                Ok(()) => {
                    trial.well(
                        "file",
                        format!("written to {}; nothing leaves this machine", outbox.join(name).display()),
                    );
                    trial.has_gone = true;
                }
                Err(error) => trial.wrong("file", error.to_string()),
            }
        }
        Mode::Redirect { relay, .. } | Mode::Smtp { relay } => {
            for relay in std::iter::once(relay).chain(&config.next_relays) {
                if over(relay, &message, &mut trial).await {
                    break;
                }
            }
        }
    }
    Ok(trial)
}

/// Tries one relay; true when there is no reason to try the next.
async fn over(relay: &Relay, message: &Message, trial: &mut Trial) -> bool {
    let client = match Client::new(relay) {
        Ok(client) => client,
        Err(why) => {
            trial.wrong("settings", why);
            return false;
        }
    };
    let mut connection = match client.open().await {
        Ok(connection) => connection,
        Err(outcome) => {
            told(relay, &outcome, trial);
            return false;
        }
    };
    let outcome = connection.deliver(message).await;
    told(relay, &outcome, trial);
    trial.has_gone = matches!(outcome, Outcome::Accepted(_));
    connection.quit().await;
    // Only a relay that does not want us gives way to the next one.
    !matches!(outcome, Outcome::Config { .. })
}

/// What has to be passed, in order, with the word for it.
fn stages(relay: &Relay) -> Vec<(Stage, &'static str, String)> {
    let name = relay.name();
    let mut stages = vec![(Stage::Connect, "connection", format!("{name} answers"))];
    match relay.security {
        Security::Plain => {}
        Security::StartTls => stages.push((Stage::Tls, "protection", "STARTTLS, the certificate fits".to_owned())),
        Security::Implicit => stages.push((Stage::Tls, "protection", "TLS, the certificate fits".to_owned())),
    }
    if relay.credentials.is_some() {
        stages.push((Stage::Auth, "account", "accepted".to_owned()));
    }
    stages.push((Stage::Mail, "sender", "taken".to_owned()));
    stages.push((Stage::Rcpt, "recipient", "taken".to_owned()));
    stages.push((Stage::Data, "message", "wanted".to_owned()));
    stages
}

/// Every stage before the one where it ended went well.
fn told(relay: &Relay, outcome: &Outcome, trial: &mut Trial) {
    let ended = match outcome {
        Outcome::Accepted(_) | Outcome::Unknown { .. } => None,
        Outcome::Deferred { stage, .. }
        | Outcome::Refused { stage, .. }
        | Outcome::NotSent { stage, .. }
        | Outcome::Config { stage, .. } => Some(*stage),
    };
    for (stage, name, words) in stages(relay) {
        // Our own look at the mail comes after the connection and before its sender.
        let is_before_sender = ended == Some(Stage::Before) && stage == Stage::Mail;
        if ended == Some(stage) || is_before_sender {
            return trial.wrong(name, format!("{}: {outcome}", relay.name()));
        }
        trial.well(name, words);
    }
    match outcome {
        Outcome::Accepted(answer) => trial.well("answer", answer.to_string()),
        Outcome::Unknown { .. } => trial.wrong("answer", format!("{outcome}; nobody knows whether it went")),
        Outcome::Deferred { .. } | Outcome::Refused { .. } | Outcome::NotSent { .. } | Outcome::Config { .. } => {
            trial.wrong("answer", outcome.to_string());
        }
    }
}

//! Asks the relay whether it would take mail from us, without sending any: a line of `saual check`.

use crate::config::{Config, Mode, Relay, Security};
use crate::file;

use super::{Client, Outcome};

/// Why no mail could be sent now, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RelayFault(String);

/// Asks every relay, also behind one that does not answer: connects, greets, protects, authenticates, says NOOP and leaves. The answer is one line fit
/// for `saual check`; a fault tells of those that answered too.
pub async fn check_relay(config: &Config) -> Result<String, RelayFault> {
    let relay = match &config.mode {
        Mode::File { outbox } => {
            let outbox = outbox.clone();
            let shown = outbox.display().to_string();
            file::probe(outbox).await.map_err(|error| RelayFault(format!("cannot write to {shown}: {error}")))?;
            return Ok(format!("mode file, letters are written to {shown} and none leaves this machine"));
        }
        Mode::Redirect { relay, .. } | Mode::Smtp { relay } => relay,
    };
    let mode = match &config.mode {
        Mode::Redirect { .. } => "mode redirect, every letter goes to the test address; ",
        Mode::Smtp { .. } | Mode::File { .. } => "",
    };
    let (mut answers, mut all_well) = (Vec::new(), true);
    for relay in std::iter::once(relay).chain(&config.next_relays) {
        let answer = answer(relay).await;
        all_well &= answer.is_ok();
        answers.push(answer.unwrap_or_else(|fault| fault.0));
    }
    let words = format!("{mode}{}", answers.join("; then "));
    if all_well { Ok(words) } else { Err(RelayFault(words)) }
}

async fn answer(relay: &Relay) -> Result<String, RelayFault> {
    let name = relay.name();
    let client = Client::new(relay).map_err(RelayFault)?;
    let mut connection = client.open().await.map_err(|outcome| RelayFault(fault(&name, &outcome)))?;
    connection.noop().await.map_err(|why| RelayFault(format!("relay {name} fell silent: {why}")))?;
    connection.quit().await;
    let protection = match relay.security {
        Security::Plain => "unprotected",
        Security::StartTls => "protected by STARTTLS",
        Security::Implicit => "protected by TLS",
    };
    let account = if relay.credentials.is_some() { ", account accepted" } else { "" };
    Ok(format!("relay {name} answers, {protection}{account}"))
}

fn fault(name: &str, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Config { stage, why } => format!("relay {name} does not take us at {}: {why}", stage.code()),
        Outcome::NotSent { stage, why } => format!("relay {name} failed at {}: {why}", stage.code()),
        Outcome::Deferred { stage, answer } | Outcome::Refused { stage, answer } => {
            format!("relay {name} said at {}: {answer}", stage.code())
        }
        Outcome::Accepted(answer) => format!("relay {name} answered out of turn: {answer}"),
        Outcome::Unknown { why } => format!("relay {name} broke off: {why}"),
    }
}

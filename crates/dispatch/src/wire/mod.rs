//! Speaking SMTP so that we know, for each mail, how far it came.
//!
//! The mail library's own transport says neither whether an error came before or after the final dot nor which recipient was
//! refused, and mixes answers up after a cancelled send. Its lower connection, over a socket of ours, does all of it: `socket`
//! watches the bytes, `open` makes the connection, `offer` reads what the relay can do, `connection` delivers over it, `relay_check` asks
//! without sending.

mod connection;
mod notices;
mod offer;
mod open;
mod relay_check;
mod socket;

pub use connection::Connection;
pub use open::Client;
pub use relay_check::{RelayFault, check_relay};

use crate::text::one_line;

/// How far a conversation with the relay had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before the relay said anything: our own look at the address and the message.
    Before,
    /// Connecting, the greeting, EHLO.
    Connect,
    /// STARTTLS and the TLS handshake.
    Tls,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The message itself and the answer to its final dot.
    Body,
    /// After the final dot, with no answer.
    AfterDot,
    /// Writing the file, in file mode.
    File,
}

impl Stage {
    /// The stored name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Auth => "auth",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Body => "body",
            Self::AfterDot => "after_dot",
            Self::File => "file",
        }
    }
}

/// The relay's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The three-digit reply code.
    pub code: u16,
    /// The text, on one line, enhanced status code included.
    pub text: String,
}

impl Answer {
    pub(crate) fn new(code: u16, text: &str) -> Self {
        Self { code, text: one_line(text, 500) }
    }

    /// The relay's name for the mail in its own queue, where it tells (Postfix, Exim and most others say `queued as …`).
    #[must_use]
    pub fn queue_id(&self) -> Option<&str> {
        let (_, rest) = self.text.split_once("queued as ")?;
        rest.split_whitespace().next().map(|id| id.trim_matches(['.', ';', ',']))
    }

    fn has_enhanced(&self, status: &str) -> bool {
        self.text.split_whitespace().next() == Some(status)
    }

    /// Is this about the message's size (RFC 1870, RFC 3463) and not about us?
    fn is_too_large(&self) -> bool {
        self.code == 552 || self.has_enhanced("5.3.4") || self.has_enhanced("5.2.3")
    }

    /// Does the relay want an account or TLS of us (RFC 4954, RFC 3207)? That is our setting, not the recipient.
    const fn wants_another_setting(&self) -> bool {
        matches!(self.code, 530 | 534 | 535 | 538)
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.code, self.text)
    }
}

/// What became of one mail. Every case says whether the relay can have taken it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// 250 to the final dot: the relay has it.
    Accepted(Answer),
    /// A 4xx answer: the relay certainly did not take it; try again later.
    Deferred {
        /// Where.
        stage: Stage,
        /// The relay's words.
        answer: Answer,
    },
    /// A 5xx answer: the relay will not take it.
    Refused {
        /// Where.
        stage: Stage,
        /// The relay's words.
        answer: Answer,
    },
    /// The connection failed before the final dot had left: certainly not taken.
    NotSent {
        /// Where.
        stage: Stage,
        /// What happened.
        why: String,
    },
    /// The final dot had left, or may have, and no answer came: nobody knows.
    Unknown {
        /// What happened.
        why: String,
    },
    /// The relay does not want us, whatever the mail: account, certificate, sender. Nobody's fault but our settings'.
    Config {
        /// Where.
        stage: Stage,
        /// What to look at.
        why: String,
    },
}

impl Outcome {
    pub(crate) fn not_sent(stage: Stage, why: &dyn std::fmt::Display) -> Self {
        Self::NotSent { stage, why: one_line(&why.to_string(), 500) }
    }

    /// How far it came; none where the relay has the mail.
    pub(crate) const fn reached(&self) -> Option<Stage> {
        match self {
            Self::Accepted(_) => None,
            Self::Deferred { stage, .. }
            | Self::Refused { stage, .. }
            | Self::NotSent { stage, .. }
            | Self::Config { stage, .. } => Some(*stage),
            Self::Unknown { .. } => Some(Stage::AfterDot),
        }
    }

    /// The relay's words, or what happened.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Accepted(answer) | Self::Deferred { answer, .. } | Self::Refused { answer, .. } => answer.to_string(),
            Self::NotSent { why, .. } | Self::Config { why, .. } | Self::Unknown { why } => why.clone(),
        }
    }

    fn config(stage: Stage, why: &dyn std::fmt::Display) -> Self {
        Self::Config { stage, why: one_line(&why.to_string(), 500) }
    }

    /// A refusal that we give ourselves, before the relay is asked.
    pub(crate) fn refused_here(stage: Stage, why: &dyn std::fmt::Display) -> Self {
        Self::Refused { stage, answer: Answer::new(553, &why.to_string()) }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.reached() {
            Some(stage) => write!(f, "{}: {}", stage.code(), self.words()),
            None => f.write_str(&self.words()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relays_queue_id_is_found_where_it_tells() {
        assert_eq!(Answer::new(250, "2.0.0 Ok: queued as 4F1A2B").queue_id(), Some("4F1A2B"));
        assert_eq!(Answer::new(250, "OK").queue_id(), None);
    }

    #[test]
    fn an_answer_is_one_clean_line() {
        assert_eq!(Answer::new(550, "no\r\nsuch \u{0} deputy").to_string(), "550 no such deputy");
    }
}

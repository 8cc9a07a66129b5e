//! One mail over an open connection: MAIL, RCPT, DATA, the message, and what became of it.

use std::sync::Arc;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt, Rset};
use lettre::transport::smtp::extension::MailParameter;

use super::notices;
use super::open::{answer_of, cause};
use super::socket::{Notes, Patience};
use super::{Answer, Outcome, Stage};
use crate::config::Timeouts;
use crate::message::Message;

/// After this many mails a connection is closed and another opened, as relays like it.
const MAILS_A_CONNECTION: u32 = 100;

/// An open connection to a relay.
pub struct Connection {
    smtp: AsyncSmtpConnection,
    notes: Arc<Notes>,
    patience: Arc<Patience>,
    limits: Timeouts,
    size: Size,
    /// Does the relay take the parameters of RFC 3461?
    sends_notices: bool,
    /// False from the first byte of a mail until its clean end: a connection dropped or failed in between would give the next
    /// mail this one's answers.
    between_mails: bool,
    mails: u32,
}

/// What the relay said of message sizes (RFC 1870).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    NotOffered,
    Unlimited,
    AtMost(usize),
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Connection(after {} mails)", self.mails)
    }
}

impl Connection {
    pub(super) fn new(smtp: AsyncSmtpConnection, notes: Arc<Notes>, patience: Arc<Patience>, limits: Timeouts) -> Self {
        let greeting = notes.take_greeting();
        let (size, sends_notices) = (offered_size(&greeting), notices::are_offered(&greeting));
        Self { smtp, notes, patience, limits, size, sends_notices, between_mails: true, mails: 0 }
    }

    /// May the next mail go over this connection? Never after an error, nor when a delivery was abandoned half way.
    #[must_use]
    pub const fn is_reusable(&self) -> bool {
        self.between_mails && self.mails < MAILS_A_CONNECTION
    }

    /// Sends one mail to its one recipient, and to the office's mailbox where it keeps copies: to both or to none.
    pub async fn deliver(&mut self, message: &Message) -> Outcome {
        if let Size::AtMost(limit) = self.size
            && message.bytes.len() > limit
        {
            let why = format!("5.3.4 the mail has {} bytes, the relay takes at most {limit}", message.bytes.len());
            return Outcome::Refused { stage: Stage::Before, answer: Answer::new(552, &why) };
        }
        self.between_mails = false;
        self.notes.mail_begins();
        self.mails += 1;
        self.patience.set(self.limits.command);
        let mut parameters = match self.size {
            Size::NotOffered => Vec::new(),
            Size::Unlimited | Size::AtMost(_) => vec![MailParameter::Size(message.bytes.len())],
        };
        let (mut of_recipient, mut of_copy) = (Vec::new(), Vec::new());
        // Of the mail of the house nothing is to be reported.
        if self.sends_notices && message.envelope_id.is_some() {
            parameters.extend(notices::of_mail(message));
            of_recipient = notices::of_recipient(&message.to);
            of_copy = notices::of_copy();
        }
        if let Err(error) = self.smtp.command(Mail::new(Some(message.from.clone()), parameters)).await {
            return self.turned_down(Stage::Mail, &error).await;
        }
        if let Err(error) = self.smtp.command(Rcpt::new(message.to.clone(), of_recipient)).await {
            return self.turned_down(Stage::Rcpt, &error).await;
        }
        if let Some(copy_to) = &message.copy_to
            && let Err(error) = self.smtp.command(Rcpt::new(copy_to.clone(), of_copy)).await
        {
            return self.copy_turned_down(&error).await;
        }
        self.patience.set(self.limits.data);
        match self.smtp.command(Data).await {
            Ok(response) if response.has_code(354) => self.send_text(&message.bytes).await,
            Ok(response) => Outcome::not_sent(Stage::Data, &format!("unexpected answer {} to DATA", response.code())),
            Err(error) => self.turned_down(Stage::Data, &error).await,
        }
    }

    async fn send_text(&mut self, bytes: &[u8]) -> Outcome {
        self.patience.set(self.limits.block);
        self.notes.message_begins();
        match self.smtp.message(bytes).await {
            // Nothing but 250 is acceptance: the library also calls 354 positive.
            Ok(response) if response.has_code(250) => {
                self.between_mails = true;
                Outcome::Accepted(Answer::new(250, &response.message().collect::<Vec<_>>().join(" ")))
            }
            Ok(response) => {
                Outcome::Unknown { why: format!("unexpected answer {} after the final dot", response.code()) }
            }
            Err(error) => match answer_of(&error) {
                Some(answer) => {
                    self.between_mails = answer.code != 421;
                    judged(Stage::Body, &error, answer)
                }
                None => self.cut(&error),
            },
        }
    }

    /// The line broke while the message was on its way: before its dot we know, after it nobody does.
    fn cut(&self, error: &Error) -> Outcome {
        if self.notes.dot_may_have_left() {
            return Outcome::Unknown { why: crate::text::one_line(&cause(error), 500) };
        }
        match early_answer(&self.notes.early_answer()) {
            Some(answer) if (400..500).contains(&answer.code) => Outcome::Deferred { stage: Stage::Body, answer },
            Some(answer) if (500..600).contains(&answer.code) => Outcome::Refused { stage: Stage::Body, answer },
            Some(_) | None => Outcome::not_sent(Stage::Body, &cause(error)),
        }
    }

    /// The relay said no before the message, or the line broke there.
    async fn turned_down(&mut self, stage: Stage, error: &Error) -> Outcome {
        let Some(answer) = answer_of(error) else { return Outcome::not_sent(stage, &cause(error)) };
        if answer.code != 421 {
            self.between_mails = self.reset().await;
        }
        judged(stage, error, answer)
    }

    /// Without the office's copy nobody could tell afterwards what became of the mail: it does not go, and it is no fault of the mail's.
    async fn copy_turned_down(&mut self, error: &Error) -> Outcome {
        match self.turned_down(Stage::Rcpt, error).await {
            Outcome::Deferred { stage, answer } | Outcome::Refused { stage, answer } => Outcome::config(
                stage,
                &format!("the address of the office's copies (mail.journal) is not taken: {answer}"),
            ),
            other => other,
        }
    }

    /// What to say of a delivery that was given up half way; the connection is of no more use.
    pub(crate) fn abandoned(&self) -> Outcome {
        let why = "the relay kept us waiting longer than a mail may take";
        if self.notes.dot_may_have_left() {
            Outcome::Unknown { why: why.to_owned() }
        } else {
            Outcome::not_sent(Stage::Body, &why)
        }
    }

    /// Makes the relay forget the mail begun; false when it does not answer, and the connection is of no more use.
    async fn reset(&mut self) -> bool {
        self.patience.set(self.limits.command);
        self.smtp.command(Rset).await.is_ok()
    }

    /// Is somebody there?
    pub async fn noop(&mut self) -> Result<(), String> {
        self.patience.set(self.limits.command);
        self.smtp.command(Noop).await.map(drop).map_err(|error| cause(&error))
    }

    /// Says goodbye. Whether the relay answers changes nothing: every mail has its outcome already.
    pub async fn quit(mut self) {
        self.patience.set(self.limits.connect);
        if let Err(error) = self.smtp.quit().await {
            tracing::debug!(%error, "the relay did not answer our goodbye");
        }
    }
}

/// What a 4xx or 5xx answer means at a stage.
fn judged(stage: Stage, error: &Error, answer: Answer) -> Outcome {
    if !error.is_permanent() {
        return Outcome::Deferred { stage, answer };
    }
    // Refused before any recipient was named: the relay does not want us or our sender, whoever the mail is for.
    let is_ours = answer.wants_another_setting() || (stage == Stage::Mail && !answer.is_too_large());
    if is_ours { Outcome::config(stage, &answer) } else { Outcome::Refused { stage, answer } }
}

fn early_answer(bytes: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().next()?;
    let code = line.get(..3)?.parse().ok()?;
    Some(Answer::new(code, line.get(4..).unwrap_or_default()))
}

fn offered_size(greeting: &[u8]) -> Size {
    let text = String::from_utf8_lossy(greeting).to_ascii_uppercase();
    for line in text.lines().filter_map(|line| line.get(4..)) {
        let mut words = line.split_whitespace();
        if words.next() == Some("SIZE") {
            // SIZE without a number, or with 0, says that there is no fixed limit.
            return match words.next().map(str::parse) {
                Some(Ok(limit)) if limit > 0 => Size::AtMost(limit),
                Some(Ok(_) | Err(_)) | None => Size::Unlimited,
            };
        }
    }
    Size::NotOffered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relays_size_limit_is_read_from_its_greeting() {
        assert_eq!(offered_size(b"250-mx.kz\r\n250-SIZE 10240000\r\n250 HELP\r\n"), Size::AtMost(10_240_000));
        assert_eq!(offered_size(b"250-mx.kz\r\n250 SIZE 0\r\n"), Size::Unlimited);
        assert_eq!(offered_size(b"250-mx.kz\r\n250 size\r\n"), Size::Unlimited);
        assert_eq!(offered_size(b"250 mx.kz\r\n"), Size::NotOffered);
    }
}

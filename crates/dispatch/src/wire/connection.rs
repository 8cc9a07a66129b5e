//! One mail over an open connection: MAIL, RCPT, DATA, the message, and what became of it.

use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt, Rset};
use lettre::transport::smtp::extension::MailParameter;
use lettre::transport::smtp::response::{Response, Severity};

use super::notices;
use super::offer::{Offer, Size};
use super::open::{answer_of, cause};
use super::socket::{Notes, Silence};
use super::{Answer, Outcome, Stage};
use crate::config::Timeouts;
use crate::message::Message;

/// After this many mails a connection is closed and another opened, as relays like it.
const MAILS_A_CONNECTION: u32 = 100;

/// An open connection to a relay.
pub struct Connection {
    smtp: AsyncSmtpConnection,
    notes: Arc<Notes>,
    silence: Arc<Silence>,
    limits: Timeouts,
    offer: Offer,
    /// False from the first byte of a mail until its clean end: a connection dropped or failed in between would give the next
    /// mail this one's answers.
    between_mails: bool,
    mails: u32,
}

/// One command before the message, and how far its answer brings us.
struct Step {
    stage: Stage,
    /// It names the office's own mailbox.
    names_copy: bool,
    command: String,
    silence: Duration,
}

impl Step {
    /// MAIL and RCPT are answered by 2xx, DATA by 354; the library calls all of these positive.
    fn is_answered_by(&self, response: &Response) -> bool {
        match self.stage {
            Stage::Data => response.has_code(354),
            _ => response.code().severity == Severity::PositiveCompletion,
        }
    }
}

/// An answer after which the message cannot follow.
enum No {
    /// The relay said so; with 421 it closes as well.
    Said { outcome: Outcome, closes: bool },
    /// It said nothing that could be understood, or nothing at all: whatever else it says cannot be told apart any more.
    Broke(Outcome),
}

/// What became of a mail before its message, and whether RSET makes the connection fit for the next one.
struct Turned {
    outcome: Outcome,
    is_clean: bool,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Connection(after {} mails)", self.mails)
    }
}

impl Connection {
    pub(super) fn new(smtp: AsyncSmtpConnection, notes: Arc<Notes>, silence: Arc<Silence>, limits: Timeouts) -> Self {
        let offer = Offer::read(&notes.take_greeting());
        Self { smtp, notes, silence, limits, offer, between_mails: true, mails: 0 }
    }

    /// May the next mail go over this connection? Never after an error, nor when a delivery was abandoned half way.
    #[must_use]
    pub fn is_reusable(&self) -> bool {
        // A relay that has said more than it was asked would answer the next mail's commands with it.
        self.between_mails && self.mails < MAILS_A_CONNECTION && !self.notes.has_more()
    }

    /// Sends one mail to its one recipient, and to the office's mailbox where it keeps copies: to both or to none.
    pub async fn deliver(&mut self, message: &Message) -> Outcome {
        if let Size::AtMost(limit) = self.offer.size()
            && message.bytes.len() > limit
        {
            let why = format!("5.3.4 the mail has {} bytes, the relay takes at most {limit}", message.bytes.len());
            return Outcome::Refused { stage: Stage::Before, answer: Answer::new(552, &why) };
        }
        self.between_mails = false;
        self.notes.mail_begins();
        self.mails += 1;
        let steps = self.steps(message);
        let asked =
            if self.offer.has("PIPELINING") { self.ask_at_once(&steps).await } else { self.ask_in_turn(&steps).await };
        match asked {
            Ok(()) => self.send_text(&message.bytes).await,
            Err(turned) => {
                self.between_mails = turned.is_clean && self.reset().await;
                turned.outcome
            }
        }
    }

    /// What is said before the message.
    fn steps(&self, message: &Message) -> Vec<Step> {
        let mut parameters = match self.offer.size() {
            Size::NotOffered => Vec::new(),
            Size::Unlimited | Size::AtMost(_) => vec![MailParameter::Size(message.bytes.len())],
        };
        let (mut of_recipient, mut of_copy) = (Vec::new(), Vec::new());
        // Of the mail of the house nothing is to be reported.
        if self.offer.has("DSN") && message.envelope_id.is_some() {
            parameters.extend(notices::of_mail(message));
            of_recipient = notices::of_recipient(&message.to);
            of_copy = notices::of_copy();
        }
        let step = |stage, command| Step { stage, names_copy: false, command, silence: self.limits.command };
        let mut steps = vec![
            step(Stage::Mail, Mail::new(Some(message.from.clone()), parameters).to_string()),
            step(Stage::Rcpt, Rcpt::new(message.to.clone(), of_recipient).to_string()),
        ];
        if let Some(copy_to) = &message.copy_to {
            let copy = Rcpt::new(copy_to.clone(), of_copy).to_string();
            steps.push(Step { names_copy: true, ..step(Stage::Rcpt, copy) });
        }
        steps.push(Step { silence: self.limits.data, ..step(Stage::Data, Data.to_string()) });
        steps
    }

    /// Each command after the answer to the one before.
    async fn ask_in_turn(&mut self, steps: impl IntoIterator<Item = &Step>) -> Result<(), Turned> {
        for step in steps {
            self.silence.set(step.silence);
            let answered = self.smtp.command(&step.command).await;
            match heard(step, answered) {
                Ok(()) => {}
                Err(No::Said { outcome, closes }) => return Err(Turned { outcome, is_clean: !closes }),
                Err(No::Broke(outcome)) => return Err(Turned { outcome, is_clean: false }),
            }
        }
        Ok(())
    }

    /// All commands in one piece, then their answers in order (RFC 2920): one journey instead of one for each. Each answer means what
    /// it means in turn, and the first that says no is what became of the mail, also where it names only one of two recipients.
    ///
    /// Where the office's copy has a recipient of its own, DATA is held back until both have been taken: a relay that has refused only one of
    /// them would wait for a message to the other, which nothing but hanging up takes back. With one recipient it says no to DATA as well.
    async fn ask_at_once(&mut self, steps: &[Step]) -> Result<(), Turned> {
        let names_copy = steps.iter().any(|step| step.names_copy);
        let (at_once, held_back): (Vec<&Step>, Vec<&Step>) =
            steps.iter().partition(|step| !(names_copy && step.stage == Stage::Data));
        let mut together = Some(at_once.iter().map(|step| step.command.as_str()).collect::<String>());
        let mut first: Option<Outcome> = None;
        let mut is_clean = true;
        for step in at_once {
            self.silence.set(step.silence);
            let answered = match together.take() {
                Some(commands) => self.smtp.command(commands).await,
                None => self.smtp.read_response().await,
            };
            match heard(step, answered) {
                // It waits for a message although it has refused what came before, and would take RSET for one.
                Ok(()) if first.is_some() && step.stage == Stage::Data => is_clean = false,
                Ok(()) => {}
                Err(No::Said { outcome, closes }) => {
                    is_clean &= !closes;
                    first.get_or_insert(outcome);
                }
                Err(No::Broke(outcome)) => {
                    return Err(Turned { outcome: first.unwrap_or(outcome), is_clean: false });
                }
            }
        }
        match first {
            Some(outcome) => Err(Turned { outcome, is_clean }),
            None => self.ask_in_turn(held_back).await,
        }
    }

    async fn send_text(&mut self, bytes: &[u8]) -> Outcome {
        self.silence.set(self.limits.block);
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
        self.silence.set(self.limits.command);
        self.smtp.command(Rset).await.is_ok()
    }

    /// Is somebody there?
    pub async fn noop(&mut self) -> Result<(), String> {
        self.silence.set(self.limits.command);
        self.smtp.command(Noop).await.map(drop).map_err(|error| cause(&error))
    }

    /// Says goodbye. Whether the relay answers changes nothing: every mail has its outcome already.
    pub async fn quit(mut self) {
        self.silence.set(self.limits.connect);
        if let Err(error) = self.smtp.quit().await {
            tracing::debug!(%error, "the relay did not answer our goodbye");
        }
    }
}

/// What the answer to one command says of the mail.
fn heard(step: &Step, answered: Result<Response, Error>) -> Result<(), No> {
    match answered {
        Ok(response) if step.is_answered_by(&response) => Ok(()),
        Ok(response) => {
            let why = format!("unexpected answer {} at {}", response.code(), step.stage.code());
            Err(No::Broke(Outcome::not_sent(step.stage, &why)))
        }
        Err(error) => match answer_of(&error) {
            Some(answer) => {
                let closes = answer.code == 421;
                Err(No::Said { outcome: turned_down(step, &error, answer), closes })
            }
            None => Err(No::Broke(Outcome::not_sent(step.stage, &cause(&error)))),
        },
    }
}

/// What a 4xx or 5xx answer before the message means. Without the office's copy nobody could tell afterwards what became of the mail: it
/// does not go, and it is no fault of the mail's.
fn turned_down(step: &Step, error: &Error, answer: Answer) -> Outcome {
    match judged(step.stage, error, answer) {
        Outcome::Deferred { stage, answer } | Outcome::Refused { stage, answer } if step.names_copy => {
            Outcome::config(stage, &format!("the address of the office's copies (mail.journal) is not taken: {answer}"))
        }
        outcome => outcome,
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

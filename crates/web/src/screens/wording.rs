//! What several screens say in the same words: how long is left, which colour a stage has, what a ministry and a person are called.

use std::collections::{BTreeSet, HashMap};

use directory::{Actor, Language, MinistryCode};
use eventstore::Recorded;
use inquiry::event::ReplyAccepted;
use inquiry::state::ContributionStatus;
use inquiry::{Dossier, StageName, warning};
use jiff::civil::Date;
use readmodel::deliveries::{self, State as DeliveryState};
use serde::Serialize;
use uuid::Uuid;

use super::fields::say;
use super::names::Names;
use crate::accounts;
use crate::office::accounts::{OPERATOR, operator_words};
use crate::office::records::errands;
use crate::problem::Problem;
use crate::state::AppState;

/// The names under which the program itself acts: the worker that sends mail, and the one that follows the changes of the records.
pub(super) const WORKERS: [&str; 2] = ["dispatch", errands::ACTOR];

/// A reply that is due within so many days presses; the same number that the register's filter takes.
const SOON: i32 = readmodel::register::SOON as i32;

/// A day with what it means today.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Due {
    /// The day, for the `datetime` attribute.
    pub day: Date,
    /// How long is left, or how late it is; none once the reply is sent or nothing is owed.
    pub left: Option<String>,
    /// `over`, `soon` or `calm`: the colour beside the words.
    pub tone: &'static str,
}

impl Due {
    /// What `day` means on `today` for something that is still owed.
    pub(super) fn of(day: Date, today: Date, is_owed: bool, language: Language) -> Self {
        if !is_owed {
            return Self { day, left: None, tone: "calm" };
        }
        let days = today.until(day).map_or(0, |span| span.get_days());
        let tone = match days {
            ..0 => "over",
            0..=SOON => "soon",
            _ => "calm",
        };
        Self { day, left: Some(left(days, language)), tone }
    }
}

/// «4 күн қалды», «3 дня просрочки», "due today".
fn left(days: i32, language: Language) -> String {
    let count = days.unsigned_abs();
    match (days, language) {
        (0, _) => say(language, "бүгін", "сегодня", "today"),
        (1.., Language::Kk) => format!("{count} күн қалды"),
        (1.., Language::Ru) => format!("осталось {count} {}", russian_days(count)),
        (1.., Language::En) => format!("{count} {} left", english_days(count)),
        (_, Language::Kk) => format!("{count} күн кешікті"),
        (_, Language::Ru) => format!("просрочено на {count} {}", russian_days(count)),
        (_, Language::En) => format!("{count} {} overdue", english_days(count)),
    }
}

fn russian_days(count: u32) -> &'static str {
    match (count % 10, count % 100) {
        (_, 11..=14) => "дней",
        (1, _) => "день",
        (2..=4, _) => "дня",
        _ => "дней",
    }
}

const fn english_days(count: u32) -> &'static str {
    if count == 1 { "day" } else { "days" }
}

/// The colour of a stage's tag; the tag's words say the same.
pub(super) const fn stage_tone(stage: StageName) -> &'static str {
    match stage {
        StageName::Received | StageName::Registered | StageName::OnControl => "mute",
        StageName::Assigned | StageName::Drafting => "info",
        StageName::Approval => "brand",
        StageName::ForSignature | StageName::Signed | StageName::Numbered => "vio",
        StageName::Dispatched | StageName::Closed => "ok",
        StageName::Withdrawn | StageName::Redirected | StageName::Merged => "warn",
    }
}

/// What the other side said of a mail. Where mails are only written to files that is our own worker, who speaks to nobody in particular: it is told
/// in the reader's language.
pub(super) fn answered(relay: Option<&str>, answer: String, language: Language) -> String {
    let of_worker =
        relay.filter(|relay| *relay == ReplyAccepted::FILE).and_then(|_| answer.strip_prefix("written to "));
    match (of_worker, language) {
        (None, _) => answer,
        // That it was written stands beside it.
        (Some(file), Language::Kk | Language::Ru) => format!("файл {file}"),
        (Some(file), Language::En) => format!("file {file}"),
    }
}

/// The questions that the draft does not answer, said to whoever approves or signs it; none when it answers all.
pub(super) fn unanswered(dossier: &Dossier, language: Language) -> Option<String> {
    let open: Vec<String> = warning::unanswered(dossier).iter().map(ToString::to_string).collect();
    if open.is_empty() {
        return None;
    }
    let words = say(
        language,
        "Хатта жауабы көрсетілмеген сұрақтар",
        "Вопросы, на которые ответ в письме не указан",
        "Questions to which the letter shows no answer",
    );
    Some(format!("{words}: {}.", open.join(", ")))
}

/// What came of an attempt to send a mail, and the colour of it.
pub(super) fn step(code: &str, language: Language) -> (String, &'static str) {
    let (kk, ru, en, tone) = match code {
        "transmitting" => ("жіберіле бастады", "передача начата", "transmission begun", "mute"),
        "written" => ("файлға жазылды", "записано в файл", "written to a file", "info"),
        "accepted" => ("сервер қабылдады", "принято сервером", "accepted by the server", "ok"),
        "deferred" => ("сервер кейінге қалдырды", "отложено сервером", "deferred by the server", "warn"),
        "refused" => ("сервер қабылдамады", "отклонено сервером", "refused by the server", "bad"),
        "not_sent" => ("жіберілмеді", "не отправлено", "not sent", "warn"),
        "unknown" => ("жеткені белгісіз", "неизвестно, дошло ли", "nobody knows whether it went", "bad"),
        _ => ("сервер бізді қабылдамады", "сервер не принимает нас", "the server does not take us", "bad"),
    };
    (say(language, kk, ru, en), tone)
}

/// How far an attempt came before it failed. A stage that only a newer worker knows stands for itself.
pub(super) fn reached(code: &str, language: Language) -> String {
    let (kk, ru, en) = match code {
        "before" => ("хатты жасау", "подготовка письма", "making the mail"),
        "connect" => ("қосылу", "соединение", "connecting"),
        "tls" => ("шифрлау", "шифрование", "encryption"),
        "auth" => ("серверге кіру", "вход на сервер", "signing in"),
        "mail" => ("жіберуші", "отправитель", "the sender"),
        "rcpt" => ("алушы", "получатель", "the recipient"),
        "data" => ("хатты бастау", "начало письма", "beginning of the mail"),
        "body" => ("хатты беру", "передача письма", "passing on the mail"),
        "after_dot" => ("хат берілгеннен кейін", "после передачи письма", "after the mail was passed on"),
        "file" => ("файлға жазу", "запись в файл", "writing the file"),
        other => return other.to_owned(),
    };
    say(language, kk, ru, en)
}

/// The way that mail goes; a relay is called by its name.
pub(super) fn relay(name: String, language: Language) -> String {
    if name == ReplyAccepted::FILE { say(language, "файл", "файл", "file") } else { name }
}

/// A delivery's state in words, and the colour of its tag,
/// for somebody who knows where its mail stands: what was only written to a file no server has seen.
pub(super) fn mailed(
    state: Option<DeliveryState>,
    mail: Option<&deliveries::Mail>,
    language: Language,
) -> (String, &'static str) {
    let is_on_its_way = matches!(state, Some(DeliveryState::Accepted | DeliveryState::Ordered) | None);
    let nobody_knows = matches!(state, Some(DeliveryState::Failed) | None);
    let (kk, ru, en, tone) = match mail.map(|mail| mail.state.as_str()) {
        Some("written") if is_on_its_way => ("файлға жазылды", "записано в файл", "written to a file", "info"),
        Some("cancelled") if is_on_its_way => ("тоқтатылды", "отменено", "called back", "mute"),
        Some("accepted") if state.is_none() => return delivery(DeliveryState::Accepted, language),
        Some("unknown") if nobody_knows => {
            ("жеткені белгісіз", "неизвестно, дошло ли", "nobody knows whether it went", "bad")
        }
        Some("delivered") if state.is_none() => return delivery(DeliveryState::InMailbox, language),
        Some("relayed") if state.is_none() => return delivery(DeliveryState::PassedOn, language),
        Some("deferred") if state.is_none() => return delivery(DeliveryState::Retrying, language),
        Some("refused" | "dead" | "bounced") if state.is_none() => return delivery(DeliveryState::Failed, language),
        Some(_) | None => return delivery(state.unwrap_or(DeliveryState::Ordered), language),
    };
    (say(language, kk, ru, en), tone)
}

pub(super) fn delivery(state: DeliveryState, language: Language) -> (String, &'static str) {
    let (kk, ru, en, tone) = match state {
        DeliveryState::NotOrdered => ("әлі жіберілмеді", "ещё не отправлено", "not sent yet", "mute"),
        DeliveryState::NeedsHand => ("қолма-қол тапсыру керек", "нужно вручить", "to be delivered by hand", "warn"),
        DeliveryState::Ordered => ("күтуде", "ожидает отправки", "waiting", "mute"),
        DeliveryState::Retrying => ("қайталануда", "повторяется", "retrying", "warn"),
        DeliveryState::Accepted => ("сервер қабылдады", "принято сервером", "accepted by the server", "info"),
        DeliveryState::InMailbox => ("пошта жәшігінде", "в почтовом ящике", "in the mailbox", "info"),
        DeliveryState::PassedOn => ("келесі серверге берілді", "передано дальше", "passed on", "info"),
        DeliveryState::Delayed => ("кешігуде", "задерживается", "delayed", "warn"),
        DeliveryState::Failed => ("жеткізілмеді", "не доставлено", "not delivered", "bad"),
        DeliveryState::Confirmed => ("жеткізілді", "доставлено", "delivered", "ok"),
        DeliveryState::ByHand => ("қолма-қол тапсырылды", "вручено", "delivered by hand", "ok"),
    };
    (say(language, kk, ru, en), tone)
}

/// What came about a mail of ours, and its colour.
pub(super) fn notice(kind: &str, language: Language) -> (String, &'static str) {
    let known = NOTICES.iter().find(|(known, ..)| *known == kind);
    let (kk, ru, en, tone) = known.map_or(("", "", "", "mute"), |(_, kk, ru, en, tone)| (*kk, *ru, *en, *tone));
    (say(language, kk, ru, en), tone)
}

/// Each kind with its words and their colour.
const NOTICES: [(&str, &str, &str, &str, &str); 7] = [
    (
        "delivered",
        "сервер хабары: пошта жәшігіне түсті",
        "отчёт сервера: в почтовом ящике",
        "the server reports: in the mailbox",
        "info",
    ),
    (
        "relayed",
        "сервер хабары: келесі серверге берілді",
        "отчёт сервера: передано дальше",
        "the server reports: passed on",
        "info",
    ),
    ("delayed", "сервер хабары: кешігуде", "отчёт сервера: задерживается", "the server reports: delayed", "warn"),
    ("failed", "хат кері қайтарылды", "письмо возвращено", "the mail came back", "bad"),
    ("auto_reply", "автоматты жауап келді", "пришёл автоответ", "an automatic reply came", "mute"),
    ("answer", "жауап хат келді", "пришло ответное письмо", "an answer came by mail", "info"),
    (
        "copy",
        "кеңсе жәшігінде көшірмесі бар",
        "в ящике ведомства есть копия",
        "the office's mailbox has a copy",
        "mute",
    ),
];

/// A ministry's full name and its abbreviation.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Ministry {
    pub name: String,
    pub short: String,
}

/// What a ministry is called today; a code that the directory does not know stands for itself.
pub(super) fn ministry(state: &AppState, code: &MinistryCode, language: Language) -> Ministry {
    Names::now(state).ministry(code, language)
}

/// A sentence of the rules, which know ministries and offices by their codes, with their names in the reader's language.
pub(crate) fn named(state: &AppState, sentence: &str, language: Language) -> String {
    Names::now(state).told(sentence, language)
}

/// How a contribution stands, in words, and the colour of its tag.
pub(super) fn contribution(status: &ContributionStatus, language: Language) -> (String, &'static str) {
    match status {
        ContributionStatus::Submitted => (say(language, "енгізілді", "внесено", "submitted"), "info"),
        ContributionStatus::Accepted => (say(language, "қабылданды", "принято", "accepted"), "ok"),
        ContributionStatus::Returned { .. } => (say(language, "қайтарылды", "возвращено", "returned"), "bad"),
    }
}

/// Every ministry of that day, for a select, by name.
pub(super) fn ministries(state: &AppState, day: Date, language: Language) -> Vec<(String, String)> {
    let directory = state.directory();
    let view = directory.at(day);
    view.ministries().map(|one| (one.code.to_string(), one.name.words(language).to_owned())).collect()
}

/// The topics of a day, for a list to choose from.
pub(super) fn topics(state: &AppState, day: Date, language: Language) -> Vec<(String, String)> {
    let directory = state.directory();
    directory.at(day).topics().map(|one| (one.code.to_string(), one.name.words(language).to_owned())).collect()
}

/// The people behind the account names that the journal keeps.
#[derive(Debug, Default)]
pub(super) struct People {
    names: HashMap<String, String>,
    /// The absent's account for each substitution.
    absents: HashMap<Uuid, String>,
    approvers: Vec<(String, String)>,
    /// The ministries for which somebody writes who has an e-mail address.
    written_to: BTreeSet<MinistryCode>,
}

impl People {
    /// Everybody who ever had an account, since what they did stays; those who can be asked for something have it still.
    ///
    /// # Errors
    /// The database is away.
    pub(super) async fn of(state: &AppState) -> Result<Self, Problem> {
        let client = state.pool.get().await?;
        let everybody = accounts::everybody(&client).await;
        let mut people = Self::default();
        for known in everybody.map_err(|error| Problem::failure("list the accounts", error))? {
            if let Some(account) = known.open {
                if account.actor.has(directory::Role::Approver) {
                    people.approvers.push((account.actor.name.clone(), account.full_name));
                }
                if account.actor.has(directory::Role::Executor) && account.email.is_some() {
                    people.written_to.extend(account.actor.ministry);
                }
            }
            people.names.insert(known.name, known.full_name);
        }
        let absents = accounts::absence::absents(&client).await;
        let absents = absents.map_err(|error| Problem::failure("list the substitutions", error))?;
        people.absents.extend(absents);
        Ok(people)
    }

    /// Has anybody who writes for that ministry an e-mail address?
    pub(super) fn can_be_written_to(&self, ministry: &MinistryCode) -> bool {
        self.written_to.contains(ministry)
    }

    /// The full name; our own workers are called as the journal calls them.
    pub(super) fn name<'a>(&'a self, account: &'a str) -> &'a str {
        self.names.get(account).map_or(account, String::as_str)
    }

    /// Is that an account of somebody?
    pub(super) fn knows(&self, account: &str) -> bool {
        self.names.contains_key(account)
    }

    /// The same for whoever acted: our own workers, which carry no account, are the system.
    pub(super) fn or_worker<'a>(&'a self, actor: &'a str, language: Language) -> &'a str {
        match self.names.get(actor) {
            None if WORKERS.contains(&actor) => directory::Role::System.words(language),
            None if Actor::is_holder_name(actor) => match language {
                Language::Kk => "депутат, жеке сілтеме арқылы",
                Language::Ru => "депутат, по личной ссылке",
                Language::En => "the deputy, through the personal link",
            },
            None if actor == OPERATOR => operator_words(language),
            Some(_) | None => self.name(actor),
        }
    }

    /// Who did what was recorded, and in whose place where it was not their own.
    pub(super) fn who(&self, recorded: &Recorded, language: Language) -> String {
        let actor = self.or_worker(&recorded.actor, language);
        let Some(absent) = recorded.causation.and_then(|by| self.absents.get(&by)) else { return actor.to_owned() };
        let absent = self.name(absent);
        match language {
            Language::Kk => format!("{actor} ({absent} орнына)"),
            Language::Ru => format!("{actor} (вместо: {absent})"),
            Language::En => format!("{actor} (in place of {absent})"),
        }
    }

    /// Everybody who can give visas, for a select.
    pub(super) fn approvers(&self) -> &[(String, String)] {
        &self.approvers
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_said_in_every_language() {
        let due = |today, language| Due::of(date(2023, 10, 20), today, true, language).left.unwrap();
        assert_eq!(due(date(2023, 10, 16), Language::Kk), "4 күн қалды");
        assert_eq!(due(date(2023, 10, 17), Language::Ru), "осталось 3 дня");
        assert_eq!(due(date(2023, 10, 19), Language::En), "1 day left");
        assert_eq!(due(date(2023, 10, 20), Language::Kk), "бүгін");
        assert_eq!(due(date(2023, 10, 31), Language::Ru), "просрочено на 11 дней");
        assert_eq!(due(date(2023, 12, 20), Language::En), "61 days overdue");
    }

    #[test]
    fn what_is_sent_is_never_late() {
        let due = Due::of(date(2023, 10, 20), date(2024, 1, 1), false, Language::Kk);
        assert_eq!((due.left, due.tone), (None, "calm"));
    }
}

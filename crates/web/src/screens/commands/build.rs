//! The form of every command: what is asked for, with what is known filled in.

mod closing;
mod contested;
mod paper;
mod reminding;
mod resolution;

use directory::deadline::{self, Deadline};
use directory::{Actor, Language, MinistryCode, Role};
use inquiry::intake::Recipient;
use inquiry::state::ContributionStatus;
use inquiry::terms::{ReceiptProof, VisaKind};
use inquiry::{CommandName, Dossier};
use jiff::civil::Date;
use readmodel::register::Loads;

use super::super::deliveries;
use super::super::fields::{self, Field, Form, Reason, Typed, say};
use super::super::load::Burdens;
use super::super::wording::{self, People};
use super::{newer, written};
use crate::office::seeing::Seen;
use crate::speech::Words;
use crate::state::AppState;
use resolution::{MINISTRIES, rows, to_choose, why_offered, with_burdens};

pub(super) use closing::check as check_closing;
pub(in crate::screens) use reminding::{reminded_words, unreachable, words as owing_words};
pub(in crate::screens) use resolution::Resolution;

/// Rows that a list begins with.
const ROWS: usize = 3;
/// The most rows that a list is drawn with.
const MOST_ROWS: usize = 100;

/// The codes of visas in forms.
pub(in crate::screens) const VISAS: [(&str, VisaKind); 4] = [
    ("legal", VisaKind::Legal),
    ("language", VisaKind::Language),
    ("finance", VisaKind::Finance),
    ("office", VisaKind::Office),
];
/// The codes of proofs of receipt in forms.
pub(super) const PROOFS: [(&str, ReceiptProof); 4] = [
    ("opened_here", ReceiptProof::OpenedHere),
    ("delivery_notice", ReceiptProof::DeliveryNotice),
    ("answered_by_mail", ReceiptProof::AnsweredByMail),
    ("said_by_telephone", ReceiptProof::SaidByTelephone),
];

/// What a form is built from: the inquiry as somebody sees it.
pub(in super::super) struct Desk<'a> {
    pub state: &'a AppState,
    pub seen: &'a Seen,
    pub actor: &'a Actor,
    pub people: &'a People,
    pub language: Language,
    pub today: Date,
    /// SHA-256 of the letter that would be signed, when it was looked at.
    pub pdf_sha256: Option<String>,
    /// What ministries have to do, for the forms in which one is chosen ([`needs_loads`]).
    pub loads: Option<&'a Loads>,
}

/// Is a ministry given something to do by this?
pub(in super::super) const fn needs_loads(name: CommandName) -> bool {
    matches!(name, CommandName::AssignMinistries | CommandName::Reassign)
}

/// The commands that have a form: those of people, but for the registration, which has a page of its own, and for the other side of
/// a merger, which goes with the merger.
pub(in super::super) const fn has_form(name: CommandName) -> bool {
    !matches!(
        name,
        CommandName::Register
            | CommandName::JoinMerge
            | CommandName::RecordAcceptance
            | CommandName::RecordFailure
            | CommandName::RecordDeliveryReport
    )
}

/// The commands whose form is a page of its own: a letter is read or written there.
pub(in super::super) const fn has_own_page(name: CommandName) -> bool {
    matches!(name, CommandName::Sign | CommandName::ReviseDraft)
}

impl Desk<'_> {
    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    fn dossier(&self) -> &Dossier {
        &self.seen.dossier
    }

    fn all_ministries(&self) -> Vec<(String, String)> {
        wording::ministries(self.state, self.today, self.language)
    }

    fn named(&self, code: &MinistryCode) -> (String, String) {
        (code.to_string(), wording::ministry(self.state, code, self.language).name)
    }

    /// The form of a command, with what was typed into it before deciding how many rows it has; none when the inquiry has nothing
    /// that the form could speak of.
    pub(in super::super) fn form(&self, name: CommandName, typed: &Typed) -> Option<Form> {
        let action = format!("/inquiries/{}/commands/{}", self.dossier().inquiry, name.path());
        let form = Form::new(name.path(), name.words(self.language), action, self.seen.version);
        let form = match name {
            CommandName::AssignMinistries => self.assign(form, typed),
            CommandName::ContestAssignment => {
                let none = self.t("ұсынылмайды", "не предлагается", "none");
                form.with(vec![
                    self.reason(),
                    Field::select_or_none(
                        "propose",
                        self.t("Кімді ұсынасыз", "Кого предлагаете", "Whom you propose"),
                        none,
                        self.all_ministries().into_iter().filter(|(code, _)| {
                            self.actor.ministry.as_ref().is_none_or(|own| own.as_str() != code)
                        }),
                    ),
                ])
            }
            CommandName::Reassign => self.reassign(form, typed),
            CommandName::SubmitContribution => written::from_the_desk(self.contribute(form), typed),
            CommandName::AcceptContribution => {
                form.with(vec![self.contribution(|status| *status == ContributionStatus::Submitted)])
            }
            CommandName::ReturnContribution => form
                .with(vec![
                    self.contribution(|status| !matches!(status, ContributionStatus::Returned { .. })),
                    self.reason(),
                ])
                .grave(),
            CommandName::RemindMinistry => self.remind(form)?,
            CommandName::ReviseDraft => {
                let form = written::from_the_desk(self.revise(form, typed)?, typed);
                match newer::confirmation(typed, self.language) {
                    Some(fields) => form.with(fields),
                    None => form,
                }
            }
            CommandName::SubmitForApproval => self.approval(form, typed)?,
            CommandName::Visa => self.warned(form).link(self.since_visa()?).with(self.visa()?),
            CommandName::RefuseVisa => {
                let mut fields = self.visa()?;
                fields.push(Field::area("remarks", self.t("Ескертулер", "Замечания", "Remarks"), 3).needed());
                form.link(self.since_visa()?).with(fields).grave()
            }
            CommandName::ReturnDraft => form.with(vec![self.draft_version()?, self.reason()]).grave(),
            CommandName::SubmitForSignature => self.to_signature(self.warned(form))?,
            CommandName::Sign => self.sign(self.warned(form))?,
            CommandName::DeclineSigning => form.with(vec![self.reason()]).grave(),
            CommandName::AssignOutgoingNumber => form
                .note(self.t(
                    "Нөмір сериядан кезегімен алынады; қол қойылған байттар өзгермейді.",
                    "Номер берётся из серии по порядку; подписанные байты не меняются.",
                    "The number is the next of its series; the signed bytes do not change.",
                ))
                .with(vec![
                    Field::date("dated", self.t("Нөмірдің күні", "Дата номера", "Date of the number"))
                        .value(self.today)
                        .needed(),
                ]),
            CommandName::Dispatch => self.dispatch(form),
            CommandName::ConfirmDelivery => self.confirm(form),
            CommandName::RecordDeliveryByHand => form.with(vec![
                self.recipient(true),
                Field::date("on", self.t("Тапсырылған күні", "Дата вручения", "Day of the delivery"))
                    .value(self.today)
                    .needed(),
                Field::area(
                    "note",
                    self.t("Кімге және қалай тапсырылды", "Кому и как вручено", "How, and who took it"),
                    2,
                )
                .needed(),
            ]),
            CommandName::Resend => form.with(vec![
                self.recipient(true),
                Field::email("address", self.t("Мекенжайы", "Адрес", "Address")).needed(),
            ]),
            CommandName::RevokeLink => form
                .note(self.t(
                    "Бұрын жіберілген хаттардағы сілтеме енді ештеңе ашпайды; қайта жөнелтілген хатта жаңа сілтеме болады.",
                    "Ссылка из отправленных писем больше ничего не откроет; в повторном письме будет новая.",
                    "The link in the mails that were sent opens nothing any more; a mail that is sent again carries a new one.",
                ))
                .with(vec![self.linked()])
                .grave(),
            CommandName::RequestExtension => form.with(vec![
                Field::area("ground", self.t("Негізі", "Основание", "Ground"), 3).needed(),
                Field::date("until", self.t("Қай күнге дейін", "До какого дня", "Until")).needed(),
            ]),
            CommandName::GrantExtension => self.grant(form),
            CommandName::RefuseExtension => form.with(vec![self.reason()]).grave(),
            CommandName::SendInterimReply => form.with(vec![
                Field::area(
                    "summary",
                    self.t(
                        "Аралық жауаптың мазмұны",
                        "Содержание промежуточного ответа",
                        "What the interim reply says",
                    ),
                    3,
                )
                .needed(),
                Field::text("number", self.t("Нөмірі, берілсе", "Номер, если есть", "Number, if it has one")),
                Field::date("dated", self.t("Күні", "Дата", "Date")).value(self.today).needed(),
            ]),
            CommandName::RemoveFromControl => form.with(vec![Field::area(
                "note",
                self.t("Негізі, қажет болса", "Основание, если нужно", "Ground, if one is needed"),
                2,
            )]),
            CommandName::Close => self.close(form),
            CommandName::LinkRepeat => form.with(vec![
                Field::text(
                    "repeat",
                    self.t("Қайталама сауалдың нөмірі", "Номер повторного запроса", "Number of the repeat inquiry"),
                )
                .needed()
                .hint(self.t(
                    "Тіркелген нөмір, мысалы ДС-412",
                    "Номер из реестра, например ДС-412",
                    "A registered number, such as ДС-412",
                )),
            ]),
            CommandName::Merge => form
                .with(vec![
                    Field::area(
                        "others",
                        self.t(
                            "Қосылатын сауалдардың нөмірлері, әр жолда біреуі",
                            "Номера присоединяемых запросов, по одному в строке",
                            "Numbers of the inquiries that join, one a line",
                        ),
                        3,
                    )
                    .needed(),
                ])
                .note(self.t(
                    "Қосылған сауалдарға осы сауалдың жауабы беріледі.",
                    "На присоединённые запросы отвечает ответ на этот.",
                    "The reply to this inquiry will answer those that join.",
                )),
            CommandName::Withdraw => form.with(vec![self.reason()]).grave(),
            CommandName::Redirect => {
                form.with(vec![Field::text("to", self.t("Кімге", "Кому", "To whom")).needed(), self.reason()]).grave()
            }
            CommandName::ReplaceReply => form
                .note(self.t(
                    "Жаңа хат жаңа нөмірмен дайындалады; жөнелтілген хат өзгермейді.",
                    "Готовится новое письмо с новым номером; отправленное не меняется.",
                    "A new letter with a new number follows; the one that was sent stays as it is.",
                ))
                .with(vec![self.reason()])
                .grave(),
            CommandName::RecordResponse => self.response(form),
            CommandName::SetTopic => self.topic(form),
            CommandName::Register
            | CommandName::JoinMerge
            | CommandName::RecordAcceptance
            | CommandName::RecordFailure
            | CommandName::RecordDeliveryReport => {
                return None;
            }
        };
        Some(form.done())
    }

    /// Whoever puts their name to the letter is told first what it leaves open.
    fn warned(&self, form: Form) -> Form {
        match wording::unanswered(self.dossier(), self.language) {
            Some(words) => form.note(words),
            None => form,
        }
    }

    fn reason(&self) -> Field {
        Field::area("reason", self.t("Себебі", "Причина", "Reason"), 3).needed()
    }

    fn assign(&self, form: Form, typed: &Typed) -> Form {
        let burdens = self.burdens();
        let resolution = Resolution {
            state: self.state,
            today: self.today,
            language: self.language,
            known: self.dossier().assignment.as_ref(),
            latest: self.latest(),
            burdens: burdens.as_ref(),
        };
        resolution.fields(self.contested(form).reason(self.why_due()), typed)
    }

    fn burdens(&self) -> Option<Burdens<'_>> {
        self.loads.map(|loads| Burdens::of(self.state, loads, self.actor, self.language))
    }

    /// How the day of the reply itself was found.
    fn why_due(&self) -> Option<Reason> {
        let watch = self.dossier().watch()?;
        let day = watch.due.strftime("%d.%m.%Y");
        let title = match self.language {
            Language::Kk => format!("Жауаптың мерзімі {day}: қалай есептелді"),
            Language::Ru => format!("Срок ответа {day}: как посчитан"),
            Language::En => format!("The reply is due {day}: how it was counted"),
        };
        Some(Reason::of_reply(title, watch, self.language))
    }

    fn rows(&self, typed: &Typed, name: &str, at_first: usize) -> usize {
        rows(typed, name, at_first)
    }

    fn choose(&self) -> String {
        self.t("таңдаңыз", "выберите", "choose")
    }

    /// The day that the rule for instructions offers, when it can be kept; no later than `latest`.
    fn inner_deadline(&self, latest: Option<Date>) -> Option<Deadline> {
        let directory = self.state.directory();
        let rule = directory.at(self.today).inner_rule()?;
        deadline::offered(self.today, latest, rule, directory.calendar()).ok()
    }

    /// The last day on which a draft may be due: the reply's own, or today once that is past; any day while nobody watches the clock.
    fn latest(&self) -> Option<Date> {
        self.dossier().watch().map(|watch| watch.latest_draft(self.today))
    }

    fn reassign(&self, form: Form, typed: &Typed) -> Form {
        let assigned = self.dossier().assignment.iter().flat_map(|assignment| {
            std::iter::once(&assignment.lead).chain(assignment.co_executors.iter().map(|co| &co.ministry))
        });
        let assigned: Vec<_> = assigned.map(|code| self.named(code)).collect();
        let burdens = self.burdens();
        // Whoever asks to be replaced is the first to be thought of.
        let asks = self.contests().first();
        let draft = self.draft_before(typed, asks);
        let offered = self.inner_deadline(self.latest());
        // Where the draft is due before that day, the day is no longer explained by the reply's.
        let offered = offered.filter(|offered| draft.is_none_or(|draft| offered.due <= draft));
        let day = match (&offered, draft) {
            (None, Some(draft)) => self.inner_deadline(Some(draft)).map(|deadline| deadline.due),
            (offered, _) => offered.as_ref().map(|deadline| deadline.due),
        };
        let shown = fields::day(typed.get("due")).or(day).unwrap_or(self.today);
        let form = with_burdens(form, burdens.as_ref(), shown)
            .reason(self.why_due())
            .reason(why_offered(offered.as_ref(), self.language))
            .list(MINISTRIES, to_choose(self.state, self.today, self.language, burdens.as_ref()));
        let due = Field::date("due", self.t("Мерзімі", "Срок", "Due"));
        let due = due.value(day.map_or_else(String::new, |day| day.to_string())).needed();
        let mut from = Field::select("from", self.t("Кімнің орнына", "Вместо кого", "Who leaves"), assigned).needed();
        if let Some(asks) = asks {
            from = from.value(&asks.ministry);
        }
        let proposed = asks.and_then(|asks| asks.propose.as_ref());
        self.contested(form).with(vec![
            from,
            Field::select_or_none(
                "to",
                self.t("Кім", "Кто", "Who takes the place"),
                self.choose(),
                self.all_ministries(),
            )
            .value(proposed.map_or_else(String::new, ToString::to_string))
            .offering(MINISTRIES)
            .needed(),
            match self.day_instead() {
                Some(hint) => due.hint(hint),
                None => due,
            },
            self.reason(),
        ])
    }

    fn dispatch(&self, form: Form) -> Form {
        let Some(letter) = self.dossier().letter() else { return form };
        let recipients = letter.signed.addressees();
        let by_mail = recipients.iter().filter(|(_, email)| email.is_some()).count();
        let by_hand = recipients.len() - by_mail;
        let words = match self.language {
            Language::Kk => format!("Пошта арқылы: {by_mail}, қолма-қол: {by_hand}."),
            Language::Ru => format!("По почте: {by_mail}, вручить: {by_hand}."),
            Language::En => format!("By mail: {by_mail}, by hand: {by_hand}."),
        };
        match deliveries::by_hand(&letter.signed, self.language) {
            Some(names) => form.note(format!("{words} {names}")),
            None => form.note(words),
        }
    }

    fn recipient(&self, only_undelivered: bool) -> Field {
        let waiting = self.dossier().dispatched().map(inquiry::state::DispatchedReply::undelivered).unwrap_or_default();
        let speaks_for_all = self.actor.has(Role::Clerk);
        let choices = self
            .dossier()
            .recipients()
            .filter(|recipient| !only_undelivered || waiting.contains(&recipient.no))
            .filter(|recipient| speaks_for_all || self.is_own(recipient))
            .map(|recipient| (recipient.no.to_string(), recipient.name.clone()));
        Field::select("recipient", self.t("Депутат", "Депутат", "Deputy"), choices).needed()
    }

    /// Those whose personal link works.
    fn linked(&self) -> Field {
        let links = &self.dossier().links;
        let works = |no| links.iter().any(|known| known.recipient == no && known.work());
        let linked = self.dossier().recipients().filter(|recipient| works(recipient.no));
        let choices = linked.map(|recipient| (recipient.no.to_string(), recipient.name.clone()));
        Field::select("recipient", self.t("Депутат", "Депутат", "Deputy"), choices).needed()
    }

    fn is_own(&self, recipient: &Recipient) -> bool {
        recipient.deputy.is_some() && recipient.deputy == self.actor.deputy
    }

    /// A clerk says of whom a mail went to how their receipt became known; a deputy says that they have opened the letter themselves.
    fn confirm(&self, form: Form) -> Form {
        let is_clerk = self.actor.has(Role::Clerk);
        let sent = self.dossier().dispatched();
        let waits = |recipient: &&Recipient| {
            let delivery = sent.and_then(|sent| sent.delivery(recipient.no));
            delivery.is_some_and(|delivery| {
                !delivery.state.is_delivered() && (self.is_own(recipient) || (is_clerk && delivery.email.is_some()))
            })
        };
        let waiting: Vec<&Recipient> = self.dossier().recipients().filter(waits).collect();
        let choices = waiting.iter().map(|recipient| (recipient.no.to_string(), recipient.name.clone()));
        let choices: Vec<_> = choices.collect();
        let opens = waiting.iter().any(|recipient| self.is_own(recipient));
        let proofs = PROOFS.into_iter().filter(|(_, proof)| match proof {
            ReceiptProof::OpenedHere => opens,
            // Said on the page that the link leads to, and nowhere else.
            ReceiptProof::ByPersonalLink => false,
            ReceiptProof::DeliveryNotice | ReceiptProof::AnsweredByMail | ReceiptProof::SaidByTelephone => is_clerk,
        });
        let how: Vec<_> =
            proofs.map(|(code, proof)| (code.to_owned(), proof.words(self.language).to_owned())).collect();
        let usual = if is_clerk { "answered_by_mail" } else { "opened_here" };
        form.with(vec![
            Field::select("recipient", self.t("Депутат", "Депутат", "Deputy"), choices).needed(),
            Field::select("how", self.t("Қалай белгілі болды", "Откуда известно", "How it is known"), how)
                .value(usual)
                .needed(),
        ])
    }

    fn grant(&self, form: Form) -> Form {
        let asked = self.dossier().watch().and_then(|watch| watch.asked.as_ref());
        let form = match asked {
            Some(asked) => form.note(
                Words::new(
                    format!("Сұралғаны: {}. {}", asked.until.strftime("%d.%m.%Y"), asked.ground),
                    format!("Запрошено: {}. {}", asked.until.strftime("%d.%m.%Y"), asked.ground),
                    format!("Asked for: {}. {}", asked.until.strftime("%d.%m.%Y"), asked.ground),
                )
                .in_language(self.language),
            ),
            None => form,
        };
        let until = asked.map_or_else(String::new, |asked| asked.until.to_string());
        form.with(vec![Field::date("until", self.t("Қай күнге дейін", "До какого дня", "Until")).value(until).needed()])
    }

    fn topic(&self, form: Form) -> Form {
        let known = self.dossier().topic.as_ref();
        let directory = self.state.directory();
        let offered = directory.at(self.today).topic_of(&self.dossier().intake.subject);
        let value = known.or_else(|| offered.map(|topic| &topic.code));
        let topics = wording::topics(self.state, self.today, self.language);
        let topic = Field::select_or_none("topic", self.t("Тақырыбы", "Тема", "Topic"), self.choose(), topics)
            .value(value.map_or_else(String::new, ToString::to_string))
            .needed();
        let reason = Field::area("reason", self.t("Себебі", "Причина", "Reason"), 2).hint(self.t(
            "Тақырып өзгертілсе, міндетті",
            "Обязательно, если тема меняется",
            "Needed when another topic is named than before",
        ));
        form.with(vec![topic, reason])
    }

    fn response(&self, form: Form) -> Form {
        let answers = [
            ("yes".to_owned(), self.t("қанағаттанды", "удовлетворён", "satisfied")),
            ("no".to_owned(), self.t("қанағаттанбады", "не удовлетворён", "not satisfied")),
        ];
        form.with(vec![
            self.recipient(false),
            Field::select_or_none("satisfied", self.t("Пікірі", "Мнение", "Response"), self.choose(), answers).needed(),
            Field::area("comment", self.t("Депутаттың сөзімен", "Словами депутата", "In the deputy's words"), 3),
        ])
    }
}

//! The form of every command: what is asked for, with what is known filled in.

use directory::deadline::{self, Instruction};
use directory::{Actor, Language, MinistryCode, Role};
use inquiry::event::Event;
use inquiry::intake::Recipient;
use inquiry::state::{ContributionStatus, Draft, Stage};
use inquiry::terms::{CoExecutor, ReceiptProof, RequiredVisa, VisaKind};
use inquiry::{CommandName, Dossier};
use jiff::civil::Date;

use super::super::fields::{Field, Form, Group, Typed, say};
use super::super::plain_text;
use super::super::wording::{self, People};
use crate::office::letters::SIGNING_OFFICE;
use crate::office::seeing::Seen;
use crate::speech::Words;
use crate::state::AppState;

/// Rows that a list begins with.
const ROWS: usize = 3;
/// The most rows that a list is drawn with.
const MOST_ROWS: usize = 100;

/// The codes of visas in forms.
pub(super) const VISAS: [(&str, VisaKind); 4] = [
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
}

/// The commands that have a form: those of people, but for the registration, which has a page of its own, and for the other side of
/// a merger, which goes with the merger.
pub(in super::super) const fn has_form(name: CommandName) -> bool {
    !matches!(
        name,
        CommandName::Register | CommandName::JoinMerge | CommandName::RecordAcceptance | CommandName::RecordFailure
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
                        self.all_ministries(),
                    ),
                ])
            }
            CommandName::Reassign => self.reassign(form),
            CommandName::SubmitContribution => self.contribute(form),
            CommandName::AcceptContribution => {
                form.with(vec![self.contribution(|status| *status == ContributionStatus::Submitted)])
            }
            CommandName::ReturnContribution => form
                .with(vec![
                    self.contribution(|status| !matches!(status, ContributionStatus::Returned { .. })),
                    self.reason(),
                ])
                .grave(),
            CommandName::ReviseDraft => self.revise(form),
            CommandName::SubmitForApproval => self.approval(form, typed)?,
            CommandName::Visa => form.with(self.visa()?),
            CommandName::RefuseVisa => {
                let mut fields = self.visa()?;
                fields.push(Field::area("remarks", self.t("Ескертулер", "Замечания", "Remarks"), 3).needed());
                form.with(fields).grave()
            }
            CommandName::ReturnDraft => form.with(vec![self.draft_version()?, self.reason()]).grave(),
            CommandName::SubmitForSignature => self.to_signature(form)?,
            CommandName::Sign => self.sign(form)?,
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
            CommandName::Register
            | CommandName::JoinMerge
            | CommandName::RecordAcceptance
            | CommandName::RecordFailure => {
                return None;
            }
        };
        Some(form.done())
    }

    fn reason(&self) -> Field {
        Field::area("reason", self.t("Себебі", "Причина", "Reason"), 3).needed()
    }

    fn assign(&self, mut form: Form, typed: &Typed) -> Form {
        let dossier = self.dossier();
        let known = dossier.assignment.as_ref();
        let offered = self.inner_deadline();
        let lead_due = known.map(|known| known.lead_due).or(offered);
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        form = form.with(vec![
            Field::area("resolution", self.t("Бұрыштама", "Резолюция", "Resolution"), 3)
                .value(known.map_or("", |known| known.resolution.as_str()))
                .needed(),
            Field::select_or_none(
                "lead",
                self.t("Негізгі орындаушы", "Головной исполнитель", "Lead executor"),
                self.choose(),
                self.all_ministries(),
            )
            .value(known.map_or_else(String::new, |known| known.lead.to_string()))
            .needed(),
            Field::date("lead_due", self.t("Жобаның мерзімі", "Срок проекта", "Draft due"))
                .value(day(lead_due))
                .needed(),
        ]);
        let empty: &[CoExecutor] = &[];
        let co = known.map_or(empty, |known| known.co_executors.as_slice());
        let rows = self.rows(typed, "co", co.len().max(ROWS));
        for row in 0..rows {
            let now = co.get(row);
            let none = self.t("жоқ", "нет", "none");
            let mut group = Group::row(
                format!("{} {}", self.t("Бірлесіп орындаушы", "Соисполнитель", "Co-executor"), row + 1),
                vec![
                    Field::select_or_none(
                        format!("co[{row}].ministry"),
                        self.t("Министрлік", "Министерство", "Ministry"),
                        none,
                        self.all_ministries(),
                    )
                    .value(now.map_or_else(String::new, |now| now.ministry.to_string())),
                    Field::date(format!("co[{row}].due"), self.t("Мерзімі", "Срок", "Due"))
                        .value(day(now.map(|now| now.due).or(offered))),
                    Field::text(format!("co[{row}].task"), self.t("Тапсырма", "Поручение", "Task"))
                        .value(now.map_or("", |now| now.task.as_str())),
                ],
            );
            if row + 1 == rows {
                group =
                    group.with_more("co", self.t("Тағы орындаушы қосу", "Добавить исполнителя", "Add a co-executor"));
            }
            form = form.group(group);
        }
        form
    }

    fn rows(&self, typed: &Typed, name: &str, at_first: usize) -> usize {
        let more = usize::from(typed.more() == Some(name));
        (typed.rows(name).max(at_first) + more).min(MOST_ROWS)
    }

    fn choose(&self) -> String {
        self.t("таңдаңыз", "выберите", "choose")
    }

    /// The day that the rule for instructions offers, when it can be kept.
    fn inner_deadline(&self) -> Option<Date> {
        let rule = self.state.directory.at(self.today).inner_rule()?;
        let instruction = Instruction { given: self.today, length: None, limit: self.dossier().due() };
        deadline::inner(&instruction, rule, self.state.directory.calendar()).ok().map(|deadline| deadline.due)
    }

    fn reassign(&self, form: Form) -> Form {
        let assigned = self.dossier().assignment.iter().flat_map(|assignment| {
            std::iter::once(&assignment.lead).chain(assignment.co_executors.iter().map(|co| &co.ministry))
        });
        let assigned: Vec<_> = assigned.map(|code| self.named(code)).collect();
        let due = self.inner_deadline().map_or_else(String::new, |day| day.to_string());
        form.with(vec![
            Field::select("from", self.t("Кімнің орнына", "Вместо кого", "Who leaves"), assigned).needed(),
            Field::select_or_none(
                "to",
                self.t("Кім", "Кто", "Who takes the place"),
                self.choose(),
                self.all_ministries(),
            )
            .needed(),
            Field::date("due", self.t("Мерзімі", "Срок", "Due")).value(due).needed(),
            self.reason(),
        ])
    }

    fn questions(&self) -> Vec<(String, String)> {
        let questions = &self.dossier().intake.questions;
        questions
            .iter()
            .map(|question| (question.no.to_string(), format!("{}. {}", question.no, question.text)))
            .collect()
    }

    fn how_to_type(&self) -> String {
        self.t(
            "Бос жол – жаңа абзац, # – тақырып, **қалың**, __көлбеу__, ^[сілтеме мәтіні], «- » – тізім.",
            "Пустая строка — новый абзац, # — заголовок, **жирный**, __курсив__, ^[текст сноски], «- » — список.",
            "An empty line begins a paragraph, # a heading, **bold**, __italic__, ^[text of a footnote], “- ” a list.",
        )
    }

    fn contribute(&self, form: Form) -> Form {
        let own = self.actor.ministry.as_ref().and_then(|ministry| self.dossier().contribution(ministry));
        let text = own.and_then(|own| text_of(&own.body)).unwrap_or_default();
        let mut fields = vec![
            Field::area("body", self.t("Ұсыныстың мәтіні", "Текст предложения", "Text of the contribution"), 10)
                .value(text)
                .needed()
                .hint(self.how_to_type()),
        ];
        if !self.dossier().intake.questions.is_empty() {
            let label = self.t("Қай сұрақтарға жауап береді", "На какие вопросы отвечает", "The questions it answers");
            fields.push(Field::checks("answers", label, self.questions()));
        }
        form.with(fields)
    }

    fn contribution(&self, fits: impl Fn(&ContributionStatus) -> bool) -> Field {
        let open = self.dossier().contributions.iter().filter(|known| fits(&known.status));
        let open: Vec<_> = open.map(|known| self.named(&known.ministry)).collect();
        Field::select("ministry", self.t("Кімнің ұсынысы", "Чьё предложение", "Whose contribution"), open).needed()
    }

    fn revise(&self, mut form: Form) -> Form {
        let dossier = self.dossier();
        let draft = dossier.draft.as_ref();
        let content = draft.map(|draft| &draft.content);
        let language = content.map_or(dossier.intake.language, |content| content.language);
        let languages = Language::ALL.map(|one| (one.code().to_owned(), one.words(self.language).to_owned()));
        let text = content.map(|content| text_of(&content.body));
        if let Some(None) = text {
            form = form.note(self.t(
                "Жобада қарапайым мәтінге сыймайтын бөлік бар (кесте не күрделі тізім). Ол осы нысанмен өзгертілмейді: API арқылы жаңартыңыз, әйтпесе мәтінді жаңадан жазыңыз.",
                "В проекте есть то, чего не вместит простой текст (таблица или сложный список). Эта форма его не изменит: обновите через API или напишите текст заново.",
                "The draft holds something that plain text cannot (a table or a list in a list). This form cannot change it: use the API, or write the text anew.",
            ));
        }
        if draft.is_some_and(|draft| !draft.visas.is_empty()) {
            form = form.note(self.t(
                "Жаңа нұсқа қойылған визалардың күшін жояды.",
                "Новая редакция отменяет поставленные визы.",
                "A new version voids the visas that were given.",
            ));
        }
        form = form.with(vec![
            Field::select(
                "language",
                self.t("Хаттың тілі", "Язык письма", "Language of the letter"),
                languages.clone(),
            )
            .value(language.code())
            .needed(),
            Field::area("body", self.t("Хаттың мәтіні", "Текст письма", "Text of the letter"), 24)
                .value(text.flatten().unwrap_or_default())
                .needed()
                .hint(self.how_to_type()),
        ]);
        let performer = content.map(|content| &content.executor);
        form = form.group(Group::row(
            self.t(
                "Орындаушы, хаттың соңында басылады",
                "Исполнитель, печатается внизу письма",
                "Who prepared it, as printed at the foot",
            ),
            vec![
                Field::text("executor_name", self.t("Аты-жөні", "Имя", "Name"))
                    .value(performer.map_or("", |one| one.name.as_str()))
                    .needed(),
                Field::text("executor_phone", self.t("Телефоны", "Телефон", "Telephone"))
                    .value(performer.map_or("", |one| one.phone.as_str()))
                    .needed(),
            ],
        ));
        if !dossier.intake.questions.is_empty() {
            let answers = dossier.intake.questions.iter().map(|question| {
                let blocks: Vec<String> = content
                    .iter()
                    .flat_map(|content| &content.answers)
                    .filter(|link| link.question == question.no)
                    .map(|link| link.block.to_string())
                    .collect();
                Field::text(format!("answers[{}]", question.no), format!("{}. {}", question.no, question.text))
                    .value(blocks.join(", "))
            });
            let legend = self.t(
                "Қай сұраққа қай абзац жауап береді: абзацтардың реттік нөмірлері (тақырыптар да саналады), мысалы 3, 4",
                "Какой абзац на какой вопрос отвечает: порядковые номера абзацев (заголовки считаются), например 3, 4",
                "Which paragraph answers which question: their places in the text (headings count), such as 3, 4",
            );
            form = form.group(Group::titled(legend, answers.collect()));
        }
        let translations = Language::ALL.map(|one| {
            let known = content.and_then(|content| content.translations.iter().find(|text| text.language == one));
            let text = known.and_then(|known| text_of(&known.body)).unwrap_or_default();
            Field::area(format!("translations[{one}]"), one.words(self.language), 4).value(text)
        });
        let legend = self.t(
            "Басқа тілдердегі мәтіні, болса",
            "Текст на других языках, если есть",
            "The text in other languages, if any",
        );
        form.group(Group::titled(legend, translations.into()))
            .with(vec![Field::text("comment", self.t("Не өзгерді", "Что изменено", "What was changed"))])
    }

    fn draft(&self) -> Option<&Draft> {
        self.dossier().draft.as_ref()
    }

    fn draft_version(&self) -> Option<Field> {
        Some(Field::hidden("draft", self.draft()?.version))
    }

    fn approval(&self, mut form: Form, typed: &Typed) -> Option<Form> {
        form = form.with(vec![self.draft_version()?]);
        let before = self.last_required();
        let rows = self.rows(typed, "visas", before.len().max(ROWS));
        let kinds = VISAS.map(|(code, kind)| (code.to_owned(), kind.words(self.language).to_owned()));
        for row in 0..rows {
            let now = before.get(row);
            let code =
                now.and_then(|now| VISAS.iter().find(|(_, kind)| *kind == now.kind)).map_or("", |(code, _)| code);
            let none = self.t("керек емес", "не нужна", "not needed");
            let mut group = Group::row(
                format!("{} {}", self.t("Виза", "Виза", "Visa"), row + 1),
                vec![
                    Field::select_or_none(
                        format!("visas[{row}].kind"),
                        self.t("Түрі", "Вид", "Kind"),
                        none.clone(),
                        kinds.clone(),
                    )
                    .value(code),
                    Field::select_or_none(
                        format!("visas[{row}].approver"),
                        self.t("Келісуші", "Согласующий", "Approver"),
                        none,
                        self.people.approvers().iter().cloned(),
                    )
                    .value(now.map_or("", |now| now.approver.as_str())),
                ],
            );
            if row + 1 == rows {
                group = group.with_more("visas", self.t("Тағы виза қосу", "Добавить визу", "Add a visa"));
            }
            form = form.group(group);
        }
        Some(form)
    }

    /// The visas that the version before went out for: the next one usually needs the same.
    fn last_required(&self) -> Vec<RequiredVisa> {
        let read = |recorded: &eventstore::Recorded| match Event::from_stored(
            &recorded.event_type,
            recorded.schema_version,
            &recorded.payload,
        ) {
            Ok(Event::DraftSubmittedForApproval(sent)) => Some(sent.required),
            _ => None,
        };
        self.seen.history.iter().rev().find_map(read).unwrap_or_default()
    }

    fn visa(&self) -> Option<Vec<Field>> {
        let draft = self.draft()?;
        let missing = self.dossier().missing_visas();
        let own = missing.iter().filter(|visa| visa.approver == self.actor.name);
        let kinds = own.filter_map(|visa| {
            let (code, kind) = VISAS.iter().find(|(_, kind)| *kind == visa.kind)?;
            Some(((*code).to_owned(), kind.words(self.language).to_owned()))
        });
        let version = match self.language {
            Language::Kk => format!("Визаның түрі (жобаның {}-нұсқасына)", draft.version),
            Language::Ru => format!("Вид визы (на редакцию {})", draft.version),
            Language::En => format!("Kind of visa (on version {})", draft.version),
        };
        Some(vec![
            Field::hidden("draft", draft.version),
            Field::hidden("content_hash", draft.content_hash),
            Field::select("kind", version, kinds).needed(),
        ])
    }

    fn to_signature(&self, form: Form) -> Option<Form> {
        let offices = self.state.directory.offices().iter();
        let offices = offices.map(|office| (office.code.to_string(), office.name.words(self.language).to_owned()));
        Some(
            form.with(vec![
                self.draft_version()?,
                Field::select("office", self.t("Кім қол қояды", "Кто подписывает", "Who signs"), offices)
                    .value(SIGNING_OFFICE)
                    .needed(),
                Field::date("document_date", self.t("Құжаттың күні", "Дата документа", "Date of the document"))
                    .value(self.today)
                    .needed(),
            ]),
        )
    }

    fn sign(&self, form: Form) -> Option<Form> {
        let draft = self.draft()?;
        if !matches!(self.dossier().stage, Stage::ForSignature(_)) {
            return None;
        }
        let read = self.t("Осы хатты оқып шықтым", "Я прочитал(а) это письмо", "I have read this letter");
        let label = self.t("Растау", "Подтверждение", "Confirmation");
        Some(form.with(vec![
            Field::hidden("draft", draft.version),
            Field::hidden("content_hash", draft.content_hash),
            Field::hidden("pdf_sha256", self.pdf_sha256.as_ref()?),
            Field::checks("read", label, [("yes".to_owned(), read)]).needed(),
        ]))
    }

    fn dispatch(&self, form: Form) -> Form {
        let recipients: Vec<&Recipient> = self.dossier().recipients().collect();
        let by_mail = recipients.iter().filter(|recipient| recipient.email.is_some()).count();
        let by_hand = recipients.len() - by_mail;
        let words = match self.language {
            Language::Kk => format!("Пошта арқылы: {by_mail}, қолма-қол: {by_hand}."),
            Language::Ru => format!("По почте: {by_mail}, вручить: {by_hand}."),
            Language::En => format!("By mail: {by_mail}, by hand: {by_hand}."),
        };
        form.note(words)
    }

    fn recipient(&self, only_undelivered: bool) -> Field {
        let waiting = self.dossier().dispatched().map(inquiry::state::DispatchedReply::undelivered).unwrap_or_default();
        let speaks_for_all = self.actor.has(Role::Clerk);
        let is_own = |recipient: &Recipient| recipient.deputy.is_some() && recipient.deputy == self.actor.deputy;
        let choices = self
            .dossier()
            .recipients()
            .filter(|recipient| !only_undelivered || waiting.contains(&recipient.no))
            .filter(|recipient| speaks_for_all || is_own(recipient))
            .map(|recipient| (recipient.no.to_string(), recipient.name.clone()));
        Field::select("recipient", self.t("Депутат", "Депутат", "Deputy"), choices).needed()
    }

    fn confirm(&self, form: Form) -> Form {
        let how = PROOFS.map(|(code, proof)| (code.to_owned(), proof.words(self.language).to_owned()));
        let usual = if self.actor.has(Role::Clerk) { "answered_by_mail" } else { "opened_here" };
        form.with(vec![
            self.recipient(true),
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

    fn close(&self, form: Form) -> Form {
        let outcomes = [
            ("answered", self.t("жауап берілді", "дан ответ", "answered")),
            ("answered_in_part", self.t("ішінара жауап берілді", "дан частичный ответ", "answered in part")),
            ("refused", self.t("бас тартылды", "отказано", "refused")),
        ];
        let outcomes = outcomes.map(|(code, words)| (code.to_owned(), words));
        let ground = self.t("Негізі", "Основание", "Ground");
        form.with(vec![
            Field::select("outcome", self.t("Нәтижесі", "Исход", "Outcome"), outcomes).value("answered").needed(),
            Field::area("ground", ground, 2).hint(self.t(
                "Ішінара жауап пен бас тартуда міндетті",
                "Обязательно при частичном ответе и отказе",
                "Needed for an answer in part and for a refusal",
            )),
        ])
        .grave()
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

/// A body as plain text; none when plain text cannot hold it.
pub(super) fn text_of(body: &serde_json::Value) -> Option<String> {
    let body = letter::body::parse(body).ok()?;
    plain_text::write(&body).ok()
}

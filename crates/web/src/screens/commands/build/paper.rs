//! The forms of the paper itself: contributions, the draft, its visas, the signature.

use directory::Language;
use inquiry::CommandName;
use inquiry::event::Event;
use inquiry::state::{ContributionStatus, Draft, Stage};
use inquiry::terms::RequiredVisa;
use inquiry::time;
use letter::provenance::Sourced;
use letter::{Body, markdown};

use super::super::super::editing::changes::since_visa;
use super::super::super::fields::{Field, Form, Group, Link, Typed};
use super::super::super::text;
use super::super::consolidating;
use super::super::written::editor;
use super::{Desk, ROWS, VISAS};
use crate::office::drafts::versions;
use crate::office::letters::SIGNING_OFFICE;
use crate::office::seeing::events_of;

impl Desk<'_> {
    pub(super) fn questions(&self) -> Vec<(String, String)> {
        let questions = &self.dossier().intake.questions;
        questions
            .iter()
            .map(|question| (question.no.to_string(), format!("{}. {}", question.no, question.text)))
            .collect()
    }

    pub(super) fn contribute(&self, form: Form) -> Form {
        let own = self.actor.ministry.as_ref().and_then(|ministry| self.dossier().contribution(ministry));
        let typed = own.and_then(|own| text::typed(&own.body)).unwrap_or_default();
        let mut fields = vec![
            Field::area("body", self.t("Ұсыныстың мәтіні", "Текст предложения", "Text of the contribution"), 10)
                .value(typed)
                .needed()
                .hint(text::hint(self.language))
                .help(text::help(self.language)),
        ];
        if !self.dossier().intake.questions.is_empty() {
            let label = self.t("Қай сұрақтарға жауап береді", "На какие вопросы отвечает", "The questions it answers");
            fields.push(Field::checks("answers", label, self.questions()));
        }
        form.with(fields)
    }

    /// The page where the text is written in the editor.
    fn editor(&self, name: CommandName) -> Option<Link> {
        let words = self.t("Редакторда жазу", "Писать в редакторе", "Write it in the editor");
        editor(self.dossier(), name).map(|href| Link { href, words })
    }

    pub(super) fn contribution(&self, fits: impl Fn(&ContributionStatus) -> bool) -> Field {
        let open = self.dossier().contributions.iter().filter(|known| fits(&known.status));
        let open: Vec<_> = open.map(|known| self.named(&known.ministry)).collect();
        Field::select("ministry", self.t("Кімнің ұсынысы", "Чьё предложение", "Whose contribution"), open).needed()
    }

    pub(super) fn revise(&self, mut form: Form, typed: &Typed) -> Option<Form> {
        let dossier = self.dossier();
        let draft = dossier.draft.as_ref();
        let content = draft.map(|draft| &draft.content);
        let language = content.map_or(dossier.intake.language, |content| content.language);
        let languages = Language::ALL.map(|one| (one.code().to_owned(), one.words(self.language).to_owned()));
        let kept = versions(self.seen).ok()?.last().map(|written| written.text(None).ok());
        if let Some(None) = kept {
            form = form.note(self.t(
                "Жобаның сақталған мәтіні хат ретінде оқылмайды; мәтінді жаңадан жазыңыз.",
                "Сохранённый текст проекта не читается как письмо; напишите текст заново.",
                "The draft's text as it is kept cannot be read as a letter; write the text anew.",
            ));
        }
        let kept = kept.flatten().unwrap_or_else(|| Sourced::from(Body { blocks: Vec::new() }));
        form = form.link(self.editor(CommandName::ReviseDraft));
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
                .value(markdown::write_typed(&kept).trim_end())
                .needed()
                .hint(text::hint(self.language))
                .help(text::help(self.language)),
        ]);
        // What is in the form just now counts, where somebody has typed into it.
        let now = match typed.all("body").first() {
            Some(body) => text::read(&body.replace("\r\n", "\n"), self.language).unwrap_or_else(|_| kept.clone()),
            None => kept,
        };
        let offered = consolidating::offered(self.state, self.seen, &now, self.language).ok()?;
        form = form.groups(offered);
        let performer = content.map(|content| &content.executor);
        form = form.group(Group::row(
            self.t(
                "Орындаушы, хаттың соңында басылады",
                "Исполнитель, печатается внизу письма",
                "Who prepared it, as printed at the foot",
            ),
            vec![
                Field::text("executor_name", self.t("Аты-жөні", "Имя", "Name"))
                    .value(performer.map_or_else(|| self.people.name(&self.actor.name), |one| one.name.as_str()))
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
                "Қай сұраққа қай абзац жауап береді: абзацтардың реттік нөмірлері (тақырыптар да саналады), мысалы 3, 4. Тиілмеген нөмір абзацымен бірге жылжиды",
                "Какой абзац на какой вопрос отвечает: порядковые номера абзацев (заголовки считаются), например 3, 4. Нетронутый номер следует за своим абзацем",
                "Which paragraph answers which question: their places in the text (headings count), such as 3, 4. A number that is left as it is follows its paragraph",
            );
            form = form.group(Group::titled(legend, answers.collect()));
        }
        // The letter's own text stands above. What was typed for a language that is now its own stays to be seen, and is refused with a reason.
        let own: Language = typed.get("language").parse().unwrap_or(language);
        let is_other = |one: &Language| *one != own || !typed.get(&format!("translations[{one}]")).is_empty();
        let translations = Language::ALL.into_iter().filter(is_other).map(|one| {
            let known = content.and_then(|content| content.translations.iter().find(|text| text.language == one));
            let typed = known.and_then(|known| text::typed(&known.body)).unwrap_or_default();
            Field::area(format!("translations[{one}]"), one.words(self.language), 4).value(typed)
        });
        let legend = self.t(
            "Басқа тілдердегі мәтіні, болса",
            "Текст на других языках, если есть",
            "The text in other languages, if any",
        );
        Some(
            form.group(Group::titled(legend, translations.collect()))
                .with(vec![Field::text("comment", self.t("Не өзгерді", "Что изменено", "What was changed"))]),
        )
    }

    /// What changed since the approver's own visa; none when there is nothing to compare with.
    pub(super) fn since_visa(&self) -> Option<Option<Link>> {
        since_visa(self.seen, self.actor, self.draft()?, self.language).ok()
    }

    pub(super) fn draft(&self) -> Option<&Draft> {
        self.dossier().draft.as_ref()
    }

    pub(super) fn draft_version(&self) -> Option<Field> {
        Some(Field::hidden("draft", self.draft()?.version))
    }

    pub(super) fn approval(&self, mut form: Form, typed: &Typed) -> Option<Form> {
        form = self.contested(form).with(vec![self.draft_version()?]);
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
    pub(super) fn last_required(&self) -> Vec<RequiredVisa> {
        let sent = |event: Event| match event {
            Event::DraftSubmittedForApproval(sent) => Some(sent.required),
            _ => None,
        };
        let history = self.seen.history.iter().rev().filter_map(|recorded| events_of(recorded).ok());
        history.flat_map(|events| events.into_iter().rev()).find_map(sent).unwrap_or_default()
    }

    pub(super) fn visa(&self) -> Option<Vec<Field>> {
        let draft = self.draft()?;
        let missing = self.dossier().missing_visas();
        let own = missing.iter().filter(|visa| visa.approver == self.actor.stands_for());
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

    pub(super) fn to_signature(&self, form: Form) -> Option<Form> {
        let now = time::civil_of(self.state.clock.now());
        let directory = self.state.directory();
        // An office that nobody fills now has nobody to sign.
        let offices = directory.offices().iter().filter_map(|office| {
            let holder = directory.holder_at(&office.code, now)?;
            let words = format!("{} – {}", office.name.words(self.language), holder.name.words(self.language));
            Some((office.code.to_string(), words))
        });
        let offices: Vec<(String, String)> = offices.collect();
        let also = self.t(
            "Бірге қол қоятындар (хатта осы ретпен басылады; әрқайсысы бір файлға қол қояды)",
            "Кто подписывает кроме него (в письме стоят в этом порядке; каждый подписывает один и тот же файл)",
            "Who signs besides (printed in this order; each signs the same file)",
        );
        Some(form.with(vec![
                self.draft_version()?,
                Field::select("office", self.t("Кім қол қояды", "Кто подписывает", "Who signs"), offices.clone())
                    .value(SIGNING_OFFICE)
                    .needed(),
                Field::checks("also", also, offices),
                Field::date("document_date", self.t("Құжаттың күні", "Дата документа", "Date of the document"))
                    .value(self.today)
                    .needed(),
            ]))
    }

    pub(super) fn sign(&self, form: Form) -> Option<Form> {
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
}

//! What each change asks for.

use directory::changes::SubjectKind;
use directory::changes::event::DayKind;
use directory::{Directory, Language, MinistryCode, Multilingual};
use jiff::civil::Date;

use super::super::fields::{Field, say};
use super::told;

/// The field that says what is taken back.
pub(super) const PLANNED: &str = "planned";

/// Rows for days in the form of the calendar.
const DAYS: usize = 4;

/// A form for one kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChangeForm {
    FoundMinistry,
    RenameMinistry,
    MergeMinistry,
    SplitMinistry,
    AbolishMinistry,
    BeginConvocation,
    EndConvocation,
    FormFaction,
    EndFaction,
    EnterDeputy,
    CorrectDeputy,
    ChangeFaction,
    EndMandate,
    FoundOffice,
    TakeOffice,
    LeaveOffice,
    SetDays,
    TakeBack,
}

impl ChangeForm {
    const ALL: [Self; 18] = [
        Self::FoundMinistry,
        Self::RenameMinistry,
        Self::MergeMinistry,
        Self::SplitMinistry,
        Self::AbolishMinistry,
        Self::BeginConvocation,
        Self::EndConvocation,
        Self::FormFaction,
        Self::EndFaction,
        Self::EnterDeputy,
        Self::CorrectDeputy,
        Self::ChangeFaction,
        Self::EndMandate,
        Self::FoundOffice,
        Self::TakeOffice,
        Self::LeaveOffice,
        Self::SetDays,
        Self::TakeBack,
    ];

    /// Its name in addresses.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::FoundMinistry => "found-ministry",
            Self::RenameMinistry => "rename-ministry",
            Self::MergeMinistry => "merge-ministry",
            Self::SplitMinistry => "split-ministry",
            Self::AbolishMinistry => "abolish-ministry",
            Self::BeginConvocation => "begin-convocation",
            Self::EndConvocation => "end-convocation",
            Self::FormFaction => "form-faction",
            Self::EndFaction => "end-faction",
            Self::EnterDeputy => "enter-deputy",
            Self::CorrectDeputy => "correct-deputy",
            Self::ChangeFaction => "change-faction",
            Self::EndMandate => "end-mandate",
            Self::FoundOffice => "found-office",
            Self::TakeOffice => "take-office",
            Self::LeaveOffice => "leave-office",
            Self::SetDays => "set-days",
            Self::TakeBack => "take-back",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.code() == code)
    }

    /// The kind of records that it changes; none where that depends on what is taken back.
    pub(super) const fn kind(self) -> Option<SubjectKind> {
        Some(match self {
            Self::FoundMinistry
            | Self::RenameMinistry
            | Self::MergeMinistry
            | Self::SplitMinistry
            | Self::AbolishMinistry => SubjectKind::Ministries,
            Self::BeginConvocation | Self::EndConvocation | Self::FormFaction | Self::EndFaction => {
                SubjectKind::Factions
            }
            Self::EnterDeputy | Self::CorrectDeputy | Self::ChangeFaction | Self::EndMandate => SubjectKind::Deputies,
            Self::FoundOffice | Self::TakeOffice | Self::LeaveOffice => SubjectKind::Offices,
            Self::SetDays => SubjectKind::Calendar,
            Self::TakeBack => return None,
        })
    }

    /// Is what it does, or leaves behind, told before it is recorded, once somebody has written it?
    pub(super) const fn is_told_first(self) -> bool {
        matches!(
            self,
            Self::RenameMinistry | Self::MergeMinistry | Self::SplitMinistry | Self::AbolishMinistry | Self::TakeBack
        )
    }

    /// Does it end something for good, so that its button says so by its colour?
    pub(super) const fn is_grave(self) -> bool {
        matches!(
            self,
            Self::MergeMinistry
                | Self::SplitMinistry
                | Self::AbolishMinistry
                | Self::EndConvocation
                | Self::EndFaction
                | Self::EndMandate
        )
    }

    /// What the button says.
    pub(super) fn words(self, language: Language) -> String {
        let (kk, ru, en) = match self {
            Self::FoundMinistry => ("Министрлік құру", "Внести новое министерство", "Record a new ministry"),
            Self::RenameMinistry => ("Атауын өзгерту", "Переименовать", "Rename it"),
            Self::MergeMinistry => ("Басқа министрлікке қосу", "Присоединить к другому", "Merge it into another"),
            Self::SplitMinistry => ("Министрлікті бөлу", "Разделить министерство", "Split it"),
            Self::AbolishMinistry => {
                ("Мұрагерсіз тарату", "Упразднить без преемника", "Abolish it without a successor")
            }
            Self::BeginConvocation => ("Шақырылымды бастау", "Начать созыв", "Begin a convocation"),
            Self::EndConvocation => ("Шақырылымды аяқтау", "Завершить созыв", "End a convocation"),
            Self::FormFaction => ("Фракция енгізу", "Внести фракцию", "Record a faction"),
            Self::EndFaction => ("Фракцияны аяқтау", "Завершить фракцию", "End the faction"),
            Self::EnterDeputy => ("Депутат енгізу", "Внести депутата", "Record a deputy"),
            Self::CorrectDeputy => ("Деректерін түзету", "Исправить данные", "Correct the record"),
            Self::ChangeFaction => ("Фракциясын ауыстыру", "Сменить фракцию", "Change the faction"),
            Self::EndMandate => ("Мандатын аяқтау", "Прекратить полномочия", "End the mandate"),
            Self::FoundOffice => ("Лауазым енгізу", "Внести должность", "Record an office"),
            Self::TakeOffice => {
                ("Тағайындау немесе м.а. жүктеу", "Назначить или возложить обязанности", "Appoint, or let act")
            }
            Self::LeaveOffice => ("Лауазымнан босату", "Освободить от должности", "End the holding"),
            Self::SetDays => ("Күндерді белгілеу", "Задать дни", "Set days"),
            Self::TakeBack => (
                "Жоспарланған өзгерісті қайтарып алу",
                "Отменить запланированное изменение",
                "Take the planned change back",
            ),
        };
        say(language, kk, ru, en)
    }
}

/// What a form is made with.
pub(super) struct Making<'a> {
    pub directory: &'a Directory,
    pub language: Language,
    pub today: Date,
    /// The record that it is about, by its code.
    pub code: &'a str,
    /// What is taken back, by its version.
    pub planned: &'a str,
}

impl Making<'_> {
    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    /// The fields of a form, the act last.
    pub(super) fn fields(&self, form: ChangeForm) -> Vec<Field> {
        let mut fields = match form {
            ChangeForm::FoundMinistry => {
                let mut fields = vec![self.new_code()];
                fields.extend(self.named(None));
                fields.extend(self.short(None));
                fields.push(self.since());
                fields
            }
            ChangeForm::RenameMinistry => {
                // What it is called today: a name that is still to come is told beside the form.
                let known =
                    self.code.parse().ok().and_then(|code| told::ministry_on(self.directory, &code, self.today));
                let mut fields = vec![self.of()];
                fields.extend(self.named(known.map(|one| &one.name)));
                fields.extend(self.short(known.map(|one| &one.abbreviation)));
                fields.push(self.since());
                fields
            }
            ChangeForm::MergeMinistry => vec![
                self.of(),
                self.ministry(
                    "into",
                    self.t("Қай министрлікке қосылады", "К какому министерству", "Into which ministry"),
                ),
                self.on(),
            ],
            ChangeForm::SplitMinistry => vec![
                self.of(),
                self.successors(),
                self.ministry(
                    "otherwise",
                    self.t(
                        "Таңдалмаған сауалдар қайда өтеді",
                        "Куда переходят запросы без выбора",
                        "Where inquiries go for which nobody chose",
                    ),
                ),
                self.on(),
            ],
            ChangeForm::AbolishMinistry | ChangeForm::EndFaction | ChangeForm::EndMandate => vec![self.of(), self.on()],
            ChangeForm::BeginConvocation => vec![self.chamber(), self.number(), self.since()],
            ChangeForm::EndConvocation => vec![self.chamber(), self.number(), self.on()],
            ChangeForm::FormFaction => {
                let mut fields = vec![self.new_code(), self.chamber(), self.number()];
                fields.extend(self.named(None));
                fields.push(self.since());
                fields
            }
            ChangeForm::EnterDeputy => {
                let mut fields = vec![self.known_deputy()];
                fields.extend(self.called(None));
                fields.extend(self.dative(None));
                fields.extend([self.mailbox(""), self.chamber(), self.faction(), self.single(), self.since()]);
                fields
            }
            ChangeForm::CorrectDeputy => {
                let known = self.code.parse().ok().and_then(|id| self.directory.deputy(id));
                let mut fields = vec![self.of()];
                fields.extend(self.called(known.map(|one| &one.name)));
                fields.extend(self.dative(known.and_then(|one| one.dative.as_ref())));
                fields.push(self.mailbox(known.map_or("", |one| one.email.as_str())));
                fields
            }
            ChangeForm::ChangeFaction => vec![self.of(), self.faction(), self.since()],
            ChangeForm::FoundOffice => {
                let mut fields = vec![self.new_code(), self.ministry_or_none()];
                fields.extend(self.named(None));
                for (part, label) in [
                    (
                        "post",
                        self.t(
                            "Лауазымы хатта (жолдар « / » арқылы)",
                            "Должность в письме (строки через « / »)",
                            "The post in letters (lines with “ / ”)",
                        ),
                    ),
                    ("acting", self.t("М.а. лауазымы хатта", "Должность и.о. в письме", "The post of whoever acts")),
                ] {
                    fields.extend(self.in_languages(part, &label, None));
                }
                fields
            }
            ChangeForm::TakeOffice => {
                let mut fields = vec![self.office(), self.known_person()];
                fields.extend(self.called(None));
                fields.extend([
                    self.ground(),
                    Field::text(
                        "order_number",
                        self.t("М.а. бұйрығының нөмірі", "Номер приказа об и.о.", "Number of the acting order"),
                    ),
                    Field::date("order_dated", self.t("Бұйрықтың күні", "Дата приказа", "Date of the order")),
                    self.since(),
                    self.time("since_time"),
                    Field::date(
                        "until",
                        self.t("Аяқталатын күні", "Последняя дата, если известна", "Ends on, where that is known"),
                    ),
                    self.time("until_time"),
                ]);
                fields
            }
            ChangeForm::LeaveOffice => vec![self.office(), self.holder(), self.on(), self.time("on_time")],
            ChangeForm::SetDays => (0..DAYS).flat_map(|row| self.day_row(row)).collect(),
            ChangeForm::TakeBack => vec![self.of(), Field::hidden(PLANNED, self.planned)],
        };
        let act = self.t("Негізі: акт, күні, нөмірі", "Основание: акт, дата, номер", "By which act: date and number");
        fields.push(Field::text("act", act).needed());
        fields
    }

    /// The name that a ministry takes on a day ahead, if there is one.
    pub(super) fn name_to_come(&self) -> Option<String> {
        let code: MinistryCode = self.code.parse().ok()?;
        let day = self.directory.renamed_on(&code).filter(|day| self.today < *day).map(told::shown)?;
        let name = self.directory.ministry(&code)?.name.words(self.language);
        Some(self.t(
            &format!("{day} бастап атауы: {name}. Сол күнді өзгерту үшін осы атауды басқа күнмен жазыңыз."),
            &format!("С {day} название: {name}. Чтобы изменить этот день, впишите это название с другой датой."),
            &format!("From {day} on its name is {name}. To move that day, write this name with another day."),
        ))
    }

    fn of(&self) -> Field {
        Field::hidden("code", self.code)
    }

    fn new_code(&self) -> Field {
        let label = self.t("Коды", "Код", "Code");
        let hint = self.t(
            "Латын әріптері, мысалы mdai; өзгермейді",
            "Латиницей, например mdai; не меняется",
            "Latin letters, such as mdai; it never changes",
        );
        Field::text("new_code", label).needed().hint(hint)
    }

    fn in_languages(&self, part: &str, label: &str, known: Option<&Multilingual>) -> Vec<Field> {
        let of = |language: Language, value: &str, needed: bool| {
            let label = format!("{label}, {}", language.words(self.language));
            Field::text(format!("{part}_{}", language.code()), label).value(value).needed_if(needed)
        };
        let known = |pick: fn(&Multilingual) -> &str| known.map_or("", pick);
        vec![
            of(Language::Kk, known(|text| &text.kk), true),
            of(Language::Ru, known(|text| &text.ru), true),
            of(Language::En, known(|text| text.en.as_deref().unwrap_or_default()), false),
        ]
    }

    fn named(&self, known: Option<&Multilingual>) -> Vec<Field> {
        self.in_languages("name", &self.t("Атауы", "Название", "Name"), known)
    }

    /// A person's name.
    fn called(&self, known: Option<&Multilingual>) -> Vec<Field> {
        self.in_languages("name", &self.t("Аты-жөні", "ФИО", "Full name"), known)
    }

    fn short(&self, known: Option<&Multilingual>) -> Vec<Field> {
        self.in_languages("short", &self.t("Қысқа атауы", "Краткое название", "Short form"), known)
    }

    fn dative(&self, known: Option<&Multilingual>) -> Vec<Field> {
        let label = self.t(
            "Барыс септігінде, әріптері шешпесе",
            "В дательном падеже, если не ясен",
            "In the dative, where its letters do not decide it",
        );
        self.in_languages("dative", &label, known).into_iter().take(2).map(|field| field.needed_if(false)).collect()
    }

    fn since(&self) -> Field {
        Field::date("since", self.t("Қай күннен", "С какой даты", "From which day")).needed().value(self.today)
    }

    fn on(&self) -> Field {
        let hint = self.t("Осы күннен бастап жоқ", "С этой даты уже нет", "The first day without it");
        Field::date("on", self.t("Қай күннен аяқталады", "Дата прекращения", "Ends on"))
            .needed()
            .hint(hint)
            .value(self.today)
    }

    fn time(&self, name: &str) -> Field {
        let hint = self.t(
            "СС:ММ, Астана уақытымен; бос болса 00:00",
            "ЧЧ:ММ, время Астаны; пусто – 00:00",
            "HH:MM, Astana time; empty is 00:00",
        );
        Field::text(name, self.t("Сағаты", "Время", "Time")).hint(hint)
    }

    fn ministries(&self) -> Vec<(String, String)> {
        let view = self.directory.at(self.today);
        let others = view.ministries().filter(|one| one.code.as_str() != self.code);
        others.map(|one| (one.code.to_string(), one.name.words(self.language).to_owned())).collect()
    }

    fn ministry(&self, name: &str, label: String) -> Field {
        Field::select_or_none(name, label, self.t("таңдаңыз", "выберите", "choose"), self.ministries()).needed()
    }

    fn ministry_or_none(&self) -> Field {
        let label = self.t("Министрлігі", "Министерство", "Ministry that it heads");
        Field::select_or_none("ministry", label, self.t("жоқ", "нет", "none"), self.ministries())
    }

    fn successors(&self) -> Field {
        Field::checks(
            "into",
            self.t("Қай министрліктерге бөлінеді", "Между какими министерствами", "Among which ministries"),
            self.ministries(),
        )
    }

    fn chamber(&self) -> Field {
        let view = self.directory.at(self.today);
        let chambers = view.chambers().map(|one| (one.code.to_string(), one.name.words(self.language).to_owned()));
        Field::select("chamber", self.t("Палата", "Палата", "Chamber"), chambers).needed()
    }

    fn number(&self) -> Field {
        let field = Field::text("number", self.t("Шақырылымның нөмірі", "Номер созыва", "Number of the convocation"));
        field.needed().hint(self.t("Санмен, мысалы 8", "Цифрой, например 8", "In figures, such as 8"))
    }

    fn mailbox(&self, known: &str) -> Field {
        Field::email("email", self.t("Электрондық поштасы", "Электронная почта", "E-mail")).needed().value(known)
    }

    fn faction(&self) -> Field {
        let view = self.directory.at(self.today);
        let factions = view.factions().map(|one| (one.code.to_string(), one.name.words(self.language).to_owned()));
        Field::select_or_none(
            "faction",
            self.t("Фракциясы", "Фракция", "Faction"),
            self.t("фракциясыз", "без фракции", "none"),
            factions,
        )
    }

    fn single(&self) -> Field {
        let yes = (
            "yes".to_owned(),
            self.t(
                "бірмандатты округтен сайланған",
                "избран по одномандатному округу",
                "elected in a single-mandate district",
            ),
        );
        Field::checks("single_mandate", self.t("Сайлануы", "Избрание", "Election"), [yes])
    }

    /// Whoever sat before keeps the identity.
    fn known_deputy(&self) -> Field {
        let now = self.directory.at(self.today);
        let before = self.directory.deputies().iter().filter(|one| now.deputy(one.id).is_none());
        let before = before.map(|one| (one.id.to_string(), one.name.words(self.language).to_owned()));
        let label = self.t("Бұрын депутат болған ба", "Был ли депутатом раньше", "A deputy of before");
        Field::select_or_none("known", label, self.t("жаңа депутат", "новый депутат", "a new one"), before)
    }

    fn known_person(&self) -> Field {
        let mut seen = std::collections::BTreeSet::new();
        let people = self.directory.holders().iter().rev().filter(|one| seen.insert(one.person));
        let people = people.map(|one| (one.person.to_string(), one.name.words(self.language).to_owned()));
        let label = self.t("Анықтамалықтағы тұлға", "Лицо из справочника", "A person of the records");
        Field::select_or_none("known", label, self.t("жаңа тұлға", "новое лицо", "a new one"), people)
    }

    fn office(&self) -> Field {
        let offices = self.directory.offices().iter();
        let offices = offices.map(|one| (one.code.to_string(), one.name.words(self.language).to_owned()));
        Field::select("office", self.t("Лауазым", "Должность", "Office"), offices).needed().value(self.code)
    }

    fn holder(&self) -> Field {
        let holders =
            self.directory.holders().iter().filter(|one| self.code.is_empty() || one.office.as_str() == self.code);
        let holders = holders.rev().map(|one| (one.person.to_string(), one.name.words(self.language).to_owned()));
        Field::select("person", self.t("Кім", "Кто", "Who"), holders).needed()
    }

    fn ground(&self) -> Field {
        let grounds = [
            ("holds".to_owned(), self.t("тағайындалды", "назначен", "appointed")),
            (
                "acts".to_owned(),
                self.t("міндетін атқарады (м.а.)", "исполняет обязанности (и.о.)", "acts for the holder"),
            ),
        ];
        Field::select("ground", self.t("Негіз түрі", "На каком праве", "By what right"), grounds).needed()
    }

    fn day_row(&self, row: usize) -> [Field; 3] {
        let kinds =
            [("day_off", DayKind::DayOff), ("working_day", DayKind::WorkingDay), ("ordinary", DayKind::Ordinary)];
        let kinds = kinds.map(|(code, kind)| (code.to_owned(), told::day_kind(kind, self.language)));
        let nth = row + 1;
        let label = |kk: &str, ru: &str, en: &str| format!("{nth}. {}", self.t(kk, ru, en));
        [
            Field::date(format!("days[{row}].date"), label("Күні", "День", "Day")).needed_if(row == 0),
            Field::select(format!("days[{row}].kind"), label("Қандай күн", "Какой это день", "What it is"), kinds)
                .needed_if(row == 0),
            // What kind of day it is decides, and only what is sent says that: so the label does.
            Field::text(
                format!("days[{row}].note"),
                label(
                    "Түсініктеме (демалыс пен жұмыс күніне міндетті)",
                    "Пояснение (для выходного и рабочего дня обязательно)",
                    "Note (needed for a day off and for a working day)",
                ),
            )
            .unmarked(),
        ]
    }
}

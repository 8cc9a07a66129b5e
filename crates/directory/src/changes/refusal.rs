//! Why a change is not recorded, and what to do.

use jiff::civil::{Date, DateTime};

use super::event::Change;
use super::naming::Naming;
use crate::dates;
use crate::language::Language;
use crate::records::View;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefusal {
    /// Nothing was asked for.
    #[error("no change is asked for")]
    Nothing,
    /// The records say it already. A list of changes leaves such a one out; whoever writes a single one in a form is told.
    #[error("nothing changes: the records say so already")]
    NoNews,
    /// More at once than anybody reads.
    #[error("more than {most} changes at once")]
    TooMany {
        /// The most.
        most: usize,
    },
    /// It does not say by which act.
    #[error("a change says by which act it is made")]
    NoAct,
    /// A name that cannot be printed, or none.
    #[error("{text:?} is no name")]
    NoName {
        /// What was given.
        text: String,
    },
    /// No mail address.
    #[error("that is no mail address")]
    NoAddress,
    /// Nobody and nothing has that code.
    #[error("{code} is not known")]
    Unknown {
        /// The code or identity.
        code: String,
    },
    /// It was used before.
    #[error("{code} is used already")]
    Taken {
        /// The code or identity.
        code: String,
    },
    /// Another ministry bears the name at that time.
    #[error("{code} is called {name:?} at that time")]
    SameName {
        /// The name.
        name: String,
        /// The ministry that bears it.
        code: String,
    },
    /// Another faction of the chamber bears the name at that time.
    #[error("the faction {code} is called {name:?} at that time")]
    SameFaction {
        /// The name.
        name: String,
        /// The faction that bears it.
        code: String,
    },
    /// It is not in force on that day.
    #[error("{code} is not in force on {on}")]
    NotInForce {
        /// The code or identity.
        code: String,
        /// The day.
        on: Date,
    },
    /// It would begin, or end, no later than it began.
    #[error("{code} began on {from}: a change comes after that")]
    NotLater {
        /// The code or identity.
        code: String,
        /// When it began.
        from: Date,
    },
    /// It would end, or be called otherwise, before it took the name that it bears.
    #[error("{code} was renamed on {from}: this change comes after that")]
    RenamedLater {
        /// The ministry.
        code: String,
        /// When it took that name.
        from: Date,
    },
    /// Two would be in force at once.
    #[error("{code} would be in force at the same time as what the records have already")]
    Overlaps {
        /// The code or identity.
        code: String,
    },
    /// A ministry goes into itself.
    #[error("a ministry does not go into itself")]
    IntoItself,
    /// A split needs several successors, and the one for everything else among them.
    #[error("a split names at least two successors, and each inquiry goes to one of them")]
    NoSuccessor,
    /// It has a successor already.
    #[error("{code} has gone to {to}")]
    GoneOver {
        /// The ministry.
        code: String,
        /// Its successor.
        to: String,
    },
    /// Another ministry goes into it later.
    #[error("{code} takes over {of} on {from}")]
    TakesOver {
        /// The ministry that would end.
        code: String,
        /// The ministry that goes into it.
        of: String,
        /// When.
        from: Date,
    },
    /// Inquiries are open with it.
    #[error("{open} open inquiries are with {code}")]
    OpenInquiries {
        /// The ministry.
        code: String,
        /// How many, counted up to a bound.
        open: u64,
    },
    /// A table does not end a ministry.
    #[error("a table does not end the ministry {code}")]
    EndedElsewhere {
        /// The ministry.
        code: String,
    },
    /// It does not say since when.
    #[error("it does not say since when")]
    NoDay,
    /// A letter was signed since.
    #[error("a letter was signed at {signed}, after {since}")]
    BeforeLetters {
        /// From when the change would hold.
        since: DateTime,
        /// When the last letter was signed.
        signed: DateTime,
    },
    /// Whoever holds an office does not act for themselves, and an order comes before whoever acts by it.
    #[error("the order does not let this person act then")]
    NoOrder,
    /// The faction is of another chamber or convocation.
    #[error("the faction {code} does not sit there on {on}")]
    OtherChamber {
        /// The faction.
        code: String,
        /// The day.
        on: Date,
    },
    /// A weekday needs no row, and a day stands in the list once.
    #[error("{date} cannot be set like that")]
    NoSuchDay {
        /// The day.
        date: Date,
    },
    /// A year's calendar comes whole.
    #[error("the calendar of {year} is not known yet")]
    YearUnknown {
        /// The year.
        year: i16,
    },
    /// A day that nobody can have meant.
    #[error("{date} lies outside of what records are kept for")]
    OutOfRange {
        /// The day.
        date: Date,
    },
    /// What has no day ahead of it is not taken back.
    #[error("only a change with a day ahead of it is taken back")]
    NotPlanned,
    /// What holds already is not taken back.
    #[error("it holds since {since}, and is not taken back")]
    DayHasCome {
        /// Its day.
        since: Date,
    },
    /// Something recorded later would not fit without it.
    #[error("change {version} of the records needs it")]
    NeededBy {
        /// The version of the later one.
        version: u64,
        /// What that one says.
        change: Box<Change>,
    },
}

/// Which of the changes was refused, counted from 0, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("change {place} is refused: {why}")]
pub struct Refused {
    /// Its place in the list.
    pub place: usize,
    /// Why.
    pub why: ChangeRefusal,
}

impl ChangeRefusal {
    /// The same as a sentence for people, in which codes stand for what they name: for whoever brings a table, whose rows say those codes.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        self.sentence(Naming { records: None, language })
    }

    /// The same sentence for whoever reads no codes: with the names that the records of a day have for them.
    #[must_use]
    pub fn told(&self, records: View<'_>, language: Language) -> String {
        self.sentence(Naming { records: Some(records), language })
    }

    fn sentence(&self, naming: Naming<'_>) -> String {
        let language = naming.language;
        let name = |code: &str| naming.name(code);
        let day = |date: &Date| dates::words(*date, language);
        let minute = |at: &DateTime| at.strftime("%d.%m.%Y %H:%M").to_string();
        let (kk, ru, en) = match self {
            Self::Nothing => (
                "Өзгеріс көрсетілмеген.".to_owned(),
                "Не указано ни одного изменения.".to_owned(),
                "No change is asked for.".to_owned(),
            ),
            Self::NoNews => (
                "Ештеңе өзгермейді: анықтамалықта солай жазылған. Жаңа жазба енгізілген жоқ.".to_owned(),
                "Ничего не меняется: в справочнике уже так и записано. Новой записи не внесено.".to_owned(),
                "Nothing changes: the records say so already. Nothing was recorded.".to_owned(),
            ),
            Self::TooMany { most } => (
                format!("Бір жолы ең көбі {most} өзгеріс енгізіледі: бөліп енгізіңіз."),
                format!("За один раз вносится не больше {most} изменений: внесите по частям."),
                format!("At most {most} changes are recorded at once: bring them in parts."),
            ),
            Self::NoAct => (
                "Негізін көрсетіңіз: акт, оның күні мен нөмірі; электрондық мекенжай жазылмайды.".to_owned(),
                "Укажите основание: акт, его дату и номер; электронные адреса не пишутся.".to_owned(),
                "Say by which act: its date and number, and no e-mail address.".to_owned(),
            ),
            Self::NoName { text } => (
                format!("«{text}» атау бола алмайды: бос, тым ұзын немесе артық таңбалары бар. Қазақша және орысша жазыңыз."),
                format!("«{text}» не может быть названием: пусто, слишком длинно или есть лишние знаки. Напишите на казахском и русском."),
                format!("“{text}” is no name: empty, too long, or with stray signs. Write it in Kazakh and Russian."),
            ),
            Self::NoAddress => (
                "Бұл пошта мекенжайы емес: мысалы name@mazhilis.example.".to_owned(),
                "Это не почтовый адрес: например, name@mazhilis.example.".to_owned(),
                "That is no mail address: such as name@mazhilis.example.".to_owned(),
            ),
            Self::Unknown { code } => (
                format!("{code} анықтамалықта жоқ: кодын тізімнен алыңыз немесе алдымен енгізіңіз."),
                format!("{code} нет в справочнике: возьмите код из списка или сначала внесите."),
                format!("{code} is not in the records: take the code from the list, or record it first."),
            ),
            Self::Taken { code } => (
                format!("{code} бұрын қолданылған: код қайта берілмейді, басқасын таңдаңыз."),
                format!("{code} уже использовался: код не выдаётся повторно, выберите другой."),
                format!("{code} was used before: no code is given twice, choose another."),
            ),
            Self::SameName { name: same, code } => (
                format!("«{same}» деген атау сол уақытта басқа министрлікте бар ({}): екі министрлік бірдей аталмайды. Басқа атау жазыңыз немесе алдымен соның атауын өзгертіңіз.", name(code)),
                format!("«{same}» в это время – название другого министерства ({}): двух одноимённых министерств не бывает. Укажите другое название или сначала переименуйте то министерство.", name(code)),
                format!("“{same}” is what {} is called at that time: no two ministries bear one name. Write another one, or rename that ministry first.", name(code)),
            ),
            Self::SameFaction { name: same, code } => (
                format!("{same} деген атау сол уақытта палатаның басқа фракциясында бар ({}): екі фракция бірдей аталмайды. Басқа атау жазыңыз немесе алдымен сол фракцияның аяқталуын енгізіңіз.", name(code)),
                format!("{same} – название другой фракции этой палаты в это время ({}): двух одноимённых фракций не бывает. Укажите другое название или сначала внесите окончание той фракции.", name(code)),
                format!("{same} is what another faction of the chamber is called at that time ({}): no two factions bear one name. Write another one, or record the end of that faction first.", name(code)),
            ),
            Self::NotInForce { code, on } => (
                format!("{} {} күні қолданыста емес: {}күнін тексеріңіз.", name(code), day(on), naming.why_not(code, *on)),
                format!("{} не действует на {}: {}проверьте дату.", name(code), day(on), naming.why_not(code, *on)),
                format!("{} is not in force on {}: {}check the day.", name(code), day(on), naming.why_not(code, *on)),
            ),
            Self::NotLater { code, from } => (
                format!("{} {} күні басталған: өзгеріс одан кейін болуы керек.", name(code), day(from)),
                format!("{} действует с {}: изменение должно быть позже.", name(code), day(from)),
                format!("{} began on {}: a change comes after that.", name(code), day(from)),
            ),
            Self::RenamedLater { code, from } => (
                format!("{} {} күні атауын өзгерткен: бұл өзгеріс одан кейін болуы керек. Ол күн қате болса, сол атауды дұрыс күннен қайта енгізіңіз.", name(code), day(from)),
                format!("{} переименовано {}: это изменение должно быть позже. Если та дата неверна, внесите то же название ещё раз с верной даты.", name(code), day(from)),
                format!("{} was renamed on {}: this change comes after that. If that day is wrong, record the same name again from the right day.", name(code), day(from)),
            ),
            Self::Overlaps { code } => (
                format!("{}: қолданыстағы жазба бар, алдымен соның аяқталуын енгізіңіз.", name(code)),
                format!("{}: уже есть действующая запись, сначала внесите её окончание.", name(code)),
                format!("{} has a record in force already: record its end first.", name(code)),
            ),
            Self::IntoItself => (
                "Министрлік өзіне қосылмайды: мұрагерін таңдаңыз.".to_owned(),
                "Министерство не присоединяется к себе: выберите преемника.".to_owned(),
                "A ministry does not go into itself: choose its successor.".to_owned(),
            ),
            Self::NoSuccessor => (
                "Бөлу үшін кемінде екі мұрагер керек, әр сауал солардың біріне өтеді.".to_owned(),
                "Для разделения нужны хотя бы два преемника, и каждый запрос переходит к одному из них.".to_owned(),
                "A split needs at least two successors, and each inquiry goes to one of them.".to_owned(),
            ),
            Self::GoneOver { code, to } => (
                format!("{}: мұрагері бар ({}), министрлік басқасына қайта берілмейді.", name(code), name(to)),
                format!("{}: уже есть преемник ({}), второй раз министерство не передаётся.", name(code), name(to)),
                format!("{} has a successor already ({}): it does not go to another ministry.", name(code), name(to)),
            ),
            Self::TakesOver { code, of, from } => (
                format!("{} {} күні осы министрлікке қосылады ({}): ол бұдан бұрын аяқталмайды.", name(of), day(from), name(code)),
                format!("{} присоединяется {} к этому министерству ({}): раньше этого дня оно не упраздняется.", name(of), day(from), name(code)),
                format!("{} goes into {} on {}: it does not end before that.", name(of), name(code), day(from)),
            ),
            Self::OpenInquiries { code, open } => (
                format!("{}: ашық сауал саны – {open}. Министрлікті қосыңыз немесе бөліңіз, сонда сауалдар мұрагеріне өтеді.", name(code)),
                format!("{}: открытых запросов – {open}. Присоедините или разделите министерство, тогда запросы перейдут преемнику.", name(code)),
                format!("{open} open inquiries are with {}: merge or split it, so that they go to a successor.", name(code)),
            ),
            Self::EndedElsewhere { code } => (
                format!("{code} министрлігінің аяқталуы кестемен енгізілмейді: оны өз бетінде қосыңыз немесе бөліңіз, ашық сауалдары сонда көрсетіледі."),
                format!("Упразднение {code} таблицей не вносится: присоедините или разделите министерство на его странице, где видны открытые запросы."),
                format!("A table does not end {code}: merge or split the ministry on its own page, where its open inquiries are seen."),
            ),
            Self::NoDay => (
                "Қай күннен басталатыны жазылмаған.".to_owned(),
                "Не указано, с какого дня.".to_owned(),
                "It does not say from which day on.".to_owned(),
            ),
            Self::BeforeLetters { since, signed } => (
                format!("Соңғы хатқа {} қол қойылған, ал өзгеріс {} бастап болар еді: қол қойылған хатқа қайшы келмейтін уақытты көрсетіңіз.", minute(signed), minute(since)),
                format!("Последнее письмо подписано {}, а изменение действовало бы с {}: укажите время, не противоречащее подписанному.", minute(signed), minute(since)),
                format!("The last letter was signed at {}, and the change would hold from {}: name a time that does not contradict it.", minute(signed), minute(since)),
            ),
            Self::NoOrder => (
                "Бұл бұйрық ол уақытта міндет атқаруға құқық бермейді: нөмірін, күнін және кімге берілгенін тексеріңіз.".to_owned(),
                "Этот приказ не даёт права исполнять обязанности в это время: проверьте номер, дату и лицо.".to_owned(),
                "The order does not let this person act then: check its number, its date and the person.".to_owned(),
            ),
            Self::OtherChamber { code, on } => (
                format!("{} фракциясы {} күні ол палатада жоқ: фракцияны тексеріңіз.", name(code), day(on)),
                format!("Фракции {} нет в этой палате на {}: проверьте фракцию.", name(code), day(on)),
                format!("The faction {} does not sit in that chamber on {}: check it.", name(code), day(on)),
            ),
            Self::NoSuchDay { date } => (
                format!("{} күнін бұлай белгілеуге болмайды: жұмыс күні тек демалыс күнге беріледі, демалысқа түсініктеме керек, әр күн бір рет жазылады.", day(date)),
                format!("{} нельзя задать так: рабочим делают только выходной, у выходного есть пояснение, день указывается один раз.", day(date)),
                format!("{} cannot be set like that: only a weekend is made a working day, a day off has a note, each day stands once.", day(date)),
            ),
            Self::YearUnknown { year } => (
                format!("{year} жылғы күнтізбе әлі енгізілмеген: алдымен оны толық файлмен енгізіңіз."),
                format!("Календарь на {year} год ещё не внесён: сначала внесите его целиком файлом."),
                format!("The calendar of {year} is not known yet: bring it whole, as a file, first."),
            ),
            Self::OutOfRange { date } => (
                format!("{} күні тым ерте немесе тым кеш: күнін тексеріңіз.", day(date)),
                format!("{} – слишком рано или слишком поздно: проверьте дату.", day(date)),
                format!("{} is too early or too late: check the day.", day(date)),
            ),
            Self::NotPlanned => (
                "Бұл өзгеріс бірден күшіне енген: тек күні келмеген өзгеріс қайтарып алынады.".to_owned(),
                "Это изменение вступило в силу сразу: отменить можно только то, чей день ещё не наступил.".to_owned(),
                "This change held at once: only one whose day has not come is taken back.".to_owned(),
            ),
            Self::DayHasCome { since } => (
                format!("Бұл өзгерістің күні келді ({}): ол қайтарып алынбайды. Қазіргі жағдайды жаңа өзгеріспен енгізіңіз.", day(since)),
                format!("День этого изменения наступил ({}): отменить его нельзя. Внесите то, что есть теперь, новым изменением.", day(since)),
                format!("The day of this change has come ({}): it is not taken back. Record what is so now as another change.", day(since)),
            ),
            Self::NeededBy { change, .. } => (
                format!("Кейін енгізілген өзгеріс осыған сүйенеді ({}): алдымен соны қайтарып алыңыз.", naming.change(change)),
                format!("На него опирается более позднее изменение ({}): сначала отмените то.", naming.change(change)),
                format!("A later change rests on this one ({}): take that one back first.", naming.change(change)),
            ),
        };
        match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

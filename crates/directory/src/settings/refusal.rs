//! Why something is not set like that, and what to do.

use jiff::civil::Date;

use crate::{Language, dates};

/// Why something is not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsRefusal {
    /// No reason, or too long a one.
    #[error("say why, in 1 to 500 characters on one line")]
    NoReason,
    /// What was set for days that have gone by stays as it was.
    #[error("a setting is in force from today ({today}) on at the earliest, not from {since}")]
    Past {
        /// The day asked for.
        since: Date,
        /// Today.
        today: Date,
    },
    /// Nobody knows today how numbers are written or days are counted then.
    #[error("a setting is for the years up to {last}, not for {year}")]
    FarAhead {
        /// The year asked for.
        year: i16,
        /// The last one.
        last: i16,
    },
    /// It is so on that day already.
    #[error("this is what is in force on {since} anyway")]
    InForce {
        /// The day asked for.
        since: Date,
    },
    /// There is no such term.
    #[error("there is no such term")]
    UnknownTerm,
    /// The length is none, or one that nobody means.
    #[error("a term runs for 1 to 24 months or for 1 to 366 days")]
    Length,
    /// No instruction could be given.
    #[error("the least number of working days is greater than the term itself")]
    Minimum,
    /// It names no law.
    #[error("name the act that the term rests on, in Kazakh and in Russian")]
    NoLaw,
    /// The name of an act is longer than any, or runs over several lines.
    #[error("name the act on one line of 300 characters at most")]
    LongLaw {
        /// In which field.
        field: &'static str,
    },
    /// Its numbers could be read as others.
    #[error("a digit beside {{n}} could be read as a part of the number")]
    DigitBeside,
    /// A count begins at 1 at the least, and at what an office can come to.
    #[error("a count begins at 1 to 9,999,999")]
    First,
    /// Both series would write the same numbers.
    #[error("the other series writes its numbers like that, or so that one could be taken for the other")]
    SharedFormat,
    /// Latin letters stand in it that are read as Cyrillic ones.
    #[error("Latin letters that look like Cyrillic ones, or stand for them, stand beside Cyrillic letters")]
    MixedLetters,
    /// The count of that year goes on.
    #[error("the count goes on, and its next number is {next}")]
    CountGoesOn {
        /// The next number.
        next: i64,
    },
    /// Numbers would be given that were given already.
    #[error("numbers up to {last} were given in this form already")]
    GivenAlready {
        /// The last one.
        last: i64,
    },
}

impl SettingsRefusal {
    /// The field of a form that it is about.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NoReason => "why",
            Self::Past { .. } | Self::FarAhead { .. } | Self::InForce { .. } => "since",
            Self::UnknownTerm => "code",
            Self::Length => "count",
            Self::Minimum => "minimum",
            Self::NoLaw => "law_kk",
            Self::LongLaw { field } => field,
            Self::DigitBeside | Self::SharedFormat | Self::MixedLetters => "format",
            Self::First | Self::CountGoesOn { .. } | Self::GivenAlready { .. } => "first",
        }
    }

    /// The same as a sentence for people.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let (kk, ru, en) = match self {
            Self::NoReason => (
                "Себебін бір жолға жазыңыз, 500 таңбадан асырмаңыз.".to_owned(),
                "Напишите причину в одну строку, не длиннее 500 знаков.".to_owned(),
                "Say why on one line, in 500 characters at most.".to_owned(),
            ),
            Self::Past { since, today } => {
                let day = |language| (dates::words(*today, language), dates::from_words(*since, language));
                let ((today_kk, since_kk), (today_ru, since_ru), (today_en, since_en)) =
                    (day(Language::Kk), day(Language::Ru), day(Language::En));
                (
                    format!(
                        "Баптау ең ертесі бүгіннен ({today_kk}) бастап күшіне енеді, {since_kk} емес: өткен күндерге қойылғаны өзгермейді."
                    ),
                    format!(
                        "Настройка действует самое раннее с сегодняшнего дня ({today_ru}), а не {since_ru}: заданное на прошедшие дни не меняется."
                    ),
                    format!(
                        "A setting is in force from today ({today_en}) on at the earliest, not {since_en}: what has gone by stays."
                    ),
                )
            }
            Self::FarAhead { year, last } => (
                format!("Баптау {last} жылға дейін қойылады, {year} жылға емес: күнін тексеріңіз."),
                format!("Настройка задаётся не дальше {last} года, а не на {year}: проверьте день."),
                format!("A setting is for the years up to {last}, not for {year}: check the day."),
            ),
            Self::LongLaw { .. } => (
                "Актінің атауын бір жолға жазыңыз, 300 таңбадан асырмаңыз.".to_owned(),
                "Назовите акт в одну строку, не длиннее 300 знаков.".to_owned(),
                "Name the act on one line, in 300 characters at most.".to_owned(),
            ),
            Self::InForce { since } => (
                format!("{} күні онсыз да дәл осы қолданыста.", dates::words(*since, Language::Kk)),
                format!("На {} и так действует именно это.", dates::words(*since, Language::Ru)),
                format!("This is what is in force on {} anyway.", dates::words(*since, Language::En)),
            ),
            Self::UnknownTerm => {
                ("Тізімнен таңдаңыз.".to_owned(), "Выберите из списка.".to_owned(), "Choose from the list.".to_owned())
            }
            Self::Length => (
                "Мерзім 1–24 ай немесе 1–366 күн болады.".to_owned(),
                "Срок – от 1 до 24 месяцев или от 1 до 366 дней.".to_owned(),
                "A term runs for 1 to 24 months or for 1 to 366 days.".to_owned(),
            ),
            Self::Minimum => (
                "Ең аз жұмыс күні мерзімнің өзінен ұзақ.".to_owned(),
                "Наименьшее число рабочих дней больше самого срока.".to_owned(),
                "The least number of working days is greater than the term itself.".to_owned(),
            ),
            Self::NoLaw => (
                "Мерзім қай актіге негізделетінін қазақша да, орысша да жазыңыз.".to_owned(),
                "Назовите акт, на котором основан срок, на казахском и на русском.".to_owned(),
                "Name the act that the term rests on, in Kazakh and in Russian.".to_owned(),
            ),
            Self::DigitBeside => (
                "{n} белгісінің жанындағы цифр нөмірдің бір бөлігі болып оқылады: арасына белгі қойыңыз.".to_owned(),
                "Цифра рядом с {n} читается как часть номера: поставьте между ними знак.".to_owned(),
                "A digit beside {n} is read as a part of the number: put a sign between them.".to_owned(),
            ),
            Self::First => (
                "Санақ 1 мен 9 999 999 арасындағы саннан басталады: осындай сан жазыңыз.".to_owned(),
                "Счёт начинается с числа от 1 до 9 999 999: укажите такое.".to_owned(),
                "A count begins at 1 to 9,999,999: write such a number.".to_owned(),
            ),
            Self::SharedFormat => (
                "Екінші қатардың нөмірлері де осындай көрінеді: кіріс пен шығысты ажырату мүмкін болмайды. Басқаша жазыңыз.".to_owned(),
                "Номера другого ряда выглядят так же: входящий от исходящего будет не отличить. Пишите иначе.".to_owned(),
                "Numbers of the other series look like that: nobody could tell incoming from outgoing. Write them otherwise.".to_owned(),
            ),
            Self::MixedLetters => (
                "Кирилл әріптерінің қасында латын әріптері тұр (мысалы, ДС орнына DS): іздегенде олар кирилл болып оқылады. Бәрін бір әліпбимен жазыңыз.".to_owned(),
                "Рядом с кириллицей стоят латинские буквы (например, DS вместо ДС): при поиске они читаются как кириллица. Пишите всё одним алфавитом.".to_owned(),
                "Latin letters stand beside Cyrillic ones (such as DS for ДС): where a number is looked for they are read as Cyrillic. Write all of it in one alphabet.".to_owned(),
            ),
            Self::CountGoesOn { next } => (
                format!(
                    "Бұл кезеңнің санағы жалғасады, келесі нөмірі – {next}. Соны жазыңыз не жаңа кезеңнің басынан енгізіңіз."
                ),
                format!(
                    "Счёт этого периода продолжается, следующий номер – {next}. Укажите его или введите ряд с начала нового периода."
                ),
                format!(
                    "The count of this period goes on; its next number is {next}. Write that, or begin with a new period."
                ),
            ),
            Self::GivenAlready { last } => (
                format!("Бұл жазылумен {last} нөміріне дейін берілген: одан үлкен саннан бастаңыз не басқаша жазыңыз."),
                format!("В таком виде уже даны номера до {last}: начните с большего или пишите иначе."),
                format!(
                    "Numbers up to {last} were given in this form already: begin above them, or write them otherwise."
                ),
            ),
        };
        match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

//! Where the time went, in sentences that whoever asked can be shown: what was waited for, who held it, what made the reply late.

use directory::{Language, MinistryCode, dates};
use jiff::civil::Date;

use super::pick;
use crate::event::EventName;
use crate::terms::VisaKind;
use crate::time::day_of;
use crate::waiting::{Explanation, Holder, Interval, Lasted, Reason, Step, Verdict};

words!(Step, /// What is waited for, as a line of a list.
{
    Self::Registration => "Тіркеу және бақылауға алу", "Регистрация и постановка на контроль", "Registration and putting on control";
    Self::Resolution => "Бұрыштама", "Резолюция", "Resolution";
    Self::Draft => "Жауап жобасын дайындау", "Подготовка проекта ответа", "Writing the draft";
    Self::SendingOut => "Дайын жобаны келісуге жіберу", "Направление готового проекта на согласование", "Sending the written draft out for visas";
    Self::Visas => "Келісу", "Согласование", "Visas";
    Self::Rework => "Қайтарылған жобаны пысықтау", "Доработка возвращённого проекта", "Rework of the draft that was sent back";
    Self::Laying => "Келісілген жобаны қол қоюға енгізу", "Внесение согласованного проекта на подпись", "Laying the approved draft before the signatory";
    Self::Signature => "Қол қою", "Подписание", "Signature";
    Self::Numbering => "Шығыс нөмірін беру", "Присвоение исходящего номера", "Outgoing number";
    Self::Dispatch => "Жөнелту", "Отправка", "Dispatch";
    Self::Delivery => "Жеткізілуін күту", "Ожидание вручения", "Awaiting delivery";
    Self::Closing => "Бақылаудан алу және жабу", "Снятие с контроля и закрытие", "Taking off control and closing";
    Self::Closed => "Жабық тұрды", "Был закрыт", "Was closed";
    Self::Contribution => "Ұсыныс", "Предложение соисполнителя", "Contribution";
    Self::ContributionRework => "Қайтарылған ұсынысты пысықтау", "Доработка возвращённого предложения", "Rework of a contribution that was sent back";
    Self::Acceptance => "Ұсынысты қарау", "Рассмотрение предложения", "Looking at a contribution";
    Self::Visa(VisaKind::Legal) => "Құқықтық виза", "Правовая виза", "Legal visa";
    Self::Visa(VisaKind::Language) => "Тілдік виза", "Языковая виза", "Language visa";
    Self::Visa(VisaKind::Finance) => "Қаржылық виза", "Финансовая виза", "Finance visa";
    Self::Visa(VisaKind::Office) => "Аппарат визасы", "Виза Аппарата", "The Office’s visa";
    Self::Extension => "Мерзімді ұзарту туралы шешім", "Решение о продлении срока", "Decision on more time";
    Self::Replacement => "Орындаушыны ауыстыру туралы шешім", "Решение о замене исполнителя", "Decision on a replacement";
});

/// How a ministry is called.
pub type Names<'a> = &'a dyn Fn(&MinistryCode) -> String;

impl Holder {
    /// Who that is.
    #[must_use]
    pub fn words(&self, language: Language, names: Names<'_>) -> String {
        match self {
            Self::Role(role) => role.words(language).to_owned(),
            Self::Ministry(ministry) => names(ministry),
            Self::Deputies => {
                pick(language, "депутаттарға жолда", "в пути к депутатам", "on its way to the deputies").to_owned()
            }
            Self::Nobody => pick(language, "ешкімде", "ни у кого", "nobody").to_owned(),
        }
    }
}

impl Interval {
    /// What was to be done, and about whose contribution where it is about one.
    #[must_use]
    pub fn words(&self, language: Language, names: Names<'_>) -> String {
        let step = self.step.words(language);
        self.about.as_ref().map_or_else(|| step.to_owned(), |about| format!("{step}: {}", names(about)))
    }
}

impl Lasted {
    /// How many working days, such as «14 жұмыс күні»; within a day, how long by the clock.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        if self.working_days > 0 {
            return working_days(self.working_days, language);
        }
        let minutes = self.time.as_mins();
        let (count, unit) = if minutes >= 60 {
            (minutes / 60, pick(language, "сағат", "ч", "h"))
        } else {
            (minutes, pick(language, "мин", "мин", "min"))
        };
        format!("{count} {unit}")
    }
}

/// So many working days.
#[must_use]
pub fn working_days(count: u32, language: Language) -> String {
    let noun = match (language, count % 10, count % 100) {
        (Language::Kk, _, _) => "жұмыс күні",
        (Language::En, _, _) if count == 1 => "working day",
        (Language::En, _, _) => "working days",
        (Language::Ru, _, 11..=14) => "рабочих дней",
        (Language::Ru, 1, _) => "рабочий день",
        (Language::Ru, 2..=4, _) => "рабочих дня",
        (Language::Ru, _, _) => "рабочих дней",
    };
    format!("{count} {noun}")
}

fn calendar_days(count: i32, language: Language) -> String {
    let noun = match (language, count % 10, count % 100) {
        (Language::Kk, _, _) => "күн",
        (Language::En, _, _) if count == 1 => "day",
        (Language::En, _, _) => "days",
        (Language::Ru, _, 11..=14) => "дней",
        (Language::Ru, 1, _) => "день",
        (Language::Ru, 2..=4, _) => "дня",
        (Language::Ru, _, _) => "дней",
    };
    format!("{count} {noun}")
}

impl Explanation {
    /// The answer in one sentence.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let day = |day: Date| dates::words(day, language);
        let took = self.took.map_or_else(String::new, |took| took.words(language));
        match self.verdict {
            Verdict::NotWatched => pick(
                language,
                "Мерзімі қойылмаған, сондықтан кешікті деп айтуға болмайды.",
                "Срок не установлен, поэтому сказать об опоздании нельзя.",
                "No day was set, so that nothing can be called late.",
            )
            .to_owned(),
            Verdict::NoReply => pick(
                language,
                "Сауал жауап жөнелтілмей аяқталды.",
                "Работа по запросу закончилась без отправки ответа.",
                "The inquiry ended without a reply being sent.",
            )
            .to_owned(),
            Verdict::Running { due, left } => {
                let (due, left) = (day(due), working_days(left, language));
                match language {
                    Language::Kk => format!("Жауап әлі жөнелтілген жоқ. Мерзімі – {due}, {left} қалды."),
                    Language::Ru => format!("Ответ ещё не отправлен. Срок: {due}, осталось: {left}."),
                    Language::En => format!("The reply has not gone out yet. It is due on {due}; {left} left."),
                }
            }
            Verdict::InTime { due, sent } => {
                let (due, sent) = (day(due), day(sent));
                match language {
                    Language::Kk => format!("Жауап мерзімінде жөнелтілді: {sent}. Мерзімі – {due}. Барлығы {took}."),
                    Language::Ru => format!("Ответ отправлен в срок: {sent}. Срок: {due}. Всего: {took}."),
                    Language::En => format!("The reply went out in time: {sent}. It was due on {due}. It took {took}."),
                }
            }
            Verdict::Late { due, sent, days, working_days: late } => {
                let (due, days, late) = (day(due), calendar_days(days, language), working_days(late, language));
                match (language, sent.map(day)) {
                    (Language::Kk, Some(sent)) => {
                        format!(
                            "Жауап кеш жөнелтілді: {sent}. Мерзімі – {due}; {days} ({late}) асып кетті. Барлығы {took}."
                        )
                    }
                    (Language::Kk, None) => {
                        format!(
                            "Жауап әлі жөнелтілген жоқ. Мерзімі – {due}; {days} ({late}) асып кетті. Әзірге {took}."
                        )
                    }
                    (Language::Ru, Some(sent)) => {
                        format!(
                            "Ответ отправлен с опозданием: {sent}. Срок: {due}; превышен на {days} ({late}). Всего: {took}."
                        )
                    }
                    (Language::Ru, None) => {
                        format!(
                            "Ответ ещё не отправлен. Срок: {due}; превышен на {days} ({late}). Пока прошло: {took}."
                        )
                    }
                    (Language::En, Some(sent)) => {
                        format!(
                            "The reply went out late: {sent}. It was due on {due}, {days} ({late}) before. It took {took}."
                        )
                    }
                    (Language::En, None) => {
                        format!(
                            "The reply has not gone out. It was due on {due}, {days} ({late}) ago. So far it took {took}."
                        )
                    }
                }
            }
        }
    }
}

impl Reason {
    /// The reason as a sentence or two.
    #[must_use]
    pub fn words(&self, language: Language, names: Names<'_>) -> String {
        let day = |day: Date| dates::words(day, language);
        let days = |count: u32| working_days(count, language);
        match self {
            Self::Held { interval, lasted, beyond_inner, usual, is_longest } => {
                let mut said = stretch(interval, *lasted, language, names);
                if let (Some(due), 1..) = (interval.due, *beyond_inner) {
                    let (due, beyond) = (day(due), days(*beyond_inner));
                    said.push_str(&match language {
                        Language::Kk => format!(" Ішкі мерзімі – {due}, содан кейін {beyond} жатты."),
                        Language::Ru => format!(" Внутренний срок: {due}, после него: {beyond}."),
                        Language::En => format!(" Its inner day was {due}; {beyond} of it came after that."),
                    });
                }
                if let Some(usual) = usual {
                    let usual = days(*usual);
                    said.push_str(&match language {
                        Language::Kk => format!(" Әдетте бұған {usual} кетеді."),
                        Language::Ru => format!(" Обычно это занимает: {usual}."),
                        Language::En => format!(" Usually this takes {usual}."),
                    });
                }
                if *is_longest {
                    said.push_str(pick(
                        language,
                        " Бұл – ең ұзақ кезең.",
                        " Это самый долгий этап.",
                        " No other stretch took longer.",
                    ));
                }
                said
            }
            Self::Returned { from, again, cost, .. } => returned(*from, again.is_some(), *cost, language),
            Self::LateContribution { ministry, due, asked, came, late, draft_waited } => {
                // Asked for after its day (sent back, or of another ministry), it is late by the days since then.
                let again = Some(day_of(asked.at)).filter(|asked| asked > due).map(day);
                let (ministry, due, late) = (names(ministry), day(*due), days(*late));
                let came = came.map(|mark| day(day_of(mark.at)));
                let mut said = late_contribution(&ministry, &due, again.as_deref(), came.as_deref(), &late, language);
                if *draft_waited {
                    said.push_str(pick(
                        language,
                        " Жоба содан кейін ғана жазылды.",
                        " Проект был подготовлен только после этого.",
                        " The draft was written only after that.",
                    ));
                }
                said
            }
            Self::Passed { from, to, after, .. } => {
                let (from, to, after) = (names(from), names(to), days(*after));
                match language {
                    Language::Kk => {
                        format!("Негізгі орындаушы ауыстырылды: {from} орнына {to}. Оған дейін {after} өтті.")
                    }
                    Language::Ru => {
                        format!("Головной исполнитель заменён: был {from}, стал {to}. До этого прошло: {after}.")
                    }
                    Language::En => format!("The lead executor was replaced: {from} by {to}, after {after}."),
                }
            }
            Self::Tight { inner, due, left, took, .. } => {
                let (inner, due, left, took) = (day(*inner), day(*due), days(*left), days(*took));
                match language {
                    Language::Kk => format!(
                        "Жобаның ішкі мерзімі ({inner}) мен жауап мерзімінің ({due}) арасында {left} қалдырылған, ал жобадан кейінгі кезеңдерге {took} кетті."
                    ),
                    Language::Ru => format!(
                        "Между внутренним сроком проекта ({inner}) и сроком ответа ({due}) было оставлено: {left}, а этапы после проекта заняли: {took}."
                    ),
                    Language::En => format!(
                        "Between the inner day of the draft ({inner}) and the day of the reply ({due}) {left} were left; the steps after the draft took {took}."
                    ),
                }
            }
            Self::Extended { by, old_due, new_due } if by.name == EventName::DeadlinesRecounted => {
                let (old, new) = (day(*old_due), day(*new_due));
                match language {
                    Language::Kk => format!("Күнтізбе өзгергендіктен мерзім қайта есептелді: {old} – {new}."),
                    Language::Ru => format!("Календарь изменён, срок пересчитан: был {old}, стал {new}."),
                    Language::En => format!("The calendar changed and the day was counted anew: from {old} to {new}."),
                }
            }
            Self::Extended { old_due, new_due, .. } => {
                let (old, new) = (day(*old_due), day(*new_due));
                match language {
                    Language::Kk => format!("Мерзім ұзартылды: {old} – {new}."),
                    Language::Ru => format!("Срок продлён: был {old}, стал {new}."),
                    Language::En => format!("More time was given: from {old} to {new}."),
                }
            }
            Self::CalendarChanged { set, today, .. } => {
                let (set, today) = (day(*set), day(*today));
                match language {
                    Language::Kk => format!(
                        "Күнтізбе содан бері өзгерді: қазіргі күнтізбе бойынша мерзім {today} болар еді, ал қойылғаны – {set}. Қойылған мерзім өзгермейді."
                    ),
                    Language::Ru => format!(
                        "Календарь с тех пор изменился: по нынешнему календарю срок был бы {today}, а установлен {set}. Установленный срок не меняется."
                    ),
                    Language::En => format!(
                        "The calendar has changed since: by the present one the day would be {today}, and {set} was set. A day that was set stays."
                    ),
                }
            }
        }
    }
}

/// What was waited for, who held it, from when until when.
/// What came after its day; `again`: asked for after it.
fn late_contribution(
    ministry: &str,
    due: &str,
    again: Option<&str>,
    came: Option<&str>,
    late: &str,
    language: Language,
) -> String {
    match (language, again, came) {
        (Language::Kk, None, Some(came)) => {
            format!("Ұсыныс ({ministry}) {due} күніне дейін керек еді, {came} түсті: {late} кеш.")
        }
        (Language::Kk, None, None) => format!("Ұсыныс ({ministry}) {due} күніне дейін түспеді: {late} кешікті."),
        (Language::Kk, Some(again), Some(came)) => {
            format!("Ұсыныстың ({ministry}) мерзімі – {due}; {again} қайта сұралып, {came} түсті: содан бері {late}.")
        }
        (Language::Kk, Some(again), None) => {
            format!("Ұсыныстың ({ministry}) мерзімі – {due}; {again} қайта сұралды, әлі түспеді: содан бері {late}.")
        }
        (Language::Ru, None, Some(came)) => {
            format!("Предложение ({ministry}) было нужно к сроку: {due}, а внесено: {came}. Опоздание: {late}.")
        }
        (Language::Ru, None, None) => {
            format!("Предложение ({ministry}) к сроку не внесено: {due}. Опоздание: {late}.")
        }
        (Language::Ru, Some(again), Some(came)) => format!(
            "Предложение ({ministry}) со сроком {due} запрошено ещё раз: {again}, внесено: {came}. С тех пор прошло: {late}."
        ),
        (Language::Ru, Some(again), None) => format!(
            "Предложение ({ministry}) со сроком {due} запрошено ещё раз: {again}, и не внесено. С тех пор прошло: {late}."
        ),
        (Language::En, None, Some(came)) => {
            format!("The contribution ({ministry}) was due on {due} and came on {came}, {late} late.")
        }
        (Language::En, None, None) => {
            format!("The contribution ({ministry}) was due on {due} and did not come: {late} late.")
        }
        (Language::En, Some(again), Some(came)) => format!(
            "The contribution ({ministry}), due on {due}, was asked for again on {again} and came on {came}: {late} since then."
        ),
        (Language::En, Some(again), None) => format!(
            "The contribution ({ministry}), due on {due}, was asked for again on {again} and did not come: {late} since then."
        ),
    }
}

fn stretch(interval: &Interval, lasted: Lasted, language: Language, names: Names<'_>) -> String {
    let (what, who) = (interval.words(language, names), interval.holder.words(language, names));
    let (long, from) = (lasted.words(language), dates::words(day_of(interval.from), language));
    let until = interval.until.map(|until| dates::words(day_of(until), language));
    match (language, until) {
        (Language::Kk, Some(until)) => format!("{what}: {long}, {from} – {until}. Кімде болды: {who}."),
        (Language::Kk, None) => format!("{what}: әзірге {long}, басталуы – {from}. Кімде: {who}."),
        (Language::Ru, Some(until)) => format!("{what}: {long}, {from} – {until}. У кого был документ: {who}."),
        (Language::Ru, None) => format!("{what}: пока {long}, начало – {from}. У кого документ: {who}."),
        (Language::En, Some(until)) => format!("{what}: {long}, {from} – {until}. Held by: {who}."),
        (Language::En, None) => format!("{what}: {long} so far, since {from}. Held by: {who}."),
    }
}

fn returned(from: Step, is_back: bool, cost: Lasted, language: Language) -> String {
    let cost = cost.words(language);
    let place = match from {
        Step::Signature => pick(language, "қол қоюдан", "с подписания", "by the signatory"),
        Step::Registration
        | Step::Resolution
        | Step::Draft
        | Step::SendingOut
        | Step::Visas
        | Step::Rework
        | Step::Laying
        | Step::Numbering
        | Step::Dispatch
        | Step::Delivery
        | Step::Closing
        | Step::Closed
        | Step::Contribution
        | Step::ContributionRework
        | Step::Acceptance
        | Step::Visa(_)
        | Step::Extension
        | Step::Replacement => pick(language, "келісуден", "с согласования", "from the visas"),
    };
    match (language, is_back) {
        (Language::Kk, true) => format!("Жоба {place} қайтарылды; сол орынға қайта келгенше {cost} өтті."),
        (Language::Kk, false) => format!("Жоба {place} қайтарылды; содан бері {cost} өтті."),
        (Language::Ru, true) => format!("Проект возвращён {place}; до нового поступления туда же прошло: {cost}."),
        (Language::Ru, false) => format!("Проект возвращён {place}; с тех пор прошло: {cost}."),
        (Language::En, true) => format!("The draft was sent back {place}; until it came there again it took {cost}."),
        (Language::En, false) => format!("The draft was sent back {place}; {cost} have passed since."),
    }
}

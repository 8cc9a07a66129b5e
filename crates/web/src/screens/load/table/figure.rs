//! What is counted of a ministry: in which words, and by which question the worklist finds it again.

use directory::{Language, MinistryCode};
use jiff::ToSpan;
use jiff::civil::Date;
use readmodel::register::{Load, monday};

use crate::screens::fields::say;

/// One thing that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::screens::load) enum Figure {
    Leads,
    Helps,
    Overdue,
    Soon,
    Contributions,
    Late,
    /// What falls due in the week of this day.
    Week(Date),
    Median,
}

/// The figures of the page, in their order.
pub(in crate::screens::load) const FIGURES: [Figure; 7] =
    [Figure::Leads, Figure::Helps, Figure::Overdue, Figure::Soon, Figure::Contributions, Figure::Late, Figure::Median];

/// Whose figure it is.
pub(super) enum Whose<'a> {
    Of(&'a MinistryCode),
    /// Of what has no lead yet.
    Nobody,
    All,
}

impl Figure {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Helps => "helps",
            Self::Overdue => "overdue",
            Self::Soon => "soon",
            Self::Contributions => "contributions",
            Self::Late => "late",
            Self::Week(_) => "week",
            Self::Median => "days",
        }
    }

    /// At the head of its column.
    pub(in crate::screens::load) fn words(self, language: Language) -> String {
        let (kk, ru, en) = match self {
            Self::Leads => ("Негізгі орындаушы", "Головной", "As lead"),
            Self::Helps => ("Бірлесіп орындаушы", "Соисполнитель", "As co-executor"),
            Self::Overdue => ("Мерзімі өткен", "Просрочено", "Overdue"),
            Self::Soon => ("4 күн ішінде", "До 4 дней", "Within 4 days"),
            Self::Contributions => ("Күтілетін ұсыныс", "Ждём предложений", "Contributions awaited"),
            Self::Late => ("Ішкі мерзімі өткен", "Прошёл внутренний срок", "Inner deadline gone by"),
            Self::Median => ("Күн, медиана", "Дней, медиана", "Days, median"),
            Self::Week(day) => {
                let (from, until) = week(day);
                let days = format!("{}–{}", from.strftime("%d.%m"), until.strftime("%d.%m"));
                let words = say(language, "Аптасы:", "На неделе", "In the week");
                return format!("{words} {days}");
            }
        };
        say(language, kk, ru, en)
    }

    /// Beside a name.
    pub(super) fn briefly(self, language: Language) -> String {
        match self {
            Self::Leads => say(language, "негізгі", "головной", "lead"),
            Self::Helps => say(language, "бірлесіп", "соисп.", "co"),
            Self::Overdue => say(language, "мерзімі өткен", "просрочено", "overdue"),
            Self::Late => say(language, "ішкі мерзімі өткен", "прошёл внутр. срок", "inner deadline gone by"),
            Self::Soon | Self::Contributions | Self::Week(_) | Self::Median => self.words(language),
        }
    }

    /// That nothing is open is worth saying too.
    pub(super) const fn is_always_said(self) -> bool {
        matches!(self, Self::Leads | Self::Helps)
    }

    /// What exactly is counted.
    pub(in crate::screens::load) fn means(self, language: Language) -> String {
        let (kk, ru, en) = match self {
            Self::Leads => (
                "Министрлік негізгі орындаушы болған, бақылаудағы ашық сауалдар.",
                "Открытые запросы на контроле, где министерство — головной исполнитель.",
                "Open inquiries on control that the ministry leads.",
            ),
            Self::Helps => (
                "Министрлік бірлесіп орындаушы болған, бақылаудағы ашық сауалдар.",
                "Открытые запросы на контроле, где министерство — соисполнитель.",
                "Open inquiries on control in which the ministry is a co-executor.",
            ),
            Self::Overdue => (
                "Өзі жүргізетіндердің ішінде депутатқа жауап мерзімі өткені.",
                "Из тех, где оно головное: срок ответа депутату прошёл.",
                "Of those that it leads: the day of the reply to the deputies is gone by.",
            ),
            Self::Soon => (
                "Өзі жүргізетіндердің ішінде жауап мерзіміне 4 күн немесе одан аз қалғаны.",
                "Из тех, где оно головное: до срока ответа 4 дня или меньше.",
                "Of those that it leads: the reply is due within 4 days.",
            ),
            Self::Contributions => (
                "Бірлесіп орындаушы ретінде әлі енгізбеген ұсыныстары.",
                "Предложения, которых оно как соисполнитель ещё не внесло.",
                "Contributions that it has still to send as a co-executor.",
            ),
            Self::Late => (
                "Бұрыштамадағы ішкі мерзімі өткен, келісуге жіберілмеген жобалары мен енгізілмеген ұсыныстары.",
                "Проекты, не ушедшие на согласование, и не внесённые предложения, внутренний срок которых по резолюции прошёл.",
                "Drafts not yet submitted for approval and contributions not yet sent whose day in the resolution is gone by.",
            ),
            Self::Week(_) => (
                "Ішкі мерзімі сол аптаға түсетін жобалары мен ұсыныстары.",
                "Проекты и предложения, внутренний срок которых приходится на эту неделю.",
                "Drafts and contributions that are due in that week.",
            ),
            Self::Median => (
                "Өзі жүргізетін сауалдардың жартысы кемінде осынша күн бұрын түскен.",
                "Половина тех, где оно головное, поступила хотя бы столько дней назад.",
                "Half of those that it leads came in at least so many days ago.",
            ),
        };
        say(language, kk, ru, en)
    }

    pub(super) const fn tone(self) -> &'static str {
        match self {
            Self::Overdue | Self::Late => "over",
            Self::Soon => "soon",
            Self::Leads | Self::Helps | Self::Contributions | Self::Week(_) | Self::Median => "calm",
        }
    }

    pub(super) fn count(self, load: &Load) -> Option<u64> {
        match self {
            Self::Leads => Some(load.leads),
            Self::Helps => Some(load.helps),
            Self::Overdue => Some(load.overdue),
            Self::Soon => Some(load.soon),
            Self::Contributions => Some(load.contributions),
            Self::Late => Some(load.late),
            Self::Week(day) => Some(load.in_week_of(day)),
            Self::Median => load.median_days.map(|days| u64::from(days.unsigned_abs())),
        }
    }

    /// The worklist's question that finds what was counted; none where no list is the same.
    pub(super) fn behind(self, whose: &Whose<'_>, today: Date) -> Option<String> {
        let code = match whose {
            Whose::Of(code) => Some(code.as_str()),
            Whose::Nobody => Some("none"),
            Whose::All => None,
        };
        let standing = match self {
            Self::Leads => Some("watched"),
            Self::Overdue => Some("overdue"),
            Self::Soon => Some("soon"),
            Self::Helps | Self::Contributions | Self::Late | Self::Week(_) | Self::Median => None,
        };
        if let Some(state) = standing {
            let lead = code.map(|code| format!("&lead={code}")).unwrap_or_default();
            return Some(format!("state={state}{lead}"));
        }
        // The others are parts of one ministry's work: nobody's and everybody's are no list of inquiries.
        let Whose::Of(code) = whose else { return None };
        match self {
            Self::Helps => Some(format!("state=watched&co={code}")),
            Self::Contributions => Some(format!("co={code}&owes={code}")),
            Self::Late => Some(format!("owes={code}&until={}", today.saturating_sub(1.day()))),
            Self::Week(day) => {
                let (monday, until) = week(day);
                Some(format!("owes={code}&from={}&until={until}", monday.max(today)))
            }
            Self::Leads | Self::Overdue | Self::Soon | Self::Median => None,
        }
    }
}

/// Monday and Sunday.
fn week(day: Date) -> (Date, Date) {
    let from = monday(day);
    (from, from.saturating_add(6.days()))
}

/// What two have to do together.
pub(super) fn sum(one: Load, other: Load) -> Load {
    let mut weeks = one.weeks;
    for (monday, count) in other.weeks {
        *weeks.entry(monday).or_default() += count;
    }
    Load {
        leads: one.leads + other.leads,
        helps: one.helps + other.helps,
        overdue: one.overdue + other.overdue,
        soon: one.soon + other.soon,
        contributions: one.contributions + other.contributions,
        late: one.late + other.late,
        weeks,
        median_days: None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_figure_of_a_ministry_has_a_list_behind_it_but_its_median() {
        let code = MinistryCode::new("mfa").unwrap();
        let (whose, today) = (Whose::Of(&code), date(2023, 10, 4));
        let behind = |figure: Figure| figure.behind(&whose, today);
        assert_eq!(behind(Figure::Leads).as_deref(), Some("state=watched&lead=mfa"));
        assert_eq!(behind(Figure::Contributions).as_deref(), Some("co=mfa&owes=mfa"));
        assert_eq!(behind(Figure::Late).as_deref(), Some("owes=mfa&until=2023-10-03"));
        // What of this week is past already is late, and not due.
        let this = Figure::Week(date(2023, 10, 6));
        assert_eq!(behind(this).as_deref(), Some("owes=mfa&from=2023-10-04&until=2023-10-08"));
        let next = Figure::Week(date(2023, 10, 9));
        assert_eq!(behind(next).as_deref(), Some("owes=mfa&from=2023-10-09&until=2023-10-15"));
        assert_eq!(behind(Figure::Median), None);
        assert_eq!(Figure::Overdue.behind(&Whose::Nobody, today).as_deref(), Some("state=overdue&lead=none"));
        assert_eq!(Figure::Leads.behind(&Whose::All, today).as_deref(), Some("state=watched"));
        assert_eq!(Figure::Helps.behind(&Whose::All, today), None);
        for language in Language::ALL {
            assert!(Figure::Soon.words(language).contains(&readmodel::register::SOON.to_string()));
        }
    }
}

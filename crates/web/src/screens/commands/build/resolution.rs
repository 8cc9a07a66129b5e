//! The fields of a resolution: its text, one lead, any number of co-executors, an inner deadline for each.

use directory::deadline::{self, Deadline, Shares};
use directory::{Language, Multilingual};
use inquiry::state::Assignment;
use inquiry::terms::CoExecutor;
use jiff::civil::Date;

use super::super::days::{ASKED, SameDay};
use super::{MOST_ROWS, ROWS};
use crate::screens::fields::{self, Field, Form, Group, Item, Reason, Typed, say};
use crate::screens::load::Burdens;
use crate::screens::wording;
use crate::state::AppState;

/// The list that ministries are chosen from.
pub(super) const MINISTRIES: &str = "ministries";

/// What a resolution is written from.
pub(in crate::screens) struct Resolution<'a> {
    pub state: &'a AppState,
    pub today: Date,
    pub language: Language,
    /// The one that is there.
    pub known: Option<&'a Assignment>,
    /// The last day on which the draft may be due.
    pub latest: Option<Date>,
    /// What the ministries have to do already.
    pub burdens: Option<&'a Burdens<'a>>,
}

impl Resolution<'_> {
    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    fn all_ministries(&self) -> Vec<(String, String)> {
        wording::ministries(self.state, self.today, self.language)
    }

    /// Puts the fields into a form, with as many rows as were typed into it.
    pub(in crate::screens) fn fields(&self, mut form: Form, typed: &Typed) -> Form {
        let known = self.known;
        let shares = self.shares();
        let offered_day = shares.as_ref().map(|shares| shares.contribution.due);
        let lead_due = known.map(|known| known.lead_due).or(shares.as_ref().map(|shares| shares.draft.due));
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        let shown = fields::day(typed.get("lead_due")).or(lead_due).unwrap_or(self.today);
        form = with_burdens(form, self.burdens, shown)
            .reason(why_offered(shares.as_ref().map(|shares| &shares.contribution), self.language))
            .reason(shares.as_ref().map(|shares| self.why_draft(&shares.draft)));
        form = form.list(MINISTRIES, to_choose(self.state, self.today, self.language, self.burdens)).with(vec![
            Field::area("resolution", self.t("Бұрыштама", "Резолюция", "Resolution"), 3)
                .value(known.map_or("", |known| known.resolution.as_str()))
                .needed(),
            Field::select_or_none(
                "lead",
                self.t("Негізгі орындаушы", "Головной исполнитель", "Lead executor"),
                self.t("таңдаңыз", "выберите", "choose"),
                self.all_ministries(),
            )
            .value(known.map_or_else(String::new, |known| known.lead.to_string()))
            .offering(MINISTRIES)
            .needed(),
            self.lead_due(day(lead_due)),
        ]);
        if let Some(same) = SameDay::of(self.state, known, typed) {
            form = form.note(SameDay::note(self.language)).with(vec![Field::hidden(ASKED, same.asked)]);
        }
        let empty: &[CoExecutor] = &[];
        let co = known.map_or(empty, |known| known.co_executors.as_slice());
        let rows = rows(typed, "co", co.len().max(ROWS));
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
                    .value(now.map_or_else(String::new, |now| now.ministry.to_string()))
                    .offering(MINISTRIES),
                    // Needed where a ministry is chosen, and nowhere else: they are not called optional.
                    Field::date(format!("co[{row}].due"), self.t("Мерзімі", "Срок", "Due"))
                        .unmarked()
                        .value(day(now.map(|now| now.due).or(offered_day))),
                    Field::text(format!("co[{row}].task"), self.t("Тапсырма", "Поручение", "Task"))
                        .unmarked()
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
}

impl Resolution<'_> {
    fn lead_due(&self, value: String) -> Field {
        let field =
            Field::date("lead_due", self.t("Жобаның мерзімі", "Срок проекта", "Draft due")).value(value).needed();
        let order = self.t(
            "Жоба бірлесіп орындаушылардың ұсыныстарынан жиналады: мерзімі солардан кейін, жауаптың мерзімінен бұрын болғаны дұрыс",
            "Проект сводится из предложений соисполнителей: лучше позже их сроков и раньше срока ответа",
            "The draft is made from the contributions: better due after them, and before the reply",
        );
        field.hint(match self.latest {
            Some(latest) => format!("{}. {order}", not_after(latest, self.language)),
            None => order,
        })
    }

    /// The inner days that the rules offer, when they can be kept.
    fn shares(&self) -> Option<Shares> {
        let directory = self.state.directory();
        let view = directory.at(self.today);
        let (inner, draft) = (view.inner_rule()?, view.draft_rule()?);
        deadline::shares(self.today, self.latest, inner, draft, directory.calendar()).ok()
    }

    fn why_draft(&self, draft: &Deadline) -> Reason {
        let day = draft.due.strftime("%d.%m.%Y");
        let title = match self.language {
            Language::Kk => format!("Жобаның мерзімі ретінде неге {day} ұсынылады"),
            Language::Ru => format!("Почему сроком проекта предлагается {day}"),
            Language::En => format!("Why {day} is offered for the draft"),
        };
        Reason::of(title, draft, self.language)
    }
}

/// «20.10.2023 күнінен кеш емес, жұмыс күні»
pub(super) fn not_after(latest: Date, language: Language) -> String {
    let latest = latest.strftime("%d.%m.%Y");
    match language {
        Language::Kk => format!("Жұмыс күні, {latest} күнінен кеш емес"),
        Language::Ru => format!("Рабочий день, не позже {latest}"),
        Language::En => format!("A working day, not after {latest}"),
    }
}

/// Why the form offers the day that it offers.
pub(super) fn why_offered(offered: Option<&Deadline>, language: Language) -> Option<Reason> {
    let offered = offered?;
    let day = offered.due.strftime("%d.%m.%Y");
    let title = match language {
        Language::Kk => format!("Ішкі мерзім ретінде неге {day} ұсынылады"),
        Language::Ru => format!("Почему внутренним сроком предлагается {day}"),
        Language::En => format!("Why {day} is offered as the inner deadline"),
    };
    Some(Reason::of(title, offered, language))
}

/// The form with what ministries have to do, and what falls into the week of a day.
pub(super) fn with_burdens(form: Form, burdens: Option<&Burdens<'_>>, day: Date) -> Form {
    Form { loads: burdens.map(|burdens| burdens.beside(day)), ..form }
}

/// The ministries of today, found by name and abbreviation, each with what it has to do.
pub(super) fn to_choose(state: &AppState, today: Date, language: Language, burdens: Option<&Burdens<'_>>) -> Vec<Item> {
    let directory = state.directory();
    let view = directory.at(today);
    let item = |one: &directory::ministry::Ministry| Item {
        value: one.code.to_string(),
        label: one.name.words(language).to_owned(),
        note: one.abbreviation.words(language).to_owned(),
        also: [&one.name, &one.abbreviation]
            .into_iter()
            .flat_map(Multilingual::spellings)
            .collect::<Vec<_>>()
            .join(" "),
        fills: Vec::new(),
        burden: burdens.map(|burdens| burdens.burden(&one.code)),
    };
    view.ministries().map(item).collect()
}

/// How many rows a list is drawn with: those that were typed into, and one more where that was asked for.
pub(super) fn rows(typed: &Typed, name: &str, at_first: usize) -> usize {
    let more = usize::from(typed.more() == Some(name));
    (typed.rows(name).max(at_first) + more).min(MOST_ROWS)
}

//! The fields of a resolution: its text, one lead, any number of co-executors, an inner deadline for each.

use directory::{Language, Multilingual};
use inquiry::state::Assignment;
use inquiry::terms::CoExecutor;
use jiff::civil::Date;

use super::{MOST_ROWS, ROWS};
use crate::screens::fields::{Field, Form, Group, Item, Typed, say};
use crate::screens::wording;
use crate::state::AppState;

/// The list that ministries are chosen from.
const MINISTRIES: &str = "ministries";

/// What a resolution is written from.
pub(in crate::screens) struct Resolution<'a> {
    pub state: &'a AppState,
    pub today: Date,
    pub language: Language,
    /// The one that is there.
    pub known: Option<&'a Assignment>,
    /// The inner deadline that the rule offers.
    pub offered: Option<Date>,
}

impl Resolution<'_> {
    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    fn all_ministries(&self) -> Vec<(String, String)> {
        wording::ministries(self.state, self.today, self.language)
    }

    /// The ministries of today, found by name and abbreviation.
    fn ministries_to_choose(&self) -> Vec<Item> {
        let view = self.state.directory.at(self.today);
        let item = |one: &directory::ministry::Ministry| Item {
            value: one.code.to_string(),
            label: one.name.words(self.language).to_owned(),
            note: one.abbreviation.words(self.language).to_owned(),
            also: [&one.name, &one.abbreviation]
                .into_iter()
                .flat_map(Multilingual::spellings)
                .collect::<Vec<_>>()
                .join(" "),
            fills: Vec::new(),
        };
        view.ministries().map(item).collect()
    }

    /// Puts the fields into a form, with as many rows as were typed into it.
    pub(in crate::screens) fn fields(&self, mut form: Form, typed: &Typed) -> Form {
        let Self { known, offered, .. } = *self;
        let lead_due = known.map(|known| known.lead_due).or(offered);
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        form = form.list(MINISTRIES, self.ministries_to_choose()).with(vec![
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
            Field::date("lead_due", self.t("Жобаның мерзімі", "Срок проекта", "Draft due"))
                .value(day(lead_due))
                .needed(),
        ]);
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
                        .value(day(now.map(|now| now.due).or(offered))),
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

/// How many rows a list is drawn with: those that were typed into, and one more where that was asked for.
pub(super) fn rows(typed: &Typed, name: &str, at_first: usize) -> usize {
    let more = usize::from(typed.more() == Some(name));
    (typed.rows(name).max(at_first) + more).min(MOST_ROWS)
}

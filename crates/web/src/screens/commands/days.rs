//! The days of a resolution in its form: which field a refused day stands in (the rules know the day and the ministry, and no forms), everything that
//! is wrong with them at once, and a day that leaves no time.

use directory::{Language, MinistryCode};
use inquiry::refusal::Refusal;
use inquiry::state::{Assignment, Dossier};
use inquiry::working_days::{NamedDay, check_day};
use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::office::ordering::office_days;
use crate::problem::Problem;
use crate::screens::fields::{self, Fault, Reader, Typed, say};
use crate::screens::wording::named;
use crate::state::AppState;

/// The hidden field that says which days were asked about already.
pub(super) const ASKED: &str = "same_day_asked";
/// In so many days there is a working day before any other, and enough of them.
const NEAR: i64 = 60;

/// A row of the form that instructs a co-executor.
struct Row {
    /// The name of its day's field.
    field: String,
    ministry: Option<MinistryCode>,
    due: Date,
}

fn rows(typed: &Typed) -> Vec<Row> {
    let row = |row: usize| {
        let (ministry, field) = (typed.get(&format!("co[{row}].ministry")), format!("co[{row}].due"));
        // A row counts when a ministry was chosen or a task was typed.
        if ministry.is_empty() && typed.get(&format!("co[{row}].task")).is_empty() {
            return None;
        }
        Some(Row { due: fields::day(typed.get(&field))?, ministry: ministry.parse().ok(), field })
    };
    (0..typed.rows("co")).filter_map(row).collect()
}

/// Blames every day that the rules will refuse, whatever else of the form is missing.
pub(super) fn blame(state: &AppState, dossier: &Dossier, reader: &mut Reader<'_>) {
    let (today, language) = (state.today(), reader.language);
    let directory = state.directory();
    let days = office_days(&directory, today);
    let lead: Option<MinistryCode> = reader.typed.get("lead").parse().ok();
    let draft = fields::day(reader.typed.get("lead_due"));
    let mut check = |field: &str, day: NamedDay<'_>| {
        if let Err(refusal) = check_day(dossier, today, day, days) {
            let words = named(state, &refusal.words(language), language);
            reader.faults.push(Fault::at(field, words));
        }
    };
    if let Some(due) = draft {
        check("lead_due", NamedDay { ministry: lead.as_ref(), due, before: None });
    }
    // A draft's day that cannot be is no measure for the others.
    let latest = dossier.watch().map(|watch| watch.latest_draft(today));
    let before = draft.filter(|draft| latest.is_none_or(|latest| *draft <= latest));
    for row in rows(reader.typed) {
        check(&row.field, NamedDay { ministry: row.ministry.as_ref(), due: row.due, before });
    }
}

/// The days of co-executors that leave no time to make the draft, although there would be some.
pub(super) struct SameDay {
    fields: Vec<String>,
    /// What [`ASKED`] says once they were asked about.
    pub asked: String,
}

impl SameDay {
    /// None where every contribution is due before the draft, where an earlier day would leave too little time, and where it was resolved so before.
    pub(super) fn of(state: &AppState, known: Option<&Assignment>, typed: &Typed) -> Option<Self> {
        let today = state.today();
        let draft = fields::day(typed.get("lead_due"))?;
        let directory = state.directory();
        let days = office_days(&directory, today);
        let eve = draft.yesterday().ok()?.min(today.saturating_add(NEAR.days()));
        if days.calendar.working_days(today, eve) < u32::from(days.minimum.max(1)) {
            return None;
        }
        let is_known = |row: &Row| {
            let has = |known: &Assignment| {
                known.co_executors.iter().any(|co| Some(&co.ministry) == row.ministry.as_ref() && co.due == draft)
            };
            known.is_some_and(|known| known.lead_due == draft && has(known))
        };
        let same: Vec<Row> = rows(typed).into_iter().filter(|row| row.due == draft && !is_known(row)).collect();
        let asked = std::iter::once(draft.to_string()).chain(same.iter().map(|row| row.field.clone()));
        let asked = asked.collect::<Vec<_>>().join(" ");
        Some(Self { fields: same.into_iter().map(|row| row.field).collect(), asked })
            .filter(|same| !same.fields.is_empty())
    }

    /// What the form says of them.
    pub(super) fn note(language: Language) -> String {
        say(
            language,
            "Бірлесіп орындаушының мерзімі жобаның мерзімімен бір күн: ұсынысты жобаға енгізуге уақыт қалмайды.",
            "Срок соисполнителя – тот же день, что и срок проекта: на сведение проекта времени не остаётся.",
            "A contribution is due on the day of the draft: no time is left to make the draft from it.",
        )
    }

    /// Asks about them once: it is no rule that they break.
    pub(super) fn ask(self, reader: &mut Reader<'_>) {
        if reader.typed.get(ASKED) == self.asked {
            return;
        }
        let what = say(
            reader.language,
            "Жобаның мерзімімен бір күн. Солай керек болса, батырманы қайта басыңыз.",
            "Тот же день, что и срок проекта. Если так и нужно, нажмите кнопку ещё раз.",
            "The same day as the draft's. If it is meant so, press the button again.",
        );
        reader.faults.extend(self.fields.into_iter().map(|field| Fault::at(field, what.clone())));
    }
}

/// The field with the day that was refused.
pub(in crate::screens) fn field_of(problem: &Problem, typed: &Typed) -> Option<String> {
    let Problem::Refused(refusal) = problem else { return None };
    match refusal.as_ref() {
        Refusal::InstructionTooShort { ministry, due, .. }
        | Refusal::ContributionDueAfterDraft { ministry, due, .. } => field(typed, *due, Some(ministry)),
        // A draft: the lead's own day, which stands before those of the others.
        Refusal::DueAfterControl { due, .. } | Refusal::DueOnDayOff { due, .. } | Refusal::DueInThePast { due, .. } => {
            field(typed, *due, None)
        }
        _ => None,
    }
}

/// The first field with this day, of this ministry where one is named.
fn field(typed: &Typed, due: Date, ministry: Option<&MinistryCode>) -> Option<String> {
    let co = (0..typed.rows("co")).map(|row| (format!("co[{row}].due"), Some(format!("co[{row}].ministry"))));
    let own = [("lead_due", Some("lead")), ("due", Some("to")), ("until", None)];
    let own = own.into_iter().map(|(day, who)| (day.to_owned(), who.map(str::to_owned)));
    let is_it = |(day, who): &(String, Option<String>)| {
        let who = who.as_deref().map(|who| typed.get(who)).unwrap_or_default();
        // A row without a ministry is no instruction: its day only stands there.
        let is_theirs = ministry.is_none_or(|ministry| who == ministry.as_str()) && (!who.is_empty() || day == "until");
        is_theirs && fields::day(typed.get(day)) == Some(due)
    };
    own.chain(co).find(is_it).map(|(day, _)| day)
}

/// The same question of a form for several inquiries, which have no resolution yet.
pub(in crate::screens) fn ask_of_same_day(state: &AppState, reader: &mut Reader<'_>) {
    if let Some(same) = SameDay::of(state, None, reader.typed) {
        same.ask(reader);
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_refused_day_is_found_in_the_row_of_its_ministry() {
        let pairs = [
            ("lead", "mlsp"),
            ("lead_due", "2023-10-06"),
            ("co[0].ministry", ""),
            ("co[0].due", "2023-10-07"),
            ("co[1].ministry", "moj"),
            ("co[1].due", "2023-10-06"),
            ("co[2].ministry", "mfa"),
            ("co[2].due", "07.10.2023"),
        ];
        let typed = Typed(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        let (moj, day) = (MinistryCode::new("moj").unwrap(), date(2023, 10, 6));
        let of = |refusal: Refusal| field_of(&refusal.into(), &typed);
        let short = Refusal::InstructionTooShort { ministry: moj, due: day, earliest: day, minimum: 2 };
        assert_eq!(of(short).as_deref(), Some("co[1].due"));
        assert_eq!(of(Refusal::DueAfterControl { due: day, latest: day }).as_deref(), Some("lead_due"));
        let off = date(2023, 10, 7);
        assert_eq!(of(Refusal::DueOnDayOff { due: off, instead: day }).as_deref(), Some("co[2].due"));
        assert_eq!(of(Refusal::DueInThePast { due: date(2023, 1, 1), today: day }), None);
        let until = Typed(vec![("until".to_owned(), "2023-10-07".to_owned())]);
        let problem = Refusal::DueOnDayOff { due: off, instead: day }.into();
        assert_eq!(field_of(&problem, &until).as_deref(), Some("until"));
    }
}

//! Which field a refused day stands in: the rules know the day and the ministry, and no forms.

use directory::MinistryCode;
use inquiry::refusal::Refusal;
use jiff::civil::Date;

use crate::problem::Problem;
use crate::screens::fields::{self, Typed};

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

//! The form that a moment was asked with, for the page that says why it cannot be looked at: what was typed stands in it, and everything else that
//! was asked stays. What the page itself would show is not shown beside it: the look would be written down as one that failed.

use actix_web::http::Method;
use actix_web::{HttpRequest, web};
use directory::Language;
use jiff::civil::{Date, Time};
use serde::Serialize;

use super::super::fields::{DayTyped, say};
use crate::address;
use crate::problem::Problem;
use crate::state::AppState;

/// The form.
#[derive(Debug, Serialize)]
pub(crate) struct Again {
    /// Where it leads.
    action: String,
    /// What else was asked.
    besides: Vec<(String, String)>,
    moments: Vec<Typed>,
    /// The same page without a moment.
    now: String,
}

/// A moment as it was typed: in one field, or as a day with a time.
#[derive(Debug, Serialize)]
struct Typed {
    name: &'static str,
    /// Which of two it is.
    which: Option<String>,
    text: String,
    day: DayTyped,
    clock: String,
    /// In a field for times a browser shows nothing else.
    is_clock: bool,
    /// The last day that can be chosen.
    today: Date,
}

impl Again {
    /// None where the problem is about no moment that the address names.
    pub(crate) fn of(state: &AppState, request: &HttpRequest, language: Language, problem: &Problem) -> Option<Self> {
        let names: &'static [&'static str] = match problem {
            Problem::BadParameter { name: "as_of", .. } | Problem::NotThereYet { .. } => names_in(request.path()),
            Problem::BadParameter { name: VERSION, .. } => &[VERSION],
            _ => return None,
        };
        if *request.method() != Method::GET {
            return None;
        }
        let asked = web::Query::<Vec<(String, String)>>::from_query(request.query_string()).ok()?.into_inner();
        Self::reading(request.path(), names, asked, state.today(), language)
    }

    fn reading(
        path: &str,
        names: &'static [&'static str],
        asked: Vec<(String, String)>,
        today: Date,
        language: Language,
    ) -> Option<Self> {
        let is_moment = |(name, _): &(String, String)| names.iter().any(|moment| is_field_of(name, moment));
        let asked = asked.into_iter().filter(|(_, value)| !value.trim().is_empty());
        let (moments, besides): (Vec<_>, Vec<_>) = asked.partition(is_moment);
        if moments.is_empty() {
            return None;
        }
        let typed = |name: &str| {
            let found = moments.iter().find(|(known, _)| known.as_str() == name);
            found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let field = |(nth, name): (usize, &&'static str)| {
            let (day, clock) = (typed(&format!("{name}_day")), typed(&format!("{name}_time")));
            Typed {
                name,
                which: (names.len() > 1 || *name == VERSION).then(|| which(name, nth, language)),
                // Where both were asked the day counted.
                text: if day.is_empty() { typed(name) } else { String::new() },
                day: DayTyped::of(&day),
                is_clock: clock.is_empty() || Time::strptime("%H:%M", &clock).is_ok(),
                clock,
                today,
            }
        };
        let fields = names.iter().enumerate().map(field).collect();
        let pairs: Vec<(&str, &str)> = besides.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let now = if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", address::query(&pairs)) };
        Some(Self { action: path.to_owned(), besides, moments: fields, now })
    }
}

/// The moment after an event of an inquiry, by its number there, as the slider asks for it.
const VERSION: &str = "version";

/// The moments that an address names: days of the register's own question are called `from` and `until`.
fn names_in(path: &str) -> &'static [&'static str] {
    match path {
        "/inquiries/between" => &["since", "till"],
        path if path.ends_with("/between") => &["from", "until"],
        _ => &["as_of"],
    }
}

fn is_field_of(name: &str, moment: &str) -> bool {
    name.strip_prefix(moment).is_some_and(|rest| matches!(rest, "" | "_day" | "_time" | "_nth"))
}

fn which(name: &str, nth: usize, language: Language) -> String {
    if name == VERSION {
        say(language, "Оқиғаның нөмірі", "Номер события", "Number of the event")
    } else if nth == 0 {
        say(language, "Бірінші сәт", "Первый момент", "First moment")
    } else {
        say(language, "Екінші сәт", "Второй момент", "Second moment")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, asked: &[(&str, &str)]) -> Option<Again> {
        let asked = asked.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Again::reading(path, names_in(path), asked, jiff::civil::date(2023, 10, 20), Language::En)
    }

    #[test]
    fn what_was_typed_comes_back_and_everything_else_stays() {
        let asked =
            [("q", "су"), ("as_of_day", "2023-09-19"), ("as_of_time", "25:00"), ("from", "2023-09-01"), ("co", "")];
        let again = of("/inquiries", &asked).unwrap();
        assert_eq!(
            (again.action.as_str(), again.now.as_str()),
            ("/inquiries", "/inquiries?q=%D1%81%D1%83&from=2023-09-01")
        );
        let [moment] = again.moments.as_slice() else { panic!("{again:?}") };
        assert_eq!((moment.text.as_str(), moment.clock.as_str(), moment.is_clock), ("", "25:00", false));
        assert_eq!(of("/load", &[("as_of", "x")]).unwrap().moments[0].text, "x");
        assert_eq!(of("/load", &[("as_of_nth", "9999")]).unwrap().now, "/load");
        assert!(of("/load", &[("sort", "name"), ("as_of", " ")]).is_none(), "no moment was asked for");
    }

    #[test]
    fn an_event_that_there_is_not_is_asked_for_again_by_its_number() {
        let asked = vec![("version".to_owned(), "99".to_owned()), ("lang".to_owned(), "en".to_owned())];
        let again = Again::reading("/inquiries/x", &[VERSION], asked, jiff::civil::date(2023, 10, 20), Language::En);
        let again = again.unwrap();
        let [event] = again.moments.as_slice() else { panic!("{again:?}") };
        assert_eq!((event.name, event.text.as_str()), ("version", "99"));
        assert_eq!(event.which.as_deref(), Some("Number of the event"));
        assert_eq!(again.now, "/inquiries/x?lang=en");
    }

    #[test]
    fn of_two_moments_each_is_called_by_its_own_name() {
        let again = of("/inquiries/between", &[("from", "2023-09-01"), ("since_day", "2023-01-01")]).unwrap();
        let names: Vec<&str> = again.moments.iter().map(|moment| moment.name).collect();
        assert_eq!((names, again.besides.len()), (vec!["since", "till"], 1));
        let again = of("/inquiries/x/between", &[("from", "2023-01-01~7")]).unwrap();
        assert_eq!((again.moments[0].text.as_str(), again.now.as_str()), ("2023-01-01~7", "/inquiries/x/between"));
    }
}

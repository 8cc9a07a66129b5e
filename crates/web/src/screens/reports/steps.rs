//! Where the time goes: each step with its holders, how many lay there, how long they lay.

use directory::{Language, MinistryCode, Role};
use inquiry::terms::VisaKind;
use inquiry::waiting::{Holder, Step};
use readmodel::reports::StepLine;
use serde::Serialize;

use super::asked::Asked;
use crate::screens::fields::say;
use crate::screens::names::Names;
use crate::sheet::Cell;

#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    step: String,
    holder: String,
    ever: u64,
    ever_href: String,
    now: u64,
    now_href: Option<String>,
    median: String,
    p90: String,
}

/// Every step that rows can name.
fn every_step() -> impl Iterator<Item = Step> {
    let beside = [Step::Contribution, Step::ContributionRework, Step::Acceptance, Step::Extension, Step::Replacement];
    Step::LINE.into_iter().chain(beside).chain(VisaKind::ALL.into_iter().map(Step::Visa))
}

pub(super) fn step_words(code: &str, language: Language) -> String {
    let known = every_step().find(|step| step.code() == code);
    known.map_or_else(|| code.to_owned(), |step| step.words(language).to_owned())
}

fn holder(code: &str) -> Option<Holder> {
    match code {
        "@deputies" => Some(Holder::Deputies),
        "@nobody" => Some(Holder::Nobody),
        code => match code.strip_prefix('@') {
            Some(role) => role.parse::<Role>().ok().map(Holder::Role),
            None => MinistryCode::new(code).ok().map(Holder::Ministry),
        },
    }
}

pub(super) fn holder_words(names: &Names, code: &str, language: Language) -> String {
    let short = |code: &MinistryCode| names.ministry(code, language).short;
    holder(code).map_or_else(|| code.to_owned(), |holder| holder.words(language, &short))
}

/// In the order of the story, who had most of it first.
fn ordered(lines: &[StepLine]) -> Vec<&StepLine> {
    let place = |line: &&StepLine| every_step().position(|step| step.code() == line.held.step);
    let mut lines: Vec<&StepLine> = lines.iter().collect();
    lines.sort_by_key(place);
    lines
}

/// Days with one digit behind the comma.
fn days(days: Option<f64>, language: Language) -> String {
    let said = days.map_or_else(|| "–".to_owned(), |days| format!("{days:.1}"));
    match language {
        Language::Kk | Language::Ru => said.replace('.', ","),
        Language::En => said,
    }
}

pub(super) fn rows(names: &Names, asked: &Asked, lines: &[StepLine], language: Language) -> Vec<Row> {
    let row = |line: &StepLine| {
        let (step, holder) = (&line.held.step, &line.held.holder);
        Row {
            step: step_words(step, language),
            holder: holder_words(names, holder, language),
            ever: line.ever,
            ever_href: asked.at_step(step, holder, false),
            now: line.now,
            now_href: (line.now > 0).then(|| asked.at_step(step, holder, true)),
            median: days(line.median, language),
            p90: days(line.p90, language),
        }
    };
    ordered(lines).into_iter().map(row).collect()
}

/// The same as rows of a file.
pub(super) fn sheet(names: &Names, lines: &[StepLine], language: Language) -> (Vec<String>, Vec<Vec<Cell>>) {
    let heads = [
        ("Кезең", "Этап", "Step"),
        ("Кімде", "У кого", "With whom"),
        ("Өткен сауалдар", "Прошло запросов", "Inquiries that lay there"),
        ("Қазір", "Сейчас", "Now"),
        ("Медиана, күн", "Медиана, дней", "Median, days"),
        ("P90, күн", "P90, дней", "P90, days"),
    ];
    let heads = heads.map(|(kk, ru, en)| say(language, kk, ru, en)).to_vec();
    let row = |line: &StepLine| {
        vec![
            Cell::Text(step_words(&line.held.step, language)),
            Cell::Text(holder_words(names, &line.held.holder, language)),
            Cell::Number(line.ever),
            Cell::Number(line.now),
            Cell::Text(days(line.median, language)),
            Cell::Text(days(line.p90, language)),
        ]
    };
    (heads, ordered(lines).into_iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_and_holder_that_rows_name_has_words() {
        for step in every_step() {
            assert_ne!(step_words(step.code(), Language::Kk), step.code());
        }
        assert_eq!(holder("@head"), Some(Holder::Role(Role::Head)));
        assert_eq!(holder("@deputies"), Some(Holder::Deputies));
        assert_eq!(holder("mfa"), MinistryCode::new("mfa").ok().map(Holder::Ministry));
        assert_eq!(holder("@x"), None);
    }

    #[test]
    fn days_are_written_as_the_language_writes_them() {
        assert_eq!((days(Some(1.25), Language::Ru).as_str(), days(Some(0.5), Language::En).as_str()), ("1,2", "0.5"));
        assert_eq!(days(None, Language::Kk), "–");
    }
}

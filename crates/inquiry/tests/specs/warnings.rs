use directory::records::Sources;
use directory::{Directory, Language, Multilingual};
use inquiry::QuestionNo;
use inquiry::command::{AcceptContribution, AssignMinistries, ContestAssignment};
use inquiry::warning::{Warning, warnings};
use jiff::civil::date;

use crate::support::*;

fn of(story: &Story) -> Vec<Warning> {
    warnings(story.dossier(), &Directory::embedded().unwrap().at(story.today))
}

#[test]
fn a_story_that_goes_well_warns_of_nothing() {
    let story = contributed().then(&labour(), AcceptContribution { ministry: mfa() });
    let story = story.then(&labour(), revise("Екі сұраққа да жауап"));
    assert_eq!(of(&story), Vec::new());
}

#[test]
fn an_open_contribution_an_open_question_and_a_contest_are_said() {
    let contest = ContestAssignment { reason: "Құзыреті".into(), propose: None };
    let mut draft = revise("Бір сұраққа ғана жауап");
    draft.content.answers.truncate(1);
    let story = assigned().then(&foreign(), contest).then(&labour(), draft);
    assert_eq!(
        of(&story),
        vec![
            Warning::Contested { ministry: mfa() },
            Warning::ContributionOpen { ministry: mfa() },
            Warning::Unanswered { question: QuestionNo(2) },
        ]
    );
}

#[test]
fn a_draft_that_is_due_after_the_reply_is_said() {
    // An inquiry that is resolved when its reply is overdue; before that day such a resolution is refused.
    let ask = AssignMinistries { lead_due: date(2023, 10, 23), co_executors: Vec::new(), ..resolve() };
    let story = registered().on(date(2023, 10, 23)).then(&head(), ask);
    let (lead_due, due) = (date(2023, 10, 23), date(2023, 10, 20));
    assert_eq!(of(&story), vec![Warning::DraftDueAfterReply { lead_due, due }]);
}

#[test]
fn two_deputies_with_one_address_are_asked_about() {
    let mut intake = short_intake();
    let address = "Deputy1@mazhilis.example";
    intake.groups[0].deputies[1].email = Some(address.parse().unwrap());
    let (first, second) = ("Н. Сәрсенғалиев".to_owned(), "Е. Бейсенбаев".to_owned());
    assert_eq!(of(&registered_with(intake)), vec![Warning::SameAddress { first, second, address: address.to_owned() }]);
}

#[test]
fn a_deputy_of_the_directory_under_another_name_is_asked_about() {
    let directory = Directory::embedded().unwrap();
    let known = directory.deputies().iter().find(|known| known.name.kk == "Н. Сәрсенғалиев").unwrap();
    let mut intake = short_intake();
    intake.groups[0].deputies[0].deputy = Some(known.id);
    assert_eq!(of(&registered_with(intake.clone())), Vec::new());
    intake.groups[0].deputies[0].name = "М. Әбенов".into();
    let expected = Warning::OtherName { listed: "М. Әбенов".into(), known: known.name.clone() };
    assert_eq!(of(&registered_with(intake)), vec![expected]);
}

#[test]
fn what_was_signed_is_not_warned_of_any_more() {
    assert_eq!(of(&signed()), Vec::new());
}

#[test]
fn every_warning_speaks_three_languages() {
    let people = directory::warning::Warning::DeputyHeadsMinistry {
        deputy: deputy_id(8),
        name: Multilingual::new("Г. Танашева", "Г. Танашева", None),
        ministry: mlsp(),
        ministry_name: Multilingual::new("Еңбекмині", "Минтруд", None),
    };
    let (lead_due, due) = (date(2023, 10, 23), date(2023, 10, 20));
    for warning in [
        Warning::SameAddress { first: "А".into(), second: "Б".into(), address: "a@b".into() },
        Warning::OtherName {
            listed: "А".into(), known: Multilingual::new("Г. Танашева", "Г. Танашева", None)
        },
        Warning::People(people),
        Warning::Contested { ministry: mfa() },
        Warning::ContributionOpen { ministry: mfa() },
        Warning::Unanswered { question: QuestionNo(2) },
        Warning::DraftDueAfterReply { lead_due, due },
    ] {
        let [kk, ru, en] = Language::ALL.map(|language| warning.words(language));
        assert!(kk != ru && ru != en && kk.ends_with('.') && ru.ends_with('.') && en.ends_with('.'), "{kk}");
    }
}

#[test]
fn a_deputy_who_now_heads_the_answering_ministry_is_a_warning_and_no_refusal() {
    let tanasheva = "2ba7b8dc-902e-4cd8-bb04-6dfe0d7766c2";
    let sources = Sources::embedded();
    let holders = format!(
        "{}\nminister_mlsp,{tanasheva},Г. Танашева,Г. Танашева,,,false,,,{tanasheva},2023-09-01,\n",
        sources.holders.trim_end()
    );
    let directory = Directory::from_sources(&Sources { holders: &holders, ..sources }).unwrap();
    let mut intake = ds_326();
    for group in &mut intake.groups {
        for recipient in &mut group.deputies {
            recipient.deputy = None;
        }
    }
    intake.groups[3].deputies[0].deputy = Some(tanasheva.parse().unwrap());
    let story = registered_with(intake).then(&head(), resolve());
    let found = warnings(story.dossier(), &directory.at(story.today));
    let [Warning::People(warning)] = found.as_slice() else { panic!("{found:?}") };
    assert!(
        matches!(warning, directory::warning::Warning::DeputyHeadsMinistry { ministry, .. } if *ministry == mlsp())
    );
    assert!(story.ask(&labour(), revise("Жауап")).is_ok());
}

//! The story itself: which events, in which order, and what is on the disk afterwards.

use crate::program::{finished, lines, run, saual};

/// Every event of the story in its order; the eight mails and the eight deliveries are counted below.
const STORY: [&str; 23] = [
    "inquiry_received",
    "inquiry_registered",
    "control_set",
    "ministries_assigned",
    "contribution_submitted",
    "contribution_returned",
    "contribution_submitted",
    "contribution_accepted",
    "draft_revised",
    "draft_submitted_for_approval",
    "draft_visaed",
    "visa_refused",
    "draft_revised",
    "draft_submitted_for_approval",
    "draft_visaed",
    "draft_visaed",
    "draft_visaed",
    "submitted_for_signature",
    "reply_signed",
    "outgoing_number_assigned",
    "dispatch_ordered",
    "control_removed",
    "inquiry_closed",
];

#[test]
fn every_step_of_the_story_is_an_event_in_its_place() {
    let told: Vec<&str> = finished().lines.iter().filter_map(|line| line["event"].as_str()).collect();
    let one_by_one = ["reply_accepted", "delivery_confirmed", "delivered_by_hand"];
    let main_line: Vec<&str> = told.iter().copied().filter(|event| !one_by_one.contains(event)).collect();
    assert_eq!(main_line, STORY);
    let count = |name: &str| told.iter().filter(|event| **event == name).count();
    assert_eq!((count("reply_accepted"), count("delivery_confirmed"), count("delivered_by_hand")), (8, 7, 1));
    let steps: Vec<u64> = finished().lines.iter().filter_map(|line| line["step"].as_u64()).collect();
    assert_eq!(steps, (1..=told.len() as u64).collect::<Vec<_>>());
}

#[test]
fn the_reply_is_due_on_the_twentieth_of_october_and_a_new_version_voids_the_visa_of_the_first() {
    let line = |event: &str| finished().lines.iter().rev().find(|line| line["event"] == event).unwrap();
    assert_eq!(line("control_set")["due"], "2023-10-20");
    let voided = line("draft_revised")["voided"].as_array().unwrap();
    assert_eq!(voided.len(), 1);
    assert_eq!((&voided[0]["kind"], &voided[0]["version"]), (&"legal".into(), &1.into()));
    assert_eq!(line("outgoing_number_assigned")["number"], "12-11/3841 ДС");
}

#[test]
fn it_leaves_the_files_it_names_and_an_intact_journal() {
    let done = finished().lines.last().unwrap();
    assert_eq!(done["done"], true);
    assert_eq!(done["journal"], "intact");
    let files: Vec<&str> = done["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    for file in &files {
        assert!(std::fs::metadata(file).unwrap().len() > 0, "{file} is empty");
    }
    for name in ["ДС-326.pdf", "ДС-326.pdf.p7s", "ДС-326.docx", "ДС-326.html", "ДС-326.txt", "journal.bundle"]
    {
        assert!(files.iter().any(|file| file.ends_with(name)), "{name} is not among {files:?}");
    }
    let bundle = finished().data.join("journal.bundle");
    let verdict = run(&mut saual(&["verify", "--bundle", bundle.to_str().unwrap()]));
    assert!(String::from_utf8_lossy(&verdict.stdout).trim_end().ends_with("intact"));
}

#[test]
fn told_again_on_the_same_folder_it_is_the_same_story() {
    let folder = crate::program::folder();
    let data = folder.path().join("demo");
    let first = lines(&run(&mut crate::program::demo(&data)));
    let second = lines(&run(&mut crate::program::demo(&data)));
    assert_eq!(first, second);
    // What people sent afterwards lies beside the story's own mails.
    let test = ["mail", "test", "a.clerk@saual.example"];
    run(saual(&test).env("SAUAL_DATA", &data));
    std::fs::write(data.join("outbox/ДС-326-2-01.00000000.eml"), "a mail that was sent again").unwrap();
    assert!(crate::program::outbox(&data).len() > 9);
    assert_eq!(first, lines(&run(&mut crate::program::demo(&data))), "the story's own mails are looked at");
    // Nor does a mail that was erased since then, or a letter that lies there, keep it from being served.
    let erased = crate::program::outbox(&data).into_iter().find(|mail| mail.to_string_lossy().contains("ДС-326-1-08."));
    std::fs::remove_file(erased.unwrap()).unwrap();
    let last = lines(&run(&mut crate::program::demo(&data)));
    assert_eq!(last.last().unwrap()["journal"], "intact");
    assert_eq!(last.len(), first.len());
}

#[test]
fn its_history_is_shown_in_words_and_as_it_was_known_then() {
    let server = crate::tampered::serve_copy_of(&finished().data);
    let now = run(saual(&["show", "дс 326", "--lang", "ru"]).env("DATABASE_URL", server.url()));
    let now = String::from_utf8_lossy(&now.stdout).into_owned();
    assert!(now.contains("[inquiry_closed #39]"), "{now}");
    let then = run(saual(&["show", "ДС-326", "--as-of", "2023-09-25T00:00:00Z"]).env("DATABASE_URL", server.url()));
    let then = String::from_utf8_lossy(&then.stdout).into_owned();
    assert!(then.contains("[ministries_assigned") && !then.contains("[contribution_submitted"), "{then}");
    let unknown = saual(&["show", "ДС-999"]).env("DATABASE_URL", server.url()).output().unwrap();
    assert_eq!(unknown.status.code(), Some(1));
}

#[test]
fn a_mistyped_data_folder_is_named_and_nothing_is_made_in_it() {
    let folder = crate::program::folder();
    let typo = folder.path().join("typo");
    for arguments in [
        &["verify"][..],
        &["show", "ДС-326"],
        &["user", "add", "aigul", "--role", "clerk"],
        &["token", "add", "aigul", "--label", "x"],
    ] {
        let output = saual(arguments).env("SAUAL_DATA", &typo).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(typo.to_str().unwrap()) && errors.contains("saual migrate"), "{errors}");
        assert!(!typo.exists(), "{arguments:?} made {typo:?}");
    }
    let check = saual(&["check"]).env("SAUAL_DATA", &typo).output().unwrap();
    assert_eq!(check.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&check.stdout).contains("holds no database"));
    assert!(!typo.exists(), "check made {typo:?}");
}

#[test]
fn the_wrong_folder_of_templates_is_told_which_is_wanted() {
    let folder = crate::program::folder();
    let output = saual(&["letter", "lint", folder.path().to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("templates/letters"));
}

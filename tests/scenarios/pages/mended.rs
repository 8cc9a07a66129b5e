//! What a stranger stumbled over: long lists, replaced replies, days off, numbers that are there already.

use testkit::app::TestApp;

use super::browser::Page;
use super::people::People;
use super::story::{address, command, registered, registration, sent_to_everybody};
use super::worklist::between;

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_a_hundred_and_forty_five_is_pasted_at_once() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let lines: Vec<String> = (1..=143).map(|n| format!("Д. Депутат{n}, d{n}@mazhilis.example")).collect();
    let form = registration(&clerk.open("/inquiries/new").await, "ДС-501")
        .with("groups[0].pasted", &format!("{}\nқате жол, мекенжай емес", lines.join("\n")));
    let page = clerk.send(&form).await;
    assert_eq!(page.status, 422);
    assert!(page.words().contains("«қате жол, мекенжай емес»"), "the line that cannot be taken is named");
    let form = page.form("/inquiries/new");
    assert_eq!(form.get("groups[0].deputies[1].name"), "Д. Депутат1", "the first free row takes the first line");
    assert_eq!(form.get("groups[0].pasted"), "қате жол, мекенжай емес");
    let page = clerk.submit(&form.with("groups[0].pasted", "")).await;
    assert!(page.words().contains("145 deputies") && page.words().contains("Д. Депутат143"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_added_is_where_the_page_opens() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let empty = clerk.open("/inquiries/new").await;
    let anchor = "register-groups-0--deputies-more";
    assert!(empty.text.contains(&format!("formaction=\"/inquiries/new#{anchor}\"")), "{}", empty.text);
    let page = clerk.send(&registration(&empty, "ДС-502").and("more", "groups[0].deputies")).await;
    let field = format!("<input id=\"{anchor}\" name=\"groups[0].deputies[3].name\"");
    let from = page.text.find(&field).expect("the new row's name stands at the anchor");
    assert!(page.text[from..].split('>').next().is_some_and(|tag| tag.contains("autofocus")));
    assert_eq!(page.text.matches(" autofocus").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_with_a_registration_is_told_at_once_and_in_a_persons_words() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let empty = clerk.open("/inquiries/new").await;
    let page = clerk.send(&registration(&empty, "???").with("subject", "")).await;
    assert!(page.text.contains("id=\"register-number-error\""), "{}", page.text);
    assert!(page.text.contains("id=\"register-subject-error\""), "{}", page.text);

    let page = clerk.send(&registration(&empty, "ДС-503").with("received", "2023-09-19")).await;
    assert!(page.text.contains("id=\"register-received-error\""), "{}", page.text);

    // A line break or a tab that came with a paste.
    let form = registration(&empty, "№ ДС-503").with("subject", "Құқықтарды\tқорғау\r\nтуралы");
    let page = clerk.submit(&form).await;
    assert!(page.words().contains("Құқықтарды қорғау туралы"), "{}", page.words());

    // Back, changed, sent again with the key of the first sending.
    let page = clerk.send(&form.clone().with("number", "ДС-504")).await;
    assert!(page.words().contains("press the button once more") && !page.words().contains("key"), "{}", page.words());
    let again = page.form("/inquiries/new");
    assert_eq!(again.get("number"), "ДС-504");
    // Of something else: what is alike would be asked about as soon as the register knows of the first.
    clerk.submit(&again.with("subject", "Ауылдық жолдарды жөндеу")).await;

    let page = clerk.send(&registration(&empty, "№ ДС-503").with("key", "another-key-1")).await;
    assert!(page.words().contains("№ ДС-503 of the same date") && !page.words().contains("№ №"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instruction_for_sunday_is_refused_in_words() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let inquiry = registered(&mut clerk, &app, "ДС-505").await;
    let mut head = people.at_browser("head").await;
    let assign = command(&head.open(&inquiry).await, &inquiry, "assign-ministries")
        .with("resolution", "Жауап дайындалсын")
        .with("lead", "mlsp");
    let sunday = head.send(&assign.clone().with("lead_due", "2023-10-08")).await;
    assert_eq!(sunday.status, 422, "{}", sunday.text);
    assert!(sunday.words().contains("8 October 2023 is a day off"), "{}", sunday.words());
    let tomorrow = head.send(&assign.with("lead_due", "2023-09-21")).await;
    assert!(tomorrow.words().contains("at least 2 working days"), "{}", tomorrow.words());
    // One who kept the day that was proposed is not refused.
    let label = "<label for=\"assign-ministries-co-0--task\">Task</label>";
    assert!(tomorrow.text.contains(label), "a task that is needed is not called optional");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_day_that_cannot_be_is_told_at_once_beside_whatever_else_is_missing() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let inquiry = registered(&mut clerk, &app, "ДС-507").await;
    let mut head = people.at_browser("head").await;
    let form = command(&head.open(&inquiry).await, &inquiry, "assign-ministries")
        .with("lead", "mlsp")
        .with("lead_due", "2023-10-07")
        .with("co[0].ministry", "mfa")
        .with("co[0].due", "2023-09-01")
        .with("co[1].ministry", "moj")
        .with("co[1].due", "2023-10-12")
        .with("co[1].task", "Пікір беру");
    let page = head.send(&form).await;
    assert_eq!(page.status, 422, "{}", page.words());
    for field in ["resolution", "lead-due", "co-0--due", "co-0--task", "co-1--due"] {
        assert!(page.text.contains(&format!("id=\"assign-ministries-{field}-error\"")), "{field}: {}", page.words());
    }
    assert!(page.words().contains("is a day off") && page.words().contains("is past"), "{}", page.words());

    // A contribution on the draft's own day breaks no rule, and is asked about once.
    let same = page
        .form(&format!("{inquiry}/commands/assign-ministries"))
        .with("resolution", "Жауап дайындалсын")
        .with("lead_due", "2023-10-06")
        .with("co[0].due", "2023-09-29")
        .with("co[0].task", "Екінші сұрақ")
        .with("co[1].due", "2023-10-06");
    let page = head.send(&same).await;
    assert_eq!(page.status, 422, "{}", page.words());
    assert!(page.words().contains("no time is left to make the draft"), "{}", page.words());
    assert!(page.text.contains("id=\"assign-ministries-co-1--due-error\""), "{}", page.words());
    assert!(!page.text.contains("id=\"assign-ministries-co-0--due-error\""), "{}", page.words());
    let page = head.submit(&command(&page, &inquiry, "assign-ministries")).await;
    assert!(page.words().contains("Жауап дайындалсын"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_reply_says_what_belongs_to_the_old_letter_and_its_mail_stays_listed() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let clerk = people.at_browser("clerk").await;
    let inquiry = sent_to_everybody(&people, &app, "№ ДС-506").await;
    let mut control = people.at_browser("control").await;
    let page = control.open(&inquiry).await;
    control.submit(&command(&page, &inquiry, "close").with("outcome", "answered")).await;
    let sent = clerk.open("/outbox").await.words();
    assert!(sent.contains("n.sarsengaliev@mazhilis.example") && sent.contains("12-11/"), "{sent}");

    let mut signatory = people.at_browser("signatory").await;
    let page = signatory.open(&inquiry).await;
    signatory.submit(&command(&page, &inquiry, "replace-reply").with("reason", "Қате табылды")).await;
    app.settle().await;
    let page = control.open(&inquiry).await;
    let words = page.words();
    for said in [
        "Control ended with letter №",
        "the control officer closes the inquiry again",
        "These deliveries are of the letter that is being replaced",
        "The visas were for the letter that is being replaced",
    ] {
        assert!(words.contains(said), "{said} is missing: {words}");
    }
    let sent = clerk.open("/outbox").await.words();
    assert!(sent.contains("n.sarsengaliev@mazhilis.example"), "what was sent was sent: {sent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_keeps_the_menu_where_there_is_nothing() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    registered(&mut clerk, &app, "ДС-507").await;
    let inquiry = address(&clerk);
    for (path, status) in
        [("/nothing/here", 404), ("/journal", 403), (inquiry.replace("inquiries/", "inquiries/0").as_str(), 404)]
    {
        let page = clerk.get(path).await;
        assert_eq!(page.status, status, "{path}");
        assert!(page.text.contains("Бет: clerk") && page.text.contains("href=\"/inquiries\""), "{path}: {}", page.text);
    }
    app.settle().await;
    let journal = people.at_browser("auditor").await.open("/journal").await;
    assert!(journal.text.contains(&format!("<a href=\"{inquiry}\">ДС-507</a>")), "{}", journal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_was_counted_without_a_calendar_says_so_beside_it_to_the_office() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let head = |page: &Page| between(&page.text, "<header class=\"head card\">", "</header>").to_owned();
    let doubt = "The calendar is not known for 2027: only weekends were taken into account.";
    let mut clerk = people.at_browser("clerk").await;
    let known = registered(&mut clerk, &app, "ДС-508").await;
    assert!(!head(&clerk.open(&known).await).contains("calendar is not known"), "the calendar of 2023 is known");

    app.clock.set("2026-12-02T05:00:00Z");
    let mut clerk = people.at_browser("clerk").await;
    let form = registration(&clerk.open("/inquiries/new").await, "ДС-509")
        .with("subject", "Теміржол туралы")
        .with("dated", "2026-12-01")
        .with("received", "2026-12-02")
        .with("groups[0].deputies[0].deputy", &app.deputy.to_string());
    clerk.submit(&form).await;
    let inquiry = address(&clerk);
    let shown = head(&clerk.open(&inquiry).await);
    assert!(shown.contains("2027-01-04") && shown.contains(doubt), "{shown}");
    let shown = head(&people.at_browser("deputy").await.open(&inquiry).await);
    assert!(shown.contains("2027-01-04") && !shown.contains(doubt), "{shown}");
}

//! The whole story of an inquiry, told by submitting the forms that the pages offer.
#![expect(clippy::expect_used, reason = "what a page does not show ends the test")]

use testkit::app::TestApp;

use super::browser::{Browser, Form, Page};
use super::people::People;

/// A registration with three deputies, as a clerk types it.
pub(super) fn registration(page: &Page, number: &str) -> Form {
    page.form("/inquiries/new")
        .with("number", number)
        .with("dated", "20.09.2023")
        .with("received", "2023-09-20")
        .with("chamber", "mazhilis")
        .with("language", "kk")
        .with("subject", "Азаматтардың құқықтарын қорғау туралы")
        .with("questions[0]", "Бірінші сұрақ?")
        .with("questions[1]", "Екінші сұрақ?")
        .with("groups[0].label", "«AMANAT» партиясының\nфракция мүшелері, депутаттар")
        .with("groups[0].deputies[0].name", "Н. Сәрсенғалиев")
        .with("groups[0].deputies[0].email", "n.sarsengaliev@mazhilis.example")
        .with("groups[0].deputies[2].name", "Е. Бейсенбаев")
}

/// The address of the page that a form led to, without what is said there.
pub(super) fn address(browser: &Browser<'_>) -> String {
    browser.place.split('?').next().unwrap_or_default().to_owned()
}

/// The form of a command on an inquiry's page.
pub(super) fn command(page: &Page, inquiry: &str, name: &str) -> Form {
    page.form(&format!("{inquiry}/commands/{name}"))
}

/// An inquiry that was registered and whose reply the deputy stands on the list for.
pub(super) async fn registered(clerk: &mut Browser<'_>, app: &TestApp, number: &str) -> String {
    let page = clerk.open("/inquiries/new").await;
    let form = registration(&page, number).with("groups[0].deputies[0].deputy", &app.deputy.to_string());
    clerk.submit(&form).await;
    address(clerk)
}

/// The head of the Office names a lead and a co-executor.
pub(super) async fn assigned(people: &People<'_>, inquiry: &str) {
    let mut head = people.at_browser("head").await;
    let page = head.open(inquiry).await;
    let assign = command(&page, inquiry, "assign-ministries")
        .with("resolution", "Жауап дайындалсын")
        .with("lead", "mlsp")
        .with("lead_due", "2023-10-06")
        .with("co[0].ministry", "mfa")
        .with("co[0].due", "2023-09-29")
        .with("co[0].task", "Екінші сұрақ");
    head.submit(&assign).await;
}

const DRAFT: &str = "Бірінші абзац.\n\n# Тақырып\n\nЗаң[^1] талабы бойынша жауап.\n\n[^1]: 2005 жылғы Заң";

/// From the resolution to the draft that lies before the signatory.
async fn up_to_the_signature(people: &People<'_>, app: &TestApp, inquiry: &str) {
    assigned(people, inquiry).await;

    let mut mfa = people.at_browser("mfa").await;
    let page = mfa.open(inquiry).await;
    let contribution =
        command(&page, inquiry, "submit-contribution").with("body", "Ұсыныс **мәтіні**.").and("answers", "2");
    mfa.submit(&contribution).await;

    let mut lead = people.at_browser("lead").await;
    let page = lead.open(inquiry).await;
    assert!(page.text.contains("<strong>мәтіні</strong>"), "the contribution is shown as it will be printed");
    lead.submit(&command(&page, inquiry, "accept-contribution").with("ministry", "mfa")).await;
    let page = lead.open(&format!("{inquiry}/commands/revise-draft")).await;
    let draft = command(&page, inquiry, "revise-draft")
        .with("body", DRAFT)
        .with("executor_name", "Ж. Даулетханова")
        .with("executor_phone", "74-53-71")
        .with("answers[1]", "1")
        .with("answers[2]", "3")
        .with("comment", "Бірінші нұсқа");
    let page = lead.submit(&draft).await;
    let approval = command(&page, inquiry, "submit-for-approval")
        .with("visas[0].kind", "legal")
        .with("visas[0].approver", people.name("legal"))
        .with("visas[1].kind", "language")
        .with("visas[1].approver", people.name("language"));
    lead.submit(&approval).await;

    app.clock.set("2023-10-02T05:00:00Z");
    for approver in ["legal", "language"] {
        let mut approver = people.at_browser(approver).await;
        let page = approver.open(inquiry).await;
        assert!(page.text.contains("letter-body"), "an approver reads the letter");
        approver.submit(&command(&page, inquiry, "visa")).await;
    }
    let mut clerk = people.at_browser("clerk").await;
    let page = clerk.open(inquiry).await;
    clerk.submit(&command(&page, inquiry, "submit-for-signature")).await;
}

/// The signatory reads the letter, ticks that, and signs exactly these bytes.
async fn sign(people: &People<'_>, app: &TestApp, inquiry: &str) {
    app.clock.set("2023-10-05T04:30:00Z");
    let mut signatory = people.at_browser("signatory").await;
    let page = signatory.open(&format!("{inquiry}/commands/sign")).await;
    let form = command(&page, inquiry, "sign");
    let sha256 = form.get("pdf_sha256").to_owned();
    assert_eq!(sha256.len(), 64, "the form names the file");
    assert!(page.words().contains(&sha256) && page.words().contains("seal of this server"), "{}", page.words());
    let unread = signatory.send(&form).await;
    assert_eq!(unread.status, 422, "nobody signs without having read");
    let form = command(&unread, inquiry, "sign").and("read", "yes");
    let page = signatory.submit(&form).await;
    assert!(page.words().contains(&sha256), "the signature is over what was read");
}

/// An inquiry whose reply everybody on its list has.
pub(super) async fn sent_to_everybody(people: &People<'_>, app: &TestApp, number: &str) -> String {
    let mut clerk = people.at_browser("clerk").await;
    let inquiry = registered(&mut clerk, app, number).await;
    up_to_the_signature(people, app, &inquiry).await;
    sign(people, app, &inquiry).await;
    for name in ["assign-outgoing-number", "dispatch"] {
        let page = clerk.open(&inquiry).await;
        clerk.submit(&command(&page, &inquiry, name)).await;
    }
    app.settle().await;
    let page = clerk.open(&inquiry).await;
    let words = page.words();
    assert!(words.contains("written to a file") && !words.contains("accepted by the server"), "{words}");
    let told = command(&page, &inquiry, "confirm-delivery").with("recipient", "1");
    let page = clerk.submit(&told.with("how", "said_by_telephone")).await;
    assert!(page.find(&format!("{inquiry}/commands/confirm-delivery")).is_none(), "who got no mail confirms none");
    let by_hand = command(&page, &inquiry, "record-delivery-by-hand").with("recipient", "2");
    clerk.submit(&by_hand.with("on", "2023-10-05").with("note", "Көмекшісіне берілді")).await;
    app.settle().await;
    inquiry
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_walks_its_part_of_the_story_through_forms() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let inquiry = registered(&mut clerk, &app, "№ ДС-326").await;
    up_to_the_signature(&people, &app, &inquiry).await;
    sign(&people, &app, &inquiry).await;

    let page = clerk.open(&inquiry).await;
    clerk.submit(&command(&page, &inquiry, "assign-outgoing-number")).await;
    let page = clerk.open(&inquiry).await;
    let by_hand = "No address, to be delivered by hand: Е. Бейсенбаев.";
    assert!(page.words().contains(by_hand), "before it goes: {}", page.words());
    let page = clerk.submit(&command(&page, &inquiry, "dispatch")).await;
    assert_eq!(page.words().matches(by_hand).count(), 1, "and after: {}", page.words());
    app.settle().await;

    let mut deputy = people.at_browser("deputy").await;
    let page = deputy.open(&inquiry).await;
    let mut page = deputy.submit(&command(&page, &inquiry, "confirm-delivery").with("how", "opened_here")).await;
    assert!(!page.words().contains("mazhilis.example"), "a deputy reads nobody's address");
    page = deputy
        .submit(&command(&page, &inquiry, "record-response").with("satisfied", "yes").with("comment", "Рақмет"))
        .await;
    assert!(
        page.find(&format!("{inquiry}/commands/confirm-delivery")).is_none(),
        "what is confirmed is not asked again"
    );

    let page = clerk.open(&inquiry).await;
    assert!(page.words().contains("Рақмет"), "the office reads the deputy's response");
    let by_hand =
        command(&page, &inquiry, "record-delivery-by-hand").with("recipient", "2").with("note", "Көмекшісіне берілді");
    clerk.submit(&by_hand.with("on", "2023-10-05")).await;

    let mut control = people.at_browser("control").await;
    let page = control.open(&inquiry).await;
    control.submit(&command(&page, &inquiry, "remove-from-control")).await;
    let page = control.open(&inquiry).await;
    let page = control.submit(&command(&page, &inquiry, "close").with("outcome", "answered")).await;
    let words = page.words();
    for expected in ["Closed", "answered", "2 / 2", "inquiry_closed", "reply_signed", "delivered_by_hand"] {
        assert!(words.contains(expected), "{expected} is missing: {words}");
    }
    letters_are_found(&app, &people, &inquiry).await;
}

/// What others can see of the letter that was sent.
async fn letters_are_found(app: &TestApp, people: &People<'_>, inquiry: &str) {
    app.settle().await;
    let auditor = people.at_browser("auditor").await;
    let page = auditor.open(inquiry).await;
    let from = page.text.find("href=\"/v/").expect("the code stands on the page") + 6;
    let place = page.text[from..].split('"').next().expect("an address").to_owned();
    let public =
        app.call("GET", &place).header("Accept", "text/html").header("Accept-Language", "en").send().await.is(200);
    let public = public.text();
    assert!(public.contains("The Office issued the letter No."), "{public}");
    assert!(!public.contains("Сәрсенғалиев") && !public.contains("@"), "nobody's name or address is public: {public}");
    assert!(auditor.open("/outbox").await.words().contains("n.sarsengaliev@mazhilis.example"));
    let journal = auditor.open("/journal").await.words();
    assert!(journal.contains("inquiry_closed") && journal.contains("saual verify"), "{journal}");
    let found = auditor.open("/inquiries?q=%D0%94%D0%A1326").await.words();
    assert!(found.contains("ДС-326"), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_sent_twice_is_carried_out_once() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let form = registration(&clerk.open("/inquiries/new").await, "ДС-401");
    clerk.submit(&form).await;
    let first = address(&clerk);
    let position = app.journal().head().await.expect("the head").position;
    clerk.submit(&form).await;
    assert_eq!(address(&clerk), first, "the same sending leads to the same inquiry");
    assert_eq!(app.journal().head().await.expect("the head").position, position, "and records nothing");

    let again = registration(&clerk.open("/inquiries/new").await, "№ ДС–401");
    let refused = clerk.send(&again).await;
    assert_eq!(refused.status, 409, "a new form with the same number: {}", refused.text);
    assert!(refused.text.contains(&first), "leads to the inquiry that has it");
    assert_eq!(refused.form("/inquiries/new").get("subject"), again.get("subject"), "and keeps what was typed");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_was_slower_reads_what_changed_and_keeps_what_was_typed() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let inquiry = registered(&mut clerk, &app, "ДС-402").await;
    let mut head = people.at_browser("head").await;
    let seen = head.open(&inquiry).await;
    let slow = command(&seen, &inquiry, "assign-ministries")
        .with("resolution", "Баяу «бұрыштама»")
        .with("lead", "mlsp")
        .with("lead_due", "2023-10-06");
    let quick = slow.clone().with("resolution", "Жылдам бұрыштама");
    let quick = quick.with("key", "another-key-of-the-same-page");
    head.submit(&quick).await;

    let conflict = head.send(&slow).await;
    assert_eq!(conflict.status, 412, "{}", conflict.text);
    assert!(conflict.words().contains("Жылдам бұрыштама"), "what changed is said");
    let form = command(&conflict, &inquiry, "assign-ministries");
    assert_eq!(form.get("resolution"), "Баяу «бұрыштама»", "what was typed is kept");
    head.submit(&form).await;

    // The withdrawal of a clerk makes the next one impossible: the text is kept as a text.
    let late =
        command(&head.open(&inquiry).await, &inquiry, "assign-ministries").with("resolution", "Кеш қалған бұрыштама");
    let page = clerk.open(&inquiry).await;
    clerk.submit(&command(&page, &inquiry, "withdraw").with("reason", "Депутаттың сөзімен")).await;
    let lost = head.send(&late).await;
    assert_eq!(lost.status, 412, "{}", lost.text);
    assert!(lost.find(&late.action).is_none() && lost.words().contains("Кеш қалған бұрыштама"), "{}", lost.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_faults_names_each_at_its_field_and_keeps_the_rest() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let empty = clerk.open("/inquiries/new").await;
    let form = registration(&empty, "ДС-403").with("dated", "кеше").with("subject", "");
    let page = clerk.send(&form).await;
    assert_eq!(page.status, 422);
    assert!(
        page.text.contains("href=\"#register-dated\"") && page.text.contains("id=\"register-dated-error\""),
        "{}",
        page.text
    );
    assert_eq!(page.form("/inquiries/new").get("dated"), "кеше");

    // A fault that the office finds stands at the row that was typed, though the row between is empty.
    let form = registration(&empty, "ДС-403").with("groups[0].deputies[2].email", "no address");
    let page = clerk.send(&form).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("id=\"register-groups-0--deputies-2--email-error\""), "{}", page.text);

    // A row is added without losing anything, and nothing is registered by it.
    let more = registration(&empty, "ДС-403").and("more", "groups[0].deputies");
    let page = clerk.send(&more).await;
    assert_eq!(page.status, 200);
    let grown = page.form("/inquiries/new");
    assert!(grown.fields.iter().any(|(name, _)| name == "groups[0].deputies[3].name"));
    assert_eq!(grown.get("groups[0].deputies[2].name"), "Е. Бейсенбаев");
    assert_eq!(app.journal().head().await.expect("the head").position, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_over_a_colleagues_draft_unread() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let inquiry = registered(&mut clerk, &app, "ДС-404").await;
    assigned(&people, &inquiry).await;
    let mut lead = people.at_browser("lead").await;
    let place = format!("{inquiry}/commands/revise-draft");
    let first = command(&lead.open(&place).await, &inquiry, "revise-draft")
        .with("body", "Ортақ абзац.\n\nЕскі абзац.")
        .with("executor_name", "Ж. Даулетханова")
        .with("executor_phone", "74-53-71");
    lead.submit(&first).await;
    let mine = command(&lead.open(&place).await, &inquiry, "revise-draft").with("body", "Менің мәтінім.");
    let theirs = command(&lead.open(&place).await, &inquiry, "revise-draft");
    lead.submit(&theirs.with("body", "Ортақ абзац.\n\nӘріптестің абзацы.").with("comment", "Түзетілді")).await;

    // A fault in what was typed does not hide that the text is another one by now.
    let faulty = lead.send(&mine.clone().with("executor_name", "")).await;
    assert_eq!(faulty.status, 422);
    let mended = command(&faulty, &inquiry, "revise-draft").with("executor_name", "Ж. Даулетханова");
    assert_eq!(mended.get("version"), mine.get("version"));
    let conflict = lead.send(&mended).await;
    assert_eq!(conflict.status, 412, "{}", conflict.text);
    for shown in ["<ins>Әріптестің абзацы.</ins>", "<del>Ескі абзац.</del>", "Ортақ абзац.", "Түзетілді"]
    {
        assert!(conflict.text.contains(shown), "{shown} is missing: {}", conflict.text);
    }
    assert!(!conflict.text.contains("<ins>Ортақ абзац."), "what both have is no change");
    let form = command(&conflict, &inquiry, "revise-draft");
    assert_eq!(form.get("body"), "Менің мәтінім.", "what was typed is kept");
    let unread = lead.send(&form).await;
    assert_eq!(unread.status, 422, "the same button does not save before the tick: {}", unread.text);
    assert!(unread.words().contains("Read the newer version first") && unread.text.contains("Әріптестің абзацы."));
    let form = command(&unread, &inquiry, "revise-draft").and("read_newer", "yes");
    let saved = lead.submit(&form).await;
    assert!(saved.text.contains("Менің мәтінім."), "{}", saved.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_above_a_form_names_its_field_and_nothing_needed_is_called_optional() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let empty = clerk.open("/inquiries/new").await;
    let label = |page: &Page, id: &str| {
        let from = page.text.find(&format!("<label for=\"{id}\">")).expect("the field has a label");
        page.text[from..].split("</label>").next().unwrap_or_default().to_owned()
    };
    for id in ["register-groups-0--label", "register-groups-0--kind", "register-groups-0--deputies-0--name"] {
        assert!(!label(&empty, id).contains("optional"), "{}", label(&empty, id));
    }
    assert!(label(&empty, "register-groups-0--deputies-0--email").contains("optional"));
    let form = registration(&empty, "").with("subject", "").with("groups[0].deputies[2].email", "no address");
    let page = clerk.send(&form).await;
    assert_eq!(page.status, 422);
    for line in ["\">Number: Fill this in.", "\">Subject, in one phrase: Fill this in."] {
        assert!(page.text.contains(line), "{line} is missing: {}", page.text);
    }
    let form = registration(&empty, "ДС-405").with("groups[0].deputies[2].email", "no address");
    let page = clerk.send(&form).await;
    assert!(page.text.contains("\">Deputy 1.3, E-mail: "), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_chosen_from_the_directory_is_called_as_the_inquirys_language_calls_them() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser_in("clerk", "ru").await;
    let page = clerk.open("/inquiries/new").await;
    let directory = app.state().directory();
    let known = directory.deputies().iter().find(|one| one.name.kk != one.name.ru).expect("two spellings");
    let option = page.text.split("<option ").find(|rest| rest.contains(&format!("value=\"{}\" label", known.id)));
    let option = option.expect("the deputy is in the list").split('>').next().unwrap_or_default().to_owned();
    // The script takes the one of the letter's language; the interface is in Russian here.
    for name in [format!("data-fill-name-kk=\"{}\"", known.name.kk), format!("data-fill-name-ru=\"{}\"", known.name.ru)]
    {
        assert!(option.contains(&name), "{name}: {option}");
    }
    // Without a script, choosing is enough: the name is written in the language of the inquiry.
    let form = registration(&page, "ДС-431").with("language", "kk").with("groups[0].deputies[0].name", "");
    let form = form.with("groups[0].deputies[0].deputy", &known.id.to_string());
    let page = clerk.submit(&form).await;
    assert!(page.text.contains(&known.name.kk), "{}", page.words());
}

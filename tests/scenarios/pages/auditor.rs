//! An auditor looks through the journal: who, what, when, which office; what a person did and looked at; and where an inquiry's time went.

use directory::Language;
use directory::accounts::AccountEvent;
use directory::changes::Change;
use directory::settings::SettingsEvent;
use eventstore::privacy::erase::SUBJECT_ERASED;
use inquiry::EventName;
use inquiry::proposal::event::ProposalEventName;
use serde_json::{Value, json};
use testkit::app::TestApp;
use web::office::seeing::words_of_kind;

use crate::api::story::{Told, tell, to_the_approvers};
use crate::api::{command, draft, registered, resolution};

/// The entries that a question finds, by their kinds, over all pages.
async fn kinds(app: &TestApp, question: &str) -> Vec<String> {
    let (mut kinds, mut after) = (Vec::new(), String::new());
    loop {
        let page = app.get("auditor", &format!("/api/v1/journal/entries?{question}{after}")).await.is(200).json();
        for entry in page["entries"].as_array().unwrap() {
            kinds.push(entry["type"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["after"].as_str() else { return kinds };
        after = format!("&after={next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_looked_through_by_who_what_when_and_which_office() {
    let app = TestApp::start().await;
    let whole = tell(&app, "ДС-390").await;
    app.clock.later(std::time::Duration::from_secs(3_600));
    let (other, version) = registered(&app, "ДС-391").await;
    let resolution = json!({ "resolution": "Қаралсын.", "lead": "mof", "lead_due": "2023-10-12", "co_executors": [] });
    command(&app, "head", &other, version, "assign-ministries", &resolution).await.is(200);
    app.settle().await;

    // Every event stands there once, newest first, and the same backwards.
    let head = app.journal().head().await.unwrap().position;
    let newest = kinds(&app, "").await;
    assert_eq!(newest.len() as i64, head, "{newest:?}");
    let mut oldest = kinds(&app, "order=oldest").await;
    oldest.reverse();
    assert_eq!(newest, oldest);

    let one = |kind: &str| vec![kind.to_owned()];
    let arrival = ["control_set", "inquiry_registered", "inquiry_received"];
    assert_eq!(kinds(&app, "inquiry=%D0%94%D0%A1391").await[1..], arrival.map(str::to_owned));
    assert_eq!(kinds(&app, "who=legal").await, one("draft_visaed"));
    assert_eq!(kinds(&app, "who=clerk&what=arrival").await.len(), 6);
    assert_eq!(kinds(&app, "what=reply_signed").await, one("reply_signed"));
    assert_eq!(kinds(&app, "role=head").await, vec!["ministries_assigned"; 2]);
    assert_eq!(kinds(&app, "role=head&what=signing").await, Vec::<String>::new());
    // Concerned is who is named, and who leads; of a delivery, no ministry.
    assert_eq!(kinds(&app, "ministry=mof").await, one("ministries_assigned"));
    assert_eq!(kinds(&app, "ministry=mfa").await, one("ministries_assigned"));
    let labour = kinds(&app, "ministry=mlsp&order=oldest").await;
    assert_eq!(labour[..3], ["ministries_assigned", "draft_revised", "draft_submitted_for_approval"]);
    assert!(
        labour.contains(&"inquiry_closed".to_owned()) && !labour.contains(&"reply_accepted".to_owned()),
        "{labour:?}"
    );
    assert_eq!(kinds(&app, "ministry=mlsp&who=legal").await, one("draft_visaed"));
    // Time, by moment and by day, and a position as the beginning.
    let last = app.get("auditor", "/api/v1/journal/entries").await.json()["entries"][0].clone();
    let from = last["at"].as_str().unwrap();
    assert_eq!(kinds(&app, &format!("from={from}")).await.len(), 4);
    assert_eq!(kinds(&app, &format!("to={from}")).await.len() as i64, head - 4);
    assert_eq!(kinds(&app, &format!("from={}", &from[..10])).await.len() as i64, head);
    assert_eq!(kinds(&app, "until=2").await, ["inquiry_registered", "inquiry_received"]);
    assert_eq!(kinds(&app, &format!("order=oldest&until={head}")).await, one("ministries_assigned"));
    // One act is one conversation.
    let command_of = last["command"].as_str().unwrap();
    assert_eq!(kinds(&app, &format!("conversation={command_of}")).await, one("ministries_assigned"));
    for bad in
        ["what=x", "role=x", "from=x", "order=x", "until=x", "after=x", "ministry=X!", "conversation=1", "colour=red"]
    {
        app.get("auditor", &format!("/api/v1/journal/entries?{bad}")).await.is(400);
    }

    // The page finds the same, and leads on; nothing that a person wrote is in it.
    let page = app.get("admin", "/journal?ministry=mlsp&what=drafting").await.is(200).text();
    let page = page.replace("&#x3D;", "=");
    assert!(page.contains("ДС-390") && !page.contains(">ДС-391<"), "{page}");
    assert!(page.contains("/journal/export.zip?ministry=mlsp&amp;what=drafting"), "{page}");
    assert!(!page.contains("/journal/people/lead"), "whoever keeps accounts does not see what people looked at");
    let client = app.database.connect().await;
    let rows: String =
        client.query_one("select string_agg(e::text, ' ') from journal_entry e", &[]).await.unwrap().get(0);
    for secret in ["Қаралсын", "Сәрсенғалиев", "mazhilis.example", "Қолма-қол"] {
        assert!(!rows.contains(secret), "{secret} is in the table");
    }
    // One event: as it is stored.
    let position = last["position"].as_i64().unwrap();
    let page = app.get("auditor", &format!("/journal/events/{position}")).await.is(200).text();
    assert!(page.contains("Қаралсын.") && page.contains(command_of), "{page}");

    let page = app.get("auditor", "/journal?who=legal").await.is(200).text();
    assert!(page.contains("href=\"/journal/people/legal\""), "{page}");

    // By person: what was done, and what was looked at, between two moments.
    app.get("legal", &format!("/api/v1/inquiries/{}", whole.id)).await.is(200);
    app.state().reads.stand().await;
    let page = app.get("auditor", "/journal/people/legal").await.is(200).text();
    assert!(page.contains("draft_visaed") && page.contains("show_inquiry"), "{page}");
    let page = app.get("auditor", "/journal/people/legal?to=2023-01-01").await.is(200).text();
    assert!(!page.contains("draft_visaed") && !page.contains("show_inquiry"), "{page}");
    // Who did nothing yet is somebody still, and so is a worker of ours; who never was is nobody, whichever days are asked for.
    for known in ["mfa", "LEGAL", "dispatch"] {
        app.get("auditor", &format!("/journal/people/{known}")).await.is(200);
    }
    for nobody in ["/journal/people/nobody", "/journal/people/nobody?from=2023-01-01"] {
        let call = app.call("GET", nobody).by("auditor").header("Accept", "text/html").header("Accept-Language", "en");
        let page = call.send().await.is(404).text();
        assert!(page.contains("There is no account “nobody”") && page.contains("no_such_account"), "{page}");
    }
    for (account, path) in [
        ("admin", "/journal/people/legal"),
        ("lead", "/journal"),
        ("deputy", "/api/v1/journal/entries"),
        ("stranger", "/journal?ministry=mof"),
    ] {
        app.get(account, path).await.is(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_event_is_looked_for_not_an_inquirys_alone_in_the_language_that_the_address_asks_for() {
    let app = TestApp::start().await;
    registered(&app, "ДС-394").await;
    let absence = json!({ "absent": "legal", "substitute": "office", "roles": ["approver"], "why": "Іссапар",
                          "from": "2023-09-20T10:00:00Z", "until": "2023-09-20T12:00:00Z" });
    app.call("POST", "/api/v1/absences").by("head").key("key-absence-1").json(&absence).send().await.is(201);
    app.settle().await;
    let one = vec!["substitute_named".to_owned()];
    assert_eq!(kinds(&app, "what=substitute_named").await, one);
    assert_eq!(kinds(&app, "what=substitute_named&who=head&order=oldest&lang=ru").await, one);
    assert_eq!(kinds(&app, "role=head").await, one, "nobody has assigned anything yet");
    assert_eq!(kinds(&app, "what=substitute_named&role=deputy").await, Vec::<String>::new());
    assert_eq!(kinds(&app, "what=substitute_named&who=clerk").await, Vec::<String>::new());
    for none in ["account_changed", "ministry_merged", "calendar_changed", "term_adopted", "proposal_received"] {
        assert_eq!(kinds(&app, &format!("what={none}")).await, Vec::<String>::new(), "{none}");
    }
    app.get("auditor", "/api/v1/journal/entries?what=account_x").await.is_problem(400, "bad_parameter");

    for (language, group, role) in [
        ("kk", "Басқару", "Осы рөлдің істері"),
        ("ru", "Управление", "Действия этой роли"),
        ("en", "Administration", "What this role does"),
    ] {
        let page = app.get("auditor", &format!("/journal?what=substitute_named&lang={language}")).await.is(200).text();
        assert!(page.contains(&format!("<html lang=\"{language}\"")), "{page}");
        assert!(page.contains(&format!("<optgroup label=\"{group}\">")) && page.contains(role), "{page}");
        assert!(page.contains("<option value=\"substitute_named\" selected>"), "{page}");
        assert!(page.contains("/journal/people/head") && !page.contains("inquiry_received</code>"), "{page}");
    }
    app.get("auditor", "/journal?lang=ru").await.is(200);
    app.get("auditor", "/journal?colour=red").await.is(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_left_keeps_their_name_on_every_page_and_is_asked_for_nothing_any_more() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-396").await;
    let mut told = Told { id, version, content_hash: Value::Null };
    told.step(&app, "head", "assign-ministries", resolution()).await;
    told.step(&app, "lead", "revise-draft", draft("Үкімет сауалды қарап, хабарлайды.")).await;
    app.get("clerk", &format!("/api/v1/inquiries/{}", told.id)).await.is(200);
    app.settle().await;
    app.state().reads.stand().await;
    let client = app.database.connect().await;
    for account in ["clerk", "language"] {
        web::accounts::disable(&client, account, jiff::Timestamp::now()).await.unwrap();
    }
    let inquiry = format!("/inquiries/{}", told.id);
    for (account, path) in [
        ("head", inquiry.as_str()),
        ("auditor", "/journal?who=clerk"),
        ("auditor", "/journal/people/clerk"),
        ("auditor", "/reads?person=clerk"),
    ] {
        let page = app.get(account, path).await.is(200).text();
        assert!(page.contains("Сынақ: clerk"), "{path}: {page}");
    }
    let form = app.get("lead", &format!("{inquiry}/commands/submit-for-approval")).await.is(200).text();
    assert!(form.contains("Сынақ: legal") && !form.contains("Сынақ: language"), "{form}");
}

async fn told(app: &TestApp, account: &str, inquiry: &Told) -> Value {
    app.get(account, &format!("/api/v1/inquiries/{}/waiting", inquiry.id)).await.is(200).json()
}

fn steps(told: &Value) -> Vec<&str> {
    told["line"].as_array().unwrap().iter().map(|one| one["step"].as_str().unwrap()).collect()
}

#[test]
fn every_kind_of_event_has_words_of_its_own() {
    let kinds = EventName::ALL.iter().map(|name| name.stored());
    let kinds: Vec<&str> = kinds
        .chain(ProposalEventName::ALL.iter().map(|name| name.stored()))
        .chain(AccountEvent::STORED.iter().copied())
        .chain(Change::STORED.iter().copied())
        .chain(SettingsEvent::STORED)
        .chain(inquiry::synthetic::STORED)
        .chain(["blank_adopted", SUBJECT_ERASED])
        .collect();
    assert!(kinds.len() > 70, "{kinds:?}");
    for kind in kinds {
        let said = Language::ALL.map(|language| words_of_kind(kind, language));
        assert!(said.iter().all(|words| words.is_some_and(|words| !words.is_empty())), "{kind}: {said:?}");
        assert!(said[0] != said[1] && said[1] != said[2], "{kind}: {said:?}");
    }
    assert_eq!(words_of_kind("nothing_happened", Language::Kk), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_is_named_in_the_journal_as_people_type_numbers() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-392").await;
    let (other, _) = registered(&app, "ДС-393").await;
    let (like, _) = registered(&app, "ҚР-393").await;
    app.settle().await;
    let found = async |typed: &str| {
        let typed: String = typed.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let place = format!("/api/v1/journal/entries?what=inquiry_received&inquiry={typed}");
        let page = app.get("auditor", &place).await.is(200).json();
        let mut found: Vec<String> =
            page["entries"].as_array().unwrap().iter().map(|one| one["inquiry"].as_str().unwrap().to_owned()).collect();
        found.sort();
        found
    };
    for typed in ["392", " 392 ", "ДС 392", "дс392", "№ ДC-392", "ds 392"] {
        assert_eq!(found(typed).await, [&*told.id], "{typed}");
    }
    // Without its letters a number may be that of several: all of them are meant, and with its letters one is.
    let mut both = vec![other.clone(), like];
    both.sort();
    assert_eq!(found("393").await, both);
    assert_eq!(found("ДС-393").await, [other]);
    assert_eq!(found("39").await, Vec::<String>::new(), "a part of a number is none");
    // Where no deputies gave a number, it may be the reply's.
    let outgoing = told.dossier(&app).await["letter"]["number"].as_str().unwrap().to_owned();
    assert_eq!(found(&outgoing).await, [&*told.id], "{outgoing}");
    let page = app.get("auditor", "/journal?inquiry=392").await.is(200).text();
    assert!(page.contains(&format!("/inquiries/{}", told.id)) && !page.contains("ДС-393"), "{page}");
    assert!(app.get("auditor", "/reads?inquiry=392").await.is(200).text().contains("value=\"392\""));
    app.get("auditor", "/api/v1/journal/entries?inquiry=%D1%81%D0%B0%D1%83%D0%B0%D0%BB")
        .await
        .is_problem(400, "bad_parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_time_went_is_told_to_whoever_sees_the_inquiry_and_to_each_what_is_theirs() {
    let app = TestApp::start().await;
    let day = std::time::Duration::from_secs(86_400);
    let visas = json!([{ "kind": "legal", "approver": "legal" }]);
    let mut late = to_the_approvers(&app, "ДС-395", &visas).await;
    app.clock.later(day * 5);
    let refused =
        json!({ "version": 1, "content_hash": late.content_hash, "kind": "legal", "remarks": "Құпия ескерту" });
    late.step(&app, "legal", "refuse-visa", refused).await;
    app.clock.later(day * 9);
    late.revised(&app, 2, draft("Үкімет сауалды қайта қарап, хабарлайды."), &visas).await;
    app.clock.later(day * 40);
    app.settle().await;

    let whole = told(&app, "head", &late).await;
    assert_eq!(
        steps(&whole),
        ["registration", "resolution", "draft", "sending_out", "visas", "rework", "sending_out", "visas"]
    );
    assert_eq!((&whole["verdict"], &whole["sent"]), (&json!("late"), &Value::Null));
    let line = whole["line"].as_array().unwrap();
    for pair in line.windows(2) {
        assert_eq!(pair[0]["until"], pair[1]["from"]);
        assert_eq!(pair[0]["ended_by"], pair[1]["begun_by"]);
    }
    assert_eq!((&line[5]["ministry"], &line[7]["role"]), (&json!("mlsp"), &json!("approver")));
    assert!(whole["late_working_days"].as_u64().unwrap() > 0 && !whole["beside"].as_array().unwrap().is_empty());
    let reasons = whole["reasons"].to_string();
    assert!(!reasons.contains("Құпия ескерту") && !reasons.contains("\"legal\""), "{reasons}");

    // The page says it in sentences, each with its events: in the journal for auditors, in the history for the others.
    let path = format!("/inquiries/{}/waiting", late.id);
    let page = app.call("GET", &path).by("auditor").header("accept-language", "en").send().await.is(200).text();
    assert!(page.contains("The draft was sent back from the visas") && page.contains("Held by"), "{page}");
    let refusal = line[5]["begun_by"].as_i64().unwrap();
    assert!(page.contains(&format!("href=\"/journal/events/{refusal}\"")), "{page}");
    let page = app.call("GET", &path).by("lead").header("accept-language", "ru").send().await.is(200).text();
    assert!(page.contains("Проект возвращён") && page.contains(&format!("#event-{refusal}")), "{page}");
    assert!(!page.contains("/journal/"), "{page}");

    // A deputy is told who has it, and nothing of what became of drafts inside; a stranger not even that there is one.
    let own = told(&app, "deputy", &late).await;
    assert_eq!(steps(&own), ["registration", "resolution", "draft"]);
    assert_eq!((&own["verdict"], &own["beside"], &own["line"][2]["due"]), (&json!("late"), &json!([]), &Value::Null));
    assert!(!own.to_string().contains("visa"), "{own}");
    let page = app.call("GET", &path).by("deputy").header("accept-language", "en").send().await.is(200).text();
    assert!(!page.contains("sent back") && !page.contains("#event-"), "{page}");
    app.get("stranger", &path).await.is(404);
    app.call("GET", &format!("/api/v1{path}")).send().await.is(401);
}

//! What is written is found where it stands, by whoever may read it and by nobody else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use directory::{Actor, MinistryCode};
use inquiry::InquiryId;
use readmodel::followers::Table;
use readmodel::rebuild::{Options, rebuild};
use readmodel::search::{self, Asked, Found, Likeness, Narrowed, Place, PlaceKind, similar};
use readmodel::{Guard, Reader, Sight};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::app::TestApp;

use super::story::{Told, signature};
use super::{draft, inquiry, registered, resolution};

/// The executor behind an account, as the doors make one.
fn executor(ministry: &str) -> Sight {
    Sight::of(&Actor::executor("somebody", MinistryCode::new(ministry).unwrap()))
}

fn reader(app: &TestApp, sight: Sight) -> Reader {
    Reader::new(app.database.pool.clone(), Guard::Server, sight)
}

async fn asked(app: &TestApp, sight: &Sight, asked: &Asked) -> Found {
    search::search(&reader(app, sight.clone()), asked).await.unwrap()
}

async fn found(app: &TestApp, sight: &Sight, text: &str) -> Found {
    asked(app, sight, &Asked::text(text)).await
}

/// Numbers and places of what was found, the best first.
async fn places(app: &TestApp, sight: &Sight, text: &str) -> Vec<(String, Place)> {
    found(app, sight, text).await.hits.into_iter().map(|hit| (hit.number, hit.place)).collect()
}

async fn numbers(app: &TestApp, sight: &Sight, text: &str) -> Vec<String> {
    places(app, sight, text).await.into_iter().map(|(number, _)| number).collect()
}

/// Registers an inquiry of this subject with these files.
async fn about(app: &TestApp, number: &str, subject: &str, files: Value) -> Told {
    let mut body = inquiry(number);
    body["subject"] = json!(subject);
    body["attachments"] = files;
    let key = format!("about-{}", Sha256::digest(number).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key(&key).json(&body).send().await.is(201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    Told { id, version: answer.version(), content_hash: Value::Null }
}

/// A file as it comes with a registration.
fn file(name: &str, media: &str, bytes: &[u8]) -> Value {
    json!({ "name": name, "media_type": media, "content": STANDARD.encode(bytes) })
}

fn text(words: &str) -> Value {
    json!({ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": words }] }] })
}

/// An inquiry with a contribution and a draft, which goes out for a visa.
async fn in_work(app: &TestApp, number: &str, subject: &str) -> Told {
    let mut told = about(app, number, subject, json!([])).await;
    told.step(app, "head", "assign-ministries", resolution()).await;
    told.step(app, "mfa", "submit-contribution", json!({ "body": text("Ұсыныс: Шардара суқоймасы."), "files": [] }))
        .await;
    let visas = json!([{ "kind": "legal", "approver": "legal" }]);
    told.revised(app, 1, draft("Тасөткел бөгетінің жөндеу кестесі бекітілді."), &visas).await;
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_written_is_found_where_it_stands_and_only_by_who_may_read_it() {
    let app = TestApp::start().await;
    let mut told = in_work(&app, "№ ДС-326", "Су қоймаларының қауіпсіздігі туралы").await;
    app.settle().await;
    let whole = Sight::Whole;
    let (lead, stranger) = (executor("mlsp"), executor("mj"));
    let deputy = Sight::of(&Actor::deputy("d", app.deputy));
    let one = |place: Place| vec![("№ ДС-326".to_owned(), place)];
    let contribution = Place::Contribution { ministry: MinistryCode::new("mfa").unwrap(), version: 1 };
    // Where, asked in another form of the word than stands there; and whether the deputy who asked may read it.
    for (question, place, open) in [
        ("қауіпсіздік", Place::Subject, true),
        ("жинақтар", Place::Question { no: 2 }, true),
        ("сарсенгалиев", Place::Deputy, true),
        ("енгізілсін", Place::Resolution, false),
        ("шардара", contribution, false),
        ("бөгет", Place::Draft { version: 1 }, false),
        ("дс326", Place::Number, true),
        ("326", Place::Number, true),
    ] {
        for sight in [&whole, &lead] {
            assert_eq!(places(&app, sight, question).await, one(place.clone()), "{question} by {sight:?}");
        }
        let theirs = if open { one(place) } else { Vec::new() };
        assert_eq!(places(&app, &deputy, question).await, theirs, "{question} by the deputy who asked");
        let nothing = found(&app, &stranger, question).await;
        assert!(nothing.hits.is_empty() && nothing.total.counted == 0 && nothing.exact.is_none(), "{nothing:?}");
        assert!(nothing.facets.chamber.is_empty() && nothing.instead.is_empty(), "{nothing:?}");
    }
    // What is mistyped is understood by whoever may read the word, and tells nobody else of it.
    let slip = found(&app, &whole, "бөгтеінің").await;
    assert_eq!(slip.instead[0].searched, ["бөгетінің"]);
    let marked: Vec<&str> =
        slip.hits[0].snippet.pieces().filter(|(_, marked)| *marked).map(|(piece, _)| piece).collect();
    assert_eq!(marked, ["бөгетінің"]);
    let literally = Asked { literally: true, ..Asked::text("бөгтеінің") };
    assert!(asked(&app, &whole, &literally).await.hits.is_empty());
    for sight in [&stranger, &deputy] {
        let told_nothing = found(&app, sight, "бөгтеінің").await;
        assert!(told_nothing.instead.is_empty() && told_nothing.hits.is_empty(), "{sight:?}: {told_nothing:?}");
    }
    // A paper is no place for a deputy, however it is asked for.
    let papers = Narrowed { place: Some(PlaceKind::Paper), ..Narrowed::default() };
    let papers = Asked { narrowed: papers, ..Asked::text("бөгет") };
    assert_eq!(asked(&app, &lead, &papers).await.hits.len(), 1);
    assert!(asked(&app, &deputy, &papers).await.hits.is_empty());

    // The draft becomes a letter, and the deputy's own once it has been sent.
    let visa = json!({ "version": 1, "content_hash": told.content_hash, "kind": "legal" });
    told.step(&app, "legal", "visa", visa).await;
    told.step(&app, "clerk", "submit-for-signature", json!({ "version": 1 })).await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    told.step(&app, "signatory", "sign", signature(&told, &pdf)).await;
    told.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    app.settle().await;
    let letter = one(Place::Letter { version: 1, number: Some("12-11/3841 ДС".to_owned()) });
    assert_eq!(places(&app, &lead, "тасөткел").await, letter);
    assert!(places(&app, &deputy, "тасөткел").await.is_empty());
    told.step(&app, "clerk", "dispatch", json!({})).await;
    app.settle().await;
    assert_eq!(places(&app, &deputy, "тасөткел").await, letter);
    let by_number = found(&app, &whole, "12-11/3841 ДС").await;
    assert_eq!(by_number.exact, Some(told.id.parse().unwrap()));
    assert_eq!(by_number.facets.ministry.iter().map(|one| one.value.as_str()).collect::<Vec<_>>(), ["mlsp", "mfa"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_every_kind_are_read_once_and_hostile_ones_harm_nobody() {
    let app = TestApp::start().await;
    let source = in_work(&app, "ДС-1", "Су қоймалары туралы").await;
    let mut files = Vec::new();
    for (form, media) in [("docx", letter::incoming::DOCX), ("pdf", letter::incoming::PDF)] {
        let address = format!("/api/v1/inquiries/{}/reply.{form}", source.id);
        let bytes = app.get("lead", &address).await.is(200).bytes;
        files.push(file(&format!("хат.{form}"), media, &bytes));
    }
    let mail = "From: Deputy <somebody@mazhilis.example>\r\nTo: office@example.kz\r\nDate: Wed, 20 Sep 2023 10:00:00 +0600\r\n\
                Message-ID: <1@mazhilis.example>\r\nSubject: =?utf-8?B?0KHQsNGD0LDQuw==?=\r\nMIME-Version: 1.0\r\n\
                Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
                Тасөткел бөгеті туралы жауапты somebody@mazhilis.example мекенжайына күтемін.\r\n";
    files.push(file("хат.eml", letter::incoming::EML, mail.as_bytes()));
    for (n, file) in files.iter().enumerate() {
        about(&app, &format!("ДС-{}", n + 2), "Қосымшасы бар сауал", json!([file])).await;
    }
    let hostile =
        [b"PK\x03\x04 and nothing of a zip".to_vec(), b"%PDF-1.7\n1 0 obj << /Length 99999999999 >> stream".to_vec()];
    let mut broken = Vec::new();
    for (bytes, media) in hostile.iter().zip([letter::incoming::DOCX, letter::incoming::PDF]) {
        broken.push(file("бүлінген", media, bytes));
    }
    about(&app, "ДС-5", "Бүлінген файлдар", json!(broken)).await;
    app.settle().await;
    let in_files = async || {
        let mut hits = found(&app, &Sight::Whole, "тасөткел").await.hits;
        hits.retain(|hit| matches!(hit.place, Place::Attachment { .. }));
        assert!(hits.iter().all(|hit| hit.snippet.pieces().any(|(piece, marked)| marked && piece == "Тасөткел")));
        let mut numbers: Vec<String> = hits.into_iter().map(|hit| hit.number).collect();
        numbers.sort();
        numbers
    };
    assert_eq!(in_files().await, ["ДС-2", "ДС-3", "ДС-4"]);
    assert_eq!(numbers(&app, &Sight::Whole, "бүлінген").await, ["ДС-5"]);
    // Addresses are erased on their person's word (ADR 0011); none is kept of a file, so that nothing remains to be erased.
    let client = app.database.connect().await;
    let kept = "select count(*) from attachment_text where text like '%@%' or text like '%mazhilis.example%'";
    assert_eq!(client.query_one(kept, &[]).await.unwrap().get::<_, i64>(0), 0);
    let in_rows = "select count(*) from search where open_texts || inner_texts || state like '%mazhilis.example%'
                      or whole @@ 'mazhilis'::tsquery";
    assert_eq!(client.query_one(in_rows, &[]).await.unwrap().get::<_, i64>(0), 0);
    // Made again, the table holds what files say without reading them again.
    let rows = async || -> Vec<String> {
        let rows = client.query("select s::text from search as s order by inquiry", &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    };
    let followed = rows().await;
    client.batch_execute("update search set whole = '', open_texts = '[]'").await.unwrap();
    let options = Options::usual("these tests");
    rebuild(app.journal(), &app.database.config, Table::Search, &options, &|_| ()).await.unwrap();
    assert_eq!(rows().await, followed);
    assert_eq!(in_files().await, ["ДС-2", "ДС-3", "ДС-4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_answers_better_stands_first_and_every_page_goes_on_where_the_last_ended() {
    let app = TestApp::start().await;
    for (number, subject) in [
        ("ДС-1", "Ауыл мектептерін жөндеу туралы"),
        ("ДС-2", "Ауыл жолдары туралы"),
        ("ДС-3", "О ремонте дорог в Алматинской области"),
        ("ДС-4", "Мектептер мен емханаларда, ауылдарда су жоқтығы туралы"),
        ("ДС-5", "Зейнетақы жинақтары туралы"),
    ] {
        about(&app, number, subject, json!([])).await;
    }
    app.settle().await;
    let whole = Sight::Whole;
    // Both words, near each other first; then one of them.
    let both = found(&app, &whole, "ауыл мектебі").await;
    let order: Vec<&str> = both.hits.iter().map(|hit| hit.number.as_str()).collect();
    assert_eq!((&order[..2], both.total.counted, both.partly.counted), (&["ДС-1", "ДС-4"][..], 2, 1), "{order:?}");
    assert_eq!(both.hits[2].missing, ["мектебі"]);
    for (question, expected) in [
        ("дороги", &["ДС-3"][..]),
        ("\"ауыл жолдары\"", &["ДС-2"]),
        ("ауыл -мектеп", &["ДС-2"]),
        ("DC-4", &["ДС-4"]),
        ("ljhjub", &["ДС-3"]),
    ] {
        assert_eq!(numbers(&app, &whole, question).await, expected, "{question}");
    }
    let mut page = Asked { limit: 2, ..Asked::text("туралы") };
    let mut seen = Vec::new();
    loop {
        let found = asked(&app, &whole, &page).await;
        assert_eq!(found.total.counted, 4);
        seen.extend(found.hits.into_iter().map(|hit| hit.number));
        match found.next {
            // As it goes through an address.
            Some(next) => page.after = Some(next.to_string().parse().unwrap()),
            None => break,
        }
    }
    seen.sort();
    assert_eq!(seen, ["ДС-1", "ДС-2", "ДС-4", "ДС-5"]);
    let narrowed = Narrowed { year: Some(2023), language: Some(directory::Language::Kk), ..Narrowed::default() };
    let narrowed = Asked { narrowed, ..Asked::text("ауыл") };
    let narrowed = asked(&app, &whole, &narrowed).await;
    assert_eq!((narrowed.total.counted, narrowed.facets.faction[0].value.as_str()), (3, "AMANAT"));
    let spelled = Narrowed { faction: Some("«Amanat» партиясы".to_owned()), ..Narrowed::default() };
    assert_eq!(asked(&app, &whole, &Asked { narrowed: spelled, ..Asked::text("ауыл") }).await.total.counted, 3);
    let other = Narrowed { year: Some(2022), ..Narrowed::default() };
    assert!(asked(&app, &whole, &Asked { narrowed: other, ..Asked::text("ауыл") }).await.hits.is_empty());
    for hostile in ["", " ", "'", "\u{0}", "-", "\"", "!|&<->", "\u{1f}"] {
        assert!(found(&app, &whole, hostile).await.nothing_asked, "{hostile:?}");
    }
    found(&app, &whole, &"ауыл \"мектеп жол\" -су ".repeat(500)).await;
    found(&app, &whole, &"ә".repeat(10_000)).await;
    let (again, _) = registered(&app, "ДС-9").await;
    app.settle().await;
    let like = Likeness {
        text: "Ауыл мектебін жөндеу мәселесі", besides: None, answered: false, limit: 3
    };
    let alike = similar(&reader(&app, whole.clone()), like).await.unwrap();
    assert_eq!(alike[0].number, "ДС-1", "{alike:?}");
    let besides = Some(again.parse::<InquiryId>().unwrap());
    let like = Likeness { text: "Зейнетақы жинақтары туралы", besides, ..like };
    let alike = similar(&reader(&app, whole), like).await.unwrap();
    assert!(alike.iter().all(|one| one.number != "ДС-9") && alike[0].number == "ДС-5", "{alike:?}");
    assert!(similar(&reader(&app, executor("mj")), like).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_narrows_a_search_finds_what_its_figure_said_and_nothing_besides() {
    let app = TestApp::start().await;
    let dated = async |number: usize, subject: &str, dated: &str| {
        let mut body = inquiry(&format!("ДС-{number}"));
        (body["subject"], body["dated"]) = (json!(subject), json!(dated));
        let key = format!("narrows-{number}");
        app.call("POST", "/api/v1/inquiries").by("clerk").key(&key).json(&body).send().await.is(201);
    };
    for number in 1..10 {
        dated(number, "Шарда торабы туралы", "2023-09-20").await;
    }
    dated(10, "Шарда торабы туралы", "2022-09-20").await;
    dated(11, "Шарда көпірі туралы", "2022-09-20").await;
    dated(12, "Шардара қаласы туралы", "2021-09-20").await;
    app.settle().await;
    let whole = Sight::Whole;
    let of = async |words: &str, year: i16| {
        let narrowed = Narrowed { year: Some(year), ..Narrowed::default() };
        let found = asked(&app, &whole, &Asked { narrowed, ..Asked::text(words) }).await;
        assert!(found.instead.is_empty(), "{words} of {year}: {found:?}");
        found.total.counted + found.partly.counted
    };
    // So many hold both words that no part of them is looked for: of a year neither, however few are of that year.
    let all = found(&app, &whole, "шарда торабы").await;
    assert_eq!((all.total.counted, all.partly.counted), (10, 0), "{all:?}");
    let years: Vec<(&str, u64)> = all.facets.year.iter().map(|year| (year.value.as_str(), year.count)).collect();
    assert_eq!(years, [("2023", 9), ("2022", 1)]);
    for (year, count) in years {
        assert_eq!(of("шарда торабы", year.parse().unwrap()).await, count, "{year}");
    }
    // Few hold another question whole, and a part of it is looked for within what narrows as well.
    let few = found(&app, &whole, "шарда көпірі").await;
    assert_eq!((few.total.counted, few.partly.counted), (1, 10), "{few:?}");
    for year in &few.facets.year {
        assert_eq!(of("шарда көпірі", year.value.parse().unwrap()).await, year.count, "{year:?}");
    }
    // A word that is written is not taken for another one because a year does not hold it.
    assert_eq!(of("шарда", 2021).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_counts_what_narrowing_by_it_finds() {
    let app = TestApp::start().await;
    let written = [("Шарда торабы туралы", "Көпір қашан салынады?"), ("Шарда туралы", "Торабы қашан салынады?")];
    for (n, (subject, asks)) in written.into_iter().enumerate() {
        let mut body = inquiry(&format!("ДС-{}", n + 1));
        (body["subject"], body["questions"][0]) = (json!(subject), json!(asks));
        app.call("POST", "/api/v1/inquiries").by("clerk").key(&format!("place-{n}")).json(&body).send().await.is(201);
    }
    app.settle().await;
    let whole = Sight::Whole;
    // Words at one place and at two, a part of them, one alone, and a number, of which another inquiry has the letters and is not found.
    for (words, heading) in [("шарда торабы", 2), ("шарда көпір", 2), ("торабы", 1), ("шарда", 2), ("ДС-2", 1)]
    {
        let all = found(&app, &whole, words).await;
        for kind in PlaceKind::ALL {
            let of_kind = all.facets.place.iter().find(|place| place.value == kind.code());
            let narrowed = Narrowed { place: Some(kind), ..Narrowed::default() };
            let there = asked(&app, &whole, &Asked { narrowed, ..Asked::text(words) }).await;
            let count = there.total.counted + there.partly.counted;
            assert_eq!(of_kind.map_or(0, |place| place.count), count, "{words} at {kind:?}: {all:?}, {there:?}");
            assert!(kind != PlaceKind::Heading || count == heading, "{words}: {count}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_frequent_is_found_in_every_week_and_the_latest_of_it_first() {
    let app = TestApp::start().await;
    // Within the first week that is looked at, the next four, the next sixteen, the next sixty-four, and before them all.
    let now = jiff::Timestamp::now();
    let back = |weeks: i64| now - jiff::SignedDuration::from_hours(weeks * 7 * 24);
    for (n, weeks) in [200_i64, 60, 12, 3, 0].into_iter().enumerate() {
        app.clock.set(&back(weeks).to_string());
        let day = back(weeks).to_zoned(jiff::tz::TimeZone::UTC).date();
        let mut body = inquiry(&format!("ДС-{}", n + 1));
        (body["subject"], body["dated"], body["received"]) = (json!("Ауыл мектебі туралы"), json!(day), json!(day));
        app.call("POST", "/api/v1/inquiries").by("clerk").key(&format!("week-{n}")).json(&body).send().await.is(201);
    }
    app.clock.set(&now.to_string());
    app.settle().await;
    for sight in [Sight::Whole, Sight::of(&Actor::new("somebody", [directory::Role::Clerk]))] {
        // One that no text holds beside it: then a part is enough, and is looked for week by week.
        let all = found(&app, &sight, "мектеп").await;
        assert_eq!(all.total.counted, 5);
        let partly = numbers(&app, &sight, "мектеп айғырлар").await;
        assert_eq!(partly, ["ДС-5", "ДС-4", "ДС-3", "ДС-2", "ДС-1"]);
    }
    let like = Likeness { text: "Ауыл мектебі туралы", besides: None, answered: false, limit: 9 };
    assert_eq!(similar(&reader(&app, Sight::Whole), like).await.unwrap().len(), 5);
}

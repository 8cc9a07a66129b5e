//! A journal that says of itself that it is made up: every page, letter and mail says so too, and nothing leaves the machine.
#![expect(clippy::unwrap_used, reason = "what a page does not show ends the test")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use eventstore::{Append, CommandId, Guards, NewEvent, Origin, StreamId, StreamWrite};
use inquiry::BlobHash;
use inquiry::ids::CertificateFingerprint;
use inquiry::synthetic::{BEGUN, Generated, Papers, SCHEMA_VERSION, STREAM};
use saual::config::MailMode;
use testkit::app::TestApp;

use super::deputy;
use crate::api::{command, draft, registered, resolution};

const SAID: [(&str, &str); 3] = [("kk", "Жасанды дерек"), ("ru", "Синтетические данные"), ("en", "Synthetic data")];

/// The first event of a made-up journal, and nothing of its history.
async fn made_up(app: &TestApp) {
    let nothing = BlobHash([7; 32]);
    let certificate = CertificateFingerprint([8; 32]);
    let papers =
        Papers { pdf: nothing, pdf_bytes: 1, facts: nothing, edition: nothing, signature: nothing, certificate };
    let until = jiff::civil::date(2023, 9, 19);
    let payload = Generated { seed: 1, inquiries: 1, years: 1, until, papers }.to_payload().unwrap();
    let origin = Origin {
        actor: "generate".to_owned(),
        at: "2023-09-19T09:00:00Z".parse().unwrap(),
        command: CommandId(uuid::Uuid::new_v4()),
        request: [1; 32],
        correlation: uuid::Uuid::new_v4(),
        causation: None,
    };
    let event = NewEvent { event_type: BEGUN.to_owned(), schema_version: SCHEMA_VERSION, payload };
    let write = StreamWrite { stream: StreamId::new(STREAM).unwrap(), expected: 0, events: vec![event] };
    app.journal().append(Append { origin, writes: vec![write], guards: Guards::none() }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_shows_of_a_made_up_journal_says_so_and_no_mail_leaves() {
    // A relay at which nobody listens: a mail that was to go over it would not come to lie in the outbox.
    let mut app = TestApp::start_with(|config| {
        config.mail.mode = MailMode::Smtp;
        config.mail.relay = Some("127.0.0.1:9".to_owned());
    })
    .await;
    let page =
        async |app: &TestApp, path: &str| app.call("GET", path).header("accept", "text/html").send().await.text();
    assert!(!page(&app, "/login?lang=ru").await.contains("Синтетические данные"), "a real journal says nothing of it");
    made_up(&app).await;
    app.restart(|_| ()).await;
    for (language, said) in SAID {
        for path in ["/login", "/v"] {
            let text = page(&app, &format!("{path}?lang={language}")).await;
            assert!(text.contains(said), "{path} in {language}: {text}");
        }
    }
    let told = deputy::sent(&app, "№ ДС-326").await;
    let letter = app.get("clerk", &format!("/api/v1/inquiries/{}/reply.html", told.id)).await.is(200).text();
    let links = deputy::links(&app);
    assert!(links.len() >= 2, "two mails lie in the outbox: {links:?}");
    for file in std::fs::read_dir(app.folder.path().join("outbox")).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let mail = std::fs::read_to_string(&path).unwrap();
        let parts: Vec<String> = mail
            .split("\r\n\r\n")
            .filter_map(|part| {
                let lines = part.lines().take_while(|line| !line.starts_with("--"));
                String::from_utf8(STANDARD.decode(lines.collect::<String>()).ok()?).ok()
            })
            .filter(|text| text.contains("/d/"))
            .collect();
        assert_eq!(parts.len(), 2, "a text and an HTML part: {mail}");
        for (part, (_, said)) in parts.iter().flat_map(|part| SAID.map(|said| (part.to_lowercase(), said))) {
            assert!(part.contains(&said.to_lowercase()), "{said} is not in {part}");
        }
    }
    for (_, said) in SAID {
        assert!(letter.contains(said), "{said} is not in the letter");
    }
}

/// The names and the bytes of what a zip holds.
fn unpacked(zip: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    (0..zip.len())
        .map(|index| {
            let entry = zip.by_index(index).unwrap();
            (entry.name().to_owned(), String::from_utf8_lossy(&read(entry)).into_owned())
        })
        .collect()
}

fn read(mut from: impl std::io::Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).unwrap();
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn files_taken_out_of_a_made_up_journal_say_so_and_keep_their_columns() {
    let mut app = TestApp::start().await;
    let real = app.get("clerk", "/inquiries/export.csv").await.is(200).text();
    made_up(&app).await;
    app.restart(|_| ()).await;
    let csv = app.get("clerk", "/inquiries/export.csv").await.is(200).text();
    assert_eq!(csv, real, "the head alone, with not a line more");
    let (id, version) = registered(&app, "ДС-326").await;
    let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    let version = command(&app, "lead", &id, version, "revise-draft", &draft("Жауап.")).await.is(200).version();
    app.settle().await;

    let files = [
        ("clerk", "/inquiries/export.csv"),
        ("clerk", "/inquiries/export.xlsx"),
        ("head", "/reports/export.csv"),
        ("head", "/reports/export.xlsx"),
        ("auditor", "/journal/export.zip"),
    ];
    for (who, path) in files {
        let file = app.get(who, path).await.is(200);
        let name = file.header("content-disposition").unwrap_or_default().to_owned();
        assert!(name.contains("filename=\"synthetic-"), "{path}: {name}");
        if path.ends_with("csv") {
            assert!(!SAID.iter().any(|(_, said)| file.text().contains(said)), "{path}");
            continue;
        }
        let (part, tab) =
            if path.ends_with("zip") { ("README.txt", "") } else { ("docProps/core.xml", "xl/workbook.xml") };
        let parts = unpacked(&file.bytes);
        let text = |name: &str| parts.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text);
        for (_, said) in SAID {
            assert!(text(part).contains(said), "{path}: {said} is not in {}", text(part));
        }
        assert!(tab.is_empty() || SAID.iter().any(|(_, said)| text(tab).contains(said)), "{path}: {}", text(tab));
    }

    // A draft says it above its text, and comes back without that.
    let place = format!("/api/v1/inquiries/{}/draft.md", id);
    let file = app.get("lead", &place).await.is(200);
    assert!(file.header("content-disposition").unwrap_or_default().contains("synthetic-"));
    let text = file.text();
    for (_, said) in SAID {
        assert!(text.starts_with("<!-- note ") && text.contains(said), "{said} is not in {text}");
    }
    let call = app.call("PUT", &format!("{place}?only_read=true")).by("lead").key("back").seen(version);
    let back = call.body("text/markdown", text.into_bytes()).send().await.is(200).json();
    assert!(!back["body"].to_string().contains("Synthetic"), "{back}");
    let archive = app.get("auditor", &format!("/inquiries/{}/evidence.zip", id)).await.is(200);
    assert!(archive.header("content-disposition").unwrap_or_default().contains("synthetic-"));
    let readme = unpacked(&archive.bytes).into_iter().find(|(name, _)| name == "README.txt");
    assert!(readme.is_some_and(|(_, text)| SAID.iter().all(|(_, said)| text.contains(said))));
}

//! The stage: the program with everybody able to sign in, and the conversation with the play that uses it.
//!
//! A play asks by a line `ask …` on its standard output and reads the answer as a line; every other line is its report.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::Duration;

use saual::config::Config;
use serde_json::json;
use signature::Certificate;
use testkit::app::TestApp;
use testkit::authority::Authority;
use tokio::sync::mpsc;
use web::doors::limits::Rate;
use web::signing::Signing;

use crate::history;
use crate::looked;
use crate::tools::{PLAYS, TOOLS};

/// How long a play may say nothing; its own waits end much earlier.
const PATIENCE: Duration = Duration::from_secs(240);

/// So often may somebody take rows out of the register: a play comes to the page that says it was too often.
const EXPORTS: Rate = Rate::an_hour(3);

/// The people of the story by their accounts, as the demonstration calls them.
const PEOPLE: [(&str, &str); 12] = [
    ("clerk", "Тіркеуші (Үкімет Аппараты)"),
    ("control", "Бақылау қызметі"),
    ("head", "Үкімет Аппаратының басшысы"),
    ("lead", "Ж. Даулетханова (Еңбекмині)"),
    ("mfa", "Орындаушы (СІМ)"),
    ("legal", "Заң бөлімі"),
    ("language", "Мемлекеттік тіл бөлімі"),
    ("office", "Үкімет Аппараты, келісуші"),
    ("signatory", "Ә. Смайылов"),
    ("deputy", "Н. Сәрсенғалиев"),
    ("auditor", "Аудитор"),
    ("admin", "Әкімші"),
];

/// What is played, in which language, by which hands, on what.
pub(crate) struct Play {
    /// A file of `plays/`.
    pub(crate) name: &'static str,
    pub(crate) language: &'static str,
    /// `mouse` or `keyboard`.
    pub(crate) input: &'static str,
    /// `desktop` or `phone`.
    pub(crate) device: &'static str,
}

impl Play {
    /// Whoever presses everything twice has no eyes for pages.
    fn looks(&self) -> bool {
        self.input != "impatient"
    }
}

/// Where signatories sign on their own devices: an authority that knows them, and the port on which a play has its stand-in for NCALayer listen.
struct Devices {
    authority: Authority,
    port: u16,
}

impl Devices {
    fn new() -> Self {
        let authority = Authority::start();
        let person = "/CN=СМАЙЫЛОВ ӘЛИХАН/serialNumber=IIN720101300123";
        authority.issue("person", person, "documents");
        authority.issue("signing_in", person, "signing_in");
        // Free now, and nobody's until the play listens there: it begins with nobody listening.
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        Self { authority, port: free.local_addr().expect("its address").port() }
    }

    fn sign(&self, config: &mut Config) {
        let trusted = Certificate::all_from_pem(&self.authority.pem("root")).expect("a root");
        config.signing = Signing::Device(format!("ws://127.0.0.1:{}/", self.port).parse().expect("an address"));
        config.server_seal_stands_in = false;
        config.authorities.trusted = trusted;
    }
}

/// Plays it on a stage of its own and answers its report; what the play finds fault with fails the test.
pub(crate) async fn play(play: Play) -> Vec<String> {
    let devices = (play.name == "device").then(Devices::new);
    let mut app = TestApp::start_with(|config| {
        config.rates.exports = EXPORTS;
        if let Some(devices) = &devices {
            devices.sign(config);
        }
    })
    .await;
    if play.name == "history" {
        history::is_told(&mut app).await;
    }
    everybody_may_sign_in(&app).await;
    let people: serde_json::Map<_, _> = PEOPLE.iter().map(|(name, _)| ((*name).to_owned(), json!(name))).collect();
    let given = json!({
        "play": play.name,
        "language": play.language,
        "input": play.input,
        "device": play.device,
        "base": app.base,
        "people": people,
        "tokens": PEOPLE.iter().map(|(name, _)| ((*name).to_owned(), json!(app.token(name)))).collect::<serde_json::Map<_, _>>(),
        "password": app.password,
        "deputy": app.deputy.to_string(),
        "outbox": app.folder.path().join("outbox"),
        "chromium": TOOLS.chromium,
        "traces": TOOLS.traces,
        "pictures": crate::pictures::folder(),
        "layer": devices.as_ref().map(|devices| devices.port),
        "authority": devices.as_ref().map(|devices| devices.authority.path("")),
    });
    let mut child = Command::new(&TOOLS.node)
        .arg("play.mjs")
        .current_dir(PLAYS)
        .env("SAUAL_PLAY", given.to_string())
        .env("SAUAL_BROWSER_MODULES", &TOOLS.modules)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node started");
    let mut answers = child.stdin.take().expect("its input");
    let said = BufReader::new(child.stdout.take().expect("its output"));
    let (lines, mut heard) = mpsc::unbounded_channel();
    std::thread::spawn(move || said.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
    let mut report = Vec::new();
    loop {
        let Ok(line) = tokio::time::timeout(PATIENCE, heard.recv()).await else {
            child.kill().expect("the play was ended");
            panic!("the play has said nothing for {} s", PATIENCE.as_secs());
        };
        match line.as_deref().map(|line| line.strip_prefix("ask ").ok_or(line)) {
            Some(Ok(ask)) => writeln!(answers, "{}", answer(&app, ask).await).expect("the play listens"),
            Some(Err(told)) => {
                println!("{told}");
                report.push(told.to_owned());
            }
            None => break,
        }
    }
    let ended = child.wait().expect("the play ended");
    app.stop().await;
    assert!(ended.success(), "the lines above say what the play found");
    if play.looks() {
        let missing = looked::missing(play.name, &report);
        assert!(missing.is_empty(), "the play «{}» does not come to {missing:?} any more", play.name);
    }
    report
}

/// Does what a play asks of the stage.
async fn answer(app: &TestApp, ask: &str) -> String {
    match ask.split_once(' ').unwrap_or((ask, "")) {
        ("clock", moment) => app.clock.set(moment),
        ("settle", "") => app.settle().await,
        ("position", "") => return app.journal().head().await.expect("the head").position.to_string(),
        ("bounce", mail) => {
            let (inquiry, recipient) = mail.split_once(' ').expect("an inquiry and a place on its list");
            app.bounced(inquiry, recipient.parse().expect("a place on the list")).await;
        }
        ("end-sessions", account) => {
            return changed(
                app,
                "update session set idle_until = now() - interval '1 minute' where revoked_at is null",
                account,
            )
            .await;
        }
        ("brake", name) => {
            let client = app.database.connect().await;
            let waits = "update login_failure set locked_until = now() + interval '1 minute' where name = $1";
            client.execute(waits, &[&name]).await.expect("the brake");
        }
        ("age-proof", account) => {
            return changed(
                app,
                "update session set proved_at = now() - interval '10 minutes 1 second' where revoked_at is null",
                account,
            )
            .await;
        }
        ("forget-codes", account) => {
            return changed(app, "update second_factor set last_step = 0 where true", account).await;
        }
        _ => panic!("no play may ask for {ask:?}"),
    }
    "done".to_owned()
}

/// Lets time go by for an account: changes its rows of sessions or codes, and answers how many they were.
async fn changed(app: &TestApp, change: &str, account: &str) -> String {
    let client = app.database.connect().await;
    let statement = format!("{change} and account = (select id from account where name = $1)");
    client.execute(&statement, &[&account]).await.expect("time went by").to_string()
}

/// Everybody of the story gets the name they have there, and the password that one of them has.
async fn everybody_may_sign_in(app: &TestApp) {
    let (names, full_names): (Vec<_>, Vec<_>) = PEOPLE.into_iter().unzip();
    let client = app.database.connect().await;
    let named = client
        .execute(
            "update account
                set full_name = person.full_name, password_hash = (select password_hash from account where name = 'clerk')
               from unnest($1::text[], $2::text[]) as person (name, full_name)
              where account.name = person.name",
            &[&names, &full_names],
        )
        .await
        .expect("the people of the story");
    assert_eq!(named, PEOPLE.len() as u64, "everybody of the story has an account");
}

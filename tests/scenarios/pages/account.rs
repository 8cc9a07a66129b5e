//! One's own account: a second factor is set up, asked for and taken away; the password is changed; sessions are seen and ended.

use ring::hmac;
use saual::cli::{Cli, Command, User};
use saual::config::{Config, Environment};
use saual::exit::Answer;
use saual::installation::{Database, Installation};
use testkit::app::TestApp;

use super::browser::{Browser, Page};
use super::people::People;
use super::walk::is_whole;

/// What an app shows for a secret at this moment (RFC 6238), read as an app reads it.
pub(super) fn code(secret: &str) -> String {
    let mut bits = 0_u64;
    let mut held = 0;
    let mut bytes = Vec::new();
    for sign in secret.chars().filter(|sign| !sign.is_whitespace()) {
        let five = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(sign).expect("a sign of base32") as u64;
        bits = (bits << 5) | five;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    assert_eq!(bytes.len(), 20, "{secret}");
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let step = jiff::Timestamp::now().as_second() / 30;
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let at = usize::from(tag.as_ref()[19] & 15);
    let four: [u8; 4] = tag.as_ref()[at..at + 4].try_into().unwrap();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// As if the last code had been used long ago: nobody waits half a minute in a test.
pub(super) async fn forget_used_codes(app: &TestApp) {
    app.database.connect().await.execute("update second_factor set last_step = 0", &[]).await.unwrap();
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).unwrap_or_else(|| panic!("no {from} in {text}")).0
}

/// The secret and the recovery codes of somebody who sets a second factor up.
pub(super) async fn with_factor(browser: &mut Browser<'_>) -> (String, Vec<String>) {
    let account = browser.open("/account").await;
    let begun = browser.submit(&account.form("/account/second-factor/new")).await;
    confirmed(browser, &begun).await
}

/// The same, from the page of the secret on.
async fn confirmed(browser: &mut Browser<'_>, begun: &Page) -> (String, Vec<String>) {
    is_whole(begun, "the secret that was begun");
    let secret = between(&begun.text, "<dd class=\"secret\">", "</dd>").to_owned();
    let told = browser.send(&begun.form("/account/second-factor").with("code", &code(&secret))).await;
    assert_eq!(told.status, 200, "{}", told.text);
    is_whole(&told, "the recovery codes");
    let list = between(&told.text, "<ul class=\"codes\">", "</ul>");
    let codes: Vec<String> = list.split("<li>").skip(1).map(|item| item.replace("</li>", "")).collect();
    assert_eq!(codes.len(), 10, "{list}");
    (secret, codes)
}

async fn password_step(app: &TestApp, name: &str, password: &str) -> (Page, String) {
    let mut browser = Browser::new(app);
    let form = browser.get("/login").await.form("/login").with("name", name).with("password", password);
    let answer = browser.send(&form).await;
    (answer, browser.cookie())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_set_up_asked_for_once_and_taken_away() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    people.in_earnest("clerk").await;
    let (name, password) = (people.name("clerk").to_owned(), people.password());
    let mut clerk = people.at_browser("clerk").await;

    // Where no provider is named there is no way to one.
    assert!(!clerk.open("/account").await.text.contains("provider"));
    for place in ["/login/provider", "/proof/provider", "/login/provider/return?state=x"] {
        assert_eq!(clerk.get(place).await.status, 404, "{place}");
    }

    // A picture and a text of the same secret; a wrong code makes nothing count.
    let account = clerk.open("/account").await;
    is_whole(&account, "/account");
    let begun = clerk.submit(&account.form("/account/second-factor/new")).await;
    let picture = clerk.get("/account/second-factor/secret.svg").await;
    assert!(picture.status == 200 && picture.text.contains("<svg"), "{}", picture.text);
    let wrong = clerk.send(&begun.form("/account/second-factor").with("code", "000000")).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    assert!(wrong.words().contains("was used before"), "{}", wrong.words());
    people.at_browser("clerk").await;
    let (secret, recovery) = confirmed(&mut clerk, &begun).await;
    assert_eq!(clerk.get("/account/second-factor").await.place, "/account", "the secret is shown after it counts");
    assert_eq!(clerk.get("/account/second-factor/secret.svg").await.status, 404);

    // Nothing is told before the password is right, and the password alone opens nothing.
    let (refused, _) = password_step(&app, &name, "wrong wrong wrong").await;
    let (unknown, _) = password_step(&app, "nobody", "wrong wrong wrong").await;
    assert_eq!((refused.status, refused.text.replace(&name, "")), (401, unknown.text.replace("nobody", "")));
    let mut half = Browser::new(&app);
    let form = half.get("/login?next=/outbox").await.form("/login").with("name", &name).with("password", password);
    let asked = half.submit(&form).await;
    is_whole(&asked, "the second step");
    assert_eq!(half.place, "/login/code?next=%2Foutbox");
    let secret_of_half = half.kept("half").expect("a half-open sign-in").to_owned();
    for cookie in [format!("half={secret_of_half}"), format!("sid={secret_of_half}")] {
        app.call("GET", "/api/v1/inquiries").header("Cookie", &cookie).send().await.is(401);
    }

    // The code that confirmed it is used up; the next one opens, and opens once.
    let form = asked.form("/login/code");
    let again = half.send(&form.clone().with("code", &code(&secret))).await;
    assert_eq!(again.status, 401, "{}", again.text);
    is_whole(&again, "a code that was not taken");
    forget_used_codes(&app).await;
    let taken = half.send(&form.clone().with("code", &code(&secret))).await;
    assert_eq!((taken.status, taken.place.as_str()), (303, "/outbox"), "{}", taken.text);
    assert!(half.kept("half").is_none());
    half.open("/account").await;
    half.keep("half", &secret_of_half);
    forget_used_codes(&app).await;
    let over = half.send(&form.with("code", &code(&secret))).await;
    assert_eq!(over.place, "/login?over=yes", "one password opens two sessions");

    // A recovery code opens once, however it is typed.
    for (typed, status) in [(recovery[3].to_uppercase().replace('-', " "), 303), (recovery[3].clone(), 401)] {
        let (answer, cookie) = password_step(&app, &name, password).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let call = app.call("POST", "/login/code").header("Origin", &app.base).header("Cookie", &cookie);
        call.form(&[("code", &typed), ("next", "/")]).send().await.is(status);
    }
    let account = clerk.open("/account").await;
    assert!(account.text.contains("Recovery codes left: <strong>9</strong>"), "{}", account.text);

    // Whoever proved long ago who they are takes nothing away.
    app.database
        .connect()
        .await
        .execute("update session set proved_at = now() - interval '1 hour'", &[])
        .await
        .unwrap();
    let remove = account.form("/account/second-factor/remove");
    assert_eq!(clerk.send(&remove).await.place, "/proof?next=/account");
    assert_eq!(clerk.send(&account.form("/account/recovery-codes")).await.place, "/proof?next=/account");
    let proof = clerk.open("/proof?next=/account").await;
    let by_password = clerk.send(&proof.form("/proof").with("proof", password)).await;
    assert_eq!(by_password.status, 401, "a password proves less than the code");
    forget_used_codes(&app).await;
    let proved = clerk.submit(&proof.form("/proof").with("proof", &code(&secret))).await;
    assert!(proved.words().contains("You have proved who you are"), "{}", proved.words());
    let told = clerk.send(&account.form("/account/recovery-codes")).await;
    assert!(told.status == 200 && !told.text.contains(&recovery[5]), "{}", told.text);
    let gone = clerk.submit(&remove).await;
    assert!(gone.words().contains("was taken away"), "{}", gone.words());
    people.at_browser("clerk").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_of_the_database_opens_no_second_factor() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let (secret, codes) = with_factor(&mut clerk).await;
    let all = crate::everything_in(&app.database.connect().await).await;
    let bare = secret.replace(' ', "");
    assert!(!all.contains(&secret) && !all.contains(&bare), "the secret stands in the database");
    assert!(codes.iter().all(|code| !all.contains(code.as_str()) && !all.contains(&code.replace('-', ""))));
    assert!(app.folder.path().join("sign_in/master.key").is_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_not_guessed_from_wherever_one_guesses() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let (secret, _) = with_factor(&mut clerk).await;
    let name = people.name("clerk");
    let guess = async |typed: &str| {
        let (_, cookie) = password_step(&app, name, people.password()).await;
        let call = app.call("POST", "/login/code").header("Origin", &app.base).header("Cookie", &cookie);
        call.form(&[("code", typed), ("next", "/")]).send().await
    };
    // Coming in by the password again and again forgives no wrong code.
    for n in 0..5 {
        guess(&format!("00000{n}")).await.is(401);
    }
    forget_used_codes(&app).await;
    let braked = guess(&code(&secret)).await.is(429);
    assert!(braked.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
    let client = app.database.connect().await;
    client.execute("update login_failure set locked_until = now()", &[]).await.unwrap();
    guess(&code(&secret)).await.is(303);
    let half = "select count(*) from half_open where dies_at > now() + interval '6 minutes'";
    assert_eq!(client.query_one(half, &[]).await.unwrap().get::<_, i64>(0), 0, "a sign-in stays half open for long");
    client.execute("update half_open set dies_at = now()", &[]).await.unwrap();
    let (_, cookie) = password_step(&app, name, people.password()).await;
    client.execute("update half_open set dies_at = now() - interval '1 second'", &[]).await.unwrap();
    forget_used_codes(&app).await;
    let late = app.call("POST", "/login/code").header("Origin", &app.base).header("Cookie", &cookie);
    let late = late.form(&[("code", &code(&secret)), ("next", "/")]).send().await.is(303);
    assert_eq!(late.header("location"), Some("/login?over=yes"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_ends_the_other_sessions() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    people.in_earnest("clerk").await;
    let mut here = people.at_browser("clerk").await;
    let elsewhere = people.at_browser("clerk").await;
    let page = here.open("/account").await;
    let form = |old: &str, new: &str, again: &str| {
        page.form("/account/password").with("old", old).with("new", new).with("again", again)
    };
    let (old, new) = (people.password(), "көктемгі таулар әдемі");
    for (old, new, again, words) in [
        ("wrong wrong wrong", new, new, "The password is wrong"),
        (old, new, "көктемгі таулар", "in two ways"),
        (old, "қысқа", "қысқа", "at least 12"),
        (old, "Password20231", "Password20231", "first to be guessed"),
        (old, "page-clerk-2023", "page-clerk-2023", "more than your name"),
    ] {
        let refused = here.send(&form(old, new, again)).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        is_whole(&refused, "a password that was not changed");
        assert!(refused.words().contains(words), "{}", refused.words());
        assert!(!refused.text.contains(new), "what was typed as a password is printed");
    }
    elsewhere.open("/account").await;
    let changed = here.submit(&form(old, new, new)).await;
    assert!(changed.words().contains("was changed"), "{}", changed.words());
    assert_eq!(elsewhere.get("/account").await.status, 303);
    assert_eq!(password_step(&app, people.name("clerk"), old).await.0.status, 401);
    Browser::sign_in(&app, people.name("clerk"), new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_one_s_own_sessions_and_ends_them() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut here = people.at_browser("clerk").await;
    let other = people.at_browser("head").await;
    let (one, two) = (people.at_browser("clerk").await, people.at_browser("clerk").await);
    let page = here.open("/account").await;
    is_whole(&page, "/account with sessions");
    assert_eq!(page.text.matches("action=\"/account/sessions/end\"").count(), 2, "{}", page.text);
    assert!(page.words().contains("127.0.0.1") && page.words().contains("this one"), "{}", page.words());

    // Somebody else's session is not ended by naming it.
    let client = app.database.connect().await;
    let of_other = "select session.id::text from session join account on account.id = account where name = $1";
    let id: String = client.query_one(of_other, &[&people.name("head")]).await.unwrap().get(0);
    here.submit(&page.form("/account/sessions/end").with("session", &id)).await;
    other.open("/account").await;

    here.submit(&page.form("/account/sessions/end")).await;
    let left = [one.get("/account").await.status, two.get("/account").await.status];
    assert_eq!(left.iter().filter(|status| **status == 200).count(), 1, "{left:?}");
    here.submit(&page.form("/account/sessions/end-others")).await;
    assert_eq!([one.get("/account").await.status, two.get("/account").await.status], [303, 303]);

    // Two minutes before it goes idle the page says so; a press keeps it.
    assert!(page.text.contains("id=\"session-end\"") && page.text.contains("data-seconds=\"1"), "{}", page.text);
    client.execute("update session set idle_until = now() + interval '90 seconds'", &[]).await.unwrap();
    let kept = app.call("POST", "/account/sessions/keep").header("Origin", &app.base).header("Cookie", &here.cookie());
    let seconds: i64 = kept.send().await.is(200).text().parse().unwrap();
    assert!((1_700..=1_800).contains(&seconds), "{seconds}");
    let out = app.call("POST", "/logout").header("Origin", &app.base).header("Cookie", &here.cookie()).send().await;
    assert_eq!(out.header("clear-site-data"), Some("\"cache\", \"storage\""));
    assert_eq!(here.get("/account").await.status, 303);
    // A session of before this was kept names no proof, and is a session all the same.
    client.execute("update session set proved_at = null, methods = '{}', seen_at = null", &[]).await.unwrap();
    is_whole(&other.open("/account").await, "/account of an old session");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_app_or_password_is_let_in_again_by_the_administrator() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    with_factor(&mut clerk).await;
    let (name, url) = (people.name("clerk").to_owned(), app.database.url());
    let folder = app.folder.path().display().to_string();
    let verb = async |user: User| {
        let (url, folder) = (url.clone(), folder.clone());
        let run = move || {
            let settings = [
                ("DATABASE_URL", url.as_str()),
                ("SAUAL_DATA", folder.as_str()),
                ("SAUAL_PASSWORD", "көктемгі таулар әдемі"),
            ];
            saual::commands::run(Cli { command: Command::User(user) }, &Environment::of(settings))
        };
        tokio::task::spawn_blocking(run).await.unwrap().unwrap()
    };
    let off = || User::SecondFactorOff { name: name.clone() };
    assert_eq!(verb(off()).await, Answer::Yes);
    assert_eq!(clerk.get("/account").await.status, 303, "whoever found the app may be signed in");
    let signed_in = people.at_browser("clerk").await;
    assert_eq!(verb(off()).await, Answer::No);

    // And so is whoever forgot the password.
    let signed_in_again = people.at_browser("clerk").await;
    assert_eq!(verb(User::NewPassword { name: name.clone() }).await, Answer::Yes);
    assert_eq!([signed_in.get("/account").await.status, signed_in_again.get("/account").await.status], [303, 303]);
    assert_eq!(password_step(&app, &name, people.password()).await.0.status, 401);
    Browser::sign_in(&app, &name, "көктемгі таулар әдемі").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_another_key_does_not_start() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    with_factor(&mut clerk).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let opened = async |variables: &Environment| {
        let config = Config::demo(variables, elsewhere.path(), "127.0.0.1:1".parse().unwrap()).unwrap();
        let database = Database { config: app.database.config.clone(), server: None };
        let opened = Installation::open(&config, &database, app.clock.clone()).await;
        format!("{:#}", opened.err().expect("it started"))
    };
    let missing = opened(&Environment::of([])).await;
    assert!(missing.contains("sign_in/master.key is missing"), "{missing}");
    let other = opened(&Environment::of([("SAUAL_SIGN_IN_KEY", &"5a".repeat(32))])).await;
    assert!(other.contains("sealed under another key"), "{other}");
    let none = opened(&Environment::of([("SAUAL_SIGN_IN_KEY", "nobody's secret")])).await;
    assert!(none.contains("SAUAL_SIGN_IN_KEY") && !none.contains("nobody's secret"), "{none}");
}

//! An open worklist hears that something has moved, and hears nothing that its reader may not know.
#![expect(clippy::expect_used, reason = "a stream that cannot be read ends the test")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use testkit::app::TestApp;

use super::browser::Browser;
use super::people::People;
use super::worklist::{between, rows};
use crate::api::{command, inquiry, registered, resolution};

/// A browser's stream of events, read as it comes.
struct Stream {
    lines: BufReader<TcpStream>,
    head: String,
}

impl Stream {
    fn open(app: &TestApp, browser: &Browser<'_>) -> Self {
        let host = app.base.trim_start_matches("http://");
        let mut socket = TcpStream::connect(host).expect("a connection");
        socket.set_read_timeout(Some(Duration::from_secs(30))).expect("a bound");
        let cookie = browser.cookie();
        write!(
            socket,
            "GET /inquiries/live HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n"
        )
        .expect("asked");
        let mut stream = Self { lines: BufReader::new(socket), head: String::new() };
        loop {
            let line = stream.line();
            if line.is_empty() {
                return stream;
            }
            stream.head.push_str(&line);
            stream.head.push('\n');
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        tokio::task::block_in_place(|| self.lines.read_line(&mut line)).expect("a line within its time");
        line.trim_end().to_owned()
    }

    /// What the next event tells; none at the end of the stream.
    fn said(&mut self) -> Option<String> {
        loop {
            match self.line() {
                // The last chunk has no bytes.
                end if end == "0" => return None,
                line => {
                    if let Some(said) = line.strip_prefix("data: ") {
                        return Some(said.to_owned());
                    }
                }
            }
        }
    }

    /// How far the register has come, as the next event tells it; none at the end of the stream.
    fn told(&mut self) -> Option<i64> {
        self.said().map(|place| place.parse().expect("a number and nothing else"))
    }

    /// The same, from that place on.
    fn told_of(&mut self, place: i64) -> i64 {
        loop {
            let told = self.told().expect("the stream goes on");
            if told >= place {
                return told;
            }
        }
    }
}

async fn head(app: &TestApp) -> i64 {
    app.journal().head().await.expect("the head").position
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_worklist_hears_of_what_others_do_and_the_page_then_shows_it() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    registered(&app, "ДС-1").await;
    app.settle().await;
    let clerk = people.at_browser("clerk").await;
    let page = clerk.open("/inquiries").await;
    let at: i64 = between(&page.text, "data-at=\"", "\"").parse().expect("a number");
    assert_eq!(at, head(&app).await, "the page knows how far it has come");
    let mut stream = Stream::open(&app, &clerk);
    assert!(stream.head.starts_with("HTTP/1.1 200") && stream.head.contains("text/event-stream"), "{}", stream.head);
    assert!(stream.head.contains("no-store"), "{}", stream.head);
    let first = stream.told().expect("where it stands");
    assert!(first <= at, "{first}");

    registered(&app, "ДС-2").await;
    let told = stream.told_of(head(&app).await);
    // The register has it when the page is told.
    assert!(app.journal().follower_position("register").await.expect("a place") >= told);
    assert!(clerk.open("/inquiries").await.text.contains("ДС-2"));
    // A ministry that may not know of either hears the same number, and finds nothing.
    let stranger = people.at_browser("stranger").await;
    let mut other = Stream::open(&app, &stranger);
    other.told_of(told);
    assert!(rows(&stranger.open("/inquiries").await).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputys_page_hears_when_it_would_show_something_else_and_nothing_of_what_happens_in_the_house() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (own, version) = registered(&app, "ДС-1").await;
    app.settle().await;
    let deputy = people.at_browser("deputy").await;
    let shown = async || between(&deputy.open("/inquiries").await.text, "data-at=\"", "\"").to_owned();
    let before = shown().await;
    assert!(before.starts_with('m') && before.len() == 33, "a mark, and no place of the journal: {before}");
    let mut stream = Stream::open(&app, &deputy);
    assert_eq!(stream.said(), Some(before.clone()), "the page is told what it knows");

    // What others ask is none of theirs, and nothing is told of it: what is told next is of their own.
    let mut others = inquiry("ДС-2");
    others["groups"][0]["deputies"] = json!([{ "name": "Б. Бөгде" }]);
    app.call("POST", "/api/v1/inquiries").by("clerk").key("register-others").json(&others).send().await.is(201);
    app.settle().await;
    assert_eq!(shown().await, before, "another one's inquiry is no change of their list");
    command(&app, "head", &own, version, "assign-ministries", &resolution()).await.is(200);
    app.settle().await;
    let after = shown().await;
    assert!(after != before && after.starts_with('m'), "{after}");
    assert_eq!(stream.said(), Some(after));
    assert_eq!(rows(&deputy.open("/inquiries").await), ["ДС-1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputys_page_that_could_not_be_told_is_told_as_soon_as_it_can_be() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    registered(&app, "ДС-1").await;
    app.settle().await;
    let (clerk, deputy) = (people.at_browser("clerk").await, people.at_browser("deputy").await);
    let shown = between(&deputy.open("/inquiries").await.text, "data-at=\"", "\"").to_owned();
    // Everything has been told of, and nothing moves by itself any more.
    Stream::open(&app, &clerk).told_of(head(&app).await);
    let client = app.database.connect().await;
    client.batch_execute("revoke select on own_register from saual_reader").await.expect("a right taken");
    let mut stream = Stream::open(&app, &deputy);
    while !stream.line().starts_with("retry: ") {}
    client.batch_execute("grant select on own_register to saual_reader").await.expect("the right given back");
    let next = loop {
        let line = stream.line();
        // The beat of a quiet stream comes long after the next look.
        if line == ":" || line.starts_with("data: ") {
            break line;
        }
    };
    assert_eq!(next, format!("data: {shown}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_one_deputy_ask_once_what_they_are_all_told() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let deputy = people.at_browser("deputy").await;
    registered(&app, "ДС-1").await;
    app.settle().await;
    let mut one = Stream::open(&app, &deputy);
    let told = one.said();
    // Whoever would ask is refused from now on.
    let client = app.database.connect().await;
    client.batch_execute("revoke select on own_register from saual_reader").await.expect("a right taken");
    let mut other = Stream::open(&app, &deputy);
    while !other.line().starts_with("retry: ") {}
    assert_eq!(other.line(), "event: moved");
    assert_eq!(other.said(), told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session_and_with_the_server() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let staying = people.at_browser("control").await;
    let (mut gone, mut stays) = (Stream::open(&app, &clerk), Stream::open(&app, &staying));
    for stream in [&mut gone, &mut stays] {
        stream.told().expect("where it stands");
    }
    let page = clerk.open("/inquiries").await;
    clerk.send(&page.form("/logout")).await;
    registered(&app, "ДС-1").await;
    stays.told_of(head(&app).await);
    while let Some(told) = gone.told() {
        assert_eq!(told, 0, "whoever has gone was told of what happened afterwards");
    }
    // Nobody comes in without a session.
    let answer = app.call("GET", "/inquiries/live").header("Accept", "text/html").send().await;
    assert_eq!(answer.status, 303);
    let since = std::time::Instant::now();
    app.stop().await;
    assert!(since.elapsed() < Duration::from_secs(8), "the open stream held the server up");
    while stays.told().is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_listens_in_so_many_tabs_and_no_more() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let clerk = people.at_browser("clerk").await;
    let mut open: Vec<Stream> = (0..8).map(|_| Stream::open(&app, &clerk)).collect();
    for stream in &mut open {
        assert!(stream.head.starts_with("HTTP/1.1 200"), "{}", stream.head);
        stream.told().expect("where it stands");
    }
    assert!(Stream::open(&app, &clerk).head.starts_with("HTTP/1.1 204"));
    assert!(Stream::open(&app, &people.at_browser("head").await).head.starts_with("HTTP/1.1 200"), "others still can");
    // A program with a token has the API and no stream.
    assert_eq!(app.call("GET", "/inquiries/live").by("clerk").send().await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_asks_by_itself_keeps_no_session_alive() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let clerk = people.at_browser("clerk").await;
    let client = app.database.connect().await;
    let shorten = "update session set idle_until = now() + interval '10 minutes'";
    let left = "select extract(epoch from max(idle_until) - now())::int from session";
    client.execute(shorten, &[]).await.expect("a session");
    let mut stream = Stream::open(&app, &clerk);
    stream.told().expect("where it stands");
    let call = app.call("GET", "/inquiries").header("Cookie", &clerk.cookie()).header("Accept", "text/html");
    call.header("X-By-Itself", "yes").send().await.is(200);
    let idle: i32 = client.query_one(left, &[]).await.expect("a session").get(0);
    assert!(idle <= 600, "{idle}");
    clerk.open("/inquiries").await;
    let idle: i32 = client.query_one(left, &[]).await.expect("a session").get(0);
    assert!(idle > 1_700, "a person's own reading does: {idle}");
}

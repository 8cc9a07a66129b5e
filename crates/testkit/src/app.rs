//! The whole program started for a test: database, journal, followers, mail worker (mails go to files), doors on a free port, an account and a
//! token for every role, a clock that the test sets.
#![expect(clippy::expect_used, reason = "a program that cannot be started ends the test, and says which step failed")]

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use directory::{DeputyId, Language, MinistryCode, PersonId, Role};
use jiff::Timestamp;
use readmodel::followers::Table;
use saual::config::{Config, Environment};
use saual::installation::{Database, Installation, ReportMails, Workers};
use saual::stop::Stop;
use serde_json::Value;
use tempfile::TempDir;
use web::accounts::{self, NewAccount};
use web::doors::limits::{Rate, Rates};

use crate::database::{TestDatabase, database};
use crate::{folder, password};

/// How long a test waits for followers and mails at most.
const PATIENCE: Duration = Duration::from_secs(30);

/// The office's clock in the hands of a test.
pub struct TestClock(Mutex<Timestamp>);

impl TestClock {
    /// From now on it is `moment`, such as `2023-09-20T09:40:00Z`.
    pub fn set(&self, moment: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = moment.parse().expect("a moment by RFC 3339");
    }

    /// From now on it is so much later.
    pub fn later(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl web::Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A person of the tests.
struct Person {
    name: &'static str,
    role: Role,
    ministry: Option<&'static str>,
}

const fn person(name: &'static str, role: Role) -> Person {
    Person { name, role, ministry: None }
}

const fn executor(name: &'static str, ministry: &'static str) -> Person {
    Person { name, role: Role::Executor, ministry: Some(ministry) }
}

const PEOPLE: [Person; 13] = [
    person("clerk", Role::Clerk),
    person("control", Role::Control),
    person("head", Role::Head),
    executor("lead", "mlsp"),
    executor("mfa", "mfa"),
    executor("stranger", "mof"),
    person("legal", Role::Approver),
    person("language", Role::Approver),
    person("office", Role::Approver),
    person("signatory", Role::Signatory),
    person("deputy", Role::Deputy),
    person("auditor", Role::Auditor),
    person("admin", Role::Admin),
];

/// The Prime Minister of the directory in the autumn of 2023, whose name the letters of tests bear.
pub const PREMIER: PersonId = PersonId::new(uuid::uuid!("880c35f9-1552-43d1-bd42-4f387b5fc61c"));

/// The running program.
pub struct TestApp {
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    /// The office's clock.
    pub clock: Arc<TestClock>,
    /// The database, for looking behind the doors.
    pub database: TestDatabase,
    /// The password of the account `clerk`, who alone has one.
    pub password: String,
    /// Which deputy the account `deputy` is.
    pub deputy: DeputyId,
    /// The folder of seal and outbox.
    pub folder: TempDir,
    installation: Arc<Installation>,
    sends_mail: bool,
    tokens: BTreeMap<&'static str, String>,
    agent: ureq::Agent,
    stop: Stop,
    workers: Option<Workers>,
    server: Option<JoinHandle<()>>,
}

impl TestApp {
    /// Starts it at 20 September 2023, 15:40 in Astana, with as many requests as a test likes.
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// The same with other settings.
    pub async fn start_with(set: impl FnOnce(&mut Config)) -> Self {
        Self::start_as(&Environment::of([]), set, true).await
    }

    /// The same with nobody who sends mail: it waits for the test's own worker.
    pub async fn start_without_mail() -> Self {
        Self::start_as(&Environment::of([]), |_| (), false).await
    }

    /// The same with other settings, and nobody who sends mail or publishes heads: a test does that itself.
    pub async fn start_quietly(set: impl FnOnce(&mut Config)) -> Self {
        Self::start_as(&Environment::of([]), set, false).await
    }

    /// Puts the reports that are due into the queue of mail; how many.
    pub async fn tells_reports(&self) -> u64 {
        ReportMails::of(&self.installation).look().await.expect("the reports were looked after")
    }

    /// Signs the journal's head with this installation's key.
    pub async fn sign_head(&self) -> Option<eventstore::SignedHead> {
        self.installation.sign_head().await.expect("the head was signed")
    }

    /// Publishes heads where they are due; at how many places it was tried.
    pub async fn publish_heads(&self) -> usize {
        self.installation.publish_heads().await.expect("the places were looked after")
    }

    /// The same, in an environment with settings.
    pub async fn start_in(environment: &Environment) -> Self {
        Self::start_as(environment, |_| (), true).await
    }

    async fn start_as(environment: &Environment, set: impl FnOnce(&mut Config), sends_mail: bool) -> Self {
        let database = database().await;
        let folder = folder::quick().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port's address");
        let mut config = Config::demo(environment, folder.path(), address).expect("the demonstration's configuration");
        let unlimited = Rate::a_minute(0);
        config.rates = Rates { changes: unlimited, exports: unlimited, logins: unlimited, checks: unlimited };
        set(&mut config);
        let clock = Arc::new(TestClock(Mutex::new("2023-09-20T09:40:00Z".parse().expect("a moment"))));
        let inside = Database { config: database.config.clone(), server: None };
        let installation =
            Arc::new(Installation::open(&config, &inside, clock.clone()).await.expect("the installation opened"));
        let stop = Stop::new();
        let workers = if sends_mail {
            installation.start_workers(&stop).expect("the workers started")
        } else {
            installation.start_followers(&stop)
        };
        let server = serve(Arc::clone(&installation), listener, stop.clone());
        let deputy = installation.state.directory().deputies().first().expect("a deputy in the directory").id;
        let tokens = accounts(&database, deputy).await;
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .new_agent();
        Self {
            base: format!("http://{address}"),
            clock,
            database,
            password: password::typed().to_owned(),
            deputy,
            folder,
            installation,
            sends_mail,
            tokens,
            agent,
            stop,
            workers: Some(workers),
            server: Some(server),
        }
    }

    /// A request by nobody; [`Call::by`] names an account.
    #[must_use]
    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        Call { app: self, method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// Reads as an account.
    pub async fn get(&self, account: &str, path: &str) -> Answer {
        self.call("GET", path).by(account).send().await
    }

    /// The token of an account.
    #[must_use]
    pub fn token(&self, account: &str) -> &str {
        self.tokens.get(account).unwrap_or_else(|| panic!("no account is named {account}"))
    }

    /// The accounts, each under the name of its role or its part in the story.
    pub fn accounts(&self) -> impl Iterator<Item = &'static str> {
        PEOPLE.iter().map(|person| person.name)
    }

    /// The role of an account.
    #[must_use]
    pub fn role(&self, account: &str) -> Role {
        PEOPLE.iter().find(|person| person.name == account).expect("an account of the tests").role
    }

    /// The journal of the program.
    #[must_use]
    pub fn journal(&self) -> &eventstore::Journal {
        &self.installation.journal
    }

    /// What the doors reach.
    #[must_use]
    pub fn state(&self) -> &web::AppState {
        &self.installation.state
    }

    /// Waits until every table has seen the whole journal and no mail is waiting to be sent or told of.
    pub async fn settle(&self) {
        let until = tokio::time::Instant::now() + PATIENCE;
        let mut positions = self.journal().positions();
        loop {
            positions.mark_unchanged();
            let head = self.journal().head().await.expect("the journal's head").position;
            let names = Table::ALL.iter().map(|table| table.name()).chain([
                dispatch::reactions::FOLLOWER,
                dispatch::notices::FOLLOWER,
                web::accounts::books::FOLLOWER,
            ]);
            for name in names {
                self.journal().wait_for(name, head, PATIENCE).await.expect("a follower at the journal's head");
            }
            let unread = readmodel::search::files::waiting(&self.installation.pool).await.expect("the files counted");
            let counts = dispatch::counts(&self.installation.pool).await.expect("the mails counted");
            let waiting = if self.sends_mail { counts.queued + counts.transmitting } else { 0 };
            let errands =
                web::office::records::errands::pending(self.state()).await.expect("what follows from changes");
            let busy = waiting + counts.unreported + unread + i64::try_from(errands.len()).unwrap_or(i64::MAX);
            if busy == 0 && self.journal().head().await.expect("the journal's head").position == head {
                return;
            }
            assert!(
                tokio::time::Instant::now() < until,
                "after {PATIENCE:?} mails or files are still waiting: {counts:?}, {unread}"
            );
            // What the worker has done becomes an event; a look in between for outcomes that become none.
            let moved = tokio::time::timeout(Duration::from_millis(50), positions.changed()).await;
            assert!(!matches!(moved, Ok(Err(_))), "the journal was closed");
        }
    }

    /// Stops it in order, as a signal would.
    pub async fn stop(self) {
        self.stop_and(async {}).await;
    }

    /// Stops it in order and looks at what it has left in its database, which goes with it.
    pub async fn stop_and<T>(mut self, look: impl Future<Output = T>) -> T {
        self.halt().await;
        look.await
    }

    /// Stops it in order, lets somebody do something to its folder, and starts it anew at the same address.
    pub async fn restart(&mut self, between: impl FnOnce(&std::path::Path) + Send + 'static) {
        self.halt().await;
        let (config, folder) = (self.installation.config.clone(), self.folder.path().to_owned());
        tokio::task::spawn_blocking(move || between(&folder)).await.expect("what was done in between was done");
        let inside = Database { config: self.database.config.clone(), server: None };
        let installation = Installation::open(&config, &inside, self.clock.clone()).await.expect("it opened again");
        self.installation = Arc::new(installation);
        self.stop = Stop::new();
        let workers = if self.sends_mail {
            self.installation.start_workers(&self.stop).expect("the workers started")
        } else {
            self.installation.start_followers(&self.stop)
        };
        self.workers = Some(workers);
        let address = self.base.trim_start_matches("http://");
        let listener = TcpListener::bind(address).expect("the same port");
        self.server = Some(serve(Arc::clone(&self.installation), listener, self.stop.clone()));
    }

    async fn halt(&mut self) {
        self.stop.pull();
        if let Some(workers) = self.workers.take() {
            workers.finished().await.expect("the workers ended in order");
        }
        if let Some(server) = self.server.take() {
            tokio::task::spawn_blocking(move || server.join().expect("the server ended in order"))
                .await
                .expect("joined");
        }
        self.installation.close().await;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.pull();
    }
}

/// The doors run on a thread of their own, as they do in the program.
fn serve(installation: Arc<Installation>, listener: TcpListener, stop: Stop) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(installation.serve(listener, &stop)).expect("the doors served");
    })
}

async fn accounts(database: &TestDatabase, deputy: DeputyId) -> BTreeMap<&'static str, String> {
    let client = database.connect().await;
    let now = Timestamp::now();
    let mut tokens = BTreeMap::new();
    for person in PEOPLE {
        let account = NewAccount {
            name: person.name.to_owned(),
            full_name: format!("Сынақ: {}", person.name),
            roles: [person.role].into(),
            ministry: person.ministry.map(|code| MinistryCode::new(code).expect("a ministry's code")),
            deputy: (person.role == Role::Deputy).then_some(deputy),
            person: (person.role == Role::Signatory).then_some(PREMIER),
            email: None,
            language: Language::Kk,
        };
        if person.role == Role::Clerk {
            password::open(&client, &account).await;
        } else {
            accounts::add(&client, &account, None, now).await.expect("an account opened");
        }
        let token = accounts::token::add(&client, person.name, "test", now).await.expect("a token made");
        tokens.insert(person.name, token.reveal().to_owned());
    }
    tokens
}

/// A request that is being put together.
pub struct Call<'a> {
    app: &'a TestApp,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call<'_> {
    /// With the token of an account.
    #[must_use]
    pub fn by(self, account: &str) -> Self {
        let token = format!("Bearer {}", self.app.token(account));
        self.header("Authorization", &token)
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With an idempotency key.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    /// On a version of the inquiry.
    #[must_use]
    pub fn seen(self, version: u64) -> Self {
        self.header("If-Match", &format!("\"{version}\""))
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string().into_bytes())
    }

    /// With a form.
    #[must_use]
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let encode = |text: &str| -> String {
            text.bytes()
                .map(|byte| match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                    _ => format!("%{byte:02X}"),
                })
                .collect()
        };
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.body("application/x-www-form-urlencoded", pairs.join("&").into_bytes())
    }

    /// With any body.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: Vec<u8>) -> Self {
        self.body = body;
        self.header("Content-Type", media_type)
    }

    /// Sends it and reads the whole answer.
    pub async fn send(self) -> Answer {
        let agent = self.app.agent.clone();
        let mut request =
            ureq::http::Request::builder().method(self.method.as_str()).uri(format!("{}{}", self.app.base, self.path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(self.body).expect("a request");
        let send = move || {
            // Methods that carry no body must be sent without one.
            let (parts, body) = request.into_parts();
            if body.is_empty() && parts.method != "POST" {
                agent.run(ureq::http::Request::from_parts(parts, ()))
            } else {
                agent.run(ureq::http::Request::from_parts(parts, body))
            }
        };
        let response = tokio::task::spawn_blocking(send).await.expect("sent").expect("an answer");
        tokio::task::spawn_blocking(move || Answer::read(response)).await.expect("read")
    }
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Answer {
    fn read(response: ureq::http::Response<ureq::Body>) -> Self {
        let status = response.status().as_u16();
        let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        let bytes = response.into_body().into_with_config().limit(64 << 20).read_to_vec().expect("the answer's body");
        Self { status, headers, bytes }
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// All values of a header that may come several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The version in `ETag`.
    #[must_use]
    pub fn version(&self) -> u64 {
        let tag = self.header("etag").unwrap_or_else(|| panic!("no ETag: {} {}", self.status, self.text()));
        tag.trim_matches('"').parse().unwrap_or_else(|_| panic!("{tag} is no version"))
    }

    /// Holds that the answer has this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// Holds that the answer is a problem of this status and code, whole and in the right media type.
    #[track_caller]
    pub fn is_problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        let body = self.json();
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["status"], status, "{body}");
        assert_eq!(body["type"], format!("urn:saual:problem:{code}"), "{body}");
        for field in ["title", "detail"] {
            assert!(!body[field].as_str().unwrap_or_default().is_empty(), "{body}");
        }
        body
    }
}

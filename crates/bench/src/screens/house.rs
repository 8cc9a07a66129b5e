//! An office that is made up, an installation over it in this process, and people who are signed in.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Context;
use directory::{Language, MinistryCode, Role};
use eventstore::{Journal, Settings};
use jiff::Timestamp;
use readmodel::followers::Table;
use readmodel::rebuild::{Options, rebuild};
use saual::config::Environment;
use saual::installation::{Database, Installation};
use saual::stop::Stop;
use tokio::time::sleep_until;
use tokio_postgres::{Client, Config};
use web::accounts::password::Password;
use web::accounts::{self, NewAccount};

use super::line::{Line, header};
use super::open_loop::Question;
use crate::generate;
use crate::ground::{Ground, connect};
use crate::report::progress;

/// The list as its rows alone are asked for: what a page cannot be faster than.
const BARE: &str =
    "select inquiry, number, subject, stage, lead, co_executors, contributed, recipients, due from register
                     where open order by due, inquiry limit 26";

/// An installation whose doors are open.
pub(super) struct House {
    pub(super) address: String,
    installation: Arc<Installation>,
    stop: Stop,
    server: JoinHandle<anyhow::Result<()>>,
    password: Password,
}

/// What a worklist is read from.
const READ: [Table; 2] = [Table::Register, Table::Proposals];

/// Makes a database of that name and in it an office of that many inquiries.
pub(super) async fn fill(ground: &Ground, name: &str, inquiries: u64) -> anyhow::Result<Config> {
    let config = ground.journal_database(name).await?;
    let mut client = connect(&config).await?;
    let since = Instant::now();
    let made = generate::inquiries(&mut client, inquiries, inquiries).await?;
    progress(&format!("screens: {} events took {:.0} s", made.events, since.elapsed().as_secs_f64()));
    let journal = Journal::open(eventstore::pool(&config, 8)?, config.clone(), Settings::MEASURED).await?;
    // What the pages that are asked read, made as an office's tables are that has its journal and nothing else.
    for table in READ {
        let since = Instant::now();
        rebuild(&journal, &config, table, &Options::usual("saual-bench"), &|_| ()).await?;
        progress(&format!("screens: the table {} took {:.0} s", table.name(), since.elapsed().as_secs_f64()));
    }
    journal.close().await;
    client.batch_execute("vacuum analyze").await?;
    // What is half made is not taken for whole by a later run.
    ground.keep(name).await?;
    Ok(config)
}

impl House {
    pub(super) async fn open(config: &Config, folder: &Path) -> anyhow::Result<Self> {
        let client = connect(config).await?;
        std::fs::create_dir_all(folder)?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let settings = saual::config::Config::demo(&Environment::of([]), folder, address)?;
        let database = Database { config: config.clone(), server: None };
        let clock = Arc::new(web::SystemClock);
        let installation = Arc::new(Installation::open(&settings, &database, clock).await?);
        let stop = Stop::new();
        let (inside, cord) = (Arc::clone(&installation), stop.clone());
        // The doors run on a thread of their own, as they do in the program.
        let server = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(inside.serve(listener, &cord))
        });
        let password = Password::drawn()?;
        // Of an office that an earlier run has left, nobody knows the passwords.
        client.batch_execute("delete from session; delete from account").await?;
        for (name, role, ministry) in PEOPLE {
            let account = NewAccount {
                name: name.to_owned(),
                full_name: name.to_owned(),
                roles: [role].into(),
                ministry: ministry.map(MinistryCode::new).transpose()?,
                deputy: None,
                person: None,
                email: None,
                language: Language::Kk,
            };
            accounts::add(&client, &account, Some(&password), Timestamp::now()).await?;
        }
        Ok(Self { address: address.to_string(), installation, stop, server, password })
    }

    /// What is asked, in turn.
    pub(super) async fn questions(&self) -> anyhow::Result<Vec<Question>> {
        let [clerk, executor, signatory] =
            [self.sign_in("clerk").await?, self.sign_in("executor").await?, self.sign_in("signatory").await?];
        let next = self.next_page(&clerk).await?;
        let search = |words: &str| format!("/inquiries?q={}", encoded(words));
        let asked = [
            ("as it opens, clerk", "/inquiries".to_owned(), &clerk),
            ("as it opens, executor", "/inquiries".to_owned(), &executor),
            ("as it opens, signatory", "/inquiries".to_owned(), &signatory),
            ("a lead", "/inquiries?lead=moj".to_owned(), &clerk),
            (
                "a lead's overdue, last received first",
                "/inquiries?lead=mot&state=overdue&order=received".to_owned(),
                &clerk,
            ),
            ("the next page", next, &clerk),
            ("overdue", "/inquiries?state=overdue".to_owned(), &clerk),
            ("for signature, signatory", "/inquiries?state=for_signature".to_owned(), &signatory),
            ("closed, last received first", "/inquiries?state=closed&order=received".to_owned(), &clerk),
            // In half of all subjects, in one of a hundred, in one of thousands.
            ("a frequent word", search("облысы"), &clerk),
            ("a word", search("көпірді"), &clerk),
            ("a rare word", search("Тұйғын Мұғалжар"), &clerk),
            ("a word, executor", search("көпірді"), &executor),
            ("a number", search("ДС-326"), &clerk),
        ];
        Ok(asked.map(|(name, path, cookie)| Question::of(&self.address, name, &path, cookie)).into())
    }

    /// The session of somebody, as a cookie.
    async fn sign_in(&self, name: &str) -> anyhow::Result<String> {
        let body = format!("next=%2F&name={name}&password={}", self.password.reveal());
        let (address, length) = (&self.address, body.len());
        let request = format!(
            "POST /login HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nAccept: text/html\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let answer = Line::open(address).await?.ask(&request).await?;
        let cookie = header(&answer.head, "set-cookie").and_then(|cookie| cookie.split(';').next());
        Ok(cookie.with_context(|| format!("{name} could not sign in: {}", answer.head))?.to_owned())
    }

    /// Where the first page leads on to.
    async fn next_page(&self, cookie: &str) -> anyhow::Result<String> {
        let question = Question::of(&self.address, "first", "/inquiries", cookie);
        let answer = Line::open(&self.address).await?.ask(&question.request).await?;
        let page = String::from_utf8(answer.body)?;
        let next = page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        Ok(next.context("the worklist has one page only")?.replace("&amp;", "&").replace("&#x3D;", "="))
    }

    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.stop.pull();
        let server = self.server;
        let ended = tokio::task::spawn_blocking(move || server.join()).await?;
        ended.map_err(|_| anyhow::anyhow!("the doors broke off"))??;
        self.installation.close().await;
        Ok(())
    }
}

/// Who looks: the ministry is one that has a part in more than any other.
const PEOPLE: [(&str, Role, Option<&str>); 3] =
    [("clerk", Role::Clerk, None), ("executor", Role::Executor, Some("mof")), ("signatory", Role::Signatory, None)];

/// As it stands in an address.
fn encoded(words: &str) -> String {
    words.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The bare rows at the same rate by one connection, each time counted from its turn.
pub(super) async fn bare(client: &Client, rate: u32, time: Duration) -> anyhow::Result<Vec<Duration>> {
    let statement = client.prepare(BARE).await?;
    let begin = tokio::time::Instant::now();
    let mut took = Vec::new();
    for turn in 0.. {
        let at = begin + Duration::from_secs(1) * turn / rate;
        if at.duration_since(begin) >= time {
            break;
        }
        sleep_until(at).await;
        client.query(&statement, &[]).await?;
        took.push(at.elapsed());
    }
    Ok(took)
}

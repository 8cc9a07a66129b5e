//! `saual demo`: the whole story of ДС-326 on a private PostgreSQL, through the same doors as users, and the files it leaves.

pub(crate) mod accounts;
mod clock;
pub(crate) mod doors;
mod files;
mod print;
mod story;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use directory::{Directory, Language};
use inquiry::link::PersonalLink;
use inquiry::{EventName, InquiryId, RecipientNo};
use sha2::{Digest, Sha256};

use crate::cli;
use crate::config::{Config, Environment};
use crate::exit::{self, Answer};
use crate::installation::{Database, Installation, listen};
use crate::stop::Stop;

use accounts::Accounts;
use clock::StoryClock;
use doors::Doors;
use print::Printer;

/// More events than the story has.
const MOST_EVENTS: i64 = 1_000;

/// What is logged while the story is told: the story itself is the output, so only what goes wrong.
pub(crate) fn log_filter(environment: &Environment) -> &str {
    environment.get("SAUAL_LOG").unwrap_or("warn,typst=error")
}

/// Tells the story, checks the journal, leaves the files, and serves the pages until stopped.
///
/// # Errors
/// Anything that breaks the story off; telling it again on the same folder goes on where it broke.
pub async fn run(config: &Config, database: &Database, asked: &cli::Demo) -> Result<Answer, exit::Stop> {
    let signals = Stop::by_signals().context("signals cannot be listened to")?;
    // With --once nobody else looks: any free port will do, and a taken one is no reason to fail.
    let address = if asked.once { SocketAddr::from(([127, 0, 0, 1], 0)) } else { config.listen };
    let listener = listen(address)?;
    let config = Config {
        public_url: config.public_url.clone(),
        listen: listener.local_addr().context("no address")?,
        ..config.clone()
    };
    let stop = Stop::new();
    tokio::select! {
        told = tell(&config, database, asked, listener, &stop) => told,
        () = interrupted(&signals, &stop, asked.once) => {
            Err(anyhow::anyhow!("interrupted; nothing is lost, the same command goes on from here").into())
        }
    }
}

/// With --once a signal ends the story where it stands; nothing is lost by that. While pages are served, it ends them in order,
/// and `tell` answers.
async fn interrupted(signals: &Stop, stop: &Stop, once: bool) {
    signals.pulled().await;
    stop.pull();
    if !once {
        std::future::pending().await
    }
}

async fn tell(
    config: &Config,
    database: &Database,
    asked: &cli::Demo,
    listener: TcpListener,
    stop: &Stop,
) -> Result<Answer, exit::Stop> {
    database.migrate().await?;
    let client = database.connect().await?;
    let directory = Directory::embedded().context("the reference data is faulty")?;
    let accounts = accounts::open(&client, &directory, &config.data).await?;
    let clock = Arc::new(StoryClock::new());
    let installation = Installation::open(config, database, clock.clone()).await?;
    if let Some(at) = last_moment(&installation).await? {
        clock.set(at);
    }
    let workers = installation.start_workers(stop)?;
    let served = installation.serve(listener, stop);
    let story = async {
        let printer = Printer::new(asked.json);
        let (printer, files) =
            told(config, &installation, &accounts, clock.clone(), printer, asked.lang.into()).await?;
        accounts::close(&client).await?;
        clock.release();
        let verdict = eventstore::verify(&installation.pool).await.context("the journal could not be checked")?;
        printer.done(&files, &verdict.to_string(), verdict.is_intact());
        if asked.once {
            stop.pull();
        } else {
            let page = deputys_page(&installation).await?;
            invite(&printer, config, &accounts, page.as_deref(), asked.lang.into());
        }
        anyhow::Ok(if verdict.is_intact() { Answer::Yes } else { Answer::No })
    };
    let (served, answer) = tokio::join!(served, async {
        let answer = story.await;
        if answer.is_err() {
            stop.pull();
        }
        answer
    });
    served?;
    stop.pull();
    workers.finished().await?;
    installation.close().await;
    Ok(answer?)
}

/// The story and its files. HTTP is asked from a thread of its own, so that doors and workers are not held up by their own guest.
async fn told(
    config: &Config,
    installation: &Installation,
    accounts: &Accounts,
    clock: Arc<StoryClock>,
    mut printer: Printer,
    language: Language,
) -> anyhow::Result<(Printer, Vec<PathBuf>)> {
    let doors = Doors::new(format!("http://{}", config.listen), accounts.tokens.clone(), language);
    let data = config.data.clone();
    printer.say("ДС-326: Оңтүстік Кореяда еңбек етіп жатқан Қазақстан азаматтарының құқықтарын қорғау туралы");
    printer.say("");
    let telling = tokio::task::spawn_blocking(move || {
        let story = story::tell(&doors, clock, &mut printer)?;
        let files = files::letters(&doors, &story, &data)?;
        anyhow::Ok((printer, story, files))
    });
    let (printer, story, mut files) = telling.await.context("the story's thread broke off")??;
    files.extend(files::mails(&story, &config.outbox())?);
    // Signed before the bundle is made, so that it holds the signed head.
    installation.sign_head().await?;
    files.push(files::evidence(installation, &story.inquiry, &config.data).await?);
    files.push(files::bundle(&installation.pool, &config.data).await?);
    Ok((printer, files))
}

/// When the last event of the journal happened, so that workers that wake first do not live in another year.
async fn last_moment(installation: &Installation) -> anyhow::Result<Option<jiff::Timestamp>> {
    let head = installation.journal.head().await?;
    let last = installation.journal.read_after(head.position - 1, 1).await?;
    Ok(last.first().map(|event| event.at))
}

/// The page that the link in the first deputy's mail leads to.
async fn deputys_page(installation: &Installation) -> anyhow::Result<Option<String>> {
    let recorded = installation.journal.read_after(0, MOST_EVENTS).await?;
    let sent = recorded.iter().find(|event| event.event_type == EventName::DispatchOrdered.stored());
    let found = sent.and_then(|event| Some((event, InquiryId::of_stream(event.stream.as_str())?)));
    Ok(found.map(|(event, inquiry)| {
        let link = PersonalLink { inquiry, recipient: RecipientNo(1), order: 1 };
        format!("{}/d/{}", installation.config.public_base(), installation.links.token(link, event.at))
    }))
}

fn invite(printer: &Printer, config: &Config, accounts: &Accounts, page: Option<&str>, language: Language) {
    let (pages, deputy, password, note) = match language {
        Language::Kk => (
            "беттер (тоқтату: Ctrl-C)",
            "депутаттың беті, хаттағы жеке сілтемесі",
            "барлық тіркелгінің құпиясөзі",
            "Жеке қолдың орнына сервердің мөрі басылған, хаттар файл күйінде: бұл машинадан ештеңе шықпайды.",
        ),
        Language::Ru => (
            "страницы (остановить: Ctrl-C)",
            "страница депутата, личная ссылка из письма",
            "пароль всех учётных записей",
            "Вместо личных подписей стоит печать сервера, письма записаны в файлы: за пределы этой машины ничего не уходит.",
        ),
        Language::En => (
            "pages (stop with Ctrl-C)",
            "a deputy's page, the personal link in the mail",
            "password of all accounts",
            "The server's seal stands in for personal signatures, and mails are files: nothing leaves this machine.",
        ),
    };
    printer.say("");
    printer.say(&format!("{pages}: {}", config.public_url));
    if let Some(page) = page {
        printer.say(&format!("{deputy}: {page}"));
    }
    printer.say(&format!("{password}: {}", accounts.password));
    for (name, role, full_name) in accounts::names() {
        printer.say(&format!("   {name:<10} {} · {full_name}", role.words(language)));
    }
    printer.say(note);
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn sha256_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

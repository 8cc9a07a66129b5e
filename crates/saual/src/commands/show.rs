//! `saual show`: an inquiry's history in words, from its own events, and the inquiries that it asks about again or that ask again about it.

use anyhow::Context;
use directory::{InquiryNumber, Language};
use eventstore::{Journal, StreamId};
use inquiry::state::Stage;
use inquiry::{Event, Inquiry, InquiryId};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{print, wrong_use};
use crate::cli::Show;
use crate::exit::{Answer, Stop};
use crate::installation::Database;

/// Connections of this command.
const CONNECTIONS: usize = 2;

pub(super) async fn run(database: &Database, asked: &Show) -> Result<Answer, Stop> {
    let language = Language::from(asked.lang);
    let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
    // No line of the history shows a personal text, so this command needs no key.
    let journal = Journal::open(pool.clone(), database.config.clone(), eventstore::Settings::MEASURED)
        .await
        .context("the journal cannot be opened; `saual migrate` prepares a database")?;
    let moment = asked.as_of.as_deref().map(|text| moment(text, language)).transpose()?;
    let found = find(&pool, &asked.inquiry).await?;
    for inquiry in &found {
        tell(&journal, &pool, *inquiry, moment, language).await?;
    }
    journal.close().await;
    if found.is_empty() {
        print(&format!("no inquiry is known as {}", asked.inquiry));
        return Ok(Answer::No);
    }
    Ok(Answer::Yes)
}

/// A moment, and the journal's position where a link has one.
type Moment = (Timestamp, Option<i64>);

/// As the pages and the API read it.
fn moment(text: &str, language: Language) -> Result<Moment, Stop> {
    web::moment::typed(text, Timestamp::now()).map_err(|what| wrong_use(what.in_language(language).to_owned()))
}

/// By id, or by number in any spelling; several inquiries of different years may bear one number.
pub(super) async fn find(pool: &deadpool_postgres::Pool, wanted: &str) -> Result<Vec<InquiryId>, Stop> {
    if let Ok(id) = wanted.parse::<InquiryId>() {
        return Ok(vec![id]);
    }
    let number = InquiryNumber::sought(wanted)
        .map_err(|error| wrong_use(format!("`{wanted}` is neither an id nor a number such as ДС-326: {error}")))?;
    let client = pool.get().await.context("the database does not answer")?;
    let guard = readmodel::Guard::found(&client).await.context("the roles of readers cannot be looked for")?;
    drop(client);
    let reader = readmodel::Reader::new(pool.clone(), guard, readmodel::Sight::Whole);
    let found = readmodel::register::find_by_number(&reader, &number).await.context("the register cannot be read")?;
    Ok(found.into_iter().map(|entry| entry.inquiry).collect())
}

async fn tell(
    journal: &Journal,
    pool: &deadpool_postgres::Pool,
    id: InquiryId,
    moment: Option<Moment>,
    language: Language,
) -> Result<(), Stop> {
    let stream = StreamId::new(id.stream_id()).context("the id makes no stream")?;
    let mut events = journal.load(&stream).await.context("the history cannot be read")?;
    if let Some((at, position)) = moment {
        events.truncate(web::moment::known(&events, at, position));
    }
    eventstore::privacy::hide(&mut events);
    let mut state = Inquiry::NotReceived;
    let mut lines = Vec::new();
    for recorded in &events {
        let today =
            Event::from_stored(&recorded.event_type, recorded.schema_version, recorded.text()).with_context(|| {
                format!("the event at position {} is of a kind that this program does not know", recorded.position)
            })?;
        let at = recorded.at.to_zoned(TimeZone::get("Asia/Almaty").context("the time zone is missing")?);
        for event in &today {
            lines.push(format!(
                "{:>4}  {}  {:<16} {}  [{} #{}]",
                recorded.version,
                at.strftime("%Y-%m-%d %H:%M"),
                recorded.actor,
                event.words(language),
                recorded.event_type,
                recorded.position,
            ));
            state = state.evolve(event);
        }
    }
    match state.dossier() {
        None => print(&format!("{id}: nothing had happened yet")),
        Some(dossier) => {
            print(&format!("{}  {}  {}", dossier.intake.number, dossier.intake.dated, dossier.intake.subject));
            print(&format!("{}  ·  {}", dossier.stage.name().words(language), id));
            if let Stage::ForSignature(paper) = &dossier.stage {
                let signed = paper.given().iter().map(|given| given.signatory.name.as_str()).collect::<Vec<_>>();
                if !signed.is_empty() {
                    print(&format!("{}: {}", has_signed(language), signed.join(", ")));
                }
                print(&format!("{}: {}", is_awaited(language), paper.awaited_names()));
            }
            if let Some(first) =
                readmodel::proposals::followed_by(pool, id).await.context("proposals cannot be read")?
            {
                let stream = StreamId::new(first.stream_id()).context("the id makes no stream")?;
                let known = journal.aggregate::<Inquiry>(&stream).await.context("the history cannot be read")?;
                let number = known.aggregate.dossier().map(|first| first.intake.number.to_string());
                print(&related(asks_again(language), &number.unwrap_or_default(), first));
            }
            for link in &dossier.repeats {
                print(&related(repeat(language), &link.number, link.repeat));
            }
            print("");
        }
    }
    for line in lines {
        print(&line);
    }
    Ok(())
}

/// «повторный к запросу: ДС-326  ·  018b…»
fn related(words: &str, number: &str, inquiry: InquiryId) -> String {
    format!("{words}: {number}  ·  {inquiry}")
}

const fn has_signed(language: Language) -> &'static str {
    match language {
        Language::Kk => "қол қойды",
        Language::Ru => "подписали",
        Language::En => "signed by",
    }
}

const fn is_awaited(language: Language) -> &'static str {
    match language {
        Language::Kk => "қолы күтілуде",
        Language::Ru => "ожидаются подписи",
        Language::En => "awaits the signature of",
    }
}

const fn asks_again(language: Language) -> &'static str {
    match language {
        Language::Kk => "мына сауалдың қайталамасы",
        Language::Ru => "повторный к запросу",
        Language::En => "asks again about",
    }
}

const fn repeat(language: Language) -> &'static str {
    match language {
        Language::Kk => "қайталама сауал",
        Language::Ru => "повторный запрос",
        Language::En => "repeat inquiry",
    }
}

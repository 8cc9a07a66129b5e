//! What a change to a ministry does, told before it is recorded: whoever has read it presses once more. Of what the rules refuse it is not told.

use directory::changes::event::{Change, MinistryRenamed};
use directory::{Language, MinistryCode, Multilingual};
use jiff::civil::Date;
use readmodel::register;

use super::super::fields::say;
use super::told;
use crate::office::records::open_with;
use crate::problem::Problem;
use crate::state::AppState;

/// A sentence each; none where the form itself has shown everything, or where nothing would change.
///
/// # Errors
/// A failure.
pub(super) async fn sentences(state: &AppState, change: &Change, language: Language) -> Result<Vec<String>, Problem> {
    let (code, on) = match change {
        Change::MinistryRenamed(event) => return renamed(state, event, language).await,
        Change::MinistryMerged(event) => (&event.code, event.on),
        Change::MinistrySplit(event) => (&event.code, event.on),
        _ => return Ok(Vec::new()),
    };
    let directory = state.directory();
    // Of a day that is still to come the form has shown all there is; and what is recorded already, by the same form sent twice, is no news.
    if on >= state.today() || directory.ministry(code).is_some_and(|known| known.period.until == Some(on)) {
        return Ok(Vec::new());
    }
    let went = told::detail(change, &directory, language);
    let open = open_with(state, code).await?;
    let mut sentences = vec![say(
        language,
        &format!("{went}: бұл күн өтіп кеткен, сондықтан ашық сауалдар мұрагерге бірден өтеді. Саны: {open}."),
        &format!("{went}: этот день уже прошёл, поэтому открытые запросы перейдут к преемнику сразу. Их: {open}."),
        &format!("{went}: that day has gone by, so that open inquiries go to the successor at once. There are {open}."),
    )];
    sentences.extend(named_since(state, code, on, language).await?);
    Ok(sentences)
}

/// Which name takes the place of which, from which day on.
async fn renamed(state: &AppState, event: &MinistryRenamed, language: Language) -> Result<Vec<String>, Problem> {
    let directory = state.directory();
    let Some(known) = directory.ministry(&event.code) else { return Ok(Vec::new()) };
    if known.name == event.name && known.abbreviation == event.abbreviation {
        return Ok(Vec::new());
    }
    let day = event.since.strftime("%d.%m.%Y").to_string();
    let mut sentences = Vec::new();
    for spoken in Language::ALL {
        let before = called(&known.name, &known.abbreviation, spoken);
        let after = called(&event.name, &event.abbreviation, spoken);
        if before != after {
            sentences.push(format!("{day}, {}: {before} → {after}", spoken.words(language)));
        }
    }
    let open = open_with(state, &event.code).await?;
    sentences.push(say(
        language,
        &format!("Ашық сауалдар министрлікте қалады, саны: {open}. Қол қойылған хаттардағы атау өзгермейді."),
        &format!("Открытые запросы остаются за министерством, их: {open}. В подписанных письмах название прежнее."),
        &format!("Open inquiries stay with the ministry: {open}. In letters that are signed its name stays as it was."),
    ));
    if event.since < state.today() {
        sentences.extend(named_since(state, &event.code, event.since, language).await?);
    }
    Ok(sentences)
}

/// A name with its short form; a dash where there is none in that language.
fn called(name: &Multilingual, short: &Multilingual, spoken: Language) -> String {
    let of = |text: &Multilingual| match spoken {
        Language::Kk => text.kk.clone(),
        Language::Ru => text.ru.clone(),
        Language::En => text.en.clone().unwrap_or_else(|| "–".to_owned()),
    };
    format!("{} ({})", of(name), of(short))
}

/// How much happened since a day that has gone by; nothing where nothing did.
async fn named_since(
    state: &AppState,
    code: &MinistryCode,
    on: Date,
    language: Language,
) -> Result<Option<String>, Problem> {
    let later = register::count_named_since(&state.house(), code, on).await;
    let later = later.map_err(|error| Problem::failure("count what names a ministry", error))?;
    Ok((later > 0).then(|| {
        say(
            language,
            &format!("Осы күннен кейін келген не өзгерген, осы министрлікті атайтын сауалдар: {later}."),
            &format!("Запросов с этим министерством, поступивших или изменённых после этой даты: {later}."),
            &format!("Inquiries that name the ministry and came or changed after that day: {later}."),
        )
    }))
}

//! What a change to a ministry does, or taking a planned change back, told before it is recorded: whoever has read it presses once more. Of what the
//! rules refuse it is not told.

use directory::changes::Ledger;
use directory::changes::event::{Change, ChangeTakenBack, Chosen, MinistryRenamed};
use directory::{Actor, DeputyId, Language, MinistryCode, Multilingual};
use jiff::civil::Date;
use readmodel::register;

use super::super::fields::say;
use super::told::{self, Called};
use crate::accounts;
use crate::office::records::open_with;
use crate::office::records::preview::{self, Going};
use crate::problem::Problem;
use crate::state::AppState;

/// A sentence each; none where nothing would change.
///
/// # Errors
/// A failure.
pub(super) async fn sentences(state: &AppState, change: &Change, language: Language) -> Result<Vec<String>, Problem> {
    let end = match change {
        Change::MinistryRenamed(event) => return renamed(state, event, language).await,
        Change::MinistryMerged(event) => End {
            code: &event.code,
            on: event.on,
            into: std::slice::from_ref(&event.into),
            otherwise: Some(&event.into),
            chosen: &[],
        },
        Change::MinistrySplit(event) => End {
            code: &event.code,
            on: event.on,
            into: &event.into,
            otherwise: Some(&event.otherwise),
            chosen: &event.chosen,
        },
        Change::MinistryAbolished(event) => {
            End { code: &event.code, on: event.on, into: &[], otherwise: None, chosen: &[] }
        }
        Change::ChangeTakenBack(event) => return taken_back(state, event, language).await,
        _ => return Ok(Vec::new()),
    };
    // What is recorded already, by the same form sent twice, is no news.
    if state.directory().ministry(end.code).is_some_and(|known| known.period.until == Some(end.on)) {
        return Ok(Vec::new());
    }
    match end.otherwise {
        Some(otherwise) => succeeded(state, &end, otherwise, language).await,
        None => left_behind(state, &end, language).await,
    }
}

/// The end of a ministry.
struct End<'a> {
    code: &'a MinistryCode,
    on: Date,
    /// Its successors.
    into: &'a [MinistryCode],
    /// The one to which all goes that nobody chose another for; none where nobody takes over.
    otherwise: Option<&'a MinistryCode>,
    chosen: &'a [Chosen],
}

impl End<'_> {
    /// How many of its open inquiries go to one of its successors.
    fn share(&self, to: &MinistryCode, otherwise: &MinistryCode, going: &[Going], all: u64) -> u64 {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let goes_to = |one: &&Going| {
            let chosen = self.chosen.iter().find(|chosen| chosen.inquiry == one.entry.inquiry.0);
            chosen.map_or(otherwise, |chosen| &chosen.to) == to
        };
        let own = count(going.iter().filter(goes_to).count());
        // Nobody could choose for those that the page did not show.
        if to == otherwise { own + all.saturating_sub(count(going.len())) } else { own }
    }
}

/// Whether the end of a ministry can still be taken back once it is recorded.
fn undone(on: Date, today: Date, language: Language) -> String {
    if today < on {
        return say(
            language,
            "Ол күн келгенше мұны қайтарып алуға болады.",
            "Пока этот день не наступил, это можно отменить.",
            "Until that day comes, it can be taken back.",
        );
    }
    say(
        language,
        "Жазылғаннан кейін мұны кері қайтару мүмкін емес.",
        "После записи отменить это нельзя.",
        "Once it is recorded, nothing takes it back.",
    )
}

/// What does not come to pass once a planned change is taken back.
async fn taken_back(state: &AppState, event: &ChangeTakenBack, language: Language) -> Result<Vec<String>, Problem> {
    let (ledger, directory) = (state.records.ledger(), state.directory());
    // What was taken back already, by the same form sent twice, is no news.
    let Some((planned, true)) = ledger.at_version(event.version) else { return Ok(Vec::new()) };
    let called = Called { directory: &directory, ledger: &ledger, on: state.today(), language };
    let what = called.taken_back(planned, event.version);
    let mut sentences = vec![say(
        language,
        &format!("Бұл өзгеріс күшіне енбейді: {what}. Тарихта оның енгізілгені де, қайтарып алынғаны да қалады."),
        &format!("Это изменение не вступит в силу: {what}. В истории останется и оно, и его отмена."),
        &format!("This change will not come to pass: {what}. The history keeps it, and that it was taken back."),
    )];
    let ends = match planned {
        Change::MinistryMerged(end) => Some(&end.code),
        Change::MinistrySplit(end) => Some(&end.code),
        Change::MinistryAbolished(end) => Some(&end.code),
        Change::MinistryFounded(founded) => {
            sentences.extend(accounts_left(state, &founded.code, language).await?);
            None
        }
        _ => None,
    };
    let mut without = Ledger::clone(&ledger);
    without.evolve(event.clone().into());
    let without = without.directory(&state.records.seed());
    // Whoever has sat before stays in the records.
    if let Change::DeputyEntered(entered) = planned
        && without.deputy(entered.id).is_none()
    {
        sentences.extend(deputy_left(state, entered.id, language).await?);
    }
    // Another change may have brought its end forward: that one stands.
    let goes_on = |code: &&MinistryCode| without.ministry(code).is_some_and(|known| known.period.until.is_none());
    if let Some(code) = ends.filter(goes_on) {
        let (of, open) = (called.short(code), open_with(state, code).await?);
        sentences.push(say(
            language,
            &format!("{of} жұмысын жалғастырады, ашық сауалдары өзінде қалады: {open}."),
            &format!("{of} продолжает работу, открытые запросы остаются за ним: {open}."),
            &format!("{of} goes on, and its open inquiries stay with it: {open}."),
        ));
    }
    Ok(sentences)
}

/// What names a deputy who will not be in the records: before their day, inquiries and accounts could name them already.
async fn deputy_left(state: &AppState, deputy: DeputyId, language: Language) -> Result<Vec<String>, Problem> {
    let open = register::count_naming(&state.house(), deputy).await;
    let open = open.map_err(|error| Problem::failure("count the open inquiries that name a deputy", error))?;
    let mut sentences = Vec::new();
    if open > 0 {
        sentences.push(say(
            language,
            &format!("Бұл депутат көрсетілген ашық сауалдар: {open}. Олардағы жауап алушылар тізімі өзгермейді, бірақ анықтамалықта бұл депутат болмайды."),
            &format!("Открытых запросов с этим депутатом: {open}. Список адресатов в них не изменится, но в справочнике этого депутата не будет."),
            &format!("Open inquiries that name this deputy: {open}. Their lists of recipients stay as they are, but the records will not have the deputy."),
        ));
    }
    let accounts = accounts_with(state, |actor| actor.deputy == Some(deputy)).await?;
    if !accounts.is_empty() {
        sentences.push(say(
            language,
            &format!("Депутаттың ашық есептік жазбалары қалады: {accounts}."),
            &format!("У депутата остаются открытые учётные записи: {accounts}."),
            &format!("Open accounts of the deputy are left: {accounts}."),
        ));
    }
    Ok(sentences)
}

/// What goes over to whom when a ministry ends that has a successor.
async fn succeeded(
    state: &AppState,
    end: &End<'_>,
    otherwise: &MinistryCode,
    language: Language,
) -> Result<Vec<String>, Problem> {
    let (directory, ledger, today) = (state.directory(), state.records.ledger(), state.today());
    let called = Called { directory: &directory, ledger: &ledger, on: today, language };
    let short = |code: &MinistryCode| called.short(code);
    let (of, to) = (short(end.code), end.into.iter().map(short).collect::<Vec<_>>().join(", "));
    let (day, undone) = (told::shown(end.on), undone(end.on, today, language));
    let (going, open) = preview::of_ministry(state, end.code).await?;
    let mut sentences = vec![
        say(
            language,
            &format!("{of} {day} күні аяқталады, орнына: {to}. {undone}"),
            &format!("{of} прекращается {day}, вместо него: {to}. {undone}"),
            &format!("{of} ends on {day}, and in its place: {to}. {undone}"),
        ),
        inquiries_go(&format!("{of} → {to}, {day}"), end.on, today, open, language),
    ];
    if end.into.len() > 1 {
        let shares =
            end.into.iter().map(|code| format!("{} – {}", short(code), end.share(code, otherwise, &going, open)));
        let shares = shares.collect::<Vec<_>>().join(", ");
        sentences.push(say(
            language,
            &format!("Ашық сауалдар мұрагерлер бойынша: {shares}."),
            &format!("Открытые запросы по преемникам: {shares}."),
            &format!("Open inquiries by successor: {shares}."),
        ));
    }
    let accounts = accounts_of(state, end.code.as_str()).await?;
    if !accounts.is_empty() {
        let to = short(otherwise);
        sentences.push(say(
            language,
            &format!("Есептік жазбалар солармен бірге өтеді, {to}: {accounts}."),
            &format!("Вместе с ними перейдут учётные записи, {to}: {accounts}."),
            &format!("Accounts go with them, {to}: {accounts}."),
        ));
    }
    if end.on < today {
        sentences.extend(named_since(state, end.code, end.on, language).await?);
    }
    Ok(sentences)
}

/// When the open inquiries of a ministry that ends go over, and how many there are.
fn inquiries_go(went: &str, on: Date, today: Date, open: u64, language: Language) -> String {
    if on < today {
        return say(
            language,
            &format!("{went}: бұл күн өтіп кеткен, сондықтан ашық сауалдар мұрагерге бірден өтеді. Саны: {open}."),
            &format!("{went}: этот день уже прошёл, поэтому открытые запросы перейдут к преемнику сразу. Их: {open}."),
            &format!(
                "{went}: that day has gone by, so that open inquiries go to the successor at once. There are {open}."
            ),
        );
    }
    if on == today {
        return say(
            language,
            &format!("Ашық сауалдар мұрагерге бірден өтеді, саны: {open}."),
            &format!("Открытые запросы перейдут к преемнику сразу, их: {open}."),
            &format!("Open inquiries go to the successor at once: {open}."),
        );
    }
    say(
        language,
        &format!("Ашық сауалдар мұрагерге сол күні өтеді, қазір саны: {open}."),
        &format!("Открытые запросы перейдут к преемнику в этот день, сейчас их: {open}."),
        &format!("Open inquiries go to the successor on that day, now there are: {open}."),
    )
}

/// What a ministry without a successor leaves behind.
async fn left_behind(state: &AppState, end: &End<'_>, language: Language) -> Result<Vec<String>, Problem> {
    let (directory, ledger, today) = (state.directory(), state.records.ledger(), state.today());
    let called = Called { directory: &directory, ledger: &ledger, on: today, language };
    let (of, day) = (called.short(end.code), told::shown(end.on));
    let undone = undone(end.on, today, language);
    let mut sentences = vec![say(
        language,
        &format!("{of} {day} күні мұрагерсіз аяқталады. {undone}"),
        &format!("{of} прекращается {day} без преемника. {undone}"),
        &format!("{of} ends on {day} without a successor. {undone}"),
    )];
    sentences.extend(accounts_left(state, end.code, language).await?);
    sentences.extend(named_since(state, end.code, end.on, language).await?);
    Ok(sentences)
}

/// Who is left with a ministry that is no more; none where nobody is.
async fn accounts_left(state: &AppState, code: &MinistryCode, language: Language) -> Result<Option<String>, Problem> {
    let accounts = accounts_of(state, code.as_str()).await?;
    let words = || {
        say(
            language,
            &format!("Министрліктің ашық есептік жазбалары қалады: {accounts}."),
            &format!("У министерства остаются открытые учётные записи: {accounts}."),
            &format!("Open accounts of the ministry are left: {accounts}."),
        )
    };
    Ok((!accounts.is_empty()).then(words))
}

/// Who writes for a ministry, by their names.
///
/// # Errors
/// A failure.
pub(super) async fn accounts_of(state: &AppState, code: &str) -> Result<String, Problem> {
    accounts_with(state, |actor| actor.ministry.as_ref().is_some_and(|own| own.as_str() == code)).await
}

/// The names of those whose open accounts are of somebody.
async fn accounts_with(state: &AppState, is_one: impl Fn(&Actor) -> bool) -> Result<String, Problem> {
    let client = state.pool.get().await?;
    let all = accounts::list(&client).await.map_err(|error| Problem::failure("list the accounts", error))?;
    let own = all.iter().filter(|one| is_one(&one.actor));
    Ok(own.map(|one| one.full_name.as_str()).collect::<Vec<_>>().join(", "))
}

/// Which name takes the place of which, from which day on.
async fn renamed(state: &AppState, event: &MinistryRenamed, language: Language) -> Result<Vec<String>, Problem> {
    let directory = state.directory();
    let Some(known) = directory.ministry(&event.code) else { return Ok(Vec::new()) };
    let day = told::shown(event.since);
    if known.name == event.name && known.abbreviation == event.abbreviation {
        let moved = directory.renamed_on(&event.code).filter(|was| *was != event.since);
        let words = moved.map(told::shown).map(|was| {
            say(
                language,
                &format!("Атауы өзгермейді, оның күшіне енетін күні өзгереді: {was} → {day}."),
                &format!("Название прежнее, меняется день, с которого оно действует: {was} → {day}."),
                &format!("The name stays; the day from which it holds becomes another: {was} → {day}."),
            )
        });
        return Ok(words.into_iter().collect());
    }
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

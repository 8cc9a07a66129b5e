//! The text of a draft, and of a contribution, in the forms of editors: out, back in, and what changed between two versions.

use actix_web::http::header;
use actix_web::web::{Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use directory::{Actor, Language, MinistryCode, Role};
use inquiry::allowed::roles;
use inquiry::{CommandName, DraftVersion};
use letter::provenance::Sourced;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::commands::{CommandDone, done_body, inquiry_of, with_version};
use super::conditions::{self, Version};
use super::reply::named;
use crate::office::drafts::comparing::{self, Comparison};
use crate::office::drafts::forms::{self, MEDIA_TYPES, TextForm};
use crate::office::drafts::sheets;
use crate::office::drafts::taking::{self, Report, Sent, Taken};
use crate::office::drafts::{body_of, version, versions};
use crate::office::files::FILE_LIMIT;
use crate::office::letters::{Form, file_name, in_letter};
use crate::office::seeing::Seen;
use crate::office::{at_work, seeing, to_the_end};
use crate::permission::{Permission, STAFF};
use crate::problem::Problem;
use crate::routes::{Answer, Condition, Gives, Route};
use crate::speech::Words;
use crate::{Caller, Speaks, State};

const DRAFT: &str = "/api/v1/inquiries/{id}/draft.{form}";
const CONTRIBUTION: &str = "/api/v1/inquiries/{id}/contribution.{form}";
const CHANGES: &str = "/api/v1/inquiries/{id}/draft/changes";

pub(super) fn routes() -> Vec<Route> {
    let text = |means| Answer { status: 200, means, gives: Gives::AnyOf(MEDIA_TYPES) };
    let changes = |path: &str, name: &str| {
        Route::get(path, name, STAFF, changes)
            .summary("What changed between two versions of the draft: everything that a visa binds to.")
            .query::<ChangesQuery>()
    };
    vec![
        Route::get(DRAFT, "get_draft", STAFF, get_draft)
            .summary("The draft's text for an editor: `md`, `json` (with sources), `rich.json`, or `docx`, the whole letter; any version. `ETag` is what a PUT sends in `If-Match`.")
            .query::<TextQuery>()
            .answer(text("The text.")),
        Route::put(DRAFT, "put_draft", Permission::AnyOf(roles(CommandName::ReviseDraft)), put_draft)
            .summary("Makes a new version of the draft from an edited text, 20 MB at most; everything else stays as it is, links to questions follow their blocks.")
            .query::<PutQuery>()
            .text::<DraftText>(SENT_TYPES)
            .needs(Condition::KeyAndVersion)
            .gives::<TextTaken>(200, "Done, or only read; what changed and everything else that the text says."),
        Route::get(CONTRIBUTION, "get_contribution", STAFF, get_contribution)
            .summary("A ministry's last contribution for an editor: `md`, `json` or `rich.json`; `docx` has the task and the questions in front, one's own also before there is one, with the text as it is being written.")
            .query::<ContributionQuery>()
            .answer(text("The text.")),
        Route::put(CONTRIBUTION, "put_contribution", Permission::AnyOf(roles(CommandName::SubmitContribution)), put_contribution)
            .summary("Sends a text as the contribution of one's ministry, 20 MB at most; its files and the questions it answers stay those of the one before.")
            .query::<PutQuery>()
            .text::<DraftText>(SENT_TYPES)
            .needs(Condition::KeyAndVersion)
            .gives::<TextTaken>(200, "Done, or only read; what changed and everything else that the text says."),
        changes(CHANGES, "get_draft_changes")
            .gives::<Comparison>(200, "What changed, as data; as text for `Accept: text/plain`."),
        changes("/api/v1/inquiries/{id}/draft/changes.txt", "get_draft_changes_text")
            .answer(Answer { status: 200, means: "What changed, as text.", gives: Gives::Bytes("text/plain") }),
    ]
}

/// What is taken beside JSON.
const SENT_TYPES: &[&str] = &["text/markdown", Form::Docx.media_type()];

/// A text as the letter's model writes it, for `json`; the schema of `rich.json` is what `saual letter editor-schema` prints.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "it is the description of what letter::provenance reads")]
struct DraftText {
    /// The blocks in order.
    blocks: Vec<letter::model::Block>,
    /// For every block the contribution that it came from, such as `mfa/2`.
    sources: Option<Vec<Option<letter::provenance::Source>>>,
}

/// Which text of a draft is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TextQuery {
    /// The version; the current one without it.
    version: Option<u32>,
    /// The language; the letter's own without it.
    language: Option<Language>,
}

/// What is to be done with a text.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PutQuery {
    /// The language of the text, when it is not the letter's own.
    language: Option<Language>,
    /// Only read it: answer what would be kept and what is said about it, record nothing.
    #[serde(default)]
    only_read: bool,
    /// What was changed, in the author's words.
    comment: Option<String>,
}

/// Whose contribution is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ContributionQuery {
    /// Whose; one's own without it.
    ministry: Option<MinistryCode>,
}

/// Which versions are compared.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ChangesQuery {
    /// The older version; without it, for an approver the one with their own last visa, otherwise the one before the newer.
    from: Option<u32>,
    /// The newer version; the current one without it.
    to: Option<u32>,
}

/// What became of a text that was sent.
#[derive(Debug, Serialize, JsonSchema)]
struct TextTaken {
    /// What was recorded; none when it was only read.
    #[serde(flatten)]
    done: Option<CommandDone>,
    /// The text as it is kept now, or as it would be.
    body: Sourced,
    /// What changed and everything else that the text says.
    report: Report,
}

async fn get_draft(
    state: State,
    request: HttpRequest,
    caller: Caller,
    path: Path<(String, String)>,
    query: Query<TextQuery>,
) -> Result<HttpResponse, Problem> {
    let (id, ending) = path.into_inner();
    let seen = seeing::now(&state, &caller.account.actor, inquiry_of(&id)?).await?;
    let form = TextForm::of_ending(&ending)?;
    let versions = versions(&seen)?;
    let written = version(&versions, query.version.map(DraftVersion))?;
    let bytes = match forms::write(&state, form, &written.text(query.language)?)? {
        Some(bytes) => bytes,
        None => taking::word_file(&state, &seen, written, query.language).await?,
    };
    let name = file_name(&seen.dossier, &format!("v{}.{}", written.version, form.ending()));
    let name = state.config.file_name(&name);
    let is_current = versions.last().is_some_and(|last| last.version == written.version);
    let tag = is_current.then(|| format!("\"{}\"", seen.version));
    Ok(named(&request, form.media_type(), &name, tag, bytes))
}

async fn get_contribution(
    state: State,
    request: HttpRequest,
    caller: Caller,
    path: Path<(String, String)>,
    query: Query<ContributionQuery>,
) -> Result<HttpResponse, Problem> {
    let (id, ending) = path.into_inner();
    let actor = &caller.account.actor;
    let seen = seeing::now(&state, actor, inquiry_of(&id)?).await?;
    let form = TextForm::of_ending(&ending)?;
    let ministry = query.into_inner().ministry.or_else(|| actor.ministry.clone());
    if let (TextForm::Word, Some(ministry)) = (form, &ministry) {
        return contribution_sheet(&state, &request, &seen, actor, ministry).await;
    }
    let found = ministry.as_ref().and_then(|ministry| seen.dossier.contribution(ministry));
    let found = found.ok_or_else(no_contribution)?;
    let text: Sourced = body_of(&found.body)?.into();
    let bytes = forms::write(&state, form, &text)?.ok_or_else(|| Problem::NoSuchForm { form: ending })?;
    let name = file_name(&seen.dossier, &format!("{}-{}.{}", found.ministry, found.version, form.ending()));
    let name = state.config.file_name(&name);
    Ok(named(&request, form.media_type(), &name, Some(format!("\"{}\"", seen.version)), bytes))
}

fn no_contribution() -> Problem {
    Problem::NotThereYet {
        what: Words::new(
            "Бұл министрліктің ұсынысы әлі жоқ.",
            "Предложения этого министерства пока нет.",
            "There is no contribution of this ministry yet.",
        ),
    }
}

/// What is being written is shown to nobody but its own ministry: others get what was handed in.
async fn contribution_sheet(
    state: &State,
    request: &HttpRequest,
    seen: &Seen,
    actor: &Actor,
    ministry: &MinistryCode,
) -> Result<HttpResponse, Problem> {
    let is_own = actor.has(Role::Executor) && actor.ministry.as_ref() == Some(ministry);
    let text = if is_own {
        sheets::standing(state, seen, ministry).await?
    } else {
        let found = seen.dossier.contribution(ministry).ok_or_else(no_contribution)?;
        Some(body_of(&found.body)?)
    };
    let sheet = sheets::sheet(state, actor, seen, ministry).await?.ok_or_else(no_contribution)?;
    let bytes = sheets::word_file(state, sheet, text).await?;
    let name = file_name(&seen.dossier, &format!("{ministry}.{}", TextForm::Word.ending()));
    let name = state.config.file_name(&name);
    Ok(named(request, TextForm::Word.media_type(), &name, Some(format!("\"{}\"", seen.version)), bytes))
}

/// The whole body of a request that brings a file.
async fn whole(body: Payload) -> Result<Vec<u8>, Problem> {
    match body.to_bytes_limited(FILE_LIMIT).await {
        Ok(Ok(bytes)) => Ok(bytes.to_vec()),
        Ok(Err(error)) => Err(Problem::BadForm { hint: error.to_string() }),
        Err(_) => Err(Problem::TooLarge { limit: FILE_LIMIT }),
    }
}

/// A request that brings a text, read: the inquiry, who asks, what.
macro_rules! sent {
    ($state:expr, $request:expr, $caller:expr, $path:expr, $query:expr, $body:expr, $what:literal) => {{
        let (id, ending) = $path.into_inner();
        let (id, form) = (inquiry_of(&id)?, TextForm::of_ending(&ending)?);
        let PutQuery { language, only_read, comment } = $query.into_inner();
        let bytes = whole($body).await?;
        let language_code = language.map_or("", |language| language.code());
        let said = comment.as_deref().unwrap_or_default();
        let what = format!("{} {} {language_code} {said:?}\n{id}", $what, form.ending());
        let asked = conditions::of_bytes(&$state, &$request, &$caller, &bytes, &what, Version::Needed)?;
        (id, asked, Sent { form, bytes, language, only_read, comment })
    }};
}

async fn put_draft(
    state: State,
    request: HttpRequest,
    caller: Caller,
    Speaks(language): Speaks,
    path: Path<(String, String)>,
    query: Query<PutQuery>,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let (id, asked, sent) = sent!(state, request, caller, path, query, body, "put-draft");
    let taken = to_the_end(async move { taking::take(&state, &asked, id, sent).await }).await?;
    answer(taken, language)
}

async fn put_contribution(
    state: State,
    request: HttpRequest,
    caller: Caller,
    Speaks(language): Speaks,
    path: Path<(String, String)>,
    query: Query<PutQuery>,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let (id, asked, sent) = sent!(state, request, caller, path, query, body, "put-contribution");
    let taken = to_the_end(async move { taking::contribute(&state, &asked, id, sent).await }).await?;
    answer(taken, language)
}

fn answer(taken: Taken, language: Language) -> Result<HttpResponse, Problem> {
    let Taken { done, edit } = taken;
    let body = TextTaken {
        done: done.as_ref().map(|done| done_body(done, language)).transpose()?,
        body: edit.text,
        report: edit.report,
    };
    let mut start = HttpResponse::Ok();
    if let Some(done) = &done {
        with_version(done, &mut start);
    }
    Ok(start.json(body))
}

async fn changes(
    state: State,
    request: HttpRequest,
    caller: Caller,
    Speaks(language): Speaks,
    path: Path<String>,
    query: Query<ChangesQuery>,
) -> Result<HttpResponse, Problem> {
    let actor = &caller.account.actor;
    let seen = seeing::now(&state, actor, inquiry_of(&path)?).await?;
    let (from, to) = (query.from.map(DraftVersion), query.to.map(DraftVersion));
    let compared = comparing::choose(actor, &seen, from, to)?;
    let comparison = at_work("compare two versions", move || comparing::compare(&compared)).await?;
    let accepts = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let is_text = request.path().ends_with(".txt") || (accepts.contains("text/plain") && !accepts.contains("json"));
    if !is_text {
        return Ok(HttpResponse::Ok().json(comparison));
    }
    let text = comparison.said(language, in_letter(language));
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text))
}

//! Everything that is written, searched by programs: the same search as the page's, under the same rights.

use actix_web::HttpResponse;
use actix_web::web::Query;
use directory::MinistryCode;
use inquiry::StageName;
use jiff::civil::Date;
use readmodel::followers::Table;
use readmodel::search::{self, Bucket, Found, Hit, MAX_LIMIT, Place, Snippet};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::operations;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::screens::Question;
use crate::{Caller, State};

/// Hits of a page when nobody says how many.
const USUAL_LIMIT: i64 = 20;
/// The last year that a day can have.
const LAST_YEAR: i64 = 9_999;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/search", "search", Permission::SignedIn, find)
            .summary("Searches everything that is written: words in any form, numbers, names; each caller among what they may see.")
            .query::<SearchQuery>()
            .gives::<SearchBody>(200, "A page of hits, the best first."),
    ]
}

/// What is searched for. Everything but the words narrows; nothing is required.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchQuery {
    /// Words in any of their forms, a number in any spelling, names, "a phrase" in quotation marks, -without.
    #[schemars(length(max = 1000))]
    q: Option<String>,
    /// The chamber whose deputies ask.
    chamber: Option<String>,
    /// The year of the letter's date.
    #[schemars(range(min = 1, max = 9999))]
    year: Option<i64>,
    /// Where the inquiry stands.
    stage: Option<String>,
    /// A ministry that leads or helps, by its code.
    ministry: Option<String>,
    /// A faction, as `facets.faction` spells it.
    faction: Option<String>,
    /// The language of the inquiry.
    language: Option<String>,
    /// Where the words stand: `heading`, `question`, `letter` or `paper`.
    place: Option<String>,
    /// Exactly the words that are given, and none like them.
    exactly: Option<bool>,
    /// Only inquiries in which something was written behind this position of the journal, which it has come to.
    #[schemars(range(min = 0))]
    since: Option<i64>,
    /// The `next` of the page before, with the same question.
    after: Option<String>,
    /// Hits of a page.
    #[schemars(range(min = 1, max = 50))]
    limit: Option<i64>,
    /// Wait (two seconds at most) until the index has come to this position of the journal, which has come to it.
    #[schemars(range(min = 0))]
    at_least: Option<i64>,
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SearchFound")]
struct SearchBody {
    /// The hits, the best first.
    hits: Vec<HitBody>,
    /// How many inquiries hold everything that was asked for.
    total: CountBody,
    /// How many hold a part of it; they stand behind the others.
    partly: CountBody,
    /// What hits may be narrowed by.
    facets: FacetsBody,
    /// Where the next page begins; none: this is the last.
    next: Option<String>,
    /// Words that are hardly written anywhere, and what was searched for besides.
    instead: Vec<InsteadBody>,
    /// What was typed is a whole number, and this inquiry has it.
    exact: Option<String>,
}

/// A count, as far as it goes.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "BoundedCount")]
struct CountBody {
    /// How many were counted.
    counted: u64,
    /// There are more.
    more: bool,
}

impl From<search::Count> for CountBody {
    fn from(count: search::Count) -> Self {
        Self { counted: count.counted, more: count.more }
    }
}

/// A word and what was searched for with it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SearchedInstead")]
struct InsteadBody {
    /// As it was typed.
    typed: String,
    /// What was searched for, the nearest first.
    searched: Vec<String>,
}

/// An inquiry that was found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SearchHit")]
struct HitBody {
    /// The inquiry.
    id: String,
    /// Its number, as its letter prints it.
    number: String,
    /// What it is about.
    subject: Vec<PieceBody>,
    /// The day of receipt.
    received: Date,
    /// Where it stands.
    state: StageName,
    /// The lead executor.
    lead: Option<MinistryCode>,
    /// The number of its reply.
    outgoing_number: Option<String>,
    /// Where it was found best.
    place: PlaceBody,
    /// What stands there.
    snippet: Vec<PieceBody>,
    /// Where else, the best first.
    also: Vec<PlaceBody>,
    /// Words that were asked for and do not stand in it.
    missing: Vec<String>,
}

/// A piece of a text.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TextPiece")]
struct PieceBody {
    /// The words.
    text: String,
    /// They were asked for.
    marked: bool,
}

/// Where a text stands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TextPlace")]
struct PlaceBody {
    /// `subject`, `number`, `deputy`, `question`, `resolution`, `draft`, `letter`, `interim`, `contribution`, `response` or `attachment`.
    r#in: &'static str,
    /// Which question, version of the draft, contribution or recipient; none where there is but one.
    no: Option<u32>,
    /// The number of the letter, the ministry of the contribution, the name of the file.
    named: Option<String>,
}

/// What hits may be narrowed by.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SearchFacets")]
struct FacetsBody {
    /// Codes of chambers.
    chamber: Vec<BucketBody>,
    /// Years.
    year: Vec<BucketBody>,
    /// Codes of stages.
    stage: Vec<BucketBody>,
    /// Codes of ministries.
    ministry: Vec<BucketBody>,
    /// Factions.
    faction: Vec<BucketBody>,
    /// Codes of languages.
    language: Vec<BucketBody>,
    /// Kinds of places.
    place: Vec<BucketBody>,
}

/// One value and how many hits have it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SearchBucket")]
struct BucketBody {
    /// The value.
    value: String,
    /// How many of those that were looked at; where `total` or `partly` says that there are more, more of them may have it.
    count: u64,
}

fn buckets(buckets: Vec<Bucket>) -> Vec<BucketBody> {
    buckets.into_iter().map(|bucket| BucketBody { value: bucket.value, count: bucket.count }).collect()
}

fn pieces(snippet: &Snippet) -> Vec<PieceBody> {
    snippet.pieces().map(|(text, marked)| PieceBody { text: text.to_owned(), marked }).collect()
}

impl From<&Place> for PlaceBody {
    fn from(place: &Place) -> Self {
        let body = |r#in, no, named| Self { r#in, no, named };
        match place {
            Place::Subject => body("subject", None, None),
            Place::Number => body("number", None, None),
            Place::Deputy => body("deputy", None, None),
            Place::Question { no } => body("question", Some(*no), None),
            Place::Resolution => body("resolution", None, None),
            Place::Draft { version } => body("draft", Some(*version), None),
            Place::Letter { version, number } => body("letter", Some(*version), number.clone()),
            Place::Interim { number } => body("interim", None, number.clone()),
            Place::Contribution { ministry, version } => {
                body("contribution", Some(*version), Some(ministry.to_string()))
            }
            Place::Response { recipient } => body("response", Some(*recipient), None),
            Place::Attachment { name, .. } => body("attachment", None, Some(name.clone())),
        }
    }
}

impl From<Hit> for HitBody {
    fn from(hit: Hit) -> Self {
        Self {
            id: hit.inquiry.to_string(),
            subject: pieces(&hit.subject),
            snippet: pieces(&hit.snippet),
            place: (&hit.place).into(),
            also: hit.also.iter().map(Into::into).collect(),
            number: hit.number,
            received: hit.received,
            state: hit.stage,
            lead: hit.lead,
            outgoing_number: hit.outgoing_number,
            missing: hit.missing,
        }
    }
}

impl From<Found> for SearchBody {
    fn from(found: Found) -> Self {
        let facets = found.facets;
        Self {
            hits: found.hits.into_iter().map(Into::into).collect(),
            total: found.total.into(),
            partly: found.partly.into(),
            facets: FacetsBody {
                chamber: buckets(facets.chamber),
                year: buckets(facets.year),
                stage: buckets(facets.stage),
                ministry: buckets(facets.ministry),
                faction: buckets(facets.faction),
                language: buckets(facets.language),
                place: buckets(facets.place),
            },
            next: found.next.map(|next| next.to_string()),
            instead: found
                .instead
                .into_iter()
                .map(|one| InsteadBody { typed: one.typed, searched: one.searched })
                .collect(),
            exact: found.exact.map(|inquiry| inquiry.to_string()),
        }
    }
}

async fn find(state: State, caller: Caller, query: Query<SearchQuery>) -> Result<HttpResponse, Problem> {
    let query = query.into_inner();
    let limit = operations::within("limit", query.limit.unwrap_or(USUAL_LIMIT), 1, i64::from(MAX_LIMIT))?;
    query.year.map(|year| operations::within("year", year, 1, LAST_YEAR)).transpose()?;
    if let Some(since) = query.since {
        operations::is_reached(&state, "since", since).await?;
    }
    let asked = Question::from(&query).read()?;
    operations::wait(&state, Table::Search, query.at_least).await?;
    let asked = search::Asked { limit: u16::try_from(limit).unwrap_or(MAX_LIMIT), ..asked.of_index() };
    let found = search::search(&state.reader(&caller.account.actor), &asked)
        .await
        .map_err(|error| Problem::failure("search what is written", error))?;
    Ok(HttpResponse::Ok().json(SearchBody::from(found)))
}

impl From<&SearchQuery> for Question {
    fn from(query: &SearchQuery) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            q: text(&query.q),
            chamber: text(&query.chamber),
            year: query.year.map(|year| year.to_string()).unwrap_or_default(),
            stage: text(&query.stage),
            ministry: text(&query.ministry),
            faction: text(&query.faction),
            language: text(&query.language),
            place: text(&query.place),
            exactly: if query.exactly == Some(true) { "yes".to_owned() } else { String::new() },
            all: String::new(),
            since: query.since.map(|since| since.to_string()).unwrap_or_default(),
            after: text(&query.after),
        }
    }
}

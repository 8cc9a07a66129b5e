//! `POST /inquiries/{id}/commands/{command}`: one route per command, each with its own body.

use actix_web::http::header;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use directory::Language;
use inquiry::allowed::roles;
use inquiry::command::{
    AcceptContribution, AssignMinistries, Close, ConfirmDelivery, ContestAssignment, DeclineSigning, GrantExtension,
    Reassign, RecordDeliveryByHand, RecordResponse, Redirect, RefuseExtension, RefuseVisa, RemindMinistry,
    RemoveFromControl, ReplaceReply, RequestExtension, Resend, ReturnContribution, ReturnDraft, ReviseDraft,
    RevokeLink, SendInterimReply, SetTopic, SubmitContribution, SubmitForApproval, Visa, Withdraw,
};
use inquiry::{Ask, CommandName, InquiryId};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::conditions::{self, Version};
use super::events::EventBody;
use crate::office::merging::{self, AskToLink, AskToMerge};
use crate::office::numbering::{self, AskForNumber, AskToDispatch};
use crate::office::signing::{self, AskForSignature, AskToSign};
use crate::office::{Done, files, letters, ordering, to_the_end};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Condition, Route};
use crate::{Caller, Speaks, State};

/// What a command led to.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CommandDone {
    /// The inquiry's version after it.
    pub version: u64,
    /// The position of its last event in the journal; `at_least=` of a list waits until the list has come this far.
    pub position: i64,
    /// The events it led to.
    pub events: Vec<EventBody>,
}

/// What was done, in the caller's language.
pub(super) fn done_body(done: &Done, language: Language) -> Result<CommandDone, Problem> {
    let events = EventBody::all(&done.events, language)?;
    Ok(CommandDone { version: done.version, position: done.position, events })
}

/// The answer to a command.
fn answer(done: &Done, language: Language) -> Result<HttpResponse, Problem> {
    Ok(with_version(done, &mut HttpResponse::Ok()).json(done_body(done, language)?))
}

/// The headers of an answer that speaks of a version.
pub(super) fn with_version<'a>(
    done: &Done,
    start: &'a mut actix_web::HttpResponseBuilder,
) -> &'a mut actix_web::HttpResponseBuilder {
    start.insert_header((header::ETAG, format!("\"{}\"", done.version)));
    if done.repeated {
        start.insert_header(("idempotent-replayed", "true"));
    }
    start
}

/// The inquiry that a path names. What is no UUID is no inquiry.
pub(super) fn inquiry_of(path: &str) -> Result<InquiryId, Problem> {
    path.parse().map_err(|_| Problem::NoSuchInquiry)
}

fn row<F, Args>(name: CommandName, summary: &'static str, handler: F) -> Route
where
    F: actix_web::Handler<Args> + Send + Sync,
    Args: actix_web::FromRequest + 'static,
    F::Output: actix_web::Responder + 'static,
{
    let path = format!("/api/v1/inquiries/{{id}}/commands/{}", name.path());
    Route::post(path, name.path().replace('-', "_"), Permission::AnyOf(roles(name)), handler)
        .summary(summary)
        .needs(Condition::KeyAndVersion)
        .gives::<CommandDone>(200, "Done; the events it led to.")
}

/// A command that its asker fills in completely.
macro_rules! plain {
    ($($name:ident: $summary:literal,)*) => {
        vec![$(row(CommandName::$name, $summary, plain::<$name>).json::<$name>(),)*]
    };
}

pub(super) fn routes() -> Vec<Route> {
    let mut routes = plain![
        AssignMinistries: "Resolves the inquiry to one lead and its co-executors.",
        ContestAssignment: "Asks to be replaced as an executor.",
        Reassign: "Replaces a ministry by another.",
        AcceptContribution: "Accepts a contribution.",
        ReturnContribution: "Returns a contribution.",
        RemindMinistry: "Reminds a ministry of what it owes; the people who write for it hear of it by mail.",
        SubmitForApproval: "Sends the current version of the draft out for visas.",
        Visa: "Puts a visa on a version of the draft.",
        RefuseVisa: "Refuses a visa, with remarks.",
        ReturnDraft: "Returns the draft to the lead.",
        DeclineSigning: "Declines to sign.",
        ConfirmDelivery: "Records that a recipient has received the letter.",
        RecordDeliveryByHand: "Records that the letter was delivered by other means.",
        Resend: "Sends the letter to one recipient again.",
        RevokeLink: "Ends the personal links in the mails to one recipient.",
        RequestExtension: "Asks for more time.",
        GrantExtension: "Gives more time.",
        RefuseExtension: "Refuses more time.",
        SendInterimReply: "Records an interim reply; the inquiry stays on control.",
        RemoveFromControl: "Takes the inquiry off control.",
        Close: "Closes the inquiry with an outcome.",
        Withdraw: "Withdraws the inquiry.",
        Redirect: "Sends the inquiry on to whom it concerns.",
        ReplaceReply: "Replaces the reply: the work on a new letter begins.",
        RecordResponse: "Records whether the reply satisfies a deputy.",
        SetTopic: "Says what the inquiry is about, by the rubricator.",
    ];
    routes.extend([
        row(
            CommandName::SubmitContribution,
            "Sends a contribution to the lead; its files were put before.",
            contribute,
        )
        .json::<SubmitContribution>(),
        row(CommandName::ReviseDraft, "Writes a version of the draft; visas on the version before are void.", revise)
            .json::<ReviseDraft>(),
        row(CommandName::SubmitForSignature, "Lays the approved version before the signatory.", submit)
            .json::<AskForSignature>(),
        row(CommandName::Sign, "Signs the exact bytes that were read.", sign).json::<AskToSign>(),
        row(CommandName::AssignOutgoingNumber, "Gives the signed letter the next number of its series.", number)
            .json::<AskForNumber>(),
        row(CommandName::Dispatch, "Orders the letter out to everybody on its list.", dispatch).json::<AskToDispatch>(),
        row(CommandName::LinkRepeat, "Links a repeat inquiry.", link).json::<AskToLink>(),
        row(CommandName::Merge, "Lets other inquiries join this one.", merge).json::<AskToMerge>(),
    ]);
    routes
}

/// Reads a command's request: the inquiry, who asks, and what.
macro_rules! asked {
    ($state:expr, $request:expr, $caller:expr, $path:expr, $body:expr, $name:expr) => {{
        let id = inquiry_of(&$path)?;
        let what = format!("{}\n{id}", $name.path());
        let (asked, ask) = conditions::read(&$state, &$request, &$caller, &$body, &what, Version::Needed)?;
        (id, asked, ask)
    }};
}

/// The kind of command that a type asks for.
trait Named: DeserializeOwned + Into<Ask> + Send + 'static {
    const NAME: CommandName;
}

macro_rules! named {
    ($($name:ident,)*) => { $(impl Named for $name { const NAME: CommandName = CommandName::$name; })* };
}

named!(
    AssignMinistries,
    ContestAssignment,
    Reassign,
    AcceptContribution,
    ReturnContribution,
    RemindMinistry,
    SubmitForApproval,
    Visa,
    RefuseVisa,
    ReturnDraft,
    DeclineSigning,
    ConfirmDelivery,
    RecordDeliveryByHand,
    Resend,
    RevokeLink,
    RequestExtension,
    GrantExtension,
    RefuseExtension,
    SendInterimReply,
    RemoveFromControl,
    Close,
    Withdraw,
    Redirect,
    ReplaceReply,
    RecordResponse,
    SetTopic,
);

async fn plain<T: Named>(
    state: State,
    request: HttpRequest,
    caller: Caller,
    Speaks(language): Speaks,
    path: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let (id, asked, ask) = asked!(state, request, caller, path, body, T::NAME);
    let ask: T = ask;
    let done = to_the_end(async move { ordering::order_known(&state, &asked, id, ask.into()).await }).await?;
    answer(&done, language)
}

/// A command that the office prepares.
macro_rules! prepared {
    ($($handler:ident = $name:ident by $prepare:path;)*) => {
        $(async fn $handler(
            state: State,
            request: HttpRequest,
            caller: Caller,
            Speaks(language): Speaks,
            path: Path<String>,
            body: Bytes,
        ) -> Result<HttpResponse, Problem> {
            let (id, asked, ask) = asked!(state, request, caller, path, body, CommandName::$name);
            let done = to_the_end(async move { $prepare(&state, &asked, id, ask).await }).await?;
            answer(&done, language)
        })*
    };
}

prepared! {
    contribute = SubmitContribution by files::contribute;
    revise = ReviseDraft by letters::revise;
    submit = SubmitForSignature by signing::submit;
    sign = Sign by signing::sign;
    number = AssignOutgoingNumber by numbering::assign;
    dispatch = Dispatch by numbering::dispatch;
    link = LinkRepeat by merging::link;
    merge = Merge by merging::merge;
}

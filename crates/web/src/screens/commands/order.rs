//! From what was typed to what the office is asked, and the asking.

use std::str::FromStr;

use directory::{Actor, InquiryNumber, Language, OfficeCode};
use inquiry::command::{
    AcceptContribution, AssignMinistries, Close, ConfirmDelivery, ContestAssignment, DeclineSigning, GrantExtension,
    Reassign, RecordDeliveryByHand, RecordResponse, Redirect, RefuseExtension, RefuseVisa, RemindMinistry,
    RemoveFromControl, ReplaceReply, RequestExtension, Resend, ReturnContribution, ReturnDraft, ReviseDraft,
    RevokeLink, SendInterimReply, SetTopic, SubmitContribution, SubmitForApproval, Visa, Withdraw,
};
use inquiry::ids::{ContentHash, DraftVersion, QuestionNo, RecipientNo};
use inquiry::terms::{CoExecutor, Outcome, ReceiptProof, RequiredVisa, VisaKind};
use inquiry::{Ask, CommandName, InquiryId};
use readmodel::register;

use super::super::fields::{Fault, Reader, Typed};
use super::build::{PROOFS, VISAS, check_closing};
use super::days::{self, SameDay};
use super::revising;
use crate::office::drafts;
use crate::office::earlier::{self, Namable};
use crate::office::merging::{self, AskToLink, AskToMerge};
use crate::office::numbering::{self, AskForNumber, AskToDispatch};
use crate::office::seeing::Seen;
use crate::office::signing::{self, AskForSignature, AskToSign};
use crate::office::{Asked, Done, letters, ordering};
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// What the office is asked: the same as through the interface for programs.
pub(super) enum Order {
    /// In a box: a registration is ten times as large as any other.
    Plain(Box<Ask>),
    Revise(ReviseDraft),
    ForSignature(AskForSignature),
    Sign(AskToSign),
    Number(AskForNumber),
    Dispatch(AskToDispatch),
    Link(AskToLink),
    Merge(AskToMerge),
}

impl<T: Into<Ask>> From<T> for Order {
    fn from(ask: T) -> Self {
        Self::Plain(Box::new(ask.into()))
    }
}

/// Why there is no order.
pub(super) enum NoOrder {
    /// Fields to be corrected.
    Faults(Vec<Fault>),
    /// The register could not be asked.
    Problem(Problem),
}

/// Carries out an order.
pub(super) async fn carry_out(state: &AppState, asked: &Asked, id: InquiryId, order: Order) -> Result<Done, Problem> {
    match order {
        Order::Plain(ask) => ordering::order_known(state, asked, id, *ask).await,
        Order::Revise(ask) => letters::revise(state, asked, id, ask).await,
        Order::ForSignature(ask) => signing::submit(state, asked, id, ask).await,
        Order::Sign(ask) => signing::sign(state, asked, id, ask).await,
        Order::Number(ask) => numbering::assign(state, asked, id, ask).await,
        Order::Dispatch(ask) => numbering::dispatch(state, asked, id, ask).await,
        Order::Link(ask) => merging::link(state, asked, id, ask).await,
        Order::Merge(ask) => merging::merge(state, asked, id, ask).await,
    }
}

/// Reads what was typed into the form of a command.
pub(super) async fn read(
    state: &AppState,
    by: &Actor,
    seen: &Seen,
    name: CommandName,
    typed: &Typed,
    language: Language,
) -> Result<Order, NoOrder> {
    let dossier = &*seen.dossier;
    let mut reader = Reader::new(typed, language);
    match name {
        CommandName::LinkRepeat => {
            let number = reader.needed("repeat");
            let repeat = look_up(state, &mut reader, "repeat", &number, dossier.inquiry).await?;
            let order = repeat.map(|repeat| Order::Link(AskToLink { repeat }));
            reader.finish(order).map_err(NoOrder::Faults)
        }
        CommandName::Merge => {
            let numbers = reader.needed("others");
            let mut others = Vec::new();
            for number in numbers.split(['\n', ',', ';']).map(str::trim).filter(|number| !number.is_empty()).take(51) {
                others.extend(look_up(state, &mut reader, "others", number, dossier.inquiry).await?);
            }
            reader.finish(Some(Order::Merge(AskToMerge { others }))).map_err(NoOrder::Faults)
        }
        CommandName::ReviseDraft => {
            let before = drafts::versions(seen).map_err(NoOrder::Problem)?.pop();
            let claims = earlier::claims(&reader.verbatim("body"));
            let taken = earlier::claimed(state, by, seen, &claims).await.map_err(NoOrder::Problem)?;
            let known = Namable::of(seen, &taken).map_err(NoOrder::Problem)?;
            let order = revising::revise(&mut reader, dossier, before.as_ref(), &known).map(Order::Revise);
            reader.finish(order).map_err(NoOrder::Faults)
        }
        CommandName::AssignMinistries => {
            let order = assign(&mut reader).map(Order::from);
            // Whoever saw an older version is told so, and not what their days would be worth today.
            if typed.get("version").parse() == Ok(seen.version) {
                days::blame(state, dossier, &mut reader);
                if let Some(same) = SameDay::of(state, dossier.assignment.as_ref(), typed) {
                    same.ask(&mut reader);
                }
            }
            reader.finish(order).map_err(NoOrder::Faults)
        }
        CommandName::Close => {
            let order = plain(&mut reader, name);
            // Whoever saw an older version is told so, and not what was said since.
            if typed.get("version").parse() == Ok(seen.version) {
                check_closing(dossier, &mut reader);
            }
            reader.finish(order).map_err(NoOrder::Faults)
        }
        _ => {
            let order = plain(&mut reader, name);
            reader.finish(order).map_err(NoOrder::Faults)
        }
    }
}

/// The one inquiry that somebody names by its number or its id.
async fn look_up(
    state: &AppState,
    reader: &mut Reader<'_>,
    field: &str,
    named: &str,
    own: InquiryId,
) -> Result<Option<InquiryId>, NoOrder> {
    if named.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = named.parse::<InquiryId>() {
        return Ok(Some(id));
    }
    let Ok(number) = InquiryNumber::sought(named) else {
        reader.blame(field, &unknown(named));
        return Ok(None);
    };
    // Whoever links or merges is a clerk, and sees the whole register.
    let found = register::find_by_number(&state.house(), &number)
        .await
        .map_err(|error| NoOrder::Problem(Problem::failure("look up a number", error)))?;
    let others: Vec<_> = found.into_iter().filter(|entry| entry.inquiry != own).collect();
    match others.as_slice() {
        [one] => return Ok(Some(one.inquiry)),
        [] => reader.blame(field, &unknown(named)),
        several => {
            let list = |text: &str| {
                let ids =
                    several.iter().map(|entry| format!("{} – {}", entry.dated.strftime("%d.%m.%Y"), entry.inquiry));
                format!("{text}: {}", ids.collect::<Vec<_>>().join("; "))
            };
            let what = Words::new(
                list("Бұл нөмірлі сауал бірнешеу, идентификаторын жазыңыз"),
                list("Запросов с этим номером несколько, укажите идентификатор"),
                list("Several inquiries have this number; give the id"),
            );
            reader.blame(field, &what);
        }
    }
    Ok(None)
}

fn unknown(named: &str) -> Words {
    let named: String = named.chars().take(60).collect();
    Words::new(
        format!("Тізілімде мұндай сауал жоқ: {named}."),
        format!("В реестре нет такого запроса: {named}."),
        format!("The register has no such inquiry: {named}."),
    )
}

fn plain(reader: &mut Reader<'_>, name: CommandName) -> Option<Order> {
    Some(match name {
        CommandName::ContestAssignment => {
            ContestAssignment { reason: reader.needed("reason"), propose: reader.optional_value("propose") }.into()
        }
        CommandName::Reassign => {
            let (from, to) = (reader.value("from"), reader.value("to"));
            let (reason, due) = (reader.needed("reason"), reader.date("due"));
            Reassign { from: from?, to: to?, reason, due: due? }.into()
        }
        CommandName::SubmitContribution => {
            let body = revising::body(reader, "body").and_then(|text| serde_json::to_value(text.body).ok());
            let answers = reader.typed.all("answers").into_iter().filter_map(|no| no.parse().ok()).map(QuestionNo);
            SubmitContribution { answers: answers.collect(), body: body?, files: Vec::new() }.into()
        }
        CommandName::AcceptContribution => AcceptContribution { ministry: reader.value("ministry")? }.into(),
        CommandName::ReturnContribution => {
            let (ministry, reason) = (reader.value("ministry"), reader.needed("reason"));
            ReturnContribution { ministry: ministry?, reason }.into()
        }
        CommandName::RemindMinistry => remind(reader)?.into(),
        CommandName::SubmitForApproval => {
            let (version, required) = (version(reader), visas(reader));
            SubmitForApproval { version: version?, required }.into()
        }
        CommandName::Visa => {
            let (version, hash, kind) = (version(reader), content_hash(reader), visa_kind(reader, "kind"));
            Visa { version: version?, content_hash: hash?, kind: kind? }.into()
        }
        CommandName::RefuseVisa => {
            let (version, hash, kind) = (version(reader), content_hash(reader), visa_kind(reader, "kind"));
            let remarks = reader.needed("remarks");
            RefuseVisa { version: version?, content_hash: hash?, kind: kind?, remarks }.into()
        }
        CommandName::ReturnDraft => {
            let (version, reason) = (version(reader), reader.needed("reason"));
            ReturnDraft { version: version?, reason }.into()
        }
        CommandName::SubmitForSignature => {
            let (version, office, day) = (version(reader), reader.value("office"), reader.date("document_date"));
            let also = reader.typed.all("also").into_iter().map(OfficeCode::new).collect::<Result<_, _>>().ok();
            Order::ForSignature(AskForSignature {
                version: version?,
                office: Some(office?),
                also: also?,
                document_date: Some(day?),
            })
        }
        CommandName::Sign => Order::Sign(sign(reader)?),
        CommandName::DeclineSigning => DeclineSigning { reason: reader.needed("reason") }.into(),
        CommandName::AssignOutgoingNumber => Order::Number(AskForNumber { dated: Some(reader.date("dated")?) }),
        CommandName::Dispatch => Order::Dispatch(AskToDispatch {}),
        CommandName::ConfirmDelivery => {
            let (recipient, how) = (recipient(reader), proof(reader));
            ConfirmDelivery { recipient: recipient?, how: how? }.into()
        }
        CommandName::RecordDeliveryByHand => {
            let (recipient, on, note) = (recipient(reader), reader.date("on"), reader.needed("note"));
            RecordDeliveryByHand { recipient: recipient?, on: on?, note }.into()
        }
        CommandName::Resend => {
            let (recipient, address) = (recipient(reader), email(reader, "address"));
            Resend { recipient: recipient?, address: address? }.into()
        }
        CommandName::RevokeLink => RevokeLink { recipient: recipient(reader)? }.into(),
        CommandName::RequestExtension => {
            let (ground, until) = (reader.needed("ground"), reader.date("until"));
            RequestExtension { ground, until: until? }.into()
        }
        CommandName::GrantExtension => GrantExtension { until: reader.date("until")? }.into(),
        CommandName::RefuseExtension => RefuseExtension { reason: reader.needed("reason") }.into(),
        CommandName::SendInterimReply => {
            let (summary, dated) = (reader.needed("summary"), reader.date("dated"));
            SendInterimReply { summary, number: reader.optional_line("number"), dated: dated?, pdf: None }.into()
        }
        CommandName::RemoveFromControl => RemoveFromControl { note: reader.optional("note") }.into(),
        CommandName::Close => Close { outcome: outcome(reader)? }.into(),
        CommandName::Withdraw => Withdraw { reason: reader.needed("reason") }.into(),
        CommandName::Redirect => Redirect { to: reader.needed_line("to"), reason: reader.needed("reason") }.into(),
        CommandName::ReplaceReply => ReplaceReply { reason: reader.needed("reason") }.into(),
        CommandName::RecordResponse => {
            let (recipient, satisfied) = (recipient(reader), satisfied(reader));
            RecordResponse { recipient: recipient?, satisfied: satisfied?, comment: reader.optional("comment") }.into()
        }
        CommandName::SetTopic => SetTopic { topic: reader.value("topic")?, reason: reader.optional("reason") }.into(),
        CommandName::AssignMinistries
        | CommandName::LinkRepeat
        | CommandName::Merge
        | CommandName::ReviseDraft
        | CommandName::Register
        | CommandName::JoinMerge
        | CommandName::RecordAcceptance
        | CommandName::RecordFailure
        | CommandName::RecordDeliveryReport => return None,
    })
}

/// A reminder as it was typed.
fn remind(reader: &mut Reader<'_>) -> Option<RemindMinistry> {
    let (ministry, note) = (reader.value("ministry"), reader.optional("note"));
    Some(RemindMinistry { ministry: ministry?, note })
}

/// A resolution as it was typed.
pub(in crate::screens) fn assign(reader: &mut Reader<'_>) -> Option<AssignMinistries> {
    let resolution = reader.needed("resolution");
    let (lead, lead_due) = (reader.value("lead"), reader.date("lead_due"));
    let mut co_executors = Vec::new();
    for row in 0..reader.typed.rows("co") {
        let name = |part: &str| format!("co[{row}].{part}");
        // A row counts when a ministry was chosen or a task was typed; its day is offered in every row.
        if reader.typed.get(&name("ministry")).is_empty() && reader.typed.get(&name("task")).is_empty() {
            continue;
        }
        let (ministry, due, task) =
            (reader.value(&name("ministry")), reader.date(&name("due")), reader.needed_line(&name("task")));
        if let Some((ministry, due)) = ministry.zip(due) {
            co_executors.push(CoExecutor { ministry, due, task });
        }
    }
    Some(AssignMinistries { resolution, lead: lead?, lead_due: lead_due?, co_executors })
}

fn visas(reader: &mut Reader<'_>) -> Vec<RequiredVisa> {
    let mut required = Vec::new();
    for row in 0..reader.typed.rows("visas") {
        let (kind, approver) = (format!("visas[{row}].kind"), format!("visas[{row}].approver"));
        if reader.typed.get(&kind).is_empty() && reader.typed.get(&approver).is_empty() {
            continue;
        }
        let (kind, approver) = (visa_kind(reader, &kind), reader.needed(&approver));
        required.extend(kind.map(|kind| RequiredVisa { kind, approver }));
    }
    required
}

fn sign(reader: &mut Reader<'_>) -> Option<AskToSign> {
    let (version, content_hash, pdf) = (version(reader), content_hash(reader), reader.value("pdf_sha256"));
    if reader.typed.get("read") != "yes" {
        let what = Words::new(
            "Хатты оқып шыққаныңызды белгілеңіз.",
            "Отметьте, что прочитали письмо.",
            "Tick that you have read the letter.",
        );
        reader.blame("read", &what);
    }
    Some(AskToSign { version: version?, content_hash: content_hash?, pdf_sha256: pdf?, signature: None })
}

fn outcome(reader: &mut Reader<'_>) -> Option<Outcome> {
    match reader.typed.get("outcome") {
        "answered" => Some(Outcome::Answered),
        "answered_in_part" => Some(Outcome::AnsweredInPart { ground: reader.needed("ground") }),
        "refused" => Some(Outcome::Refused { ground: reader.needed("ground") }),
        _ => {
            reader.blame("outcome", &choose());
            None
        }
    }
}

fn choose() -> Words {
    Words::new("Тізімнен таңдаңыз.", "Выберите из списка.", "Choose from the list.")
}

fn version(reader: &mut Reader<'_>) -> Option<DraftVersion> {
    reader.value("draft").map(DraftVersion)
}

fn content_hash(reader: &mut Reader<'_>) -> Option<ContentHash> {
    reader.value("content_hash")
}

fn recipient(reader: &mut Reader<'_>) -> Option<RecipientNo> {
    reader.value("recipient").map(RecipientNo)
}

fn coded<T: Copy>(reader: &mut Reader<'_>, name: &str, codes: &[(&str, T)]) -> Option<T> {
    let found = codes.iter().find(|(code, _)| *code == reader.typed.get(name)).map(|(_, value)| *value);
    if found.is_none() {
        reader.blame(name, &choose());
    }
    found
}

fn visa_kind(reader: &mut Reader<'_>, name: &str) -> Option<VisaKind> {
    coded(reader, name, &VISAS)
}

fn proof(reader: &mut Reader<'_>) -> Option<ReceiptProof> {
    coded(reader, "how", &PROOFS)
}

fn satisfied(reader: &mut Reader<'_>) -> Option<bool> {
    coded(reader, "satisfied", &[("yes", true), ("no", false)])
}

fn email(reader: &mut Reader<'_>, name: &str) -> Option<inquiry::email::Email> {
    let text = reader.needed(name);
    if text.is_empty() {
        return None;
    }
    let email = inquiry::email::Email::from_str(&text).ok();
    if email.is_none() {
        let what = Words::new(
            "Мекенжай ат@домен түрінде болуы керек.",
            "Адрес должен иметь вид имя@домен.",
            "An address has the form name@domain.",
        );
        reader.blame(name, &what);
    }
    email
}

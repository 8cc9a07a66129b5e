//! The outgoing number, and the order to send. The number is taken from its series in the same append that records it; it reaches the
//! signed letter as an addition behind its last byte, and the Office's seal as another, so that the signature over it stays checkable.

use std::sync::Arc;

use directory::Language;
use directory::series::Purpose;
use eventstore::{AppendError, ExecuteError, Guards, TakeNumber};
use inquiry::command::{AssignOutgoingNumber, Dispatch};
use inquiry::state::Stage;
use inquiry::{BlobHash, Inquiry, InquiryId};
use jiff::civil::Date;
use letter::RegistrationMark;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::letters::{blob_bytes, file_name};
use super::same::{self, Bytes, Files, Given};
use super::seal::{self, Registered};
use super::signing::{CMS, keep};
use super::{Asked, Done, at_work, ordering, repeats, stream, unexecuted, unread, unrecorded};
use crate::problem::Problem;
use crate::state::AppState;

/// How often the next number is asked for again because somebody was faster; each time the letter is sealed anew.
const NUMBER_ATTEMPTS: u32 = 20;

/// Give the signed letter its number.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskForNumber {
    /// The date of the number; today without it.
    #[serde(default)]
    pub dated: Option<Date>,
}

/// Order the letter out to everybody on its list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskToDispatch {}

/// Takes the next outgoing number, puts it on the signed letter, seals the registered letter and records it.
///
/// # Errors
/// The inquiry's refusal; a newer version; [`Problem::SealUnavailable`]; [`Problem::Busy`] when others were faster every time; a failure.
pub async fn assign(state: &AppState, asked: &Asked, inquiry: InquiryId, ask: AskForNumber) -> Result<Done, Problem> {
    let seen = ordering::known(state, asked, inquiry).await?;
    if let Some(done) = repeats::first_result(state, inquiry, asked).await? {
        return Ok(done);
    }
    if asked.seen.is_some_and(|version| version != seen.version) {
        return Err(Problem::Stale { current: seen.version });
    }
    let dated = ask.dated.unwrap_or_else(|| state.today());
    let directory = state.directory();
    let view = directory.at(dated);
    let series = view
        .series(Purpose::Outgoing)
        .ok_or_else(|| Problem::failure("find the outgoing series", "none on that day"))?;
    let name = view
        .series_name(series, &seen.dossier.intake.chamber)
        .map_err(|error| Problem::failure("name the outgoing series", error))?;
    let with = |value: i64, pdf: BlobHash, seal: BlobHash| AssignOutgoingNumber {
        series: name.clone(),
        value,
        number: series.format(value),
        dated,
        pdf,
        seal,
    };
    // Whoever may not, and a letter that is not signed or has its number, are refused before a number is looked at.
    let nothing = BlobHash([0; 32]);
    inquiry::decide(&seen.inquiry, &asked.asks(with(series.first, nothing, nothing).into())).map_err(Problem::from)?;
    let Stage::Signed(signed) = &seen.dossier.stage else {
        return Err(Problem::failure("number a letter", "the inquiry took a number without a signed letter"));
    };
    let bytes = Arc::new(blob_bytes(state, signed.pdf).await?);
    state.journal.ensure_series(&name, series.first).await.map_err(unrecorded)?;
    let mut value = state.journal.next_number(&name).await.map_err(unread)?;
    let mut level = state.sealing.level();
    for _ in 0..NUMBER_ATTEMPTS {
        let number = series.format(value);
        let mark = mark(number.clone(), dated, signed.language);
        let pdf = put_on(state, Arc::clone(&bytes), mark).await?;
        let letter = Registered { pdf, number, language: signed.language };
        let sealed = seal::registered(state, asked, letter, level).await?;
        // Who did not answer is not asked again for the next number of the same letter.
        level = sealed.level;
        let pdf = keep(state, "application/pdf", &sealed.pdf).await?;
        let seal = keep(state, CMS, &sealed.cms).await?;
        let guards = Guards { claims: Vec::new(), numbers: vec![TakeNumber { series: name.clone(), value }] };
        let command = asked.asks(with(value, pdf, seal).into());
        let origin = asked.origin(inquiry);
        match state.journal.execute::<Inquiry>(&stream(inquiry)?, command, origin, guards, asked.seen).await {
            Ok(executed) => return Ok(Done::of(inquiry, executed)),
            Err(ExecuteError::Append(AppendError::NumberTaken { next, .. })) => value = next,
            Err(error) => return repeats::or_of_twin(state, inquiry, asked, Err(unexecuted(error))).await,
        }
    }
    Err(Problem::Busy)
}

fn mark(number: String, dated: Date, language: Language) -> RegistrationMark {
    let language = match language {
        Language::Kk => letter::model::Language::Kk,
        Language::Ru => letter::model::Language::Ru,
        Language::En => letter::model::Language::En,
    };
    RegistrationMark::new(number, dated, language)
}

async fn put_on(state: &AppState, signed: Arc<Vec<u8>>, mark: RegistrationMark) -> Result<Vec<u8>, Problem> {
    let engine = Arc::clone(&state.engine);
    at_work("put the number on a letter", move || {
        engine.register(&signed, &mark).map_err(|error| Problem::failure("put the number on a letter", error))
    })
    .await
}

/// Orders the letter out to everybody on its list; the mails are a reaction to that. What is sent is what was approved and signed: the kept files are looked
/// into, and the inquiry refuses when they are not one letter.
///
/// # Errors
/// The inquiry's refusal; a newer version; a failure.
pub async fn dispatch(state: &AppState, asked: &Asked, inquiry: InquiryId, _: AskToDispatch) -> Result<Done, Problem> {
    let seen = ordering::known(state, asked, inquiry).await?;
    // Only a letter that has its number is looked into; without one the inquiry says what is missing.
    let found = match &seen.dossier.stage {
        Stage::Numbered(letter) => {
            let signed = &letter.signed;
            let files = Files {
                signed: signed.pdf,
                signature: Given { cms: signed.signature, checked: signed.checked },
                cosigned: signed.cosigned.iter().map(Given::of).collect(),
                registered: Some((letter.pdf, letter.seal)),
            };
            same::look(state, files).await?
        }
        _ => same::found(&Bytes::default(), &[]),
    };
    let (file_name, mail_domain) = (file_name(&seen.dossier, "pdf"), state.config.message_domain.clone());
    let ask = Dispatch { file_name, mail_domain, found };
    ordering::order(state, asked, inquiry, ask.into()).await
}

//! What a request is answered when it is not done, and the only place that knows HTTP statuses (RFC 9457).
//!
//! Three families, never mixed: the person asked for something that is not possible (**refusal**), somebody was faster
//! (**conflict**), or we failed (**failure**). A code is stable for ever; sentences may get better.

mod field;
mod sentences;
mod text;

use std::error::Error as StdError;
use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use directory::{Language, Role};
use inquiry::InquiryId;
use inquiry::refusal::{Family, Refusal};
use schemars::JsonSchema;
use serde::Serialize;

pub use self::field::{FieldBody, FieldFault};
pub use self::text::{FaultBody, TextFault, TextPlace};
use crate::speech::Words;

/// Media type of problems in the API (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request was not done.
#[derive(Debug)]
pub enum Problem {
    /// Nobody is signed in, or the token or session is not valid any more.
    NotSignedIn,
    /// Name or password are wrong, or the account is closed: one answer for all of these.
    WrongCredentials,
    /// Too many wrong passwords; try again after so many seconds.
    TooManyAttempts {
        /// Seconds to wait.
        seconds: u64,
    },
    /// Too many requests; the next may come after so many seconds.
    TooOften {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The proof of identity of this session is older than a signature asks for.
    ProofTooOld,
    /// The route needs one of these roles.
    NotPermitted {
        /// The roles that may.
        needs: &'static [Role],
    },
    /// A browser was sent here by another site, or does not say from where.
    CrossSite,

    /// No such address.
    UnknownAddress,
    /// The address exists, but not for this method.
    MethodNotAllowed {
        /// The methods that are, as the `Allow` header lists them.
        allow: String,
    },
    /// No inquiry has this id, or the person may not know of it.
    NoSuchInquiry,
    /// No account has or had this name.
    NoSuchAccount {
        /// The name.
        name: String,
    },
    /// A personal link that is none of ours, or works no more: one answer for both.
    LinkEnded,
    /// Something that belongs to the inquiry is not there yet: a draft, a letter, a signature.
    NotThereYet {
        /// What is missing, and when it will be there.
        what: Words,
    },
    /// It was personal and has been erased.
    Erased,
    /// The letter does not exist in this form.
    NoSuchForm {
        /// The form asked for.
        form: String,
    },
    /// A parameter of path or query is malformed.
    BadParameter {
        /// Its name.
        name: &'static str,
        /// What it should be.
        expected: Words,
    },
    /// The query holds a parameter that the route does not know, or a value of another kind.
    BadQuery {
        /// What the parser said.
        hint: String,
    },
    /// The body is not JSON.
    MalformedJson {
        /// What the parser said, with line and column.
        hint: String,
    },
    /// The body is JSON, but not what the command takes.
    UnexpectedContent {
        /// What the parser said, with line and column.
        hint: String,
    },
    /// A field holds a value that cannot be taken.
    BadField {
        /// Where it stands, such as `groups[0].deputies[2].email`.
        field: String,
        /// What is wrong with it.
        what: Words,
    },
    /// Several fields hold what cannot be taken.
    BadFields {
        /// Each of them, in their order.
        faults: Vec<FieldFault>,
    },
    /// The body is too large.
    TooLarge {
        /// The most that is taken, in bytes.
        limit: usize,
    },
    /// The body is not declared as JSON.
    NotJson,
    /// The body is not declared as the PDF that is asked for.
    NotAPdf,
    /// The form that a page sent is not the one that we sent to the page.
    BadForm {
        /// What the parser said.
        hint: String,
    },

    /// A request that changes something needs `Idempotency-Key`.
    IdempotencyKeyMissing,
    /// The key is empty, longer than 200 characters, or holds something else than visible ASCII.
    IdempotencyKeyMalformed,
    /// The key was used for other content.
    IdempotencyKeyReused,
    /// A command needs `If-Match`.
    IfMatchMissing,
    /// `If-Match` is not one version in quotation marks.
    IfMatchMalformed,

    /// The inquiry has changed since the version that the asker saw.
    Stale {
        /// The version it has now.
        current: u64,
    },
    /// The same number of the same issuer and date is registered already.
    AlreadyRegistered {
        /// The number as it was printed.
        number: String,
        /// The inquiry that has it.
        inquiry: InquiryId,
    },
    /// Others took the next number of the series again and again.
    Busy,
    /// The letter that would be signed is not the one that the signatory saw.
    LetterChanged {
        /// SHA-256 of the letter as it is now, in hexadecimal.
        current: String,
    },
    /// Letters are signed on the signatory's device here, and the request brings no signature.
    SignatureMissing,
    /// The server's seal stands in for signatures here, and the request brings one.
    SignatureNotTaken,
    /// What was brought is no detached signature of one signer.
    SignatureUnreadable,
    /// The signature was made with a key for signing in, which signs whatever a page asks for.
    SignatureForSigningIn,
    /// The signature was checked and is not good.
    SignatureInvalid {
        /// What is wrong.
        why: Words,
    },
    /// The signature could not be checked.
    SignatureNotChecked {
        /// What is missing.
        why: Words,
    },
    /// The letter cannot be set from the draft as it stands.
    LetterRefused {
        /// What the typesetter said.
        what: String,
    },
    /// A text or a file cannot be read as a letter's text.
    TextRefused {
        /// Everything that is wrong with it, in its order.
        faults: Vec<TextFault>,
    },
    /// The inquiry's own rules say no.
    Refused(Box<Refusal>),
    /// The database could not say whether the command was recorded.
    OutcomeUnknown {
        /// The cause.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// We cannot answer at the moment: the database is away, or we are leaving.
    Unavailable {
        /// The cause.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The tables behind the journal do not know yet: a minute later they will.
    NotKnownYet,
    /// The Office's seal does not seal: its token is away, or its certificate has ended. Nothing was recorded.
    SealUnavailable {
        /// The cause.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Something of ours failed.
    Failure {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl Problem {
    /// A fault of ours while `doing` something.
    pub fn failure(doing: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Failure { doing, source: source.into() }
    }

    /// The stable name of the problem.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotSignedIn => "not_signed_in",
            Self::WrongCredentials => "wrong_credentials",
            Self::TooManyAttempts { .. } => "too_many_attempts",
            Self::TooOften { .. } => "too_often",
            Self::ProofTooOld => "proof_too_old",
            Self::NotPermitted { .. } => "not_permitted",
            Self::CrossSite => "cross_site",
            Self::UnknownAddress => "unknown_address",
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::NoSuchInquiry => "no_such_inquiry",
            Self::NoSuchAccount { .. } => "no_such_account",
            Self::LinkEnded => "link_ended",
            Self::NotThereYet { .. } => "not_there_yet",
            Self::Erased => "erased",
            Self::NoSuchForm { .. } => "no_such_form",
            Self::BadParameter { .. } => "bad_parameter",
            Self::BadQuery { .. } => "bad_query",
            Self::MalformedJson { .. } => "malformed_json",
            Self::UnexpectedContent { .. } => "unexpected_content",
            Self::BadField { .. } | Self::BadFields { .. } => "bad_field",
            Self::TooLarge { .. } => "too_large",
            Self::NotJson => "not_json",
            Self::NotAPdf => "not_a_pdf",
            Self::NotKnownYet => "not_known_yet",
            Self::BadForm { .. } => "bad_form",
            Self::IdempotencyKeyMissing => "idempotency_key_missing",
            Self::IdempotencyKeyMalformed => "idempotency_key_malformed",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::IfMatchMissing => "if_match_missing",
            Self::IfMatchMalformed => "if_match_malformed",
            Self::Stale { .. } => "stale_version",
            Self::AlreadyRegistered { .. } => "already_registered",
            Self::Busy => "busy",
            Self::LetterChanged { .. } => "letter_changed",
            Self::SignatureMissing => "signature_missing",
            Self::SignatureNotTaken => "signature_not_taken",
            Self::SignatureUnreadable => "signature_unreadable",
            Self::SignatureForSigningIn => "signature_for_signing_in",
            Self::SignatureInvalid { .. } => "signature_invalid",
            Self::SignatureNotChecked { .. } => "signature_not_checked",
            Self::LetterRefused { .. } => "letter_refused",
            Self::TextRefused { .. } => "text_refused",
            Self::Refused(refusal) => refusal.code(),
            Self::OutcomeUnknown { .. } => "outcome_unknown",
            Self::Unavailable { .. } => "unavailable",
            Self::SealUnavailable { .. } => "seal_unavailable",
            Self::Failure { .. } => "failure",
        }
    }

    /// The status that carries it.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn | Self::WrongCredentials => StatusCode::UNAUTHORIZED,
            Self::TooManyAttempts { .. } | Self::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::ProofTooOld | Self::NotPermitted { .. } | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::UnknownAddress
            | Self::NoSuchInquiry
            | Self::NoSuchAccount { .. }
            | Self::LinkEnded
            | Self::NotThereYet { .. }
            | Self::NoSuchForm { .. } => StatusCode::NOT_FOUND,
            Self::Erased => StatusCode::GONE,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadParameter { .. }
            | Self::BadQuery { .. }
            | Self::MalformedJson { .. }
            | Self::BadForm { .. }
            | Self::IdempotencyKeyMissing
            | Self::IdempotencyKeyMalformed
            | Self::IfMatchMalformed => StatusCode::BAD_REQUEST,
            Self::UnexpectedContent { .. }
            | Self::BadField { .. }
            | Self::BadFields { .. }
            | Self::IdempotencyKeyReused
            | Self::SignatureMissing
            | Self::SignatureNotTaken
            | Self::SignatureUnreadable
            | Self::SignatureForSigningIn
            | Self::SignatureInvalid { .. }
            | Self::SignatureNotChecked { .. }
            | Self::LetterRefused { .. }
            | Self::TextRefused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson | Self::NotAPdf => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::IfMatchMissing => StatusCode::PRECONDITION_REQUIRED,
            Self::Stale { .. } => StatusCode::PRECONDITION_FAILED,
            Self::AlreadyRegistered { .. } | Self::Busy | Self::LetterChanged { .. } => StatusCode::CONFLICT,
            Self::Refused(refusal) => match refusal.family() {
                Family::NotPermitted => StatusCode::FORBIDDEN,
                Family::WrongStage => StatusCode::CONFLICT,
                Family::RuleBroken => StatusCode::UNPROCESSABLE_ENTITY,
            },
            Self::OutcomeUnknown { .. }
            | Self::Unavailable { .. }
            | Self::NotKnownYet
            | Self::SealUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failure { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The problem as the API says it.
    #[must_use]
    pub fn body(&self, language: Language) -> ProblemBody {
        let mut body = ProblemBody {
            r#type: format!("urn:saual:problem:{}", self.code()),
            title: self.title().in_language(language).to_owned(),
            status: self.status().as_u16(),
            code: self.code().to_owned(),
            detail: self.detail(language),
            current_version: None,
            field: None,
            hint: None,
            inquiry: None,
            pdf_sha256: None,
            needs: None,
            faults: None,
            fields: None,
        };
        match self {
            Self::Stale { current } => body.current_version = Some(*current),
            Self::BadField { field, .. } => body.field = Some(field.clone()),
            Self::BadFields { faults } => {
                body.field = faults.first().map(|fault| fault.field.clone());
                body.fields = Some(faults.iter().map(|fault| fault.body(language)).collect());
            }
            Self::BadParameter { name, .. } => body.field = Some((*name).to_owned()),
            Self::BadQuery { hint }
            | Self::MalformedJson { hint }
            | Self::UnexpectedContent { hint }
            | Self::BadForm { hint } => {
                body.hint = Some(hint.clone());
            }
            // Addresses for programs; a page says only the sentence.
            Self::ProofTooOld => body.hint = Some("/proof".to_owned()),
            Self::NotAPdf => {
                body.hint = Some("curl --data-binary @letter.pdf -H 'Content-Type: application/pdf'".to_owned());
            }
            Self::UnknownAddress => body.hint = Some("/api/openapi.json".to_owned()),
            Self::NoSuchInquiry => body.hint = Some("/api/v1/inquiries?q=".to_owned()),
            Self::LetterRefused { what } => body.hint = Some(what.clone()),
            Self::TextRefused { faults } => {
                body.faults = Some(faults.iter().map(|fault| fault.body(language)).collect());
            }
            Self::AlreadyRegistered { inquiry, .. } => body.inquiry = Some(inquiry.to_string()),
            Self::LetterChanged { current } => body.pdf_sha256 = Some(current.clone()),
            Self::NotPermitted { needs } => body.needs = Some(codes(needs)),
            Self::Refused(refusal) => {
                if let Refusal::RoleNeeded { roles, .. } = refusal.as_ref() {
                    body.needs = Some(codes(roles));
                }
            }
            Self::NotSignedIn
            | Self::WrongCredentials
            | Self::TooManyAttempts { .. }
            | Self::TooOften { .. }
            | Self::CrossSite
            | Self::MethodNotAllowed { .. }
            | Self::LinkEnded
            | Self::NoSuchAccount { .. }
            | Self::NotThereYet { .. }
            | Self::Erased
            | Self::NoSuchForm { .. }
            | Self::TooLarge { .. }
            | Self::NotJson
            | Self::NotKnownYet
            | Self::IdempotencyKeyMissing
            | Self::IdempotencyKeyMalformed
            | Self::IdempotencyKeyReused
            | Self::IfMatchMissing
            | Self::IfMatchMalformed
            | Self::SignatureMissing
            | Self::SignatureNotTaken
            | Self::SignatureUnreadable
            | Self::SignatureForSigningIn
            | Self::SignatureInvalid { .. }
            | Self::SignatureNotChecked { .. }
            | Self::Busy
            | Self::OutcomeUnknown { .. }
            | Self::Unavailable { .. }
            | Self::SealUnavailable { .. }
            | Self::Failure { .. } => {}
        }
        body
    }

    /// The answer of the API in `language`.
    #[must_use]
    pub fn answer(&self, language: Language) -> HttpResponse {
        let mut answer = self.start();
        answer
            .insert_header((header::CONTENT_TYPE, PROBLEM_JSON))
            .insert_header((header::CONTENT_LANGUAGE, language.code()));
        match serde_json::to_vec(&self.body(language)) {
            Ok(json) => answer.body(json),
            Err(error) => {
                tracing::error!(error = %error, "a problem could not be written as JSON");
                answer.finish()
            }
        }
    }

    /// Status and headers of the answer, whatever its body: pages use this too.
    #[must_use]
    pub fn start(&self) -> actix_web::HttpResponseBuilder {
        let mut answer = HttpResponse::build(self.status());
        match self {
            Self::NotSignedIn => {
                answer.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"saual\""));
            }
            Self::TooManyAttempts { seconds } | Self::TooOften { seconds } => {
                answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            Self::OutcomeUnknown { .. } | Self::Unavailable { .. } | Self::Busy => {
                answer.insert_header((header::RETRY_AFTER, "2"));
            }
            Self::NotKnownYet => {
                answer.insert_header((header::RETRY_AFTER, "60"));
            }
            Self::MethodNotAllowed { allow } => {
                answer.insert_header((header::ALLOW, allow.clone()));
            }
            Self::Stale { current } => {
                answer.insert_header((header::ETAG, format!("\"{current}\"")));
            }
            _ => {}
        }
        answer
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failure { doing, .. } => write!(f, "{}: {doing}", self.code()),
            _ => f.write_str(self.code()),
        }
    }
}

impl StdError for Problem {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::OutcomeUnknown { source }
            | Self::Unavailable { source }
            | Self::SealUnavailable { source }
            | Self::Failure { source, .. } => Some(source.as_ref()),
            _ => None,
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// In Kazakh; the doors say it again in the caller's language, as JSON or as a page.
    fn error_response(&self) -> HttpResponse {
        self.answer(Language::Kk)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<deadpool_postgres::PoolError> for Problem {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        Self::Unavailable { source: error.into() }
    }
}

fn codes(roles: &[Role]) -> Vec<String> {
    roles.iter().map(|role| role.code().to_owned()).collect()
}

/// A problem as the API says it (RFC 9457), with the members that some problems add.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemBody {
    /// A URI that names the kind of problem: `urn:saual:problem:` and the code.
    pub r#type: String,
    /// What kind of problem it is, in the caller's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable name of the problem.
    pub code: String,
    /// What happened and what to do, in the caller's language.
    pub detail: String,
    /// `stale_version`: the version the inquiry has now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_version: Option<u64>,
    /// `bad_field`, `bad_parameter`: which one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What the parser said, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// `already_registered`: the inquiry that has the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inquiry: Option<String>,
    /// `letter_changed`: SHA-256 of the letter as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pdf_sha256: Option<String>,
    /// `not_permitted`, `role_needed`: the roles of which one is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<Vec<String>>,
    /// `text_refused`: everything that is wrong with the text, each with its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub faults: Option<Vec<FaultBody>>,
    /// `bad_field`, where it is several: each with what is wrong with it; `field` is the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<FieldBody>>,
}

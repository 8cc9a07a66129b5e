//! The Office's seal over a registered letter, inside it (PAdES) and beside it (CMS). Why it is there twice, and what happens when an authority does not answer:
//! docs/adr/0029-seal.md.

use std::sync::{Arc, Mutex, PoisonError};

use directory::Language;
use jiff::{SignedDuration, Timestamp};
use signature::{
    Certificate, Level, Material, PadesError, Prepared, Seal, SignatureError, Statement, TimestampToken, add_material,
    certificates_of, prepare, prepare_timestamp,
};
use trust::Authorities;

use super::{Asked, at_work};
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// Before the end of its certificate by so many days the administrator is told.
pub const NOTICE_DAYS: i64 = 90;

/// Bytes kept free for a signature, beside its certificates.
const ROOM: usize = 2_048;
/// Bytes kept free for a timestamp with the certificates of its authority.
const ROOM_FOR_TIMESTAMP: usize = 12_288;

/// Who is asked for timestamps, and for what tells that certificates were not revoked. Each call may take some seconds, and gives up by itself; what it answers
/// where it has nothing is a sentence for whoever runs the program. `now` is the time of the
/// machine's clock.
pub trait Lasting: Send + Sync {
    /// The signature (CMS) with a timestamp over it.
    ///
    /// # Errors
    /// There is none.
    fn timestamped(&self, cms: &[u8], now: Timestamp) -> Result<Vec<u8>, String>;

    /// A timestamp over these bytes.
    ///
    /// # Errors
    /// There is none.
    fn timestamp(&self, bytes: &[u8], now: Timestamp) -> Result<TimestampToken, String>;

    /// All that a later check of these signatures (CMS) and of the timestamps over them asks for.
    ///
    /// # Errors
    /// Something of it is missing.
    fn material(&self, cms: &[Vec<u8>], now: Timestamp) -> Result<Material, String>;
}

impl Lasting for Authorities {
    fn timestamped(&self, cms: &[u8], now: Timestamp) -> Result<Vec<u8>, String> {
        Self::timestamped(self, cms, now).map_err(|error| error.to_string())
    }

    fn timestamp(&self, bytes: &[u8], now: Timestamp) -> Result<TimestampToken, String> {
        Self::timestamp(self, bytes, now).map_err(|error| error.to_string())
    }

    fn material(&self, cms: &[Vec<u8>], now: Timestamp) -> Result<Material, String> {
        let certificates: Vec<Certificate> = cms.iter().flat_map(|cms| certificates_of(cms)).collect();
        let gathered = Self::material(self, &certificates, now);
        if gathered.missed.is_empty() { Ok(gathered.material) } else { Err(gathered.missed.join("; ")) }
    }
}

/// How the Office seals, beside its key.
pub struct Sealing {
    level: Level,
    lasting: Option<Arc<dyn Lasting>>,
    known: Vec<Certificate>,
    short: Mutex<Option<Short>>,
}

/// A letter was sealed at less than the level of the settings.
#[derive(Debug, Clone)]
pub struct Short {
    /// When, by the machine's clock.
    pub at: Timestamp,
    /// What was reached.
    pub level: Level,
    /// Why not more.
    pub why: String,
}

impl Sealing {
    /// `known`: every certificate that has sealed here, the present one first.
    #[must_use]
    pub fn new(level: Level, lasting: Option<Arc<dyn Lasting>>, known: Vec<Certificate>) -> Self {
        Self { level, lasting, known, short: Mutex::new(None) }
    }

    /// The level of the settings.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// Every certificate that has sealed here, the present one first: what they sealed is ours. They are compared whole (by fingerprint); what one of them issued is not.
    #[must_use]
    pub fn known(&self) -> &[Certificate] {
        &self.known
    }

    /// The last letter, if it was sealed at less than that since the program began.
    #[must_use]
    pub fn short(&self) -> Option<Short> {
        self.short.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, reached: &Reached, at: Timestamp) {
        let short = reached.why.as_ref().map(|why| Short { at, level: reached.level, why: why.clone() });
        if let Some(short) = &short {
            tracing::warn!(reached = %short.level, wanted = %self.level, why = short.why, "a letter was sealed at less than the level of the settings");
        }
        *self.short.lock().unwrap_or_else(PoisonError::into_inner) = short;
    }
}

/// For how many days the certificate is valid still; negative when it has ended. None: beyond every calendar.
#[must_use]
pub fn days_left(seal: &Seal, now: Timestamp) -> Option<i64> {
    let left: SignedDuration = seal.not_after()?.duration_since(now);
    Some(left.as_hours().div_euclid(24))
}

/// A letter with its number, before it is sealed.
pub(super) struct Registered {
    pub(super) pdf: Vec<u8>,
    pub(super) number: String,
    pub(super) language: Language,
}

/// The letter as it is sent, and the seal beside it.
pub(super) struct Sealed {
    pub(super) pdf: Vec<u8>,
    pub(super) cms: Vec<u8>,
    pub(super) level: Level,
}

/// A copy of a sealed letter with fresh material and another timestamp of the whole, to be kept beside the letter: its beginning is the letter, whose bytes stay what
/// the journal knows.
///
/// # Errors
/// What is missing, in a sentence: without all of it the copy would be worth no more than the letter.
pub fn renewed(pdf: &[u8], lasting: &dyn Lasting, now: Timestamp) -> Result<Vec<u8>, String> {
    let signatures = signature::signatures_in(pdf);
    if signatures.is_empty() {
        return Err("there is no signature in this PDF that could be renewed".to_owned());
    }
    let unwritten = |error: PadesError| error.to_string();
    let pdf = add_material(pdf, &lasting.material(&signatures, now)?).map_err(unwritten)?;
    let mut place = prepare_timestamp(&pdf, TIMESTAMP, ROOM_FOR_TIMESTAMP);
    // Each renewal has a name of its own.
    for number in 2.. {
        match place {
            Err(PadesError::FieldTaken(_)) => {
                place = prepare_timestamp(&pdf, &format!("{TIMESTAMP}-{number}"), ROOM_FOR_TIMESTAMP);
            }
            Ok(_) | Err(_) => break,
        }
    }
    let place = place.map_err(unwritten)?;
    place.embed_timestamp(&lasting.timestamp(&place.to_sign(), now)?).map_err(unwritten)
}

/// How far a seal came.
struct Reached {
    level: Level,
    /// Why not as far as was wanted.
    why: Option<String>,
}

/// Seals a registered letter up to `level`. A timestamp that nobody gives keeps no letter from its number: it is sealed as far as it goes then, which is told.
pub(super) async fn registered(
    state: &AppState,
    asked: &Asked,
    letter: Registered,
    level: Level,
) -> Result<Sealed, Problem> {
    let (now, at) = (state.wall.now(), asked.at);
    if let Some(ended) = state.seal.not_after().filter(|until| *until < now) {
        let why = format!("the seal's certificate ended at {ended}: rotate it (`saual seal rotate`)");
        return Err(Problem::SealUnavailable { source: why.into() });
    }
    let (seal, sealing) = (Arc::clone(&state.seal), Arc::clone(&state.sealing));
    at_work("seal a letter", move || {
        let (pdf, reached) = inside(&seal, sealing.lasting.as_deref(), &letter, (at, now), level)?;
        // A second attempt asks for what the first reached, and would pass for the whole.
        if level == sealing.level {
            sealing.note(&reached, now);
        }
        let cms = seal.sign_detached(&pdf, at).map_err(unsealed)?;
        Ok(Sealed { pdf, cms, level: reached.level })
    })
    .await
}

/// Why there is no seal, as a problem.
pub(super) fn unsealed(error: SignatureError) -> Problem {
    match error {
        SignatureError::Key(_) | SignatureError::OtherKey => Problem::SealUnavailable { source: error.into() },
        other => Problem::failure("seal a letter", other),
    }
}

fn unembedded(error: PadesError) -> Problem {
    Problem::failure("put the seal into a letter", error)
}

fn inside(
    seal: &Seal,
    lasting: Option<&dyn Lasting>,
    letter: &Registered,
    (at, now): (Timestamp, Timestamp),
    level: Level,
) -> Result<(Vec<u8>, Reached), Problem> {
    let between = seal.between();
    let place = prepare(&letter.pdf, &statement(seal, &between, letter, at, level)?).map_err(unembedded)?;
    let plain = seal.sign_pades(&place.to_sign(), &between).map_err(unsealed)?;
    let embedded = |cms: &[u8]| place.embed(cms, None).map_err(unembedded);
    if level == Level::B {
        return Ok((embedded(&plain)?, Reached { level: Level::B, why: None }));
    }
    let Some(lasting) = lasting else {
        let why = Some("no timestamping authority is named in the settings".to_owned());
        return Ok((embedded(&plain)?, Reached { level: Level::B, why }));
    };
    let stamped = lasting.timestamped(&plain, now).and_then(|cms| {
        let pdf = place.embed(&cms, None).map_err(|error| error.to_string())?;
        Ok((pdf, cms))
    });
    let (pdf, cms) = match stamped {
        Ok(stamped) => stamped,
        Err(why) => return Ok((embedded(&plain)?, Reached { level: Level::B, why: Some(why) })),
    };
    extended(pdf, cms, (lasting, now), level)
}

/// From a timestamped seal to the level that is wanted, as far as it goes.
fn extended(
    pdf: Vec<u8>,
    cms: Vec<u8>,
    (lasting, now): (&dyn Lasting, Timestamp),
    level: Level,
) -> Result<(Vec<u8>, Reached), Problem> {
    if level == Level::T {
        return Ok((pdf, Reached { level, why: None }));
    }
    let pdf = match lasting.material(&[cms], now) {
        Ok(material) => add_material(&pdf, &material).map_err(unembedded)?,
        Err(why) => return Ok((pdf, Reached { level: Level::T, why: Some(why) })),
    };
    if level == Level::Lt {
        return Ok((pdf, Reached { level, why: None }));
    }
    let place: Prepared = prepare_timestamp(&pdf, TIMESTAMP, ROOM_FOR_TIMESTAMP).map_err(unembedded)?;
    let token = lasting.timestamp(&place.to_sign(), now);
    match token.and_then(|token| place.embed_timestamp(&token).map_err(|error| error.to_string())) {
        Ok(pdf) => Ok((pdf, Reached { level, why: None })),
        Err(why) => Ok((pdf, Reached { level: Level::Lt, why: Some(why) })),
    }
}

/// The field of the first timestamp of the whole letter; those that renew it have names of their own.
const TIMESTAMP: &str = "Timestamp";

/// What the seal says of itself; the field's name is what a reader's voice says, in the letter's language.
fn statement(
    seal: &Seal,
    between: &[Certificate],
    letter: &Registered,
    at: Timestamp,
    level: Level,
) -> Result<Statement, Problem> {
    let certificates = std::iter::once(seal.certificate()).chain(between.iter().cloned());
    let lengths = certificates.map(|one| one.to_der().map(|der| der.len())).sum::<Result<usize, _>>();
    let room = ROOM + lengths.map_err(unsealed)? + if level == Level::B { 0 } else { ROOM_FOR_TIMESTAMP };
    let field =
        Words::new("Үкімет Аппаратының мөрі", "Печать Аппарата Правительства", "Seal of the Office of the Government");
    let number = &letter.number;
    let reason = Words::new(
        format!("№ {number} хатты тіркеу"),
        format!("Регистрация письма № {number}"),
        format!("Registration of the letter No. {number}"),
    );
    Ok(Statement {
        field: field.in_language(letter.language).to_owned(),
        at,
        name: Some(seal.subject()),
        reason: Some(reason.in_language(letter.language).to_owned()),
        room,
    })
}

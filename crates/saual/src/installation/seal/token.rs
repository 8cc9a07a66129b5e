//! A key in a PKCS #11 token. One thread of its own speaks with the token, because a module may block for as long as it likes; whoever wants a signature waits a
//! while and no longer.
//!
//! A token that went away is looked for anew with the next question. A wrong PIN is not tried again: tokens lock themselves after a few.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use anyhow::Context;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use signature::Key;

use crate::config::TokenPlace;

/// How long somebody waits for a signature.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many may wait at once.
const MOST_WAITING: usize = 64;

/// The token, asked from any thread.
pub(super) struct Token {
    asks: SyncSender<Ask>,
    /// How long somebody waits for a signature.
    patience: Duration,
}

/// Somebody who waits for a signature.
struct Ask {
    sha256: [u8; 32],
    answer: SyncSender<Result<[u8; 64], String>>,
    until: Instant,
}

impl Ask {
    fn is_over(&self) -> bool {
        Instant::now() > self.until
    }

    /// Whoever has gone meanwhile misses nothing.
    fn tell(&self, answer: Result<[u8; 64], String>) {
        drop(self.answer.try_send(answer));
    }
}

impl Token {
    /// Starts the thread that speaks with the token. Whether the token is there shows when it is asked.
    pub(super) fn start(place: TokenPlace) -> anyhow::Result<Self> {
        let (asks, waiting) = sync_channel(MOST_WAITING);
        std::thread::Builder::new()
            .name("token".to_owned())
            .spawn(move || serve(&place, &waiting))
            .context("no thread could be started for the token of the seal")?;
        Ok(Self { asks, patience: PATIENCE })
    }
}

impl Key for Token {
    fn sign_sha256(&self, sha256: &[u8; 32]) -> Result<[u8; 64], String> {
        let (answer, hears) = sync_channel(1);
        let ask = Ask { sha256: *sha256, answer, until: Instant::now() + self.patience };
        self.asks.try_send(ask).map_err(|error| match error {
            TrySendError::Full(_) => "the token of the seal does not answer, and others wait for it already".to_owned(),
            TrySendError::Disconnected(_) => GONE.to_owned(),
        })?;
        match hears.recv_timeout(self.patience) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => {
                Err(format!("the token of the seal did not answer within {} s", self.patience.as_secs()))
            }
            Err(RecvTimeoutError::Disconnected) => Err(GONE.to_owned()),
        }
    }
}

const GONE: &str = "the thread that speaks with the token of the seal has ended; start the program anew";

/// Why there is no signature.
struct Failed {
    words: String,
    /// It would be harmful to try again.
    is_final: bool,
}

impl Failed {
    fn of(place: &TokenPlace, doing: &str, error: &Error) -> Self {
        let token = &place.token;
        let (words, is_final) = match error {
            Error::Pkcs11(RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid, _) => (
                format!(
                    "the token «{token}» refused the PIN; it is not tried again, so that the token does not lock itself: correct seal.pin and start \
                     the program anew"
                ),
                true,
            ),
            Error::Pkcs11(RvError::PinLocked | RvError::PinExpired, _) => (
                format!(
                    "the PIN of the token «{token}» is locked or has expired: unlock it with its own tools, and start the program anew"
                ),
                true,
            ),
            Error::LibraryLoading(why) => (
                format!(
                    "the module {} of the token cannot be loaded (seal.pkcs11_module): {why}",
                    place.module.display()
                ),
                false,
            ),
            // The library's own sentences are the standard's paragraphs; the code's name is what people look for.
            Error::Pkcs11(code, function) => {
                (format!("the token «{token}» failed while {doing}: {code:?} ({function:?})"), false)
            }
            other => (format!("the token «{token}» failed while {doing}: {other}"), false),
        };
        Self { words, is_final }
    }

    fn said(words: String) -> Self {
        Self { words, is_final: false }
    }
}

/// How an acquaintance with the token ended.
enum Ended {
    /// Nobody will ask any more.
    Nobody,
    /// It did not begin.
    Unopened(Ask, Failed),
    /// It had signed before, and then did not.
    Broken(Ask, Failed),
}

fn serve(place: &TokenPlace, asks: &Receiver<Ask>) {
    let mut barred: Option<String> = None;
    while let Ok(mut ask) = asks.recv() {
        if let Some(why) = &barred {
            ask.tell(Err(why.clone()));
            continue;
        }
        // A session that died since the last signature is opened once more for the same question; a second fault is told.
        let failed = loop {
            match acquainted(place, ask, asks) {
                Ended::Nobody => return,
                Ended::Broken(again, failed) => {
                    tracing::warn!(why = failed.words, "the token of the seal is opened anew");
                    ask = again;
                }
                Ended::Unopened(unserved, failed) => {
                    ask = unserved;
                    break failed;
                }
            }
        };
        tracing::error!(why = failed.words, "nothing is sealed: the token does not sign");
        ask.tell(Err(failed.words.clone()));
        if failed.is_final {
            barred = Some(failed.words);
        }
    }
}

/// Opens the token for `first`, and goes on signing until something fails. The module is stopped in the end: some find a token that came back only then.
fn acquainted(place: &TokenPlace, first: Ask, asks: &Receiver<Ask>) -> Ended {
    let context = match context(place) {
        Ok(context) => context,
        Err(failed) => return Ended::Unopened(first, failed),
    };
    let ended = signing(place, &context, first, asks);
    if let Err(error) = context.finalize() {
        tracing::warn!(%error, "the module of the seal's token could not be stopped");
    }
    ended
}

fn signing(place: &TokenPlace, context: &Pkcs11, first: Ask, asks: &Receiver<Ask>) -> Ended {
    let (session, key) = match session(place, context) {
        Ok(opened) => opened,
        Err(failed) => return Ended::Unopened(first, failed),
    };
    let mut ask = first;
    let mut has_signed = false;
    loop {
        // Nobody waits for it any more: it is not signed behind their back.
        if !ask.is_over() {
            match sign(place, &session, key, &ask.sha256) {
                Ok(signature) => ask.tell(Ok(signature)),
                Err(failed) if has_signed => return Ended::Broken(ask, failed),
                Err(failed) => return Ended::Unopened(ask, failed),
            }
            has_signed = true;
        }
        ask = match asks.recv() {
            Ok(next) => next,
            Err(_) => return Ended::Nobody,
        };
    }
}

fn context(place: &TokenPlace) -> Result<Pkcs11, Failed> {
    let context = Pkcs11::new(&place.module).map_err(|error| Failed::of(place, "its module was loaded", &error))?;
    match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(context),
        Err(error) => Err(Failed::of(place, "its module was started", &error)),
    }
}

fn session(place: &TokenPlace, context: &Pkcs11) -> Result<(Session, ObjectHandle), Failed> {
    let failed = |doing: &'static str| move |error: Error| Failed::of(place, doing, &error);
    let slots = context.get_slots_with_token().map_err(failed("tokens were looked for"))?;
    let is_ours = |slot: &cryptoki::slot::Slot| {
        context.get_token_info(*slot).is_ok_and(|info| info.label().trim_end() == place.token)
    };
    let slot = slots.into_iter().find(is_ours).ok_or_else(|| {
        Failed::said(format!(
            "there is no token «{}» (seal.token_label); it is looked for again with the next letter",
            place.token
        ))
    })?;
    let session = context.open_ro_session(slot).map_err(failed("it was opened"))?;
    let pin = place.pin.as_ref().map(|pin| AuthPin::new(pin.reveal().into()));
    match session.login(UserType::User, pin.as_ref()) {
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
        Err(error) => return Err(Failed::of(place, "the PIN was given", &error)),
    }
    let wanted = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Label(place.key.clone().into_bytes())];
    let found = session.find_objects(&wanted).map_err(failed("its key was looked for"))?;
    let key = match found.as_slice() {
        [key] => *key,
        found => {
            let token = &place.token;
            return Err(Failed::said(format!(
                "the token «{token}» has {} keys «{}» and not one (seal.key_label)",
                found.len(),
                place.key
            )));
        }
    };
    let kinds = session.get_attributes(key, &[AttributeType::KeyType]).map_err(failed("its key was looked at"))?;
    if !kinds.contains(&Attribute::KeyType(KeyType::EC)) {
        let words = format!("the key «{}» is none of the curve P-256 (RSA keys check here and do not seal)", place.key);
        return Err(Failed { words, is_final: true });
    }
    Ok((session, key))
}

fn sign(place: &TokenPlace, session: &Session, key: ObjectHandle, sha256: &[u8; 32]) -> Result<[u8; 64], Failed> {
    let raw = session.sign(&Mechanism::Ecdsa, key, sha256).map_err(|error| Failed::of(place, "it signed", &error))?;
    raw.try_into().map_err(|raw: Vec<u8>| {
        Failed::said(format!("the key «{}» signed with {} bytes: it is none of the curve P-256", place.key, raw.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module that never returns keeps nobody for ever, and whoever comes when many wait is told at once.
    #[test]
    fn nobody_waits_for_ever_for_a_token_that_hangs() {
        let (asks, hanging) = sync_channel(2);
        let token = Token { asks, patience: Duration::from_millis(20) };
        for _ in 0..2 {
            assert!(token.sign_sha256(&[0; 32]).unwrap_err().contains("did not answer within"));
        }
        assert!(token.sign_sha256(&[0; 32]).unwrap_err().contains("others wait for it already"));
        drop(hanging);
        assert_eq!(token.sign_sha256(&[0; 32]).unwrap_err(), GONE);
    }

    #[test]
    fn a_module_that_is_not_there_is_told_with_its_setting() {
        let place = TokenPlace {
            module: "/there/is/no/module.so".into(),
            token: "Office".to_owned(),
            key: "seal".to_owned(),
            pin: None,
        };
        let why = Token::start(place).unwrap().sign_sha256(&[0; 32]).unwrap_err();
        assert!(why.contains("/there/is/no/module.so") && why.contains("seal.pkcs11_module"), "{why}");
    }
}

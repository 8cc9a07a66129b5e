//! Passwords: which are taken, how they are kept (argon2id, RFC 9106), and checking that takes the same time for unknown names.

use std::fmt;
use std::sync::LazyLock;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

use super::secret::{self, SecretError};

/// The shortest password taken, in characters (ASVS 5.0, 6.2.1 asks for 8 and advises 15; the office settled on 12).
const SHORTEST: usize = 12;
/// The longest, in characters: hashing must not become a way to keep the machine busy.
const LONGEST: usize = 128;
/// Memory in KiB, passes, lanes: the OWASP setting with the fewest passes, 82 ms on the machine it was chosen on.
const COST: (u32, u32, u32) = (47_104, 1, 1);

/// Beginnings and wholes that guessing starts with; a password made of one of these and digits is refused.
const WELL_KNOWN: [&str; 14] = [
    "password",
    "passw0rd",
    "qwerty",
    "qwertyuiop",
    "йцукен",
    "құпиясөз",
    "пароль",
    "admin",
    "administrator",
    "letmein",
    "welcome",
    "saual",
    "сауал",
    "kazakhstan",
];

/// A password as typed; never printed.
#[derive(Clone)]
pub struct Password(String);

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Fewer than twelve characters.
    #[error("a password has at least {SHORTEST} characters")]
    TooShort,
    /// More than 128.
    #[error("a password has at most {LONGEST} characters")]
    TooLong,
    /// It is one of the first that would be guessed.
    #[error("this password is among the first to be guessed; choose another")]
    WellKnown,
}

impl Password {
    /// Takes what was typed to come in, whatever it is.
    pub fn typed(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Takes a password that shall be kept.
    ///
    /// # Errors
    /// [`Weak`]: it is too short, too long or too well known.
    pub fn chosen(text: impl Into<String>) -> Result<Self, Weak> {
        let text = text.into();
        let length = text.chars().count();
        if length < SHORTEST {
            return Err(Weak::TooShort);
        }
        if length > LONGEST {
            return Err(Weak::TooLong);
        }
        let lower = text.to_lowercase();
        let core = lower.trim_end_matches(|c: char| c.is_ascii_digit() || "!@#$%^&*.-_".contains(c));
        let first = lower.chars().next();
        if WELL_KNOWN.contains(&core) || core.is_empty() || lower.chars().all(|c| Some(c) == first) {
            return Err(Weak::WellKnown);
        }
        Ok(Self(text))
    }

    /// Draws one: 24 letters and digits, some 124 bits.
    ///
    /// # Errors
    /// [`SecretError`] when the machine gives no random bytes.
    pub fn drawn() -> Result<Self, SecretError> {
        // 32 signs without the pairs that are confused in print (0 o, 1 l): each takes 5 random bits without bias.
        const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let bytes: [u8; 24] = secret::random()?;
        Ok(Self(bytes.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect()))
    }

    /// The password itself, to print once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(password)")
    }
}

/// A password as it is kept: a PHC string.
#[derive(Debug, Clone)]
pub struct Hashed(String);

fn argon() -> Result<Argon2<'static>, SecretError> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|_| SecretError::Hash)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl Hashed {
    /// Hashes a password with a new salt. Some 80 ms and 46 MiB: for blocking threads.
    ///
    /// # Errors
    /// [`SecretError`] when the machine gives no random bytes.
    pub fn of(password: &Password) -> Result<Self, SecretError> {
        let bytes: [u8; 16] = secret::random()?;
        let salt = SaltString::encode_b64(&bytes).map_err(|_| SecretError::Hash)?;
        let hash = argon()?.hash_password(password.0.as_bytes(), &salt).map_err(|_| SecretError::Hash)?;
        Ok(Self(hash.to_string()))
    }

    /// The PHC string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What unknown names are checked against, so that they take as long as known ones.
static NOBODY: LazyLock<Option<Hashed>> =
    LazyLock::new(|| Password::drawn().and_then(|password| Hashed::of(&password)).ok());

/// Is this the password of that hash? Without a hash (no such account, or one without a password) the same work is done and the
/// answer is no. For blocking threads.
#[must_use]
pub fn is_right(password: &Password, hash: Option<&str>) -> bool {
    if password.0.len() > 4 * LONGEST {
        return false;
    }
    let nobody = NOBODY.as_ref().map(Hashed::as_str);
    let Some(Ok(parsed)) = hash.or(nobody).map(PasswordHash::new) else {
        return false;
    };
    let right = Argon2::default().verify_password(password.0.as_bytes(), &parsed).is_ok();
    right && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_not_the_first_guess() {
        assert_eq!(Password::chosen("қысқа").unwrap_err(), Weak::TooShort);
        assert_eq!(Password::chosen("а".repeat(129)).unwrap_err(), Weak::TooLong);
        for known in ["password1234!", "Құпиясөз2023", "123456789012", "aaaaaaaaaaaaaa"] {
            assert_eq!(Password::chosen(known).unwrap_err(), Weak::WellKnown, "{known}");
        }
        assert!(Password::chosen("көктемгі таулар әдемі").is_ok());
    }

    #[test]
    fn only_the_right_password_opens() {
        let password = Password::drawn().unwrap();
        let hash = Hashed::of(&password).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=47104,t=1,p=1$"));
        assert!(is_right(&password, Some(hash.as_str())));
        assert!(!is_right(&Password::typed("another password"), Some(hash.as_str())));
        assert!(!is_right(&password, None));
        assert!(!is_right(&password, Some("not a hash")));
    }

    #[test]
    fn a_password_is_never_printed() {
        assert_eq!(format!("{:?}", Password::typed("көктемгі таулар")), "(password)");
    }
}

//! Passwords: which are taken, how they are kept (argon2id, RFC 9106), and checking that takes the same time for unknown names.

use std::collections::HashSet;
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

/// What guessing starts with (ASVS 5.0, 6.2.4): a password made of one of these and digits or signs is refused.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let list = include_str!("../../data/common-passwords.txt").lines();
    list.filter(|line| !line.starts_with('#')).chain(OF_THE_HOUSE).collect()
});

/// The same in the words of this house and its languages.
const OF_THE_HOUSE: [&str; 14] = [
    "saual",
    "сауал",
    "құпиясөз",
    "пароль",
    "йцукен",
    "йцукенгшщзхъ",
    "қазақстан",
    "казахстан",
    "kazakhstan",
    "астана",
    "astana",
    "министрлік",
    "министерство",
    "administrator",
];

/// What has to be left of a password when the words about its owner are taken out of it, in characters.
const OF_ITS_OWN: usize = 8;
/// Shorter words stand in others by chance.
const SHORTEST_WORD: usize = 4;

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
    /// It is little more than the name of its owner.
    #[error("this password is little more than a name that everybody knows; choose another")]
    AboutOwner,
}

impl Password {
    /// Takes what was typed to come in, whatever it is.
    pub fn typed(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Takes a password that shall be kept. `about` are words that others know of its owner: the account's name, the person's names.
    ///
    /// # Errors
    /// [`Weak`]: it is too short, too long, too well known, or little more than one of those words.
    pub fn chosen(text: impl Into<String>, about: &[&str]) -> Result<Self, Weak> {
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
        if core.is_empty() || is_one_repeated(&lower) || COMMON.contains(core) || COMMON.contains(lower.as_str()) {
            return Err(Weak::WellKnown);
        }
        let words = about.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        let words = words.filter(|word| word.chars().count() >= SHORTEST_WORD).map(str::to_lowercase);
        let own = words.fold(lower.clone(), |left, word| left.replace(&word, ""));
        if own != lower && own.chars().filter(|c| c.is_alphanumeric()).count() < OF_ITS_OWN {
            return Err(Weak::AboutOwner);
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

/// Is it one short piece, again and again?
fn is_one_repeated(text: &str) -> bool {
    let signs: Vec<char> = text.chars().collect();
    (1..=signs.len() / 3).any(|length| signs.chunks(length).all(|piece| signs.starts_with(piece)))
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

    fn chosen(text: &str) -> Result<Password, Weak> {
        Password::chosen(text, &["a.tolegenova", "Айгүл Төлегенова"])
    }

    #[test]
    fn a_password_is_long_and_not_the_first_guess() {
        assert_eq!(chosen("қысқа").unwrap_err(), Weak::TooShort);
        assert_eq!(chosen(&"а".repeat(129)).unwrap_err(), Weak::TooLong);
        for known in [
            "password1234!",
            "Құпиясөз2023",
            "123456789012",
            "aaaaaaaaaaaaaa",
            "абвабвабвабв",
            "Football20231",
            "1qaz2wsx3edc",
            "qwerty123456",
            "leavemealone",
        ] {
            assert_eq!(chosen(known).unwrap_err(), Weak::WellKnown, "{known}");
        }
        assert!(chosen("көктемгі таулар әдемі").is_ok());
        assert!(COMMON.len() > 2_000, "the list has only {} lines", COMMON.len());
    }

    #[test]
    fn a_password_is_not_its_owner_s_name() {
        for known in ["tolegenova2023", "Төлегенова-2023", "a.tolegenova.tolegenova", "Айгүл-Айгүл-Айгүл"]
        {
            assert_eq!(chosen(known).unwrap_err(), Weak::AboutOwner, "{known}");
        }
        assert!(chosen("төлегенова мен таулар").is_ok(), "a name may stand in a longer one");
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

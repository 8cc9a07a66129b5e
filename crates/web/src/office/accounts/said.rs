//! What is said of a change that was not made, and of whoever makes one at the command line.

use directory::Language;
use eventstore::CommandId;
use jiff::Timestamp;
use uuid::Uuid;

use super::{BooksError, By};
use crate::accounts::AccountError;
use crate::office::{unread, unrecorded};
use crate::problem::Problem;
use crate::speech::Words;

impl From<BooksError> for Problem {
    fn from(error: BooksError) -> Self {
        let field = |field: &str, say: &dyn Fn(Language) -> String| Self::BadField {
            field: field.to_owned(),
            what: Words::from_fn(say),
        };
        match error {
            BooksError::Refused(refusal) => field(refusal.field(), &|language| refusal.words(language)),
            BooksError::NamesAddress => field("why", &|language| match language {
                Language::Kk => {
                    "Себепте электрондық мекенжай бар, ал себеп мәңгі сақталады: кімдікі екенін жазыңыз.".to_owned()
                }
                Language::Ru => "В причине есть электронный адрес, а она хранится вечно: напишите, чей он.".to_owned(),
                Language::En => {
                    "The reason names an e-mail address and is kept for ever: say whose it is instead.".to_owned()
                }
            }),
            BooksError::Account(AccountError::NoSuchAccount(_)) => Self::UnknownAddress,
            BooksError::Account(AccountError::BadName) => field("name", &|language| {
                match language {
                Language::Kk => "Кіру аты – a–z, 0–9, нүкте, астыңғы сызық, дефис; әріп не цифрдан басталады, 64 таңбаға дейін.".to_owned(),
                Language::Ru => "Имя для входа – a–z, 0–9, точка, подчёркивание, дефис; начинается с буквы или цифры, до 64 знаков.".to_owned(),
                Language::En => "A sign-in name is a–z, 0–9, dot, underscore, hyphen, beginning with a letter or a digit, 64 at most.".to_owned(),
            }
            }),
            BooksError::Account(AccountError::NameTaken(name)) => field("name", &|language| match language {
                Language::Kk => format!("{name} деген есептік жазба бар."),
                Language::Ru => format!("Учётная запись {name} уже есть."),
                Language::En => format!("An account named {name} exists already."),
            }),
            BooksError::Stale(current) => Self::Stale { current },
            BooksError::Append(error) => unrecorded(error),
            BooksError::Store(error) => unread(error),
            BooksError::Pool(error) => error.into(),
            error @ (BooksError::Account(_) | BooksError::Row(_)) => Self::failure("change an account", error),
        }
    }
}

/// Who keeps accounts from the command line; no account can be called so.
pub const OPERATOR: &str = "cli:user";

/// Whoever runs the installation, at the command line.
#[must_use]
pub fn operator(at: Timestamp) -> By {
    let command = Uuid::now_v7();
    By { name: OPERATOR.to_owned(), at, command: CommandId(command), request: [0; 32], causation: None, seen: None }
}

/// What somebody who acted at the command line is called.
#[must_use]
pub const fn operator_words(language: Language) -> &'static str {
    match language {
        Language::Kk => "жүйе орнатушысы, пәрмен жолынан",
        Language::Ru => "кто ведёт установку, из командной строки",
        Language::En => "whoever runs the installation, at the command line",
    }
}

//! A test mail, in the three languages: whoever gets it may not know of any inquiry.

use directory::Language;
use jiff::Timestamp;
use lettre::message::MultiPart;
use lettre::message::header::ContentType;
use uuid::Uuid;

use super::{Composer, Head, Message, MessageError, boundary, plain_header, text_part};

const SUBJECT: &str = "Сауал: сынақ хаты · пробное письмо · test message";

const WORDS: &str = "Бұл – «Сауал» жүйесінен жіберілген сынақ хаты. Жауап жазудың қажеті жоқ.\n\n\
    Это пробное письмо системы «Сауал». Отвечать на него не нужно.\n\n\
    This is a test message from the system «Saual». There is no need to answer it.\n";

impl Composer {
    /// A test mail to `to`, with the sender, the signature and the diversion of every mail.
    ///
    /// # Errors
    /// [`MessageError`], as for a letter.
    pub fn trial(&self, to: &str, at: Timestamp, id: Uuid) -> Result<Message, MessageError> {
        let message_id = format!("test.{id}@{}", self.from.address.domain());
        let head = Head {
            mail: None,
            name: "",
            address: to,
            message_id: &message_id,
            language: Language::Kk,
            subject: SUBJECT,
            date: at,
        };
        let body = MultiPart::mixed()
            .boundary(boundary(&message_id, "mixed"))
            .singlepart(text_part(ContentType::TEXT_PLAIN, WORDS)?);
        self.message(&head, &[plain_header("Auto-Submitted", "auto-generated")], body)
    }
}

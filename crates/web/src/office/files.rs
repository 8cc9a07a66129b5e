//! Files that come with contributions: kept under the SHA-256 of their bytes, handed out with the inquiry that names them.

use inquiry::command::SubmitContribution;
use inquiry::intake::Attachment;
use inquiry::state::Stage;
use inquiry::terms::MadeFrom;
use inquiry::{BlobHash, Dossier, InquiryId};
use sha2::{Digest, Sha256};

use super::letters::file_name;
use super::signing::{JSON, keep};
use super::{Asked, Done, ordering, unread};
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// The largest file, in bytes.
pub const FILE_LIMIT: usize = 20 * 1024 * 1024;

/// The kinds of files that are kept, each with the bytes it begins with. Nothing that a browser would run.
const KINDS: &[(&str, &[u8])] = &[
    ("application/pdf", b"%PDF-"),
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    ("application/vnd.oasis.opendocument.text", b"PK\x03\x04"),
    // A mail begins with any header; it is handed out as a file to be saved, like all of them.
    ("message/rfc822", b""),
];

/// The media types of the kinds.
pub const MEDIA_TYPES: &[&str] = &[
    "application/pdf",
    "image/png",
    "image/jpeg",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "message/rfc822",
];

/// The media types of what is handed out: what was sent in, and what letters are made from.
pub const HANDED_OUT: &[&str] = &[
    "application/pdf",
    "image/png",
    "image/jpeg",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "message/rfc822",
    JSON,
];

/// Keeps a file of a kind that is taken, under the hash that its sender names.
///
/// # Errors
/// [`Problem::BadField`] when the kind is not taken, the bytes do not begin as the kind does, or they have another hash; a failure.
pub async fn keep_file(state: &AppState, name: BlobHash, media_type: &str, bytes: &[u8]) -> Result<(), Problem> {
    let Some((media, beginning)) = KINDS.iter().find(|(media, _)| *media == media_type) else {
        return Err(field(
            "Content-Type",
            format!("Қабылданатын түрлері: {}.", MEDIA_TYPES.join(", ")),
            format!("Принимаются: {}.", MEDIA_TYPES.join(", ")),
            format!("The kinds that are taken: {}.", MEDIA_TYPES.join(", ")),
        ));
    };
    if !bytes.starts_with(beginning) {
        return Err(field(
            "Content-Type",
            format!("Файл {media} емес сияқты: басы басқаша."),
            format!("Это не похоже на {media}: файл начинается иначе."),
            format!("This does not look like {media}: the file begins otherwise."),
        ));
    }
    let found = BlobHash(Sha256::digest(bytes).into());
    if found != name {
        return Err(field(
            "sha256",
            format!("Келген байттардың SHA-256 мәні {found}; файл жолда бұзылған болуы мүмкін."),
            format!("SHA-256 пришедших байтов {found}; возможно, файл повредился в пути."),
            format!("The bytes that came have the SHA-256 {found}; the file may have been damaged on its way."),
        ));
    }
    keep(state, media, bytes).await?;
    Ok(())
}

fn field(name: &str, kk: String, ru: String, en: String) -> Problem {
    Problem::BadField { field: name.to_owned(), what: Words::new(kk, ru, en) }
}

/// Sends a contribution whose files are all there.
///
/// # Errors
/// [`Problem::BadField`] that names the first file that is not kept; otherwise as any command.
pub async fn contribute(
    state: &AppState,
    asked: &Asked,
    inquiry: InquiryId,
    ask: SubmitContribution,
) -> Result<Done, Problem> {
    for (n, file) in ask.files.iter().enumerate() {
        let kept = state.journal.blob(&file.blob.to_string()).await.map_err(unread)?;
        if kept.is_none_or(|kept| kept.media_type != file.media_type) {
            return Err(field(
                &format!("files[{n}].blob"),
                "Файлды алдымен PUT /api/v1/files/{sha256} арқылы жіберіңіз.".to_owned(),
                "Сначала отправьте файл через PUT /api/v1/files/{sha256}.".to_owned(),
                "Send the file first, by PUT /api/v1/files/{sha256}.".to_owned(),
            ));
        }
    }
    ordering::order_known(state, asked, inquiry, ask.into()).await
}

/// The file of an inquiry with that hash, if the inquiry names one: what came in, what was contributed, letters that were replaced,
/// interim replies.
#[must_use]
pub fn named(dossier: &Dossier, blob: BlobHash) -> Option<Attachment> {
    let contributed = dossier.contributions.iter().flat_map(|contribution| &contribution.files);
    let attached = dossier.intake.attachments.iter().chain(contributed).find(|file| file.blob == blob);
    let pdf = |name: String| Attachment { name, media_type: "application/pdf".to_owned(), blob };
    attached
        .cloned()
        .or_else(|| {
            let replaced = dossier.replaced.iter().find(|replaced| replaced.letter.pdf == blob)?;
            Some(pdf(format!("{}.pdf", replaced.letter.number.replace(['/', '\\'], "-"))))
        })
        .or_else(|| {
            let interim = dossier.interim_replies.iter().find(|reply| reply.pdf == Some(blob))?;
            Some(pdf(format!("{}.pdf", interim.dated)))
        })
        .or_else(|| made_from(dossier, blob))
}

/// What a letter of the inquiry was made from, the present one's or a replaced one's.
fn made_from(dossier: &Dossier, blob: BlobHash) -> Option<Attachment> {
    let present = match &dossier.stage {
        Stage::Signed(signed) => Some(signed),
        _ => dossier.letter().map(|letter| &letter.signed),
    };
    let letters = present.into_iter().chain(dossier.replaced.iter().map(|replaced| &replaced.letter.signed));
    let what = letters.filter_map(|letter| letter.made_from).find_map(|MadeFrom { facts, edition }| match blob {
        _ if blob == facts => Some("facts.json"),
        _ if blob == edition => Some("edition.json"),
        _ => None,
    })?;
    Some(Attachment { name: file_name(dossier, what), media_type: JSON.to_owned(), blob })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_names_the_kinds_that_are_taken() {
        let kinds: Vec<&str> = KINDS.iter().map(|(media, _)| *media).collect();
        assert_eq!(kinds, MEDIA_TYPES);
        assert_eq!(HANDED_OUT, [MEDIA_TYPES, &[JSON]].concat());
    }
}

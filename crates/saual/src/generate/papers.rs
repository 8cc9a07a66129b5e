//! The sheet that lies in the place of letters which nobody typeset: a letter of the Office's own form that says in three languages that it is none.

use std::sync::Arc;

use anyhow::Context;
use inquiry::BlobHash;
use inquiry::ids::CertificateFingerprint;
use inquiry::synthetic::Papers;
use jiff::Timestamp;
use letter::kinds::AnyFacts;
use letter::kinds::reply::ReplyFacts;
use serde_json::json;

use crate::config::Config;
use crate::installation::{Database, Installation};

/// Before anything is made.
pub(super) const fn none() -> Papers {
    let nothing = BlobHash([0; 32]);
    Papers {
        pdf: nothing,
        pdf_bytes: 1,
        facts: nothing,
        edition: nothing,
        signature: nothing,
        certificate: CertificateFingerprint([0; 32]),
    }
}

const WORDS: [&str; 3] = [
    "Бұл – жасанды тарихтың хаты. Сауал, депутаттар және жауап ойдан шығарылған. Мұндай тарихтың ескі хаттары басылмайды: олардың бәрінің орнында осы бір парақ тұр. Жауаптың мәтіні сауалдың бетінде.",
    "Это письмо синтетической истории. Запрос, депутаты и ответ вымышлены. Старые письма такой истории не верстаются: вместо всех них лежит этот один лист. Текст ответа — на странице запроса.",
    "This is a letter of a synthetic history. Inquiry, deputies and reply are made up. The older letters of such a history are not typeset: this one sheet lies in the place of all of them. The text of the reply stands on the inquiry's page.",
];

/// Makes the sheet, seals it with the Office's seal, and keeps what it was made from.
pub(super) async fn kept(config: &Config, database: &Database) -> anyhow::Result<Papers> {
    let installation = Installation::open(config, database, Arc::new(web::SystemClock)).await?;
    let papers = in_office(&installation).await;
    installation.close().await;
    papers
}

async fn in_office(installation: &Installation) -> anyhow::Result<Papers> {
    let state = &installation.state;
    let facts = facts()?;
    let engine = &state.engine;
    let letter = engine.compose_reply(&facts).context("the sheet cannot be composed")?;
    let pdf = engine.pdf(&letter).context("the sheet cannot be typeset")?;
    let signature = state.seal.sign_detached(&pdf, Timestamp::now()).context("the sheet cannot be sealed")?;
    let certificate = state.seal.certificate_fingerprint().context("the seal's certificate cannot be read")?;
    let keep = async |media_type: &str, bytes: &[u8]| -> anyhow::Result<BlobHash> {
        let id = installation.journal.put_blob(media_type, bytes).await.context("the sheet cannot be kept")?;
        Ok(id.parse()?)
    };
    Ok(Papers {
        pdf: keep("application/pdf", &pdf).await?,
        pdf_bytes: pdf.len() as u64,
        facts: keep("application/json", AnyFacts::Reply(facts).to_json().to_string().as_bytes()).await?,
        edition: keep("application/json", &engine.edition().to_bytes()).await?,
        signature: keep("application/pkcs7-signature", &signature).await?,
        certificate: certificate.parse().context("the seal's certificate has no fingerprint")?,
    })
}

fn facts() -> anyhow::Result<ReplyFacts> {
    let paragraph = |text: &str| json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] });
    let facts = json!({
        "language": "kk",
        "chamber": "mazhilis",
        "inquiry": { "number": "№ДС-0", "dated": "2023-09-20" },
        "subject": "Жасанды тарих · Синтетическая история · Synthetic history",
        "recipients": { "list": { "groups": [{ "lines": ["Ойдан шығарылған депутаттар"], "members": ["Ж. Дерек"] }] } },
        "body": { "blocks": WORDS.map(paragraph) },
        "signatory": { "post": ["Ешкім", "қол қоймады"], "name": "Ж. Дерек", "acting": false },
        "executor": { "name": "saual generate", "phone": "00-00-00" },
        "dated": "2023-09-20",
        "registration": null,
        "verify": {
            "code": "0000-0000-0000-0000",
            "url": "https://saual.example/v/0000-0000-0000-0000",
            "note": web::office::letters::SYNTHETIC,
        },
    });
    Ok(ReplyFacts::parse(&facts)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_says_in_three_languages_what_it_is() {
        let engine = letter::Engine::new().unwrap();
        let letter = engine.compose_reply(&facts().unwrap()).unwrap();
        let text = engine.text(&letter).unwrap();
        for words in ["жасанды тарихтың хаты", "синтетической истории", "synthetic history"]
        {
            assert!(text.contains(words), "{text}");
        }
        assert!(!engine.pdf(&letter).unwrap().is_empty());
    }
}

//! The interface for programs, as another program meets it: over HTTP, with tokens, against a real PostgreSQL.

mod accounts;
mod addressed;
mod asked;
mod blanks;
mod conditions;
mod content;
pub(crate) mod device;
mod document;
mod drafts;
mod edition;
mod erasure;
mod files;
mod headers;
mod joined;
mod letters;
mod limits;
mod matrix;
mod named;
mod permissions;
mod proof;
mod reads;
mod register;
mod seal;
mod searching;
mod sight;
pub(crate) mod story;
mod verification;

use serde_json::{Value, json};
use testkit::app::{Answer, TestApp};

/// An inquiry that every field of a registration has a value for.
pub(crate) fn inquiry(number: &str) -> Value {
    json!({
        "number": number,
        "dated": "2023-09-20",
        "received": "2023-09-20",
        "channel": "plenary",
        "chamber": "mazhilis",
        "language": "kk",
        "subject": "Зейнетақы жүйесін жетілдіру туралы",
        "questions": ["Зейнетақы қашан көтеріледі?", { "text": "Жинақ қалай қорғалады?" }],
        "groups": [{
            "label": "«AMANAT» партиясының\nфракция мүшелері, депутаттар",
            "kind": "faction_members",
            "deputies": [
                { "name": "Н. Сәрсенғалиев", "email": "n.sarsengaliev@mazhilis.example" },
                { "name": "Е. Бейсенбаев" },
            ],
        }],
        "attachments": [],
    })
}

/// Registers an inquiry; answers its id and version.
pub(crate) async fn registered(app: &TestApp, number: &str) -> (String, u64) {
    let answer =
        app.call("POST", "/api/v1/inquiries").by("clerk").key(number_key(number).as_str()).json(&inquiry(number));
    let answer = answer.send().await.is(201);
    (answer.json()["id"].as_str().unwrap().to_owned(), answer.version())
}

/// An idempotency key made from a number: keys are ASCII.
fn number_key(number: &str) -> String {
    format!("register-{}", number.bytes().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// Gives a command to an inquiry.
pub(crate) async fn command(app: &TestApp, account: &str, id: &str, seen: u64, name: &str, body: &Value) -> Answer {
    let key = format!("{id}-{seen}-{name}");
    let path = format!("/api/v1/inquiries/{id}/commands/{name}");
    app.call("POST", &path).by(account).key(&key).seen(seen).json(body).send().await
}

pub(crate) fn resolution() -> Value {
    json!({
        "resolution": "Жауап жобасы енгізілсін.",
        "lead": "mlsp", "lead_due": "2023-10-06",
        "co_executors": [{ "ministry": "mfa", "due": "2023-09-29", "task": "Ұсыныс енгізу" }],
    })
}

pub(crate) fn draft(text: &str) -> Value {
    json!({
        "content": {
            "language": "kk",
            "body": { "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": text }] }] },
            "executor": { "name": "Ж. Даулетханова", "phone": "74-53-71" },
            "answers": [],
            "translations": [],
        },
    })
}

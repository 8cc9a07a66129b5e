//! The doors that the story goes through: the API over HTTP, as a ministry's own program would use it.

use std::collections::BTreeMap;
use std::io::Read;
use std::time::Duration;

use anyhow::{Context, bail};
use directory::Language;
use serde_json::Value;
use uuid::Uuid;

/// The largest answer that is read: a letter of many pages, and a margin.
const LARGEST_ANSWER: u64 = 64 * 1024 * 1024;

/// A client of the API with a token for each account.
pub(crate) struct Doors {
    agent: ureq::Agent,
    base: String,
    tokens: BTreeMap<String, String>,
    language: Language,
}

/// What the API answered to a change or a question.
pub(crate) struct Answer {
    /// The revision of the inquiry, from `ETag`.
    pub version: Option<u64>,
    /// The body.
    pub body: Value,
}

/// A change that is asked for.
pub(crate) struct Ask<'a> {
    /// Account that asks.
    pub account: &'a str,
    /// Path below `/api/v1`.
    pub path: &'a str,
    /// The request.
    pub body: &'a Value,
    /// The revision that the asker has seen; none when the inquiry is new.
    pub seen: Option<u64>,
    /// Key under which a repeat answers the first result.
    pub key: Uuid,
}

impl Doors {
    pub(crate) fn new(base: String, tokens: BTreeMap<String, String>, language: Language) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .new_agent();
        Self { agent, base, tokens, language }
    }

    /// Asks for a change; an answer other than success is an error that quotes the problem.
    pub(crate) fn ask(&self, ask: &Ask<'_>) -> anyhow::Result<Answer> {
        let mut request = self
            .agent
            .post(self.url(ask.path))
            .header("Authorization", self.bearer(ask.account)?)
            .header("Accept-Language", self.language.code())
            .header("Idempotency-Key", ask.key.to_string());
        if let Some(seen) = ask.seen {
            request = request.header("If-Match", format!("\"{seen}\""));
        }
        let response = request.send_json(ask.body).with_context(|| format!("POST {}", ask.path))?;
        answer(response, ask.path)
    }

    /// Reads JSON.
    pub(crate) fn look(&self, account: &str, path: &str) -> anyhow::Result<Answer> {
        let response = self.get(account, path)?;
        answer(response, path)
    }

    /// Reads bytes, such as a letter's.
    pub(crate) fn fetch(&self, account: &str, path: &str) -> anyhow::Result<Vec<u8>> {
        let response = self.get(account, path)?;
        let status = response.status();
        let mut bytes = Vec::new();
        response.into_body().into_with_config().limit(LARGEST_ANSWER).reader().read_to_end(&mut bytes)?;
        if !status.is_success() {
            bail!("GET {path} answered {status}: {}", String::from_utf8_lossy(&bytes));
        }
        Ok(bytes)
    }

    fn get(&self, account: &str, path: &str) -> anyhow::Result<ureq::http::Response<ureq::Body>> {
        self.agent
            .get(self.url(path))
            .header("Authorization", self.bearer(account)?)
            .header("Accept-Language", self.language.code())
            .call()
            .with_context(|| format!("GET {path}"))
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.base)
    }

    fn bearer(&self, account: &str) -> anyhow::Result<String> {
        let token = self.tokens.get(account).with_context(|| format!("the account {account} has no token"))?;
        Ok(format!("Bearer {token}"))
    }
}

fn answer(mut response: ureq::http::Response<ureq::Body>, path: &str) -> anyhow::Result<Answer> {
    let status = response.status();
    let version = match response.headers().get("etag") {
        None => None,
        Some(tag) => tag.to_str()?.trim_matches('"').parse().ok(),
    };
    let body: Value = response
        .body_mut()
        .with_config()
        .limit(LARGEST_ANSWER)
        .read_json()
        .with_context(|| format!("{path} answered {status}"))?;
    if !status.is_success() {
        bail!("{path} answered {status}: {body}");
    }
    Ok(Answer { version, body })
}

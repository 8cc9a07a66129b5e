//! Journals to measure on: the made-up histories of `synthetic`, which verify.

use anyhow::Context;
use directory::Directory;
use inquiry::BlobHash;
use inquiry::ids::CertificateFingerprint;
use inquiry::synthetic::{Generated, Papers};
use jiff::civil::date;
use synthetic::{How, Made};
use tokio_postgres::Client;

#[cfg(feature = "journal")]
/// How many events an inquiry has at least, all in all.
const EVENTS: u64 = 20;

/// A history of that many inquiries over three years, the same at every run. Letters are named by a hash and nowhere kept: nothing measured looks at one.
pub(crate) fn history(seed: u64, inquiries: u64) -> Generated {
    let nothing = BlobHash([0xA; 32]);
    let certificate = CertificateFingerprint([0xE; 32]);
    let papers =
        Papers { pdf: nothing, pdf_bytes: 88_123, facts: nothing, edition: nothing, signature: nothing, certificate };
    Generated { seed, inquiries, years: 3, until: date(2026, 11, 27), papers }
}

fn directory() -> anyhow::Result<Directory> {
    Directory::embedded().context("the built-in directory cannot be read")
}

#[cfg(feature = "journal")]
/// Fills an empty journal with at least about `events` events.
pub(crate) async fn generate(client: &mut Client, seed: u64, events: u64) -> anyhow::Result<Made> {
    inquiries(client, seed, events.div_ceil(EVENTS)).await
}

/// Fills an empty journal with that many inquiries.
pub(crate) async fn inquiries(client: &mut Client, seed: u64, inquiries: u64) -> anyhow::Result<Made> {
    Ok(synthetic::generate(
        client,
        directory()?,
        &history(seed, inquiries),
        How { passed: &["dispatch"], ..How::default() },
        |_| (),
    )
    .await?)
}

#[cfg(feature = "journal")]
/// Fills an empty journal with `inquiries` histories of exactly `length` events each, and answers their streams.
pub(crate) async fn generate_of_length(
    client: &mut Client,
    seed: u64,
    length: usize,
    inquiries: u64,
) -> anyhow::Result<Vec<String>> {
    Ok(synthetic::generate_of_length(client, directory()?, &history(seed, inquiries), length).await?)
}

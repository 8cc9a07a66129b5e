//! The archive of evidence of one inquiry: what was signed and sent, every event with its proof, every recipient's evidence, keys and certificates, a
//! report, and a script that checks all of it on a machine that has Python and openssl and nothing of ours (ADR 0032).
//!
//! Read `proofs` (events and the blocks that they share), `letters` (what was signed and sent), `report` (what is told of it), `paper` (the same to be
//! read by people), `pack` (the zip and its manifest, which the Office's seal is put on). Files leave one by one: memory never holds two large ones.

mod letters;
pub(super) mod pack;
mod paper;
mod proofs;
mod report;

use inquiry::{Dossier, InquiryId, RecipientNo};
use tokio::sync::mpsc;

use super::evidence::Ground;
use super::letters::said_of;
use super::seeing::{self, Seen};
use crate::State;
use crate::problem::Problem;
pub(super) use letters::seal_certificate;
use pack::Pack;
use report::Report;

const README: &[u8] = include_bytes!("../../evidence/README.txt");
const CHECK: &[u8] = include_bytes!("../../evidence/check.py");
const VERIFY_PROOF: &[u8] = include_bytes!("../../evidence/verify_proof.py");

/// How many pieces may wait for whoever takes them.
const WAITING: usize = 4;

/// A stretch of the archive, and how far its making has come.
#[derive(Debug)]
pub struct Piece {
    /// The next bytes.
    pub bytes: Vec<u8>,
    /// How many files are in it.
    pub files: usize,
    /// About how many there will be.
    pub of: usize,
}

/// Files of contributions, which are the ministries' own papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// Only named.
    LeftOut,
    /// With their bytes.
    Included,
}

/// An inquiry with its history, for whoever runs the program.
///
/// # Errors
/// [`Problem::NoSuchInquiry`]; a failure.
pub async fn whole(state: &State, inquiry: InquiryId) -> Result<Seen, Problem> {
    seeing::through_link(state, inquiry).await?.ok_or(Problem::NoSuchInquiry)
}

/// The name of the archive, such as `ДС-326-evidence.zip`.
#[must_use]
pub fn file_name(dossier: &Dossier) -> String {
    format!("{}-evidence.zip", dossier.intake.number.normal().replace(['/', '\\'], "-"))
}

/// Packs the evidence of an inquiry as it was seen; the pieces in their order are a zip. It is made on a thread of its own, which waits for whoever takes
/// the pieces and ends when they have gone. After an error nothing follows.
#[must_use]
pub fn packed(state: State, seen: Seen, files: Files) -> mpsc::Receiver<Result<Piece, Problem>> {
    let (to, pieces) = mpsc::channel(WAITING);
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            let events = seen.history.len();
            let recipients = seen.dossier.dispatched().map_or(0, |sent| sent.deliveries.len());
            let pack = Pack::new(to.clone(), events + recipients + 20);
            if let Err(problem) = gather(&state, &seen, files, pack).await {
                // Whoever has gone is told nothing.
                let _gone = to.send(Err(problem)).await;
            }
        });
    });
    pieces
}

async fn gather(state: &State, seen: &Seen, files: Files, mut pack: Pack) -> Result<(), Problem> {
    let now = state.wall.now();
    let made = now.round(jiff::Unit::Second).unwrap_or(now);
    let mut report = Report::of(seen, made)?;
    // So that what happened in the last minute is proved too. Where that fails the archive is what there is, and says so.
    if let Err(error) = state.heads.sign().await {
        tracing::error!(error, "no head could be signed for an archive of evidence");
        report.head_not_signed = true;
    }
    // The whole journal's part is read before the first byte leaves: what is likeliest to fail is told as a problem.
    proofs::add(state, seen, &mut pack, &mut report).await?;
    pack.add("README.txt", &readme(state, README)).await?;
    pack.add("check.py", CHECK).await?;
    pack.add("verify_proof.py", VERIFY_PROOF).await?;
    let mut certificates = letters::add(state, seen, files, &mut pack, &mut report).await?;
    recipients(state, seen, &mut pack, &mut report).await?;
    let seal = seal_certificate(state)?;
    let fingerprint = seal.fingerprint().map_err(|error| Problem::failure("read the seal's certificate", error))?;
    certificates.insert(fingerprint.clone(), seal);
    report.seals = letters::seals(state, &certificates)?;
    for (name, certificate) in &certificates {
        let pem = certificate.to_pem().map_err(|error| Problem::failure("write a certificate", error))?;
        pack.add(&format!("certificates/{name}.pem"), pem.as_bytes()).await?;
    }
    pack.add("report.json", &json(&report)?).await?;
    pack.add("report.pdf", &paper::set(state, seen, &report).await?).await?;
    let manifest = |files: &[pack::Listed]| {
        json(&Manifest {
            format: "saual evidence 1",
            inquiry: &report.inquiry,
            number: &report.number,
            stream: &report.stream,
            events: report.events.len(),
            made: &report.made,
            seal: &fingerprint,
            files,
        })
    };
    pack.sealed(state, &report.made, manifest).await
}

/// What an archive says to whoever opens it: of a made-up journal first that it is one.
pub(super) fn readme(state: &State, text: &[u8]) -> Vec<u8> {
    let said = said_of(state).map(|said| format!("{said}\n\n").into_bytes()).unwrap_or_default();
    [said.as_slice(), text].concat()
}

/// What the Office's seal is put on.
#[derive(serde::Serialize)]
struct Manifest<'a> {
    format: &'static str,
    inquiry: &'a str,
    number: &'a str,
    stream: &'a str,
    /// How many events the stream has: none can be left out at its end either.
    events: usize,
    made: &'a str,
    /// The certificate of the seal over this manifest.
    seal: &'a str,
    files: &'a [pack::Listed],
}

/// The evidence of each delivery, without proofs: those stand in the journal's folder, once for all.
async fn recipients(state: &State, seen: &Seen, pack: &mut Pack, report: &mut Report) -> Result<(), Problem> {
    let Some(sent) = seen.dossier.dispatched() else { return Ok(()) };
    let (ground, language) = (Ground::read(state, seen).await?, seen.dossier.intake.language);
    let mut all: Vec<RecipientNo> = sent.deliveries.iter().map(|delivery| delivery.recipient).collect();
    all.sort_unstable();
    for no in all {
        let evidence = ground.unproved(no, language).await?;
        let name = format!("recipients/{:04}.json", no.0);
        let mut told = serde_json::to_value(&evidence).map_err(unwritten)?;
        if let Some(fields) = told.as_object_mut() {
            fields.remove("proofs");
        }
        pack.add(&name, &json(&told)?).await?;
        report.recipient(&evidence, name);
    }
    Ok(())
}

/// As people can read it too.
pub(super) fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, Problem> {
    let mut text = serde_json::to_vec_pretty(value).map_err(unwritten)?;
    text.push(b'\n');
    Ok(text)
}

fn unwritten(error: serde_json::Error) -> Problem {
    Problem::failure("write evidence as JSON", error)
}

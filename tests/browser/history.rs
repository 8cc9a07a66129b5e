//! An office with two years behind it that never were: for pages that say something only where there is much to say, and for what says that it is made up.

use std::time::Duration;

use directory::Directory;
use dispatch::{notices, reactions};
use inquiry::BlobHash;
use inquiry::ids::CertificateFingerprint;
use inquiry::synthetic::{Generated, Papers};
use jiff::civil::date;
use readmodel::followers::Table;
use synthetic::{How, generate};
use testkit::app::TestApp;
use tokio::runtime::Handle;

/// Nobody is written to about what never was.
const HOW: How<'_> = How { passed: &[reactions::FOLLOWER], portion: 20_000 };

/// How long the tables may need to follow all of it.
const PATIENCE: Duration = Duration::from_secs(300);

/// The same history every time. There is no paper behind its letters: a play opens no letter of it.
fn asked() -> Generated {
    let hash = BlobHash([7; 32]);
    let certificate = CertificateFingerprint([8; 32]);
    let papers = Papers { pdf: hash, pdf_bytes: 9, facts: hash, edition: hash, signature: hash, certificate };
    Generated { seed: 326, inquiries: 300, years: 2, until: date(2025, 11, 21), papers }
}

/// Fills the journal of an office that has just opened, and waits until its tables have followed.
pub(crate) async fn is_told(app: &mut TestApp) {
    let mut client = app.database.connect().await;
    let directory = Directory::embedded().expect("the directory");
    let runtime = Handle::current();
    // The office is closed meanwhile: the history wants the journal for itself, and whether it is made up is asked when the office opens.
    app.restart(move |_| {
        runtime.block_on(generate(&mut client, directory, &asked(), HOW, |_| ())).expect("the history was made");
    })
    .await;
    let head = app.journal().head().await.expect("the head").position;
    for follower in Table::ALL.map(Table::name).into_iter().chain([reactions::FOLLOWER, notices::FOLLOWER]) {
        app.journal().wait_for(follower, head, PATIENCE).await.expect("a follower at the journal's head");
    }
}

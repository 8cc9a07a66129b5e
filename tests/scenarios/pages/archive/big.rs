//! The archive of an inquiry with very many recipients.

use std::time::Instant;

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::super::deputy::sent_to;
use super::{Desk, opened, signed, taken};

/// Proofs share their blocks: with whole proofs this one would have twenty megabytes. How long it takes is told with `--nocapture`.
#[tokio::test(flavor = "multi_thread")]
async fn the_archive_of_a_big_inquiry_stays_small_and_quick() {
    let app = TestApp::start().await;
    let deputies: Vec<Value> = (1..=200)
        .map(|n| json!({ "name": format!("Н. Депутат{n}"), "email": format!("d{n}@parlam.example") }))
        .collect();
    let told = sent_to(&app, "ДС-366", &json!(deputies)).await;
    let key = signed(&app).await;
    let began = Instant::now();
    let zip = taken(&app, &told).await;
    let made = began.elapsed();
    let desk = Desk::of(&app, &key);
    let file = desk.file("archive.zip");
    std::fs::write(&file, &zip).unwrap();
    let began = Instant::now();
    let (proved, said) = desk.script(&file, true);
    let by_script = began.elapsed();
    let began = Instant::now();
    assert!(desk.program(file).await && proved, "{said}");
    let by_program = began.elapsed();
    let files = opened(&zip);
    assert!(files.len() > 400 && zip.len() < 2 << 20, "{} files, {} bytes", files.len(), zip.len());
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    println!(
        "{} files, {} bytes packed, {bytes} unpacked; made in {made:?}, checked in {by_script:?} by the script and {by_program:?} by the program",
        files.len(),
        zip.len()
    );
    app.stop().await;
}

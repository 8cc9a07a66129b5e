//! `saual evidence`: everything that proves an inquiry, as one archive.

use std::fs::File;
use std::io::{BufWriter, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use inquiry::InquiryId;
use web::SystemClock;
use web::office::archive::{self, Files};

use super::{print, show, wrong_use};
use crate::cli::Evidence;
use crate::config::Config;
use crate::exit::{Answer, Stop};
use crate::installation::{Database, Installation};

pub(super) async fn run(config: &Config, database: &Database, asked: &Evidence) -> Result<Answer, Stop> {
    let installation = Installation::open(config, database, Arc::new(SystemClock)).await?;
    let answer = taken(&installation, asked).await;
    installation.close().await;
    answer
}

async fn taken(installation: &Installation, asked: &Evidence) -> Result<Answer, Stop> {
    let found = show::find(&installation.pool, &asked.inquiry).await?;
    let inquiry = match found[..] {
        [inquiry] => inquiry,
        [] => {
            print(&format!("no inquiry is known as {}", asked.inquiry));
            return Ok(Answer::No);
        }
        _ => {
            let ids: Vec<String> = found.iter().map(ToString::to_string).collect();
            return Err(wrong_use(format!(
                "several inquiries bear the number {}; give the id of one: {}",
                asked.inquiry,
                ids.join(", ")
            )));
        }
    };
    let files = if asked.with_files { Files::Included } else { Files::LeftOut };
    let file = write(installation, inquiry, files, asked.out.clone()).await?;
    print(&format!("evidence: {}", file.display()));
    Ok(Answer::Yes)
}

/// Writes the archive, complete or not at all, with every event under a signed head; answers where it is.
pub(crate) async fn write(
    installation: &Installation,
    inquiry: InquiryId,
    files: Files,
    out: Option<PathBuf>,
) -> anyhow::Result<PathBuf> {
    let seen = archive::whole(&installation.state, inquiry).await;
    let seen = seen.context("the inquiry cannot be read")?;
    let file = out.unwrap_or_else(|| archive::file_name(&seen.dossier).into());
    let half = file.with_added_extension("half");
    let out = File::create(&half).with_context(|| format!("{} cannot be written", half.display()))?;
    let written = pieces(installation, seen, files, out).await;
    if written.is_err() {
        // Half an archive is none; that it cannot be removed says nothing new.
        let _left = std::fs::remove_file(&half);
    }
    written?;
    std::fs::rename(&half, &file).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(file)
}

async fn pieces(
    installation: &Installation,
    seen: web::office::seeing::Seen,
    files: Files,
    out: File,
) -> anyhow::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 18, out);
    let mut pieces = archive::packed(installation.state.clone(), seen, files);
    let is_shown = std::io::stderr().is_terminal();
    let (mut done, mut of) = (0, 1);
    while let Some(piece) = pieces.recv().await {
        let piece = piece.context("the evidence cannot be gathered")?;
        out.write_all(&piece.bytes).context("the archive cannot be written")?;
        (done, of) = (piece.files, piece.of);
        if is_shown {
            let _reader_left = write!(std::io::stderr(), "\r{done} of about {of} files\x1b[K");
        }
    }
    if is_shown {
        let _reader_left = write!(std::io::stderr(), "\r\x1b[K");
    }
    anyhow::ensure!(done == of, "the making of the archive broke off");
    sync(out)
}

fn sync(out: BufWriter<File>) -> anyhow::Result<()> {
    out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    Ok(())
}

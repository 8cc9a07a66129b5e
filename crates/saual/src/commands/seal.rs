//! `saual seal …`: the Office's seal shown and rotated.

use std::path::Path;

use anyhow::Context;
use jiff::Timestamp;

use super::{print, wrong_use};
use crate::cli::Seal;
use crate::config::{Config, SealKey};
use crate::exit::{Answer, Stop};
use crate::installation::seal;

pub(super) fn run(config: &Config, command: &Seal) -> Result<Answer, Stop> {
    let own = seal::certificate_file(&config.data);
    // Asked of a mistyped folder, no seal is made there.
    if matches!(config.seal.key, SealKey::Own) && !own.exists() && !matches!(command, Seal::Renew { .. }) {
        return Err(wrong_use(format!("there is no seal yet: {} is made when the program starts", own.display())));
    }
    match command {
        Seal::Show => show(config),
        Seal::Rotate => rotate(config),
        Seal::Renew { file, out } => renew(config, file, out),
    }
}

fn show(config: &Config) -> Result<Answer, Stop> {
    let seal::Opened { seal, known, complaints } = seal::open(config)?;
    print(&format!("holder       {}", seal.subject()));
    print(&format!("SHA-256      {}", seal.certificate_fingerprint().context("the seal's certificate is unreadable")?));
    let until = seal.not_after().map_or_else(|| "without end".to_owned(), |until| until.to_string());
    let left = web::office::seal::days_left(&seal, Timestamp::now());
    print(&format!("valid until  {until}{}", left.map_or_else(String::new, |days| format!(" ({days} days)"))));
    print(&format!("kept         {}", seal::place(config)));
    print(&format!("level        {}", config.seal.level));
    for earlier in known.iter().skip(1) {
        let fingerprint = earlier.fingerprint().context("a certificate is unreadable")?;
        print(&format!("earlier      {fingerprint}  {}", earlier.subject()));
    }
    complaints.iter().for_each(|complaint| print(&format!("to mend      {complaint}")));
    Ok(if complaints.is_empty() && left.is_none_or(|days| days >= 0) { Answer::Yes } else { Answer::No })
}

fn rotate(config: &Config) -> Result<Answer, Stop> {
    if !matches!(config.seal.key, SealKey::Own) {
        return Err(wrong_use(format!(
            "the seal's {} was not made here: make a new key where that one is kept, have its certificate issued, and change the settings. The earlier \
             certificate stays known",
            seal::place(config)
        )));
    }
    let (old, new) = seal::rotate(&config.data, config.seal_valid_from)?;
    let of = |seal: &signature::Seal| seal.certificate_fingerprint().context("the seal's certificate is unreadable");
    print(&format!("earlier      {}", of(&old)?));
    print(&format!("new          {}", of(&new)?));
    print(&format!("certificate  {}", seal::certificate_file(&config.data).display()));
    print(
        "Running programs seal with the earlier key until they are started anew. Other nodes need the same folder. Publish the new fingerprint.",
    );
    Ok(Answer::Yes)
}

fn renew(config: &Config, file: &Path, out: &Path) -> Result<Answer, Stop> {
    let unreadable = |error| wrong_use(format!("{} cannot be read: {error}", file.display()));
    let letter = std::fs::read(file).map_err(unreadable)?;
    let lasting = seal::lasting(config).ok_or_else(|| {
        wrong_use("no timestamping authority is named in the settings: nothing can be renewed".to_owned())
    })?;
    let copy = web::office::seal::renewed(&letter, lasting.as_ref(), Timestamp::now())
        .map_err(|why| anyhow::anyhow!("not renewed: {why}"))?;
    std::fs::write(out, &copy).with_context(|| format!("{} cannot be written", out.display()))?;
    print(&format!("{}: {} bytes, the first {} of them the letter", out.display(), copy.len(), letter.len()));
    Ok(Answer::Yes)
}

//! `saual letter check`: what the signatures of a file are worth, in words. The answer is yes when every one is valid.

use std::path::Path;

use jiff::Timestamp;
use signature::{
    Certificate, Crl, Language, Material, Question, Revocation, Trust, check_detached, check_pdf, signatures_in,
};

use super::{print, wrong_use};
use crate::cli::LetterCheck;
use crate::exit::{Answer, Stop};

pub(super) fn run(asked: &LetterCheck) -> Result<Answer, Stop> {
    let file = read(&asked.file)?;
    let anchors = certificates(asked.trust.as_deref())?;
    let timestamp_anchors = match &asked.trust_timestamps {
        Some(path) => certificates(Some(path))?,
        None => anchors.clone(),
    };
    let revocation = if asked.require_revocation { Revocation::Required } else { Revocation::WhereTold };
    let trust = Trust { anchors, timestamp_anchors, revocation };
    let mut material = Material::new();
    certificates(asked.between.as_deref())?.into_iter().for_each(|one| material.add_certificate(one));
    for path in &asked.crl {
        let list = Crl::from_der(&read(path)?);
        material.add_crl(list.map_err(|_| wrong_use(format!("{} is no revocation list in DER", path.display())))?);
    }
    let question = Question { now: Timestamp::now(), trust: &trust, material: &material, elsewhere: None };
    let language = Language::from(asked.lang);
    let beside = asked.file.with_added_extension("p7s");
    let is_beside = asked.signature.is_none() && signatures_in(&file).is_empty() && beside.exists();
    if is_beside {
        print(&format!("{}:", beside.display()));
    }
    // What the signatory signed has no signature inside: it lies beside the file under the name that the program gives it.
    let (lines, is_valid) = match asked.signature.as_ref().or(is_beside.then_some(&beside)) {
        Some(path) => {
            let report = check_detached(&read(path)?, &file, &question);
            (report.lines(language), report.is_valid())
        }
        None => {
            let report = check_pdf(&file, &question, &[]);
            (report.lines(language), report.is_valid())
        }
    };
    lines.iter().for_each(|line| print(line));
    Ok(if is_valid { Answer::Yes } else { Answer::No })
}

fn certificates(path: Option<&Path>) -> Result<Vec<Certificate>, Stop> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let wrong = || wrong_use(format!("{} holds no certificates in PEM", path.display()));
    let text = String::from_utf8(read(path)?).map_err(|_| wrong())?;
    Certificate::all_from_pem(&text).map_err(|_| wrong())
}

fn read(path: &Path) -> Result<Vec<u8>, Stop> {
    std::fs::read(path).map_err(|error| wrong_use(format!("{} cannot be read: {error}", path.display())))
}

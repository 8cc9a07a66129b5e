//! `saual letter akn`: question and answer for parliaments and researchers who exchange Akoma Ntoso.

use super::{paper, wrong_use};
use crate::cli::Akn;
use crate::exit::{Answer, Stop};

pub(super) fn run(asked: &Akn) -> Result<Answer, Stop> {
    let facts = paper::reply(&asked.facts)?;
    let xml = letter::akn::exchange(&facts, &asked.questions)
        .map_err(|refusal| wrong_use(format!("{}: {refusal}", asked.facts.display())))?;
    paper::write(xml.as_bytes(), asked.out.as_deref())?;
    Ok(Answer::Yes)
}

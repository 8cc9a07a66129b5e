//! One letter in two languages under one signature.
//!
//! Both texts are composed from facts of their own, because labels, posts and free words are not translated by a program; what is the
//! same letter in both must not differ between them.

use super::{AnyFacts, InquiryReference, Signatory};
use crate::error::{Fault, Refusal};
use crate::model::{Letter, Rendition};

/// Holds two sets of facts against each other: the same letter, in another language.
pub(crate) fn same_letter(first: &AnyFacts, second: &AnyFacts) -> Result<(), Refusal> {
    let (one, other) = (first.common(), second.common());
    let acting = |others: &[Signatory]| others.iter().map(|other| other.acting).collect::<Vec<_>>();
    let whole = |inquiries: &[&InquiryReference]| inquiries.iter().map(|one| (*one).clone()).collect::<Vec<_>>();
    let compared = [
        ("/kind", first.form() == second.form()),
        ("/inquiry", whole(&one.inquiries) == whole(&other.inquiries)),
        ("/signatory/acting", one.signatory.acting == other.signatory.acting),
        ("/cosignatories", acting(one.cosignatories) == acting(other.cosignatories)),
        ("/dated", one.dated == other.dated),
        ("/registration", one.registration == other.registration),
        ("/verify/code", one.verify.map(|mark| &mark.code) == other.verify.map(|mark| &mark.code)),
        ("/draft", one.draft == other.draft),
    ];
    if one.language == other.language {
        return Err(Refusal { at: "/language".to_owned(), fault: Fault::SameLanguage });
    }
    match compared.into_iter().find(|(_, same)| !same) {
        Some((at, _)) => Err(Refusal { at: at.to_owned(), fault: Fault::Differs }),
        None => Ok(()),
    }
}

/// The first letter with the second's text behind its own.
pub(crate) fn bound(first: Letter, second: Letter) -> Letter {
    let rendition = Rendition {
        language: second.language,
        addressee: second.addressee,
        reference: second.reference,
        salutation: second.salutation,
        body: second.body,
        signature: second.signature,
        cosignatures: second.cosignatures,
        annexes: second.annexes,
    };
    Letter { second: Some(rendition), ..first }
}

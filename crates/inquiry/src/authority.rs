//! May this person sign this letter at this minute? The letter names somebody; the account says which person of the directory its owner is; the
//! directory says who holds which office and acts by which order; and the certificate, where there is one, names its holder. All four have to agree.
//!
//! The gate ([`mod@crate::allowed`]) compares letter and account. What needs the directory is asked here, at the edge, before anything is signed: the
//! inquiry itself knows no directory.

use directory::{Actor, Authority, Directory, Multilingual, NoAuthority, PersonId};
use jiff::Timestamp;

use crate::refusal::Refusal;
use crate::state::Submission;
use crate::terms::{CertificateHolder, SignatoryBlock};
use crate::time;

/// By what right `by` signs what lies before the signatory, at that moment and by that certificate.
///
/// # Errors
/// The [`Refusal`] that says who may, and what to do.
pub fn of(
    paper: &Submission,
    by: &Actor,
    at: Timestamp,
    signer: Option<&CertificateHolder>,
    directory: &Directory,
) -> Result<Authority, Refusal> {
    let Own { block, person } = named_signatory(paper, by).map_err(|refusal| by_name(refusal, by, directory))?;
    let named = || block.name.clone();
    let authority = directory.authority(&block.office, person, time::civil_of(at)).map_err(|none| match none {
        NoAuthority::Never => Refusal::NoAuthority { named: named() },
        NoAuthority::NotYet { from, ground } => {
            Refusal::AuthorityNotYet { named: named(), from, order: ground.order().cloned() }
        }
        NoAuthority::Ended { until, ground } => {
            Refusal::AuthorityEnded { named: named(), until, order: ground.order().cloned() }
        }
    })?;
    fits(block, &authority)?;
    match signer {
        Some(signer) if !is_of(signer, &authority, directory) => {
            Err(Refusal::CertificateOfAnother { named: named(), holder: signer.name.clone() })
        }
        Some(_) | None => Ok(authority),
    }
}

/// The directory knows whoever asks by more than the name of an account.
fn by_name(refusal: Refusal, by: &Actor, directory: &Directory) -> Refusal {
    let known = by.person.and_then(|own| directory.person(own));
    if let (Refusal::SignatoryIsAnother { named, .. }, Some(known)) = (&refusal, known) {
        return Refusal::SignatoryIsAnother { named: named.clone(), own: known.name.clone() };
    }
    refusal
}

/// The block of a letter under which whoever asks signs.
pub(crate) struct Own<'a> {
    pub(crate) block: &'a SignatoryBlock,
    pub(crate) person: PersonId,
}

/// Which of those whom the letter names the account belongs to, while their signature is missing.
///
/// # Errors
/// The [`Refusal`] that says whose letter it is.
pub(crate) fn named_signatory<'a>(paper: &'a Submission, by: &Actor) -> Result<Own<'a>, Refusal> {
    paper.person.ok_or(Refusal::SubmittedWithoutPerson)?;
    let named = || paper.awaited_names();
    let own = by.person.ok_or_else(|| Refusal::AccountWithoutPerson { named: named() })?;
    if paper.given_by(own).is_some() {
        return Err(Refusal::SignedAlready { awaited: named() });
    }
    match paper.signatories().find(|signatory| signatory.person == Some(own)) {
        Some(signatory) => Ok(Own { block: signatory.block, person: own }),
        None => Err(Refusal::SignatoryIsAnother { named: named(), own: Multilingual::new(&by.name, &by.name, None) }),
    }
}

/// Does the letter print the right by which it would be signed? One that says "acting" is no letter of whoever was appointed since.
pub(crate) fn fits(block: &SignatoryBlock, authority: &Authority) -> Result<(), Refusal> {
    let is_acting = authority.ground.is_acting();
    if is_acting == block.acting {
        return Ok(());
    }
    Err(Refusal::CapacityChanged { named: block.name.clone(), is_acting })
}

/// A person may stand in the directory several times, with the number in one line and a name of before in another.
fn is_of(signer: &CertificateHolder, authority: &Authority, directory: &Directory) -> bool {
    let own: Vec<_> = directory.holders().iter().filter(|holder| holder.person == authority.person).collect();
    let has_number = signer.iin.is_some() && own.iter().any(|holder| holder.iin.is_some());
    let mut deciding = own.into_iter().filter(|holder| !has_number || holder.iin.is_some());
    deciding.any(|holder| holder.is_named_by(&signer.name, signer.iin.as_ref()))
}

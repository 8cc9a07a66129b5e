//! May this person sign this letter at this minute? The letter names somebody; the account says which person of the directory its owner is; the
//! directory says who holds which office and acts by which order; and the certificate, where there is one, names its holder. All four have to agree.
//!
//! The gate ([`mod@crate::allowed`]) compares letter and account. What needs the directory is asked here, at the edge, before anything is signed: the
//! inquiry itself knows no directory.

use directory::{Actor, Authority, Directory, Multilingual, NoAuthority, PersonId};
use jiff::Timestamp;

use crate::refusal::Refusal;
use crate::state::Submission;
use crate::terms::CertificateHolder;
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
    let named = || paper.signatory.name.clone();
    let person = named_signatory(paper, by).map_err(|refusal| by_name(refusal, by, directory))?;
    let authority =
        directory.authority(&paper.signatory.office, person, time::civil_of(at)).map_err(|none| match none {
            NoAuthority::Never => Refusal::NoAuthority { named: named() },
            NoAuthority::NotYet { from, ground } => {
                Refusal::AuthorityNotYet { named: named(), from, order: ground.order().cloned() }
            }
            NoAuthority::Ended { until, ground } => {
                Refusal::AuthorityEnded { named: named(), until, order: ground.order().cloned() }
            }
        })?;
    fits(paper, &authority)?;
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

/// Which person the letter names, if the account is theirs.
///
/// # Errors
/// The [`Refusal`] that says whose letter it is.
pub(crate) fn named_signatory(paper: &Submission, by: &Actor) -> Result<PersonId, Refusal> {
    let person = paper.person.ok_or(Refusal::SubmittedWithoutPerson)?;
    let named = || paper.signatory.name.clone();
    let own = by.person.ok_or_else(|| Refusal::AccountWithoutPerson { named: named() })?;
    if own == person {
        return Ok(person);
    }
    Err(Refusal::SignatoryIsAnother { named: named(), own: Multilingual::new(&by.name, &by.name, None) })
}

/// Does the letter print the right by which it would be signed? One that says "acting" is no letter of whoever was appointed since.
pub(crate) fn fits(paper: &Submission, authority: &Authority) -> Result<(), Refusal> {
    let is_acting = authority.ground.is_acting();
    if is_acting == paper.signatory.acting {
        return Ok(());
    }
    Err(Refusal::CapacityChanged { named: paper.signatory.name.clone(), is_acting })
}

/// A person may stand in the directory several times, with the number in one line and a name of before in another.
fn is_of(signer: &CertificateHolder, authority: &Authority, directory: &Directory) -> bool {
    let own: Vec<_> = directory.holders().iter().filter(|holder| holder.person == authority.person).collect();
    let has_number = signer.iin.is_some() && own.iter().any(|holder| holder.iin.is_some());
    let mut deciding = own.into_iter().filter(|holder| !has_number || holder.iin.is_some());
    deciding.any(|holder| holder.is_named_by(&signer.name, signer.iin.as_ref()))
}

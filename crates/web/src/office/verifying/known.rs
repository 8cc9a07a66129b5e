//! A letter of ours as its holder may know it: what the journal says of it, what its kept files show, what stands on its paper.

use std::sync::Arc;

use directory::number::bare;
use eventstore::ProofDocument;
use inquiry::event::{Event, OutgoingNumberAssigned, ReplySigned};
use inquiry::same::{Found, Judged, Seam, broken};
use inquiry::state::{NumberedReply, SignedReply};
use inquiry::{BlobHash, Dossier, InquiryId};
use jiff::Timestamp;
use letter::model::{Block, Inline};
use readmodel::letters::{SignedLetter, printed_code};
use signature::{Certificate, Question, Report, Trust, check_detached, signer_of};
use trust::Kept;

use super::super::evidence::REACH;
use super::super::letters::kept_facts;
use super::super::same::{self, Bytes, Files, Given, Signature};
use super::super::seeing::{self, Seen, events_of};
use super::super::{at_work, unread};
use crate::problem::Problem;
use crate::state::AppState;

/// How many words of the beginning and of the end of a text are told for comparing a printed copy: enough to tell another text, no more than the paper shows.
const WORDS: usize = 8;

/// A letter of ours.
pub(crate) struct Known {
    pub inquiry: InquiryId,
    /// The code that it prints.
    pub code: String,
    pub dossier: Box<Dossier>,
    pub signed: ReplySigned,
    /// Where its signature stands in the journal.
    pub signed_position: i64,
    pub numbered: Option<OutgoingNumberAssigned>,
    pub numbered_position: Option<i64>,
    /// When it was first ordered out.
    pub sent_at: Option<Timestamp>,
    pub replaced: Option<Replaced>,
}

/// A letter that is no longer the Office's word.
pub(crate) struct Replaced {
    pub at: Timestamp,
    /// The number of the letter in its place; none while that is being prepared.
    pub by: Option<String>,
}

/// What the kept files of a letter show.
pub(crate) struct Looked {
    pub found: Found,
    /// Where the three are not one letter.
    pub seam: Option<Seam>,
    pub signed_bytes: Option<usize>,
    pub sent_bytes: Option<usize>,
    pub pages: Option<usize>,
    pub signature: LookedAt,
    /// Those of the others.
    pub cosigned: Vec<LookedAt>,
    pub office: Option<Certificate>,
}

/// What one signature shows.
pub(crate) struct LookedAt {
    /// The certificate that it brings.
    pub by: Option<Certificate>,
    /// The report of the check when it was given.
    pub kept: Option<Kept>,
    /// The same question asked once more: of what was kept then, by whom the office trusts today. Nobody outside is asked for whoever holds a code.
    pub again: Option<Report>,
}

impl LookedAt {
    fn of(given: &Signature, signed: Option<&[u8]>, trust: &Trust) -> Self {
        let kept = given.kept();
        let again = kept.as_ref().zip(given.cms.as_deref()).zip(signed).map(|((kept, cms), signed)| {
            check_detached(cms, signed, &Question { now: kept.at, trust, material: &kept.material, elsewhere: None })
        });
        Self { by: given.cms.as_deref().and_then(signer_of), kept, again }
    }
}

/// What stands at the beginning and at the end of a letter's text.
pub(crate) struct Around {
    pub opening: String,
    pub closing: String,
}

impl Known {
    /// The letter of a row of the register, as the journal has it. The register is derived, and whoever owns the database can write into it what they like: none, where the
    /// two do not say the same.
    pub(super) async fn of(state: &AppState, row: &SignedLetter) -> Result<Option<Self>, Problem> {
        let mut known = None;
        if let Some(seen) = seeing::through_link(state, row.inquiry).await? {
            let mut letters = Self::all(row.inquiry, &seen)?.into_iter();
            known = letters.find(|known| known.signed.version.0 == row.version && known.is_told_by(row));
        }
        if known.is_none() {
            tracing::error!(code = %row.code, inquiry = %row.inquiry, version = row.version, "the register of letters and the journal disagree: somebody has changed the register");
        }
        Ok(known)
    }

    /// The letters of an inquiry, as the journal has them.
    pub(super) fn all(inquiry: InquiryId, seen: &Seen) -> Result<Vec<Self>, Problem> {
        let mut all: Vec<Self> = Vec::new();
        for recorded in &seen.history {
            for event in events_of(recorded)? {
                all.iter_mut().for_each(|known| known.heard(&event, recorded.position, recorded.at));
                let Event::ReplySigned(signed) = event else { continue };
                all.push(Self {
                    inquiry,
                    code: printed_code(inquiry, signed.version, signed.code.as_ref()),
                    dossier: seen.dossier.clone(),
                    signed,
                    signed_position: recorded.position,
                    numbered: None,
                    numbered_position: None,
                    sent_at: None,
                    replaced: None,
                });
            }
        }
        Ok(all)
    }

    /// Does the register say the same? It may be behind, and not know the number yet.
    fn is_told_by(&self, row: &SignedLetter) -> bool {
        let numbered = self.numbered.as_ref();
        row.code == self.code
            && row.signed_pdf == self.signed.pdf
            && row.registered_pdf.is_none_or(|pdf| numbered.is_some_and(|numbered| numbered.pdf == pdf))
            && row.number.as_ref().is_none_or(|number| numbered.is_some_and(|numbered| numbered.number == *number))
            && row.dated.is_none_or(|dated| numbered.is_some_and(|numbered| numbered.dated == dated))
    }

    fn heard(&mut self, event: &Event, position: i64, at: Timestamp) {
        match (event, &self.numbered, &mut self.replaced) {
            (Event::OutgoingNumberAssigned(numbered), None, _) => {
                self.numbered = Some(numbered.clone());
                self.numbered_position = Some(position);
            }
            (Event::OutgoingNumberAssigned(later), Some(_), Some(replaced)) => {
                replaced.by.get_or_insert_with(|| later.number.clone());
            }
            (Event::DispatchOrdered(order), Some(own), _) if order.letter.number == own.number => {
                self.sent_at.get_or_insert(at);
            }
            (Event::ReplyReplaced(event), Some(own), replaced) if event.replaced == own.number => {
                replaced.get_or_insert(Replaced { at, by: None });
            }
            _ => {}
        }
    }

    /// The inquiry's own number, without its sign.
    pub(crate) fn inquiry_number(&self) -> &str {
        bare(self.dossier.intake.number.printed())
    }

    /// SHA-256 of what was sent.
    pub(crate) fn sent(&self) -> Option<BlobHash> {
        self.numbered.as_ref().map(|numbered| numbered.pdf)
    }

    fn files(&self) -> Files {
        let registered = self.numbered.as_ref().map(|numbered| (numbered.pdf, numbered.seal));
        let signed = &self.signed;
        Files {
            signed: signed.pdf,
            signature: Given { cms: signed.signature, checked: signed.checked },
            cosigned: signed.cosigned.iter().map(Given::of).collect(),
            registered,
        }
    }

    /// The kept files as they are.
    pub(crate) async fn bytes(&self, state: &AppState) -> Result<Bytes, Problem> {
        same::read(state, self.files()).await
    }

    /// Looks into the kept files: a letter whose files were touched is not called genuine.
    pub(crate) async fn look(&self, state: &AppState) -> Result<Looked, Problem> {
        let bytes = self.bytes(state).await?;
        let letter = self.numbered.as_ref().map(|numbered| of_events(&self.signed, numbered));
        let (draft, signed) = (self.dossier.draft.clone(), self.signed.pdf);
        let (authorities, sealing) = (Arc::clone(&state.authorities), Arc::clone(&state.sealing));
        at_work("look into a letter's kept files", move || {
            let found = same::found(&bytes, sealing.known());
            let looked_at = |given: &Signature| LookedAt::of(given, bytes.signed.as_deref(), authorities.trust());
            let seam = match &letter {
                Some(letter) => broken(draft.as_ref(), letter, &found),
                None if found.signed != Some(signed) => Some(Seam::Signed),
                None => {
                    let mut all = std::iter::once(&found.signature).chain(&found.cosigned);
                    all.any(|judged| *judged == Judged::Bad).then_some(Seam::Signature)
                }
            };
            let shown = bytes.registered.as_deref().or(bytes.signed.as_deref());
            Ok(Looked {
                seam,
                signed_bytes: bytes.signed.as_ref().map(Vec::len),
                sent_bytes: bytes.registered.as_ref().map(Vec::len),
                pages: shown.and_then(|pdf| letter::preview::count(pdf).ok()),
                signature: looked_at(&bytes.signature),
                cosigned: bytes.cosigned.iter().map(looked_at).collect(),
                office: bytes.seal.as_deref().and_then(signer_of),
                found,
            })
        })
        .await
    }

    /// How the text begins and ends, from the facts that it was made from; none of letters whose facts nobody kept.
    pub(crate) async fn around(&self, state: &AppState) -> Result<Option<Around>, Problem> {
        let Some(made_from) = self.signed.made_from else { return Ok(None) };
        let facts = kept_facts(state, made_from.facts).await?;
        let mut words = Vec::new();
        facts.body.blocks.iter().for_each(|block| of_block(block, &mut words));
        let text = words.concat();
        let words: Vec<&str> = text.split_whitespace().collect();
        let (first, last) = (words.len().min(WORDS), words.len().saturating_sub(WORDS));
        Ok(Some(Around { opening: words[..first].join(" "), closing: words[last..].join(" ") }))
    }

    /// The proof that one of its two events stands in the journal.
    pub(crate) async fn proof(state: &AppState, position: i64) -> Result<Option<ProofDocument>, Problem> {
        state.journal.proof_document(position, REACH).await.map_err(unread)
    }
}

/// The letter as the inquiry held it.
fn of_events(signed: &ReplySigned, numbered: &OutgoingNumberAssigned) -> NumberedReply {
    NumberedReply {
        signed: SignedReply::of(signed),
        number: numbered.number.clone(),
        dated: numbered.dated,
        pdf: numbered.pdf,
        seal: numbered.seal,
    }
}

/// The words of a block, as the page shows them; its footnotes stand elsewhere on the page.
fn of_block(block: &Block, words: &mut Vec<String>) {
    match block {
        Block::Paragraph { content } | Block::Heading { content, .. } => of_line(content, words),
        Block::List { items, .. } => {
            items.iter().flat_map(|item| &item.blocks).for_each(|block| of_block(block, words));
        }
        Block::Table(table) => {
            let cells = table.head.iter().chain(table.rows.iter().flatten());
            cells.for_each(|cell| of_line(&cell.content, words));
        }
        Block::PageBreak => {}
    }
}

fn of_line(content: &[Inline], words: &mut Vec<String>) {
    of_inlines(content, words);
    words.push(" ".to_owned());
}

fn of_inlines(content: &[Inline], words: &mut Vec<String>) {
    for inline in content {
        match inline {
            Inline::Text { text } => words.push(text.clone()),
            Inline::Bold { content } | Inline::Italic { content } => of_inlines(content, words),
            Inline::LineBreak => words.push(" ".to_owned()),
            Inline::Footnote { .. } => {}
        }
    }
}

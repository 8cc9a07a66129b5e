//! Why a proposal is not taken in, taken or dismissed.

use directory::Language;

use super::command::MOST_WAITING;
use crate::refusal::Refusal;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProposalRefusal {
    /// Only whoever holds the link of that place asks in its name.
    #[error("the asker does not speak for the place that the proposal comes from")]
    NotYours,
    /// A clerk decides.
    #[error("a clerk decides about proposals")]
    ClerksOnly,
    /// It came in already.
    #[error("the proposal came in already")]
    AlreadyReceived,
    /// There is no such proposal.
    #[error("there is no such proposal")]
    NotReceived,
    /// It was taken or dismissed.
    #[error("the proposal was decided already")]
    Decided,
    /// Enough of the same place wait.
    #[error("{MOST_WAITING} proposals from this place wait already")]
    TooManyWaiting,
    /// A text that cannot be kept.
    #[error(transparent)]
    Text(#[from] Refusal),
}

impl ProposalRefusal {
    /// The same as a sentence for people.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let (kk, ru, en) = match self {
            Self::NotYours => (
                "Бұл сілтеме басқа депутаттың атынан сұрауға құқық бермейді.",
                "Эта ссылка не даёт права спрашивать от имени другого депутата.",
                "This link does not let you ask in another deputy's name.",
            ),
            Self::ClerksOnly => (
                "Өтініш туралы іс жүргізуші шешім қабылдайды.",
                "Об обращениях решает делопроизводитель.",
                "A clerk decides about proposals.",
            ),
            Self::AlreadyReceived => {
                ("Бұл өтініш бұрын түскен.", "Это обращение уже поступило.", "This proposal came in already.")
            }
            Self::NotReceived => ("Мұндай өтініш жоқ.", "Такого обращения нет.", "There is no such proposal."),
            Self::Decided => (
                "Бұл өтініш бойынша шешім қабылданған.",
                "По этому обращению решение уже принято.",
                "This proposal was decided already.",
            ),
            Self::TooManyWaiting => (
                "Алдыңғы сұрақтарыңыз әлі қаралуда; олар бойынша шешім шыққан соң қайта жіберіңіз.",
                "Ваши прежние вопросы ещё рассматриваются; отправьте новые, когда по ним будет решение.",
                "Your earlier questions are still being looked at; send others once those are decided.",
            ),
            Self::Text(refusal) => return refusal.words(language),
        };
        match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
        .to_owned()
    }
}

//! What deserves a second look before going on. A warning refuses nothing: it happened that a deputy who had asked headed the
//! ministry that answered, and the answer was sent.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use directory::warning::Warning as DirectoryWarning;
use directory::{DeputyId, Language, MinistryCode, Multilingual, View, dates};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::QuestionNo;
use crate::intake::Recipient;
use crate::state::{ContributionStatus, Dossier};

/// Something unusual about an inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// About the deputies who asked and the ministries that answer.
    People(DirectoryWarning),
    /// Two deputies of the list have one address: their mails go into one box.
    SameAddress {
        /// The first, as the list prints them.
        first: String,
        /// The second.
        second: String,
        /// The address.
        address: String,
    },
    /// A deputy of the directory stands on the list under another name.
    OtherName {
        /// The name on the list.
        listed: String,
        /// The name in the directory.
        known: Multilingual,
    },
    /// A ministry asked to be replaced, and the head has not decided.
    Contested {
        /// Which.
        ministry: MinistryCode,
    },
    /// A co-executor's contribution is not accepted, and there is a draft already.
    ContributionOpen {
        /// Whose.
        ministry: MinistryCode,
    },
    /// The draft answers no block to a question.
    Unanswered {
        /// Which.
        question: QuestionNo,
    },
    /// The draft is due on a later day than the reply.
    DraftDueAfterReply {
        /// When the draft is due.
        lead_due: Date,
        /// When the reply is due.
        due: Date,
    },
}

impl Warning {
    /// The warning as one sentence.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        match (self, language) {
            (Self::People(warning), language) => warning.words(language),
            (Self::SameAddress { first, second, address }, language) => match language {
                Language::Kk => {
                    format!("{first} мен {second}: мекенжайы бір ({address}); қате емес екенін тексеріңіз.")
                }
                Language::Ru => {
                    format!("У депутатов {first} и {second} один адрес ({address}); проверьте, нет ли ошибки.")
                }
                Language::En => {
                    format!("{first} and {second} have one address ({address}); see whether that is right.")
                }
            },
            (Self::OtherName { listed, known }, language) => {
                let known = known.words(language);
                match language {
                    Language::Kk => format!("Тізімде «{listed}» деп жазылған, анықтамалықта ол – {known}."),
                    Language::Ru => format!("В списке указано «{listed}», в справочнике это {known}."),
                    Language::En => format!("The list says “{listed}”; in the directory this is {known}."),
                }
            }
            (Self::Contested { ministry }, Language::Kk) => format!("Орындаушы ({ministry}) ауыстыруды сұраған."),
            (Self::Contested { ministry }, Language::Ru) => format!("Исполнитель ({ministry}) просит его заменить."),
            (Self::Contested { ministry }, Language::En) => format!("The ministry ({ministry}) asks to be replaced."),
            (Self::ContributionOpen { ministry }, Language::Kk) => format!("Ұсыныс ({ministry}) әлі қабылданбаған."),
            (Self::ContributionOpen { ministry }, Language::Ru) => format!("Предложение ({ministry}) ещё не принято."),
            (Self::ContributionOpen { ministry }, Language::En) => {
                format!("The contribution ({ministry}) is not accepted yet.")
            }
            (Self::Unanswered { question }, Language::Kk) => format!("{question}-сұраққа жауап көрсетілмеген."),
            (Self::Unanswered { question }, Language::Ru) => format!("На вопрос {question} ответ не указан."),
            (Self::Unanswered { question }, Language::En) => format!("No answer is shown for question {question}."),
            (Self::DraftDueAfterReply { lead_due, due }, language) => {
                let (lead_due, due) = (dates::words(*lead_due, language), dates::words(*due, language));
                match language {
                    Language::Kk => format!("Жобаның мерзімі ({lead_due}) жауаптың мерзімінен ({due}) кеш."),
                    Language::Ru => format!("Срок проекта ({lead_due}) позже срока ответа ({due})."),
                    Language::En => format!("The draft is due ({lead_due}) after the reply itself ({due})."),
                }
            }
        }
    }
}

/// What is unusual about this inquiry, with the directory as it stands on the day of `view`.
#[must_use]
pub fn warnings(dossier: &Dossier, view: &View<'_>) -> Vec<Warning> {
    let deputies: Vec<DeputyId> = dossier.recipients().filter_map(|recipient| recipient.deputy).collect();
    let people = view.warnings(&deputies, &ministries(dossier)).into_iter().map(Warning::People);
    people.chain(of_the_list(dossier, view)).chain(of_the_work(dossier)).collect()
}

/// Of the inquiry's own list, while its reply can still go astray.
fn of_the_list(dossier: &Dossier, view: &View<'_>) -> Vec<Warning> {
    if !dossier.stage.name().is_unsigned() {
        return Vec::new();
    }
    let listed: Vec<&Recipient> = dossier.recipients().collect();
    let mut found = Vec::new();
    let mut boxes: HashMap<String, &Recipient> = HashMap::new();
    for recipient in listed {
        if let Some(email) = &recipient.email {
            match boxes.entry(email.as_str().to_lowercase()) {
                Entry::Vacant(free) => drop(free.insert(recipient)),
                // Whoever stands on the lists of several inquiries that one reply answers is one person, and gets one mail.
                Entry::Occupied(first) if first.get().deputy.is_some() && first.get().is_same_person(recipient) => {}
                Entry::Occupied(first) => found.push(Warning::SameAddress {
                    first: first.get().name.clone(),
                    second: recipient.name.clone(),
                    address: email.to_string(),
                }),
            }
        }
        let known = recipient.deputy.and_then(|deputy| view.directory().deputy(deputy));
        if let Some(known) = known.filter(|known| !is_name_of(&recipient.name, &known.name)) {
            found.push(Warning::OtherName { listed: recipient.name.clone(), known: known.name.clone() });
        }
    }
    found
}

/// Is it one of the directory's spellings? Spaces and the case of letters do not make another name.
fn is_name_of(listed: &str, known: &Multilingual) -> bool {
    let plain = |name: &str| name.split_whitespace().collect::<String>().to_lowercase();
    Language::ALL.into_iter().any(|language| plain(known.words(language)) == plain(listed))
}

fn ministries(dossier: &Dossier) -> Vec<MinistryCode> {
    dossier
        .assignment
        .iter()
        .flat_map(|a| std::iter::once(&a.lead).chain(a.co_executors.iter().map(|co| &co.ministry)))
        .cloned()
        .collect()
}

fn of_the_work(dossier: &Dossier) -> Vec<Warning> {
    let mut found = Vec::new();
    if !dossier.stage.name().is_unsigned() {
        return found;
    }
    if let Some(assignment) = &dossier.assignment {
        let contested = |contest: &crate::state::Contest| Warning::Contested { ministry: contest.ministry.clone() };
        found.extend(assignment.contests.iter().map(contested));
        if let Some(due) = dossier.due().filter(|due| assignment.lead_due > *due) {
            found.push(Warning::DraftDueAfterReply { lead_due: assignment.lead_due, due });
        }
        let accepted = |ministry: &MinistryCode| {
            dossier.contribution(ministry).is_some_and(|known| known.status == ContributionStatus::Accepted)
        };
        if dossier.draft.is_some() {
            let open = assignment.co_executors.iter().map(|co| &co.ministry).filter(|ministry| !accepted(ministry));
            found.extend(open.map(|ministry| Warning::ContributionOpen { ministry: ministry.clone() }));
        }
    }
    found.extend(unanswered(dossier).into_iter().map(|question| Warning::Unanswered { question }));
    found
}

/// The questions to which the draft answers no block; none while there is no draft.
#[must_use]
pub fn unanswered(dossier: &Dossier) -> Vec<QuestionNo> {
    let Some(draft) = &dossier.draft else { return Vec::new() };
    let answered = |no: QuestionNo| draft.content.answers.iter().any(|link| link.question == no);
    dossier.intake.questions.iter().map(|question| question.no).filter(|no| !answered(*no)).collect()
}

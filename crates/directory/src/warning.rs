//! What somebody should look at before going on. A warning refuses nothing: it happened that a deputy who had asked headed the
//! ministry that answered.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dates;
use crate::ids::{DeputyId, MinistryCode};
use crate::language::Language;
use crate::office::Holder;
use crate::records::View;
use crate::text::Multilingual;

/// Something unusual about the deputies of an inquiry and the ministries that answer it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "warning", rename_all = "snake_case", deny_unknown_fields)]
pub enum Warning {
    /// A deputy who asked now heads a ministry that answers.
    DeputyHeadsMinistry {
        /// The deputy.
        deputy: DeputyId,
        /// The deputy's name.
        name: Multilingual,
        /// The ministry.
        ministry: MinistryCode,
        /// The ministry's name.
        ministry_name: Multilingual,
    },
    /// A deputy on the list holds no mandate on that day.
    NoMandate {
        /// The deputy.
        deputy: DeputyId,
        /// The deputy's name.
        name: Multilingual,
        /// The first day without the mandate, when the mandate has ended.
        since: Option<Date>,
    },
}

impl Warning {
    /// The warning as one sentence.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        match self {
            Self::DeputyHeadsMinistry { name, ministry_name, .. } => {
                let (name, ministry) = (name.words(language), ministry_name.words(language));
                match language {
                    Language::Kk => {
                        format!("Сауал жолдаған депутат {name} қазір жауап беретін органды басқарады: {ministry}.")
                    }
                    Language::Ru => {
                        format!("Депутат {name}, направивший запрос, теперь возглавляет отвечающий орган: {ministry}.")
                    }
                    Language::En => format!("{name}, a deputy who asked, now heads the body that answers: {ministry}."),
                }
            }
            Self::NoMandate { name, since, .. } => {
                let name = name.words(language);
                match (language, since.map(|date| dates::words(date, language))) {
                    (Language::Kk, Some(since)) => format!("{name}: депутаттық өкілеттігі тоқтатылған ({since})."),
                    (Language::Kk, None) => format!("{name}: бұл күні депутаттық өкілеттігі жоқ."),
                    (Language::Ru, Some(since)) => format!("{name}: депутатские полномочия прекращены ({since})."),
                    (Language::Ru, None) => format!("{name}: на эту дату нет депутатских полномочий."),
                    (Language::En, Some(since)) => format!("{name} no longer holds a mandate (since {since})."),
                    (Language::En, None) => format!("{name} holds no mandate on that day."),
                }
            }
        }
    }
}

impl View<'_> {
    /// What is unusual about these deputies asking these ministries on this day. A deputy whom the directory does not know
    /// gives no warning: lists are free to name people we have no record of.
    #[must_use]
    pub fn warnings(&self, deputies: &[DeputyId], ministries: &[MinistryCode]) -> Vec<Warning> {
        deputies
            .iter()
            .flat_map(|deputy| {
                let heads = ministries.iter().filter_map(|ministry| self.heads(*deputy, ministry));
                heads.chain(self.without_mandate(*deputy)).collect::<Vec<_>>()
            })
            .collect()
    }

    fn heads(&self, deputy: DeputyId, code: &MinistryCode) -> Option<Warning> {
        let office = self.directory().offices().iter().find(|office| office.ministry.as_ref() == Some(code))?;
        let on = |holder: &&Holder| holder.office == office.code && holder.term.touches(self.date());
        let holder = self.directory().holders().iter().filter(on).find(|holder| holder.deputy == Some(deputy))?;
        let ministry = self.ministry(code).or_else(|| self.directory().ministry(code))?;
        Some(Warning::DeputyHeadsMinistry {
            deputy,
            name: holder.name.clone(),
            ministry: code.clone(),
            ministry_name: ministry.name.clone(),
        })
    }

    fn without_mandate(&self, deputy: DeputyId) -> Option<Warning> {
        if self.deputy(deputy).is_some() {
            return None;
        }
        let known = self.directory().deputy(deputy)?;
        let since = known.mandate.until.filter(|until| *until <= self.date());
        Some(Warning::NoMandate { deputy, name: known.name.clone(), since })
    }
}

//! The rubricator: what inquiries are about, as reports count it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::TopicCode;
use crate::period::Period;
use crate::search;
use crate::text::Multilingual;

/// The longest beginning that stands for a whole word and not for the words that begin so: «су» is water, and no subsidy.
const WHOLE: usize = 3;

/// A topic of the rubricator.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its code, stable through changes of its name.
    pub code: TopicCode,
    /// Its name, such as «Әлеуметтік қорғау және зейнетақы».
    pub name: Multilingual,
    /// How words that speak of it begin, in both languages, in small Russian letters.
    pub words: Vec<String>,
    /// When inquiries are counted under it.
    pub period: Period,
}

impl Topic {
    /// How many words of a text speak of it.
    fn told_by(&self, folded: &str) -> usize {
        let tells = |word: &&str| {
            self.words.iter().any(|own| word == own || (own.chars().count() > WHOLE && word.starts_with(own.as_str())))
        };
        folded.split(' ').filter(tells).count()
    }
}

/// The topic that a text speaks of most; none where it speaks of none, or of two alike.
pub(crate) fn of_text<'a>(topics: impl Iterator<Item = &'a Topic>, text: &str) -> Option<&'a Topic> {
    let folded = search::fold(text);
    let told = topics.map(|topic| (topic.told_by(&folded), topic)).filter(|(words, _)| *words > 0);
    let mut told: Vec<(usize, &Topic)> = told.collect();
    told.sort_by_key(|(words, _)| std::cmp::Reverse(*words));
    match told.as_slice() {
        [] => None,
        [(_, only)] => Some(only),
        [(first, topic), (second, _), ..] => (first > second).then_some(topic),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::Directory;

    fn topic(subject: &str) -> Option<String> {
        let directory = Directory::embedded().unwrap();
        let view = directory.at(date(2023, 9, 21));
        view.topic_of(subject).map(|topic| topic.code.to_string())
    }

    #[test]
    fn a_subject_names_its_topic_in_either_language() {
        for (subject, code) in [
            ("Зейнетақы мен жәрдемақы мөлшері туралы", Some("social")),
            ("О нехватке ученических мест в сельских школах", Some("education")),
            ("О ремонте автомобильных дорог", Some("transport")),
            ("О субсидиях", Some("finance")),
            ("О паводке и пожарах", Some("emergencies")),
            ("Әртүрлі мәселелер", None),
            // Two are told alike, and nobody is led.
            ("Полиция и бюджет", None),
            ("", None),
        ] {
            assert_eq!(topic(subject).as_deref(), code, "{subject}");
        }
    }

    #[test]
    fn a_short_word_is_a_whole_word() {
        assert_eq!(topic("Су туралы").as_deref(), Some("water"));
        assert_eq!(topic("Сурет туралы"), None);
    }
}

//! Texts of inquiries and replies as they could be: themes, what is wanted, where, since when, how many. Kazakh and Russian, the same matter in both.
//!
//! A [`Matter`] is drawn from a seed and says itself as a subject, as questions, as a reply, as a ministry's contribution. Sixteen themes,
//! some ninety wishes, nearly nine thousand places and four years give some three million different subjects; with their figures no two replies are likely to be
//! the same. Nothing in them is true of anybody.

mod people;
mod places;
mod themes;

use directory::Language;

use crate::chance::Chance;
use people::{INITIALS, SURNAMES};
use places::{REGIONS, VILLAGES};

/// The same words in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    kk: &'static str,
    ru: &'static str,
}

impl Pair {
    fn said(&self, tongue: Tongue) -> &'static str {
        match tongue {
            Tongue::Kk => self.kk,
            Tongue::Ru => self.ru,
        }
    }
}

/// A language in which texts are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// Kazakh.
    Kk,
    /// Russian.
    Ru,
}

impl From<Tongue> for Language {
    fn from(tongue: Tongue) -> Self {
        match tongue {
            Tongue::Kk => Self::Kk,
            Tongue::Ru => Self::Ru,
        }
    }
}

/// What is wanted: in Kazakh before «туралы», in Russian behind «О» and behind «на».
#[derive(Debug)]
struct Aim {
    kk: &'static str,
    ru_about: &'static str,
    ru_for: &'static str,
}

/// What deputies ask about, and which ministries it concerns.
#[derive(Debug)]
pub struct Theme {
    /// Its name.
    pub code: &'static str,
    /// The ministry that leads.
    pub lead: &'static str,
    /// Ministries that may have to contribute.
    pub helpers: &'static [&'static str],
    aims: &'static [Aim],
    questions: &'static [Pair],
    answers: &'static [Pair],
}

/// How many themes there are.
pub const THEMES: usize = themes::COUNT;

/// The theme of that place, counted round.
#[must_use]
pub fn theme(at: usize) -> &'static Theme {
    themes::theme(at)
}

/// A part of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
}

/// What one inquiry is about.
#[derive(Debug, Clone)]
pub struct Matter {
    theme: &'static Theme,
    aim: &'static Aim,
    region: usize,
    /// Of the region; none where all of it is meant.
    district: Option<usize>,
    village: Option<usize>,
    year: i64,
    figures: u64,
}

const MONTHS: [Pair; 12] = [
    Pair { kk: "қаңтар", ru: "января" },
    Pair { kk: "ақпан", ru: "февраля" },
    Pair { kk: "наурыз", ru: "марта" },
    Pair { kk: "сәуір", ru: "апреля" },
    Pair { kk: "мамыр", ru: "мая" },
    Pair { kk: "маусым", ru: "июня" },
    Pair { kk: "шілде", ru: "июля" },
    Pair { kk: "тамыз", ru: "августа" },
    Pair { kk: "қыркүйек", ru: "сентября" },
    Pair { kk: "қазан", ru: "октября" },
    Pair { kk: "қараша", ru: "ноября" },
    Pair { kk: "желтоқсан", ru: "декабря" },
];

/// Asked of whatever is wanted.
const ALWAYS: [Pair; 4] = [
    Pair {
        kk: "{g} {aim} үшін {year} жылы қанша қаражат бөлінді және оның қаншасы игерілді?",
        ru: "Сколько средств в {year} году выделено {w} на {for} и сколько из них освоено?",
    },
    Pair {
        kk: "{p} {aim} жөніндегі жұмыс қашан аяқталады және оған кім жауапты?",
        ru: "Когда завершится работа по вопросу о {about} {w} и кто за неё отвечает?",
    },
    Pair {
        kk: "{g} {n} тұрғыны қол қойған үндеу бойынша қандай шаралар қабылданды?",
        ru: "Какие меры приняты по обращению, которое подписали {n} жителей {of}?",
    },
    Pair {
        kk: "Осы мәселе бойынша бұрынғы жауапта берілген уәде неге орындалмады?",
        ru: "Почему не выполнены обещания, данные по этому вопросу в прежнем ответе?",
    },
];

/// Said of whatever is wanted.
const ANSWERED: [Pair; 7] = [
    Pair {
        kk: "{p} {aim} мәселесін министрлік жергілікті атқарушы органмен бірлесіп қарады.",
        ru: "Вопрос о {about} {w} министерство рассмотрело совместно с местным исполнительным органом.",
    },
    Pair {
        kk: "Бұл мақсатқа {year} жылы республикалық бюджеттен {money} млн теңге бөлінді, {month} айындағы жағдай бойынша {m} пайызы игерілді.",
        ru: "На эти цели в {year} году из республиканского бюджета выделено {money} млн тенге, на начало {month_ru} освоено {m} процентов.",
    },
    Pair {
        kk: "{year}–{next} жылдарға арналған өңірлік даму жоспарында {m} іс-шара көзделген, олардың орындалуы тоқсан сайын қаралады.",
        ru: "Планом развития региона на {year}–{next} годы предусмотрено {m} мероприятий, их исполнение рассматривается ежеквартально.",
    },
    Pair {
        kk: "Жобалық-сметалық құжаттама әзірленіп, мемлекеттік сараптаманың оң қорытындысы {month} айында алынды.",
        ru: "Проектно-сметная документация разработана, положительное заключение государственной экспертизы получено в течение {month_ru}.",
    },
    Pair {
        kk: "Республикалық бюджет комиссиясының қарауына {money} млрд теңгеге бюджеттік өтінім енгізілді.",
        ru: "На рассмотрение Республиканской бюджетной комиссии внесена бюджетная заявка на {money} млрд тенге.",
    },
    Pair {
        kk: "Тұрғындармен {m} кездесу өткізіліп, көтерілген {n} ұсыныстың басым бөлігі ескерілді.",
        ru: "С жителями проведено {m} встреч, большинство из {n} высказанных предложений учтено.",
    },
    Pair {
        kk: "Қойылған мәселе Үкімет Аппаратының бақылауында, оның шешілу барысы туралы қосымша хабарланады.",
        ru: "Поставленный вопрос находится на контроле Аппарата Правительства, о ходе его решения будет сообщено дополнительно.",
    },
];

impl Matter {
    /// Draws one.
    pub fn draw(chance: &mut Chance) -> Self {
        let theme = theme(chance.below(THEMES));
        Self::about(theme, chance)
    }

    /// Draws one of that theme.
    pub fn about(theme: &'static Theme, chance: &mut Chance) -> Self {
        let region = chance.below(REGIONS.len());
        let district = chance.percent(75).then(|| chance.below(REGIONS[region].districts.len()));
        let village = district.and_then(|_| chance.percent(60).then(|| chance.below(VILLAGES.len())));
        Self {
            theme,
            aim: chance.of(theme.aims),
            region,
            district,
            village,
            year: chance.between(2023, 2026),
            figures: chance.next(),
        }
    }

    /// The theme.
    #[must_use]
    pub fn theme(&self) -> &'static Theme {
        self.theme
    }

    /// What it is about, in one phrase.
    #[must_use]
    pub fn subject(&self, tongue: Tongue) -> String {
        match tongue {
            Tongue::Kk => format!("{} {} туралы", self.place(tongue), self.aim.kk),
            Tongue::Ru => format!("О {} {}", self.aim.ru_about, self.place(tongue)),
        }
    }

    /// What is asked, point by point: two to four.
    #[must_use]
    pub fn questions(&self, tongue: Tongue) -> Vec<String> {
        let mut chance = Chance::apart(self.figures, 1);
        let own = chance.of(self.theme.questions);
        let first = chance.below(ALWAYS.len());
        let many = 1 + chance.below(3);
        let always = (0..many).filter_map(|n| ALWAYS.get((first + n) % ALWAYS.len()));
        std::iter::once(own).chain(always).map(|pair| self.filled(pair, tongue, &mut chance)).collect()
    }

    /// The letter that answers: a heading for each question and some paragraphs beneath it. Another `writing` says it with other sentences and figures.
    #[must_use]
    pub fn reply(&self, tongue: Tongue, questions: usize, writing: u64) -> Vec<Block> {
        let mut chance = Chance::apart(self.figures, 100 + writing);
        let mut blocks = vec![Block::Paragraph(self.opening(tongue))];
        let (own, general) = (chance.below(self.theme.answers.len()), chance.below(ANSWERED.len()));
        for question in 0..questions.max(1) {
            let heading = match tongue {
                Tongue::Kk => format!("{}-сұрақ бойынша", question + 1),
                Tongue::Ru => format!("По вопросу {}", question + 1),
            };
            blocks.push(Block::Heading(heading));
            let answer = &self.theme.answers[(own + question) % self.theme.answers.len()];
            blocks.push(Block::Paragraph(self.filled(answer, tongue, &mut chance)));
            for n in 0..1 + chance.below(2) {
                let pair = &ANSWERED[(general + question * 2 + n) % ANSWERED.len()];
                blocks.push(Block::Paragraph(self.filled(pair, tongue, &mut chance)));
            }
        }
        blocks
    }

    /// What a ministry sends to the one that leads: sentences about its own part.
    #[must_use]
    pub fn contribution(&self, tongue: Tongue, writing: u64) -> Vec<String> {
        let mut chance = Chance::apart(self.figures, 1_000 + writing);
        let first = chance.below(ANSWERED.len() - 1);
        let own = chance.of(self.theme.answers);
        [own, &ANSWERED[first], &ANSWERED[first + 1]].map(|pair| self.filled(pair, tongue, &mut chance)).into()
    }

    fn opening(&self, tongue: Tongue) -> String {
        match tongue {
            Tongue::Kk => {
                format!("{} {} туралы депутаттық сауалды қарап, мынаны хабарлаймыз.", self.place(tongue), self.aim.kk)
            }
            Tongue::Ru => {
                let (about, place) = (self.aim.ru_about, self.place(tongue));
                format!("Рассмотрев депутатский запрос о {about} {place}, сообщаем следующее.")
            }
        }
    }

    /// Where, as the place of something.
    fn place(&self, tongue: Tongue) -> String {
        match tongue {
            Tongue::Kk => self.kazakh("ында"),
            Tongue::Ru => {
                let region = REGIONS[self.region].ru;
                match (self.district(), self.village) {
                    (None, _) => format!("в {region}"),
                    (Some(district), None) => format!("в {}ом районе {region}", district.ru),
                    (Some(district), Some(village)) => {
                        format!("в селе {} {}ого района {region}", VILLAGES[village].1, district.ru)
                    }
                }
            }
        }
    }

    /// Where, as that to which something belongs.
    fn owner(&self, tongue: Tongue) -> String {
        match tongue {
            Tongue::Kk => self.kazakh("ының"),
            Tongue::Ru => {
                let region = REGIONS[self.region].ru;
                match (self.district(), self.village) {
                    (None, _) => region.to_owned(),
                    (Some(district), None) => format!("{}ого района {region}", district.ru),
                    (Some(district), Some(village)) => {
                        format!("села {} {}ого района {region}", VILLAGES[village].1, district.ru)
                    }
                }
            }
        }
    }

    /// The last word takes the ending: облыс-ы, аудан-ы, ауыл-ы.
    fn kazakh(&self, ending: &str) -> String {
        let region = REGIONS[self.region].kk;
        match (self.district(), self.village) {
            (None, _) => format!("{region} облыс{ending}"),
            (Some(district), None) => format!("{region} облысы {} аудан{ending}", district.kk),
            (Some(district), Some(village)) => {
                format!("{region} облысы {} ауданы {} ауыл{ending}", district.kk, VILLAGES[village].0)
            }
        }
    }

    fn district(&self) -> Option<&'static places::District> {
        self.district.and_then(|at| REGIONS[self.region].districts.get(at))
    }

    fn filled(&self, pair: &Pair, tongue: Tongue, chance: &mut Chance) -> String {
        let month = chance.of(&MONTHS);
        // Numbers behind which a Russian word stands in the same form, whatever it counts.
        let many = |chance: &mut Chance, most: i64| chance.between(0, most) * 10 + chance.between(5, 10);
        let (n, m) = (many(chance, 98), many(chance, 7));
        let money = format!("{},{}", chance.between(12, 940), chance.between(1, 9));
        let mut text = String::with_capacity(200);
        let mut rest = pair.said(tongue);
        while let Some((before, behind)) = rest.split_once('{') {
            text.push_str(before);
            let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
            match name {
                "n" => text.push_str(&n.to_string()),
                "m" => text.push_str(&m.to_string()),
                "money" => text.push_str(&money),
                "year" => text.push_str(&self.year.to_string()),
                "next" => text.push_str(&(self.year + 2).to_string()),
                "month" => text.push_str(month.kk),
                "month_ru" => text.push_str(month.ru),
                "p" => text.push_str(&begun(&text, self.place(tongue))),
                "w" => text.push_str(&self.place(tongue)),
                "g" | "of" => text.push_str(&self.owner(tongue)),
                "aim" => text.push_str(self.aim.kk),
                "for" => text.push_str(self.aim.ru_for),
                "about" => text.push_str(self.aim.ru_about),
                _ => text.push_str(name),
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

/// A sentence begins with a large letter.
fn begun(before: &str, words: String) -> String {
    if !before.is_empty() {
        return words;
    }
    let mut signs = words.chars();
    signs.next().map_or(String::new(), |first| first.to_uppercase().chain(signs).collect())
}

/// A made-up deputy, by number: the name as lists print it, in Kazakh and in Russian.
#[must_use]
pub fn deputy(number: usize) -> (String, String) {
    let (surname, initial) =
        (&SURNAMES[number % SURNAMES.len()], &INITIALS[(number / SURNAMES.len() + number * 7) % INITIALS.len()]);
    (format!("{}. {}", initial.kk, surname.kk), format!("{}. {}", initial.ru, surname.ru))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_seed_says_the_same_and_others_say_something_else() {
        let drawn = |seed| Matter::draw(&mut Chance::new(seed));
        for tongue in [Tongue::Kk, Tongue::Ru] {
            assert_eq!(drawn(7).subject(tongue), drawn(7).subject(tongue));
            assert_eq!(drawn(7).reply(tongue, 3, 1), drawn(7).reply(tongue, 3, 1));
            assert_ne!(drawn(7).reply(tongue, 3, 1), drawn(7).reply(tongue, 3, 2));
            let subjects: HashSet<String> = (0..20_000).map(|seed| drawn(seed).subject(tongue)).collect();
            assert!(subjects.len() > 13_000, "{} different subjects of 20,000", subjects.len());
            let replies: HashSet<String> =
                (0..5_000).map(|seed| format!("{:?}", drawn(seed).reply(tongue, 2, 0))).collect();
            assert_eq!(replies.len(), 5_000);
        }
    }

    #[test]
    fn no_hole_is_left_and_no_text_is_too_long_for_its_field() {
        for seed in 0..3_000 {
            let matter = Matter::draw(&mut Chance::new(seed));
            for tongue in [Tongue::Kk, Tongue::Ru] {
                let mut texts = matter.questions(tongue);
                texts.push(matter.subject(tongue));
                texts.extend(matter.contribution(tongue, 1));
                texts.extend(matter.reply(tongue, 4, 0).into_iter().map(|block| match block {
                    Block::Heading(text) | Block::Paragraph(text) => text,
                }));
                for text in texts {
                    assert!(!text.contains(['{', '}']) && text.chars().count() < 400, "{text}");
                    assert!(text.chars().next().is_some_and(|first| !first.is_lowercase()), "{text}");
                }
            }
        }
    }

    #[test]
    fn deputies_have_names_of_their_own() {
        let names: HashSet<_> = (0..150).map(deputy).collect();
        assert_eq!(names.len(), 150);
    }
}

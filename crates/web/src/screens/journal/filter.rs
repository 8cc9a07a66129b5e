//! What is looked for in the journal: the fields of the form, read once for pages, programs and exports.

use std::collections::BTreeMap;

use directory::{Language, MinistryCode, Role};
use inquiry::chapter::Chapter;
use jiff::Timestamp;
use readmodel::Reader;
use readmodel::entries::{self, Direction, Place, Wanted};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::fields::{Choice, Link, Narrowing, say};
use super::super::numbered::numbered;
use super::kinds;
use super::meant::{self, Match};
use crate::address;
use crate::moment::bound;
use crate::office::{seeing, unread};
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;
use crate::time::Edge;
use crate::{Caller, State};

/// What is asked. Empty fields narrow nothing.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// An account's name, or enough of its person's to be the only one who is called so; `system`: the program itself.
    #[serde(default)]
    pub who: String,
    /// An inquiry's number in any spelling, also without its letters, or its id. Of several that bear it, all are meant.
    #[serde(default)]
    pub inquiry: String,
    /// A record whose changes are looked for: a deputy, a faction, a convocation, an office, a ministry by its name, an office by its holder's, a day of
    /// the calendar as `05.04.2027` or `2027-04-05`, all its days as `calendar`, or any by its kind and code, as in
    /// `deputies/018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001`.
    #[serde(default)]
    pub record: String,
    /// The code of a ministry that is concerned: named by the event, or leading when it happened; of its own records, changed by it.
    #[serde(default)]
    pub ministry: String,
    /// The stored name of a kind of events, of inquiries or of anything else, or a chapter of an inquiry's story: `arrival`, `assignment`,
    /// `contributions`, `drafting`, `approval`, `signing`, `delivery`, `deadlines`, `ending`.
    #[serde(default)]
    pub what: String,
    /// The kinds of events that this role may do, whoever did them: that is `who`.
    #[serde(default)]
    pub role: String,
    /// From this day or moment on: `2023-10-20`, `2023-10-20 09:30` (Astana), or RFC 3339.
    #[serde(default)]
    pub from: String,
    /// Until this day, all of it, or before this moment.
    #[serde(default)]
    pub to: String,
    /// Led to by this command, or of this conversation.
    #[serde(default)]
    pub conversation: String,
    /// `oldest`: as it happened; otherwise what happened last stands first.
    #[serde(default)]
    pub order: String,
    /// Beginning at this position.
    #[serde(default)]
    pub until: String,
    /// Where the page begins, as the page before gave it; of an archive, behind which event, in the order in which they happened.
    #[serde(default)]
    pub after: String,
    /// Of the page for people alone: behind which event the archive begins that it offers; `next` or `next.` before it: the archive after that one.
    /// It narrows nothing.
    #[serde(default)]
    pub archive: String,
    /// The language of the answer: `kk`, `ru`, `en`. It narrows nothing.
    #[serde(default)]
    pub lang: String,
}

/// What is typed into the form; the others are chosen, or come with a link.
pub(super) const TYPED: &[&str] = &["who", "record", "inquiry", "from", "to", "until"];

/// The same, read.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub wanted: Wanted,
    pub direction: Direction,
    pub after: Option<Place>,
    /// Behind which event the archive begins.
    pub archive: Option<Place>,
    /// The archive after that one is meant, wherever it begins.
    pub is_behind: bool,
    /// The record that is meant, by its kind and code.
    pub record: Option<String>,
    /// Who could be meant, where several are called so.
    pub people: Vec<Match>,
    /// Which records could be meant.
    pub records: Vec<Match>,
}

impl Question {
    fn pairs(&self) -> [(&'static str, &str); 11] {
        [
            ("who", self.who.trim()),
            ("inquiry", self.inquiry.trim()),
            ("record", self.record.trim()),
            ("ministry", self.ministry.trim()),
            ("what", self.what.trim()),
            ("role", self.role.trim()),
            ("from", self.from.trim()),
            ("to", self.to.trim()),
            ("conversation", self.conversation.trim()),
            ("order", self.order.trim()),
            ("until", self.until.trim()),
        ]
    }

    /// What narrows, name by name.
    pub(crate) fn told(&self) -> Vec<(&'static str, &str)> {
        self.pairs().into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Does anything narrow?
    pub(super) fn is_narrowed(&self) -> bool {
        self.pairs().into_iter().any(|(name, value)| name != "order" && !value.is_empty())
    }

    /// The address of the same question at a path, beginning elsewhere.
    pub(super) fn address(&self, path: &str, after: Option<Place>) -> String {
        let place = after.map(|place| cursor(&place)).unwrap_or_default();
        let mut told = self.told();
        if after.is_some() {
            told.push(("after", &place));
        }
        if told.is_empty() { path.to_owned() } else { format!("{path}?{}", address::query(&told)) }
    }

    /// The address of the page that offers the archive which begins at a place, as the field has it.
    pub(super) fn archive_address(&self, place: Option<&str>) -> String {
        let mut told = self.told();
        told.extend(place.map(|place| ("archive", place)));
        format!("/journal?{}#archive", address::query(&told))
    }

    /// Reads it for whoever asks.
    ///
    /// # Errors
    /// [`Problem::BadParameter`] names the first field that means nothing; a failure.
    pub(crate) async fn read(&self, state: &State, caller: &Caller) -> Result<Asked, Problem> {
        self.read_typed(state, caller, &mut Narrowing::of(&[])).await
    }

    /// The same for the page that shows the form again.
    ///
    /// # Errors
    /// A problem that is about none of its fields.
    pub(super) async fn read_typed(
        &self,
        state: &State,
        caller: &Caller,
        form: &mut Narrowing,
    ) -> Result<Asked, Problem> {
        let reader = state.reader(&caller.account.actor);
        let direction = match self.order.trim() {
            "" | "newest" => Direction::NewestFirst,
            "oldest" => Direction::OldestFirst,
            _ => return Err(bad("order", Words::new("newest не oldest.", "newest или oldest.", "newest or oldest."))),
        };
        let conversation = Some(self.conversation.trim()).filter(|text| !text.is_empty());
        let conversation = conversation
            .map(str::parse)
            .transpose()
            .map_err(|_| bad("conversation", Words::new("UUID керек.", "Нужен UUID.", "It takes a UUID.")))?;
        let (person, people) = meant::person(state, &reader, &self.who).await?.read("who", nobody());
        let (record, records) = meant::record(state, &self.record).read("record", no_record());
        let (record, positions) = form.take(record)?.unzip();
        let wanted = Wanted {
            positions,
            inquiries: form.take(numbered(state, caller, self.inquiry.trim()).await)?,
            actors: form.take(person)?,
            ministry: self.ministry()?,
            kinds: self.kinds()?,
            conversation,
            from: form.take(bound("from", &self.from, Edge::Begin))?,
            until: form.take(bound("to", &self.to, Edge::End))?,
            down_from: None,
            up_from: None,
        };
        // The list begins with this entry itself; what is counted and taken out does too.
        let begins = form.take(self.begins(state, &reader).await)?;
        let wanted = match direction {
            Direction::NewestFirst => Wanted { down_from: begins, ..wanted },
            Direction::OldestFirst => Wanted { up_from: begins, ..wanted },
        };
        let (is_behind, archive) = match self.archive.trim().strip_prefix(BEHIND) {
            Some(rest) => (true, rest.strip_prefix('.').unwrap_or(rest)),
            None => (false, self.archive.as_str()),
        };
        let (after, archive) = (place("after", &self.after)?, place("archive", archive)?);
        Ok(Asked { wanted, direction, after, archive, is_behind, record, people, records })
    }

    /// Where it begins.
    async fn begins(&self, state: &AppState, reader: &Reader) -> Result<Option<Place>, Problem> {
        let Some(position) = self.position()? else { return Ok(None) };
        let found = entries::reached(reader, position).await;
        let found = found.map_err(|error| Problem::failure("find an entry of the journal", error))?;
        if found.is_none() {
            let head = state.journal.head().await.map_err(unread)?.position;
            if position > head {
                let words = Words::new(
                    format!("Журналдағы соңғы оқиға – № {head}."),
                    format!("Последнее событие журнала – № {head}."),
                    format!("The last event of the journal is No. {head}."),
                );
                return Err(bad("until", words));
            }
        }
        Ok(found.map(|entry| Place { at: entry.at, position }))
    }

    /// At which position.
    fn position(&self) -> Result<Option<i64>, Problem> {
        let Some(typed) = Some(self.until.trim()).filter(|typed| !typed.is_empty()) else { return Ok(None) };
        let position = typed.parse().ok().filter(|position: &i64| *position > 0);
        let expected = || Words::new("1-ден басталатын сан.", "Число от 1.", "A number from 1.");
        position.map(Some).ok_or_else(|| bad("until", expected()))
    }

    fn ministry(&self) -> Result<Option<MinistryCode>, Problem> {
        let code = Some(self.ministry.trim()).filter(|code| !code.is_empty());
        code.map(str::parse).transpose().map_err(|_| {
            bad(
                "ministry",
                Words::new("Министрліктің коды керек.", "Нужен код министерства.", "It takes a ministry's code."),
            )
        })
    }

    /// The kinds that are wanted: of a kind or a chapter, and such as a role may do.
    fn kinds(&self) -> Result<Option<Vec<&'static str>>, Problem> {
        let what = self.what.trim();
        let of_what: Option<Vec<&'static str>> = match (what, Chapter::from_code(what)) {
            ("", _) => None,
            (_, Some(chapter)) => Some(chapter.kinds().map(|kind| kind.stored()).collect()),
            (kind, None) => Some(vec![kinds::known(kind).ok_or_else(|| {
                bad(
                    "what",
                    Words::new(
                        "Мұндай оқиға түрі жоқ.",
                        "Такого вида событий нет.",
                        "There is no such kind of events.",
                    ),
                )
            })?]),
        };
        let role = self.role.trim();
        if role.is_empty() {
            return Ok(of_what);
        }
        let role: Role = role
            .parse()
            .map_err(|_| bad("role", Words::new("Мұндай рөл жоқ.", "Такой роли нет.", "There is no such role.")))?;
        let of_what = of_what.unwrap_or_else(|| kinds::all().collect());
        Ok(Some(of_what.into_iter().filter(|kind| kinds::is_done_by(kind, role)).collect()))
    }
}

/// The choices of the form, in the reader's language.
#[derive(Debug, Serialize)]
pub(super) struct Form {
    ministries: Vec<Choice>,
    roles: Vec<Choice>,
    role_means: String,
    groups: Vec<Group>,
    is_oldest_first: bool,
    question: Question,
    /// Who could be meant, each with the question that means them.
    people: Vec<Link>,
    /// Which records.
    records: Vec<Link>,
    is_narrowed: bool,
    is_wrong: bool,
    /// What is wrong with what is typed, field by field.
    wrong: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize)]
struct Group {
    words: String,
    /// All of it at once: a chapter's.
    whole: Option<Choice>,
    kinds: Vec<Choice>,
}

impl Form {
    pub(super) fn of(
        state: &AppState,
        (question, asked): (&Question, &Asked),
        form: &Narrowing,
        language: Language,
    ) -> Self {
        let directory = state.directory();
        let choice = |value: &str, label: String, chosen: &str| Choice {
            chosen: value == chosen.trim(),
            value: value.to_owned(),
            label,
        };
        // Those that are over as well: they stand in the journal.
        let ministries = directory.at(state.today()).every_ministry().into_iter().map(|one| {
            let (short, name) = (one.abbreviation.words(language), one.name.words(language));
            choice(one.code.as_str(), format!("{short} – {name}"), &question.ministry)
        });
        let acting = Role::ALL.into_iter().filter(|role| kinds::all().any(|kind| kinds::is_done_by(kind, *role)));
        let all = |words: &str| match language {
            Language::Kk => format!("{words}: бәрі"),
            Language::Ru => format!("{words}: всё"),
            Language::En => format!("{words}: all of it"),
        };
        let chapters = Chapter::ALL.into_iter().map(|chapter| {
            let words = chapter.words(language);
            let kinds =
                chapter.kinds().map(|kind| choice(kind.stored(), kind.words(language).to_owned(), &question.what));
            let whole = choice(chapter.code(), all(words), &question.what);
            Group { words: words.to_owned(), whole: Some(whole), kinds: kinds.collect() }
        });
        let beside = |words: String, stored: Vec<&'static str>| {
            let kinds = stored.into_iter().map(|kind| {
                let label = seeing::words_of_kind(kind, language).unwrap_or(kind);
                choice(kind, label.to_owned(), &question.what)
            });
            Group { words, whole: None, kinds: kinds.collect() }
        };
        let outside = say(language, "Сырттан түскен өтініштер", "Обращения извне", "Proposals from outside");
        let administration = say(language, "Басқару", "Управление", "Administration");
        let others = [
            beside(outside, kinds::of_proposals().collect()),
            beside(administration, kinds::of_administration().collect()),
        ];
        Self {
            ministries: ministries.collect(),
            roles: acting.map(|role| choice(role.code(), role.words(language).to_owned(), &question.role)).collect(),
            role_means: role_means(language),
            groups: chapters.chain(others).collect(),
            is_oldest_first: question.order.trim() == "oldest",
            people: links(&asked.people, language, |who| Question { who, ..question.clone() }),
            records: links(&asked.records, language, |record| Question { record, ..question.clone() }),
            question: question.clone(),
            is_narrowed: question.is_narrowed(),
            is_wrong: form.is_wrong(),
            wrong: form.said(language),
        }
    }
}

/// Each that fits, as a link to what was meant by it.
fn links(fitting: &[Match], language: Language, question: impl Fn(String) -> Question) -> Vec<Link> {
    let link = |one: &Match| Link {
        href: question(one.value.clone()).address("/journal", None),
        words: format!("{} ({})", one.words.in_language(language), one.note.in_language(language)),
    };
    fitting.iter().map(link).collect()
}

fn nobody() -> Words {
    Words::new(
        "Мұндай адам табылмады: тіркелгінің атын немесе адамның тегін жазыңыз; бағдарламаның өзі – «жүйе».",
        "Такой человек не найден: укажите имя учётной записи или фамилию; сама программа – «система».",
        "Nobody is called so: type an account’s name or a person’s surname; the program itself is ‘system’.",
    )
}

fn no_record() -> Words {
    Words::new(
        "Анықтамалықта мұндай жазба жоқ: депутаттың не лауазым иесінің тегін, фракцияның, шақырылымның, лауазымның, министрліктің атауын \
         немесе күнтізбе күнін жазыңыз.",
        "В справочнике нет такой записи: укажите фамилию депутата или занимающего должность, название фракции, созыва, должности или \
         министерства либо день календаря.",
        "The records have nothing called so: type the surname of a deputy or of an office’s holder, the name of a faction, a convocation, \
         an office or a ministry, or a day of the calendar.",
    )
}

/// What the field `role` selects by: said beside it, and with the question under the seal of what is taken out.
pub(super) fn role_means(language: Language) -> String {
    say(
        language,
        "Рөл: адамдар емес, рөл істей алатын оқиға түрлері таңдалады; кім істегені – «Кім» өрісінде.",
        "Роль: отбираются не люди, а виды событий, доступные роли; кто сделал – поле «Кто».",
        "Role: selects not persons but the kinds of events that the role may do; who did it is the field ‘Who’.",
    )
}

fn bad(name: &'static str, expected: Words) -> Problem {
    Problem::BadParameter { name, expected }
}

/// A place in a list as it stands in addresses.
pub(crate) fn cursor(place: &Place) -> String {
    format!("{}.{}", place.at.as_microsecond(), place.position)
}

/// What the field `archive` has before the place of an archive when the one after it is meant.
const BEHIND: &str = "next";

/// That the archive is meant which follows the one that begins at a place; none: the first one.
pub(super) fn behind(begins: Option<&str>) -> String {
    begins.map_or_else(|| BEHIND.to_owned(), |begins| format!("{BEHIND}.{begins}"))
}

/// The place that a field names; none where it is empty.
fn place(field: &'static str, text: &str) -> Result<Option<Place>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let read = || {
        let (at, position) = text.split_once('.')?;
        Some(Place { at: Timestamp::from_microsecond(at.parse().ok()?).ok()?, position: position.parse().ok()? })
    };
    read().map(Some).ok_or_else(|| {
        bad(
            field,
            Words::new(
                "Алдыңғы бет берген мән керек.",
                "Нужно значение, которое дала предыдущая страница.",
                "It takes the value that the page before gave.",
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let there = Place { at: Timestamp::from_microsecond(1_695_182_400_000_001).unwrap(), position: 17 };
        assert_eq!(place("after", &cursor(&there)).unwrap(), Some(there));
        assert_eq!(place("after", " ").unwrap(), None);
        assert_eq!((behind(None), behind(Some("1.2"))), ("next".to_owned(), "next.1.2".to_owned()));
        assert!(["17", "x.1", "1.x"].iter().all(|bad| place("after", bad).is_err()));
    }

    #[test]
    fn a_position_is_a_number_from_one() {
        let position = |until: &str| Question { until: until.to_owned(), ..Question::default() }.position();
        assert_eq!(position("").unwrap(), None);
        assert_eq!(position(" 7 ").unwrap(), Some(7));
        for bad in ["0", "-1", "x", "1.5", "99999999999999999999"] {
            assert!(position(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_chapter_and_a_role_narrow_each_other() {
        let asked = |what: &str, role: &str| {
            Question { what: what.to_owned(), role: role.to_owned(), ..Question::default() }.kinds().unwrap()
        };
        assert_eq!(asked("", ""), None);
        assert_eq!(asked("reply_signed", ""), Some(vec!["reply_signed"]));
        assert_eq!(asked("account_changed", ""), Some(vec!["account_changed"]));
        assert_eq!(asked("ministry_merged", "admin"), Some(vec!["ministry_merged"]));
        assert_eq!(asked("ministry_merged", "clerk"), Some(Vec::new()));
        assert_eq!(asked("signing", "clerk"), Some(vec!["submitted_for_signature", "outgoing_number_assigned"]));
        assert_eq!(asked("reply_signed", "clerk"), Some(Vec::new()));
        assert!(Question { what: "nonsense".into(), ..Question::default() }.kinds().is_err());
    }
}

//! What an inquiry that is handed in says, field by field: read into the inquiry's own terms, with everything that cannot be taken. A person mends
//! all of it at once.

use std::str::FromStr;

use directory::number::InvalidNumber;
use directory::{ChamberCode, DeputyId, InquiryNumber};
use inquiry::bounds::Field as Part;
use inquiry::decide::faults_of_intake;
use inquiry::email::Email;
use inquiry::intake::{Intake, Question, Recipient, RecipientGroup};
use inquiry::refusal::Refusal;
use inquiry::{QuestionNo, RecipientNo};
use jiff::civil::Date;

use super::{NewDeputy, NewInquiry, NewQuestion, QuestionField};
use crate::office::{letters, printing};
use crate::problem::{FieldFault, Problem};
use crate::speech::Words;
use crate::state::AppState;

/// The day of independence: nothing that the Office answers is older.
const FIRST_DAY: Date = jiff::civil::date(1991, 12, 16);
/// The most deputies of one inquiry: their places are counted in 16 bits, and a chamber has fewer.
const MOST_RECIPIENTS: usize = 1_000;
/// Stands for a number that cannot be read, so that the other fields are looked at too.
const SOME_NUMBER: &str = "1";

/// Everything that is wrong with an inquiry that is handed in, in the order of its fields; each field once.
///
/// # Errors
/// A failure.
pub async fn faults(state: &AppState, new: NewInquiry) -> Result<Vec<FieldFault>, Problem> {
    looked_at(state, new).await.map(|(_, faults)| faults)
}

/// What came, in the inquiry's own terms, and what is wrong with it; its files are kept later. The letter, which will have to name all of it, is asked
/// too.
pub(super) async fn looked_at(state: &AppState, new: NewInquiry) -> Result<(Intake, Vec<FieldFault>), Problem> {
    let mut faults = Faults(Vec::new());
    let intake = intake(state, new, &mut faults)?;
    let is_undated = faults.0.iter().any(|fault| fault.field == "dated");
    for fault in faults_of_intake(&intake, state.today()) {
        // Before a day that is none nothing can have been received.
        if !(is_undated && fault.at == "received") {
            faults.add(of_refusal(fault.at, fault.refusal));
        }
    }
    if faults.0.iter().all(|fault| fault.field != "chamber") {
        // The form of its letters has to be there.
        letters::chamber(&intake.chamber)?;
    }
    for fault in printing::answerable(state, &intake).await? {
        faults.add(fault);
    }
    Ok((intake, faults.0))
}

/// The faults that were found; one field is told one thing.
struct Faults(Vec<FieldFault>);

impl Faults {
    fn add(&mut self, fault: FieldFault) {
        if self.0.iter().all(|known| known.field != fault.field) {
            self.0.push(fault);
        }
    }

    fn say(&mut self, field: impl Into<String>, what: Words) {
        self.add(FieldFault { field: field.into(), what, refusal: None });
    }
}

/// A refusal at its field. A label is counted in lines, which the general sentence does not say.
fn of_refusal(field: String, refusal: Refusal) -> FieldFault {
    let what = match &refusal {
        Refusal::TooMany { field: Part::GroupLabel, limit, found } => Words::new(
            format!("Топтың атауы {found} жол, ең көбі {limit} жол болады. Жол үзілімдерін азайтыңыз."),
            format!("В названии группы строк: {found}, допускается не более {limit}. Уберите переносы строк."),
            format!("The label has {found} lines; at most {limit} are taken. Take out line breaks."),
        ),
        refusal => Words::from_fn(|language| refusal.words(language).to_string()),
    };
    FieldFault { field, what, refusal: Some(Box::new(refusal)) }
}

/// An inquiry's number as somebody wrote it.
///
/// # Errors
/// Why it cannot be read.
fn number(text: &str) -> Result<InquiryNumber, Words> {
    InquiryNumber::parse(text).map_err(|error| {
        if let InvalidNumber::Character { character } = error
            && character.is_ascii_alphabetic()
        {
            return in_latin(character, text);
        }
        let (kk, ru, en) = why_no_number(&error);
        Words::new(
            format!("Нөмір оқылмады: {kk}. Қағаздағыдай жазыңыз, мысалы № ДС-326."),
            format!("Номер не читается: {ru}. Напишите как на бумаге, например № ДС-326."),
            format!("The number cannot be read: {en}. Write it as printed, such as № ДС-326."),
        )
    })
}

/// The paper's letters are Cyrillic. Whoever typed them on a Latin keyboard is shown the number that the search would take it for.
fn in_latin(letter: char, typed: &str) -> Words {
    let meant = InquiryNumber::sought(typed);
    let example = meant.as_ref().map_or("ДС-326", InquiryNumber::normal);
    Words::new(
        format!("Нөмір оқылмады: «{letter}» – латын әрпі. Қағаздағыдай кириллицамен жазыңыз, мысалы {example}."),
        format!(
            "Номер не читается: «{letter}» – латинская буква. Напишите как на бумаге, кириллицей, например {example}."
        ),
        format!(
            "The number cannot be read: «{letter}» is a Latin letter. Write it as printed, in Cyrillic, such as {example}."
        ),
    )
}

fn why_no_number(error: &InvalidNumber) -> (String, String, String) {
    let said = |kk: &str, ru: &str, en: &str| (kk.to_owned(), ru.to_owned(), en.to_owned());
    match error {
        InvalidNumber::Empty => said("ол бос", "он пуст", "it is empty"),
        InvalidNumber::TooLong => said("ол тым ұзын", "он слишком длинный", "it is too long"),
        InvalidNumber::Invisible { code } => (
            format!("онда көрінбейтін таңба бар (U+{code:04X})"),
            format!("в нём невидимый знак (U+{code:04X})"),
            format!("it holds an invisible character (U+{code:04X})"),
        ),
        InvalidNumber::Character { character } => (
            format!("онда «{character}» таңбасы бар; әріп, цифр, сызықша мен қиғаш сызық қана болады"),
            format!("в нём знак «{character}»; возможны только буквы, цифры, дефис и косая черта"),
            format!("it holds «{character}»; only letters, digits, a hyphen and a slash can be"),
        ),
        InvalidNumber::NoDigit => said("онда цифр жоқ", "в нём нет цифр", "it holds no digit"),
        InvalidNumber::Separator => said(
            "сызықша мен қиғаш сызық нөмірдің екі бөлігінің арасында ғана тұрады",
            "дефис и косая черта стоят только между двумя частями номера",
            "a hyphen or a slash stands only between two parts of it",
        ),
    }
}

fn no_email() -> Words {
    Words::new(
        "Электрондық мекенжай ат@домен түрінде, бос орынсыз, тырнақшасыз жазылады.",
        "Электронный адрес пишется как имя@домен, без пробелов и кавычек.",
        "An e-mail address has the form name@domain, without spaces or quotes.",
    )
}

fn no_day(day: Date, today: Date) -> Words {
    Words::new(
        format!("{day} болмайды: {FIRST_DAY} мен бүгінгі {today} аралығындағы күн керек."),
        format!("{day} не подходит: нужен день от {FIRST_DAY} до сегодняшнего {today}."),
        format!("{day} cannot be: it takes a day from {FIRST_DAY} to today, {today}."),
    )
}

fn no_rule() -> Words {
    Words::new(
        "Бұл күнге жауап беру мерзімінің ережесі белгіленбеген.",
        "На этот день не задано правило срока ответа.",
        "No rule for the reply's deadline is set for that day.",
    )
}

fn unknown(code: &impl ToString) -> Words {
    let code = code.to_string();
    Words::new(
        format!("Анықтамалықта {code} жоқ; /api/v1/directory ішінен қараңыз."),
        format!("В справочнике нет {code}; посмотрите в /api/v1/directory."),
        format!("The directory has no {code}; look in /api/v1/directory."),
    )
}

fn too_many() -> Words {
    Words::new(
        format!("Тізімде ең көбі {MOST_RECIPIENTS} депутат болады."),
        format!("В списке не больше {MOST_RECIPIENTS} депутатов."),
        format!("A list has at most {MOST_RECIPIENTS} deputies."),
    )
}

/// What came, in the inquiry's own terms. What cannot be read is told and left out.
fn intake(state: &AppState, new: NewInquiry, faults: &mut Faults) -> Result<Intake, Problem> {
    let number = match number(&new.number) {
        Ok(number) => number,
        Err(what) => {
            faults.say("number", what);
            InquiryNumber::parse(SOME_NUMBER).map_err(|error| Problem::failure("stand in for a number", error))?
        }
    };
    let today = state.today();
    for (name, day) in [("dated", new.dated), ("received", new.received)] {
        if !(FIRST_DAY..=today).contains(&day) {
            faults.say(name, no_day(day, today));
        }
    }
    if state.directory().at(new.received).reply_rule().is_none() {
        faults.say("received", no_rule());
    }
    // A chamber that is only planned is known to the directory, and has no letters to answer yet.
    if state.directory().chamber(&new.chamber).is_none_or(|chamber| chamber.planned) {
        faults.say("chamber", unknown(&new.chamber));
    }
    if let Some(topic) = new.topic.as_ref().filter(|topic| state.directory().at(today).topic(topic).is_none()) {
        faults.say("topic", unknown(topic));
    }
    let convocation = state.directory().at(new.dated).convocation(&new.chamber).map(|convocation| convocation.number);
    let mut no = 0_u16;
    let mut groups = Vec::new();
    'groups: for (g, group) in new.groups.into_iter().enumerate() {
        let mut deputies = Vec::new();
        for (d, deputy) in group.deputies.into_iter().enumerate() {
            let place = format!("groups[{g}].deputies[{d}]");
            no = no.saturating_add(1);
            if usize::from(no) > MOST_RECIPIENTS {
                faults.say("groups", too_many());
                break 'groups;
            }
            let mut recipient = recipient(state, &place, no, deputy, faults);
            if let (None, Some(email)) = (recipient.deputy, &recipient.email) {
                recipient.deputy = owner_of(state, email, &new.chamber, new.dated);
            }
            deputies.push(recipient);
        }
        let label_lines =
            group.label.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        groups.push(RecipientGroup { label_lines, kind: group.kind, deputies });
    }
    let questions = new.questions.into_iter().zip(1..).map(|(question, no)| Question {
        no: QuestionNo(no),
        text: match question {
            NewQuestion::Words(text) | NewQuestion::Field(QuestionField { text }) => text,
        },
    });
    Ok(Intake {
        number,
        chamber: new.chamber,
        convocation,
        dated: new.dated,
        received: new.received,
        channel: new.channel,
        language: new.language,
        subject: new.subject,
        questions: questions.collect(),
        groups,
        attachments: Vec::new(),
    })
}

fn recipient(state: &AppState, place: &str, no: u16, deputy: NewDeputy, faults: &mut Faults) -> Recipient {
    let NewDeputy { name, email, deputy } = deputy;
    let known = deputy.filter(|id| state.directory().deputy(*id).is_some());
    if let (Some(id), None) = (deputy, known) {
        faults.say(format!("{place}.deputy"), unknown(&id));
    }
    let read = email.as_deref().map(Email::from_str);
    if let Some(Err(_)) = read {
        faults.say(format!("{place}.email"), no_email());
    }
    Recipient { no: RecipientNo(no), deputy: known, name, email: read.and_then(Result::ok) }
}

/// The deputy whose mailbox this is. Initials and a surname are not an identity; a mailbox that the directory gives to exactly one
/// deputy of that chamber on that day is.
fn owner_of(state: &AppState, email: &Email, chamber: &ChamberCode, on: Date) -> Option<DeputyId> {
    let directory = state.directory();
    let view = directory.at(on);
    let mut owners = view
        .deputies()
        .filter(|deputy| &deputy.chamber == chamber && deputy.email.eq_ignore_ascii_case(email.as_str()));
    match (owners.next(), owners.next()) {
        (Some(deputy), None) => Some(deputy.id),
        (Some(_), Some(_)) | (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use directory::Language;

    use super::*;

    #[test]
    fn a_label_is_said_to_be_counted_in_lines() {
        let refused = |field| of_refusal("x".to_owned(), Refusal::TooMany { field, limit: 8, found: 9 }).what.en;
        let said = refused(Part::GroupLabel);
        assert!(said.contains("9 lines") && said.contains("at most 8"), "{said}");
        assert!(!refused(Part::Questions).contains("lines"));
    }

    #[test]
    fn a_number_typed_in_latin_letters_is_said_to_be_so_and_how_it_is_written() {
        for (typed, letter, example) in
            [("DC-981", 'D', "ДС-981"), ("№ ds 981", 'd', "ДС-981"), ("ДС-9z", 'z', "ДС-326")]
        {
            let said = number(typed).unwrap_err();
            for (words, latin) in [(said.kk, "латын әрпі"), (said.ru, "латинская буква"), (said.en, "a Latin letter")]
            {
                assert!(words.contains(&format!("«{letter}»")) && words.contains(latin), "{words}");
                assert!(words.contains(example), "{words}");
            }
        }
        assert!(number("ДС-326!").unwrap_err().ru.contains("в нём знак «!»"));
    }

    #[test]
    fn why_a_number_cannot_be_read_is_said_in_the_readers_language() {
        for wrong in ["", "ДС", "ДС-326!", "-326", "ДС\u{200b}-326", &"9".repeat(41)] {
            let said = number(wrong).unwrap_err();
            for language in [Language::Kk, Language::Ru] {
                let words = said.in_language(language);
                assert!(!words.contains(|c: char| c.is_ascii_lowercase()), "{words}");
            }
        }
    }
}

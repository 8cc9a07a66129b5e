//! How a story begins: an inquiry comes in with its list and its questions.

use std::collections::BTreeMap;

use directory::series::Purpose;
use directory::{ChamberCode, InquiryNumber, Role, deadline};
use inquiry::command::{LinkRepeat, Redirect, Register};
use inquiry::intake::{Channel, Intake, Question, Recipient, RecipientGroup};
use inquiry::{Inquiry, InquiryId, QuestionNo, RecipientNo};

use super::Bent;
use super::teller::{Stop, Takes, Teller, Told, incoming_mark, number_mark};
use crate::error::Error;
use crate::office::{Office, Seat, label, person};
use crate::texts::Tongue;

/// Another inquiry of the story is registered; `again` says whose question it asks once more.
pub(super) fn registered(teller: &mut Teller<'_>, bent: &Bent, again: Option<usize>) -> Told {
    let who = teller.inquiries.len();
    let id = InquiryId(teller.chance.uuid());
    teller.inquiries.push((id, Inquiry::NotReceived));
    let office = teller.office;
    let today = teller.now.date();
    let intake = intake(teller, bent, who, again)?;
    let view = office.directory.at(today);
    let rule = office.directory.at(intake.received).reply_rule().ok_or_else(|| Error::story("no rule of replies"))?;
    let deadline = deadline::due(intake.received, rule, office.directory.calendar()).map_err(Error::story)?;
    let series = view.series(Purpose::Incoming).ok_or_else(|| Error::story("no incoming series"))?;
    let takes = Takes::Registration {
        series: view.series_name(series, &intake.chamber).map_err(Error::story)?,
        first: series.first,
        chamber: chamber(bent),
        dated: intake.dated,
    };
    let incoming_number = series.format(incoming_mark(who));
    let topic = view.topic_of(&intake.subject).map(|topic| topic.code.clone());
    let register = Register { inquiry: id, intake, incoming_number, deadline, topic };
    teller.ask_for(who, &person("clerk", Role::Clerk), register.into(), takes)
}

const fn chamber(bent: &Bent) -> &'static str {
    if bent.is_lower { "mazhilis" } else { "senate" }
}

fn intake(teller: &mut Teller<'_>, bent: &Bent, who: usize, again: Option<usize>) -> Result<Intake, Stop> {
    let asked = bent.matter.questions(bent.tongue);
    let questions = asked.into_iter().zip(1..).map(|(text, no)| Question { no: QuestionNo(no), text }).collect();
    let today = teller.now.date();
    let is_sitting = today.weekday() == jiff::civil::Weekday::Wednesday;
    let channel = match (is_sitting, teller.chance.below(3)) {
        (true, _) => Channel::Plenary,
        (false, 0) => Channel::Paper,
        (false, 1) => Channel::Email,
        (false, _) => Channel::Api,
    };
    let groups = match again {
        Some(first) => teller.dossier(first)?.intake.groups.clone(),
        None => groups(teller, bent),
    };
    Ok(Intake {
        number: InquiryNumber::parse(&format!("№ДС-{}", number_mark(who))).map_err(Error::story)?,
        chamber: ChamberCode::new(chamber(bent)).map_err(Error::story)?,
        convocation: Some(8),
        dated: today,
        received: today,
        channel,
        language: bent.tongue.into(),
        subject: bent.matter.subject(bent.tongue),
        questions,
        groups,
        attachments: Vec::new(),
    })
}

/// One deputy asks alone as often as not; now and then a whole faction does.
fn groups(teller: &mut Teller<'_>, bent: &Bent) -> Vec<RecipientGroup> {
    let many = match teller.chance.below(100) {
        0..55 => 1,
        55..80 => 2 + teller.chance.below(3),
        80..96 => 5 + teller.chance.below(6),
        _ => 12 + teller.chance.below(24),
    };
    let mut seats: BTreeMap<usize, Vec<&Seat>> = BTreeMap::new();
    let office: &Office = teller.office;
    for _ in 0..many {
        let seat = office.deputy(bent.is_lower, &mut teller.chance);
        let beneath = seats.entry(seat.faction.unwrap_or(usize::MAX)).or_default();
        if !beneath.iter().any(|known| known.id == seat.id) {
            beneath.push(seat);
        }
    }
    let mut no = 0;
    let mut groups = Vec::new();
    for beneath in seats.into_values() {
        let Some(first) = beneath.first() else { continue };
        let (label_lines, kind) = label(first, beneath.len() > 1, bent.is_lower, bent.tongue.into());
        let mut deputies = Vec::new();
        for seat in &beneath {
            no += 1;
            // To some no mailbox is known: their letter is carried to them.
            let email = if teller.chance.percent(94) { seat.email.parse().ok() } else { None };
            let name = if bent.tongue == Tongue::Ru { &seat.ru } else { &seat.kk };
            deputies.push(Recipient { no: RecipientNo(no), deputy: Some(seat.id), name: name.clone(), email });
        }
        groups.push(RecipientGroup { label_lines, kind, deputies });
    }
    groups
}

/// It is none of the Government's: it goes where it belongs.
pub(super) fn sent_on(teller: &mut Teller<'_>, bent: &Bent) -> Told {
    teller.days(1, 2)?;
    let (to, reason) = match bent.tongue {
        Tongue::Kk => ("Бас прокуратура", "Мәселе Үкіметтің құзыретіне жатпайды."),
        Tongue::Ru => ("Генеральная прокуратура", "Вопрос не относится к компетенции Правительства."),
    };
    let clerk = person("clerk", Role::Clerk);
    teller.ask(0, &clerk, Redirect { to: to.to_owned(), reason: reason.to_owned() })
}

/// The first inquiry learns that it was asked again.
pub(super) fn linked(teller: &mut Teller<'_>, first: usize, again: usize) -> Told {
    teller.minutes(2, 9)?;
    let repeat = teller.dossier(again)?;
    let link = LinkRepeat { repeat: repeat.inquiry, number: repeat.intake.number.printed().to_owned() };
    teller.ask(first, &person("clerk", Role::Clerk), link)
}

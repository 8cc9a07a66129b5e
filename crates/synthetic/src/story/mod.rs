//! One inquiry as it goes in an office, made by asking a real inquiry real commands: what an inquiry would refuse is in no story.
//!
//! Most stories are of one inquiry; some are of two, one of which joins the other or repeats it. What is known only when all stories stand in one
//! order, the numbers, is a mark here ([`teller::MARKS`]) that [`crate::maker`] finds again in the stored text.

mod after;
mod arrival;
mod letter;
pub(crate) mod teller;
mod work;

use directory::Role;
use inquiry::command::LinkRepeat;
use inquiry::{InquiryId, StageName};
use jiff::civil::DateTime;

use crate::chance::Chance;
use crate::error::Error;
use crate::office::{Office, person};
use crate::texts::{Matter, Tongue};
use teller::{Step, Stop, Teller, Told};

/// What a story is like, drawn before it begins.
#[derive(Debug)]
struct Bent {
    matter: Matter,
    tongue: Tongue,
    /// Of every hundred inquiries so many are worked on slowly, and answered late.
    is_slow: bool,
    is_lower: bool,
}

/// A story from an arrival to its end, or to the end of the history.
pub(crate) struct Story {
    pub(crate) inquiries: Vec<InquiryId>,
    pub(crate) steps: Vec<Step>,
}

/// How many of a hundred inquiries are about each theme, in the order of [`crate::texts::theme`]: some ministries are asked much, others seldom.
const SHARES: [usize; 16] = [14, 9, 11, 13, 10, 6, 5, 8, 7, 5, 3, 2, 2, 2, 2, 1];

/// Tells the story that begins at that moment.
pub(crate) fn tell(office: &Office, seed: u64, number: u64, at: DateTime) -> Result<Story, Error> {
    told(office, seed, number, at).map(Story::of)
}

/// Tells one of exactly so many events: an inquiry that was closed, and to which repeats were linked until its history was so long.
pub(crate) fn tell_of_length(
    office: &Office,
    seed: u64,
    number: u64,
    at: DateTime,
    length: usize,
) -> Result<Story, Error> {
    for attempt in 0..500 {
        let mut teller = told(office, seed, number * 1_000 + attempt, at)?;
        let events: usize = teller.steps.iter().flat_map(|step| &step.writes).map(|(_, events)| events.len()).sum();
        let is_closed = teller.dossier(0).is_ok_and(|dossier| dossier.stage.name() == StageName::Closed);
        if teller.inquiries.len() > 1 || !is_closed || events > length {
            continue;
        }
        for _ in events..length {
            let repeat = InquiryId(teller.chance.uuid());
            match teller.ask(0, &person("clerk", Role::Clerk), LinkRepeat { repeat, number: "ДС-1000".to_owned() }) {
                Ok(()) => {}
                Err(Stop::Over) => return Err(Error::story("the history ends before its inquiries are so long")),
                Err(Stop::Fault(error)) => return Err(error),
            }
        }
        return Ok(Story::of(teller));
    }
    Err(Error::story(format!("no story of {length} events was found")))
}

fn told(office: &Office, seed: u64, number: u64, at: DateTime) -> Result<Teller<'_>, Error> {
    let mut chance = Chance::apart(seed, number);
    let bent = Bent {
        matter: matter(&mut chance),
        tongue: if chance.percent(22) { Tongue::Ru } else { Tongue::Kk },
        is_slow: chance.percent(13),
        is_lower: chance.percent(86),
    };
    let mut teller = Teller::new(office, chance, at);
    match course(&mut teller, &bent) {
        Ok(()) | Err(Stop::Over) => Ok(teller),
        Err(Stop::Fault(error)) => Err(error),
    }
}

impl Story {
    fn of(teller: Teller<'_>) -> Self {
        Self { inquiries: teller.inquiries.into_iter().map(|(id, _)| id).collect(), steps: teller.steps }
    }
}

fn matter(chance: &mut Chance) -> Matter {
    let mut left = chance.below(SHARES.iter().sum());
    let mut at = 0;
    for (n, share) in SHARES.iter().enumerate() {
        at = n;
        if left < *share {
            break;
        }
        left -= share;
    }
    Matter::about(crate::texts::theme(at), chance)
}

fn course(teller: &mut Teller<'_>, bent: &Bent) -> Told {
    arrival::registered(teller, bent, None)?;
    if teller.chance.percent(3) {
        return arrival::sent_on(teller, bent);
    }
    if teller.chance.percent(3) {
        arrival::registered(teller, bent, None)?;
        teller.days(0, 1)?;
        teller.merge(0, 1)?;
    }
    answered(teller, bent, 0)?;
    if after::spoken(teller, bent, 0)? && teller.chance.percent(45) {
        let again = teller.inquiries.len();
        teller.days(3, 15)?;
        arrival::registered(teller, bent, Some(0))?;
        arrival::linked(teller, 0, again)?;
        answered(teller, bent, again)?;
        after::spoken(teller, bent, again)?;
    }
    Ok(())
}

/// From the resolution to the end of control.
fn answered(teller: &mut Teller<'_>, bent: &Bent, who: usize) -> Told {
    let mut team = work::resolved(teller, bent, who)?;
    work::contested(teller, bent, who, &mut team)?;
    // Others may have joined it; they are still owed an answer.
    if teller.chance.percent(2) && teller.dossier(who)?.merged.is_empty() {
        return after::withdrawn(teller, bent, who);
    }
    work::contributed(teller, bent, who, &team)?;
    work::extended(teller, bent, who, &team)?;
    work::drafted(teller, bent, who, &mut team)?;
    letter::signed(teller, bent, who, &mut team)?;
    letter::delivered(teller, bent, who)?;
    after::closed(teller, bent, who)
}

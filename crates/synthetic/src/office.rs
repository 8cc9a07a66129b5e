//! Whom it all happens to: the offices, ministries, rules and days of the directory, and deputies who are made up.

use directory::{Actor, Authority, DeputyId, Directory, Language, MinistryCode, OfficeCode, Role};
use inquiry::intake::GroupKind;
use inquiry::synthetic::Papers;
use inquiry::terms::SignatoryBlock;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::chance::Chance;
use crate::error::Error;
use crate::texts;

/// How many sit in the lower chamber, and how many in both.
const LOWER: usize = 98;
const SEATS: usize = 148;
/// The deputies' ids begin here, whatever the seed: they are the same people in every history.
const PEOPLE: u64 = 0x0DEB_0713;

/// A made-up deputy.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Who this is; no directory has the id.
    pub id: DeputyId,
    /// The name as lists print it, in Kazakh.
    pub kk: String,
    /// The same in Russian.
    pub ru: String,
    /// A mailbox of a domain that the standards reserve.
    pub email: String,
    /// Of which faction; none for the deputies of single-mandate districts and the other chamber.
    pub faction: Option<usize>,
}

/// The label of a faction on lists: Kazakh, Russian.
pub(crate) const FACTIONS: [(&str, &str); 6] = [
    ("«AMANAT» партиясының", "партии «AMANAT»"),
    ("«Ауыл» партиясының", "партии «Ауыл»"),
    ("«Respublica» партиясының", "партии «Respublica»"),
    ("«Ақ жол» партиясының", "партии «Ак жол»"),
    ("Қазақстан Халық партиясының", "«Народной партии Казахстана»"),
    ("ЖСДП-ның", "ОСДП"),
];

/// An office to tell stories of.
pub struct Office {
    pub(crate) directory: Directory,
    pub(crate) seats: Vec<Seat>,
    pub(crate) papers: Papers,
    zone: TimeZone,
    /// Nothing happens after that.
    pub(crate) until: Timestamp,
    signing: OfficeCode,
}

impl Office {
    /// Over that directory, up to the evening of that day.
    ///
    /// # Errors
    /// The day cannot be a moment.
    pub fn new(directory: Directory, papers: Papers, until: Date) -> Result<Self, Error> {
        let zone = TimeZoneDatabase::bundled().get("Asia/Almaty").map_err(Error::story)?;
        let evening = until.at(19, 0, 0, 0).to_zoned(zone.clone()).map_err(Error::story)?.timestamp();
        let signing = OfficeCode::new("prime_minister").map_err(Error::story)?;
        Ok(Self { directory, seats: deputies(), papers, zone, until: evening, signing })
    }

    pub(crate) fn moment(&self, at: DateTime) -> Result<Timestamp, Error> {
        Ok(at.to_zoned(self.zone.clone()).map_err(Error::story)?.timestamp())
    }

    pub(crate) fn is_working(&self, day: Date) -> bool {
        self.directory.calendar().is_working(day).0
    }

    /// The working day that lies so many working days later; the next one where the day itself is none.
    pub(crate) fn working_day(&self, from: Date, days: i64) -> Result<Date, Error> {
        let mut day = from;
        let mut left = days;
        while left > 0 || !self.is_working(day) {
            day = day.tomorrow().map_err(Error::story)?;
            if self.is_working(day) {
                left -= 1;
            }
        }
        Ok(day)
    }

    /// A deputy of the lower chamber, or of the upper one.
    pub(crate) fn deputy(&self, is_lower: bool, chance: &mut Chance) -> &Seat {
        let at = if is_lower { chance.below(LOWER) } else { LOWER + chance.below(SEATS - LOWER) };
        &self.seats[at]
    }

    /// Whoever signs at that moment, as the letter prints them, as they act, and by what right.
    pub(crate) fn signatory(
        &self,
        at: DateTime,
        language: Language,
    ) -> Result<(SignatoryBlock, Actor, Authority), Error> {
        let found = self.directory.office(&self.signing).zip(self.directory.holder_at(&self.signing, at));
        let (office, holder) = found.ok_or_else(|| Error::story(format!("nobody signs on {at}")))?;
        let block = SignatoryBlock {
            office: self.signing.clone(),
            name: holder.name.words(language).to_owned(),
            post_lines: office.post_lines(holder, language).into_iter().map(str::to_owned).collect(),
            acting: holder.ground.is_acting(),
        };
        Ok((block, Actor::signatory("premier", holder.person), holder.authority()))
    }
}

/// A label and what kind of group stands beneath it.
pub(crate) fn label(seat: &Seat, several: bool, is_lower: bool, language: Language) -> (Vec<String>, GroupKind) {
    let kazakh = language != Language::Ru;
    let said = |kk: &str, ru: &str| if kazakh { kk.to_owned() } else { ru.to_owned() };
    match (seat.faction.and_then(|faction| FACTIONS.get(faction)), several) {
        (Some((kk, ru)), true) => {
            (vec![said(kk, "Члены фракции"), said("фракция мүшелері, депутаттар", ru)], GroupKind::FactionMembers)
        }
        (Some((kk, ru)), false) => {
            (vec![said(kk, "Член фракции"), said("фракция мүшесі, депутат", ru)], GroupKind::FactionMember)
        }
        (None, _) if is_lower => (
            vec![said(
                "Бір мандатты аумақтық сайлау округтерінен сайланған депутаттар",
                "Депутаты, избранные по одномандатным округам",
            )],
            GroupKind::SingleMandate,
        ),
        (None, _) => (vec![said("Сенат депутаттары", "Депутаты Сената")], GroupKind::Other),
    }
}

/// The made-up deputies: the same people in every history.
#[must_use]
pub fn deputies() -> Vec<Seat> {
    let seat = |n: usize| {
        let (kk, ru) = texts::deputy(n);
        // AMANAT has the most, single-mandate deputies are three of ten.
        let faction = (n < LOWER && n % 10 >= 3).then(|| [0, 0, 0, 0, 1, 2, 3, 0, 4, 5][(n * 7) % 10]);
        let id = DeputyId::new(Chance::apart(PEOPLE, n as u64).uuid());
        Seat { id, kk, ru, email: format!("deputy{}@parliament.example", n + 1), faction }
    };
    (0..SEATS).map(seat).collect()
}

/// Somebody in a role that is bound to nothing.
pub(crate) fn person(name: &str, role: Role) -> Actor {
    Actor::new(name, [role])
}

/// Whoever writes for a ministry.
pub(crate) fn executor(ministry: &MinistryCode) -> Actor {
    Actor::executor(format!("executor-{ministry}"), ministry.clone())
}

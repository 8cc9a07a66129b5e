//! What happened to the records, kept for ever and read as strictly as an inquiry's events are. Each says by which act.

use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::subject::SubjectKind;
use crate::authority::Ground;
use crate::ids::{ChamberCode, DeputyId, FactionCode, MinistryCode, OfficeCode, PersonId};
use crate::language::Language;
use crate::text::Multilingual;

/// A ministry was founded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinistryFounded {
    /// Its code, which no other ministry ever had.
    pub code: MinistryCode,
    /// Its name.
    pub name: Multilingual,
    /// The short form used in tables.
    pub abbreviation: Multilingual,
    /// Its first day.
    pub since: Date,
    /// The ministries whose duties, or a part of them, came to it.
    #[serde(default)]
    pub predecessors: Vec<MinistryCode>,
    /// By which act.
    pub act: String,
}

/// A ministry bears another name; its code and its duties stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinistryRenamed {
    /// Which.
    pub code: MinistryCode,
    /// Its new name.
    pub name: Multilingual,
    /// The new short form.
    pub abbreviation: Multilingual,
    /// The first day of the new name.
    pub since: Date,
    /// By which act.
    pub act: String,
}

/// A ministry went into another one, and its open inquiries with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinistryMerged {
    /// Which ended.
    pub code: MinistryCode,
    /// Into which.
    pub into: MinistryCode,
    /// The first day without it.
    pub on: Date,
    /// By which act.
    pub act: String,
}

/// An open inquiry for which somebody chose the successor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// Which inquiry.
    pub inquiry: Uuid,
    /// To which of the successors it goes.
    pub to: MinistryCode,
}

/// A ministry's duties were divided among others, and its open inquiries with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinistrySplit {
    /// Which ended.
    pub code: MinistryCode,
    /// Among which.
    pub into: Vec<MinistryCode>,
    /// The first day without it.
    pub on: Date,
    /// Where open inquiries go for which nobody chose.
    pub otherwise: MinistryCode,
    /// The open inquiries for which somebody did.
    #[serde(default)]
    pub chosen: Vec<Chosen>,
    /// By which act.
    pub act: String,
}

/// A ministry ended, and nobody took its duties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinistryAbolished {
    /// Which.
    pub code: MinistryCode,
    /// The first day without it.
    pub on: Date,
    /// By which act.
    pub act: String,
}

/// A convocation of a chamber began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConvocationBegun {
    /// Whose.
    pub chamber: ChamberCode,
    /// Its number.
    pub number: u8,
    /// Its first day.
    pub since: Date,
    /// By which act.
    pub act: String,
}

/// A convocation ended, and with it its factions and the chamber's mandates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConvocationEnded {
    /// Whose.
    pub chamber: ChamberCode,
    /// Its number.
    pub number: u8,
    /// The first day without it.
    pub on: Date,
    /// By which act.
    pub act: String,
}

/// A faction was formed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactionFormed {
    /// Its code.
    pub code: FactionCode,
    /// The chamber it sits in.
    pub chamber: ChamberCode,
    /// The number of the convocation.
    pub convocation: u8,
    /// Its name with its quotation marks.
    pub name: Multilingual,
    /// Its first day.
    pub since: Date,
    /// By which act.
    pub act: String,
}

/// A faction ended. Its members keep their mandates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactionEnded {
    /// Which.
    pub code: FactionCode,
    /// The first day without it.
    pub on: Date,
    /// By which act.
    pub act: String,
}

/// A deputy's mandate began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeputyEntered {
    /// Who; whoever had a mandate before keeps the identity.
    pub id: DeputyId,
    /// The name as a list of deputies prints it.
    pub name: Multilingual,
    /// The name in the dative, where its letters do not decide it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dative: Option<Multilingual>,
    /// Where replies go; null where it was erased.
    pub email: Option<String>,
    /// The chamber.
    pub chamber: ChamberCode,
    /// The faction, if any.
    pub faction: Option<FactionCode>,
    /// Elected in a single-mandate district?
    pub single_mandate: bool,
    /// The first day of the mandate.
    pub since: Date,
    /// By which act.
    pub act: String,
}

/// What is said of a deputy was wrong, or is different now; the mandate stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeputyCorrected {
    /// Who.
    pub id: DeputyId,
    /// The name.
    pub name: Multilingual,
    /// The name in the dative, where its letters do not decide it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dative: Option<Multilingual>,
    /// Where replies go; null where it was erased.
    pub email: Option<String>,
    /// Why.
    pub act: String,
}

/// A deputy belongs to another faction, or to none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeputyChangedFaction {
    /// Who.
    pub id: DeputyId,
    /// Which, if any.
    pub faction: Option<FactionCode>,
    /// From which day on.
    pub since: Date,
    /// By which act.
    pub act: String,
}

/// A deputy's mandate ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeputyLeft {
    /// Who.
    pub id: DeputyId,
    /// The first day without it.
    pub on: Date,
    /// By which act.
    pub act: String,
}

/// An office came to be, with the posts that letters print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficeFounded {
    /// Its code.
    pub code: OfficeCode,
    /// The ministry that it heads, if any.
    pub ministry: Option<MinistryCode>,
    /// Its name.
    pub name: Multilingual,
    /// The post as a signature block prints it; ` / ` stands between lines.
    pub post: Multilingual,
    /// The post of whoever acts for its holder, in the same form.
    pub acting_post: Multilingual,
    /// By which act.
    pub act: String,
}

/// Somebody took an office, or acts in it by an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficeTaken {
    /// The office.
    pub office: OfficeCode,
    /// Who; whoever held an office before keeps the identity.
    pub person: PersonId,
    /// The name as a signature block prints it.
    pub name: Multilingual,
    /// Appointed, or acting by an order.
    pub ground: Ground,
    /// The same person as a deputy, if they are one.
    pub deputy: Option<DeputyId>,
    /// The first minute, as the clocks in Astana show it.
    pub since: DateTime,
    /// The first minute without the office, where the act names it.
    pub until: Option<DateTime>,
    /// By which act.
    pub act: String,
}

/// Somebody left an office, or acts in it no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficeLeft {
    /// The office.
    pub office: OfficeCode,
    /// Who.
    pub person: PersonId,
    /// The first minute without it.
    pub until: DateTime,
    /// By which act.
    pub act: String,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A holiday, or a weekday given for one.
    DayOff,
    /// A Saturday or Sunday on which the country works.
    WorkingDay,
    /// As its weekday says.
    Ordinary,
}

/// One day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DaySet {
    /// Which day.
    pub date: Date,
    /// What it is from now on.
    pub kind: DayKind,
    /// Why, in a few words; empty for an ordinary day.
    #[serde(default)]
    pub note: String,
}

/// Which open deadlines are counted anew. A deadline that was set changes only by an event of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "which", rename_all = "snake_case", deny_unknown_fields)]
pub enum Recount {
    /// None: they stay as they were set.
    #[default]
    None,
    /// All that the days affect.
    All,
    /// These alone.
    Only {
        /// The inquiries.
        inquiries: Vec<Uuid>,
    },
    /// All but these.
    AllBut {
        /// The inquiries whose days stay.
        inquiries: Vec<Uuid>,
    },
}

impl Recount {
    /// Is that inquiry's deadline counted anew?
    #[must_use]
    pub fn takes(&self, inquiry: Uuid) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Only { inquiries } => inquiries.contains(&inquiry),
            Self::AllBut { inquiries } => !inquiries.contains(&inquiry),
        }
    }
}

/// Days of the calendar were set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarChanged {
    /// The days, each once.
    pub days: Vec<DaySet>,
    /// Which open deadlines are counted anew.
    #[serde(default)]
    pub recount: Recount,
    /// By which act.
    pub act: String,
}

/// A change whose day had not come was taken back: it does not come to pass. What was recorded stays in the stream; the records pass over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTakenBack {
    /// Which: the version of the records that it led to.
    pub version: u64,
    /// The kind of records of which it spoke.
    pub kind: SubjectKind,
    /// The records that it was about, by their codes; whatever was asked, they are recorded as that change has them.
    #[serde(default)]
    pub codes: Vec<String>,
    /// By which act, or why.
    pub act: String,
}

macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident = $stored:literal ($kk:literal, $ru:literal, $en:literal),)*) => {
        /// Something that happened to the records.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[schemars(rename = "RecordChange")]
        pub enum Change {
            $($(#[$doc])* #[serde(rename = $stored)] $name($name),)*
        }

        impl Change {
            /// The stored names of every kind.
            pub const STORED: &'static [&'static str] = &[$($stored,)*];

            /// The stored name.
            #[must_use]
            pub const fn stored_name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => $stored,)*
                }
            }

            /// By which act, or why.
            #[must_use]
            pub fn act(&self) -> &str {
                match self {
                    $(Self::$name(event) => &event.act,)*
                }
            }

            /// What the journal says of events with that stored name; none when it is not one of these.
            #[must_use]
            pub fn words(stored: &str, language: Language) -> Option<&'static str> {
                match (stored, language) {
                    $(($stored, Language::Kk) => Some($kk), ($stored, Language::Ru) => Some($ru), ($stored, Language::En) => Some($en),)*
                    _ => None,
                }
            }
        }

        $(impl From<$name> for Change {
            fn from(event: $name) -> Self {
                Self::$name(event)
            }
        })*
    };
}

changes! {
    /// A ministry was founded.
    MinistryFounded = "ministry_founded" ("министрлік құрылды", "министерство образовано", "a ministry was founded"),
    /// It bears another name.
    MinistryRenamed = "ministry_renamed" ("министрліктің атауы өзгерді", "министерство переименовано", "a ministry was renamed"),
    /// It went into another one.
    MinistryMerged = "ministry_merged" ("министрлік басқасына қосылды", "министерство присоединено к другому", "a ministry was merged into another"),
    /// Its duties were divided.
    MinistrySplit = "ministry_split" ("министрлік бөлінді", "министерство разделено", "a ministry was split"),
    /// It ended.
    MinistryAbolished = "ministry_abolished" ("министрлік таратылды", "министерство упразднено", "a ministry was abolished"),
    /// A convocation began.
    ConvocationBegun = "convocation_begun" ("шақырылым басталды", "начался созыв", "a convocation began"),
    /// A convocation ended.
    ConvocationEnded = "convocation_ended" ("шақырылым аяқталды", "созыв завершён", "a convocation ended"),
    /// A faction was formed.
    FactionFormed = "faction_formed" ("фракция құрылды", "образована фракция", "a faction was formed"),
    /// A faction ended.
    FactionEnded = "faction_ended" ("фракция таратылды", "фракция прекратила деятельность", "a faction ended"),
    /// A mandate began.
    DeputyEntered = "deputy_entered" ("депутаттың мандаты басталды", "начались полномочия депутата", "a deputy's mandate began"),
    /// What is said of a deputy was corrected.
    DeputyCorrected = "deputy_corrected" ("депутат деректері түзетілді", "исправлены данные депутата", "a deputy's record was corrected"),
    /// A deputy changed faction.
    DeputyChangedFaction = "deputy_changed_faction" ("депутат фракциясын ауыстырды", "депутат сменил фракцию", "a deputy changed faction"),
    /// A mandate ended.
    DeputyLeft = "deputy_left" ("депутаттың мандаты аяқталды", "полномочия депутата прекращены", "a deputy's mandate ended"),
    /// An office came to be.
    OfficeFounded = "office_founded" ("лауазым енгізілді", "введена должность", "an office came to be"),
    /// Somebody took an office.
    OfficeTaken = "office_taken" ("лауазымға кірісті", "вступление в должность", "an office was taken"),
    /// Somebody left an office.
    OfficeLeft = "office_left" ("лауазымнан кетті", "освобождение от должности", "an office was left"),
    /// Days of the calendar were set.
    CalendarChanged = "calendar_changed" ("күнтізбе өзгерді", "изменён календарь", "the calendar was changed"),
    /// A change whose day had not come was taken back.
    ChangeTakenBack = "change_taken_back" ("жоспарланған өзгеріс қайтарып алынды", "запланированное изменение отменено", "a planned change was taken back"),
}

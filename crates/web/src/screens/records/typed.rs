//! How what was typed into a form becomes a change.

use directory::changes::event::{
    CalendarChanged, Change, ChangeTakenBack, ConvocationBegun, ConvocationEnded, DayKind, DaySet,
    DeputyChangedFaction, DeputyCorrected, DeputyEntered, DeputyLeft, FactionEnded, FactionFormed, MinistryAbolished,
    MinistryFounded, MinistryMerged, MinistryRenamed, MinistrySplit, OfficeFounded, OfficeLeft, OfficeTaken, Recount,
};
use directory::{ActingOrder, Ground, Multilingual};
use jiff::civil::{DateTime, Time};
use uuid::Uuid;

use super::super::fields::Reader;
use super::forms::ChangeForm;
use crate::speech::Words;

/// A change as it was typed; none when something is missing, which the reader then says. `planned` is what is taken back, with its version.
pub(super) fn read(form: ChangeForm, reader: &mut Reader<'_>, planned: Option<(u64, &Change)>) -> Option<Change> {
    let act = reader.needed_line("act");
    Some(match form {
        ChangeForm::FoundMinistry => MinistryFounded {
            name: names(reader, "name"),
            abbreviation: names(reader, "short"),
            since: reader.date("since")?,
            code: reader.value("new_code")?,
            predecessors: Vec::new(),
            act,
        }
        .into(),
        ChangeForm::RenameMinistry => MinistryRenamed {
            name: names(reader, "name"),
            abbreviation: names(reader, "short"),
            since: reader.date("since")?,
            code: reader.value("code")?,
            act,
        }
        .into(),
        ChangeForm::MergeMinistry => {
            let (into, on) = (reader.value("into"), reader.date("on"));
            MinistryMerged { code: reader.value("code")?, into: into?, on: on?, act }.into()
        }
        ChangeForm::SplitMinistry => split(reader, act)?.into(),
        ChangeForm::AbolishMinistry => {
            MinistryAbolished { on: reader.date("on")?, code: reader.value("code")?, act }.into()
        }
        ChangeForm::BeginConvocation => {
            let (number, since) = (reader.value("number"), reader.date("since"));
            ConvocationBegun { chamber: reader.value("chamber")?, number: number?, since: since?, act }.into()
        }
        ChangeForm::EndConvocation => {
            let (number, on) = (reader.value("number"), reader.date("on"));
            ConvocationEnded { chamber: reader.value("chamber")?, number: number?, on: on?, act }.into()
        }
        ChangeForm::FormFaction => FactionFormed {
            name: names(reader, "name"),
            since: reader.date("since")?,
            code: reader.value("new_code")?,
            chamber: reader.value("chamber")?,
            convocation: reader.value("number")?,
            act,
        }
        .into(),
        ChangeForm::EndFaction => FactionEnded { on: reader.date("on")?, code: reader.value("code")?, act }.into(),
        ChangeForm::EnterDeputy => DeputyEntered {
            name: names(reader, "name"),
            dative: dative(reader),
            email: Some(reader.needed_line("email")),
            since: reader.date("since")?,
            chamber: reader.value("chamber")?,
            faction: reader.optional_value("faction"),
            single_mandate: reader.typed.get("single_mandate") == "yes",
            id: reader.optional_value("known").unwrap_or_else(|| drawn(reader).into()),
            act,
        }
        .into(),
        ChangeForm::CorrectDeputy => DeputyCorrected {
            name: names(reader, "name"),
            dative: dative(reader),
            email: Some(reader.needed_line("email")),
            id: reader.value("code")?,
            act,
        }
        .into(),
        ChangeForm::ChangeFaction => DeputyChangedFaction {
            since: reader.date("since")?,
            faction: reader.optional_value("faction"),
            id: reader.value("code")?,
            act,
        }
        .into(),
        ChangeForm::EndMandate => DeputyLeft { on: reader.date("on")?, id: reader.value("code")?, act }.into(),
        ChangeForm::FoundOffice => OfficeFounded {
            name: names(reader, "name"),
            post: names(reader, "post"),
            acting_post: names(reader, "acting"),
            code: reader.value("new_code")?,
            ministry: reader.optional_value("ministry"),
            act,
        }
        .into(),
        ChangeForm::TakeOffice => taken(reader, act)?.into(),
        ChangeForm::LeaveOffice => {
            let (until, person) = (moment(reader, "on", "on_time"), reader.value("person"));
            OfficeLeft { office: reader.value("office")?, person: person?, until: until?, act }.into()
        }
        ChangeForm::SetDays => days(reader, act)?.into(),
        ChangeForm::TakeBack => {
            let (version, change) = planned?;
            let codes = change.subjects().into_iter().map(|subject| subject.code).collect();
            ChangeTakenBack { version, kind: change.kind(), codes, act }.into()
        }
    })
}

fn names(reader: &mut Reader<'_>, part: &str) -> Multilingual {
    let (kk, ru) = (reader.needed_line(&format!("{part}_kk")), reader.needed_line(&format!("{part}_ru")));
    Multilingual::new(kk, ru, reader.optional_line(&format!("{part}_en")))
}

fn dative(reader: &Reader<'_>) -> Option<Multilingual> {
    let (kk, ru) = (reader.optional_line("dative_kk")?, reader.optional_line("dative_ru")?);
    Some(Multilingual::new(kk, ru, None))
}

/// Somebody new. The form's key makes the identity, so that the same form sent twice means one person.
fn drawn(reader: &Reader<'_>) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("record\n{}", reader.typed.get("key")).as_bytes())
}

fn split(reader: &mut Reader<'_>, act: String) -> Option<MinistrySplit> {
    let into: Vec<_> = reader.typed.all("into").into_iter().filter_map(|code| code.parse().ok()).collect();
    if into.len() < 2 {
        let what = Words::new(
            "Кемінде екі министрлікті белгілеңіз.",
            "Отметьте хотя бы два министерства.",
            "Tick at least two ministries.",
        );
        reader.blame("into", &what);
    }
    let (otherwise, on) = (reader.value("otherwise"), reader.date("on"));
    Some(MinistrySplit { code: reader.value("code")?, into, on: on?, otherwise: otherwise?, chosen: Vec::new(), act })
}

fn taken(reader: &mut Reader<'_>, act: String) -> Option<OfficeTaken> {
    let ground = match reader.typed.get("ground") {
        "acts" => {
            let dated = reader.typed.get("order_dated").is_empty().then_some(None);
            let dated = dated.unwrap_or_else(|| reader.date("order_dated"));
            let order = reader.optional_line("order_number").zip(dated);
            Ground::Acts { order: order.map(|(number, dated)| ActingOrder { number, dated }) }
        }
        _ => Ground::Holds,
    };
    let until = if reader.typed.get("until").is_empty() { None } else { moment(reader, "until", "until_time") };
    Some(OfficeTaken {
        name: names(reader, "name"),
        since: moment(reader, "since", "since_time")?,
        office: reader.value("office")?,
        person: reader.optional_value("known").unwrap_or_else(|| drawn(reader).into()),
        ground,
        deputy: None,
        until,
        act,
    })
}

/// A day with an hour beside it, midnight where none was written.
fn moment(reader: &mut Reader<'_>, day: &str, time: &str) -> Option<DateTime> {
    let date = reader.date(day)?;
    let written = reader.optional_line(time);
    let hour = match &written {
        None => Some(Time::midnight()),
        Some(text) => Time::strptime("%H:%M", text).ok(),
    };
    if hour.is_none() {
        reader.blame(
            time,
            &Words::new("Сағатты СС:ММ түрінде жазыңыз.", "Напишите время как ЧЧ:ММ.", "Write the time as HH:MM."),
        );
    }
    hour.map(|hour| date.to_datetime(hour))
}

fn days(reader: &mut Reader<'_>, act: String) -> Option<CalendarChanged> {
    let mut days = Vec::new();
    for row in 0..reader.typed.rows("days") {
        let field = |part: &str| format!("days[{row}].{part}");
        let (date, kind, note) = (field("date"), field("kind"), field("note"));
        // A row in which nothing was written asks for nothing; one with a note or another kind than the first lacks its day.
        let is_untouched = matches!(reader.typed.get(&kind), "" | "day_off") && reader.typed.get(&note).is_empty();
        if row > 0 && is_untouched && reader.typed.get(&date).is_empty() {
            continue;
        }
        let Some(day) = reader.date(&date) else { continue };
        let kind = match reader.typed.get(&kind) {
            "working_day" => DayKind::WorkingDay,
            "ordinary" => DayKind::Ordinary,
            _ => DayKind::DayOff,
        };
        let note = match kind {
            // What would not be recorded is not lost unsaid.
            DayKind::Ordinary => {
                if !reader.typed.get(&note).is_empty() {
                    let what = Words::new(
                        "Апта күні бойынша саналатын күнге түсініктеме жазылмайды: оны алып тастаңыз.",
                        "У дня, который считается по дню недели, пояснения нет: уберите его.",
                        "A day that counts as its weekday says has no note: take it out.",
                    );
                    reader.blame(&note, &what);
                }
                String::new()
            }
            DayKind::DayOff | DayKind::WorkingDay => reader.needed_line(&note),
        };
        days.push(DaySet { date: day, kind, note });
    }
    (!days.is_empty()).then_some(CalendarChanged { days, recount: Recount::None, act })
}

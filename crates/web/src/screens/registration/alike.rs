//! Registered inquiries that the one in the form looks like: told while it is typed, asked about once before it is registered, never in the way.

use actix_web::{HttpResponse, web};
use directory::number::shown;
use directory::{DeputyId, InquiryNumber, Language};
use inquiry::InquiryId;
use jiff::civil::Date;
use serde::Serialize;

use super::super::fields::{Typed, day, say};
use super::super::wording::stage_tone;
use super::Desk;
use crate::office::alike::{self, How, Like, Sketch};
use crate::pages::Page;
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};

/// The hidden fields that name what was told already.
const SEEN: &str = "alike_seen";
/// The choice of the inquiry that is asked once more.
pub(super) const REPEAT_OF: &str = "repeat_of";

/// What the form says about it.
#[derive(Debug, Clone, Serialize)]
pub(in super::super) struct Told {
    said: String,
    lines: Vec<Line>,
    /// One of them can be chosen as the one that is asked once more.
    may_repeat: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Line {
    id: InquiryId,
    number: String,
    dated: Date,
    subject: String,
    subject_language: &'static str,
    deputies: u32,
    state: &'static str,
    tone: &'static str,
    how: String,
    /// It has the number.
    has_number: bool,
    /// What [`SEEN`] says once it was told, and told so: that it also has the number is another thing than that it is alike.
    seen: String,
    /// It is this very inquiry: there is nothing to choose.
    is_same: bool,
    /// It is chosen as the one that is asked once more.
    chosen: bool,
}

impl Told {
    /// Is there anything that was not told before? One that is this very inquiry is refused, and nothing else is asked. What is asked again looks like
    /// what was answered, so that of such a one only a number that is there already is news.
    pub(super) fn is_news(&self, typed: &Typed, asks_again: bool) -> bool {
        let seen = typed.all(SEEN);
        let is_known = self.lines.iter().any(|line| line.is_same);
        let mut asked_about = self.lines.iter().filter(|line| line.has_number || !asks_again);
        !is_known && asked_about.any(|line| !seen.contains(&line.seen.as_str()))
    }
}

/// What is known of an inquiry from the form as it is typed.
fn sketch(state: &AppState, typed: &Typed) -> Sketch {
    let mut sketch = Sketch {
        chamber: typed.get("chamber").parse().ok(),
        number: InquiryNumber::parse(typed.get("number")).ok(),
        dated: day(typed.get("dated")),
        subject: typed.get("subject").chars().take(1_000).collect(),
        ..Sketch::default()
    };
    let directory = state.directory();
    for group in 0..typed.rows("groups") {
        let deputies = format!("groups[{group}].deputies");
        for row in 0..typed.rows(&deputies) {
            let id: Option<DeputyId> = typed.get(&format!("{deputies}[{row}].deputy")).parse().ok();
            let known = id.and_then(|id| directory.deputy(id));
            let name = typed.get(&format!("{deputies}[{row}].name"));
            sketch.deputies.extend(id);
            sketch.names.extend(known.map(|known| known.name.kk.clone()));
            if !name.is_empty() {
                sketch.names.push(name.to_owned());
            }
        }
    }
    sketch
}

/// What the form looks like. The inquiry that an earlier try of this very registration has made is no other one.
pub(super) async fn told(desk: &Desk, typed: &Typed) -> Result<Told, Problem> {
    let language = desk.language;
    let own = desk.registers(typed).map(|asked| asked.new_inquiry());
    let found = alike::find(&desk.state, &sketch(&desk.state, typed)).await?;
    let others = found.iter().filter(|like| Some(like.entry.inquiry) != own);
    let lines: Vec<Line> = others.map(|like| line(like, typed.get(REPEAT_OF), language)).collect();
    let said = match lines.as_slice() {
        [] => String::new(),
        [one, ..] if one.is_same => say(
            language,
            "Бұл сауал тіркелген:",
            "Этот запрос уже зарегистрирован:",
            "This inquiry is registered already:",
        ),
        _ => say(
            language,
            "Мыналарға ұқсайды. Бөлек сауал болса, тіркей беріңіз:",
            "Похоже на эти. Если это другой запрос, регистрируйте:",
            "It looks like these. If it is another inquiry, register it:",
        ),
    };
    let may_repeat = lines.iter().any(|line| !line.is_same);
    Ok(Told { said, lines, may_repeat })
}

fn line(like: &Like, chosen: &str, language: Language) -> Line {
    let Like { entry, how } = like;
    let how_said = match how {
        How::Same => say(
            language,
            "палатасы, нөмірі, күні бірдей",
            "те же палата, номер и дата",
            "the same chamber, number and date",
        ),
        How::Number => say(language, "нөмірі бірдей", "тот же номер", "the same number"),
        How::Subject => say(
            language,
            "тақырыбы жақын, депутаты ортақ",
            "близкая тема, общий депутат",
            "a subject near to it, a deputy of both",
        ),
    };
    let has_number = *how != How::Subject;
    Line {
        has_number,
        seen: if has_number { format!("{} {}", entry.inquiry, entry.number) } else { entry.inquiry.to_string() },
        id: entry.inquiry,
        number: shown(&entry.number),
        dated: entry.dated,
        subject: entry.subject.clone(),
        subject_language: entry.language.code(),
        deputies: entry.recipients,
        state: entry.stage.words(language),
        tone: stage_tone(entry.stage),
        how: how_said,
        is_same: *how == How::Same,
        chosen: entry.inquiry.to_string() == chosen,
    }
}

#[derive(Debug, Serialize)]
struct Fragment {
    alike: Told,
}

/// The same as a piece of the page, for the script that asks while somebody types.
pub(super) async fn fragment(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let desk = Desk { state, caller, language };
    let alike = told(&desk, &Typed(typed)).await?;
    let Desk { state, caller, .. } = desk;
    let title = Words::new("Ұқсас сауалдар", "Похожие запросы", "Inquiries that are alike");
    let page = Page { template: "alike", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &Fragment { alike })
}

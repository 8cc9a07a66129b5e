//! Registering an inquiry: the form, and what becomes of it.

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::{ChamberCode, DeputyId, Language, Role};
use inquiry::ProposalId;
use inquiry::bounds::Field as Part;
use inquiry::intake::{Channel, GroupKind};
use inquiry::refusal::Refusal;
use serde::{Deserialize, Serialize};

use super::fields::{Fault, Field, Form, Group, Reader, Typed, say};
use super::{ONWARD, PAGE};
use super::{pasted, proposals};
use crate::office;
use crate::office::registering::{self, NewDeputy, NewGroup, NewInquiry, NewQuestion};
use crate::office::{Asked, to_the_end};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};

const CLERKS: Permission = Permission::AnyOf(&[Role::Clerk]);
const CHANNELS: [(&str, Channel); 4] =
    [("plenary", Channel::Plenary), ("paper", Channel::Paper), ("email", Channel::Email), ("api", Channel::Api)];
pub(super) const KINDS: [(&str, GroupKind); 4] = [
    ("faction_members", GroupKind::FactionMembers),
    ("faction_member", GroupKind::FactionMember),
    ("single_mandate", GroupKind::SingleMandate),
    ("other", GroupKind::Other),
];
/// Rows of an empty form.
const QUESTIONS: usize = 2;
const DEPUTIES: usize = 3;
/// The most rows that a form is drawn with.
const MOST_ROWS: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inquiries/new", "registration_page", CLERKS, empty)
            .summary("The form for registering an inquiry.")
            .answer(PAGE),
        Route::post("/inquiries/new", "register_by_form", CLERKS, register)
            .summary("Registers an inquiry, or adds a row to the form.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    form: Form,
    /// The inquiry that has this number already.
    known: Option<String>,
}

/// What the form begins with.
#[derive(Debug, Deserialize)]
struct Beginning {
    /// A proposal that is registered.
    proposal: Option<ProposalId>,
}

async fn empty(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    beginning: web::Query<Beginning>,
) -> Result<HttpResponse, Problem> {
    let known = match beginning.proposal {
        Some(proposal) => proposals::prefilled(&state, &caller, proposal).await?,
        None => Typed(Vec::new()),
    };
    let form = form(&state, &known, language).refill_where_typed(&known);
    answer(HttpResponse::Ok(), &state, &caller, language, Facts { form, known: None })
}

fn answer(
    start: HttpResponseBuilder,
    state: &AppState,
    caller: &Caller,
    language: Language,
    facts: Facts,
) -> Result<HttpResponse, Problem> {
    let title = Words::new("Сауал тіркеу", "Регистрация запроса", "Registering an inquiry");
    let page = Page { template: "registration", title, caller: Some(caller), language };
    state.pages.answer_with(start, state, &page, &facts)
}

async fn register(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(typed);
    let drawn = typed.clone();
    let (typed, not_pasted) = pasted::into_rows(typed, language);
    let again = |form: Form| form.refill(&typed);
    if typed.more().is_some() {
        // Lines that were pasted are rows now; only where there were none is an empty row wanted.
        let without = typed.without_more();
        let form = form(&state, if typed.0 == drawn.0 { &typed } else { &without }, language);
        let form = again(form).opened_at_new_row(&drawn).blame(not_pasted);
        return answer(HttpResponse::Ok(), &state, &caller, language, Facts { form, known: None });
    }
    let read = match read(&state, &typed, language) {
        Ok(_) if !not_pasted.is_empty() => Err(not_pasted),
        Ok(read) => Ok(read),
        Err(faults) => Err(faults.into_iter().chain(not_pasted).collect()),
    };
    let (new, rows) = match read {
        Ok(read) => read,
        Err(faults) => {
            let facts = Facts { form: again(form(&state, &typed, language)).blame(faults), known: None };
            return answer(HttpResponse::UnprocessableEntity(), &state, &caller, language, facts);
        }
    };
    let key = typed.key()?;
    let actor = caller.account.actor.clone();
    let canonical = typed.canonical();
    let asked = Asked::new(actor, state.clock.now(), caller.account.id, key, "register", canonical.as_bytes(), None);
    let doors = state.clone();
    let proposal: Option<ProposalId> = typed.get("proposal").parse().ok();
    let registered = match proposal {
        // Whoever tries again, and whatever they type then, finishes what was begun with this proposal.
        Some(proposal) => {
            let asked = office::proposals::registration(&asked.by, asked.at, proposal, canonical.as_bytes());
            to_the_end(async move { office::proposals::register(&doors, &asked, proposal, new).await }).await
        }
        None => {
            let register = async move { registering::register(&doors, &asked, new).await };
            to_the_end(register).await.map(|registered| registered.done.inquiry)
        }
    };
    let problem = match registered {
        Ok(inquiry) => {
            let place = format!("/inquiries/{inquiry}?done=register");
            return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish());
        }
        Err(problem @ Problem::Failure { .. }) => return Err(problem),
        Err(problem) => problem,
    };
    let mut fault = Fault::of(&problem, language);
    fault.name = fault.name.map(|name| rows.typed(&name)).or_else(|| part_of(&problem).map(str::to_owned));
    if let Some(what) = too_many_lines(&problem, language) {
        fault.what = what;
    }
    let known =
        if let Problem::AlreadyRegistered { inquiry, .. } = &problem { Some(inquiry.to_string()) } else { None };
    let mut form = again(form(&state, &typed, language)).blame(vec![fault]);
    if matches!(problem, Problem::OutcomeUnknown { .. } | Problem::Unavailable { .. } | Problem::Busy) {
        // It may have been recorded: the same key finds out.
        key.clone_into(&mut form.key);
    }
    tracing::info!(code = problem.code(), "a registration was given back");
    answer(problem.start(), &state, &caller, language, Facts { form, known })
}

/// A label is counted in lines, which the general sentence does not say.
fn too_many_lines(problem: &Problem, language: Language) -> Option<String> {
    let Problem::Refused(refusal) = problem else { return None };
    let Refusal::TooMany { field: Part::GroupLabel, limit, found } = refusal.as_ref() else { return None };
    Some(match language {
        Language::Kk => format!("Топтың атауы {found} жол, ең көбі {limit} жол болады. Жол үзілімдерін азайтыңыз."),
        Language::Ru => {
            format!("В названии группы строк: {found}, допускается не более {limit}. Уберите переносы строк.")
        }
        Language::En => format!("The label has {found} lines; at most {limit} are taken. Take out line breaks."),
    })
}

/// The field that the domain's refusal is about.
fn part_of(problem: &Problem) -> Option<&'static str> {
    let Problem::Refused(refusal) = problem else {
        return match problem {
            Problem::AlreadyRegistered { .. } => Some("number"),
            _ => None,
        };
    };
    let part = match refusal.as_ref() {
        Refusal::Empty { field }
        | Refusal::TooLong { field, .. }
        | Refusal::TooMany { field, .. }
        | Refusal::HiddenCharacter { field, .. }
        | Refusal::DateOutside { field, .. } => *field,
        _ => return None,
    };
    match part {
        Part::Subject => Some("subject"),
        Part::Question | Part::Questions => Some("questions[0]"),
        Part::GroupLabel | Part::Groups => Some("groups[0].label"),
        Part::DeputyName | Part::Recipients => Some("groups[0].deputies[0].name"),
        Part::Received => Some("received"),
        _ => None,
    }
}

/// The rows of the form that were filled in, in their order: what is handed in counts only those.
struct Rows {
    groups: Vec<(usize, Vec<usize>)>,
}

impl Rows {
    /// The form's name of a field that the office names by its place among the filled rows.
    fn typed(&self, name: &str) -> String {
        let place = |rest: &str| -> Option<(usize, String)> {
            let (number, rest) = rest.split_once(']')?;
            Some((number.parse().ok()?, rest.to_owned()))
        };
        let translated = || {
            let (group, rest) = place(name.strip_prefix("groups[")?)?;
            let (typed_group, deputies) = self.groups.get(group)?;
            let Some(rest) = rest.strip_prefix(".deputies[") else {
                return Some(format!("groups[{typed_group}]{rest}"));
            };
            let (deputy, rest) = place(rest)?;
            Some(format!("groups[{typed_group}].deputies[{}]{rest}", deputies.get(deputy)?))
        };
        translated().unwrap_or_else(|| name.to_owned())
    }
}

fn read(state: &AppState, typed: &Typed, language: Language) -> Result<(NewInquiry, Rows), Vec<Fault>> {
    let mut reader = Reader::new(typed, language);
    let number = reader.needed_line("number");
    if !number.is_empty() {
        // Told together with what else is missing.
        if let Err(Problem::BadField { field, what }) = registering::number(&number) {
            reader.blame(&field, &what);
        }
    }
    let (dated, received) = (reader.date("dated"), reader.date("received"));
    let chamber: Option<ChamberCode> = reader.value("chamber");
    let of_inquiry: Option<Language> = reader.value("language");
    let channel = CHANNELS.iter().find(|(code, _)| *code == typed.get("channel")).map(|(_, channel)| *channel);
    if channel.is_none() {
        reader.blame("channel", &Words::new("Тізімнен таңдаңыз.", "Выберите из списка.", "Choose from the list."));
    }
    let subject = reader.needed_line("subject");
    let questions = (0..typed.rows("questions"))
        .filter_map(|row| reader.optional(&format!("questions[{row}]")))
        .map(NewQuestion::Words)
        .collect();
    let mut groups = Vec::new();
    let mut rows = Rows { groups: Vec::new() };
    for row in 0..typed.rows("groups") {
        if let Some((group, deputies)) = group(state, &mut reader, row, of_inquiry.unwrap_or(Language::Kk)) {
            groups.push(group);
            rows.groups.push((row, deputies));
        }
    }
    if groups.is_empty() {
        let what = Words::new(
            "Кемінде бір топ пен бір депутатты жазыңыз.",
            "Укажите хотя бы одну группу и одного депутата.",
            "Give at least one group and one deputy.",
        );
        reader.blame("groups[0].label", &what);
    }
    let new = dated.zip(received).zip(chamber).zip(of_inquiry).zip(channel);
    let new = new.map(|((((dated, received), chamber), of_inquiry), channel)| NewInquiry {
        number,
        dated,
        received,
        channel,
        chamber,
        language: of_inquiry,
        subject,
        questions,
        groups,
        attachments: Vec::new(),
    });
    reader.finish(new).map(|new| (new, rows))
}

/// A group of the form and the rows of its deputies; none when nothing was typed into it.
fn group(state: &AppState, reader: &mut Reader<'_>, row: usize, language: Language) -> Option<(NewGroup, Vec<usize>)> {
    let name = |part: &str| format!("groups[{row}].{part}");
    let mut deputies = Vec::new();
    let mut rows = Vec::new();
    let mut is_touched = !reader.typed.get(&name("label")).is_empty();
    for place in 0..reader.typed.rows(&name("deputies")) {
        let field = |part: &str| format!("groups[{row}].deputies[{place}].{part}");
        let deputy: Option<DeputyId> = reader.optional_value(&field("deputy"));
        let known = deputy.and_then(|id| state.directory.deputy(id));
        let typed_name = reader.optional_line(&field("name"));
        let email = reader.optional_line(&field("email"));
        if deputy.is_none() && typed_name.is_none() && email.is_none() {
            continue;
        }
        is_touched = true;
        let name = typed_name.or_else(|| known.map(|known| known.name.words(language).to_owned()));
        let name = name.unwrap_or_else(|| reader.needed(&field("name")));
        let email = email.or_else(|| known.map(|known| known.email.clone()));
        deputies.push(NewDeputy { name, email, deputy });
        rows.push(place);
    }
    if !is_touched {
        return None;
    }
    let label = reader.needed(&name("label"));
    if deputies.is_empty() {
        reader.needed(&format!("groups[{row}].deputies[0].name"));
    }
    let kind = KINDS.iter().find(|(code, _)| *code == reader.typed.get(&name("kind"))).map(|(_, kind)| *kind);
    Some((NewGroup { label, kind: kind.unwrap_or(GroupKind::Other), deputies }, rows))
}

/// A group needs one deputy; the first row is where that is asked for.
fn name_field(field: Field, place: usize, language: Language) -> Field {
    if place > 0 {
        return field;
    }
    field.unmarked().hint(say(
        language,
        "Топта кемінде бір депутат болады: анықтамалықтан таңдаңыз немесе атын жазыңыз",
        "В группе хотя бы один депутат: выберите из справочника или впишите имя",
        "A group has at least one deputy: choose from the directory, or write the name",
    ))
}

/// How many rows of a kind are drawn: those that were there, and one more when that button was pressed.
fn count(typed: &Typed, name: &str, at_first: usize) -> usize {
    let more = usize::from(typed.more() == Some(name));
    (typed.rows(name).max(at_first) + more).min(MOST_ROWS)
}

fn form(state: &AppState, typed: &Typed, language: Language) -> Form {
    let t = |kk, ru, en| say(language, kk, ru, en);
    let today = state.today();
    let chambers = state.directory.at(today).chambers().filter(|chamber| !chamber.planned);
    let chambers = chambers.map(|chamber| (chamber.code.to_string(), chamber.name.words(language).to_owned()));
    let languages = [Language::Kk, Language::Ru].map(|one| (one.code().to_owned(), one.words(language).to_owned()));
    let channels = CHANNELS.map(|(code, channel)| (code.to_owned(), channel.words(language).to_owned()));
    let deputies: Vec<(String, String)> = state
        .directory
        .at(today)
        .deputies()
        .map(|deputy| (deputy.id.to_string(), deputy.name.words(language).to_owned()))
        .collect();
    let mut form =
        Form::new("register", t("Сауал тіркеу", "Регистрация запроса", "Registering an inquiry"), "/inquiries/new", 0)
            .group(Group::row(
                t("Сауалдың хаты", "Письмо с запросом", "The inquiry's letter"),
                vec![
                    Field::text("number", t("Нөмірі", "Номер", "Number")).needed().hint(t(
                        "Хаттағыдай, мысалы № ДС-326",
                        "Как в письме, например № ДС-326",
                        "As printed, such as № ДС-326",
                    )),
                    Field::date("dated", t("Хаттың күні", "Дата письма", "Dated")).needed(),
                    Field::date("received", t("Түскен күні", "Дата поступления", "Received")).needed().value(today),
                    Field::select("chamber", t("Палата", "Палата", "Chamber"), chambers).needed(),
                    Field::select("language", t("Сауалдың тілі", "Язык запроса", "Language of the inquiry"), languages)
                        .needed(),
                    Field::select("channel", t("Қалай түсті", "Как поступил", "How it came"), channels).needed(),
                ],
            ))
            .with(vec![
                Field::area("subject", t("Мәні, бір сөйлеммен", "Предмет, одной фразой", "Subject, in one phrase"), 2)
                    .needed(),
            ]);
    let questions = (0..count(typed, "questions", QUESTIONS))
        .map(|row| {
            Field::area(format!("questions[{row}]"), format!("{} {}", t("Сұрақ", "Вопрос", "Question"), row + 1), 2)
        })
        .collect();
    form = form.group(
        Group::titled(t("Сұрақтары", "Вопросы", "Questions"), questions)
            .with_more("questions", t("Тағы сұрақ қосу", "Добавить вопрос", "Add a question")),
    );
    let groups = count(typed, "groups", 1);
    for row in 0..groups {
        form = form.groups(group_fields(typed, row, groups, &deputies, language));
    }
    let proposal = typed.get("proposal");
    if !proposal.is_empty() {
        form = form.with(vec![Field::hidden("proposal", proposal)]).note(t(
            "Өтініш бойынша тіркеледі: сауал алғашқысына қайталама сауал болып байланысады. Парламент берген нөмірі мен күнін жазыңыз.",
            "Регистрируется по обращению: запрос свяжется с первым как повторный. Укажите номер и дату, данные Парламентом.",
            "Registered from a proposal: the inquiry is linked to the first one as its repeat. Give the number and date that Parliament gave it.",
        ));
    }
    form.done()
}

fn group_fields(
    typed: &Typed,
    row: usize,
    groups: usize,
    known: &[(String, String)],
    language: Language,
) -> Vec<Group> {
    let t = |kk, ru, en| say(language, kk, ru, en);
    let number = row + 1;
    let kinds = KINDS.map(|(code, kind)| (code.to_owned(), kind.words(language).to_owned()));
    let mut rows = vec![Group::titled(
        format!("{} {number}", t("Тізімдегі топ", "Группа списка", "Group of the list")),
        vec![
            Field::area(
                format!("groups[{row}].label"),
                t("Топтың атауы, сауалдағыдай", "Название группы, как в запросе", "Label, as the inquiry spells it"),
                2,
            )
            .needed_if(row == 0)
            .unmarked()
            .hint(t(
                "Жол үзілімі жауапта да сақталады",
                "Перенос строки сохранится в ответе",
                "A line break stays in the reply",
            )),
            Field::select(format!("groups[{row}].kind"), t("Топтың түрі", "Вид группы", "Kind of group"), kinds),
        ],
    )];
    let deputies = format!("groups[{row}].deputies");
    let drawn = count(typed, &deputies, DEPUTIES);
    for place in 0..drawn {
        let field = |part: &str| format!("{deputies}[{place}].{part}");
        let none = t("тізімде жоқ", "нет в списке", "not in the directory");
        let mut fields = Group::row(
            format!("{} {number}.{}", t("Депутат", "Депутат", "Deputy"), place + 1),
            vec![
                Field::select_or_none(
                    field("deputy"),
                    t("Анықтамалықтан", "Из справочника", "From the directory"),
                    none,
                    known.iter().cloned(),
                ),
                name_field(
                    Field::text(field("name"), t("Аты-жөні, сауалдағыдай", "Имя, как в запросе", "Name, as printed")),
                    place,
                    language,
                ),
                Field::email(field("email"), t("Электрондық поштасы", "Электронная почта", "E-mail")),
            ],
        );
        if place + 1 == drawn {
            fields = fields.with_more(
                deputies.clone(),
                t("Осы топқа депутат қосу", "Добавить депутата в эту группу", "Add a deputy to this group"),
            );
        }
        rows.push(fields);
    }
    rows.push(Group::plain(vec![
        Field::area(
            pasted::field(row),
            t("Бірнеше депутатты бірден қосу", "Добавить сразу нескольких", "Add several at once"),
            3,
        )
        .hint(t(
            "Әр жолда бір депутат: аты-жөні, мекенжайы. Жіберілгенде жолдар жоғарыға бөлініп жазылады",
            "По одному депутату в строке: имя, адрес. При отправке строки встанут в список выше",
            "One deputy a line: name, address. When the form is sent, the lines become rows above",
        )),
    ]));
    if row + 1 == groups {
        let more = Group::plain(Vec::new()).with_more("groups", t("Тағы топ қосу", "Добавить группу", "Add a group"));
        rows.push(more);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_said_to_be_counted_in_lines() {
        let refused = |field| Problem::from(Refusal::TooMany { field, limit: 8, found: 9 });
        let said = too_many_lines(&refused(Part::GroupLabel), Language::En).unwrap();
        assert!(said.contains("9 lines") && said.contains("at most 8"), "{said}");
        assert_eq!(too_many_lines(&refused(Part::Questions), Language::En), None);
    }

    #[test]
    fn a_fault_is_shown_at_the_row_that_was_typed() {
        let rows = Rows { groups: vec![(1, vec![0, 2]), (3, vec![1])] };
        assert_eq!(rows.typed("groups[0].deputies[1].email"), "groups[1].deputies[2].email");
        assert_eq!(rows.typed("groups[1].label"), "groups[3].label");
        for name in ["number", "groups[9].label", "groups[0].deputies[7].email", "groups[x", "attachments[0]"] {
            assert_eq!(rows.typed(name), name);
        }
    }
}

//! Registering an inquiry: the form, what its letter seems to say, what it looks like, and what becomes of it.
//!
//! [`form`] builds the form, [`proposals`] puts beside its fields what the letter seems to say, [`alike`] tells what is registered already,
//! [`read`] takes what was typed. Everything that a page needs is in what was typed: the letter's text is a field like any other. A registration
//! that begins with values from elsewhere is [`proposals::take`] of a [`Proposed`], drawn by [`Desk::form`].

mod alike;
mod form;
mod proposals;
mod read;

use actix_multipart::Multipart;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::{Language, Role};
use inquiry::{InquiryId, ProposalId};
use letter::incoming::Unreadable;
use serde::{Deserialize, Serialize};

use super::fields::{Fault, Form, Typed, say};
use super::keeping::tried::{Again, Back, Tried, again};
use super::keeping::{self, Held, Opened};
use super::pasted;
use super::proposals as asked_again;
use super::{ONWARD, PAGE, TAKEN};
use crate::doors::upload::{self, Bounds};
use crate::kept::{FIELD, Mark, Place};
use crate::office::merging::{self, AskToLink};
use crate::office::proposing::{Proposed, propose};
use crate::office::registering::{self, NewInquiry};
use crate::office::{self, Asked, reading, to_the_end};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};
pub(super) use alike::Told;
use form::{ACTION, READ};
pub(super) use form::{BY_MAIL, KINDS, LETTER};
use proposals::{TAKE, TAKE_ALL};
use read::{ATTACHED, Rows};

const CLERKS: Permission = Permission::AnyOf(&[Role::Clerk]);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(ACTION, "registration_page", CLERKS, empty)
            .summary("The form for registering an inquiry.")
            .answer(PAGE),
        Route::post(ACTION, "register_by_form", CLERKS, register)
            .summary("Registers an inquiry, or adds a row to the form.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
        Route::post(READ, "read_letter_by_form", CLERKS, letter)
            .summary("Reads the file of an inquiry's letter and says what it seems to say; nothing is registered.")
            .upload()
            .answer(TAKEN),
        Route::post("/inquiries/alike", "alike_by_form", CLERKS, alike::fragment)
            .summary("Which registered inquiries the one in the form looks like.")
            .form()
            .answer(PAGE),
    ]
}

/// What was typed into the form, as people read it. The form itself is drawn empty: whoever sends rows without end has none drawn.
pub(super) fn told(state: &AppState, typed: &Typed, language: Language) -> Vec<(String, String)> {
    form::form(state, &Typed(Vec::new()), &Proposed::default(), language).told(typed)
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

/// What one request works with.
struct Desk {
    state: State,
    caller: Caller,
    language: Language,
}

impl Desk {
    /// What the letter's text seems to say.
    fn proposed(&self, typed: &Typed) -> Proposed {
        propose(typed.get(LETTER), &self.state.directory().at(self.state.today()))
    }

    /// The form with what was typed and what is proposed.
    fn form(&self, typed: &Typed) -> Form {
        form::form(&self.state, typed, &self.proposed(typed), self.language)
    }

    /// The same, and what it looks like.
    async fn told(&self, form: Form, typed: &Typed) -> Result<Form, Problem> {
        Ok(Form { alike: Some(alike::told(self, typed).await?), ..form })
    }

    /// The registration that a form asks for: by the proposal's key, whoever tries again and whatever they type then, or else by the form's; none where
    /// it has neither.
    fn registers(&self, typed: &Typed) -> Option<Asked> {
        if let Some(proposal) = proposal_of(typed) {
            let (by, at) = (&self.caller.account.actor, self.state.clock.now());
            return Some(office::proposals::registration(by, at, proposal, typed.canonical().as_bytes()));
        }
        Some(self.asked(typed.key().ok()?, "register", &typed.canonical()))
    }

    /// A command of whoever sits here, by the form's key.
    fn asked(&self, key: &str, what: &str, body: &str) -> Asked {
        let account = &self.caller.account;
        Asked::new(account.actor.clone(), self.state.clock.now(), account.id, key, what, body.as_bytes(), None)
    }

    /// The form as somebody left it, with what was said of it: at an address of its own where it is kept.
    async fn left(&self, typed: Typed, held: Option<&Held>, tried: Tried) -> Result<HttpResponse, Problem> {
        if let Some(onward) = tried.onward(&self.state, &self.caller, held, &typed).await {
            return Ok(onward);
        }
        self.again(&typed, held.map(Held::mark), tried).await
    }

    async fn again(&self, drawn: &Typed, mark: Option<Mark>, tried: Tried) -> Result<HttpResponse, Problem> {
        let (typed, not_pasted) = pasted::into_rows(drawn.clone(), self.language);
        // Lines that were pasted are rows now; only where there were none is an empty row wanted.
        let without = typed.without_more();
        let form = self.form(if typed.0 == drawn.0 { &typed } else { &without }).refill(&typed);
        let form = match (typed.more(), typed.get(TAKE)) {
            (Some(_), _) => form.opened_at_new_row(drawn),
            (None, "" | LETTER) => form,
            (None, TAKE_ALL) => form.opened_at_first_missing(),
            (None, what) => form.opened_at(what),
        };
        let start = tried.start();
        let mut form = form.blame(tried.faults.into_iter().chain(not_pasted).collect());
        form.mark = mark.map_or(form.mark, |mark| mark.to_string());
        form.key = tried.key.unwrap_or(form.key);
        let form = self.told(form, &typed).await?;
        self.answer(start, form, tried.known)
    }

    fn answer(&self, start: HttpResponseBuilder, form: Form, known: Option<String>) -> Result<HttpResponse, Problem> {
        let title = Words::new("Сауал тіркеу", "Регистрация запроса", "Registering an inquiry");
        let page = Page { template: "registration", title, caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, &Facts { form, known })
    }
}

async fn empty(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    asked: web::Query<keeping::Asked>,
    back: web::Query<Back>,
    beginning: web::Query<Beginning>,
) -> Result<HttpResponse, Problem> {
    let desk = Desk { state, caller, language };
    if let Some(Again { typed, mark, tried }) = again(&desk.state, &desk.caller, Place::Registration, &back).await? {
        return desk.again(&typed, Some(mark), tried).await;
    }
    if let Some(proposal) = beginning.proposal {
        let (known, names) = asked_again::prefilled(&desk.state, &desk.caller, proposal).await?;
        let form = desk.form(&known).refill_where_typed(&known).opened_at_first();
        let form = if names.is_empty() { form } else { form.blame(vec![unread(&names, language)]) };
        return desk.answer(HttpResponse::Ok(), desk.told(form, &known).await?, None);
    }
    let opened = Opened::at(&desk.state, &desk.caller, Place::Registration, &asked).await?;
    let typed = opened.typed();
    let form = opened.into_form(desk.form(&typed)).opened_at_first();
    let form = desk.told(form, &typed).await?;
    desk.answer(HttpResponse::Ok(), form, None)
}

/// A file was chosen: its words go into the field for them, the file to those that are attached, everything else stays as it was typed.
async fn letter(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    body: Multipart,
) -> Result<HttpResponse, Problem> {
    let desk = Desk { state, caller, language };
    let upload = match upload::read(body, &Bounds::of_long_forms()).await {
        Ok(upload) => upload,
        Err(problem @ Problem::TooLarge { .. }) => {
            // What came before the file's end cannot be read any more; what was kept while it was typed can.
            let asked = keeping::Asked::last();
            let opened = Opened::at(&desk.state, &desk.caller, Place::Registration, &asked).await?;
            let form = opened.typed();
            let form = opened.into_form(desk.form(&form));
            let fault = Fault::at("file", problem.body(language).detail);
            return desk.answer(problem.start(), desk.told(form.blame(vec![fault]), &Typed(Vec::new())).await?, None);
        }
        Err(problem) => return Err(problem),
    };
    let mut typed = Typed(upload.fields).without_more();
    let mut faults = Vec::new();
    let mut names = Vec::new();
    match upload.file {
        None => {
            faults.push(Fault::at("file", say(language, "Файлды таңдаңыз.", "Выберите файл.", "Choose a file.")));
        }
        Some(file) => {
            let letter = reading::read(&desk.state, &file.name, file.bytes).await?;
            if let Some(file) = letter.file {
                let value = read::file_value(&file);
                if !typed.all(ATTACHED).contains(&value.as_str()) {
                    typed.0.push((ATTACHED.to_owned(), value));
                }
            }
            names = letter.unread;
            match letter.text {
                Ok(text) => {
                    typed.put(LETTER.to_owned(), text);
                    typed.put(TAKE.to_owned(), LETTER.to_owned());
                }
                Err(why) => faults.push(Fault::at("file", unreadable(&why, language))),
            }
        }
    }
    let held = keeping::hold(&desk.state, &desk.caller, Place::Registration, &typed).await;
    let mut tried = if faults.is_empty() {
        Tried::press(TAKE, LETTER)
    } else {
        Tried::of(StatusCode::UNPROCESSABLE_ENTITY, faults)
    };
    if !names.is_empty() {
        tried.faults.push(unread(&names, language));
    }
    desk.left(typed, held.as_ref(), tried).await
}

/// The files of a mail that gave no words; everything else of it was read.
fn unread(names: &[String], language: Language) -> Fault {
    let words = say(
        language,
        "Хаттағы мына файлдар оқылмады, өзіңіз ашып көріңіз:",
        "Эти файлы письма прочитать не удалось, откройте их сами:",
        "These files of the mail could not be read, open them yourself:",
    );
    Fault::at("file", format!("{words} {}", names.join(", ")))
}

/// Why a file gives no text, and what to do.
fn unreadable(why: &Unreadable, language: Language) -> String {
    match why {
        Unreadable::Kind => say(
            language,
            "Бұл Word (.docx), PDF не EML файлы емес.",
            "Это не файл Word (.docx), PDF или EML.",
            "This is no Word (.docx), PDF or EML file.",
        ),
        Unreadable::NoText => say(
            language,
            "Файлда мәтін жоқ (сканер суреті болар). Ол тіркелді; өрістерді қолмен толтырыңыз.",
            "В файле нет текста (вероятно, скан). Он приложен; заполните поля вручную.",
            "The file holds no text (a scan, perhaps). It is attached; fill in the fields by hand.",
        ),
        Unreadable::Locked => say(
            language,
            "Файл құпиясөзбен жабылған. Ол тіркелді; өрістерді қолмен толтырыңыз.",
            "Файл закрыт паролем. Он приложен; заполните поля вручную.",
            "The file is locked by a password. It is attached; fill in the fields by hand.",
        ),
        Unreadable::TooLarge(_) => say(
            language,
            "Файл хат үшін тым үлкен. Мәтінін қойыңыз.",
            "Файл слишком велик для письма. Вставьте его текст.",
            "The file is too large for a letter. Paste its text.",
        ),
        Unreadable::Broken(what) => {
            let words = say(
                language,
                "Файл оқылмады, бүлінген болар. Мәтінін қойыңыз.",
                "Файл не читается, возможно, он повреждён. Вставьте его текст.",
                "The file cannot be read; it may be damaged. Paste its text.",
            );
            format!("{words} ({what})")
        }
    }
}

async fn register(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let desk = Desk { state, caller, language };
    let typed = Typed(typed);
    let drawn = typed.clone();
    let held = keeping::hold(&desk.state, &desk.caller, Place::Registration, &drawn).await;
    if !typed.get(TAKE).is_empty() {
        return taken(&desk, &typed, held).await;
    }
    let (typed, not_pasted) = pasted::into_rows(typed, language);
    if let Some(more) = typed.more() {
        let pressed = Tried::press("more", more);
        return desk.left(drawn, held.as_ref(), pressed).await;
    }
    let mut read = read::read(&desk.state, &typed, language);
    if let Some(new) = &read.new {
        let faults = registering::faults(&desk.state, new.clone()).await?;
        read.add(&faults, language);
    }
    let told = alike::told(&desk, &typed).await?;
    let Some(asked) = desk.registers(&typed) else {
        return Err(Problem::BadForm { hint: "the form has no key".to_owned() });
    };
    let is_settled =
        !told.is_news(&typed, asks_again(&desk, &typed).await?) || registering::was_asked(&desk.state, &asked).await?;
    let read::Read { new, rows, mut faults } = read;
    let new = match new.filter(|_| faults.is_empty() && not_pasted.is_empty()) {
        Some(new) if is_settled => new,
        new => {
            // What it looks like is told once, together with what is wrong; then it is not asked about any more.
            let is_asked = new.is_some();
            if is_asked {
                faults.push(looks_alike(language));
            }
            let status = if is_asked { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            return desk.left(drawn, held.as_ref(), Tried::of(status, faults)).await;
        }
    };
    match carried_out(&desk, &typed, asked, new).await? {
        Ok(place) => {
            keeping::done(&desk.state, &desk.caller, held).await;
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
        }
        Err(problem) => desk.left(drawn, held.as_ref(), refused(&desk, &typed, &rows, &problem)).await,
    }
}

/// The proposal from which it is registered, if it is.
fn proposal_of(typed: &Typed) -> Option<ProposalId> {
    typed.get("proposal").parse().ok()
}

/// Is it registered from a proposal that says itself which inquiry it follows?
async fn asks_again(desk: &Desk, typed: &Typed) -> Result<bool, Problem> {
    let Some(proposal) = proposal_of(typed) else { return Ok(false) };
    let proposal = office::proposals::one(&desk.state, proposal).await?;
    Ok(proposal.received().is_some_and(|received| received.source.inquiry().is_some()))
}

/// Registers it, and links it to the one that it repeats. The inner error is told in the form.
async fn carried_out(
    desk: &Desk,
    typed: &Typed,
    asked: Asked,
    new: NewInquiry,
) -> Result<Result<String, Problem>, Problem> {
    let repeat_of: Option<InquiryId> = typed.get(alike::REPEAT_OF).parse().ok();
    let link = repeat_of.map(|earlier| {
        let key = format!("{}/repeat", typed.get("key"));
        (earlier, desk.asked(&key, "link-repeat", &earlier.to_string()))
    });
    let doors = desk.state.clone();
    let proposal = proposal_of(typed);
    let registered: Result<(InquiryId, bool), Problem> = to_the_end(async move {
        if let Some(proposal) = proposal {
            return Ok((office::proposals::register(&doors, &asked, proposal, new, repeat_of).await?, true));
        }
        let registered = registering::register(&doors, &asked, new).await?.done.inquiry;
        let Some((earlier, asked)) = link else { return Ok((registered, true)) };
        // A command of its own: that it is refused takes nothing from the registration.
        let ask = AskToLink { repeat: registered };
        let linked = merging::link(&doors, &asked, earlier, ask).await;
        if let Err(problem) = &linked {
            tracing::warn!(code = problem.code(), "a repeat inquiry was registered and could not be linked");
        }
        Ok((registered, linked.is_ok()))
    })
    .await;
    match registered {
        Ok((registered, is_linked)) => {
            let unlinked = repeat_of.filter(|_| !is_linked).map_or_else(String::new, |id| format!("&unlinked={id}"));
            Ok(Ok(format!("/inquiries/{registered}?done=register{unlinked}")))
        }
        Err(problem @ Problem::Failure { .. }) => Err(problem),
        Err(problem) => Ok(Err(problem)),
    }
}

/// A button took what is proposed, or asked for it: the form with that, open at what is missing now.
async fn taken(desk: &Desk, typed: &Typed, held: Option<Held>) -> Result<HttpResponse, Problem> {
    let what = typed.get(TAKE);
    let proposed = desk.proposed(typed);
    let pressed = Tried::press(TAKE, what);
    if what == LETTER {
        let faults = if proposed.is_empty() { vec![nothing_proposed(desk.language)] } else { Vec::new() };
        return desk.left(typed.clone(), held.as_ref(), Tried { faults, ..pressed }).await;
    }
    let mut taken = proposals::take(typed, &proposed, what);
    // What was taken is typed now.
    let held = match held {
        Some(held) => {
            taken.put(FIELD.to_owned(), held.mark().to_string());
            keeping::hold(&desk.state, &desk.caller, Place::Registration, &taken).await
        }
        None => None,
    };
    taken.0.push((TAKE.to_owned(), what.to_owned()));
    desk.left(taken, held.as_ref(), pressed).await
}

fn nothing_proposed(language: Language) -> Fault {
    let what = say(
        language,
        "Мәтіннен ұсынатын ештеңе табылмады.",
        "В тексте не найдено, что предложить.",
        "Nothing was found in the text that could be proposed.",
    );
    Fault::at(LETTER, what)
}

fn looks_alike(language: Language) -> Fault {
    let what = say(
        language,
        "Ұқсас сауалдар тіркелген: төмендегі тізімді қараңыз. Бөлек сауал болса, батырманы қайта басыңыз.",
        "Похожие запросы уже есть: посмотрите список внизу. Если это другой запрос, нажмите кнопку ещё раз.",
        "Inquiries that are alike are registered: look at the list below. If it is another one, press the button again.",
    );
    Fault { id: Some("alike".to_owned()), ..Fault::of_all(what) }
}

/// It was not registered: why.
fn refused(desk: &Desk, typed: &Typed, rows: &Rows, problem: &Problem) -> Tried {
    let mut fault = Fault::of(problem, desk.language);
    fault.name = fault.name.map(|name| rows.typed(&name)).or_else(|| read::part_of(problem).map(str::to_owned));
    let known = if let Problem::AlreadyRegistered { inquiry, .. } = problem { Some(inquiry.to_string()) } else { None };
    // It may have been recorded: the same key finds out.
    let unsure = matches!(problem, Problem::OutcomeUnknown { .. } | Problem::Unavailable { .. } | Problem::Busy);
    tracing::info!(code = problem.code(), "a registration was given back");
    Tried { known, key: unsure.then(|| typed.get("key").to_owned()), ..Tried::of(problem.status(), vec![fault]) }
}

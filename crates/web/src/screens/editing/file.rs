//! `/inquiries/{id}/draft/file`, `/inquiries/{id}/contribution/file`: a text that somebody edited in Word or as Markdown comes back.
//!
//! Nothing is stored here: what the file says is shown beside the form of the ordinary command, filled in with its text.

use actix_multipart::Multipart;
use actix_web::web::Path;
use actix_web::{HttpResponse, HttpResponseBuilder};
use directory::Language;
use inquiry::allowed::{gate, roles};
use inquiry::state::Contribution;
use inquiry::{CommandName, InquiryId};
use letter::markdown;
use serde::Serialize;

use super::super::commands::build::Desk;
use super::super::commands::newer;
use super::super::fields::{Form, Typed, say};
use super::super::inquiry::head::Head;
use super::super::inquiry::inquiry_of;
use super::super::wording::People;
use super::super::{PAGE, TAKEN};
use super::comparison::{Eye, Shown};
use super::report::{Said, said};
use crate::doors::upload;
use crate::office::drafts::forms::TextForm;
use crate::office::drafts::taking::{self, Edit, Sent};
use crate::office::drafts::{body_of, comparing, sheets, versions};
use crate::office::earlier;
use crate::office::files::FILE_LIMIT;
use crate::office::letters::in_letter;
use crate::office::seeing::{self, Seen};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    let of = |command| Permission::AnyOf(roles(command));
    vec![
        Route::get(DRAFT.path, "draft_file_page", of(DRAFT.command), draft_page)
            .summary("Where an edited file of the draft is sent.")
            .answer(PAGE),
        Route::post(DRAFT.path, "draft_by_file", of(DRAFT.command), draft_sent)
            .summary("Reads an edited file and shows what it says beside the form of a new version; stores nothing.")
            .upload()
            .answer(TAKEN),
        Route::get(CONTRIBUTION.path, "contribution_file_page", of(CONTRIBUTION.command), contribution_page)
            .summary("Where a contribution is sent as a file.")
            .answer(PAGE),
        Route::post(CONTRIBUTION.path, "contribution_by_file", of(CONTRIBUTION.command), contribution_sent)
            .summary("Reads a file and shows what it says beside the form of a contribution; stores nothing.")
            .upload()
            .answer(TAKEN),
    ]
}

/// What a file becomes.
#[derive(Clone, Copy)]
struct Purpose {
    path: &'static str,
    command: CommandName,
    /// The step of the path.
    step: &'static str,
}

const DRAFT: Purpose = Purpose { path: "/inquiries/{id}/draft/file", command: CommandName::ReviseDraft, step: "draft" };
const CONTRIBUTION: Purpose = Purpose {
    path: "/inquiries/{id}/contribution/file",
    command: CommandName::SubmitContribution,
    step: "contribution",
};

#[derive(Debug, Serialize)]
struct Facts {
    head: Head,
    /// `draft` or `contribution`.
    step: &'static str,
    command: &'static str,
    /// There is something to download.
    has_text: bool,
    /// Also as Markdown: a text, not only what is asked.
    has_more_forms: bool,
    /// Everything that the file says that a letter cannot hold.
    refused: Vec<String>,
    file: Option<String>,
}

#[derive(Debug, Serialize)]
struct Read {
    head: Head,
    step: &'static str,
    file: String,
    /// The version that the file was made from, when it is not the present one.
    older: Option<Older>,
    /// There was a text to compare it with.
    has_before: bool,
    text: Shown,
    said: Said,
    form: Form,
}

/// A version before the present one, and whose text stands to be lost.
#[derive(Debug, Serialize)]
struct Older {
    version: String,
    current: String,
    author: String,
}

struct Visit {
    state: State,
    caller: Caller,
    language: Language,
    purpose: Purpose,
    id: InquiryId,
}

impl Visit {
    async fn seen(&self) -> Result<Seen, Problem> {
        let seen = seeing::now(&self.state, &self.caller.account.actor, self.id).await?;
        gate(&seen.inquiry, &self.caller.account.actor, self.purpose.command)?;
        Ok(seen)
    }

    /// What the caller's ministry handed in last.
    fn own<'a>(&self, seen: &'a Seen) -> Option<&'a Contribution> {
        self.caller.account.actor.ministry.as_ref().and_then(|ministry| seen.dossier.contribution(ministry))
    }

    fn head(&self, seen: &Seen) -> Head {
        Head::of(&self.state, seen, self.state.today(), self.language)
    }

    fn answer(
        &self,
        start: HttpResponseBuilder,
        template: &'static str,
        facts: &impl Serialize,
    ) -> Result<HttpResponse, Problem> {
        let title = Words::new("Word файлы", "Файл Word", "A Word file");
        let page = Page { template, title, caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, facts)
    }

    /// The page that asks for a file, perhaps with what is wrong with the one that was sent.
    fn ask(
        &self,
        seen: &Seen,
        start: HttpResponseBuilder,
        refused: Vec<String>,
        file: Option<String>,
    ) -> Result<HttpResponse, Problem> {
        let facts = Facts {
            head: self.head(seen),
            step: self.purpose.step,
            command: self.purpose.command.path(),
            has_text: self.purpose.command == CommandName::SubmitContribution || seen.dossier.draft.is_some(),
            has_more_forms: self.purpose.command == CommandName::ReviseDraft || self.own(seen).is_some(),
            refused,
            file,
        };
        self.answer(start, "file", &facts)
    }
}

async fn show(visit: Visit) -> Result<HttpResponse, Problem> {
    let seen = visit.seen().await?;
    visit.ask(&seen, HttpResponse::Ok(), Vec::new(), None)
}

async fn take(visit: Visit, form: Multipart) -> Result<HttpResponse, Problem> {
    let seen = visit.seen().await?;
    let upload = match upload::read(form, &upload::Bounds::of_file(FILE_LIMIT)).await {
        Ok(upload) => upload.file,
        Err(problem @ Problem::TooLarge { .. }) => return refused(&visit, &seen, &problem, None),
        Err(problem) => return Err(problem),
    };
    let Some(upload) = upload else {
        let what = say(visit.language, "Файлды таңдаңыз.", "Выберите файл.", "Choose a file.");
        return visit.ask(&seen, HttpResponse::UnprocessableEntity(), vec![what], None);
    };
    let name = upload.name;
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let form =
        if matches!(ending.as_deref(), Some("md" | "markdown" | "txt")) { TextForm::Markdown } else { TextForm::Word };
    let sent = Sent { form, bytes: upload.bytes, language: None, only_read: true, comment: None };
    let written = versions(&seen)?;
    let edit = match (visit.purpose.command, written.last()) {
        (CommandName::ReviseDraft, Some(last)) => {
            taking::edit_of(&visit.state, &visit.caller.account.actor, &seen, last, &sent).await
        }
        (CommandName::ReviseDraft, None) => {
            taking::first_edit(&visit.state, &visit.caller.account.actor, &seen, &sent).await
        }
        _ => taking::contribution_edit(&visit.state, &seen, &visit.caller.account.actor, &sent).await,
    };
    match edit {
        Ok(edit) => read(&visit, &seen, name, edit).await,
        Err(problem @ (Problem::TextRefused { .. } | Problem::TooLarge { .. })) => {
            refused(&visit, &seen, &problem, Some(name))
        }
        Err(problem) => Err(problem),
    }
}

/// Everything that a letter cannot hold, at once; the draft is as it was.
fn refused(visit: &Visit, seen: &Seen, problem: &Problem, name: Option<String>) -> Result<HttpResponse, Problem> {
    let body = problem.body(visit.language);
    let mut lines: Vec<String> = body.faults.into_iter().flatten().map(|fault| fault.detail).collect();
    if lines.is_empty() {
        lines.push(body.detail);
    }
    visit.ask(seen, problem.start(), lines, name)
}

/// What the file says, and the form of the ordinary command with its text.
async fn read(visit: &Visit, seen: &Seen, file: String, edit: Edit) -> Result<HttpResponse, Problem> {
    let people = People::of(&visit.state).await?;
    let actor = &visit.caller.account.actor;
    let language = visit.language;
    let desk = Desk {
        state: &visit.state,
        seen,
        actor,
        people: &people,
        language,
        today: visit.state.today(),
        pdf_sha256: None,
        loads: None,
    };
    let older = older(visit, seen, &edit, &people)?;
    // Whoever would undo what a colleague wrote meanwhile reads it first, as in a form that is saved too late.
    let typed = if older.is_some() { newer::over() } else { Typed(Vec::new()) };
    let form = desk.form(visit.purpose.command, &typed).ok_or(Problem::UnknownAddress)?;
    let mut form = form.put("body", markdown::write_typed(&edit.text).trim_end());
    let before = if visit.purpose.command == CommandName::ReviseDraft {
        for question in &seen.dossier.intake.questions {
            let links = edit.report.answers.links().iter().filter(|link| link.question == question.no);
            let blocks: Vec<String> = links.map(|link| link.block.to_string()).collect();
            form = form.put(&format!("answers[{}]", question.no), &blocks.join(", "));
        }
        seen.dossier.draft.as_ref().map(|draft| body_of(&draft.content.body)).transpose()?
    } else {
        match &actor.ministry {
            Some(ministry) => sheets::standing(&visit.state, seen, ministry).await?,
            None => None,
        }
    };
    let letters = earlier::letters_of(&visit.state, actor, &edit.text).await?;
    let eye = Eye { state: &visit.state, language, sources: edit.text.sources(), letters: &letters };
    let blocks = before.as_ref().map_or(&[][..], |body| &body.blocks);
    let facts = Read {
        head: visit.head(seen),
        step: visit.purpose.step,
        file,
        older,
        has_before: before.is_some(),
        text: eye.shown(&edit.report.changed, blocks),
        said: said(&edit.report, language, in_letter(language)),
        form,
    };
    visit.answer(HttpResponse::Ok(), "file_read", &facts)
}

/// Was the file made from a version before the present one?
fn older(visit: &Visit, seen: &Seen, edit: &Edit, people: &People) -> Result<Option<Older>, Problem> {
    if visit.purpose.command != CommandName::ReviseDraft {
        return Ok(None);
    }
    let written = versions(seen)?;
    let made_from = comparing::made_from(&written, &edit.text)?;
    Ok(made_from.zip(written.last()).filter(|(base, last)| base.version < last.version).map(|(base, last)| Older {
        version: base.version.to_string(),
        current: last.version.to_string(),
        author: people.name(&last.author).to_owned(),
    }))
}

macro_rules! handlers {
    ($($page:ident, $sent:ident for $purpose:ident;)*) => {
        $(
            async fn $page(state: State, caller: Caller, Speaks(language): Speaks, path: Path<String>) -> Result<HttpResponse, Problem> {
                show(Visit { state, caller, language, purpose: $purpose, id: inquiry_of(&path)? }).await
            }

            async fn $sent(
                state: State,
                caller: Caller,
                Speaks(language): Speaks,
                path: Path<String>,
                form: Multipart,
            ) -> Result<HttpResponse, Problem> {
                take(Visit { state, caller, language, purpose: $purpose, id: inquiry_of(&path)? }, form).await
            }
        )*
    };
}

handlers! {
    draft_page, draft_sent for DRAFT;
    contribution_page, contribution_sent for CONTRIBUTION;
}

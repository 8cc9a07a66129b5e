//! A letter's own HTML inside a page: the one text that a template prints without escaping it.

use std::sync::Arc;

use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};
use inquiry::Dossier;
use serde::Serialize;

use crate::office::at_work;
use crate::office::letters::reply_facts;
use crate::problem::Problem;
use crate::state::AppState;

/// The HTML that the letter's own engine wrote. Nothing else can make one, so nobody's text becomes markup.
#[derive(Debug, Serialize)]
pub(crate) struct LetterHtml {
    /// Named like nothing else in a page's facts.
    letter_html: String,
}

impl LetterHtml {
    /// The letter of a dossier as it stands.
    ///
    /// # Errors
    /// [`Problem::NotThereYet`] without a draft, [`Problem::LetterRefused`] when it cannot be set, or a failure.
    pub(super) async fn of(state: &AppState, dossier: &Dossier) -> Result<Self, Problem> {
        let facts = reply_facts(state, dossier).await?;
        let engine = Arc::clone(&state.engine);
        at_work("write a letter for a page", move || {
            let refused = |error: letter::LetterError| match error {
                letter::LetterError::Refused(_) => Problem::LetterRefused { what: error.to_string() },
                _ => Problem::failure("write a letter for a page", error),
            };
            let letter = engine.compose_reply(&facts).map_err(refused)?;
            let letter_html = engine.html_fragment(&letter).map_err(refused)?;
            Ok(Self { letter_html })
        })
        .await
    }
}

/// `{{letter page.letter}}` prints the letter.
pub(crate) fn letter_html(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let html = helper
        .param(0)
        .and_then(|param| param.value().get("letter_html"))
        .and_then(serde_json::Value::as_str)
        .ok_or_else(|| RenderErrorReason::ParamNotFoundForIndex("a letter", 0))?;
    out.write(html)?;
    Ok(())
}

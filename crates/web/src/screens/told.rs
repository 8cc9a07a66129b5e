//! What somebody typed who is not known any more, by the labels of its form. Nothing of an inquiry is looked at: whoever reads this has not signed in.

use directory::Language;
use inquiry::bounds::Field as Part;

use super::fields::{Typed, say};
use super::registration;
use crate::kept::Place;
use crate::state::AppState;

/// Label and value of each field, in the order in which they were sent.
pub(crate) fn told(
    state: &AppState,
    place: &Place,
    typed: Vec<(String, String)>,
    language: Language,
) -> Vec<(String, String)> {
    if *place == Place::Registration {
        return registration::told(state, &Typed(typed), language);
    }
    let is_text = |(name, value): &(String, String)| !is_ours(name) && !value.trim().is_empty();
    let told = |(name, value): (String, String)| (label(&name, language), value);
    typed.into_iter().filter(is_text).map(told).collect()
}

/// What the page itself put into the form.
fn is_ours(name: &str) -> bool {
    matches!(name, "key" | "version" | "read" | "do" | "rich" | "working" | "working_base" | crate::kept::FIELD)
}

fn label(name: &str, language: Language) -> String {
    let part = match name.rsplit('.').next().unwrap_or(name) {
        "resolution" => Part::Resolution,
        "task" => Part::Task,
        "reason" => Part::Reason,
        "remarks" => Part::Remarks,
        "body" => Part::Body,
        "comment" => Part::Comment,
        "ground" => Part::Ground,
        "summary" => Part::Summary,
        "executor_name" => Part::ExecutorName,
        "executor_phone" => Part::ExecutorPhone,
        "approver" => Part::Approver,
        "number" => Part::Number,
        "others" => Part::Others,
        _ => return say(language, "басқа өріс", "другое поле", "another field"),
    };
    part.words(language).to_owned()
}

//! One field of a form: how it looks, what can be chosen in it, what is offered beside it.

use serde::Serialize;

/// A value that can be chosen.
#[derive(Debug, Clone, Serialize)]
pub(in crate::screens) struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// Something that can be typed, and what it becomes.
#[derive(Debug, Clone, Serialize)]
pub(in crate::screens) struct Sign {
    /// As it is typed; may have several lines.
    pub typed: &'static str,
    pub means: String,
}

/// A value that is offered beside a field. It is taken by its button, never by itself.
#[derive(Debug, Clone, Serialize)]
pub(in crate::screens) struct Proposal {
    /// As people read it; empty: as the field's own list says it.
    pub said: String,
    /// The words that it was read from.
    pub place: String,
    pub value: String,
    /// The value of the button that takes it.
    pub take: String,
}

/// How a field looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::screens) enum Kind {
    Text,
    Email,
    Date,
    /// A day with a time of it.
    #[serde(rename = "datetime-local")]
    Moment,
    Area,
    Select,
    Checks,
    File,
    Hidden,
}

/// One field.
#[derive(Debug, Clone, Serialize)]
pub(in crate::screens) struct Field {
    pub id: String,
    pub name: String,
    pub label: String,
    pub hint: Option<String>,
    /// What can be typed besides words, folded beneath the hint.
    pub help: Vec<Sign>,
    pub error: Option<String>,
    pub kind: Kind,
    pub value: String,
    pub choices: Vec<Choice>,
    pub required: bool,
    /// It need not say that it may be left out: one of several is needed, or something is always chosen.
    pub unmarked: bool,
    pub rows: u8,
    /// The page opens here: the first field of a row that was just added.
    pub has_focus: bool,
    /// The list that it is chosen from by typing, where scripts run.
    pub list: Option<String>,
    /// The endings of the files that it takes.
    pub accept: &'static str,
    pub proposal: Option<Proposal>,
}

impl Field {
    fn new(kind: Kind, name: impl Into<String>, label: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            id: String::new(),
            name,
            label: label.into(),
            hint: None,
            help: Vec::new(),
            error: None,
            kind,
            value: String::new(),
            choices: Vec::new(),
            required: false,
            unmarked: false,
            rows: 3,
            has_focus: false,
            list: None,
            accept: "",
            proposal: None,
        }
    }

    pub(in crate::screens) fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Text, name, label)
    }

    pub(in crate::screens) fn email(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Email, name, label)
    }

    pub(in crate::screens) fn date(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Date, name, label)
    }

    /// A day with a time of it, as the clocks in Astana show it.
    pub(in crate::screens) fn moment(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Moment, name, label)
    }

    pub(in crate::screens) fn area(name: impl Into<String>, label: impl Into<String>, rows: u8) -> Self {
        Self { rows, ..Self::new(Kind::Area, name, label) }
    }

    pub(in crate::screens) fn file(name: impl Into<String>, label: impl Into<String>, accept: &'static str) -> Self {
        Self { accept, ..Self::new(Kind::File, name, label) }
    }

    pub(in crate::screens) fn hidden(name: impl Into<String>, value: impl ToString) -> Self {
        Self { value: value.to_string(), ..Self::new(Kind::Hidden, name, "") }
    }

    pub(in crate::screens) fn select(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let choices = chosen_of(choices);
        let unmarked = choices.iter().all(|choice| !choice.value.is_empty());
        Self { choices, unmarked, ..Self::new(Kind::Select, name, label) }
    }

    /// A select that may stay empty.
    pub(in crate::screens) fn select_or_none(
        name: impl Into<String>,
        label: impl Into<String>,
        none: impl Into<String>,
        choices: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        Self::select(name, label, std::iter::once((String::new(), none.into())).chain(choices))
    }

    pub(in crate::screens) fn checks(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        Self { choices: chosen_of(choices), ..Self::new(Kind::Checks, name, label) }
    }

    pub(in crate::screens) fn needed_if(self, required: bool) -> Self {
        Self { required, ..self }
    }

    pub(in crate::screens) fn needed(self) -> Self {
        Self { required: true, ..self }
    }

    /// See the field `unmarked`.
    pub(in crate::screens) fn unmarked(self) -> Self {
        Self { unmarked: true, ..self }
    }

    /// See `Form::list`.
    pub(in crate::screens) fn offering(self, list: &str) -> Self {
        Self { list: Some(list.to_owned()), ..self }
    }

    pub(in crate::screens) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(in crate::screens) fn help(self, help: Vec<Sign>) -> Self {
        Self { help, ..self }
    }

    /// The value it begins with.
    pub(in crate::screens) fn value(mut self, value: impl ToString) -> Self {
        let value = value.to_string();
        self.take(&[value.as_str()]);
        self
    }

    pub(super) fn take(&mut self, values: &[&str]) {
        match self.kind {
            Kind::Select | Kind::Checks => {
                for choice in &mut self.choices {
                    choice.chosen = values.contains(&choice.value.as_str());
                }
            }
            // A browser takes no file from a page.
            Kind::File => {}
            Kind::Text | Kind::Email | Kind::Date | Kind::Moment | Kind::Area | Kind::Hidden => {
                self.value = values.first().copied().unwrap_or_default().to_owned();
            }
        }
    }
}

fn chosen_of(choices: impl IntoIterator<Item = (String, String)>) -> Vec<Choice> {
    choices.into_iter().map(|(value, label)| Choice { value, label, chosen: false }).collect()
}

//! Forms as values: what a page asks for, what was typed into it, and what is wrong with it.
//!
//! A form is built from the state of things, then filled again with what somebody typed ([`Form::refill`]) and marked where it
//! cannot be taken ([`Form::blame`]), so that nothing typed is ever lost. A [`Reader`] takes the typed values one by one and
//! collects every fault before it gives up.

mod fault;
mod reader;
mod typed;

use directory::Language;
use serde::Serialize;
use uuid::Uuid;

pub(super) use fault::Fault;
pub(super) use reader::{Reader, one_line};
pub(super) use typed::{Typed, day};

/// One sentence in the reader's language.
pub(super) fn say(language: Language, kk: &str, ru: &str, en: &str) -> String {
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    }
    .to_owned()
}

/// A value that can be chosen.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// Something that can be typed, and what it becomes.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Sign {
    /// As it is typed; may have several lines.
    pub typed: &'static str,
    pub means: String,
}

/// A page that belongs beside a form.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Link {
    pub href: String,
    pub words: String,
}

/// How a field looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Text,
    Email,
    Date,
    Area,
    Select,
    Checks,
    Hidden,
}

/// One field.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Field {
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
        }
    }

    pub(super) fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Text, name, label)
    }

    pub(super) fn email(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Email, name, label)
    }

    pub(super) fn date(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Date, name, label)
    }

    pub(super) fn area(name: impl Into<String>, label: impl Into<String>, rows: u8) -> Self {
        Self { rows, ..Self::new(Kind::Area, name, label) }
    }

    pub(super) fn hidden(name: impl Into<String>, value: impl ToString) -> Self {
        Self { value: value.to_string(), ..Self::new(Kind::Hidden, name, "") }
    }

    pub(super) fn select(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let choices = chosen_of(choices);
        let unmarked = choices.iter().all(|choice| !choice.value.is_empty());
        Self { choices, unmarked, ..Self::new(Kind::Select, name, label) }
    }

    /// A select that may stay empty.
    pub(super) fn select_or_none(
        name: impl Into<String>,
        label: impl Into<String>,
        none: impl Into<String>,
        choices: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        Self::select(name, label, std::iter::once((String::new(), none.into())).chain(choices))
    }

    pub(super) fn checks(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        Self { choices: chosen_of(choices), ..Self::new(Kind::Checks, name, label) }
    }

    pub(super) fn needed_if(self, required: bool) -> Self {
        Self { required, ..self }
    }

    pub(super) fn needed(self) -> Self {
        Self { required: true, ..self }
    }

    /// See the field `unmarked`.
    pub(super) fn unmarked(self) -> Self {
        Self { unmarked: true, ..self }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(super) fn help(self, help: Vec<Sign>) -> Self {
        Self { help, ..self }
    }

    /// The value it begins with.
    pub(super) fn value(mut self, value: impl ToString) -> Self {
        let value = value.to_string();
        self.take(&[value.as_str()]);
        self
    }

    fn take(&mut self, values: &[&str]) {
        match self.kind {
            Kind::Select | Kind::Checks => {
                for choice in &mut self.choices {
                    choice.chosen = values.contains(&choice.value.as_str());
                }
            }
            Kind::Text | Kind::Email | Kind::Date | Kind::Area | Kind::Hidden => {
                self.value = values.first().copied().unwrap_or_default().to_owned();
            }
        }
    }
}

fn chosen_of(choices: impl IntoIterator<Item = (String, String)>) -> Vec<Choice> {
    choices.into_iter().map(|(value, label)| Choice { value, label, chosen: false }).collect()
}

/// Fields that stand together: a row, or what belongs under one heading.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Group {
    /// What is said above them; none: they follow each other without a frame.
    pub legend: Option<String>,
    pub fields: Vec<Field>,
    /// They stand beside each other where there is room.
    pub in_a_row: bool,
    /// The value of a button that adds another one behind it.
    pub more: Option<More>,
}

/// A button that adds a row and keeps what was typed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct More {
    pub value: String,
    pub label: String,
    /// The id of the field that the page opens at afterwards, once the form is known.
    pub at: String,
}

impl Group {
    pub(super) fn plain(fields: Vec<Field>) -> Self {
        Self { legend: None, fields, in_a_row: false, more: None }
    }

    pub(super) fn titled(legend: impl Into<String>, fields: Vec<Field>) -> Self {
        Self { legend: Some(legend.into()), ..Self::plain(fields) }
    }

    pub(super) fn row(legend: impl Into<String>, fields: Vec<Field>) -> Self {
        Self { in_a_row: true, ..Self::titled(legend, fields) }
    }

    pub(super) fn with_more(self, value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { more: Some(More { value: value.into(), label: label.into(), at: String::new() }), ..self }
    }
}

/// A form.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Form {
    /// Unique among the forms of a page; the ids of its fields begin with it.
    pub id: String,
    pub title: String,
    pub action: String,
    /// Recognises a repeated sending.
    pub key: String,
    /// The version that was on the screen; 0 for something new.
    pub version: u64,
    /// What should be known before it is sent.
    pub notes: Vec<String>,
    /// What is worth reading before it is filled in.
    pub links: Vec<Link>,
    pub groups: Vec<Group>,
    pub submit: String,
    /// It ends or refuses something: the button says so by its colour, beside its words.
    pub is_grave: bool,
    pub faults: Vec<Fault>,
}

impl Form {
    pub(super) fn new(id: &str, title: impl Into<String>, action: impl Into<String>, version: u64) -> Self {
        let title = title.into();
        Self {
            id: id.to_owned(),
            submit: title.clone(),
            title,
            action: action.into(),
            key: Uuid::new_v4().to_string(),
            version,
            notes: Vec::new(),
            links: Vec::new(),
            groups: Vec::new(),
            is_grave: false,
            faults: Vec::new(),
        }
    }

    pub(super) fn with(mut self, fields: Vec<Field>) -> Self {
        self.groups.push(Group::plain(fields));
        self
    }

    pub(super) fn group(mut self, group: Group) -> Self {
        self.groups.push(group);
        self
    }

    /// Before all that is there.
    pub(super) fn group_first(mut self, group: Group) -> Self {
        self.groups.insert(0, group);
        self
    }

    /// Every box that is there is ticked.
    pub(super) fn ticked(mut self) -> Self {
        for field in self.fields().filter(|field| field.kind == Kind::Checks) {
            for choice in &mut field.choices {
                choice.chosen = true;
            }
        }
        self
    }

    pub(super) fn groups(mut self, groups: impl IntoIterator<Item = Group>) -> Self {
        self.groups.extend(groups);
        self
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(super) fn link(mut self, link: Option<Link>) -> Self {
        self.links.extend(link);
        self
    }

    /// Fills in one field that is there.
    pub(super) fn put(mut self, name: &str, value: &str) -> Self {
        if let Some(field) = self.fields().find(|field| field.name == name) {
            field.take(&[value]);
        }
        self
    }

    pub(super) fn grave(self) -> Self {
        Self { is_grave: true, ..self }
    }

    /// Gives every field its id; the last step of building.
    pub(super) fn done(mut self) -> Self {
        let form = self.id.clone();
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let id = |name: &str| format!("{form}-{}", name.chars().map(plain).collect::<String>());
        for field in self.fields() {
            field.id = id(&field.name);
        }
        for more in self.groups.iter_mut().filter_map(|group| group.more.as_mut()) {
            // What a new row begins with stands in the page under its own heading; the browser scrolls to it by this name.
            more.at = id(&format!("{}[more", more.value));
        }
        self
    }

    /// Opens the page at the first field of the row that a button has just added, or at the first of several.
    pub(super) fn opened_at_new_row(mut self, typed: &Typed) -> Self {
        let Some(name) = typed.more() else { return self };
        let first_new = format!("{name}[{}]", typed.rows(name));
        let last = self
            .groups
            .iter()
            .flat_map(|group| &group.fields)
            .filter(|field| field.name.starts_with(&format!("{name}[")))
            .filter_map(|field| field.name[name.len() + 1..].split_once(']')?.0.parse::<usize>().ok())
            .max()
            .map_or_else(String::new, |last| format!("{name}[{last}]"));
        let anchor = self.groups.iter().filter_map(|group| group.more.as_ref()).find(|more| more.value == name);
        let anchor = anchor.map(|more| more.at.clone());
        let begins = |field: &Field| field.name.starts_with(&first_new);
        let wanted =
            if self.groups.iter().flat_map(|group| &group.fields).any(begins) { first_new.clone() } else { last };
        let mut fields = self.groups.iter_mut().flat_map(|group| &mut group.fields);
        // A name is written more often than it is chosen.
        if let Some(field) = fields.find(|field| field.name.starts_with(&wanted) && field.kind != Kind::Select) {
            field.has_focus = true;
            if let Some(anchor) = anchor {
                field.id = anchor;
            }
        }
        self
    }

    fn fields(&mut self) -> impl Iterator<Item = &mut Field> {
        self.groups.iter_mut().flat_map(|group| &mut group.fields)
    }

    /// Puts back what was typed. Hidden fields keep what the page itself says now.
    pub(super) fn refill(mut self, typed: &Typed) -> Self {
        for field in self.fields().filter(|field| field.kind != Kind::Hidden) {
            field.take(&typed.all(&field.name));
        }
        self
    }

    /// Marks the fields that cannot be taken.
    pub(super) fn blame(mut self, mut faults: Vec<Fault>) -> Self {
        for fault in &mut faults {
            let Some(name) = &fault.name else { continue };
            for group in &mut self.groups {
                let Some(field) = group.fields.iter_mut().find(|field| field.name == *name) else { continue };
                field.error = Some(match field.error.take() {
                    // A text has as many faults as lines; a field tells all of them.
                    Some(before) => format!("{before}\n{}", fault.what),
                    None => fault.what.clone(),
                });
                fault.id = Some(field.id.clone());
                // Rows have the same fields: only the row's legend tells them apart.
                let row = group
                    .legend
                    .as_ref()
                    .filter(|_| group.in_a_row && name.contains('['))
                    .map(|legend| format!("{legend}, "));
                fault.label = Some(format!("{}{}", row.unwrap_or_default(), field.label));
                break;
            }
        }
        self.faults = faults;
        self
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        Typed(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_day_is_read_as_browsers_send_it_and_as_people_write_it() {
        assert_eq!(day("2023-09-20"), Some(date(2023, 9, 20)));
        assert_eq!(day("20.09.2023"), Some(date(2023, 9, 20)));
        for bad in ["", "20.9", "2023-13-01", "31.02.2023", "ертең"] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_fault_is_collected_before_the_form_is_given_back() {
        let typed = typed(&[("reason", "  "), ("until", "x")]);
        let mut reader = Reader::new(&typed, Language::En);
        let reason = reader.needed("reason");
        let until = reader.date("until");
        let faults = reader.finish(until.map(|until| (reason, until))).unwrap_err();
        assert_eq!(
            faults.iter().map(|fault| fault.name.as_deref()).collect::<Vec<_>>(),
            [Some("reason"), Some("until")]
        );
    }

    #[test]
    fn what_was_typed_stands_in_the_form_again_beside_what_is_wrong_with_it() {
        let form = Form::new("f", "Form", "/f", 1)
            .with(vec![
                Field::text("a", "A"),
                Field::select("b", "B", [("1".to_owned(), "one".to_owned()), ("2".to_owned(), "two".to_owned())])
                    .value("1"),
                Field::hidden("h", "mine"),
            ])
            .done()
            .refill(&typed(&[("a", "<typed>"), ("b", "2"), ("h", "theirs")]))
            .blame(vec![Fault::at("a", "no"), Fault::of_all("all")]);
        let fields = &form.groups[0].fields;
        assert_eq!((fields[0].value.as_str(), fields[0].error.as_deref()), ("<typed>", Some("no")));
        assert!(!fields[1].choices[0].chosen && fields[1].choices[1].chosen);
        assert_eq!(fields[2].value, "mine");
        assert_eq!(form.faults[0].id.as_deref(), Some("f-a"));
    }

    #[test]
    fn the_same_typing_has_the_same_text_whatever_version_and_key_it_came_with() {
        let one = typed(&[("key", "1"), ("version", "3"), ("a", "b;1:c=1:d")]);
        let two = typed(&[("version", "4"), ("key", "2"), ("a", "b;1:c=1:d")]);
        assert_eq!(one.canonical(), two.canonical());
        assert_ne!(one.canonical(), typed(&[("a", "b"), ("c", "d")]).canonical());
    }

    #[test]
    fn a_field_of_one_line_takes_line_breaks_and_tabs_for_spaces() {
        let typed = typed(&[("a", "Еңбек\tмигранттары\r\nтуралы ")]);
        let mut reader = Reader::new(&typed, Language::En);
        assert_eq!(reader.needed_line("a"), "Еңбек мигранттары туралы");
        assert_eq!(reader.optional_line("b"), None);
    }

    #[test]
    fn rows_are_counted_by_their_numbers() {
        let typed = typed(&[
            ("co[0].task", ""),
            ("co[2].task", "x"),
            ("co[x].task", ""),
            ("cow[9].x", ""),
            ("co[9999999].x", ""),
        ]);
        assert_eq!(typed.rows("co"), 3);
        assert_eq!(typed.rows("visa"), 0);
    }
}

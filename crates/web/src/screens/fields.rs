//! Forms as values: what a page asks for, what was typed into it, and what is wrong with it.
//!
//! A form is built from the state of things, then filled again with what somebody typed ([`Form::refill`]) and marked where it
//! cannot be taken ([`Form::blame`]), so that nothing typed is ever lost. A [`Reader`] takes the typed values one by one and
//! collects every fault before it gives up; a [`Narrowing`] does so for the form above a list, which is part of the page's address.

mod fault;
mod field;
mod narrowing;
mod reader;
mod reason;
mod told;
mod typed;

use directory::Language;
use inquiry::CommandName;
use serde::Serialize;
use uuid::Uuid;

use super::keeping::Notice;
use super::load::{Burden, Table};
use super::registration::Told;
use crate::kept::Mark;

pub(super) use fault::Fault;
pub(super) use field::{Choice, Field, Kind, Proposal, Sign};
pub(super) use narrowing::{DayTyped, Narrowing};
pub(super) use reader::{Reader, one_line};
pub(super) use reason::Reason;
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

/// A page that belongs beside a form.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Link {
    pub href: String,
    pub words: String,
}

/// Something that can be chosen by typing: what a list of the form holds.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Item {
    pub value: String,
    pub label: String,
    /// What tells it apart from others: a faction, an abbreviation. It is found by that too.
    pub note: String,
    /// Another spelling that it is found by.
    pub also: String,
    /// Fields of its row that choosing it fills in, by the last part of their names.
    pub fills: Vec<(String, String)>,
    /// What should be known before it is chosen.
    pub burden: Option<Burden>,
}

/// A list that several fields choose from.
#[derive(Debug, Clone, Serialize)]
pub(super) struct List {
    pub id: String,
    pub items: Vec<Item>,
}

/// A button that does something with what is typed and keeps it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Press {
    pub name: &'static str,
    pub value: String,
    pub label: String,
    /// Where it sends the form.
    pub action: String,
    /// It sends a file too.
    pub is_upload: bool,
    pub has_focus: bool,
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
    /// Other buttons behind it.
    pub presses: Vec<Press>,
    /// What is registered already and looks like it is told here.
    pub shows_alike: bool,
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
        Self { legend: None, fields, in_a_row: false, more: None, presses: Vec::new(), shows_alike: false }
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

impl Group {
    /// What looks like it is told behind this group.
    pub(super) fn with_alike(self) -> Self {
        Self { shows_alike: true, ..self }
    }

    /// With a button behind it.
    pub(super) fn press(mut self, press: Press) -> Self {
        self.presses.push(press);
        self
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
    /// What is typed into it is kept until its command is recorded: it takes more than a few words.
    pub keeps: bool,
    /// What is typed into it is held when it is sent, so that a page that says what is wrong with it can be come back to.
    pub holds: bool,
    /// The row that keeps it.
    pub mark: String,
    /// What was typed before.
    pub kept: Option<Notice>,
    /// Lists that its fields choose from.
    pub lists: Vec<List>,
    /// Why the days that it speaks of are these.
    pub reasons: Vec<Reason>,
    /// What those who can be chosen have to do already.
    pub loads: Option<Table>,
    /// What is registered already and looks like it.
    pub alike: Option<Told>,
    /// The page opens at its button: nothing is missing.
    pub submit_has_focus: bool,
    /// Among other forms it stands open: it is what is done next.
    pub is_open: bool,
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
            keeps: false,
            holds: false,
            mark: Mark::new().to_string(),
            kept: None,
            lists: Vec::new(),
            reasons: Vec::new(),
            loads: None,
            alike: None,
            submit_has_focus: false,
            is_open: false,
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

    /// Every box of a field is ticked.
    pub(super) fn ticked(mut self, name: &str) -> Self {
        for field in self.fields().filter(|field| field.kind == Kind::Checks && field.name == name) {
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

    /// A list that fields choose from by typing (`choose.js`): without scripts each has its choices all the same.
    pub(super) fn list(mut self, id: &str, items: Vec<Item>) -> Self {
        self.lists.push(List { id: id.to_owned(), items });
        self
    }

    pub(super) fn reason(mut self, reason: Option<Reason>) -> Self {
        self.reasons.extend(reason);
        self
    }

    /// Offers a value beside a field that is there. One that is chosen from a list is said as the list says it.
    pub(super) fn propose(mut self, name: &str, mut proposal: Proposal) -> Self {
        if let Some(field) = self.fields().find(|field| field.name == name) {
            if let Some(choice) = field.choices.iter().find(|choice| choice.value == proposal.value) {
                choice.label.clone_into(&mut proposal.said);
            }
            field.proposal = Some(proposal);
        }
        self
    }

    /// Opens the page at the form's first field.
    pub(super) fn opened_at_first(mut self) -> Self {
        if let Some(field) = self.fields().find(|field| field.kind != Kind::Hidden) {
            field.has_focus = true;
        }
        self
    }

    /// Opens the page at a field.
    pub(super) fn opened_at(mut self, name: &str) -> Self {
        if let Some(field) = self.fields().find(|field| field.name == name) {
            field.has_focus = true;
        }
        self
    }

    /// Opens the page at the first needed field that is empty, or at the button when none is.
    pub(super) fn opened_at_first_missing(mut self) -> Self {
        let is_missing =
            |field: &&mut Field| field.required && field.kind != Kind::Select && field.value.trim().is_empty();
        let missing = self.fields().find(is_missing).map(|field| field.name.clone());
        self.submit_has_focus = missing.is_none();
        if let Some(name) = missing { self.opened_at(&name) } else { self }
    }

    pub(super) fn grave(self) -> Self {
        Self { is_grave: true, ..self }
    }

    /// Gives every field its id; the last step of building.
    pub(super) fn done(mut self) -> Self {
        let is_read = self.id == CommandName::Sign.path();
        self.holds |= !is_read && self.action.contains("/commands/");
        self.keeps = !is_read && self.fields().any(|field| field.kind == Kind::Area);
        let form = self.id.clone();
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let id = |name: &str| format!("{form}-{}", name.chars().map(plain).collect::<String>());
        for field in self.fields() {
            field.id = id(&field.name);
            if let Some(list) = &mut field.list {
                *list = id(list);
            }
        }
        for list in &mut self.lists {
            list.id = id(&list.id);
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

    /// Fills in what is known beforehand; fields of which nothing is known keep what they begin with.
    pub(super) fn refill_where_typed(mut self, known: &Typed) -> Self {
        for field in self.fields().filter(|field| field.kind != Kind::Hidden && !known.all(&field.name).is_empty()) {
            field.take(&known.all(&field.name));
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
        let places: Vec<String> = self.fields().map(|field| field.name.clone()).collect();
        // In the order in which they are met; what is about the whole form stands behind.
        let place = |fault: &Fault| places.iter().position(|place| Some(place) == fault.name.as_ref());
        faults.sort_by_key(|fault| place(fault).unwrap_or(usize::MAX));
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

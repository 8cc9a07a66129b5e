//! What was typed into a form, as people read it: each field by its label, what was chosen by its words.

use super::{Field, Form, Group, Kind, Typed};

impl Form {
    /// Label and value of everything that was typed into this form, which need not have as many rows: those of one kind are called alike, but for
    /// their numbers. What the form has no field for is left out.
    pub(in crate::screens) fn told(&self, typed: &Typed) -> Vec<(String, String)> {
        let known = |name: &str| self.groups.iter().find_map(|group| Some((group, field(group, name)?)));
        let told = |(name, value): &(String, String)| {
            let (first, numbers) = in_first_row(name);
            let (group, field) = known(&first)?;
            Some((label(group, field, &numbers), said(field, value)?))
        };
        typed.0.iter().filter_map(told).collect()
    }
}

fn field<'a>(group: &'a Group, name: &str) -> Option<&'a Field> {
    group.fields.iter().find(|field| field.name == name)
}

/// The name of the same field in the first row, and the numbers of its own rows as people count them: `groups[1].kind` is `groups[0].kind` of `2`.
fn in_first_row(name: &str) -> (String, String) {
    let (mut first, mut numbers) = (String::new(), Vec::new());
    let mut rest = name;
    while let Some((before, number, after)) = row(rest) {
        first.push_str(before);
        first.push_str("[0]");
        numbers.push(number.saturating_add(1).to_string());
        rest = after;
    }
    first.push_str(rest);
    (first, numbers.join("."))
}

fn row(name: &str) -> Option<(&str, usize, &str)> {
    let (before, rest) = name.split_once('[')?;
    let (number, after) = rest.split_once(']')?;
    Some((before, number.parse().ok()?, after))
}

/// Fields of a row are called as those of the others: what the row is called tells them apart.
fn label(group: &Group, field: &Field, numbers: &str) -> String {
    let numbered = |words: &str| {
        let bare = words.trim_end_matches(|sign: char| sign.is_ascii_digit() || sign == '.');
        if bare.len() < words.len() { format!("{bare}{numbers}") } else { words.to_owned() }
    };
    match &group.legend {
        Some(legend) if field.name.contains("].") => format!("{}, {}", numbered(legend), field.label),
        Some(_) | None if numbers.is_empty() => field.label.clone(),
        Some(_) | None => numbered(&field.label),
    }
}

fn said(field: &Field, value: &str) -> Option<String> {
    let chosen = field.choices.iter().find(|choice| choice.value == value).map(|choice| choice.label.as_str());
    let said = match field.kind {
        Kind::Hidden | Kind::File => return None,
        Kind::Select | Kind::Checks => chosen.unwrap_or(value),
        Kind::Text | Kind::Email | Kind::Date | Kind::Moment | Kind::Area => value,
    };
    if value.trim().is_empty() { None } else { Some(said.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_told_by_the_labels_of_its_rows() {
        let kinds = [("other".to_owned(), "Others".to_owned())];
        let form = Form::new("f", "Form", "/f", 0)
            .with(vec![Field::text("number", "Number"), Field::area("questions[0]", "Question 1", 2)])
            .group(Group::titled("Group 1", vec![Field::select("groups[0].kind", "Kind", kinds)]))
            .group(Group::row("Deputy 1.1", vec![Field::text("groups[0].deputies[0].name", "Name")]));
        let typed = [
            ("key", "k"),
            ("number", "326"),
            ("questions[11]", "Why?"),
            ("groups[1].kind", "other"),
            ("groups[1].deputies[2].name", "Somebody"),
            ("groups[0].deputies[0].name", " "),
            ("groups[x].kind", "other"),
        ];
        let typed = Typed(typed.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        let told = form.told(&typed);
        let told: Vec<(&str, &str)> = told.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect();
        let wanted =
            [("Number", "326"), ("Question 12", "Why?"), ("Group 2, Kind", "Others"), ("Deputy 2.3, Name", "Somebody")];
        assert_eq!(told, wanted);
    }
}

//! Deputies pasted as text, one a line, become rows of the registration's form: a list of 145 is not typed field by field.

use directory::Language;
use inquiry::email::Email;

use super::fields::{Fault, Typed, one_line, say};

/// The most lines of one group that become rows; the form draws no more.
const MOST_ROWS: usize = 200;

/// The name of the field that is pasted into.
pub(super) fn field(group: usize) -> String {
    format!("groups[{group}].pasted")
}

/// Puts every line into the first free row of its group. A line that cannot be taken stays where it was pasted, and is named.
pub(super) fn into_rows(typed: Typed, language: Language) -> (Typed, Vec<Fault>) {
    let (mut typed, mut faults) = (typed, Vec::new());
    for group in 0..typed.rows("groups") {
        let text = typed.all(&field(group)).first().map_or_else(String::new, ToString::to_string);
        if text.trim().is_empty() {
            continue;
        }
        let deputies = format!("groups[{group}].deputies");
        let mut left = Vec::new();
        let mut row = 0;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            while row < typed.rows(&deputies) && !is_free(&typed, &deputies, row) {
                row += 1;
            }
            match deputy(line) {
                Some((name, email)) if row < MOST_ROWS => {
                    typed.put(format!("{deputies}[{row}].name"), name);
                    typed.put(format!("{deputies}[{row}].email"), email);
                    row += 1;
                }
                Some(_) | None => left.push(line.trim()),
            }
        }
        if !left.is_empty() {
            faults.push(Fault::at(field(group), not_taken(&left, language)));
        }
        typed.put(field(group), left.join("\n"));
    }
    (typed, faults)
}

/// `name, address` with a comma, a semicolon or a tab between them; or a name alone. None: the address is none, or the name is missing.
fn deputy(line: &str) -> Option<(String, String)> {
    let (name, address) = match line.trim().rsplit_once([',', ';', '\t']) {
        Some((name, address)) => (name, address.trim()),
        None => (line, ""),
    };
    let name = one_line(name).trim_end_matches([',', ';']).trim().to_owned();
    let is_name = !name.is_empty() && !name.contains('@');
    let is_address = address.is_empty() || address.parse::<Email>().is_ok();
    if is_name && is_address { Some((name, address.to_owned())) } else { None }
}

fn is_free(typed: &Typed, deputies: &str, row: usize) -> bool {
    ["deputy", "name", "email"].iter().all(|part| typed.get(&format!("{deputies}[{row}].{part}")).is_empty())
}

fn not_taken(lines: &[&str], language: Language) -> String {
    let quoted: Vec<String> =
        lines.iter().take(10).map(|line| format!("«{}»", line.chars().take(80).collect::<String>())).collect();
    let words = say(
        language,
        "Бұл жолдар алынбады, «аты-жөні, мекенжайы» түрінде жазыңыз",
        "Эти строки не приняты, напишите их как «имя, адрес»",
        "These lines were not taken; write them as “name, address”",
    );
    let more = if lines.len() > quoted.len() { " …" } else { "" };
    format!("{words}: {}{more}", quoted.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        Typed(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn every_pasted_line_becomes_the_next_free_row() {
        let pasted = "Н. Тау, n.tau@mazhilis.example\r\n\r\nД. Мұқаев\tmukaev@mazhilis.example\nГ. Танашева\n";
        let form = typed(&[
            ("groups[0].label", "Фракция"),
            ("groups[0].deputies[0].name", "М. Әбенов"),
            ("groups[0].deputies[1].name", ""),
            ("groups[0].pasted", pasted),
        ]);
        let (form, faults) = into_rows(form, Language::En);
        assert_eq!(faults, []);
        assert_eq!(form.get("groups[0].deputies[0].name"), "М. Әбенов");
        assert_eq!(form.get("groups[0].deputies[1].name"), "Н. Тау");
        assert_eq!(form.get("groups[0].deputies[1].email"), "n.tau@mazhilis.example");
        assert_eq!(form.get("groups[0].deputies[2].email"), "mukaev@mazhilis.example");
        assert_eq!(
            (form.get("groups[0].deputies[3].name"), form.get("groups[0].deputies[3].email")),
            ("Г. Танашева", "")
        );
        assert_eq!(form.get("groups[0].pasted"), "");
    }

    #[test]
    fn a_line_that_cannot_be_taken_is_named_and_stays() {
        let pasted = "Н. Тау, not an address\nМ. Жайымбетов; m@mazhilis.example\nonly@mazhilis.example";
        let (form, faults) = into_rows(typed(&[("groups[0].pasted", pasted)]), Language::En);
        assert_eq!(form.get("groups[0].deputies[0].name"), "М. Жайымбетов");
        assert_eq!(form.get("groups[0].pasted"), "Н. Тау, not an address\nonly@mazhilis.example");
        let [fault] = faults.as_slice() else { panic!("{faults:?}") };
        assert!(fault.what.contains("«Н. Тау, not an address», «only@mazhilis.example»"), "{}", fault.what);
    }

    #[test]
    fn a_hundred_and_forty_five_lines_are_a_hundred_and_forty_five_rows() {
        let lines: Vec<String> = (1..=145).map(|n| format!("Д. Депутат{n}, d{n}@mazhilis.example")).collect();
        let (form, faults) = into_rows(typed(&[("groups[0].pasted", &lines.join("\n"))]), Language::Kk);
        assert_eq!((form.rows("groups[0].deputies"), faults.len()), (145, 0));
    }
}

//! What Markdown drops in silence is found in the lines themselves, before the parser sees them.

use std::collections::BTreeSet;

use super::fault::{Fault, What};

/// A footnote's name as Markdown compares it.
pub(super) fn label(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Quotations and lists may stand in each other as deep as this; no letter has more than three, and a parser's time goes with depth.
const DEPTH: usize = 100;

/// A line that begins with more marks of quotations and lists than anybody means.
pub(super) fn too_deep(text: &str) -> Option<Fault> {
    let marks = |line: &str| {
        let begins = |one: &char| one.is_whitespace() || one.is_ascii_digit() || ">-*+.)".contains(*one);
        let begin: Vec<char> = line.chars().take_while(begins).chain([' ']).collect();
        begin.windows(2).filter(|pair| pair[0] == '>' || ("-*+.)".contains(pair[0]) && pair[1].is_whitespace())).count()
    };
    let line = text.lines().position(|line| marks(line) > DEPTH)?;
    Some(Fault { line: line + 1, column: 1, what: What::TooDeep })
}

/// Link definitions, footnotes inside a line, and footnote marks without a footnote.
pub(super) fn dropped(text: &str, footnotes: &BTreeSet<String>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(column) = link_definition(line) {
            faults.push(Fault { line: index + 1, column, what: What::LinkDefinition });
        }
        if let Some(column) = inline_footnote(line) {
            faults.push(Fault { line: index + 1, column, what: What::InlineFootnote });
        }
        for (column, name) in marks(line) {
            if !footnotes.contains(&label(name)) {
                faults.push(Fault { line: index + 1, column, what: What::FootnoteMissing(name.to_owned()) });
            }
        }
    }
    faults
}

/// Where a line begins that may define a link: `[…]:`, behind marks of lists and quotations.
fn link_definition(line: &str) -> Option<usize> {
    let is_mark = |one: char| one.is_whitespace() || matches!(one, '-' | '*' | '+' | '>') || one.is_ascii_digit();
    let rest = line.trim_start_matches(|one: char| is_mark(one) || matches!(one, '.' | ')'));
    let inside = rest.strip_prefix('[')?;
    if inside.starts_with('^') {
        return None;
    }
    let mut escaped = false;
    for (at, one) in inside.char_indices() {
        match one {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' if inside[at + 1..].starts_with(':') => {
                return Some(line.chars().count() - rest.chars().count() + 1);
            }
            ']' => return None,
            _ => {}
        }
    }
    None
}

/// Where a line has `^[`, which other Markdowns read as a footnote and this one would print.
fn inline_footnote(line: &str) -> Option<usize> {
    let mut escaped = false;
    for (column, (at, one)) in line.char_indices().enumerate() {
        match one {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            // «^» before a footnote's mark is a word like any other.
            '^' if line[at + 1..].starts_with('[') && !line[at + 1..].starts_with("[^") => return Some(column + 1),
            _ => {}
        }
    }
    None
}

/// The marks `[^name]` of a line that no backslash makes plain text.
fn marks(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut escaped = false;
    for (column, (at, one)) in line.char_indices().enumerate() {
        if escaped {
            escaped = false;
        } else if one == '\\' {
            escaped = true;
        } else if let Some(name) = line[at..].strip_prefix("[^")
            && let Some(end) = name.find([']', '['])
            && name[end..].starts_with(']')
            && end > 0
            && !name[..end].contains(char::is_whitespace)
        {
            found.push((column + 1, &name[..end]));
        }
    }
    found
}

/// How many cells a line of a table has.
pub(super) fn cells(line: &str) -> usize {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let (mut cells, mut escaped, mut open) = (0, false, false);
    for one in line.chars() {
        match one {
            _ if escaped => (escaped, open) = (false, true),
            '\\' => (escaped, open) = (true, true),
            '|' => {
                cells += 1;
                open = false;
            }
            _ => open = true,
        }
    }
    cells + usize::from(open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_defines_a_link_is_found_behind_other_marks() {
        assert_eq!(link_definition("[Заң]: 12-бап"), Some(1));
        assert_eq!(link_definition("- [a\\]b]: x"), Some(3));
        for text in ["[^1]: сілтеме", "[Заң] бойынша: иә", "\\[Заң]: 12-бап", "мәтін [Заң]: 12"]
        {
            assert_eq!(link_definition(text), None, "{text}");
        }
    }

    #[test]
    fn marks_of_footnotes_are_found_unless_they_are_plain_text() {
        assert_eq!(marks("Заң[^1], \\[^2], \\\\[^үш]"), [(4, "1"), (19, "үш")]);
        assert!(marks("[^a b] [^] [^x[y]").is_empty());
    }

    #[test]
    fn a_footnote_inside_a_line_is_found_and_a_caret_before_a_mark_is_none() {
        assert_eq!(inline_footnote("Заң^[2005 жыл]"), Some(4));
        for text in ["Заң^[^1]", "Заң\\^[x]", "Заң^\\[x]", "2^10", "^"] {
            assert_eq!(inline_footnote(text), None, "{text}");
        }
    }

    #[test]
    fn cells_are_counted_as_the_writer_sees_them() {
        assert_eq!(cells("| а | б |"), 2);
        assert_eq!(cells("а | б\\|в"), 2);
        assert_eq!(cells("|  |"), 1);
        assert_eq!(cells("мәтін"), 1);
    }
}

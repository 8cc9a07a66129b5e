//! Words from outside, made fit for a header, an answer column or a file name.

/// `text` on one line: control and direction characters become spaces, runs of white space one space, at most `limit` characters.
///
/// CR, LF and NUL in a display name would be refused by the mail library with a panic; direction overrides would let a name
/// read otherwise than it is written.
#[must_use]
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    let cleaned: String = text.chars().map(|c| if is_unfit(c) { ' ' } else { c }).collect();
    let line = cleaned.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        return line;
    }
    line.chars().take(limit).collect::<String>().trim_end().to_owned()
}

/// Text of several lines: like [`one_line`], but the line breaks stay.
#[must_use]
pub(crate) fn lines(text: &str, limit: usize) -> String {
    text.lines().map(|line| one_line(line, limit)).collect::<Vec<_>>().join("\n")
}

fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A name for the attached file: no separators of any system's paths, never hidden, always ending in `.pdf`.
#[must_use]
pub(crate) fn pdf_name(name: &str) -> String {
    let line = one_line(name, 120);
    let stem = line.strip_suffix(".pdf").or_else(|| line.strip_suffix(".PDF")).unwrap_or(&line);
    let safe: String = stem
        .chars()
        .map(|c| if matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') { '-' } else { c })
        .collect();
    let safe = safe.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if safe.is_empty() { "letter.pdf".to_owned() } else { format!("{safe}.pdf") }
}

/// A piece of a file name of our own: letters, digits, `-` and `_` of any script; everything else becomes one `-`.
#[must_use]
pub(crate) fn file_stem(text: &str) -> String {
    let mut stem = String::new();
    for c in text.chars() {
        let c = if c.is_alphanumeric() || c == '_' { c } else { '-' };
        // A name may be 255 bytes long on every file system in use; two bytes a letter leave room for the rest of it.
        if stem.len() + c.len_utf8() > 100 {
            break;
        }
        if c != '-' || !(stem.is_empty() || stem.ends_with('-')) {
            stem.push(c);
        }
    }
    let stem = stem.trim_end_matches('-');
    if stem.is_empty() { "letter".to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_holds_no_break_and_no_direction_override() {
        assert_eq!(one_line("a\r\nBcc: x@y\0\u{202e}b", 200), "a Bcc: x@y b");
        assert_eq!(one_line("  Қ  Ғ\t", 200), "Қ Ғ");
        assert_eq!(one_line("абвгд", 3), "абв");
    }

    #[test]
    fn a_file_stem_leads_nowhere() {
        assert_eq!(file_stem("../../etc/passwd"), "etc-passwd");
        assert_eq!(file_stem("№ ДС-326"), "ДС-326");
        assert_eq!(file_stem(".."), "letter");
        assert!(file_stem(&"Ұ".repeat(5000)).len() <= 100);
    }

    #[test]
    fn an_attachment_keeps_its_kazakh_name() {
        assert_eq!(pdf_name("ДС-326 жауап.pdf"), "ДС-326 жауап.pdf");
        assert_eq!(pdf_name("..\\..\\x"), "-..-x.pdf");
        assert_eq!(pdf_name(".pdf"), "letter.pdf");
    }

    proptest! {
        #[test]
        fn whatever_comes_in_a_line_is_one_line(text in any::<String>()) {
            let line = one_line(&text, 200);
            prop_assert!(!line.chars().any(char::is_control));
            prop_assert!(line.chars().count() <= 200);
            prop_assert_eq!(one_line(&line, 200), line.clone());
            let stem = file_stem(&text);
            prop_assert!(!stem.contains(['/', '\\', '.', '\0']) && !stem.is_empty() && stem.len() <= 100);
            let pdf = pdf_name(&text);
            prop_assert!(pdf.ends_with(".pdf") && !pdf.starts_with('.') && !pdf.contains(['/', '\\']));
        }
    }
}

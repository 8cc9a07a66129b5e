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

/// What a server said, without the address it was said about: in whatever spelling, and its local part alone where it stands as a word
/// of four letters or more.
#[must_use]
pub(crate) fn without_address(answer: &str, address: &str) -> String {
    let ascii = crate::address::parse(address).map_or_else(|_| address.to_owned(), |parsed| parsed.to_string());
    let local = address.split_once('@').map_or("", |(local, _)| local);
    // A short one may be an ordinary word: `ok@…` is not to change every "Ok".
    let local = if local.len() < 4 { "" } else { local };
    let mut told = answer.to_owned();
    for secret in [address, ascii.as_str(), local] {
        told = without(&told, secret);
    }
    told
}

fn without(text: &str, secret: &str) -> String {
    // ASCII letters alone change their case here, so that both texts have their bytes in the same places.
    let (folded, secret) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut told = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in folded.match_indices(secret.as_str()).filter(|_| !secret.is_empty()) {
        let end = at + secret.len();
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(end..).and_then(|after| after.chars().next());
        if at < from || is_part(before) || is_part(after) {
            continue;
        }
        told.push_str(text.get(from..at).unwrap_or_default());
        told.push_str("(recipient)");
        from = end;
    }
    told.push_str(text.get(from..).unwrap_or_default());
    told
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
    fn what_a_server_says_is_kept_without_the_address() {
        for (answer, told) in [
            ("5.1.1 <N.Tau@parlam.KZ>: no such user", "5.1.1 <(recipient)>: no such user"),
            ("no mailbox n.tau here", "no mailbox (recipient) here"),
            ("an.tau and n.taut are others", "an.tau and n.taut are others"),
            ("n.tau@parlam.kz n.tau@parlam.kz", "(recipient) (recipient)"),
            ("OK", "OK"),
            ("2.0.0 Ok: queued", "2.0.0 Ok: queued"),
            ("", ""),
        ] {
            assert_eq!(without_address(answer, "n.tau@parlam.kz"), told);
        }
        let cyrillic = without_address("550 <ok@xn--f1akbw7hb72g.xn--80ao21a>, ok@мәжіліс.қаз", "ok@мәжіліс.қаз");
        assert_eq!(cyrillic, "550 <(recipient)>, (recipient)");
        assert_eq!(without_address("as it is", "no address"), "as it is");
    }

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

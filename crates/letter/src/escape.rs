//! What makes words harmless in each medium. One escape a registry, so that no template can choose the wrong one.

use std::fmt::Write as _;

/// For a Typst string literal: letters, digits and plain punctuation stay, everything else becomes `\u{…}`.
///
/// The result is harmless in markup as well, should a template ever put it there; the lint does not let it.
pub(crate) fn typst(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            control if control.is_control() => {}
            ' ' | ',' | ';' | '?' | '!' | '«' | '»' | '№' | '–' | '—' | '\u{a0}' => out.push(character),
            letter if letter.is_alphanumeric() => out.push(letter),
            other => {
                // Writing to a String cannot fail; were it to, dropping the character would still be harmless.
                if write!(out, "\\u{{{:x}}}", u32::from(other)).is_err() {
                    out.push(' ');
                }
            }
        }
    }
    out
}

/// For HTML text and quoted attributes.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// For plain text: nothing is markup there.
pub(crate) fn plain(text: &str) -> String {
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use typst::syntax::{SyntaxKind, SyntaxNode, ast, parse};

    fn leaves<'a>(node: &'a SyntaxNode, visit: &mut dyn FnMut(&'a SyntaxNode)) {
        if node.children().len() == 0 {
            visit(node);
        } else {
            node.children().for_each(|child| leaves(child, visit));
        }
    }

    /// What the escape leaves of a text: line ends become spaces, other control characters go.
    fn visible(text: &str) -> String {
        let spaced = text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
        spaced.filter(|c| !c.is_control()).collect()
    }

    /// Everything that means something to Typst, beside letters that mean nothing.
    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => prop::sample::select(
                "#[]{}()<>@$*_`~=-+/\\\"'.:;,!?&%^|№«»—–Әқ aZ09\u{a0}\u{200b}\u{202e}\n\t\r\u{0}\u{feff}😀漢ﬁ".chars().collect::<Vec<_>>()
            )
            .prop_map(String::from),
            1 => prop::sample::select(vec!["#panic()", "*/", "//", "\\u{22}", "{{x}}", "```", "http://e.kz", "#let x = 1", "1. ", "\"]", "$x$"])
                .prop_map(String::from),
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn in_a_string_literal_every_text_is_one_string_that_reads_as_written(text in hostile()) {
            let root = parse(&format!("#\"{}\"", typst(&text)));
            prop_assert!(root.errors_and_warnings().0.is_empty());
            prop_assert_eq!(root.children().count(), 2);
            let literal = root.children().find_map(|child| child.cast::<ast::Str>());
            prop_assert_eq!(literal.map(|literal| literal.get().to_string()), Some(visible(&text)));
        }

        #[test]
        fn even_in_markup_no_text_becomes_markup(text in hostile()) {
            let escaped = typst(&text);
            let root = parse(&escaped);
            prop_assert!(root.errors_and_warnings().0.is_empty());
            let mut foreign = None;
            leaves(&root, &mut |leaf| {
                let harmless = matches!(leaf.kind(), SyntaxKind::Text | SyntaxKind::Space | SyntaxKind::Escape | SyntaxKind::Markup | SyntaxKind::Shorthand | SyntaxKind::Parbreak);
                if !harmless {
                    foreign = Some(leaf.kind());
                }
            });
            prop_assert_eq!(foreign, None);
        }

        #[test]
        fn html_text_holds_no_tag_and_no_quote(text in hostile()) {
            let escaped = html(&text);
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            let back = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
            prop_assert_eq!(back, text);
        }
    }
}

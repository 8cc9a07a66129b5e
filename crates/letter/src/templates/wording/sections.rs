//! A wording's file, cut into its sections.

use crate::error::TemplateFault;

/// Cuts a file into its sections, which are among the `known` and hold all the `needed`. Each keeps as many line ends before it as stand
/// before it in the file, so that Handlebars counts lines as the file's author does.
pub(super) fn cut(
    file: &str,
    text: &str,
    known: &[&'static str],
    needed: &[&'static str],
) -> Result<Vec<(&'static str, String)>, TemplateFault> {
    let fault =
        |line: Option<usize>, what: String| TemplateFault { template: file.to_owned(), line, field: None, what };
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let name = line.trim_end().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        match (name, found.last_mut()) {
            (Some(name), _) => {
                let Some(section) = known.iter().copied().find(|known| *known == name) else {
                    let what = format!("there is no section [{name}]; known: {}", known.join(", "));
                    return Err(fault(Some(index + 1), what));
                };
                if found.iter().any(|(before, _)| *before == name) {
                    return Err(fault(Some(index + 1), format!("the section [{name}] stands here a second time")));
                }
                found.push((section, "\n".repeat(index + 1)));
            }
            (None, Some((_, section))) => {
                section.push_str(line);
                section.push('\n');
            }
            (None, None) => {
                let said = line.trim();
                let comment = said.starts_with("{{!--") && said.ends_with("--}}");
                if !(said.is_empty() || comment) {
                    let what = "only a comment of one line may stand before the first section".to_owned();
                    return Err(fault(Some(index + 1), what));
                }
            }
        }
    }
    match needed.iter().find(|name| !found.iter().any(|(section, _)| section == *name)) {
        Some(missing) => Err(fault(None, format!("the section [{missing}] is missing"))),
        None => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_that_nobody_knows_is_named_with_its_line() {
        let fault = cut("reply/kk.hbs", "{{!-- words --}}\n[a]\nбір\n[x]\n", &["a", "b"], &["a", "b"]).unwrap_err();
        assert_eq!(fault.to_string(), "reply/kk.hbs:4: there is no section [x]; known: a, b");
    }

    #[test]
    fn a_section_that_is_missing_is_named() {
        let fault = cut("reply/kk.hbs", "[a]\nбір\n", &["a", "b"], &["a", "b"]).unwrap_err();
        assert_eq!(fault.to_string(), "reply/kk.hbs: the section [b] is missing");
    }

    #[test]
    fn a_section_that_is_not_needed_may_be_missing() {
        assert_eq!(cut("f", "[a]\nбір\n", &["a", "b"], &["a"]).unwrap(), [("a", "\nбір\n".to_owned())]);
    }

    #[test]
    fn lines_are_counted_as_in_the_file() {
        let cut = cut("f", "\n[a]\nбір\n[b]\nекі\n", &["a", "b"], &["a", "b"]).unwrap();
        assert_eq!(cut, [("a", "\n\nбір\n".to_owned()), ("b", "\n\n\n\nекі\n".to_owned())]);
    }
}

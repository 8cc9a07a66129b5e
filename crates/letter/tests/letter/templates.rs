//! A template that is wrong says so, with its name, the line and the field, before a letter is made with it.

use std::fs;
use std::path::Path;

use letter::{Engine, lint};

use crate::support::{facts, templates};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// A copy of the templates in which `old` in `file` has become `new`.
pub(crate) fn changed(file: &str, old: &str, new: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&templates(), folder.path());
    let path = folder.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{file} does not hold «{old}»");
    fs::write(path, text.replacen(old, new, 1)).unwrap();
    folder
}

fn faults(file: &str, old: &str, new: &str) -> Vec<String> {
    lint(Some(changed(file, old, new).path())).faults.iter().map(ToString::to_string).collect()
}

/// The line of a template that holds `text`.
fn line(file: &str, text: &str) -> usize {
    let all = fs::read_to_string(templates().join(file)).unwrap();
    1 + all.lines().position(|line| line.contains(text)).unwrap()
}

#[test]
fn the_templates_of_the_house_are_without_fault() {
    for found in [lint(None), lint(Some(&templates()))] {
        assert_eq!(found.faults, []);
        // Five of media; of words, ten sections that all kinds say alike, what each kind says of its own, and two letterheads.
        assert_eq!(found.templates, 5 + 3 * (10 + 1 + 2 + 3 + 2 + 3 + 3 + 3) + 2 * 4);
        assert!(found.placeholders > 100, "{}", found.placeholders);
    }
}

#[test]
fn a_misspelt_field_is_named_with_template_and_line() {
    let at = line("common/kk.hbs", "{{inquiry.number}}");
    let told = format!("common/kk.hbs:{at}: `inquiry.nubmer`: there is no such field");
    assert_eq!(faults("common/kk.hbs", "{{inquiry.number}}", "{{inquiry.nubmer}}"), [told]);
    let at = line("letter.typ.hbs", "{{salutation}}");
    let told = format!("letter.typ.hbs:{at}: `salutatoin`: there is no such field");
    assert_eq!(faults("letter.typ.hbs", "{{salutation}}", "{{salutatoin}}"), [told]);
    let at = line("fragment.html.hbs", "{{verification.code}}");
    let told = format!("fragment.html.hbs:{at}: `verification.cod`: there is no such field");
    assert!(faults("fragment.html.hbs", "{{verification.code}}", "{{verification.cod}}").contains(&told));
}

#[test]
fn a_misspelt_condition_is_a_fault_and_not_a_no() {
    let at = line("common/kk.hbs", "{{#if ../signatory.acting}}");
    let told = format!("common/kk.hbs:{at}: `../signatory.actin`: there is no such field");
    assert_eq!(faults("common/kk.hbs", "{{#if ../signatory.acting}}", "{{#if ../signatory.actin}}"), [told]);
    let at = line("letter.txt.hbs", "{{#if executor}}");
    let told = format!("letter.txt.hbs:{at}: `exekutor`: there is no such field");
    assert_eq!(faults("letter.txt.hbs", "{{#if executor}}", "{{#if exekutor}}"), [told]);
}

#[test]
fn a_misspelt_comparison_is_a_fault_and_not_a_no() {
    let at = line("fragment.html.hbs", "{{~#if (eq type \"text\")}}");
    let told = format!("fragment.html.hbs:{at}: `type \"txet\"`: nothing is ever that");
    assert_eq!(faults("fragment.html.hbs", "(eq type \"text\")", "(eq type \"txet\")"), [told]);
}

#[test]
fn a_letter_made_without_the_lint_fails_as_clearly() {
    let at = line("common/kk.hbs", "{{executor.phone}}");
    let folder = changed("common/kk.hbs", "{{executor.phone}}", "{{executor.fon}}");
    let error = Engine::with_templates(folder.path()).unwrap().compose_reply(&facts()).unwrap_err().to_string();
    assert_eq!(error, format!("common/kk.hbs:{at}: `executor.fon`: there is no such field (in [executor])"));
    let at = line("letter.typ.hbs", "{{#if watermark}}");
    let folder = changed("letter.typ.hbs", "{{#if watermark}}", "{{#if waterwark}}");
    let engine = Engine::with_templates(folder.path()).unwrap();
    let error = engine.pdf(&engine.compose_reply(&facts()).unwrap()).unwrap_err().to_string();
    assert_eq!(error, format!("letter.typ.hbs:{at}: `waterwark`: there is no such field"));
}

#[test]
fn nothing_goes_round_the_escape() {
    let at = line("fragment.html.hbs", "{{salutation}}");
    let told = format!("fragment.html.hbs:{at}: triple braces go round the escape");
    assert!(faults("fragment.html.hbs", "{{salutation}}", "{{{salutation}}}").contains(&told));
    assert!(faults("fragment.html.hbs", "{{salutation}}", "{{&salutation}}").contains(&told));
    let at = line("letter.typ.hbs", "{{salutation}}");
    for helper in ["raw salutation", "lookup labels \"qr_code\"", "eq salutation 1", "upper salutation"] {
        let name = helper.split(' ').next().unwrap();
        let told = format!("letter.typ.hbs:{at}: `{name}`: a helper may not write; only fields may");
        assert_eq!(faults("letter.typ.hbs", "{{salutation}}", &format!("{{{{{helper}}}}}")), [told]);
    }
}

#[test]
fn no_text_stands_where_it_would_be_code() {
    for code in [
        "#let x = {{salutation}}",
        "#{{salutation}}",
        "$ {{salutation}} $",
        "@{{salutation}}",
        "`{{salutation}}`",
        "// {{salutation}}\n",
        "<{{salutation}}>",
        "{{salutation}}",
    ] {
        let found = faults("letter.typ.hbs", "#salutation(\"{{salutation}}\")", code);
        assert_eq!(found.len(), 1, "{code}: {found:?}");
        let at = line("letter.typ.hbs", "#salutation(");
        assert!(
            found[0].starts_with(&format!("letter.typ.hbs:{at}: `/salutation`: its text would stand in Typst as ")),
            "{code}: {}",
            found[0]
        );
    }
    let found = faults("fragment.html.hbs", "<p class=\"letter-code\">", "<p class={{verification.code}}>");
    assert!(
        found
            .iter()
            .any(|fault| fault.contains("`/verification/code`: its text would stand inside a tag and outside quotes")),
        "{found:?}"
    );
    let found = faults("fragment.html.hbs", "href=\"{{verification.url}}\"", "href=\"{{verification.code}}\"");
    assert!(found.iter().any(|fault| fault.contains("only the verification address may become a link")), "{found:?}");
    for (bad, told) in [
        ("<p onclick=\"x\">", "no attribute `onclick`"),
        ("<p style=\"x\">", "no attribute `style`"),
        ("<script></script><p>", "no script"),
    ] {
        let found = faults("fragment.html.hbs", "<p class=\"letter-code\">", bad);
        assert!(found.iter().any(|fault| fault.contains(told)), "{bad}: {found:?}");
    }
}

#[test]
fn a_template_that_cannot_be_read_is_named() {
    let broken = faults("common/kk.hbs", "{{inquiry.date}}", "{{#if inquiry.date}}");
    assert!(broken[0].starts_with("common/kk.hbs:"), "{broken:?}");
    assert_eq!(faults("common/kk.hbs", "[executor]\n", "[exekutor]\n").len(), 1);
    let unknown = faults("letter.typ.hbs", "#salutation(", "#salutatoin(");
    assert!(
        unknown[0].contains("letter.typ.hbs: the typesetter refused the letter: unknown variable: salutatoin"),
        "{unknown:?}"
    );
}

#[test]
fn a_folder_holds_the_templates_that_are_used_and_no_others() {
    let folder = changed("reply/kk.hbs", "[title]", "[title]");
    fs::write(folder.path().join("reply/kz.hbs"), "{{x}}").unwrap();
    assert_eq!(lint(Some(folder.path())).faults[0].to_string(), "reply/kz.hbs: nothing renders this file");
    fs::remove_file(folder.path().join("reply/kz.hbs")).unwrap();
    fs::remove_file(folder.path().join("reply/ru.hbs")).unwrap();
    assert!(lint(Some(folder.path())).faults[0].to_string().starts_with("reply/ru.hbs: "));
}

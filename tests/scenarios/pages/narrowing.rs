//! The forms above lists, which are part of the address: what of them cannot be taken comes back with all that was typed.

use testkit::app::TestApp;

use super::people::People;
use super::walk::is_whole;

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_date_above_a_list_is_marked_and_nothing_that_was_typed_is_lost() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let auditor = people.at_browser("auditor").await;
    let asked: [(&str, &str, &[&str]); 8] = [
        (
            "/journal",
            "who=Clerk&inquiry=326&what=arrival&ministry=mlsp&role=clerk&from=tomorrow&to=2023-10-20&until=x&order=oldest",
            &["from", "until"],
        ),
        ("/journal", "who=clerk&inquiry=nothing&from=2023-10-20&to=20.13.2023", &["inquiry", "to"]),
        ("/reads", "person=Clerk&inquiry=326&day=20.13.2023&from=soon&until=2023-10-20", &["day", "from"]),
        ("/journal/people/clerk", "from=20.13.2023&to=2023-10-20", &["from"]),
        ("/reports", "by=month&co=mfa&lead=mlsp&faction=amanat&from=2023-09-05&until=2023-09-01&as_of=", &["until"]),
        ("/reports", "by=steps&topic=social&from=x&until=&as_of=2999-01-01", &["from", "as_of"]),
        ("/records", "kind=factions&on=abc&known=2023-10-20&all=yes", &["on"]),
        ("/records", "kind=ministries&on=2023-10-20&known=20.13.2023", &["known"]),
    ];
    for (path, question, wrong) in asked {
        let page = auditor.get(&format!("{path}?{question}")).await;
        assert_eq!(page.status, 400, "{path}?{question}");
        is_whole(&page, path);
        let form = page.form(path);
        for (name, typed) in question.split('&').filter_map(|pair| pair.split_once('=')) {
            assert_eq!(form.get(name), typed, "{path}?{question}: {name}");
        }
        let marked =
            page.text.split("<p class=\"error\" id=\"").skip(1).filter_map(|rest| rest.split_once("-error\">"));
        let marked: Vec<&str> = marked.map(|(name, _)| name).collect();
        assert_eq!(marked, wrong, "{path}?{question}");
        assert_eq!(page.text.matches(" aria-invalid=\"true\"").count(), wrong.len(), "{path}?{question}");
        let words = page.words();
        assert!(words.contains("Nothing was looked for"), "{words}");
        assert!(!words.contains("Nothing was found") && !words.contains("Found:"), "{words}");
    }
    // A browser shows in a field for days nothing that is no day.
    let page = auditor.get("/reads?day=20.13.2023").await;
    assert!(page.text.contains("name=\"day\" type=\"text\""), "{}", page.text);
    let page = auditor.open("/reads?day=2023-10-20").await;
    assert!(page.text.contains("name=\"day\" type=\"date\" value=\"2023-10-20\""), "{}", page.text);

    for (language, said, expected) in [
        ("kk", "Ештеңе ізделген жоқ", "Күн (КК.АА.ЖЖЖЖ"),
        ("ru", "Ничего не искали", "День (ДД.ММ.ГГГГ"),
        ("en", "Nothing was looked for", "A day (DD.MM.YYYY"),
    ] {
        for path in ["/journal", "/journal/people/clerk", "/reads"] {
            let text = app.get("auditor", &format!("{path}?from=x&lang={language}")).await.is(400).text();
            assert!(text.contains(said) && text.contains(expected), "{path}: {text}");
        }
    }
    // Of nobody nothing is looked for, whatever is typed.
    assert_eq!(auditor.get("/journal/people/nobody?from=x").await.status, 404);
    // What nobody types into a field, and what is no page, is refused as before.
    for path in [
        "/journal?order=x&from=x",
        "/journal/people/clerk?after=x&from=x",
        "/journal/export.zip?from=x",
        "/reports?by=x&from=x",
        "/reports/export.csv?from=x",
    ] {
        let page = auditor.get(path).await;
        assert!(page.status == 400 && page.text.contains("bad_parameter"), "{path}: {}", page.text);
    }
}

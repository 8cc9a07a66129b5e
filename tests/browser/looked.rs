//! Which play looks at which page. A page that is in no list is found by the first test; a page that its play does not come to any more fails
//! that play.
//!
//! A page is a row of the table of routes that answers one: a form that comes back, or what became of it, is looked at as well.

use std::collections::BTreeSet;

use web::routes::{self, Gives};

/// The pages that each play has to come to.
const PLAYS: &[(&str, &[&str])] = &[
    ("story", STORY),
    ("pages", PAGES),
    ("device", DEVICE),
    ("administration", ADMINISTRATION),
    ("auditor", AUDITOR),
    ("finding", FINDING),
    ("past", PAST),
    ("records", RECORDS),
    ("reports", REPORTS),
];

const AUDITOR: &[&str] = &["GET /journal/people/{account}", "GET /inquiries/{id}/waiting"];

const PAST: &[&str] = &["GET /inquiries/between", "GET /inquiries/{id}/between"];

const RECORDS: &[&str] = &[
    "GET /records",
    "GET /records/{kind}/{code}",
    "GET /records/change/{change}",
    "POST /records/change/{change}",
    "GET /records/import",
    "POST /records/import",
];

const REPORTS: &[&str] = &["GET /reports", "GET /reports/inquiries", "GET /reports/forecast"];

const FINDING: &[&str] = &[
    "GET /search",
    "GET /search/saved",
    "POST /search/saved",
    "GET /inquiries/{id}/earlier",
    "GET /inquiries/{id}/answer",
    "POST /inquiries/{id}/draft/earlier",
];

const DEVICE: &[&str] = &["GET /signing/letter/{id}/device", "POST /signing/letter/{id}/device"];

const ADMINISTRATION: &[&str] = &[
    "GET /admin",
    "GET /admin/users",
    "GET /admin/users/new",
    "POST /admin/users/new",
    "GET /admin/users/{name}",
    "POST /admin/users/{name}",
    "GET /admin/series",
    "POST /admin/series",
    "GET /admin/terms",
    "POST /admin/terms",
    "GET /admin/templates",
    "GET /admin/templates/{letter}/{language}",
    "GET /absences",
    "POST /absences",
    "POST /absences/{id}/end",
];

const STORY: &[&str] = &[
    "GET /login",
    "GET /inquiries",
    "GET /inquiries/new",
    "POST /inquiries/new",
    "GET /inquiries/{id}",
    "GET /inquiries/{id}/letter",
    "GET /inquiries/{id}/draft",
    "GET /inquiries/{id}/draft/changes",
    "GET /inquiries/{id}/draft/file",
    "POST /inquiries/{id}/draft/file",
    "GET /approvals",
    "GET /approvals/letter/{id}",
    "POST /approvals/letter/{id}",
    "GET /signing",
    "GET /signing/letter/{id}",
    "GET /signing/several",
    "GET /v/{code}",
    "GET /d/{token}",
    "GET /proposals",
    "GET /inquiries/{id}/deliveries",
    "GET /inquiries/{id}/deliveries/{n}",
    "GET /inquiries/{id}/deliveries/{n}/evidence",
    "GET /outbox",
    "GET /blanks",
    "GET /journal",
];

const PAGES: &[&str] = &[
    "GET /login/code",
    "GET /proof",
    "GET /account",
    "POST /account/email",
    "POST /account/password",
    "GET /account/second-factor",
    "POST /account/second-factor",
    "POST /account/recovery-codes",
    "GET /inquiries/views",
    "GET /inquiries/assign",
    "POST /inquiries/assign",
    "GET /inquiries/extend",
    "POST /inquiries/extend",
    "GET /inquiries/remind",
    "POST /inquiries/remind",
    "POST /inquiries/new/letter",
    "GET /inquiries/{id}/commands/{command}",
    "POST /inquiries/{id}/commands/{command}",
    "GET /inquiries/{id}/contribution",
    "GET /inquiries/{id}/contribution/file",
    "POST /inquiries/{id}/contribution/file",
    "GET /inquiries/{id}/contribution/merge",
    "POST /inquiries/{id}/contribution/merge",
    "GET /inquiries/{id}/draft/merge",
    "POST /inquiries/{id}/draft/merge",
    "POST /signing/letter/{id}",
    "POST /signing/several",
    "GET /v",
    "POST /v",
    "POST /d/{token}",
    "POST /proposals/{id}/dismiss",
    "POST /inquiries/{id}/deliveries",
    "POST /inquiries/{id}/deliveries/{n}",
    "POST /blanks",
    "POST /outbox/pause",
    "GET /tasks",
    "GET /load",
    "GET /reads",
    "GET /inquiries/{id}/reads",
    "GET /journal/events/{position}",
];

/// Pages that no play comes to, and why.
const NOWHERE: &[(&str, &str)] = &[
    (
        "GET /login/provider/return",
        "needs an identity provider: tests/scenarios/pages/identity.rs walks it with a real one",
    ),
    (
        "POST /records/import/take",
        "the report of a table once more, where somebody was faster: it is looked at when it is tried",
    ),
    ("POST /inquiries/alike", "a part of the page of registration, which is looked at with it"),
];

/// Every row of the table of routes that answers a page.
fn pages() -> BTreeSet<String> {
    let answers_a_page = |route: &&routes::Route| {
        !route.is_documented() && route.answers.iter().any(|answer| matches!(answer.gives, Gives::Bytes("text/html")))
    };
    routes::all().iter().filter(answers_a_page).map(|route| format!("{} {}", route.method, route.path)).collect()
}

/// The row that a page belongs to, such as `GET /inquiries/{id}` for `GET /inquiries/0190…`.
fn row(pages: &BTreeSet<String>, looked: &str) -> Option<String> {
    let fits = |page: &str| {
        let (page, looked): (Vec<&str>, Vec<&str>) = (page.split('/').collect(), looked.split('/').collect());
        page.len() == looked.len()
            && page.iter().zip(&looked).all(|(part, found)| part.starts_with('{') || part == found)
    };
    // What is spelt out stands before what has parameters, as with the server.
    pages.iter().find(|page| fits(page)).cloned()
}

/// The pages that this play has to come to and did not, from what it reported.
pub(crate) fn missing(play: &str, report: &[String]) -> Vec<&'static str> {
    let pages = pages();
    let looked: BTreeSet<String> =
        report.iter().filter_map(|line| row(&pages, line.strip_prefix("looked at ")?)).collect();
    let wanted = PLAYS.iter().filter(|(name, _)| *name == play).flat_map(|(_, pages)| *pages);
    wanted.copied().filter(|page| !looked.contains(*page)).collect()
}

#[test]
fn every_page_is_looked_at_by_a_play_or_has_a_reason() {
    let named: Vec<&str> = PLAYS
        .iter()
        .flat_map(|(_, pages)| pages.iter().copied())
        .chain(NOWHERE.iter().map(|(page, _)| *page))
        .collect();
    let pages = pages();
    let forgotten: Vec<&String> = pages.iter().filter(|page| !named.contains(&page.as_str())).collect();
    assert!(
        forgotten.is_empty(),
        "no play looks at {forgotten:?}: walk there in a play of tests/browser/plays, and name it in tests/browser/looked.rs"
    );
    let gone: Vec<&&str> = named.iter().filter(|page| !pages.contains(**page)).collect();
    assert!(gone.is_empty(), "there are no such pages any more: {gone:?}");
}

#[test]
fn a_page_is_told_from_another_by_its_row() {
    let pages = pages();
    for (looked, wanted) in [
        ("GET /inquiries/new", Some("GET /inquiries/new")),
        ("GET /inquiries/0190a1b2-0000-7000-8000-000000000001", Some("GET /inquiries/{id}")),
        ("POST /inquiries/0190a1b2/draft/merge", Some("POST /inquiries/{id}/draft/merge")),
        ("GET /nowhere/else", None),
    ] {
        assert_eq!(row(&pages, looked).as_deref(), wanted, "{looked}");
    }
}

//! What is printed: paper is narrower than a screen, and a table stays one there. How it looks on paper, only a browser can say.

use testkit::app::TestApp;

use super::people::People;
use super::worklist::between;

/// A rule of the style sheet that holds under a condition.
struct Rule<'a> {
    condition: &'a str,
    selectors: &'a str,
    says: &'a str,
}

fn conditional(sheet: &str) -> Vec<Rule<'_>> {
    let mut found = Vec::new();
    for (condition, rest) in sheet.split("@media ").skip(1).filter_map(|rest| rest.split_once('{')) {
        let mut open = 1_u32;
        let end = rest.find(|sign: char| {
            match sign {
                '{' => open += 1,
                '}' => open -= 1,
                _ => {}
            }
            open == 0
        });
        let within = &rest[..end.unwrap_or(rest.len())];
        let rules = within.split('}').filter_map(|rule| rule.rsplit_once('{'));
        found.extend(rules.map(|(selectors, says)| Rule {
            condition: condition.trim(),
            selectors: selectors.trim(),
            says,
        }));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_printed_as_a_table_without_its_form_and_not_as_the_cards_of_a_phone() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let head = people.at_browser("head").await;
    let page = head.open("/reports").await;
    let tables: Vec<&str> = page.text.split("<table ").skip(1).collect();
    assert!(!tables.is_empty(), "{}", page.words());
    for table in &tables {
        assert!(table.starts_with("class=\"list load report\""), "{table}");
        assert!(between(table, "<thead", "</thead>").contains("scope=\"col\""), "{table}");
    }
    let place = page.text.split('"').find(|part| part.starts_with("/static/saual") && part.contains(".css"));
    let sheet = head.open(place.expect("a page names its style sheet")).await.text;
    let rules = conditional(&sheet);
    let of_tables = |rule: &&Rule<'_>| {
        let is_named = [".list", ".load", ".report", ".worklist"].iter().any(|class| rule.selectors.contains(class));
        is_named && rule.says.contains("display:")
    };
    let cards: Vec<&Rule<'_>> = rules.iter().filter(of_tables).collect();
    for rule in &cards {
        assert!(rule.condition.starts_with("screen and "), "@media {} {{ {} }}", rule.condition, rule.selectors);
    }
    assert!(cards.iter().any(|rule| rule.selectors.contains(".list tr")), "a phone has its cards");
    let form = |rule: &Rule<'_>| {
        rule.condition == "print" && rule.selectors.contains(".filter") && rule.says.contains("display: none")
    };
    assert!(rules.iter().any(form), "the form stays on the screen");
}

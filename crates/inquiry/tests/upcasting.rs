//! What old shapes of events become. `old_events.txt` has, for every rule, a line with what it reads and lines with what that is
//! today; a rule that is taken away or changed makes a line fail.
#![expect(clippy::unwrap_used, reason = "a test that stops here says where")]

use inquiry::Event;
use inquiry::event::UnknownEvent;
use inquiry::upcast::{NotUpcast, RULES, Rule, Shape, current};
use serde_json::{Value, json};

/// A line `name version payload` with tabs between, and under it, indented by a tab, the texts of today.
struct Golden {
    name: String,
    version: u16,
    payload: String,
    today: Vec<String>,
}

fn goldens(text: &str) -> Vec<Golden> {
    let mut all: Vec<Golden> = Vec::new();
    for line in text.lines() {
        if let Some(today) = line.strip_prefix('\t') {
            all.last_mut().unwrap().today.push(today.to_owned());
            continue;
        }
        let mut parts = line.splitn(3, '\t').map(str::to_owned);
        let (name, version, payload) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        all.push(Golden { name, version: version.parse().unwrap(), payload, today: Vec::new() });
    }
    all
}

fn holds(rules: &[Rule], golden: &Golden) -> bool {
    let read = Event::read(rules, &golden.name, golden.version, &golden.payload);
    read.is_ok_and(|events| events.iter().map(Event::to_payload).eq(golden.today.iter().cloned()))
}

/// Every line holds by the rules, every rule has a line of its own, and without the rule that line does not hold.
fn check(rules: &[Rule], goldens: &[Golden]) {
    for golden in goldens {
        let read = Event::read(rules, &golden.name, golden.version, &golden.payload);
        assert!(holds(rules, golden), "{} version {} became {read:#?}", golden.name, golden.version);
    }
    for gone in rules {
        let is_of = |golden: &&Golden| golden.name == gone.name && golden.version == gone.version;
        let own = goldens.iter().find(is_of);
        let own = own.unwrap_or_else(|| panic!("no line for the rule of {} version {}", gone.name, gone.version));
        let others: Vec<Rule> =
            rules.iter().filter(|rule| (rule.name, rule.version) != (gone.name, gone.version)).copied().collect();
        assert!(!holds(&others, own), "the line of {} version {} holds without its rule", gone.name, gone.version);
    }
}

#[test]
fn every_old_shape_of_an_inquiry_becomes_what_its_line_says() {
    check(RULES, &goldens(include_str!("old_events.txt")));
}

fn taken(inside: &mut Value, field: &str) -> Result<Value, String> {
    inside.as_object_mut().and_then(|fields| fields.remove(field)).ok_or_else(|| format!("it has no {field}"))
}

fn shape(name: &str, version: u16, inside: Value) -> Shape {
    Shape { name: name.to_owned(), version, inside }
}

/// A history that the inquiry never had, with every kind of change in it.
const TRIAL: &[Rule] = &[
    // A new name.
    Rule { name: "sent_on", version: 1, becomes: |inside| Ok(vec![shape("inquiry_redirected", 1, inside)]) },
    // It says nothing any more.
    Rule { name: "page_opened", version: 1, becomes: |_| Ok(Vec::new()) },
    // A field more, then another name for one, then two events of one: three steps to today.
    Rule {
        name: "ended",
        version: 1,
        becomes: |mut inside| {
            inside.as_object_mut().ok_or("it is no object")?.insert("note".to_owned(), Value::Null);
            Ok(vec![shape("ended", 2, inside)])
        },
    },
    Rule {
        name: "ended",
        version: 2,
        becomes: |mut inside| {
            let (outcome, note) = (taken(&mut inside, "result")?, taken(&mut inside, "note")?);
            Ok(vec![shape("ended", 3, json!({ "outcome": outcome, "note": note }))])
        },
    },
    Rule {
        name: "ended",
        version: 3,
        becomes: |mut inside| {
            Ok(vec![
                shape("control_removed", 1, json!({ "note": taken(&mut inside, "note")? })),
                shape("inquiry_closed", 1, json!({ "outcome": taken(&mut inside, "outcome")? })),
            ])
        },
    },
];

const TRIAL_LINES: &str = r#"sent_on	1	{"sent_on":{"to":"Бас прокуратура","reason":"Құзыретке кірмейді"}}
	{"inquiry_redirected":{"to":"Бас прокуратура","reason":"Құзыретке кірмейді"}}
page_opened	1	{"page_opened":{"by":"clerk"}}
ended	1	{"ended":{"result":{"kind":"answered"}}}
	{"control_removed":{"note":null}}
	{"inquiry_closed":{"outcome":{"kind":"answered"}}}
ended	2	{"ended":{"result":{"kind":"answered"},"note":"Жауап берілді"}}
	{"control_removed":{"note":"Жауап берілді"}}
	{"inquiry_closed":{"outcome":{"kind":"answered"}}}
ended	3	{"ended":{"outcome":{"kind":"refused","ground":"заң"},"note":null}}
	{"control_removed":{"note":null}}
	{"inquiry_closed":{"outcome":{"kind":"refused","ground":"заң"}}}
"#;

#[test]
fn an_event_is_renamed_dropped_split_and_led_through_three_shapes() {
    check(TRIAL, &goldens(TRIAL_LINES));
}

#[test]
#[should_panic(expected = "no line for the rule of sent_on version 1")]
fn a_rule_without_a_line_is_missed() {
    let lines: Vec<Golden> = goldens(TRIAL_LINES).into_iter().filter(|golden| golden.name != "sent_on").collect();
    check(TRIAL, &lines);
}

#[test]
#[should_panic(expected = "ended version 1 became")]
fn a_line_without_its_rule_fails() {
    let rules: Vec<Rule> = TRIAL.iter().filter(|rule| (rule.name, rule.version) != ("ended", 2)).copied().collect();
    check(&rules, &goldens(TRIAL_LINES));
}

#[test]
fn what_does_not_fit_a_rule_is_an_error_and_no_guess() {
    let read = |name: &str, version, payload: &str| Event::read(TRIAL, name, version, payload).unwrap_err();
    for (name, version, payload) in [
        ("ended", 2, r#"{"ended":{"note":null}}"#),
        ("ended", 1, r#"{"ended":[]}"#),
        ("ended", 1, r#"{"sent_on":{"to":"","reason":""}}"#),
        ("ended", 1, "{"),
    ] {
        assert!(matches!(read(name, version, payload), UnknownEvent::Upcast { .. }), "{payload}");
    }
    // What a rule makes is read as strictly as what was stored.
    let unfit = read("ended", 3, r#"{"ended":{"outcome":{"kind":"lost"},"note":null}}"#);
    assert!(matches!(unfit, UnknownEvent::Payload { name: "inquiry_closed", .. }), "{unfit:?}");
    assert!(matches!(read("ended", 4, r#"{"ended":{}}"#), UnknownEvent::Name { .. }));
}

#[test]
fn rules_that_go_in_a_circle_end_with_an_error() {
    let rules = [
        Rule { name: "a", version: 1, becomes: |inside| Ok(vec![shape("b", 1, inside)]) },
        Rule { name: "b", version: 1, becomes: |inside| Ok(vec![shape("a", 1, inside)]) },
    ];
    let endless = current(&rules, shape("a", 1, Value::Null));
    assert_eq!(endless, Err(NotUpcast::Endless { name: "a".to_owned(), version: 1 }));
}

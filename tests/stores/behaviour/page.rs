//! docs/event-store-behaviour.md: what the run says, scenario by scenario and store by store.

use std::fmt::Write as _;
use std::path::Path;

use crate::model::Model;
use crate::ours::Ours;
use crate::peers::memory::Memory;
use crate::peers::postgres::PostgresEs;
use crate::scenarios::{Outcome, Run, all};
use crate::store::Store;
use crate::{elsewhere, scenarios};

/// Set to anything, the page is written anew instead of compared.
const WRITE: &str = "SAUAL_WRITE_BEHAVIOUR";

const HEAD: &str = "# How event stores behave

Made by `SAUAL_WRITE_BEHAVIOUR=1 cargo test -p stores --test behaviour page`, from a run of every scenario on every store; the same test
goes red when this page is not what the run says. The scenarios are in `tests/stores/behaviour/scenarios`.

*ours* is `eventstore` on a real PostgreSQL, *model* the reference in memory, *MemStore* the store that cqrs-es brings for tests, *postgres-es* its
backend for PostgreSQL. `–` stands for what a store has no words for; the reasons are below each table.
";

struct Row {
    sentence: String,
    outcomes: Vec<Outcome>,
}

fn groups() -> Vec<(&'static str, Vec<Row>)> {
    let of_each: [Vec<(&'static str, Vec<Run>)>; 4] =
        [all::<Memory>(), all::<PostgresEs>(), all::<Model>(), all::<Ours>()];
    let [memory, postgres, model, ours] = of_each;
    let mut groups = Vec::new();
    for (((ours, model), memory), postgres) in ours.into_iter().zip(model).zip(memory).zip(postgres) {
        let (group, ours) = ours;
        let runs = ours.into_iter().zip(model.1).zip(memory.1).zip(postgres.1);
        let rows = runs.map(|(((ours, model), memory), postgres)| Row {
            sentence: sentence(ours.scenario),
            outcomes: [ours, model, memory, postgres].into_iter().map(Run::outcome).collect(),
        });
        groups.push((group, rows.collect()));
    }
    groups
}

/// The function's name is the sentence.
pub(crate) fn sentence(name: &str) -> String {
    let words = name.replace('_', " ").replace(" s ", "’s ").replace("u 0000", "U+0000").replace("kill 9", "kill -9");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

fn page() -> String {
    let stores = [Ours::NAME, Model::NAME, Memory::NAME, PostgresEs::NAME];
    let groups = groups();
    let mut text = HEAD.to_owned();
    let count: usize = groups.iter().map(|(_, rows)| rows.len()).sum();
    let elsewhere = elsewhere::COUNT;
    writeln!(
        text,
        "\n{} scenarios: these {count}, and {elsewhere} below that need more than a store.",
        count + elsewhere
    )
    .unwrap();
    writeln!(text, "\n| {count} scenarios | {} |\n|---|---|---|---|---|", stores.join(" | ")).unwrap();
    let number = |is: fn(&Outcome) -> bool| -> String {
        let of = |store: usize| groups.iter().flat_map(|(_, rows)| rows).filter(|row| is(&row.outcomes[store])).count();
        (0..stores.len()).map(|store| of(store).to_string()).collect::<Vec<_>>().join(" | ")
    };
    writeln!(text, "| pass | {} |", number(|outcome| *outcome == Outcome::Passes)).unwrap();
    writeln!(text, "| fail | {} |", number(|outcome| matches!(outcome, Outcome::Fails(_)))).unwrap();
    writeln!(text, "| cannot be expressed | {} |", number(|outcome| matches!(outcome, Outcome::CannotExpress(_))))
        .unwrap();
    for (group, rows) in &groups {
        writeln!(text, "\n## {}\n\n| | {} |\n|---|---|---|---|---|", sentence(group), stores.join(" | ")).unwrap();
        let (mut why, mut reasons) =
            (Vec::new(), std::collections::BTreeMap::<_, std::collections::BTreeSet<_>>::new());
        for row in rows {
            let cells = row.outcomes.iter().zip(stores).map(|(outcome, store)| match outcome {
                Outcome::Passes => "passes",
                Outcome::Fails(said) => {
                    let first_line = said.lines().next().unwrap_or_default().to_owned();
                    why.push(format!("* {store}, *{}*: {first_line}.", row.sentence));
                    "**fails**"
                }
                Outcome::CannotExpress(reason) => {
                    reasons.entry(store).or_default().insert(reason.clone());
                    "–"
                }
            });
            let cells: Vec<&str> = cells.collect();
            writeln!(text, "| {} | {} |", row.sentence, cells.join(" | ")).unwrap();
        }
        text.push('\n');
        for line in why {
            writeln!(text, "{line}").unwrap();
        }
        for (store, reasons) in reasons {
            let reasons: Vec<&str> = reasons.iter().map(String::as_str).collect();
            writeln!(text, "* – {store}: {}.", reasons.join("; ")).unwrap();
        }
    }
    text
}

#[test]
fn the_page_says_what_the_run_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/event-store-behaviour.md");
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, page() + &elsewhere::sections(elsewhere::has_passed)).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    // Where not all of those tests were run (`cargo test -p stores` alone), their sections cannot be judged; they judge themselves.
    let sections = committed.find("\n## Rebuild").map_or("", |from| &committed[from..]);
    let were_run = elsewhere::were_run();
    let now = page() + &if were_run { elsewhere::sections(elsewhere::has_passed) } else { sections.to_owned() };
    let differing: Vec<String> = committed
        .lines()
        .map(str::to_owned)
        .zip(now.lines().map(str::to_owned))
        .filter(|(committed, now)| committed != now)
        .map(|(committed, now)| format!("- {committed}\n+ {now}"))
        .collect();
    assert!(
        committed == now,
        "docs/event-store-behaviour.md is not what this run says. Look whether the run is right; if it is: {WRITE}=1 cargo test -p stores --test \
         behaviour page\n{}",
        differing.join("\n")
    );
}

/// The list itself: a scenario that is written and not in the list would never run.
#[test]
fn every_scenario_that_is_written_is_in_the_list() {
    let listed: Vec<&str> = all::<Model>().iter().flat_map(|(_, runs)| runs).map(|run| run.scenario).collect();
    for (group, text) in scenarios::SOURCES {
        let written =
            text.lines().filter_map(|line| line.strip_prefix("pub(crate) async fn ")?.split_once("<S: Store>()"));
        for (name, _) in written {
            assert!(listed.contains(&name), "{group}: {name} is in no list, so it never runs");
        }
    }
}

//! docs/permissions.md, the part about commands: who may ask for what at which stage, told by the gate itself over every state that
//! three hundred random lives lead to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;

use directory::{Actor, MinistryCode};
use inquiry::allowed::roles;
use inquiry::{CommandName, Inquiry, Role, StageName, allowed};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use crate::moves::{steps, walk};
use crate::support::*;

/// Set to anything, the part is written anew instead of compared.
const WRITE: &str = "SAUAL_WRITE_PERMISSIONS";
const BEGIN: &str = "<!-- commands: made by crates/inquiry/tests/specs/matrix.rs -->\n";
const END: &str = "<!-- end of commands -->\n";

/// Everybody whose rights differ, as the page calls them. Who writes for a ministry has the place that the inquiry gives to it.
fn people(state: &Inquiry) -> Vec<(&'static str, Actor)> {
    let mut people = vec![
        ("clerk", clerk()),
        ("control", control()),
        ("head", head()),
        ("executor: another ministry", Actor::executor("stranger", MinistryCode::new("nobodys").unwrap())),
        ("approver: named", lawyer()),
        ("approver: not named", Actor::new("somebody", [Role::Approver])),
        ("signatory: named in the letter", premier()),
        ("signatory: another", acting_premier()),
        ("deputy: on the list", deputy(1)),
        ("deputy: not on the list", deputy(99)),
        ("auditor", auditor()),
        ("admin", Actor::new("admin", [Role::Admin])),
        ("system: mail worker", worker()),
    ];
    if let Some(assignment) = state.dossier().and_then(|dossier| dossier.assignment.as_ref()) {
        people.push(("executor: lead", Actor::executor("lead", assignment.lead.clone())));
        let helping = assignment.co_executors.first().map(|co| Actor::executor("co-executor", co.ministry.clone()));
        people.extend(helping.map(|helping| ("executor: co-executor", helping)));
    }
    people
}

/// Where somebody may ask for something, before the inquiry came in and at each stage.
type Table = BTreeMap<(CommandName, &'static str), BTreeSet<Option<StageName>>>;

fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        let mut runner = TestRunner::deterministic();
        let mut table = Table::new();
        for _ in 0..300 {
            let walk = walk(&steps(100).new_tree(&mut runner).unwrap().current());
            for state in &walk.states {
                for (who, actor) in people(state) {
                    for name in allowed(state, &actor) {
                        table.entry((name, who)).or_default().insert(stage_of(state));
                    }
                }
            }
        }
        table
    });
    &TABLE
}

fn stage_of(state: &Inquiry) -> Option<StageName> {
    state.dossier().map(|dossier| dossier.stage.name())
}

fn part(table: &Table) -> String {
    let mut text = String::from(BEGIN);
    text.push_str(
        "\nThe roles of a command are those of its route too. What else it needs (to be the lead, a named approver, on the list) and when it is time for\n\
         it is what the gate of `crates/inquiry/src/allowed.rs` says. A\n\
         deputy may withdraw what they alone have asked. Whoever does not stand in a command's rows is refused at every stage.\n\n",
    );
    text.push_str("| command | roles | who | at these stages |\n|---|---|---|---|\n");
    for name in CommandName::ALL {
        let mut first = true;
        for ((_, who), stages) in table.iter().filter(|((known, _), _)| known == name) {
            let stages: Vec<&str> = stages.iter().map(|stage| stage.map_or("not received", StageName::code)).collect();
            let roles: Vec<&str> = roles(*name).iter().map(|role| role.code()).collect();
            let (command, roles) =
                if first { (format!("`{}`", name.path()), roles.join(", ")) } else { (String::new(), String::new()) };
            writeln!(text, "| {command} | {roles} | {who} | {} |", stages.join(", ")).unwrap();
            first = false;
        }
    }
    text.push('\n');
    text.push_str(END);
    text
}

#[test]
fn the_page_of_permissions_says_what_the_gate_says() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let now = format!("{before}{}{after}", part(table()));
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, now).unwrap();
        return;
    }
    assert!(
        page == now,
        "docs/permissions.md is not what the gate says. Look whether the gate is right; if it is: {WRITE}=1 and run this test"
    );
}

#[test]
fn nobody_without_a_commands_role_and_no_stranger_is_let_through() {
    for ((name, who), stages) in table() {
        let role = who.split(':').next().unwrap();
        assert!(roles(*name).iter().any(|known| known.code() == role), "{who} may {name:?}");
        for stranger in ["another ministry", "not on the list", "not named", "auditor", "admin"] {
            assert!(!who.contains(stranger), "{who} may {name:?} at {stages:?}");
        }
    }
    // Without this the page could be short for want of states.
    let (commands, people): (BTreeSet<_>, BTreeSet<_>) = table().keys().copied().unzip();
    assert!(CommandName::ALL.iter().all(|name| commands.contains(name)));
    assert!(["executor: lead", "executor: co-executor", "approver: named"].iter().all(|who| people.contains(who)));
}

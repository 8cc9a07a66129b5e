//! docs/permissions.md, the part about routes: told by the table of routes.

use std::fmt::Write as _;
use std::path::PathBuf;

use directory::Role;
use web::Permission;
use web::reads::looks::Looks;
use web::routes::{self, Route};

/// Set to anything, the part is written anew instead of compared.
const WRITE: &str = "SAUAL_WRITE_PERMISSIONS";
const BEGIN: &str = "<!-- routes: made by tests/scenarios/api/matrix.rs -->\n";
const END: &str = "<!-- end of routes -->\n";

fn row(text: &mut String, route: &Route) {
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::System);
    let may = |role: Role| match route.permission {
        Permission::Public | Permission::SignedIn => true,
        Permission::AnyOf(roles) => roles.contains(&role),
    };
    let cells: Vec<&str> = roles.map(|role| if may(role) { "✓" } else { "" }).collect();
    let anybody = if route.permission == Permission::Public { "✓" } else { "" };
    let told = match Looks::of(route) {
        Looks::Nothing => "",
        Looks::List => "list",
        Looks::Page => "page",
        Looks::Bytes => "bytes",
        Looks::Door => "door",
    };
    writeln!(text, "| `{} {}` | {} | {anybody} | {told} |", route.method, route.path, cells.join(" | ")).unwrap();
}

fn part() -> String {
    let mut text = String::from(BEGIN);
    text.push_str("\n«Told» is what a row of who looked calls it; refusals are told of every route.\n");
    let roles: Vec<&str> = Role::ALL.into_iter().filter(|role| *role != Role::System).map(Role::code).collect();
    for (title, documented) in [("Pages", false), ("The interface for programs", true)] {
        let columns = "---|".repeat(roles.len() + 3);
        writeln!(text, "\n### {title}\n\n| | {} | nobody | told |\n|{columns}", roles.join(" | ")).unwrap();
        for route in routes::all().iter().filter(|route| route.is_documented() == documented) {
            row(&mut text, route);
        }
    }
    text.push('\n');
    text.push_str(END);
    text
}

#[test]
fn the_page_of_permissions_says_what_the_table_of_routes_says() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/permissions.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let now = format!("{before}{}{after}", part());
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, now).unwrap();
        return;
    }
    assert!(
        page == now,
        "docs/permissions.md is not what the table says. Look whether the table is right; if it is: {WRITE}=1 and run this test"
    );
}

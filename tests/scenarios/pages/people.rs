//! The people of the pages' stories: everybody with a password.
#![expect(clippy::expect_used, reason = "an account that cannot be opened ends the test")]

use std::collections::BTreeMap;

use directory::{Language, MinistryCode, Role};
use testkit::app::{PREMIER, TestApp};
use testkit::password;
use web::accounts::NewAccount;

use super::browser::Browser;

/// Everybody with a password.
pub(super) struct People<'a> {
    app: &'a TestApp,
    password: String,
    names: BTreeMap<&'static str, String>,
}

/// Their parts; the ministry of those who write for one.
const PARTS: [(&str, Role, Option<&str>); 12] = [
    ("clerk", Role::Clerk, None),
    ("control", Role::Control, None),
    ("head", Role::Head, None),
    ("lead", Role::Executor, Some("mlsp")),
    ("mfa", Role::Executor, Some("mfa")),
    ("stranger", Role::Executor, Some("mof")),
    ("legal", Role::Approver, None),
    ("language", Role::Approver, None),
    ("signatory", Role::Signatory, None),
    ("deputy", Role::Deputy, None),
    ("auditor", Role::Auditor, None),
    ("admin", Role::Admin, None),
];

impl<'a> People<'a> {
    /// Opens their accounts.
    pub(super) async fn of(app: &'a TestApp) -> Self {
        let client = app.database.connect().await;
        let mut names = BTreeMap::new();
        for (part, role, ministry) in PARTS {
            let account = NewAccount {
                name: format!("page-{part}"),
                full_name: format!("Бет: {part}"),
                roles: [role].into(),
                ministry: ministry.map(|code| MinistryCode::new(code).expect("a code")),
                deputy: (role == Role::Deputy).then_some(app.deputy),
                person: (role == Role::Signatory).then_some(PREMIER),
                email: None,
                language: Language::En,
            };
            password::open(&client, &account).await;
            names.insert(part, account.name);
        }
        Self { app, password: password::typed().to_owned(), names }
    }

    /// The name of the account behind a part.
    pub(super) fn name(&self, part: &str) -> &str {
        &self.names[part]
    }

    /// The password that all of them have.
    pub(super) fn password(&self) -> &str {
        &self.password
    }

    /// Has somebody's password kept as the program keeps it, and not as tests do.
    pub(super) async fn in_earnest(&self, part: &str) {
        password::in_earnest(&self.app.database.connect().await, self.name(part)).await;
    }

    /// Somebody at a browser, signed in.
    pub(super) async fn at_browser(&self, part: &str) -> Browser<'a> {
        Browser::sign_in(self.app, self.name(part), &self.password).await
    }

    /// Somebody who chose a language on the page for signing in.
    pub(super) async fn at_browser_in(&self, part: &str, language: &str) -> Browser<'a> {
        Browser::sign_in_at(self.app, &format!("/login?lang={language}"), self.name(part), &self.password).await
    }

    /// Every part.
    pub(super) fn parts() -> impl Iterator<Item = &'static str> {
        PARTS.iter().map(|(part, ..)| *part)
    }
}

//! The settings of an office that sends mail. `dispatch`'s own tests take in this file, for `testkit` stands on `dispatch`.
#![expect(clippy::expect_used, reason = "a text that is written here and cannot be read ends the test")]

use std::sync::Arc;
use std::time::Duration;

use directory::{Current, Directory, Multilingual};
use dispatch::config::{Config, Links, Mode, Notices, Rates, Sender};
use inquiry::link::LinkKeys;
use jiff::civil::time;

/// Neither copies nor a mailbox nor a second relay, and no limits.
#[must_use]
pub fn settings(mode: Mode) -> Config {
    Config {
        mode,
        next_relays: Vec::new(),
        rates: Rates::UNLIMITED,
        from: Sender {
            name: Multilingual::new("Үкімет Аппараты", "Аппарат Правительства", None),
            address: "office@saual.example".to_owned(),
        },
        reply_to: None,
        bounces_to: None,
        copies: None,
        inbound: None,
        dkim: None,
        smime: None,
        attach_up_to: 10_000_000,
        links: links(),
        sealed_by_server: true,
        worker: "first".to_owned(),
        lease: Duration::from_secs(30),
        connections: 2,
        give_up_after: Duration::from_secs(86_400),
        poll: Duration::from_secs(1),
        notices: Notices {
            at: time(8, 30, 0, 0),
            gather: Duration::from_secs(600),
            domain: "saual.example".to_owned(),
            directory: Current::new(Directory::embedded().expect("the directory")),
        },
    }
}

/// Personal links of an office whose one key has been in force since the beginning of 2023.
#[must_use]
pub fn links() -> Links {
    let line = LinkKeys::line("2023-01-01T00:00:00Z".parse().expect("a moment"), &[7; 32]);
    let keys = Arc::new(LinkKeys::parse(&line).expect("a line of keys"));
    Links { public_url: "https://saual.example".to_owned(), keys }
}

//! One relay and one mail, as whoever speaks to a peer alone has them. `dispatch`'s own tests take in this file, for `testkit` stands on `dispatch`.

use std::time::Duration;

use dispatch::address;
use dispatch::config::{Relay, Security, Timeouts};
use dispatch::message::Message;

/// How to reach a relay of this machine, in the clear and with patience.
#[must_use]
pub fn relay(port: u16) -> Relay {
    Relay {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
        tls_name: None,
        ca_file: None,
        credentials: None,
        hello: "office.test".to_owned(),
        timeouts: patient(),
    }
}

/// Longer than anything takes that comes at all.
#[must_use]
pub fn patient() -> Timeouts {
    let long = Duration::from_secs(20);
    Timeouts { connect: long, command: long, data: long, block: long, dot: long }
}

/// A mail of at least so many bytes to a mailbox of the parliament, and to nobody else.
///
/// # Panics
/// When no address begins so.
#[must_use]
pub fn mail_to(local: &str, size: usize) -> Message {
    let address = |text: &str| address::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
    let mut bytes = format!("Subject: {local}\r\n\r\n.a line that begins with a dot\r\n").into_bytes();
    while bytes.len() < size {
        bytes.extend_from_slice(b"The quick brown fox jumps over the lazy dog, and over and over again.\r\n");
    }
    Message {
        from: address("office@office.test"),
        to: address(&format!("{local}@parlam.test")),
        copy_to: None,
        envelope_id: None,
        bytes,
    }
}

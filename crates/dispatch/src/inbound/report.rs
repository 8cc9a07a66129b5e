//! A report of a mail server (RFC 3464): groups of fields, the first about the mail, each other one about a recipient.

/// What a server says of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) action: Action,
    /// The enhanced status code, such as `5.1.1`.
    pub(super) status: Option<String>,
    /// The server's words.
    pub(super) words: String,
    /// The addresses that it is about: as it was sent to, and as it ended.
    pub(super) about: Vec<String>,
}

/// What was done (RFC 3464, 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Action {
    /// It lies in the mailbox.
    Delivered,
    /// It went on to a server that sends no reports; `expanded` is the same to us.
    Relayed,
    /// It is still being tried.
    Delayed,
    /// It came back.
    Failed,
}

impl Action {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Delayed => "delayed",
            Self::Failed => "failed",
        }
    }

    fn of(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "delivered" => Some(Self::Delivered),
            "relayed" | "expanded" => Some(Self::Relayed),
            "delayed" => Some(Self::Delayed),
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
}

/// The most recipients of one report that are looked at; ours have one.
const MOST: usize = 20;

/// A report read: the id that the mail was sent under, and what is said of each recipient.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Report {
    pub(super) envelope_id: Option<String>,
    pub(super) told: Vec<Told>,
}

/// Reads the text of a `message/delivery-status`.
pub(super) fn read(text: &str) -> Report {
    let mut report = Report::default();
    for group in groups(text).into_iter().take(MOST + 1) {
        let field = |name: &str| group.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if let Some(id) = field("original-envelope-id") {
            report.envelope_id = Some(id.to_owned());
        }
        let Some(action) = field("action").and_then(|text| Action::of(first_word(text))) else { continue };
        let status = field("status").map(first_word).filter(|status| is_status(status)).map(str::to_owned);
        let said = field("diagnostic-code").map(typed);
        let from = field("remote-mta").map(typed);
        let words: Vec<&str> = status.as_deref().into_iter().chain(from).chain(said).collect();
        let about = ["original-recipient", "final-recipient"].into_iter().filter_map(field).map(typed);
        report.told.push(Told {
            action,
            words: crate::text::one_line(&words.join(" "), 500),
            about: about.map(str::to_owned).collect(),
            status,
        });
    }
    report
}

/// Fields as name and value, group by group; folded lines are one.
fn groups(text: &str) -> Vec<Vec<(String, String)>> {
    let mut groups: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for line in text.lines() {
        let line = line.trim_end_matches('\r');
        let Some(group) = groups.last_mut() else { break };
        if line.trim().is_empty() {
            if !group.is_empty() {
                groups.push(Vec::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups
}

fn first_word(text: &str) -> &str {
    text.split([' ', ';', '(']).next().unwrap_or_default()
}

/// The value behind its type: `rfc822; a@b`, `smtp; 550 …`.
fn typed(text: &str) -> &str {
    text.split_once(';').map_or(text, |(_, value)| value).trim()
}

/// `2.0.0` and the like (RFC 3463).
fn is_status(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3
        && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Postfix writes it.
    const BOUNCE: &str = "Reporting-MTA: dns; mx.test\r\nOriginal-Envelope-Id: 7.0123456789abcdef\r\nX-Postfix-Queue-ID: 4F1\r\n\r\n\
        Final-Recipient: rfc822; gone@parlam.test\r\nOriginal-Recipient: rfc822;gone@parlam.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        Remote-MTA: dns; mail.parlam.test\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n    <gone@parlam.test>: no such\r\n\tuser\r\n\r\n";

    #[test]
    fn a_bounce_says_which_mail_which_recipient_and_why() {
        let report = read(BOUNCE);
        assert_eq!(report.envelope_id.as_deref(), Some("7.0123456789abcdef"));
        let [told] = &report.told[..] else { panic!("{report:?}") };
        assert_eq!((told.action, told.status.as_deref()), (Action::Failed, Some("5.1.1")));
        assert_eq!(told.words, "5.1.1 mail.parlam.test 550 5.1.1 <gone@parlam.test>: no such user");
        assert_eq!(told.about, ["gone@parlam.test", "gone@parlam.test"]);
    }

    #[test]
    fn actions_are_those_of_the_standard_and_nothing_else_is_told() {
        let one = |action: &str| read(&format!("\n\nAction: {action}\nStatus: nonsense\n")).told;
        assert_eq!(one("EXPANDED (to a list)")[0].action, Action::Relayed);
        assert_eq!(one("delayed")[0].status, None);
        assert!(one("vanished").is_empty());
        assert!(read("").told.is_empty() && read("no field at all").told.is_empty());
    }

    #[test]
    fn a_report_without_end_is_cut() {
        assert_eq!(read(&"Action: failed\n\n".repeat(100_000)).told.len(), MOST + 1);
    }
}

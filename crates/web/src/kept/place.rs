//! Where the forms stand that are kept: the registration, the forms of an inquiry's commands, and what is remarked on a letter of a deck.

use std::fmt;
use std::str::FromStr;

use inquiry::{CommandName, InquiryId};

/// The address of a form that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// `/inquiries/new`
    Registration,
    /// `/inquiries/{id}/commands/{command}`
    Command(InquiryId, CommandName),
    /// `/approvals/letter/{id}`
    Approval(InquiryId),
    /// `/signing/letter/{id}`
    Signing(InquiryId),
}

impl Place {
    /// Is nothing said in what was typed there? On a letter of a deck a person says their remark, and a form without one is no text of theirs.
    pub(super) fn is_silent(&self, typed: &[(String, String)]) -> bool {
        let said = match self {
            Self::Registration | Self::Command(..) => return false,
            Self::Approval(_) => "remarks",
            Self::Signing(_) => "reason",
        };
        !typed.iter().any(|(name, value)| name == said && !value.trim().is_empty())
    }
}

const APPROVALS: &str = "/approvals/letter/";
const SIGNING: &str = "/signing/letter/";

/// No form that is kept stands there.
#[derive(Debug)]
pub(crate) struct NoPlace;

impl Place {
    /// The form that somebody sent to this path: the registration is sent to several.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        if path.starts_with("/inquiries/new/") { Some(Self::Registration) } else { path.parse().ok() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registration => write!(f, "/inquiries/new"),
            Self::Command(inquiry, command) => write!(f, "/inquiries/{inquiry}/commands/{}", command.path()),
            Self::Approval(inquiry) => write!(f, "{APPROVALS}{inquiry}"),
            Self::Signing(inquiry) => write!(f, "{SIGNING}{inquiry}"),
        }
    }
}

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(path: &str) -> Result<Self, NoPlace> {
        if path == "/inquiries/new" {
            return Ok(Self::Registration);
        }
        if let Some(inquiry) = path.strip_prefix(APPROVALS) {
            return inquiry.parse().map(Self::Approval).map_err(|_| NoPlace);
        }
        if let Some(inquiry) = path.strip_prefix(SIGNING) {
            return inquiry.parse().map(Self::Signing).map_err(|_| NoPlace);
        }
        let (inquiry, command) =
            path.strip_prefix("/inquiries/").and_then(|rest| rest.split_once("/commands/")).ok_or(NoPlace)?;
        let command = CommandName::from_path(command).ok_or(NoPlace)?;
        // Whoever signs reads anew what is signed.
        if command == CommandName::Sign {
            return Err(NoPlace);
        }
        Ok(Self::Command(inquiry.parse().map_err(|_| NoPlace)?, command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_of_a_deck_says_nothing_without_a_remark() {
        let inquiry: InquiryId = "018b2f5e-0000-7000-8000-000000000326".parse().unwrap();
        let typed = |name: &str, value: &str| {
            [("kind", "legal"), (name, value)].map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        assert!(Place::Approval(inquiry).is_silent(&typed("remarks", " \r\n")));
        assert!(!Place::Approval(inquiry).is_silent(&typed("remarks", "Сан қате")));
        assert!(Place::Signing(inquiry).is_silent(&typed("remarks", "Сан қате")), "its field has another name");
        assert!(!Place::Signing(inquiry).is_silent(&typed("reason", "Сан қате")));
        assert!(!Place::Registration.is_silent(&[]));
    }

    #[test]
    fn only_forms_of_ours_are_places() {
        let command = "/inquiries/018b2f5e-0000-7000-8000-000000000326/commands/revise-draft";
        let deck = "/approvals/letter/018b2f5e-0000-7000-8000-000000000326";
        let signing = "/signing/letter/018b2f5e-0000-7000-8000-000000000326";
        for path in ["/inquiries/new", command, deck, signing] {
            assert_eq!(path.parse::<Place>().map(|place| place.to_string()).ok().as_deref(), Some(path));
        }
        assert_eq!(Place::of_path("/inquiries/new/letter"), Some(Place::Registration));
        let sign = command.replace("revise-draft", "sign");
        for path in [
            "/login",
            "/signing/several",
            "/approvals/letter/x",
            "/inquiries/new?x",
            "/inquiries/x/commands/close",
            "//evil.example",
            sign.as_str(),
        ] {
            assert!(path.parse::<Place>().is_err(), "{path}");
        }
    }
}

//! What an answer of a route shows. It follows from the route's row, so that a new route is written down without anybody thinking of it.

use actix_web::http::Method;

use crate::permission::Permission;
use crate::routes::{Gives, Route};

/// What an answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// Nothing of anybody's inquiries: reference data, empty forms, static files, probes; and whatever changes something, which the journal
    /// tells.
    Nothing,
    /// A list, a search, an export, the journal.
    List,
    /// A page about one inquiry or one letter.
    Page,
    /// Bytes or JSON of one inquiry, to be carried away: a letter, a draft, a file, a history.
    Bytes,
    /// The door: somebody comes in or goes.
    Door,
}

/// Beginnings of paths behind which nobody's inquiries are.
const OF_NOBODY: [&str; 16] = [
    "/static/",
    "/account",
    "/admin",
    "/absences",
    "/proof",
    "/login",
    "/inquiries/new",
    // How far the register has come, and the names of one's own questions.
    "/inquiries/live",
    "/inquiries/views",
    "/search/saved",
    "/blanks",
    "/api/v1/absences",
    "/api/v1/directory/",
    "/api/v1/ministries/",
    "/api/v1/journal/head",
    "/api/v1/journal/consistency",
];

impl Looks {
    /// What a route's answers show.
    #[must_use]
    pub fn of(route: &Route) -> Self {
        if matches!(route.name.as_str(), "login" | "login_code" | "provider_return" | "logout") {
            return Self::Door;
        }
        let path = route.path.as_str();
        let has_part = path.contains('{');
        let is_open = route.permission == Permission::Public;
        if route.method != Method::GET
            || path == "/"
            || OF_NOBODY.iter().any(|beginning| path.starts_with(beginning))
            || (is_open && !has_part)
        {
            return Self::Nothing;
        }
        if !has_part {
            return Self::List;
        }
        let is_page = route.answers.iter().all(|answer| match answer.gives {
            Gives::Nothing => true,
            Gives::Bytes(media) => media == "text/html",
            Gives::Json(_) | Gives::AnyOf(_) => false,
        });
        if is_page { Self::Page } else { Self::Bytes }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::routes;

    fn named(looks: Looks) -> BTreeSet<&'static str> {
        let these = routes::all().iter().filter(|route| Looks::of(route) == looks);
        these.map(|route| route.name.as_str()).collect()
    }

    #[test]
    fn only_these_routes_are_read_without_a_row() {
        let unwritten: BTreeSet<&str> = routes::all()
            .iter()
            .filter(|route| route.method == Method::GET && Looks::of(route) == Looks::Nothing)
            .map(|route| route.name.as_str())
            .collect();
        let known = [
            "absences_page",
            "account_page",
            "admin_page",
            "blanks_page",
            "first_page",
            "get_blank",
            "healthz",
            "journal_consistency",
            "journal_head",
            "list_absences",
            "list_blanks",
            "list_deputies",
            "list_factions",
            "list_ministries",
            "list_offices",
            "list_record_changes",
            "login_code_page",
            "login_page",
            "metrics",
            "new_user_page",
            "openapi",
            "preview_blank",
            "proof_page",
            "provider_login",
            "provider_proof",
            "readyz",
            "register_live",
            "registration_page",
            "saved_searches_page",
            "second_factor_page",
            "second_factor_picture",
            "series_page",
            "show_calendar",
            "static_file",
            "template_page",
            "template_pdf",
            "template_picture",
            "templates_page",
            "terms_page",
            "user_page",
            "users_page",
            "verification_start",
            "views_page",
        ];
        assert_eq!(unwritten, known.into());
    }

    #[test]
    fn what_can_be_carried_away_is_told_from_a_page() {
        for name in [
            "verification_file",
            "verify_code",
            "get_reply",
            "get_draft",
            "get_file",
            "get_signed",
            "get_reply_page",
            "show_inquiry",
            "list_events",
        ] {
            assert!(named(Looks::Bytes).contains(name), "{name}");
        }
        for name in ["inquiry_page", "letter_page", "verification_page", "command_page", "deck_letter_page"] {
            assert!(named(Looks::Page).contains(name), "{name}");
        }
        for name in ["register_page", "register_export", "list_inquiries", "outbox_page", "journal_page"] {
            assert!(named(Looks::List).contains(name), "{name}");
        }
        assert_eq!(named(Looks::Door), ["login", "login_code", "logout", "provider_return"].into());
    }
}

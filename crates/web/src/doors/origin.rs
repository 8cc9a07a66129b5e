//! Whether a request that changes something was sent by one of our own pages (against cross-site request forgery).
//!
//! No tokens in forms: browsers say where a request comes from. `Sec-Fetch-Site` is believed first, then `Origin`; a request with
//! a session cookie and neither of them is refused. Requests with a token are not a browser's doing and pass.

use actix_web::HttpRequest;
use actix_web::http::header;

use super::caller::{bearer, cookie_name};
use super::headers::PERSONAL;
use crate::problem::Problem;
use crate::state::Config;

pub(super) fn check(config: &Config, request: &HttpRequest) -> Result<(), Problem> {
    if bearer(request).is_some() {
        return Ok(());
    }
    let headers = request.headers();
    if let Some(site) = headers.get("sec-fetch-site") {
        return if matches!(site.as_bytes(), b"same-origin" | b"none") { Ok(()) } else { Err(Problem::CrossSite) };
    }
    match headers.get(header::ORIGIN) {
        // A page that tells nobody its address sends its forms from nowhere. Its address is the key to what the form does, and no cookie counts there.
        Some(origin) if origin == "null" && request.path().starts_with(PERSONAL) => Ok(()),
        Some(origin) => {
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
            let ours = origin.to_str().is_ok_and(|origin| is_ours(origin, host, &config.public_url));
            if ours { Ok(()) } else { Err(Problem::CrossSite) }
        }
        None if request.cookie(cookie_name(config)).is_some() => Err(Problem::CrossSite),
        None => Ok(()),
    }
}

/// Is `origin` this house: the host that was asked, or the address under which people know us?
fn is_ours(origin: &str, host: Option<&str>, public_url: &str) -> bool {
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    origin == public_url || (authority.is_some() && authority == host)
}

#[cfg(test)]
mod tests {
    use actix_web::cookie::Cookie;
    use actix_web::test::TestRequest;

    use super::*;
    use crate::doors::limits::Rates;
    use crate::doors::proxy::Proxies;

    fn config() -> Config {
        Config {
            public_url: "https://saual.example".into(),
            message_domain: "saual.example".into(),
            seal_stands_in: true,
            signing: crate::signing::Signing::ServerSeal,
            digest_at: jiff::civil::time(8, 30, 0, 0),
            mail_stays_here: true,
            synthetic: false,
            workers: 1,
            rates: Rates::USUAL,
            metrics_from: Vec::new(),
            proxies: Proxies::none(),
        }
    }

    fn with_cookie() -> TestRequest {
        TestRequest::post().cookie(Cookie::new("__Host-sid", "x"))
    }

    #[test]
    fn our_own_pages_may_send() {
        for site in ["same-origin", "none"] {
            let request = with_cookie().insert_header(("sec-fetch-site", site)).to_http_request();
            assert!(check(&config(), &request).is_ok(), "{site}");
        }
        for (origin, host) in [("https://saual.example", "10.0.0.1:8326"), ("http://127.0.0.1:8326", "127.0.0.1:8326")]
        {
            let request = with_cookie()
                .insert_header((header::ORIGIN, origin))
                .insert_header((header::HOST, host))
                .to_http_request();
            assert!(check(&config(), &request).is_ok(), "{origin}");
        }
    }

    #[test]
    fn other_sites_may_not() {
        for site in ["cross-site", "same-site", "", "same-origin, none"] {
            let request = with_cookie().insert_header(("sec-fetch-site", site)).to_http_request();
            assert!(check(&config(), &request).is_err(), "{site}");
        }
        for origin in ["https://evil.example", "null", "https://saual.example.evil.example", "saual.example"] {
            let request = with_cookie()
                .insert_header((header::ORIGIN, origin))
                .insert_header((header::HOST, "saual.example"))
                .to_http_request();
            assert!(check(&config(), &request).is_err(), "{origin}");
        }
        assert!(check(&config(), &with_cookie().to_http_request()).is_err());
    }

    #[test]
    fn a_form_of_a_personal_page_comes_from_nowhere_and_no_other_does() {
        let from_nowhere =
            |path: &str| with_cookie().uri(path).insert_header((header::ORIGIN, "null")).to_http_request();
        assert!(check(&config(), &from_nowhere("/d/x")).is_ok());
        assert!(check(&config(), &from_nowhere("/inquiries/new")).is_err());
        let foreign = with_cookie().uri("/d/x").insert_header((header::ORIGIN, "https://evil.example"));
        assert!(check(&config(), &foreign.to_http_request()).is_err());
    }

    #[test]
    fn a_program_with_a_token_is_no_browser() {
        let request = TestRequest::post()
            .insert_header((header::AUTHORIZATION, "Bearer saual_x"))
            .insert_header(("sec-fetch-site", "cross-site"))
            .to_http_request();
        assert!(check(&config(), &request).is_ok());
    }
}

//! The headers that every answer carries: what a browser may do with it, and that nobody keeps a copy.

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, HeaderName, HeaderValue};

use super::RequestId;
use crate::signing::Layer;
use crate::state::Config;

/// What a page may load and be part of: our own files, no inline script or style, no frame of anybody.
pub const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// The same, where a page speaks to the program on one's own machine that signs.
pub(crate) fn page_policy_with(layer: &Layer) -> String {
    PAGE_POLICY.replace("connect-src 'self'", &format!("connect-src 'self' {layer}"))
}

/// What a letter may: it is a document of its own in a frame of ours, with its styles inside and nothing that runs.
pub const LETTER_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; object-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

/// Where personal links lead.
pub(crate) const PERSONAL: &str = "/d/";

/// Puts the headers on; what a handler has set itself stays.
pub(super) fn put(config: &Config, answered: &mut ServiceResponse<BoxBody>, id: RequestId) {
    let is_personal = answered.request().path().starts_with(PERSONAL);
    let headers = answered.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    // A personal link is its own key: no other site learns it as where somebody came from, and nobody lists the page.
    if is_personal {
        set(header::REFERRER_POLICY, "no-referrer");
        set(HeaderName::from_static("x-robots-tag"), "noindex, nofollow, noarchive");
    }
    set(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    set(header::CACHE_CONTROL, "no-store");
    set(header::VARY, "Accept-Language, Cookie, Authorization");
    if config.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if let Ok(value) = HeaderValue::from_str(&id.0.to_string()) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}

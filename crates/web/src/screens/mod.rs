//! The pages. A screen is a module here with its routes, its template in `templates/screens/`, and one line in each of the lists
//! below.
//!
//! How a screen is made: see [`login`]. A handler takes what it needs as parameters (`State`, [`crate::Caller`] for whoever is
//! signed in, [`crate::Speaks`] for the language), reads tables through `readmodel` or one inquiry through `office`, and answers
//! `state.pages.answer(&state, &Page { … }, &facts)`. A form posts to a route of its own, which answers 303 to a page; every
//! `Problem` that a handler returns becomes a page by itself.

mod login;

use crate::assets::File;
use crate::permission::Permission;
use crate::routes::{Answer, Gives, Route};

/// The templates, each under the name by which it is asked for.
pub(crate) const TEMPLATES: &[(&str, &str)] = &[
    ("layouts/page", include_str!("../../../../templates/layouts/page.hbs")),
    ("login", include_str!("../../../../templates/screens/login.hbs")),
    ("problem", include_str!("../../../../templates/screens/problem.hbs")),
];

/// The files of `static/`.
pub(crate) const FILES: &[File] =
    &[("saual.css", "text/css; charset=utf-8", include_bytes!("../../../../static/saual.css"))];

/// What a page answers.
pub(crate) const PAGE: Answer = Answer { status: 200, means: "The page.", gives: Gives::Bytes("text/html") };
/// What a form answers when it was done: on to a page.
pub(crate) const ONWARD: Answer = Answer { status: 303, means: "Done; on to a page.", gives: Gives::Nothing };

/// The rows of every screen.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/static/{file:.*}", "static_file", Permission::Public, crate::assets::file)
            .summary("A style sheet, a script, a font or a picture of the pages."),
    ];
    routes.extend(login::routes());
    routes
}

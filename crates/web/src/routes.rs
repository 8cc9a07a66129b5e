//! The table of routes: each with its method, path, name, permission, and what it takes and answers.
//!
//! What is registered with the server, what the OpenAPI document says, who is let in, and what the tests walk through all come
//! from [`all`]; a route that is not in the table does not exist. Pages add theirs in [`crate::screens::routes`], the API in
//! [`crate::api::routes`].

use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::{FromRequest, Handler, Responder, guard, web};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::permission::Permission;
use crate::{api, screens};

/// How a type's schema is written into the document.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The schema of `T`.
fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// What a route takes in its body.
#[derive(Clone, Copy)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// JSON of this schema.
    Json(SchemaOf),
    /// A form that one of our pages sends.
    Form,
    /// A form of ours with a file in it.
    Upload,
    /// Bytes of one of these media types.
    Bytes(&'static [&'static str]),
    /// A text: JSON of this schema, or bytes of one of these media types.
    Text(SchemaOf, &'static [&'static str]),
}

/// What conditions a request must carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// None: it changes nothing, or it is a page's form with its own hidden fields.
    None,
    /// `Idempotency-Key`: it creates something.
    Key,
    /// `Idempotency-Key` and `If-Match`: it changes something.
    KeyAndVersion,
}

/// What a body of an answer is.
#[derive(Clone, Copy)]
pub enum Gives {
    /// No body.
    Nothing,
    /// JSON of this schema.
    Json(SchemaOf),
    /// Bytes of this media type.
    Bytes(&'static str),
    /// One of several media types, by the path.
    AnyOf(&'static [&'static str]),
}

/// One possible answer of a route.
#[derive(Clone, Copy)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// What it means.
    pub means: &'static str,
    /// What it carries.
    pub gives: Gives,
}

/// Makes the server's route; called once for every thread.
type Make = Box<dyn Fn() -> actix_web::Route + Send + Sync>;

/// A row of the table.
pub struct Route {
    /// GET (which answers HEAD too), POST or PUT.
    pub method: Method,
    /// The path, with `{…}` for its parameters.
    pub path: String,
    /// A name that is stable and unique: the operation's id in the document, the label in metrics and logs.
    pub name: String,
    /// Who may use it.
    pub permission: Permission,
    /// One sentence for the document.
    pub summary: String,
    /// What it takes in its body.
    pub takes: Takes,
    /// The parameters of its query, as the properties of a schema.
    pub query: Option<SchemaOf>,
    /// What conditions it needs.
    pub condition: Condition,
    /// What it answers when it is done; problems are added by what it takes and who may use it.
    pub answers: Vec<Answer>,
    /// Statuses of problems of its own, beyond those that follow from the rest of the row.
    pub problems: Vec<u16>,
    make: Make,
}

impl Route {
    fn new<F, Args>(
        method: Method,
        path: impl Into<String>,
        name: impl Into<String>,
        who: Permission,
        handler: F,
    ) -> Self
    where
        F: Handler<Args> + Send + Sync,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self {
            method,
            path: path.into(),
            name: name.into(),
            permission: who,
            summary: String::new(),
            takes: Takes::Nothing,
            query: None,
            condition: Condition::None,
            answers: Vec::new(),
            problems: Vec::new(),
            make: Box::new(move || web::to(handler.clone())),
        }
    }

    /// A route that reads. It must change nothing: no condition and no check of the sender's site protects it.
    pub fn get<F, Args>(path: impl Into<String>, name: impl Into<String>, who: Permission, handler: F) -> Self
    where
        F: Handler<Args> + Send + Sync,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self::new(Method::GET, path, name, who, handler)
    }

    /// A route that changes something.
    pub fn post<F, Args>(path: impl Into<String>, name: impl Into<String>, who: Permission, handler: F) -> Self
    where
        F: Handler<Args> + Send + Sync,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self::new(Method::POST, path, name, who, handler)
    }

    /// A route that puts something where its path says; doing it twice is doing it once.
    pub fn put<F, Args>(path: impl Into<String>, name: impl Into<String>, who: Permission, handler: F) -> Self
    where
        F: Handler<Args> + Send + Sync,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self::new(Method::PUT, path, name, who, handler)
    }

    /// What it does, in one sentence.
    #[must_use]
    pub fn summary(self, summary: impl Into<String>) -> Self {
        Self { summary: summary.into(), ..self }
    }

    /// It takes JSON of type `T`.
    #[must_use]
    pub fn json<T: JsonSchema>(self) -> Self {
        Self { takes: Takes::Json(schema_of::<T>), ..self }
    }

    /// It takes a form of one of our pages.
    #[must_use]
    pub fn form(self) -> Self {
        Self { takes: Takes::Form, ..self }
    }

    /// It takes a form of one of our pages with a file in it.
    #[must_use]
    pub fn upload(self) -> Self {
        Self { takes: Takes::Upload, ..self }
    }

    /// It takes bytes of one of these media types.
    #[must_use]
    pub fn bytes(self, media: &'static [&'static str]) -> Self {
        Self { takes: Takes::Bytes(media), ..self }
    }

    /// It takes JSON of type `T`, or bytes of one of these media types.
    #[must_use]
    pub fn text<T: JsonSchema>(self, media: &'static [&'static str]) -> Self {
        Self { takes: Takes::Text(schema_of::<T>, media), ..self }
    }

    /// Its query parameters are the fields of `T`.
    #[must_use]
    pub fn query<T: JsonSchema>(self) -> Self {
        Self { query: Some(schema_of::<T>), ..self }
    }

    /// It needs these conditions.
    #[must_use]
    pub fn needs(self, condition: Condition) -> Self {
        Self { condition, ..self }
    }

    /// It answers JSON of type `T`.
    #[must_use]
    pub fn gives<T: JsonSchema>(self, status: u16, means: &'static str) -> Self {
        self.answer(Answer { status, means, gives: Gives::Json(schema_of::<T>) })
    }

    /// It answers something else than JSON.
    #[must_use]
    pub fn answer(mut self, answer: Answer) -> Self {
        self.answers.push(answer);
        self
    }

    /// It has these problems of its own.
    #[must_use]
    pub fn problems(mut self, statuses: &[u16]) -> Self {
        self.problems.extend(statuses);
        self
    }

    /// Does it belong to the documented interface for programs, rather than to the pages?
    #[must_use]
    pub fn is_documented(&self) -> bool {
        self.path.starts_with("/api/") || matches!(self.path.as_str(), "/healthz" | "/readyz" | "/metrics")
    }

    /// The methods it answers, as an `Allow` header lists them.
    fn methods(&self) -> Vec<&str> {
        if self.method == Method::GET { vec!["GET", "HEAD"] } else { vec![self.method.as_str()] }
    }
}

static TABLE: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let mut table = api::routes();
    table.extend(screens::routes());
    table
});

/// Every route there is.
#[must_use]
pub fn all() -> &'static [Route] {
    &TABLE
}

/// What a method and a path lead to.
pub(crate) enum Found {
    /// A row of the table.
    Route(&'static Route),
    /// The path is ours, the method is not; these are.
    OtherMethods(String),
    /// Nothing.
    Nothing,
}

/// Looks up the path pattern that the server matched.
pub(crate) fn find(method: &Method, pattern: Option<&str>) -> Found {
    let Some(pattern) = pattern else {
        return Found::Nothing;
    };
    let wanted = if method == Method::HEAD { &Method::GET } else { method };
    let here: Vec<&'static Route> = all().iter().filter(|route| route.path == pattern).collect();
    match here.iter().find(|route| route.method == wanted) {
        Some(route) => Found::Route(route),
        None if here.is_empty() => Found::Nothing,
        None => {
            let mut methods: Vec<&str> = here.iter().flat_map(|route| route.methods()).collect();
            methods.push("OPTIONS");
            Found::OtherMethods(methods.join(", "))
        }
    }
}

/// Registers the whole table with the server.
pub(crate) fn register(config: &mut web::ServiceConfig) {
    let mut paths: Vec<&str> = all().iter().map(|route| route.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        let mut resource = web::resource(path);
        for route in all().iter().filter(|route| route.path == path) {
            resource = resource.route(if route.method == Method::GET {
                (route.make)().guard(guard::Any(guard::Get()).or(guard::Head()))
            } else {
                (route.make)().method(route.method.clone())
            });
        }
        config.service(resource);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_has_a_name_and_a_sentence_of_its_own() {
        let mut names = BTreeSet::new();
        let mut places = BTreeSet::new();
        for route in all() {
            assert!(names.insert(&route.name), "two routes are named {}", route.name);
            assert!(
                places.insert((route.method.as_str(), &route.path)),
                "{} {} stands twice",
                route.method,
                route.path
            );
            assert!(!route.summary.is_empty(), "{} says nothing", route.name);
            assert!(route.path.starts_with('/'), "{}", route.path);
        }
    }

    #[test]
    fn what_changes_something_in_the_interface_for_programs_needs_an_idempotency_key() {
        for route in all().iter().filter(|route| route.path.starts_with("/api/") && route.method == Method::POST) {
            // A file that is sent in to be checked changes nothing, and anybody may ask.
            if route.name == "verify_file" {
                continue;
            }
            assert_ne!(route.condition, Condition::None, "{}", route.name);
            assert_ne!(route.permission, Permission::Public, "{}", route.name);
        }
    }

    #[test]
    fn only_signing_in_looking_from_outside_and_personal_links_are_public() {
        let public: Vec<&str> = all()
            .iter()
            .filter(|route| route.permission == Permission::Public)
            .map(|route| route.path.as_str())
            .collect();
        for path in public {
            assert!(
                ["/login", "/healthz", "/readyz", "/metrics", "/api/openapi.json"].contains(&path)
                    || ["/login/code", "/login/provider", "/login/provider/return"].contains(&path)
                    || path.starts_with("/static/")
                    || path == "/v"
                    || path.starts_with("/v/")
                    || path.starts_with("/api/v1/verification")
                    || path.starts_with("/d/"),
                "{path} is public"
            );
        }
    }
}

//! `/admin`: who may do what, how numbers are written, how days are counted, how letters look; and what needs to be looked after first.

mod attention;
mod dated;
mod opening;
mod rights;
pub(super) mod series;
mod templates;
pub(super) mod terms;
mod user;
mod users;

use actix_web::HttpResponse;
use directory::{Language, Role};
use serde::Serialize;

use super::PAGE;
use super::fields::say;
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};
use attention::Item;
pub(super) use rights::why;

/// Who administers the office.
pub(crate) const ADMINISTERS: Permission = Permission::AnyOf(&[Role::Admin]);

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/admin", "admin_page", ADMINISTERS, page)
            .summary("What an administrator looks after, what needs it first.")
            .answer(PAGE),
    ];
    routes.extend(users::routes());
    routes.extend(opening::routes());
    routes.extend(user::routes());
    routes.extend(series::routes());
    routes.extend(terms::routes());
    routes.extend(templates::routes());
    routes
}

#[derive(Debug, Serialize)]
struct Facts {
    items: Vec<Item>,
    places: Vec<Place>,
}

/// Something that is administered on a page of its own.
#[derive(Debug, Serialize)]
struct Place {
    href: &'static str,
    icon: &'static str,
    name: String,
    what: String,
}

fn places(language: Language) -> Vec<Place> {
    let place = |href, icon, name: (&str, &str, &str), what: (&str, &str, &str)| Place {
        href,
        icon,
        name: say(language, name.0, name.1, name.2),
        what: say(language, what.0, what.1, what.2),
    };
    vec![
        place(
            "/admin/users",
            "users",
            ("Пайдаланушылар", "Пользователи", "Users"),
            (
                "Есептік жазбалар, рөлдер, сеанстар, кілттер",
                "Учётные записи, роли, сеансы, токены",
                "Accounts, roles, sessions, tokens",
            ),
        ),
        place(
            "/absences",
            "calendar-due",
            ("Орынбасу", "Замещение", "Absences"),
            ("Кім кімді алмастырады", "Кто кого замещает", "Who stands in for whom"),
        ),
        place(
            "/admin/series",
            "list-numbers",
            ("Нөмірлер қатары", "Ряды номеров", "Number series"),
            ("Кіріс және шығыс нөмірлері", "Входящие и исходящие номера", "Incoming and outgoing numbers"),
        ),
        place(
            "/admin/terms",
            "clock",
            ("Мерзімдер", "Сроки", "Terms"),
            (
                "Ережелер, қай күннен және қай заңмен",
                "Правила: с какого дня и по какому закону",
                "Rules: from which day and by which law",
            ),
        ),
        place(
            "/records",
            "building-bank",
            ("Анықтамалықтар", "Справочники", "Records"),
            (
                "Министрліктер, депутаттар, күнтізбе",
                "Министерства, депутаты, календарь",
                "Ministries, deputies, calendar",
            ),
        ),
        place(
            "/admin/templates",
            "file-text",
            ("Хат үлгілері", "Шаблоны писем", "Templates"),
            (
                "Хаттар мен пошта: тексеру, көру",
                "Письма и почта: проверка, просмотр",
                "Letters and mails: checked and shown",
            ),
        ),
        place(
            "/blanks",
            "file-type-docx",
            ("Бланкілер", "Бланки", "Blanks"),
            ("Министрліктердің өз бланкілері", "Собственные бланки министерств", "Ministries' own blanks"),
        ),
        place(
            "/outbox",
            "send",
            ("Жөнелтілген хаттар", "Отправленные письма", "Mail sent"),
            ("Пошта және оны тоқтату", "Почта и её приостановка", "Mail, and holding it back"),
        ),
        place(
            "/journal",
            "history",
            ("Журнал", "Журнал", "Journal"),
            ("Әр өзгеріс, кім және неге", "Каждое изменение, кто и почему", "Every change, who and why"),
        ),
    ]
}

async fn page(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let facts = Facts { items: attention::of(&state, language).await?, places: places(language) };
    let title = Words::new("Әкімшілік", "Администрирование", "Administration");
    let page = Page { template: "admin", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

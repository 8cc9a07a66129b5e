//! `/records`: ministries, deputies, factions, offices and the calendar, each with its days and its history; and for administrators, what changes
//! in them.
//!
//! Read [`list`] (a kind of records on a day), [`one`] (a record and its history), [`forms`] (what each change asks for, which [`typed`] reads), [`change`] (a change is
//! shown with what it does to open inquiries before it is recorded), [`before`] (what is told of a change to a ministry), [`back`] (what is taken back) and [`import`] (a table).

mod back;
mod before;
mod change;
mod forms;
mod import;
mod list;
mod one;
mod told;
mod typed;

use directory::Role;

use super::{ONWARD, PAGE};
use crate::permission::{Permission, STAFF};
use crate::routes::Route;

/// Who looks at the records.
pub(crate) const SEES_RECORDS: Permission = STAFF;
/// Who changes them.
pub(crate) const KEEPS_RECORDS: Permission = Permission::AnyOf(&[Role::Admin]);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/records", "records_page", SEES_RECORDS, list::page)
            .summary("Ministries, deputies, factions, offices or days, as they are on a day and as they were known at a moment.")
            .answer(PAGE),
        Route::get("/records/{kind}/{code}", "record_page", SEES_RECORDS, one::page)
            .summary("A record and everything that changed in it.")
            .answer(PAGE),
        Route::get("/records/change/{change}", "record_change_page", KEEPS_RECORDS, change::page)
            .summary("A form for a change, with the open inquiries that it concerns.")
            .answer(PAGE),
        Route::post("/records/change/{change}", "record_change_by_form", KEEPS_RECORDS, change::send)
            .summary("Shows what a change does, and records it once that was seen.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
        Route::get("/records/import", "import_records_page", KEEPS_RECORDS, import::page)
            .summary("A form that brings a table of ministries, deputies or days.")
            .answer(PAGE),
        Route::post("/records/import", "try_import_of_records", KEEPS_RECORDS, import::dry)
            .summary("Says what a table comes to; nothing is recorded by it.")
            .upload()
            .answer(PAGE),
        Route::post("/records/import/take", "import_records", KEEPS_RECORDS, import::take)
            .summary("Records what a table comes to, all of it or nothing.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

//! Which inquiries are meant by a number that somebody typed to narrow a list.

use directory::InquiryNumber;
use inquiry::InquiryId;
use readmodel::{register, search};

use crate::problem::Problem;
use crate::speech::Words;
use crate::{Caller, State};

/// Those that a number or an id means: of one number there may be several. What means nobody finds nothing; `None`: nothing was typed.
///
/// # Errors
/// [`Problem::BadParameter`] for what is neither; a failure.
pub(super) async fn numbered(state: &State, caller: &Caller, typed: &str) -> Result<Option<Vec<InquiryId>>, Problem> {
    if typed.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = typed.parse() {
        return Ok(Some(vec![id]));
    }
    let reader = state.reader(&caller.account.actor);
    let failed = |error| Problem::failure("look up a number", error);
    let found = search::numbered(&reader, typed).await.map_err(failed)?.ok_or_else(no_number)?;
    if !found.is_empty() {
        return Ok(Some(found));
    }
    // What the search has set aside, or has not come to yet, the register may know.
    let Ok(number) = InquiryNumber::sought(typed) else { return Ok(Some(found)) };
    let found = register::find_by_number(&reader, &number).await.map_err(failed)?;
    Ok(Some(found.into_iter().map(|entry| entry.inquiry).collect()))
}

fn no_number() -> Problem {
    Problem::BadParameter {
        name: "inquiry",
        expected: Words::new(
            "Сауал нөмірі керек, мысалы ДС-326 немесе 326.",
            "Нужен номер запроса, например ДС-326 или 326.",
            "It takes an inquiry's number, such as ДС-326 or 326.",
        ),
    }
}

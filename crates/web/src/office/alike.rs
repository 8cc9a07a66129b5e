//! Which registered inquiries one that is about to be registered looks like: a warning before the same is registered twice under two numbers,
//! and where a repeat inquiry is recognised.

use directory::{ChamberCode, DeputyId, InquiryNumber};
use jiff::ToSpan as _;
use jiff::civil::Date;
use readmodel::register::{self, Entry, Looks};

use crate::problem::Problem;
use crate::state::AppState;

/// Subjects are compared with those of so many months.
const MONTHS: i32 = 24;

/// What is known of it so far.
#[derive(Debug, Clone, Default)]
pub struct Sketch {
    /// The chamber.
    pub chamber: Option<ChamberCode>,
    /// Its number.
    pub number: Option<InquiryNumber>,
    /// The date on the letter.
    pub dated: Option<Date>,
    /// Its subject.
    pub subject: String,
    /// The deputies who are known to the directory.
    pub deputies: Vec<DeputyId>,
    /// The names of all.
    pub names: Vec<String>,
}

/// How an inquiry looks like it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Issuer, number and date: it is this very inquiry, and will be refused.
    Same,
    /// The number, of another day or another chamber.
    Number,
    /// Nearly the same subject from the same deputies.
    Subject,
}

/// An inquiry that looks like it.
#[derive(Debug, Clone)]
pub struct Like {
    /// Its row in the register.
    pub entry: Entry,
    /// How.
    pub how: How,
}

/// What it looks like, the likest first.
///
/// # Errors
/// The register cannot be asked.
pub async fn find(state: &AppState, sketch: &Sketch) -> Result<Vec<Like>, Problem> {
    let looks = Looks {
        number: sketch.number.as_ref(),
        subject: &sketch.subject,
        deputies: &sketch.deputies,
        names: &sketch.names,
        since: state.today().saturating_sub(MONTHS.months()),
    };
    let found = register::alike(&state.pool, looks)
        .await
        .map_err(|error| Problem::failure("look for inquiries that are alike", error))?;
    let how = |entry: &Entry, same_number: bool| {
        let is_same =
            same_number && sketch.chamber.as_ref() == Some(&entry.chamber) && sketch.dated == Some(entry.dated);
        match (is_same, same_number) {
            (true, _) => How::Same,
            (false, true) => How::Number,
            (false, false) => How::Subject,
        }
    };
    Ok(found.into_iter().map(|alike| Like { how: how(&alike.entry, alike.same_number), entry: alike.entry }).collect())
}

//! What ministries have to do, for every page that shows it: counted anew when the register has moved, and not for each look.

use std::sync::Arc;
use std::time::{Duration, Instant};

use directory::Actor;
use jiff::civil::Date;
use readmodel::Sight;
use readmodel::followers::Table;
use readmodel::register::{self, Loads};
use tokio::sync::Mutex;

use crate::problem::Problem;
use crate::state::AppState;

/// Rows also change while the place of the register stands: what was set aside is taken up again. No answer is older than this.
const OLDEST: Duration = Duration::from_secs(60);

/// The last answer. Whoever asks while it is being counted waits for the same one.
#[derive(Default)]
pub(crate) struct Counted(Mutex<Option<Answer>>);

struct Answer {
    /// How far the register had come, at least.
    position: i64,
    today: Date,
    sight: Sight,
    at: Instant,
    loads: Arc<Loads>,
}

/// What everybody has to do today, as this person may see it.
///
/// # Errors
/// The register could not be asked.
pub(crate) async fn loads(state: &AppState, actor: &Actor) -> Result<Arc<Loads>, Problem> {
    let (today, sight) = (state.today(), Sight::of(actor));
    let mut last = state.loads.0.lock().await;
    let position = state
        .journal
        .follower_position(Table::Register.name())
        .await
        .map_err(|error| Problem::failure("see how far the register has come", error))?;
    if let Some(known) = &*last
        && known.position == position
        && known.today == today
        && known.sight == sight
        && known.at.elapsed() < OLDEST
    {
        return Ok(Arc::clone(&known.loads));
    }
    let at = Instant::now();
    let counted = register::loads(&state.reader(actor), today).await;
    let loads = Arc::new(counted.map_err(|error| Problem::failure("count what ministries have to do", error))?);
    *last = Some(Answer { position, today, sight, at, loads: Arc::clone(&loads) });
    Ok(loads)
}

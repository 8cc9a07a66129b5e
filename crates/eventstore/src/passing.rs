//! Whose fault is it? A failure of the database's own passes, and the same thing asked again succeeds; a failure of one event
//! does not.

use std::error::Error;

use tokio_postgres::error::SqlState;

use crate::error::StoreError;

/// Is this a failure that passes, or one that lies with the whole program rather than with what it was doing?
///
/// Of what the server answers, only what follows from the values at hand lies with an event: data exceptions, violated
/// constraints, exceeded limits, exceptions that a trigger raises. Everything else (a lost connection, a deadlock, a timeout, a
/// full disk, a server on its way out, a standby) passes, or asks for a migration or a corrected program, and would meet
/// every other event just as well. What no database said, such as a text that cannot be read, lies with the event.
#[must_use]
pub fn is_passing(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<tokio_postgres::Error>() {
            return match error.code() {
                Some(state) => !lies_with_the_values(state),
                // No answer: the line was lost, or a value did not fit its column before it was sent.
                None => error.is_closed() || caused_by_the_line(error),
            };
        }
        if let Some(error) = error.downcast_ref::<StoreError>() {
            match error {
                StoreError::Pool(_)
                | StoreError::Connection(_)
                | StoreError::Deadline
                | StoreError::Interrupted(_)
                | StoreError::Sealing
                | StoreError::MasterKey(_)
                | StoreError::Closed => return true,
                StoreError::Statement { .. }
                | StoreError::Row(_)
                | StoreError::Erased { .. }
                | StoreError::Upcast { .. }
                | StoreError::Payload(_) => {}
            }
        }
        if error.is::<deadpool_postgres::PoolError>()
            || error.is::<std::io::Error>()
            || error.is::<tokio::time::error::Elapsed>()
        {
            return true;
        }
        cause = error.source();
    }
    false
}

fn lies_with_the_values(state: &SqlState) -> bool {
    // 21 cardinality, 22 data exception, 23 integrity constraint, 44 check option, 54 limit of the program, P0 PL/pgSQL.
    ["21", "22", "23", "44", "54", "P0"].contains(&state.code().get(..2).unwrap_or_default())
}

fn caused_by_the_line(error: &tokio_postgres::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<std::io::Error>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_with_the_values_is_told_from_what_passes() {
        for lasting in ["22001", "22P02", "23505", "23514", "54000", "P0001", "21000"] {
            assert!(lies_with_the_values(&SqlState::from_code(lasting)), "{lasting}");
        }
        for passing in
            ["08006", "40001", "40P01", "42P01", "53100", "55P03", "57014", "57P01", "25P03", "25006", "XX000"]
        {
            assert!(!lies_with_the_values(&SqlState::from_code(passing)), "{passing}");
        }
    }

    #[test]
    fn a_failure_is_found_wherever_it_stands_in_the_chain() {
        #[derive(Debug, thiserror::Error)]
        #[error("a page")]
        struct Page(#[source] Box<dyn Error + Send + Sync>);
        let lost = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        assert!(is_passing(&Page(Box::new(Page(Box::new(lost))))));
        assert!(is_passing(&Page(Box::new(StoreError::Deadline))));
        assert!(!is_passing(&Page(Box::new(StoreError::Row("a row".to_owned())))));
        assert!(!is_passing(&Page("a text that cannot be read".into())));
    }
}

//! Logging to standard error: sentences for a person, JSON objects for a collector.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Starts logging; a second call (tests start several installations in one process) changes nothing.
pub fn start(filter: &str, format: LogFormat, no_color: bool) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let colour = !no_color && std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour);
    // A subscriber that is already there keeps the place: that is what the error says, and it is what we want.
    let already_started = match format {
        LogFormat::Text => builder.try_init().is_err(),
        LogFormat::Json => builder.json().try_init().is_err(),
    };
    if already_started {
        tracing::debug!("Logging was started before.");
    }
}

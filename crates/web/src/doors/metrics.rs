//! Counters for `/metrics`, in the text format of Prometheus. Labels are names of routes, never paths.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

#[derive(Default)]
struct Times {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    sum: f64,
}

/// What was answered so far.
pub struct Metrics {
    answers: Mutex<Answers>,
}

#[derive(Default)]
struct Answers {
    by_status: BTreeMap<(String, u16), u64>,
    by_route: BTreeMap<String, Times>,
}

impl Metrics {
    /// Nothing answered yet.
    pub(crate) fn new() -> Self {
        Self { answers: Mutex::new(Answers::default()) }
    }

    /// Counts an answer.
    pub(crate) fn answered(&self, route: &str, status: u16, took: Duration) {
        // A panic while counting leaves the counters as they were: counting goes on.
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        *answers.by_status.entry((route.to_owned(), status)).or_default() += 1;
        let times = answers.by_route.entry(route.to_owned()).or_default();
        let seconds = took.as_secs_f64();
        for (bound, bucket) in BUCKETS.iter().zip(&mut times.buckets) {
            *bucket += u64::from(seconds <= *bound);
        }
        times.count += 1;
        times.sum += seconds;
    }

    /// The counters as text; `gauges` are added by whoever knows them: name, help, label pairs, value.
    pub(crate) fn text(&self, gauges: &[Gauge]) -> String {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        text.push_str(
            "# HELP http_server_requests_total Requests answered.\n# TYPE http_server_requests_total counter\n",
        );
        for ((route, status), count) in &answers.by_status {
            line(
                &mut text,
                format_args!("http_server_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}"),
            );
        }
        text.push_str(
            "# HELP http_server_request_duration_seconds Time from request to answer.\n\
             # TYPE http_server_request_duration_seconds histogram\n",
        );
        for (route, times) in &answers.by_route {
            let name = "http_server_request_duration_seconds";
            for (bound, count) in BUCKETS.iter().zip(times.buckets) {
                line(&mut text, format_args!("{name}_bucket{{route=\"{route}\",le=\"{bound}\"}} {count}"));
            }
            line(&mut text, format_args!("{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {}", times.count));
            line(&mut text, format_args!("{name}_sum{{route=\"{route}\"}} {}", times.sum));
            line(&mut text, format_args!("{name}_count{{route=\"{route}\"}} {}", times.count));
        }
        let mut last = "";
        for gauge in gauges {
            if gauge.name != last {
                line(&mut text, format_args!("# HELP {} {}\n# TYPE {0} gauge", gauge.name, gauge.help));
                last = gauge.name;
            }
            match &gauge.label {
                Some((name, value)) => {
                    // A name of a place may hold what would end the label.
                    let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                    line(&mut text, format_args!("{}{{{name}=\"{value}\"}} {}", gauge.name, gauge.value))
                }
                None => line(&mut text, format_args!("{} {}", gauge.name, gauge.value)),
            }
        }
        text
    }
}

/// A value that goes up and down.
pub(crate) struct Gauge {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) label: Option<(&'static str, String)>,
    pub(crate) value: i64,
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    let written = writeln!(text, "{arguments}");
    debug_assert!(written.is_ok());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_route_and_status() {
        let metrics = Metrics::new();
        metrics.answered("inquiries", 200, Duration::from_millis(7));
        metrics.answered("inquiries", 200, Duration::from_millis(700));
        metrics.answered("inquiries", 404, Duration::from_millis(1));
        let text = metrics.text(&[Gauge { name: "journal_position", help: "Last event.", label: None, value: 35 }]);
        for wanted in [
            "http_server_requests_total{route=\"inquiries\",status=\"200\"} 2",
            "http_server_request_duration_seconds_bucket{route=\"inquiries\",le=\"0.01\"} 2",
            "http_server_request_duration_seconds_bucket{route=\"inquiries\",le=\"+Inf\"} 3",
            "journal_position 35",
        ] {
            assert!(text.lines().any(|line| line == wanted), "{wanted} is missing in\n{text}");
        }
    }
}

//! Questions at a fixed rate. A request is sent when it is its turn, however slow the one before is, and its time is counted from that
//! moment: whoever waits in the queue is counted with the wait.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::line::Line;

/// For how long an idle connection is used again. The doors close one after five seconds without a request.
const IDLE: Duration = Duration::from_secs(4);

/// A question that is asked again and again.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) name: &'static str,
    pub(super) request: String,
}

impl Question {
    /// Of somebody who is signed in.
    pub(super) fn of(address: &str, name: &'static str, path: &str, cookie: &str) -> Self {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nAccept: text/html\r\nSec-Fetch-Site: same-origin\r\n\r\n"
        );
        Self { name, request }
    }

    /// An answer that asks nobody.
    pub(super) fn probe(address: &str) -> Self {
        Self { name: "healthz", request: format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\n\r\n") }
    }
}

/// How long answers took.
#[derive(Debug, Clone, Default)]
pub(super) struct Times(Vec<Duration>);

impl Times {
    pub(super) fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub(super) fn extend(&mut self, more: impl IntoIterator<Item = Duration>) {
        self.0.extend(more);
    }

    /// The half, 95 and 99 of a hundred, all were answered within.
    pub(super) fn figures(&self) -> [Duration; 4] {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        [50, 95, 99, 100].map(|share| {
            let at = (sorted.len() * share).div_ceil(100).saturating_sub(1);
            sorted.get(at).copied().unwrap_or_default()
        })
    }

    pub(super) fn p95(&self) -> Duration {
        self.figures()[1]
    }
}

/// Asks these questions in turn, so many a second, for so long; which question took how long.
pub(super) async fn at_rate(
    address: &str,
    questions: &[Question],
    rate: u32,
    time: Duration,
) -> anyhow::Result<Vec<(usize, Duration)>> {
    let idle: Arc<Mutex<Vec<(Line, Instant)>>> = Arc::default();
    let take = |idle: &Mutex<Vec<(Line, Instant)>>| {
        let last = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        last.filter(|(_, since)| since.elapsed() < IDLE).map(|(line, _)| line)
    };
    let begin = Instant::now();
    let mut asked = JoinSet::new();
    for turn in 0.. {
        let at = begin + Duration::from_secs(1) * turn / rate;
        if at.duration_since(begin) >= time {
            break;
        }
        sleep_until(at).await;
        let n = turn as usize % questions.len();
        let (idle, address, question) = (Arc::clone(&idle), address.to_owned(), questions[n].clone());
        asked.spawn(async move {
            let mut line = match take(&idle) {
                Some(line) => line,
                None => Line::open(&address).await?,
            };
            let answer = line.ask(&question.request).await?;
            let took = at.elapsed();
            anyhow::ensure!(
                answer.status == 200,
                "{} was answered with {}: {}",
                question.name,
                answer.status,
                answer.head
            );
            idle.lock().unwrap_or_else(PoisonError::into_inner).push((line, Instant::now()));
            Ok((n, took))
        });
    }
    let mut all = Vec::new();
    while let Some(one) = asked.join_next().await {
        all.push(one??);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_of_the_slowest_that_belong_to_the_share() {
        let mut times = Times::default();
        times.extend((1..=100).map(Duration::from_millis));
        assert_eq!(times.figures().map(|time| time.as_millis()), [50, 95, 99, 100]);
        assert_eq!(Times::default().p95(), Duration::ZERO);
    }
}

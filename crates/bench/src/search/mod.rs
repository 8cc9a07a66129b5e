//! `saual-bench search`: whether what people look for stands first, and how long they wait, beside PostgreSQL's own configuration `simple` and beside
//! trigrams, over the same texts in the same run.
//!
//! What is looked for, the questions and their answers are files in `data/search`, written by hand: no search has made them.

mod corpus;
mod growth;
mod peers;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use eventstore::{Journal, Settings};
use inquiry::InquiryId;
use readmodel::followers::Table;
use readmodel::rebuild::{Options, rebuild};
use readmodel::search::{Asked, search};
use readmodel::{Guard, Reader, Sight};
use tokio_postgres::Config;

use crate::cli::Cli;
use crate::ground::{Ground, connect};
use crate::report::{Ratio, Report, Table as Rows, progress};

use self::corpus::{Document, all};
use self::peers::Peer;

/// What people type and look for, a line each.
const QUERIES: &str = include_str!("../../data/search/queries.tsv");
/// How many hits are looked at.
const LOOKED_AT: u16 = 10;

/// A question with its answers.
struct Query {
    kind: &'static str,
    text: &'static str,
    /// None: asked for its time alone.
    expected: Vec<&'static str>,
}

fn queries() -> Vec<Query> {
    let query = |line: &'static str| {
        let mut fields = line.split('\t');
        let (kind, text, expected) = (fields.next()?, fields.next()?, fields.next()?);
        Some(Query { kind, text, expected: expected.split(',').filter(|number| *number != "-").collect() })
    };
    QUERIES.lines().filter(|line| !line.starts_with('#')).filter_map(query).collect()
}

/// What one side came to.
#[derive(Default)]
struct Measured {
    /// One over the place of the first right answer, by kind.
    reciprocal: BTreeMap<&'static str, Vec<f64>>,
    times: Vec<Duration>,
    /// The longest by question, for whoever looks for what is slow.
    slowest: Option<(Duration, &'static str)>,
}

impl Measured {
    fn add(&mut self, query: &Query, hits: &[InquiryId], took: Duration) {
        self.times.push(took);
        if self.slowest.is_none_or(|(slowest, _)| took > slowest) {
            self.slowest = Some((took, query.text));
        }
        if query.expected.is_empty() {
            return;
        }
        let expected: Vec<InquiryId> = query.expected.iter().map(|number| id_of(number)).collect();
        let place = hits.iter().position(|hit| expected.contains(hit));
        let worth = place.map_or(0.0, |place| 1.0 / (place as f64 + 1.0));
        self.reciprocal.entry(query.kind).or_default().push(worth);
    }

    fn mean(&self, kind: Option<&str>) -> f64 {
        let of_kind = self.reciprocal.iter().filter(|(known, _)| kind.is_none_or(|kind| kind == **known));
        let all: Vec<f64> = of_kind.flat_map(|(_, worth)| worth.iter().copied()).collect();
        all.iter().sum::<f64>() / all.len().max(1) as f64
    }

    fn quantile(&mut self, percent: usize) -> f64 {
        self.times.sort_unstable();
        let at = (self.times.len() * percent / 100).min(self.times.len().saturating_sub(1));
        self.times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }
}

fn id_of(number: &str) -> InquiryId {
    Document {
        number: number.to_owned(),
        dated: jiff::civil::Date::MIN,
        language: directory::Language::Kk,
        deputies: Vec::new(),
        subject: String::new(),
        questions: Vec::new(),
        reply: Vec::new(),
    }
    .id()
}

/// Writes that many inquiries and those that are looked for, and makes the tables that searching reads.
async fn fill(config: &Config, inquiries: u64) -> anyhow::Result<()> {
    let journal = Journal::open(eventstore::pool(config, 8)?, config.clone(), Settings::MEASURED).await?;
    progress(&format!("search: {inquiries} inquiries are written"));
    corpus::write(&journal, all(inquiries)?).await?;
    for table in [Table::Register, Table::Search] {
        let since = Instant::now();
        rebuild(&journal, config, table, &Options::usual("bench"), &|_| ()).await?;
        progress(&format!("search: the table {} took {:.1} s", table.name(), since.elapsed().as_secs_f64()));
    }
    journal.close().await;
    let client = connect(config).await?;
    for table in ["search", "register", "search_word"] {
        client.batch_execute(&format!("vacuum analyze {table}")).await?;
    }
    Ok(())
}

/// Measures, and adds a table and lines to the report.
pub(crate) async fn run(ground: &Ground, cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    if cli.million {
        return growth::run(ground, cli, report).await;
    }
    let inquiries = if cli.quick { cli.inquiries.min(500) } else { cli.inquiries };
    let name = "bench_search";
    let config = ground.journal_database(name).await?;
    fill(&config, inquiries).await?;
    let client = connect(&config).await?;
    let sizes = sizes(&client).await?;
    progress("search: the peers' tables are made");
    peers::fill(&client, all(inquiries)?).await?;

    let reader = Reader::new(eventstore::pool(&config, 2)?, Guard::Server, Sight::Whole);
    let (mut ours, mut simple, mut trigrams) = (Measured::default(), Measured::default(), Measured::default());
    let queries = queries();
    for round in 0..=cli.rounds() {
        progress(&format!("search: round {round} of {}", cli.rounds()));
        for query in &queries {
            let since = Instant::now();
            let found = search(&reader, &Asked { limit: LOOKED_AT, ..Asked::text(query.text) }).await?;
            let took = since.elapsed();
            // The first round fills what is kept in memory.
            if round > 0 {
                let hits: Vec<InquiryId> = found.hits.iter().map(|hit| hit.inquiry).collect();
                if round == 1
                    && !query.expected.is_empty()
                    && !query.expected.iter().any(|number| hits.first() == Some(&id_of(number)))
                {
                    progress(&format!("search: not first: {} «{}»", query.kind, query.text));
                }
                ours.add(query, &hits, took);
            }
        }
        for (peer, measured) in [(Peer::Simple, &mut simple), (Peer::Trigrams, &mut trigrams)] {
            // Trigrams take minutes of what takes others milliseconds: one round says so.
            if peer == Peer::Trigrams && round != 1 {
                continue;
            }
            for query in &queries {
                let since = Instant::now();
                let hits = peers::ask(&client, peer, query.text, i64::from(LOOKED_AT)).await?;
                if round > 0 {
                    measured.add(query, &hits, since.elapsed());
                }
            }
        }
    }
    drop(client);
    ground.drop(name).await?;
    tell(report, inquiries, &sizes, [&mut ours, &mut simple, &mut trigrams]);
    Ok(())
}

/// How large the tables are.
async fn sizes(client: &tokio_postgres::Client) -> anyhow::Result<String> {
    let sql = "select string_agg(name || ' ' || pg_size_pretty(pg_total_relation_size(name::regclass)), ', ')
                 from unnest(array['events', 'register', 'search', 'search_by_content', 'search_by_head', 'search_word']) as name";
    Ok(client.query_one(sql, &[]).await?.try_get(0)?)
}

fn tell(report: &mut Report, inquiries: u64, sizes: &str, [ours, simple, trigrams]: [&mut Measured; 3]) {
    let mut table = Rows::new(&["question", "how many", "Saual", "`simple`", "trigrams"]);
    let kinds: Vec<&'static str> = ours.reciprocal.keys().copied().collect();
    let rounds = |measured: &Measured, kind: &str| measured.reciprocal.get(kind).map_or(0, Vec::len);
    for kind in kinds {
        let asked = rounds(trigrams, kind);
        let figure = |measured: &Measured| format!("{:.3}", measured.mean(Some(kind)));
        table.row(&[kind.to_owned(), asked.to_string(), figure(ours), figure(simple), figure(trigrams)]);
    }
    let all = |measured: &Measured| format!("**{:.3}**", measured.mean(None));
    let many: usize = trigrams.reciprocal.values().map(Vec::len).sum();
    table.row(&["**all**".to_owned(), many.to_string(), all(ours), all(simple), all(trigrams)]);
    for (what, percent) in [("ms, p50", 50), ("ms, p95", 95), ("ms, longest", 100)] {
        let cells = [&mut *ours, &mut *simple, &mut *trigrams].map(|side| format!("{:.1}", side.quantile(percent)));
        let [a, b, c] = cells;
        table.row(&[what.to_owned(), String::new(), a, b, c]);
    }
    let profile =
        if cfg!(debug_assertions) { "a development build, dependencies optimised" } else { "a release build" };
    let slowest = ours.slowest.map_or("", |(_, text)| text);
    let about = format!(
        "Mean reciprocal rank among the first {LOOKED_AT} hits, over {inquiries} made-up inquiries and those that are looked for; questions and answers are \
         written by hand. Times of one question after the other, whole answers with counts, facets and marked pieces for Saual, ids alone for the peers; \
         the longest of ours: «{slowest}». {sizes}; {profile}."
    );
    report.table("Search", &about, &table);
    let best = simple.mean(None).max(trigrams.mean(None));
    report.ratio(
        "search-p95",
        &Ratio {
            ours: ours.quantile(95),
            peer: simple.quantile(95),
            unit: "ms at the 95th percentile beside `simple`; lower is better",
        },
    );
    report.ratio(
        "search-simple",
        &Ratio { ours: ours.mean(None), peer: simple.mean(None), unit: "mean reciprocal rank; higher is better" },
    );
    report.headline(
        "search",
        &Ratio { ours: ours.mean(None), peer: best, unit: "mean reciprocal rank; higher is better" },
    );
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::corpus::sought;
    use super::*;

    #[test]
    fn questions_ask_for_what_is_there() {
        let numbers: BTreeSet<String> = sought().unwrap().into_iter().map(|one| one.number).collect();
        let queries = queries();
        assert!(queries.iter().filter(|query| !query.expected.is_empty()).count() >= 60);
        for query in &queries {
            assert!(query.expected.iter().all(|number| numbers.contains(*number)), "{}", query.text);
        }
    }
}

//! A law of the register's questions: whichever way one is answered (from what stands first, by an index of contents, by walking the days, counted as
//! far as that is cheap), it is answered as a look at every row would answer it.

mod rows;

use std::collections::BTreeSet;

use directory::{Actor, MinistryCode};
use futures_util::future::join_all;
use inquiry::{InquiryId, StageName};
use jiff::civil::{Date, date};
use readmodel::register::{Count, Cursor, Filter, MOST_COUNTED, Order, Owes, Totals};
use readmodel::{Guard, Reader, Sight, Sitting};
use testkit::app::{PREMIER, TestApp};
use uuid::Uuid;

use self::rows::{Plain, filled, sort};

/// More than a thousand are overdue then, and many more are still to fall due.
const TODAY: Date = date(2024, 1, 29);

#[tokio::test(flavor = "multi_thread")]
async fn whichever_way_a_question_is_answered_every_row_says_the_same() {
    let app = TestApp::start().await;
    let rows = filled(&app).await;
    each_way_has_its_rows(&rows);
    let own = |code| Sight::of(&Actor::executor("somebody", ministry(code)));
    // A ministry of very many, one of few, one of none; and a deputy.
    let deputy = Sight::of(&Actor::deputy("somebody", app.deputy));
    let sights = [Sight::Whole, own("mlsp"), own("mes"), own("mj"), deputy];
    let questions = questions(&rows);
    let faults = join_all(sights.iter().map(|sight| faults(&app, sight, &rows, &questions))).await.concat();
    assert!(faults.is_empty(), "{} answers differ:\n{}", faults.len(), faults.join("\n"));
}

fn ministry(code: &str) -> MinistryCode {
    MinistryCode::new(code).unwrap()
}

fn asking(question: &str) -> Filter {
    Filter { question: Some(question.to_owned()), ..Filter::all() }
}

fn of(code: &str) -> Filter {
    Filter { ministry: Some(ministry(code)), ..Filter::all() }
}

fn at(stages: &[StageName]) -> Filter {
    Filter { stages: stages.to_vec(), ..Filter::all() }
}

fn open(filter: Filter) -> Filter {
    Filter { open: Some(true), ..filter }
}

fn ended(filter: Filter) -> Filter {
    Filter { open: Some(false), ..filter }
}

fn overdue(filter: Filter) -> Filter {
    Filter { overdue: Some((true, TODAY)), ..filter }
}

fn soon(filter: Filter) -> Filter {
    Filter { soon: Some(TODAY), ..filter }
}

/// Everything that a list may be narrowed by, alone and together.
fn questions(rows: &[Plain]) -> Vec<Filter> {
    use StageName::{Assigned, Closed, Dispatched, Drafting, ForSignature};
    let all = Filter::all;
    let led = |code| Filter { lead: Some(ministry(code)), ..all() };
    let helped = |code| Filter { co: Some(ministry(code)), ..all() };
    let owed = |code, from, until| Filter { owes: Some(Owes { ministry: ministry(code), from, until }), ..all() };
    let unsigned = |filter: Filter| Filter { unsigned_by: Some(PREMIER), ..filter };
    let unknown = InquiryId(Uuid::nil());
    let named = vec![rows[10].inquiry, rows[2_000].inquiry, unknown, rows[5_000].inquiry];
    let mut questions = vec![
        all(),
        open(all()),
        ended(all()),
        at(&[ForSignature]),
        at(&[Assigned, Drafting]),
        at(&[Closed]),
        at(&[Closed, Dispatched]),
        Filter { watched: true, ..all() },
        led("mlsp"),
        open(led("mes")),
        Filter { unassigned: true, ..all() },
        overdue(all()),
        Filter { overdue: Some((false, TODAY)), ..all() },
        soon(all()),
        Filter { due_before: Some(TODAY), ..open(all()) },
        unsigned(at(&[ForSignature])),
        // What rows contain: ministries.
        of("mlsp"),
        open(of("mlsp")),
        open(of("mfa")),
        of("mes"),
        of("mj"),
        helped("mfa"),
        open(helped("mes")),
        Filter { ministry: Some(ministry("mlsp")), ..open(led("mof")) },
        owed("mlsp", None, None),
        owed("mfa", Some(TODAY), Some(date(2024, 6, 1))),
        owed("mes", None, Some(TODAY)),
        overdue(of("mfa")),
        unsigned(Filter { ministry: Some(ministry("mlsp")), ..at(&[ForSignature]) }),
        // Words with something else.
        overdue(asking("often")),
        soon(asking("plenty")),
        Filter { overdue: Some((false, TODAY)), ..open(asking("often")) },
        Filter { due_before: Some(TODAY), ..open(asking("plenty")) },
        ended(asking("often")),
        Filter { ministry: Some(ministry("mlsp")), ..open(asking("often")) },
        Filter { question: Some("middling".to_owned()), ..owed("mlsp", None, None) },
        Filter { question: Some("often".to_owned()), ..at(&[ForSignature]) },
        // Nothing can be both.
        overdue(ended(asking("often"))),
        // Inquiries by their ids, one of which nobody has.
        Filter { inquiries: named.clone(), ..all() },
        Filter { inquiries: named, ..open(of("mlsp")) },
        // A beginning; two words; a number; no question; a question without a word.
        open(asking("midd")),
        open(asking("often plenty")),
        open(asking("often seldom")),
        asking("дс 17"),
        asking("  "),
        asking("?!"),
    ];
    questions.extend(["дс", "often", "mostly", "middling", "seldom", "gone", "never"].map(asking));
    let words = ["дс", "often", "mostly", "plenty", "middling", "scattered", "early", "seldom", "once", "gone"];
    questions.extend(words.map(|word| open(asking(word))));
    questions
}

/// The register has what each way is for, without which the law would say nothing of it: how many open rows hold a word, and how many of the three hundred
/// that are due first.
fn each_way_has_its_rows(rows: &[Plain]) {
    let is_open = open(Filter::all());
    let mut standing: Vec<&Plain> = rows.iter().filter(|row| row.answers(&is_open)).collect();
    sort(&mut standing, Order::Due);
    for (word, in_all, first) in [
        ("often", 1_001..=4_000, 25..=300),
        ("mostly", 4_001..=5_000, 0..=24),
        ("plenty", 1_001..=4_000, 0..=24),
        ("middling", 101..=1_000, 0..=24),
        ("seldom", 2..=24, 0..=24),
    ] {
        let filter = asking(word);
        let count = |rows: &[&Plain]| rows.iter().filter(|row| row.answers(&filter)).count();
        let found = (count(&standing), count(&standing[..300]));
        assert!(in_all.contains(&found.0) && first.contains(&found.1), "{word} {found:?}");
    }
}

/// What one pair of eyes is told otherwise than it stands, in one sitting.
async fn faults(app: &TestApp, sight: &Sight, rows: &[Plain], questions: &[Filter]) -> Vec<String> {
    let reader = Reader::new(app.database.pool.clone(), Guard::Server, sight.clone());
    let sitting = reader.sit().await.unwrap();
    let mut faults = Vec::new();
    for question in questions {
        let filter = Filter { sight: sight.clone(), ..question.clone() };
        let mut found: Vec<&Plain> = rows.iter().filter(|row| row.answers(&filter)).collect();
        let mut differences = counted(&sitting, &filter, &found).await;
        for order in [Order::Due, Order::Received] {
            sort(&mut found, order);
            for page in pages(found.len()) {
                differences.extend(listed(&sitting, &filter, order, &found, page).await);
            }
        }
        faults.extend(differences.into_iter().map(|difference| format!("{filter:?}\n    {difference}")));
    }
    sitting.rise().await.unwrap();
    faults
}

/// Pages to look at: behind how many rows each begins, and how many it has at most.
fn pages(found: usize) -> BTreeSet<(usize, u16)> {
    let pages = [(0, 25), (0, 1), (0, 100), (25, 25), (found * 3 / 4, 1)];
    pages.into_iter().filter(|(behind, _)| *behind <= found).collect()
}

/// What is wrong with a page: its first row that is another, where the next one begins, or how many were gathered for it.
async fn listed(
    sitting: &Sitting,
    filter: &Filter,
    order: Order,
    found: &[&Plain],
    (behind, limit): (usize, u16),
) -> Option<String> {
    let (before, rest) = found.split_at(behind);
    let after = before.last().map(|row| row.place(order));
    let page = sitting.list(filter, order, after, limit).await.unwrap();
    let most = usize::from(limit);
    let wanted: Vec<Cursor> = rest.iter().take(most).map(|row| row.place(order)).collect();
    let shown = page.entries.iter().map(|entry| Cursor {
        day: match order {
            Order::Due => entry.due,
            Order::Received => entry.received,
        },
        inquiry: entry.inquiry,
    });
    let shown: Vec<Cursor> = shown.collect();
    let next = wanted.last().copied().filter(|_| rest.len() > most);
    let other = (0..shown.len().max(wanted.len())).find(|at| shown.get(*at) != wanted.get(*at));
    let difference = if let Some(at) = other {
        format!("row {at} is {:?} and should be {:?}", shown.get(at), wanted.get(at))
    } else if page.next != next {
        format!("next is {:?} and should be {next:?}", page.next)
    } else if page.gathered.is_some_and(|count| behind > 0 || count.more || count.counted != number(found.len())) {
        format!("gathered is {:?}, and there are {}", page.gathered, found.len())
    } else {
        return None;
    };
    Some(format!("{order:?}, after {after:?}, limit {limit}: {difference}"))
}

/// What is wrong with the numbers: of all, and of what presses.
async fn counted(sitting: &Sitting, filter: &Filter, found: &[&Plain]) -> Vec<String> {
    let mut faults = Vec::new();
    let (exact, most) = (number(found.len()), u64::from(MOST_COUNTED));
    let count = sitting.count(filter).await.unwrap();
    if count != (Count { counted: exact.min(most), more: exact > most }) {
        faults.push(format!("count is {count:?}, and there are {exact}"));
    }
    // Whoever asks for what has ended asks for no tiles: these count what is open.
    if filter.open == Some(false) {
        return faults;
    }
    let totals: Totals = sitting.totals(filter, TODAY).await.unwrap();
    for (name, count, part) in [
        ("open", totals.open, Filter::all()),
        ("overdue", totals.overdue, overdue(Filter::all())),
        ("soon", totals.soon, soon(Filter::all())),
        ("for signature", totals.for_signature, at(&[StageName::ForSignature])),
        ("dispatched", totals.dispatched, at(&[StageName::Dispatched])),
    ] {
        let part = open(part);
        let exact = number(found.iter().filter(|row| row.answers(&part)).count());
        let is_right = if count.more { exact > count.counted } else { exact == count.counted };
        if !is_right {
            faults.push(format!("total of {name} is {count:?}, and there are {exact}"));
        }
    }
    faults
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap()
}

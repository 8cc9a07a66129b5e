//! Claims and numbers ride in the append's own transaction.

use eventstore::{Append, AppendError, Claim, Guards, Invalid, TakeNumber};

use super::{append, office};

fn claiming(name: &str, key: &str) -> Append {
    let guards = Guards { claims: vec![Claim { key: key.to_owned() }], numbers: Vec::new() };
    Append { guards, ..append(name, 0, &["1"]) }
}

fn numbering(name: &str, series: &str, value: i64) -> Append {
    let guards = Guards { claims: Vec::new(), numbers: vec![TakeNumber { series: series.to_owned(), value }] };
    Append { guards, ..append(name, 0, &[&value.to_string()]) }
}

#[tokio::test]
async fn a_key_can_be_claimed_once() {
    let office = office().await;
    let first = claiming("inquiry-1", "ДС-326/2023-09-20");
    office.journal.append(first.clone()).await.unwrap();
    match office.journal.append(claiming("inquiry-2", "ДС-326/2023-09-20")).await {
        Err(AppendError::Claimed { key, stream }) => {
            assert_eq!((key.as_str(), stream.as_str()), ("ДС-326/2023-09-20", "inquiry-1"));
        }
        answer => panic!("{answer:?}"),
    }
    assert!(office.journal.append(first).await.unwrap().repeated, "the owner's own repeat is no clash");
    assert_eq!(office.journal.claimed_by("ДС-326/2023-09-20").await.unwrap().unwrap().as_str(), "inquiry-1");
    assert_eq!(office.count("events").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_who_take_numbers_leave_no_gap_and_no_double() {
    let office = office().await;
    office.journal.ensure_series("outgoing/2023", 17).await.unwrap();
    office.journal.ensure_series("outgoing/2023", 99).await.unwrap();
    let other = office.second_node().await;
    let tasks: Vec<_> = (0..16)
        .map(|taker| {
            let journal = if taker % 2 == 0 { &office.journal } else { &other }.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                let mut next = journal.next_number("outgoing/2023").await.unwrap();
                while taken.len() < 10 {
                    let name = format!("inquiry-{taker}-{}", taken.len());
                    match journal.append(numbering(&name, "outgoing/2023", next)).await {
                        Ok(_) => {
                            taken.push(next);
                            next += 1;
                        }
                        Err(AppendError::NumberTaken { series, next: told }) => {
                            assert_eq!(series, "outgoing/2023");
                            next = told;
                        }
                        Err(error) => panic!("{error:?}"),
                    }
                }
                taken
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    all.sort_unstable();
    assert_eq!(all, (17..177).collect::<Vec<i64>>());
    assert_eq!(office.journal.next_number("outgoing/2023").await.unwrap(), 177);
    assert_eq!(office.journal.next_number("incoming/2023").await.unwrap(), 1);
    assert!(office.verdict().await.ends_with("intact"));
}

#[tokio::test]
async fn a_refused_append_takes_no_number_and_no_key() {
    let office = office().await;
    let mut refused = numbering("inquiry-1", "outgoing", 1);
    refused.guards.claims.push(Claim { key: "K".to_owned() });
    refused.writes[0].expected = 5;
    assert!(matches!(office.journal.append(refused).await, Err(AppendError::Conflict { .. })));
    assert_eq!(office.journal.next_number("outgoing").await.unwrap(), 1);
    assert_eq!(office.journal.claimed_by("K").await.unwrap(), None);
    office.journal.append(numbering("inquiry-1", "outgoing", 1)).await.unwrap();
    office.journal.append(claiming("inquiry-2", "K")).await.unwrap();
    let alone = Append { writes: Vec::new(), ..claiming("inquiry-3", "L") };
    assert!(matches!(office.journal.append(alone).await, Err(AppendError::Invalid(Invalid::GuardsAlone))));
}

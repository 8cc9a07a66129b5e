//! A register in which very many are alike: counts stop, and what comes first still stands first.
#![expect(clippy::expect_used, reason = "rows that cannot be made end the test")]

use testkit::app::TestApp;

use super::browser::Page;
use super::people::People;
use super::worklist::{an_office, counts, lines, links, q, rows};
use crate::api::registered;

/// As many again of an inquiry that is there, each due a day later than the one before, under other numbers.
async fn many_more(app: &TestApp, of: &str, many: i64, word: &str) {
    let client = app.database.connect().await;
    let sql = "create temporary table one as select * from register where inquiry = $1::text::uuid";
    client.execute(&sql.replace("$1", &format!("'{of}'")), &[]).await.expect("a row");
    client
        .batch_execute("alter table one drop column words_index, drop column ministries")
        .await
        .expect("its own columns");
    let columns = "select string_agg(column_name, ', ') from information_schema.columns
                    where table_name = 'one' and column_name not in ('inquiry', 'due', 'words')";
    let columns: String = client.query_one(columns, &[]).await.expect("columns").get(0);
    let sql = format!(
        "insert into register (inquiry, due, words, {columns})
         select gen_random_uuid(), due + n, words || array['{word}'], {columns} from one, generate_series(1, {many}) n"
    );
    client.batch_execute(&sql).await.expect("many more");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_very_many_a_thousand_are_counted_and_the_first_still_come_first() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let [_, second, ..] = an_office(&app).await;
    many_more(&app, &second, 1_305, "жиі").await;
    let later = "update register set stage = 'for_signature'
                  where inquiry in (select inquiry from register where 'жиі' = any (words) order by due desc limit 300)";
    app.database.connect().await.batch_execute(later).await.expect("some stand before the signatory");
    many_more(&app, &second, 3, "сирек").await;
    let clerk = people.at_browser("clerk").await;
    let page = clerk.open("/inquiries").await;
    let shown: Vec<String> = links(&page, "tile").into_iter().map(|(_, words)| words).collect();
    assert!(shown[0].starts_with("1000+ "), "{shown:?}");
    assert!(page.words().contains("More than 1000 found"), "{}", page.words());
    // What is frequent is walked to, what is rare is gathered: both in the order of the days, page by page.
    for (word, found, first) in [("жиі", "More than 100 found", "28.10.2023"), ("сирек", "3 found", "28.10.2023")]
    {
        let page = clerk.open(&format!("/inquiries?q={}", q(word))).await;
        assert!(page.words().contains(found), "{word}: {}", page.words());
        let days = days_of(&page);
        assert!(
            days.is_sorted() && days[0] == first.split('.').rev().collect::<Vec<_>>().join("-"),
            "{word}: {days:?}"
        );
        assert_eq!(rows(&page).len(), if word == "сирек" { 3 } else { 25 });
        if word == "жиі" {
            // Each part by itself, as far as that is cheap: every row has to be looked into for its words.
            let tiles: Vec<String> = links(&page, "tile").into_iter().map(|(_, words)| words).collect();
            assert!(tiles[0].starts_with("100+ ") && tiles[3].starts_with("100+ "), "{tiles:?}");
            let next =
                links(&page, "button small").into_iter().find(|(href, _)| href.contains("after=")).expect("more").0;
            let behind = days_of(&clerk.open(&next).await);
            assert!(behind.is_sorted() && behind[0] > *days.last().expect("a day"), "{behind:?}");
        }
    }
    // Neither: so many are open that those behind them are not counted.
    many_more(&app, &second, 260, "орта").await;
    let later = "update register set due = due + 3000 where 'орта' = any (words)";
    app.database.connect().await.batch_execute(later).await.expect("they are due later");
    let page = clerk.open(&format!("/inquiries?q={}", q("орта"))).await;
    assert!(page.words().contains("260 open found, ended ones not counted"), "{}", page.words());
    let ended = "update register set open = false, stage = 'closed'
                  where inquiry in (select inquiry from register where 'орта' = any (words) limit 240)";
    app.database.connect().await.batch_execute(ended).await.expect("some have ended");
    let page = clerk.open(&format!("/inquiries?q={}", q("орта"))).await;
    assert!(page.words().contains("260 found") && rows(&page).len() == 25, "{}", page.words());
    // Two words: one of them rare. A ministry's own: many; another's: none.
    let both = clerk.open(&format!("/inquiries?q={}", q("сирек дс"))).await;
    assert!(both.words().contains("3 found"), "{}", both.words());
    let lead = people.at_browser("lead").await.open("/inquiries?state=soon").await;
    assert!(links(&lead, "tile")[0].1.starts_with("1000+ "), "{}", lead.words());
    let lead = people.at_browser("lead").await.open("/inquiries").await;
    assert!(lead.words().contains("More than 1000 found"), "{}", lead.words());
    assert_eq!(counts(&people.at_browser("stranger").await.open("/inquiries").await), [0; 5]);
    let led = clerk.open("/inquiries?lead=mlsp&state=assigned&order=received").await;
    assert!(led.words().contains("More than 1000 found") && rows(&led).len() == 25, "{}", led.words());
    // A file says that it is not all only where it is not.
    let file = lines(&clerk.get(&format!("/inquiries/export.csv?q={}", q("жиі"))).await);
    assert_eq!(file.len(), 1_306);
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_own_number_stood_last_of_all_leaves_no_empty_page_behind() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (other, _) = registered(&app, "ДС-5").await;
    registered(&app, "ДС-77").await;
    app.settle().await;
    many_more(&app, &other, 25, "77").await;
    let later = "update register set due = due + 3000 where number_normal = 'ДС-77'";
    app.database.connect().await.batch_execute(later).await.expect("it is due after all others");
    let clerk = people.at_browser("clerk").await;
    let page = clerk.open("/inquiries?q=77").await;
    assert_eq!((rows(&page).len(), rows(&page)[0].as_str()), (26, "ДС-77"), "{}", page.words());
    let next = links(&page, "button small").into_iter().find(|(href, _)| href.contains("after=")).expect("more").0;
    let last = clerk.open(&next).await;
    assert_eq!(rows(&last), ["ДС-77"], "{}", last.words());
}

/// The days on which the rows are due.
fn days_of(page: &Page) -> Vec<String> {
    let cells = page.text.split("class=\"c-due\"><time datetime=\"").skip(1);
    cells.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

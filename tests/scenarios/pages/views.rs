//! Views of the worklist that somebody keeps.

use testkit::app::TestApp;

use super::browser::{Browser, Page};
use super::people::People;
use super::walk::is_whole;
use super::worklist::{an_office, between, links, q, rows};

const VIEWS: &str = "/inquiries/views";

/// The views in the menu: where they lead, and their words with the count.
fn menu(page: &Page) -> Vec<(String, String)> {
    let Some(from) = page.text.find("id=\"side-views\"") else { return Vec::new() };
    let inside = &page.text[from..from + page.text[from..].find("</div>").unwrap_or_default()];
    let hrefs = inside.split("<a href=\"").skip(1);
    hrefs
        .map(|rest| {
            let (href, rest) = rest.split_once('"').unwrap_or_default();
            let words: String =
                rest.split_once('>').map_or("", |(_, rest)| rest).split("</a>").next().unwrap_or_default().into();
            let words: String = words.split('<').map(|part| part.rsplit('>').next().unwrap_or_default()).collect();
            (href.replace("&amp;", "&").replace("&#x3D;", "="), words)
        })
        .collect()
}

async fn keep(browser: &mut Browser<'_>, at: &str, name: &str) -> Page {
    let page = browser.open(at).await;
    browser.submit(&page.form(VIEWS).with("name", name)).await
}

/// Presses a button of a view on the page of views.
async fn press(browser: &mut Browser<'_>, name: &str, what: &str) -> Page {
    let page = browser.open(VIEWS).await;
    let before = page.text.split(&format!("required value=\"{name}\"")).next().unwrap_or_default();
    let id = before.rsplit("name=\"view\" value=\"").next().and_then(|rest| rest.split('"').next());
    let id = id.unwrap_or_default().to_owned();
    let form = page.form(VIEWS);
    let form =
        super::browser::Form { action: form.action, fields: vec![("view".into(), id), ("do".into(), what.into())] };
    browser.submit(&form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_kept_under_a_name_and_counts_in_the_menu() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    assert!(menu(&clerk.open("/inquiries").await).is_empty());
    let narrowed = format!("/inquiries?q={}&state=overdue&lead=mlsp&order=received", q("зейнет"));
    let page = keep(&mut clerk, &narrowed, "  Жеткен   <b>").await;
    is_whole(&page, "a view");
    assert_eq!(rows(&page), ["ДС-3"], "whoever keeps a view sees it");
    let kept = menu(&page);
    assert_eq!(kept[0].1, "Жеткен &lt;b&gt; 1");
    assert_eq!(rows(&clerk.open(&kept[0].0).await), ["ДС-3"]);
    let here = page.text.split("id=\"side-views\"").nth(1).and_then(|menu| menu.split("aria-current=\"page\">").nth(1));
    assert!(
        here.is_some_and(|link| link.split("</svg>").nth(1).is_some_and(|name| name.starts_with("Жеткен"))),
        "{here:?}"
    );
    keep(&mut clerk, "/inquiries", "Бәрі").await;
    keep(&mut clerk, "/inquiries?state=dispatched", "Жөнелтілген").await;
    // The same name again is another question, not another view; a page of the list is none.
    let page = keep(&mut clerk, "/inquiries?state=soon", "Жөнелтілген").await;
    let words: Vec<String> = menu(&page).into_iter().map(|(_, words)| words).collect();
    assert_eq!(words, ["Жеткен &lt;b&gt; 1", "Бәрі 4", "Жөнелтілген 1"]);
    // On other pages the menu names them and counts nothing.
    let elsewhere = menu(&clerk.open("/inquiries/new").await);
    assert_eq!(elsewhere[1], ("/inquiries".to_owned(), "Бәрі".to_owned()));
    // Nobody else sees them.
    assert!(menu(&people.at_browser("control").await.open("/inquiries").await).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_renamed_moved_opened_first_and_removed() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    for (at, name) in
        [("/inquiries?state=open", "a"), ("/inquiries?state=overdue", "b"), ("/inquiries?state=soon", "c")]
    {
        keep(&mut clerk, at, name).await;
    }
    let names = |page: &Page| -> Vec<String> {
        menu(page).into_iter().map(|(_, words)| words).filter(|words| words != "Arrange").collect()
    };
    assert_eq!(names(&press(&mut clerk, "c", "up").await), ["a", "c", "b"]);
    assert_eq!(names(&press(&mut clerk, "a", "down").await), ["c", "a", "b"]);
    // The first has nobody before it, whoever asks.
    assert_eq!(names(&press(&mut clerk, "c", "up").await), ["c", "a", "b"]);
    let page = press(&mut clerk, "b", "open").await;
    is_whole(&page, VIEWS);
    assert!(page.words().contains("opens first"), "{}", page.words());
    assert_eq!(clerk.get("/").await.place, "/inquiries?state=overdue");
    press(&mut clerk, "b", "open-none").await;
    assert_eq!(clerk.get("/").await.place, "/inquiries");
    let page = clerk.open(VIEWS).await;
    let form = page.form(VIEWS).with("name", "Екінші");
    assert_eq!(form.get("do"), "rename");
    assert_eq!(names(&clerk.submit(&form).await), ["Екінші", "a", "b"]);
    let page = clerk.open(VIEWS).await;
    for bad in ["a", "", "   ", &"я".repeat(61)] {
        assert_eq!(clerk.send(&page.form(VIEWS).with("name", bad)).await.status, 422, "{bad}");
    }
    press(&mut clerk, "a", "remove").await;
    assert_eq!(names(&press(&mut clerk, "b", "remove").await), ["Екінші"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_the_views_of_others_and_a_head_shares_with_a_role() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    let mut head = people.at_browser("head").await;
    let page = head.open("/inquiries?state=overdue").await;
    head.submit(&page.form(VIEWS).with("name", "Асығыс").with("shared_with", "executor")).await;
    let mut lead = people.at_browser("lead").await;
    let page = lead.open("/inquiries").await;
    let (href, words) = menu(&page)[0].clone();
    // What it finds for an executor is what an executor may see: ДС-1 is nobody's yet.
    assert_eq!((words.as_str(), rows(&lead.open(&href).await)), ("Асығыс 1", vec!["ДС-3".to_owned()]));
    assert!(menu(&people.at_browser("control").await.open("/inquiries").await).is_empty());
    let views = lead.open(VIEWS).await;
    is_whole(&views, VIEWS);
    assert!(
        views.words().contains("Shared by others") && !views.text.contains("value=\"remove\""),
        "{}",
        views.words()
    );
    let id = between(&head.open(VIEWS).await.text, "name=\"view\" value=\"", "\"").to_owned();
    let kept = page.form(VIEWS);
    assert_eq!(kept.get("shared_with"), "", "an executor shares nothing");
    for what in ["remove", "up", "open", "rename"] {
        let fields = [("view", id.as_str()), ("do", what), ("name", "x")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        lead.send(&super::browser::Form { action: VIEWS.to_owned(), fields }).await;
    }
    assert_eq!(lead.send(&kept.clone().with("name", "x").and("shared_with", "clerk")).await.status, 403);
    assert_eq!(menu(&head.open("/inquiries").await)[0].1, "Асығыс 2");
    // What is kept is an address of the worklist and nothing else.
    for bad in ["state=x", "lead=%3Cb%3E"] {
        assert_eq!(lead.send(&kept.clone().with("name", "x").with("question", bad)).await.status, 400, "{bad}");
    }
    let other = lead.submit(&kept.with("name", "x").with("question", "q=a&next=//evil.example&after=b")).await;
    assert!(menu(&other).iter().all(|(href, _)| !href.contains("evil") && !href.contains("after")), "{}", other.text);
    assert!(links(&other, "chip\"").iter().any(|(_, words)| words.contains("«a»")));
}

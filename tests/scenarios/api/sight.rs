//! Who sees which inquiries: by every route that names one, in every list, and in the database beneath the doors.

use std::collections::BTreeMap;

use directory::{Actor, InquiryNumber, MinistryCode};
use futures_util::FutureExt as _;
use inquiry::InquiryId;
use readmodel::deliveries;
use readmodel::followers::Table;
use readmodel::letters;
use readmodel::rebuild::{Options, rebuild};
use readmodel::register::{self, Filter, Order};
use readmodel::{AsOf, Guard, ReadError, Reader, Sight};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::app::TestApp;
use tokio_postgres::{Client, Row};
use web::routes;

use super::story::{Told, tell};
use super::{command, draft, inquiry, registered, resolution};

/// The tables whose rows the server guards.
const GUARDED: [&str; 12] = [
    "register",
    "delivery",
    "letter",
    "approval",
    "mail",
    "mail_order",
    "duty",
    "search",
    "report_case",
    "report_step",
    "journal_entry",
    "register_past",
];

/// What readers ask for besides: the views of the register, which hold back as its table does; and digests, which whoever sees the whole outbox
/// is shown without a word of what they tell.
const ASKED_BESIDES: [(&str, [bool; 2]); 4] = [
    ("own_register", [true, true]),
    ("ministry_register", [true, true]),
    ("own_search", [true, true]),
    ("digest", [false, true]),
];

/// The views through which whoever sees a part asks.
const VIEWS: [&str; 3] = ["own_register", "ministry_register", "own_search"];

/// The moment at which all of it happens.
const NOW: &str = "2023-09-20T09:40:00Z";

/// The tables that need no guard, because no reader may ask them anything; and why none has to.
const CLOSED: [(&str, &[&str]); 9] = [
    (
        "the journal and the places in it: questions never go there",
        &[
            "events",
            "blocks",
            "blobs",
            "blob_entries",
            "journal_head",
            "streams",
            "commands",
            "claims",
            "number_series",
            "numbers",
            "signed_heads",
            "block_tree",
            "published_heads",
            "followers",
            "parked_events",
            "rebuilds",
            "rebuild_places",
            "schema_migrations",
        ],
    ),
    ("keys of personal texts, and what they seal", &["subject_keys", "legal_holds", "sealed_blobs"]),
    (
        "accounts, and what people come in by",
        &[
            "account",
            "api_token",
            "session",
            "login_failure",
            "second_factor",
            "recovery_code",
            "half_open",
            "linked_identity",
            "substitution",
        ],
    ),
    (
        "what search is made of: words of all texts, and texts of files, which stand in its rows for whoever may read them",
        &["attachment_text", "search_word"],
    ),
    ("who looked: written by the doors, told to auditors by them", &["reading"]),
    (
        "texts of one person or one desk: the doors ask for whoever may see them",
        &["kept_form", "working_text", "working_comment", "saved_view", "saved_search", "report_subscription"],
    ),
    (
        "what came from outside: shown to clerks alone, of no ministry and no deputy yet",
        &["proposal", "inbound_mail", "mail_notice", "inbound_mailbox"],
    ),
    (
        "the mail worker's own bookkeeping",
        &[
            "mail_attempt",
            "mail_report",
            "mail_relay",
            "mail_act",
            "pressing",
            "owed",
            "reminder",
            "notice",
            "digest_day",
            "office_mail_pause",
        ],
    ),
    ("how far what follows from a change of the records is", &["record_errand"]),
];

/// An inquiry of other deputies with everything in it that a ministry's executor writes and reads; its file besides.
async fn somebody_elses(app: &TestApp) -> (Told, String) {
    let mut body = inquiry("ДС-77");
    body["subject"] = json!("Теміржол туралы");
    body["groups"][0]["deputies"][0]["email"] = json!("somebody@mazhilis.example");
    let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key("others").json(&body).send().await.is(201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let mut told = Told { id, version: answer.version(), content_hash: Value::Null };
    told.step(app, "head", "assign-ministries", resolution()).await;
    let bytes = b"%PDF-1.7\nannex\n%%EOF\n".to_vec();
    let file = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    app.call("PUT", &format!("/api/v1/files/{file}")).by("mfa").body("application/pdf", bytes).send().await.is(204);
    let text = json!({ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": "Ұсыныс." }] }] });
    let files = json!([{ "name": "a.pdf", "media_type": "application/pdf", "blob": file }]);
    told.step(app, "mfa", "submit-contribution", json!({ "body": text, "files": files })).await;
    let visas = json!([{ "kind": "legal", "approver": "legal" }]);
    told.revised(app, 1, draft("Үкімет теміржол туралы хабарлайды."), &visas).await;
    app.settle().await;
    (told, file)
}

/// The addresses of an inquiry that are read, each with what the parameters need.
fn addresses(id: &str, file: &str) -> BTreeMap<&'static str, String> {
    let filled = |path: &str| {
        let form = if path.contains("draft.") || path.contains("contribution.") { "md" } else { "pdf" };
        let path = path.replace("{id}", id).replace("{form}", form).replace("{sha256}", file).replace("{n}", "1");
        path.replace("{which}", "signature")
            .replace("{command}", "revise-draft")
            .replace("{ministry}", "mfa")
            .replace("{paper}", &"0".repeat(64))
            .replace("{page}", "1")
            .replace("{account}", "mfa")
    };
    let read = routes::all().iter().filter(|route| route.method.as_str() == "GET" && route.path.contains("{id}"));
    read.map(|route| (route.name.as_str(), filled(&route.path))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_an_inquiry_of_others_by_any_route_or_list() {
    let app = TestApp::start().await;
    let (told, file) = somebody_elses(&app).await;
    let addresses = addresses(&told.id, &file);
    let mut shown = 0;
    for (name, address) in &addresses {
        assert!(!address.contains('{'), "{address}: the test does not know this parameter");
        shown += usize::from(app.get("lead", address).await.status == 200);
        for account in ["stranger", "deputy"] {
            for accept in ["text/html", "application/json"] {
                let answer = app.call("GET", address).by(account).header("Accept", accept).send().await;
                assert!(matches!(answer.status, 403 | 404), "{name} answers {account} with {}", answer.status);
                let text = answer.text();
                for secret in ["Теміржол", "теміржол", "ДС-77", "Сәрсенғалиев", "Ұсыныс."]
                {
                    assert!(!text.contains(secret), "{name} tells {account} of {secret}: {text}");
                }
            }
        }
    }
    assert!(shown >= 12, "only {shown} of {} addresses showed anything to those who may see it", addresses.len());
    let lists = [
        "/api/v1/inquiries".to_owned(),
        "/api/v1/inquiries?q=%D0%B4%D1%81-77&lead=mlsp&state=approval,open".to_owned(),
        "/api/v1/inquiries?order=received&limit=100".to_owned(),
        "/inquiries".to_owned(),
        "/inquiries?whose=all&q=%D1%82%D0%B5%D0%BC%D1%96%D1%80%D0%B6%D0%BE%D0%BB&lead=mlsp&state=approval".to_owned(),
        "/inquiries/export.csv".to_owned(),
        format!("/inquiries?as_of={NOW}"),
        format!("/inquiries/export.csv?as_of={NOW}"),
        format!("/api/v1/inquiries?as_of={NOW}"),
        format!("/inquiries/export.csv?chosen=yes&inquiry={}", told.id),
    ];
    for list in &lists {
        for account in ["stranger", "deputy"] {
            let text = app.call("GET", list).by(account).header("Accept", "text/html").send().await.text();
            assert!(!text.contains(&told.id) && !text.contains("Теміржол"), "{list} tells {account}: {text}");
        }
        assert!(app.get("lead", list).await.is(200).text().contains("Теміржол"), "{list} shows nobody anything");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ministry_that_had_a_part_goes_on_seeing_what_became_of_it() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-1").await;
    let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    let to =
        |from: &str, to: &str| json!({ "from": from, "to": to, "due": "2023-10-06", "reason": "Құзыреті бойынша." });
    let version = command(&app, "head", &id, version, "reassign", &to("mlsp", "mof")).await.is(200).version();
    app.settle().await;
    let listed = |account: &'static str| {
        let app = &app;
        async move { app.get(account, "/api/v1/inquiries").await.is(200).json()["inquiries"].as_array().unwrap().len() }
    };
    for account in ["lead", "mfa", "stranger"] {
        app.get(account, &format!("/api/v1/inquiries/{id}")).await.is(200);
        assert_eq!(listed(account).await, 1, "{account}");
    }
    // To look is not to act.
    let extension = json!({ "ground": "Көп", "until": "2023-11-01" });
    command(&app, "lead", &id, version, "request-extension", &extension).await.is_problem(403, "ministry_not_assigned");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_role_in_the_wrong_place_is_refused() {
    let app = TestApp::start().await;
    let (told, _) = somebody_elses(&app).await;
    let text = json!({ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": "x" }] }] });
    let extension = json!({ "ground": "x", "until": "2023-11-01" });
    let submit = json!({ "version": 1, "required": [{ "kind": "legal", "approver": "legal" }] });
    let visa = json!({ "version": 1, "content_hash": told.content_hash, "kind": "legal" });
    let refusal = json!({ "version": 1, "content_hash": told.content_hash, "kind": "legal", "remarks": "x" });
    let attempts = [
        ("contest-assignment", json!({ "reason": "x" })),
        ("submit-contribution", json!({ "body": text, "files": [] })),
        ("accept-contribution", json!({ "ministry": "mfa" })),
        ("return-contribution", json!({ "ministry": "mfa", "reason": "x" })),
        ("revise-draft", draft("x")),
        ("submit-for-approval", submit.clone()),
        ("request-extension", extension.clone()),
    ];
    // Of another ministry's inquiry an executor is not even told that there is one.
    for (name, body) in &attempts {
        command(&app, "stranger", &told.id, told.version, name, body).await.is_problem(404, "no_such_inquiry");
    }
    // A co-executor knows of it, and is no lead; an approver nobody named is no approver of this letter; a deputy who did not ask, no asker.
    for (name, body) in &attempts[2..] {
        command(&app, "mfa", &told.id, told.version, name, body).await.is_problem(403, "lead_only");
    }
    command(&app, "lead", &told.id, told.version, "submit-contribution", &attempts[1].1)
        .await
        .is_problem(403, "lead_writes_the_draft");
    for (name, body) in [("visa", &visa), ("refuse-visa", &refusal)] {
        command(&app, "office", &told.id, told.version, name, body).await.is_problem(403, "not_named_approver");
    }
    let confirm = json!({ "recipient": 1, "how": "answered_by_mail" });
    let respond = json!({ "recipient": 1, "satisfied": true });
    for (name, body) in
        [("withdraw", json!({ "reason": "x" })), ("confirm-delivery", confirm), ("record-response", respond)]
    {
        let answer = command(&app, "deputy", &told.id, told.version, name, &body).await;
        assert!(answer.status == 404, "{name}: {} {}", answer.status, answer.text());
    }
    assert_eq!(told.dossier(&app).await["version"], told.version, "somebody did something");
}

/// The executor behind an account, as the doors make one.
fn executor(ministry: &str) -> Actor {
    Actor::executor("somebody", MinistryCode::new(ministry).unwrap())
}

fn reader(app: &TestApp, sight: Sight) -> Reader {
    Reader::new(app.database.pool.clone(), Guard::Server, sight)
}

/// How many rows a reader sees, asked in a sitting as a page asks.
async fn counted(reader: &Reader) -> Result<u64, ReadError> {
    let sitting = reader.sit().await?;
    let count = sitting.count(&Filter::all()).await?;
    sitting.rise().await?;
    Ok(count.counted)
}

/// Everything a reader is shown, asked without any condition of the doors.
async fn seen(reader: &Reader, theirs: InquiryId, others: InquiryId) -> [usize; 4] {
    let listed = register::list(reader, &Filter::all(), Order::Due, None, 100).await.unwrap().entries.len();
    assert_eq!(counted(reader).await.unwrap(), listed as u64);
    // And of the past no more.
    let as_of = AsOf { at: NOW.parse().unwrap(), position: i64::MAX };
    let sitting = reader.sit_as_of(Some(as_of)).await.unwrap();
    let then = sitting.list(&Filter::all(), Order::Received, None, 100).await.unwrap().entries.len();
    assert_eq!((then, sitting.count(&Filter::all()).await.unwrap().counted), (listed, listed as u64));
    sitting.rise().await.unwrap();
    let number = InquiryNumber::parse("ДС-1").unwrap();
    let found = register::find_by_number(reader, &number).await.unwrap().len();
    [
        listed,
        found,
        deliveries::with_mail(reader, theirs).await.unwrap().len(),
        deliveries::with_mail(reader, others).await.unwrap().len(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_doors_forget_the_server_holds_back() {
    let app = TestApp::start().await;
    assert_eq!(Guard::found(&app.database.pool.get().await.unwrap()).await.unwrap(), Guard::Server);
    // Sent, of the labour ministry and the foreign one; and one of the finance ministry alone.
    let sent = tell(&app, "ДС-1").await;
    let (other, version) = registered(&app, "ДС-2").await;
    let mut to_finance = resolution();
    to_finance["lead"] = json!("mof");
    to_finance["co_executors"] = json!([]);
    command(&app, "head", &other, version, "assign-ministries", &to_finance).await.is(200);
    app.settle().await;
    let (sent_id, other_id): (InquiryId, InquiryId) = (sent.id.parse().unwrap(), other.parse().unwrap());
    let code = sent.dossier(&app).await["letter"]["verification_code"].as_str().unwrap().to_owned();
    for (sight, shown, letter) in [
        (Sight::Whole, [2, 1, 2, 0], true),
        (Sight::of(&executor("mlsp")), [1, 1, 2, 0], true),
        (Sight::of(&executor("mof")), [1, 0, 0, 0], false),
        (Sight::of(&executor("mj")), [0, 0, 0, 0], false),
        (Sight::of(&Actor::deputy("d", app.deputy)), [2, 1, 2, 0], true),
        (Sight::Own { ministry: None, deputy: None }, [0, 0, 0, 0], false),
    ] {
        let reader = reader(&app, sight.clone());
        assert_eq!(seen(&reader, sent_id, other_id).await, shown, "{sight:?}");
        assert_eq!(letters::by_code(&reader, &code).await.unwrap().is_some(), letter, "{sight:?}");
    }
}

async fn rows_of(client: &Client, role: &str) -> Vec<i64> {
    client.batch_execute(&format!("set role {role}")).await.unwrap();
    let mut rows = Vec::new();
    for table in GUARDED {
        rows.push(client.query_one(&format!("select count(*) from {table}"), &[]).await.unwrap().get(0));
    }
    client.batch_execute("reset role").await.unwrap();
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_context_there_is_no_row_and_nobody_who_reads_may_write() {
    let app = TestApp::start().await;
    tell(&app, "ДС-1").await;
    super::story::to_the_signatory(&app, "ДС-2").await;
    app.settle().await;
    let client = app.database.connect().await;
    assert_eq!(rows_of(&client, "saual_reader").await, [0; GUARDED.len()]);
    client.batch_execute("set role saual_reader").await.unwrap();
    for view in VIEWS {
        let own: i64 = client.query_one(&format!("select count(*) from {view}"), &[]).await.unwrap().get(0);
        assert_eq!(own, 0, "{view}");
    }
    client.batch_execute("reset role").await.unwrap();
    let all = rows_of(&client, "saual_overseer").await;
    assert!(all.iter().all(|rows| *rows > 0), "{all:?}");
    for role in ["saual_reader", "saual_overseer"] {
        client.batch_execute(&format!("set role {role}")).await.unwrap();
        for table in GUARDED.into_iter().chain(VIEWS) {
            let error = client.execute(&format!("delete from {table}"), &[]).await.unwrap_err();
            assert_eq!(error.code().unwrap().code(), "42501", "{role} {table}");
        }
        for secret in CLOSED.iter().flat_map(|(_, tables)| *tables) {
            let error = client.query(&format!("select * from {secret}"), &[]).await.unwrap_err();
            assert_eq!(error.code().unwrap().code(), "42501", "{role} {secret}");
        }
        client.batch_execute("reset role").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_guarded_or_closed_to_readers() {
    let app = TestApp::start().await;
    let client = app.database.connect().await;
    let sql = "select relname::text, relrowsecurity,
                      array[has_table_privilege('saual_reader', pg_class.oid, 'SELECT'),
                            has_table_privilege('saual_overseer', pg_class.oid, 'SELECT')],
                      has_table_privilege('saual_reader', pg_class.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                      or has_table_privilege('saual_overseer', pg_class.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                 from pg_class join pg_namespace on pg_namespace.oid = relnamespace
                where nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and relkind in ('r', 'p', 'v', 'm')";
    let mut found = BTreeMap::new();
    for row in client.query(sql, &[]).await.unwrap() {
        let (table, is_guarded, reads, writes): (String, bool, Vec<bool>, bool) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        assert!(!writes, "a reader may write {table}");
        found.insert(table, (is_guarded, [reads[0], reads[1]]));
    }
    let guarded = GUARDED.map(|table| (table, (true, [true, true])));
    let besides = ASKED_BESIDES.map(|(table, reads)| (table, (false, reads)));
    let closed = CLOSED.iter().flat_map(|(_, tables)| *tables).map(|table| (*table, (false, [false, false])));
    let named: BTreeMap<String, _> =
        guarded.into_iter().chain(besides).chain(closed).map(|(table, how)| (table.to_owned(), how)).collect();
    assert_eq!(found, named, "whoever adds a table guards its rows, or closes it and says why that will do");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_reader_stays_behind_in_a_connection() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-1").await;
    command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    app.settle().await;
    let pool = eventstore::pool(&app.database.config, 1).unwrap();
    let reader = Reader::new(pool.clone(), Guard::Server, Sight::of(&executor("mlsp")));
    let left = async || {
        let client = pool.get().await.unwrap();
        let sql = "select current_user = session_user, coalesce(current_setting('saual.ministry', true), ''),
                          (select count(*) from register), now()";
        let (one, two) = (client.query_one(sql, &[]).await.unwrap(), client.query_one(sql, &[]).await.unwrap());
        // Within one transaction it is always the same moment.
        let moment = |row: &Row| row.get::<_, jiff::Timestamp>(3);
        (one.get::<_, bool>(0), one.get::<_, String>(1), one.get::<_, i64>(2), moment(&one) < moment(&two))
    };
    let (clean, number) = ((true, String::new(), 1, true), InquiryNumber::parse("ДС-1").unwrap());
    assert_eq!(counted(&reader).await.unwrap(), 1);
    assert_eq!(left().await, clean);
    assert_eq!(register::find_by_number(&reader, &number).await.unwrap().len(), 1);
    assert_eq!(left().await, clean);
    // A question that its asker leaves in the middle.
    for steps in 1..40 {
        {
            let mut asking = std::pin::pin!(async {
                counted(&reader).await.unwrap();
                register::find_by_number(&reader, &number).await.unwrap();
            });
            for _ in 0..steps {
                if (&mut asking).now_or_never().is_some() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(left().await, clean, "left after {steps} steps");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ministry_asks_for_words_by_their_index_and_sees_whole_rows() {
    let app = TestApp::start().await;
    let client = app.database.connect().await;
    client.batch_execute("set role saual_reader; set saual.ministry = 'mlsp'; set enable_seqscan = off").await.unwrap();
    for view in ["own_register", "ministry_register"] {
        let question =
            format!("explain select inquiry from {view} where words_index @@ 'x' and took_part @> array['mlsp']");
        let plan: Vec<String> = client.query(&question, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
        let by_index = plan.iter().any(|line| {
            line.contains("Index Cond") && line.contains("words_index @@") && line.contains("took_part @>")
        });
        assert!(by_index, "{plan:#?}");
    }
    // A column that the register is given needs the view made anew.
    let columns = "select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
                     from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped";
    let columns = async |name: &str| client.query_one(columns, &[&name]).await.unwrap().get::<_, String>(0);
    assert_eq!(columns("own_register").await, columns("register").await);
    assert_eq!(columns("ministry_register").await, columns("register").await);
}

/// The policies of a table, as text.
async fn policies(client: &Client, table: &str) -> String {
    let sql = "select string_agg(concat_ws(' ', policyname, permissive, roles, cmd, qual, with_check), e'\n' order by policyname)
                      || (select relrowsecurity from pg_class where oid = $1::text::regclass)
                 from pg_policies where tablename = $1";
    client.query_one(sql, &[&table]).await.unwrap().get::<_, Option<String>>(0).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_made_again_is_guarded_as_the_one_before() {
    let app = TestApp::start().await;
    let sent = tell(&app, "ДС-1").await;
    app.settle().await;
    let client = app.database.connect().await;
    let id: InquiryId = sent.id.parse().unwrap();
    // Proposals are asked for by the clerks' pages and a deputy's own alone, and by neither through a reader.
    for table in Table::ALL.into_iter().filter(|table| *table != Table::Proposals) {
        let before = policies(&client, table.relation()).await;
        assert!(before.contains("own PERMISSIVE {saual_reader} SELECT") && before.ends_with("true"), "{before}");
        let options = Options::usual("these tests");
        rebuild(app.journal(), &app.database.config, table, &options, &|_| ()).await.unwrap();
        assert_eq!(policies(&client, table.relation()).await, before, "{table:?}");
    }
    assert_eq!(seen(&reader(&app, Sight::of(&executor("mfa"))), id, id).await, [1, 1, 2, 2]);
    assert_eq!(seen(&reader(&app, Sight::of(&executor("mof"))), id, id).await, [0; 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_no_superuser_is_guarded_once_it_has_the_roles() {
    let database = testkit::empty_database().await;
    let admin = database.connect().await;
    let login = format!("{}_login", database.name);
    // The roles belong to the whole server: another database of these tests may have made them already, or this one does.
    let roles = "do $$ declare one text; begin
        foreach one in array array['saual_app', 'saual_reader', 'saual_overseer'] loop
            begin execute format('create role %I nologin', one); exception when duplicate_object or unique_violation then null; end;
        end loop; end $$";
    admin.batch_execute(roles).await.unwrap();
    admin
        .batch_execute(&format!("create role {login} login; alter database {} owner to {login}", database.name))
        .await
        .unwrap();
    let mut config = database.config.clone();
    config.user(&login);
    let (mut client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    admin.batch_execute(&format!("grant create, usage on schema public to {login}")).await.unwrap();
    schema::migrate(&mut client).await.unwrap();
    assert_eq!(Guard::found(&client).await.unwrap(), Guard::Nobody);
    admin.batch_execute(&format!("grant saual_reader, saual_overseer to {login}")).await.unwrap();
    assert_eq!(Guard::found(&client).await.unwrap(), Guard::Server);
    client
        .batch_execute(
            "insert into letter values ('00000-00000', gen_random_uuid(), 1, 'kk', 'x', now(), true, repeat('0', 64), null, null, null, null, 1)",
        )
        .await
        .unwrap();
    let pool = eventstore::pool(&config, 1).unwrap();
    for (sight, is_shown) in [(Sight::Whole, true), (Sight::of(&executor("mlsp")), false)] {
        let reader = Reader::new(pool.clone(), Guard::Server, sight);
        assert_eq!(letters::by_code(&reader, "00000-00000").await.unwrap().is_some(), is_shown);
    }
    drop(client);
    pool.close();
    let clean = format!("reassign owned by {login} to current_user; drop owned by {login}");
    admin.batch_execute(&clean).await.unwrap();
    admin.batch_execute(&format!("drop role {login}")).await.unwrap();
}

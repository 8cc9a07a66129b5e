//! The story of ДС-326, step by step, through the doors that people use.
//!
//! Every step carries a key made from its own name, so that a story that was broken off anywhere is told again from the
//! beginning and yet happens once: what was done answers its first result.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use uuid::Uuid;

use super::accounts::{
    APPROVER_LANGUAGE, APPROVER_LEGAL, APPROVER_OFFICE, CLERK, CONTROL, DEPUTY, HEAD, LEAD, MFA, SIGNATORY,
};
use super::clock::StoryClock;
use super::doors::{Answer, Ask, Doors};
use super::print::{Line, Printer};

/// The name space of the keys of the steps.
const STEPS: Uuid = Uuid::from_u128(0x5a0a_1326_2023_0920_8000_0000_d326_0001);
/// How long the workers may take for something that takes them a second.
const PATIENCE: Duration = Duration::from_secs(60);

const REGISTRATION: &str = include_str!("../../data/ds-326/registration.json");
const CONTRIBUTION_1: &str = include_str!("../../data/ds-326/contribution-1.json");
const CONTRIBUTION_2: &str = include_str!("../../data/ds-326/contribution-2.json");
const DRAFT_1: &str = include_str!("../../data/ds-326/draft-1.json");
const DRAFT_2: &str = include_str!("../../data/ds-326/draft-2.json");

/// How many deputies stand on the list of ДС-326.
pub(super) const RECIPIENTS: u64 = 8;

/// The teller: where the story stands.
pub(super) struct Story<'a> {
    doors: &'a Doors,
    clock: Arc<StoryClock>,
    printer: &'a mut Printer,
    inquiry: String,
    version: u64,
    /// Hash of the current draft, which visas and the signature name.
    content_hash: String,
    told: u64,
}

/// What the story came to.
pub(super) struct Told {
    /// The id of the inquiry.
    pub inquiry: String,
    /// The names of the files that its own mails were written to.
    pub mails: Vec<String>,
    /// It had been told to its end before: whatever happened to it since is people's own doing.
    pub before: bool,
}

/// Tells the whole story; one that was told to its end before is only printed.
pub(super) fn tell(doors: &Doors, clock: Arc<StoryClock>, printer: &mut Printer) -> anyhow::Result<Told> {
    let mut story =
        Story { doors, clock, printer, inquiry: String::new(), version: 0, content_hash: String::new(), told: 0 };
    story.arrival()?;
    let end = story.end()?;
    if let Some(end) = end {
        story.version = end;
        story.print_new_events()?;
    } else {
        story.resolution()?;
        story.work()?;
        story.approval()?;
        story.signing()?;
        story.delivery()?;
    }
    Ok(Told { mails: story.mails()?, inquiry: story.inquiry, before: end.is_some() })
}

impl Story<'_> {
    /// The inquiry arrives and is registered.
    fn arrival(&mut self) -> anyhow::Result<()> {
        self.clock.set(astana("2023-09-20T15:40")?);
        let body: Value = serde_json::from_str(REGISTRATION)?;
        let answer = self.doors.ask(&Ask {
            account: CLERK,
            path: "/inquiries",
            body: &body,
            seen: None,
            key: key("register"),
        })?;
        self.inquiry = answer.body["id"].as_str().context("the registration answered no id")?.to_owned();
        self.advance(&answer)?;
        self.print_new_events()
    }

    /// The revision with which the story ends, once it has.
    fn end(&self) -> anyhow::Result<Option<u64>> {
        let events = self.events()?;
        Ok(events.iter().find(|event| event["type"] == "inquiry_closed").and_then(|event| event["version"].as_u64()))
    }

    /// The files of the mails that the story itself sent; what was sent again after its end is not of it.
    fn mails(&self) -> anyhow::Result<Vec<String>> {
        let events = self.events()?;
        let own = events.iter().filter(|event| {
            event["type"] == "reply_accepted"
                && event["version"].as_u64().is_some_and(|version| version <= self.version)
        });
        let file = |event: &Value| {
            let answer = event["payload"]["answer"].as_str().unwrap_or_default();
            let (_, name) = answer.split_once("written to ").context("a mail of the story was written to no file")?;
            Ok(name.to_owned())
        };
        own.map(file).collect()
    }

    /// The head of the Office says who prepares the reply.
    fn resolution(&mut self) -> anyhow::Result<()> {
        self.step("assign", "2023-09-21T09:30", HEAD, "assign-ministries", &json!({
            "resolution": "Еңбек және халықты әлеуметтік қорғау министрлігіне – негізгі орындаушы, Сыртқы істер министрлігіне – бірлесіп орындаушы. Белгіленген мерзімде жауап жобасын енгізсін.",
            "lead": "mlsp", "lead_due": "2023-10-06",
            "co_executors": [{ "ministry": "mfa", "due": "2023-09-29", "task": "Екінші сұрақ бойынша ұсыныс енгізу" }],
        }))
    }

    /// The co-executor contributes; the lead returns the first contribution and accepts the second.
    fn work(&mut self) -> anyhow::Result<()> {
        self.step(
            "contribute-1",
            "2023-09-26T11:05",
            MFA,
            "submit-contribution",
            &serde_json::from_str(CONTRIBUTION_1)?,
        )?;
        self.step(
            "return-contribution",
            "2023-09-26T16:20",
            LEAD,
            "return-contribution",
            &json!({
                "ministry": "mfa",
                "reason": "Полицияға жүгіну тәртібі мен медициналық көмек алу құқығы туралы мәліметпен толықтырыңыз.",
            }),
        )?;
        self.step(
            "contribute-2",
            "2023-09-28T10:10",
            MFA,
            "submit-contribution",
            &serde_json::from_str(CONTRIBUTION_2)?,
        )?;
        self.step("accept-contribution", "2023-09-28T15:00", LEAD, "accept-contribution", &json!({ "ministry": "mfa" }))
    }

    /// The first version is refused by one approver; the second one is approved by all.
    fn approval(&mut self) -> anyhow::Result<()> {
        let required = json!([
            { "kind": "legal", "approver": APPROVER_LEGAL },
            { "kind": "language", "approver": APPROVER_LANGUAGE },
            { "kind": "office", "approver": APPROVER_OFFICE },
        ]);
        self.revise("revise-1", "2023-09-29T12:00", DRAFT_1, "Бірінші нұсқа")?;
        self.step(
            "submit-1",
            "2023-09-29T12:10",
            LEAD,
            "submit-for-approval",
            &json!({ "version": 1, "required": required }),
        )?;
        let visa = |story: &Self, version: u32, kind: &str| json!({ "version": version, "content_hash": story.content_hash, "kind": kind });
        self.step("visa-legal-1", "2023-09-29T17:40", APPROVER_LEGAL, "visa", &visa(self, 1, "legal"))?;
        let mut refusal = visa(self, 1, "language");
        refusal["remarks"] = json!(
            "Соңғы абзац түсіп қалған: Сыртқы істер министрлігінің шетелде еңбек ететін азаматтар жөніндегі жұмысы көрсетілсін."
        );
        self.step("refuse-language-1", "2023-10-02T10:15", APPROVER_LANGUAGE, "refuse-visa", &refusal)?;
        self.revise("revise-2", "2023-10-02T14:30", DRAFT_2, "Сыртқы істер министрлігі туралы абзац қосылды")?;
        self.step(
            "submit-2",
            "2023-10-02T14:35",
            LEAD,
            "submit-for-approval",
            &json!({ "version": 2, "required": required }),
        )?;
        self.step("visa-legal-2", "2023-10-02T17:20", APPROVER_LEGAL, "visa", &visa(self, 2, "legal"))?;
        self.step("visa-language-2", "2023-10-03T09:45", APPROVER_LANGUAGE, "visa", &visa(self, 2, "language"))?;
        self.step("visa-office-2", "2023-10-03T16:05", APPROVER_OFFICE, "visa", &visa(self, 2, "office"))
    }

    /// The Prime Minister signs the bytes on the screen; only then does the letter get its number.
    fn signing(&mut self) -> anyhow::Result<()> {
        self.step("submit-for-signature", "2023-10-04T10:00", CLERK, "submit-for-signature", &json!({ "version": 2 }))?;
        let seen = self.doors.fetch(SIGNATORY, &format!("/inquiries/{}/reply.pdf", self.inquiry))?;
        let sign = json!({
            "version": 2, "content_hash": self.content_hash, "pdf_sha256": super::sha256_of(&seen),
        });
        self.sign_once(&sign)?;
        self.step("number", "2023-10-05T11:20", CLERK, "assign-outgoing-number", &json!({}))?;
        self.step("dispatch", "2023-10-05T11:45", CLERK, "dispatch", &json!({}))?;
        self.wait_for_acceptances()
    }

    /// Deputies confirm, one letter is handed over, the inquiry is taken off control and closed.
    fn delivery(&mut self) -> anyhow::Result<()> {
        self.step(
            "confirm-1",
            "2023-10-05T14:10",
            DEPUTY,
            "confirm-delivery",
            &json!({ "recipient": 1, "how": "opened_here" }),
        )?;
        for (recipient, at) in [
            (2, "2023-10-05T15:02"),
            (3, "2023-10-05T15:20"),
            (4, "2023-10-06T09:12"),
            (5, "2023-10-06T09:30"),
            (6, "2023-10-06T10:41"),
            (7, "2023-10-06T11:15"),
        ] {
            let how = if recipient % 2 == 0 { "answered_by_mail" } else { "said_by_telephone" };
            self.step(
                &format!("confirm-{recipient}"),
                at,
                CLERK,
                "confirm-delivery",
                &json!({ "recipient": recipient, "how": how }),
            )?;
        }
        self.step(
            "by-hand-8",
            "2023-10-09T12:00",
            CLERK,
            "record-delivery-by-hand",
            &json!({
                "recipient": 8, "on": "2023-10-09", "note": "Депутаттың көмекшісіне қолма-қол берілді, қолхат алынды.",
            }),
        )?;
        self.step("off-control", "2023-10-10T09:30", CONTROL, "remove-from-control", &json!({}))?;
        self.step("close", "2023-10-10T09:35", CONTROL, "close", &json!({ "outcome": { "kind": "answered" } }))
    }

    fn revise(&mut self, name: &str, at: &str, draft: &str, comment: &str) -> anyhow::Result<()> {
        let content: Value = serde_json::from_str(draft)?;
        let sources = sources(&content)?;
        self.step(
            name,
            at,
            LEAD,
            "revise-draft",
            &json!({ "content": content, "sources": sources, "comment": comment }),
        )?;
        Ok(())
    }

    /// One command at its moment; prints what it made happen.
    fn step(&mut self, name: &str, at: &str, account: &str, command: &str, body: &Value) -> anyhow::Result<()> {
        self.clock.set(astana(at)?);
        let path = format!("/inquiries/{}/commands/{command}", self.inquiry);
        let answer = self.doors.ask(&Ask { account, path: &path, body, seen: Some(self.version), key: key(name) })?;
        self.advance(&answer)?;
        self.print_new_events()
    }

    /// The signature, over exactly the bytes that were looked at. When the story is told again after the letter got its number,
    /// the address of the letter answers the registered file, and the first request must be repeated as it was.
    fn sign_once(&mut self, sign: &Value) -> anyhow::Result<()> {
        let mut sign = sign.clone();
        let events = self.events()?;
        if let Some(signed) = events.iter().find(|event| event["type"] == "reply_signed") {
            sign["pdf_sha256"] = signed["payload"]["pdf"].clone();
        }
        self.step("sign", "2023-10-05T10:30", SIGNATORY, "sign", &sign)
    }

    /// The worker writes eight mails and reports each.
    fn wait_for_acceptances(&mut self) -> anyhow::Result<()> {
        let since = Instant::now();
        loop {
            let events = self.events()?;
            let accepted = events.iter().filter(|event| event["type"] == "reply_accepted").count() as u64;
            if accepted >= RECIPIENTS {
                self.version = self.told + (RECIPIENTS - self.told_acceptances(&events));
                return self.print_new_events();
            }
            if since.elapsed() > PATIENCE {
                bail!(
                    "only {accepted} of {RECIPIENTS} mails were written within {} s; see the log",
                    PATIENCE.as_secs()
                );
            }
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    fn told_acceptances(&self, events: &[Value]) -> u64 {
        let told = |event: &&Value| {
            event["type"] == "reply_accepted" && event["version"].as_u64().is_some_and(|version| version <= self.told)
        };
        events.iter().filter(told).count() as u64
    }

    fn advance(&mut self, answer: &Answer) -> anyhow::Result<()> {
        self.version = answer.version.context("an answer without ETag")?;
        Ok(())
    }

    fn events(&self) -> anyhow::Result<Vec<Value>> {
        let answer = self.doors.look(CONTROL, &format!("/inquiries/{}/events", self.inquiry))?;
        answer.body["events"].as_array().cloned().context("the history is no list")
    }

    /// Prints the events up to the version that the story has reached; a retold story does not run ahead of itself.
    fn print_new_events(&mut self) -> anyhow::Result<()> {
        for event in self.events()? {
            let version = event["version"].as_u64().context("an event without version")?;
            if version <= self.told || version > self.version {
                continue;
            }
            let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
            if event["type"] == "draft_revised" {
                self.content_hash =
                    event["payload"]["content_hash"].as_str().context("a draft without hash")?.to_owned();
            }
            let (name, words, at, by) = (text("type"), text("words"), local(&text("at"))?, text("actor"));
            self.printer.event(&Line {
                event: &name,
                words: &words,
                at: &at,
                by: &by,
                inquiry: "ДС-326",
                version,
                detail: detail(&name, &event["payload"]),
            });
            self.told = version;
        }
        Ok(())
    }
}

/// The lead takes over what the Ministry of Foreign Affairs has sent, and says so of every block.
fn sources(content: &Value) -> anyhow::Result<Vec<Option<&'static str>>> {
    let contribution: Value = serde_json::from_str(CONTRIBUTION_2)?;
    let sent = contribution["body"]["blocks"].as_array().context("the contribution has no blocks")?;
    let blocks = content["body"]["blocks"].as_array().context("the draft has no blocks")?;
    Ok(blocks.iter().map(|block| sent.contains(block).then_some("mfa/2")).collect())
}

/// What a machine that reads the lines wants beside the event.
fn detail(event: &str, payload: &Value) -> Value {
    match event {
        "control_set" => json!({ "due": payload["deadline"]["due"] }),
        "draft_revised" => {
            json!({ "content_hash": payload["content_hash"], "draft": payload["version"], "voided": payload["voided"] })
        }
        "reply_signed" => json!({ "sha256": payload["pdf"] }),
        "outgoing_number_assigned" => json!({ "number": payload["number"], "sha256": payload["pdf"] }),
        "reply_accepted" | "delivery_confirmed" | "delivered_by_hand" => json!({ "recipient": payload["recipient"] }),
        _ => json!({}),
    }
}

/// The key of a step: the same in every telling.
fn key(step: &str) -> Uuid {
    Uuid::new_v5(&STEPS, step.as_bytes())
}

/// A moment by the clocks of Astana.
fn astana(local: &str) -> anyhow::Result<Timestamp> {
    let moment: DateTime = local.parse().with_context(|| format!("{local} is no moment"))?;
    Ok(moment.to_zoned(TimeZone::get("Asia/Almaty")?)?.timestamp())
}

/// The moment of an event by the clocks of Astana, with its offset.
fn local(at: &str) -> anyhow::Result<String> {
    let moment: Timestamp = at.parse().with_context(|| format!("{at} is no moment"))?;
    let zoned = moment.to_zoned(TimeZone::get("Asia/Almaty")?);
    Ok(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

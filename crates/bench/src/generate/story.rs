//! Histories as they go in an office, made by asking real inquiries real commands: what an inquiry would refuse is in none.
//!
//! Whatever differs from inquiry to inquiry is a mark here (see [`super::template`]): an id, a number, a name that a
//! template finds again in the stored text.

use anyhow::Context;
use directory::{
    Actor, Authority, ChamberCode, DeputyId, Directory, Ground, InquiryNumber, Language, MinistryCode, OfficeCode,
    PersonId, Role, deadline,
};
use inquiry::command::{
    AcceptContribution, AssignMinistries, AssignOutgoingNumber, Close, ConfirmDelivery, Dispatch, GrantExtension,
    LinkRepeat, RecordAcceptance, RecordDeliveryByHand, RecordFailure, RecordResponse, RefuseVisa, Register,
    RequestExtension, ReturnContribution, ReviseDraft, Sign, SubmitContribution, SubmitForApproval, SubmitForSignature,
    Visa,
};
use inquiry::content::{AnswerLink, DraftContent, Performer};
use inquiry::ids::{CertificateFingerprint, VerificationCode};
use inquiry::intake::{Channel, GroupKind, Intake, Question, Recipient, RecipientGroup};
use inquiry::same::Found;
use inquiry::state::Stage;
use inquiry::terms::{
    CoExecutor, FailureStage, MadeFrom, Outcome, ReceiptProof, RequiredVisa, SignatoryBlock, VisaKind,
};
use inquiry::{Ask, BlobHash, Command, DraftVersion, Event, Inquiry, InquiryId, QuestionNo, RecipientNo, decide};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use crate::chance::Chance;

/// The inquiry of every template.
pub(super) const INQUIRY: Uuid = Uuid::from_u128(0x1d1d_1d1d_1d1d_4d1d_9d1d_1d1d_1d1d_1d1d);
/// Its number.
pub(super) const NUMBER: &str = "ДС-909090";
/// Its incoming number.
pub(super) const INCOMING: &str = "кір-808080";
/// Its place in the outgoing series.
pub(super) const OUTGOING: i64 = 707_070;
/// What it is about.
pub(super) const SUBJECT: &str = "Тақырып-909090";
/// The day from which all its days are counted: a Wednesday.
pub(super) const RECEIVED: Date = date(2023, 9, 20);
/// The series of outgoing numbers.
pub(super) const SERIES: &str = "outgoing-generated";

/// The name of a deputy, by their place on the list.
pub(super) fn name(no: u16) -> String {
    format!("Х. Есім-{no:02}")
}

/// The identity of a deputy, by their place on the list.
pub(super) fn deputy(no: u16) -> Uuid {
    Uuid::from_u128(0xd0d0_d0d0_d0d0_4d0d_8d0d_d0d0_d0d0_0000 + u128::from(no))
}

/// What one person did at one moment, and the events it led to.
pub(super) struct Step {
    pub(super) actor: String,
    pub(super) at: Timestamp,
    pub(super) events: Vec<Event>,
}

/// Somebody who tells a story.
struct Teller {
    directory: Directory,
    inquiry: Inquiry,
    today: Date,
    minute: i64,
    steps: Vec<Step>,
}

const MINISTRIES: [&str; 8] = ["mlsp", "mfa", "mof", "moh", "mia", "me", "mai", "mt"];

impl Teller {
    fn new() -> anyhow::Result<Self> {
        let directory = Directory::embedded().context("the built-in directory cannot be read")?;
        Ok(Self { directory, inquiry: Inquiry::NotReceived, today: RECEIVED, minute: 0, steps: Vec::new() })
    }

    fn days_later(&mut self, days: i64) -> anyhow::Result<()> {
        self.today = self.today.checked_add(days.days())?;
        self.minute = 0;
        Ok(())
    }

    /// Asks, and keeps what follows.
    fn ask(&mut self, by: &Actor, ask: impl Into<Ask>) -> anyhow::Result<()> {
        let morning: Timestamp = format!("{}T04:00:00Z", self.today).parse()?;
        let at = morning.checked_add(self.minute.minutes())?;
        self.minute += 7;
        let ask = ask.into();
        let what = ask.name();
        let command = Command { by: by.clone(), at, seen: None, ask };
        let events = decide(&self.inquiry, &command).with_context(|| format!("{what:?} was refused"))?;
        for event in &events {
            self.inquiry = std::mem::take(&mut self.inquiry).evolve(event);
        }
        self.steps.push(Step { actor: by.name.clone(), at, events });
        Ok(())
    }

    fn draft(&self) -> anyhow::Result<(DraftVersion, inquiry::ContentHash)> {
        let dossier = self.inquiry.dossier().context("nothing was received")?;
        let draft = dossier.draft.as_ref().context("there is no draft")?;
        Ok((draft.version, draft.content_hash))
    }
}

fn person(name: &str, role: Role) -> Actor {
    Actor::new(name, [role])
}

/// A story as chance has it: from receipt to the deputies, or to somewhere on the way.
pub(super) fn tell(chance: &mut Chance) -> anyhow::Result<Vec<Step>> {
    let mut teller = Teller::new()?;
    let deputies = 1 + u16::try_from(chance.below(8))?;
    let lead = MINISTRIES.get(chance.below(MINISTRIES.len())).copied().unwrap_or("mlsp");
    let helper = MINISTRIES.iter().copied().find(|code| *code != lead && chance.below(3) == 0);
    // One inquiry in eight is still being worked on, at one of these.
    let end = if chance.below(8) == 0 { chance.below(4) } else { 4 };
    arrival(&mut teller, deputies, lead, helper)?;
    if end == 0 {
        return Ok(teller.steps);
    }
    if let Some(helper) = helper {
        contribution(&mut teller, chance, lead, helper)?;
    }
    if chance.below(5) == 0 {
        teller.ask(
            &executor(lead)?,
            RequestExtension { ground: text("Жауап күтілуде. ", 3), until: date(2023, 11, 10) },
        )?;
        teller.ask(&person("control", Role::Control), GrantExtension { until: date(2023, 11, 3) })?;
    }
    if end == 1 {
        return Ok(teller.steps);
    }
    approval(&mut teller, chance, lead)?;
    if end == 2 {
        return Ok(teller.steps);
    }
    signing(&mut teller)?;
    if end == 3 {
        return Ok(teller.steps);
    }
    delivery(&mut teller, chance, deputies)?;
    Ok(teller.steps)
}

/// A story of exactly that many events: a closed inquiry to which repeats were linked until it was so long.
pub(super) fn of_length(events: usize) -> anyhow::Result<Vec<Step>> {
    for seed in 0..500 {
        let steps = tell(&mut Chance::new(seed))?;
        let length: usize = steps.iter().map(|step| step.events.len()).sum();
        if length > events || length + 6 < events {
            continue;
        }
        let mut teller = Teller::new()?;
        for event in steps.iter().flat_map(|step| &step.events) {
            teller.inquiry = std::mem::take(&mut teller.inquiry).evolve(event);
        }
        teller.steps = steps;
        teller.days_later(60)?;
        for repeat in length..events {
            let repeat = InquiryId(Uuid::from_u128(0xeeee_0000 + repeat as u128));
            let number = "ДС-1000".to_owned();
            teller.ask(&person("clerk", Role::Clerk), LinkRepeat { repeat, number })?;
        }
        return Ok(teller.steps);
    }
    anyhow::bail!("no story of {events} events was found")
}

fn executor(ministry: &str) -> anyhow::Result<Actor> {
    Ok(Actor::executor(format!("executor-{ministry}"), MinistryCode::new(ministry)?))
}

fn intake(deputies: u16) -> anyhow::Result<Intake> {
    let recipient = |no: u16| -> anyhow::Result<Recipient> {
        Ok(Recipient {
            no: RecipientNo(no),
            deputy: Some(DeputyId::new(deputy(no))),
            name: name(no),
            email: Some(format!("deputy{no}@parliament.example").parse()?),
        })
    };
    let first = (1..=deputies.min(4)).map(recipient).collect::<anyhow::Result<Vec<_>>>()?;
    let second = (5..=deputies).map(recipient).collect::<anyhow::Result<Vec<_>>>()?;
    let group = |label: &str, deputies| RecipientGroup {
        label_lines: vec![label.to_owned(), "фракция мүшелері, депутаттар".to_owned()],
        kind: GroupKind::FactionMembers,
        deputies,
    };
    let mut groups = vec![group("«AMANAT» партиясының", first)];
    if !second.is_empty() {
        groups.push(group("«RESPUBLICA» партиясының", second));
    }
    let question = |no, words: &str| Question { no: QuestionNo(no), text: text(words, 3) };
    Ok(Intake {
        number: InquiryNumber::parse(&format!("№{NUMBER}"))?,
        chamber: ChamberCode::new("mazhilis")?,
        convocation: Some(8),
        dated: RECEIVED,
        received: RECEIVED,
        channel: Channel::Plenary,
        language: Language::Kk,
        subject: SUBJECT.to_owned(),
        questions: vec![
            question(1, "Қандай шаралар қабылданды? "),
            question(2, "Азаматтардың құқықтары қалай қорғалады? "),
        ],
        groups,
        attachments: Vec::new(),
    })
}

fn arrival(teller: &mut Teller, deputies: u16, lead: &str, helper: Option<&str>) -> anyhow::Result<()> {
    let intake = intake(deputies)?;
    let rule = teller.directory.at(RECEIVED).reply_rule().cloned().context("no rule for replies")?;
    let deadline = deadline::due(RECEIVED, &rule, teller.directory.calendar())?;
    let incoming_number = format!("ДС-{INCOMING}");
    let register = Register { inquiry: InquiryId(INQUIRY), intake, incoming_number, deadline, topic: None };
    teller.ask(&person("clerk", Role::Clerk), register)?;
    teller.days_later(1)?;
    let co_executor = |code| -> anyhow::Result<CoExecutor> {
        Ok(CoExecutor {
            ministry: MinistryCode::new(code)?,
            due: date(2023, 10, 6),
            task: text("Ұсыныс енгізсін. ", 2),
        })
    };
    let co_executors = helper.into_iter().map(co_executor).collect::<anyhow::Result<_>>()?;
    let resolution = text("Қарап, депутаттарға белгіленген мерзімде жауап дайындасын. ", 2);
    let assign =
        AssignMinistries { resolution, lead: MinistryCode::new(lead)?, lead_due: date(2023, 10, 12), co_executors };
    teller.ask(&person("head", Role::Head), assign)
}

fn contribution(teller: &mut Teller, chance: &mut Chance, lead: &str, helper: &str) -> anyhow::Result<()> {
    teller.days_later(5)?;
    let ministry = MinistryCode::new(helper)?;
    let submit = || SubmitContribution { body: body(2), answers: vec![QuestionNo(2)], files: Vec::new() };
    teller.ask(&executor(helper)?, submit())?;
    if chance.below(3) == 0 {
        let reason = text("Сандармен толықтырыңыз. ", 2);
        teller.ask(&executor(lead)?, ReturnContribution { ministry: ministry.clone(), reason })?;
        teller.ask(&executor(helper)?, submit())?;
    }
    teller.ask(&executor(lead)?, AcceptContribution { ministry })
}

fn approval(teller: &mut Teller, chance: &mut Chance, lead: &str) -> anyhow::Result<()> {
    teller.days_later(6)?;
    let (lawyer, linguist) = (person("lawyer", Role::Approver), person("linguist", Role::Approver));
    let refusals = chance.below(3);
    for attempt in 0..=refusals {
        let content = DraftContent {
            language: Language::Kk,
            body: body(4 + attempt),
            executor: Performer { name: "Ж. Орындаушы".to_owned(), phone: "74-00-00".to_owned() },
            answers: vec![
                AnswerLink { question: QuestionNo(1), block: 2 },
                AnswerLink { question: QuestionNo(2), block: 2 },
            ],
            translations: Vec::new(),
        };
        teller.ask(&executor(lead)?, ReviseDraft { content, sources: Vec::new(), comment: None })?;
        let (version, content_hash) = teller.draft()?;
        let required = [(VisaKind::Legal, &lawyer), (VisaKind::Language, &linguist)]
            .map(|(kind, approver)| RequiredVisa { kind, approver: approver.name.clone() });
        teller.ask(&executor(lead)?, SubmitForApproval { version, required: required.to_vec() })?;
        teller.ask(&lawyer, Visa { version, content_hash, kind: VisaKind::Legal })?;
        let kind = VisaKind::Language;
        if attempt < refusals {
            let remarks = text("Соңғы абзацты толықтырыңыз. ", 2);
            teller.ask(&linguist, RefuseVisa { version, content_hash, kind, remarks })?;
        } else {
            teller.ask(&linguist, Visa { version, content_hash, kind })?;
        }
        teller.days_later(1)?;
    }
    Ok(())
}

fn signing(teller: &mut Teller) -> anyhow::Result<()> {
    teller.days_later(2)?;
    let clerk = person("clerk", Role::Clerk);
    let (version, content_hash) = teller.draft()?;
    let signatory = SignatoryBlock {
        office: OfficeCode::new("prime_minister")?,
        name: "Қ. Қол".to_owned(),
        post_lines: vec!["Қазақстан Республикасының".to_owned(), "Премьер-Министрі".to_owned()],
        acting: false,
    };
    let authority = Authority {
        office: signatory.office.clone(),
        person: PersonId::new(Uuid::from_u128(1)),
        ground: Ground::Holds,
    };
    let laid = SubmitForSignature {
        also: Vec::new(),
        version,
        signatory,
        person: authority.person,
        order: None,
        document_date: teller.today,
        code: VerificationCode::of_bits([0xC; 10]),
    };
    teller.ask(&clerk, laid)?;
    let signs = Actor::signatory("signatory", authority.person);
    let sign = Sign {
        version,
        content_hash,
        pdf: BlobHash([0xA; 32]),
        pdf_bytes: 88_123,
        signature: BlobHash([0xD; 32]),
        made_from: MadeFrom { facts: BlobHash([0xF; 32]), edition: BlobHash([0x1E; 32]) },
        certificate: CertificateFingerprint([0xE; 32]),
        sealed_by_server: true,
        signer: None,
        checked: None,
        authority,
    };
    teller.ask(&signs, sign)?;
    let number = AssignOutgoingNumber {
        series: SERIES.to_owned(),
        value: OUTGOING,
        number: format!("12-11/{OUTGOING} ДС"),
        dated: teller.today,
        pdf: BlobHash([0xB; 32]),
        seal: BlobHash([0xC; 32]),
    };
    teller.ask(&clerk, number)?;
    let numbered = teller.inquiry.dossier().map(|dossier| &dossier.stage);
    let Some(Stage::Numbered(letter)) = numbered else { anyhow::bail!("the letter has no number") };
    let found = Found::intact(letter);
    teller.ask(&clerk, Dispatch { file_name: format!("{NUMBER}.pdf"), mail_domain: "office.example".to_owned(), found })
}

fn delivery(teller: &mut Teller, chance: &mut Chance, deputies: u16) -> anyhow::Result<()> {
    let worker = Actor::system("dispatch");
    let (clerk, control) = (person("clerk", Role::Clerk), person("control", Role::Control));
    let mut by_hand = Vec::new();
    for no in 1..=deputies {
        let recipient = RecipientNo(no);
        if chance.below(20) == 0 {
            let answer = "550 5.1.1 no such user".to_owned();
            let stage = FailureStage::Addressing;
            teller.ask(&worker, RecordFailure { order: 1, recipient, attempt: 1, stage, answer, permanent: true })?;
            by_hand.push(recipient);
        } else {
            let (relay, answer) = ("mail.office.example".to_owned(), "250 2.0.0 Ok: queued as 4Sxyz0k2".to_owned());
            // As the worker that made no mail knows it: nobody has seen its bytes.
            let taken = RecordAcceptance { order: 1, recipient, attempt: 1, relay, answer, message_sha256: None };
            teller.ask(&worker, taken)?;
        }
    }
    teller.days_later(1)?;
    for no in 1..=deputies {
        let recipient = RecipientNo(no);
        if by_hand.contains(&recipient) {
            let note = text("Қолма-қол берілді. ", 1);
            teller.ask(&clerk, RecordDeliveryByHand { recipient, on: teller.today, note })?;
        } else {
            teller.ask(&clerk, ConfirmDelivery { recipient, how: ReceiptProof::SaidByTelephone })?;
        }
    }
    teller.days_later(3)?;
    teller.ask(&control, Close { outcome: Outcome::Answered })?;
    if chance.below(4) == 0 {
        let response = RecordResponse { recipient: RecipientNo(1), satisfied: chance.below(2) == 0, comment: None };
        teller.ask(&clerk, response)?;
    }
    Ok(())
}

fn text(words: &str, times: usize) -> String {
    words.repeat(times).trim_end().to_owned()
}

fn body(paragraphs: usize) -> serde_json::Value {
    let heading = serde_json::json!({
        "type": "heading", "level": 1, "content": [{ "type": "text", "text": "Мәселенің жай-күйі туралы" }],
    });
    let paragraph = serde_json::json!({
        "type": "paragraph",
        "content": [{ "type": "text", "text": text("Министрлік көтерілген мәселе бойынша тиісті шаралар қабылдап жатыр. ", 4) }],
    });
    let blocks: Vec<_> = std::iter::once(heading).chain(std::iter::repeat_n(paragraph, paragraphs)).collect();
    serde_json::json!({ "blocks": blocks })
}

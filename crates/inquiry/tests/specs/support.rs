//! The people of the story, what they ask, and histories that lead to each stage. Every history is made of commands that were
//! accepted, so that a spec begins where a user could stand.

use std::sync::LazyLock;

use directory::actor::HeldLink;
use directory::deadline::{self, Deadline};
use directory::records::Sources;
use directory::{
    ActingOrder, Actor, Authority, ChamberCode, DeputyId, Directory, Ground, InquiryNumber, Language, MinistryCode,
    OfficeCode, PersonId, Role,
};
use inquiry::command::*;
use inquiry::content::{AnswerLink, DraftContent, Performer};
use inquiry::ids::{CertificateFingerprint, VerificationCode};
use inquiry::intake::{Channel, GroupKind, Intake, Question, Recipient, RecipientGroup};
use inquiry::same::{Found, Judged};
use inquiry::state::Stage;
use inquiry::terms::{
    CoExecutor, Cosignatory, FailureStage, MadeFrom, Outcome, ReceiptProof, RequiredVisa, ServerReport, SignatoryBlock,
    VisaKind,
};
use inquiry::working_days::OfficeDays;
use inquiry::{
    Ask, BlobHash, Command, ContentHash, Dossier, DraftVersion, Event, Inquiry, InquiryId, QuestionNo, RecipientNo,
    Refusal, authority, decide, working_days,
};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const RECEIVED: Date = date(2023, 9, 20);

pub(crate) fn clerk() -> Actor {
    Actor::new("clerk", [Role::Clerk])
}
pub(crate) fn control() -> Actor {
    Actor::new("control", [Role::Control])
}
pub(crate) fn head() -> Actor {
    Actor::new("head", [Role::Head])
}
/// The lead's executor.
pub(crate) fn labour() -> Actor {
    Actor::executor("labour", mlsp())
}
/// The co-executor's executor.
pub(crate) fn foreign() -> Actor {
    Actor::executor("foreign", mfa())
}
/// An executor of a ministry without a part.
pub(crate) fn treasury() -> Actor {
    Actor::executor("treasury", mof())
}
pub(crate) fn lawyer() -> Actor {
    Actor::new("lawyer", [Role::Approver])
}
pub(crate) fn linguist() -> Actor {
    Actor::new("linguist", [Role::Approver])
}
/// Whose name the letters bear.
pub(crate) fn premier() -> Actor {
    Actor::signatory("premier", smailov())
}
/// Who acts for the premier by an order of these days.
pub(crate) fn acting_premier() -> Actor {
    Actor::signatory("acting", sklyar())
}
pub(crate) fn worker() -> Actor {
    Actor::system("dispatch")
}
pub(crate) fn auditor() -> Actor {
    Actor::new("auditor", [Role::Auditor])
}
/// The deputy with that place on the list.
pub(crate) fn deputy(no: u16) -> Actor {
    Actor::deputy(format!("deputy{no}"), deputy_id(no))
}
/// Whoever holds the link in the mail of that order to that place.
pub(crate) fn holder(place: u16, order: u32) -> Actor {
    Actor::holder(HeldLink { list: this_inquiry().0, place, order })
}
pub(crate) fn deputy_id(no: u16) -> DeputyId {
    DeputyId::new(Uuid::from_u128(0xD000 + u128::from(no)))
}

pub(crate) fn mlsp() -> MinistryCode {
    MinistryCode::new("mlsp").unwrap()
}
pub(crate) fn mfa() -> MinistryCode {
    MinistryCode::new("mfa").unwrap()
}
pub(crate) fn mof() -> MinistryCode {
    MinistryCode::new("mof").unwrap()
}

pub(crate) fn this_inquiry() -> InquiryId {
    InquiryId(Uuid::from_u128(0x326))
}
pub(crate) fn another_inquiry() -> InquiryId {
    InquiryId(Uuid::from_u128(0x327))
}
pub(crate) fn blob(seed: u8) -> BlobHash {
    BlobHash([seed; 32])
}

/// Ten in the morning in Astana.
pub(crate) fn at(day: Date) -> Timestamp {
    format!("{day}T04:00:00Z").parse().unwrap()
}

pub(crate) fn recipient(no: u16, name: &str) -> Recipient {
    let email = format!("deputy{no}@mazhilis.example").parse().unwrap();
    Recipient { no: RecipientNo(no), deputy: Some(deputy_id(no)), name: name.into(), email: Some(email) }
}

fn group(lines: &[&str], kind: GroupKind, deputies: Vec<Recipient>) -> RecipientGroup {
    RecipientGroup { label_lines: lines.iter().map(ToString::to_string).collect(), kind, deputies }
}

/// The list of ДС-326: four groups, eight deputies.
pub(crate) fn groups_of_ds_326() -> Vec<RecipientGroup> {
    vec![
        group(
            &["«AMANAT» партиясының", "фракция мүшелері, депутаттар"],
            GroupKind::FactionMembers,
            vec![
                recipient(1, "Н. Сәрсенғалиев"),
                recipient(2, "Е. Бейсенбаев"),
                recipient(3, "М. Әбенов"),
                recipient(4, "С. Пономарев"),
            ],
        ),
        group(
            &["«RESPUBLICA» партиясы", "фракциясының депутаты"],
            GroupKind::FactionMember,
            vec![recipient(5, "Н. Тау")],
        ),
        group(
            &["Бірмандаттық аумақтық сайлау", "округі бойынша сайланған депутаттары"],
            GroupKind::SingleMandate,
            vec![recipient(6, "Д. Мұқаев"), recipient(7, "М. Жайымбетов")],
        ),
        group(
            &["«Қазақстан Халық партиясы»", "фракциясының депутаты"],
            GroupKind::FactionMember,
            vec![recipient(8, "Г. Танашева")],
        ),
    ]
}

pub(crate) fn ds_326() -> Intake {
    Intake {
        number: InquiryNumber::parse("№ДС-326").unwrap(),
        chamber: ChamberCode::new("mazhilis").unwrap(),
        convocation: Some(8),
        dated: RECEIVED,
        received: RECEIVED,
        channel: Channel::Plenary,
        language: Language::Kk,
        subject: "Оңтүстік Кореяда еңбек етіп жатқан Қазақстан азаматтарының құқықтарын қорғау туралы".into(),
        questions: vec![
            Question {
                no: QuestionNo(1), text: "Қазақстан «Еңбекке рұқсат беру жүйесіне» қашан қосылады?".into()
            },
            Question {
                no: QuestionNo(2),
                text: "Кореяда заңсыз жүрген азаматтардың құқықтары қалай қорғалады?".into(),
            },
        ],
        groups: groups_of_ds_326(),
        attachments: Vec::new(),
    }
}

/// A list of one deputy with an address and one without.
pub(crate) fn short_intake() -> Intake {
    let mut second = recipient(2, "Е. Бейсенбаев");
    second.email = None;
    let groups = vec![group(&["Депутаттар"], GroupKind::Other, vec![recipient(1, "Н. Сәрсенғалиев"), second])];
    Intake { groups, ..ds_326() }
}

pub(crate) fn deadline(received: Date) -> Deadline {
    let directory = Directory::embedded().unwrap();
    let rule = directory.at(received).reply_rule().unwrap().clone();
    deadline::due(received, &rule, directory.calendar()).unwrap()
}

pub(crate) fn register(intake: Intake) -> Register {
    let deadline = deadline(intake.received);
    Register { inquiry: this_inquiry(), intake, incoming_number: "ДС-кір-118".into(), deadline, topic: None }
}

pub(crate) fn co_executor(ministry: MinistryCode, due: Date) -> CoExecutor {
    CoExecutor {
        ministry, due, task: "Консулдық көмек бойынша ұсыныс енгізсін".into()
    }
}

pub(crate) fn resolve() -> AssignMinistries {
    AssignMinistries {
        resolution: "Қарап, депутаттарға белгіленген мерзімде жауап дайындасын".into(),
        lead: mlsp(),
        lead_due: date(2023, 10, 12),
        co_executors: vec![co_executor(mfa(), date(2023, 10, 6))],
    }
}

pub(crate) fn body(text: &str) -> Value {
    json!({ "blocks": [
        { "type": "heading", "level": 1, "content": [{ "type": "text", "text": "Қосылуға қатысты" }] },
        { "type": "paragraph", "content": [{ "type": "text", "text": text }] },
    ] })
}

pub(crate) fn contribution() -> SubmitContribution {
    SubmitContribution {
        body: body("Консулдық қызмет"), answers: vec![QuestionNo(2)], files: Vec::new()
    }
}

pub(crate) fn content(text: &str) -> DraftContent {
    DraftContent {
        language: Language::Kk,
        body: body(text),
        executor: Performer { name: "Ж. Даулетханова".into(), phone: "74-53-71".into() },
        answers: vec![
            AnswerLink { question: QuestionNo(1), block: 2 },
            AnswerLink { question: QuestionNo(2), block: 2 },
        ],
        translations: Vec::new(),
    }
}

pub(crate) fn revise(text: &str) -> ReviseDraft {
    ReviseDraft { content: content(text), sources: Vec::new(), comment: None }
}

pub(crate) const FIRST: DraftVersion = DraftVersion(1);

pub(crate) fn required(kind: VisaKind, approver: &Actor) -> RequiredVisa {
    RequiredVisa { kind, approver: approver.name.clone() }
}

pub(crate) fn submit(version: DraftVersion) -> SubmitForApproval {
    let required = vec![required(VisaKind::Legal, &lawyer()), required(VisaKind::Language, &linguist())];
    SubmitForApproval { version, required }
}

pub(crate) fn signatory() -> SignatoryBlock {
    SignatoryBlock {
        office: OfficeCode::new("prime_minister").unwrap(),
        name: "Ә. Смайылов".into(),
        post_lines: vec!["Қазақстан Республикасының".into(), "Премьер-Министрі".into()],
        acting: false,
    }
}

/// Whom the directory knows as the one that the letter prints.
pub(crate) fn smailov() -> PersonId {
    "880c35f9-1552-43d1-bd42-4f387b5fc61c".parse().unwrap()
}
/// Acts for the holder by an order.
pub(crate) fn sklyar() -> PersonId {
    "6f39efd0-e460-4afe-a5f8-450d2c585b6c".parse().unwrap()
}
/// Holds the office from the next year on.
pub(crate) fn bektenov() -> PersonId {
    "bfd85e6f-43fd-4d14-932e-db65c3d29937".parse().unwrap()
}

/// Holds the office of a minister in these days.
pub(crate) fn zhakupova() -> PersonId {
    "0d6c1f3e-7a52-4b0e-9c1d-2f5b8e9a7c41".parse().unwrap()
}

pub(crate) fn minister() -> Actor {
    Actor::signatory("minister", zhakupova())
}

pub(crate) fn cosignatory() -> Cosignatory {
    let signatory = SignatoryBlock {
        office: OfficeCode::new("minister_mlsp").unwrap(),
        name: "С. Жақыпова".into(),
        post_lines: vec!["Еңбек және халықты әлеуметтік қорғау министрі".into()],
        acting: false,
    };
    Cosignatory { signatory, person: zhakupova(), order: None }
}

/// The directory of these days: the premier has an identification number, and somebody acts for them by an order that ends at half past nine.
pub(crate) fn directory_of_these_days() -> &'static Directory {
    static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| {
        let embedded = Sources::embedded();
        let holders = embedded.holders.replace(",A. Smailov,,", &format!(",A. Smailov,{IIN},"));
        let acting = "prime_minister,6f39efd0-e460-4afe-a5f8-450d2c585b6c,Р. Скляр,Р. Скляр,R. Sklyar,,true,14-р,2023-10-16,,2023-10-16T09:00,2023-10-18T09:30";
        let minister = "minister_mlsp,0d6c1f3e-7a52-4b0e-9c1d-2f5b8e9a7c41,С. Жақыпова,С. Жакупова,S. Zhakupova,,false,,,,2022-09-02,";
        let holders = format!("{holders}{acting}\n{minister}\n");
        Directory::from_sources(&Sources { holders: &holders, ..embedded }).unwrap()
    });
    &DIRECTORY
}

/// The premier's identification number.
pub(crate) const IIN: &str = "720102300456";

/// The order by which somebody acts for the premier.
pub(crate) fn order() -> ActingOrder {
    ActingOrder { number: "14-р".into(), dated: date(2023, 10, 16) }
}

/// The right of the one that the letter prints.
pub(crate) fn right() -> Authority {
    Authority { office: signatory().office, person: smailov(), ground: Ground::Holds }
}

pub(crate) fn code() -> VerificationCode {
    VerificationCode::of_bits([7; 10])
}

pub(crate) fn lay(version: DraftVersion, document_date: Date) -> SubmitForSignature {
    SubmitForSignature {
        version,
        signatory: signatory(),
        person: smailov(),
        order: None,
        also: Vec::new(),
        document_date,
        code: code(),
    }
}

pub(crate) fn sign(version: DraftVersion, content_hash: ContentHash) -> Sign {
    Sign {
        version,
        content_hash,
        pdf: blob(0xA),
        pdf_bytes: 88_123,
        signature: blob(0xD),
        made_from: MadeFrom { facts: blob(0xF), edition: blob(0x1E) },
        certificate: CertificateFingerprint([0xE; 32]),
        sealed_by_server: true,
        signer: None,
        checked: None,
        authority: right(),
    }
}

pub(crate) fn number() -> AssignOutgoingNumber {
    AssignOutgoingNumber {
        series: "outgoing-2023".into(),
        value: 3841,
        number: "12-11/3841 ДС".into(),
        dated: date(2023, 10, 18),
        pdf: blob(0xB),
        seal: blob(0xC),
    }
}

pub(crate) fn dispatch() -> Dispatch {
    dispatch_of(None)
}

/// The order to send, with what is found in the kept files of this letter.
pub(crate) fn dispatch_of(dossier: Option<&Dossier>) -> Dispatch {
    let letter = match dossier.map(|dossier| &dossier.stage) {
        Some(Stage::Numbered(letter)) => Some(letter),
        _ => None,
    };
    let gone = Found {
        signed: None,
        named: None,
        sent: None,
        begins_with_signed: false,
        signature: Judged::Bad,
        cosigned: Vec::new(),
        seal: Judged::Bad,
    };
    let found = letter.map_or(gone, Found::intact);
    Dispatch { file_name: "ДС-326.pdf".into(), mail_domain: "saual.example".into(), found }
}

pub(crate) fn accepted(order: u32, recipient: u16) -> RecordAcceptance {
    RecordAcceptance {
        order,
        recipient: RecipientNo(recipient),
        attempt: 1,
        relay: "mail.example".into(),
        answer: "250 2.0.0 OK".into(),
        message_sha256: Some(BlobHash([0x11; 32])),
    }
}

pub(crate) fn failed(order: u32, recipient: u16, permanent: bool) -> RecordFailure {
    RecordFailure {
        order,
        recipient: RecipientNo(recipient),
        attempt: 1,
        stage: FailureStage::Addressing,
        answer: "550 5.1.1 no such user".into(),
        permanent,
    }
}

pub(crate) fn reported(order: u32, recipient: u16, what: ServerReport) -> RecordDeliveryReport {
    RecordDeliveryReport { order, recipient: RecipientNo(recipient), what, answer: "2.0.0 delivered".into() }
}

pub(crate) fn confirm(recipient: u16) -> ConfirmDelivery {
    ConfirmDelivery { recipient: RecipientNo(recipient), how: ReceiptProof::OpenedHere }
}

/// As a clerk learns of it.
pub(crate) fn told(recipient: u16) -> ConfirmDelivery {
    ConfirmDelivery { recipient: RecipientNo(recipient), how: ReceiptProof::SaidByTelephone }
}

pub(crate) fn by_hand(recipient: u16) -> RecordDeliveryByHand {
    let note = "Қабылдау бөлмесінде тапсырылды".into();
    RecordDeliveryByHand { recipient: RecipientNo(recipient), on: date(2023, 10, 18), note }
}

pub(crate) fn close() -> Close {
    Close { outcome: Outcome::Answered }
}

/// A history as it unfolds.
#[derive(Clone)]
pub(crate) struct Story {
    pub(crate) inquiry: Inquiry,
    pub(crate) events: Vec<Event>,
    pub(crate) today: Date,
}

impl Story {
    pub(crate) fn begin() -> Self {
        Self { inquiry: Inquiry::NotReceived, events: Vec::new(), today: RECEIVED }
    }

    /// Time passes.
    pub(crate) fn on(mut self, today: Date) -> Self {
        self.today = today;
        self
    }

    /// What the inquiry answers; nothing changes.
    pub(crate) fn ask(&self, by: &Actor, ask: impl Into<Ask>) -> Result<Vec<Event>, Refusal> {
        let command = Command { by: by.clone(), at: at(self.today), seen: None, ask: ask.into() };
        let events = decide(&self.inquiry, &command)?;
        let directory = directory_of_these_days();
        let stage = self.inquiry.dossier().map(|dossier| &dossier.stage);
        if let (Ask::Sign(sign), Some(Stage::ForSignature(paper))) = (&command.ask, stage) {
            authority::of(paper, by, command.at, sign.signer.as_ref(), directory)?;
        }
        let minimum = directory.at(self.today).inner_rule().unwrap().minimum_working_days;
        let days = OfficeDays { calendar: directory.calendar(), minimum };
        working_days::check(&self.inquiry, &command, days)?;
        Ok(events)
    }

    /// Somebody does something that is accepted.
    pub(crate) fn then(mut self, by: &Actor, ask: impl Into<Ask>) -> Self {
        let events = match self.ask(by, ask) {
            Ok(events) => events,
            Err(refusal) => panic!("{} was refused: {refusal}", by.name),
        };
        for event in events {
            self.inquiry = self.inquiry.evolve(&event);
            self.events.push(event);
        }
        self
    }

    pub(crate) fn dossier(&self) -> &Dossier {
        self.inquiry.dossier().expect("the inquiry was received")
    }

    /// The hash of the current version.
    pub(crate) fn hash(&self) -> ContentHash {
        self.dossier().draft.as_ref().expect("there is a draft").content_hash
    }

    pub(crate) fn version(&self) -> DraftVersion {
        self.dossier().draft.as_ref().expect("there is a draft").version
    }

    pub(crate) fn visa(&self, kind: VisaKind) -> Visa {
        Visa { version: self.version(), content_hash: self.hash(), kind }
    }

    pub(crate) fn sign(&self) -> Sign {
        sign(self.version(), self.hash())
    }

    pub(crate) fn dispatch(&self) -> Dispatch {
        dispatch_of(Some(self.dossier()))
    }

    /// The clerk has ordered it out.
    pub(crate) fn sent(self) -> Self {
        let ask = self.dispatch();
        self.then(&clerk(), ask)
    }

    pub(crate) fn for_signature(&self) -> SubmitForSignature {
        lay(self.version(), self.today)
    }
}

pub(crate) fn registered() -> Story {
    registered_with(ds_326())
}

pub(crate) fn registered_with(intake: Intake) -> Story {
    Story::begin().then(&clerk(), register(intake))
}

pub(crate) fn assigned() -> Story {
    assigned_with(ds_326())
}

pub(crate) fn assigned_with(intake: Intake) -> Story {
    registered_with(intake).on(date(2023, 9, 21)).then(&head(), resolve())
}

pub(crate) fn contributed() -> Story {
    assigned().on(date(2023, 10, 4)).then(&foreign(), contribution())
}

pub(crate) fn drafted() -> Story {
    drafted_with(ds_326())
}

pub(crate) fn drafted_with(intake: Intake) -> Story {
    assigned_with(intake).on(date(2023, 10, 10)).then(&labour(), revise("Келісім жобасы әзірленді."))
}

pub(crate) fn in_approval() -> Story {
    in_approval_of(drafted())
}

fn in_approval_of(story: Story) -> Story {
    let version = story.version();
    story.on(date(2023, 10, 11)).then(&labour(), submit(version))
}

pub(crate) fn approved() -> Story {
    approved_of(in_approval())
}

pub(crate) fn approved_of(story: Story) -> Story {
    let (legal, language) = (story.visa(VisaKind::Legal), story.visa(VisaKind::Language));
    story.then(&lawyer(), legal).then(&linguist(), language)
}

pub(crate) fn for_signature() -> Story {
    let story = approved().on(date(2023, 10, 17));
    let ask = story.for_signature();
    story.then(&clerk(), ask)
}

pub(crate) fn signed() -> Story {
    signed_with(ds_326())
}

pub(crate) fn signed_with(intake: Intake) -> Story {
    let story = approved_of(in_approval_of(drafted_with(intake))).on(date(2023, 10, 18));
    let ask = story.for_signature();
    let story = story.then(&clerk(), ask);
    let sign = story.sign();
    story.then(&premier(), sign)
}

pub(crate) fn numbered() -> Story {
    signed().then(&clerk(), number())
}

pub(crate) fn dispatched() -> Story {
    dispatched_with(ds_326())
}

pub(crate) fn dispatched_with(intake: Intake) -> Story {
    signed_with(intake).then(&clerk(), number()).sent()
}

/// Everybody on the list has the reply.
pub(crate) fn delivered() -> Story {
    (1..=8).fold(dispatched(), |story, no| story.then(&worker(), accepted(1, no)).then(&deputy(no), confirm(no)))
}

pub(crate) fn closed() -> Story {
    delivered().on(date(2023, 10, 20)).then(&control(), close())
}

//! An inquiry whose letter is signed and numbered, and the order that sends it out: as much of a past as dispatch needs, for an inquiry's state takes
//! any history.
#![expect(clippy::expect_used, reason = "a text that is written here and cannot be read ends the test")]

use directory::{ChamberCode, InquiryNumber, Language, OfficeCode};
use eventstore::{Append, CommandId, Guards, Origin, Recordable as _, StreamId, StreamWrite};
use inquiry::event::{DispatchOrdered, InquiryReceived, OutgoingNumberAssigned, ReplySigned};
use inquiry::ids::{CertificateFingerprint, MessageId};
use inquiry::intake::{Channel, GroupKind, Intake, Recipient, RecipientGroup};
use inquiry::terms::{Addressee, LetterRef, SignatoryBlock};
use inquiry::{BlobHash, ContentHash, DraftVersion, Event, InquiryId, RecipientNo};
use jiff::Timestamp;
use jiff::civil::date;
use uuid::Uuid;

/// Ten in the morning in Astana, when the letter is signed; some days before the reply is due.
pub const MORNING: &str = "2023-10-18T04:00:00Z";

const NUMBER: &str = "12-11/3841 ДС";
const SUBJECT: &str = "Оңтүстік Кореядағы азаматтар туралы";

/// Somebody on the list. `-` stands for a deputy without an address.
#[must_use]
pub fn recipient(no: u16, local: &str) -> Recipient {
    let email = (local != "-").then(|| format!("{local}@parlam.test").parse().expect("an address"));
    Recipient { no: RecipientNo(no), deputy: None, name: format!("Ә. Депутат{no}"), email }
}

/// Up to the number of the letter, which is so many bytes long.
#[must_use]
pub fn numbered(inquiry: InquiryId, pdf: BlobHash, pdf_bytes: u64, recipients: Vec<Recipient>) -> Vec<Event> {
    let group =
        RecipientGroup {
            label_lines: vec!["Депутаттар".to_owned()], kind: GroupKind::Other, deputies: recipients
        };
    let signatory = SignatoryBlock {
        office: OfficeCode::new("prime_minister").expect("an office"),
        name: "Ә. Смайылов".to_owned(),
        post_lines: vec!["Премьер-Министр".to_owned()],
        acting: false,
    };
    let intake = Intake {
        number: InquiryNumber::parse("№ДС-326").expect("a number"),
        chamber: ChamberCode::new("mazhilis").expect("a chamber"),
        convocation: Some(8),
        dated: date(2023, 9, 20),
        received: date(2023, 9, 20),
        channel: Channel::Plenary,
        language: Language::Kk,
        subject: SUBJECT.to_owned(),
        questions: Vec::new(),
        groups: vec![group.clone()],
        attachments: Vec::new(),
    };
    let signed = ReplySigned {
        version: DraftVersion(1),
        content_hash: ContentHash([1; 32]),
        pdf,
        pdf_bytes,
        signature: BlobHash([2; 32]),
        made_from: None,
        certificate: CertificateFingerprint([3; 32]),
        sealed_by_server: true,
        signer: None,
        checked: None,
        signatory,
        authority: None,
        cosigned: Vec::new(),
        signed_by: "premier".to_owned(),
        signed_at: MORNING.parse().expect("a moment"),
        document_date: date(2023, 10, 18),
        language: Language::Kk,
        recipients: vec![group],
        code: None,
    };
    let numbered = OutgoingNumberAssigned {
        series: "outgoing-2023".to_owned(),
        value: 3841,
        number: NUMBER.to_owned(),
        dated: date(2023, 10, 18),
        pdf,
        seal: BlobHash([4; 32]),
    };
    vec![InquiryReceived { inquiry, intake }.into(), signed.into(), numbered.into()]
}

/// The order that sends the letter to these recipients.
#[must_use]
pub fn ordered(
    inquiry: InquiryId,
    order: u32,
    pdf: BlobHash,
    recipients: impl IntoIterator<Item = Recipient>,
) -> DispatchOrdered {
    let addressee = |to: Recipient| Addressee {
        message_id: MessageId::new(inquiry, order, to.no, "saual.example"),
        recipient: to.no,
        name: to.name,
        email: to.email,
    };
    DispatchOrdered {
        order,
        letter: LetterRef {
            number: NUMBER.to_owned(),
            dated: date(2023, 10, 18),
            pdf,
            file_name: "ДС-326 жауап.pdf".to_owned(),
            language: Language::Kk,
            inquiry_number: "№ДС-326".to_owned(),
            inquiry_dated: date(2023, 9, 20),
            subject: SUBJECT.to_owned(),
        },
        recipients: recipients.into_iter().map(addressee).collect(),
        mail_domain: "saual.example".to_owned(),
    }
}

/// A clerk's request that records these events as they stand.
#[must_use]
pub fn append(inquiry: InquiryId, expected: u64, events: &[Event], at: Timestamp) -> Append {
    let origin = Origin {
        actor: "clerk".to_owned(),
        at,
        command: CommandId(Uuid::new_v4()),
        request: [7; 32],
        correlation: Uuid::new_v4(),
        causation: None,
    };
    let stream = StreamId::new(inquiry.stream_id()).expect("the name of a stream");
    let events = events.iter().map(|event| event.to_new_event().expect("an event that can be recorded")).collect();
    Append { origin, writes: vec![StreamWrite { stream, expected, events }], guards: Guards::default() }
}

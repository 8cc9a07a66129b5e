//! What is searched: made-up inquiries by the hundred thousand (`synthetic`), and among them those that are looked for, which are written by hand.

use anyhow::Context;
use directory::{ChamberCode, InquiryNumber, Language};
use eventstore::{Append, CommandId, Guards, Journal, NewEvent, Origin, StreamId, StreamWrite};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use inquiry::InquiryId;
use inquiry::content::{DraftContent, Performer};
use inquiry::event::{DraftRevised, Event, InquiryReceived};
use inquiry::ids::{DraftVersion, QuestionNo, RecipientNo};
use inquiry::intake::{Channel, GroupKind, Intake, Question, Recipient, RecipientGroup};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use synthetic::Chance;
use synthetic::texts::{Block, Matter, Tongue, deputy};
use uuid::Uuid;

/// Inquiries written by hand, a line each.
const SOUGHT: &str = include_str!("../../data/search/inquiries.tsv");
/// Over so many days made-up inquiries come.
const DAYS: u64 = 1_000;
/// How many appends are under way at once.
const AT_ONCE: usize = 64;

/// An inquiry as it is searched.
#[derive(Debug, Clone)]
pub(super) struct Document {
    pub(super) number: String,
    pub(super) dated: Date,
    pub(super) language: Language,
    pub(super) deputies: Vec<String>,
    pub(super) subject: String,
    pub(super) questions: Vec<String>,
    pub(super) reply: Vec<String>,
}

impl Document {
    pub(super) fn id(&self) -> InquiryId {
        // Bytes that hardly ever meet: the documents of a corpus have different numbers.
        let mut low = 0xcbf2_9ce4_8422_2325_u64;
        let mut high = 0x8422_2325_cbf2_9ce4_u64;
        for byte in self.number.bytes() {
            low = (low ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            high = (high ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b5);
        }
        InquiryId(Uuid::from_u64_pair(high, low))
    }

    /// Everything in it as one text, for whoever searches texts.
    pub(super) fn text(&self) -> String {
        let mut lines = vec![self.number.clone(), self.subject.clone(), self.deputies.join(", ")];
        lines.extend(self.questions.iter().chain(&self.reply).cloned());
        lines.join("\n")
    }

    fn events(&self) -> anyhow::Result<Vec<Event>> {
        let received = InquiryReceived { inquiry: self.id(), intake: self.intake()? };
        let paragraph = |text: &String| json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] });
        let blocks: Vec<Value> = self.reply.iter().map(paragraph).collect();
        let content = DraftContent {
            language: self.language,
            body: json!({ "blocks": blocks }),
            executor: Performer { name: "Ж. Даулетханова".to_owned(), phone: "74-53-71".to_owned() },
            answers: Vec::new(),
            translations: Vec::new(),
        };
        let revised = DraftRevised {
            version: DraftVersion(1),
            content_hash: content.hash(),
            content,
            sources: Vec::new(),
            voided: Vec::new(),
            author: "lead".to_owned(),
            comment: None,
        };
        Ok(vec![Event::InquiryReceived(received), Event::DraftRevised(revised)])
    }

    fn intake(&self) -> anyhow::Result<Intake> {
        let question =
            |(n, text): (usize, &String)| Ok(Question { no: QuestionNo(u16::try_from(n + 1)?), text: text.clone() });
        let recipient = |(n, name): (usize, &String)| {
            let no = RecipientNo(u16::try_from(n + 1)?);
            Ok(Recipient { no, deputy: None, name: name.clone(), email: None })
        };
        Ok(Intake {
            number: InquiryNumber::parse(&self.number)?,
            chamber: ChamberCode::new("mazhilis")?,
            convocation: Some(8),
            dated: self.dated,
            received: self.dated,
            channel: Channel::Plenary,
            language: self.language,
            subject: self.subject.clone(),
            questions: self.questions.iter().enumerate().map(question).collect::<anyhow::Result<_>>()?,
            groups: vec![RecipientGroup {
                label_lines: vec!["«AMANAT» партиясының фракция мүшелері, депутаттар".to_owned()],
                kind: GroupKind::FactionMembers,
                deputies: self.deputies.iter().enumerate().map(recipient).collect::<anyhow::Result<_>>()?,
            }],
            attachments: Vec::new(),
        })
    }
}

/// What is looked for.
pub(super) fn sought() -> anyhow::Result<Vec<Document>> {
    SOUGHT.lines().filter(|line| !line.starts_with('#')).map(line).collect()
}

fn line(line: &str) -> anyhow::Result<Document> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [number, dated, language, deputies, subject, questions, reply] = fields[..] else {
        anyhow::bail!("a line of data/search/inquiries.tsv has other fields: {line}");
    };
    let list = |field: &str, sign: char| field.split(sign).map(str::to_owned).collect::<Vec<_>>();
    Ok(Document {
        number: number.to_owned(),
        dated: dated.parse()?,
        language: language.parse().ok().context("a language is kk, ru or en")?,
        deputies: list(deputies, ';'),
        subject: subject.to_owned(),
        questions: list(questions, '|'),
        reply: list(reply, '|'),
    })
}

/// The `n`th of so many that nobody looks for: they come in the order of their days.
fn made_up(n: u64, of: u64) -> Document {
    let mut chance = Chance::new(n.wrapping_add(20_260_000));
    let matter = Matter::draw(&mut chance);
    let tongue = if chance.percent(70) { Tongue::Kk } else { Tongue::Ru };
    let questions = matter.questions(tongue);
    let deputies = (0..1 + chance.below(4)).map(|_| {
        let (kk, ru) = deputy(chance.below(600));
        if tongue == Tongue::Kk { kk } else { ru }
    });
    let deputies = deputies.collect();
    let said = |block: Block| match block {
        Block::Heading(text) | Block::Paragraph(text) => text,
    };
    let day = i64::try_from(n * DAYS / of.max(1)).unwrap_or(0);
    Document {
        number: format!("ДС-{}", n + 10_001),
        dated: jiff::civil::date(2023, 9, 20).saturating_add(jiff::Span::new().days(day)),
        language: tongue.into(),
        deputies,
        subject: matter.subject(tongue),
        reply: matter.reply(tongue, questions.len(), n).into_iter().map(said).collect(),
        questions,
    }
}

/// What is searched: what is looked for, and so many made-up ones.
pub(super) fn all(made: u64) -> anyhow::Result<impl Iterator<Item = Document>> {
    Ok(sought()?.into_iter().chain((0..made).map(move |n| made_up(n, made))))
}

/// Writes them into the journal as they would be received and answered.
pub(super) async fn write(journal: &Journal, documents: impl Iterator<Item = Document>) -> anyhow::Result<()> {
    let append = |document: Document| async move {
        let stored = |event: &Event| NewEvent {
            event_type: event.stored_name().to_owned(),
            schema_version: event.schema_version(),
            payload: event.to_payload(),
        };
        let id = document.id();
        let events = document.events()?.iter().map(stored).collect();
        let command = Uuid::from_u128(id.0.as_u128() ^ 1);
        let origin = Origin {
            actor: "bench".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            command: CommandId(command),
            request: [0; 32],
            correlation: command,
            causation: None,
        };
        let write = StreamWrite { stream: StreamId::new(id.stream_id())?, expected: 0, events };
        journal.append(Append { origin, writes: vec![write], guards: Guards::none() }).await?;
        anyhow::Ok(())
    };
    stream::iter(documents).map(append).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
    Ok(())
}

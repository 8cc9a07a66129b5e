//! Letters and facts in which everything occurs that can occur: what the lint holds templates against.
//!
//! Built as literals, so that a new field or variant does not compile until it is here too.

use jiff::civil::date;

use crate::body::Body;
use crate::kinds::reply::{
    Chamber, Executor, InquiryReference, OneRecipient, OutgoingNumber, RecipientList, Recipients, ReplyFacts, Signatory,
};
use crate::model::{
    Align, Annex, Block, Cell, Column, Group, Inline, Language, Letter, Letterhead, LetterheadSide, ListItem,
    RegistrationMark, SignatureBlock, Table, Verification,
};

pub(super) fn mark() -> RegistrationMark {
    RegistrationMark { number: "1-1/1".to_owned(), date_text: "2023 жылғы 5 қазан".to_owned() }
}

/// A letter with everything in it.
pub(super) fn letter(language: Language) -> Letter {
    Letter {
        language,
        title: "Тақырып".to_owned(),
        author: "Автор".to_owned(),
        dated: date(2023, 10, 5),
        watermark: Some("ЖОБА".to_owned()),
        letterhead: Letterhead { kk: side(), ru: side() },
        registration: Some(mark()),
        addressee: lines(),
        reference: lines(),
        salutation: "Құрметті депутаттар!".to_owned(),
        body: body(),
        signature: SignatureBlock { post: lines(), name: "Ә. Смайылов".to_owned() },
        executor: Some("Орындаушы".to_owned()),
        verification: Some(verification()),
        annexes: vec![
            Annex::Deputies { title: lines(), groups: vec![group()] },
            Annex::Table { title: lines(), table: table() },
            Annex::Text { title: lines(), body: body() },
        ],
    }
}

/// The facts of replies to a list and to one deputy, by the holder of the post and by somebody acting.
pub(super) fn replies(language: Language) -> Vec<ReplyFacts> {
    let one = OneRecipient {
        dative: "Н. Сәрсенғалиевке".to_owned(), address: "Нұртай Салихұлы".to_owned()
    };
    let recipients = [Recipients::One(one), Recipients::List(RecipientList { groups: vec![group()] })];
    let mut replies = Vec::new();
    for (recipients, bare) in recipients.iter().flat_map(|recipients| [(recipients, false), (recipients, true)]) {
        replies.push(ReplyFacts {
            language,
            chamber: Chamber::Mazhilis,
            inquiry: InquiryReference { number: "№ДС-326".to_owned(), dated: date(2023, 9, 20) },
            subject: "Тақырып".to_owned(),
            recipients: recipients.clone(),
            body: body(),
            signatory: Signatory { post: lines(), name: "Ә. Смайылов".to_owned(), acting: bare },
            executor: Executor { name: "Ж. Даулетханова".to_owned(), phone: "74-53-71".to_owned() },
            dated: date(2023, 10, 5),
            registration: (!bare).then(|| OutgoingNumber { number: "1-1/1".to_owned(), dated: date(2023, 10, 5) }),
            verify: (!bare).then(verification),
            draft: !bare,
        });
    }
    replies
}

fn verification() -> Verification {
    Verification {
        code: "7F3A-91C2".to_owned(),
        url: "https://example.kz/d/7F3A91C2".to_owned(),
        note: Some("Ескерту".to_owned()),
    }
}

fn side() -> LetterheadSide {
    LetterheadSide { lines: lines(), address: "Астана".to_owned() }
}

fn lines() -> Vec<String> {
    vec!["бірінші жол".to_owned(), "екінші жол".to_owned()]
}

fn group() -> Group {
    Group { lines: lines(), members: vec!["Н. Тау".to_owned(), "Г. Танашева".to_owned()] }
}

fn inlines() -> Vec<Inline> {
    vec![
        Inline::text("мәтін"),
        Inline::Bold { content: vec![Inline::text("қалың")] },
        Inline::Italic { content: vec![Inline::text("көлбеу")] },
        Inline::Footnote { content: vec![Inline::text("сілтеме")] },
        Inline::LineBreak,
        Inline::text("соңы"),
    ]
}

fn table() -> Table {
    let aligns = [Align::Start, Align::Center, Align::End];
    let head = aligns.map(|_| Cell { content: vec![Inline::text("бағана")] });
    let row = aligns.map(|_| Cell { content: inlines() });
    Table {
        columns: aligns.map(|align| Column { share: 1, align }).to_vec(),
        head: head.to_vec(),
        rows: vec![row.to_vec()],
    }
}

fn list(ordered: bool, inner: Option<Block>) -> Block {
    let mut blocks = vec![Block::Paragraph { content: inlines() }];
    blocks.extend(inner);
    Block::List { ordered, items: vec![ListItem { blocks }] }
}

fn body() -> Body {
    let heading = |level| Block::Heading { level, content: vec![Inline::text("тақырыпша")] };
    Body {
        blocks: vec![
            heading(1),
            heading(2),
            heading(3),
            Block::Paragraph { content: inlines() },
            list(true, Some(list(false, None))),
            list(false, Some(list(true, None))),
            Block::Table(table()),
            Block::PageBreak,
            Block::Paragraph { content: inlines() },
        ],
    }
}

//! Letters and facts in which everything occurs that can occur: what the lint holds templates against.
//!
//! Built as literals, so that a new field or variant does not compile until it is here too.

mod facts;

use jiff::civil::date;

pub(crate) use self::facts::facts;
use crate::body::Body;
use crate::fingerprint::Fingerprint;
use crate::model::{
    Align, Annex, Block, Cell, Column, Group, Inline, Language, Letter, Letterhead, LetterheadSide, ListItem,
    RegistrationMark, Rendition, SignatureBlock, Table, Verification,
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
        letterhead: letterhead(),
        registration: Some(mark()),
        addressee: lines(),
        reference: lines(),
        salutation: "Құрметті депутаттар!".to_owned(),
        body: body(),
        second: Some(Rendition {
            language: Language::Ru,
            addressee: lines(),
            reference: lines(),
            salutation: "Уважаемые депутаты!".to_owned(),
            body: signed_body(),
            signature: SignatureBlock { post: lines(), name: "А. Смаилов".to_owned() },
            cosignatures: vec![SignatureBlock { post: lines(), name: "Р. Скляр".to_owned() }],
            annexes: annexes(),
        }),
        signature: SignatureBlock { post: lines(), name: "Ә. Смайылов".to_owned() },
        cosignatures: vec![SignatureBlock { post: lines(), name: "Р. Скляр".to_owned() }],
        executor: Some("Орындаушы".to_owned()),
        verification: Some(verification()),
        annexes: annexes(),
    }
}

fn annexes() -> Vec<Annex> {
    vec![
        Annex::Deputies { title: lines(), groups: vec![group()] },
        Annex::Table { title: lines(), table: table() },
        Annex::Text { title: lines(), body: body() },
    ]
}

fn letterhead() -> Letterhead {
    Letterhead { kk: side(), ru: side() }
}

fn verification() -> Verification {
    Verification {
        code: "7F3A-91C2".to_owned(),
        url: "https://example.kz/d/7F3A91C2".to_owned(),
        note: Some("Ескерту".to_owned()),
        fingerprint: Some(Fingerprint([0x5A; 32])),
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
        Inline::text("2023 жылғы мәтін"),
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

/// The same pieces, with a list of several items as the one before the signature.
fn signed_body() -> Body {
    let mut body = body();
    let item = || ListItem { blocks: vec![Block::Paragraph { content: inlines() }] };
    body.blocks.push(Block::List { ordered: true, items: vec![item(), item()] });
    body
}

//! Made-up letters: one in which everything occurs, and one in which nothing does that need not. A blank has to hold both.

use jiff::civil::Date;

use crate::Body;
use crate::model::{
    Align, Annex, Block, Cell, Column, Group, Inline, Language, Letter, Letterhead, LetterheadSide, ListItem,
    RegistrationMark, SignatureBlock, Table, Verification,
};

/// A letter in which everything occurs.
pub(super) fn letter() -> Letter {
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let words = |text: &str| vec![Inline::text(text)];
    let cell = |text: &str| Cell { content: words(text) };
    let item = |text: &str| ListItem { blocks: vec![Block::paragraph(text)] };
    let side = |name: &str, address: &str| LetterheadSide { lines: lines(&[name]), address: address.to_owned() };
    let table = Table {
        columns: vec![Column { share: 3, align: Align::Start }, Column { share: 1, align: Align::End }],
        head: vec![cell("Көрсеткіш"), cell("Саны")],
        rows: vec![vec![cell("Үлгі жол"), cell("1")]],
    };
    let blocks = vec![
        Block::heading("Үлгі тақырып"),
        Block::Paragraph {
            content: vec![
                Inline::text("Үлгі абзац"),
                Inline::Footnote { content: words("Үлгі сілтеме.") },
                Inline::text(", мұнда "),
                Inline::Bold { content: words("қалың") },
                Inline::text(" және "),
                Inline::Italic { content: words("көлбеу") },
                Inline::text(" сөздер бар."),
            ],
        },
        Block::List {
            ordered: true, items: vec![item("бірінші тармақ"), item("екінші тармақ")]
        },
        Block::List { ordered: false, items: vec![item("сызықшалы тармақ")] },
        Block::Table(table.clone()),
        Block::paragraph("Соңғы абзац."),
    ];
    Letter {
        language: Language::Kk,
        title: "Үлгі хат".to_owned(),
        author: "Үлгі кеңсе".to_owned(),
        dated: Date::constant(2023, 10, 5),
        watermark: Some("ҮЛГІ".to_owned()),
        letterhead: Letterhead {
            kk: side("Үлгі министрлігі", "Астана қ."),
            ru: side("Министерство-образец", "г. Астана"),
        },
        registration: Some(RegistrationMark::new("00-00/0000", Date::constant(2023, 10, 5), Language::Kk)),
        addressee: lines(&["Үлгі мекеменің", "басшысына"]),
        reference: lines(&["2023 жылғы 20 қыркүйектегі", "№ 000 хатқа"]),
        salutation: "Құрметті әріптес!".to_owned(),
        body: Body { blocks },
        signature: SignatureBlock { post: lines(&["Үлгі", "министр"]), name: "А. Үлгі".to_owned() },
        cosignatures: Vec::new(),
        executor: Some("Орын. Ә. Үлгі, 00-00-00".to_owned()),
        verification: Some(Verification {
            code: "ҮЛГІ-0000".to_owned(),
            url: "https://example.kz/v/0000".to_owned(),
            note: Some("Үлгі белгі".to_owned()),
            fingerprint: None,
        }),
        second: None,
        annexes: vec![
            Annex::Deputies {
                title: lines(&["Тізім"]),
                groups: vec![Group {
                    lines: lines(&["Үлгі топ"]), members: lines(&["Ә. Бір", "Б. Екі"])
                }],
            },
            Annex::Table { title: lines(&["Кесте"]), table },
            Annex::Text {
                title: lines(&["Мәтін"]), body: Body { blocks: vec![Block::paragraph("Қосымша мәтін.")] }
            },
        ],
    }
}

/// A letter with nothing in it that need not be there.
pub(super) fn bare() -> Letter {
    Letter {
        watermark: None,
        registration: None,
        body: Body { blocks: vec![Block::paragraph("Жалғыз абзац.")] },
        executor: None,
        verification: None,
        annexes: Vec::new(),
        ..letter()
    }
}

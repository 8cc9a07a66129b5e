//! The mail as another program reads it: mail-parser, which shares no code with the library that wrote it.
#![expect(clippy::unwrap_used, reason = "a helper that cannot do its part ends the test")]

#[path = "message/signature.rs"]
mod signature;
#[path = "message/smime.rs"]
mod smime;

// What testkit has for the scenarios; it stands on this crate and cannot be a dependency of it.
#[path = "../../testkit/src/mail/settings.rs"]
#[expect(unreachable_pub, reason = "the scenarios use it as a crate's module")]
mod settings;
#[path = "../../testkit/src/mail/wire.rs"]
#[expect(dead_code, unreachable_pub, reason = "the scenarios use it as a crate's module, and more of it")]
mod wire;

use std::time::Duration;

use directory::{Language, Multilingual};
use dispatch::config::{Config, Copies, Mode, Sender};
use dispatch::heads::HeadContent;
use dispatch::message::{Attachment, Composer, Copy, DigestFacts, HeadFacts, LetterFacts, MessageError};
use dispatch::notices::Content;
use dispatch::notices::content::{Line, Pile, Section};
use dispatch::notices::news::{Hit, News};
use inquiry::link::PersonalLink;
use inquiry::terms::Owed;
use inquiry::{InquiryId, RecipientNo};
use jiff::civil::date;
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;
use settings::links;
use sha2::{Digest, Sha256};
use uuid::Uuid;

fn config(mode: Mode) -> Config {
    let name = Multilingual::new(
        "Қазақстан Республикасы Үкіметінің Аппараты",
        "Аппарат Правительства Республики Казахстан",
        Some("Office of the Government".to_owned()),
    );
    Config {
        from: Sender { name: name.clone(), address: "office@saual.example".to_owned() },
        reply_to: Some(Sender { name, address: "replies@saual.example".to_owned() }),
        bounces_to: Some("bounces@saual.example".to_owned()),
        ..settings::settings(mode)
    }
}

fn composer() -> Composer {
    Composer::new(&config(Mode::File { outbox: "outbox".into() })).unwrap()
}

fn letter() -> LetterFacts {
    LetterFacts {
        language: Language::Kk,
        number: "12-7/3456".to_owned(),
        dated: date(2023, 10, 5),
        file_name: "ДС-326 жауап.pdf".to_owned(),
        inquiry_number: "ДС-326".to_owned(),
        inquiry_dated: date(2023, 9, 20),
        subject: "Шетелдегі еңбек мигранттарының зейнетақысы туралы".to_owned(),
        ordered_at: "2023-10-05T04:30:00Z".parse().unwrap(),
    }
}

fn copy() -> Copy {
    Copy {
        mail: 326,
        name: "Н. Сәрсенғалиев".to_owned(),
        address: "n.sarsengaliev@parlam.kz".to_owned(),
        message_id: "<0192f0aa.1.3@saual.example>".to_owned(),
        link: PersonalLink { inquiry: InquiryId(Uuid::from_u128(0x326)), recipient: RecipientNo(3), order: 1 },
    }
}

const PDF: &[u8] = b"%PDF-1.7\nall in ASCII, with bare lines\n.\n%%EOF\n";

fn pdf() -> Attachment {
    Attachment::new(PDF.to_vec()).unwrap()
}

fn compose(letter: &LetterFacts, copy: &Copy) -> Vec<u8> {
    composer().compose(letter, copy, &pdf()).unwrap().bytes
}

#[test]
fn a_deputy_reads_the_subject_the_salutation_and_the_letter_itself() {
    let bytes = compose(&letter(), &copy());
    let mail = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(mail.subject(), Some("№ ДС-326 депутаттық сауалға жауап"));
    let to = mail.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("Н. Сәрсенғалиев"), Some("n.sarsengaliev@parlam.kz")));
    assert_eq!(mail.to().unwrap().iter().count(), 1);
    assert_eq!(mail.from().unwrap().first().unwrap().name(), Some("Қазақстан Республикасы Үкіметінің Аппараты"));
    assert_eq!(mail.reply_to().unwrap().first().unwrap().address(), Some("replies@saual.example"));
    assert_eq!(mail.message_id(), Some("0192f0aa.1.3@saual.example"));
    assert_eq!(mail.date().unwrap().to_timestamp(), letter().ordered_at.as_second());

    let text = mail.body_text(0).unwrap();
    assert!(text.starts_with("Құрметті Н. Сәрсенғалиев!"), "{text}");
    assert!(text.contains("2023 жылғы 20 қыркүйек күнгі № ДС-326 депутаттық сауалға жауап"), "{text}");
    assert!(text.contains("№ 12-7/3456, 2023 жылғы 5 қазан"), "{text}");
    assert!(text.contains("сервердің мөрі тұр"), "{text}");
    assert!(!text.contains("\r\n\r\n\r\n"), "no hole where a condition stood: {text}");
    let html = mail.body_html(0).unwrap();
    assert!(html.contains("<html lang=\"kk\">") && html.contains("<p>Құрметті Н. Сәрсенғалиев!</p>"), "{html}");
    assert!(!html.contains("src=") && html.matches("http").count() == 1, "nothing remote: {html}");

    let attachment = mail.attachment(0).unwrap();
    assert_eq!(attachment.contents(), PDF);
    assert_eq!(attachment.attachment_name(), Some("ДС-326 жауап.pdf"));
    assert_eq!(attachment.content_type().unwrap().attribute("name"), Some("ДС-326 жауап.pdf"));
    assert_eq!(attachment.content_type().unwrap().ctype(), "application");
    assert_eq!(mail.attachment_count(), 1);
}

#[test]
fn text_and_html_lead_to_the_deputys_own_page_in_every_language() {
    let address = links().address(copy().link, letter().ordered_at);
    assert!(address.starts_with("https://saual.example/d/"), "{address}");
    for language in Language::ALL {
        let bytes = compose(&LetterFacts { language, ..letter() }, &copy());
        let mail = MessageParser::default().parse(&bytes).unwrap();
        let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
        assert!(text.lines().any(|line| line == address), "{text}");
        assert!(html.contains(&format!("<a href=\"{address}\">")), "{html}");
    }
    let other = Copy { link: PersonalLink { recipient: RecipientNo(4), ..copy().link }, ..copy() };
    assert!(!String::from_utf8_lossy(&compose(&letter(), &other)).contains(&address));
}

/// What servers hand back tells which mail it was: the address that bounces go to, the envelope's id, and a header.
#[test]
fn a_mail_bears_its_mark_and_goes_to_the_offices_own_mailbox_too() {
    let message = composer().compose(&letter(), &copy(), &pdf()).unwrap();
    let mark = links().keys.mark(326, letter().ordered_at);
    assert_eq!(message.from.to_string(), format!("bounces+{mark}@saual.example"));
    assert_eq!(message.envelope_id.as_deref(), Some(mark.as_str()));
    let mail = MessageParser::default().parse(&message.bytes).unwrap();
    assert_eq!(mail.header_raw("X-Letter-Mark").map(str::trim), Some(mark.as_str()));
    assert_eq!(message.copy_to, None);
    let copies = Copies { to: "journal@saual.example".to_owned(), grace: Duration::from_secs(900), resend: false };
    let outbox = || Mode::File { outbox: "outbox".into() };
    let with_copies = Composer::new(&Config { copies: Some(copies), ..config(outbox()) }).unwrap();
    let copied = with_copies.compose(&letter(), &copy(), &pdf()).unwrap();
    assert_eq!(copied.copy_to.map(|to| to.to_string()).as_deref(), Some("journal+326@saual.example"));
    assert_eq!(copied.bytes, message.bytes, "the deputy sees nothing of it");
    let of_the_house = with_copies.digest(&digest(Language::Kk)).unwrap();
    assert_eq!(
        (of_the_house.envelope_id, of_the_house.copy_to),
        (None, None),
        "no inquiry asks what became of a digest"
    );
    assert_eq!(of_the_house.from.to_string(), "bounces@saual.example");
    let plain = Composer::new(&Config { bounces_to: None, ..config(outbox()) }).unwrap();
    assert_eq!(plain.compose(&letter(), &copy(), &pdf()).unwrap().from.to_string(), "office@saual.example");
}

#[test]
fn the_words_follow_the_letters_language() {
    for (language, greeting, subject) in [
        (Language::Ru, "Уважаемый депутат Н. Сәрсенғалиев!", "Ответ на депутатский запрос № ДС-326"),
        (Language::En, "Dear Deputy Н. Сәрсенғалиев,", "Reply to the deputy inquiry No. ДС-326"),
    ] {
        let bytes = compose(&LetterFacts { language, ..letter() }, &copy());
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.subject(), Some(subject));
        assert!(mail.body_text(0).unwrap().starts_with(greeting));
    }
    let plain =
        Composer::new(&Config { sealed_by_server: false, ..config(Mode::File { outbox: "outbox".into() }) }).unwrap();
    let bytes = plain.compose(&letter(), &copy(), &pdf()).unwrap().bytes;
    let mail = MessageParser::default().parse(&bytes).unwrap();
    assert!(!mail.body_text(0).unwrap().contains("сервердің мөрі"));
    assert!(!mail.body_html(0).unwrap().contains("сервердің мөрі"));
}

#[test]
fn the_same_errand_gives_the_same_bytes_and_another_deputys_differ() {
    assert_eq!(compose(&letter(), &copy()), compose(&letter(), &copy()));
    let other = Copy { message_id: "<0192f0aa.1.4@saual.example>".to_owned(), ..copy() };
    assert_ne!(compose(&letter(), &copy()), compose(&letter(), &other));
}

#[test]
fn a_mail_is_ascii_with_whole_line_ends_and_lines_a_server_takes() {
    let bytes = compose(&LetterFacts { subject: "Ұ".repeat(3000), ..letter() }, &copy());
    assert!(bytes.is_ascii());
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert_eq!(text.matches('\r').count(), text.matches("\r\n").count());
    assert!(text.split("\r\n").all(|line| line.len() <= 998));
}

#[test]
fn nobody_writes_headers_or_markup_through_a_name() {
    let hostile = Copy { name: "A\r\nBcc: victim@x.kz\0<script>alert(1)</script>".to_owned(), ..copy() };
    let subject = "x\r\nX-Evil: 1 <b>{{letter.number}}</b>".to_owned();
    let bytes = compose(&LetterFacts { subject, ..letter() }, &hostile);
    let mail = MessageParser::default().parse(&bytes).unwrap();
    assert!(mail.header("Bcc").is_none() && mail.header("X-Evil").is_none());
    assert_eq!(mail.to().unwrap().iter().count(), 1);
    let html = mail.body_html(0).unwrap();
    assert!(!html.contains("<script>") && !html.contains("<b>"), "{html}");
    assert!(html.contains("{{letter.number}}"), "a text is never a template: {html}");
}

#[test]
fn an_address_or_an_id_that_is_none_is_refused_with_words() {
    let bad = Copy { address: "a@b@c".to_owned(), ..copy() };
    assert!(matches!(composer().compose(&letter(), &bad, &pdf()), Err(MessageError::Recipient(_))));
    for id in ["<a@b>\r\nX: y", "nothing", "<a b@c>", "<@>"] {
        let bad = Copy { message_id: id.to_owned(), ..copy() };
        assert!(matches!(composer().compose(&letter(), &bad, &pdf()), Err(MessageError::MessageId)), "{id}");
    }
}

#[test]
fn in_redirect_mode_everything_goes_to_the_test_address_but_what_is_allowed() {
    let relay = wire::relay(25);
    let mode = Mode::Redirect {
        relay,
        to: "test@office.kz".to_owned(),
        allowed: vec!["@office.kz".to_owned(), "one@parlam.kz".to_owned()],
    };
    let composer = Composer::new(&config(mode)).unwrap();
    for (address, goes_to) in [
        ("n.sarsengaliev@parlam.kz", "test@office.kz"),
        ("one@parlam.kz", "one@parlam.kz"),
        ("a@OFFICE.kz", "a@OFFICE.kz"),
        ("a@not-office.kz", "test@office.kz"),
    ] {
        let message = composer.compose(&letter(), &Copy { address: address.to_owned(), ..copy() }, &pdf()).unwrap();
        assert_eq!(message.to.to_string(), goes_to);
        let mail = MessageParser::default().parse(&message.bytes).unwrap();
        assert_eq!(mail.to().unwrap().first().unwrap().address(), Some(goes_to));
        assert_eq!(mail.header("X-Original-To").is_some(), goes_to != address);
        assert!(
            goes_to == address
                || !String::from_utf8_lossy(&message.bytes).contains(&format!("To: {address}"))
                || mail.header("X-Original-To").is_some()
        );
    }
}

#[test]
fn a_letter_that_is_too_large_is_not_attached_and_its_mail_says_where_it_lies_and_what_it_must_be() {
    let small = config(Mode::File { outbox: "outbox".into() });
    let composer = Composer::new(&Config { attach_up_to: PDF.len() - 1, ..small.clone() }).unwrap();
    let address = links().address(copy().link, letter().ordered_at);
    let sha256 = hex::encode(Sha256::digest(PDF));
    for (language, says, attached) in [
        (Language::Kk, "Файл үлкен болғандықтан", "қоса беріліп отыр"),
        (Language::Ru, "к письму он не приложен", "он приложен к этому письму"),
        (Language::En, "so not attached to this message", "is attached to this message"),
    ] {
        let facts = LetterFacts { language, ..letter() };
        let bytes = composer.compose(&facts, &copy(), &pdf()).unwrap().bytes;
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.attachment_count(), 0);
        let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
        for words in [&text, &html] {
            assert!(words.contains(says) && words.contains(&sha256) && words.contains(&address), "{words}");
            assert!(words.contains("ДС-326 жауап.pdf") && !words.contains(attached), "{words}");
        }
        assert!(!text.contains("\r\n\r\n\r\n"), "no hole where a condition stood: {text}");
        assert_eq!(bytes, composer.compose(&facts, &copy(), &pdf()).unwrap().bytes);
    }
    let large = Attachment::new(vec![b'x'; 1_410_001]).unwrap();
    let bytes = composer.compose(&letter(), &copy(), &large).unwrap().bytes;
    let mail = MessageParser::default().parse(&bytes).unwrap();
    assert!(mail.body_text(0).unwrap().contains("1,5 МБ"), "never less than it is");
    let fits = Composer::new(&Config { attach_up_to: PDF.len(), ..small }).unwrap();
    let bytes = fits.compose(&letter(), &copy(), &pdf()).unwrap().bytes;
    assert_eq!(MessageParser::default().parse(&bytes).unwrap().attachment_count(), 1);
}

#[test]
fn a_test_mail_has_the_offices_sender_tells_of_no_inquiry_and_leaves_no_copy() {
    let copies =
        Some(Copies { to: "journal@saual.example".to_owned(), grace: Duration::from_secs(900), resend: false });
    let composer = Composer::new(&Config { copies, ..config(Mode::File { outbox: "outbox".into() }) }).unwrap();
    let mail = composer.trial("one@parlam.test", letter().ordered_at, Uuid::nil()).unwrap();
    assert_eq!((mail.from.to_string().as_str(), mail.copy_to, mail.envelope_id), ("bounces@saual.example", None, None));
    let read = MessageParser::default().parse(&mail.bytes).unwrap();
    assert_eq!(read.message_id(), Some("test.00000000-0000-0000-0000-000000000000@saual.example"));
    let text = read.body_text(0).unwrap();
    assert!(["сынақ хаты", "пробное письмо", "test message"].iter().all(|words| text.contains(words)), "{text}");
    assert!(!String::from_utf8_lossy(&mail.bytes).contains("X-Letter-Mark") && read.attachment_count() == 0);
    assert!(matches!(composer.trial("nobody", letter().ordered_at, Uuid::nil()), Err(MessageError::Recipient(_))));
}

#[test]
fn a_head_of_the_journal_is_told_in_three_languages_with_its_line_and_key_beside() {
    let lines = ["{\"handover\":7}".to_owned(), "{\"block\":42}".to_owned()];
    let head = HeadFacts {
        address: "auditor@audit.test".to_owned(),
        message_id: "<head.00.42@saual.example>".to_owned(),
        block: 42,
        gathered_at: letter().ordered_at,
        content: HeadContent {
            position: 99,
            signed: "2023-10-17T03:04:05.000001Z".parse().unwrap(),
            key: "0123456789abcdef".to_owned(),
            key_is_new: true,
            lines: lines.to_vec(),
            public_key: "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n".to_owned(),
        },
    };
    let bytes = composer().head(&head).unwrap().bytes;
    assert_eq!(bytes, composer().head(&head).unwrap().bytes, "the same at every attempt");
    let read = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(read.subject(), Some("Журнал басы · Голова журнала · Journal head: 42"));
    let text = read.body_text(0).unwrap();
    for words in [
        "қол қойылған басын",
        "Ескі кілтпен",
        "последнюю подписанную голову",
        "ключ сменился",
        "last signed head",
        "The key has changed",
    ] {
        assert!(text.to_lowercase().contains(&words.to_lowercase()), "{words}: {text}");
    }
    for told in [
        "42",
        "№ 99",
        "2023-10-17T03:04:05.000001Z",
        "0123456789abcdef",
        "head-42.jsonl",
        &lines[0],
        &lines[1],
        "BEGIN PUBLIC KEY",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let attached: Vec<(Option<&str>, &[u8])> =
        read.attachments().map(|part| (part.attachment_name(), part.contents())).collect();
    assert_eq!(attached[0], (Some("head-42.jsonl"), format!("{}\n{}\n", lines[0], lines[1]).as_bytes()));
    assert_eq!(attached[1], (Some("heads.pub"), head.content.public_key.as_bytes()));
    let mut plain = head;
    plain.content.key_is_new = false;
    let bytes = composer().head(&plain).unwrap().bytes;
    assert!(!MessageParser::default().parse(&bytes).unwrap().body_text(0).unwrap().contains("key has changed"));
}

/// What a person may have typed, cleaned as every header value is: the property is about what is sent, not about what is dropped.
fn one_line(text: &str) -> String {
    let bad = |c: char| {
        c.is_control()
            || "\u{2028}\u{2029}\u{200e}\u{200f}\u{feff}".contains(c)
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    text.chars()
        .map(|c| if bad(c) { ' ' } else { c })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_in_a_header_is_read_back(
        name in "[ -~әғқңөұүһіА-я\"\\\\=?<>@,;]{1,150}",
        number in "[ -~әғқңөұүһіА-я=?_]{1,80}",
        file in "[ -~әғқңөұүһіА-я'%;=?]{1,100}",
    ) {
        let bytes = compose(
            &LetterFacts { inquiry_number: format!("ДС {number}"), file_name: format!("ж{file}ж.pdf"), ..letter() },
            &Copy { name: name.clone(), ..copy() },
        );
        let mail = MessageParser::default().parse(&bytes).unwrap();
        let wanted_subject = format!("№ {} депутаттық сауалға жауап", one_line(&format!("ДС {number}")));
        prop_assert_eq!(mail.subject(), Some(wanted_subject.as_str()));
        let wanted_name = one_line(&name);
        let to = mail.to().unwrap().first().unwrap();
        prop_assert_eq!(to.name().unwrap_or_default(), wanted_name.as_str());
        prop_assert_eq!(to.address(), Some("n.sarsengaliev@parlam.kz"));
        let wanted_file: String = one_line(&format!("ж{file}ж.pdf")).chars().map(|c| if "/\\:*?\"<>|".contains(c) { '-' } else { c }).collect();
        let attachment = mail.attachment(0).unwrap();
        prop_assert_eq!(attachment.attachment_name(), Some(wanted_file.as_str()));
        prop_assert_eq!(attachment.content_type().unwrap().attribute("name"), Some(wanted_file.as_str()));
    }
}

fn line(number: &str, owed: Option<Owed>) -> Line {
    Line {
        inquiry: InquiryId(Uuid::from_u128(0x326)),
        number: number.to_owned(),
        subject: "Зейнетақы <b>туралы</b>\r\nBcc: victim@x.kz".to_owned(),
        owed,
        due: date(2023, 10, 6),
        is_late: true,
        is_noted: true,
    }
}

fn digest(language: Language) -> DigestFacts {
    let section = |owed| Section { lines: vec![line("№ДС-326", owed)], more: 3 };
    DigestFacts {
        name: "Ж. Даулетханова".to_owned(),
        address: "executor@mlsp.example".to_owned(),
        message_id: "<digest.1.2023-10-09.0@saual.example>".to_owned(),
        language,
        day: date(2023, 10, 9),
        part: 0,
        gathered_at: "2023-10-09T02:30:00Z".parse().unwrap(),
        content: Content {
            reminders: section(Some(Owed::Contribution)),
            parts: section(Some(Owed::Draft)),
            overdue: section(None),
            pressing: section(None),
            pile: Some(Pile { letters: 12, oldest: "№ДС-300".to_owned(), since: date(2023, 10, 2) }),
            searches: vec![News {
                search: uuid::Uuid::from_u128(1),
                name: "ауыз су".to_owned(),
                since: 7,
                until: 9,
                count: 1000,
                more: true,
                page: "/search?q=%D1%81%D1%83&since=7&all=yes".to_owned(),
                first: vec![Hit {
                    inquiry: "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001".parse().unwrap(),
                    number: "№ДС-411".to_owned(),
                    subject: "Ауыз су туралы".to_owned(),
                }],
            }],
        },
    }
}

#[test]
fn a_digest_says_everything_in_the_persons_own_language_and_leads_into_the_system() {
    for (language, wanted) in [
        (
            Language::Kk,
            [
                "министрлігіңізге еске салады (4)",
                "ұсыныс, мерзімі 2023 жылғы 6 қазан (мерзімі өтті)",
                "2023 жылғы 2 қазаннан бері",
            ],
        ),
        (
            Language::Ru,
            [
                "напоминает вашему министерству (4)",
                "предложение, срок 6 октября 2023 года (срок прошёл)",
                "с 2 октября 2023 года",
            ],
        ),
        (
            Language::En,
            ["reminds your ministry of (4)", "contribution, due 6 October 2023 (overdue)", "from 2 October 2023"],
        ),
    ] {
        let bytes = composer().digest(&digest(language)).unwrap().bytes;
        assert_eq!(bytes, composer().digest(&digest(language)).unwrap().bytes, "the same at every attempt");
        let mail = MessageParser::default().parse(&bytes).unwrap();
        let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
        for wanted in wanted {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        for body in [&text, &html] {
            for link in [
                "https://saual.example/inquiries/00000000-0000-0000-0000-000000000326",
                "https://saual.example/signing",
                "https://saual.example/inquiries/018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001",
                "«ауыз су» (1000+)",
            ] {
                assert!(body.contains(link), "{link}: {body}");
            }
            assert!(body.contains("https://saual.example/account"), "{body}");
            assert!(body.contains("12") && body.contains("ДС-300"), "{body}");
        }
        let page = "https://saual.example/search?q=%D1%81%D1%83&since=7&all=yes";
        let html_says = html.replace("&#x3D;", "=").replace("&amp;", "&");
        assert!(text.contains(page) && html_says.contains(page), "{text} {html}");
        assert!(text.contains("<b>туралы</b> Bcc") && html.contains("&lt;b&gt;") && !html.contains("<b>"), "{html}");
        assert_eq!((mail.attachment_count(), mail.header_raw("Bcc")), (0, None));
        assert_eq!(mail.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
        assert_eq!(mail.header_raw("Content-Language").map(str::trim), Some(language.code()));
    }
}

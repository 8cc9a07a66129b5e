//! Mails that nobody ought to write. Each is kept, none stops the reading, and each ends with a clerk, among our own reports, or among the unreadable.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dispatch::config::Mode;
use dispatch::inbound::{MOST_BYTES, MOST_DEPTH, MOST_PARTS};

use super::office::Office;

/// What becomes of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    Proposal,
    Unreadable,
    Noted,
    /// Either, as long as it ends.
    Somewhere,
}

fn nested_parts(depth: usize) -> Vec<u8> {
    let mut mail = "From: a@b.test\r\nSubject: deep\r\nMIME-Version: 1.0\r\n".to_owned();
    for n in 0..depth {
        write!(mail, "Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n").unwrap();
    }
    mail.push_str("Content-Type: text/plain\r\n\r\nbottom\r\n");
    for n in (0..depth).rev() {
        write!(mail, "--b{n}--\r\n").unwrap();
    }
    mail.into_bytes()
}

fn nested_mails(depth: usize) -> Vec<u8> {
    let mut mail = "From: z@b.test\r\nSubject: bottom\r\n\r\nbottom\r\n".to_owned();
    for n in 0..depth {
        mail = format!(
            "From: a{n}@b.test\r\nSubject: {n}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m{n}\r\n\r\n\
             --m{n}\r\nContent-Type: message/rfc822\r\n\r\n{mail}\r\n--m{n}--\r\n"
        );
    }
    mail.into_bytes()
}

/// A mail that says of itself, level by level, that a mail is in it.
fn mails_all_the_way(levels: usize) -> Vec<u8> {
    format!("From: a@b.test\r\n{}bottom\r\n", "Content-Type: message/rfc822\r\n\r\n".repeat(levels)).into_bytes()
}

/// The same inside one part that was encoded for the way.
fn encoded_mails(levels: usize) -> Vec<u8> {
    let head = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64";
    with_head(head, STANDARD.encode(mails_all_the_way(levels)).as_bytes())
}

/// Digests in digests, whose parts are mails without saying so.
fn digests(levels: usize) -> Vec<u8> {
    let mut mail = "From: a@b.test\r\n".to_owned();
    for n in 0..levels {
        write!(mail, "Content-Type: multipart/digest; boundary=d{n}\r\n\r\n--d{n}\r\n\r\n").unwrap();
    }
    mail.into_bytes()
}

fn many_parts(count: usize) -> Vec<u8> {
    let parts = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(count);
    format!("From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n").into_bytes()
}

fn with_head(head: &[u8], body: &[u8]) -> Vec<u8> {
    [b"From: a@b.test\r\n", head, b"\r\n\r\n", body].concat()
}

fn report(inside: &str) -> Vec<u8> {
    let head = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b";
    with_head(head, format!("--b\r\nContent-Type: message/delivery-status\r\n\r\n{inside}\r\n--b--\r\n").as_bytes())
}

fn bounce_of_nothing() -> Vec<u8> {
    let head = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b";
    let status = "--b\r\nContent-Type: message/delivery-status\r\n\r\nA: b\r\n\r\nAction: failed\r\n\r\n";
    let returned = "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <a\0b@c.test>\r\n\r\n--b--\r\n";
    with_head(head, [status, returned].concat().as_bytes())
}

fn nasty() -> Vec<(&'static str, Vec<u8>, Ends)> {
    use Ends::{Noted, Proposal, Somewhere, Unreadable};
    let many_heads: Vec<u8> = (0..10_000).flat_map(|n| format!("X-Head-{n}: value\r\n").into_bytes()).collect();
    let names = b"Content-Type: application/pdf; name*=utf-8''..%2F..%2F..%2Fetc%2Fpasswd\r\n\
        Content-Disposition: attachment; filename*0*=utf-8''..%5C..%5C; filename*1=\"/etc/shadow\"; filename=\"C:\\\\boot.ini\"";
    let kinds = b"Content-Type: message/rfc822\r\n".repeat(20_000);
    let attributes: Vec<u8> = (0..300_000).flat_map(|n| format!(" a{n}*1=x;").into_bytes()).collect();
    let attributes = [b"Content-Type: text/plain;".as_slice(), &attributes].concat();
    let ids = b"In-Reply-To: <a\0b@c.test>\r\nReferences: <\x01@c.test> <x\x7f@y.test>\r\nSubject: ids";
    let open = "Content-Type: multipart/mixed; boundary=never";
    vec![
        ("empty", Vec::new(), Unreadable),
        ("one byte", b"\0".to_vec(), Unreadable),
        ("only breaks", b"\r\n\r\n\r\n".to_vec(), Unreadable),
        ("no head", b"just some words without a head\n".to_vec(), Somewhere),
        ("zeros", vec![0; 100_000], Unreadable),
        ("high bytes", (0..=255_u8).cycle().take(50_000).collect(), Somewhere),
        ("nul in head and body", with_head(b"Subject: a\0b\0", b"c\0d\r\n\0"), Proposal),
        ("parts in parts, as deep as may be", nested_parts(MOST_DEPTH), Proposal),
        ("parts in parts, deeper", nested_parts(MOST_DEPTH + 1), Unreadable),
        ("parts in parts, to the centre of the earth", nested_parts(5_000), Somewhere),
        ("a mail in a mail in a mail", nested_mails(2), Proposal),
        ("mails in mails, too deep", nested_mails(8), Unreadable),
        ("mails in mails without end", nested_mails(300), Somewhere),
        ("mails in mails by one line each", mails_all_the_way(50_000), Unreadable),
        ("one head that says it again and again", with_head(&kinds, b"x"), Unreadable),
        ("mails in mails in an encoded part", encoded_mails(4_000), Unreadable),
        ("a mail in an encoded part", encoded_mails(1), Proposal),
        ("digests in digests", digests(20_000), Unreadable),
        ("a digest", digests(1), Proposal),
        ("names in a kind without end", with_head(&attributes, b"x"), Unreadable),
        ("control characters in ids", with_head(ids, b"x"), Proposal),
        ("control characters in the id that a report hands back", bounce_of_nothing(), Noted),
        ("as many parts as may be", many_parts(MOST_PARTS - 1), Proposal),
        ("more parts", many_parts(MOST_PARTS + 1), Unreadable),
        ("a hundred thousand parts", many_parts(100_000), Unreadable),
        ("ten thousand heads", with_head(&many_heads, b"text"), Proposal),
        ("broken base64", with_head(b"Content-Transfer-Encoding: base64", b"!!!not=base64===\r\n\xff\xfe"), Proposal),
        ("broken quoted-printable", with_head(b"Content-Transfer-Encoding: quoted-printable", b"=ZZ=\r\n=E"), Proposal),
        ("a boundary without end", with_head(open.as_bytes(), b"--never\r\n\r\nand on it goes"), Proposal),
        ("a boundary that never begins", with_head(open.as_bytes(), b"nothing"), Proposal),
        ("no boundary at all", with_head(b"Content-Type: multipart/mixed", b"--\r\n\r\nx\r\n----\r\n"), Proposal),
        (
            "windows-1251 as it is",
            with_head(
                b"Content-Type: text/plain; charset=windows-1251\r\nSubject: \xcf\xf0\xe8",
                b"\xd1\xe0\xf3\xe0\xeb",
            ),
            Proposal,
        ),
        (
            "koi8-r that says utf-8",
            with_head(b"Content-Type: text/plain; charset=utf-8", b"\xf3\xc1\xd5\xc1\xcc"),
            Proposal,
        ),
        ("a charset nobody knows", with_head(b"Content-Type: text/plain; charset=klingon-9", b"text"), Proposal),
        ("names with paths", with_head(names, b"%PDF-1.7"), Proposal),
        ("an encoded word without end", with_head(b"Subject: =?utf-8?B?0KHQsNGD0LDQ", b"x"), Proposal),
        ("a line of three megabytes", with_head(b"Subject: long", &vec![b'x'; 3 << 20]), Proposal),
        (
            "a head of three megabytes",
            with_head(&[b"Subject: ".as_slice(), &vec![b'x'; 3 << 20]].concat(), b"x"),
            Proposal,
        ),
        (
            "folds without end",
            with_head(&[b"Subject: a".as_slice(), &b"\r\n b".repeat(50_000)].concat(), b"x"),
            Proposal,
        ),
        (
            "ten thousand recipients",
            with_head(&[b"To: ".as_slice(), &b"a@b.test, ".repeat(10_000)].concat(), b"x"),
            Proposal,
        ),
        (
            "brackets without end",
            with_head(&[b"References: ".as_slice(), &b"<".repeat(200_000)].concat(), b"x"),
            Proposal,
        ),
        ("comments in comments", with_head(&[b"From: ".as_slice(), &b"(".repeat(100_000)].concat(), b"x"), Proposal),
        ("larger than we take", with_head(b"Subject: huge", &vec![b'x'; MOST_BYTES]), Unreadable),
        ("a report without anything", report(""), Somewhere),
        (
            "a report about nobody of ours",
            report("Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 5.1.1\r\n"),
            Noted,
        ),
        ("a report that never ends", report(&"Action: failed\r\n\r\n".repeat(50_000)), Noted),
        ("a mark of nobody", with_head(b"X-Letter-Mark: 1.0000000000000000", b"x"), Proposal),
        ("a mark that is no mark", with_head(b"X-Letter-Mark: \xff.\xff", b"x"), Proposal),
        ("direction turned", with_head("Subject: \u{202e}gnp.exe\u{200b}".as_bytes(), b"x"), Proposal),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_comes_ends_somewhere_and_the_reading_goes_on() {
    let office = Office::open().await;
    let config = office.reading(office.config(Mode::File { outbox: office.outbox() }));
    let all = nasty();
    for (n, (_, mail, _)) in all.iter().enumerate() {
        office.comes(&format!("{n:03}.nasty"), mail);
    }
    let reading = office.inbox(&config).run_once().await.unwrap();
    assert_eq!((reading.faults, reading.waiting), (0, 0), "{reading:?}");
    assert_eq!(office.lies("new"), 0, "each is put away");
    let client = office.journal.pool().get().await.unwrap();
    for (n, (name, _, ends)) in all.iter().enumerate() {
        let row = client
            .query_one(
                "select class, proposal is not null, coalesce(error, '') from inbound_mail where place = $1",
                &[&format!("{n:03}.nasty")],
            )
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let (class, is_proposed, error): (&str, bool, &str) = (row.get(0), row.get(1), row.get(2));
        let found = match class {
            "inquiry" if is_proposed => Ends::Proposal,
            "unreadable" => Ends::Unreadable,
            "report" | "auto_reply" => Ends::Noted,
            other => panic!("{name} became {other}"),
        };
        assert!(*ends == Ends::Somewhere || found == *ends, "{name}: {found:?} and not {ends:?} ({error})");
    }
    let away = office.lies(".Saual-Processed/cur") + office.lies(".Saual-Failed/cur");
    assert_eq!(away, all.len());
    let shown =
        "select count(*) from inbound_mail where subject ~ '\\u202e' or length(body) > 20000 or length(subject) > 500";
    assert_eq!(office.number(shown).await, 0);
    drop(client);
    // Nothing of it is new the next time.
    assert!(office.inbox(&config).run_once().await.unwrap().is_idle());
}

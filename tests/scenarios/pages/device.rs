//! A signatory without scripts signs on their own device: takes the letter out, signs it with a program of theirs, sends the signature as a file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use testkit::app::TestApp;
use testkit::authority::Authority;
use web::doors::headers::PAGE_POLICY;
use web::signing::LAYER;

use super::browser::Page;
use super::people::People;
use super::walk::is_sound;
use crate::api::device::{PERSON, office};
use crate::api::story::{Told, to_the_signatory};

async fn stage(app: &TestApp, told: &Told) -> serde_json::Value {
    app.settle().await;
    app.get("clerk", &format!("/api/v1/inquiries/{}", told.id)).await.is(200).json()["state"].clone()
}

/// The link of a page that is called so.
fn link(page: &Page, words: &str) -> String {
    let (before, _) = page.text.split_once(words).unwrap_or_else(|| panic!("no «{words}»: {}", page.text));
    let href = before.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    href.replace("&amp;", "&").replace("&#x3D;", "=")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_taken_out_signed_elsewhere_and_its_signature_sent_as_a_file() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let app = office(&authority, |_| ()).await;
    let people = People::of(&app).await;
    let signatory = people.at_browser("signatory").await;
    let told = to_the_signatory(&app, "ДС-1").await;
    app.settle().await;

    let deck = signatory.open(&format!("/signing/letter/{}", told.id)).await;
    is_sound(&deck, "a letter of the deck where devices sign");
    assert!(!deck.text.contains("value=\"sign\"") && !deck.words().contains("the server's seal"), "{}", deck.text);
    let place = link(&deck, "Sign on my device");
    let page = signatory.open(&place).await;
    is_sound(&page, "the page of a device");
    // This page alone speaks to the program on one's own machine.
    assert!(page.policy.contains(&format!("connect-src 'self' {LAYER};")), "{}", page.policy);
    assert_eq!(deck.policy, PAGE_POLICY);
    // The form of the command leads here too.
    let command = signatory.get(&format!("/inquiries/{}/commands/sign", told.id)).await;
    assert_eq!((command.status, command.place), (303, format!("/signing/letter/{}/device", told.id)));

    let pdf = signatory.download(&link(&page, " download>PDF")).await.is(200).bytes;
    let form = page.form(&format!("/signing/letter/{}/device", told.id));
    let (key, read) = (form.get("key").to_owned(), form.get("read").to_owned());
    let fields = [("key", key.as_str()), ("read", read.as_str()), ("signature", "")];
    let send = async |name: &str, file: &[u8]| signatory.upload_with(&form.action, &fields, name, file).await;

    for (what, file, said) in [
        ("nothing", Vec::new(), "Choose the file"),
        ("a piece of the letter", pdf[..3_000].to_vec(), "A detached signature of one signer is needed"),
        ("a signature over something else", authority.sign("person", b"else"), "The reason:"),
    ] {
        let refused = send("file.p7s", &file).await;
        assert_eq!(refused.status, 422, "{what}: {}", refused.text);
        is_sound(&refused, "a signature that was not taken");
        assert!(refused.words().contains(said), "{what}: {}", refused.words());
        assert_eq!(stage(&app, &told).await, "for_signature", "{what}");
    }
    let sent = send("ДС-1.pdf.p7s", &authority.sign("person", &pdf)).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    assert!(sent.place.starts_with("/signing?") && sent.place.contains("done=sign"), "{}", sent.place);
    assert_eq!(stage(&app, &told).await, "signed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_script_put_into_the_form_is_taken_and_another_letter_is_not_signed_unread() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let app = office(&authority, |_| ()).await;
    let people = People::of(&app).await;
    let signatory = people.at_browser("signatory").await;
    let told = [to_the_signatory(&app, "ДС-1").await, to_the_signatory(&app, "ДС-2").await];
    app.settle().await;

    // Each is signed alone, and the list says so.
    let several = signatory.open("/signing/several").await;
    is_sound(&several, "several letters where devices sign");
    assert!(several.words().contains("each letter is signed alone"), "{}", several.words());
    assert!(!several.text.contains("type=\"checkbox\" name=\"letter\""));
    assert_eq!(several.text.matches("/device?read").count(), 2, "{}", several.text);

    // The letter that was read is another one than this page's: it is not to be signed here.
    let device = format!("/signing/letter/{}/device", told[0].id);
    let other = signatory.open(&format!("{device}?read={}", "0".repeat(64))).await;
    is_sound(&other, "a letter that has changed meanwhile");
    assert!(
        other.words().contains("not the letter that you read") && !other.text.contains("device-form"),
        "{}",
        other.text
    );

    let page = signatory.open(&device).await;
    let form = page.form(&device);
    let pdf = signatory.download(&link(&page, " download>PDF")).await.is(200).bytes;
    let signed = STANDARD.encode(authority.sign("person", &pdf));
    let fields = [("key", form.get("key")), ("read", form.get("read")), ("signature", signed.as_str())];
    let sent = signatory.upload_with(&device, &fields, "", b"").await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    // A second press is the same signature, and the next letter comes.
    let again = signatory.upload_with(&device, &fields, "", b"").await;
    assert_eq!((again.status, &again.place), (303, &sent.place));
    assert_eq!([stage(&app, &told[0]).await, stage(&app, &told[1]).await], ["signed", "for_signature"]);

    // Whoever would have to prove who they are afterwards proves it before.
    let past = "update session set proved_at = now() - interval '10 minutes 1 second'";
    app.database.connect().await.execute(past, &[]).await.unwrap();
    let asked = signatory.get(&format!("/signing/letter/{}/device?read=abc", told[1].id)).await;
    assert!(asked.status == 303 && asked.place.starts_with("/proof?next="), "{} {}", asked.status, asked.place);
}

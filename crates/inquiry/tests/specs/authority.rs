//! Who may sign: whose name the letter bears, for as long as the office or an order gives them the right, with a certificate of their own.

use directory::{Authority, Ground};
use inquiry::command::Sign;
use inquiry::event::Event;
use inquiry::terms::CertificateHolder;
use inquiry::{Actor, CommandName, Refusal, allowed};
use jiff::civil::{date, time};

use crate::support::*;

/// A letter that names whoever acts for the premier.
pub(crate) fn before_the_acting() -> Story {
    let story = approved().on(date(2023, 10, 17));
    let mut ask = story.for_signature();
    ask.person = sklyar();
    ask.order = Some(order());
    ask.signatory.name = "Р. Скляр".into();
    ask.signatory.acting = true;
    story.then(&clerk(), ask)
}

fn by_the_acting(story: &Story) -> Sign {
    let ground = Ground::Acts { order: Some(order()) };
    Sign { authority: Authority { person: sklyar(), ground, ..right() }, ..story.sign() }
}

/// A signature of the premier's with the certificate of somebody.
pub(crate) fn by_the_certificate_of(name: &str, iin: Option<&str>) -> Sign {
    let signer = CertificateHolder { name: name.into(), iin: iin.map(|iin| iin.parse().unwrap()) };
    Sign { signer: Some(signer), sealed_by_server: false, ..for_signature().sign() }
}

#[test]
fn only_whose_name_the_letter_bears_is_offered_to_sign_it_and_everybody_else_may_return_it() {
    let story = for_signature();
    let offered = |by: &Actor, name| allowed(&story.inquiry, by).contains(&name);
    assert!(offered(&premier(), CommandName::Sign));
    let nobody = Actor::new("premier", [directory::Role::Signatory]);
    for other in [acting_premier(), nobody] {
        assert!(!offered(&other, CommandName::Sign));
        assert!(offered(&other, CommandName::ReturnDraft) && offered(&other, CommandName::DeclineSigning));
    }
    let refused = story.ask(&acting_premier(), story.sign()).unwrap_err();
    assert!(refused.to_string().contains("bears the name of Ә. Смайылов"), "{refused}");
}

#[test]
fn whoever_acts_signs_while_the_order_lasts_and_not_a_minute_longer() {
    let story = before_the_acting();
    let ask = by_the_acting(&story);
    let Ok(events) = story.ask(&acting_premier(), ask.clone()) else { panic!("the order is in force") };
    let [Event::ReplySigned(signed)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(signed.authority, Some(ask.authority.clone()));

    // At ten of the day on which the order ended at half past nine.
    let refused = story.clone().on(date(2023, 10, 18)).ask(&acting_premier(), ask.clone()).unwrap_err();
    let until = date(2023, 10, 18).to_datetime(time(9, 30, 0, 0));
    assert_eq!(refused, Refusal::AuthorityEnded { named: "Р. Скляр".into(), until, order: Some(order()) });
    // Returned and submitted again it names whoever fills the office now, who signs it.
    let again = story
        .on(date(2023, 10, 18))
        .then(&acting_premier(), inquiry::command::DeclineSigning { reason: "Мерзімі өтті".into() });
    let laid = again.for_signature();
    let again = again.then(&clerk(), laid);
    assert!(again.ask(&premier(), again.sign()).is_ok());
}

#[test]
fn the_holder_still_signs_their_own_letter_while_somebody_acts() {
    let story = for_signature();
    assert!(
        directory_of_these_days().holder_at(&right().office, story.today.at(10, 0, 0, 0)).unwrap().ground.is_acting()
    );
    assert!(story.ask(&premier(), story.sign()).is_ok());
}

#[test]
fn the_number_of_a_certificate_decides_and_the_name_only_where_there_is_no_number() {
    let story = for_signature();
    let is_taken = |name, iin| match story.ask(&premier(), by_the_certificate_of(name, iin)) {
        Ok(_) => true,
        Err(Refusal::CertificateOfAnother { .. }) => false,
        Err(other) => panic!("{other}"),
    };
    assert!(is_taken("СМАЙЫЛОВ ӘЛИХАН", Some(IIN)));
    // A marriage, a transliteration: the number is whose it is.
    assert!(is_taken("SMAIYLOV ALIKHAN", Some(IIN)));
    assert!(!is_taken("СМАЙЫЛОВ ӘЛИХАН", Some("720102300457")));
    assert!(is_taken("СМАИЛОВ АЛИХАН", None));
    for other in ["СМАЙЫЛОВ МӘДИ", "БЕКТЕНОВ ОЛЖАС", "СМАЙЫЛОВ", "Үкімет Аппараты"]
    {
        assert!(!is_taken(other, None), "{other}");
    }
}

#[test]
fn who_signed_by_what_right_and_by_whose_certificate_stands_in_the_event() {
    let ask = by_the_certificate_of("СМАЙЫЛОВ ӘЛИХАН", Some(IIN));
    let story = for_signature().then(&premier(), ask.clone());
    let Some(Event::ReplySigned(signed)) = story.events.last() else { panic!("it was signed") };
    assert_eq!((&signed.signer, &signed.authority), (&ask.signer, &Some(right())));
    let texts = inquiry::personal::texts(this_inquiry(), &Event::from(signed.clone()));
    let own = texts.iter().filter(|text| text.subject == format!("person-{}", smailov()));
    assert_eq!(own.map(|text| text.text.as_str()).collect::<Vec<_>>(), [IIN]);
}

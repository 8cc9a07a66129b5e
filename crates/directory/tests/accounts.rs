//! The rules of accounts: what is refused, what is recorded, and who stands in for whom.

#![expect(clippy::unwrap_used, reason = "a test that stops here says where")]

use directory::accounts::substitution::{may_end, may_name};
use directory::accounts::{
    AccountEvent, AccountRefusal, Ask, Candidate, Change, Known, Life, NewSubstitution, Standing, StandingFault, Story,
};
use directory::{Actor, Directory, Language, MinistryCode, Role};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

fn at() -> Timestamp {
    "2023-10-02T04:00:00Z".parse().unwrap()
}

fn standing(roles: &[Role], ministry: Option<&str>) -> Standing {
    Standing {
        full_name: "А. Төлегенова".to_owned(),
        roles: roles.iter().copied().collect(),
        ministry: ministry.map(|code| MinistryCode::new(code).unwrap()),
        deputy: None,
        person: None,
        language: Language::Kk,
    }
}

fn known(roles: &[Role]) -> Known {
    let ministry = roles.contains(&Role::Executor).then_some("mlsp");
    Known { name: "absent".into(), standing: standing(roles, ministry), life: Life::Open, is_last_admin: false }
}

fn change(known: Known, ask: Ask) -> Change {
    Change { known, by: "admin".into(), why: "Ауысым".into(), at: at(), ask }
}

fn decided(known: Known, ask: Ask) -> Result<AccountEvent, AccountRefusal> {
    Story::default().decide(&change(known, ask))
}

#[test]
fn every_change_says_who_and_why() {
    for why in ["", "  ", "a\nb", &"а".repeat(501)] {
        let asked = Change { why: why.to_owned(), ..change(known(&[Role::Clerk]), Ask::EndSessions) };
        assert_eq!(Story::default().decide(&asked), Err(AccountRefusal::NoReason), "{why:?}");
    }
    let event = decided(known(&[Role::Clerk]), Ask::ResetSecondFactor).unwrap();
    let noted = event.noted();
    assert_eq!((noted.account.as_str(), noted.by.as_str(), noted.why.as_str()), ("absent", "admin", "Ауысым"));
}

#[test]
fn a_change_of_rights_keeps_what_was_and_what_is() {
    let AccountEvent::Changed(changed) =
        decided(known(&[Role::Clerk]), Ask::Change(standing(&[Role::Clerk, Role::Head], None))).unwrap()
    else {
        panic!("another event")
    };
    assert!(!changed.before.roles.contains(&Role::Head) && changed.after.roles.contains(&Role::Head));
    let same = Ask::Change(standing(&[Role::Clerk], None));
    assert_eq!(decided(known(&[Role::Clerk]), same), Err(AccountRefusal::NothingChanges));
    let misfit = Ask::Change(standing(&[Role::Clerk], Some("mfa")));
    assert_eq!(decided(known(&[Role::Clerk]), misfit), Err(AccountRefusal::Standing(StandingFault::Ministry)));
}

#[test]
fn nobody_begins_to_write_for_a_ministry_that_is_over() {
    let directory = Directory::embedded().unwrap();
    let writes = |ministry| standing(&[Role::Executor], Some(ministry));
    let on = |day: i8| jiff::civil::date(2023, 9, day);
    let refused = writes("mcs").begins_on(None, &directory, on(1)).unwrap_err();
    let AccountRefusal::MinistryOver { since, successors, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!((*since, successors.len()), (on(1), 2), "it became two");
    assert_eq!(refused.field(), "ministry");
    for (language, said) in [
        (Language::Kk, "Туризм және спорт министрлігі"),
        (Language::Ru, "Министерство туризма и спорта"),
        (Language::En, "Ministry of Tourism and Sport"),
    ] {
        assert!(refused.words(language).contains(said), "{}", refused.words(language));
    }
    // Moved there, too; whoever is there already may be changed in everything else, and on its last day it is one as any other.
    assert!(writes("mcs").begins_on(Some(&writes("mfa")), &directory, on(2)).is_err());
    assert_eq!(writes("mcs").begins_on(Some(&writes("mcs")), &directory, on(2)), Ok(()));
    assert_eq!(writes("mcs").begins_on(None, &directory, jiff::civil::date(2023, 8, 31)), Ok(()));
    assert_eq!(writes("mfa").begins_on(None, &directory, on(2)), Ok(()));
    assert_eq!(standing(&[Role::Clerk], None).begins_on(None, &directory, on(2)), Ok(()));
}

#[test]
fn the_last_administrator_stays_one() {
    let last = || Known { is_last_admin: true, ..known(&[Role::Admin]) };
    let clerk = || Ask::Change(standing(&[Role::Clerk], None));
    for ask in [Ask::Block, Ask::End, clerk()] {
        assert_eq!(decided(last(), ask.clone()), Err(AccountRefusal::LastAdministrator), "{ask:?}");
        assert!(decided(known(&[Role::Admin]), ask).is_ok(), "another administrator is left");
    }
    assert!(decided(last(), Ask::Change(standing(&[Role::Admin, Role::Clerk], None))).is_ok());
}

#[test]
fn an_account_is_blocked_for_a_while_and_ended_for_good() {
    let in_life = |life, ask| decided(Known { life, ..known(&[Role::Clerk]) }, ask);
    assert_eq!(in_life(Life::Blocked, Ask::Block), Err(AccountRefusal::BlockedAlready));
    assert_eq!(in_life(Life::Open, Ask::Unblock), Err(AccountRefusal::NotBlocked));
    assert_eq!(in_life(Life::Blocked, Ask::MakeToken("x".into())), Err(AccountRefusal::Blocked));
    assert!(in_life(Life::Blocked, Ask::Unblock).is_ok() && in_life(Life::Blocked, Ask::End).is_ok());
    for ask in [Ask::Unblock, Ask::EndSessions, Ask::Change(standing(&[Role::Head], None)), Ask::End] {
        assert_eq!(in_life(Life::Ended, ask), Err(AccountRefusal::Ended));
    }
}

fn stands_in(substitute: Standing, roles: &[Role], from: Timestamp, until: Timestamp) -> NewSubstitution {
    let substitute = Candidate { name: "substitute".into(), standing: substitute, life: Life::Open };
    NewSubstitution { id: Uuid::from_u128(1), substitute, roles: roles.iter().copied().collect(), from, until }
}

fn named(story: &Story, of: &[Role], new: NewSubstitution) -> Result<AccountEvent, AccountRefusal> {
    story.decide(&change(known(of), Ask::NameSubstitute(Box::new(new))))
}

#[test]
fn whoever_stands_in_belongs_to_the_same_house_and_never_signs() {
    let day = at() + 24.hours();
    let of = |substitute: Standing, roles: &[Role], held: &[Role]| {
        named(&Story::default(), held, stands_in(substitute, roles, at(), day))
    };
    let clerk = || standing(&[Role::Clerk], None);
    let labour = || standing(&[Role::Executor], Some("mlsp"));
    assert!(of(clerk(), &[Role::Approver], &[Role::Approver]).is_ok());
    assert!(of(labour(), &[Role::Executor], &[Role::Executor]).is_ok());
    let outside = |role| Err(AccountRefusal::OutsideTheHouse { role });
    let abroad = standing(&[Role::Executor], Some("mfa"));
    assert_eq!(of(abroad, &[Role::Executor], &[Role::Executor]), outside(Role::Executor));
    assert_eq!(of(clerk(), &[Role::Executor], &[Role::Executor]), outside(Role::Executor));
    assert_eq!(of(labour(), &[Role::Clerk], &[Role::Clerk]), outside(Role::Clerk));
    assert_eq!(of(standing(&[Role::Auditor], None), &[Role::Clerk], &[Role::Clerk]), outside(Role::Clerk));
    for role in [Role::Signatory, Role::Admin, Role::Auditor, Role::Deputy, Role::System] {
        assert_eq!(of(clerk(), &[role], &[role]), Err(AccountRefusal::NeverSubstituted { role }));
    }
    assert_eq!(of(clerk(), &[Role::Head], &[Role::Clerk]), Err(AccountRefusal::RoleNotHeld { role: Role::Head }));
    assert_eq!(of(clerk(), &[], &[Role::Clerk]), Err(AccountRefusal::NoRoleHandedOver));
    let mut own = stands_in(clerk(), &[Role::Clerk], at(), day);
    own.substitute.name = "absent".into();
    assert_eq!(named(&Story::default(), &[Role::Clerk], own), Err(AccountRefusal::OwnSubstitute));
    let mut closed = stands_in(clerk(), &[Role::Clerk], at(), day);
    closed.substitute.life = Life::Blocked;
    let refused = named(&Story::default(), &[Role::Clerk], closed);
    assert_eq!(refused, Err(AccountRefusal::SubstituteNotOpen { name: "substitute".into() }));
}

#[test]
fn a_substitution_holds_to_the_minute_and_never_twice_for_the_same_work() {
    let (from, until) = (at() + 1.hour(), at() + 9.hours());
    let clerk = || standing(&[Role::Clerk], None);
    let held = [Role::Clerk, Role::Head];
    let mut story = Story::default();
    let event = named(&story, &held, stands_in(clerk(), &[Role::Head], from, until)).unwrap();
    story.evolve(event);
    let one = story.substitutions()[0].clone();
    assert!(!one.holds(from - 1.second()) && one.holds(from) && one.holds(until - 1.second()) && !one.holds(until));

    let again = |roles: &[Role], from, until| named(&story, &held, stands_in(clerk(), roles, from, until));
    assert_eq!(
        again(&[Role::Head], until - 1.minute(), until + 1.hour()),
        Err(AccountRefusal::SubstitutedAlready { substitute: "substitute".into() })
    );
    assert!(again(&[Role::Head], until, until + 1.hour()).is_ok(), "the next one begins when this one ends");
    assert!(again(&[Role::Clerk], from, until).is_ok(), "other work is another matter");
    assert_eq!(again(&[Role::Clerk], from, from), Err(AccountRefusal::EndsBeforeItBegins));
    assert_eq!(again(&[Role::Clerk], at() - 9.hours(), at()), Err(AccountRefusal::EndsBeforeItBegins));
    assert_eq!(again(&[Role::Clerk], from, from + 8785.hours()), Err(AccountRefusal::TooLongAbsent));
    let (years, last) = (at() + (3_653 * 24).hours(), jiff::Timestamp::MAX);
    assert!(again(&[Role::Clerk], years, years + 1.hour()).is_ok());
    assert_eq!(again(&[Role::Clerk], years + 1.hour(), years + 2.hours()), Err(AccountRefusal::BeginsFarAhead));
    assert_eq!(again(&[Role::Clerk], last - 1.hour(), last), Err(AccountRefusal::BeginsFarAhead));
    let AccountEvent::SubstituteNamed(told) = again(&[Role::Clerk], at() - 9.hours(), until).unwrap() else { panic!() };
    assert_eq!(told.substitution.from, at(), "nobody stood in before it was said");

    // Ended before its time it holds no longer, and makes room.
    let end = |at| story.decide(&Change { at, ..change(known(&held), Ask::EndSubstitution(one.id)) });
    assert_eq!(end(until), Err(AccountRefusal::SubstitutionOver));
    let ended = end(from + 1.hour()).unwrap();
    let mut after = story.clone();
    after.evolve(ended);
    assert!(!after.substitutions()[0].holds(from + 1.hour()));
    assert!(named(&after, &held, stands_in(clerk(), &[Role::Head], from + 1.hour(), until)).is_ok());
    let unknown = change(known(&held), Ask::EndSubstitution(Uuid::from_u128(9)));
    assert_eq!(story.decide(&unknown), Err(AccountRefusal::NoSuchSubstitution));
}

#[test]
fn whoever_stands_in_has_the_absents_roles_under_their_own_name() {
    let mut story = Story::default();
    let substitute = standing(&[Role::Executor], Some("mlsp"));
    let held = [Role::Executor, Role::Clerk];
    story.evolve(named(&story, &held, stands_in(substitute, &[Role::Executor], at(), at() + 1.hour())).unwrap());
    let one = &story.substitutions()[0];
    let labour = MinistryCode::new("mlsp").unwrap();
    let absent = Actor { roles: held.into(), ..Actor::executor("absent", labour.clone()) };
    let acting = one.actor("substitute", &absent).unwrap();
    assert_eq!((acting.name.as_str(), acting.stands_for()), ("substitute", "absent"));
    assert!(acting.executes_for(&labour) && !acting.has(Role::Clerk), "what was not handed over is not theirs");
    let without = Actor::new("absent", [Role::Clerk]);
    assert_eq!(one.actor("substitute", &without), None, "a role that the absent has lost is lost for both");

    // Nobody hands on what was handed to them.
    assert!(
        !may_name(&Actor { name: "absent".into(), ..acting.clone() }, "absent")
            && may_end(&acting, "absent", "substitute")
    );
    assert!(may_name(&absent, "absent") && !may_name(&absent, "another"));
    assert!(
        may_name(&Actor::new("head", [Role::Head]), "absent") && may_name(&Actor::new("a", [Role::Admin]), "absent")
    );
    assert!(!may_end(&Actor::new("c", [Role::Clerk]), "absent", "substitute"));
}

#[test]
fn an_event_reads_back_as_it_was_written() {
    let event = decided(known(&[Role::Executor]), Ask::Open).unwrap();
    let text = serde_json::to_string(&event).unwrap();
    assert!(
        text.starts_with(r#"{"account_opened":{"noted":{"account":"absent","by":"admin","why":"Ауысым"},"#),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<AccountEvent>(&text).unwrap(), event);
}

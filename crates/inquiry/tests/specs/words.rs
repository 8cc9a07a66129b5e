use std::collections::BTreeSet;

use directory::Language;
use inquiry::{CommandName, EventName, StageName};

#[test]
fn every_command_event_and_stage_has_words_of_its_own_in_every_language() {
    for language in Language::ALL {
        let commands: BTreeSet<&str> = CommandName::ALL.iter().map(|name| name.words(language)).collect();
        assert_eq!(commands.len(), CommandName::ALL.len());
        let events: BTreeSet<&str> = EventName::ALL.iter().map(|name| name.words(language)).collect();
        assert_eq!(events.len(), EventName::ALL.len());
        let stages: BTreeSet<&str> = StageName::ALL.iter().map(|name| name.words(language)).collect();
        assert_eq!(stages.len(), StageName::ALL.len());
    }
}

#[test]
fn kazakh_and_russian_words_are_written_in_cyrillic_only() {
    let latin = |words: &str| words.chars().any(|c| c.is_ascii_alphabetic());
    for language in [Language::Kk, Language::Ru] {
        let commands = CommandName::ALL.iter().map(|name| name.words(language));
        let events = EventName::ALL.iter().map(|name| name.words(language));
        let stages = StageName::ALL.iter().map(|name| name.words(language));
        for words in commands.chain(events).chain(stages) {
            assert!(!latin(words), "{words}");
        }
    }
}

#[test]
fn a_command_is_found_by_its_path_and_an_event_by_its_stored_name() {
    for name in CommandName::ALL {
        assert_eq!(CommandName::from_path(name.path()), Some(*name));
    }
    for name in EventName::ALL {
        assert_eq!(EventName::from_stored(name.stored()), Some(*name));
    }
    for stage in StageName::ALL {
        assert_eq!(StageName::from_code(stage.code()), Some(stage));
    }
    assert_eq!(CommandName::from_path("delete"), None);
    assert_eq!(EventName::from_stored("inquiry_deleted"), None);
}

/// The names that others rely on, as the contracts page lists them.
#[test]
fn the_names_are_those_of_the_contract() {
    const COMMANDS: &str = "assign-ministries contest-assignment reassign submit-contribution accept-contribution \
        return-contribution remind-ministry revise-draft submit-for-approval visa refuse-visa return-draft submit-for-signature sign \
        decline-signing assign-outgoing-number dispatch confirm-delivery record-delivery-by-hand resend revoke-link \
        request-extension grant-extension refuse-extension send-interim-reply remove-from-control close link-repeat \
        merge withdraw redirect replace-reply record-response set-topic";
    const EVENTS: &str = "inquiry_received inquiry_registered control_set ministries_assigned assignment_contested \
        ministry_reassigned contribution_submitted contribution_accepted contribution_returned ministry_reminded draft_revised \
        draft_submitted_for_approval draft_visaed visa_refused draft_returned submitted_for_signature reply_cosigned reply_signed \
        signing_declined outgoing_number_assigned dispatch_ordered reply_accepted delivery_failed delivery_reported delivery_confirmed \
        delivered_by_hand link_revoked extension_requested extension_granted extension_refused interim_reply_sent control_removed \
        inquiry_closed repeat_inquiry_linked inquiries_merged inquiry_withdrawn inquiry_redirected reply_replaced \
         deputy_responded address_erased topic_set part_carried_over deadlines_recounted";
    for path in COMMANDS.split_whitespace() {
        assert!(CommandName::from_path(path).is_some(), "{path}");
    }
    let stored: Vec<&str> = EventName::ALL.iter().map(|name| name.stored()).collect();
    let expected: BTreeSet<&str> = EVENTS.split_whitespace().collect();
    assert_eq!(stored.iter().copied().collect::<BTreeSet<_>>(), expected);
}

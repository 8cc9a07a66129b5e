//! What holds for every body: no editor changes it by holding it, and a comparison leaves nothing out.

use std::sync::LazyLock;

use letter::blank::Blank;
use letter::diff::{Change, diff};
use letter::model::Block;
use letter::provenance::Sourced;
use letter::runs::settled;
use letter::{docx, markdown, rich};
use proptest::prelude::*;

use crate::bodies::{ENGINE, bodies, cases, saying, sourced, text, versions};

static MINISTRY: LazyLock<Blank> = LazyLock::new(crate::edges::ministry);

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn markdown_gives_back_what_it_was_given(given in sourced()) {
        let text = markdown::write(&given);
        let back = markdown::read(&text);
        prop_assert!(back.is_ok(), "{:?} in:\n{}", back, text);
        let back = back.unwrap();
        prop_assert_eq!(&back.body, &settled(&given.body), "{}", text);
        prop_assert_eq!(back.sources(), given.sources());
    }

    #[test]
    fn a_field_of_a_page_gives_back_what_it_was_given(given in sourced()) {
        let text = markdown::write_typed(&given);
        let back = markdown::read_typed(&text);
        prop_assert!(back.is_ok(), "{:?} in:\n{}", back, text);
        let back = back.unwrap();
        prop_assert_eq!(&back.body, &settled(&given.body), "{}", text);
        prop_assert_eq!(back.sources(), given.sources());
    }

    #[test]
    fn the_rich_editor_gives_back_what_it_was_given(given in sourced()) {
        let back = rich::read(&rich::write(&given)).unwrap();
        prop_assert_eq!(settled(&back.body), settled(&given.body));
        // Settled but for the shares, which this form can hold as they are.
        prop_assert_eq!(rich::read(&rich::write(&back)).unwrap(), back.clone());
        prop_assert_eq!(back.sources(), given.sources());
    }

    #[test]
    fn word_gives_back_what_it_was_given(given in sourced()) {
        let letter = saying(given.body.clone());
        let file = ENGINE.docx_with_sources(&letter, given.sources()).unwrap();
        let back = docx::read(&file);
        prop_assert!(back.is_ok(), "{:?}", back);
        let back = back.unwrap();
        prop_assert_eq!(&back.sourced.body, &settled(&given.body));
        for (at, block) in given.body.blocks.iter().enumerate() {
            // A new page has no paragraph that could carry a mark.
            if *block != Block::PageBreak {
                prop_assert_eq!(&back.sourced.sources()[at], &given.sources()[at], "{}", at);
            }
        }
        prop_assert!(back.changes.is_empty() && back.comments.is_empty() && back.left_out.is_empty(), "{:?}", back);
        prop_assert_eq!(back.form_changes(&letter), []);
    }

    #[test]
    fn a_blank_gives_back_what_it_was_given(given in bodies()) {
        let file = MINISTRY.fill(&saying(given.clone())).unwrap();
        let back = docx::read(&file);
        prop_assert!(back.is_ok(), "{:?}", back);
        let back = back.unwrap();
        prop_assert_eq!(&back.sourced.body, &settled(&given));
        prop_assert!(back.left_out.is_empty(), "{:?}", back);
    }

    #[test]
    fn what_changed_makes_the_new_version_from_the_old((old, new) in versions()) {
        let changes = diff(&old, &new);
        prop_assert_eq!(changes.apply(&old), Ok(settled(&new)));
        prop_assert_eq!(changes.is_empty(), settled(&old) == settled(&new));
        prop_assert_eq!(changes.text(letter::model::Language::Kk).is_empty(), changes.is_empty());
        for change in &changes.changes {
            if let Change::Kept { old: before, new: after, .. } = change {
                prop_assert_eq!(&settled(&old).blocks[*before], &settled(&new).blocks[*after]);
            }
        }
    }

    #[test]
    fn two_bodies_that_have_nothing_to_do_with_each_other_are_compared_as_well(old in bodies(), new in bodies()) {
        prop_assert_eq!(diff(&old, &new).apply(&old), Ok(settled(&new)));
        prop_assert!(diff(&old, &old).is_empty());
        prop_assert_eq!(diff(&old, &new).apply(&new).is_ok(), settled(&old) == settled(&new));
    }

    #[test]
    fn an_edit_keeps_unchanged_blocks_as_they_were((old, new) in versions()) {
        let base = Sourced::new(old.clone(), vec![Some("mfa/1".parse().unwrap()); old.blocks.len()]).unwrap();
        // As it comes from an editor: settled, and without a word about where it came from.
        let edited = base.edited(settled(&new).into());
        prop_assert_eq!(settled(&edited.body), settled(&new));
        for change in diff(&old, &new).changes {
            if let Change::Kept { old: before, new: after, .. } = change {
                prop_assert_eq!(&edited.body.blocks[after], &old.blocks[before]);
                prop_assert_eq!(&edited.sources()[after], &base.sources()[before]);
            }
        }
    }

    #[test]
    fn no_text_stops_the_reader_of_markdown(pieces in prop::collection::vec(text(), 0..6), breaks in prop::sample::select(vec!["\n", "\n\n", "\n  ", "\n> ", ""])) {
        let text = pieces.join(breaks);
        // Whatever it says: a body that the rules allow, or faults with places inside the text.
        match markdown::read(&text) {
            Ok(sourced) => prop_assert!(sourced.body.check().is_ok()),
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                let lines = text.lines().count().max(1);
                for fault in faults {
                    prop_assert!(fault.line >= 1 && fault.line <= lines && fault.column >= 1, "{:?} in {:?}", fault, text);
                }
            }
        }
    }
}

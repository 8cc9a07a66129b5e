//! Nobody signs a page without text, whatever the text ends with and however long it is.

use letter::Letter;
use letter::model::{Block, Inline, Language, Table};

use crate::layout::{SENTENCE, cell, list, of, paragraph, table};
use crate::support::{ENGINE, joined, normal, pages, tool};

/// The pages of a letter, and which of them is signed.
fn signed(letter: &Letter) -> (Vec<String>, usize) {
    let pages = pages(&ENGINE.pdf(letter).unwrap());
    let signed: Vec<usize> = (0..pages.len()).filter(|page| pages[*page].contains("Ә. Смайылов")).collect();
    assert_eq!(signed.len(), 1, "the letter is signed once");
    (pages, signed[0])
}

/// The lines that stand above the signature on its page, the page's number left out.
fn above_signature(page: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = page.lines().take_while(|line| !line.starts_with("Премьер-Министрі")).collect();
    assert_eq!(lines.pop(), Some("Қазақстан Республикасының"), "the post's first line stands in {page}");
    lines.retain(|line| !line.chars().all(|one| one.is_ascii_digit()));
    lines
}

/// Tries lengths of a letter that go over the ends of two pages.
fn tried(lengths: impl IntoIterator<Item = usize>, letter: impl Fn(usize) -> Letter, last: &str) {
    let mut breaks = std::collections::BTreeSet::new();
    for length in lengths {
        let (pages, at) = signed(&letter(length));
        let above = above_signature(&pages[at]);
        assert!(
            normal(&joined(&above.join("\n"))).contains(last),
            "{length}: the signature stands alone, under {above:?}"
        );
        assert!(at == 0 || above.len() >= 2, "{length}: only one line stands with it: {above:?}");
        assert!(pages[at].contains("Орын. Ж. Даулетханова"), "{length}: the executor stands on another page");
        assert_eq!(pages.len(), at + 1, "{length}: nothing follows");
        breaks.insert(at);
    }
    assert!(breaks.len() >= 3, "the lengths tried have to cross two pages' ends: {breaks:?}");
}

#[test]
fn the_last_rows_of_a_long_table_stay_with_the_signature() {
    let (mut signed_on, mut moved) = (std::collections::BTreeSet::new(), 0);
    for rows in 3..=60 {
        let letter = of(vec![paragraph(1, 1), Block::Table(table(rows))]);
        let (pages, at) = signed(&letter);
        let pages: Vec<String> = pages.iter().map(|page| normal(page)).collect();
        let on = |page: &String| (1..=rows).filter(|row| page.contains(&format!(" {row} {row}-өңір: "))).count();
        assert!(pages[at].contains(&format!("{rows}-өңір: ")), "{rows} rows: the signature stands alone");
        let all = pages.join(" ");
        for row in 1..=rows {
            assert_eq!(all.matches(&format!(" {row} {row}-өңір: ")).count(), 1, "{rows} rows: row {row}");
        }
        for page in pages.iter().filter(|page| on(page) > 0) {
            assert!(page.contains("Өңір және шараның атауы"), "{rows} rows: a page has no head: {page}");
        }
        signed_on.insert(at);
        moved += usize::from(at > 0 && on(&pages[at]) == 3);
    }
    assert!(signed_on.len() >= 3, "the lengths tried have to cross two pages' ends: {signed_on:?}");
    assert!((2..40).contains(&moved), "{moved} of 58 tables gave their last rows to the page of the signature");
}

/// A table of two rows, of which the last one has `sentences` in its middle cell.
fn tall(sentences: usize) -> Table {
    let mut table = table(2);
    table.rows[1][1] = cell(format!("{}жолдың соңы.", SENTENCE.repeat(sentences)));
    table
}

#[test]
fn a_last_row_taller_than_a_page_stays_with_the_signature() {
    tried((2..80).step_by(3), |sentences| of(vec![Block::Table(tall(sentences))]), "жолдың соңы.");
}

#[test]
fn a_table_that_goes_over_to_the_signature_is_tagged_with_its_head() {
    let table = |rows| of(vec![paragraph(1, 1), Block::Table(table(rows))]);
    let told = |letter: &Letter| tool("pdfinfo", &["-struct", "{}"], &ENGINE.pdf(letter).unwrap());
    let count = |tree: &str, tag: &str| tree.lines().filter(|line| line.trim().split(' ').next() == Some(tag)).count();
    let trees: Vec<String> = (20..46).map(|rows| told(&table(rows))).collect();
    let (whole, cut): (Vec<_>, Vec<_>) = trees.iter().partition(|tree| count(tree, "Table") == 1);
    assert!(!whole.is_empty() && !cut.is_empty(), "{} and {}", whole.len(), cut.len());
    for tree in &trees {
        // Nothing says that a head is drawn again where a page begins, except where the rows are a table of their own.
        assert_eq!(count(tree, "TH"), 3 * count(tree, "Table"), "{tree}");
    }
}

#[test]
fn the_last_lines_of_a_long_paragraph_stay_with_the_signature() {
    tried(2..60, |sentences| of(vec![paragraph(1, sentences)]), "1-абзацтың соңы.");
}

#[test]
fn a_long_paragraph_fills_its_page_before_it_breaks() {
    let mut broken = 0;
    for before in 1..12 {
        let letter = of(vec![paragraph(1, before), paragraph(2, 14)]);
        let (pages, at) = signed(&letter);
        broken += usize::from(at == 1 && normal(&joined(&pages[0])).contains("1-абзацтың соңы. Қазақстан"));
    }
    assert!(broken >= 3, "{broken} of 11 began on the page before");
}

#[test]
fn the_last_item_of_a_list_stays_with_the_signature_however_long_or_deep() {
    let item = |sentences: usize| vec![Block::paragraph(format!("{}тармақтың соңы.", SENTENCE.repeat(sentences)))];
    let first = || vec![Block::paragraph("бірінші тармақ")];
    tried((2..60).step_by(2), |sentences| of(vec![list(true, vec![first(), item(sentences)])]), "тармақтың соңы.");
    let deep = |count: usize| {
        let inner = (1..=count).map(|number| vec![Block::paragraph(format!("{number}-ішкі тармақ"))]);
        let inner = list(false, inner.chain([item(1)]).collect());
        list(true, vec![first(), [first(), vec![inner]].concat()])
    };
    tried((2..110).step_by(3), |count| of(vec![deep(count)]), "тармақтың соңы.");
}

#[test]
fn footnotes_at_the_end_do_not_part_the_text_from_its_signature() {
    let noted = |sentences: usize| {
        let note = Inline::Footnote { content: vec![Inline::text(SENTENCE.repeat(2))] };
        let mut content = vec![Inline::text(SENTENCE.repeat(sentences)), note];
        content.push(Inline::text("абзацтың соңы."));
        of(vec![Block::Paragraph { content }])
    };
    tried(2..50, noted, "абзацтың соңы.");
}

#[test]
fn a_letter_in_two_languages_is_signed_below_its_second_text() {
    let facts = crate::golden::facts("reply.bilingual");
    let letter = ENGINE.compose_bilingual(&facts[0], &facts[1]).unwrap();
    for sentences in (2..40).step_by(2) {
        let mut letter = Letter { registration: None, annexes: Vec::new(), ..letter.clone() };
        let second = letter.second.as_mut().unwrap();
        assert_eq!(second.language, Language::Ru);
        second.annexes.clear();
        second.body.blocks = vec![paragraph(7, sentences)];
        let (pages, at) = signed(&letter);
        let above = normal(&joined(&pages[at]));
        assert!(above.contains("7-абзацтың соңы."), "{sentences}: {above}");
    }
}

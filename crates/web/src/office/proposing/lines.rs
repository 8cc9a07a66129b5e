//! A letter's text as lines, and as paragraphs that lines of a page were broken from.

/// The longest place that is shown, in characters.
const SHOWN: usize = 160;

/// The lines of a text without the spaces around them, with where its parts begin.
pub(super) struct Lines<'a> {
    /// All of them; empty ones part paragraphs.
    pub all: Vec<&'a str>,
    /// The first line behind the salutation; 0 when there is none.
    pub body: usize,
    /// The line with which it closes; behind the last one when it does not.
    pub close: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let all: Vec<&str> = text.lines().map(str::trim).collect();
        let begins = |line: &str, words: &[&str]| {
            let line = fold(line);
            words.iter().any(|word| line.starts_with(word))
        };
        let salutation = all.iter().position(|line| begins(line, &["курметти", "уважаем", "глубокоуважаем"]));
        let close = all.iter().rposition(|line| begins(line, &["курметпен", "с уважением", "iзгi", "изги"]));
        let body = salutation.map_or(0, |at| at + 1);
        Self { body, close: close.filter(|at| *at >= body).unwrap_or(all.len()), all }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.iter().all(|line| line.is_empty())
    }

    /// What stands above the salutation, or the first lines of a text that has none.
    pub(super) fn head(&self) -> &[&'a str] {
        let end = if self.body > 0 { self.body - 1 } else { self.all.len().min(25) };
        &self.all[..end]
    }

    /// What stands between salutation and close, as paragraphs.
    pub(super) fn paragraphs(&self) -> Vec<String> {
        joined(&self.all[self.body.min(self.close)..self.close])
    }
}

/// Lines that a page's width has broken, joined again: one that ends no sentence goes on where the next begins with a small letter.
pub(super) fn joined(lines: &[&str]) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in lines {
        let is_small = line.chars().next().is_some_and(char::is_lowercase);
        match joined.last_mut().filter(|_| goes_on && is_small) {
            Some(last) => {
                last.push(' ');
                last.push_str(line);
            }
            None if line.is_empty() => {}
            None => joined.push((*line).to_owned()),
        }
        goes_on = !line.is_empty() && !line.ends_with(['.', '?', '!', ':', ';']);
    }
    joined
}

/// The words that a value was read from, as they are shown.
pub(super) fn shown(line: &str) -> String {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN { line } else { line.chars().take(SHOWN).chain("…".chars()).collect() }
}

/// Small letters, Kazakh ones as their Russian neighbours and Latin look-alikes as Cyrillic: two spellings of one word are one.
pub(super) fn fold(text: &str) -> String {
    let fold = |c: char| match c {
        'ә' | 'a' => 'а',
        'ғ' => 'г',
        'қ' | 'k' => 'к',
        'ң' => 'н',
        'ө' | 'o' => 'о',
        'ұ' | 'ү' | 'y' => 'у',
        'һ' | 'x' => 'х',
        'і' | 'i' => 'и',
        'ё' | 'e' => 'е',
        'c' => 'с',
        'p' => 'р',
        'm' => 'м',
        't' => 'т',
        other => other,
    };
    text.chars().flat_map(char::to_lowercase).map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_on_where_a_page_broke_it() {
        let lines = ["Шетелде еңбек ететін", "азаматтар туралы", "", "Сұраймыз:", "неге?", "Ия."];
        assert_eq!(joined(&lines), ["Шетелде еңбек ететін азаматтар туралы", "Сұраймыз:", "неге?", "Ия."]);
    }

    #[test]
    fn look_alikes_are_one_letter() {
        assert_eq!(fold("ӘБЕНОВ"), fold("Aбенoв"));
        assert_eq!(fold("Құрметті"), "курметти");
    }
}

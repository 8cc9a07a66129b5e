//! A report as a table: a row each, every figure with the list behind it, rates with what they are rates of.

use directory::{ChamberCode, DeputyId, FactionCode, Language, MinistryCode, TopicCode};
use readmodel::reports::{By, Counted, Figure, Key, Line};
use serde::Serialize;

use super::asked::Asked;
use crate::screens::fields::say;
use crate::screens::names::Names;
use crate::sheet::Cell;
use crate::state::AppState;

/// Of fewer a rate says little: one inquiry more changes it much.
const FEW: u64 = 10;

/// Whether replies keep their days.
const DEADLINES: [Figure; 6] =
    [Figure::Received, Figure::OnTime, Figure::Late, Figure::Open, Figure::Overdue, Figure::Ended];
/// What else became of them.
const COURSE: [Figure; 6] =
    [Figure::Extended, Figure::Returned, Figure::Refused, Figure::Repeated, Figure::Satisfied, Figure::Unsatisfied];

#[derive(Debug, Clone, Serialize)]
pub(super) struct Table {
    caption: String,
    head: String,
    columns: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    name: String,
    short: Option<String>,
    is_total: bool,
    cells: Vec<Shown>,
}

#[derive(Debug, Clone, Serialize)]
struct Shown {
    words: String,
    figure: String,
    /// What a rate is a rate of.
    of: String,
    is_few: bool,
    href: Option<String>,
    is_none: bool,
    tone: &'static str,
}

/// What a row is called, in full and briefly.
pub(super) struct Named {
    pub name: String,
    pub short: Option<String>,
}

/// What a figure is called.
pub(super) fn words(figure: Figure, language: Language) -> String {
    let (kk, ru, en) = match figure {
        Figure::Received => ("Түсті", "Поступило", "Received"),
        Figure::OnTime => ("Мерзімінде", "В срок", "On time"),
        Figure::Late => ("Кешігіп", "С опозданием", "Late"),
        Figure::Open => ("Орындалуда", "В работе", "Open"),
        Figure::Overdue => ("Мерзімі өткен", "Просрочено", "Overdue"),
        Figure::Ended => ("Өзге аяқталуы", "Иной исход", "Ended otherwise"),
        Figure::Extended => ("Ұзартылды", "Продлено", "Extended"),
        Figure::Returned => ("Қайтарылды", "Возвращалось", "Sent back"),
        Figure::Refused => ("Бас тартылды", "Отказано", "Refused"),
        Figure::Repeated => ("Қайталанды", "Повторено", "Asked again"),
        Figure::Satisfied => ("Қанағаттанды", "Удовлетворены", "Satisfied"),
        Figure::Unsatisfied => ("Қанағаттанбады", "Не удовлетворены", "Not satisfied"),
    };
    say(language, kk, ru, en)
}

/// What a figure counts.
pub(super) fn means(figure: Figure, language: Language) -> String {
    let (kk, ru, en) = match figure {
        Figure::Received => {
            ("кезеңде келіп түскен сауалдар", "запросы, поступившие за период", "inquiries received in the period")
        }
        Figure::OnTime => (
            "жауап күшіндегі мерзімге дейін жөнелтілді (ұзартулар ескеріледі)",
            "ответ отправлен не позже действующего срока (с учётом продлений)",
            "the reply was sent by the day in force, extensions counted",
        ),
        Figure::Late => {
            ("жауап мерзімнен кейін жөнелтілді", "ответ отправлен после срока", "the reply was sent after that day")
        }
        Figure::Open => (
            "жауап жоқ, мерзімі әлі өткен жоқ",
            "ответа нет, срок ещё не прошёл",
            "no reply yet, and the day has not gone by",
        ),
        Figure::Overdue => {
            ("жауап жоқ, мерзімі өтіп кетті", "ответа нет, срок прошёл", "no reply, and the day has gone by")
        }
        Figure::Ended => (
            "өз жауабынсыз аяқталды: қайтарып алынды, қайта жолданды, басқасына қосылды",
            "завершено без своего ответа: отозвано, перенаправлено, присоединено",
            "ended without a reply of its own: withdrawn, redirected, merged",
        ),
        Figure::Extended => {
            ("мерзімі кемінде бір рет ұзартылды", "срок продлён хотя бы раз", "more time was given at least once")
        }
        Figure::Returned => (
            "жоба кемінде бір рет қайтарылды: келісуші бас тартты, қайтарды не қол қойылмады",
            "проект хотя бы раз возвращён: отказ в визе, возврат или отклонение подписантом",
            "the draft was sent back at least once: a visa refused, a return, a signature declined",
        ),
        Figure::Refused => ("бас тартумен жабылды", "закрыто с отказом", "closed with a refusal"),
        Figure::Repeated => ("кейін қайталама сауал келді", "поступил повторный запрос", "a repeat inquiry followed"),
        Figure::Satisfied => (
            "пікір білдірген депутаттардың бәрі қанағаттанды",
            "все высказавшиеся депутаты удовлетворены",
            "all deputies who said anything are satisfied",
        ),
        Figure::Unsatisfied => (
            "кемінде бір депутат қанағаттанбады",
            "хотя бы один депутат не удовлетворён",
            "one deputy at least is not satisfied",
        ),
    };
    say(language, kk, ru, en)
}

/// What the rows are called.
pub(super) fn by_words(by: By, language: Language) -> String {
    let (kk, ru, en) = match by {
        By::Ministry => ("Негізгі орындаушы", "Головной исполнитель", "Lead executor"),
        By::Co => ("Бірлесіп орындаушы", "Соисполнитель", "Co-executor"),
        By::Faction => ("Фракция", "Фракция", "Faction"),
        By::Deputy => ("Депутат", "Депутат", "Deputy"),
        By::Topic => ("Тақырып", "Тема", "Topic"),
        By::Chamber => ("Палата", "Палата", "Chamber"),
        By::Month => ("Ай", "Месяц", "Month"),
    };
    say(language, kk, ru, en)
}

/// What a row is called.
pub(super) fn named(names: &Names, by: By, key: &Key, language: Language) -> Named {
    let Key::Is(code) = key else {
        let (kk, ru, en) = match by {
            By::Ministry => ("Әлі бағытталмаған", "Ещё не назначены", "Not assigned yet"),
            By::Co => ("Бірлесіп орындаушысыз", "Без соисполнителей", "Without co-executors"),
            // Single mandates without a faction stand here, and authors whom the directory does not know: counted together, so called both.
            By::Faction => ("Фракциясыз немесе белгісіз", "Без фракции или неизвестна", "No faction, or none known"),
            By::Deputy => ("Анықтамалықта жоқ", "Нет в справочнике", "Not in the directory"),
            By::Topic => ("Тақырыбы көрсетілмеген", "Тема не указана", "No topic said"),
            By::Chamber | By::Month => ("Белгісіз", "Неизвестно", "Unknown"),
        };
        return Named { name: say(language, kk, ru, en), short: None };
    };
    let known = match by {
        By::Ministry | By::Co => MinistryCode::new(code.as_str()).ok().map(|code| {
            let ministry = names.ministry(&code, language);
            Named { name: ministry.name, short: Some(ministry.short) }
        }),
        By::Faction => FactionCode::new(code.as_str())
            .ok()
            .and_then(|code| names.faction(&code))
            .map(|faction| Named { name: faction.name.words(language).to_owned(), short: None }),
        By::Deputy => {
            let deputy = code.parse::<DeputyId>().ok().and_then(|id| names.deputy(id));
            // Rows know a deputy by an identity alone, which says nothing to people.
            let name = deputy.map_or_else(
                || {
                    say(
                        language,
                        "Анықтамалықта жоқ депутат",
                        "Депутат не из справочника",
                        "A deputy not in the directory",
                    )
                },
                |deputy| deputy.name.words(language).to_owned(),
            );
            Some(Named { name, short: None })
        }
        By::Topic => {
            TopicCode::new(code.as_str()).ok().map(|code| Named { name: names.topic(&code, language), short: None })
        }
        By::Chamber => ChamberCode::new(code.as_str())
            .ok()
            .and_then(|code| names.chamber(&code))
            .map(|chamber| Named { name: chamber.name.words(language).to_owned(), short: None }),
        By::Month => code.split_once('-').map(|(year, month)| Named { name: format!("{month}.{year}"), short: None }),
    };
    known.unwrap_or_else(|| Named { name: code.clone(), short: None })
}

/// A part of a whole in percent, rounded; none of nothing.
pub(super) fn percent(part: u64, whole: u64) -> Option<u64> {
    (part * 100 + whole / 2).checked_div(whole)
}

/// The heads of the columns that are no counts.
fn rate_words(language: Language) -> [String; 4] {
    [
        say(language, "Мерзімінде, %", "В срок, %", "On time, %"),
        say(language, "Медиана, күн", "Медиана, дней", "Median, days"),
        say(language, "P90, күн", "P90, дней", "P90, days"),
        say(language, "Қанағаттанды, %", "Удовлетворены, %", "Satisfied, %"),
    ]
}

/// The two tables of a report.
pub(super) fn tables(names: &Names, asked: &Asked, by: By, counted: &Counted, language: Language) -> [Table; 2] {
    let [on_time, median, p90, satisfied] = rate_words(language);
    let rows = |figures: &[Figure], rates: &dyn Fn(&Line) -> Vec<Shown>| -> Vec<Row> {
        let row = |line: &Line, key: Option<&Key>| {
            let named = match key {
                Some(key) => named(names, by, key, language),
                None => Named { name: say(language, "Барлығы", "Всего", "All"), short: None },
            };
            let mut cells: Vec<Shown> =
                figures.iter().map(|figure| cell(asked, by, key, line, *figure, language)).collect();
            cells.extend(rates(line));
            Row { name: named.name, short: named.short, is_total: key.is_none(), cells }
        };
        counted.lines.iter().map(|line| row(line, Some(&line.key))).chain([row(&counted.all, None)]).collect()
    };
    let heads = |figures: &[Figure], rates: &[&String]| -> Vec<String> {
        figures
            .iter()
            .map(|figure| words(*figure, language))
            .chain(rates.iter().map(|words| (*words).clone()))
            .collect()
    };
    let of_days = |line: &Line| {
        vec![
            rate(on_time.clone(), line.of(Figure::OnTime), line.due()),
            days(median.clone(), line.median),
            days(p90.clone(), line.p90),
        ]
    };
    let of_verdict = |line: &Line| vec![rate(satisfied.clone(), line.of(Figure::Satisfied), line.judged())];
    let head = by_words(by, language);
    [
        Table {
            caption: say(language, "Мерзімдер", "Сроки", "Deadlines"),
            head: head.clone(),
            columns: heads(&DEADLINES, &[&on_time, &median, &p90]),
            rows: rows(&DEADLINES, &of_days),
        },
        Table {
            caption: say(language, "Барысы мен бағасы", "Ход и оценка", "Course and verdict"),
            head,
            columns: heads(&COURSE, &[&satisfied]),
            rows: rows(&COURSE, &of_verdict),
        },
    ]
}

fn cell(asked: &Asked, by: By, key: Option<&Key>, line: &Line, figure: Figure, language: Language) -> Shown {
    let count = line.of(figure);
    let is_none = count == 0;
    Shown {
        words: words(figure, language),
        figure: count.to_string(),
        of: String::new(),
        is_few: false,
        href: (!is_none).then(|| asked.behind(by, key, figure)),
        is_none,
        tone: match figure {
            Figure::Late | Figure::Overdue if !is_none => "over",
            _ => "",
        },
    }
}

/// A rate always says what it is a rate of.
fn rate(words: String, part: u64, whole: u64) -> Shown {
    let percent = percent(part, whole);
    Shown {
        words,
        figure: percent.map_or_else(|| "–".to_owned(), |percent| percent.to_string()),
        of: percent.map(|_| format!("{part}/{whole}")).unwrap_or_default(),
        is_few: percent.is_some() && whole < FEW,
        href: None,
        is_none: percent.is_none(),
        tone: "",
    }
}

fn days(words: String, days: Option<i32>) -> Shown {
    Shown {
        words,
        figure: days.map_or_else(|| "–".to_owned(), |days| days.to_string()),
        of: String::new(),
        is_few: false,
        href: None,
        is_none: days.is_none(),
        tone: "",
    }
}

/// The same as rows of a file: a head, a row each, all of them together last.
pub(super) fn sheet(names: &Names, by: By, counted: &Counted, language: Language) -> (Vec<String>, Vec<Vec<Cell>>) {
    let [on_time, median, p90, satisfied] = rate_words(language);
    let of = |words: &str| format!("{words} {}", say(language, "(неден)", "(из скольких)", "(of how many)"));
    let mut heads = vec![by_words(by, language)];
    heads.extend(Figure::ALL.iter().map(|figure| words(*figure, language)));
    heads.extend([on_time.clone(), of(&on_time), median, p90, satisfied.clone(), of(&satisfied)]);
    let number = |count: Option<u64>| count.map_or(Cell::Nothing, Cell::Number);
    let days = |days: Option<i32>| number(days.and_then(|days| u64::try_from(days).ok()));
    let row = |line: &Line, name: String| {
        let mut cells = vec![Cell::Text(name)];
        cells.extend(Figure::ALL.iter().map(|figure| Cell::Number(line.of(*figure))));
        cells.extend([
            number(percent(line.of(Figure::OnTime), line.due())),
            Cell::Number(line.due()),
            days(line.median),
            days(line.p90),
            number(percent(line.of(Figure::Satisfied), line.judged())),
            Cell::Number(line.judged()),
        ]);
        cells
    };
    let rows = counted.lines.iter().map(|line| row(line, named(names, by, &line.key, language).name));
    let all = row(&counted.all, say(language, "Барлығы", "Всего", "All"));
    (heads, rows.chain([all]).collect())
}

/// The same as texts, for a mail: whether replies keep their days.
pub(crate) fn report_rows(state: &AppState, counted: &Counted, language: Language) -> (Vec<String>, Vec<Vec<String>>) {
    let (by, names) = (By::Ministry, Names::now(state));
    let [on_time, ..] = rate_words(language);
    let mut heads = vec![by_words(by, language)];
    heads.extend(DEADLINES.iter().map(|figure| words(*figure, language)));
    heads.push(on_time);
    let row = |line: &Line, name: String| {
        let mut cells = vec![name];
        cells.extend(DEADLINES.iter().map(|figure| line.of(*figure).to_string()));
        let share = percent(line.of(Figure::OnTime), line.due());
        let of = line.due();
        cells.push(share.map_or_else(|| "–".to_owned(), |share| format!("{share} ({}/{of})", line.of(Figure::OnTime))));
        cells
    };
    let rows = counted.lines.iter().map(|line| row(line, named(&names, by, &line.key, language).name));
    let all = row(&counted.all, say(language, "Барлығы", "Всего", "All"));
    (heads, rows.chain([all]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_rounded_and_none_of_nothing() {
        assert_eq!(
            (percent(5, 6), percent(1, 3), percent(0, 4), percent(2, 2)),
            (Some(83), Some(33), Some(0), Some(100))
        );
        assert_eq!(percent(0, 0), None);
    }

    #[test]
    fn a_rate_says_what_it_is_of_and_whether_that_is_little() {
        let little = rate(String::new(), 5, 6);
        assert_eq!((little.figure.as_str(), little.of.as_str(), little.is_few), ("83", "5/6", true));
        assert!(!rate(String::new(), 5, 10).is_few);
        let nothing = rate(String::new(), 0, 0);
        assert_eq!((nothing.figure.as_str(), nothing.of.as_str(), nothing.is_few), ("–", "", false));
    }

    #[test]
    fn every_figure_stands_in_one_table() {
        for figure in Figure::ALL {
            assert_eq!(DEADLINES.iter().chain(&COURSE).filter(|known| **known == figure).count(), 1, "{figure:?}");
        }
    }
}

//! What is said about a file, in the words of the office: Kazakh, Russian, English.

use std::fmt;

use super::report::{ChangeKind, ImportError, Look, Spot, Unheld, What};
use crate::model::Language;

const fn say(language: Language, kk: &'static str, ru: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    }
}

impl Spot {
    /// The place as a person finds it: «12-абзац («Сауалда көрсетілген…»)».
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let (number, words) = (self.paragraph, &self.words);
        let place = match language {
            Language::Kk => format!("{number}-абзац"),
            Language::Ru => format!("абзац {number}"),
            Language::En => format!("paragraph {number}"),
        };
        if words.is_empty() {
            return place;
        }
        let after =
            if self.after { say(language, "мынадан кейін: ", "после: ", "after: ") } else { "" };
        format!("{place} ({after}«{words}»)")
    }
}

impl fmt::Display for Unheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Language::En))
    }
}

impl Unheld {
    /// What a letter cannot hold, and where it stands.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        format!("{}: {}", self.spot.words(language), self.what.words(language))
    }
}

impl What {
    /// What it is and what to do about it.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let (kk, ru, en) = match self {
            Self::Rule(fault) => return crate::body::words(fault, language),
            Self::Element(name) => {
                return match language {
                    Language::Kk => format!("<{name}> элементі хатқа сыймайды, алып тастаңыз"),
                    Language::Ru => format!("элемент <{name}> письмо не вмещает, удалите его"),
                    Language::En => format!("the element <{name}> has no place in a letter; remove it"),
                };
            }
            Self::Picture => (
                "сурет хатқа сыймайды, алып тастаңыз",
                "картинку письмо не вмещает, удалите её",
                "a picture has no place in a letter; remove it",
            ),
            Self::TextBox => (
                "мәтін терезесін абзацқа айналдырыңыз",
                "превратите надпись в абзац",
                "turn the text box into a paragraph",
            ),
            Self::Embedded => (
                "енгізілген нысан хатқа сыймайды, алып тастаңыз",
                "встроенный объект письмо не вмещает, удалите его",
                "an embedded object has no place in a letter; remove it",
            ),
            Self::Equation => ("формуланы сөзбен жазыңыз", "напишите формулу словами", "write the equation in words"),
            Self::MergedCells => (
                "біріктірілген ұяшықтарды бөліңіз: әр жолда бағандар саны бірдей болсын",
                "разделите объединённые ячейки: в каждой строке должно быть столько же столбцов",
                "split the merged cells: every row has a cell for every column",
            ),
            Self::TableRows => (
                "кестеде басынан бөлек кемінде бір жол болады",
                "в таблице, кроме заголовка, есть хотя бы одна строка",
                "a table has at least one row below its head",
            ),
            Self::NestedTable => (
                "кесте ішіндегі кестені алып тастаңыз",
                "уберите таблицу внутри таблицы",
                "take the table out of the table",
            ),
            Self::ListInCell => (
                "ұяшықтағы тізімді жай жолдармен жазыңыз",
                "запишите перечень в ячейке простыми строками",
                "write the list in the cell as plain lines",
            ),
            Self::Endnote => (
                "соңғы сілтемені бет сілтемесіне айналдырыңыз",
                "превратите концевую сноску в обычную",
                "turn the endnote into a footnote",
            ),
            Self::FootnoteMark => (
                "сілтеме оқылмайды: мәтіні жоқ не белгісі өзгеше",
                "сноска не читается: нет её текста или знак у неё свой",
                "the footnote cannot be read: its text is missing, or it has a mark of its own",
            ),
            Self::HeadingLevel => {
                ("тақырыптың үш-ақ деңгейі бар", "у заголовков только три уровня", "there are three levels of headings")
            }
            Self::PageBreakInside => (
                "жаңа бет абзацтың ішінде басталмайды",
                "новая страница не начинается внутри абзаца",
                "a new page does not begin inside a paragraph",
            ),
            Self::Section => (
                "бөлім мен бағандар хатқа сыймайды, алып тастаңыз",
                "разделы и колонки письмо не вмещает, удалите их",
                "sections and columns have no place in a letter; remove them",
            ),
            Self::Struck => (
                "сызылған сөздерді не өшіріңіз, не қалпына келтіріңіз",
                "зачёркнутые слова удалите или восстановите",
                "delete the struck words or restore them",
            ),
            Self::Hidden => (
                "жасырын сөздерді не өшіріңіз, не көрсетіңіз",
                "скрытые слова удалите или покажите",
                "delete the hidden words or show them",
            ),
            Self::Raised => (
                "жол үсті мен жол асты жазуын ² сияқты таңбамен жазыңыз",
                "надстрочные и подстрочные знаки напишите знаком вроде ²",
                "write raised and lowered words with a sign such as ²",
            ),
            Self::Symbol => (
                "белгі қарпінің таңбасын әріппен ауыстырыңыз",
                "знак символьного шрифта замените буквой",
                "replace the sign of a symbol font by a letter",
            ),
            Self::ListStart => ("тізім 1-ден басталады", "список начинается с 1", "a list begins at 1"),
            Self::ListGoesOn => (
                "нөмірлеу үзілістен кейін жалғаспайды: қайта бастаңыз не арадағы абзацты тармаққа қосыңыз (List Continue)",
                "нумерация не продолжается после перерыва: начните заново или включите абзац в пункт (List Continue)",
                "numbers do not go on after an interruption: begin anew, or make the paragraph between part of the item (List Continue)",
            ),
            Self::TooDeep => ("тым терең салынған", "вложено слишком глубоко", "nested too deeply"),
            Self::FormLost => (
                "хат мәтінінің басы не соңы табылмады: бланктің мәтін алдындағы не соңындағы абзацы өшірілген, оны қалпына келтіріңіз",
                "начало или конец текста письма не найдены: абзац бланка перед текстом или после него удалён, верните его",
                "the beginning or the end of the letter's text is not found: the blank's paragraph before or after it was deleted; restore it",
            ),
            Self::NoText => ("хаттың мәтіні жоқ", "текста письма нет", "there is no text of a letter"),
        };
        say(language, kk, ru, en).to_owned()
    }
}

impl ImportError {
    /// Why the file is not read, a line for each thing.
    #[must_use]
    pub fn lines(&self, language: Language) -> Vec<String> {
        match self {
            // What the unpacking library or the parser says is for a log: nobody who chose the wrong file mends anything by it.
            Self::NotWord(_) => {
                let words = say(
                    language,
                    "бұл Word файлы (.docx) емес не бүлінген: Word бағдарламасында ашып, .docx ретінде қайта сақтаңыз",
                    "это не файл Word (.docx), или он повреждён: откройте его в Word и сохраните снова как .docx",
                    "this is no Word file (.docx), or a damaged one: open it in Word and save it as .docx again",
                );
                vec![words.to_owned()]
            }
            Self::TooLarge { limit, .. } => {
                let begin = say(
                    language,
                    "файл хат үшін тым үлкен",
                    "файл слишком велик для письма",
                    "the file is too large for a letter",
                );
                // Parts are counted one by one, everything else in bytes.
                vec![match limit >> 20 {
                    0 => begin.to_owned(),
                    most => format!("{begin} (> {most} {})", say(language, "МБ", "МБ", "MB")),
                }]
            }
            Self::Part { part, .. } => {
                let begin = say(
                    language,
                    "файлдың бөлігі бүлінген, Word бағдарламасында ашып, қайта сақтаңыз",
                    "часть файла повреждена, откройте его в Word и сохраните снова",
                    "a part of the file is damaged, open it in Word and save it again",
                );
                vec![format!("{begin}: {part}")]
            }
            Self::Unheld(faults) => faults.iter().map(|fault| fault.words(language)).collect(),
        }
    }
}

impl ChangeKind {
    /// What was done, as a word.
    #[must_use]
    pub const fn words(self, language: Language) -> &'static str {
        let (kk, ru, en) = match self {
            Self::Inserted => ("қосты", "вставлено", "inserted"),
            Self::Deleted => ("өшірді", "удалено", "deleted"),
            Self::MovedHere => ("осында көшірді", "перемещено сюда", "moved here"),
            Self::MovedAway => ("осыдан көшірді", "перемещено отсюда", "moved away"),
            Self::Split => ("абзацты бөлді", "абзац разделён", "paragraph split"),
            Self::Joined => ("абзацтарды қосты", "абзацы соединены", "paragraphs joined"),
            Self::Formatted => ("түрін өзгертті", "изменён вид", "look changed"),
            Self::RowInserted => ("кесте жолын қосты", "вставлена строка таблицы", "row inserted"),
            Self::RowDeleted => ("кесте жолын өшірді", "удалена строка таблицы", "row deleted"),
        };
        say(language, kk, ru, en)
    }
}

impl Look {
    /// What was left out.
    #[must_use]
    pub const fn words(self, language: Language) -> &'static str {
        let (kk, ru, en) = match self {
            Self::Character => (
                "астын сызу, түс не бас әріптер алынды",
                "подчёркивание, цвет или прописные буквы опущены",
                "underlining, colour or capitals left out",
            ),
            Self::Heading => (
                "тақырыптың өз түрі не автоматты нөмірі алынды",
                "собственный вид или автоматический номер заголовка опущен",
                "a heading's own look or automatic number left out",
            ),
            Self::Tab => ("табуляция бос орынмен ауыстырылды", "табуляция заменена пробелом", "a tab read as a space"),
            Self::Link => ("сілтеменің адресі алынды", "адрес ссылки опущен", "a link's address left out"),
            Self::Field => {
                ("өрістің соңғы мәні оқылды", "прочитано последнее значение поля", "a field's last result read")
            }
            Self::EmptyParagraph => ("бос абзацтар алынды", "пустые абзацы опущены", "empty paragraphs left out"),
            Self::ListMarks => (
                "тізім белгілері сызықша не 1), 2), 3) болады",
                "метки списка станут тире или 1), 2), 3)",
                "marks of the list become dashes or 1), 2), 3)",
            ),
            Self::TableHead => (
                "кестенің бірінші жолы басы болып алынды",
                "первая строка таблицы принята за её заголовок",
                "the first row taken for the table's head",
            ),
            Self::Alignment => (
                "бағанның әртүрлі туралануы біріне келтірілді",
                "разное выравнивание в столбце приведено к одному",
                "different alignments in a column made one",
            ),
            Self::SoftHyphen => ("жұмсақ дефис алынды", "мягкий перенос опущен", "a soft hyphen left out"),
        };
        say(language, kk, ru, en)
    }
}

//! Taking what was typed into a form, value by value.

use std::str::FromStr;

use directory::Language;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use super::{Fault, Typed, day, say};
use crate::speech::Words;
use crate::time;

/// Takes typed values one by one and collects what is wrong with them.
pub(in crate::screens) struct Reader<'a> {
    pub typed: &'a Typed,
    pub language: Language,
    pub faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(in crate::screens) fn new(typed: &'a Typed, language: Language) -> Self {
        Self { typed, language, faults: Vec::new() }
    }

    pub(in crate::screens) fn blame(&mut self, name: &str, words: &Words) {
        self.faults.push(Fault::at(name, words.in_language(self.language)));
    }

    /// A text with the line breaks of every browser made the same.
    pub(in crate::screens) fn text(&self, name: &str) -> String {
        self.verbatim(name).trim().to_owned()
    }

    /// As [`Self::text`], with the spaces around it.
    pub(in crate::screens) fn verbatim(&self, name: &str) -> String {
        self.typed.all(name).first().map_or_else(String::new, |text| text.replace("\r\n", "\n").replace('\r', "\n"))
    }

    /// A text that has to be there.
    pub(in crate::screens) fn needed(&mut self, name: &str) -> String {
        let text = self.text(name);
        if text.is_empty() {
            self.blame(name, &Words::new("Толтырыңыз.", "Заполните.", "Fill this in."));
        }
        text
    }

    /// A text that may be left out.
    pub(in crate::screens) fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// As [`Self::needed`], for a field of one line: a line break or a tab that came with a paste is a space.
    pub(in crate::screens) fn needed_line(&mut self, name: &str) -> String {
        one_line(&self.needed(name))
    }

    /// As [`Self::optional`], for a field of one line.
    pub(in crate::screens) fn optional_line(&self, name: &str) -> Option<String> {
        self.optional(name).map(|text| one_line(&text))
    }

    /// A value of some type that has to be there.
    pub(in crate::screens) fn value<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let text = self.needed(name);
        if text.is_empty() {
            return None;
        }
        let value = text.parse().ok();
        if value.is_none() {
            // A list to choose from, a number, a code: what it is, the field's own words say.
            let what = Words::new(
                "Мұндай мән болмайды: тізімнен таңдаңыз немесе өріс сұрағандай жазыңыз.",
                "Такого значения нет: выберите из списка или запишите так, как просит поле.",
                "There is no such value: choose from the list, or write it as the field asks.",
            );
            self.blame(name, &what);
        }
        value
    }

    /// A value of some type that may be left out.
    pub(in crate::screens) fn optional_value<T: FromStr>(&mut self, name: &str) -> Option<T> {
        if self.typed.get(name).is_empty() { None } else { self.value(name) }
    }

    /// A day that has to be there, as browsers send it or as people write it.
    pub(in crate::screens) fn date(&mut self, name: &str) -> Option<Date> {
        let text = self.needed(name);
        if text.is_empty() {
            return None;
        }
        let date = day(&text);
        if date.is_none() {
            self.blame(
                name,
                &Words::new(
                    "Күнді КК.АА.ЖЖЖЖ түрінде жазыңыз, мысалы 20.09.2023.",
                    "Напишите дату как ДД.ММ.ГГГГ, например 20.09.2023.",
                    "Write the date as DD.MM.YYYY, such as 20.09.2023.",
                ),
            );
        }
        date
    }

    /// A moment that has to be there, as browsers send it or as people write it, by the clocks in Astana.
    pub(in crate::screens) fn moment(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.needed(name);
        if text.is_empty() {
            return None;
        }
        let read = text.parse().or_else(|_| DateTime::strptime("%d.%m.%Y %H:%M", &text));
        let moment = read.ok().and_then(time::shown_at);
        if moment.is_none() {
            self.blame(
                name,
                &Words::new(
                    "Күн мен уақытты КК.АА.ЖЖЖЖ СС:ММ түрінде жазыңыз, мысалы 20.09.2023 09:00.",
                    "Напишите дату и время как ДД.ММ.ГГГГ ЧЧ:ММ, например 20.09.2023 09:00.",
                    "Write day and time as DD.MM.YYYY HH:MM, such as 20.09.2023 09:00.",
                ),
            );
        }
        moment
    }

    /// What was read, when nothing is wrong with the form.
    pub(in crate::screens) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Fault>> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            Some(_) => Err(self.faults),
            None if self.faults.is_empty() => {
                let what = say(
                    self.language,
                    "Нысанды толық толтырыңыз.",
                    "Заполните форму полностью.",
                    "Fill in the whole form.",
                );
                Err(vec![Fault::of_all(what)])
            }
            None => Err(self.faults),
        }
    }
}

/// Without line breaks and tabs; two of them in a row make one space.
pub(in crate::screens) fn one_line(text: &str) -> String {
    text.split(['\n', '\r', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

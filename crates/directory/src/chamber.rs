//! Chambers of Parliament and their convocations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::ChamberCode;
use crate::period::Period;
use crate::text::Multilingual;

/// A chamber whose deputies may ask.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chamber {
    /// Its code.
    pub code: ChamberCode,
    /// Its name.
    pub name: Multilingual,
    /// Its deputies in the dative, as a reply addresses them; ` / ` stands between lines.
    pub addressee: Multilingual,
    /// The title of a reply's annex, the list of deputies; ` / ` stands between lines.
    pub list_title: Multilingual,
    /// When it sits. For a chamber that is only planned, the day it is planned for (setting).
    pub period: Period,
    /// A planned chamber is known to the settings and takes no inquiries yet.
    pub planned: bool,
    /// The chambers it follows.
    pub predecessors: Vec<ChamberCode>,
}

/// One convocation of a chamber.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Convocation {
    /// Whose.
    pub chamber: ChamberCode,
    /// Its number: 8 for the VIII convocation.
    pub number: u8,
    /// When it sits.
    pub period: Period,
}

impl Convocation {
    /// The number as it is printed, such as `VIII`.
    #[must_use]
    pub fn roman(&self) -> String {
        const VALUES: [(u8, &str); 9] =
            [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
        let mut left = self.number;
        let mut printed = String::new();
        for (value, letters) in VALUES {
            while left >= value {
                printed.push_str(letters);
                left -= value;
            }
        }
        printed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_convocation_is_printed_in_roman_figures() {
        let roman = |number| {
            let period = Period { from: None, until: None };
            Convocation { chamber: ChamberCode::new("mazhilis").unwrap(), number, period }.roman()
        };
        assert_eq!((roman(8), roman(9), roman(4), roman(14)), ("VIII".into(), "IX".into(), "IV".into(), "XIV".into()));
    }
}

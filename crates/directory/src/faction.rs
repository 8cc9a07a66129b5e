//! Factions of a chamber.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{ChamberCode, FactionCode};
use crate::period::Period;
use crate::text::Multilingual;

/// A faction in a chamber. Its name here is for choosing and counting: a reply prints the label that the inquiry itself used.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Faction {
    /// Its code.
    pub code: FactionCode,
    /// The chamber it sits in.
    pub chamber: ChamberCode,
    /// The number of the convocation.
    pub convocation: u8,
    /// Its name with its quotation marks, such as «AMANAT».
    pub name: Multilingual,
    /// When it exists.
    pub period: Period,
}

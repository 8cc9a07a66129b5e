//! Ministries, dated, with the ministries they came from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::MinistryCode;
use crate::period::Period;
use crate::text::Multilingual;

/// A ministry as it was called for a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ministry {
    /// Its code, stable through changes of its name.
    pub code: MinistryCode,
    /// Its name, such as «Еңбек және халықты әлеуметтік қорғау министрлігі».
    pub name: Multilingual,
    /// The short form used in tables, such as «Еңбекмині», «МТСЗН».
    pub abbreviation: Multilingual,
    /// When it bears this name.
    pub period: Period,
    /// The ministries whose duties, or a part of them, came to it. A predecessor can live on.
    pub predecessors: Vec<MinistryCode>,
}

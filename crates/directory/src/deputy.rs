//! Deputies and their mandates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{ChamberCode, DeputyId, FactionCode};
use crate::period::Period;
use crate::text::Multilingual;

/// A deputy for the time of one mandate, in one faction or none. Whoever changes faction has a second record with the same identity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deputy {
    /// Who it is; initials and a surname are not an identity.
    pub id: DeputyId,
    /// The name as a list of deputies prints it, such as «Н. Сәрсенғалиев».
    pub name: Multilingual,
    /// The name in the dative, as its bearer wants it: a letter to this deputy alone is addressed so. Needed where the name's letters do not decide it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dative: Option<Multilingual>,
    /// Where replies go.
    pub email: String,
    /// The chamber.
    pub chamber: ChamberCode,
    /// The faction; deputies of single-mandate districts and senators may have none.
    pub faction: Option<FactionCode>,
    /// Does the list name the deputy as elected in a single-mandate district?
    pub single_mandate: bool,
    /// The time of the mandate.
    pub mandate: Period,
}

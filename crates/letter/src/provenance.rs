//! Which ministry's contribution a block came from.
//!
//! It stands beside the body and not in it: it is not printed, so it is not what a visa or a signature binds to, and the hash of a
//! body is the same with it and without it. Editors carry it where their form can: a comment in Markdown, an attribute in the rich
//! editor, a bookmark in Word. Where an editor loses it, [`Sourced::edited`] finds it again by laying the new version beside the old one.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::Body;
use crate::diff::{Change, Words, diff, words_of};
use crate::error::{Fault, Refusal};
use crate::model::Block;

/// A contribution by its stable name: the ministry's code and which of its contributions, `mfa/2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(into = "String")]
#[schemars(with = "String", extend("pattern" = "^[a-z][a-z0-9_-]{1,31}/[1-9][0-9]{0,8}$"))]
pub struct Source {
    ministry: String,
    version: u32,
}

/// A text that names no contribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a contribution is named by its ministry's code and its number, such as mfa/2")]
pub struct NoSource;

impl Source {
    /// The contribution `version` of a ministry.
    ///
    /// # Errors
    /// [`NoSource`] if the code is no code or the version is 0.
    pub fn new(ministry: &str, version: u32) -> Result<Self, NoSource> {
        let mut characters = ministry.chars();
        let begins = characters.next().is_some_and(|first| first.is_ascii_lowercase());
        let rest = characters.all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || matches!(one, '_' | '-'));
        if begins && rest && (2..=32).contains(&ministry.len()) && (1..=999_999_999).contains(&version) {
            Ok(Self { ministry: ministry.to_owned(), version })
        } else {
            Err(NoSource)
        }
    }

    /// The ministry's code.
    #[must_use]
    pub fn ministry(&self) -> &str {
        &self.ministry
    }

    /// Which of the ministry's contributions, from 1.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.ministry, self.version)
    }
}

impl From<Source> for String {
    fn from(source: Source) -> Self {
        source.to_string()
    }
}

impl FromStr for Source {
    type Err = NoSource;

    fn from_str(text: &str) -> Result<Self, NoSource> {
        let (ministry, version) = text.split_once('/').ok_or(NoSource)?;
        if version.starts_with(['0', '+']) {
            return Err(NoSource);
        }
        Self::new(ministry, version.parse().map_err(|_| NoSource)?)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A body, and for each of its blocks the contribution it came from, if it came from one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sourced {
    /// The body.
    #[serde(flatten)]
    pub body: Body,
    /// One entry a block.
    sources: Vec<Option<Source>>,
}

impl From<Body> for Sourced {
    fn from(body: Body) -> Self {
        let sources = vec![None; body.blocks.len()];
        Self { body, sources }
    }
}

impl Sourced {
    /// A body with the sources of its blocks.
    ///
    /// # Errors
    /// A [`Refusal`] at `/sources` if there are more or fewer than blocks.
    pub fn new(body: Body, sources: Vec<Option<Source>>) -> Result<Self, Refusal> {
        if sources.len() == body.blocks.len() {
            return Ok(Self { body, sources });
        }
        Err(Refusal { at: "/sources".to_owned(), fault: Fault::Shape { expected: "an entry for every block" } })
    }

    /// Reads `{"blocks": […], "sources": ["mfa/2", null, …]}`; without `sources` it is a plain body.
    ///
    /// # Errors
    /// A [`Refusal`] that names the place of the first fault.
    pub fn parse(value: &Value) -> Result<Self, Refusal> {
        let mut value = value.clone();
        let sources = value.as_object_mut().and_then(|fields| fields.remove("sources"));
        let body = crate::body::parse(&value)?;
        let Some(sources) = sources else { return Ok(body.into()) };
        let sources: Vec<Option<Source>> = serde_path_to_error::deserialize(sources).map_err(|error| {
            let at = error.path().iter().fold("/sources".to_owned(), |at, step| match step {
                serde_path_to_error::Segment::Seq { index } => format!("{at}/{index}"),
                _ => at,
            });
            Refusal { at, fault: Fault::Unreadable(error.into_inner().to_string()) }
        })?;
        Self::new(body, sources)
    }

    /// The lead's consolidation: contributions one after the other, every block with its source.
    #[must_use]
    pub fn consolidated(parts: impl IntoIterator<Item = (Option<Source>, Body)>) -> Self {
        let mut all = Self { body: Body { blocks: Vec::new() }, sources: Vec::new() };
        for (source, body) in parts {
            all.sources.extend(body.blocks.iter().map(|_| source.clone()));
            all.body.blocks.extend(body.blocks);
        }
        all
    }

    /// One entry a block.
    #[must_use]
    pub fn sources(&self) -> &[Option<Source>] {
        &self.sources
    }

    /// The contributions that are in the body.
    #[must_use]
    pub fn contributions(&self) -> BTreeSet<&Source> {
        self.sources.iter().flatten().collect()
    }

    /// The version after an edit: blocks that read as before are exactly as before, and every block that was edited, moved or cut off
    /// from another keeps the other's source. What the editor itself says of sources counts where this version knows the source;
    /// a file that somebody sends in cannot put words into a ministry's mouth.
    #[must_use]
    pub fn edited(&self, mut new: Self) -> Self {
        let known: BTreeSet<Source> = self.contributions().into_iter().cloned().collect();
        for source in &mut new.sources {
            if source.as_ref().is_some_and(|source| !known.contains(source)) {
                *source = None;
            }
        }
        let mut numbers = crate::diff::Numbers::default();
        let words: Vec<Words> = self.body.blocks.iter().map(|block| words_of(block, &mut numbers)).collect();
        for change in diff(&self.body, &new.body).changes {
            match change {
                Change::Kept { old, new: place, .. } => {
                    new.body.blocks[place] = self.body.blocks[old].clone();
                    // The same words may have come from two; then the editor says from which.
                    if !self.has(new.sources[place].as_ref(), &self.body.blocks[old]) {
                        new.sources[place].clone_from(&self.sources[old]);
                    }
                }
                Change::Changed { old, new: place, .. } => {
                    if new.sources[place].is_none() {
                        new.sources[place].clone_from(&self.sources[old]);
                    }
                }
                Change::Added { new: place, block } => {
                    if new.sources[place].is_none() {
                        let cut_off = words_of(&block, &mut numbers);
                        new.sources[place] = self.holder(&cut_off, &words);
                    }
                }
                Change::Removed { .. } => {}
            }
        }
        new
    }

    /// Is there such a block from that source?
    fn has(&self, source: Option<&Source>, block: &Block) -> bool {
        source.is_some() && pairs(self).any(|(one, from)| from == source && one == block)
    }

    /// The source of the block that had these words, for a paragraph that was cut in two.
    fn holder(&self, cut_off: &Words, words: &[Words]) -> Option<Source> {
        const WORDS: usize = 3;
        const WITHIN: u32 = 800;
        if cut_off.len() < WORDS {
            return None;
        }
        let within = words.iter().map(|held| cut_off.within(held)).enumerate();
        let (place, within) = within.max_by_key(|(place, within)| (*within, std::cmp::Reverse(*place)))?;
        if within >= WITHIN { self.sources[place].clone() } else { None }
    }
}

/// Blocks with their sources, in order; for those who read or write them together.
pub(crate) fn pairs(sourced: &Sourced) -> impl Iterator<Item = (&Block, Option<&Source>)> {
    sourced.body.blocks.iter().zip(sourced.sources.iter().map(Option::as_ref))
}

//! The editors of a body: Markdown, the rich editor, Word; what changed between two versions, and where each block came from.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test that reads it")]

mod blank;
mod bodies;
mod diff;
mod edges;
mod in_the_editor;
mod laws;
mod markdown;
mod merge;
mod office;
mod provenance;
mod rich;
mod suggested;
mod word;

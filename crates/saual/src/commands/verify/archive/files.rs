//! The files of an archive: nothing is read that its manifest does not know, and nothing without bounds.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::need;

/// All files together, one file, and how many.
const LARGEST: u64 = 4 << 30;
const LARGEST_FILE: u64 = 256 << 20;
const MOST: usize = 20_000;
/// Everything else is named in the first, which the second is about.
const SEALED: [&str; 2] = ["manifest.json", "manifest.json.p7s"];
/// Kinds of files in the mode of Unix.
const KIND: u32 = 0o170_000;
const ORDINARY: u32 = 0o100_000;
/// How a zip ends (APPNOTE 4.3.16), without a comment.
const END: usize = 22;

/// What the Office's seal is put on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    format: String,
    /// Of one inquiry: which. A selection of events is of none.
    #[serde(default)]
    pub(super) inquiry: String,
    #[serde(default)]
    pub(super) number: String,
    #[serde(default)]
    pub(super) stream: String,
    pub(super) events: usize,
    pub(super) made: String,
    pub(super) seal: String,
    pub(super) files: Vec<Listed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// What an archive is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of one inquiry, whole.
    Inquiry,
    /// Of events that were looked for.
    Selection,
}

impl Manifest {
    fn kind(&self) -> Option<Kind> {
        let is_of_one = !self.inquiry.is_empty() && !self.number.is_empty() && !self.stream.is_empty();
        let is_of_none = self.inquiry.is_empty() && self.number.is_empty() && self.stream.is_empty();
        match self.format.as_str() {
            "saual evidence 1" if is_of_one => Some(Kind::Inquiry),
            "saual selection 1" if is_of_none => Some(Kind::Selection),
            _ => None,
        }
    }
}

/// An open archive whose files are those of its manifest.
pub(super) struct Files {
    zip: ZipArchive<File>,
    pub(super) kind: Kind,
    pub(super) manifest: Manifest,
    sizes: BTreeMap<String, u64>,
}

impl Files {
    /// Opens it, and holds every file against the manifest.
    pub(super) fn open(mut file: File) -> Result<Self, String> {
        let count = entries(&mut file).ok_or("it does not end as an archive of evidence does")?;
        let mut zip = ZipArchive::new(file).map_err(|error| format!("it cannot be opened: {error}"))?;
        need(zip.len() == count, || "a file is there twice".to_owned())?;
        need(count <= MOST && zip.offset() == 0, || "it is no archive that is made here".to_owned())?;
        let mut sizes = BTreeMap::new();
        for index in 0..count {
            let entry = zip.by_index_raw(index).map_err(|error| format!("it cannot be opened: {error}"))?;
            let name = entry.name().to_owned();
            let kind = entry.unix_mode().map_or(ORDINARY, |mode| mode & KIND);
            let is_plain = !entry.is_dir() && !entry.encrypted() && matches!(kind, 0 | ORDINARY);
            need(is_plain, || format!("{name}: this is no ordinary file"))?;
            need(is_name(&name), || format!("{name}: an archive of evidence has no file of such a name"))?;
            need(entry.size() <= LARGEST_FILE, || format!("{name}: it is larger than any that is made"))?;
            sizes.insert(name, entry.size());
        }
        need(sizes.values().sum::<u64>() <= LARGEST, || "it is larger than any that is made".to_owned())?;
        let text = unpacked(&mut zip, &sizes, SEALED[0])?;
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|error| format!("manifest.json: it cannot be read: {error}"))?;
        let kind = manifest.kind().ok_or("manifest.json: this is another kind of archive")?;
        need(sizes.contains_key(SEALED[1]), || format!("{}: it is missing", SEALED[1]))?;
        let mut listed = BTreeMap::new();
        for file in &manifest.files {
            let twice = listed.insert(file.name.as_str(), file).is_some();
            need(!twice, || format!("manifest.json: it names {} twice", file.name))?;
            let bytes = unpacked(&mut zip, &sizes, &file.name)?;
            let fits = bytes.len() as u64 == file.bytes && hex::encode(Sha256::digest(&bytes)) == file.sha256;
            need(fits, || format!("{}: it was changed", file.name))?;
        }
        let strange = sizes.keys().find(|name| !listed.contains_key(name.as_str()) && !SEALED.contains(&name.as_str()));
        need(strange.is_none(), || format!("{}: the manifest does not know it", strange.map_or("", |name| name)))?;
        Ok(Self { zip, kind, manifest, sizes })
    }

    /// The bytes of a file.
    pub(super) fn read(&mut self, name: &str) -> Result<Vec<u8>, String> {
        unpacked(&mut self.zip, &self.sizes, name)
    }

    pub(super) fn json(&mut self, name: &str) -> Result<Value, String> {
        serde_json::from_slice(&self.read(name)?).map_err(|error| format!("{name}: it cannot be read: {error}"))
    }

    /// Its lines as JSON.
    pub(super) fn lines(&mut self, name: &str) -> Result<Vec<Value>, String> {
        let bytes = self.read(name)?;
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let read = |line| serde_json::from_slice(line).map_err(|error| format!("{name}: it cannot be read: {error}"));
        lines.map(read).collect()
    }

    /// The files of a folder, in order.
    pub(super) fn below(&self, folder: &str) -> Vec<String> {
        self.sizes.keys().filter(|name| name.starts_with(folder)).cloned().collect()
    }

    /// Holds a file's hash against the one that an event names.
    pub(super) fn is(&self, name: &str, sha256: &Value, event: &str) -> Result<(), String> {
        let found = self.manifest.files.iter().find(|file| file.name == name);
        let found = found.ok_or_else(|| format!("{name}: it is missing"))?;
        need(*sha256 == found.sha256.as_str(), || format!("{name}: it is not the one that {event} names"))
    }
}

fn unpacked(zip: &mut ZipArchive<File>, sizes: &BTreeMap<String, u64>, name: &str) -> Result<Vec<u8>, String> {
    let size = *sizes.get(name).ok_or_else(|| format!("{name}: it is missing"))?;
    let entry = zip.by_name(name).map_err(|error| format!("{name}: it cannot be unpacked: {error}"))?;
    let mut bytes = Vec::new();
    // One byte more than it says it has, so that more is noticed.
    let read = entry.take(size + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("{name}: it cannot be unpacked: {error}"))?;
    need(bytes.len() as u64 == size, || format!("{name}: it has another length than it says"))?;
    Ok(bytes)
}

/// How many entries the end of the file says that it has; a reader that keeps one of two of a name would not tell.
fn entries(file: &mut File) -> Option<usize> {
    let mut end = [0; END];
    file.seek(SeekFrom::End(-(i64::try_from(END).ok()?))).ok()?;
    file.read_exact(&mut end).ok()?;
    file.rewind().ok()?;
    (end.starts_with(b"PK\x05\x06") && end[20..] == [0, 0]).then(|| usize::from(u16::from_le_bytes([end[10], end[11]])))
}

/// Small letters, digits and `_ -`, in three folders at most, with endings: nothing that leads out of a folder.
fn is_name(name: &str) -> bool {
    if name == "README.txt" {
        return true;
    }
    let mut parts: Vec<&str> = name.split('/').collect();
    let (stem, endings) = match parts.pop().and_then(|last| last.split_once('.')) {
        Some((stem, endings)) => (stem, endings),
        None => (name.rsplit('/').next().unwrap_or_default(), "x"),
    };
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
    };
    let endings: Vec<&str> = endings.split('.').collect();
    let is_ending = |ending: &&str| !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    parts.len() <= 2
        && parts.into_iter().chain([stem]).all(is_word)
        && endings.len() <= 2
        && endings.iter().all(is_ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_ours_are_names() {
        for good in [
            "README.txt",
            "manifest.json.p7s",
            "journal/events/00001.json",
            "letters/1/sent.pdf",
            "files/ab",
            "check.py",
        ] {
            assert!(is_name(good), "{good}");
        }
        for bad in [
            "",
            "/etc/passwd",
            "../a",
            "a/../b",
            "a//b",
            "a\\b",
            "C:a",
            "a/b/c/d",
            "A",
            ".a",
            "a.b.c.d",
            "a.",
            "a/",
            "ә",
            "a\0",
        ] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}

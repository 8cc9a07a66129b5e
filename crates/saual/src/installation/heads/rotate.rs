//! The key of heads gives way to a new one: both sign that, the old public key is kept, the old secret is gone.
//!
//! The new secret lies beside the old one first, then the handover is written, then the new one takes the place: whatever is interrupted, [`finish`]
//! knows from the handover which of the two signs.

use std::fs::{DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context;
use eventstore::{Handover, HeadKey, Journal};
use jiff::Timestamp;

use super::{append, lock, newest, public_key, public_key_file, secret_key, sign, write};

/// The handovers of this installation's keys, one JSON object a line.
pub(crate) fn handovers_file(data: &Path) -> PathBuf {
    data.join("journal").join("handovers.jsonl")
}

/// The old public keys, each under its short name.
pub(crate) fn past_folder(data: &Path) -> PathBuf {
    data.join("journal").join("past")
}

/// The handovers so far, the oldest first.
pub(crate) fn handovers(data: &Path) -> anyhow::Result<Vec<Handover>> {
    let file = handovers_file(data);
    if !file.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    // Half a last line was never kept.
    let lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    lines.map(|line| line.parse().map_err(|why| anyhow::anyhow!("a line of {} {why}", file.display()))).collect()
}

/// Signs the last head with the old key, then gives its place to a new one.
pub(crate) async fn rotate(journal: &Journal, data: &Path) -> anyhow::Result<Handover> {
    sign(journal, data).await?;
    let old = public_key(data)?;
    let in_journal = journal.newest_head_of(&old).await?.map_or(0, |head| head.block);
    pass(data, in_journal)
}

fn pass(data: &Path, in_journal: i64) -> anyhow::Result<Handover> {
    let folder = data.join("journal");
    let _lock = lock(&folder).with_context(|| format!("the folder {} cannot be locked", folder.display()))?;
    let old = secret_key(&folder.join("heads.key"))?;
    // Under the lock nobody signs: nothing later than this is the old key's.
    let kept = newest(data)?.filter(|head| head.public_key == old.public()).map_or(0, |head| head.block);
    let mut random = [0u8; 32];
    getrandom::fill(&mut random)
        .map_err(|_| anyhow::anyhow!("this machine gave no random bytes for the key of the journal's heads"))?;
    let new = HeadKey::new(random)?;
    let past = past_folder(data);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&past)
        .and_then(|()| std::fs::set_permissions(&past, Permissions::from_mode(0o700)))
        .with_context(|| format!("the folder {} cannot be made", past.display()))?;
    write(&past.join(format!("{}.pub", old.public().id())), old.public().to_pem().as_bytes(), 0o644)?;
    write(&next_file(data), new.to_pem().as_bytes(), 0o600)?;
    let handover = Handover::sign(kept.max(in_journal), Timestamp::now(), &old, &new);
    let file = handovers_file(data);
    append(&file, &[handover.to_string()]).with_context(|| format!("{} cannot be written", file.display()))?;
    finish(data)?;
    Ok(handover)
}

fn next_file(data: &Path) -> PathBuf {
    data.join("journal").join("heads.key.next")
}

/// Ends a change of keys that was interrupted: forward, if the handover to the new key was written, back otherwise. To be called under the lock.
pub(super) fn finish(data: &Path) -> anyhow::Result<()> {
    let next = next_file(data);
    if !next.exists() {
        return Ok(());
    }
    let new = secret_key(&next)?;
    if handovers(data)?.iter().any(|passed| passed.new == new.public()) {
        write(&public_key_file(data), new.public().to_pem().as_bytes(), 0o644)?;
        let key = data.join("journal").join("heads.key");
        std::fs::rename(&next, &key).with_context(|| format!("{} cannot be written", key.display()))?;
    } else {
        std::fs::remove_file(&next).with_context(|| format!("{} cannot be removed", next.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{keep, open};
    use super::*;

    #[test]
    fn a_new_key_takes_the_place_of_the_old_one_which_is_kept_in_public_alone() {
        let data = tempfile::tempdir().unwrap();
        let old = open(data.path()).unwrap();
        keep(data.path(), &old.sign(7, 9, [1; 32], None, Timestamp::now())).unwrap();
        let passed = pass(data.path(), 5).unwrap();
        assert!(passed.is_signed());
        assert_eq!(
            (passed.block, passed.old),
            (7, old.public()),
            "what lies in the file counts, not what a database says"
        );
        let new = open(data.path()).unwrap();
        assert_eq!((new.public(), public_key(data.path()).unwrap()), (passed.new, passed.new));
        assert_eq!(handovers(data.path()).unwrap(), [passed]);
        let past = past_folder(data.path()).join(format!("{}.pub", old.public().id()));
        assert_eq!(std::fs::read_to_string(past).unwrap(), old.public().to_pem());
        let secret = data.path().join("journal/heads.key");
        assert_eq!(std::fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!std::fs::read_to_string(&secret).unwrap().contains(&old.to_pem()));
        // A program that read the old key before, and comes to keep its head only now.
        assert!(keep(data.path(), &old.sign(8, 9, [1; 32], None, Timestamp::now())).is_err());
        keep(data.path(), &new.sign(8, 9, [1; 32], None, Timestamp::now())).unwrap();
    }

    #[test]
    fn a_change_that_was_interrupted_is_ended_as_its_handover_says() {
        let data = tempfile::tempdir().unwrap();
        let old = open(data.path()).unwrap();
        let new = HeadKey::new([4; 32]).unwrap();
        // Killed before the handover was written: nobody has heard of the new key.
        write(&next_file(data.path()), new.to_pem().as_bytes(), 0o600).unwrap();
        assert_eq!(open(data.path()).unwrap().public(), old.public());
        assert!(!next_file(data.path()).exists());
        // Killed right after it.
        write(&next_file(data.path()), new.to_pem().as_bytes(), 0o600).unwrap();
        let passed = Handover::sign(1, Timestamp::now(), &old, &new);
        append(&handovers_file(data.path()), &[passed.to_string()]).unwrap();
        assert_eq!(open(data.path()).unwrap().public(), new.public());
        assert_eq!(public_key(data.path()).unwrap(), new.public());
        assert!(!next_file(data.path()).exists());
    }
}

//! The Office's seal, by configuration: a key made here on first use, one in files or in a PKCS #12 file, or one in a token. Every certificate that ever sealed
//! here is kept, so that what it sealed is known as ours for as long as anybody asks.

mod own;
mod token;

use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;
use signature::{Certificate, Seal};

use crate::config::{Config, SealKey};

pub(crate) use own::{certificate_file, rotate};

/// Folder of the seal under the data folder.
const FOLDER: &str = "seal";
/// The certificates that have sealed here, in the folder of the seal.
const KNOWN: &str = "known";

/// The seal, and what there is to know about it.
pub(crate) struct Opened {
    /// It signs.
    pub(crate) seal: Seal,
    /// Every certificate that has sealed here, the present one first.
    pub(crate) known: Vec<Certificate>,
    /// What somebody should mend, a sentence each.
    pub(crate) complaints: Vec<String>,
}

/// Opens the seal, or makes it when there is none and none is configured.
///
/// Two programs that start at once on one folder make one seal: the second waits for the first and finds it. A token need not be there: it is asked for when
/// something is to be sealed, and by [`prove`].
pub(crate) fn open(config: &Config) -> anyhow::Result<Opened> {
    let folder = config.data.join(FOLDER);
    let _lock = locked(&folder)?;
    let mut complaints = Vec::new();
    let seal = match &config.seal.key {
        SealKey::Own => {
            complaints.extend(too_wide(&own::key_file(&config.data)));
            own::open(&config.data, config.seal_valid_from)
        }
        SealKey::Files { key, certificate } => {
            complaints.extend(too_wide(key));
            let (key, certificate) = (read_text(key)?, read_text(certificate)?);
            Seal::from_pem(&key, &certificate).context("the seal cannot be used (seal.key_file, seal.certificate_file)")
        }
        SealKey::Pkcs12 { file, password } => {
            complaints.extend(too_wide(file));
            let bytes = std::fs::read(file).with_context(|| unreadable(file))?;
            let password = password.as_ref().map_or("", |password| password.reveal());
            Seal::from_pkcs12(&bytes, password).context("the seal cannot be used (seal.pkcs12_file, seal.password)")
        }
        SealKey::Token { place, certificate } => {
            let key = Arc::new(token::Token::start(place.clone())?);
            Seal::with_key(key, &read_text(certificate)?).context("the seal cannot be used (seal.certificate_file)")
        }
    }?;
    let known = known(&folder.join(KNOWN), &seal)?;
    Ok(Opened { seal, known, complaints })
}

/// Who is asked for timestamps, where one is named.
pub(crate) fn lasting(config: &Config) -> Option<Arc<dyn web::Lasting>> {
    lasting_by(config, &Arc::new(trust::Authorities::new(config.authorities.clone())))
}

/// The same, by what the installation asks of them besides.
pub(super) fn lasting_by(config: &Config, authorities: &Arc<trust::Authorities>) -> Option<Arc<dyn web::Lasting>> {
    let named: Arc<dyn web::Lasting> = Arc::<trust::Authorities>::clone(authorities);
    config.authorities.tsa.is_some().then_some(named)
}

/// How the seal's key is kept, in words for whoever runs the program.
pub(crate) fn place(config: &Config) -> String {
    match &config.seal.key {
        SealKey::Own => format!("key {}", own::key_file(&config.data).display()),
        SealKey::Files { key, .. } => format!("key {}", key.display()),
        SealKey::Pkcs12 { file, .. } => format!("key in {}", file.display()),
        SealKey::Token { place, .. } => {
            format!("key «{}» in the token «{}» ({})", place.key, place.token, place.module.display())
        }
    }
}

/// Holds the folder of the seal for as long as the answer lives.
fn locked(folder: &Path) -> anyhow::Result<std::fs::File> {
    std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let lock = std::fs::File::create(folder.join("lock"))
        .with_context(|| format!("the folder {} cannot be written to", folder.display()))?;
    lock.lock().with_context(|| format!("the folder {} cannot be locked", folder.display()))?;
    Ok(lock)
}

/// Has the seal sign something that nobody keeps, and then keeps its certificate among the known ones. A certificate whose key was never seen to sign here is not
/// ours, whatever the settings name.
pub(crate) fn prove(config: &Config, opened: &Opened) -> anyhow::Result<()> {
    opened.seal.sign_detached(b"saual", Timestamp::now()).context("the seal does not sign")?;
    let folder = config.data.join(FOLDER);
    let _lock = locked(&folder)?;
    keep(&folder.join(KNOWN), &opened.seal)
}

/// Keeps the certificate of a seal among the known ones.
fn keep(folder: &Path, seal: &Seal) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let fingerprint = seal.certificate_fingerprint()?;
    let own = folder.join(format!("{fingerprint}.crt"));
    if own.exists() {
        return Ok(());
    }
    let is_another = !files(folder)?.is_empty();
    write(&own, seal.certificate_pem()?.as_bytes(), 0o644)?;
    if is_another {
        tracing::warn!(fingerprint, "the seal has another certificate than before; the earlier ones stay known");
    }
    Ok(())
}

/// Every certificate that has sealed here, the present one first.
fn known(folder: &Path, seal: &Seal) -> anyhow::Result<Vec<Certificate>> {
    let mut known = vec![seal.certificate()];
    for path in files(folder)? {
        let read = Certificate::all_from_pem(&read_text(&path)?);
        known.extend(read.with_context(|| format!("{} is no certificate", path.display()))?);
    }
    let present = known[0].clone();
    let mut is_first = true;
    known.retain(|one| *one != present || std::mem::take(&mut is_first));
    Ok(known)
}

/// The files of known certificates, in the order of their names; none where nothing was kept yet.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("the folder {} cannot be read", folder.display())),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "crt") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Anybody beyond the owner and the group's readers reads or writes this key.
fn too_wide(path: &Path) -> Option<String> {
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o137 != 0)
        .then(|| format!("{} is a key and has the rights {mode:04o}: chmod 0600 it (0640 at most)", path.display()))
}

fn unreadable(path: &Path) -> String {
    format!("the seal's {} cannot be read", path.display())
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| unreadable(path))
}

/// Writes the whole file or none: a kill in between must not leave half a key.
pub(super) fn write(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    let half: PathBuf = path.with_added_extension("half");
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(mode)
        .open(&half)
        .with_context(|| format!("{} cannot be written", half.display()))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&half, path)?;
    Ok(())
}

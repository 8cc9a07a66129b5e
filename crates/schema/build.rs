//! Lists the files of `migrations/` for `include_str!`, so that none can be forgotten.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let missing = |name: &str| io::Error::new(io::ErrorKind::NotFound, format!("cargo did not set {name}"));
    let here = env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| missing("CARGO_MANIFEST_DIR"))?;
    let out = env::var_os("OUT_DIR").ok_or_else(|| missing("OUT_DIR"))?;
    let folder = fs::canonicalize(Path::new(&here).join("../../migrations"))?;
    println!("cargo::rerun-if-changed={}", folder.display());

    let mut files: Vec<PathBuf> = fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();

    let mut code = String::from("const MIGRATIONS: &[Migration] = &[\n");
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let line =
            format!("    Migration {{ name: {name:?}, sql: include_str!({:?}) }},\n", file.display().to_string());
        code.write_str(&line).map_err(io::Error::other)?;
    }
    code.push_str("];\n");
    // A new file under the old name: a folder of build results that was copied as hard links keeps its own.
    let (half, whole) = (Path::new(&out).join("embedded.rs.half"), Path::new(&out).join("embedded.rs"));
    fs::write(&half, code)?;
    fs::rename(half, whole)
}

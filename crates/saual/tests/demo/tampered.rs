//! One byte changed behind the program's back is named by `saual verify`: in an event, in a block, in a letter.

use std::path::Path;
use std::process::Command;

use private_postgres::Server;

use crate::program::{finished, folder, run, saual};

/// A copy of a finished demonstration's database with a server of its own.
pub(crate) struct Copy {
    server: Server,
    _folder: tempfile::TempDir,
}

/// Copies the database, so that each test spoils its own.
pub(crate) fn serve_copy_of(data: &Path) -> Copy {
    let folder = folder();
    let base = folder.path().join("postgres");
    run(Command::new("cp").arg("-a").arg(data.join("postgres")).arg(&base));
    let server = Server::start(&base).unwrap();
    Copy { server, _folder: folder }
}

impl Copy {
    /// As `DATABASE_URL` has it.
    pub(crate) fn url(&self) -> String {
        let config = self.server.config(private_postgres::DATABASE);
        let host = match &config.get_hosts()[0] {
            tokio_postgres::config::Host::Unix(path) => path.to_str().unwrap().replace('/', "%2F"),
            tokio_postgres::config::Host::Tcp(name) => name.clone(),
        };
        format!("postgresql://{}@{host}/{}", config.get_user().unwrap(), config.get_dbname().unwrap())
    }

    /// Changes rows as somebody would who owns the server: with the triggers that forbid it switched off.
    fn spoil(&self, statement: &str) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let config = self.server.config(private_postgres::DATABASE);
            let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
            let driver = tokio::spawn(connection);
            client.batch_execute("SET session_replication_role = replica").await.unwrap();
            assert_eq!(client.execute(statement, &[]).await.unwrap(), 1, "{statement}");
            drop(client);
            driver.await.unwrap().unwrap();
        });
    }

    fn verdict(&self) -> (Option<i32>, String) {
        let output = saual(&["verify"]).env("DATABASE_URL", self.url()).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

#[test]
fn an_untouched_journal_is_intact() {
    let copy = serve_copy_of(&finished().data);
    let (code, words) = copy.verdict();
    assert_eq!(code, Some(0), "{words}");
    assert!(words.trim_end().ends_with("intact"), "{words}");
}

#[test]
fn a_changed_event_is_named() {
    let copy = serve_copy_of(&finished().data);
    copy.spoil("UPDATE events SET payload = replace(payload, '2023-10-20', '2023-11-20') WHERE position = 3");
    let (code, words) = copy.verdict();
    assert_eq!(code, Some(1), "{words}");
    assert!(words.contains("event 3") || words.contains("position 3"), "{words}");
}

#[test]
fn a_changed_block_is_named() {
    let copy = serve_copy_of(&finished().data);
    copy.spoil(
        "UPDATE blocks SET merkle_root = set_byte(merkle_root, 0, get_byte(merkle_root, 0) # 1) WHERE block = 2",
    );
    let (code, words) = copy.verdict();
    assert_eq!(code, Some(1), "{words}");
    assert!(words.contains("block 2"), "{words}");
}

#[test]
fn a_changed_letter_is_named() {
    let copy = serve_copy_of(&finished().data);
    copy.spoil(
        "UPDATE blobs SET bytes = set_byte(bytes, 100, get_byte(bytes, 100) # 1)
          WHERE sha256 = (SELECT sha256 FROM blobs WHERE media_type = 'application/pdf' ORDER BY sha256 LIMIT 1)",
    );
    let (code, words) = copy.verdict();
    assert_eq!(code, Some(1), "{words}");
    assert!(words.contains("blob"), "{words}");
}

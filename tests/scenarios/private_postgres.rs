//! The private PostgreSQL starts for everybody, ends with the program, and is never run twice.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a test that cannot go on says so by panicking")]

use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use testkit::folder;
use testkit::private_postgres::{DATABASE, Error, Server, Settings};
use tokio_postgres::NoTls;

/// Names the folder in which a second process of this test binary is to act; see [`second_process`].
const PART: &str = "SAUAL_TEST_PART";

const NOBODY: u32 = 65534;

#[test]
fn a_new_folder_becomes_a_database_that_keeps_what_it_is_told() {
    let temporary = folder::open_to_others().expect("a folder");
    let base = temporary.path().join("not/yet/there");

    let server = Server::start(&base).expect("a new cluster");
    assert_eq!(ask(&server, "SHOW listen_addresses"), "", "no network");
    assert_eq!(ask(&server, "SELECT lower('ҚҰРМЕТТІ ДЕПУТАТТАР, Ё')"), "құрметті депутаттар, ё", "letters have case");
    assert_eq!(ask(&server, "SHOW server_encoding"), "UTF8");
    assert_ne!(fs::metadata(format!("/proc/{}", server.pid())).expect("it runs").uid(), 0, "never as root");
    ask(&server, "CREATE TABLE kept AS SELECT 'ДС-326' AS number");
    server.stop().expect("it stops in order");

    let server = Server::start(&base).expect("the same cluster");
    assert_eq!(ask(&server, "SELECT number FROM kept"), "ДС-326");
    let log = fs::read_to_string(server.folder().join("server.log")).expect("a log");
    assert!(!log.contains("automatic recovery"), "a stopped server needs no recovery: {log}");
}

#[test]
fn two_programs_never_use_one_folder() {
    let temporary = folder::open_to_others().expect("a folder");
    let first = Server::start(temporary.path()).expect("the first");
    let second = Server::start(temporary.path()).expect_err("the second is refused");
    assert!(matches!(second, Error::InUse(_)), "{second:?}");
    assert!(second.to_string().contains("another saual is already using"), "{second}");
    assert_eq!(ask(&first, "SELECT 'still here'"), "still here");
    first.stop().expect("it stops");
    Server::start(temporary.path()).expect("the folder is free again");
}

#[test]
fn a_dropped_server_has_ended_before_its_folder_is_free() {
    let temporary = folder::open_to_others().expect("a folder");
    for _ in 0..3 {
        let server = Server::start(temporary.path()).expect("it starts at once, every time");
        assert_eq!(ask(&server, "SELECT 'up'"), "up");
    }
}

/// The other process holds a server and is killed without a word: the server goes with it, what was committed stays.
#[test]
fn a_killed_program_leaves_no_server_and_loses_nothing() {
    if let Some(base) = part() {
        return hold_with_a_row(&base);
    }
    let temporary = folder::open_to_others().expect("a folder");
    let mut other = second_process("a_killed_program_leaves_no_server_and_loses_nothing", temporary.path(), None);
    let postmaster = pid_told_by(&mut other);
    assert!(matches!(Server::start(temporary.path()), Err(Error::InUse(_))), "held by the other process");
    other.kill().expect("it is killed");
    other.wait().expect("it is gone");
    if cfg!(target_os = "linux") {
        until("the server ends by itself", || !is_running(postmaster));
    }
    let server = Server::start(temporary.path()).expect("a next start");
    assert_eq!(ask(&server, "SELECT number FROM kept"), "ДС-326");
    let log = fs::read_to_string(server.folder().join("server.log")).expect("a log");
    assert!(!log.contains("automatic recovery"), "it ended in order: {log}");
}

/// The next program comes while the killed one's server still stands there.
#[test]
fn a_server_that_still_runs_is_waited_for() {
    if let Some(base) = part() {
        return hold_with_a_row(&base);
    }
    let temporary = folder::open_to_others().expect("a folder");
    let mut other = second_process("a_server_that_still_runs_is_waited_for", temporary.path(), None);
    let postmaster = pid_told_by(&mut other);
    // Its checkpointer, without which no server ends in order, and not the postmaster: when a program dies, the kernel wakes what stood still
    // in its server's process group (POSIX: an orphaned process group with a stopped member gets SIGHUP and SIGCONT), but the
    // checkpointer leads a group of its own.
    let checkpointer = checkpointer_of(postmaster);
    signal("STOP", &checkpointer);
    other.kill().expect("it is killed");
    other.wait().expect("it is gone");

    let (tell, told) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| assert!(tell.send(Server::start(temporary.path())).is_ok(), "somebody waits for the answer"));
        let early = told.recv_timeout(Duration::from_millis(700));
        signal("CONT", &checkpointer);
        assert!(
            matches!(early, Err(RecvTimeoutError::Timeout)),
            "two servers over one folder, or a refusal: {early:?}"
        );
        let server = told.recv().expect("an answer").expect("a next start");
        assert!(!is_running(postmaster), "the first server is gone");
        assert_eq!(ask(&server, "SELECT number FROM kept"), "ДС-326");
    });
}

/// As after a power cut: program and server die in the same moment.
#[test]
fn a_server_killed_with_its_program_recovers() {
    if let Some(base) = part() {
        return hold_with_a_row(&base);
    }
    let temporary = folder::open_to_others().expect("a folder");
    let mut other = second_process("a_server_killed_with_its_program_recovers", temporary.path(), None);
    let postmaster = pid_told_by(&mut other);
    signal("KILL", &format!("{postmaster} {}", other.id()));
    other.wait().expect("it is gone");

    let server = Server::start(temporary.path()).expect("it recovers");
    assert_eq!(ask(&server, "SELECT number FROM kept"), "ДС-326");
}

/// Run as root, the test acts as `nobody`; run by anybody else, it acts as that person.
#[test]
fn an_ordinary_user_needs_no_rights() {
    if let Some(base) = part() {
        let server = Server::start(&base).expect("an ordinary user's cluster");
        let (server_user, own_user) = (user_of(server.pid()), user_of(std::process::id()));
        assert_ne!(own_user, 0);
        assert_eq!(server_user, own_user, "the server runs as who started it");
        assert_eq!(server.folder(), base);
        ask(&server, "CREATE TABLE kept AS SELECT 'ДС-326' AS number");
        return server.stop().expect("it stops");
    }
    let temporary = folder::open_to_others().expect("a folder");
    let root = user_of(std::process::id()) == 0;
    let (home, user) = (temporary.path().join("home"), root.then_some(NOBODY));
    fs::create_dir(&home).expect("a home");
    fs::set_permissions(&home, Permissions::from_mode(0o700)).expect("a closed one, as homes are");
    if root {
        chown(&home, Some(NOBODY), Some(NOBODY)).expect("its owner");
    }
    let other = second_process("an_ordinary_user_needs_no_rights", &home.join("data"), user);
    let said = other.wait_with_output().expect("it ran");
    assert!(
        said.status.success(),
        "{}{}",
        String::from_utf8_lossy(&said.stdout),
        String::from_utf8_lossy(&said.stderr)
    );

    // Root may then run the very same folder, as its owner.
    let server = Server::start(&home.join("data")).expect("the same cluster");
    assert_eq!(ask(&server, "SELECT number FROM kept"), "ДС-326");
    assert_ne!(user_of(server.pid()), 0);
}

/// Root's own home is closed to the server's user; then the cluster lies elsewhere, always in the same place.
#[test]
fn a_folder_closed_to_the_server_is_no_hindrance() {
    let temporary = folder::open_to_others().expect("a folder");
    fs::set_permissions(temporary.path(), Permissions::from_mode(0o700)).expect("closed to others");
    let base = temporary.path().join("data");
    let server = Server::start(&base).expect("a cluster");
    let lies_in = server.folder().to_owned();
    ask(&server, "CREATE TABLE kept AS SELECT 'ДС-326' AS number");
    drop(server);
    if user_of(std::process::id()) != 0 {
        return assert_eq!(
            lies_in,
            base.canonicalize().expect("the folder"),
            "it is the server's own user who closed it"
        );
    }
    assert!(lies_in.starts_with("/var/lib/saual"), "{lies_in:?}");
    let server = Server::start(&base).expect("the same cluster");
    assert_eq!(ask(&server, "SELECT number FROM kept"), "ДС-326");
    drop(server);
    fs::remove_dir_all(&lies_in).expect("it is removed");
    let gone = Server::start(&base).expect_err("nothing is begun anew by itself");
    assert!(matches!(gone, Error::Gone { .. }), "{gone:?}");
}

#[test]
fn a_long_path_still_has_a_socket() {
    let temporary = folder::open_to_others().expect("a folder");
    let base = temporary.path().join("бұйрық".repeat(12)).join("сауал".repeat(12));
    let server = Server::start(&base).expect("a cluster");
    assert_eq!(ask(&server, "SELECT 'reached'"), "reached");
    let sockets = ask(&server, "SHOW unix_socket_directories");
    drop(server);
    assert!(sockets.len() < 80, "{sockets}");
    fs::remove_dir(sockets).expect("nothing but the socket was in it");
}

#[test]
fn data_of_another_version_are_refused_in_words() {
    let temporary = folder::open_to_others().expect("a folder");
    let server = Server::start(temporary.path()).expect("a cluster");
    let version = server.folder().join("data/PG_VERSION");
    drop(server);
    fs::write(&version, "9\n").expect("an old cluster");
    let refused = Server::start(temporary.path()).expect_err("no server runs over foreign files");
    assert!(matches!(refused, Error::OtherMajor { made_by: 9, .. }), "{refused:?}");
    assert!(refused.to_string().contains("was made by PostgreSQL 9"), "{refused}");
}

#[test]
fn an_interrupted_beginning_is_begun_again() {
    let temporary = folder::open_to_others().expect("a folder");
    let unfinished = temporary.path().join("data.init");
    fs::create_dir(&unfinished).expect("half a cluster");
    fs::write(unfinished.join("PG_VERSION"), "15\n").expect("half a cluster");
    let server = Server::start(temporary.path()).expect("a whole cluster");
    assert_eq!(ask(&server, "SELECT 'whole'"), "whole");
    assert!(!unfinished.exists());
}

/// The kills fall all over `initdb`: its own start, its many short servers, its last writing to disk. What still lives of it at that moment
/// must not meet the next start's.
#[test]
fn a_program_killed_while_its_cluster_is_made_leaves_the_next_one_a_free_way() {
    const NAME: &str = "a_program_killed_while_its_cluster_is_made_leaves_the_next_one_a_free_way";
    if let Some(base) = part() {
        return hold_with_a_row(&base);
    }
    for moment in 0..10 {
        let temporary = folder::open_to_others().expect("a folder");
        let mut other = second_process(NAME, temporary.path(), None);
        until("the cluster is begun", || !unfinished_in(temporary.path()).is_empty());
        // Where in the making the kill falls is the machine's to say; the spread covers most of a second.
        std::thread::sleep(Duration::from_millis(80 * moment));
        other.kill().expect("it is killed");
        other.wait().expect("it is gone");
        let server = Server::start(temporary.path()).unwrap_or_else(|error| panic!("moment {moment}: {error}"));
        assert_eq!(ask(&server, "SELECT 'whole'"), "whole");
        server.stop().expect("a whole cluster stops in order");
        assert_eq!(unfinished_in(temporary.path()), Vec::<PathBuf>::new(), "moment {moment}: nothing half-made stays");
    }
}

fn unfinished_in(base: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(base) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    paths.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("data.init"))).collect()
}

#[test]
fn missing_programs_are_explained() {
    let temporary = folder::open_to_others().expect("a folder");
    let mut settings = Settings::new(temporary.path().join("data"));
    settings.binaries = Some(temporary.path().to_owned());
    let refused = Server::start_with(&settings).expect_err("there is no server in an empty folder");
    assert!(refused.to_string().contains("SAUAL_POSTGRES_BIN"), "{refused}");
    let sentence = Error::NoPrograms.to_string();
    for command in ["sudo apt-get install postgresql", "brew install postgresql@17", "DATABASE_URL=postgres://"] {
        assert!(sentence.contains(command), "{sentence}");
    }
}

/// The first column of the first row, as text; nothing is an empty text.
fn ask(server: &Server, sql: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (client, wire) = server.config(DATABASE).connect(NoTls).await.expect("it answers");
        let wire = tokio::spawn(wire);
        let messages = client.simple_query(sql).await.expect(sql);
        drop(client);
        wire.await.expect("the wire").expect("a clean end");
        let rows = messages.into_iter().filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).map(str::to_owned)),
            _ => None,
        });
        rows.flatten().next().unwrap_or_default()
    })
}

fn part() -> Option<PathBuf> {
    std::env::var_os(PART).map(PathBuf::from)
}

/// The other process's part: a committed row, the server's number on standard output, and then waiting to be killed.
fn hold_with_a_row(base: &Path) {
    let server = Server::start(base).expect("a cluster");
    ask(&server, "CREATE TABLE kept AS SELECT 'ДС-326' AS number");
    println!("\nserver {}", server.pid());
    // Ends when the test that started this process is gone, so that a failing test leaves nothing running.
    std::io::stdin().read_to_end(&mut Vec::new()).expect("the end of the other process");
}

/// Runs `test` of this binary in a second process, as `user` if one is named, with its part to play in `base`.
fn second_process(test: &str, base: &Path, user: Option<u32>) -> Child {
    // By descriptor, since another user may not be able to walk to where the binary lies.
    let binary = File::open(std::env::current_exe().expect("this binary")).expect("readable");
    let mut command = Command::new(format!("/proc/self/fd/{}", binary.as_raw_fd()));
    command.args(["--exact", &format!("private_postgres::{test}"), "--nocapture", "--test-threads=1"]);
    command.env(PART, base).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).current_dir("/");
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    command.spawn().expect("a second process")
}

fn pid_told_by(other: &mut Child) -> u32 {
    let output = BufReader::new(other.stdout.take().expect("its output"));
    for line in output.lines() {
        if let Some(pid) = line.expect("text").strip_prefix("server ") {
            return pid.parse().expect("a number");
        }
    }
    let mut errors = String::new();
    other.stderr.take().expect("its errors").read_to_string(&mut errors).expect("text");
    panic!("the second process ended early: {errors}");
}

fn user_of(pid: u32) -> u32 {
    fs::metadata(format!("/proc/{pid}")).expect("it runs").uid()
}

fn signal(name: &str, pids: &str) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {pids}")).status();
    assert!(sent.expect("a shell").success(), "kill -{name} {pids}");
}

/// The process of a server that writes its checkpoints.
fn checkpointer_of(postmaster: u32) -> String {
    let is_child = |stat: &str| {
        // «pid (name) state ppid …»; the name may hold spaces and brackets.
        let after_name = stat.rsplit(") ").next().unwrap_or_default();
        after_name.split(' ').nth(1) == Some(postmaster.to_string().as_str())
    };
    let processes = fs::read_dir("/proc").expect("processes").flatten();
    let mut checkpointers = processes.filter(|entry| {
        fs::read_to_string(entry.path().join("stat")).is_ok_and(|stat| is_child(&stat))
            && fs::read_to_string(entry.path().join("cmdline")).is_ok_and(|title| title.contains("checkpointer"))
    });
    checkpointers.next().expect("a server has a checkpointer").file_name().to_string_lossy().into_owned()
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}: not in 30 s");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether a process does anything: one that only waits to be collected by its parent does not.
fn is_running(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

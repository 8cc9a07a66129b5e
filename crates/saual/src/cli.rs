//! The command line: what can be asked of `saual`, in the words of its help.

mod letter;
mod seal;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use letter::{Akn, Format, ImportDocx, Letter, LetterBlank, LetterCheck, LetterDiff, Preview, Render};
pub use seal::Seal;

/// Депутаттық сауалдар: parliamentary inquiries from receipt to the proof of delivery.
#[derive(Debug, Parser)]
#[command(
    name = "saual",
    version,
    about,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the whole story of ДС-326 on a private PostgreSQL, leave its files, then serve the screens
    Demo(Demo),
    /// Make up the history of an office, look at it: inquiries that nobody wrote, years of work, said to be synthetic wherever it shows
    Generate(Generate),
    /// Serve the screens, the API and the workers
    Serve(Serve),
    /// Run the workers only: followers of the journal and the mail
    Work,
    /// Check configuration, database, templates and mail relay
    Check,
    /// Apply the migrations of the database and say which
    Migrate,
    /// An inquiry's history in words
    Show(Show),
    /// Everything that proves an inquiry, as one archive that is checked anywhere
    Evidence(Evidence),
    /// Bring a table of ministries, deputies or days into the records, all of it or nothing
    Import(Import),
    /// Erase a deputy's e-mail address for good, by destroying the key it is sealed under
    Erase(Erase),
    /// Legal holds: while one stands, nothing within it is erased
    #[command(subcommand)]
    Hold(Hold),
    /// Check the whole journal: every event, block, chain link and stored letter
    Verify(Verify),
    /// The key that signs the journal's heads, and the tree over its blocks
    #[command(subcommand)]
    Heads(Heads),
    /// How far everybody who reads the journal has come; exit code 1 when one stands still or has set events aside
    Followers(Followers),
    /// Make tables again from the journal, while the office works
    Rebuild(Rebuild),
    /// The mails that wait or that somebody has to look at
    #[command(subcommand)]
    Outbox(Outbox),
    /// The way that mail goes
    #[command(subcommand)]
    Mail(Mail),
    /// The Office's seal
    #[command(subcommand)]
    Seal(Seal),
    /// Letters without a database
    #[command(subcommand)]
    Letter(Letter),
    /// Accounts of people
    #[command(subcommand)]
    User(User),
    /// Tokens of programs
    #[command(subcommand)]
    Token(Token),
    /// The benchmarks, which are a program of their own (`saual-bench`)
    Bench(Bench),
}

/// `saual bench`
#[derive(Debug, Args)]
pub struct Bench {
    /// What to measure
    #[arg(value_enum)]
    pub what: Measure,
    /// Passed on; `saual bench append -- --help` lists what there is
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    pub rest: Vec<std::ffi::OsString>,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Measure {
    /// Appends and commands beside peers, followers, size
    Append,
    /// Reading the journal, rebuilding the register, growth
    Rebuild,
    /// Letters beside LibreOffice, WeasyPrint and Typst alone; memory
    Letters,
    /// Mails beside smtp-source and the mail library's pool; the whole way
    Dispatch,
    /// The worklist at a fixed rate, over growing registers
    Screens,
}

/// `saual demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// Folder of the demonstration: database, letters, outbox, journal
    #[arg(long, value_name = "DIR", default_value = "var/demo")]
    pub data: PathBuf,
    /// Address of the screens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8326")]
    pub listen: SocketAddr,
    /// Leave after the story instead of serving the screens
    #[arg(long)]
    pub once: bool,
    /// One JSON object a line instead of sentences
    #[arg(long)]
    pub json: bool,
    /// Language of the words
    #[arg(long, value_enum, default_value = "kk")]
    pub lang: Lang,
}

/// `saual generate`
#[derive(Debug, Args)]
pub struct Generate {
    /// How many inquiries; those that join or repeat another come on top
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub inquiries: u64,
    /// Over how many years up to the last day
    #[arg(long, value_name = "Y", default_value_t = 2)]
    pub years: u32,
    /// What chance begins with: the same seed and day make the same history
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// The last day of it; without it, yesterday, or that of a history that was broken off
    #[arg(long, value_name = "DATE")]
    pub until: Option<jiff::civil::Date>,
    /// Folder of its own: database, letters, outbox, journal
    #[arg(long, value_name = "DIR", default_value = "var/generated")]
    pub data: PathBuf,
    /// Address of the screens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8327")]
    pub listen: SocketAddr,
    /// Leave when it is made instead of serving the screens
    #[arg(long)]
    pub once: bool,
    /// Language of the words
    #[arg(long, value_enum, default_value = "kk")]
    pub lang: Lang,
}

/// `saual serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// Screens and API only; another process runs `saual work`
    #[arg(long)]
    pub no_workers: bool,
}

/// `saual show`
#[derive(Debug, Args)]
pub struct Show {
    /// Number (ДС-326) or id of the inquiry
    #[arg(value_name = "NUMBER|ID")]
    pub inquiry: String,
    /// The inquiry as it was known at this moment: RFC 3339, a day or a day and a minute in Astana, or as a page's link has it
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// Language of the words
    #[arg(long, value_enum, default_value = "kk")]
    pub lang: Lang,
}

/// `saual evidence`
#[derive(Debug, Args)]
pub struct Evidence {
    /// Number (ДС-326) or id of the inquiry
    #[arg(value_name = "NUMBER|ID")]
    pub inquiry: String,
    /// Where to write the archive; without it, its own name in this folder (ДС-326-evidence.zip)
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// With the files of ministries' contributions, which are otherwise only named
    #[arg(long)]
    pub with_files: bool,
}

/// Whose address is meant.
#[derive(Debug, Args)]
pub struct Whose {
    /// The deputy: the id, or the name as the directory has it («Н. Тау»)
    #[arg(long, value_name = "ID|NAME", conflicts_with = "inquiry")]
    pub deputy: Option<String>,
    /// The inquiry: its number (ДС-326) or id
    #[arg(long, value_name = "NUMBER|ID")]
    pub inquiry: Option<String>,
    /// The place on that inquiry's list, from 1
    #[arg(long, value_name = "NO", requires = "inquiry")]
    pub recipient: Option<u16>,
}

/// `saual import`
#[derive(Debug, Args)]
pub struct Import {
    /// What the table is
    #[arg(value_enum)]
    pub table: ImportTable,
    /// The table: CSV (RFC 4180, UTF-8) with the columns of the built-in ones
    #[arg(value_name = "FILE.csv")]
    pub file: PathBuf,
    /// By which act; the file's name without it
    #[arg(long, value_name = "TEXT")]
    pub act: Option<String>,
    /// Days: whether the open deadlines that they move are counted anew; needed where there are such
    #[arg(long, value_enum, value_name = "WHICH")]
    pub recount: Option<ImportRecount>,
    /// Who brings it, as the journal records it
    #[arg(long, value_name = "NAME", default_value = "import")]
    pub by: String,
    /// Only say what it comes to
    #[arg(long)]
    pub dry_run: bool,
}

/// A table that can be brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportTable {
    /// Ministries
    Ministries,
    /// Deputies
    Deputies,
    /// Days off and working weekends
    Calendar,
}

/// Which open deadlines follow a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportRecount {
    /// All of them
    All,
    /// None of them
    None,
}

/// `saual erase`
#[derive(Debug, Args)]
pub struct Erase {
    /// Whose.
    #[command(flatten)]
    pub whose: Whose,
    /// On what ground, as the journal records it
    #[arg(long, value_name = "TEXT")]
    pub ground: String,
    /// Who orders it, as the journal records it
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Do not ask before it is done
    #[arg(long)]
    pub yes: bool,
}

/// `saual hold …`
#[derive(Debug, Subcommand)]
pub enum Hold {
    /// Place a hold on a deputy, on one place of an inquiry's list, or on a whole inquiry
    Add {
        /// On whom.
        #[command(flatten)]
        whose: Whose,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who orders it
        #[arg(long, value_name = "NAME")]
        by: String,
    },
    /// All holds, also those that were lifted
    List,
    /// Lift a hold
    Lift {
        /// The hold, as the list shows it
        #[arg(value_name = "ID")]
        hold: uuid::Uuid,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who orders it
        #[arg(long, value_name = "NAME")]
        by: String,
    },
}

/// `saual outbox …`
#[derive(Debug, Subcommand)]
pub enum Outbox {
    /// List them, with the relays that are left in peace; exit code 1 when somebody has to look at one
    List {
        /// Also those that have gone, were taken back or ordered out again
        #[arg(long)]
        all: bool,
    },
    /// Have a waiting mail tried now; a letter's mail that was refused, given up, came back or is of unknown fate is ordered out again
    Retry(OutboxAct),
    /// Take a waiting mail back: the inquiry of its letter records that it was not delivered
    Cancel(OutboxAct),
}

/// `saual outbox retry` and `cancel`
#[derive(Debug, Args)]
pub struct OutboxAct {
    /// The mail's number, as the list has it
    #[arg(value_name = "MAIL")]
    pub mail: i64,
    /// Why, as it is kept beside the mail
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who decides it
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `saual mail …`
#[derive(Debug, Subcommand)]
pub enum Mail {
    /// Send one test mail over the configured way, and tell each stage
    Test {
        /// To whom; in mode `redirect`, to the test address all the same
        #[arg(value_name = "ADDRESS")]
        address: String,
    },
}

/// A language of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// Қазақша
    Kk,
    /// По-русски
    Ru,
    /// English
    En,
}

impl From<Lang> for directory::Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Kk => Self::Kk,
            Lang::Ru => Self::Ru,
            Lang::En => Self::En,
        }
    }
}

impl From<Lang> for signature::Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Kk => Self::Kk,
            Lang::Ru => Self::Ru,
            Lang::En => Self::En,
        }
    }
}

impl From<Lang> for ::letter::model::Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Kk => Self::Kk,
            Lang::Ru => Self::Ru,
            Lang::En => Self::En,
        }
    }
}

/// `saual verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// Write the journal into one file that can be checked anywhere
    #[arg(long, value_name = "FILE", conflicts_with = "bundle")]
    pub export: Option<PathBuf>,
    /// Check such a file, the evidence of one delivery as its page gives it, or an archive of evidence: no database, no network
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
    /// Compare with signed heads that were kept elsewhere (JSON lines); may be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "prove")]
    pub head: Vec<PathBuf>,
    /// Trust heads signed by this public key (PEM) and by no other; may be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "prove")]
    pub key: Vec<PathBuf>,
    /// Check a proof that two heads are of one history, as GET /api/v1/journal/consistency gives it, with the heads named by --head: no database, no
    /// network
    #[arg(long, value_name = "FILE", conflicts_with_all = ["export", "bundle", "prove"])]
    pub consistency: Option<PathBuf>,
    /// The certificate of the Office's seal, or several in one file, to be compared with that over an archive of evidence (PEM)
    #[arg(long, value_name = "FILE", requires = "bundle")]
    pub seal: Option<PathBuf>,
    /// Write the proof that this event stands in the journal, for verify_proof.py or whoever checks it
    #[arg(long, value_name = "POSITION", group = "proof", conflicts_with_all = ["export", "bundle"])]
    pub prove: Option<i64>,
    /// Write the proof that the journal begins with what it was at this block, up to its newest signed head
    #[arg(long, value_name = "BLOCK", group = "proof", conflicts_with_all = ["export", "bundle", "prove", "head", "key", "consistency"])]
    pub prove_since: Option<i64>,
    /// Where to write the proof; without it, standard output
    #[arg(long, value_name = "FILE", requires = "proof")]
    pub out: Option<PathBuf>,
}

/// `saual heads …`
#[derive(Debug, Subcommand)]
pub enum Heads {
    /// Give the key's place to a new one: the old key signs the last head and, with the new one, that it gave way
    Rotate,
    /// Make the stored tree over blocks again from the blocks
    Rebuild,
}

/// `saual followers`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Followers {
    /// One JSON array instead of a table
    #[arg(long)]
    pub json: bool,
    /// What else is to be done
    #[command(subcommand)]
    pub command: Option<FollowersCommand>,
}

/// `saual followers …`
#[derive(Debug, Subcommand)]
pub enum FollowersCommand {
    /// Try again what a follower could not digest and has set aside
    Retry(Retry),
}

/// `saual followers retry`
#[derive(Debug, Args)]
pub struct Retry {
    /// Name of the follower
    pub name: String,
    /// Only what was set aside of this stream
    #[arg(long, value_name = "STREAM")]
    pub key: Option<String>,
}

/// `saual rebuild`
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Name of the table, as `saual followers` has it
    #[arg(required_unless_present = "all")]
    pub name: Option<String>,
    /// Every table
    #[arg(long, conflicts_with = "name")]
    pub all: bool,
    /// How many workers fold at once; without it, one a core
    #[arg(long, value_name = "N")]
    pub workers: Option<std::num::NonZeroUsize>,
    /// Only compare the tables with what the journal gives, and change nothing
    #[arg(long)]
    pub compare: bool,
}

/// `saual user …`
#[derive(Debug, Subcommand)]
pub enum User {
    /// Add an account; its password comes from SAUAL_PASSWORD, or is made up and printed once
    Add(UserAdd),
    /// Set the address that an account's owner is written to: reminders and digests go there; without an address, nowhere
    Email {
        /// The account
        name: String,
        /// The address
        address: Option<String>,
    },
    /// Say which person of the directory a signatory is: only whose name a letter bears signs it; without a person, nobody
    Person {
        /// The account
        name: String,
        /// The person's id, or the name as letters print it («Ә. Смайылов»)
        person: Option<String>,
    },
    /// Give an account another password when its owner forgot it, from SAUAL_PASSWORD or made up and printed once; its sessions end
    NewPassword {
        /// The account
        name: String,
    },
    /// Take an account's second factor away when its app was lost; its sessions end
    SecondFactorOff {
        /// The account
        name: String,
    },
    /// Link an account to an identity at the provider, so that its owner may sign in there
    Link(UserLink),
    /// Take such a link away; the account's sessions end
    Unlink(UserLink),
}

/// `saual user link`, `saual user unlink`
#[derive(Debug, Args)]
pub struct UserLink {
    /// The account
    pub name: String,
    /// The provider's address, exactly as it calls itself; without it, oidc.issuer
    #[arg(long, value_name = "URL")]
    pub issuer: Option<String>,
    /// What the provider calls the person (`sub`), as its page for signing in tells who is not linked yet
    #[arg(long, value_name = "SUBJECT")]
    pub subject: String,
}

/// `saual user add`
#[derive(Debug, Args)]
pub struct UserAdd {
    /// Name to sign in with
    pub name: String,
    /// What the person does; may be given several times
    #[arg(long = "role", value_name = "ROLE", required = true)]
    pub roles: Vec<String>,
    /// Ministry of an executor
    #[arg(long, value_name = "CODE")]
    pub ministry: Option<String>,
    /// Who a deputy is: the id, or the name as the directory has it («Н. Тау»)
    #[arg(long, value_name = "ID|NAME")]
    pub deputy: Option<String>,
    /// Who a signatory is: the id of the person in the directory, or the name as letters print it («Ә. Смайылов»)
    #[arg(long, value_name = "ID|NAME")]
    pub person: Option<String>,
    /// Name of the person as pages show it; without it, the account's name
    #[arg(long, value_name = "NAME")]
    pub full_name: Option<String>,
    /// Mailbox of the person
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
}

/// `saual token …`
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make an API token for an account; it is printed once
    Add {
        /// Account it acts for
        name: String,
        /// What it is for
        #[arg(long)]
        label: String,
    },
}

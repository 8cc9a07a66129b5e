//! The command line: what can be asked of `saual`, in the words of its help.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Check the whole journal: every event, block, chain link and stored letter
    Verify(Verify),
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
    /// Letters (not measured yet)
    Letters,
    /// Mail (not measured yet)
    Dispatch,
    /// Screens (not measured yet)
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
    /// The inquiry as it was known at this moment (RFC 3339)
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<jiff::Timestamp>,
    /// Language of the words
    #[arg(long, value_enum, default_value = "kk")]
    pub lang: Lang,
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

/// `saual verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// Write the journal into one file that can be checked anywhere
    #[arg(long, value_name = "FILE", conflicts_with = "bundle")]
    pub export: Option<PathBuf>,
    /// Check such a file: no database, no network
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
}

/// `saual letter …`
#[derive(Debug, Subcommand)]
pub enum Letter {
    /// Make a letter from its facts
    Render(Render),
    /// Check the templates: placeholders, their places, their fields
    Lint {
        /// Folder of templates; without it those built into this program
        dir: Option<PathBuf>,
    },
    /// Print the JSON Schema of a letter's facts
    FactsSchema {
        /// Kind of letter
        kind: Kind,
    },
}

/// `saual letter render`
#[derive(Debug, Args)]
pub struct Render {
    /// The facts, as JSON; `-` reads standard input
    #[arg(long, value_name = "FILE.json")]
    pub facts: PathBuf,
    /// Kind of letter
    #[arg(long, value_enum)]
    pub kind: Kind,
    /// Form of the result
    #[arg(long, value_enum)]
    pub format: Format,
    /// Where to write; without it, standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A kind of letter.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    /// Reply to an inquiry
    Reply,
}

/// A form of a letter.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Format {
    /// PDF/A-2a and PDF/UA-1
    Pdf,
    /// Office Open XML for Word and LibreOffice
    Docx,
    /// One HTML document
    Html,
    /// Plain text
    Txt,
}

/// `saual user …`
#[derive(Debug, Subcommand)]
pub enum User {
    /// Add an account; its password comes from SAUAL_PASSWORD, or is made up and printed once
    Add(UserAdd),
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

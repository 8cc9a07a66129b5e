//! `saual letter …`: letters without a database.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use letter::kinds::Form;

use super::Lang;

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
        #[arg(value_parser = kinds())]
        kind: Form,
    },
    /// What changed between two versions of a body
    Diff(LetterDiff),
    /// A ministry's own blank (.docx): check it, look at it with a made-up letter, or put a letter on it
    Blank(LetterBlank),
    /// Print the JSON Schema of a body in the rich editor
    EditorSchema,
    /// The body of a Word file that somebody edited, with everything that was tracked or commented in it
    ImportDocx(ImportDocx),
    /// Draw the pages of a letter as pictures (PNG)
    Preview(Preview),
    /// Question and answer as Akoma Ntoso 1.0 (OASIS LegalDocumentML)
    Akn(Akn),
    /// Check the signatures of a PDF, inside it or beside it: whose they are, whether they can be trusted, what was changed since
    Check(LetterCheck),
}

/// `saual letter check`
#[derive(Debug, Args)]
pub struct LetterCheck {
    /// The PDF; with `--signature` any file
    pub file: PathBuf,
    /// The signature beside the file; without it, those inside the PDF, or, where it has none, FILE.pdf.p7s
    #[arg(long, value_name = "FILE.p7s")]
    pub signature: Option<PathBuf>,
    /// Certificates that are trusted: of authorities, or a signer's own. Without it nobody is
    #[arg(long, value_name = "FILE.pem")]
    pub trust: Option<PathBuf>,
    /// Certificates that are trusted for timestamps; without it, those of `--trust`
    #[arg(long, value_name = "FILE.pem")]
    pub trust_timestamps: Option<PathBuf>,
    /// Certificates between the signer's and a trusted one, where the signature does not bring them
    #[arg(long, value_name = "FILE.pem")]
    pub between: Option<PathBuf>,
    /// A revocation list in DER; may be given several times
    #[arg(long, value_name = "FILE.crl")]
    pub crl: Vec<PathBuf>,
    /// What nobody says whether it was revoked is not checked; without it, it is passed over
    #[arg(long)]
    pub require_revocation: bool,
    /// Language of the report
    #[arg(long, value_enum, default_value = "kk")]
    pub lang: Lang,
}

/// `saual letter diff`
#[derive(Debug, Args)]
pub struct LetterDiff {
    /// The old version: a body or a letter's facts as JSON, Markdown (.md) or Word (.docx). Of a letter in two languages both texts are
    /// compared; as JSON they are a list of two
    pub old: PathBuf,
    /// The new version, in any of these forms
    pub new: PathBuf,
    /// The change as JSON instead of text
    #[arg(long)]
    pub json: bool,
    /// Language of the words
    #[arg(long, value_enum, default_value = "kk")]
    pub lang: Lang,
}

/// `saual letter blank`
#[derive(Debug, Args)]
pub struct LetterBlank {
    /// The blank, typed in Word with `{{fields}}`
    pub file: PathBuf,
    /// The facts of a letter to put on it, as JSON; without them, a made-up letter
    #[arg(long, value_name = "FILE.json", requires = "out")]
    pub facts: Option<PathBuf>,
    /// Kind of letter; not needed where the facts name it in a field `kind`
    #[arg(long, value_parser = kinds())]
    pub kind: Option<Form>,
    /// Where to write the filled blank; without it, the blank is checked only
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Language of the words
    #[arg(long, value_enum, default_value = "kk")]
    pub lang: Lang,
}

/// `saual letter import-docx`
#[derive(Debug, Args)]
pub struct ImportDocx {
    /// The edited file
    pub file: PathBuf,
    /// The version that was sent out to be edited: what did not change stays exactly as it was there
    #[arg(long, value_name = "BODY")]
    pub against: Option<PathBuf>,
    /// Where to write the new body as JSON; of a letter in two languages, a list of both
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Everything as one JSON object instead of text
    #[arg(long)]
    pub json: bool,
    /// Language of the words
    #[arg(long, value_enum, default_value = "kk")]
    pub lang: Lang,
}

/// `saual letter akn`
#[derive(Debug, Args)]
pub struct Akn {
    /// The reply's facts, as JSON; `-` reads standard input
    #[arg(long, value_name = "FILE.json")]
    pub facts: PathBuf,
    /// What the inquiry asks; may be given several times
    #[arg(long = "question", value_name = "TEXT")]
    pub questions: Vec<String>,
    /// Where to write; without it, standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `saual letter render`
#[derive(Debug, Args)]
pub struct Render {
    /// The facts, as JSON; `-` reads standard input. A list of two is one letter in two languages under one signature
    #[arg(long, value_name = "FILE.json", required_unless_present = "batch")]
    pub facts: Option<PathBuf>,
    /// Many files of facts, or folders of them: a letter each, written under the file's name into the folder of `--out`
    #[arg(long, value_name = "FILE|DIR", num_args = 1.., conflicts_with = "facts", requires = "out")]
    pub batch: Vec<PathBuf>,
    /// Kind of letter; not needed where the facts name it in a field `kind`
    #[arg(long, value_parser = kinds())]
    pub kind: Option<Form>,
    /// Form of the result
    #[arg(long, value_enum)]
    pub format: Format,
    /// PDF/A-3a with the facts inside as JSON, for archives (with `--format pdf`)
    #[arg(long)]
    pub archive: bool,
    /// The edition of the forms to make it with, as kept beside a signed letter; without it, the one built into this program
    #[arg(long, value_name = "FILE.json")]
    pub edition: Option<PathBuf>,
    /// Where to write; without it, standard output
    #[arg(long, value_name = "FILE|DIR")]
    pub out: Option<PathBuf>,
}

/// `saual letter preview`
#[derive(Debug, Args)]
pub struct Preview {
    /// The facts, as JSON; `-` reads standard input
    #[arg(long, value_name = "FILE.json", required_unless_present = "pdf")]
    pub facts: Option<PathBuf>,
    /// A letter that is already made, signed or not
    #[arg(long, value_name = "FILE.pdf", conflicts_with = "facts")]
    pub pdf: Option<PathBuf>,
    /// Kind of letter; not needed where the facts name it in a field `kind`
    #[arg(long, value_parser = kinds())]
    pub kind: Option<Form>,
    /// Folder for the pictures: page-1.png, page-2.png, …
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Dots an inch
    #[arg(long, default_value = "96", value_parser = clap::value_parser!(u16).range(20..=600))]
    pub dots: u16,
}

/// The kinds of letter by their names.
fn kinds() -> impl TypedValueParser<Value = Form> {
    PossibleValuesParser::new(Form::ALL.map(Form::name))
        .try_map(|name| Form::named(&name).ok_or("there is no such kind of letter"))
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

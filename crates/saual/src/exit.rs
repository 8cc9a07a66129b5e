//! How a command ends: four exit codes, and one sentence on standard error that says what to do.

use std::process::ExitCode;

/// A command's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Done, or yes. Exit code 0.
    Yes,
    /// The answer is no: a check failed, a number is unknown. Exit code 1.
    No,
}

/// Why a command gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// Wrong use: the person who typed it can correct it. Exit code 2.
    #[error("{0}")]
    Use(String),
    /// Something outside failed: database, disk, network. Exit code 3.
    #[error(transparent)]
    Outside(#[from] anyhow::Error),
}

impl Stop {
    /// The exit code of the contract.
    pub fn code(&self) -> ExitCode {
        match self {
            Self::Use(_) => ExitCode::from(2),
            Self::Outside(_) => ExitCode::from(3),
        }
    }

    /// The causes in one line, the outermost first.
    pub fn sentence(&self) -> String {
        match self {
            Self::Use(what) => what.clone(),
            Self::Outside(error) => error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": "),
        }
    }
}

impl From<Answer> for ExitCode {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Yes => Self::SUCCESS,
            Answer::No => Self::from(1),
        }
    }
}

//! Why an account is not changed like that, and what to do.

use jiff::civil::Date;

use crate::{Language, Multilingual, Role};

/// What in a standing does not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StandingFault {
    /// The full name is empty or longer than 200 characters.
    #[error("give the person's full name, at most 200 characters")]
    FullName,
    /// No role, or the role of our own workers.
    #[error("an account needs at least one role, and 'system' is not given to accounts")]
    Roles,
    /// Role executor and a ministry belong together.
    #[error("the role executor needs a ministry, and only it has one")]
    Ministry,
    /// Role deputy and a deputy's identity belong together.
    #[error("the role deputy needs the deputy's identity, and only it has one")]
    Deputy,
    /// Whoever does not sign is no person of the directory.
    #[error("only an account with the role signatory names a person of the directory")]
    Person,
}

impl StandingFault {
    /// The field of a form that it is about.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::FullName => "full_name",
            Self::Roles => "roles",
            Self::Ministry => "ministry",
            Self::Deputy => "deputy",
            Self::Person => "person",
        }
    }

    const fn say(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::FullName => (
                "Адамның толық атын жазыңыз, 200 таңбадан асырмаңыз.",
                "Напишите полное имя, не длиннее 200 знаков.",
                "Give the person's full name, 200 characters at most.",
            ),
            Self::Roles => (
                "Кемінде бір рөл таңдаңыз; «жүйе» рөлі есептік жазбаға берілмейді.",
                "Выберите хотя бы одну роль; роль «система» учётным записям не даётся.",
                "Choose at least one role; ‘system’ is not given to accounts.",
            ),
            Self::Ministry => (
                "Министрлік орындаушысына министрлік көрсетіледі, басқаларға көрсетілмейді.",
                "Исполнителю министерства указывается министерство, остальным – нет.",
                "A ministry executor needs a ministry, and nobody else has one.",
            ),
            Self::Deputy => (
                "Депутат рөліне депутаттың өзі көрсетіледі, басқаларға көрсетілмейді.",
                "Для роли депутата указывается, какой это депутат; остальным – нет.",
                "The role of a deputy needs the deputy, and nobody else has one.",
            ),
            Self::Person => (
                "Лауазымды тұлға тек қол қоюшыға көрсетіледі.",
                "Должностное лицо указывается только подписанту.",
                "Only a signatory names an office holder.",
            ),
        }
    }

    /// The same for people.
    #[must_use]
    pub const fn words(self, language: Language) -> &'static str {
        in_language(self.say(), language)
    }
}

pub(super) const fn in_language(
    (kk, ru, en): (&'static str, &'static str, &'static str),
    language: Language,
) -> &'static str {
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    }
}

/// Why an account is not changed like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountRefusal {
    /// What its owner would be does not fit together.
    #[error(transparent)]
    Standing(#[from] StandingFault),
    /// Nobody begins to write for a ministry that is over.
    #[error("the ministry {} ended on {since}: choose its successor", .name.kk)]
    MinistryOver {
        /// What it was called last.
        name: Multilingual,
        /// The first day without it.
        since: Date,
        /// What it became, as the successors are called now; nothing where nobody took its work over.
        successors: Vec<Multilingual>,
    },
    /// It says no reason, or one that is too long.
    #[error("say why, in 1 to 500 characters on one line")]
    NoReason,
    /// It is so already.
    #[error("nothing would change")]
    NothingChanges,
    /// Nobody would be left who administers the office.
    #[error("this is the last administrator: make another one first")]
    LastAdministrator,
    /// It was closed for good.
    #[error("the account has ended; open another one")]
    Ended,
    /// It is blocked.
    #[error("the account is blocked; unblock it first")]
    Blocked,
    /// It is blocked already.
    #[error("the account is blocked already")]
    BlockedAlready,
    /// It is not blocked.
    #[error("the account is not blocked")]
    NotBlocked,
    /// Nobody stands in for themselves.
    #[error("nobody stands in for themselves")]
    OwnSubstitute,
    /// The substitute's account cannot be used.
    #[error("the account {name} is not open, so it cannot stand in")]
    SubstituteNotOpen {
        /// The account.
        name: String,
    },
    /// No role was chosen.
    #[error("choose for which roles somebody stands in")]
    NoRoleHandedOver,
    /// Nobody stands in for this role.
    #[error("nobody stands in for the role {role}")]
    NeverSubstituted {
        /// The role.
        role: Role,
    },
    /// The absent does not have the role.
    #[error("the absent does not have the role {role}")]
    RoleNotHeld {
        /// The role.
        role: Role,
    },
    /// The substitute belongs to another house.
    #[error("for the role {role} somebody of the same house stands in: of the same ministry, or of the Office")]
    OutsideTheHouse {
        /// The role.
        role: Role,
    },
    /// It would end before it begins.
    #[error("a substitution ends after it begins, and in the future")]
    EndsBeforeItBegins,
    /// It would begin too far ahead.
    #[error("a substitution begins within ten years")]
    BeginsFarAhead,
    /// It would last too long.
    #[error("a substitution lasts a year at most")]
    TooLongAbsent,
    /// Somebody else stands in at that time for the same work.
    #[error("{substitute} stands in for the same work at that time; end that first")]
    SubstitutedAlready {
        /// Who.
        substitute: String,
    },
    /// There is no such substitution.
    #[error("there is no such substitution")]
    NoSuchSubstitution,
    /// It is over already.
    #[error("the substitution is over already")]
    SubstitutionOver,
}

impl AccountRefusal {
    /// The field of a form that it is about.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Standing(fault) => fault.field(),
            Self::MinistryOver { .. } => "ministry",
            Self::NoReason => "why",
            Self::NothingChanges | Self::LastAdministrator => "roles",
            Self::Ended | Self::Blocked | Self::BlockedAlready | Self::NotBlocked => "account",
            Self::OwnSubstitute | Self::SubstituteNotOpen { .. } | Self::OutsideTheHouse { .. } => "substitute",
            Self::NoRoleHandedOver | Self::NeverSubstituted { .. } | Self::RoleNotHeld { .. } => "roles",
            Self::BeginsFarAhead => "from",
            Self::EndsBeforeItBegins | Self::TooLongAbsent | Self::SubstitutedAlready { .. } => "until",
            Self::NoSuchSubstitution | Self::SubstitutionOver => "substitution",
        }
    }
}

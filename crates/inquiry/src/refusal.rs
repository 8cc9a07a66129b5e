//! Why not. A refusal is an ordinary answer: it names the rule, carries the facts, and says what to do.

use std::fmt;

use directory::{ActingOrder, Language, MinistryCode, Multilingual, OfficeCode, Role};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::bounds::Field;
use crate::command::CommandName;
use crate::ids::{ContributionName, DraftVersion, QuestionNo, RecipientNo};
use crate::same::Seam;
use crate::state::StageName;
use crate::terms::{RequiredVisa, VisaKind};

/// What kind of no it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// This person may not do it, whatever the inquiry's state.
    NotPermitted,
    /// It is not the time for it.
    WrongStage,
    /// What was handed in breaks a rule.
    RuleBroken,
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident $({ $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })? = $code:literal $family:ident;)*) => {
        /// Why a command was refused.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Refusal {
            $($(#[$doc])* $name $({ $($(#[$field_doc])* $field: $type,)* })?,)*
        }

        impl Refusal {
            /// Every code, in the order of declaration.
            pub const CODES: &'static [&'static str] = &[$($code,)*];

            /// Its stable name, for programs.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $code,)*
                }
            }

            /// What kind of no it is.
            #[must_use]
            pub const fn family(&self) -> Family {
                match self {
                    $(Self::$name { .. } => Family::$family,)*
                }
            }
        }
    };
}

refusals! {
    /// The command belongs to other roles.
    RoleNeeded {
        /// What was asked.
        command: CommandName,
        /// Any one of these would do.
        roles: Vec<Role>,
    } = "role_needed" NotPermitted;
    /// An executor whose account names no ministry.
    ExecutorWithoutMinistry = "executor_without_ministry" NotPermitted;
    /// The executor's ministry has no part in this inquiry.
    MinistryNotAssigned {
        /// The executor's ministry.
        ministry: MinistryCode,
    } = "ministry_not_assigned" NotPermitted;
    /// Only the lead does that.
    LeadOnly {
        /// The lead.
        lead: MinistryCode,
    } = "lead_only" NotPermitted;
    /// The lead sends itself no contribution.
    LeadWritesTheDraft = "lead_writes_the_draft" NotPermitted;
    /// An approver who is not named for this version.
    NotNamedApprover = "not_named_approver" NotPermitted;
    /// A deputy who is not on the inquiry's list.
    NotOnTheList = "not_on_the_list" NotPermitted;
    /// One of several deputies cannot withdraw what all of them asked.
    JointInquiry {
        /// How many asked.
        deputies: usize,
    } = "joint_inquiry" NotPermitted;
    /// The account does not say which person of the directory its owner is.
    AccountWithoutPerson {
        /// Whose name the letter bears.
        named: String,
    } = "account_without_person" NotPermitted;
    /// Only whose name the letter bears signs it.
    SignatoryIsAnother {
        /// Whose name the letter bears.
        named: String,
        /// Who asks, by the directory, or the name of their account.
        own: Multilingual,
    } = "signatory_is_another" NotPermitted;
    /// Whoever asks has signed; others have still to.
    SignedAlready {
        /// Whose signatures are missing.
        awaited: String,
    } = "signed_already" NotPermitted;
    /// The signatory does not fill the office, and never did.
    NoAuthority {
        /// Whose name the letter bears.
        named: String,
    } = "no_authority" NotPermitted;
    /// The signatory will fill the office later.
    AuthorityNotYet {
        /// Whose name the letter bears.
        named: String,
        /// From when on, as the clocks in Astana show it.
        from: DateTime,
        /// By which order, if by one.
        order: Option<ActingOrder>,
    } = "authority_not_yet" NotPermitted;
    /// The signatory fills the office no longer.
    AuthorityEnded {
        /// Whose name the letter bears.
        named: String,
        /// Until when they did, as the clocks in Astana show it.
        until: DateTime,
        /// By which order, if by one.
        order: Option<ActingOrder>,
    } = "authority_ended" NotPermitted;
    /// The letter prints that the signatory acts, and they hold the office now; or the other way round.
    CapacityChanged {
        /// Whose name the letter bears.
        named: String,
        /// They act now.
        is_acting: bool,
    } = "capacity_changed" NotPermitted;
    /// The certificate names somebody else than the letter.
    CertificateOfAnother {
        /// Whose name the letter bears.
        named: String,
        /// Whom the certificate names.
        holder: String,
    } = "certificate_of_another" NotPermitted;

    /// There is no such inquiry yet.
    NotReceived = "not_received" WrongStage;
    /// It was received already.
    AlreadyReceived = "already_received" WrongStage;
    /// Not at this stage.
    WrongStage {
        /// What was asked.
        command: CommandName,
        /// Where the inquiry stands.
        stage: StageName,
    } = "wrong_stage" WrongStage;
    /// After closing only a repeat inquiry, a deputy's response and a replacement follow.
    InquiryClosed {
        /// What was asked.
        command: CommandName,
    } = "inquiry_closed" WrongStage;
    /// It was withdrawn, sent on, or answered by another.
    InquiryEnded {
        /// What was asked.
        command: CommandName,
        /// How it ended.
        stage: StageName,
    } = "inquiry_ended" WrongStage;
    /// No number before the signature.
    NotSignedYet = "not_signed_yet" WrongStage;
    /// No dispatch before the number.
    NotNumberedYet = "not_numbered_yet" WrongStage;
    /// What would be sent is not what was approved and signed.
    LetterDiffers {
        /// Where.
        seam: Seam,
    } = "letter_differs" RuleBroken;
    /// No closing before the dispatch.
    NotDispatchedYet = "not_dispatched_yet" WrongStage;
    /// No closing while somebody on the list has not received the reply.
    Undelivered {
        /// Who.
        recipients: Vec<RecipientNo>,
    } = "undelivered" WrongStage;
    /// Everybody has the reply.
    NobodyWaits = "nobody_waits" WrongStage;
    /// No mail carries a link that still works.
    NoLink = "no_link" WrongStage;
    /// A reply has gone out: the inquiry is answered anew, and no longer goes away.
    ReplyWentOut = "reply_went_out" WrongStage;
    /// The clock does not run.
    NotOnControl = "not_on_control" WrongStage;
    /// A request for more time is still undecided.
    ExtensionPending {
        /// The day asked for.
        until: Date,
    } = "extension_pending" WrongStage;
    /// Nobody asked for more time.
    NoExtensionRequested = "no_extension_requested" WrongStage;
    /// No contribution waits for the lead.
    NoContribution = "no_contribution" WrongStage;
    /// The ministry has asked to be replaced already.
    ContestPending = "contest_pending" WrongStage;
    /// A version that was sent back goes out again only when it was changed.
    VersionSentBack {
        /// The version.
        version: DraftVersion,
    } = "version_sent_back" WrongStage;
    /// The approver has given every visa asked of them.
    NoVisaAwaited = "no_visa_awaited" WrongStage;
    /// No signature without the required visas on this very version.
    VisasMissing {
        /// Those that are missing.
        missing: Vec<RequiredVisa>,
    } = "visas_missing" WrongStage;
    /// The letter was laid before a signatory when nobody wrote down which person that is.
    SubmittedWithoutPerson = "submitted_without_person" WrongStage;
    /// Other inquiries joined this one; their deputies are still owed its reply.
    OthersJoined {
        /// The numbers of the others.
        numbers: Vec<String>,
    } = "others_joined" WrongStage;

    /// A text or a list is missing.
    Empty {
        /// Which.
        field: Field,
    } = "empty" RuleBroken;
    /// A text is too long.
    TooLong {
        /// Which.
        field: Field,
        /// The most it may have.
        limit: usize,
        /// What it has.
        found: usize,
    } = "too_long" RuleBroken;
    /// A list is too long.
    TooMany {
        /// Which.
        field: Field,
        /// The most entries it may have.
        limit: usize,
        /// What it has.
        found: usize,
    } = "too_many" RuleBroken;
    /// A text holds a character that cannot be seen.
    HiddenCharacter {
        /// Which text.
        field: Field,
        /// The code point.
        code: u32,
    } = "hidden_character" RuleBroken;
    /// A reason names an e-mail address, which would stand in the journal for ever.
    AddressInReason {
        /// Which text.
        field: Field,
    } = "address_in_reason" RuleBroken;
    /// A body holds a number with a fraction.
    FractionInBody = "fraction_in_body" RuleBroken;
    /// A body is nested too deep.
    NestedTooDeep {
        /// The most levels.
        limit: usize,
    } = "nested_too_deep" RuleBroken;
    /// A day lies where it cannot.
    DateOutside {
        /// Which day.
        field: Field,
        /// What was given.
        date: Date,
        /// The first possible day.
        earliest: Date,
        /// The last possible day.
        latest: Date,
    } = "date_outside" RuleBroken;
    /// The reply would be due before the inquiry came in.
    DueBeforeReceipt {
        /// The day it would be due.
        due: Date,
        /// The day of receipt.
        received: Date,
    } = "due_before_receipt" RuleBroken;
    /// The deadline was counted from another day than the receipt.
    DeadlineFromOtherDay {
        /// The day it was counted from.
        counted_from: Date,
        /// The day of receipt.
        received: Date,
    } = "deadline_from_other_day" RuleBroken;
    /// The deputies of the list are not numbered 1, 2, 3 …
    RecipientsMisnumbered {
        /// The number that was expected.
        expected: RecipientNo,
        /// The number that stood there.
        found: RecipientNo,
    } = "recipients_misnumbered" RuleBroken;
    /// The questions are not numbered 1, 2, 3 …
    QuestionsMisnumbered {
        /// The number that was expected.
        expected: QuestionNo,
        /// The number that stood there.
        found: QuestionNo,
    } = "questions_misnumbered" RuleBroken;
    /// One deputy stands on the list twice.
    DeputyTwice {
        /// Who, as the list prints it.
        name: String,
        /// The place held already.
        first: RecipientNo,
        /// The second place.
        again: RecipientNo,
    } = "deputy_twice" RuleBroken;
    /// An office is to sign one letter twice.
    OfficeTwice {
        /// Which.
        office: OfficeCode,
    } = "office_twice" RuleBroken;
    /// Somebody who fills two offices is to sign one letter twice.
    SignatoryTwice {
        /// Who.
        name: String,
    } = "signatory_twice" RuleBroken;
    /// Others have signed other bytes than these.
    OtherBytesSigned = "other_bytes_signed" RuleBroken;
    /// The lead is also named as a co-executor.
    LeadAmongCoExecutors {
        /// The lead.
        lead: MinistryCode,
    } = "lead_among_co_executors" RuleBroken;
    /// A co-executor is named twice.
    CoExecutorTwice {
        /// Which.
        ministry: MinistryCode,
    } = "co_executor_twice" RuleBroken;
    /// Something is due on a day that is past.
    DueInThePast {
        /// The day.
        due: Date,
        /// Today.
        today: Date,
    } = "due_in_the_past" RuleBroken;
    /// An instruction leaves fewer working days than the office's setting asks for.
    InstructionTooShort {
        /// Whose.
        ministry: MinistryCode,
        /// The day.
        due: Date,
        /// The first day that would do.
        earliest: Date,
        /// The least number of working days.
        minimum: u16,
    } = "instruction_too_short" RuleBroken;
    /// Something is due on a day off.
    DueOnDayOff {
        /// The day.
        due: Date,
        /// A working day near it.
        instead: Date,
    } = "due_on_day_off" RuleBroken;
    /// A draft is due after the day on which the reply is; or a contribution, where the draft's own day is past and bounds nothing.
    DueAfterControl {
        /// When it would be due.
        due: Date,
        /// The last possible day: when the reply is due, or today once that day is past.
        latest: Date,
    } = "due_after_control" RuleBroken;
    /// A contribution is due after the draft it belongs to.
    ContributionDueAfterDraft {
        /// Whose contribution.
        ministry: MinistryCode,
        /// When it would be due.
        due: Date,
        /// When the draft is due.
        lead_due: Date,
    } = "contribution_due_after_draft" RuleBroken;
    /// The ministry has no part in this inquiry.
    NoPart {
        /// Which.
        ministry: MinistryCode,
    } = "no_part" RuleBroken;
    /// The ministry has a part, and nothing is awaited from it now.
    OwesNothing {
        /// Which.
        ministry: MinistryCode,
    } = "owes_nothing" RuleBroken;
    /// The ministry was reminded of this inquiry today.
    RemindedToday {
        /// Which.
        ministry: MinistryCode,
        /// When.
        at: Timestamp,
    } = "reminded_today" RuleBroken;
    /// The ministry has a part already.
    HasPart {
        /// Which.
        ministry: MinistryCode,
    } = "has_part" RuleBroken;
    /// The inquiry has no such question.
    UnknownQuestion {
        /// The number given.
        question: QuestionNo,
    } = "unknown_question" RuleBroken;
    /// The body has no such block.
    UnknownBlock {
        /// The place given.
        block: u32,
        /// How many blocks there are.
        blocks: usize,
    } = "unknown_block" RuleBroken;
    /// Sources are given for more or fewer blocks than the body has.
    SourcesDoNotFit {
        /// How many were given.
        sources: usize,
        /// How many blocks there are.
        blocks: usize,
    } = "sources_do_not_fit" RuleBroken;
    /// A block is said to come from a contribution that nobody has sent.
    UnknownContribution {
        /// Which.
        contribution: ContributionName,
    } = "unknown_contribution" RuleBroken;
    /// A language appears twice among the draft's texts.
    LanguageTwice {
        /// Which.
        language: Language,
    } = "language_twice" RuleBroken;
    /// Only a contribution that was submitted and not yet decided can be accepted.
    ContributionNotSubmitted {
        /// Whose.
        ministry: MinistryCode,
    } = "contribution_not_submitted" RuleBroken;
    /// What the lead has accepted changes only when the lead returns it.
    ContributionAccepted {
        /// Whose.
        ministry: MinistryCode,
    } = "contribution_accepted" RuleBroken;
    /// The draft says exactly what it said before.
    NothingChanged {
        /// The version that says it.
        version: DraftVersion,
    } = "nothing_changed" RuleBroken;
    /// There is a newer version than the one that was read.
    OldVersion {
        /// The version that was read.
        read: DraftVersion,
        /// The current one.
        current: DraftVersion,
    } = "old_version" RuleBroken;
    /// The version says something else than what was read.
    OtherContent {
        /// The version.
        version: DraftVersion,
    } = "other_content" RuleBroken;
    /// A ministry asked to be replaced: the draft goes on when the head has decided.
    ContestOpen = "contest_open" RuleBroken;
    /// A draft goes to at least one approver.
    NoApprovers = "no_approvers" RuleBroken;
    /// The same visa of the same approver is required twice.
    VisaRequiredTwice {
        /// Which visa.
        visa: RequiredVisa,
    } = "visa_required_twice" RuleBroken;
    /// Whoever wrote the draft may not be its only approver.
    AuthorsApproveThemselves = "authors_approve_themselves" RuleBroken;
    /// Whoever wrote the draft gives no visa in another's place.
    AuthorStandsIn = "author_stands_in" RuleBroken;
    /// No such visa is required.
    VisaNotRequired {
        /// From which side.
        kind: VisaKind,
    } = "visa_not_required" RuleBroken;
    /// That visa is somebody else's.
    VisaOfAnother {
        /// From which side.
        kind: VisaKind,
        /// Whose.
        approvers: Vec<String>,
    } = "visa_of_another" RuleBroken;
    /// That visa stands on this version already.
    VisaGiven {
        /// From which side.
        kind: VisaKind,
    } = "visa_given" RuleBroken;
    /// The signed file has no bytes.
    NothingSigned = "nothing_signed" RuleBroken;
    /// Numbers of a series begin with 1.
    SeriesValue {
        /// The value given.
        value: i64,
    } = "series_value" RuleBroken;
    /// The name of the attached file would name another folder.
    FileNameWithPath = "file_name_with_path" RuleBroken;
    /// The office's mail domain is none.
    MailDomain = "mail_domain" RuleBroken;
    /// Nobody on the list has that number.
    UnknownRecipient {
        /// The number given.
        recipient: RecipientNo,
    } = "unknown_recipient" RuleBroken;
    /// A deputy speaks only for themselves.
    RecipientIsAnother {
        /// Who was named.
        recipient: RecipientNo,
    } = "recipient_is_another" RuleBroken;
    /// No mail to them carries a link that still works.
    NoLinkTo {
        /// Whose.
        recipient: RecipientNo,
    } = "no_link_to" RuleBroken;
    /// That the letter was opened in the system, only the deputy's own act shows.
    OpenedByNobodyElse {
        /// Who was named.
        recipient: RecipientNo,
    } = "opened_by_nobody_else" RuleBroken;
    /// No mail went to the recipient, so that there is none to confirm.
    NoMailToConfirm {
        /// Who was named.
        recipient: RecipientNo,
    } = "no_mail_to_confirm" RuleBroken;
    /// The recipient has the reply already.
    AlreadyDelivered {
        /// Who.
        recipient: RecipientNo,
    } = "already_delivered" RuleBroken;
    /// No mail went to that recipient by that order.
    NotInOrder {
        /// The order.
        order: u32,
        /// The recipient.
        recipient: RecipientNo,
    } = "not_in_order" RuleBroken;
    /// Attempts are counted from 1.
    NoAttempt = "no_attempt" RuleBroken;
    /// An extension has to end later than the day in force.
    ExtensionNotLater {
        /// The day in force.
        due: Date,
        /// The day asked for.
        until: Date,
    } = "extension_not_later" RuleBroken;
    /// An extension goes further than one extension may.
    ExtensionTooFar {
        /// The day asked for.
        until: Date,
        /// The last possible day.
        latest: Date,
    } = "extension_too_far" RuleBroken;
    /// An inquiry is not its own repeat.
    RepeatsItself = "repeats_itself" RuleBroken;
    /// That repeat inquiry is linked already.
    RepeatLinked {
        /// Its number.
        number: String,
    } = "repeat_linked" RuleBroken;
    /// An inquiry does not join itself.
    MergesWithItself = "merges_with_itself" RuleBroken;
    /// That inquiry has joined already, or is named twice.
    MergedAlready {
        /// Its number.
        number: String,
    } = "merged_already" RuleBroken;
    /// Joining would postpone the reply to an inquiry that is due earlier.
    MergePostpones {
        /// The number of the inquiry that is due earlier.
        number: String,
        /// When its reply is due.
        due: Date,
        /// When the leading inquiry's reply is due.
        leading_due: Date,
    } = "merge_postpones" RuleBroken;
}

/// The reason in English, as logs need it; people read [`Refusal::words`].
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Language::En))
    }
}

impl std::error::Error for Refusal {}

//! Everything that people read about an inquiry, in Kazakh, Russian and English: commands as buttons, events as history, stages, visas,
//! fields, outcomes, refusals. Each of these types has a method `words`.

use directory::Language;

use crate::chapter::Chapter;
use crate::command::CommandName;
use crate::duty::{DutyKind, End};
use crate::event::{Event, EventName};
use crate::intake::{Channel, GroupKind};
use crate::same::Seam;
use crate::state::{DeliveryState, StageName};
use crate::terms::{FailureStage, Outcome, Owed, Place, ReceiptProof, ServerReport, VisaKind};

/// The one of three that is in that language.
const fn pick(language: Language, kk: &'static str, ru: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    }
}

macro_rules! words {
    ($type:ty, $(#[$doc:meta])* { $($pattern:pat => $kk:literal, $ru:literal, $en:literal;)* }) => {
        impl $type {
            $(#[$doc])*
            #[must_use]
            pub const fn words(&self, language: Language) -> &'static str {
                match self {
                    $($pattern => pick(language, $kk, $ru, $en),)*
                }
            }
        }
    };
}

// Below the macro, which they use.
mod fields;
mod refusals;
pub mod waiting;

words!(CommandName, /// What the button says.
{
    Self::Register => "Сауалды тіркеу", "Зарегистрировать запрос", "Register the inquiry";
    Self::AssignMinistries => "Орындаушыларды белгілеу", "Назначить исполнителей", "Assign ministries";
    Self::ContestAssignment => "Орындаушыны ауыстыруды сұрау", "Запросить замену исполнителя", "Contest the assignment";
    Self::Reassign => "Орындаушыны ауыстыру", "Заменить исполнителя", "Replace a ministry";
    Self::SubmitContribution => "Ұсыныс енгізу", "Внести предложение", "Submit a contribution";
    Self::AcceptContribution => "Ұсынысты қабылдау", "Принять предложение", "Accept a contribution";
    Self::ReturnContribution => "Ұсынысты қайтару", "Вернуть предложение", "Return a contribution";
    Self::RemindMinistry => "Министрлікке еске салу", "Напомнить министерству", "Remind a ministry";
    Self::ReviseDraft => "Жобаның нұсқасын дайындау", "Подготовить редакцию проекта", "Write a version of the draft";
    Self::SubmitForApproval => "Келісуге жіберу", "Направить на согласование", "Submit for approval";
    Self::Visa => "Виза қою", "Завизировать", "Put a visa";
    Self::RefuseVisa => "Визадан бас тарту", "Отказать в визе", "Refuse the visa";
    Self::ReturnDraft => "Пысықтауға қайтару", "Вернуть на доработку", "Return the draft";
    Self::SubmitForSignature => "Қол қоюға енгізу", "Внести на подпись", "Submit for signature";
    Self::Sign => "Қол қою", "Подписать", "Sign";
    Self::DeclineSigning => "Қол қоюдан бас тарту", "Отклонить подписание", "Decline to sign";
    Self::AssignOutgoingNumber => "Шығыс нөмірін беру", "Присвоить исходящий номер", "Assign the outgoing number";
    Self::Dispatch => "Депутаттарға жөнелту", "Отправить депутатам", "Send to the deputies";
    Self::RecordAcceptance => "Пошта серверінің қабылдағанын жазу", "Записать приём почтовым сервером", "Record that a mail server took the mail";
    Self::RecordFailure => "Жеткізілмегенін жазу", "Записать неудачу доставки", "Record a failed delivery";
    Self::RecordDeliveryReport => "Пошта серверінің хабарлағанын жазу", "Записать отчёт почтового сервера", "Record what a mail server reported";
    Self::ConfirmDelivery => "Жеткізілгенін растау", "Подтвердить доставку", "Confirm the delivery";
    Self::RecordDeliveryByHand => "Қолма-қол тапсырылғанын жазу", "Записать вручение", "Record a delivery by hand";
    Self::Resend => "Қайта жөнелту", "Отправить повторно", "Send again";
    Self::RevokeLink => "Жеке сілтемені тоқтату", "Отменить личную ссылку", "Revoke the personal link";
    Self::RequestExtension => "Мерзімін ұзартуды сұрау", "Запросить продление", "Request an extension";
    Self::GrantExtension => "Мерзімін ұзарту", "Продлить срок", "Grant the extension";
    Self::RefuseExtension => "Ұзартудан бас тарту", "Отказать в продлении", "Refuse the extension";
    Self::SendInterimReply => "Аралық жауапты жазу", "Записать промежуточный ответ", "Record an interim reply";
    Self::RemoveFromControl => "Бақылаудан алу", "Снять с контроля", "Take off control";
    Self::Close => "Сауалды жабу", "Закрыть запрос", "Close the inquiry";
    Self::LinkRepeat => "Қайталама сауалды байланыстыру", "Связать повторный запрос", "Link a repeat inquiry";
    Self::Merge => "Сауалдарды біріктіру", "Объединить запросы", "Merge inquiries";
    Self::JoinMerge => "Басқа сауалға қосу", "Присоединить к другому запросу", "Join another inquiry";
    Self::Withdraw => "Сауалды қайтарып алу", "Отозвать запрос", "Withdraw the inquiry";
    Self::Redirect => "Қайта жолдау", "Перенаправить", "Redirect";
    Self::ReplaceReply => "Жауапты ауыстыру", "Заменить ответ", "Replace the reply";
    Self::RecordResponse => "Депутаттың пікірін жазу", "Записать мнение депутата", "Record the deputy's response";
    Self::SetTopic => "Тақырыбын белгілеу", "Указать тему", "Set the topic";
});

words!(DutyKind, /// What is owed, or what is waited for, as a line of a list.
{
    Self::Contribution => "Ұсыныс енгізу", "Внести предложение", "Submit a contribution";
    Self::ContributionReturned => "Қайтарылған ұсынысты пысықтау", "Доработать возвращённое предложение", "Rework the returned contribution";
    Self::Acceptance => "Ұсынысты қабылдау немесе қайтару", "Принять или вернуть предложение", "Accept or return a contribution";
    Self::Draft => "Жауаптың жобасын дайындау", "Подготовить проект ответа", "Write the draft";
    Self::Approval => "Жобаны келісуге жіберу", "Направить проект на согласование", "Submit the draft for approval";
    Self::DraftReturned => "Қайтарылған жобаны пысықтау", "Доработать возвращённый проект", "Rework the returned draft";
    Self::VisaRefused => "Виза берілмеген жобаны пысықтау", "Доработать проект, которому отказано в визе", "Rework the draft that was refused a visa";
    Self::AcceptanceAwaited => "Ұсыныстың қабылдануы күтілуде", "Ожидается приём предложения", "The contribution waits to be accepted";
    Self::ContributionAwaited => "Бірлесіп орындаушының ұсынысы күтілуде", "Ожидается предложение соисполнителя", "A co-executor’s contribution is awaited";
    Self::VisasAwaited => "Жоба келісуде", "Проект на согласовании", "The draft is with the approvers";
    Self::SignatureAwaited => "Жоба қол қоюда", "Проект на подписи", "The draft is before the signatory";
    Self::ExtensionAwaited => "Мерзімді ұзарту туралы шешім күтілуде", "Ожидается решение о продлении срока", "A decision on more time is awaited";
    Self::ReplacementAwaited => "Орындаушыны ауыстыру туралы шешім күтілуде", "Ожидается решение о замене исполнителя", "A decision on a replacement is awaited";
});

words!(End, /// What came of it.
{
    Self::HandedIn => "ұсыныс енгізілді", "предложение внесено", "the contribution was handed in";
    Self::Accepted => "ұсыныс қабылданды", "предложение принято", "the contribution was accepted";
    Self::Returned => "ұсыныс қайтарылды", "предложение возвращено", "the contribution was sent back";
    Self::Written => "жобаның нұсқасы дайындалды", "редакция проекта подготовлена", "a version of the draft was written";
    Self::SentOut => "жоба келісуге жіберілді", "проект направлен на согласование", "the draft went out for visas";
    Self::Signed => "жауапқа қол қойылды", "ответ подписан", "the reply was signed";
    Self::Granted => "мерзім ұзартылды", "срок продлён", "more time was given";
    Self::Refused => "мерзімді ұзартудан бас тартылды", "в продлении отказано", "more time was refused";
    Self::Replaced => "орындаушы ауыстырылды", "исполнитель заменён", "another ministry took the place";
});

/// What became of a mail that was written to a file.
#[must_use]
pub const fn written_to_a_file(language: Language) -> &'static str {
    pick(language, "файлға жазылды", "записано в файл", "written to a file")
}

impl Event {
    /// The event as a line of history, as far as its name and what it says tell it: what was written to a file was accepted by nobody.
    #[must_use]
    pub fn words(&self, language: Language) -> &'static str {
        if matches!(self, Self::ReplyAccepted(event) if event.is_file()) {
            return written_to_a_file(language);
        }
        self.name().words(language)
    }
}

words!(EventName, /// The event as a line of history.
{
    Self::InquiryReceived => "сауал келіп түсті", "запрос поступил", "inquiry received";
    Self::InquiryRegistered => "тіркелді", "зарегистрирован", "registered";
    Self::ControlSet => "бақылауға алынды", "поставлен на контроль", "put on control";
    Self::MinistriesAssigned => "бұрыштама қойылды, орындаушылар белгіленді", "наложена резолюция, назначены исполнители", "resolved, ministries assigned";
    Self::AssignmentContested => "орындаушыны ауыстыру сұралды", "запрошена замена исполнителя", "assignment contested";
    Self::MinistryReassigned => "орындаушы ауыстырылды", "исполнитель заменён", "ministry replaced";
    Self::PartCarriedOver => "орындаушының міндеті құқықтық мирасқорына өтті", "обязанности исполнителя перешли к правопреемнику", "a ministry’s part went to its successor";
    Self::ContributionSubmitted => "ұсыныс енгізілді", "предложение внесено", "contribution submitted";
    Self::ContributionAccepted => "ұсыныс қабылданды", "предложение принято", "contribution accepted";
    Self::ContributionReturned => "ұсыныс қайтарылды", "предложение возвращено", "contribution returned";
    Self::MinistryReminded => "министрлікке еске салынды", "министерству напомнили", "ministry reminded";
    Self::DraftRevised => "жоба дайындалды", "подготовлен проект", "draft written";
    Self::DraftSubmittedForApproval => "келісуге жіберілді", "направлен на согласование", "submitted for approval";
    Self::DraftVisaed => "келісілді", "завизирован", "visa given";
    Self::VisaRefused => "визадан бас тартылды", "в визе отказано", "visa refused";
    Self::DraftReturned => "пысықтауға қайтарылды", "возвращён на доработку", "draft returned";
    Self::SubmittedForSignature => "қол қоюға енгізілді", "внесён на подпись", "submitted for signature";
    Self::ReplyCosigned => "қол қоюшылардың бірі қол қойды", "подписан одним из подписантов", "signed by one of the signatories";
    Self::ReplySigned => "қол қойылды", "подписан", "signed";
    Self::SigningDeclined => "қол қоюдан бас тартылды", "отклонён подписантом", "signing declined";
    Self::OutgoingNumberAssigned => "шығыс нөмірі берілді", "присвоен исходящий номер", "outgoing number assigned";
    Self::DispatchOrdered => "жөнелтуге жіберілді", "направлен на отправку", "dispatch ordered";
    Self::ReplyAccepted => "пошта сервері қабылдады", "принят почтовым сервером", "accepted by the mail server";
    Self::DeliveryFailed => "жеткізілмеді", "не доставлен", "delivery failed";
    Self::DeliveryReported => "пошта сервері хатқа не болғанын хабарлады", "почтовый сервер сообщил о судьбе письма", "the mail server reported what became of the mail";
    Self::DeliveryConfirmed => "жеткізілгені расталды", "доставка подтверждена", "delivery confirmed";
    Self::DeliveredByHand => "қолма-қол тапсырылды", "вручён", "delivered by hand";
    Self::LinkRevoked => "жеке сілтеме тоқтатылды", "личная ссылка отменена", "personal link revoked";
    Self::ExtensionRequested => "мерзімін ұзарту сұралды", "запрошено продление", "extension requested";
    Self::ExtensionGranted => "мерзімі ұзартылды", "срок продлён", "extension granted";
    Self::ExtensionRefused => "мерзімін ұзартудан бас тартылды", "в продлении отказано", "extension refused";
    Self::DeadlinesRecounted => "мерзімі өзгерген күнтізбе бойынша қайта есептелді", "срок пересчитан по изменённому календарю", "deadline counted anew by the changed calendar";
    Self::InterimReplySent => "аралық жауап жіберілді", "дан промежуточный ответ", "interim reply sent";
    Self::ControlRemoved => "бақылаудан алынды", "снят с контроля", "taken off control";
    Self::InquiryClosed => "сауал жабылды", "запрос закрыт", "inquiry closed";
    Self::RepeatInquiryLinked => "қайталама сауал байланыстырылды", "связан повторный запрос", "repeat inquiry linked";
    Self::InquiriesMerged => "сауалдар біріктірілді", "запросы объединены", "inquiries merged";
    Self::InquiryWithdrawn => "сауал қайтарып алынды", "запрос отозван", "inquiry withdrawn";
    Self::InquiryRedirected => "қайта жолданды", "перенаправлен", "redirected";
    Self::ReplyReplaced => "жауап ауыстырылды", "ответ заменён", "reply replaced";
    Self::AddressErased => "депутаттың электрондық мекенжайы жойылды", "электронный адрес депутата удалён", "a deputy's e-mail address erased";
    Self::TopicSet => "тақырыбы белгіленді", "указана тема", "topic set";
    Self::DeputyResponded => "депутат пікір білдірді", "депутат выразил мнение", "deputy responded";
});

words!(Chapter, /// The chapter as a heading.
{
    Self::Arrival => "Келіп түсуі", "Поступление", "Arrival";
    Self::Assignment => "Бұрыштама және орындаушылар", "Резолюция и исполнители", "Resolution and executors";
    Self::Contributions => "Ұсыныстар", "Предложения", "Contributions";
    Self::Drafting => "Жоба", "Проект", "Draft";
    Self::Approval => "Келісу", "Согласование", "Approval";
    Self::Signing => "Қол қою және нөмір", "Подписание и номер", "Signature and number";
    Self::Delivery => "Жөнелту және жеткізу", "Отправка и доставка", "Dispatch and delivery";
    Self::Deadlines => "Мерзімдер", "Сроки", "Deadlines";
    Self::Ending => "Аяқталуы және кейінгісі", "Завершение и дальнейшее", "Ending and what followed";
});

words!(StageName, /// The stage as a tag.
{
    Self::Received => "Келіп түсті", "Поступил", "Received";
    Self::Registered => "Тіркелді", "Зарегистрирован", "Registered";
    Self::OnControl => "Бақылауда", "На контроле", "On control";
    Self::Assigned => "Орындауда", "На исполнении", "Assigned";
    Self::Drafting => "Жоба дайындалуда", "Готовится проект", "Drafting";
    Self::Approval => "Келісуде", "На согласовании", "In approval";
    Self::ForSignature => "Қол қоюда", "На подписи", "For signature";
    Self::Signed => "Қол қойылды", "Подписан", "Signed";
    Self::Numbered => "Нөмір берілді", "Присвоен номер", "Numbered";
    Self::Dispatched => "Жөнелтілді", "Отправлен", "Dispatched";
    Self::Closed => "Жабылды", "Закрыт", "Closed";
    Self::Withdrawn => "Қайтарып алынды", "Отозван", "Withdrawn";
    Self::Redirected => "Қайта жолданды", "Перенаправлен", "Redirected";
    Self::Merged => "Басқа сауалға қосылды", "Присоединён к другому", "Merged";
});

words!(VisaKind, /// From which side the draft is looked at.
{
    Self::Legal => "құқықтық", "правовая", "legal";
    Self::Language => "тілдік", "языковая", "language";
    Self::Finance => "қаржылық", "финансовая", "finance";
    Self::Office => "Аппарат", "Аппарата", "Office";
});

words!(Place, /// The place a ministry holds.
{
    Self::Lead => "негізгі орындаушы", "головной исполнитель", "lead executor";
    Self::CoExecutor => "бірлесіп орындаушы", "соисполнитель", "co-executor";
});

words!(Owed, /// What is awaited of a ministry.
{
    Self::Contribution => "ұсыныс", "предложение", "contribution";
    Self::Draft => "жауап жобасы", "проект ответа", "draft of the reply";
});

words!(ReceiptProof, /// How it is known that the deputy has the reply.
{
    Self::OpenedHere => "депутат жүйеде ашты", "открыто депутатом в системе", "opened by the deputy in the system";
    Self::ByPersonalLink => "хаттағы жеке сілтеме арқылы расталды", "подтверждено по личной ссылке из письма", "confirmed through the personal link in the mail";
    Self::DeliveryNotice => "жеткізу туралы хабарлама", "уведомление о доставке", "delivery notice";
    Self::AnsweredByMail => "пошта арқылы жауап берді", "подтверждено ответным письмом", "answered by mail";
    Self::SaidByTelephone => "телефон арқылы растады", "подтверждено по телефону", "confirmed by telephone";
});

words!(Seam, /// What is different, as the first half of a sentence.
{
    Self::Approved => "қол қойылған мәтін виза қойылған мәтін емес", "подписан не тот текст, который завизирован", "what was signed is not the text that was approved";
    Self::Named => "қол қойылған файлда басқа мәтін келісілді деп жазылған", "в подписанном файле названо согласованным другое содержание", "the signed file names another content as approved";
    Self::Signed => "сақталған қол қойылған файл жоқ немесе өзгертілген", "хранящийся подписанный файл пропал или изменён", "the kept signed file is gone or was changed";
    Self::Signature => "қолтаңба бұл файлға қойылмаған немесе сақталмаған", "подпись стоит не под этим файлом или не сохранилась", "the signature is not over this file, or is gone";
    Self::Beginning => "жөнелтілетін файл қол қойылған файлдан басталмайды", "отправляемый файл начинается не с подписанного", "what would be sent does not begin with what was signed";
    Self::Sent => "жөнелтілетін файл жоқ немесе өзгертілген", "отправляемый файл пропал или изменён", "the file that would be sent is gone or was changed";
    Self::Seal => "Аппараттың мөрі бұл файлға қойылмаған немесе сақталмаған", "печать Аппарата стоит не под этим файлом или не сохранилась", "the Office's seal is not over this file, or is gone";
});

words!(FailureStage, /// Where a transmission failed.
{
    Self::Composing => "хат құрастырылмады", "письмо не составлено", "the mail could not be made";
    Self::Connecting => "сервермен байланыс жоқ", "нет связи с сервером", "no connection to the server";
    Self::Addressing => "сервер мекенжайды қабылдамады", "сервер не принял адрес", "the server refused the address";
    Self::Sending => "сервер хатты қабылдамады", "сервер не принял письмо", "the server refused the mail";
    Self::Bounced => "хат кері қайтарылды", "письмо возвращено", "the mail came back";
});

words!(ServerReport, /// What a mail server did with a mail it had taken; whether anybody has read it, it does not know.
{
    Self::Delivered => "пошта жәшігіне түсті", "доставлено в почтовый ящик", "in the recipient's mailbox";
    Self::Relayed => "келесі серверге берілді, одан хабар келмейді", "передано следующему серверу, он не сообщает о доставке", "passed on to a server that sends no reports";
    Self::Delayed => "пошта сервері әзірге жеткізе алмады, әрекетін қайталауда", "почтовый сервер пока не смог доставить и пробует снова", "delayed: the mail server goes on trying";
});

words!(DeliveryState, /// What became of a delivery.
{
    Self::NeedsHand => "қолма-қол тапсыру керек", "нужно вручить", "to be delivered by hand";
    Self::Ordered => "күтуде", "ожидает отправки", "waiting";
    Self::Accepted { .. } => "сервер қабылдады", "принято сервером", "accepted by the server";
    Self::Reported { what: ServerReport::Delivered, .. } => "пошта жәшігінде", "в почтовом ящике", "in the mailbox";
    Self::Reported { what: ServerReport::Relayed, .. } => "келесі серверге берілді", "передано дальше", "passed on";
    Self::Reported { what: ServerReport::Delayed, .. } => "кешігуде", "задерживается", "delayed";
    Self::Failed { permanent: false, .. } => "қайталануда", "повторяется", "retrying";
    Self::Failed { permanent: true, .. } => "жеткізілмеді", "не доставлено", "not delivered";
    Self::Confirmed { .. } => "жеткізілді", "доставлено", "delivered";
    Self::ByHand { .. } => "қолма-қол тапсырылды", "вручено", "delivered by hand";
});

words!(Outcome, /// How the inquiry ended.
{
    Self::Answered => "жауап берілді", "дан ответ", "answered";
    Self::AnsweredInPart { .. } => "ішінара жауап берілді", "дан частичный ответ", "answered in part";
    Self::Refused { .. } => "бас тартылды", "отказано", "refused";
});

words!(Channel, /// How the inquiry arrived.
{
    Self::Paper => "қағаз түрінде", "на бумаге", "on paper";
    Self::Email => "электрондық поштамен", "по электронной почте", "by e-mail";
    Self::Api => "ақпараттық жүйеден", "из информационной системы", "from an information system";
    Self::Plenary => "жалпы отырыста", "на пленарном заседании", "at a plenary sitting";
});

words!(GroupKind, /// What binds the deputies of a group.
{
    Self::FactionMembers => "фракция мүшелері", "члены фракции", "members of a faction";
    Self::FactionMember => "фракция мүшесі", "член фракции", "member of a faction";
    Self::SingleMandate => "бірмандаттық округ депутаттары", "депутаты одномандатных округов", "deputies of single-mandate districts";
    Self::Other => "өзге топ", "иная группа", "another group";
});

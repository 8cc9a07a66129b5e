//! Every refusal as one sentence that says why not, and a second that says what to do where that is not plain.

use directory::{Language, dates};

use crate::refusal::Refusal;

macro_rules! say {
    ($language:expr, $kk:literal, $ru:literal, $en:literal) => {
        match $language {
            Language::Kk => format!($kk),
            Language::Ru => format!($ru),
            Language::En => format!($en),
        }
    };
}

// Below the macro, which they use.
mod end;
mod letter;
mod lists;
mod ministries;
mod signatory;
mod texts;

use letter::letter_differs;
use lists::{numbers, role_list, visas};

impl Refusal {
    /// The reason for people.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one table of sentences, one entry a refusal")]
    pub fn words(&self, l: Language) -> String {
        let day = |date: &jiff::civil::Date| dates::words(*date, l);
        match self {
            Self::RoleNeeded { command, roles } => {
                let (command, roles) = (command.words(l), role_list(roles, l));
                say!(
                    l,
                    "«{command}» әрекетіне құқығыңыз жоқ: оны {roles} орындайды.",
                    "У вас нет права на действие «{command}»: его выполняет {roles}.",
                    "You may not do “{command}”: that belongs to the {roles}."
                )
            }
            Self::ExecutorWithoutMinistry => say!(
                l,
                "Есептік жазбаңызда министрлік көрсетілмеген; әкімшіге жүгініңіз.",
                "В вашей учётной записи не указано министерство; обратитесь к администратору.",
                "Your account names no ministry; ask the administrator."
            ),
            Self::MinistryNotAssigned { ministry } => say!(
                l,
                "Министрлік ({ministry}) бұл сауал бойынша орындаушы болып белгіленбеген.",
                "Министерство ({ministry}) не назначено исполнителем по этому запросу.",
                "The ministry ({ministry}) is not assigned to this inquiry."
            ),
            Self::LeadOnly { lead } => say!(
                l,
                "Мұны тек негізгі орындаушы ({lead}) жасайды.",
                "Это делает только головной исполнитель ({lead}).",
                "Only the lead executor ({lead}) does that."
            ),
            Self::LeadWritesTheDraft => say!(
                l,
                "Негізгі орындаушы ұсыныс енгізбейді: мәтінді жобаға жазыңыз.",
                "Головной исполнитель не вносит предложение: впишите текст в проект.",
                "The lead executor sends no contribution: write the text into the draft."
            ),
            Self::NotNamedApprover => say!(
                l,
                "Сіз бұл нұсқаның келісушілері қатарында жоқсыз.",
                "Вас нет среди согласующих этой редакции.",
                "You are not among the approvers of this version."
            ),
            Self::NotOnTheList => say!(
                l,
                "Сіз бұл сауалды жолдаған депутаттар тізімінде жоқсыз.",
                "Вас нет в списке депутатов этого запроса.",
                "You are not on this inquiry's list of deputies."
            ),
            Self::JointInquiry { deputies } => say!(
                l,
                "Сауалды {deputies} депутат бірге жолдаған: оны бәрінің келісімімен Үкімет Аппаратының іс жүргізушісі қайтарып алады.",
                "Запрос направили {deputies} депутатов вместе: с согласия всех его отзовёт делопроизводитель Аппарата.",
                "{deputies} deputies asked together: with the consent of all, the Office's clerk withdraws it."
            ),
            Self::NotReceived => {
                say!(l, "Мұндай сауал тіркелмеген.", "Такой запрос не зарегистрирован.", "There is no such inquiry.")
            }
            Self::AlreadyReceived => say!(
                l,
                "Бұл сауал бұрын тіркелген.",
                "Этот запрос уже зарегистрирован.",
                "This inquiry is registered already."
            ),
            Self::WrongStage { command, stage } => {
                let (command, stage) = (command.words(l), stage.words(l));
                say!(
                    l,
                    "Қазіргі кезеңде («{stage}») «{command}» әрекеті орындалмайды.",
                    "На этой стадии («{stage}») действие «{command}» не выполняется.",
                    "“{command}” is not possible at this stage (“{stage}”)."
                )
            }
            Self::InquiryClosed { command } => end::inquiry_closed(*command, l),
            Self::InquiryEnded { command, stage } => end::inquiry_ended(*command, *stage, l),
            Self::NotSignedYet => say!(
                l,
                "Нөмір тек қол қойылғаннан кейін беріледі: алдымен хатқа қол қойылсын.",
                "Номер присваивается только после подписи: сначала письмо должно быть подписано.",
                "A number is given only after the signature: have the letter signed first."
            ),
            Self::NotNumberedYet => say!(
                l,
                "Хат тек шығыс нөмірі берілгеннен кейін жөнелтіледі: алдымен нөмір беріңіз.",
                "Письмо отправляется только после присвоения номера: сначала присвойте номер.",
                "A letter is sent only with its number: assign the outgoing number first."
            ),
            Self::LetterDiffers { seam } => letter_differs(*seam, l),
            Self::NotDispatchedYet => say!(
                l,
                "Жауап әлі жөнелтілген жоқ: алдымен хатты депутаттарға жөнелтіңіз.",
                "Ответ ещё не отправлен: сначала отправьте письмо депутатам.",
                "The reply is not sent yet: send the letter to the deputies first."
            ),
            Self::Undelivered { recipients } => {
                let numbers = numbers(recipients);
                say!(
                    l,
                    "Жауап барлық депутатқа жеткен жоқ (тізімдегі № {numbers}): жеткізілгенін растаңыз немесе қолма-қол тапсырылғанын жазыңыз.",
                    "Ответ доставлен не всем (в списке № {numbers}): подтвердите доставку или запишите вручение.",
                    "Not everybody has the reply (on the list: {numbers}): confirm the delivery or record a delivery by hand."
                )
            }
            Self::NobodyWaits => say!(
                l,
                "Жауап жеткізілген: күтіп тұрған ешкім жоқ.",
                "Ответ доставлен: никто его не ждёт.",
                "The reply is delivered: nobody waits for it."
            ),
            Self::NoLink => say!(
                l,
                "Жұмыс істеп тұрған жеке сілтеме жоқ.",
                "Действующих личных ссылок нет.",
                "There is no personal link that works."
            ),
            Self::ReplyWentOut => say!(
                l,
                "Бұл сауалға жауап жөнелтілген: оны енді қайтарып алуға немесе қайта жолдауға болмайды, жаңа жауапты аяқтаңыз.",
                "Ответ на этот запрос уже отправлен: его нельзя отозвать или перенаправить, завершите новый ответ.",
                "A reply to this inquiry has gone out: it is no longer withdrawn or sent on; finish the new reply."
            ),
            Self::NotOnControl => {
                say!(l, "Сауал бақылауда емес.", "Запрос не на контроле.", "The inquiry is not on control.")
            }
            Self::ExtensionPending { until } => {
                let until = day(until);
                say!(
                    l,
                    "Мерзімді {until} дейін ұзарту туралы өтініш қаралуда: шешімін күтіңіз.",
                    "Просьба о продлении до {until} рассматривается: дождитесь решения.",
                    "A request for an extension until {until} is undecided: wait for the decision."
                )
            }
            Self::NoExtensionRequested => {
                say!(l, "Мерзімін ұзарту сұралмаған.", "Продление не запрашивалось.", "Nobody asked for an extension.")
            }
            Self::NoContribution => say!(
                l,
                "Қарауды күтіп тұрған ұсыныс жоқ.",
                "Нет предложения, ожидающего рассмотрения.",
                "No contribution waits for a decision."
            ),
            Self::ContestPending => ministries::contest_pending(l),
            Self::ContestOpen => ministries::contest_open(l),
            Self::VersionSentBack { version } => say!(
                l,
                "{version}-нұсқа пысықтауға қайтарылған: алдымен жаңа нұсқасын дайындаңыз.",
                "Редакция {version} возвращена на доработку: сначала подготовьте новую.",
                "Version {version} was sent back: write a new one first."
            ),
            Self::NoVisaAwaited => say!(
                l,
                "Сізден күтілетін визаның бәрі қойылған.",
                "Все ожидаемые от вас визы поставлены.",
                "You have given every visa that was asked of you."
            ),
            Self::VisasMissing { missing } => {
                let missing = visas(missing, l);
                say!(
                    l,
                    "Қажетті визалар жоқ: {missing}. Олар осы нұсқаға қойылғанша хат қол қоюға жіберілмейді.",
                    "Не хватает виз: {missing}. Пока они не поставлены на эту редакцию, письмо не подписывается.",
                    "Visas are missing: {missing}. Until they stand on this version, the letter is not signed."
                )
            }
            Self::OthersJoined { numbers } => {
                let numbers = numbers.join(", ");
                say!(
                    l,
                    "Бұл сауалға басқалары қосылған ({numbers}): олардың депутаттарына жауап осы сауал бойынша беріледі.",
                    "К этому запросу присоединены другие ({numbers}): их депутатам отвечают по этому запросу.",
                    "Other inquiries joined this one ({numbers}): their deputies are owed its reply."
                )
            }
            Self::Empty { field } => texts::empty(*field, l),
            Self::TooLong { field, limit, found } => texts::too_long(*field, *limit, *found, l),
            Self::TooMany { field, limit, found } => texts::too_many(*field, *limit, *found, l),
            Self::HiddenCharacter { field, code } => texts::hidden_character(*field, *code, l),
            Self::AddressInReason { field } => texts::address_in_reason(*field, l),
            Self::FractionInBody => say!(
                l,
                "Мәтін құрылымында бөлшек сан бар: тек бүтін сандар қабылданады.",
                "В структуре текста есть дробное число: принимаются только целые.",
                "The text's structure holds a fraction: only whole numbers are taken."
            ),
            Self::NestedTooDeep { limit } => say!(
                l,
                "Мәтін құрылымы тым терең (ең көбі {limit} деңгей).",
                "Структура текста слишком глубока (не более {limit} уровней).",
                "The text is nested too deep (at most {limit} levels)."
            ),
            Self::DateOutside { field, date, earliest, latest } => {
                let (field, date, earliest, latest) = (field.words(l), day(date), day(earliest), day(latest));
                say!(
                    l,
                    "Күн дұрыс емес: {field} – {date}; {earliest} мен {latest} аралығында болуы тиіс.",
                    "Неверная дата: {field} – {date}; должна быть между {earliest} и {latest}.",
                    "A wrong day: {field}, {date}; it lies between {earliest} and {latest}."
                )
            }
            Self::DueBeforeReceipt { due, received } => {
                let (due, received) = (day(due), day(received));
                say!(
                    l,
                    "Мерзім ({due}) сауал келіп түскен күннен ({received}) бұрын.",
                    "Срок ({due}) раньше дня поступления ({received}).",
                    "The reply would be due ({due}) before the inquiry came in ({received})."
                )
            }
            Self::DeadlineFromOtherDay { counted_from, received } => {
                let (counted_from, received) = (day(counted_from), day(received));
                say!(
                    l,
                    "Мерзім {counted_from} бойынша есептелген, ал сауал {received} келіп түскен: мерзімді қайта есептеңіз.",
                    "Срок посчитан от {counted_from}, а запрос поступил {received}: пересчитайте срок.",
                    "The deadline was counted from {counted_from}, but the inquiry came in on {received}: count it again."
                )
            }
            Self::RecipientsMisnumbered { expected, found } => say!(
                l,
                "Депутаттар тізімінің нөмірленуі дұрыс емес: {found} емес, {expected} болуы тиіс.",
                "Нумерация депутатов нарушена: вместо {found} должно быть {expected}.",
                "The deputies are misnumbered: {expected} was expected, not {found}."
            ),
            Self::QuestionsMisnumbered { expected, found } => say!(
                l,
                "Сұрақтардың нөмірленуі дұрыс емес: {found} емес, {expected} болуы тиіс.",
                "Нумерация вопросов нарушена: вместо {found} должно быть {expected}.",
                "The questions are misnumbered: {expected} was expected, not {found}."
            ),
            Self::DeputyTwice { name, first, again } => say!(
                l,
                "Бір депутат тізімде екі рет тұр: {name} (№ {first} және № {again}). Біреуін алып тастаңыз.",
                "Один депутат указан в списке дважды: {name} (№ {first} и № {again}). Уберите одну запись.",
                "One deputy stands on the list twice: {name} (numbers {first} and {again}). Remove one of them."
            ),
            Self::OfficeTwice { office } => say!(
                l,
                "Бір лауазым қол қоюшылардың арасында екі рет тұр: {office}. Біреуін алып тастаңыз.",
                "Одна должность указана среди подписантов дважды: {office}. Уберите одну.",
                "One office stands among the signatories twice: {office}. Remove one of them."
            ),
            Self::SignatoryTwice { name } => say!(
                l,
                "{name} бір хатқа екі рет қол қоймайды: ол көрсетілген лауазымдардың екеуін атқарып отыр. Біреуін алып тастаңыз.",
                "{name} не подписывает одно письмо дважды: он исполняет две из указанных должностей. Уберите одну.",
                "{name} does not sign one letter twice, and fills two of the offices named. Remove one of them."
            ),
            Self::OtherBytesSigned => say!(
                l,
                "Басқалар қол қойған файл бұл файл емес. Бетті жаңартып, хатты қайта оқыңыз.",
                "Другие подписали не этот файл. Обновите страницу и прочитайте письмо ещё раз.",
                "The others have signed another file than this. Load the page again and read the letter anew."
            ),
            Self::LeadAmongCoExecutors { lead } => say!(
                l,
                "Негізгі орындаушы ({lead}) бірлесіп орындаушы бола алмайды.",
                "Головной исполнитель ({lead}) не может быть соисполнителем.",
                "The lead executor ({lead}) cannot be a co-executor too."
            ),
            Self::CoExecutorTwice { ministry } => say!(
                l,
                "Бірлесіп орындаушы екі рет көрсетілген ({ministry}).",
                "Соисполнитель указан дважды ({ministry}).",
                "A co-executor is named twice ({ministry})."
            ),
            Self::DueInThePast { due, today } => {
                let (due, today) = (day(due), day(today));
                say!(
                    l,
                    "Мерзім ({due}) өтіп кеткен, бүгін {today}: кейінгі күнді көрсетіңіз.",
                    "Срок ({due}) уже прошёл, сегодня {today}: укажите более поздний день.",
                    "The day ({due}) is past, today is {today}: name a later one."
                )
            }
            Self::InstructionTooShort { ministry, due, earliest, minimum } => {
                let (due, earliest) = (day(due), day(earliest));
                say!(
                    l,
                    "{ministry}: {due} – тым жақын: тапсырмаға кемінде {minimum} жұмыс күні беріледі. Ең ерте мүмкін күн: {earliest}.",
                    "{ministry}: {due} — слишком скоро: на поручение даётся не менее {minimum} рабочих дней. Самый ранний возможный день: {earliest}.",
                    "{ministry}: {due} is too soon: an instruction has at least {minimum} working days. The earliest possible day is {earliest}."
                )
            }
            Self::DueOnDayOff { due, instead } => {
                let (due, instead) = (day(due), day(instead));
                say!(
                    l,
                    "{due} – демалыс күні. Жұмыс күнін көрсетіңіз, мысалы {instead}.",
                    "{due} — нерабочий день. Укажите рабочий день, например {instead}.",
                    "{due} is a day off. Name a working day, such as {instead}."
                )
            }
            Self::DueAfterControl { due, latest } => {
                let (due, latest) = (day(due), day(latest));
                say!(
                    l,
                    "Көрсетілген мерзім ({due}) мүмкін болатын соңғы күннен ({latest}) кеш: жауаптың бақылау мерзімінен аспайтын күнді көрсетіңіз.",
                    "Указанный срок ({due}) позже последнего возможного дня ({latest}): укажите день не позже контрольного срока ответа.",
                    "The day that is named ({due}) is after the last possible day ({latest}): name a day no later than the reply's own."
                )
            }
            Self::ContributionDueAfterDraft { ministry, due, lead_due } => {
                let (due, lead_due) = (day(due), day(lead_due));
                say!(
                    l,
                    "Ұсыныстың мерзімі ({ministry}, {due}) жобаның мерзімінен ({lead_due}) кеш: ертерек күнді көрсетіңіз.",
                    "Срок предложения ({ministry}, {due}) позже срока проекта ({lead_due}): укажите более ранний день.",
                    "The contribution ({ministry}, {due}) would be due after the draft ({lead_due}): name an earlier day."
                )
            }
            Self::NoPart { ministry } => ministries::no_part(ministry, l),
            Self::OwesNothing { ministry } => ministries::owes_nothing(ministry, l),
            Self::RemindedToday { ministry, at } => ministries::reminded_today(ministry, *at, l),
            Self::HasPart { ministry } => ministries::has_part(ministry, l),
            Self::UnknownQuestion { question } => say!(
                l,
                "Сауалда {question}-сұрақ жоқ.",
                "В запросе нет вопроса {question}.",
                "The inquiry has no question {question}."
            ),
            Self::UnknownBlock { block, blocks } => say!(
                l,
                "Мәтінде {block}-бөлік жоқ (барлығы {blocks}).",
                "В тексте нет части {block} (всего {blocks}).",
                "The text has no block {block} (it has {blocks})."
            ),
            Self::SourcesDoNotFit { sources, blocks } => say!(
                l,
                "Мәтінде {blocks} бөлік бар, ал шығу тегі {sources} бөлік үшін көрсетілген: әр бөлікке бір жазба керек.",
                "В тексте частей: {blocks}, а источников указано: {sources}; нужна одна запись на каждую часть.",
                "The text has {blocks} blocks and sources are given for {sources}: give one entry for each block."
            ),
            Self::UnknownContribution { contribution } => say!(
                l,
                "{contribution} деген ұсыныс келіп түспеген.",
                "Предложение {contribution} не поступало.",
                "No contribution {contribution} has been sent."
            ),
            Self::LanguageTwice { language } => {
                let language = language.words(l);
                say!(
                    l,
                    "Мәтін бір тілде екі рет берілген: {language}.",
                    "Текст на одном языке дан дважды: {language}.",
                    "The text is given twice in one language: {language}."
                )
            }
            Self::ContributionNotSubmitted { ministry } => say!(
                l,
                "Министрліктің ({ministry}) шешім күтіп тұрған ұсынысы жоқ.",
                "У министерства ({ministry}) нет предложения, ожидающего решения.",
                "The ministry ({ministry}) has no contribution that waits for a decision."
            ),
            Self::ContributionAccepted { ministry } => say!(
                l,
                "Ұсыныс ({ministry}) қабылданған: өзгерту үшін негізгі орындаушы оны қайтарсын.",
                "Предложение ({ministry}) принято: чтобы его изменить, головной исполнитель должен его вернуть.",
                "The contribution ({ministry}) is accepted: to change it, the lead has to return it."
            ),
            Self::NothingChanged { version } => say!(
                l,
                "Мазмұны {version}-нұсқамен бірдей: өзгеріс жоқ.",
                "Содержание совпадает с редакцией {version}: изменений нет.",
                "It says what version {version} says: nothing has changed."
            ),
            Self::OldVersion { read, current } => say!(
                l,
                "Сіз {read}-нұсқаны оқыдыңыз, қазіргісі – {current}: бетті жаңартып, жаңасын оқыңыз.",
                "Вы читали редакцию {read}, действует {current}: обновите страницу и прочтите её.",
                "You read version {read}, the current one is {current}: reload the page and read that."
            ),
            Self::OtherContent { version } => say!(
                l,
                "{version}-нұсқаның мазмұны сіз оқығаннан өзгеше: бетті жаңартып, қайта оқыңыз.",
                "Содержание редакции {version} отличается от прочитанного вами: обновите страницу и прочтите снова.",
                "Version {version} says something else than what you read: reload the page and read it again."
            ),
            Self::NoApprovers => say!(
                l,
                "Кемінде бір келісушіні көрсетіңіз.",
                "Укажите хотя бы одного согласующего.",
                "Name at least one approver."
            ),
            Self::VisaRequiredTwice { visa } => {
                let visa = visas(std::slice::from_ref(visa), l);
                say!(
                    l,
                    "Бір виза екі рет көрсетілген: {visa}.",
                    "Одна виза указана дважды: {visa}.",
                    "One visa is named twice: {visa}."
                )
            }
            Self::AuthorsApproveThemselves => say!(
                l,
                "Жобаны жазған адам оның жалғыз келісушісі бола алмайды: басқа келісушіні қосыңыз.",
                "Автор проекта не может быть его единственным согласующим: добавьте другого.",
                "Whoever wrote the draft cannot be its only approver: add somebody else."
            ),
            Self::AuthorStandsIn => lists::author_stands_in(l),
            Self::VisaNotRequired { kind } => {
                let kind = kind.words(l);
                say!(
                    l,
                    "Бұл нұсқаға мұндай виза қажет емес: {kind}.",
                    "Такая виза для этой редакции не требуется: {kind}.",
                    "This version needs no such visa: {kind}."
                )
            }
            Self::VisaOfAnother { kind, approvers } => {
                let (kind, approvers) = (kind.words(l), approvers.join(", "));
                say!(
                    l,
                    "Бұл визаны ({kind}) басқа келісуші қояды: {approvers}.",
                    "Эту визу ({kind}) ставит другой согласующий: {approvers}.",
                    "That visa ({kind}) belongs to {approvers}."
                )
            }
            Self::VisaGiven { kind } => {
                let kind = kind.words(l);
                say!(
                    l,
                    "Бұл виза осы нұсқаға қойылған: {kind}.",
                    "Эта виза на этой редакции уже стоит: {kind}.",
                    "That visa stands on this version already: {kind}."
                )
            }
            Self::AccountWithoutPerson { named } => signatory::account_without_person(named, l),
            Self::SignatoryIsAnother { named, own } => signatory::signatory_is_another(named, own, l),
            Self::SignedAlready { awaited } => signatory::signed_already(awaited, l),
            Self::NoAuthority { named } => signatory::no_authority(named, l),
            Self::AuthorityNotYet { named, from, order } => {
                signatory::authority_not_yet(named, *from, order.as_ref(), l)
            }
            Self::AuthorityEnded { named, until, order } => {
                signatory::authority_ended(named, *until, order.as_ref(), l)
            }
            Self::CapacityChanged { named, is_acting } => signatory::capacity_changed(named, *is_acting, l),
            Self::CertificateOfAnother { named, holder } => signatory::certificate_of_another(named, holder, l),
            Self::SubmittedWithoutPerson => signatory::submitted_without_person(l),
            Self::NothingSigned => {
                say!(l, "Қол қойылған файл бос.", "Подписанный файл пуст.", "The signed file is empty.")
            }
            Self::SeriesValue { value } => say!(
                l,
                "Сериядағы реттік нөмір 1-ден басталады ({value} емес).",
                "Порядковый номер серии начинается с 1 (не {value}).",
                "Numbers of a series begin with 1 (not {value})."
            ),
            Self::FileNameWithPath => say!(
                l,
                "Файл атауында қалтаның жолы болмауы тиіс.",
                "Имя файла не должно содержать пути.",
                "The name of the file must not name a folder."
            ),
            Self::MailDomain => say!(
                l,
                "Пошта домені дұрыс көрсетілмеген: баптауды тексеріңіз.",
                "Почтовый домен указан неверно: проверьте настройку.",
                "The mail domain is wrong: check the setting."
            ),
            Self::UnknownRecipient { recipient } => say!(
                l,
                "Тізімде № {recipient} депутат жоқ.",
                "В списке нет депутата № {recipient}.",
                "Nobody on the list has the number {recipient}."
            ),
            Self::RecipientIsAnother { recipient } => say!(
                l,
                "Депутат тек өз атынан айтады: № {recipient} – басқа депутат.",
                "Депутат говорит только за себя: № {recipient} – другой депутат.",
                "A deputy speaks only for themselves: number {recipient} is somebody else."
            ),
            Self::NoLinkTo { recipient } => say!(
                l,
                "№ {recipient} депутаттың жұмыс істеп тұрған жеке сілтемесі жоқ: ол берілмеген немесе бұрын тоқтатылған.",
                "У депутата № {recipient} нет действующей личной ссылки: она не отправлялась или уже отменена.",
                "Number {recipient} has no personal link that works: none was sent, or it has been revoked already."
            ),
            Self::OpenedByNobodyElse { recipient } => say!(
                l,
                "Хатты жүйеде ашқанын № {recipient} депутаттың өзі ғана растайды. Басқа дәлелді таңдаңыз.",
                "Что письмо открыто в системе, подтверждает только сам депутат № {recipient}. Выберите другое доказательство.",
                "That the letter was opened in the system, only deputy number {recipient} can confirm. Choose another proof."
            ),
            Self::NoMailToConfirm { recipient } => say!(
                l,
                "№ {recipient} депутаттың мекенжайы жоқ, оған пошта жіберілмеген. Қолма-қол тапсырып, соны жазыңыз.",
                "У депутата № {recipient} нет адреса, письмо ему не отправлялось. Вручите его и запишите вручение.",
                "Deputy number {recipient} has no address and no mail went there. Deliver the letter by hand and record that."
            ),
            Self::AlreadyDelivered { recipient } => say!(
                l,
                "№ {recipient} депутатқа жауап жеткізілген.",
                "Депутату № {recipient} ответ уже доставлен.",
                "The reply has reached number {recipient} already."
            ),
            Self::NotInOrder { order, recipient } => say!(
                l,
                "{order}-жөнелтілімде № {recipient} депутатқа хат болған жоқ.",
                "В отправке {order} нет письма депутату № {recipient}.",
                "Dispatch {order} has no mail for number {recipient}."
            ),
            Self::NoAttempt => {
                say!(l, "Әрекеттер 1-ден басталып саналады.", "Попытки считаются с 1.", "Attempts are counted from 1.")
            }
            Self::ExtensionNotLater { due, until } => {
                let (due, until) = (day(due), day(until));
                say!(
                    l,
                    "Жаңа мерзім ({until}) қазіргісінен ({due}) кеш болуы тиіс.",
                    "Новый срок ({until}) должен быть позже действующего ({due}).",
                    "The new day ({until}) has to be later than the one in force ({due})."
                )
            }
            Self::ExtensionTooFar { until, latest } => {
                let (until, latest) = (day(until), day(latest));
                say!(
                    l,
                    "Мерзім {until} дейін ұзартылмайды: бір ұзарту {latest} аспауы тиіс.",
                    "Срок нельзя продлить до {until}: одно продление – не далее {latest}.",
                    "The time is not extended to {until}: one extension ends by {latest}."
                )
            }
            Self::RepeatsItself => say!(
                l,
                "Сауал өзіне қайталама бола алмайды.",
                "Запрос не может повторять сам себя.",
                "An inquiry is not its own repeat."
            ),
            Self::RepeatLinked { number } => say!(
                l,
                "Қайталама сауал ({number}) бұрын байланыстырылған.",
                "Повторный запрос ({number}) уже связан.",
                "The repeat inquiry ({number}) is linked already."
            ),
            Self::MergesWithItself => say!(
                l,
                "Сауал өзіне қосылмайды.",
                "Запрос не присоединяется к самому себе.",
                "An inquiry does not join itself."
            ),
            Self::MergedAlready { number } => say!(
                l,
                "Сауал ({number}) бұрын қосылған немесе екі рет көрсетілген.",
                "Запрос ({number}) уже присоединён или указан дважды.",
                "The inquiry ({number}) has joined already, or is named twice."
            ),
            Self::MergePostpones { number, due, leading_due } => {
                let (due, leading_due) = (day(due), day(leading_due));
                say!(
                    l,
                    "{number} сауалының мерзімі ертерек ({due}, мұнікі {leading_due}): сол сауалды негізгі етіңіз.",
                    "У запроса {number} более ранний срок ({due}, здесь {leading_due}): сделайте ведущим его.",
                    "Inquiry {number} is due earlier ({due}, this one {leading_due}): let that one lead."
                )
            }
        }
    }
}

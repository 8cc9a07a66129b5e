//! The sentences of problems, in the three languages. Each says what happened and what to do; none names a person, an address
//! or the inside of the program.

use directory::Language;
use directory::number::bare;

use super::Problem;
use super::field::together;
use crate::accounts::proof::FRESH_MINUTES;
use crate::speech::Words;

/// As people count the size of a file.
const MEGABYTE: usize = 1024 * 1024;

impl Problem {
    /// What kind of problem it is.
    pub(super) fn title(&self) -> Words {
        let (kk, ru, en) = match self {
            Self::NotSignedIn => ("Жүйеге кіру керек", "Нужно войти", "Sign in first"),
            Self::WrongCredentials => ("Кіру мүмкін болмады", "Войти не удалось", "Signing in failed"),
            Self::TooManyAttempts { .. } => ("Әрекет тым көп", "Слишком много попыток", "Too many attempts"),
            Self::TooOften { .. } => ("Тым жиі", "Слишком часто", "Too often"),
            Self::ProofTooOld => {
                ("Тұлғаңызды қайта растаңыз", "Подтвердите личность ещё раз", "Prove who you are once more")
            }
            Self::NotPermitted { .. } => ("Рұқсат жоқ", "Нет права", "Not permitted"),
            Self::CrossSite => ("Сұрау басқа сайттан келді", "Запрос пришёл с другого сайта", "Sent from another site"),
            Self::UnknownAddress => ("Мұндай мекенжай жоқ", "Такого адреса нет", "No such address"),
            Self::MethodNotAllowed { .. } => {
                ("Бұл мекенжай осы тәсілге жауап бермейді", "Адрес не отвечает на этот метод", "Method not allowed")
            }
            Self::NoSuchInquiry => ("Мұндай сауал жоқ", "Такого запроса нет", "No such inquiry"),
            Self::NoSuchAccount { .. } => ("Мұндай есептік жазба жоқ", "Такой учётной записи нет", "No such account"),
            Self::LinkEnded => ("Сілтеме жұмыс істемейді", "Ссылка не действует", "The link does not work"),
            Self::NotThereYet { .. } => ("Әлі жоқ", "Пока нет", "Not there yet"),
            Self::Erased => ("Жойылған", "Удалено", "Erased"),
            Self::NoSuchForm { .. } => {
                ("Хат мұндай түрде жоқ", "Письма в таком виде нет", "No such form of the letter")
            }
            Self::BadParameter { .. } => ("Параметр дұрыс емес", "Неверный параметр", "Bad parameter"),
            Self::BadQuery { .. } => ("Сұрақ жолы дұрыс емес", "Неверная строка запроса", "Bad query"),
            Self::MalformedJson { .. } => ("Бұл JSON емес", "Это не JSON", "This is not JSON"),
            Self::UnexpectedContent { .. } => ("Мазмұны күткендей емес", "Содержание не то", "Unexpected content"),
            Self::BadField { .. } | Self::BadFields { .. } => {
                ("Өріс дұрыс толтырылмаған", "Поле заполнено неверно", "A field is wrong")
            }
            Self::TooLarge { .. } => ("Тым үлкен", "Слишком велико", "Too large"),
            Self::NotJson => ("JSON күтілген", "Ожидался JSON", "JSON was expected"),
            Self::NotAPdf => ("PDF күтілген", "Ожидался PDF", "A PDF was expected"),
            Self::NotKnownYet => ("Әлі белгісіз", "Пока неизвестно", "Not known yet"),
            Self::BadForm { .. } => ("Нысан дұрыс толтырылмаған", "Форма заполнена неверно", "The form is wrong"),
            Self::IdempotencyKeyMissing => ("Idempotency-Key жоқ", "Нет Idempotency-Key", "Idempotency-Key is missing"),
            Self::IdempotencyKeyMalformed => {
                ("Idempotency-Key дұрыс емес", "Неверный Idempotency-Key", "Idempotency-Key is malformed")
            }
            Self::IdempotencyKeyReused => (
                "Idempotency-Key бұрын қолданылған",
                "Idempotency-Key уже использован",
                "Idempotency-Key was used before",
            ),
            Self::IfMatchMissing => ("If-Match жоқ", "Нет If-Match", "If-Match is missing"),
            Self::IfMatchMalformed => ("If-Match дұрыс емес", "Неверный If-Match", "If-Match is malformed"),
            Self::Stale { .. } => ("Сауал өзгеріп кетті", "Запрос уже изменился", "The inquiry has changed"),
            Self::AlreadyRegistered { .. } => {
                ("Сауал бұрын тіркелген", "Запрос уже зарегистрирован", "Already registered")
            }
            Self::Busy => ("Бір сәттік кептеліс", "Минутный затор", "Busy for a moment"),
            Self::LetterChanged { .. } => ("Хат өзгеріп кетті", "Письмо изменилось", "The letter has changed"),
            Self::SignatureMissing => ("Қолтаңба жоқ", "Нет подписи", "The signature is missing"),
            Self::SignatureNotTaken => {
                ("Қолтаңба қабылданбайды", "Подпись не принимается", "A signature is not taken here")
            }
            Self::SignatureUnreadable => ("Бұл қолтаңба файлы емес", "Это не файл подписи", "This is no signature"),
            Self::SignatureForSigningIn => {
                ("Кілт қол қоюға арналмаған", "Ключ не для подписи", "The key is not for signing")
            }
            Self::SignatureInvalid { .. } => {
                ("Қолтаңба жарамсыз", "Подпись недействительна", "The signature is invalid")
            }
            Self::SignatureNotChecked { .. } => {
                ("Қолтаңба тексерілмеді", "Подпись не проверена", "The signature was not checked")
            }
            Self::LetterRefused { .. } => ("Хат теруге келмейді", "Письмо не набирается", "The letter cannot be set"),
            Self::TextRefused { .. } => {
                ("Мәтін хатқа сыймайды", "Письмо этого не вмещает", "A letter cannot hold this")
            }
            Self::Refused(_) => ("Бұлай істеуге болмайды", "Так нельзя", "This cannot be done"),
            Self::OutcomeUnknown { .. } => ("Нәтижесі белгісіз", "Исход неизвестен", "Outcome unknown"),
            Self::Unavailable { .. } => {
                ("Қазір жауап бере алмаймыз", "Сейчас не можем ответить", "Unavailable at the moment")
            }
            Self::SealUnavailable { .. } => {
                ("Аппарат мөрі қолжетімсіз", "Печать Аппарата недоступна", "The Office's seal is not available")
            }
            Self::Failure { .. } => ("Бізде ақау шықты", "У нас сбой", "Something of ours failed"),
        };
        Words::new(kk, ru, en)
    }

    /// What happened and what to do.
    pub(super) fn detail(&self, language: Language) -> String {
        let words = match self {
            Self::NotSignedIn => Words::new(
                "Атыңызбен кіріңіз немесе жарамды токен жіберіңіз.",
                "Войдите под своим именем или пришлите действующий токен.",
                "Sign in, or send a valid token.",
            ),
            Self::WrongCredentials => Words::new(
                "Атыңыз бен құпиясөзіңізді тексеріп, қайта енгізіңіз.",
                "Проверьте имя и пароль и введите снова.",
                "Check name and password and try again.",
            ),
            Self::TooManyAttempts { seconds } => Words::new(
                format!("{seconds} секундтан кейін қайталаңыз."),
                format!("Повторите через {seconds} с."),
                format!("Try again in {seconds} s."),
            ),
            Self::TooOften { seconds } => Words::new(
                format!("Ештеңе істелген жоқ. {seconds} секундтан кейін қайталаңыз."),
                format!("Ничего не сделано. Повторите через {seconds} с."),
                format!("Nothing was done. Try again in {seconds} s."),
            ),
            Self::ProofTooOld => Words::new(
                format!(
                    "Қол қою үшін соңғы {FRESH_MINUTES} минутта тұлғаңызды растаған болуыңыз керек: /proof бетінде растап, қайталаңыз."
                ),
                format!(
                    "Подпись требует подтверждения личности за последние {FRESH_MINUTES} минут: подтвердите на странице /proof и повторите."
                ),
                format!(
                    "A signature needs a proof of identity of the last {FRESH_MINUTES} minutes: give it on the page /proof and repeat."
                ),
            ),
            Self::NotPermitted { needs } => {
                let list = |language| needs.iter().map(|role| role.words(language)).collect::<Vec<_>>().join(", ");
                Words::new(
                    format!("Бұған мына рөлдердің бірі керек: {}.", list(Language::Kk)),
                    format!("Для этого нужна одна из ролей: {}.", list(Language::Ru)),
                    format!("This needs one of the roles: {}.", list(Language::En)),
                )
            }
            Self::CrossSite => Words::new(
                "Осы сайттың өз бетінен жіберіңіз.",
                "Отправьте с страницы самого сайта.",
                "Send it from a page of this site.",
            ),
            Self::UnknownAddress => Words::new("Мекенжайды тексеріңіз.", "Проверьте адрес.", "Check the address."),
            Self::MethodNotAllowed { allow } => Words::new(
                format!("Мұнда мына тәсілдер жарайды: {allow}."),
                format!("Здесь годятся методы: {allow}."),
                format!("The methods that work here: {allow}."),
            ),
            Self::NoSuchInquiry => Words::new(
                "Сауалды тізілімнен нөмірі бойынша іздеңіз.",
                "Найдите запрос в реестре по номеру.",
                "Look it up in the register by its number.",
            ),
            Self::NoSuchAccount { name } => Words::new(
                format!("«{name}» деген есептік жазба болған емес; атауын тексеріңіз."),
                format!("Учётной записи «{name}» нет и не было; проверьте имя."),
                format!("There is no account “{name}”, and there never was; check the name."),
            ),
            Self::NotThereYet { what } => what.clone(),
            Self::LinkEnded => Words::new(
                "Бұл сілтеме толық көшірілмеген, ауыстырылған немесе тоқтатылған. Соңғы хаттағы сілтемені басыңыз; ол да ашылмаса, хатты жіберген Үкімет Аппаратына жауап хат жазып, қайта жөнелтуді сұраңыз.",
                "Ссылка скопирована не полностью, заменена или отменена. Откройте ссылку из последнего письма; если и она не открывается, ответьте на это письмо и попросите Аппарат Правительства отправить его снова.",
                "The link was not copied whole, was replaced or has been revoked. Open the link of the last mail; if that does not open either, answer that mail and ask the Office to send it again.",
            ),
            Self::Erased => Words::new(
                "Бұл дербес дерек еді, ол біржола жойылған.",
                "Это были персональные данные, они удалены безвозвратно.",
                "This was personal data and has been erased for good.",
            ),
            Self::NoSuchForm { form } => Words::new(
                format!("Хат pdf, docx, html және txt түрінде беріледі; {form} түрі жоқ."),
                format!("Письмо выдаётся как pdf, docx, html и txt; вида {form} нет."),
                format!("The letter comes as pdf, docx, html and txt; there is no {form}."),
            ),
            Self::BadParameter { expected, .. } => expected.clone(),
            Self::BadQuery { .. } => Words::new(
                "«?» белгісінен кейінгі параметрлерді API сипаттамасымен салыстырыңыз: бейтаныс параметр қабылданбайды.",
                "Сверьте параметры после «?» с описанием API: незнакомые не принимаются.",
                "Compare the parameters behind the ? with the API's description: unknown ones are not taken.",
            ),
            Self::MalformedJson { .. } => Words::new(
                "Сұраудың мәтінін JSON ретінде түзетіп, қайта жіберіңіз.",
                "Исправьте тело запроса как JSON и пришлите снова.",
                "Correct the body so that it is JSON, and send it again.",
            ),
            Self::UnexpectedContent { .. } => Words::new(
                "Өрістердің атын және түрін API сипаттамасымен салыстырыңыз: бейтаныс өріс қабылданбайды.",
                "Сверьте имена и типы полей с описанием API: незнакомые поля не принимаются.",
                "Compare the fields' names and types with the API's description: unknown fields are not taken.",
            ),
            Self::BadField { what, .. } => what.clone(),
            Self::BadFields { faults } => together(faults),
            Self::TooLarge { limit } if limit.is_multiple_of(MEGABYTE) => {
                let limit = limit / MEGABYTE;
                Words::new(
                    format!("Ең көбі {limit} МБ қабылданады."),
                    format!("Принимается не больше {limit} МБ."),
                    format!("At most {limit} MB are taken."),
                )
            }
            Self::TooLarge { limit } => Words::new(
                format!("Ең көбі {limit} байт қабылданады."),
                format!("Принимается не больше {limit} байт."),
                format!("At most {limit} bytes are taken."),
            ),
            Self::NotJson => Words::new(
                "Content-Type: application/json деп жіберіңіз.",
                "Пришлите с Content-Type: application/json.",
                "Send it with Content-Type: application/json.",
            ),
            Self::NotAPdf => Words::new(
                "Файлдың байттарын нысансыз, Content-Type: application/pdf деп жіберіңіз.",
                "Пришлите сами байты файла, не формой, с Content-Type: application/pdf.",
                "Send the bytes of the file themselves, not a form, with Content-Type: application/pdf.",
            ),
            Self::NotKnownYet => Words::new(
                "Хаттар тізілімі журналды әлі қуып жеткен жоқ, сондықтан бұл хат туралы әлі ештеңе айта алмаймыз. Бір минуттан кейін қайталаңыз.",
                "Реестр писем ещё не догнал журнал, поэтому об этом письме пока ничего сказать нельзя. Повторите через минуту.",
                "The register of letters has not caught up with the journal, so nothing can be said of this letter yet. Try again in a minute.",
            ),
            Self::BadForm { .. } => Words::new(
                "Бетті жаңартып, нысанды қайта толтырыңыз.",
                "Обновите страницу и заполните форму снова.",
                "Reload the page and fill the form in again.",
            ),
            Self::IdempotencyKeyMissing => Words::new(
                "Әр өзгерту сұрауына жаңа Idempotency-Key беріңіз, қайталағанда сол кілтті қалдырыңыз.",
                "Давайте каждому изменяющему запросу новый Idempotency-Key, а при повторе тот же.",
                "Give every changing request a new Idempotency-Key, and the same one when you repeat it.",
            ),
            Self::IdempotencyKeyMalformed => Words::new(
                "Кілт 1–200 көрінетін ASCII таңбадан тұрады.",
                "Ключ состоит из 1–200 видимых знаков ASCII.",
                "The key is 1 to 200 visible ASCII characters.",
            ),
            Self::IdempotencyKeyReused => Words::new(
                "Бұл кілтпен басқа мазмұн жіберілген; жаңа мазмұнға жаңа кілт беріңіз.",
                "С этим ключом приходило другое содержание; дайте новому содержанию новый ключ.",
                "Other content came with this key; give new content a new key.",
            ),
            Self::IfMatchMissing => Words::new(
                "Көрген нұсқаңызды жазыңыз: If-Match: \"НҰСҚА\".",
                "Назовите версию, которую видели: If-Match: \"ВЕРСИЯ\".",
                "Name the version you saw: If-Match: \"VERSION\".",
            ),
            Self::IfMatchMalformed => Words::new(
                "Тырнақша ішінде бір ғана нұсқа болуы керек: If-Match: \"7\".",
                "Нужна одна версия в кавычках: If-Match: \"7\".",
                "One version in quotation marks is needed: If-Match: \"7\".",
            ),
            Self::Stale { current } => Words::new(
                format!("Сіз көргеннен бері біреу өзгертті; қазіргі нұсқасы {current}. Қайта қарап, тағы жіберіңіз."),
                format!(
                    "С тех пор, как вы смотрели, его изменили; сейчас версия {current}. Посмотрите и отправьте снова."
                ),
                format!("Somebody changed it since you looked; it is at version {current} now. Look again and resend."),
            ),
            Self::AlreadyRegistered { number, .. } => {
                // The sentence begins with the sign, whether the number was printed with one or not.
                let number = bare(number);
                Words::new(
                    format!("№ {number} сол күнімен бұрын тіркелген; сол сауалды ашыңыз."),
                    format!("№ {number} с той же датой уже зарегистрирован; откройте тот запрос."),
                    format!("№ {number} of the same date is registered already; open that inquiry."),
                )
            }
            Self::Busy => Words::new(
                "Кезекті нөмірді басқалар алып кетті; сол кілтпен қайталаңыз.",
                "Следующий номер забрали другие; повторите с тем же ключом.",
                "Others took the next number; repeat with the same key.",
            ),
            Self::LetterChanged { .. } => Words::new(
                "Қол қойылатын хат сіз көрген хат емес. Қайта ашып оқыңыз да, сосын қол қойыңыз.",
                "Подписываемое письмо не то, что вы видели. Откройте, прочтите и тогда подпишите.",
                "The letter to be signed is not the one you saw. Open it, read it again, then sign.",
            ),
            Self::SignatureMissing => Words::new(
                "Мұнда хатқа қол қоюшының өз құрылғысында қол қойылады: файлға қол қойып, қолтаңбаны (CMS, Base64) signature өрісінде жіберіңіз.",
                "Здесь письмо подписывают на устройстве подписанта: подпишите файл и пришлите подпись (CMS в Base64) в поле signature.",
                "Letters are signed on the signatory's own device here: sign the file and send the signature (CMS in Base64) as signature.",
            ),
            Self::SignatureNotTaken => Words::new(
                "Мұнда жеке қолдың орнына сервердің мөрі басылады; сұрауды signature өрісінсіз жіберіңіз.",
                "Здесь вместо личной подписи ставится печать сервера; пришлите запрос без поля signature.",
                "The server's seal stands in for personal signatures here; send the request without signature.",
            ),
            Self::SignatureUnreadable => Words::new(
                "Хаттан бөлек сақталған бір қол қоюшының қолтаңбасы (CMS, .p7s немесе .cms файлы) керек. Хатқа қайта қол қойып, сол файлды жіберіңіз; хат алдыңызда қалды.",
                "Нужна отсоединённая подпись одного подписанта (CMS, файл .p7s или .cms). Подпишите письмо снова и пришлите этот файл; письмо осталось перед вами.",
                "A detached signature of one signer is needed (CMS, a .p7s or .cms file). Sign the letter again and send that file; the letter still lies before you.",
            ),
            Self::SignatureForSigningIn => Words::new(
                "Қолтаңба жүйеге кіруге арналған кілтпен (AUTH) қойылған. Қол қою кілтін (RSA, GOST немесе SIGN) таңдап, қайта қол қойыңыз; хат алдыңызда қалды.",
                "Подпись сделана ключом для входа (AUTH). Выберите ключ подписи (RSA, GOST или SIGN) и подпишите снова; письмо осталось перед вами.",
                "The signature was made with the key for signing in (AUTH). Choose the key for signatures (RSA, GOST or SIGN) and sign again; the letter still lies before you.",
            ),
            Self::SignatureInvalid { why } => Words::new(
                format!(
                    "Себебі: {}. Дәл осы файлға, жарамды куәлікпен қайта қол қойыңыз; хат алдыңызда қалды.",
                    why.in_language(Language::Kk)
                ),
                format!(
                    "Причина: {}. Подпишите снова именно этот файл, действующим сертификатом; письмо осталось перед вами.",
                    why.in_language(Language::Ru)
                ),
                format!(
                    "The reason: {}. Sign exactly this file again, with a certificate that is valid; the letter still lies before you.",
                    why.in_language(Language::En)
                ),
            ),
            Self::SignatureNotChecked { why } => Words::new(
                format!(
                    "Тексерілмеген қолтаңба қабылданбайды: {}. Бірнеше минуттан кейін қайталаңыз; көмектеспесе, әкімшіге айтыңыз: saual check ненің жауап бермейтінін көрсетеді. Хат алдыңызда қалды.",
                    why.in_language(Language::Kk)
                ),
                format!(
                    "Непроверенная подпись не принимается: {}. Повторите через несколько минут; если не поможет, скажите администратору: saual check покажет, кто не отвечает. Письмо осталось перед вами.",
                    why.in_language(Language::Ru)
                ),
                format!(
                    "A signature that was not checked is not taken: {}. Try again in some minutes; if that does not help, tell the administrator: saual check shows who does not answer. The letter still lies before you.",
                    why.in_language(Language::En)
                ),
            ),
            Self::LetterRefused { .. } => Words::new(
                "Жобаны түзетіп, қайта жіберіңіз; себебі hint ішінде.",
                "Исправьте проект и пришлите снова; причина в поле hint.",
                "Correct the draft and send it again; the reason is in hint.",
            ),
            Self::TextRefused { .. } => Words::new(
                "Ештеңе жазылған жоқ. faults ішіндегінің бәрін түзетіп, қайта жіберіңіз.",
                "Ничего не записано. Исправьте всё, что перечислено в faults, и пришлите снова.",
                "Nothing was recorded. Mend everything that faults lists, and send it again.",
            ),
            Self::Refused(refusal) => return refusal.words(language).to_string(),
            Self::OutcomeUnknown { .. } => Words::new(
                "Жазылғаны белгісіз; сол Idempotency-Key-мен қайталаңыз: екі рет жазылмайды.",
                "Неизвестно, записано ли; повторите с тем же Idempotency-Key: дважды не запишется.",
                "It is not known whether it was recorded; repeat with the same Idempotency-Key: nothing is recorded twice.",
            ),
            Self::Unavailable { .. } => Words::new(
                "Бірнеше секундтан кейін қайталаңыз.",
                "Повторите через несколько секунд.",
                "Try again in a few seconds.",
            ),
            Self::SealUnavailable { .. } => Words::new(
                "Ештеңе жазылған жоқ, нөмір алынған жоқ. Әкімшіге айтыңыз да, кейінірек қайталаңыз.",
                "Ничего не записано, номер не занят. Сообщите администратору и повторите позже.",
                "Nothing was recorded and no number was taken. Tell the administrator, and try again later.",
            ),
            Self::Failure { .. } => Words::new(
                "Қайталап көріңіз; көмектеспесе, сұраудың нөмірін (X-Request-Id) әкімшіге айтыңыз.",
                "Попробуйте ещё раз; если не поможет, назовите администратору номер запроса (X-Request-Id).",
                "Try again; if that does not help, tell the administrator the request's number (X-Request-Id).",
            ),
        };
        words.in_language(language).to_owned()
    }
}

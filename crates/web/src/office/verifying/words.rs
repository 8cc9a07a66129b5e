//! How a check is told, in the three languages: first one sentence, then what to do.

use directory::{ActingOrder, Language, dates};
use jiff::Timestamp;
use signature::Conclusion;

use super::answer::{Behind, KnownLetterBody, Standing, Verdict};
use crate::speech::Words;
use crate::time::local_date;

macro_rules! say {
    ($language:expr, $kk:literal, $ru:literal, $en:literal) => {
        match $language {
            Language::Kk => format!($kk),
            Language::Ru => format!($ru),
            Language::En => format!($en),
        }
    };
}

/// The language of the signature's own reports.
pub(super) const fn of_signature(language: Language) -> signature::Language {
    match language {
        Language::Kk => signature::Language::Kk,
        Language::Ru => signature::Language::Ru,
        Language::En => signature::Language::En,
    }
}

/// What is said where no letter has a code: how codes are misread, and nothing about other codes.
pub(crate) fn unknown_code() -> Words {
    Words::new(
        "Мұндай коды бар хат жоқ. Кодты қағаздан тағы бір рет оқыңыз: онда O әрпі жоқ, тек 0 (нөл) бар; I және L әріптері де жоқ, тек 1 (бір) бар. Код жобада нөлдерден тұрады. Код дұрыс болса, бұл – Аппараттың хаты емес.",
        "Письма с таким кодом нет. Прочтите код с бумаги ещё раз: буквы O в нём не бывает, только 0 (ноль); букв I и L тоже, только 1 (единица). На проекте вместо кода нули. Если код прочитан верно, это не письмо Аппарата.",
        "No letter has this code. Read it from the paper once more: it never has the letter O, only 0 (zero), and never I or L, only 1 (one). A draft bears zeros instead. If the code is read correctly, this is not a letter of the Office.",
    )
}

/// What is said where the register of letters is not what the journal says.
pub(crate) fn register_differs() -> Words {
    Words::new(
        "Хат түпнұсқа деп айта алмаймыз: Аппараттың хаттар тізілімі мен журналы екі түрлі айтады.",
        "Назвать письмо подлинным нельзя: реестр писем Аппарата и журнал расходятся.",
        "The letter cannot be called genuine: the Office's register of letters and the journal disagree.",
    )
}

/// The one sentence.
pub(super) fn sentence(verdict: Verdict, letter: Option<&KnownLetterBody>, behind: Behind, l: Language) -> String {
    let number = letter.and_then(|letter| letter.number.as_deref()).unwrap_or("–");
    match verdict {
        Verdict::Issued => match letter.map(|letter| letter.standing) {
            Some(Standing::NotNumbered) => say!(
                l,
                "Бұл код – қол қойылған, бірақ нөмірі әлі берілмеген хаттың коды.",
                "Это код письма, которое подписано, но номера ещё не получило.",
                "This is the code of a letter that is signed and has no number yet."
            ),
            Some(Standing::NotSent) => say!(
                l,
                "Бұл код – № {number} хаттың коды; хат әлі жөнелтілмеген.",
                "Это код письма № {number}; оно ещё не отправлено.",
                "This is the code of the letter No. {number}, which has not been sent yet."
            ),
            Some(Standing::Replaced) => say!(
                l,
                "Аппарат № {number} хатты берген, бірақ ол енді күшінде емес: қайтарып алынған.",
                "Аппарат выдавал письмо № {number}, но оно больше не действует: оно отозвано.",
                "The Office issued the letter No. {number}, and it is no longer in force: it was taken back."
            ),
            Some(Standing::InForce) | None => say!(
                l,
                "Аппарат № {number} хатты берген. Қолыңыздағы қағаз сол ма – төмендегімен салыстырыңыз.",
                "Аппарат выдал письмо № {number}. То ли оно у Вас на бумаге – сверьте с написанным ниже.",
                "The Office issued the letter No. {number}. Whether your paper is that letter, compare it with what stands below."
            ),
        },
        Verdict::Genuine => match letter.map(|letter| letter.standing) {
            Some(Standing::Replaced) => say!(
                l,
                "Түпнұсқа: бұл – Аппараттың № {number} хатының дәл өзі, бірақ ол енді күшінде емес.",
                "Подлинное: это именно письмо Аппарата № {number}, но оно больше не действует.",
                "Genuine: this is exactly the Office's letter No. {number}, but it is no longer in force."
            ),
            Some(Standing::NotNumbered | Standing::NotSent | Standing::InForce) | None => say!(
                l,
                "Түпнұсқа: бұл – Аппараттың № {number} хатының дәл өзі.",
                "Подлинное: это именно письмо Аппарата № {number}.",
                "Genuine: this is exactly the Office's letter No. {number}."
            ),
        },
        Verdict::GenuineUnnumbered => say!(
            l,
            "Түпнұсқа, бірақ нөмірі мен күні жоқ: бұл – қол қойылған, тіркелгенге дейінгі файл.",
            "Подлинное, но без номера и даты: это файл, который подписан, до регистрации.",
            "Genuine, but without number and date: this is the file that was signed, before its registration."
        ),
        Verdict::GenuineWithLaterProof => match letter.map(|letter| letter.standing) {
            Some(Standing::Replaced) => say!(
                l,
                "Түпнұсқа, кейін қосылған дәлелімен: бұл – Аппараттың № {number} хаты, бірақ ол енді күшінде емес.",
                "Подлинное, с добавленными позже доказательствами: это письмо Аппарата № {number}, но оно больше не действует.",
                "Genuine, with later proof added: this is the Office's letter No. {number}, but it is no longer in force."
            ),
            Some(Standing::NotNumbered | Standing::NotSent | Standing::InForce) | None => say!(
                l,
                "Түпнұсқа, кейін қосылған дәлелімен: бұл – Аппараттың № {number} хаты, оның артына тек сертификаттар мен уақыт белгісі қосылған.",
                "Подлинное, с добавленными позже доказательствами: это письмо Аппарата № {number}, за ним добавлены лишь сертификаты и метка времени.",
                "Genuine, with later proof added: this is the Office's letter No. {number}; only certificates and a timestamp were added behind it."
            ),
        },
        Verdict::ChangedAfter => match behind {
            Behind::Added(added) => say!(
                l,
                "Өзгертілген: файл біздің хаттан басталады, бірақ кейін оған {added} байт қосылған.",
                "Изменено: файл начинается с нашего письма, но потом к нему добавили {added} байт.",
                "Changed: the file begins with our letter, and {added} bytes were added to it afterwards."
            ),
            Behind::Missing(missing) => say!(
                l,
                "Толық емес: файл біздің хаттан басталады, бірақ соңындағы {missing} байты жоқ.",
                "Неполное: файл начинается с нашего письма, но в конце не хватает {missing} байт.",
                "Incomplete: the file begins with our letter, and {missing} bytes are missing at its end."
            ),
            Behind::Changed(at) => say!(
                l,
                "Өзгертілген: файл біздің хаттан басталады, бірақ {at} байттан кейін одан өзгеше.",
                "Изменено: файл начинается с нашего письма, но после {at} байт отличается от него.",
                "Changed: the file begins with our letter, and differs from it behind {at} bytes."
            ),
            Behind::Nothing => say!(
                l,
                "Өзгертілген: файл біздің хаттан басталады, бірақ сол хат емес.",
                "Изменено: файл начинается с нашего письма, но это не оно.",
                "Changed: the file begins with our letter, and is not that letter."
            ),
        },
        Verdict::NotTheFileSent => say!(
            l,
            "Бұл – Аппарат жөнелткен файл емес, бірақ онда № {number} хаттың белгісі бар.",
            "Это не тот файл, который отправил Аппарат, хотя в нём стоит знак письма № {number}.",
            "This is not the file that the Office sent, although it bears the mark of the letter No. {number}."
        ),
        Verdict::NoSuchLetter => say!(
            l,
            "Бұл – Аппараттың хаты емес: файлда біздің хаттың белгісі бар, бірақ ондай хат жоқ.",
            "Это не письмо Аппарата: в файле стоит знак нашего письма, но такого письма нет.",
            "This is not a letter of the Office: the file bears the mark of one, and there is no such letter."
        ),
        Verdict::NotOurs => {
            say!(l, "Бұл – Аппараттың хаты емес.", "Это не письмо Аппарата.", "This is not a letter of the Office.")
        }
        Verdict::Damaged => say!(
            l,
            "Файл бүлінген немесе толық емес, оны тексеру мүмкін емес.",
            "Файл повреждён или неполон, проверить его нельзя.",
            "The file is damaged or incomplete and cannot be checked."
        ),
        Verdict::NotAPdf => say!(l, "Бұл – PDF файлы емес.", "Это не файл PDF.", "This is no PDF file."),
        Verdict::RegisterDiffers => register_differs().in_language(l).to_owned(),
        Verdict::KeptCopyDiffers => say!(
            l,
            "Хат түпнұсқа деп айта алмаймыз: Аппаратта сақталған данасы журналдағыдан өзгеше.",
            "Назвать письмо подлинным нельзя: хранящийся у Аппарата экземпляр отличается от записанного в журнале.",
            "The letter cannot be called genuine: the copy that the Office keeps differs from what its journal says."
        ),
    }
}

/// What to do.
pub(super) fn advice(verdict: Verdict, standing: Option<Standing>, behind: Behind, l: Language) -> Vec<String> {
    let mut all = match verdict {
        Verdict::Issued => vec![say!(
            l,
            "Кез келген қағазға бөтен код басып шығаруға болады: нөмірін, күнін, қол қоюшысын, беттерінің санын, басы мен соңын салыстырыңыз. Бірі сәйкес келмесе, бұл хат біздікі емес.",
            "Чужой код можно напечатать на любой бумаге: сверьте номер, дату, подписанта, число страниц, начало и конец текста. Если что-то не совпало, это не наше письмо.",
            "Anybody can print a code on any paper: compare number, date, signatory, number of pages, beginning and end. If one of them differs, it is not our letter."
        )],
        Verdict::Genuine => vec![say!(
            l,
            "Файлды осы күйінде сақтаңыз: бір байты өзгерсе, түпнұсқа болмай қалады.",
            "Храните файл как есть: с одним изменённым байтом он уже не подлинник.",
            "Keep the file as it is: with one byte changed it is no longer the original."
        )],
        Verdict::GenuineUnnumbered => vec![say!(
            l,
            "Депутаттарға жөнелтілген файлда нөмірі мен күні болады: соны сұраңыз.",
            "В файле, отправленном депутатам, есть номер и дата: запросите его.",
            "The file that was sent to deputies bears number and date: ask for that one."
        )],
        Verdict::GenuineWithLaterProof => vec![say!(
            l,
            "Хаттың беттері жөнелтілген күйінде. Файлды осы күйінде сақтаңыз: қосылған дәлел оны ұзақ уақыттан кейін де тексеруге мүмкіндік береді.",
            "Страницы письма те же, что были отправлены. Храните файл как есть: добавленные доказательства позволят проверить его и через много лет.",
            "The pages are those that were sent. Keep the file as it is: what was added lets it be checked after many years."
        )],
        Verdict::ChangedAfter if matches!(behind, Behind::Missing(_)) => vec![say!(
            l,
            "Жүктеу үзіліп қалған болуы мүмкін: файлды хатпен келген поштадан немесе депутаттың жеке бетінен қайта алыңыз.",
            "Возможно, загрузка прервалась: возьмите файл заново из письма почты или с личной страницы депутата.",
            "The download may have been cut off: take the file again from the mail, or from the deputy's personal page."
        )],
        Verdict::ChangedAfter if matches!(behind, Behind::Changed(_)) => vec![say!(
            l,
            "Файл бүлінген немесе әдейі өзгертілген болуы мүмкін, оған сенбеңіз: файлды хатпен келген поштадан немесе депутаттың жеке бетінен қайта алыңыз.",
            "Файл мог повредиться, или его изменили намеренно; не полагайтесь на него: возьмите файл заново из письма почты или с личной страницы депутата.",
            "The file may be damaged, or was changed on purpose; do not rely on it: take the file again from the mail, or from the deputy's personal page."
        )],
        Verdict::ChangedAfter => vec![say!(
            l,
            "Экранда біз жібергеннен басқа нәрсе көрінуі мүмкін. Бұл файлға сенбеңіз: хатты жіберушіден немесе депутаттың жеке бетінен қайта алыңыз.",
            "На экране может быть видно не то, что отправили мы. Не полагайтесь на этот файл: получите письмо заново у отправителя или на личной странице депутата.",
            "It may show something else than we sent. Do not rely on this file: get the letter anew from whoever sent it, or from the deputy's personal page."
        )],
        Verdict::NotTheFileSent => vec![say!(
            l,
            "Хат басқа бағдарламада қайта сақталған немесе мәтіні өзгертілген болуы мүмкін: бұдан оны айыру мүмкін емес. Хаттың өз файлын қайта алыңыз немесе мәтінін төмендегімен салыстырыңыз.",
            "Письмо могли пересохранить в другой программе или изменить его текст: по файлу это не различить. Получите исходный файл или сверьте текст с написанным ниже.",
            "The letter may have been saved anew by another program, or its text may have been changed: the file does not tell which. Get the original file, or compare the text with what stands below."
        )],
        Verdict::NoSuchLetter => vec![say!(
            l,
            "Бұл файлға сенбеңіз және оны қайдан алғаныңызды Аппаратқа хабарлаңыз.",
            "Не полагайтесь на этот файл и сообщите Аппарату, откуда он у Вас.",
            "Do not rely on this file, and tell the Office where you have it from."
        )],
        Verdict::NotOurs => vec![
            say!(
                l,
                "Файлдағы қолтаңбалар туралы төменде айтылған: олар жарамды болса да, бұл хат Аппараттікі емес.",
                "О подписях в файле сказано ниже: даже если они действительны, это не письмо Аппарата.",
                "What is to be said of signatures in it stands below: even where they are valid, it is not a letter of the Office."
            ),
            say!(
                l,
                "Хат басып шығарылып, қайта сканерленген болса, қағаздағы кодты теріңіз.",
                "Если это распечатанное и отсканированное письмо, введите код с бумаги.",
                "If it is a letter that was printed and scanned, type the code from the paper."
            ),
        ],
        Verdict::Damaged => vec![say!(
            l,
            "Файлды қайта жүктеп алыңыз: жүктеу үзіліп қалған болуы мүмкін.",
            "Скачайте файл заново: возможно, загрузка прервалась.",
            "Download the file again: the download may have been cut off."
        )],
        Verdict::NotAPdf => vec![say!(
            l,
            "Хаттың PDF файлын таңдаңыз. Қолтаңба файлы (.p7s) бөлек тексеріледі, ал Word пен мәтін түріндегі көшірмелер түпнұсқа емес.",
            "Выберите файл письма в PDF. Файл подписи (.p7s) проверяется отдельно, а копии в Word и в виде текста – не подлинники.",
            "Choose the letter's PDF file. A signature file (.p7s) is checked apart, and copies for Word or as text are no originals."
        )],
        Verdict::KeptCopyDiffers | Verdict::RegisterDiffers => vec![say!(
            l,
            "Бұл – Аппараттың кінәсі, сіздікі емес: осы туралы Аппаратқа хабарлаңыз.",
            "Это ошибка на стороне Аппарата, не Ваша: сообщите ему об этом.",
            "This is a fault of the Office and not yours: please tell the Office."
        )],
    };
    if standing == Some(Standing::Replaced) {
        all.push(say!(
            l,
            "Орнына берілген хатты сұраңыз.",
            "Запросите письмо, выданное взамен.",
            "Ask for the letter that took its place."
        ));
    }
    all
}

/// The one word of a signature that leads to nobody who is trusted here.
pub(super) fn nobody_vouches(l: Language) -> String {
    say!(
        l,
        "тексерілмеді: кімдікі екенін Аппарат сенетін ешкім растамайды",
        "не проверена: чья она, не подтверждает никто, кому Аппарат доверяет",
        "not checked: nobody whom the Office trusts says whose it is"
    )
}

pub(super) fn holds(l: Language) -> String {
    say!(l, "лауазымды өзі атқарады", "занимает должность", "holds the office")
}

pub(super) fn acts(order: Option<&ActingOrder>, l: Language) -> String {
    let Some(ActingOrder { number, dated }) = order else {
        return say!(l, "міндетін атқарады", "исполняет обязанности", "acts for the holder of the office");
    };
    let dated = dates::words(*dated, l);
    say!(
        l,
        "№ {number} өкім ({dated}) бойынша міндетін атқарады",
        "исполняет обязанности по распоряжению № {number} от {dated}",
        "acts for the holder of the office by order No. {number} of {dated}"
    )
}

/// The signature of one of several signatories.
pub(super) fn signature_of(name: &str, l: Language) -> String {
    say!(l, "{name} қолтаңбасы", "подпись ({name})", "the signature of {name}")
}

pub(super) fn signature_of_signatory(l: Language) -> String {
    say!(l, "қол қоюшының қолтаңбасы", "подпись подписанта", "the signatory's signature")
}

pub(super) fn seal_of_office(l: Language) -> String {
    say!(l, "Аппараттың мөрі", "печать Аппарата", "the Office's seal")
}

pub(super) fn certificate_of(what: &str, l: Language) -> String {
    say!(l, "{what}: сертификаты", "{what}: сертификат", "{what}: its certificate")
}

pub(super) fn proof_of_signature(l: Language) -> String {
    say!(
        l,
        "қол қойылғанының журналдағы дәлелі",
        "доказательство из журнала: письмо подписано",
        "the journal's proof that it was signed"
    )
}

pub(super) fn proof_of_number(l: Language) -> String {
    say!(
        l,
        "нөмір берілгенінің журналдағы дәлелі",
        "доказательство из журнала: письму присвоен номер",
        "the journal's proof that it got its number"
    )
}

pub(super) fn certificate_of_journal(is_named: bool, l: Language) -> String {
    if is_named {
        say!(
            l,
            "сертификаты – қол қойылған кезде журналға жазылған сертификат",
            "сертификат тот самый, что записан в журнал при подписании",
            "its certificate is the one that the journal recorded when it was signed"
        )
    } else {
        say!(
            l,
            "сертификаты журналға жазылғаннан өзгеше",
            "сертификат не тот, что записан в журнал",
            "its certificate is not the one that the journal recorded"
        )
    }
}

pub(super) fn stands_in(l: Language) -> String {
    say!(
        l,
        "көрсетілім: жеке қолдың орнына сервердің мөрі басылған",
        "демонстрация: вместо личной подписи стоит печать сервера",
        "demonstration: the server's seal stands in for a personal signature"
    )
}

pub(super) fn not_known_here(l: Language) -> String {
    say!(
        l,
        "алгоритмі бұл бағдарламаға белгісіз, мұнда тексерілмеді",
        "алгоритм этой программе неизвестен, здесь подпись не проверена",
        "its algorithm is unknown to this program: not checked here"
    )
}

/// What the kept report says, and of when it is.
pub(super) fn checked_then(at: Timestamp, conclusion: Conclusion, l: Language) -> String {
    let (day, word) = (dates::words(local_date(at), l), conclusion.word(of_signature(l)));
    say!(
        l,
        "қол қойылған кездегі тексеру есебі ({day}): {word}",
        "отчёт о проверке при подписании ({day}): {word}",
        "the kept report of the check when it was signed ({day}): {word}"
    )
}

pub(super) fn otherwise_today(conclusion: Conclusion, l: Language) -> String {
    let word = conclusion.word(of_signature(l));
    say!(
        l,
        "сол кезде сақталғаны бойынша бүгін қайта тексерілді: {word}",
        "проверено сегодня заново по сохранённому тогда: {word}",
        "checked again today by what was kept then: {word}"
    )
}

pub(super) fn no_report(l: Language) -> String {
    say!(
        l,
        "кімдікі екені қол қойылған кезде тексерілген есеп жоқ: мұнда қолтаңбаның осы байттарға қойылғаны ғана тексерілді",
        "отчёта о том, чья она, при подписании не сохранено: здесь проверено лишь, что она стоит под этими байтами",
        "no report of whose it is was kept when it was signed: only that it is over these bytes was checked here"
    )
}

/// Whose the seal's certificate is: the first of those that have sealed here is the present one.
pub(super) fn sealed_by(at: Option<usize>, l: Language) -> String {
    match at {
        Some(0) => say!(
            l,
            "Аппараттың қазіргі мөрінің сертификаты",
            "сертификат нынешней печати Аппарата",
            "the certificate of the Office's present seal"
        ),
        Some(_) => say!(
            l,
            "Аппараттың бұрынғы мөрінің сертификаты",
            "сертификат прежней печати Аппарата",
            "a certificate of the Office's seal of before"
        ),
        None => say!(
            l,
            "бұл сертификатпен Аппарат мөр басқан емес",
            "этим сертификатом Аппарат печати не ставил",
            "the Office has never sealed with this certificate"
        ),
    }
}

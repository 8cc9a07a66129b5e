//! What is said to whoever may not sign a letter, and what they do instead.

use directory::{ActingOrder, Language, Multilingual, dates};
use jiff::civil::DateTime;

pub(super) fn submitted_without_person(l: Language) -> String {
    say!(
        l,
        "Бұл хат қол қоюға бұрынғы тәртіппен енгізілген: онда қол қоюшының кім екені жазылмаған. Хатты қайтарыңыз, оны қол қоюға қайта енгізсін.",
        "Письмо внесено на подпись по прежнему порядку: в нём не записано, кто именно подписант. Верните письмо, пусть его внесут на подпись заново.",
        "The letter was submitted for signature in the old way: it is not recorded who is to sign. Return it, and have it submitted again."
    )
}

pub(super) fn account_without_person(named: &str, l: Language) -> String {
    say!(
        l,
        "Есептік жазбаңызда сіздің қай лауазымды тұлға екеніңіз көрсетілмеген, сондықтан хатқа қол қоя алмайсыз (хатта қол қоюшы – {named}). Әкімшіге жүгініңіз.",
        "В вашей учётной записи не указано, какое вы должностное лицо, поэтому подписать письмо нельзя (подписант в письме – {named}). Обратитесь к администратору.",
        "Your account does not say which office holder you are, so you cannot sign (the letter bears the name of {named}). Ask the administrator."
    )
}

pub(super) fn signatory_is_another(named: &str, own: &Multilingual, l: Language) -> String {
    let own = own.words(l);
    say!(
        l,
        "Бұл хатта қол қоюшы – {named}, ал сіз – {own}. Оған тек хатта аты жазылған адам қол қояды: хатты Аппаратқа қайтарыңыз немесе {named} қол қойғанша қалдырыңыз.",
        "Подписант в этом письме – {named}, а вы – {own}. Его подписывает только тот, чьё имя в нём стоит: верните письмо в Аппарат или оставьте его, пока не подпишет {named}.",
        "This letter bears the name of {named}; you are {own}. Only whose name it bears signs it: return it to the Office, or leave it to {named}."
    )
}

pub(super) fn signed_already(awaited: &str, l: Language) -> String {
    say!(
        l,
        "Сіз бұл хатқа қол қойдыңыз. Енді мына қолдар күтілуде: {awaited}.",
        "Вы это письмо уже подписали. Ожидаются подписи: {awaited}.",
        "You have signed this letter. Still awaited: {awaited}."
    )
}

pub(super) fn no_authority(named: &str, l: Language) -> String {
    say!(
        l,
        "Анықтамалық бойынша {named} бұл лауазымды атқармайды. Хатты қайтарыңыз: қол қоюға лауазымды қазір атқаратын адамға қайта енгізілсін.",
        "По справочнику {named} эту должность не занимает и не исполняет. Верните письмо: его внесут на подпись заново, тому, кто исполняет должность сейчас.",
        "By the directory {named} does not fill this office. Return the letter: it is submitted again, to whoever fills the office now."
    )
}

pub(super) fn authority_not_yet(named: &str, from: DateTime, order: Option<&ActingOrder>, l: Language) -> String {
    let (from, by) = (moment(from, l), by_order(order, l));
    say!(
        l,
        "Қол қоюшының ({named}) өкілеттігі әлі басталған жоқ, басталатын уақыты – {from}{by}. Сол уақытты күтіңіз немесе хатты қайтарыңыз.",
        "Полномочия подписанта ({named}) начинаются {from}{by}: до этого письмо не подписывается. Дождитесь этого времени или верните письмо.",
        "The signatory's authority ({named}) begins on {from}{by}: before that the letter is not signed. Wait for that time, or return the letter."
    )
}

pub(super) fn authority_ended(named: &str, until: DateTime, order: Option<&ActingOrder>, l: Language) -> String {
    let (until, by) = (moment(until, l), by_order(order, l));
    say!(
        l,
        "Қол қоюшының ({named}) өкілеттігі аяқталған: {until}{by}. Хатты қайтарыңыз: қол қоюға лауазымды қазір атқаратын адамға қайта енгізілсін.",
        "Полномочия подписанта ({named}) закончились {until}{by}. Верните письмо: его внесут на подпись заново, тому, кто исполняет должность сейчас.",
        "The signatory's authority ({named}) ended on {until}{by}. Return the letter: it is submitted again, to whoever fills the office now."
    )
}

pub(super) fn capacity_changed(named: &str, is_acting: bool, l: Language) -> String {
    let (printed, now) = match (is_acting, l) {
        (true, Language::Kk) => ("лауазым иесі", "лауазымды уақытша атқарушы (м.а.)"),
        (false, Language::Kk) => ("лауазымды уақытша атқарушы (м.а.)", "лауазым иесі"),
        (true, Language::Ru) => ("занимающий должность", "исполняющий обязанности"),
        (false, Language::Ru) => ("исполняющий обязанности", "занимающий должность"),
        (true, Language::En) => ("the holder of the office", "acting"),
        (false, Language::En) => ("acting", "the holder of the office"),
    };
    say!(
        l,
        "Хатта {named} – {printed}, ал қазір – {now}. Хатты қайтарыңыз: қол қоюға қайта енгізілсін, сонда қолы дұрыс басылады.",
        "В письме {named} – {printed}, а сейчас – {now}. Верните письмо: его внесут на подпись заново, с верной подписью.",
        "In the letter {named} is {printed}, and is {now} now. Return the letter: submitted again, it prints the right signature."
    )
}

pub(super) fn certificate_of_another(named: &str, holder: &str, l: Language) -> String {
    say!(
        l,
        "Сертификатта «{holder}» жазылған, ал хатта қол қоюшы – {named}. Өз сертификатыңызбен қол қойыңыз.",
        "Сертификат выдан на «{holder}», а подписант в письме – {named}. Подпишите своим сертификатом.",
        "The certificate names “{holder}”, and the letter bears the name of {named}. Sign with your own certificate."
    )
}

fn moment(at: DateTime, l: Language) -> String {
    let (day, clock) = (dates::words(at.date(), l), at.strftime("%H:%M").to_string());
    say!(l, "{day}, сағат {clock}", "{day} в {clock}", "{day} at {clock}")
}

fn by_order(order: Option<&ActingOrder>, l: Language) -> String {
    order.map_or_else(String::new, |order| format!(" ({})", order.words(l)))
}

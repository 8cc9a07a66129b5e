//! What is said where a letter is not the one that was approved and signed.

use directory::Language;

use crate::same::Seam;

pub(super) fn letter_differs(seam: Seam, l: Language) -> String {
    let what = seam.words(l);
    say!(
        l,
        "Хат жөнелтілмейді: {what}. Келісілген, қол қойылған және жөнелтілетін хат бір болуы тиіс. Ештеңе істемеңіз, әкімшіге хабарлаңыз: ол журналды тексерсін («saual verify»).",
        "Письмо не отправляется: {what}. Согласованное, подписанное и отправляемое письмо должно быть одним и тем же. Ничего не предпринимайте и сообщите администратору: пусть он проверит журнал («saual verify»).",
        "The letter is not sent: {what}. What was approved, signed and sent has to be one letter. Do nothing and tell the administrator, who checks the journal (“saual verify”)."
    )
}

//! What is wrong with a text that somebody has filled in.

use directory::Language;

use crate::bounds::Field;

pub(super) fn empty(field: Field, l: Language) -> String {
    let field = field.words(l);
    say!(l, "Толтырыңыз: {field}.", "Заполните: {field}.", "Fill in: {field}.")
}

pub(super) fn too_long(field: Field, limit: usize, found: usize, l: Language) -> String {
    let field = field.words(l);
    say!(
        l,
        "Тым ұзын: {field} ({found} таңба, ең көбі {limit}). Қысқартыңыз.",
        "Слишком длинно: {field} ({found} знаков, не более {limit}). Сократите.",
        "Too long: {field} ({found} characters, at most {limit}). Shorten it."
    )
}

pub(super) fn too_many(field: Field, limit: usize, found: usize, l: Language) -> String {
    let field = field.words(l);
    say!(
        l,
        "Тым көп: {field} ({found}, ең көбі {limit}).",
        "Слишком много: {field} ({found}, не более {limit}).",
        "Too many: {field} ({found}, at most {limit})."
    )
}

pub(super) fn hidden_character(field: Field, code: u32, l: Language) -> String {
    let field = field.words(l);
    say!(
        l,
        "Көрінбейтін таңба бар (U+{code:04X}): {field}. Мәтінді қайта теріңіз.",
        "Невидимый знак (U+{code:04X}): {field}. Наберите текст заново.",
        "An invisible character (U+{code:04X}): {field}. Type the text again."
    )
}

/// Why, too: whoever typed it has to find other words.
pub(super) fn address_in_reason(field: Field, l: Language) -> String {
    let field = field.words(l);
    say!(
        l,
        "Мәтінде электрондық пошта мекенжайы бар: {field}. Бұл мәтін журналда мәңгі сақталады, ал мекенжайды өшіру мүмкін болуы тиіс. Мекенжайдың орнына оның кімдікі екенін жазыңыз.",
        "В тексте есть адрес электронной почты: {field}. Этот текст остаётся в журнале навсегда, а адрес должно быть можно удалить. Вместо адреса напишите, чей он.",
        "The text names an e-mail address: {field}. It stays in the journal for ever, while it must be possible to erase an address. Say whose it is instead."
    )
}

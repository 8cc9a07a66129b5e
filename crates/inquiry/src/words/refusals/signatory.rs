//! What is said to whoever may not sign a letter, and what they do instead.

use directory::Language;

pub(super) fn submitted_without_person(l: Language) -> String {
    say!(
        l,
        "Бұл хат қол қоюға бұрынғы тәртіппен енгізілген: онда қол қоюшының кім екені жазылмаған. Хатты қайтарыңыз, оны қол қоюға қайта енгізсін.",
        "Письмо внесено на подпись по прежнему порядку: в нём не записано, кто именно подписант. Верните письмо, пусть его внесут на подпись заново.",
        "The letter was submitted for signature in the old way: it is not recorded who is to sign. Return it, and have it submitted again."
    )
}

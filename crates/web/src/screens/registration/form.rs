//! The form of a registration: the letter first, then what it says, then who asks.

use directory::Language;
use inquiry::intake::{Channel, GroupKind};

use super::super::fields::{Field, Form, Group, Item, Press, Typed, say};
use super::super::pasted;
use super::proposals::{self, TAKE, TAKE_ALL};
use super::read::{ATTACHED, attached, file_value};
use crate::office::proposing::Proposed;
use crate::state::AppState;

pub(super) const CHANNELS: [(&str, Channel); 4] =
    [("plenary", Channel::Plenary), ("paper", Channel::Paper), ("email", Channel::Email), ("api", Channel::Api)];
pub(in super::super) const KINDS: [(&str, GroupKind); 4] = [
    ("faction_members", GroupKind::FactionMembers),
    ("faction_member", GroupKind::FactionMember),
    ("single_mandate", GroupKind::SingleMandate),
    ("other", GroupKind::Other),
];
/// Where the form is sent.
pub(super) const ACTION: &str = "/inquiries/new";
/// Where its file is sent to be read.
pub(super) const READ: &str = "/inquiries/new/letter";
/// The field with the letter's text, from which everything is proposed.
pub(in super::super) const LETTER: &str = "letter";
/// Says that the proposal which is registered came by mail.
pub(in super::super) const BY_MAIL: &str = "by_mail";
/// The list of deputies that rows are chosen from.
const DEPUTIES_LIST: &str = "deputies";
/// Rows of an empty form.
const QUESTIONS: usize = 2;
const DEPUTIES: usize = 3;
/// The most rows that a form is drawn with.
const MOST_ROWS: usize = 200;

/// Builds the form with as many rows as were typed and are proposed, and puts beside each field what is proposed for it. What was typed is put in
/// by [`Form::refill`].
pub(super) fn form(state: &AppState, typed: &Typed, proposed: &Proposed, language: Language) -> Form {
    let t = |kk, ru, en| say(language, kk, ru, en);
    let mut form = Form::new("register", t("Сауал тіркеу", "Регистрация запроса", "Registering an inquiry"), ACTION, 0)
        .group(letter(typed, proposed, language))
        .group(head(state, language))
        .group(
            Group::plain(vec![
                Field::area("subject", t("Мәні, бір сөйлеммен", "Предмет, одной фразой", "Subject, in one phrase"), 2)
                    .needed(),
            ])
            .with_alike(),
        );
    let questions = (0..count(typed, "questions", QUESTIONS.max(proposed.questions.len())))
        .map(|row| {
            Field::area(format!("questions[{row}]"), format!("{} {}", t("Сұрақ", "Вопрос", "Question"), row + 1), 2)
        })
        .collect();
    form = form.group(
        Group::titled(t("Сұрақтары", "Вопросы", "Questions"), questions)
            .with_more("questions", t("Тағы сұрақ қосу", "Добавить вопрос", "Add a question")),
    );
    let people = people(state, language);
    let groups = count(typed, "groups", proposed.groups.len().max(1));
    for row in 0..groups {
        let wanted = proposed.groups.get(row).map_or(0, |group| group.value.deputies.len());
        form = form.groups(group_fields(&GroupRow { typed, row, groups, wanted, people: &people }, language));
    }
    let proposal = typed.get("proposal");
    if !proposal.is_empty() {
        let by_mail = typed.get(BY_MAIL);
        let is_letter = !by_mail.is_empty();
        form = form.with(vec![Field::hidden("proposal", proposal), Field::hidden(BY_MAIL, by_mail)]);
        form = form.note(if is_letter { t(
            "Пошта арқылы келген хат бойынша тіркеледі: хаттың өзі мен файлдары сауалға қосылады. Жіберушінің кім екенін ешкім тексерген жоқ. Парламент берген нөмірі мен күнін жазыңыз.",
            "Регистрируется по письму, пришедшему по почте: само письмо и его файлы прилагаются к запросу. Кто его отправил, никем не проверено. Укажите номер и дату, данные Парламентом.",
            "Registered from a mail that came: the mail itself and its files are attached to the inquiry. Nobody has checked who sent it. Give the number and date that Parliament gave it.",
        ) } else { t(
            "Өтініш бойынша тіркеледі: сауал алғашқысына қайталама сауал болып байланысады. Парламент берген нөмірі мен күнін жазыңыз.",
            "Регистрируется по обращению: запрос свяжется с первым как повторный. Укажите номер и дату, данные Парламентом.",
            "Registered from a proposal: the inquiry is linked to the first one as its repeat. Give the number and date that Parliament gave it.",
        ) });
    }
    proposals::beside(form.list(DEPUTIES_LIST, people), typed, proposed, language).done()
}

/// The letter itself: its file or its text, and what can be read from it.
fn letter(typed: &Typed, proposed: &Proposed, language: Language) -> Group {
    let t = |kk, ru, en| say(language, kk, ru, en);
    let mut fields = vec![
        Field::file(
            "file",
            t("Хаттың файлы", "Файл письма", "The letter's file"),
            ".docx,.pdf,.eml",
        )
        .unmarked()
        .hint(t(
            "Word, PDF не EML. Таңдалған бойда оқылады, сауалға тіркеледі; өрістерге ештеңе өзінен-өзі жазылмайды",
            "Word, PDF или EML. Читается, как только выбран, и прикладывается к запросу; в поля само ничего не вписывается",
            "Word, PDF or EML. It is read as soon as it is chosen and attached to the inquiry; nothing is put into fields by itself",
        )),
        Field::area(LETTER, t("Хаттың мәтіні", "Текст письма", "The letter's text"), 3).hint(t(
            "Файл болмаса, мәтінді осында қойыңыз",
            "Если файла нет, вставьте текст сюда",
            "Without a file, paste the text here",
        )),
    ];
    let files = attached(typed);
    if !files.is_empty() {
        let boxes = files.iter().map(|file| (file_value(file), file.name.clone()));
        fields.push(Field::checks(
            ATTACHED,
            t("Тіркелетін файлдар", "Прилагаемые файлы", "Files to be attached"),
            boxes,
        ));
    }
    let mut group =
        Group::titled(t("Сауалдың хаты", "Письмо с запросом", "The inquiry's letter"), fields).press(Press {
            name: "read",
            value: "file".to_owned(),
            label: t("Файлды оқу", "Прочитать файл", "Read the file"),
            action: READ.to_owned(),
            is_upload: true,
            has_focus: false,
        });
    group = group.press(Press {
        name: TAKE,
        value: LETTER.to_owned(),
        label: t("Мәтіннен ұсыныс жасау", "Предложить из текста", "Propose from the text"),
        action: format!("{ACTION}#register-number"),
        is_upload: false,
        has_focus: false,
    });
    if proposals::is_open(typed, proposed) {
        group = group.press(Press {
            name: TAKE,
            value: TAKE_ALL.to_owned(),
            label: t("Ұсынылғанның бәрін алу", "Взять всё предложенное", "Take all that is proposed"),
            action: ACTION.to_owned(),
            is_upload: false,
            has_focus: typed.get(TAKE) == LETTER,
        });
    }
    group
}

fn head(state: &AppState, language: Language) -> Group {
    let t = |kk, ru, en| say(language, kk, ru, en);
    let today = state.today();
    let directory = state.directory();
    let chambers = directory.at(today).chambers().filter(|chamber| !chamber.planned);
    let chambers = chambers.map(|chamber| (chamber.code.to_string(), chamber.name.words(language).to_owned()));
    let languages = [Language::Kk, Language::Ru].map(|one| (one.code().to_owned(), one.words(language).to_owned()));
    let channels = CHANNELS.map(|(code, channel)| (code.to_owned(), channel.words(language).to_owned()));
    Group::row(
        t("Хатта не жазылған", "Что в письме", "What the letter says"),
        vec![
            Field::text("number", t("Нөмірі", "Номер", "Number")).needed().hint(t(
                "Хаттағыдай, мысалы № ДС-326",
                "Как в письме, например № ДС-326",
                "As printed, such as № ДС-326",
            )),
            Field::date("dated", t("Хаттың күні", "Дата письма", "Dated")).needed(),
            Field::date("received", t("Түскен күні", "Дата поступления", "Received")).needed().value(today),
            Field::select("chamber", t("Палата", "Палата", "Chamber"), chambers).needed(),
            Field::select("language", t("Сауалдың тілі", "Язык запроса", "Language of the inquiry"), languages)
                .needed(),
            Field::select("channel", t("Қалай түсті", "Как поступил", "How it came"), channels).needed(),
        ],
    )
}

/// The deputies of today, each with the faction that tells two of one name apart.
fn people(state: &AppState, language: Language) -> Vec<Item> {
    let directory = state.directory();
    let view = directory.at(state.today());
    let faction = |deputy: &directory::deputy::Deputy| {
        let faction = deputy.faction.as_ref().and_then(|code| view.faction(code));
        let alone = say(language, "бірмандатты округ", "одномандатный округ", "single-mandate district");
        faction.map_or_else(
            || if deputy.single_mandate { alone } else { String::new() },
            |faction| faction.name.words(language).to_owned(),
        )
    };
    view.deputies()
        .map(|deputy| Item {
            value: deputy.id.to_string(),
            label: deputy.name.words(language).to_owned(),
            note: faction(deputy),
            also: deputy.name.ru.clone(),
            fills: vec![
                // The reply calls them as the inquiry does, whatever language the clerk reads in.
                ("name-kk".to_owned(), deputy.name.words(Language::Kk).to_owned()),
                ("name-ru".to_owned(), deputy.name.words(Language::Ru).to_owned()),
                ("email".to_owned(), deputy.email.clone()),
            ],
            burden: None,
        })
        .collect()
}

/// How many rows of a kind are drawn: those that were there, and one more when that button was pressed.
fn count(typed: &Typed, name: &str, at_first: usize) -> usize {
    let more = usize::from(typed.more() == Some(name));
    (typed.rows(name).max(at_first) + more).min(MOST_ROWS)
}

/// A group needs one deputy; the first row is where that is asked for.
fn name_field(field: Field, place: usize, language: Language) -> Field {
    if place > 0 {
        return field;
    }
    field.unmarked().hint(say(
        language,
        "Топта кемінде бір депутат болады: анықтамалықтан таңдаңыз немесе атын жазыңыз",
        "В группе хотя бы один депутат: выберите из справочника или впишите имя",
        "A group has at least one deputy: choose from the directory, or write the name",
    ))
}

/// A group of the list, and how many rows it is drawn with.
struct GroupRow<'a> {
    typed: &'a Typed,
    row: usize,
    groups: usize,
    wanted: usize,
    people: &'a [Item],
}

fn group_fields(of: &GroupRow<'_>, language: Language) -> Vec<Group> {
    let t = |kk, ru, en| say(language, kk, ru, en);
    let row = of.row;
    let number = row + 1;
    let kinds = KINDS.map(|(code, kind)| (code.to_owned(), kind.words(language).to_owned()));
    let mut rows = vec![Group::titled(
        format!("{} {number}", t("Тізімдегі топ", "Группа списка", "Group of the list")),
        vec![
            Field::area(
                format!("groups[{row}].label"),
                t("Топтың атауы, сауалдағыдай", "Название группы, как в запросе", "Label, as the inquiry spells it"),
                2,
            )
            .needed_if(row == 0)
            .unmarked()
            .hint(t(
                "Жол үзілімі жауапта да сақталады",
                "Перенос строки сохранится в ответе",
                "A line break stays in the reply",
            )),
            Field::select(format!("groups[{row}].kind"), t("Топтың түрі", "Вид группы", "Kind of group"), kinds),
        ],
    )];
    let deputies = format!("groups[{row}].deputies");
    let drawn = count(of.typed, &deputies, DEPUTIES.max(of.wanted));
    for place in 0..drawn {
        let field = |part: &str| format!("{deputies}[{place}].{part}");
        let none = t("тізімде жоқ", "нет в списке", "not in the directory");
        let known = of.people.iter().map(|one| (one.value.clone(), one.label.clone()));
        let mut fields = Group::row(
            format!("{} {number}.{}", t("Депутат", "Депутат", "Deputy"), place + 1),
            vec![
                Field::select_or_none(
                    field("deputy"),
                    t("Анықтамалықтан", "Из справочника", "From the directory"),
                    none,
                    known,
                )
                .offering(DEPUTIES_LIST),
                name_field(
                    Field::text(field("name"), t("Аты-жөні, сауалдағыдай", "Имя, как в запросе", "Name, as printed")),
                    place,
                    language,
                ),
                Field::email(field("email"), t("Электрондық поштасы", "Электронная почта", "E-mail")),
            ],
        );
        if place + 1 == drawn {
            fields = fields.with_more(
                deputies.clone(),
                t("Осы топқа депутат қосу", "Добавить депутата в эту группу", "Add a deputy to this group"),
            );
        }
        rows.push(fields);
    }
    rows.push(Group::plain(vec![
        Field::area(
            pasted::field(row),
            t("Бірнеше депутатты бірден қосу", "Добавить сразу нескольких", "Add several at once"),
            3,
        )
        .hint(t(
            "Әр жолда бір депутат: аты-жөні, мекенжайы. Жіберілгенде жолдар жоғарыға бөлініп жазылады",
            "По одному депутату в строке: имя, адрес. При отправке строки встанут в список выше",
            "One deputy a line: name, address. When the form is sent, the lines become rows above",
        )),
    ]));
    if row + 1 == of.groups {
        let more = Group::plain(Vec::new()).with_more("groups", t("Тағы топ қосу", "Добавить группу", "Add a group"));
        rows.push(more);
    }
    rows
}

//! What was looked at or asked for, in words: a name for people beside each route's own.

use directory::Language;
use inquiry::CommandName;

/// What a route shows or does; none for one that only a program of before knew.
pub(crate) fn words(route: &str, language: Language) -> Option<&'static str> {
    if let Some((kk, ru, en)) = named(route) {
        return Some(match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        });
    }
    // A command has a route of its own name.
    CommandName::from_path(&route.replace('_', "-")).map(|command| command.words(language))
}

macro_rules! names {
    ($($route:literal => $kk:literal, $ru:literal, $en:literal;)*) => {
        fn named(route: &str) -> Option<(&'static str, &'static str, &'static str)> {
            match route {
                $($route => Some(($kk, $ru, $en)),)*
                _ => None,
            }
        }
    };
}

names! {
    "absences_page" => "Орынбасу", "Замещение", "Who stands in for whom";
    "act_in_place" => "Басқаның орнына әрекет ету", "Действие за другого", "Acting in somebody's place";
    "admin_page" => "Әкімшілік беті", "Страница администрирования", "The page of administration";
    "adopt_series_by_form" => "Нөмірлер қатарын енгізу", "Введение ряда номеров", "Taking a number series into use";
    "adopt_term_by_form" => "Мерзім ережесін енгізу", "Введение правила сроков", "Taking a term into use";
    "change_account_by_form" => "Тіркелгіні өзгерту", "Изменение учётной записи", "Changing an account";
    "end_substitution" => "Орынбасуды аяқтау (мәлімет)", "Окончание замещения (данные)", "Ending a substitution, as data";
    "end_substitution_by_form" => "Орынбасуды аяқтау", "Окончание замещения", "Ending a substitution";
    "list_absences" => "Орынбасу тізімі (мәлімет)", "Список замещений (данные)", "Who stands in for whom, as data";
    "name_substitute" => "Орынбасушыны тағайындау (мәлімет)", "Назначение замещающего (данные)", "Naming a substitute, as data";
    "name_substitute_by_form" => "Орынбасушыны тағайындау", "Назначение замещающего", "Naming a substitute";
    "new_user_page" => "Жаңа тіркелгі беті", "Страница новой учётной записи", "The form of a new account";
    "open_account_by_form" => "Тіркелгі ашу", "Открытие учётной записи", "Opening an account";
    "series_page" => "Нөмірлер қатары", "Ряды номеров", "The number series";
    "template_page" => "Хат үлгісі", "Шаблон письма", "A letter's template";
    "template_pdf" => "Үлгі бойынша хат (PDF)", "Письмо по шаблону (PDF)", "A template's letter as PDF";
    "template_picture" => "Үлгі бойынша хаттың беті", "Страница письма по шаблону", "A page of a template's letter";
    "templates_page" => "Хат үлгілері", "Шаблоны писем", "The templates of letters";
    "terms_page" => "Мерзімдер", "Сроки", "The terms";
    "user_page" => "Тіркелгі", "Учётная запись", "An account";
    "users_page" => "Тіркелгілер", "Учётные записи", "The accounts";
    "account_page" => "Жеке тіркелгі", "Своя учётная запись", "One's own account";
    "act_on_delivery" => "Жеткізуге қатысты әрекет", "Действие с доставкой", "Acting on a delivery";
    "adopt_blank" => "Бланкіні қолданысқа енгізу", "Введение бланка", "Taking a blank into use";
    "adopt_blank_by_form" => "Бланкіні қолданысқа енгізу", "Введение бланка", "Taking a blank into use";
    "alike_by_form" => "Ұқсас сауалдар", "Похожие запросы", "Inquiries that are alike";
    "answer_page" => "Сауал мен оның жауабы", "Запрос и ответ на него", "An inquiry and its answer";
    "approvals_letter_by_form" => "Виза туралы шешім", "Решение о визе", "Deciding on a visa";
    "approvals_letter_page" => "Виза күтіп тұрған хат", "Письмо, ожидающее визы", "A letter that awaits a visa";
    "approvals_page" => "Келісілетін хаттар", "Письма на согласование", "Letters to be approved";
    "assign_several_by_form" => "Бірнеше сауалға бір бұрыштама", "Одна резолюция на несколько запросов", "One resolution for several inquiries";
    "assign_several_page" => "Бірнеше сауалға бұрыштама нысаны", "Форма резолюции на несколько запросов", "The form of a resolution for several inquiries";
    "begin_second_factor" => "Екінші факторды бастау", "Начало второго фактора", "Beginning a second factor";
    "blanks_page" => "Бланкілер", "Бланки", "Blanks";
    "change_email" => "Пошта мекенжайын өзгерту", "Смена почтового адреса", "Changing one's e-mail address";
    "change_password" => "Құпиясөзді өзгерту", "Смена пароля", "Changing one's password";
    "choose_language" => "Тілді таңдау", "Выбор языка", "Choosing the language";
    "command_by_form" => "Нысанмен жасалған әрекет", "Действие через форму", "A command by its form";
    "command_page" => "Әрекеттің нысаны", "Форма действия", "The form of a command";
    "comment_by_form" => "Жобаға ескертпе", "Примечание к проекту", "A comment on the draft";
    "compare_inquiry" => "Сауалдың екі сәттегі күйі (мәлімет)", "Запрос в два момента (данные)", "An inquiry at two moments, as data";
    "confirm_second_factor" => "Екінші факторды растау", "Подтверждение второго фактора", "Confirming a second factor";
    "contribution_by_file" => "Файлдағы ұсыныс", "Предложение из файла", "A contribution from a file";
    "contribution_file_page" => "Ұсынысты файлмен беру", "Предложение файлом", "Sending a contribution as a file";
    "contribution_page" => "Жазылып жатқан ұсыныс", "Предложение в работе", "The contribution in writing";
    "deck_device_by_form" => "Құрылғыда қойылған қолтаңбаны қабылдау", "Приём подписи с устройства", "Taking a signature made on a device";
    "deck_device_page" => "Құрылғыда қол қойылатын хат", "Письмо для подписи на устройстве", "A letter to be signed on a device";
    "deck_letter_by_form" => "Қол қою туралы шешім", "Решение о подписании", "Deciding on a signature";
    "deck_letter_page" => "Қол қоюды күтіп тұрған хат", "Письмо, ожидающее подписи", "A letter that waits for a signature";
    "deck_page" => "Қол қойылатын хаттар", "Письма на подпись", "Letters to be signed";
    "deck_several_by_form" => "Бірнеше хатқа қол қою", "Подписание нескольких писем", "Signing several letters";
    "deck_several_page" => "Бірнеше хатқа қол қою беті", "Страница подписания нескольких писем", "The page for signing several letters";
    "deliveries_page" => "Жеткізулер", "Доставки", "Deliveries";
    "delivery_page" => "Бір жеткізу", "Одна доставка", "One delivery";
    "deputy_letter" => "Депутат алған хат (PDF)", "Письмо у депутата (PDF)", "The deputy's letter (PDF)";
    "deputy_letter_page" => "Депутат хатының беті", "Страница письма у депутата", "A page of the deputy's letter";
    "deputy_page" => "Депутаттың беті", "Страница депутата", "The deputy's page";
    "deputy_receipt" => "Алғанының дәлелі", "Доказательство получения", "The proof of a receipt";
    "deputy_says" => "Депутаттың айтқаны", "Сообщение депутата", "What a deputy says";
    "deputy_seal" => "Депутат хатының мөрі", "Печать письма у депутата", "The seal of the deputy's letter";
    "discard_kept_form" => "Сақталған мәтінді тастау", "Удаление сохранённого текста", "Throwing a kept text away";
    "dismiss_proposal" => "Өтінішті қабылдамау", "Отклонение обращения", "Dismissing a proposal";
    "draft_by_file" => "Файлдағы жоба", "Проект из файла", "A draft from a file";
    "draft_changes_page" => "Жоба нұсқаларының айырмасы", "Сравнение редакций проекта", "Versions of the draft compared";
    "draft_file_page" => "Жобаны файлмен беру", "Проект файлом", "Sending the draft as a file";
    "draft_page" => "Жобаның жұмыс мәтіні", "Рабочий текст проекта", "The working text of the draft";
    "earlier_page" => "Бұрынғы жауаптар", "Прежние ответы", "Earlier answers";
    "end_other_sessions" => "Басқа сеанстарды аяқтау", "Завершение других сеансов", "Ending the other sessions";
    "end_session" => "Сеансты аяқтау", "Завершение сеанса", "Ending a session";
    "evidence_archive" => "Сауалдың дәлелдемелер жинағы (ZIP)", "Сборник доказательств по запросу (ZIP)", "Archive of an inquiry's evidence (ZIP)";
    "evidence_file" => "Жеткізу дәлелі (JSON)", "Доказательство доставки (JSON)", "Evidence of a delivery (JSON)";
    "evidence_page" => "Жеткізу дәлелі", "Доказательство доставки", "Evidence of a delivery";
    "extend_several_by_form" => "Бірнеше сауалдың мерзімін ұзарту", "Продление срока нескольких запросов", "Extending several inquiries";
    "extend_several_page" => "Бірнеше сауалды ұзарту нысаны", "Форма продления нескольких запросов", "The form for extending several inquiries";
    "first_page" => "Бастапқы бет", "Начальная страница", "The page that opens first";
    "get_blank" => "Бланк файлы", "Файл бланка", "The file of a blank";
    "get_contribution" => "Ұсыныстың мәтіні", "Текст предложения", "The text of a contribution";
    "get_draft" => "Жобаның мәтіні", "Текст проекта", "The text of the draft";
    "get_draft_changes" => "Жоба нұсқаларының айырмасы (мәлімет)", "Сравнение редакций проекта (данные)", "Versions of the draft compared, as data";
    "get_draft_changes_text" => "Жоба нұсқаларының айырмасы (мәтін)", "Сравнение редакций проекта (текст)", "Versions of the draft compared, as text";
    "get_file" => "Сауалдың файлы", "Файл запроса", "A file of the inquiry";
    "get_reply" => "Жауап хат", "Письмо с ответом", "The letter of reply";
    "get_reply_akn" => "Сауал мен жауап (Akoma Ntoso)", "Запрос и ответ (Akoma Ntoso)", "Question and reply (Akoma Ntoso)";
    "get_reply_page" => "Жауап хаттың беті", "Страница письма с ответом", "A page of the letter of reply";
    "get_seal" => "Хаттың мөрі", "Печать письма", "The seal of the letter";
    "get_signed" => "Қол қойылған хат", "Подписанное письмо", "The signed letter";
    "healthz" => "Бағдарлама жұмыс істеп тұр ма", "Работает ли программа", "Whether the program runs";
    "import_records" => "Анықтамалыққа кесте енгізу", "Внесение таблицы в справочник", "Bringing a table into the records";
    "import_records_page" => "Кесте енгізу беті", "Страница внесения таблицы", "The page for bringing a table";
    "inbound_mail" => "Келген хат", "Пришедшее письмо", "A mail that came";
    "inquiry_between_page" => "Сауалдың екі сәттегі күйі", "Запрос в два момента", "An inquiry at two moments";
    "inquiry_page" => "Сауалдың беті", "Страница запроса", "The inquiry's page";
    "inquiry_reads_page" => "Сауалды кім қарады", "Кто смотрел запрос", "Who looked at the inquiry";
    "inquiry_waiting" => "Сауалдың уақыты неге кетті (мәлімет)", "На что ушло время по запросу (данные)", "Where the inquiry's time went, as data";
    "journal_consistency" => "Журналдың екі басы бір тарихтан екенінің дәлелі", "Доказательство, что две головы журнала – одна история", "The proof that two heads of the journal are of one history";
    "journal_event_page" => "Журналдағы оқиға және оның дәлелі", "Событие журнала и его доказательство", "An event of the journal, and its proof";
    "journal_export" => "Журнал оқиғаларын дәлелдерімен жүктеу", "Выгрузка событий журнала с доказательствами", "Events of the journal, with their proofs";
    "journal_head" => "Журналдың басы", "Голова журнала", "The journal's head";
    "journal_page" => "Журнал", "Журнал", "The journal";
    "journal_person_page" => "Тіркелгі не істеді және не қарады", "Что сделала и смотрела учётная запись", "What an account did and looked at";
    "journal_proof" => "Оқиғаның журналдағы дәлелі", "Доказательство события в журнале", "The journal's proof of an event";
    "keep_form" => "Теріліп жатқанды сақтау", "Сохранение введённого", "Keeping what is typed";
    "keep_session" => "Сеансты жалғастыру", "Продление сеанса", "Keeping a session";
    "keep_working_contribution" => "Жазылып жатқан ұсынысты сақтау", "Сохранение предложения в работе", "Keeping the contribution in writing";
    "keep_working_text" => "Жұмыс мәтінін сақтау", "Сохранение рабочего текста", "Keeping the working text";
    "letter_page" => "Хатты оқу беті", "Страница чтения письма", "The letter, to be read";
    "list_blanks" => "Бланкілер тізімі", "Список бланков", "The list of blanks";
    "list_deliveries" => "Жеткізулер тізімі", "Список доставок", "The list of deliveries";
    "list_deputies" => "Депутаттар тізімі", "Список депутатов", "The list of deputies";
    "list_events" => "Сауалдың оқиғалары", "События запроса", "The inquiry's events";
    "list_factions" => "Фракциялар мен шақырылымдар (мәлімет)", "Фракции и созывы (данные)", "Factions and convocations, as data";
    "list_inquiries" => "Сауалдар тізімі (мәлімет)", "Список запросов (данные)", "The register, as data";
    "list_ministries" => "Министрліктер тізімі", "Список министерств", "The list of ministries";
    "list_offices" => "Лауазымдар (мәлімет)", "Должности (данные)", "Offices, as data";
    "list_record_changes" => "Анықтамалықтағы өзгерістер (мәлімет)", "Изменения справочника (данные)", "What changed in the records, as data";
    "change_report_mails" => "Пошта арқылы есептерді баптау", "Настройка отчётов по почте", "Choosing reports by mail";
    "forecast_page" => "Кешігу болжамы", "Прогноз опозданий", "The forecast of late replies";
    "report_export" => "Есепті CSV-ге шығару", "Выгрузка отчёта в CSV", "A report as CSV";
    "report_export_workbook" => "Есепті Excel-ге шығару", "Выгрузка отчёта в Excel", "A report as a workbook";
    "report_inquiries_page" => "Есеп санының сауалдары", "Запросы за цифрой отчёта", "The inquiries behind a figure";
    "report_page" => "Есеп", "Отчёт", "A report";
    "load_page" => "Министрліктер жүктемесі", "Загрузка министерств", "The ministries' load";
    "login" => "Кіру", "Вход", "Signing in";
    "login_code" => "Екінші фактормен кіру", "Вход со вторым фактором", "Signing in with the second factor";
    "login_code_page" => "Екінші фактордың беті", "Страница второго фактора", "The page for the second factor";
    "login_page" => "Кіру беті", "Страница входа", "The page for signing in";
    "logout" => "Шығу", "Выход", "Signing out";
    "merge_by_form" => "Екі мәтінді біріктіру", "Объединение двух текстов", "Laying two texts together";
    "merge_contribution_by_form" => "Ұсыныстың екі мәтінін біріктіру", "Объединение двух текстов предложения", "Laying two texts of a contribution together";
    "merge_contribution_page" => "Ұсыныстың екі мәтіні қатар", "Два текста предложения рядом", "Two texts of a contribution side by side";
    "merge_page" => "Жобаның екі мәтіні қатар", "Два текста проекта рядом", "Two texts of the draft side by side";
    "metrics" => "Өлшемдер", "Показатели", "Metrics";
    "new_recovery_codes" => "Жаңа қалпына келтіру кодтары", "Новые коды восстановления", "New recovery codes";
    "openapi" => "Бағдарламалық интерфейс сипаттамасы", "Описание программного интерфейса", "The description of the interface for programs";
    "outbox_page" => "Жөнелтілген хаттар", "Отправленные письма", "Mail that was sent";
    "pause_office_mail" => "Кеңсе қызметкерлеріне хатты тоқтату", "Приостановка писем сотрудникам", "Holding the mail of the house back";
    "preview_blank" => "Бланк үлгісі", "Образец на бланке", "A blank with a made-up letter";
    "preview_page" => "Алдын ала көрілген бет", "Страница предварительного просмотра", "A page of a preview";
    "preview_text" => "Мәтінді алдын ала көру", "Предварительный просмотр текста", "A preview of the text";
    "proof_page" => "Тұлғаны растау беті", "Страница подтверждения личности", "The page for a proof of identity";
    "proposals_page" => "Сырттан түскен өтініштер", "Обращения извне", "Proposals from outside";
    "prove" => "Тұлғаны растау", "Подтверждение личности", "A proof of identity";
    "provider_login" => "Сәйкестендіру қызметі арқылы кіру", "Вход через службу идентификации", "Signing in through the identity provider";
    "provider_proof" => "Сәйкестендіру қызметі арқылы растау", "Подтверждение через службу идентификации", "Proving oneself through the identity provider";
    "provider_return" => "Сәйкестендіру қызметінен оралу", "Возврат из службы идентификации", "Coming back from the identity provider";
    "put_contribution" => "Ұсынысты жіберу", "Отправка предложения", "Sending a contribution";
    "put_draft" => "Жобаның нұсқасын жіберу", "Отправка редакции проекта", "Sending a version of the draft";
    "put_file" => "Файлды жіберу", "Отправка файла", "Sending a file";
    "read_journal" => "Журналдың оқиғалары (мәлімет)", "События журнала (данные)", "The journal's events, as data";
    "read_letter_by_form" => "Сауал хатын оқу", "Чтение письма запроса", "Reading an inquiry's letter";
    "reads_page" => "Кім қарады", "Кто смотрел", "Who looked";
    "readyz" => "Бағдарлама дайын ба", "Готова ли программа", "Whether the program is ready";
    "record_calendar" => "Күнтізбені өзгерту (мәлімет)", "Изменение календаря (данные)", "Changing the calendar, as data";
    "record_change_by_form" => "Анықтамалықты нысанмен өзгерту", "Изменение справочника через форму", "Changing the records by a form";
    "record_change_page" => "Анықтамалықты өзгерту нысаны", "Форма изменения справочника", "The form of a change of the records";
    "record_deputies" => "Депутаттарды өзгерту (мәлімет)", "Изменение депутатов (данные)", "Changing deputies, as data";
    "record_factions" => "Фракцияларды өзгерту (мәлімет)", "Изменение фракций (данные)", "Changing factions, as data";
    "record_ministries" => "Министрліктерді өзгерту (мәлімет)", "Изменение министерств (данные)", "Changing ministries, as data";
    "record_offices" => "Лауазымдарды өзгерту (мәлімет)", "Изменение должностей (данные)", "Changing offices, as data";
    "record_page" => "Анықтамалықтағы жазба", "Запись справочника", "A record";
    "records_page" => "Анықтамалық", "Справочник", "The records";
    "register_between_page" => "Тізімнің екі сәттегі айырмасы", "Список в два момента", "The register at two moments";
    "register_by_form" => "Сауалды тіркеу", "Регистрация запроса", "Registering an inquiry";
    "register_export" => "Сауалдар тізімі (CSV)", "Список запросов (CSV)", "The register as CSV";
    "register_export_workbook" => "Сауалдар тізімі (Excel)", "Список запросов (Excel)", "The register as a workbook";
    "register_inquiry" => "Сауалды тіркеу", "Регистрация запроса", "Registering an inquiry";
    "register_live" => "Тізімнің жаңаруы", "Обновление списка", "Following the register";
    "register_page" => "Сауалдар тізімі", "Список запросов", "The register";
    "registration_page" => "Тіркеу нысаны", "Форма регистрации", "The form of a registration";
    "remind_several_by_form" => "Министрліктерге еске салу", "Напоминание министерствам", "Reminding the ministries";
    "remind_several_page" => "Министрліктерге еске салу нысаны", "Форма напоминания министерствам", "The form for reminding the ministries";
    "remove_second_factor" => "Екінші факторды алып тастау", "Снятие второго фактора", "Taking the second factor away";
    "resend_all_failed" => "Жеткізілмегендерді қайта жөнелту", "Повторная отправка недоставленных", "Sending again what failed";
    "resume_office_mail" => "Кеңсе қызметкерлеріне хатты жалғастыру", "Возобновление писем сотрудникам", "Letting the mail of the house go on";
    "saved_searches_by_form" => "Сақталған іздеуді өзгерту", "Изменение сохранённого поиска", "Changing a saved search";
    "saved_searches_page" => "Сақталған іздеулер", "Сохранённые поиски", "Saved searches";
    "search" => "Іздеу (мәлімет)", "Поиск (данные)", "The search, as data";
    "search_page" => "Іздеу", "Поиск", "The search";
    "search_journal" => "Журналдан іздеу (мәлімет)", "Поиск по журналу (данные)", "Looking through the journal, as data";
    "second_factor_page" => "Екінші фактор беті", "Страница второго фактора", "The page of a second factor";
    "second_factor_picture" => "Екінші фактордың QR коды", "QR-код второго фактора", "The picture of a second factor";
    "settle_suggestions_by_form" => "Ұсынылған түзетулерді шешу", "Решение по предложенным правкам", "Settling suggestions";
    "show_calendar" => "Жұмыс күндерінің күнтізбесі", "Календарь рабочих дней", "The calendar of working days";
    "show_inquiry" => "Сауал (мәлімет)", "Запрос (данные)", "The inquiry, as data";
    "static_file" => "Беттердің файлы", "Файл страниц", "A file of the pages";
    "take_over_by_form" => "Бұрынғы жауаптан абзац алу", "Взятие абзацев из прежнего ответа", "Taking paragraphs over from an earlier answer";
    "tasks_page" => "Міндеттер", "Задачи", "Tasks";
    "try_import_of_records" => "Кестені тексеру", "Проверка таблицы", "Trying a table";
    "verification_file" => "Хатты тексеруге арналған файл", "Файл для проверки письма", "A file for checking a letter";
    "verification_of_file" => "Хаттың файлын тексеру", "Проверка файла письма", "Checking a letter's file";
    "verification_page" => "Хаттың түпнұсқалығын тексеру", "Проверка подлинности письма", "Whether a letter is genuine";
    "verification_start" => "Хатты тексеру беті", "Страница проверки письма", "The page for checking letters";
    "verify_code" => "Хатты код бойынша тексеру (мәлімет)", "Проверка письма по коду (данные)", "Checking a letter by its code, as data";
    "verify_file" => "Хаттың файлын тексеру (мәлімет)", "Проверка файла письма (данные)", "Checking a letter's file, as data";
    "views_by_form" => "Көріністі сақтау", "Сохранение вида", "Keeping a view";
    "views_page" => "Сақталған көріністер", "Сохранённые виды", "Saved views";
    "waiting_page" => "Сауалдың уақыты неге кетті", "На что ушло время по запросу", "Where the inquiry's time went";
    "working_contribution" => "Жазылып жатқан ұсыныс (мәлімет)", "Предложение в работе (данные)", "The contribution in writing, as data";
    "working_text" => "Жұмыс мәтіні (мәлімет)", "Рабочий текст (данные)", "The working text, as data";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes;

    #[test]
    fn every_route_has_a_name_for_people_in_three_languages() {
        let nameless: Vec<&str> = routes::all()
            .iter()
            .map(|route| route.name.as_str())
            .filter(|route| [Language::Kk, Language::Ru, Language::En].iter().any(|one| words(route, *one).is_none()))
            .collect();
        assert_eq!(nameless, Vec::<&str>::new());
    }

    #[test]
    fn no_name_is_of_a_route_that_is_not_there() {
        let known = |route: &str| routes::all().iter().any(|one| one.name == route);
        let source = include_str!("words.rs");
        let named = source.lines().filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" => "));
        let gone: Vec<&str> = named.map(|(route, _)| route).filter(|route| !known(route)).collect();
        assert_eq!(gone, Vec::<&str>::new());
    }
}

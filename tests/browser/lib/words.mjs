// What pages call things, in the three languages: by these words people find them, and so do the plays.

/** The words of one language. */
export function words(language) {
  const t = (kk, ru, en) => ({ kk, ru, en })[language];
  return {
    // Every page.
    sections: t("Бөлімдер", "Разделы", "Sections"),
    inquiries: t("Сауалдар", "Запросы", "Inquiries"),
    toApprove: t("Келісу", "На согласование", "To be approved"),
    toSign: t("Қол қою", "На подпись", "To be signed"),
    signSeveral: t("Бірнешеуіне қол қою", "Подписать несколько", "Sign several"),
    signOnDevice: t("Құрылғымда қол қою", "Подписать на моём устройстве", "Sign on my device"),
    registerOne: t("Сауал тіркеу", "Регистрация", "Register one"),
    load: t("Министрліктер жүктемесі", "Загрузка министерств", "Load of ministries"),
    loadOfAll: t("Министрліктердің жүктемесі", "Загрузка министерств", "Load of the ministries"),
    whatIsCounted: t("Не саналады", "Что считается", "What is counted"),
    mailSent: t("Жөнелтілген хаттар", "Отправленные письма", "Mail sent"),
    blanks: t("Бланкілер", "Бланки", "Blanks"),
    records: t("Анықтамалық", "Справочник", "Records"),
    journal: t("Журнал", "Журнал", "Journal"),
    searchEverywhere: t("Сауал іздеу", "Поиск запроса", "Search inquiries"),
    signOut: t("Шығу", "Выйти", "Sign out"),
    skip: t("Негізгі мазмұнға өту", "К содержанию", "Skip to content"),
    done: t("Орындалды", "Выполнено", "Done"),

    // Signing in.
    name: t("Атыңыз", "Имя", "Name"),
    password: t("Құпиясөз", "Пароль", "Password"),
    signIn: t("Кіру", "Войти", "Sign in"),

    code: t("Қолданбадағы код", "Код из приложения", "Code of your app"),
    prove: t("Растау", "Подтвердить", "Prove it"),
    keepSession: t("Жалғастыру", "Продолжить", "Keep it"),

    // One's own account.
    setUpFactor: t("Екінші факторды қосу", "Включить второй фактор", "Set up a second factor"),
    firstCode: t("2. Қолданба көрсеткен код", "2. Код, который показывает приложение", "2. The code that the app shows"),
    keptCodes: t("Сақтап алдым", "Я сохранил их", "I have kept them"),
    newCodes: t("Жаңа қалпына келтіру кодтары", "Новые коды восстановления", "New recovery codes"),
    removeFactor: t("Екінші факторды алып тастау", "Отключить второй фактор", "Take the second factor away"),
    oldPassword: t("Қазіргі құпиясөз", "Нынешний пароль", "Present password"),
    newPassword: t("Жаңа құпиясөз", "Новый пароль", "New password"),
    newPasswordAgain: t("Жаңа құпиясөз тағы бір рет", "Новый пароль ещё раз", "New password once more"),
    endOthers: t("Басқаларын аяқтау", "Завершить остальные", "End the others"),

    // The worklist.
    keys: t("Пернелер", "Клавиши", "Keys"),
    close: t("Жабу", "Закрыть", "Close"),
    filters: t("Сүзгілер", "Фильтры", "Filters"),
    search: t("Тақырып, № немесе депутат", "Тема, № или депутат", "Subject, No. or deputy"),
    show: t("Көрсету", "Показать", "Show"),
    choose: t("Таңдау", "Выбрать", "Choose"),
    saveView: t("Көріністі сақтау", "Сохранить вид", "Save this view"),
    viewName: t("Атауы", "Название", "Name"),
    whoSeesIt: t("Кімге көрінеді", "Кому виден", "Who sees it"),
    arrangeViews: t("Реттеу", "Настроить", "Arrange"),
    tasks: t("Міндеттер", "Задачи", "Tasks"),
    whoLooked: t("Кім қарады", "Кто смотрел", "Who looked"),
    account: t("Тіркелгі", "Учётная запись", "Account"),
    earlier: t("Ертерек", "Раньше", "Earlier"),

    // The registration.
    registration: t("Сауал тіркеу", "Регистрация запроса", "Registering an inquiry"),
    number: t("Нөмірі", "Номер", "Number"),
    dated: t("Хаттың күні", "Дата письма", "Dated"),
    received: t("Түскен күні", "Дата поступления", "Received"),
    chamber: t("Палата", "Палата", "Chamber"),
    inquiryLanguage: t("Сауалдың тілі", "Язык запроса", "Language of the inquiry"),
    channel: t("Қалай түсті", "Как поступил", "How it came"),
    subject: t("Мәні, бір сөйлеммен", "Предмет, одной фразой", "Subject, in one phrase"),
    question: t("Сұрақ", "Вопрос", "Question"),
    group: t("Тізімдегі топ", "Группа списка", "Group of the list"),
    label: t("Топтың атауы, сауалдағыдай", "Название группы, как в запросе", "Label, as the inquiry spells it"),
    groupKind: t("Топтың түрі", "Вид группы", "Kind of group"),
    deputy: t("Депутат", "Депутат", "Deputy"),
    fromDirectory: t("Анықтамалықтан", "Из справочника", "From the directory"),
    printedName: t("Аты-жөні, сауалдағыдай", "Имя, как в запросе", "Name, as printed"),
    email: t("Электрондық поштасы", "Электронная почта", "E-mail"),
    addDeputy: t("Осы топқа депутат қосу", "Добавить депутата в эту группу", "Add a deputy to this group"),
    addGroup: t("Тағы топ қосу", "Добавить группу", "Add a group"),

    // Commands, as their buttons say.
    assign: t("Орындаушыларды белгілеу", "Назначить исполнителей", "Assign ministries"),
    contribute: t("Ұсыныс енгізу", "Внести предложение", "Submit a contribution"),
    acceptContribution: t("Ұсынысты қабылдау", "Принять предложение", "Accept a contribution"),
    returnContribution: t("Ұсынысты қайтару", "Вернуть предложение", "Return a contribution"),
    revise: t("Жобаның нұсқасын дайындау", "Подготовить редакцию проекта", "Write a version of the draft"),
    submitForApproval: t("Келісуге жіберу", "Направить на согласование", "Submit for approval"),
    submitForSignature: t("Қол қоюға енгізу", "Внести на подпись", "Submit for signature"),
    sign: t("Қол қою", "Подписать", "Sign"),
    assignNumber: t("Шығыс нөмірін беру", "Присвоить исходящий номер", "Assign the outgoing number"),
    dispatch: t("Депутаттарға жөнелту", "Отправить депутатам", "Send to the deputies"),
    confirmDelivery: t("Жеткізілгенін растау", "Подтвердить доставку", "Confirm the delivery"),
    byHand: t("Қолма-қол тапсырылғанын жазу", "Записать вручение", "Record a delivery by hand"),
    removeFromControl: t("Бақылаудан алу", "Снять с контроля", "Take off control"),
    closeInquiry: t("Сауалды жабу", "Закрыть запрос", "Close the inquiry"),
    respond: t("Депутаттың пікірін жазу", "Записать мнение депутата", "Record the deputy's response"),

    // Two who wrote at once.
    putTogether: t("Екеуін біріктіру", "Объединить оба", "Put both together"),
    writeOn: t("Біріктіріп, жазуды жалғастыру", "Объединить и писать дальше", "Put together and write on"),

    // Their fields.
    resolution: t("Бұрыштама", "Резолюция", "Resolution"),
    lead: t("Негізгі орындаушы", "Головной исполнитель", "Lead executor"),
    leadDue: t("Жобаның мерзімі", "Срок проекта", "Draft due"),
    coExecutor: t("Бірлесіп орындаушы", "Соисполнитель", "Co-executor"),
    ministry: t("Министрлік", "Министерство", "Ministry"),
    due: t("Мерзімі", "Срок", "Due"),
    task: t("Тапсырма", "Поручение", "Task"),
    contributionText: t("Ұсыныстың мәтіні", "Текст предложения", "Text of the contribution"),
    howToType: t("Қалай теріледі", "Как набирать", "How to type"),
    reason: t("Себебі", "Причина", "Reason"),
    letterText: t("Хаттың мәтіні", "Текст письма", "Text of the letter"),
    executorName: t("Аты-жөні", "Имя", "Name"),
    executorPhone: t("Телефоны", "Телефон", "Telephone"),
    whatChanged: t("Не өзгерді", "Что изменено", "What was changed"),
    visa: t("Виза", "Виза", "Visa"),
    visaKind: t("Түрі", "Вид", "Kind"),
    approver: t("Келісуші", "Согласующий", "Approver"),
    howKnown: t("Қалай белгілі болды", "Откуда известно", "How it is known"),
    takenBy: t("Кімге және қалай тапсырылды", "Кому и как вручено", "How, and who took it"),
    handedOn: t("Тапсырылған күні", "Дата вручения", "Day of the delivery"),
    response: t("Пікірі", "Мнение", "Response"),
    inTheirWords: t("Депутаттың сөзімен", "Словами депутата", "In the deputy's words"),

    // The decks.
    giveVisa: t("Виза қою", "Завизировать", "Give the visa"),
    yesApprove: t("Иә, келісемін", "Да, согласую", "Yes, I approve it"),
    remarks: t("Ескертулер", "Замечания", "Remarks"),
    return: t("Қайтару", "Вернуть", "Return"),
    returnIt: t("Пысықтауға қайтару", "Вернуть на доработку", "Return it"),
    whatHasToChange: t("Не түзетілсін", "Что исправить", "What has to change"),
    refuseVisa: t("Виза бермеу", "Отказать в визе", "Refuse the visa"),
    yesSign: t("Иә, қол қоямын", "Да, подписываю", "Yes, I sign it"),
    no: t("Жоқ", "Нет", "No"),
    letterAsText: t("Хаттың мәтіні", "Текст письма", "The letter as text"),

    // A deputy's own page.
    confirmReceipt: t("Жауапты алғанымды растаймын", "Подтверждаю получение ответа", "I confirm that I have received the reply"),
    satisfied: t("Қанағаттандым", "Удовлетворён", "Satisfied"),
    notSatisfied: t("Қанағаттанбадым", "Не удовлетворён", "Not satisfied"),
    ownWords: t("Өз сөзіңізбен", "Своими словами", "In your words"),
    sendOpinion: t("Пікірімді жіберу", "Отправить мнение", "Send what I think"),

    yourQuestions: t("Сұрақтарыңыз", "Ваши вопросы", "Your questions"),
    sendQuestions: t("Сұрақтарды жіберу", "Отправить вопросы", "Send the questions"),

    // What deputies ask again, and each delivery.
    proposals: t("Өтініштер", "Обращения", "Proposals"),
    dismiss: t("Қабылдамау", "Отклонить", "Dismiss"),
    whyDismissed: t("Себебі; депутат оқиды", "Причина; её прочтёт депутат", "Why; the deputy will read it"),

    // A draft from a file.
    file: t("Файл", "Файл", "File"),
    readFile: t("Оқу", "Прочитать", "Read it"),

    // The inquiry's page.
    read: t("Оқу", "Читать", "Read"),
    events: t("Оқиғалар", "События", "History"),
    toVersion: t("Қай нұсқаға", "До редакции", "To version"),
    compare: t("Салыстыру", "Сравнить", "Compare"),
    closed: t("Жабылды", "Закрыт", "Closed"),
    written: t("файлға жазылды", "записано в файл", "written to a file"),
    delivered: t("жеткізілді", "доставлено", "delivered"),
    changedMeanwhile: t("Сауал сіз көргеннен бері өзгерді", "Запрос изменился с тех пор, как вы его видели", "The inquiry has changed since you looked"),
    issued: t("хатты берген", "выдал письмо", "issued the letter"),
    genuine: t("Түпнұсқа", "Подлинное", "Genuine"),
    changedAfter: t("Өзгертілген", "Изменено", "Changed"),
    letterFile: t("Хаттың PDF файлы", "Файл письма в PDF", "The letter's PDF file"),
    checkFile: t("Файлды тексеру", "Проверить файл", "Check the file"),
    letterCode: t("Хаттың коды", "Код письма", "The letter's code"),
    checkCode: t("Кодты тексеру", "Проверить код", "Check the code"),
    sessionEnded: t("Сеансыңыз аяқталған", "Ваш сеанс закончился", "Your session has ended"),
    openRegistered: t("Бұрын тіркелген сауалды ашу", "Открыть зарегистрированный запрос", "Open the inquiry that is registered already"),
    nothingFound: t("Ештеңе табылмады", "Ничего не найдено", "Nothing was found"),
  };
}

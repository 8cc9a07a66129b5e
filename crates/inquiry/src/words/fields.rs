//! The names of the parts of a command.

use directory::Language;

use super::pick;
use crate::bounds::Field;

words!(Field, /// The field's name, as a form prints it.
{
    Self::Subject => "сауалдың мәні", "предмет запроса", "subject";
    Self::Question => "сұрақтың мәтіні", "текст вопроса", "question";
    Self::Questions => "сұрақтар", "вопросы", "questions";
    Self::GroupLabel => "топтың атауы", "название группы", "label of the group";
    Self::Groups => "тізімдегі топтар", "группы списка", "groups of the list";
    Self::Recipients => "депутаттар тізімі", "список депутатов", "list of deputies";
    Self::DeputyName => "депутаттың аты-жөні", "имя депутата", "name of the deputy";
    Self::FileName => "файлдың атауы", "имя файла", "name of the file";
    Self::Files => "файлдар", "файлы", "files";
    Self::IncomingNumber => "кіріс нөмірі", "входящий номер", "incoming number";
    Self::Resolution => "бұрыштама", "резолюция", "resolution";
    Self::CoExecutors => "бірлесіп орындаушылар", "соисполнители", "co-executors";
    Self::Task => "тапсырма", "поручение", "task";
    Self::Reason => "себеп", "причина", "reason";
    Self::Body => "мәтін", "текст", "text";
    Self::Answers => "сұрақтарға жауаптар", "ответы на вопросы", "answers to questions";
    Self::Translations => "аудармалар", "переводы", "translations";
    Self::ExecutorName => "орындаушының аты-жөні", "имя исполнителя", "name of the executor";
    Self::ExecutorPhone => "орындаушының телефоны", "телефон исполнителя", "telephone of the executor";
    Self::Comment => "түсініктеме", "комментарий", "comment";
    Self::RequiredVisas => "қажетті визалар", "требуемые визы", "required visas";
    Self::Approver => "келісуші", "согласующий", "approver";
    Self::Remarks => "ескертулер", "замечания", "remarks";
    Self::SignatoryName => "қол қоюшының аты-жөні", "имя подписанта", "name of the signatory";
    Self::FurtherSignatories => "бірге қол қоюшылар", "другие подписанты", "further signatories";
    Self::PostLine => "қол қоюшының лауазымы", "должность подписанта", "post of the signatory";
    Self::DocumentDate => "құжаттың күні", "дата документа", "date of the document";
    Self::Series => "нөмірлер сериясы", "серия номеров", "series of numbers";
    Self::Number => "нөмір", "номер", "number";
    Self::NumberDate => "нөмірдің күні", "дата номера", "date of the number";
    Self::Received => "келіп түскен күн", "дата поступления", "day of receipt";
    Self::Relay => "пошта сервері", "почтовый сервер", "mail server";
    Self::DeliveryDate => "тапсырылған күн", "дата вручения", "day of the delivery";
    Self::DeliveryNote => "кімге және қалай тапсырылды", "кому и как вручено", "how and to whom it was delivered";
    Self::Ground => "негіздеме", "основание", "ground";
    Self::Summary => "аралық жауаптың мазмұны", "содержание промежуточного ответа", "summary of the interim reply";
    Self::InterimDate => "аралық жауаптың күні", "дата промежуточного ответа", "date of the interim reply";
    Self::Others => "қосылатын сауалдар", "присоединяемые запросы", "inquiries that join";
    Self::RedirectedTo => "кімге қайта жолданады", "кому перенаправляется", "to whom it is sent on";
});

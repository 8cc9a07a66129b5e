//! What is said of an inquiry that is over.

use directory::Language;

use crate::command::CommandName;
use crate::state::StageName;

pub(super) fn inquiry_closed(command: CommandName, l: Language) -> String {
    let command = command.words(l);
    say!(
        l,
        "Сауал жабылған, «{command}» енді мүмкін емес: жаңа мән-жай болса, қайталама сауалды байланыстырыңыз немесе жауапты ауыстырыңыз.",
        "Запрос закрыт, «{command}» больше невозможно: при новых обстоятельствах свяжите повторный запрос или замените ответ.",
        "The inquiry is closed and “{command}” is no longer possible: link a repeat inquiry or replace the reply."
    )
}

pub(super) fn inquiry_ended(command: CommandName, stage: StageName, l: Language) -> String {
    let (command, stage) = (command.words(l), stage.words(l));
    say!(
        l,
        "Сауал бойынша жұмыс аяқталған («{stage}»), «{command}» мүмкін емес.",
        "Работа по запросу завершена («{stage}»), «{command}» невозможно.",
        "Work on the inquiry has ended (“{stage}”); “{command}” is not possible."
    )
}

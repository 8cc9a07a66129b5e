//! The middle of a story: ministries are named, contribute, ask for more time, write.

use directory::{MinistryCode, Role, deadline};
use inquiry::QuestionNo;
use inquiry::command::{
    AcceptContribution, AssignMinistries, ContestAssignment, GrantExtension, Reassign, RefuseExtension, RemindMinistry,
    RequestExtension, ReturnContribution, ReviseDraft, SendInterimReply, SubmitContribution,
};
use inquiry::content::{AnswerLink, DraftContent, Performer, Translation};
use inquiry::terms::CoExecutor;
use serde_json::{Value, json};

use super::Bent;
use super::teller::{Stop, Teller, Told};
use crate::error::Error;
use crate::office::{executor, person};
use crate::texts::{self, Block, Tongue};

/// Who works on the reply.
pub(super) struct Team {
    pub(super) lead: MinistryCode,
    helpers: Vec<MinistryCode>,
    /// How often the draft has been written.
    pub(super) writings: u64,
}

fn said(tongue: Tongue, kk: &str, ru: &str) -> String {
    match tongue {
        Tongue::Kk => kk.to_owned(),
        Tongue::Ru => ru.to_owned(),
    }
}

/// The head says who prepares the reply.
pub(super) fn resolved(teller: &mut Teller<'_>, bent: &Bent, who: usize) -> Result<Team, Stop> {
    teller.days(0, 2)?;
    let theme = bent.matter.theme();
    let code = |code: &str| MinistryCode::new(code).map_err(Error::story);
    let lead = code(theme.lead)?;
    let many = [0, 0, 1, 1, 1, 2, 2, 3][teller.chance.below(8)];
    let helpers = theme.helpers.iter().take(many).map(|helper| code(helper)).collect::<Result<Vec<_>, _>>()?;
    let office = teller.office;
    let today = teller.now.date();
    let view = office.directory.at(today);
    let (inner, draft) = view.inner_rule().zip(view.draft_rule()).ok_or_else(|| Error::story("no inner rules"))?;
    let shares = deadline::shares(today, teller.dossier(who)?.due(), inner, draft, office.directory.calendar());
    let shares = shares.map_err(Error::story)?;
    let task = said(
        bent.tongue,
        "Өз құзыреті шегінде ұсыныс пен сандық деректер енгізсін.",
        "Внести предложения и количественные данные в пределах своей компетенции.",
    );
    let co_executors = helpers
        .iter()
        .map(|ministry| CoExecutor { ministry: ministry.clone(), due: shares.contribution.due, task: task.clone() })
        .collect();
    let resolution = said(
        bent.tongue,
        "Қарап, мүдделі органдармен бірлесіп белгіленген мерзімде жауап жобасын енгізсін.",
        "Рассмотреть совместно с заинтересованными органами и внести проект ответа в установленный срок.",
    );
    let ask = AssignMinistries { resolution, lead: lead.clone(), lead_due: shares.draft.due, co_executors };
    teller.ask(who, &person("head", Role::Head), ask)?;
    Ok(Team { lead, helpers, writings: 0 })
}

/// Some ministries find that the matter is not theirs; the head mostly agrees.
pub(super) fn contested(teller: &mut Teller<'_>, bent: &Bent, who: usize, team: &mut Team) -> Told {
    if !teller.chance.percent(8) {
        return Ok(());
    }
    teller.days(0, 2)?;
    let other = MinistryCode::new("mne").map_err(Error::story)?;
    let known = team.lead == other || team.helpers.contains(&other);
    let propose = (!known).then(|| other.clone());
    let reason = said(
        bent.tongue,
        "Көтерілген мәселе министрліктің құзыретіне жатпайды.",
        "Поставленный вопрос не относится к компетенции министерства.",
    );
    teller.ask(who, &executor(&team.lead), ContestAssignment { reason, propose })?;
    teller.days(0, 3)?;
    let head = person("head", Role::Head);
    let assignment = teller.dossier(who)?.assignment.clone().ok_or_else(|| Error::story("nobody is assigned"))?;
    let today = teller.now.date();
    let due = assignment.lead_due.max(today);
    if known || teller.chance.percent(35) {
        // The resolution anew: everybody stays.
        let co_executors = assignment.co_executors.iter().map(|co| CoExecutor { due: co.due.max(today), ..co.clone() });
        let again = AssignMinistries {
            resolution: assignment.resolution.clone(),
            lead: assignment.lead.clone(),
            lead_due: due,
            co_executors: co_executors.collect(),
        };
        return teller.ask(who, &head, again);
    }
    let reason = said(bent.tongue, "Министрліктің дәлелі қабылданды.", "Доводы министерства приняты.");
    teller.ask(who, &head, Reassign { from: team.lead.clone(), to: other.clone(), reason, due })?;
    team.lead = other;
    Ok(())
}

/// Each co-executor sends its part, some late and some twice; the control officer chases who is late.
pub(super) fn contributed(teller: &mut Teller<'_>, bent: &Bent, who: usize, team: &Team) -> Told {
    let questions = teller.dossier(who)?.intake.questions.len().max(1);
    for (n, ministry) in team.helpers.iter().enumerate() {
        let is_late = teller.chance.percent(if bent.is_slow { 55 } else { 18 });
        teller.days(1, if n == 0 { 5 } else { 2 })?;
        if is_late {
            teller.days(3, 6)?;
            let note = said(bent.tongue, "Ұсыныс күтілуде.", "Предложения ожидаются.");
            let remind = RemindMinistry { ministry: ministry.clone(), note: Some(note) };
            teller.ask(who, &person("control", Role::Control), remind)?;
            teller.days(1, 4)?;
        }
        let question = QuestionNo(u16::try_from(1 + teller.chance.below(questions)).unwrap_or(1));
        let mut writing = n as u64 * 10;
        let sent = |writing: u64| SubmitContribution {
            body: json!({ "blocks": bent.matter.contribution(bent.tongue, writing).iter().map(|text| paragraph(text)).collect::<Vec<_>>() }),
            answers: vec![question],
            files: Vec::new(),
        };
        teller.ask(who, &executor(ministry), sent(writing))?;
        while teller.chance.percent(24) && writing % 10 < 2 {
            writing += 1;
            teller.days(0, 2)?;
            let reason = said(
                bent.tongue,
                "Өңірлер бөлінісіндегі сандармен және мерзіммен толықтырыңыз.",
                "Дополните цифрами в разрезе регионов и сроками.",
            );
            teller.ask(who, &executor(&team.lead), ReturnContribution { ministry: ministry.clone(), reason })?;
            teller.days(1, 3)?;
            teller.ask(who, &executor(ministry), sent(writing))?;
        }
        teller.days(0, 2)?;
        teller.ask(who, &executor(&team.lead), AcceptContribution { ministry: ministry.clone() })?;
    }
    Ok(())
}

/// More time is asked for where the work is slow, and now and then elsewhere; the control officer does not always give it.
pub(super) fn extended(teller: &mut Teller<'_>, bent: &Bent, who: usize, team: &Team) -> Told {
    if bent.is_slow {
        teller.days(4, 9)?;
    }
    if !teller.chance.percent(if bent.is_slow { 60 } else { 8 }) {
        return Ok(());
    }
    let office = teller.office;
    let rule = office.directory.at(teller.now.date()).extension_rule();
    let rule = rule.ok_or_else(|| Error::story("no rule of extensions"))?;
    let due = teller.dossier(who)?.due().ok_or_else(|| Error::story("no deadline"))?;
    let until = deadline::extend(due, rule, office.directory.calendar()).map_err(Error::story)?.due;
    let ground = said(
        bent.tongue,
        "Жергілікті атқарушы органдардан қосымша мәлімет сұратылды.",
        "Запрошены дополнительные сведения у местных исполнительных органов.",
    );
    teller.ask(who, &executor(&team.lead), RequestExtension { ground, until })?;
    teller.days(0, 3)?;
    let control = person("control", Role::Control);
    if teller.chance.percent(68) {
        teller.ask(who, &control, GrantExtension { until })?;
        teller.days(2, 10)?;
    } else {
        let reason =
            said(bent.tongue, "Сұратылған мәлімет министрлікте бар.", "Запрошенные сведения имеются в министерстве.");
        teller.ask(who, &control, RefuseExtension { reason })?;
    }
    if teller.chance.percent(30) {
        let summary = said(
            bent.tongue,
            "Мәселе зерделеніп жатыр, түпкілікті жауап белгіленген мерзімде жіберіледі.",
            "Вопрос прорабатывается, окончательный ответ будет направлен в установленный срок.",
        );
        let dated = teller.now.date();
        teller.ask(who, &control, SendInterimReply { summary, number: None, dated, pdf: None })?;
    }
    Ok(())
}

/// The lead writes; some write twice before anybody sees it.
pub(super) fn drafted(teller: &mut Teller<'_>, bent: &Bent, who: usize, team: &mut Team) -> Told {
    teller.days(1, if bent.is_slow { 9 } else { 4 })?;
    revised(teller, bent, who, team)?;
    if teller.chance.percent(18) {
        teller.days(0, 1)?;
        revised(teller, bent, who, team)?;
    }
    Ok(())
}

/// Another version of the draft.
pub(super) fn revised(teller: &mut Teller<'_>, bent: &Bent, who: usize, team: &mut Team) -> Told {
    team.writings += 1;
    let questions = teller.dossier(who)?.intake.questions.len();
    let (body, answers) = body(bent, bent.tongue, questions, team.writings);
    let translations = if bent.tongue == Tongue::Ru && team.writings == 1 {
        vec![Translation {
            language: Tongue::Kk.into(),
            body: self::body(bent, Tongue::Kk, questions, team.writings).0,
        }]
    } else {
        Vec::new()
    };
    let (kk, ru) = texts::deputy(teller.chance.below(640));
    let content = DraftContent {
        language: bent.tongue.into(),
        body,
        executor: Performer {
            name: if bent.tongue == Tongue::Ru { ru } else { kk },
            phone: format!("74-{:02}-{:02}", teller.chance.below(100), teller.chance.below(100)),
        },
        answers,
        translations,
    };
    teller.ask(who, &executor(&team.lead), ReviseDraft { content, sources: Vec::new(), comment: None })
}

fn body(bent: &Bent, tongue: Tongue, questions: usize, writing: u64) -> (Value, Vec<AnswerLink>) {
    let mut blocks = Vec::new();
    let mut answers = Vec::new();
    let mut no = 0;
    for block in bent.matter.reply(tongue, questions, writing) {
        match block {
            Block::Heading(text) => {
                no += 1;
                // The paragraph beneath it answers.
                let place = u32::try_from(blocks.len() + 2).unwrap_or(u32::MAX);
                answers.push(AnswerLink { question: QuestionNo(no), block: place });
                blocks.push(json!({ "type": "heading", "level": 1, "content": [{ "type": "text", "text": text }] }));
            }
            Block::Paragraph(text) => blocks.push(paragraph(&text)),
        }
    }
    (json!({ "blocks": blocks }), answers)
}

fn paragraph(text: &str) -> Value {
    json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] })
}

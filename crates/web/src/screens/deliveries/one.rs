//! One delivery, and what a clerk may do about it: each act is a question of its own, and pressing twice does it once.

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use inquiry::command::{ConfirmDelivery, RecordDeliveryByHand, Resend, RevokeLink};
use inquiry::email::Email;
use inquiry::terms::ReceiptProof;
use inquiry::{Ask, CommandName, RecipientNo, allowed};
use serde::{Deserialize, Serialize};

use super::super::fields::{Fault, Field, Form, Reader, Typed};
use super::super::inquiry::head::Head;
use super::Visit;
use super::rows::Row;
use crate::office::{ordering, to_the_end};
use crate::problem::Problem;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// How a receipt becomes known to a clerk.
const PROOFS: [(&str, ReceiptProof); 3] = [
    ("answered_by_mail", ReceiptProof::AnsweredByMail),
    ("said_by_telephone", ReceiptProof::SaidByTelephone),
    ("delivery_notice", ReceiptProof::DeliveryNotice),
];

#[derive(Debug, Deserialize)]
pub(super) struct After {
    done: Option<String>,
}

#[derive(Debug, Serialize)]
struct Facts {
    head: Head,
    row: Row,
    done: Option<&'static str>,
    forms: Vec<Form>,
}

pub(super) async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<(String, String)>,
    after: web::Query<After>,
) -> Result<HttpResponse, Problem> {
    let (id, no) = path.into_inner();
    let visit = Visit::of(state, caller, language, &id).await?;
    let done = after.done.as_deref().and_then(CommandName::from_path).map(|name| name.words(language));
    visit.delivery(HttpResponse::Ok(), &no, done, None).await
}

pub(super) async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<(String, String)>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let (id, no) = path.into_inner();
    let visit = Visit::of(state, caller, language, &id).await?;
    let recipient = place(&no)?;
    let typed = Typed(typed);
    let key = typed.key()?.to_owned();
    let name =
        CommandName::from_path(typed.get("act")).ok_or_else(|| Problem::BadForm { hint: "no act".to_owned() })?;
    let mut reader = Reader::new(&typed, language);
    let ask = read(&mut reader, name, recipient)?;
    let ask = match reader.finish(ask) {
        Ok(ask) => ask,
        Err(faults) => {
            let start = HttpResponse::UnprocessableEntity();
            return visit.delivery(start, &no, None, Some((name, &typed, faults, None))).await;
        }
    };
    let asked = visit.asks(&key, &format!("{}\n{recipient}", name.path()), typed.canonical().as_bytes());
    let (office, inquiry) = (visit.state.clone(), visit.seen.dossier.inquiry);
    match to_the_end(async move { ordering::order_known(&office, &asked, inquiry, ask).await }).await {
        Ok(_) => {
            let place = format!("/inquiries/{inquiry}/deliveries/{recipient}?done={}", name.path());
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
        }
        Err(problem @ Problem::Failure { .. }) => Err(problem),
        Err(problem) => {
            let is_open =
                matches!(problem, Problem::OutcomeUnknown { .. } | Problem::Unavailable { .. } | Problem::Busy);
            let faults = vec![Fault::of(&problem, language)];
            let again = Some((name, &typed, faults, is_open.then_some(key.as_str())));
            // Somebody else may have done it meanwhile: the page shows what stands now.
            let visit = Visit::of(visit.state.clone(), visit.caller.clone(), language, &id).await?;
            visit.delivery(problem.start(), &no, None, again).await
        }
    }
}

/// A form that comes back: of which act, with what was typed, what is wrong with it, and the key that finds out what became of it.
type Again<'a> = Option<(CommandName, &'a Typed, Vec<Fault>, Option<&'a str>)>;

fn place(no: &str) -> Result<RecipientNo, Problem> {
    no.parse().map(RecipientNo).map_err(|_| Problem::UnknownAddress)
}

fn read(reader: &mut Reader<'_>, name: CommandName, recipient: RecipientNo) -> Result<Option<Ask>, Problem> {
    Ok(match name {
        CommandName::Resend => {
            let typed = reader.needed("address");
            let address: Option<Email> = typed.parse().ok();
            if address.is_none() && !typed.is_empty() {
                let what = Words::new(
                    "Электрондық мекенжай дұрыс емес.",
                    "Неверный электронный адрес.",
                    "The e-mail address cannot be used.",
                );
                reader.blame("address", &what);
            }
            address.map(|address| Resend { recipient, address }.into())
        }
        CommandName::RecordDeliveryByHand => {
            let (on, note) = (reader.date("on"), reader.needed("note"));
            on.map(|on| RecordDeliveryByHand { recipient, on, note }.into())
        }
        CommandName::ConfirmDelivery => {
            let how = PROOFS.iter().find(|(code, _)| *code == reader.typed.get("how")).map(|(_, how)| *how);
            if how.is_none() {
                let what = Words::new("Тізімнен таңдаңыз.", "Выберите из списка.", "Choose from the list.");
                reader.blame("how", &what);
            }
            how.map(|how| ConfirmDelivery { recipient, how }.into())
        }
        CommandName::RevokeLink => Some(RevokeLink { recipient }.into()),
        _ => return Err(Problem::BadForm { hint: "the form names no act of a delivery".to_owned() }),
    })
}

impl Visit {
    async fn delivery(
        &self,
        start: HttpResponseBuilder,
        no: &str,
        done: Option<&'static str>,
        again: Again<'_>,
    ) -> Result<HttpResponse, Problem> {
        let recipient = place(no)?;
        let rows = self.rows().await?;
        let row = rows.into_iter().find(|row| row.recipient == recipient).ok_or(Problem::UnknownAddress)?;
        let mut forms = self.forms(&row);
        if let Some((name, typed, faults, key)) = again {
            match forms.iter_mut().find(|form| form.id == name.path()) {
                Some(form) => {
                    *form = form.clone().refill(typed).blame(faults);
                    if let Some(key) = key {
                        key.clone_into(&mut form.key);
                    }
                }
                // What was asked is not possible any more: that is said above what is.
                None => {
                    let action = format!("/inquiries/{}/deliveries/{recipient}", self.seen.dossier.inquiry);
                    let form = Form::new(name.path(), name.words(self.language), action, self.seen.version);
                    forms.insert(0, form.done().blame(faults));
                }
            }
        }
        self.answer(start, "delivery", &Facts { head: self.head(), row, done, forms })
    }

    /// Only what may be done about this delivery now.
    fn forms(&self, row: &Row) -> Vec<Form> {
        let may = allowed(&self.seen.inquiry, &self.caller.account.actor);
        let waits = !row.fate.is_delivered();
        let form = |name: CommandName| {
            let action = format!("/inquiries/{}/deliveries/{}", self.seen.dossier.inquiry, row.no);
            Form::new(name.path(), name.words(self.language), action, self.seen.version)
        };
        let acts = [
            (CommandName::Resend, waits),
            (CommandName::RecordDeliveryByHand, waits),
            (CommandName::ConfirmDelivery, waits && row.address.is_some()),
            (CommandName::RevokeLink, row.has_link),
        ];
        let acts = acts.into_iter().filter(|(name, fits)| *fits && may.contains(name));
        acts.map(|(name, _)| self.filled(form(name).with(vec![Field::hidden("act", name.path())]), name, row).done())
            .collect()
    }

    fn filled(&self, form: Form, name: CommandName, row: &Row) -> Form {
        match name {
            CommandName::Resend => form
                .note(self.t(
                    "Хат осы мекенжайға тағы жөнелтілсін бе? Мекенжайды түзетсеңіз, бұрынғы хаттағы жеке сілтеме тоқтайды.",
                    "Отправить письмо на этот адрес ещё раз? Если адрес исправлен, личная ссылка из прежнего письма перестанет действовать.",
                    "Send the letter to this address once more? Where the address is corrected, the personal link in the earlier mail stops working.",
                ))
                .with(vec![
                    Field::email("address", self.t("Мекенжайы", "Адрес", "Address"))
                        .value(row.address.as_deref().unwrap_or_default())
                        .needed(),
                ]),
            CommandName::RecordDeliveryByHand => form
                .note(self.t("Хат қолма-қол тапсырылды ма?", "Письмо вручено лично?", "Was the letter handed over?"))
                .with(vec![
                    Field::date("on", self.t("Тапсырылған күні", "Дата вручения", "Day of the delivery"))
                        .value(self.state.today())
                        .needed(),
                    Field::area("note", self.t("Кімге және қалай", "Кому и как", "How, and who took it"), 2).needed(),
                ]),
            CommandName::ConfirmDelivery => {
                let how = PROOFS.map(|(code, how)| (code.to_owned(), how.words(self.language).to_owned()));
                form.note(self.t(
                    "Депутаттың хатты алғаны белгілі ме?",
                    "Известно, что депутат получил письмо?",
                    "Is it known that the deputy has the letter?",
                ))
                .with(vec![
                    Field::select("how", self.t("Қалай белгілі болды", "Откуда известно", "How it is known"), how)
                        .needed(),
                ])
            }
            _ => form
                .note(self.t(
                    "Жіберілген хаттардағы жеке сілтеме тоқтатылсын ба? Оны қайтару мүмкін емес; қайта жөнелтілген хатта жаңасы болады.",
                    "Отменить личную ссылку в отправленных письмах? Вернуть её нельзя; в повторном письме будет новая.",
                    "End the personal link in the mails that were sent? It cannot be brought back; a mail that is sent again carries a new one.",
                ))
                .grave(),
        }
    }
}

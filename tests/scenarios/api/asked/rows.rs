//! Some five thousand rows of every kind, and what a filter wants of them: said in the plainest way, row by row.

use directory::{DeputyId, InquiryNumber, MinistryCode, PersonId};
use inquiry::pressing::presses_until;
use inquiry::{InquiryId, StageName};
use jiff::civil::Date;
use readmodel::Sight;
use readmodel::register::{Cursor, Filter, Order, Owes};
use testkit::app::{PREMIER, TestApp};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::api::registered;

/// Copies of the one row that is there, each with days, stage, ministries, deputies, signatures and words of its own. What a row has follows from its number
/// by remainders of primes, so that everything occurs with everything and each run has the same; some fourteen are due on each day. Latin words have
/// no other forms.
const MANY: &str = "
    insert into register
        (inquiry, number, number_normal, chamber, dated, subject, language, recipients, version, changed_at, position,
         received, due, stage, open, on_control, lead, lead_due, co_executors, co_due, handed_in, took_part, deputies, cosigned, words)
    with made as (
        select n, n * 37 % 400 as day, date '2023-09-01' + n * 37 % 400 as due, date '2023-03-01' + n * 53 % 300 as received,
               case when n % 7 = 3
                    then (array['closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'withdrawn', 'withdrawn', 'redirected',
                                'redirected', 'merged'])[n % 11 + 1]
                    else (array['registered', 'on_control', 'assigned', 'assigned', 'assigned', 'assigned', 'drafting', 'drafting',
                                'drafting', 'approval', 'for_signature', 'signed', 'dispatched'])[n % 13 + 1]
               end as stage
          from generate_series(1, 5600) as n),
    led as (
        select *, stage <> all (array['closed', 'withdrawn', 'redirected', 'merged']) as open,
               case when stage = any (array['registered', 'on_control', 'withdrawn']) then null
                    when n % 211 = 0 then 'mes'
                    when n % 17 < 11 then 'mlsp'
                    when n % 17 < 15 then 'mof'
                    else 'mfa'
               end as lead
          from made),
    helped as (
        select *, case when lead is null then '{}'
                       else array_remove(array_remove(array[case when n % 19 < 6 then 'mfa' end, case when n % 23 < 5 then 'mof' end,
                                                            case when n % 29 < 3 then 'mlsp' end, case when n % 307 = 0 then 'mes' end],
                                                      null), lead)
                  end as co_executors
          from led)
    select md5(n::text)::uuid, '№ДС-' || (n % 900), 'ДС-' || (n % 900), one.chamber, one.dated, one.subject, one.language,
           one.recipients, one.version, one.changed_at, one.position,
           new.received, new.due, new.stage, new.open, new.open and new.stage <> 'registered' and n % 11 > 1,
           new.lead, case when new.lead is not null then new.due - 2 end, new.co_executors,
           array(select new.due - 3 * place::integer
                   from unnest(new.co_executors) with ordinality as part (ministry, place) order by place),
           case when n % 31 < 10 then new.co_executors[1:1] else '{}' end,
           -- Whoever has a place has a part; others had one.
           array(select distinct ministry
                   from unnest(new.co_executors || array[new.lead, case when n % 37 < 4 then 'mfa' end,
                                                          case when n % 41 = 0 then 'mlsp' end, case when n % 401 = 0 then 'mes' end])
                     as part (ministry)
                  where ministry is not null order by ministry),
           array_remove(array[case when n % 43 < 3 then $1::uuid end, case when n % 2 = 0 then md5('another')::uuid end], null),
           case when new.stage = 'for_signature'
                then array_remove(array[case when n % 3 = 1 then $2::uuid end, case when n % 5 < 2 then md5('another')::uuid end], null)
                else '{}'
           end,
           array_remove(array[
               'дс', n::text,
               case when n % 2 = 0 then 'often' end,
               case when new.open and day >= 40 then 'mostly' end,
               case when day >= 120 then 'plenty' end,
               case when day >= 300 and n % 3 = 0 then 'middling' end,
               case when n % 11 = 4 then 'scattered' end,
               case when day < 20 then 'early' end,
               case when n % 613 = 1 then 'seldom' end,
               case when n = 4321 then 'once' end,
               case when not new.open then 'gone' end], null)
      from helped as new, register as one";

/// A row of the register, as far as filters ask of it.
pub(super) struct Plain {
    pub(super) inquiry: InquiryId,
    number_normal: String,
    received: Date,
    due: Date,
    on_control: bool,
    stage: StageName,
    open: bool,
    lead: Option<MinistryCode>,
    lead_due: Option<Date>,
    co_executors: Vec<(MinistryCode, Date)>,
    handed_in: Vec<MinistryCode>,
    took_part: Vec<MinistryCode>,
    deputies: Vec<DeputyId>,
    cosigned: Vec<PersonId>,
    words: Vec<String>,
}

/// Fills the register, and reads all of it back without asking it anything.
pub(super) async fn filled(app: &TestApp) -> Vec<Plain> {
    registered(app, "ДС-1").await;
    app.settle().await;
    let client = app.database.connect().await;
    client.execute(MANY, &[&app.deputy.uuid(), &PREMIER.uuid()]).await.unwrap();
    // An index answers alone only for pages that a vacuum has seen.
    client.batch_execute("vacuum analyze register").await.unwrap();
    let sql = "select inquiry, number_normal, received, due, on_control, stage, open, lead, lead_due, co_executors, co_due, handed_in,
                      took_part, deputies, cosigned, words
                 from register order by inquiry";
    let rows: Vec<Plain> = client.query(sql, &[]).await.unwrap().iter().map(read).collect();
    assert_eq!(rows.len(), 5_601);
    rows
}

fn read(row: &Row) -> Plain {
    let code = |code: String| MinistryCode::new(code).unwrap();
    let codes = |column: &str| row.get::<_, Vec<String>>(column).into_iter().map(code).collect::<Vec<_>>();
    Plain {
        inquiry: InquiryId(row.get("inquiry")),
        number_normal: row.get("number_normal"),
        received: row.get("received"),
        due: row.get("due"),
        on_control: row.get("on_control"),
        stage: StageName::from_code(row.get("stage")).unwrap(),
        open: row.get("open"),
        lead: row.get::<_, Option<String>>("lead").map(code),
        lead_due: row.get("lead_due"),
        co_executors: codes("co_executors").into_iter().zip(row.get::<_, Vec<Date>>("co_due")).collect(),
        handed_in: codes("handed_in"),
        took_part: codes("took_part"),
        deputies: row.get::<_, Vec<Uuid>>("deputies").into_iter().map(DeputyId::new).collect(),
        cosigned: row.get::<_, Vec<Uuid>>("cosigned").into_iter().map(PersonId::new).collect(),
        words: row.get("words"),
    }
}

/// Puts rows in an order: what is due first stands first, or what was received last; of one day by the id, the same way round.
pub(super) fn sort(rows: &mut [&Plain], order: Order) {
    rows.sort_by_key(|row| {
        let place = row.place(order);
        (place.day, place.inquiry)
    });
    match order {
        Order::Due => {}
        Order::Received => rows.reverse(),
    }
}

impl Plain {
    /// Where it stands in an order.
    pub(super) fn place(&self, order: Order) -> Cursor {
        let day = match order {
            Order::Due => self.due,
            Order::Received => self.received,
        };
        Cursor { day, inquiry: self.inquiry }
    }

    /// Is it what a filter wants? What a filter asks for is taken apart here, so that whoever adds to it says what it means.
    pub(super) fn answers(&self, filter: &Filter) -> bool {
        let Filter {
            stages,
            open,
            watched,
            lead,
            unassigned,
            co,
            owes,
            ministry,
            sight,
            overdue,
            soon,
            due_before,
            question,
            unsigned_by,
            inquiries,
        } = filter;
        self.is_seen_by(sight)
            && (stages.is_empty() || stages.contains(&self.stage))
            && open.is_none_or(|open| self.open == open)
            && (!watched || (self.open && self.on_control))
            && lead.as_ref().is_none_or(|lead| self.is_led_by(lead))
            && (!unassigned || self.lead.is_none())
            && co.as_ref().is_none_or(|co| self.is_helped_by(co))
            && owes.as_ref().is_none_or(|owes| self.is_owed(owes))
            && ministry.as_ref().is_none_or(|ministry| self.is_led_by(ministry) || self.is_helped_by(ministry))
            && overdue.is_none_or(|(is_overdue, today)| (self.owes_a_reply() && self.due < today) == is_overdue)
            && soon.is_none_or(|today| self.owes_a_reply() && (today..=presses_until(today)).contains(&self.due))
            && due_before.is_none_or(|day| self.due < day)
            && unsigned_by.is_none_or(|person| !self.cosigned.contains(&person))
            && (inquiries.is_empty() || inquiries.contains(&self.inquiry))
            && question.as_ref().is_none_or(|question| self.is_found_by(question))
    }

    fn is_seen_by(&self, sight: &Sight) -> bool {
        match sight {
            Sight::Whole => true,
            Sight::Own { ministry, deputy } => {
                ministry.as_ref().is_some_and(|ministry| self.took_part.contains(ministry))
                    || deputy.is_some_and(|deputy| self.deputies.contains(&deputy))
            }
        }
    }

    fn is_led_by(&self, ministry: &MinistryCode) -> bool {
        self.lead.as_ref() == Some(ministry)
    }

    fn is_helped_by(&self, ministry: &MinistryCode) -> bool {
        self.co_executors.iter().any(|(co, _)| co == ministry)
    }

    fn owes_a_reply(&self) -> bool {
        self.open && self.on_control && self.stage != StageName::Dispatched
    }

    fn is_owed(&self, owes: &Owes) -> bool {
        let within = |day: Option<Date>| {
            owes.from.is_none_or(|from| day.is_some_and(|day| day >= from))
                && owes.until.is_none_or(|until| day.is_some_and(|day| day <= until))
        };
        let is_at_work = matches!(self.stage, StageName::Assigned | StageName::Drafting) && self.on_control;
        let draft = self.is_led_by(&owes.ministry) && within(self.lead_due);
        let mut parts = self.co_executors.iter().filter(|(co, _)| *co == owes.ministry);
        let contribution = !self.handed_in.contains(&owes.ministry) && parts.any(|(_, day)| within(Some(*day)));
        is_at_work && (draft || contribution)
    }

    /// Each word of the question is one of its own, or from three letters on begins one, unless the question is a number; or it has that number.
    fn is_found_by(&self, question: &str) -> bool {
        let question = question.trim();
        let number = InquiryNumber::sought(question).ok();
        let asked = question.to_lowercase();
        let mut pieces = asked.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty()).peekable();
        let has = |piece: &str| {
            let is_beginning = number.is_none() && piece.chars().count() >= 3;
            self.words.iter().any(|word| word == piece || (is_beginning && word.starts_with(piece)))
        };
        question.is_empty()
            || (pieces.peek().is_some() && pieces.all(has))
            || number.as_ref().is_some_and(|number| number.normal() == self.number_normal)
    }
}

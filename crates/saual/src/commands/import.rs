//! `saual import`: a table of ministries, deputies or days, with a report of the rows taken and refused; nothing half of it.

use anyhow::Context;
use directory::changes::event::{CalendarChanged, Recount};
use directory::changes::import::{Against, Report, Table, anew, report};
use directory::changes::{Change, Ledger, RecordChanges, STREAM};
use directory::{Directory, Language};
use eventstore::{CommandId, ExecuteError, Guards, Journal, Origin, StreamId};
use inquiry::time;
use jiff::Timestamp;
use jiff::civil::Date;
use readmodel::{Guard, Reader, Sight, letters};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use web::Records;
use web::office::records::preview;

use super::{print, without_addresses, wrong_use};
use crate::cli::{Import, ImportRecount, ImportTable};
use crate::config::Config;
use crate::exit::{Answer, Stop};
use crate::installation::{Database, journal, records};

/// Connections of this command.
const CONNECTIONS: usize = 2;
/// More than any chamber, house or year has rows for.
const MOST_BYTES: u64 = 4 << 20;

pub(super) async fn run(config: &Config, database: &Database, asked: &Import) -> Result<Answer, Stop> {
    let text = text(asked)?;
    let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
    let journal = journal::open(config, &pool, &database.config).await?;
    let reader = Reader::new(pool, Guard::Nobody, Sight::Whole);
    let answer = Desk { config, journal: &journal, reader, asked }.import(&text).await;
    journal.close().await;
    answer
}

fn text(asked: &Import) -> Result<String, Stop> {
    let unread = || format!("{} cannot be read", asked.file.display());
    let length = std::fs::metadata(&asked.file).map_err(|error| wrong_use(format!("{}: {error}", unread())))?.len();
    if length > MOST_BYTES {
        return Err(wrong_use(format!("{}: it has {length} bytes, and {MOST_BYTES} are the most", unread())));
    }
    std::fs::read_to_string(&asked.file).map_err(|error| wrong_use(format!("{}: {error}", unread())))
}

struct Desk<'a> {
    config: &'a Config,
    journal: &'a Journal,
    reader: Reader,
    asked: &'a Import,
}

impl Desk<'_> {
    async fn import(&self, text: &str) -> Result<Answer, Stop> {
        without_addresses("--by", &self.asked.by)?;
        let name = self.asked.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let act = self.asked.act.clone().unwrap_or(name);
        let records = Records::open(self.journal, records::directory(self.config)?).await;
        let records = records.context("the records cannot be read from the journal")?;
        let now = Timestamp::now();
        let signed = letters::last_signed(&self.reader).await.context("the last signed letter cannot be found")?;
        let (today, last_signed) = (time::day_of(now), signed.map(time::civil_of));
        let directory = records.directory();
        let against = Against { directory: &directory, today, last_signed, act: &act };
        let found = report(table(self.asked.table), text, against);
        for line in told(&found, &directory) {
            print(&line);
        }
        if !found.refused.is_empty() {
            print("nothing was recorded: correct these rows and bring the table again");
            return Ok(Answer::No);
        }
        let open = self.moving(&directory, today, &found).await?;
        if open > 0 && self.asked.recount.is_none() {
            print(&format!(
                "nothing was recorded: {open} open inquiries have a deadline that these days move; say --recount all or \
                 --recount none, or choose among them on the page /records/change/set-days"
            ));
            return Ok(Answer::No);
        }
        if found.changes.is_empty() || self.asked.dry_run {
            print("nothing was recorded");
            return Ok(Answer::Yes);
        }
        let changes: Vec<Change> = found.changes.into_iter().map(|(_, change)| self.following(change)).collect();
        let ask = RecordChanges { seed: records.seed(), today, last_signed, changes };
        let stream = StreamId::new(STREAM).context("the stream of the records has no name")?;
        let command = Uuid::now_v7();
        let origin = Origin {
            actor: self.asked.by.clone(),
            at: now,
            command: CommandId(command),
            request: Sha256::digest(text.as_bytes()).into(),
            correlation: command,
            causation: None,
        };
        match self.journal.execute::<Ledger>(&stream, ask, origin, Guards::none(), Some(records.version())).await {
            Ok(done) => {
                print(&format!(
                    "recorded: {} changes, the records stand at version {}",
                    done.events.len(),
                    done.version
                ));
                Ok(Answer::Yes)
            }
            Err(ExecuteError::Refused(refused)) => {
                print(&format!("nothing was recorded: {}", refused.why.words(Language::En)));
                Ok(Answer::No)
            }
            Err(ExecuteError::Append(error)) => {
                Err(anyhow::Error::new(error).context("nothing was recorded, or it is not known").into())
            }
        }
    }
}

impl Desk<'_> {
    /// How many open inquiries have a day that the table would move; each is named.
    async fn moving(&self, directory: &Directory, today: Date, found: &Report) -> Result<usize, Stop> {
        let mut open = 0;
        for (_, change) in &found.changes {
            let Change::CalendarChanged(event) = change else { continue };
            let affected = preview::moving(directory, today, &self.reader, &event.days).await;
            for one in affected.context("the open deadlines cannot be listed")? {
                let (before, number) = (one.days.due, &one.days.number);
                let after = one.moved.reply.as_ref().map_or(before, |reply| reply.new_due);
                print(&format!("{number}: {before} -> {after}"));
                open += 1;
            }
        }
        Ok(open)
    }

    /// The change with what was decided of open deadlines. The running program counts them anew.
    fn following(&self, change: Change) -> Change {
        match (change, self.asked.recount) {
            (Change::CalendarChanged(event), Some(ImportRecount::All)) => {
                CalendarChanged { recount: Recount::All, ..event }.into()
            }
            (other, _) => other,
        }
    }
}

const fn table(asked: ImportTable) -> Table {
    match asked {
        ImportTable::Ministries => Table::Ministries,
        ImportTable::Deputies => Table::Deputies,
        ImportTable::Calendar => Table::Calendar,
    }
}

/// What a table comes to, row by row: what a change sets anew as the page shows it, field by field.
fn told(report: &Report, before: &Directory) -> Vec<String> {
    let change = |(line, change): &(u64, Change)| {
        let words = Change::words(change.stored_name(), Language::En).unwrap_or_default();
        let fields = anew(change, before, Language::En);
        if fields.is_empty() {
            return format!("line {line}: {words}");
        }
        format!("line {line}: {words}: {}", fields.join("; "))
    };
    let refused = report.refused.iter();
    let refused = refused.map(|row| format!("line {} is refused: {}", row.line, row.reason.words(Language::En)));
    let counted = format!(
        "{} rows: {} changes, {} known already, {} refused",
        report.rows,
        report.changes.len(),
        report.known,
        report.refused.len()
    );
    let years = report.years(before).into_iter().flat_map(|year| {
        let doubt = year.doubt(Language::En).map(|doubt| format!("attention: {doubt}"));
        [year.words(Language::En)].into_iter().chain(doubt)
    });
    report.changes.iter().map(change).chain(refused).chain(years).chain([counted]).collect()
}

#[cfg(test)]
mod tests {
    use directory::records::Sources;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_changed_row_says_what_was_and_what_will_be() {
        let directory = Directory::embedded().unwrap();
        let lines = |table, text: &str| {
            let against =
                Against { directory: &directory, today: date(2023, 9, 20), last_signed: None, act: "№ 318" };
            told(&report(table, text, against), &directory)
        };
        let deputies = Sources::embedded().deputies.replace("Н. Сарсенгалиев,", "Н. Сарсен,");
        assert_eq!(
            lines(Table::Deputies, &deputies),
            [
                "line 2: a deputy's record was corrected: name in Russian: Н. Сарсенгалиев → Н. Сарсен",
                "8 rows: 1 changes, 7 known already, 0 refused"
            ]
        );
        // A year that came with its first seven months only.
        let days = (1..=8).map(|day| format!("2027-0{}-1{day},day_off,Мереке\n", day.min(7)));
        let days = format!("date,kind,note\n{}", days.collect::<String>());
        let said = lines(Table::Calendar, &days);
        let [_, figures, doubt, counted] = &said[..] else { panic!("{said:?}") };
        assert!(figures.starts_with("2027: days off from Monday to Friday – "), "{figures}");
        assert!(doubt.starts_with("attention: ") && doubt.contains("no day of August, October, December,"), "{doubt}");
        assert_eq!(counted, "8 rows: 1 changes, 0 known already, 0 refused");
        let heading = Sources::embedded().ministries.lines().next().unwrap();
        let row = "moe,Оқу-ағарту министрлігі,Министерство обучения,Ministry of Education,ОАМ,Минобр,MoE,2023-09-20,,";
        let [renamed, _] = &lines(Table::Ministries, &format!("{heading}\n{row}\n"))[..] else { panic!("one row") };
        assert!(
            renamed.ends_with(
                ": name in Russian: Министерство просвещения → Министерство обучения; \
                 short name in Russian: Минпросвещения → Минобр"
            ),
            "{renamed}"
        );
    }
}

//! `report.pdf`: the report as a paper of the Office, in the inquiry's language, set as letters are.

use std::sync::Arc;

use directory::Language;
use inquiry::EventName;
use inquiry::terms::ReceiptProof;
use jiff::Timestamp;
use letter::Body;
use letter::model::{Align, Block, Cell, Column, Inline, Letter, ListItem, SignatureBlock, Table};

use super::super::at_work;
use super::super::letters::{in_letter, unset};
use super::super::seeing::Seen;
use super::report::{Recipient, Report};
use crate::State;
use crate::problem::Problem;
use crate::time::{local, local_date};

/// Sets the report.
pub(super) async fn set(state: &State, seen: &Seen, report: &Report) -> Result<Vec<u8>, Problem> {
    let t = Tongue(report.language);
    let made: Timestamp =
        report.made.parse().map_err(|error| Problem::failure("read the time of an archive", error))?;
    let number = seen.dossier.intake.number.shown();
    let title = t.of("Дәлелдемелер жинағы", "Сборник доказательств", "Archive of evidence");
    let letter = Letter {
        language: in_letter(t.0),
        title: printable(&format!("{title}: {number}")),
        author: "Saual".to_owned(),
        dated: local_date(made),
        watermark: None,
        letterhead: state.engine.office_letterhead().map_err(unset)?,
        registration: None,
        addressee: vec![title.to_owned(), printable(&number)],
        reference: vec![
            format!("{} {}", t.of("Сауалдың күні:", "Дата запроса:", "The inquiry is dated"), report.dated),
            format!(
                "{} {}",
                t.of("Жинақ жасалған уақыт (Астана):", "Сборник составлен (Астана):", "Made (Astana)"),
                t.time(&report.made)
            ),
        ],
        salutation: cut(&report.subject),
        body: Body { blocks: t.blocks(report) },
        second: None,
        signature: SignatureBlock {
            post: vec![
                t.of("Жинақтағы барлық файлдың тізбесі", "Перечень всех файлов сборника", "The list of all files")
                    .to_owned(),
                t.of("Аппараттың мөрімен бекітілген", "скреплён печатью Аппарата", "is under the Office's seal")
                    .to_owned(),
            ],
            name: "manifest.json.p7s".to_owned(),
        },
        cosignatures: Vec::new(),
        executor: None,
        verification: None,
        annexes: Vec::new(),
    };
    let engine = Arc::clone(&state.engine);
    at_work("set the report of an archive", move || engine.pdf(&letter).map_err(unset)).await
}

/// The words of one language.
#[derive(Clone, Copy)]
struct Tongue(Language);

impl Tongue {
    fn of<'a>(self, kk: &'a str, ru: &'a str, en: &'a str) -> &'a str {
        match self.0 {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }

    fn say(self, kk: &str, ru: &str, en: &str) -> Block {
        Block::paragraph(self.of(kk, ru, en))
    }

    fn head(self, kk: &str, ru: &str, en: &str) -> Block {
        Block::heading(self.of(kk, ru, en))
    }

    fn blocks(self, report: &Report) -> Vec<Block> {
        let mut blocks = self.proves(report);
        blocks.extend(self.letters(report));
        blocks.push(self.head("Кім, қашан, не істеді", "Кто, когда и что сделал", "Who did what, and when"));
        blocks.push(self.story(report));
        if !report.recipients.is_empty() {
            blocks.push(self.head("Депутаттарға жеткізу", "Доставка депутатам", "Deliveries to the deputies"));
            blocks.push(self.deliveries(report));
        }
        blocks.extend(self.does_not_prove(report));
        blocks.extend(self.how_to_check());
        blocks
    }

    fn proves(self, report: &Report) -> Vec<Block> {
        let count = report.events.len();
        let place = |at: Option<&super::report::Told>| at.map_or(0, |told| told.position);
        let (first, last) = (place(report.events.first()), place(report.events.last()));
        let mut blocks = vec![
            self.head("Бұл жинақ нені дәлелдейді", "Что доказывает этот сборник", "What this archive proves"),
            Block::paragraph(self.of(
                &format!("Сауалдың {count} оқиғасы журналда осы күйінде тұр (журналдағы орындары {first}–{last}), олардың арасынан ешқайсысы алынып тасталмаған."),
                &format!("{count} событий запроса стоят в журнале именно такими (места в журнале {first}–{last}), ни одно между ними не пропущено."),
                &format!("The {count} events of the inquiry stand in the journal as they are here (positions {first} to {last}), and none between them is left out."),
            )),
            Block::paragraph(format!("{} {}.", self.of("Сауалдың күйі:", "Состояние запроса:", "The inquiry:"), report.stage)),
        ];
        if report.letters.is_empty() {
            blocks.push(self.say(
                "Сауалға әлі қол қойылған жауап жоқ: жинақта осы уақытқа дейін болғанның бәрі бар.",
                "Подписанного ответа на запрос ещё нет: в сборнике всё, что есть на это время.",
                "The inquiry has no signed reply yet: the archive holds what there is by now.",
            ));
        }
        blocks
    }

    fn letters(self, report: &Report) -> Vec<Block> {
        let mut blocks = Vec::new();
        for letter in &report.letters {
            let signed = &letter.signed;
            let name = letter.sent.as_ref().map_or_else(
                || self.of("Қол қойылған хат", "Подписанное письмо", "The signed letter").to_owned(),
                |sent| format!("№ {}, {}", sent.number, sent.dated),
            );
            blocks.push(Block::heading(printable(&name)));
            let mut rows = Vec::new();
            for given in &signed.cosigned {
                let words = format!("{}, {}; {}", given.signatory, self.time(&given.at), verdict(&given.verdict));
                rows.push((self.of("Бірге қол қойған", "Подписал также", "Also signed by"), words));
            }
            rows.extend([
                (self.of("Қол қойған", "Подписал", "Signed by"), signed.signatory.clone()),
                (self.of("Қол қойылған уақыт", "Когда подписано", "Signed at"), self.time(&signed.at)),
                (
                    self.of("Қол қойылған файл, SHA-256", "Подписанный файл, SHA-256", "Signed file, SHA-256"),
                    signed.sha256.clone(),
                ),
                (
                    self.of("Сертификат, SHA-256", "Сертификат, SHA-256", "Certificate, SHA-256"),
                    signed.certificate.clone(),
                ),
                (self.of("Қолтаңба", "Подпись", "Signature"), verdict(&signed.verdict)),
            ]);
            if let Some(signer) = &signed.signer {
                let whose = self.of("Сертификат иесі", "Владелец сертификата", "The certificate's holder");
                rows.push((whose, signer.clone()));
            }
            if let Some(then) = &signed.checked_then {
                let what =
                    self.of("Қол қойылған кездегі тексеру", "Проверка при подписании", "Check when it was signed");
                rows.push((what, format!("{}: {}", self.time(&then.at), verdict(&then.lines))));
            }
            if let Some(sent) = &letter.sent {
                rows.extend([
                    (
                        self.of("Жөнелтілген файл, SHA-256", "Отправленный файл, SHA-256", "Sent file, SHA-256"),
                        sent.sha256.clone(),
                    ),
                    (self.of("Тіркеу мөрі", "Печать регистрации", "Seal of registration"), verdict(&sent.verdict)),
                ]);
                if !sent.inside.is_empty() {
                    rows.push((
                        self.of("PDF ішіндегі қолтаңба", "Подпись внутри PDF", "Signature inside the PDF"),
                        verdict(&sent.inside),
                    ));
                }
            }
            blocks.push(table(
                [3, 7],
                [self.of("Не", "Что", "What"), self.of("Мәні", "Значение", "Value")],
                rows.into_iter().map(|(what, value)| [what.to_owned(), value]),
            ));
            if signed.sealed_by_server {
                blocks.push(self.say(
                    "Жеке қолдың орнына сервердің мөрі басылған.",
                    "Вместо личной подписи стоит печать сервера.",
                    "The server's seal stands in for a personal signature.",
                ));
            }
        }
        blocks
    }

    /// Everything but what is about one delivery: that is told in the table of deliveries.
    fn story(self, report: &Report) -> Block {
        let about_one = |event: &str| {
            matches!(
                EventName::from_stored(event),
                Some(
                    EventName::ReplyAccepted
                        | EventName::DeliveryFailed
                        | EventName::DeliveryReported
                        | EventName::DeliveryConfirmed
                        | EventName::DeliveredByHand
                        | EventName::LinkRevoked
                )
            )
        };
        let told = report.events.iter().filter(|told| !about_one(&told.event));
        table(
            [1, 3, 5, 3],
            [
                self.of("Орны", "Место", "Place"),
                self.of("Уақыты (Астана)", "Время (Астана)", "Time (Astana)"),
                self.of("Оқиға", "Событие", "Event"),
                self.of("Кім", "Кто", "Who"),
            ],
            told.map(|told| {
                let words = told.words.map_or_else(|| told.event.clone(), str::to_owned);
                [told.position.to_string(), self.time(&told.at), words, told.by.clone()]
            }),
        )
    }

    fn deliveries(self, report: &Report) -> Block {
        table(
            [1, 4, 3, 4],
            [
                "№",
                self.of("Депутат", "Депутат", "Deputy"),
                self.of("Сервер қабылдады", "Принято сервером", "Taken by a server"),
                self.of("Алғаны", "Получено", "Received"),
            ],
            report.recipients.iter().map(|one| {
                let accepted = one.accepted.as_deref().map_or_else(|| "–".to_owned(), |at| self.time(at));
                [one.no.to_string(), one.name.clone(), accepted, self.received(one)]
            }),
        )
    }

    fn received(self, one: &Recipient) -> String {
        let Some((at, how)) = one.received.as_deref().zip(one.how.as_deref()) else {
            return self.of("белгісіз", "неизвестно", "not known").to_owned();
        };
        let how = match serde_json::from_value::<ReceiptProof>(how.into()) {
            Ok(proof) => proof.words(self.0),
            // The one way that leads past the mail.
            Err(_) => EventName::DeliveredByHand.words(self.0),
        };
        format!("{}, {how}", self.time(at))
    }

    fn does_not_prove(self, report: &Report) -> Vec<Block> {
        let mut items = Vec::new();
        let mut item = |text: String| items.push(ListItem { blocks: vec![Block::paragraph(text)] });
        let (at, block) = report.head.as_ref().map_or_else(
            || ("–".to_owned(), 0),
            |head| (self.time(head["signed"].as_str().unwrap_or("–")), head["block"].as_i64().unwrap_or(0)),
        );
        item(
            self.of(
                &format!("кейін не болғанын: жинақ журналдың {block}-блогына, {at} қол қойылған басына дейін айтады"),
                &format!("что было потом: сборник говорит до головы журнала, подписанной {at} (блок {block})"),
                &format!("what came later: the archive speaks to the journal's head of block {block}, signed {at}"),
            )
            .to_owned(),
        );
        if report.unsigned > 0 {
            let count = report.unsigned;
            item(self.of(
                &format!("соңғы {count} оқиғаға қол қойылған бас жетпейді: жинақ жасалғанда журналдың басына қол қойылмады, себебі сервердің журналында жазылған; түзетілген соң жинақты қайта алыңыз"),
                &format!("до последних {count} событий подписанная голова не доходит: при составлении сборника подписать голову не удалось, причина в журнале сервера; возьмите сборник снова, когда это исправят"),
                &format!("no signed head reaches the last {count} events: none could be signed when the archive was made, and the server's log says why; take the archive again once that is mended"),
            ).to_owned());
        }
        item(
            self.of(
                "кілттер мен сертификаттардың Аппараттікі екенін: оларды Аппарат жариялағанмен салыстырыңыз",
                "что ключи и сертификаты принадлежат Аппарату: сверьте их с опубликованными",
                "that keys and certificates are the Office's: compare them with those that it has published",
            )
            .to_owned(),
        );
        if !report.erased.is_empty() {
            let places: Vec<String> = report.erased.iter().map(u16::to_string).collect();
            let places = places.join(", ");
            item(
                self.of(
                    &format!("өшірілген мекенжайларды (тізімдегі орны: {places}): олар ешқайда жоқ"),
                    &format!("стёртые адреса (места в списке: {places}): их больше нет нигде"),
                    &format!("addresses that were erased (places on the list: {places}): they are nowhere any more"),
                )
                .to_owned(),
            );
        }
        if report.recipients.iter().any(|one| one.held_back) {
            item(
                self.of(
                    "жеке сілтемесі әлі жұмыс істейтін хаттардың өзін: олар қоса берілмеген, журналда хэштері бар",
                    "сами письма, личная ссылка в которых ещё действует: они не приложены, их хэши стоят в журнале",
                    "mails whose personal link still works: they are held back, and the journal has their hashes",
                )
                .to_owned(),
            );
        }
        for left_out in &report.left_out {
            let name = left_out.name.as_deref().unwrap_or(&left_out.sha256);
            item(printable(&format!("{name}: {}", left_out.why)));
        }
        vec![
            self.head("Жинақ нені дәлелдемейді", "Чего сборник не доказывает", "What it does not prove"),
            Block::List { ordered: false, items },
        ]
    }

    fn how_to_check(self) -> Vec<Block> {
        let commands = |said: &str, lines: &[&str]| {
            let lines = lines.iter().flat_map(|line| [Inline::LineBreak, Inline::text(*line)]);
            let content = std::iter::once(Inline::text(said)).chain(lines).collect();
            ListItem { blocks: vec![Block::Paragraph { content }] }
        };
        let items = vec![
            commands(
                self.of(
                    "Python 3 пен openssl бар кез келген машинада:",
                    "на любой машине, где есть Python 3 и openssl:",
                    "on any machine that has Python 3 and openssl:",
                ),
                &[
                    "python3 -m zipfile -e EVIDENCE.zip evidence",
                    "python3 evidence/check.py --key heads.pub --seal seal.crt",
                ],
            ),
            commands(
                self.of("осы бағдарламамен:", "этой программой:", "by this program:"),
                &["saual verify --bundle EVIDENCE.zip --key heads.pub --seal seal.crt"],
            ),
        ];
        vec![
            self.head("Қалай тексеруге болады", "Как проверить", "How to check"),
            Block::List { ordered: false, items },
            self.say(
                "heads.pub пен seal.crt – Аппарат жариялаған кілт пен мөр сертификаты.",
                "heads.pub и seal.crt – ключ и сертификат печати, которые опубликовал Аппарат.",
                "heads.pub and seal.crt are the key and the seal's certificate that the Office has published.",
            ),
        ]
    }

    fn time(self, at: &str) -> String {
        at.parse::<Timestamp>().map_or_else(|_| at.to_owned(), |at| local(at).strftime("%d.%m.%Y %H:%M:%S").to_string())
    }
}

fn table<const N: usize>(shares: [u8; N], head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Block {
    let cell = |text: String| Cell {
        content: if text.is_empty() { Vec::new() } else { vec![Inline::text(printable(&text))] },
    };
    Block::Table(Table {
        columns: shares.map(|share| Column { share, align: Align::Start }).into(),
        head: head.map(|text| cell(text.to_owned())).into(),
        rows: rows.map(|row| row.map(cell).into()).collect(),
    })
}

/// What a check says, in one cell.
fn verdict(lines: &[String]) -> String {
    lines.iter().map(|line| line.trim_start_matches("- ")).collect::<Vec<_>>().join("; ")
}

/// Other signs than those of our languages may be missing in the letters' typeface, and no box is printed; the report's JSON has them.
fn printable(text: &str) -> String {
    let is_known = |sign: char| {
        matches!(sign, ' '..='~' | '\u{a0}'..='\u{ff}' | '\u{400}'..='\u{4ff}' | '–' | '—' | '№' | '“' | '”' | '’' | '…')
            && sign != '\u{ad}'
    };
    text.chars().map(|sign| if is_known(sign) { sign } else { '?' }).collect()
}

/// One line of a letter's head.
fn cut(text: &str) -> String {
    let cut: String = printable(text).chars().take(280).collect();
    if cut.trim().is_empty() { "–".to_owned() } else { cut }
}

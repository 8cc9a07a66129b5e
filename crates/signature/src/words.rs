//! A report in words, for whoever reads it: Kazakh, Russian, English.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::chain::Broken;
use crate::report::{About, Check, Conclusion, Finding, Later, PdfFault, Report};
use crate::revocation::Source;
use crate::verdict::{Fault, Unchecked};

/// The language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Kazakh.
    Kk,
    /// Russian.
    Ru,
    /// English.
    En,
}

impl Language {
    /// All three, the state language first.
    pub const ALL: [Self; 3] = [Self::Kk, Self::Ru, Self::En];

    fn of<'a>(self, kk: &'a str, ru: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Kk => kk,
            Self::Ru => ru,
            Self::En => en,
        }
    }
}

impl Report {
    /// The report in words, a line each: first the one word and the signer, then every finding.
    #[must_use]
    pub fn lines(&self, language: Language) -> Vec<String> {
        self.lines_with(self.conclusion(), language)
    }

    /// The same of a stranger's signature ([`Report::conclusion_of_stranger`]).
    #[must_use]
    pub fn lines_of_stranger(&self, language: Language) -> Vec<String> {
        self.lines_with(self.conclusion_of_stranger(), language)
    }

    fn lines_with(&self, conclusion: Conclusion, language: Language) -> Vec<String> {
        let mut lines = vec![match &self.signer {
            Some(signer) => format!("{}: {signer}", conclusion.word(language)),
            None => conclusion.word(language).to_owned(),
        }];
        lines.extend(self.checks.iter().map(|check| format!("- {}", check.words(language))));
        lines
    }
}

impl Conclusion {
    /// The one word.
    #[must_use]
    pub fn word(self, language: Language) -> &'static str {
        match self {
            Self::Valid => language.of("жарамды", "действительна", "valid"),
            Self::NotChecked => language.of("тексерілмеді", "не проверена", "not checked"),
            Self::Invalid => language.of("жарамсыз", "недействительна", "invalid"),
        }
    }
}

impl Check {
    /// The finding in one line, with what it is about.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let about = match self.about {
            About::Signature => language.of("қолтаңба", "подпись", "signature"),
            About::Timestamp => language.of("уақыт белгісі", "метка времени", "timestamp"),
            About::File => language.of("файл", "файл", "file"),
        };
        format!("{about}: {}", self.finding.words(language))
    }
}

impl Finding {
    /// The finding in one line.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let of = |kk: &str, ru: &str, en: &str| language.of(kk, ru, en).to_owned();
        match self {
            Self::Intact => of(
                "байттары қол қойылған күйінде",
                "байты те самые, что подписаны",
                "the bytes are those that were signed",
            ),
            Self::GoodElsewhere { by } => {
                let said = language.of(
                    "басқа бағдарлама жарамды деп тапты",
                    "другая программа нашла её верной",
                    "another program found it good",
                );
                format!("{said}: {by}")
            }
            Self::BadElsewhere { by, why } => {
                let said = language.of(
                    "басқа бағдарлама жарамсыз деп тапты",
                    "другая программа нашла её неверной",
                    "another program found it bad",
                );
                format!("{said}: {by}: {why}")
            }
            Self::Trusted { anchor, at } => {
                let (anchor, at) = (anchor.as_str(), moment(*at));
                match language {
                    Language::Kk => {
                        format!("сертификат сенімді «{anchor}» сертификатына барады, бәрі {at} сәтінде жарамды болған")
                    }
                    Language::Ru => format!("сертификат восходит к доверенному «{anchor}», все действовали на {at}"),
                    Language::En => {
                        format!("the certificate leads to the trusted “{anchor}”, and all were valid at {at}")
                    }
                }
            }
            Self::Broken(broken) => broken.words(language),
            Self::NotRevoked { subject, by, as_of } => {
                let (by, as_of) = (by.name(), moment(*as_of));
                match language {
                    Language::Kk => format!("«{subject}» қайтарып алынбаған ({by}, {as_of})"),
                    Language::Ru => format!("«{subject}» не отозван ({by}, {as_of})"),
                    Language::En => format!("“{subject}” was not revoked ({by}, {as_of})"),
                }
            }
            Self::Revoked { subject, by, since } => {
                let (by, since) = (by.name(), moment(*since));
                match language {
                    Language::Kk => format!("«{subject}» {since} сәтінен бері қайтарып алынған ({by})"),
                    Language::Ru => format!("«{subject}» отозван с {since} ({by})"),
                    Language::En => format!("“{subject}” has been revoked since {since} ({by})"),
                }
            }
            Self::RevocationUnknown { subject } => match language {
                Language::Kk => format!("«{subject}» қайтарып алынған-алынбағаны тексерілмеді: дерек жоқ"),
                Language::Ru => format!("отозван ли «{subject}», не проверено: нет данных"),
                Language::En => format!("whether “{subject}” was revoked was not checked: nothing is at hand"),
            },
            Self::Stray { subject } => match language {
                Language::Kk => format!("жанындағы «{subject}» сертификатының бұған қатысы жоқ немесе өзгертілген"),
                Language::Ru => format!("приложенный сертификат «{subject}» к ней не относится или изменён"),
                Language::En => {
                    format!("the enclosed certificate “{subject}” has nothing to do with it, or was changed")
                }
            },
            Self::Timestamped { at, authority } => {
                let at = moment(*at);
                match language {
                    Language::Kk => format!("{at} сәтінде бар болғанын «{authority}» куәландырады"),
                    Language::Ru => format!("существовала {at}, что удостоверяет «{authority}»"),
                    Language::En => format!("it existed at {at}, as “{authority}” attests"),
                }
            }
            Self::TimestampElsewhere => {
                of("басқа байттарға қойылған", "поставлена на другие байты", "it is over other bytes")
            }
            Self::TimestampInFuture { at } => {
                let said = language.of(
                    "тексеру сәтінен кейінгі уақыт",
                    "время позже момента проверки",
                    "its time is later than that of the check",
                );
                format!("{said}: {}", moment(*at))
            }
            Self::Fault(fault) => fault.words(language).to_owned(),
            Self::Unchecked(why) => why.words(language),
            Self::WholeFile => of(
                "қолтаңба бүкіл файлды қамтиды",
                "подпись охватывает весь файл",
                "the signature covers the whole file",
            ),
            Self::Pdf(fault) => fault.words(language).to_owned(),
            Self::Later(later) => later.words(language).to_owned(),
        }
    }
}

impl Broken {
    fn words(&self, language: Language) -> String {
        match (self, language) {
            (Self::Untrusted { subject }, Language::Kk) => format!("«{subject}» сенімді сертификатқа бармайды"),
            (Self::Untrusted { subject }, Language::Ru) => format!("«{subject}» не восходит к доверенному сертификату"),
            (Self::Untrusted { subject }, Language::En) => {
                format!("“{subject}” does not lead to a trusted certificate")
            }
            (Self::OutsideValidity { subject, from, until }, language) => {
                let (from, until) = (moment(*from), moment(*until));
                match language {
                    Language::Kk => format!("«{subject}» ол сәтте жарамды болмаған (мерзімі {from} – {until})"),
                    Language::Ru => format!("«{subject}» в тот момент не действовал (срок {from} – {until})"),
                    Language::En => format!("“{subject}” was not valid at that time (valid {from} – {until})"),
                }
            }
            (Self::NotAuthority { subject }, Language::Kk) => format!("«{subject}» сертификат беруге құқылы емес"),
            (Self::NotAuthority { subject }, Language::Ru) => format!("«{subject}» не вправе выдавать сертификаты"),
            (Self::NotAuthority { subject }, Language::En) => format!("“{subject}” may not issue certificates"),
            (Self::Usage { subject }, Language::Kk) => format!("«{subject}» бұған арналмаған"),
            (Self::Usage { subject }, Language::Ru) => format!("«{subject}» для этого не предназначен"),
            (Self::Usage { subject }, Language::En) => format!("“{subject}” is not meant for this"),
            (Self::Signature { subject }, Language::Kk) => {
                format!("«{subject}» сертификатына оны берген деп аталған қол қоймаған")
            }
            (Self::Signature { subject }, Language::Ru) => format!("«{subject}» не подписан тем, кто назван издателем"),
            (Self::Signature { subject }, Language::En) => {
                format!("“{subject}” was not signed by whom it names as its issuer")
            }
            (Self::Unknown { subject, oid }, Language::Kk) => format!("«{subject}» тексерілмеді: {oid} белгісіз"),
            (Self::Unknown { subject, oid }, Language::Ru) => format!("«{subject}» не проверен: {oid} неизвестно"),
            (Self::Unknown { subject, oid }, Language::En) => format!("“{subject}” was not checked: {oid} is unknown"),
        }
    }
}

impl Fault {
    /// What is wrong, in one line.
    #[must_use]
    pub fn words(self, language: Language) -> &'static str {
        let (kk, ru, en) = match self {
            Self::Unreadable => (
                "бұл DER түріндегі CMS қолтаңбасы емес",
                "это не подпись CMS в DER",
                "this is not a CMS signature in DER",
            ),
            Self::NotDetached => (
                "қолтаңбаның ішінде өз мазмұны бар, бұл байттар туралы ештеңе айтпайды",
                "подпись содержит собственное содержимое и ничего не говорит об этих байтах",
                "the signature carries a content of its own and says nothing about these bytes",
            ),
            Self::NoSigner => {
                ("қолтаңбада қол қоюшы жоқ", "в подписи нет подписавшего", "the signature names no signer")
            }
            Self::Attributes => (
                "қолтаңбаның өз деректері толық емес немесе бір-біріне қайшы",
                "собственные данные подписи неполны или противоречивы",
                "the signature's own statements are incomplete or contradict each other",
            ),
            Self::OtherBytes => (
                "қол қойылған байттар бұлар емес",
                "подписаны не эти байты",
                "the bytes are not those that were signed",
            ),
            Self::OtherCertificate => (
                "салынған сертификат қолтаңбада аталғаны емес",
                "вложенный сертификат не тот, что назван в подписи",
                "the enclosed certificate is not the one that the signature names",
            ),
            Self::NoCertificateNamed => (
                "қолтаңба қай сертификатпен қойылғанын айтпайды",
                "подпись не называет сертификата, которым сделана",
                "the signature does not say which certificate it was made with",
            ),
            Self::Signature => (
                "қолтаңба сертификаттың кілтімен қойылмаған немесе өзгертілген",
                "подпись сделана не ключом сертификата или изменена",
                "the signature was not made with the certificate's key, or was changed",
            ),
            Self::OutsideValidity => (
                "сертификат ол сәтте жарамды болмаған",
                "сертификат в тот момент не действовал",
                "the certificate was not valid at that time",
            ),
        };
        language.of(kk, ru, en)
    }
}

impl Unchecked {
    /// Why it was not checked, in one line.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        match (self, language) {
            (Self::Algorithm { oid }, Language::Kk) => format!("тексерілмеді: белгісіз алгоритм {oid}"),
            (Self::Algorithm { oid }, Language::Ru) => format!("не проверено: неизвестный алгоритм {oid}"),
            (Self::Attribute { oid }, Language::Kk) => format!("тексерілмеді: белгісіз атрибут {oid}"),
            (Self::Attribute { oid }, Language::Ru) => format!("не проверено: неизвестный атрибут {oid}"),
            (Self::NoCertificate, Language::Kk) => "тексерілмеді: қол қоюшының сертификаты салынбаған".to_owned(),
            (Self::NoCertificate, Language::Ru) => "не проверено: сертификат подписавшего не вложен".to_owned(),
            (Self::SeveralSigners { count }, Language::Kk) => format!("тексерілмеді: бір қолтаңбада {count} қол қоюшы"),
            (Self::SeveralSigners { count }, Language::Ru) => {
                format!("не проверено: подписавших в одной подписи: {count}")
            }
            (Self::NoAttributes, Language::Kk) => "тексерілмеді: қол қойылған атрибуттары жоқ қолтаңба".to_owned(),
            (Self::NoAttributes, Language::Ru) => "не проверено: подпись без подписанных атрибутов".to_owned(),
            (_, Language::En) => self.to_string(),
        }
    }
}

impl PdfFault {
    fn words(self, language: Language) -> &'static str {
        let (kk, ru, en) = match self {
            Self::Structure => (
                "файл қолтаңбасы бар PDF талаптарына сай құрылмаған",
                "файл построен не так, как положено PDF с подписью",
                "the file is not built as a PDF with signatures has to be",
            ),
            Self::Range => (
                "қол қойылған ауқым қолтаңба айналасындағы бүкіл құжат емес",
                "подписанный диапазон не весь документ вокруг подписи",
                "the signed range is not the whole document around the signature",
            ),
            Self::Hole => (
                "қолтаңба орнында одан басқа да бірдеңе бар",
                "на месте подписи есть что-то кроме неё",
                "the place of the signature holds something else besides it",
            ),
            Self::Replaced => (
                "қолтаңба өрісі кейін ауыстырылған",
                "поле подписи позже подменено",
                "the signature's field was exchanged later",
            ),
            Self::NoSignature => ("файлда қолтаңба жоқ", "в файле нет подписи", "there is no signature in the file"),
        };
        language.of(kk, ru, en)
    }
}

impl Later {
    fn words(self, language: Language) -> &'static str {
        let (kk, ru, en) = match self {
            Self::Material => (
                "кейін тексеру деректері қосылған, беттер сол күйінде",
                "позже добавлены данные для проверки, страницы те же",
                "data for checking was added later; the pages stayed",
            ),
            Self::Timestamp => (
                "кейін құжаттың уақыт белгісі қосылған, беттер сол күйінде",
                "позже добавлена метка времени документа, страницы те же",
                "a timestamp of the document was added later; the pages stayed",
            ),
            Self::Signature => (
                "кейін көрінбейтін басқа қолтаңба қосылған, беттер сол күйінде",
                "позже добавлена ещё одна невидимая подпись, страницы те же",
                "another invisible signature was added later; the pages stayed",
            ),
            Self::Known => (
                "кейін қосылғаны тіркеуде белгілі байттар",
                "позже добавленное известно реестру",
                "what was added later is known to the register",
            ),
            Self::Registration => (
                "кейін бетке нөмір мен күн қосылған; одан басқа ештеңе қосылмағаны тексерілмеді",
                "позже на страницу добавлены номер и дата; что не добавлено ничего иного, не проверено",
                "number and date were added to the page later; that nothing else was, is not checked",
            ),
            Self::Other => (
                "қол қойылғаннан кейін құжат өзгертілген",
                "документ изменён после подписания",
                "the document was changed after it was signed",
            ),
        };
        language.of(kk, ru, en)
    }
}

impl Source {
    fn name(self) -> &'static str {
        match self {
            Self::Ocsp => "OCSP",
            Self::Crl => "CRL",
        }
    }
}

/// In universal time, to the second.
fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

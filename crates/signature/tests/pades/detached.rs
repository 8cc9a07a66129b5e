//! Signatures beside their bytes: the algorithms, and an agreement with OpenSSL about good and bad.

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{CertificateSet, SignedData};
use der::asn1::Any;
use der::{Decode, Encode};
use signature::{
    Answer, Conclusion, Elsewhere, Finding, Question, Report, Revocation, Unchecked, Verdict, check_detached,
    verify_detached,
};

use crate::authority::{ask, authority};

const BYTES: &[u8] = "№ДС-326 хатқа жауап\r\n".as_bytes();

fn judged(cms: &[u8], bytes: &[u8]) -> Report {
    let (trust, between) = (authority().trust(Revocation::WhereTold), authority().between());
    check_detached(cms, bytes, &ask(&trust, &between))
}

/// Every kind of key and padding that is known here.
const KINDS: [(&str, &str); 6] = [
    ("signer", ""),
    ("signer", "-md sha384"),
    ("signer", "-md sha512"),
    ("rsa", ""),
    ("rsa", "-md sha512"),
    ("rsa", "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest"),
];

#[test]
fn what_openssl_signs_is_valid_here() {
    for (name, more) in KINDS {
        let report = judged(&authority().cms(name, BYTES, more), BYTES);
        assert!(report.is_valid(), "{name} {more}: {report:#?}");
        assert_eq!(report.signer, Some(format!("Test-{name}")));
    }
}

#[test]
fn here_and_openssl_agree_about_good_and_bad() {
    for (name, more) in KINDS {
        let cms = authority().cms(name, BYTES, more);
        assert!(authority().openssl_accepts(&cms, BYTES), "{name} {more}");
        for at in (0..cms.len()).rev().step_by(37) {
            let mut changed = cms.clone();
            changed[at] ^= 1;
            let here = judged(&changed, BYTES).is_valid();
            // What OpenSSL refuses is never valid here. The other way round is allowed: the frame is read more strictly here.
            assert!(!here || authority().openssl_accepts(&changed, BYTES), "{name} {more}: byte {at}");
        }
        let mut other = BYTES.to_vec();
        other[3] ^= 1;
        assert!(!authority().openssl_accepts(&cms, &other));
        assert_eq!(judged(&cms, &other).conclusion(), Conclusion::Invalid);
    }
    for name in ["expired", "signer"] {
        let cms = authority().seal(name).sign_detached(BYTES, jiff::Timestamp::now()).expect("signed");
        assert_eq!(judged(&cms, BYTES).is_valid(), authority().openssl_accepts(&cms, BYTES), "{name}");
    }
}

#[test]
fn a_pss_salt_of_another_length_is_not_checked() {
    let cms = authority().cms("rsa", BYTES, "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20");
    let report = judged(&cms, BYTES);
    assert_eq!(report.conclusion(), Conclusion::NotChecked, "{report:#?}");
}

#[test]
fn a_swapped_certificate_is_noticed() {
    let cms = authority().cms("signer", BYTES, "");
    let other = authority().certificate("other").to_der().expect("DER");
    let own = authority().certificate("signer").to_der().expect("DER");
    let outer = ContentInfo::from_der(&cms).expect("CMS");
    let mut inner: SignedData = outer.content.decode_as().expect("SignedData");
    let choice = CertificateChoices::from_der(&other).expect("a certificate");
    assert_eq!(inner.certificates.expect("some").0.get(0).map(|one| one.to_der().expect("DER")), Some(own));
    inner.certificates = Some(CertificateSet::try_from(vec![choice]).expect("one"));
    let content = Any::encode_from(&inner).expect("encodable");
    let swapped = ContentInfo { content_type: outer.content_type, content }.to_der().expect("encodable");
    assert_eq!(judged(&swapped, BYTES).conclusion(), Conclusion::NotChecked, "the signer's own is missing");
    assert!(!authority().openssl_accepts(&swapped, BYTES));
}

#[test]
fn a_certificate_says_where_its_revocation_is_told() {
    let certificate = authority().certificate("addressed");
    assert_eq!(certificate.ocsp_addresses(), ["http://ocsp.invalid/"]);
    assert_eq!(certificate.issuer_addresses(), ["http://ca.invalid/issuing.crt"]);
    assert_eq!(certificate.crl_addresses(), ["http://crl.invalid/list.crl"]);
    let silent = authority().certificate("signer");
    assert!(silent.ocsp_addresses().is_empty() && silent.crl_addresses().is_empty());
}

/// As the national provider's program would answer.
struct Provider(Answer);

impl Elsewhere for Provider {
    fn check(&self, _cms: &[u8], bytes: &[u8]) -> Answer {
        assert_eq!(bytes, BYTES);
        self.0.clone()
    }
}

#[test]
fn an_unknown_algorithm_is_left_to_another_program_and_never_guessed() {
    const UNKNOWN: &str = "1.2.840.10045.2.1 (1.3.132.0.10)";
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    authority().run(
        "root",
        &[
            "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -days 9 -subj /CN=Foreign",
            &format!("-keyout {} -out {}", at("key"), at("cert")),
        ],
    );
    std::fs::write(at("bytes"), BYTES).expect("written");
    let sign = format!("-signer {} -inkey {} -in {} -out {}", at("cert"), at("key"), at("bytes"), at("cms"));
    authority().run("root", &["cms -sign -binary -md sha256 -outform DER", &sign]);
    let cms = std::fs::read(at("cms")).expect("a signature");
    let unknown = Unchecked::Algorithm { oid: UNKNOWN.to_owned() };
    assert_eq!(verify_detached(&cms, BYTES), Verdict::NotChecked(unknown.clone()));

    let (trust, between) = (authority().trust(Revocation::WhereTold), authority().between());
    let by = || "provider".to_owned();
    for (answer, conclusion) in [
        (Answer::Good { by: by(), signer: "Foreign".to_owned() }, Conclusion::Valid),
        (Answer::Bad { by: by(), why: "revoked".to_owned() }, Conclusion::Invalid),
        (Answer::None, Conclusion::NotChecked),
    ] {
        let provider = Provider(answer);
        let question = Question { elsewhere: Some(&provider), ..ask(&trust, &between) };
        assert_eq!(check_detached(&cms, BYTES, &question).conclusion(), conclusion);
    }
    let report = check_detached(&cms, BYTES, &ask(&trust, &between));
    assert!(report.has(&Finding::Unchecked(unknown.clone())) && report.conclusion() == Conclusion::NotChecked);
}

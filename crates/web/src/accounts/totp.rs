//! Codes of an authenticator app: RFC 6238 over RFC 4226, with what every such app can do (HMAC-SHA-1, six digits, thirty seconds).

use jiff::Timestamp;
use ring::hmac;

/// The length of a shared secret: that of the hash (RFC 4226, 4).
pub(crate) const SECRET: usize = 20;
/// How long a code is shown.
const STEP_SECONDS: i64 = 30;
/// Six digits.
const CODES: u32 = 1_000_000;
/// Steps that a clock may go wrong by, either way (RFC 6238, 5.2 advises one).
const WINDOW: i64 = 1;
/// The alphabet of RFC 4648, 6.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn code_at(secret: &[u8], step: i64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    // RFC 4226, 5.3: the low bits of the last byte say where the four bytes begin.
    let at = usize::from(tag[tag.len() - 1] & 0x0f);
    u32::from_be_bytes([tag[at] & 0x7f, tag[at + 1], tag[at + 2], tag[at + 3]]) % CODES
}

/// What was typed as a code: six digits, with the gap that apps show them with.
pub(crate) fn typed(text: &str) -> Option<u32> {
    let digits: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_code { digits.parse().ok() } else { None }
}

/// The step whose code this is, if it is one that may be used now: none of those up to `last`, which were used or passed over.
pub(crate) fn step_of(secret: &[u8], code: u32, now: Timestamp, last: i64) -> Option<i64> {
    let here = now.as_second().div_euclid(STEP_SECONDS);
    (here - WINDOW..=here + WINDOW).find(|step| *step > last && code_at(secret, *step) == code)
}

/// A secret as people type it into an app (RFC 4648, 6, without padding).
pub(crate) fn base32(secret: &[u8]) -> String {
    let mut out = String::new();
    for five in secret.chunks(5) {
        let mut block = [0; 8];
        block[3..3 + five.len()].copy_from_slice(five);
        let bits = u64::from_be_bytes(block);
        let signs = (five.len() * 8).div_ceil(5);
        out.extend((0..signs).map(|sign| char::from(BASE32[(bits >> (35 - 5 * sign)) as usize & 31])));
    }
    out
}

/// The address that an app reads from the picture. The account's name needs no escape: it is of `a-z 0-9 . _ -`.
pub(crate) fn address(name: &str, secret: &[u8]) -> String {
    format!(
        "otpauth://totp/Saual:{name}?secret={}&issuer=Saual&algorithm=SHA1&digits=6&period={STEP_SECONDS}",
        base32(secret)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &[u8; SECRET] = b"12345678901234567890";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B: eight digits there, of which the last six are ours.
        for (second, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(code_at(SEED, second / STEP_SECONDS), code, "{second}");
            assert_eq!(step_of(SEED, code, at(second), 0), Some(second / STEP_SECONDS));
        }
    }

    #[test]
    fn a_clock_may_go_wrong_by_one_step_and_a_code_is_taken_once() {
        let code = code_at(SEED, 100);
        for (second, found) in [(2_969, None), (2_970, Some(100)), (3_059, Some(100)), (3_060, None)] {
            assert_eq!(step_of(SEED, code, at(second), 0), found, "{second}");
        }
        assert_eq!(step_of(SEED, code, at(3_000), 100), None);
        assert_eq!(step_of(SEED, code, at(3_000), 99), Some(100));
    }

    #[test]
    fn secrets_are_written_as_apps_read_them() {
        // RFC 4648, 10, without its padding.
        for (bytes, text) in [
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        assert!(
            address("clerk", SEED).starts_with("otpauth://totp/Saual:clerk?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&")
        );
    }

    #[test]
    fn a_code_is_six_digits() {
        assert_eq!(typed(" 012 345 "), Some(12_345));
        for text in ["", "12345", "1234567", "12345a", "+12345", "١٢٣٤٥٦"] {
            assert_eq!(typed(text), None, "{text}");
        }
    }
}

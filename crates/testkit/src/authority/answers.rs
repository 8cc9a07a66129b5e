//! What the services answer.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Behaviour, GOST_LIKE, KNOWN, Service, Shared, write};

/// Answers one question on a line.
pub(super) fn serve(shared: &Shared, mut line: TcpStream) {
    let Some((path, body)) = question(&mut line) else { return };
    let service = match path.as_str() {
        "/ocsp" => Service::Ocsp,
        "/root.crl" | "/issuing.crl" => Service::Lists,
        "/tsa" => Service::Stamps,
        "/cms/verify" => Service::Verifier,
        _ => return write(&mut line, "404 Not Found", "", b""),
    };
    shared.asked.lock().expect("questions").push((service, body.clone()));
    let behaviour = shared.behaviour.lock().expect("behaviour").get(&service).cloned().unwrap_or(Behaviour::Honest);
    match behaviour {
        Behaviour::Honest => match honest(shared, service, &path, &body) {
            Some(answer) => write(&mut line, "200 OK", "", &answer),
            None => write(&mut line, "400 Bad Request", "", b"{\"status\":400,\"message\":\"it cannot be read\"}"),
        },
        Behaviour::Silent => {
            // Until the other side is tired of it.
            let _gone = line.read(&mut [0]);
        }
        Behaviour::Endless => {
            let head = line.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            let mut sent = head.is_ok();
            while sent {
                sent = line.write_all(&[b' '; 65_536]).is_ok();
            }
        }
        Behaviour::Elsewhere => write(&mut line, "307 Temporary Redirect", "Location: /ocsp\r\n", b""),
        Behaviour::Failing => write(&mut line, "500 Internal Server Error", "", b""),
        Behaviour::Says(text) => write(&mut line, "200 OK", "", text.as_bytes()),
    }
}

/// Path and body of a question over HTTP.
fn question(line: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = Vec::new();
    let mut buffer = [0; 16_384];
    let head = loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        let count = line.read(&mut buffer).ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&buffer[..count]);
    };
    let text = String::from_utf8_lossy(&read[..head]).to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    let length = length.unwrap_or(0);
    while read.len() < head + 4 + length {
        let count = line.read(&mut buffer).ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&buffer[..count]);
    }
    let path = text.split_whitespace().nth(1)?.to_owned();
    Some((path, read[head + 4..head + 4 + length].to_vec()))
}

fn honest(shared: &Shared, service: Service, path: &str, body: &[u8]) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    fs::write(folder.path().join("q"), body).expect("written");
    let said = match service {
        Service::Ocsp => {
            let reply = "ocsp -index issuing.index -CA issuing.pem -rsigner ocsp.pem -rkey ocsp.key -ndays 7";
            shared.try_run(reply, &["-reqin", &file("q"), "-respout", &file("a")])
        }
        Service::Lists => {
            let ca = path.trim_start_matches('/').trim_end_matches(".crl");
            // Lists have numbers, and two questions at once would write one file of them.
            let _one_at_a_time = shared.behaviour.lock().expect("behaviour");
            shared
                .run(&format!("ca -config {ca}.settings -keyfile {ca}.key -cert {ca}.pem -gencrl -out"), &[&file("p")]);
            shared.try_run("crl -outform DER", &["-in", &file("p"), "-out", &file("a")])
        }
        Service::Stamps => {
            let _one_at_a_time = shared.behaviour.lock().expect("behaviour");
            let reply = "ts -reply -config issuing.settings -section stamps -signer tsa.pem -inkey tsa.key -chain issuing.pem -sha256";
            shared.try_run(reply, &["-queryfile", &file("q"), "-out", &file("a")])
        }
        Service::Verifier => return verified(shared, body),
    };
    if said.status.success() { fs::read(file("a")).ok() } else { None }
}

/// As an NCANode would answer that knows the algorithm: whether `openssl cms -verify` accepts the signature with the algorithm that it really has.
fn verified(shared: &Shared, body: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(body);
    let field = |name: &str| {
        let (_, rest) = text.split_once(&format!("\"{name}\":\""))?;
        STANDARD.decode(rest.split_once('"')?.0).ok()
    };
    let (cms, data) = (field("cms")?, field("data")?);
    let cms = with_algorithm(&cms, GOST_LIKE, KNOWN)?;
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    fs::write(folder.path().join("s"), cms).expect("written");
    fs::write(folder.path().join("c"), data).expect("written");
    let verify = "cms -verify -binary -inform DER -CAfile chain.pem -purpose any";
    let files = [file("s"), file("c"), file("o"), file("signer")];
    let said =
        shared.try_run(verify, &["-in", &files[0], "-content", &files[1], "-out", &files[2], "-signer", &files[3]]);
    if !said.status.success() {
        return Some(br#"{"status":200,"message":"OK","valid":false,"signers":[]}"#.to_vec());
    }
    let said = shared.run("x509 -noout -serial -subject -nameopt multiline,utf8,-esc_msb", &["-in", &files[3]]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let value = |name: &str| {
        said.lines()
            .find_map(|line| line.trim().strip_prefix(name)?.split_once('=').map(|(_, value)| value.trim().to_owned()))
    };
    let (number, name, iin) = (value("serial")?, value("commonName")?, value("serialNumber"));
    let iin = iin.map_or_else(String::new, |iin| format!(r#","iin":"{}""#, iin.trim_start_matches("IIN")));
    let certificate = format!(
        r#"{{"valid":true,"serialNumber":"{}","subject":{{"commonName":"{name}"{iin}}}}}"#,
        number.to_lowercase()
    );
    Some(
        format!(r#"{{"status":200,"message":"OK","valid":true,"signers":[{{"certificates":[{certificate}]}}]}}"#)
            .into_bytes(),
    )
}

/// The signature with another algorithm named as its own; the certificates, which stand before it, keep theirs.
pub(super) fn with_algorithm(cms: &[u8], from: [u8; 8], to: [u8; 8]) -> Option<Vec<u8>> {
    let at = cms.windows(from.len()).rposition(|window| window == from)?;
    let mut changed = cms.to_vec();
    changed[at..at + to.len()].copy_from_slice(&to);
    Some(changed)
}

/// A frame of DER as one of BER: `ContentInfo`, its content and `SignedData` without lengths, each ended by two zeros.
pub(super) fn in_ber(cms: &[u8]) -> Vec<u8> {
    // Tag and length of a structure of 256 to 65,535 bytes, and the object identifier of `SignedData` with its own.
    const HEAD: usize = 4;
    const NAME: usize = 11;
    let (name, rest) = cms[HEAD..].split_at(NAME);
    assert!([cms[1], rest[1], rest[HEAD + 1]] == [0x82; 3], "lengths of two bytes");
    [&[0x30, 0x80], name, &[0xa0, 0x80, 0x30, 0x80], &rest[2 * HEAD..], &[0; 6]].concat()
}

/// The DER of a certificate in PEM.
pub(super) fn der_of(pem: &str) -> Vec<u8> {
    let lines = pem.lines().skip_while(|line| !line.starts_with("-----BEGIN")).skip(1);
    let digits: String = lines.take_while(|line| !line.starts_with("-----END")).collect();
    STANDARD.decode(digits).expect("a certificate in PEM")
}

/// A value of DER with one of the values inside it replaced by another, whatever its length.
pub(super) fn replaced(der: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    if der == from {
        return to.to_vec();
    }
    let is_constructed = der[0] & 0x20 != 0;
    if !is_constructed || !der.windows(from.len()).any(|window| window == from) {
        return der.to_vec();
    }
    let mut inside = &der[head_of(der).0..];
    let mut content = Vec::new();
    while !inside.is_empty() {
        let (head, length) = head_of(inside);
        let (one, rest) = inside.split_at(head + length);
        content.extend(replaced(one, from, to));
        inside = rest;
    }
    let length = u16::try_from(content.len()).expect("a small structure").to_be_bytes();
    [&[der[0], 0x82], &length[..], &content].concat()
}

/// How long the head of a value is, and what it heads.
fn head_of(der: &[u8]) -> (usize, usize) {
    match der[1] {
        short @ 0..=0x7f => (2, short.into()),
        long => {
            let count = usize::from(long & 0x7f);
            let length = der[2..2 + count].iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
            (2 + count, length)
        }
    }
}

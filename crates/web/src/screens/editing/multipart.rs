//! The one file of a form as browsers send it (`multipart/form-data`, RFC 7578), found in bytes that are all there and bounded before.

/// A file that somebody chose.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Upload {
    /// Its name as the browser says it, without folders.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// More parts than any form of ours has.
const MOST_PARTS: usize = 20;
/// Longer than any part's headers.
const LONGEST_HEAD: usize = 4_096;

/// The boundary that a `Content-Type` names.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let (media, parameters) = content_type.split_once(';')?;
    if !media.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        name.eq_ignore_ascii_case("boundary").then_some(value.trim().trim_matches('"'))
    })?;
    let fits = (1..=70).contains(&named.len()) && named.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    fits.then_some(named)
}

/// The file in the field of that name; none when the form has none, or is none.
pub(super) fn file(body: &[u8], boundary: &str, field: &str) -> Option<Upload> {
    let delimiter = format!("--{boundary}");
    let mut rest = after(body, delimiter.as_bytes())?;
    // Every further delimiter begins a line.
    let delimiter = format!("\r\n--{boundary}");
    for _ in 0..MOST_PARTS {
        let part = rest.strip_prefix(b"\r\n")?;
        let end = find(part, delimiter.as_bytes())?;
        let (inside, next) = part.split_at(end);
        let head_end = find(&inside[..inside.len().min(LONGEST_HEAD)], b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&inside[..head_end]);
        if let Some(name) = file_name(&head, field) {
            return Some(Upload { name, bytes: inside[head_end + 4..].to_vec() });
        }
        rest = &next[delimiter.len()..];
    }
    None
}

/// The name of the file that a part's headers announce for the field.
fn file_name(head: &str, field: &str) -> Option<String> {
    let line = head
        .lines()
        .find(|line| line.get(..20).is_some_and(|begin| begin.eq_ignore_ascii_case("content-disposition:")))?;
    let wanted = format!("; name=\"{field}\"");
    if !line.contains(&wanted) {
        return None;
    }
    let (_, rest) = line.split_once("; filename=\"")?;
    // A quotation mark inside a name comes as %22.
    let name = rest.split('"').next().unwrap_or_default().replace("%22", "\"");
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    Some(name.chars().filter(|sign| !sign.is_control()).take(120).collect())
}

fn after<'a>(bytes: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    find(bytes, wanted).map(|at| &bytes[at + wanted.len()..])
}

/// Where `wanted` first stands. Its first byte is looked for first: a delimiter begins with one that is rare in packed files.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(step) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        let at = from + step;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(boundary: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (head, content) in parts {
            body.extend(format!("--{boundary}\r\n{head}\r\n\r\n").bytes());
            body.extend_from_slice(content);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{boundary}--\r\n").bytes());
        body
    }

    const FILE: &str =
        "Content-Disposition: form-data; name=\"file\"; filename=\"C:\\жұмыс\\жоба.docx\"\r\nContent-Type: x/y";

    #[test]
    fn the_file_is_found_whatever_it_holds_and_wherever_it_stands() {
        let content = b"PK\r\n--other\r\n\r\n\0\xff\r\n";
        let version = ("Content-Disposition: form-data; name=\"version\"", b"7".as_slice());
        for parts in [vec![version, (FILE, content.as_slice())], vec![(FILE, content.as_slice()), version]] {
            let found = file(&form("----b0und", &parts), "----b0und", "file").unwrap();
            assert_eq!((found.name.as_str(), found.bytes.as_slice()), ("жоба.docx", content.as_slice()));
        }
        assert_eq!(file(&form("b", &[version]), "b", "file"), None);
    }

    #[test]
    fn what_is_no_form_is_none() {
        let whole = form("b", &[(FILE, b"content")]);
        for length in 0..whole.len() - 6 {
            assert!(file(&whole[..length], "b", "file").is_none_or(|file| file.bytes == b"content"), "{length}");
        }
        for hostile in [b"--b".as_slice(), b"--b\r\n\r\n--b", b"", b"--b\r\nx\r\n--b\r\n", &[b'\r'; 9_999]] {
            assert_eq!(file(hostile, "b", "file"), None);
        }
    }

    #[test]
    fn a_boundary_is_read_as_browsers_write_it() {
        assert_eq!(boundary("multipart/form-data; boundary=----x1"), Some("----x1"));
        assert_eq!(boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""), Some("a b"));
        for none in ["multipart/form-data", "text/plain; boundary=x", "multipart/form-data; boundary=", ""] {
            assert_eq!(boundary(none), None, "{none}");
        }
    }
}

//! A browser without scripts and pictures: it keeps its cookies, finds forms in pages, fills them in and sends them.

use std::collections::BTreeMap;

use testkit::app::{Answer, TestApp};

/// Somebody at a browser.
pub(super) struct Browser<'a> {
    app: &'a TestApp,
    cookies: BTreeMap<String, String>,
    /// Where the last sending led to.
    pub place: String,
}

impl<'a> Browser<'a> {
    /// Signs in through the page for it.
    pub(super) async fn sign_in(app: &'a TestApp, name: &str, password: &str) -> Self {
        Self::sign_in_at(app, "/login", name, password).await
    }

    /// The same, where something was chosen on that page before.
    pub(super) async fn sign_in_at(app: &'a TestApp, place: &str, name: &str, password: &str) -> Self {
        let mut browser = Self::new(app);
        let login = browser.get(place).await;
        let form = login.form(place).with("name", name).with("password", password);
        let answer = browser.send(&form).await;
        assert_eq!(answer.status, 303, "{name} could not sign in: {}", answer.text);
        browser
    }

    /// Somebody who has not been here yet.
    pub(super) fn new(app: &'a TestApp) -> Self {
        Self { app, cookies: BTreeMap::new(), place: String::new() }
    }

    /// The cookies as they are sent back.
    pub(super) fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// The value of one of them.
    pub(super) fn kept(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Takes a cookie in that was made elsewhere.
    pub(super) fn keep(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    fn take_in(&mut self, answer: &Answer) {
        for set in answer.all("set-cookie") {
            let (name, value) = set.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            if set.contains("Max-Age=0") {
                self.cookies.remove(name)
            } else {
                self.cookies.insert(name.into(), value.into())
            };
        }
    }

    /// Opens a page, whatever it answers.
    pub(super) async fn get(&self, path: &str) -> Page {
        Page::of(self.asked(path).await)
    }

    /// The same, where the answer brings cookies.
    pub(super) async fn go(&mut self, path: &str) -> Page {
        let answer = self.asked(path).await;
        self.take_in(&answer);
        Page::of(answer)
    }

    async fn asked(&self, path: &str) -> Answer {
        let call = self.app.call("GET", path).header("Cookie", &self.cookie()).header("Accept", "text/html");
        call.header("Accept-Language", "en").send().await
    }

    /// Takes a file out, whatever its bytes are.
    pub(super) async fn download(&self, path: &str) -> Answer {
        self.app.call("GET", path).header("Cookie", &self.cookie()).header("Accept-Language", "en").send().await
    }

    /// Opens a page that has to be there.
    pub(super) async fn open(&self, path: &str) -> Page {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        page
    }

    /// Sends a form as a browser does: everything in it, in its order.
    pub(super) async fn send(&mut self, form: &Form) -> Page {
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let call = self.app.call("POST", &form.action).header("Origin", &self.app.base).header("Accept", "text/html");
        let call = call.header("Accept-Language", "en");
        let answer = call.header("Cookie", &self.cookie()).form(&fields).send().await;
        self.take_in(&answer);
        let page = self.onward(Page::of(answer)).await;
        page.place.clone_into(&mut self.place);
        page
    }

    /// A form that was not taken stands at an address of its own, which a browser goes to by itself.
    async fn onward(&self, page: Page) -> Page {
        let is_tried = page.status == 303 && page.place.ends_with("&tried=yes");
        if is_tried { self.get(&page.place).await } else { page }
    }

    /// Chooses a file in a form and sends it as a browser does.
    pub(super) async fn upload(&self, action: &str, name: &str, file: &[u8]) -> Page {
        self.upload_with(action, &[], name, file).await
    }

    /// Sends a form with a file and these fields, as a browser does.
    pub(super) async fn upload_with(&self, action: &str, fields: &[(&str, &str)], name: &str, file: &[u8]) -> Page {
        let boundary = "----saual-test-boundary";
        let mut body = Vec::new();
        for (field, value) in fields {
            let part = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend(part.bytes());
        }
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend_from_slice(file);
        body.extend(format!("\r\n--{boundary}--\r\n").bytes());
        let call = self.app.call("POST", action).header("Origin", &self.app.base).header("Accept", "text/html");
        let call =
            call.header("Cookie", &self.cookie()).body(&format!("multipart/form-data; boundary={boundary}"), body);
        self.onward(Page::of(call.send().await)).await
    }

    /// Sends a form that has to be taken, and opens the page that it leads to.
    pub(super) async fn submit(&mut self, form: &Form) -> Page {
        let answer = self.send(form).await;
        assert_eq!(answer.status, 303, "{}: {}", form.action, answer.text);
        let place = answer.place;
        self.open(&place).await
    }

    /// Submits a form that first tells what it does, and once more as it came back.
    pub(super) async fn submit_told(&mut self, form: &Form) -> Page {
        let told = self.send(form).await;
        assert_eq!(told.status, 200, "{}: {}", form.action, told.text);
        assert!(told.words().contains("Nothing was recorded."), "{}", told.words());
        self.submit(&told.form(&form.action)).await
    }
}

/// A page as it was answered.
pub(super) struct Page {
    pub status: u16,
    pub text: String,
    pub place: String,
    pub policy: String,
}

impl Page {
    fn of(answer: Answer) -> Self {
        let header = |name: &str| answer.header(name).unwrap_or_default().to_owned();
        Self {
            status: answer.status,
            text: answer.text(),
            place: header("location"),
            policy: header("content-security-policy"),
        }
    }

    /// The form that sends to this address.
    #[track_caller]
    pub(super) fn form(&self, action: &str) -> Form {
        let found = self.find(action);
        found.unwrap_or_else(|| panic!("the page has no form for {action}: {}", self.text))
    }

    /// The same, where it may be missing.
    pub(super) fn find(&self, action: &str) -> Option<Form> {
        let head = format!("action=\"{action}\"");
        let from = self.text.find(&head)?;
        let inside = &self.text[from..from + self.text[from..].find("</form>")?];
        Some(Form { action: action.to_owned(), fields: fields(inside) })
    }

    /// The form that sends to this address and says this in one of its fields.
    #[track_caller]
    pub(super) fn form_with(&self, action: &str, name: &str, value: &str) -> Form {
        let head = format!("action=\"{action}\"");
        let forms = self.text.split(&head).skip(1).filter_map(|rest| rest.split("</form>").next());
        let forms = forms.map(|inside| Form { action: action.to_owned(), fields: fields(inside) });
        let found = forms.into_iter().find(|form| form.get(name) == value);
        found.unwrap_or_else(|| panic!("the page has no form for {action} with {name}={value}: {}", self.text))
    }

    /// The text of the page without its marks.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        let mut is_mark = false;
        // A place where a word may be broken is not the end of it.
        for sign in self.text.replace("<wbr>", "").chars() {
            match sign {
                '<' => is_mark = true,
                '>' => {
                    is_mark = false;
                    words.push(' ');
                }
                _ if !is_mark => words.push(sign),
                _ => {}
            }
        }
        plain(&words)
    }
}

/// A form with what would be sent.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// Fills in a field that is there.
    #[track_caller]
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => value.clone_into(known),
            None => panic!("the form for {} has no field {name}: {:?}", self.action, self.fields),
        }
        self
    }

    /// Ticks a box, presses a named button, or adds what no form of ours has.
    pub(super) fn and(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Unticks every box of that name.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    pub(super) fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// The fields of a form that a browser would send: boxes only when they are ticked, buttons not.
fn fields(html: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut rest = html;
    while let Some(from) = rest.find('<') {
        rest = &rest[from + 1..];
        let end = rest.find('>').unwrap_or(rest.len());
        let tag = &rest[..end];
        let after = &rest[(end + 1).min(rest.len())..];
        let Some(name) = attribute(tag, "name") else { continue };
        if tag.starts_with("input") {
            let is_box = tag.contains("type=\"checkbox\"");
            if !is_box || tag.contains(" checked") {
                fields.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        } else if tag.starts_with("textarea") {
            let text = &after[..after.find("</textarea>").unwrap_or_default()];
            // A browser drops the line break that follows the opening mark.
            fields.push((name, plain(text.strip_prefix('\n').unwrap_or(text))));
        } else if tag.starts_with("select") {
            let options = &after[..after.find("</select>").unwrap_or_default()];
            fields.push((name, chosen(options)));
        }
    }
    fields
}

fn chosen(options: &str) -> String {
    let tags: Vec<&str> =
        options.split("<option").skip(1).map(|option| option.split('>').next().unwrap_or_default()).collect();
    let found = tags.iter().find(|tag| tag.contains(" selected")).or_else(|| tags.first());
    found.and_then(|tag| attribute(tag, "value")).unwrap_or_default()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    Some(plain(&tag[from..from + tag[from..].find('"')?]))
}

fn plain(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'");
    text.replace("&#x60;", "`").replace("&#x3D;", "=").replace("&amp;", "&")
}

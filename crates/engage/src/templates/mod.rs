//! What a message says: subject, text and HTML in one or more languages, with merge fields.
//!
//! Pure: no file, network, clock or chance. A template is a program somebody else wrote, so it runs with bounded steps and
//! bounded output, and what a customer typed is escaped in HTML. The format is described in `flows/templates/README.md`.
//! Start reading at [`Template::render`]; [`built_in`] lists what ships with us.

mod built_in;
mod check;
mod environment;
mod format;
mod source;

pub use built_in::{built_in, built_in_names};
pub use check::Problem;
pub use format::{format_date, format_money};

use minijinja::{
    Environment,
    value::{Serde, Value},
};
use serde::Serialize;
use std::{collections::BTreeMap, fmt, sync::Arc};

/// The most a rendered part may hold, in bytes.
pub const OUTPUT_MAX: usize = 1 << 20;
/// The most a part's source may hold, in bytes.
pub const SOURCE_MAX: usize = 256 << 10;
/// Steps a part may take.
const FUEL: u64 = 50_000;
/// Longer subjects are cut: no mail program shows so much.
const SUBJECT_CHARS_MAX: usize = 250;

/// A message's words, compiled. Cheap to clone.
#[derive(Clone)]
pub struct Template {
    /// Lower-case letters, digits, `-` and `_`.
    pub name: String,
    /// Changes when any text changes: 16 hexadecimal digits.
    pub hash: String,
    texts: BTreeMap<String, Texts>,
    environment: Arc<Environment<'static>>,
}

/// One language's sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    pub subject: String,
    pub text: String,
    /// `None`: made from the text.
    pub html: Option<String>,
}

/// A message for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    pub html: String,
    pub text: String,
    /// The language it was found in, which may not be the one asked for.
    pub language: String,
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({} {})", self.name, self.hash)
    }
}

/// Why a template cannot be read or rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("template {template}: {problem}")]
    Source { template: String, problem: String },
    /// The part is `it.html` and the like.
    #[error("template {template}, {part} line {line}: {problem}")]
    Syntax { template: String, part: String, line: usize, problem: String },
    #[error("template {template}, {part}: more than {FUEL} steps: loop over fewer things")]
    TooManySteps { template: String, part: String },
    #[error("template {template}, {part}: more than {OUTPUT_MAX} bytes: write less")]
    TooLong { template: String, part: String },
}

impl Template {
    /// The languages it has, in order.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    pub fn texts(&self, language: &str) -> Option<&Texts> {
        self.texts.get(language)
    }

    /// The language a reader gets who prefers `language` in a workspace that speaks `workspace`: exactly that, its base
    /// (`it` for `it-CH`), the workspace's, Italian, English, else the first there is.
    pub fn choose_language(&self, language: &str, workspace: &str) -> &str {
        let base = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let exact = |tag: &str| tag.replace('_', "-").to_ascii_lowercase();
        let wishes =
            [exact(language), base(language), exact(workspace), base(workspace), "it".to_owned(), "en".to_owned()];
        let found = wishes.iter().find_map(|wish| self.texts.get_key_value(wish).map(|(key, _)| key.as_str()));
        found.or_else(|| self.languages().next()).expect("a template has a language")
    }

    /// Writes the message for one person. The context's shape is in `flows/templates/README.md`; what it lacks is empty.
    pub fn render(&self, language: &str, context: &serde_json::Value) -> Result<Rendered, TemplateError> {
        let workspace = context.pointer("/shop/language").and_then(|l| l.as_str()).unwrap_or_default();
        let language = self.choose_language(language, workspace);
        let context = with_language(context, language);
        let mut subject = self.render_part(language, "subject", &context)?;
        tidy_subject(&mut subject);
        let text = tidy_text(&self.render_part(language, "txt", &context)?);
        let html = match self.texts[language].html {
            Some(_) => self.render_part(language, "html", &context)?,
            None => html_from_text(&text, language),
        };
        Ok(Rendered { subject, html, text, language: language.to_owned() })
    }

    fn render_part(&self, language: &str, part: &str, context: &Value) -> Result<String, TemplateError> {
        environment::render(&self.environment, &format!("{language}.{part}"), context)
            .map_err(|e| environment::explain(&self.name, &format!("{language}.{part}"), &e))
    }
}

/// The filters need to know which language they write.
fn with_language(context: &serde_json::Value, language: &str) -> Value {
    let mut fields: BTreeMap<String, Value> = match context.as_object() {
        Some(fields) => fields.iter().map(|(k, v)| (k.clone(), Value::from(Serde(v)))).collect(),
        None => BTreeMap::new(),
    };
    fields.insert("language".to_owned(), Value::from(language));
    Value::from_pairs(fields)
}

/// One line without control characters, however the merge fields look: a subject is a header.
fn tidy_subject(subject: &mut String) {
    let words: Vec<&str> =
        subject.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    *subject = words.join(" ").chars().take(SUBJECT_CHARS_MAX).collect();
}

/// At most one empty line in a row, none around: a piece that was left out leaves no hole.
fn tidy_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.trim().lines() {
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// For a template without HTML: its text's paragraphs, links made clickable.
fn html_from_text(text: &str, language: &str) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"></head>\
         <body style=\"font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5\">"
    );
    for paragraph in text.trim().split("\n\n") {
        html.push_str("<p>");
        for (n, line) in paragraph.lines().enumerate() {
            if n > 0 {
                html.push_str("<br>");
            }
            for (n, word) in line.split(' ').enumerate() {
                if n > 0 {
                    html.push(' ');
                }
                let mut escaped = String::new();
                environment::escape_html(word, &mut escaped);
                match word.starts_with("https://") || word.starts_with("http://") {
                    true => html.push_str(&format!("<a href=\"{escaped}\">{escaped}</a>")),
                    false => html.push_str(&escaped),
                }
            }
        }
        html.push_str("</p>");
    }
    html.push_str("</body></html>");
    html
}

#[cfg(test)]
mod tests;

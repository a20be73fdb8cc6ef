//! Reading a template from files (`<name>.<language>.txt`, `<name>.<language>.html`) or from one text that holds them all.

use super::{SOURCE_MAX, Template, TemplateError, Texts, environment};
use std::{collections::BTreeMap, sync::Arc};

impl Template {
    /// Reads the files that belong to `name` out of (file name, content) pairs; others are passed over.
    ///
    /// The `.txt` begins with the line `subject: …` and an empty line; the `.html` may be left out. Every language needs
    /// its `.txt`.
    pub fn from_files<'a>(
        name: &str,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Template, TemplateError> {
        let mut parts: BTreeMap<String, (Option<&str>, Option<&str>)> = BTreeMap::new();
        for (file, content) in files {
            let Some((language, kind)) =
                file.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')).and_then(|rest| rest.split_once('.'))
            else {
                continue;
            };
            if !is_language(language) {
                continue;
            }
            let slot = parts.entry(language.to_ascii_lowercase()).or_default();
            match kind {
                "txt" => slot.0 = Some(content),
                "html" => slot.1 = Some(content),
                _ => {}
            }
        }
        build(name, parts)
    }

    /// Reads what [`Template::to_source`] writes: each part behind a line `=== <language> txt` or `=== <language> html`.
    pub fn parse(name: &str, source: &str) -> Result<Template, TemplateError> {
        let mut parts: BTreeMap<String, (Option<&str>, Option<&str>)> = BTreeMap::new();
        let mut rest = source.trim_start_matches('\u{feff}').trim_start();
        while !rest.is_empty() {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            let words: Vec<&str> = line.split_whitespace().collect();
            let ["===", language, kind @ ("txt" | "html")] = words[..] else {
                let problem = format!("{line:?} stands where a line such as \"=== it txt\" or \"=== it html\" should");
                return Err(wrong(name, problem));
            };
            if !is_language(language) {
                return Err(wrong(name, format!("{language:?} is not a language such as it or en-GB")));
            }
            let end = if after.starts_with("=== ") { 0 } else { after.find("\n=== ").map_or(after.len(), |n| n + 1) };
            let slot = parts.entry(language.to_ascii_lowercase()).or_default();
            let slot = if kind == "txt" { &mut slot.0 } else { &mut slot.1 };
            if slot.replace(&after[..end]).is_some() {
                return Err(wrong(name, format!("{language} {kind} stands twice")));
            }
            rest = &after[end..];
        }
        build(name, parts)
    }

    /// The whole template as one text.
    pub fn to_source(&self) -> String {
        write_source(&self.texts)
    }
}

fn write_source(texts: &BTreeMap<String, Texts>) -> String {
    let mut out = String::new();
    for (language, texts) in texts {
        out.push_str(&format!("=== {language} txt\nsubject: {}\n\n{}\n", texts.subject, texts.text));
        if let Some(html) = &texts.html {
            out.push_str(&format!("=== {language} html\n{html}\n"));
        }
    }
    out
}

fn wrong(template: &str, problem: impl Into<String>) -> TemplateError {
    TemplateError::Source { template: template.to_owned(), problem: problem.into() }
}

/// Two or three letters, and a region or script behind a hyphen.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let base = parts.next().unwrap_or_default();
    (2..=3).contains(&base.len())
        && base.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn build(name: &str, parts: BTreeMap<String, (Option<&str>, Option<&str>)>) -> Result<Template, TemplateError> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 64 || !name.chars().all(good) {
        return Err(wrong(name, "a name has 1 to 64 lower-case letters, digits, - and _"));
    }
    if parts.is_empty() {
        return Err(wrong(name, format!("no text found: write {name}.it.txt, its first line \"subject: …\"")));
    }
    let mut texts = BTreeMap::new();
    for (language, (txt, html)) in parts {
        let txt = txt.ok_or_else(|| wrong(name, format!("{language} has an HTML part but no text part")))?;
        if txt.len().max(html.map_or(0, str::len)) > SOURCE_MAX {
            return Err(wrong(name, format!("{language} is longer than {SOURCE_MAX} bytes")));
        }
        let (subject, text) = split_subject(txt)
            .ok_or_else(|| wrong(name, format!("{language} txt does not begin with the line \"subject: …\"")))?;
        let html = html.map(|html| html.trim().to_owned()).filter(|html| !html.is_empty());
        texts.insert(language, Texts { subject, text, html });
    }
    compile(name, texts)
}

/// The first line's subject, and the text behind it.
fn split_subject(txt: &str) -> Option<(String, String)> {
    let txt = txt.trim_start_matches('\u{feff}').trim_start();
    let (first, text) = txt.split_once('\n').unwrap_or((txt, ""));
    let (key, subject) = first.split_once(':')?;
    let subject = subject.trim();
    (key.trim().eq_ignore_ascii_case("subject") && !subject.is_empty())
        .then(|| (subject.to_owned(), text.replace("\r\n", "\n").trim().to_owned()))
}

fn compile(name: &str, texts: BTreeMap<String, Texts>) -> Result<Template, TemplateError> {
    let mut environment = environment::new();
    for (language, texts) in &texts {
        let parts = [("subject", Some(&texts.subject)), ("txt", Some(&texts.text)), ("html", texts.html.as_ref())];
        for (part, source) in parts {
            let Some(source) = source else { continue };
            let part = format!("{language}.{part}");
            environment
                .add_template_owned(part.clone(), source.clone())
                .map_err(|e| environment::explain(name, &part, &e))?;
        }
    }
    let hash = format!("{:016x}", base::stable_hash(write_source(&texts).as_bytes()));
    Ok(Template { name: name.to_owned(), hash, texts, environment: Arc::new(environment) })
}

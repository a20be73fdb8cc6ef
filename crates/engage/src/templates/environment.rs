//! The template language as we allow it: MiniJinja with bounded steps, bounded output, our filters, and empty where a merge
//! field has no value.

use super::{FUEL, OUTPUT_MAX, TemplateError, built_in, format};
use base::Currency;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, value::Value};
use std::io::{self, Write};

/// Built-in filters whose one call can fill the memory, or that print insides.
const REMOVED_FILTERS: [&str; 6] = ["indent", "format", "batch", "slice", "pprint", "attr"];

/// An environment without templates.
pub(super) fn new() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(50);
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_auto_escape_callback(|name| match name.ends_with(".html") {
        true => AutoEscape::Html,
        false => AutoEscape::None,
    });
    environment.set_formatter(write_value);
    for filter in REMOVED_FILTERS {
        environment.remove_filter(filter);
    }
    for global in ["namespace", "debug", "lipsum"] {
        environment.remove_global(global);
    }
    environment.add_filter("money", money);
    environment.add_filter("date", date);
    environment.add_filter("default", default);
    environment.add_filter("d", default);
    environment.add_filter("link", link);
    for (name, source) in built_in::PARTIALS {
        environment.add_template(name, source).expect("our partials are valid, a test renders them");
    }
    environment
}

/// Renders one part into a bounded text.
pub(super) fn render(environment: &Environment<'_>, part: &str, context: &Value) -> Result<String, Error> {
    let mut out = Bounded(Vec::new());
    environment.get_template(part)?.render_captured_to(context.clone(), &mut out)?;
    String::from_utf8(out.0).map_err(|_| Error::new(ErrorKind::WriteFailure, "not UTF-8"))
}

/// Turns the library's error into ours; an error in an included piece is told as such.
pub(super) fn explain(template: &str, part: &str, error: &Error) -> TemplateError {
    let mut error = error;
    while let Some(inner) = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Error>()) {
        error = inner;
    }
    let (template, part) = (template.to_owned(), error.name().unwrap_or(part).to_owned());
    match error.kind() {
        ErrorKind::OutOfFuel => TemplateError::TooManySteps { template, part },
        ErrorKind::WriteFailure => TemplateError::TooLong { template, part },
        kind => {
            let problem = error.detail().map_or_else(|| kind.to_string(), str::to_owned);
            TemplateError::Syntax { template, part, line: error.line().unwrap_or(1), problem }
        }
    }
}

struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > OUTPUT_MAX {
            return Err(io::Error::other("output too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes printed so far, captured ones included: `{% set %}` blocks do not pass through the bounded output.
struct Printed(usize);

/// Prints a merge field: nothing for undefined and null, escaped in HTML.
fn write_value(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_undefined() && state.undefined_behavior() == UndefinedBehavior::SemiStrict {
        return Err(Error::new(ErrorKind::UndefinedError, "unknown name"));
    }
    if value.is_undefined() || value.is_none() {
        return Ok(());
    }
    let text = match value.as_str() {
        Some(text) => std::borrow::Cow::Borrowed(text),
        None => value.to_string().into(),
    };
    let printed = state.get_or_insert_extension(Printed(0));
    printed.0 += text.len();
    if printed.0 > OUTPUT_MAX {
        return Err(Error::new(ErrorKind::WriteFailure, "output too long"));
    }
    let written = match value.is_safe() || *state.auto_escape() != AutoEscape::Html {
        true => out.write_str(&text),
        false => {
            let mut escaped = String::with_capacity(text.len() + 16);
            escape_html(&text, &mut escaped);
            out.write_str(&escaped)
        }
    };
    written.map_err(Error::from)
}

/// For text and for attributes in quotes. The slash stays, so that links stay readable.
pub(super) fn escape_html(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

fn language(state: &State<'_, '_>) -> String {
    state.lookup("language").and_then(|l| l.as_str().map(str::to_owned)).unwrap_or_default()
}

/// `{{ cart.total_minor | money }}`, `{{ line.price_minor | money("JPY") }}`: minor units in the reader's form; nothing
/// where the amount is not known. Without a currency: the cart's, else the shop's.
fn money(state: &State<'_, '_>, minor: Value, currency: Option<Value>) -> Result<String, Error> {
    if minor.is_undefined() || minor.is_none() {
        return Ok(String::new());
    }
    let whole = match minor.as_str() {
        Some(text) => text.parse().ok(),
        None => i64::try_from(minor.clone()).ok(),
    };
    let Some(minor) = whole else {
        let problem = format!("money wants minor units (a whole number of cents), not {minor}");
        return Err(Error::new(ErrorKind::InvalidOperation, problem));
    };
    let field = |object: &str| state.lookup(object)?.get_attr("currency").ok().filter(|c| c.as_str().is_some());
    let given = currency.filter(|c| c.as_str().is_some()).or_else(|| field("cart")).or_else(|| field("shop"));
    let currency = given.as_ref().and_then(|c| c.as_str()).and_then(Currency::parse).ok_or_else(|| {
        Error::new(ErrorKind::InvalidOperation, "money wants a currency: write money(\"EUR\") or give the cart one")
    })?;
    Ok(format::format_money(minor, currency, &language(state)))
}

/// `{{ order.at | date }}`, `| date("short")`, `| date("time")`: from RFC 3339 or microseconds, in the shop's zone.
fn date(state: &State<'_, '_>, value: Value, style: Option<String>) -> Result<String, Error> {
    if value.is_undefined() || value.is_none() {
        return Ok(String::new());
    }
    let time = match value.as_str() {
        Some(text) => base::Time::parse(text).ok(),
        None => i64::try_from(value.clone()).ok().map(base::Time),
    };
    let Some(time) = time else {
        return Err(Error::new(ErrorKind::InvalidOperation, format!("date wants a time, not {value}")));
    };
    let zone = state.lookup("shop").and_then(|shop| shop.get_attr("time_zone").ok());
    let zone = zone.as_ref().and_then(|zone| zone.as_str()).unwrap_or("UTC");
    Ok(format::format_date(time, zone, &language(state), style.as_deref().unwrap_or("long")))
}

/// `{{ customer.first_name | default("cliente") }}`: the other where there is no value, or an empty text.
fn default(value: Value, other: Option<Value>) -> Value {
    let empty = value.is_undefined() || value.is_none() || value.as_str().is_some_and(|s| s.trim().is_empty());
    if empty { other.unwrap_or_else(|| Value::from("")) } else { value }
}

/// `href="{{ line.url | link }}"`: a web or mail address as it is; nothing for any other scheme, which may be a script.
fn link(value: Value) -> Value {
    let good = |text: &str| {
        let lower = text.trim_start().to_ascii_lowercase();
        ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme))
    };
    if value.as_str().is_some_and(good) { value } else { Value::from("") }
}

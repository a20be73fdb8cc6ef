//! Values as text, as the function `string()` writes them.

use crate::{Range, Value};
use base::{DAY, HOUR, MINUTE, SECOND};
use jiff::{civil, tz::TimeZone};
use std::fmt::Write;

/// The text of a value: a string as it is, the rest as the language would read it back.
pub fn to_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        other => {
            let mut out = String::new();
            write_value(other, &mut out);
            out
        }
    }
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => push(out, value),
        Value::Number(number) => push(out, number),
        Value::String(text) => push_quoted(text, out),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_value(item, out);
            }
            out.push(']');
        }
        Value::Context(entries) => {
            out.push('{');
            for (index, (name, value)) in entries.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                push_name(name, out);
                out.push_str(": ");
                write_value(value, out);
            }
            out.push('}');
        }
        Value::Date(date) => push_date(*date, out),
        Value::Time(time) => {
            push_clock(time.time, out);
            if let Some(zone) = &time.zone {
                push_zone(zone, out);
            }
        }
        Value::DateTime(at) => {
            push_date(at.date(), out);
            out.push('T');
            push_clock(at.time(), out);
            push_zone(at.time_zone(), out);
        }
        Value::DayTime(micros) => push_day_time(*micros, out),
        Value::YearMonth(months) => push_year_month(*months, out),
        Value::Range(range) => push_range(range, out),
        Value::Function(_) => out.push_str("function"),
    }
}

fn push(out: &mut String, value: impl std::fmt::Display) {
    write!(out, "{value}").expect("writing to a string cannot fail");
}

fn push_quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn push_name(name: &str, out: &mut String) {
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ' ');
    if plain { out.push_str(name) } else { push_quoted(name, out) }
}

fn push_date(date: civil::Date, out: &mut String) {
    let sign = if date.year() < 0 { "-" } else { "" };
    let year = date.year().unsigned_abs();
    push(out, format_args!("{sign}{year:04}-{:02}-{:02}", date.month(), date.day()));
}

fn push_clock(time: civil::Time, out: &mut String) {
    push(out, format_args!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second()));
    push_fraction(i64::from(time.subsec_nanosecond()), 9, out);
}

/// `.5` for half a second; nothing for none.
fn push_fraction(value: i64, places: usize, out: &mut String) {
    if value != 0 {
        let digits = format!("{value:0places$}");
        push(out, format_args!(".{}", digits.trim_end_matches('0')));
    }
}

/// Nothing for the unknown zone, which an environment without a zone has.
fn push_zone(zone: &TimeZone, out: &mut String) {
    if zone.is_unknown() {
        return;
    }
    if *zone == TimeZone::UTC {
        out.push('Z');
    } else if let Some(name) = zone.iana_name() {
        push(out, format_args!("@{name}"));
    } else {
        let seconds = zone.to_offset(jiff::Timestamp::UNIX_EPOCH).seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let (hours, rest) = (seconds.abs() / 3600, seconds.abs() % 3600);
        push(out, format_args!("{sign}{hours:02}:{:02}", rest / 60));
        if rest % 60 != 0 {
            push(out, format_args!(":{:02}", rest % 60));
        }
    }
}

fn push_day_time(micros: i64, out: &mut String) {
    out.push_str(if micros < 0 { "-P" } else { "P" });
    let micros = micros.unsigned_abs() as i64;
    let parts = [(micros / DAY, 'D'), (micros % DAY / HOUR, 'H'), (micros % HOUR / MINUTE, 'M')];
    let (seconds, fraction) = (micros % MINUTE / SECOND, micros % SECOND);
    if parts[0].0 != 0 {
        push(out, format_args!("{}D", parts[0].0));
    }
    if micros % DAY == 0 && micros != 0 {
        return;
    }
    out.push('T');
    for (amount, unit) in &parts[1..] {
        if *amount != 0 {
            push(out, format_args!("{amount}{unit}"));
        }
    }
    if seconds != 0 || fraction != 0 || micros == 0 {
        push(out, seconds);
        push_fraction(fraction, 6, out);
        out.push('S');
    }
}

fn push_year_month(months: i32, out: &mut String) {
    out.push_str(if months < 0 { "-P" } else { "P" });
    let (years, rest) = (months.unsigned_abs() / 12, months.unsigned_abs() % 12);
    if years != 0 {
        push(out, format_args!("{years}Y"));
    }
    if rest != 0 || years == 0 {
        push(out, format_args!("{rest}M"));
    }
}

fn push_range(range: &Range, out: &mut String) {
    match (&range.start, &range.end) {
        (Some(start), Some(end)) => {
            out.push(if range.start_included { '[' } else { '(' });
            write_value(start, out);
            out.push_str("..");
            write_value(end, out);
            out.push(if range.end_included { ']' } else { ')' });
        }
        (Some(start), None) => {
            out.push_str(if range.start_included { ">= " } else { "> " });
            write_value(start, out);
        }
        (None, Some(end)) => {
            out.push_str(if range.end_included { "<= " } else { "< " });
            write_value(end, out);
        }
        (None, None) => out.push_str("null"),
    }
}

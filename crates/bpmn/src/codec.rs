//! Values as CBOR: scalars as themselves, the rest as tagged pairs. The tags are stored, so they never change meaning.

use feel::{Decimal, Range, TimeOfDay, Value, temporal};
use minicbor::{Decoder, Encoder, data::Type, decode, encode};
use std::collections::BTreeMap;

/// How deep lists and contexts may be nested when they are read back.
const DEPTH_MAX: usize = 64;

const NUMBER: u64 = 0;
const DATE: u64 = 1;
const TIME: u64 = 2;
const DATE_TIME: u64 = 3;
const DAY_TIME: u64 = 4;
const YEAR_MONTH: u64 = 5;
const RANGE: u64 = 6;

/// For `#[cbor(with = "codec::variables")]`.
pub(crate) mod variables {
    use super::*;

    pub fn encode<C, W: encode::Write>(
        variables: &BTreeMap<String, Value>,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        write_entries(variables, e)
    }

    pub fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<BTreeMap<String, Value>, decode::Error> {
        read_entries(d, 0)
    }
}

/// For `#[cbor(with = "codec::values")]`.
pub(crate) mod values {
    use super::*;

    pub fn encode<C, W: encode::Write>(
        values: &[Value],
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(values.len() as u64)?;
        values.iter().try_for_each(|value| write(value, e))
    }

    pub fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Vec<Value>, decode::Error> {
        let mut values = Vec::new();
        for _ in 0..length(d.array()?)? {
            values.push(read(d, 0)?);
        }
        Ok(values)
    }
}

/// For `#[cbor(with = "codec::value")]`.
pub(crate) mod value {
    use super::*;

    pub fn encode<C, W: encode::Write>(
        value: &Value,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        write(value, e)
    }

    pub fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Value, decode::Error> {
        read(d, 0)
    }
}

type Written<W> = Result<(), encode::Error<<W as encode::Write>::Error>>;

fn write_entries<W: encode::Write>(entries: &BTreeMap<String, Value>, e: &mut Encoder<W>) -> Written<W> {
    e.map(entries.len() as u64)?;
    for (name, value) in entries {
        e.str(name)?;
        write(value, e)?;
    }
    Ok(())
}

fn write<W: encode::Write>(value: &Value, e: &mut Encoder<W>) -> Written<W> {
    match value {
        // A function has no stored form; no variable holds one.
        Value::Null | Value::Function(_) => e.null()?.ok(),
        Value::Bool(value) => e.bool(*value)?.ok(),
        Value::String(text) => e.str(text)?.ok(),
        Value::Number(number) => match i64::try_from(*number) {
            Ok(whole) if number.scale() == 0 => e.i64(whole)?.ok(),
            _ => tagged(NUMBER, &number.to_string(), e),
        },
        Value::List(items) => {
            e.array(items.len() as u64)?;
            items.iter().try_for_each(|item| write(item, e))
        }
        Value::Context(entries) => write_entries(entries, e),
        Value::Date(_) => tagged(DATE, &feel::to_text(value), e),
        Value::Time(_) => tagged(TIME, &feel::to_text(value), e),
        Value::DateTime(_) => write_date_time(value, e),
        Value::DayTime(micros) => e.tag(minicbor::data::Tag::new(DAY_TIME))?.i64(*micros)?.ok(),
        Value::YearMonth(months) => e.tag(minicbor::data::Tag::new(YEAR_MONTH))?.i32(*months)?.ok(),
        Value::Range(range) => {
            e.tag(minicbor::data::Tag::new(RANGE))?.array(4)?;
            e.bool(range.start_included)?.bool(range.end_included)?;
            write(range.start.as_ref().unwrap_or(&Value::Null), e)?;
            write(range.end.as_ref().unwrap_or(&Value::Null), e)
        }
    }
}

/// The text names the instant by the clocks of its zone, which show some times twice: the offset says which.
fn write_date_time<W: encode::Write>(value: &Value, e: &mut Encoder<W>) -> Written<W> {
    let Value::DateTime(at) = value else {
        return e.null()?.ok();
    };
    e.tag(minicbor::data::Tag::new(DATE_TIME))?.array(2)?;
    let utc = Value::DateTime(at.with_time_zone(jiff::tz::TimeZone::UTC));
    e.str(&feel::to_text(&utc))?;
    let text = feel::to_text(value);
    // What follows the seconds: Z, an offset, or @ and a name.
    let zone = text.get(11..).and_then(|clock| clock.find(['Z', '+', '-', '@']).map(|at| &clock[at..]));
    e.str(zone.unwrap_or("Z"))?.ok()
}

fn tagged<W: encode::Write>(tag: u64, text: &str, e: &mut Encoder<W>) -> Written<W> {
    e.tag(minicbor::data::Tag::new(tag))?.str(text)?.ok()
}

fn wrong(what: &str) -> decode::Error {
    decode::Error::message(format!("a stored value is not {what}"))
}

/// The length of an array or map; indefinite ones are never written.
fn length(length: Option<u64>) -> Result<u64, decode::Error> {
    length.ok_or_else(|| wrong("of a known length"))
}

fn read_entries(d: &mut Decoder<'_>, depth: usize) -> Result<BTreeMap<String, Value>, decode::Error> {
    let mut entries = BTreeMap::new();
    for _ in 0..length(d.map()?)? {
        let name = d.str()?.to_string();
        entries.insert(name, read(d, depth + 1)?);
    }
    Ok(entries)
}

fn read(d: &mut Decoder<'_>, depth: usize) -> Result<Value, decode::Error> {
    if depth > DEPTH_MAX {
        return Err(wrong("nested so deeply"));
    }
    Ok(match d.datatype()? {
        Type::Null => {
            d.null()?;
            Value::Null
        }
        Type::Bool => Value::Bool(d.bool()?),
        Type::String => Value::from(d.str()?),
        Type::Array => {
            let mut items = Vec::new();
            for _ in 0..length(d.array()?)? {
                items.push(read(d, depth + 1)?);
            }
            Value::List(items)
        }
        Type::Map => Value::Context(read_entries(d, depth)?),
        Type::Tag => read_tagged(d, depth)?,
        _ => Value::Number(d.i64()?.into()),
    })
}

fn read_tagged(d: &mut Decoder<'_>, depth: usize) -> Result<Value, decode::Error> {
    Ok(match d.tag()?.as_u64() {
        NUMBER => Value::Number(d.str()?.parse::<Decimal>().map_err(|_| wrong("a number"))?),
        DATE => Value::Date(temporal::parse_date(d.str()?).ok_or_else(|| wrong("a date"))?),
        TIME => {
            let time: TimeOfDay = temporal::parse_time(d.str()?).ok_or_else(|| wrong("a time"))?;
            Value::Time(time)
        }
        DATE_TIME => {
            d.array()?;
            let utc = temporal::parse_date_time(d.str()?, &jiff::tz::TimeZone::UTC);
            let zone = temporal::parse_time(&format!("00:00:00{}", d.str()?));
            let zone = zone.and_then(|time| time.zone);
            let (at, zone) = utc.zip(zone).ok_or_else(|| wrong("a date and time"))?;
            Value::DateTime(at.with_time_zone(zone))
        }
        DAY_TIME => Value::DayTime(d.i64()?),
        YEAR_MONTH => Value::YearMonth(d.i32()?),
        RANGE => {
            d.array()?;
            let (start_included, end_included) = (d.bool()?, d.bool()?);
            let mut end = || read(d, depth + 1).map(|value| Some(value).filter(|v| !v.is_null()));
            let (start, end) = (end()?, end()?);
            Value::Range(Box::new(Range { start, start_included, end, end_included }))
        }
        other => {
            return Err(wrong(&format!("of a kind this program knows (tag {other})")));
        }
    })
}

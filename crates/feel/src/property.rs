//! What stands after a dot.

use crate::Value;
use base::{DAY, HOUR, MINUTE, SECOND};
use jiff::{civil, tz::TimeZone};

/// Walks the names after a root; the parts on the way are not copied.
pub(crate) fn walk(value: &Value, names: &[String]) -> Value {
    let mut value = value;
    for (index, name) in names.iter().enumerate() {
        match value {
            Value::Context(entries) => match entries.get(name) {
                Some(inner) => value = inner,
                None => return Value::Null,
            },
            other => return walk(&property(other, name), &names[index + 1..]),
        }
    }
    value.clone()
}

/// The named part of a value: an entry of a context, a component of a date or duration, or of a list the same part of
/// each item. Null where there is none.
pub(crate) fn property(value: &Value, name: &str) -> Value {
    match value {
        Value::Context(entries) => entries.get(name).cloned().unwrap_or_default(),
        Value::List(items) => Value::List(items.iter().map(|item| property(item, name)).collect()),
        Value::Date(date) => of_date(*date, name),
        Value::Time(time) => of_time(time.time, time.zone.as_ref(), name),
        Value::DateTime(at) => match of_date(at.date(), name) {
            Value::Null if at.time_zone().is_unknown() => of_time(at.time(), None, name),
            Value::Null if name == "time offset" => Value::DayTime(i64::from(at.offset().seconds()) * SECOND),
            Value::Null => of_time(at.time(), Some(at.time_zone()), name),
            found => found,
        },
        Value::DayTime(micros) => match name {
            "days" => whole(micros / DAY),
            "hours" => whole(micros % DAY / HOUR),
            "minutes" => whole(micros % HOUR / MINUTE),
            "seconds" => (rust_decimal::Decimal::new(micros % MINUTE, 6)).normalize().into(),
            _ => Value::Null,
        },
        Value::YearMonth(months) => match name {
            "years" => whole(i64::from(months / 12)),
            "months" => whole(i64::from(months % 12)),
            _ => Value::Null,
        },
        Value::Range(range) => match name {
            "start" => range.start.clone().unwrap_or_default(),
            "end" => range.end.clone().unwrap_or_default(),
            "start included" => range.start_included.into(),
            "end included" => range.end_included.into(),
            _ => Value::Null,
        },
        _ => Value::Null,
    }
}

fn whole(number: i64) -> Value {
    Value::Number(number.into())
}

fn of_date(date: civil::Date, name: &str) -> Value {
    match name {
        "year" => whole(date.year().into()),
        "month" => whole(date.month().into()),
        "day" => whole(date.day().into()),
        // 1 is Monday.
        "weekday" => whole(date.weekday().to_monday_one_offset().into()),
        _ => Value::Null,
    }
}

fn of_time(time: civil::Time, zone: Option<&TimeZone>, name: &str) -> Value {
    match name {
        "hour" => whole(time.hour().into()),
        "minute" => whole(time.minute().into()),
        "second" => whole(time.second().into()),
        "time offset" => zone.map_or(Value::Null, |zone| {
            let offset = zone.to_offset(jiff::Timestamp::UNIX_EPOCH);
            Value::DayTime(i64::from(offset.seconds()) * SECOND)
        }),
        "timezone" => zone.and_then(TimeZone::iana_name).map_or(Value::Null, Value::from),
        _ => Value::Null,
    }
}

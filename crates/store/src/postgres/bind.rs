//! Values to PostgreSQL's binary format and back, by the type that the server wants.

use crate::{Rows, Value};
use bytes::{BufMut, BytesMut};
use std::{error::Error, ops::Range};
use tokio_postgres::types::{FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};

type BoxError = Box<dyn Error + Sync + Send>;

/// A value that does not fit where it is bound, or a type that no portable column has.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Misfit(String);

fn misfit<T>(text: String) -> Result<T, BoxError> {
    Err(Box::new(Misfit(text)))
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        let text = match self {
            Value::Null => return Ok(IsNull::Yes),
            Value::Int(value) => return int(*value, ty, out),
            Value::Real(value) if *ty == Type::FLOAT8 => return put(out, &value.to_be_bytes()),
            Value::Real(_) => {
                return misfit(format!("a real number for {ty}: write CAST($n AS DOUBLE PRECISION)"));
            }
            Value::Blob(bytes) => return blob(bytes, ty, out),
            Value::Id(id) => return blob(&id.0, ty, out),
            Value::Text(text) => text.as_bytes(),
            Value::Static(text) => text.as_bytes(),
            Value::Raw(bytes) => bytes,
        };
        match *ty {
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON => put(out, text),
            _ => misfit(format!("a text for {ty}")),
        }
    }

    fn accepts(_: &Type) -> bool {
        // What fits depends on the value too, so `to_sql` says it.
        true
    }

    to_sql_checked!();
}

fn put(out: &mut BytesMut, bytes: &[u8]) -> Result<IsNull, BoxError> {
    out.put_slice(bytes);
    Ok(IsNull::No)
}

fn blob(bytes: &[u8], ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
    match *ty {
        Type::BYTEA => put(out, bytes),
        Type::UUID if bytes.len() == 16 => put(out, bytes),
        _ => misfit(format!("bytes for {ty}")),
    }
}

/// An integer is a BIGINT. The narrow types only come up as arguments of functions (`substr`), NUMERIC where it is compared
/// with a sum, DOUBLE PRECISION where a whole number is stored as one.
fn int(value: i64, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
    match *ty {
        Type::INT8 => put(out, &value.to_be_bytes()),
        Type::INT4 => put(out, &i32::try_from(value)?.to_be_bytes()),
        Type::INT2 => put(out, &i16::try_from(value)?.to_be_bytes()),
        Type::BOOL if matches!(value, 0 | 1) => put(out, &[value as u8]),
        Type::FLOAT8 => put(out, &(value as f64).to_be_bytes()),
        Type::NUMERIC => numeric(value, out),
        _ => misfit(format!("an integer for {ty}")),
    }
}

/// NUMERIC: count of digits to base 10,000, weight of the first, sign, decimals shown, the digits.
fn numeric(value: i64, out: &mut BytesMut) -> Result<IsNull, BoxError> {
    let mut digits = Vec::new();
    let mut rest = value.unsigned_abs();
    while rest > 0 {
        digits.push((rest % 10_000) as i16);
        rest /= 10_000;
    }
    out.put_i16(digits.len() as i16);
    out.put_i16((digits.len() as i16 - 1).max(0));
    out.put_u16(if value < 0 { 0x4000 } else { 0 });
    out.put_i16(0);
    digits.iter().rev().for_each(|digit| out.put_i16(*digit));
    Ok(IsNull::No)
}

/// One column of many rows, as an array.
#[derive(Debug)]
pub(super) struct Column<'a> {
    pub rows: &'a Rows,
    pub column: usize,
    pub range: Range<usize>,
}

impl ToSql for Column<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        let Kind::Array(element) = ty.kind() else {
            return misfit(format!("many values for {ty}: bind an array, such as unnest($1::bigint[])"));
        };
        out.put_i32(1);
        // Whether there are NULLs: the server looks for itself.
        out.put_i32(1);
        out.put_u32(element.oid());
        out.put_i32(i32::try_from(self.range.len())?);
        out.put_i32(1);
        for value in self.rows.column(self.column).skip(self.range.start).take(self.range.len()) {
            let start = out.len();
            out.put_i32(-1);
            if let IsNull::No = value.to_sql(element, out)? {
                let length = i32::try_from(out.len() - start - 4)?;
                out[start..start + 4].copy_from_slice(&length.to_be_bytes());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A value of an answer.
pub(super) struct Read(pub Value);

impl<'a> FromSql<'a> for Read {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Read, BoxError> {
        Ok(Read(match *ty {
            Type::INT8 => Value::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Value::Int(i64::from(i32::from_be_bytes(raw.try_into()?))),
            Type::INT2 => Value::Int(i64::from(i16::from_be_bytes(raw.try_into()?))),
            Type::BOOL => Value::Int(i64::from(raw == [1])),
            Type::FLOAT8 => Value::Real(f64::from_be_bytes(raw.try_into()?)),
            Type::FLOAT4 => Value::Real(f64::from(f32::from_be_bytes(raw.try_into()?))),
            Type::NUMERIC => read_numeric(raw)?,
            Type::BYTEA | Type::UUID => Value::Blob(raw.to_vec()),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON => {
                Value::Text(std::str::from_utf8(raw)?.to_owned())
            }
            Type::VOID => Value::Null,
            _ => {
                return misfit(format!(
                    "the answer has the type {ty}: cast it to BIGINT, DOUBLE PRECISION, TEXT or BYTEA"
                ));
            }
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Read, BoxError> {
        Ok(Read(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// SUM(bigint) is NUMERIC without decimals and read as an integer; AVG has decimals and is read as a real number.
fn read_numeric(raw: &[u8]) -> Result<Value, BoxError> {
    let words: Vec<u16> = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    let [count, weight, sign, scale, digits @ ..] = words.as_slice() else {
        return misfit("a NUMERIC that is too short".to_owned());
    };
    let weight = i32::from(*weight as i16);
    if !matches!(sign, 0 | 0x4000) || digits.len() != usize::from(*count) {
        return misfit("a NUMERIC that is not a number".to_owned());
    }
    if *scale > 0 {
        // Joined as an integer first, so that one division rounds once; 16 digits are what a real number holds.
        let mut value = digits.iter().take(5).fold(0f64, |sum, digit| sum * 10_000.0 + f64::from(*digit));
        let power = (weight + 1 - digits.len().min(5) as i32) * 4;
        value = if power < 0 { value / 10f64.powi(-power) } else { value * 10f64.powi(power) };
        return Ok(Value::Real(if *sign == 0 { value } else { -value }));
    }
    let mut value = 0i128;
    for i in 0..=weight {
        value = value * 10_000 + i128::from(digits.get(i as usize).copied().unwrap_or(0));
        if value > i128::from(u64::MAX) {
            return misfit("a NUMERIC that is larger than BIGINT".to_owned());
        }
    }
    let value = if *sign == 0 { value } else { -value };
    Ok(Value::Int(i64::try_from(value)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_go_through_numeric() {
        for value in [0, 1, -1, 9_999, 10_000, 123_456_789, i64::MAX, i64::MIN, 100_000_000] {
            let mut out = BytesMut::new();
            assert!(Value::Int(value).to_sql(&Type::NUMERIC, &mut out).is_ok());
            assert_eq!(read_numeric(&out).expect("a number"), Value::Int(value));
        }
    }

    #[test]
    fn decimals_are_read_as_reals() {
        let check = |words: &[u16], expected: f64| {
            let raw: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
            assert_eq!(read_numeric(&raw).expect("a number"), Value::Real(expected));
        };
        check(&[1, 0, 0, 16, 2], 2.0);
        check(&[2, 0, 0x4000, 1, 2, 5000], -2.5);
        check(&[1, 0xffff, 0, 4, 1], 0.0001);
        check(&[1, 1, 0, 2, 3], 30_000.0);
        check(&[0, 0, 0, 2], 0.0);
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        let refused = |value: Value, ty: Type| value.to_sql(&ty, &mut BytesMut::new()).is_err();
        assert!(refused(Value::Int(1), Type::TEXT));
        assert!(refused(Value::Text("1".to_owned()), Type::INT8));
        assert!(refused(Value::Int(3_000_000_000), Type::INT4));
        assert!(refused(Value::Real(0.5), Type::INT8));
        assert!(refused(Value::Blob(vec![1]), Type::TEXT));
        assert!(!refused(Value::Null, Type::TEXT));
    }
}

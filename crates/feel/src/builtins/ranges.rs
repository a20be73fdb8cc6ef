//! Functions on ranges and on where values lie in them, and the range of a text.

use super::{Args, Builtin};
use crate::{
    Range, Value, Vocabulary,
    ast::{Expr, Kind},
    compare,
    eval::Run,
    parser,
};
use std::cmp::Ordering;

const RANGES: &[&[&str]] = &[&["range1", "range2"]];
const ANY: &[&[&str]] =
    &[&["point1", "point2"], &["range1", "range2"], &["range", "point"], &["point", "range"], &["value1", "value2"]];
const POINT_IN_RANGE: &[&[&str]] = &[&["point", "range"], &["range1", "range2"]];
const RANGE_OF_POINT: &[&[&str]] = &[&["range", "point"], &["range1", "range2"]];

pub(super) const TABLE: &[Builtin] = &[
    Builtin { name: "before", signatures: ANY, run: |a, _| Some(before(&ends(a, 0)?, &ends(a, 1)?)?.into()) },
    Builtin { name: "after", signatures: ANY, run: |a, _| Some(before(&ends(a, 1)?, &ends(a, 0)?)?.into()) },
    Builtin { name: "meets", signatures: RANGES, run: |a, _| Some(meets(&range(a, 0)?, &range(a, 1)?)?.into()) },
    Builtin { name: "met by", signatures: RANGES, run: |a, _| Some(meets(&range(a, 1)?, &range(a, 0)?)?.into()) },
    Builtin {
        name: "overlaps",
        signatures: RANGES,
        run: |a, _| {
            let (one, other) = (range(a, 0)?, range(a, 1)?);
            Some((!before(&one, &other)? && !before(&other, &one)?).into())
        },
    },
    Builtin {
        name: "overlaps before",
        signatures: RANGES,
        run: |a, _| Some(overlaps_before(&range(a, 0)?, &range(a, 1)?)?.into()),
    },
    Builtin {
        name: "overlaps after",
        signatures: RANGES,
        run: |a, _| Some(overlaps_after(&range(a, 0)?, &range(a, 1)?)?.into()),
    },
    Builtin {
        name: "finishes",
        signatures: POINT_IN_RANGE,
        run: |a, _| Some(finishes(&ends(a, 0)?, &range(a, 1)?)?.into()),
    },
    Builtin {
        name: "finished by",
        signatures: RANGE_OF_POINT,
        run: |a, _| Some(finishes(&ends(a, 1)?, &range(a, 0)?)?.into()),
    },
    Builtin {
        name: "includes",
        signatures: RANGE_OF_POINT,
        run: |a, _| Some(includes(&range(a, 0)?, &ends(a, 1)?)?.into()),
    },
    Builtin {
        name: "during",
        signatures: POINT_IN_RANGE,
        run: |a, _| Some(includes(&range(a, 1)?, &ends(a, 0)?)?.into()),
    },
    Builtin {
        name: "starts",
        signatures: POINT_IN_RANGE,
        run: |a, _| Some(starts(&ends(a, 0)?, &range(a, 1)?)?.into()),
    },
    Builtin {
        name: "started by",
        signatures: RANGE_OF_POINT,
        run: |a, _| Some(starts(&ends(a, 1)?, &range(a, 0)?)?.into()),
    },
    Builtin {
        name: "coincides",
        signatures: ANY,
        run: |a, _| {
            let (one, other) = (ends(a, 0)?, ends(a, 1)?);
            if one.point != other.point {
                return None;
            }
            Some((starts_alike(&one, &other)? && ends_alike(&one, &other)?).into())
        },
    },
    Builtin { name: "range", signatures: &[&["from"]], run: |a, run| parse_range(a.text(0)?, run) },
];

/// A range, or a point as the range of itself alone.
struct Ends<'a> {
    start: &'a Value,
    start_included: bool,
    end: &'a Value,
    end_included: bool,
    point: bool,
}

fn ends<'a>(a: &Args<'a>, place: usize) -> Option<Ends<'a>> {
    match a.get(place) {
        Value::Null | Value::List(_) | Value::Context(_) | Value::Bool(_) | Value::Function(_) => None,
        Value::Range(range) => closed(range),
        point => Some(Ends { start: point, start_included: true, end: point, end_included: true, point: true }),
    }
}

/// Only a range itself.
fn range<'a>(a: &Args<'a>, place: usize) -> Option<Ends<'a>> {
    ends(a, place).filter(|ends| !ends.point)
}

fn closed(range: &Range) -> Option<Ends<'_>> {
    Some(Ends {
        start: range.start.as_ref()?,
        start_included: range.start_included,
        end: range.end.as_ref()?,
        end_included: range.end_included,
        point: false,
    })
}

/// One ends before the other begins; where they touch, only if an end is open.
fn before(one: &Ends, other: &Ends) -> Option<bool> {
    Some(match compare::compare(one.end, other.start)? {
        Ordering::Less => true,
        Ordering::Equal => !(one.end_included && other.start_included),
        Ordering::Greater => false,
    })
}

fn meets(one: &Ends, other: &Ends) -> Option<bool> {
    let touch = compare::compare(one.end, other.start)?.is_eq();
    Some(touch && one.end_included && other.start_included)
}

/// Which of two starts comes first; an open start comes after a closed one at the same value.
fn start_order(one: &Ends, other: &Ends) -> Option<Ordering> {
    Some(compare::compare(one.start, other.start)?.then(other.start_included.cmp(&one.start_included)))
}

fn end_order(one: &Ends, other: &Ends) -> Option<Ordering> {
    Some(compare::compare(one.end, other.end)?.then(one.end_included.cmp(&other.end_included)))
}

fn starts_alike(one: &Ends, other: &Ends) -> Option<bool> {
    start_order(one, other).map(Ordering::is_eq)
}

fn ends_alike(one: &Ends, other: &Ends) -> Option<bool> {
    end_order(one, other).map(Ordering::is_eq)
}

fn overlaps_before(one: &Ends, other: &Ends) -> Option<bool> {
    Some(start_order(one, other)?.is_lt() && !before(one, other)? && end_order(one, other)?.is_le())
}

fn overlaps_after(one: &Ends, other: &Ends) -> Option<bool> {
    Some(start_order(other, one)?.is_lt() && !before(other, one)? && end_order(other, one)?.is_le())
}

fn finishes(inner: &Ends, outer: &Ends) -> Option<bool> {
    Some(ends_alike(inner, outer)? && start_order(outer, inner)?.is_le())
}

fn starts(inner: &Ends, outer: &Ends) -> Option<bool> {
    Some(starts_alike(inner, outer)? && end_order(inner, outer)?.is_le())
}

fn includes(outer: &Ends, inner: &Ends) -> Option<bool> {
    Some(start_order(outer, inner)?.is_le() && end_order(inner, outer)?.is_le())
}

/// A range from its text, whose ends are literals.
fn parse_range(text: &str, run: &Run) -> Option<Value> {
    let parsed = parser::parse(text.trim(), &Vocabulary::default()).ok()?;
    let Kind::Range(ends) = &parsed.tree.kind else {
        return None;
    };
    let plain = [&ends.start, &ends.end].into_iter().flatten().all(is_plain);
    let open = ends.start.is_none() || ends.end.is_none();
    if !plain || open || !parsed.paths.is_empty() {
        return None;
    }
    Some(run.eval(&parsed.tree, None)).filter(|value| !value.is_null())
}

/// A literal, or a function of the calendar called with one.
fn is_plain(end: &Expr) -> bool {
    match &end.kind {
        Kind::Literal(_) => true,
        Kind::Negate(inner) => is_plain(inner),
        Kind::Call(builtin, arguments) => {
            let calendar = ["@", "date", "time", "date and time", "duration"].contains(&builtin.name);
            calendar && arguments.iter().all(|argument| matches!(argument.kind, Kind::Literal(_)))
        }
        _ => false,
    }
}

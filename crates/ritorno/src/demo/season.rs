//! When an Italian outdoor shop is busy: by year, week and hour.

use super::catalogue::Product;
use base::{DAY, HOUR, Time};
use jiff::{civil::Weekday, tz::TimeZone};

/// The shop's own zone.
pub const ZONE: &str = "Europe/Rome";

/// January to December: sales in January, summer in June and July, everybody away in August, presents from November.
const MONTHS: [f64; 12] = [0.88, 0.72, 0.84, 1.02, 1.22, 1.42, 1.30, 0.74, 1.12, 0.92, 1.36, 1.44];
/// Monday to Sunday.
const WEEK: [f64; 7] = [0.96, 0.92, 0.94, 1.00, 0.93, 1.03, 1.22];
/// Midnight to eleven in the evening.
pub const HOURS: [f64; 24] = [
    0.9, 0.4, 0.2, 0.1, 0.1, 0.2, 0.6, 1.4, 2.2, 2.8, 3.2, 3.4, 4.0, 4.6, 3.8, 3.2, 3.2, 3.6, 4.2, 4.6, 5.6, 6.8, 5.4,
    2.6,
];
/// By how much the shop grows in a year.
const GROWTH: f64 = 0.22;

/// The zone, or UTC where the machine knows none.
pub fn zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)
}

/// How busy a day is, beside an ordinary one at the start.
pub fn weight(day: Time, start: Time, zone: &TimeZone) -> f64 {
    let date = day.timestamp().to_zoned(zone.clone()).date();
    let (month, number) = (date.month(), date.day());
    // Between the middles of two months the weight moves evenly.
    let (here, share) = (usize::from(month.unsigned_abs()) - 1, (f64::from(number) - 15.0) / 30.0);
    let beside = if share < 0.0 { (here + 11) % 12 } else { (here + 1) % 12 };
    let season = MONTHS[here] * (1.0 - share.abs()) + MONTHS[beside] * share.abs();
    let weekday = match date.weekday() {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    };
    let special = match (month, number) {
        (8, 10..=18) => 0.62,
        (12, 24..=26) => 0.35,
        (1, 5..=12) => 1.25,
        // Black Friday is the fourth Friday of November, or the day after: its week.
        (11, 22..=30) => 1.75,
        _ => 1.0,
    };
    let years = (day - start) as f64 / (365.0 * DAY as f64);
    season * WEEK[weekday] * special * (1.0 + GROWTH * years)
}

/// How much a product is wanted at this time of the year.
pub fn wanted(product: &Product, at: Time, zone: &TimeZone) -> f64 {
    let month = at.timestamp().to_zoned(zone.clone()).month();
    match (product.season, month) {
        (1, 4..=8) => 1.7,
        (1, 11 | 12 | 1 | 2) => 0.45,
        (2, 10..=12 | 1) => 1.9,
        (2, 5..=8) => 0.4,
        _ => 1.0,
    }
}

/// The midnight, in the zone, of the day in which `at` lies.
pub fn midnight(at: Time, zone: &TimeZone) -> Time {
    let date = at.timestamp().to_zoned(zone.clone()).date();
    let start = date.to_zoned(zone.clone()).map(|start| Time(start.timestamp().as_microsecond()));
    start.unwrap_or(Time(at.0 - at.0.rem_euclid(24 * HOUR)))
}

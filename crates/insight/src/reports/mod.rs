//! Reports: sums over roll-ups that the fold keeps by day. Nothing is scanned and nothing is rebuilt, so any period is as quick
//! as any other, and the sums are exact.
//!
//! Start reading at [`Recovery`].

pub mod api;
pub mod period;
pub mod sql;

use base::Currency;
use crm::api::Amount;
use serde::Serialize;
use std::collections::BTreeMap;

/// The share of abandoned carts that comes back by the market's own word; the figure to beat.
pub const MARKET_RATE: f64 = 0.08;

/// One sum of the roll-ups: what happened in a period, by flow, step and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    pub metric: String,
    pub flow: String,
    pub step: String,
    /// Three letters, or empty where nothing is money.
    pub currency: String,
    pub n: i64,
    /// Minor units.
    pub minor: i64,
}

/// What the recovery of carts did in a period.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Recovery {
    /// Carts that fell idle in the period.
    pub carts_abandoned: i64,
    /// Of all carts, those that got their first message in the period.
    pub carts_messaged: i64,
    /// Carts ordered in the period after they had been abandoned.
    pub carts_recovered: i64,
    /// Carts ordered in the period that never were abandoned.
    pub carts_converted: i64,
    /// Recovered over abandoned, 0 to 1 and four digits; `null` where nothing was abandoned. Above 1 where more carts came back
    /// than were left in the period.
    pub conversion_rate: Option<f64>,
    /// What the market quotes for the same figure.
    pub market_rate: f64,
    pub messages_sent: i64,
    /// Stopped by a gate: no consent, ordered meanwhile, …
    pub messages_skipped: i64,
    pub links_clicked: i64,
    /// By currency.
    pub revenue: Vec<Revenue>,
    /// By flow and step.
    pub steps: Vec<StepFigures>,
}

/// Revenue of recovered carts in one currency. Orders in which an agent had a part stand apart from both attributions.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Revenue {
    #[schema(value_type = String)]
    pub currency: Currency,
    pub carts_abandoned: i64,
    pub carts_recovered: i64,
    /// Orders shared among messages and clicks.
    pub orders_credited: i64,
    /// Equal shares for each touch; adds up to the orders credited, to the cent.
    pub linear: Amount,
    /// Everything to the last touch; adds up to the same.
    pub last_interaction: Amount,
    pub orders_agent_closed: i64,
    pub agent_closed: Amount,
}

/// What one step of a flow did. A step without a name is what no message of a flow earned, such as visits.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct StepFigures {
    pub flow: String,
    pub step: String,
    pub messages_sent: i64,
    pub messages_skipped: i64,
    pub links_clicked: i64,
    pub linear: Vec<Amount>,
    pub last_interaction: Vec<Amount>,
}

impl Recovery {
    /// Puts the sums of a period together.
    pub fn of(sums: &[Sum]) -> Recovery {
        let count = |metric: &str| sums.iter().filter(|sum| sum.metric == metric).map(|sum| sum.n).sum::<i64>();
        let (abandoned, recovered) = (count("carts_abandoned"), count("carts_recovered"));
        Recovery {
            carts_abandoned: abandoned,
            carts_messaged: count("carts_messaged"),
            carts_recovered: recovered,
            carts_converted: count("carts_converted"),
            conversion_rate: rate(recovered, abandoned),
            market_rate: MARKET_RATE,
            messages_sent: count("messages_sent"),
            messages_skipped: count("messages_skipped"),
            links_clicked: count("links_clicked"),
            revenue: revenue(sums),
            steps: steps(sums),
        }
    }
}

/// Four digits, half away from zero: what a person reads as a percentage with two.
fn rate(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
}

fn revenue(sums: &[Sum]) -> Vec<Revenue> {
    let mut all: BTreeMap<Currency, Revenue> = BTreeMap::new();
    for sum in sums {
        let Some(currency) = Currency::parse(&sum.currency) else {
            continue;
        };
        let none = Amount::new(0, currency);
        let of = all.entry(currency).or_insert_with(|| Revenue {
            currency,
            carts_abandoned: 0,
            carts_recovered: 0,
            orders_credited: 0,
            linear: none,
            last_interaction: none,
            orders_agent_closed: 0,
            agent_closed: none,
        });
        match &*sum.metric {
            "carts_abandoned" => of.carts_abandoned += sum.n,
            "carts_recovered" => of.carts_recovered += sum.n,
            "orders_credited" => of.orders_credited += sum.n,
            "credit_linear" => of.linear.minor += sum.minor,
            "credit_last" => of.last_interaction.minor += sum.minor,
            "agent_closed" => {
                of.orders_agent_closed += sum.n;
                of.agent_closed.minor += sum.minor;
            }
            _ => {}
        }
    }
    all.into_values().collect()
}

fn steps(sums: &[Sum]) -> Vec<StepFigures> {
    let mut all: BTreeMap<(&str, &str), StepFigures> = BTreeMap::new();
    for sum in sums {
        if !["messages_sent", "messages_skipped", "links_clicked", "credit_linear", "credit_last"]
            .contains(&&*sum.metric)
        {
            continue;
        }
        let of = all.entry((&sum.flow, &sum.step)).or_insert_with(|| StepFigures {
            flow: sum.flow.clone(),
            step: sum.step.clone(),
            messages_sent: 0,
            messages_skipped: 0,
            links_clicked: 0,
            linear: Vec::new(),
            last_interaction: Vec::new(),
        });
        let amount = Currency::parse(&sum.currency).map(|currency| Amount::new(sum.minor, currency));
        match &*sum.metric {
            "messages_sent" => of.messages_sent += sum.n,
            "messages_skipped" => of.messages_skipped += sum.n,
            "links_clicked" => of.links_clicked += sum.n,
            "credit_linear" => of.linear.extend(amount),
            _ => of.last_interaction.extend(amount),
        }
    }
    all.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(metric: &str, flow: &str, currency: &str, n: i64, minor: i64) -> Sum {
        let step = if flow.is_empty() { "" } else { "send" };
        Sum { metric: metric.into(), flow: flow.into(), step: step.into(), currency: currency.into(), n, minor }
    }

    #[test]
    fn money_stays_apart_by_currency_and_by_who_earned_it() {
        let recovery = Recovery::of(&[
            sum("carts_abandoned", "", "EUR", 3, 0),
            sum("carts_abandoned", "", "JPY", 1, 0),
            sum("carts_recovered", "", "EUR", 1, 0),
            sum("credit_linear", "a", "EUR", 2, 6_667),
            sum("credit_linear", "b", "EUR", 1, 3_333),
            sum("credit_last", "b", "EUR", 1, 10_000),
            sum("orders_credited", "", "EUR", 1, 10_000),
            sum("agent_closed", "", "JPY", 1, 500),
            sum("carts_messaged", "", "", 2, 0),
        ]);
        assert_eq!((recovery.carts_abandoned, recovery.carts_messaged), (4, 2));
        assert_eq!(recovery.conversion_rate, Some(0.25));
        let [eur, jpy] = &recovery.revenue[..] else { panic!("{:?}", recovery.revenue) };
        assert_eq!((eur.linear.minor, eur.last_interaction.minor, eur.agent_closed.minor), (10_000, 10_000, 0));
        assert_eq!((jpy.linear.minor, jpy.orders_agent_closed, jpy.agent_closed.minor), (0, 1, 500));
        assert_eq!(recovery.steps.iter().map(|step| &*step.flow).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_rate_of_nothing_is_unknown() {
        assert_eq!(rate(0, 0), None);
        assert_eq!(rate(1, 3), Some(0.3333));
        assert_eq!(rate(2, 1), Some(2.0));
    }
}

//! The same for a person at a terminal.

use super::Report;
use base::{Currency, Money};
use serde_json::Value as Json;
use std::io::{Result, Write};

impl Report {
    pub fn write_tables(&self, to: &mut impl Write) -> Result<()> {
        writeln!(to, "Messages ({})", self.messages.len())?;
        for m in &self.messages {
            writeln!(to, "  {}  {:<24} {:<16} {} -> {}  {}", m.time, m.flow, m.step, m.from, m.to, m.subject)?;
        }
        writeln!(to, "\nAgent notices ({})", self.notices.len())?;
        for n in &self.notices {
            let (agent, cart) = (n.agent.as_deref().unwrap_or("no agent"), n.cart.as_deref().unwrap_or("-"));
            writeln!(to, "  {}  {agent}  {} cart {cart} ({})", n.time, n.customer, n.reason)?;
        }
        writeln!(to, "\nJourneys ({})", self.journeys.len())?;
        for j in &self.journeys {
            let steps: Vec<Json> = serde_json::from_str(&format!("[{}]", j.path)).unwrap_or_default();
            let path: Vec<&str> = steps.iter().filter_map(|step| step["at"].as_str()).collect();
            let reasons: Vec<Json> = serde_json::from_str(&format!("[{}]", j.reasons)).unwrap_or_default();
            let why: Vec<&str> = reasons.iter().filter_map(|reason| reason["data"]["reason"].as_str()).collect();
            let why = if why.is_empty() { String::new() } else { format!("  ({})", why.join(", ")) };
            writeln!(
                to,
                "  {:<24} {} cart {}  {}{why}",
                j.flow,
                j.customer,
                j.cart.as_deref().unwrap_or("-"),
                path.join(" > ")
            )?;
        }
        writeln!(to, "\nCarts ({})", self.carts.len())?;
        for c in &self.carts {
            let total = c
                .total_minor
                .map_or("unknown".to_owned(), |minor| amount(minor, c.currency.as_deref().unwrap_or_default()));
            writeln!(to, "  {:<24} {:<16} {:<10} {total}", c.customer, c.id, c.state)?;
        }
        writeln!(to, "\nDeals ({})", self.deals.len())?;
        for d in &self.deals {
            writeln!(to, "  {:<24} {:<16} {}", d.customer, d.cart, d.stage)?;
        }
        writeln!(to, "\nRevenue")?;
        for r in self.revenue() {
            writeln!(
                to,
                "  linear {}  last interaction {}  closed by agents {}  ({} orders)",
                amount(r.linear_minor, &r.currency),
                amount(r.last_interaction_minor, &r.currency),
                amount(r.agent_closed_minor, &r.currency),
                r.orders.len()
            )?;
        }
        Ok(())
    }
}

/// Minor units as an amount with its currency.
fn amount(minor: i64, currency: &str) -> String {
    Currency::parse(currency).map_or_else(|| minor.to_string(), |currency| Money::new(minor, currency).to_string())
}

//! What belongs to the workspace: its settings and its agents.

use base::{Currency, DAY, HOUR, Id, Time};
use jiff::tz::TimeZone;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

/// A workspace's settings, in the cell of the workspace itself.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The shop's name, as customers know it.
    #[n(0)]
    pub name: String,
    #[n(1)]
    #[schema(value_type = String, example = "EUR")]
    pub currency: Currency,
    /// The language of those who did not say theirs.
    #[n(2)]
    pub language: String,
    /// IANA time zone.
    #[n(3)]
    pub time_zone: String,
    /// Where the shop is.
    #[n(4)]
    pub shop_url: String,
    /// Where a cart is rebuilt at the shop; `{cart_id}` and `{lines}` (`id:quantity,…`) are filled in. Empty: the cart's own
    /// checkout address if it has one, else a page of ours that lists the lines.
    #[n(5)]
    pub cart_url: String,
    #[n(6)]
    pub sender_name: String,
    /// The address messages come from when no agent signs them; empty: no e-mail is sent by the shop.
    #[n(7)]
    pub sender_address: String,
    /// Hours without activity after which a cart is abandoned, while no flow says fewer.
    #[n(8)]
    pub idle_hours: u32,
    /// A cart reminder may go to a customer who bought before and never said no.
    #[n(9)]
    pub remind_buyers: bool,
    /// Every message goes to this address instead of the customer's; empty: off.
    #[n(10)]
    pub send_all_to: String,
    /// The agent of customers who have none of their own.
    #[n(11)]
    #[schema(value_type = Option<String>)]
    pub default_agent: Option<Id>,
    /// Days without activity after which a cart is not waited for any more; 0: it stays abandoned.
    #[n(12)]
    pub expire_days: u32,
    /// At most one marketing message per cart in so many hours, over all flows.
    #[n(13)]
    pub cart_pause_hours: u32,
    /// A variant with so many pieces or fewer is running out; 0: none ever is.
    #[n(14)]
    #[cbor(decode_with = "read_low_stock", nil = "low_stock_unsaid")]
    pub low_stock: u32,
}

const LOW_STOCK: u32 = 5;

fn read_low_stock<C>(from: &mut minicbor::Decoder<'_>, _: &mut C) -> Result<u32, minicbor::decode::Error> {
    from.u32()
}

/// Of workspaces from before there was this setting.
fn low_stock_unsaid() -> Option<u32> {
    Some(LOW_STOCK)
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            name: String::new(),
            currency: Currency::EUR,
            language: "it".to_owned(),
            time_zone: "Europe/Rome".to_owned(),
            shop_url: String::new(),
            cart_url: String::new(),
            sender_name: String::new(),
            sender_address: String::new(),
            idle_hours: 24,
            remind_buyers: true,
            send_all_to: String::new(),
            default_agent: None,
            expire_days: 0,
            cart_pause_hours: 20,
            low_stock: LOW_STOCK,
        }
    }
}

impl Settings {
    /// The zone; UTC where the name is unknown (the API refuses unknown names).
    pub fn zone(&self) -> TimeZone {
        thread_local! {
            // Asked several times an event, for the same workspace as a rule; to find it by its name is slow.
            static LAST: RefCell<(String, TimeZone)> = const { RefCell::new((String::new(), TimeZone::UTC)) };
        }
        LAST.with_borrow_mut(|(name, zone)| {
            if *name != self.time_zone {
                *zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
                self.time_zone.clone_into(name);
            }
            zone.clone()
        })
    }

    /// Days since 1970 in the workspace's zone.
    pub fn day(&self, at: Time) -> i64 {
        let zone = self.zone();
        let offset = zone.to_offset(at.timestamp()).seconds();
        (at.0 / base::SECOND + i64::from(offset)).div_euclid(DAY / base::SECOND)
    }

    pub fn idle(&self) -> i64 {
        i64::from(self.idle_hours.max(1)) * HOUR
    }

    /// These settings with other values for those named; the error names what is no setting or has the wrong type.
    pub fn with(&self, said: &serde_json::Map<String, serde_json::Value>) -> Result<Settings, String> {
        let mut all = serde_json::to_value(self).map_err(|e| e.to_string())?;
        for (name, value) in said {
            let Some(known) = all.get_mut(name) else {
                let names: Vec<&str> = all.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
                return Err(format!("there is no setting {name:?}; there are: {}", names.join(", ")));
            };
            let before = std::mem::replace(known, value.clone());
            if let Err(error) = serde_json::from_value::<Settings>(all.clone()) {
                return Err(format!("{name} cannot be {value} (now it is {before}): {error}"));
            }
        }
        serde_json::from_value(all).map_err(|e| e.to_string())
    }

    /// What is wrong with these settings, in words.
    pub fn check(&self) -> Result<(), String> {
        if TimeZone::get(&self.time_zone).is_err() {
            return Err(format!("time_zone {:?} is not an IANA time zone, such as Europe/Rome", self.time_zone));
        }
        if !(1..=24 * 60).contains(&self.idle_hours) {
            return Err(format!("idle_hours {} is not between 1 and 1440", self.idle_hours));
        }
        for (name, address) in [("sender_address", &self.sender_address), ("send_all_to", &self.send_all_to)] {
            if !address.is_empty() && !is_address(address) {
                return Err(format!("{name} {address:?} is not an e-mail address"));
            }
        }
        Ok(())
    }
}

/// Something before and after one `@`, no spaces or brackets: what a mail server would at least look at.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_plain = |part: &str| {
        !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"()".contains(c))
    };
    text.len() <= 254 && is_plain(local) && is_plain(domain) && !local.contains('@')
}

/// Someone who sells.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Agent {
    #[n(0)]
    #[schema(value_type = String)]
    pub id: Id,
    #[n(1)]
    pub name: String,
    #[n(2)]
    pub email: String,
    #[n(3)]
    pub is_active: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_from_before_low_stock_have_its_default_and_a_zero_that_was_said_stays() {
        let said = Settings { low_stock: 0, ..Settings::default() };
        let bytes = minicbor::to_vec(&said).unwrap();
        assert_eq!(minicbor::decode::<Settings>(&bytes).unwrap(), said);
        // An array of one field fewer, as it was written then.
        let mut before = bytes;
        assert_eq!((before[0], before.pop()), (0x8f, Some(0)));
        before[0] = 0x8e;
        assert_eq!(minicbor::decode::<Settings>(&before).unwrap().low_stock, LOW_STOCK);
    }
}

//! Coupons that a shop is told to take: one code each, for one order.
//!
//! A code is asked for again until the shop has it, so each shop is asked whether it has the code already: what an attempt made
//! of which nothing was heard is found again. Start reading at [`Client::make_coupon`].

use super::{Answer, Client, PullError, answer};
use crate::{
    shops::{json::Json, magento, medusa, prestashop, shopify, vendure, woocommerce},
    web::Call,
};
use base::{Money, Time};

/// What a code gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// Hundredths of a percent, from 1 to 10,000.
    Percent(u32),
    /// Off the whole order.
    Amount(Money),
}

/// A coupon to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coupon {
    /// Capital letters and digits.
    pub code: String,
    pub discount: Discount,
    /// What the order's products must come to.
    pub minimum: Option<Money>,
    pub starts_at: Time,
    pub ends_at: Time,
}

impl Coupon {
    /// What people at the shop see in their lists.
    pub(in super::super) fn title(&self) -> String {
        format!("Ritorno {}", self.code)
    }

    /// `10` or `12.5`; `None`: it is an amount.
    pub(in super::super) fn percent(&self) -> Option<String> {
        let Discount::Percent(hundredths) = self.discount else { return None };
        let (whole, part) = (hundredths / 100, hundredths % 100);
        let text = format!("{whole}.{part:02}");
        Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
    }

    pub(in super::super) fn amount(&self) -> Option<Money> {
        match self.discount {
            Discount::Amount(money) => Some(money),
            Discount::Percent(_) => None,
        }
    }
}

/// Digits as the shops' APIs take them: `7.50`.
pub(in super::super) fn digits(money: Money) -> String {
    money.decimal().to_string()
}

const MAKE_COUPONS: [&str; 6] = ["shopify", "woocommerce", "magento", "prestashop", "vendure", "medusa"];

/// Whether the API of a kind of shop makes coupons.
pub fn makes_coupons(shop: &str) -> bool {
    MAKE_COUPONS.contains(&shop)
}

impl Client {
    /// Has the shop take a code, for one order. One that it has already is done. [`PullError::Denied`]: it will not take it
    /// another time either.
    pub async fn make_coupon(&self, coupon: &Coupon) -> Result<(), PullError> {
        match self.api.name {
            "shopify" => shopify::make_coupon(self, coupon).await,
            "woocommerce" => woocommerce::make_coupon(self, coupon).await,
            "magento" => magento::make_coupon(self, coupon).await,
            "prestashop" => prestashop::make_coupon(self, coupon).await,
            "vendure" => vendure::make_coupon(self, coupon).await,
            "medusa" => medusa::make_coupon(self, coupon).await,
            other => Err(PullError::Unsupported(format!("the API of {other} makes no coupons"))),
        }
    }

    /// As [`Client::call`], for a call that writes: what the shop says is wrong with it will be wrong another time.
    pub(in super::super) async fn write(&self, call: Call) -> Result<Answer, PullError> {
        let answer = self.web.call(call).await?;
        match answer::check(&answer) {
            Err(PullError::Failed(reason)) if matches!(answer.status, 400 | 404 | 405 | 409 | 413 | 415 | 422) => {
                Err(PullError::Denied(reason))
            }
            other => other.map(|()| answer),
        }
    }

    pub(in super::super) async fn write_json(&self, call: Call) -> Result<Json, PullError> {
        answer::json(&self.write(call).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_said_without_idle_zeros() {
        let check = |hundredths: u32, expected: &str| {
            let (starts_at, ends_at) = (Time(0), Time(1));
            let discount = Discount::Percent(hundredths);
            let coupon = Coupon { code: "A".to_owned(), discount, minimum: None, starts_at, ends_at };
            assert_eq!(coupon.percent().as_deref(), Some(expected));
        };
        check(1_000, "10");
        check(1_250, "12.5");
        check(5, "0.05");
        check(10_000, "100");
    }
}

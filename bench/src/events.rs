//! The load: shop events of many customers, the same for each side of a comparison.

use base::{Rng, SeededRng, Time};

/// Makes events of `customers` customers in a realistic mix: most look, some fill carts, a few order.
pub struct Source {
    rng: SeededRng,
    customers: u64,
    made: u64,
}

impl Source {
    pub fn new(seed: u64, customers: u64) -> Source {
        Source { rng: SeededRng::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)), customers, made: 0 }
    }

    fn draw(&self) -> u64 {
        let mut bytes = [0u8; 8];
        self.rng.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// One event as a JSON object of about 316 bytes, at `at`.
    pub fn event(&mut self, at: Time, to: &mut String) {
        use std::fmt::Write;
        let customer = self.draw() % self.customers;
        let (id, kind, product) = (self.draw(), self.draw() % 100, self.draw() % 20_000);
        self.made += 1;
        let event = match kind {
            0..60 => "Product Viewed",
            60..85 => "Product Added",
            85..92 => "Product Removed",
            92..97 => "Checkout Started",
            _ => "Order Completed",
        };
        let order =
            if kind >= 97 { format!("\"order_id\":\"o{}-{id:x}\",\"total\":59.90,", self.made) } else { String::new() };
        write!(
            to,
            "{{\"type\":\"track\",\"event\":\"{event}\",\"userId\":\"u{customer}\",\"messageId\":\"bench-{id:016x}-{:016x}\",\"timestamp\":\"{at}\",\
             \"properties\":{{{order}\"product_id\":\"p{product}\",\"name\":\"Scarpone da trekking\",\"price\":59.90,\"quantity\":1,\"currency\":\"EUR\",\
             \"category\":\"Outdoor\"}},\"context\":{{\"ip\":\"203.0.113.7\"}}}}",
            self.made
        )
        .expect("writing to a string cannot fail");
    }

    /// A batch call's body.
    pub fn batch(&mut self, at: Time, events: usize) -> String {
        let mut body = String::with_capacity(events * 400 + 64);
        body.push_str("{\"batch\":[");
        for i in 0..events {
            if i > 0 {
                body.push(',');
            }
            self.event(at, &mut body);
        }
        body.push_str(&format!("],\"sentAt\":\"{at}\"}}"));
        body
    }
}

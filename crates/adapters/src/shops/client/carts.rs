//! A cart made again at the shop: by an address that the shop fills a cart from, or by its API for visitors.
//!
//! Start reading at [`CartLink`], then [`Client::refill`].

use super::{Client, PullError, escape};

/// What a cart is to hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedCart {
    pub lines: Vec<WantedLine>,
    pub coupon: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedLine {
    pub product_id: String,
    /// What the shop calls the variant; its API takes nothing else.
    pub variant_id: Option<String>,
    /// Pieces, at least one.
    pub quantity: i64,
}

/// A cart that the shop made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeCart {
    /// What the shop's webhooks and orders call it.
    pub id: String,
    /// With which the storefront opens it, where the shop has such a thing.
    pub token: Option<String>,
    /// How many pieces of each wanted line are in it, in the order of the lines.
    pub added: Vec<i64>,
}

/// Shops whose API makes carts.
const MAKES_CARTS: [&str; 2] = ["vendure", "medusa"];
/// Of these, shops that open a cart by a token.
const GIVES_TOKENS: [&str; 1] = ["vendure"];

/// An address at which the storefront shows a cart, with places for what is particular: `{products}` (`ID:PIECES,ID:PIECES`),
/// `{coupon}`, `{cart_id}` (what the shop called the cart that was left); and, where the shop's API makes a new cart, `{cart}`
/// (its id) and `{token}` (what opens it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLink(String);

impl CartLink {
    /// Reads one for a kind of shop; the error says what is wrong.
    pub fn read(shop: &str, text: &str) -> Result<CartLink, String> {
        let text = text.trim();
        if !(text.starts_with("https://") || text.starts_with("http://")) {
            return Err("the cart's link begins with https:// or http://".to_owned());
        }
        if text.len() > 1_000 || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err("the cart's link is one address without spaces, of at most 1,000 characters".to_owned());
        }
        let host = text.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(""));
        if host.is_empty() || host.contains(['{', '}', '@', '\\']) {
            return Err("the cart's link names its host itself".to_owned());
        }
        let mut rest = text;
        while let Some((_, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or("the cart's link has a { without a }")?;
            match name {
                "products" | "coupon" | "cart_id" => {}
                "cart" if MAKES_CARTS.contains(&shop) => {}
                "token" if GIVES_TOKENS.contains(&shop) => {}
                "cart" | "token" => {
                    return Err(format!("the API of {shop} gives no {{{name}}}: use {{products}} in the cart's link"));
                }
                _ => {
                    let known = "{cart}, {token}, {products}, {coupon}, {cart_id}";
                    return Err(format!("{{{name}}} is no place of the cart's link: {known}"));
                }
            }
            rest = after;
        }
        Ok(CartLink(text.to_owned()))
    }

    /// Whether the shop's API makes a cart first.
    pub fn needs_cart(&self) -> bool {
        self.0.contains("{cart}") || self.0.contains("{token}")
    }

    /// The address for a cart that the shop called `cart_id`, with the one made for it where there is one.
    pub fn fill(&self, cart_id: &str, wanted: &WantedCart, made: Option<&MadeCart>) -> String {
        let escaped = |text: &str| {
            let mut to = String::new();
            escape(text, &mut to);
            to
        };
        let product = |line: &WantedLine| {
            format!("{}:{}", escaped(line.variant_id.as_ref().unwrap_or(&line.product_id)), line.quantity)
        };
        let products: Vec<String> = wanted.lines.iter().map(product).collect();
        let token = made.and_then(|made| made.token.as_deref()).unwrap_or_default();
        // No value holds a brace: each is escaped.
        self.0
            .replace("{cart_id}", &escaped(cart_id))
            .replace("{cart}", &escaped(made.map_or("", |made| &made.id)))
            .replace("{token}", &escaped(token))
            .replace("{products}", &products.join(","))
            .replace("{coupon}", &escaped(wanted.coupon.as_deref().unwrap_or_default()))
    }

    fn wants_token(&self) -> bool {
        self.0.contains("{token}")
    }
}

impl Client {
    /// Makes a cart of these lines at the shop, as a visitor would. What cannot be added is left out; a cart of nothing is an
    /// error.
    pub async fn refill(&self, wanted: &WantedCart, link: &CartLink) -> Result<MadeCart, PullError> {
        let made = match self.api.name {
            "vendure" => crate::shops::vendure::make_cart(self, wanted).await?,
            "medusa" => crate::shops::medusa::make_cart(self, wanted).await?,
            other => return Err(PullError::Unsupported(format!("the API of {other} makes no carts"))),
        };
        if made.added.iter().all(|pieces| *pieces == 0) {
            return Err(PullError::Failed("the shop has none of the cart's products any more".to_owned()));
        }
        if link.wants_token() && made.token.is_none() {
            let reason = "the shop gave no token that opens the cart: its tokenMethod must include bearer";
            return Err(PullError::Denied(reason.to_owned()));
        }
        Ok(made)
    }
}

/// How many pieces of each line there are, where the shop adds up lines of one variant.
pub(in super::super) fn added(wanted: &[WantedLine], mut in_cart: Vec<(String, i64)>) -> Vec<i64> {
    let mut take = |line: &WantedLine| {
        let Some(id) = &line.variant_id else { return 0 };
        let Some((_, left)) = in_cart.iter_mut().find(|(known, _)| known == id) else { return 0 };
        let taken = line.quantity.min(*left);
        *left -= taken;
        taken
    };
    wanted.iter().map(&mut take).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(variant: Option<&str>, quantity: i64) -> WantedLine {
        WantedLine { product_id: "p 1".to_owned(), variant_id: variant.map(str::to_owned), quantity }
    }

    #[test]
    fn a_link_says_what_is_wrong_with_it() {
        let check = |shop: &str, text: &str, expected: &str| match CartLink::read(shop, text) {
            Ok(_) => assert_eq!(expected, "", "{text}"),
            Err(reason) => assert!(!expected.is_empty() && reason.contains(expected), "{text}: {reason}"),
        };
        check("vendure", "https://shop.example/checkout?cart={cart}#{token}", "");
        check("medusa", "https://shop.example/checkout?cart={cart}", "");
        check("woocommerce", "https://shop.example/checkout-link/?products={products}&coupon={coupon}", "");
        check("shopify", "https://shop.example/cart/{products}?discount={coupon}", "");
        check("medusa", "https://shop.example/?t={token}", "gives no {token}");
        check("woocommerce", "https://shop.example/?cart={cart}", "gives no {cart}");
        check("woocommerce", "https://shop.example/?x={basket}", "{basket} is no place");
        check("woocommerce", "https://shop.example/?x={cart", "without a }");
        check("woocommerce", "javascript:alert(1)", "begins with");
        check("woocommerce", "https://{cart_id}/", "names its host");
        check("woocommerce", "https://a@shop.example/", "names its host");
        check("woocommerce", "https://shop.example/ x", "without spaces");
    }

    #[test]
    fn what_is_particular_is_escaped() {
        let wanted = WantedCart { lines: vec![line(Some("8"), 2), line(None, 1)], coupon: Some("A&B".to_owned()) };
        let made = MadeCart { id: "N/1".to_owned(), token: Some("{cart}".to_owned()), added: vec![2, 0] };
        let check = |shop: &str, text: &str, expected: &str| {
            assert_eq!(CartLink::read(shop, text).unwrap().fill("c 1", &wanted, Some(&made)), expected);
        };
        check("shopify", "https://s/cart/{products}?discount={coupon}", "https://s/cart/8:2,p%201:1?discount=A%26B");
        check("vendure", "https://s/?c={cart}&was={cart_id}#{token}", "https://s/?c=N%2F1&was=c%201#%7Bcart%7D");
    }

    #[test]
    fn pieces_are_shared_among_lines_of_one_variant() {
        let lines = [line(Some("a"), 2), line(Some("a"), 2), line(Some("b"), 1), line(None, 1)];
        assert_eq!(added(&lines, vec![("a".to_owned(), 3)]), [2, 1, 0, 0]);
    }
}

//! A customer of the real shop: what a storefront asks of Vendure's shop API.

use adapters::web::{Addresses, Call, Web};
use serde_json::{Value as Json, json};

/// One visitor with a session of their own.
pub struct Visitor {
    web: Web,
    url: String,
    session: Option<String>,
}

impl Visitor {
    pub fn new(shop: &str) -> Visitor {
        let web = Web::new(Addresses::Private).expect("calls can be made");
        Visitor { web, url: format!("{shop}/shop-api"), session: None }
    }

    /// A visitor on whose device a session was begun elsewhere.
    pub fn with_session(shop: &str, session: &str) -> Visitor {
        Visitor { session: Some(session.to_owned()), ..Visitor::new(shop) }
    }

    /// Pieces in the cart.
    pub async fn pieces(&mut self) -> i64 {
        let cart = self.ask("{ activeOrder { totalQuantity } }", json!({})).await;
        cart["totalQuantity"].as_i64().expect("a cart counts its pieces")
    }

    /// Asks the shop; an error that it says is none of what a customer does here.
    pub async fn ask(&mut self, query: &str, variables: Json) -> Json {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut call = Call::post(self.url.as_str(), body);
        if let Some(session) = &self.session {
            call = call.with("authorization", format!("Bearer {session}"));
        }
        let answer = self.web.call(call).await.unwrap_or_else(|error| panic!("{query}: {error}"));
        if let Some(session) = answer.header("vendure-auth-token") {
            self.session = Some(session.to_owned());
        }
        let said: Json = serde_json::from_slice(&answer.body).expect("the shop answers with JSON");
        assert!(said["errors"].is_null(), "{query}: {said}");
        let inner = said["data"].as_object().and_then(|data| data.values().next()).cloned().unwrap_or_default();
        assert!(inner["errorCode"].is_null(), "{query}: {inner}");
        inner
    }

    /// Puts pieces in the cart; its code.
    pub async fn add(&mut self, variant: usize, quantity: usize) -> String {
        let query = "mutation($id: ID!, $n: Int!) { addItemToOrder(productVariantId: $id, quantity: $n) { __typename ... on Order { code } \
            ... on ErrorResult { errorCode message } } }";
        let order = self.ask(query, json!({ "id": variant.to_string(), "n": quantity })).await;
        order["code"].as_str().expect("a cart has a code").to_owned()
    }

    /// Says who they are, without an account.
    pub async fn is_guest(&mut self, address: &str) {
        let query = "mutation($input: CreateCustomerInput!) { setCustomerForOrder(input: $input) { __typename ... on ErrorResult { errorCode message } } }";
        self.ask(query, json!({ "input": { "firstName": "Gio", "lastName": "Guest", "emailAddress": address } })).await;
    }

    pub async fn register(&mut self, address: &str) {
        let query = "mutation($input: RegisterCustomerInput!) { registerCustomerAccount(input: $input) { __typename ... on ErrorResult { errorCode message } } }";
        let input =
            json!({ "firstName": "Ada", "lastName": "Left", "emailAddress": address, "password": "a-long-password" });
        self.ask(query, json!({ "input": input })).await;
    }

    /// Signs in; the shop's id of the customer.
    pub async fn sign_in(&mut self, address: &str) -> String {
        let query = "mutation($name: String!) { login(username: $name, password: \"a-long-password\") { __typename ... on ErrorResult { errorCode message } } }";
        self.ask(query, json!({ "name": address })).await;
        let customer = self.ask("{ activeCustomer { id } }", json!({})).await;
        customer["id"].as_str().expect("who is signed in has an id").to_owned()
    }

    /// The cart that the shop keeps for them.
    pub async fn cart(&mut self) -> Option<String> {
        let cart = self.ask("{ activeOrder { code } }", json!({})).await;
        cart["code"].as_str().map(str::to_owned)
    }

    /// Orders what is in the cart.
    pub async fn buy(&mut self) -> String {
        let address = json!({ "fullName": "Ada Left", "streetLine1": "1 Road", "city": "London", "postalCode": "N1", "countryCode": "GB" });
        let error = "__typename ... on ErrorResult { errorCode message }";
        let query =
            format!("mutation($input: CreateAddressInput!) {{ setOrderShippingAddress(input: $input) {{ {error} }} }}");
        self.ask(&query, json!({ "input": address })).await;
        let methods = self.ask("{ eligibleShippingMethods { id } }", json!({})).await;
        let query =
            format!("mutation($ids: [ID!]!) {{ setOrderShippingMethod(shippingMethodId: $ids) {{ {error} }} }}");
        self.ask(&query, json!({ "ids": [methods[0]["id"]] })).await;
        let query = format!("mutation {{ transitionOrderToState(state: \"ArrangingPayment\") {{ {error} }} }}");
        self.ask(&query, json!({})).await;
        let query = format!(
            "mutation($input: PaymentInput!) {{ addPaymentToOrder(input: $input) {{ ... on Order {{ code state }} {error} }} }}"
        );
        let order = self.ask(&query, json!({ "input": { "method": "standard-payment", "metadata": {} } })).await;
        order["code"].as_str().expect("an order has a code").to_owned()
    }
}

/** Vendure's Admin API (GraphQL): https://docs.vendure.io/reference/graphql-api/admin/queries/; what our plug-in posts. */

import { Double, GOODS, hmac, since } from "./double.mjs";

export const VENDURE = { username: "ritorno@bottega.example", password: "una password lunga" };

/** Hundredths. */
const cents = (amount) => Math.round(amount * 100);

export class Vendure extends Double {
  name = "vendure";

  customer({ n, first, last, email, city, country, at }) {
    const address = { streetLine1: "Via Garibaldi 1", streetLine2: "", city, postalCode: "16124", province: "", phoneNumber: "", country: { code: country } };
    return { id: String(401 + n), createdAt: this.at(at), updatedAt: this.at(at), title: "", firstName: first, lastName: last, emailAddress: email, phoneNumber: "", addresses: [address] };
  }

  variant(good, n, name, v) {
    return { id: String(4201 + n * 10 + v), sku: `${good.sku}-V${v}`, name: `${good.name} ${name}`, productId: String(4101 + n), enabled: true, priceWithTax: cents(good.price), currencyCode: "EUR", stockOnHand: good.stock, updatedAt: this.at(90), featuredAsset: null, stockLevels: [{ stockOnHand: good.stock, stockLocationId: "1", updatedAt: this.at(90) }] };
  }

  product(good, n) {
    return { id: String(4101 + n), name: good.name, slug: good.sku.toLowerCase(), enabled: true, createdAt: this.at(9_000), updatedAt: this.at(90), featuredAsset: null, facetValues: [{ name: "Caffè" }], collections: [{ name: "Cucina" }], variants: good.variants.map((name, v) => this.variant(good, n, name, v)) };
  }

  order({ n, who, what, ago, quantity, currency = "EUR", isOpen = false }) {
    const { first, last, email } = this.people[who];
    const each = cents(GOODS[what].price);
    const line = { id: String(4501 + n), quantity, unitPriceWithTax: each, discountedUnitPriceWithTax: each, linePriceWithTax: each * quantity, discountedLinePriceWithTax: each * quantity, featuredAsset: null, productVariant: { id: String(4201 + what * 10), sku: `${GOODS[what].sku}-V0`, name: GOODS[what].name, productId: String(4101 + what) } };
    return { id: String(4301 + n), code: `BTG${String(n).padStart(5, "0")}VNDR`, state: isOpen ? "AddingItems" : "PaymentSettled", active: isOpen, currencyCode: currency, subTotalWithTax: each * quantity, shippingWithTax: 0, totalWithTax: each * quantity, couponCodes: [], createdAt: this.at(ago + 10), updatedAt: this.at(ago), orderPlacedAt: isOpen ? null : this.at(ago), customer: { id: String(401 + who), emailAddress: email, firstName: first, lastName: last, phoneNumber: "" }, shippingAddress: null, lines: [line], fulfillments: [], payments: [] };
  }

  cart() {
    return this.order({ n: 99, who: 2, what: 1, ago: 60, quantity: 1, isOpen: true });
  }

  answer({ path, headers, text }) {
    if (path !== "/admin-api") return { status: 404, body: { message: "Cannot POST" } };
    const { query, variables } = JSON.parse(text);
    if (query.includes("login(")) {
      const isRight = variables.username === VENDURE.username && variables.password === VENDURE.password;
      const login = isRight ? { __typename: "CurrentUser" } : { __typename: "InvalidCredentialsError", errorCode: "INVALID_CREDENTIALS_ERROR", message: "The provided credentials are invalid" };
      return { body: { data: { login } }, headers: isRight ? { "set-cookie": "session=abc; path=/; httponly" } : {} };
    }
    if (headers.cookie !== "session=abc") return { body: { errors: [{ message: "You are not currently authorized to perform this action", extensions: { code: "FORBIDDEN" } }], data: null } };
    const { skip, filter } = variables.options;
    const orders = () => [...this.sales.map((sale) => this.order(sale)), this.cart()].filter(({ active }) => active === filter.orderPlacedAt.isNull);
    const lists = {
      customers: () => this.people.map((each) => this.customer(each)),
      productVariants: () => GOODS.flatMap((good, n) => good.variants.map((name, v) => this.variant(good, n, name, v))),
      products: () => GOODS.map((each, n) => this.product(each, n)),
      orders,
    };
    const list = Object.keys(lists).find((name) => query.includes(` ${name}(`));
    const all = since(lists[list](), filter.updatedAt?.after, (row) => row.updatedAt);
    return { body: { data: { [list]: { totalItems: all.length, items: all.slice(skip, skip + Double.rows) } } } };
  }

  wrap(topic, data) {
    return JSON.stringify({ topic, at: new Date().toISOString(), data });
  }

  signed(topic, body, secret) {
    return { "x-vendure-topic": topic, "x-vendure-signature": hmac(secret, body, "base64") };
  }
}

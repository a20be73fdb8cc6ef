import type { Guide } from "../guide";
import { MEDUSA_SUBSCRIBER } from "../guide-files";

export const guide: Guide = {
  minutes: 15,
  needs: ["To be signed in to the Medusa Admin", "Access to the code of the Medusa server, for our subscriber", "Medusa version 2"],
  access: {
    steps: [
      { text: "In the Medusa Admin, open the secret keys.", where: ["Settings", "Developer", "Secret API Keys"] },
      { text: "Choose “Create”. Title: Ritorno. Medusa shows the key once: copy it into the field on this page." },
    ],
  },
  fields: {
    base_url: { label: "Address of the Medusa server", hint: "The backend, where /admin answers, not the storefront.", placeholder: "https://api.shop.example" },
    secret_key: { label: "Secret API key", hint: "Begins with sk_. Shown once, when it is made." },
  },
  webhooks: {
    steps: [
      { text: "Put our subscriber into the Medusa server, into the folder src/subscribers: it is one file. It tells of every change of a cart, an order, a customer and a product.", file: MEDUSA_SUBSCRIBER },
      { text: "Set RITORNO_URL to this address and RITORNO_SECRET to this secret, in the server’s .env.", values: ["webhook_url", "secret"] },
      { text: "Restart the Medusa server. Put something into a cart: it shows up here within seconds." },
    ],
    note: "One’s own code can post as well: header x-medusa-topic with the topic, and x-medusa-signature with the hex HMAC-SHA256 of the body. Medusa’s own events say ids alone: send the whole object.",
  },
  cartLink: { label: "Address of the cart in the storefront", hint: "{cart} stands for the id of the new cart. The storefront’s page must keep it as its own cart, as the starter does with the cookie _medusa_cart_id.", placeholder: "https://shop.example/cart?cart_id={cart}" },
  cartKeys: {
    publishable_key: { label: "Publishable API key", hint: "Settings → Developer → Publishable API Keys. It begins with pk_ and belongs to the sales channel of the storefront." },
    region_id: { label: "Region", hint: "Settings → Regions: the id begins with reg_. Empty: the store’s default region." },
  },
  coupons: "Coupons need nothing more than the secret key. A minimum of the order is not possible.",
  tags: "They are kept in the customer’s metadata as ritorno_tags. The secret key is enough.",
};

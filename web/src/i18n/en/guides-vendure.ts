import type { Guide } from "../guide";
import { VENDURE_CONFIG } from "../guide-code";
import { VENDURE_PLUGIN } from "../guide-files";

export const guide: Guide = {
  minutes: 15,
  needs: ["To be signed in to Vendure’s Admin as a super-administrator", "Access to the code of the Vendure server, for our subscriber"],
  access: {
    steps: [
      { text: "In Vendure’s Admin, make a role “Ritorno” with these permissions.", where: ["Settings", "Roles", "New role"], list: ["Read Customer", "Read Catalog (Products, Collections, Facets)", "Read Order", "Read StockLocation"] },
      { text: "Make an administrator with this role, an address and a long password of its own. Nobody signs in with it but Ritorno.", where: ["Settings", "Administrators", "New administrator"] },
    ],
  },
  fields: {
    base_url: { label: "Address of the Vendure server", hint: "Where /admin-api is, without /admin-api itself.", placeholder: "https://api.shop.example" },
    username: { label: "Email address of the administrator", hint: "Settings → Administrators → the one made for Ritorno." },
    password: { label: "Password", hint: "As you set it for that administrator." },
  },
  webhooks: {
    steps: [
      { text: "Put our plug-in into the Vendure server, into the folder src/plugins: it is one file. It tells of every change of an order, a customer, a product and stock.", file: VENDURE_PLUGIN },
      { text: "Add it to the plug-ins of the server’s configuration.", code: VENDURE_CONFIG },
      { text: "Set RITORNO_URL to this address and RITORNO_SECRET to this secret, where the server has its environment.", values: ["webhook_url", "secret"] },
      { text: "Restart the Vendure server. Put something into a cart: it shows up here within seconds." },
    ],
    note: "One’s own code can post as well: header x-vendure-signature with the base64 HMAC-SHA256 of the body, and the topic in the body.",
  },
  cartLink: { label: "Address of the cart in the storefront", hint: "{cart} stands for the code of the new order and {token} for the session that holds it. The storefront’s page must take the token as its own, as it does with the header vendure-auth-token, and show the active order. After # the token stays in the browser. The server’s tokenMethod must include bearer.", placeholder: "https://shop.example/cart#token={token}" },
  cartKeys: { channel_token: { label: "Channel token", hint: "Settings → Channels. Empty: the default channel." } },
  coupons: "Coupons need the permission Create Promotion and Read Promotion in the role.",
};

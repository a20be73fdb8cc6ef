import type { Guide } from "../guide";

export const guide: Guide = {
  minutes: 10,
  needs: ["To be signed in to WordPress as an administrator or shop manager", "Permalinks that are not “Plain” (Settings → Permalinks): otherwise the API does not answer"],
  access: {
    steps: [
      { text: "In the WordPress admin, open the keys of the REST API.", where: ["WooCommerce", "Settings", "Advanced", "REST API"] },
      { text: "Choose “Add key”. Description: Ritorno. User: an administrator or shop manager. Permissions: Read." },
      { text: "Choose “Generate API key”. WooCommerce shows both keys once: copy them into the fields on this page." },
    ],
    note: "Some hosts take away the header with which Ritorno signs in. If the test says that the credentials are refused although they are right, ask the host to let the “Authorization” header through.",
  },
  fields: {
    base_url: { label: "Site address (URL)", hint: "As in WordPress under Settings → General. With https, and with the folder if WordPress is in one.", placeholder: "https://shop.example" },
    consumer_key: { label: "Consumer key", hint: "Begins with ck_. Shown once, after “Generate API key”." },
    consumer_secret: { label: "Consumer secret", hint: "Begins with cs_. Shown once, after “Generate API key”." },
  },
  webhooks: {
    steps: [
      { text: "In the WordPress admin, open the webhooks.", where: ["WooCommerce", "Settings", "Advanced", "Webhooks"] },
      { text: "Choose “Add webhook” once for each of these topics. Status: Active. API version: WP REST API Integration v3.", list: ["Order created", "Order updated", "Order deleted", "Customer created", "Customer updated", "Customer deleted", "Product created", "Product updated", "Product deleted"] },
      { text: "In each of them, paste the address as “Delivery URL” and the secret as “Secret”, then choose “Save webhook”.", values: ["webhook_url", "secret"] },
    ],
    note: "WooCommerce switches a webhook off after five failures in a row. Ritorno answers at once and refuses nothing for what it says, so that this does not happen; and the comparison finds what was lost.",
  },
  cartLink: { label: "Address that fills the cart", hint: "For carts without a link of their own. WooCommerce 10 and later fill a cart from it; {products} stands for what was in it, {coupon} for its coupon.", placeholder: "https://shop.example/checkout-link/?products={products}&coupon={coupon}" },
  coupons: "Coupons need a key with the permission Read/Write.",
  tags: "They are kept in the customer’s meta data as ritorno_tags, where plug-ins find them. The key needs the permission Read/Write.",
};

#!/usr/bin/env bash
# make live-shop: a real shop (Vendure on SQLite) beside the server. Orders are placed while a third of the webhooks are lost and
# some come twice; a cart is left, recovered through the link of the mail, ordered and credited; reconciliation finds every order.
#   RITORNO_SHARED_DATA   where the shop's three files lie (live-shops/vendure); default ../shared/data
# Vendure is installed into the target folder and run from there: it is no part of Ritorno.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

FROM="${RITORNO_SHARED_DATA:-../shared/data}/live-shops/vendure"
if [ ! -f "$FROM/server.js" ]; then
  say "skipped: there is no live shop at $FROM (RITORNO_SHARED_DATA says where the test data lies)"
  exit 0
fi
need_node

SHOP="$TARGET/live-shop"
mkdir -p "$SHOP"
for file in server.js package.json package-lock.json; do
  cp "$FROM/$file" "$SHOP/$file"
  chmod u+w "$SHOP/$file"
done
if ! cmp -s "$SHOP/package-lock.json" "$SHOP/node_modules/.installed"; then
  say "installing Vendure (about 3 minutes)"
  # Its database driver is compiled or fetched by its own script.
  (cd "$SHOP" && npm ci --no-audit --no-fund --loglevel=error)
  cp "$SHOP/package-lock.json" "$SHOP/node_modules/.installed"
  rm -f "$SHOP/populated.sqlite"
fi
if [ ! -f "$SHOP/populated.sqlite" ]; then
  say "filling the shop with products (about a minute)"
  rm -f "$SHOP/vendure.sqlite"
  (cd "$SHOP" && node server.js populate >populate.log 2>&1) || give_up "the shop could not be filled: $SHOP/populate.log says why"
  cp "$SHOP/vendure.sqlite" "$SHOP/populated.sqlite"
fi
# Each run begins with the shop as it was filled.
rm -f "$SHOP"/vendure.sqlite*
cp "$SHOP/populated.sqlite" "$SHOP/vendure.sqlite"

say "the shop, the server, and a bad road between them"
RITORNO_LIVE_SHOP="$SHOP" cargo test --quiet --locked --package ritorno --test live_shop -- --nocapture

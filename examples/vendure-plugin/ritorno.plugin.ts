/**
 * Tells Ritorno what happens in a Vendure shop: orders and carts, customers, variants and stock, as
 * `{ topic, at, data }` with `x-vendure-signature`, the base64 HMAC-SHA256 of the body.
 *
 *   // vendure-config.ts
 *   plugins: [RitornoPlugin.init({ url: process.env.RITORNO_URL!, secret: process.env.RITORNO_SECRET! })]
 *
 * `ritorno connect add --shop vendure --name shop --base-url https://my-shop.example --credential username=… --credential
 * password=…` prints both. What is lost in spite of the tries here is found by Ritorno's reconciliation.
 */
import { createHmac } from 'node:crypto';
import { OnApplicationBootstrap } from '@nestjs/common';
import {
  CustomerEvent,
  EventBus,
  ID,
  Logger,
  OrderEvent,
  OrderLineEvent,
  OrderService,
  OrderStateTransitionEvent,
  PluginCommonModule,
  ProductVariantEvent,
  RequestContext,
  StockMovementEvent,
  VendurePlugin,
} from '@vendure/core';

interface Options {
  /** The webhook address that Ritorno shows. */
  url: string;
  secret: string;
}

/** Pauses between tries, in milliseconds. */
const PAUSES = [1_000, 5_000, 30_000];
const TIMEOUT_MS = 10_000;

@VendurePlugin({ imports: [PluginCommonModule] })
export class RitornoPlugin implements OnApplicationBootstrap {
  private static options: Options;

  static init(options: Options) {
    this.options = options;
    return RitornoPlugin;
  }

  constructor(
    private readonly bus: EventBus,
    private readonly orders: OrderService,
  ) {}

  onApplicationBootstrap() {
    // The bus waits for the transaction's end, so that what is read here is what was committed.
    this.bus.ofType(OrderEvent).subscribe((e) => this.order(e.ctx, e.order.id, `order/${e.type}`));
    this.bus.ofType(OrderLineEvent).subscribe((e) => this.order(e.ctx, e.order.id, `order-line/${e.type}`));
    this.bus.ofType(OrderStateTransitionEvent).subscribe((e) => this.order(e.ctx, e.order.id, 'order/state'));
    this.bus.ofType(CustomerEvent).subscribe((e) => {
      const { id, emailAddress, firstName, lastName, phoneNumber, updatedAt } = e.entity;
      void this.tell(`customer/${e.type}`, { id, emailAddress, firstName, lastName, phoneNumber, updatedAt });
    });
    this.bus.ofType(ProductVariantEvent).subscribe((e) => {
      const variants = e.entity.map(({ id, sku, productId, enabled, updatedAt }) => ({ id, sku, productId, enabled, updatedAt }));
      void this.tell(`variant/${e.type}`, variants);
    });
    this.bus.ofType(StockMovementEvent).subscribe((e) => {
      const movements = e.stockMovements.map(({ type, quantity, productVariant, createdAt }) => ({
        type,
        quantity,
        variantId: productVariant?.id,
        createdAt,
      }));
      void this.tell('stock/movement', movements);
    });
  }

  private async order(ctx: RequestContext, id: ID, topic: string) {
    const order = await this.orders.findOne(ctx, id);
    if (!order) return;
    const { code, state, active, currencyCode, couponCodes, createdAt, updatedAt, orderPlacedAt, customer } = order;
    const { subTotalWithTax, shippingWithTax, totalWithTax } = order;
    await this.tell(topic, {
      id,
      code,
      state,
      active,
      currencyCode,
      couponCodes,
      createdAt,
      updatedAt,
      orderPlacedAt,
      subTotalWithTax,
      shippingWithTax,
      totalWithTax,
      customer: customer && {
        id: customer.id,
        emailAddress: customer.emailAddress,
        firstName: customer.firstName,
        lastName: customer.lastName,
        phoneNumber: customer.phoneNumber,
      },
      lines: (order.lines ?? []).map((line) => ({
        id: line.id,
        quantity: line.quantity,
        sku: line.productVariant.sku,
        name: line.productVariant.name,
        productId: line.productVariant.productId,
        variantId: line.productVariant.id,
        unitPriceWithTax: line.unitPriceWithTax,
        linePriceWithTax: line.linePriceWithTax,
      })),
    });
  }

  private async tell(topic: string, data: unknown) {
    const { url, secret } = RitornoPlugin.options;
    const body = JSON.stringify({ topic, at: new Date().toISOString(), data });
    const headers = {
      'content-type': 'application/json',
      'x-vendure-topic': topic,
      'x-vendure-signature': createHmac('sha256', secret).update(body).digest('base64'),
    };
    for (const pause of [...PAUSES, 0]) {
      try {
        const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
        if (answer.ok) return;
        // Its address or secret is wrong: asking again does not help.
        if (answer.status === 401 || answer.status === 404) {
          return Logger.error(`${topic}: Ritorno answered ${answer.status}`, 'RitornoPlugin');
        }
      } catch (error) {
        Logger.verbose(`${topic}: ${error}`, 'RitornoPlugin');
      }
      if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    Logger.warn(`${topic} did not reach Ritorno; its reconciliation will find it`, 'RitornoPlugin');
  }
}

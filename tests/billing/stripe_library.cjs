// Does one thing with Stripe's own library and prints what came of it as JSON: an independent hand for tests/billing/independent.rs.
'use strict';
const Stripe = require('stripe');

const order = JSON.parse(process.argv[2]);
const client = () =>
  new Stripe(order.client.key, { host: order.client.host, port: order.client.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
const kindOf = async (promise) => promise.then(() => 'nothing', (error) => error.type);

const acts = {
  sign: async () => new Stripe('sk_test_none').webhooks.generateTestHeaderString({ payload: order.payload, secret: order.secret, timestamp: order.timestamp }),
  construct: async () => {
    const event = new Stripe('sk_test_none').webhooks.constructEvent(order.payload, order.header, order.secret);
    return { id: event.id, type: event.type };
  },
  begin: async () => {
    const sessions = client().checkout.sessions;
    const asked = (more) => ({
      mode: 'payment',
      line_items: [{ quantity: 1, price_data: { currency: 'eur', unit_amount: 14900, product_data: { name: 'Report' } } }],
      success_url: 'https://crosswalk.example/paid?session={CHECKOUT_SESSION_ID}',
      cancel_url: 'https://crosswalk.example/',
      client_reference_id: order.payment,
      metadata: { payment: order.payment },
      payment_intent_data: { metadata: { payment: order.payment } },
      ...more,
    });
    const key = { idempotencyKey: `checkout-${order.payment}` };
    const session = await sessions.create(asked(), key);
    const replayed = await sessions.create(asked(), key);
    const unknown = await sessions.create(asked({ colour: 'red' })).then(() => 'nothing', (error) => error.code);
    return {
      id: session.id,
      status: session.status,
      amount_total: session.amount_total,
      replayed: replayed.id,
      other_terms: await kindOf(sessions.create(asked({ customer_email: 'a@example.com' }), key)),
      unknown_field: unknown,
    };
  },
  read: async () => {
    const session = await client().checkout.sessions.retrieve(order.session, { expand: ['payment_intent.latest_charge'] });
    return { payment_status: session.payment_status, charge_paid: session.payment_intent.latest_charge.paid };
  },
};

acts[order.do]()
  .catch((error) => (error.type ? { error: error.type } : Promise.reject(error)))
  .then((told) => process.stdout.write(JSON.stringify(told)));

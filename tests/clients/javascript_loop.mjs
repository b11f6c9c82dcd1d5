// The loop of the story with lago-javascript-client; the plan of work comes in as JSON, what was seen goes out as JSON.
import { text } from "node:stream/consumers";

const [clientModule] = process.argv.slice(2);
const { Client, getLagoError } = await import(clientModule);
const story = JSON.parse(await text(process.stdin));
const lago = Client(story.api_key, { baseUrl: `${story.url}/api/v1` });

async function createCatalogue() {
  await lago.taxes.createTax({ tax: { name: "VAT", code: "vat", rate: "20" } });
  await lago.customers.createCustomer({ customer: story.customer });
  const charges = [];
  for (const { metric, charge } of story.priced_metrics) {
    const { data } = await lago.billableMetrics.createBillableMetric({ billable_metric: metric });
    charges.push({ billable_metric_id: data.billable_metric.lago_id, ...charge });
  }
  await lago.plans.createPlan({ plan: { ...story.plan, charges } });
  const { data } = await lago.subscriptions.createSubscription({ subscription: story.subscription });
  return data.subscription;
}

async function sendUsage() {
  const [first, ...others] = story.events;
  await lago.events.createEvent({ event: first });
  const batch = await lago.events.createBatchEvents({ events: others });
  const found = await lago.events.findEvent(others[0].transaction_id);
  return { stored: batch.data.events.length, found: found.data.event };
}

async function refusal(call) {
  try {
    await call();
    return null;
  } catch (error) {
    return await getLagoError(error);
  }
}

async function moveClock(to) {
  const answer = await fetch(`${story.url}/api/v1/test_clock`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${story.api_key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ test_clock: { now: to } }),
  });
  return (await answer.json()).test_clock;
}

async function bill() {
  const clock = await moveClock(story.end);
  const { data } = await lago.invoices.findAllInvoices({ "status[]": ["draft"], per_page: 1 });
  const id = data.invoices[0].lago_id;
  const refreshed = await lago.invoices.refreshInvoice(id);
  const finalized = await lago.invoices.finalizeInvoice(id);
  await lago.invoices.downloadInvoice(id);
  await lago.invoices.updateInvoice(id, { invoice: { payment_status: "succeeded" } });
  return {
    clock,
    meta: data.meta,
    refreshed: refreshed.data.invoice,
    finalized: finalized.data.invoice,
    invoice: (await lago.invoices.findInvoice(id)).data.invoice,
    fees: (await lago.fees.findAllFees({ external_customer_id: "acme" })).data.fees,
  };
}

const seen = {};
seen.subscription = await createCatalogue();
seen.sent = await sendUsage();
seen.duplicate = await refusal(() => lago.events.createEvent({ event: story.events[0] }));
seen.unknown = await refusal(() => lago.plans.findPlan("nothing"));
const usage = await lago.customers.findCustomerCurrentUsage("acme", { external_subscription_id: "sub" });
seen.usage = usage.data.customer_usage;
seen.billed = await bill();
seen.portal_url = (await lago.customers.getCustomerPortalUrl("acme")).data.customer.portal_url;
const organization = await lago.organizations.updateOrganization({ organization: { timezone: "Europe/Paris" } });
seen.timezone = organization.data.organization.timezone;
console.log(JSON.stringify(seen));

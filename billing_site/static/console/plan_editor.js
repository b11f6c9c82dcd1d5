// Prices as cards. What is here draws them and says at once what cannot be read; the rules and amounts are the server's.
const NUMBER = /^\d+(\.\d+)?$/;
const WHOLE = /^\d+$/;
const PATIENCE = 300;

let lastKey = 0;
const newKey = () => `k${(lastKey += 1)}`;
const textOf = (value) => (value === null || value === undefined ? "" : String(value));

// As text, so that no digit is lost.
function plus(text, step) {
  if (!step || !NUMBER.test(text)) return text;
  const [whole, fraction] = text.split(".");
  return [String(BigInt(whole) + 1n), ...(fraction ? [fraction] : [])].join(".");
}

function newTier(step = 1) {
  return { key: newKey(), to: "", price: "0", flat: "0", step };
}

// A tier starts one above the previous end, or at it: `step` keeps how it was.
function tiersOf(ranges, key) {
  return ranges.map((range, i) => ({
    key: newKey(), to: textOf(range.to_value), price: textOf(range[key]), flat: textOf(range.flat_amount),
    step: i > 0 && range.from_value === ranges[i - 1].to_value ? 0 : 1,
  }));
}

document.addEventListener("alpine:init", () => {
  const data = JSON.parse(document.getElementById("plan-editor-data").textContent);
  const modelNamed = (name) => data.models.find((model) => model.value === name) || {};

  function priceOf(card) {
    const given = card.properties || {};
    const { tiers } = modelNamed(card.model);
    const plain = Object.entries(given).filter(([, value]) => typeof value !== "object");
    const presented = (given.presentation_group_keys || []).map((each) => ({ key: newKey(), value: each.value, shown: textOf(each.options?.display_in_invoice) }));
    return {
      key: newKey(),
      fields: { ...data.first_values, ...Object.fromEntries(plain.map(([key, value]) => [key, textOf(value)])) },
      tiers: tiers && given[tiers.key]?.length ? tiersOf(given[tiers.key], tiers.price.key) : [newTier()],
      groups: (given.pricing_group_keys || []).join(", "), presented,
      sample: { units: "", events: "", amounts: "", ...card.sample },
    };
  }
  function filterOf(card, model) {
    return { key: newKey(), values: card.values || {}, name: card.name || "", price: priceOf({ ...card, model }) };
  }
  function chargeOf(card) {
    return {
      key: newKey(), id: card.id || null, metric: card.metric || "", model: card.model, code: card.code || "", name: card.name || "",
      when: card.when || "arrears", prorated: !!card.prorated, minimum: card.minimum || "", taxes: card.taxes || [],
      price: priceOf(card), filters: (card.filters || []).map((each) => filterOf(each, card.model)),
    };
  }
  function fixedOf(card) {
    return {
      key: newKey(), id: card.id || null, add_on: card.add_on || "", model: card.model, code: card.code || "", name: card.name || "",
      units: card.units ?? "1", in_advance: !!card.in_advance, prorated: !!card.prorated, at_once: !!card.at_once, taxes: card.taxes || [],
      price: priceOf(card),
    };
  }

  function rangesOf(tiers, columns) {
    return tiers.map((tier, i) => ({
      from_value: i === 0 ? "0" : plus(tiers[i - 1].to, tier.step),
      to_value: i === tiers.length - 1 ? null : tier.to,
      [columns.price.key]: tier.price, flat_amount: tier.flat || "0",
    }));
  }
  function propertiesOf(price, name) {
    const model = modelNamed(name);
    const fields = (model.fields || []).filter((field) => !field.optional || price.fields[field.key]);
    const properties = Object.fromEntries(fields.map((field) => [field.key, price.fields[field.key]]));
    if (model.tiers) properties[model.tiers.key] = rangesOf(price.tiers, model.tiers);
    const groups = price.groups.split(",").map((each) => each.trim()).filter(Boolean);
    if (groups.length) properties.pricing_group_keys = groups;
    const presented = price.presented.filter((each) => each.value.trim());
    if (presented.length) {
      properties.presentation_group_keys = presented.map((each) => (each.shown ? { value: each.value.trim(), options: { display_in_invoice: each.shown === "true" } } : { value: each.value.trim() }));
    }
    return properties;
  }
  function written({ key, price, filters, ...card }, model = card.model) {
    const shown = { ...card, properties: propertiesOf(price, model), sample: price.sample };
    return filters ? { ...shown, filters: filters.map((each) => written(each, model)) } : shown;
  }

  Alpine.data("planEditor", () => ({
    ...data,
    charges: data.charges.map(chargeOf),
    fixed: data.fixed_charges.map(fixedOf),
    prices: {}, total: "", note: "", currency: "",
    touched: Object.keys(data.errors).length > 0,

    init() {
      const form = this.$root.closest("form");
      const select = document.getElementById("id_amount_currency");
      const read = () => { this.currency = select?.value || data.currency || ""; };
      select?.addEventListener("change", read);
      read();
      form.addEventListener("input", () => this.checkSoon());
      form.addEventListener("change", () => this.checkSoon());
      this.$watch("writtenCharges + writtenFixed", () => this.checkSoon());
      form.addEventListener("submit", (event) => {
        this.touched = true;
        if (!this.isFine()) event.preventDefault();
        this.$nextTick(() => this.$root.querySelector("[aria-invalid=true]")?.focus());
      });
      this.check();
    },

    get writtenCharges() { return JSON.stringify(this.charges.map((charge) => written(charge))); },
    get writtenFixed() { return JSON.stringify(this.fixed.map((charge) => written(charge))); },

    checkSoon() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.check(), PATIENCE);
    },
    // Answers that were overtaken are dropped.
    async check() {
      this.asking?.abort();
      this.asking = new AbortController();
      try {
        const answer = await fetch(data.check_url, { method: "POST", body: new FormData(this.$root.closest("form")), signal: this.asking.signal });
        if (answer.ok) Object.assign(this, await answer.json());
      } catch (problem) {
        if (problem.name !== "AbortError") this.prices = {};
      }
    },
    at(place) { return this.errors[place] || []; },

    addCharge() {
      this.charges.push(chargeOf({ model: data.models[0].value }));
      this.focus(`metric-${this.charges.at(-1).key}`);
    },
    addFixed() {
      this.fixed.push(fixedOf({ model: data.fixed_models[0].value }));
      this.focus(`add-on-${this.fixed.at(-1).key}`);
    },
    remove(cards, index) {
      cards.splice(index, 1);
      this.errors = {};
    },
    addFilter(charge) { charge.filters.push(filterOf({}, charge.model)); },
    addTier(price, position = price.tiers.length - 1) {
      price.tiers.splice(position + 1, 0, newTier(price.tiers[position].step));
      this.focus(`to-${price.tiers[position].key}`);
    },
    removeTier(price, position) {
      if (price.tiers.length > 1) price.tiers.splice(position, 1);
    },
    meet(price, step) { price.tiers.forEach((tier) => { tier.step = Number(step); }); },
    focus(id) { this.$nextTick(() => document.getElementById(id)?.focus()); },

    metricOf(charge) { return data.metrics.find((metric) => metric.id === charge.metric); },
    addOnOf(charge) { return data.add_ons.find((addOn) => addOn.id === charge.add_on); },
    takePrice(charge) {
      const addOn = this.addOnOf(charge);
      if (addOn && addOn.currency === this.currency && charge.price.fields.amount === "0") charge.price.fields.amount = addOn.price;
    },
    unitOf(field) { return { money: this.currency, percent: "%" }[field.kind] || ""; },
    model(charge) { return modelNamed(charge.model); },
    modelsFor(charge) {
      const offers = this.metricOf(charge)?.offers;
      return data.models.filter((model) => !offers || offers[model.value] || model.value === charge.model);
    },
    offer(charge) { return this.metricOf(charge)?.offers[charge.model] || {}; },
    mayProrate(charge) { return charge.when === "arrears" ? this.offer(charge).prorated : this.offer(charge).prorated_in_advance; },
    mayProrateFixed(charge) {
      const offer = data.fixed_offers[charge.model] || {};
      return charge.in_advance ? offer.prorated_in_advance : offer.prorated;
    },
    isFixed(charge) { return data.attached && charge.id !== null; },
    isCounted(charge) { return !!this.metricOf(charge)?.counted; },
    toggle(filter, key, value) {
      const others = (filter.values[key] || []).filter((each) => each !== value);
      const chosen = others.length === (filter.values[key] || []).length ? [...others, value] : others;
      // All of them stands alone.
      filter.values[key] = value === data.all_values ? chosen.filter((each) => each === value) : chosen.filter((each) => each !== data.all_values);
      if (!filter.values[key].length) delete filter.values[key];
    },

    fromOf(price, position) {
      if (position === 0) return "0";
      const previous = price.tiers[position - 1].to;
      return NUMBER.test(previous) ? plus(previous, price.tiers[position].step) : "…";
    },
    grouped(text) { return NUMBER.test(text) ? Number(text).toLocaleString("en", { maximumFractionDigits: 15 }) : text; },
    problem(text, kind = "number", optional = false) {
      if (!text) return optional ? "" : "Write a number.";
      if (kind === "whole") return WHOLE.test(text) ? "" : "Write a whole number.";
      return NUMBER.test(text) ? "" : "Write a number such as 0.25.";
    },
    toProblem(price, position) {
      const { to } = price.tiers[position];
      if (!to) return this.touched ? "Where does this tier end?" : "";
      if (!NUMBER.test(to)) return "Write a number.";
      const from = this.fromOf(price, position);
      return NUMBER.test(from) && Number(to) < Number(from) ? `Must be ${from} or more.` : "";
    },
    isPriced(price, model) {
      const last = price.tiers.length - 1;
      const fine = (model.fields || []).every((field) => !this.problem(price.fields[field.key], field.kind, field.optional));
      return fine && (!model.tiers || price.tiers.every((tier, i) => !this.problem(tier.price) && !this.problem(tier.flat) && (i === last || (tier.to && !this.toProblem(price, i)))));
    },
    isFine() {
      const usage = this.charges.every((charge) => charge.metric && [charge, ...charge.filters].every((each) => this.isPriced(each.price, this.model(charge))));
      return usage && this.fixed.every((charge) => charge.add_on && this.isPriced(charge.price, this.model(charge)));
    },
  }));
});

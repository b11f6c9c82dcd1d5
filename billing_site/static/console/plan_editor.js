// The charges of a plan as cards. What is here checks while typing; what counts is the server's answer.
const PRICES = { standard: { amount: "0" }, package: { amount: "0", package_size: "1", free_units: "0" } };
const TIERED = { graduated: "graduated_ranges", volume: "volume_ranges" };
const NUMBER = /^\d+(\.\d+)?$/;
const WHOLE = /^\d+$/;

let lastKey = 0;
const newKey = () => `k${(lastKey += 1)}`;

function newTier(to = "", perUnit = "0", flat = "0") {
  return { key: newKey(), to, per_unit: perUnit, flat };
}

// Bounds are JSON numbers; amounts are text, so that no digit is lost.
function tiersOf(ranges) {
  return ranges.map((range) => newTier(range.to_value === null ? "" : String(range.to_value), range.per_unit_amount, range.flat_amount));
}

function isAdjacent(ranges) {
  return ranges.length > 1 && ranges.slice(1).every((range, i) => range.from_value === ranges[i].to_value);
}

function chargeOf(card) {
  const ranges = (card.properties || {})[TIERED[card.model]] || [];
  return {
    key: newKey(), id: card.id || null, metric: card.metric || "", model: card.model, name: card.name || "", taxes: card.taxes || [],
    given: card.properties || {}, givenModel: card.model,
    price: { amount: "0", package_size: "1", free_units: "0", ...pick(card.properties || {}) },
    tiers: ranges.length ? tiersOf(ranges) : [newTier()],
    // A tier starts at the previous end + 1, unless the plan was made the other way.
    step: isAdjacent(ranges) ? 0 : 1,
  };
}

function pick(properties) {
  const plain = {};
  for (const key of ["amount", "package_size", "free_units"]) if (key in properties) plain[key] = String(properties[key]);
  return plain;
}

// Keys that no field shows (grouping, for one) stay as they were.
function kept(charge) {
  if (charge.model !== charge.givenModel) return {};
  const shown = ["amount", "package_size", "free_units", ...Object.values(TIERED)];
  return Object.fromEntries(Object.entries(charge.given).filter(([key]) => !shown.includes(key)));
}

function asNumber(text) {
  return NUMBER.test(text) ? Number(text) : text;
}

function propertiesOf(charge) {
  if (TIERED[charge.model]) {
    const last = charge.tiers.length - 1;
    const ranges = charge.tiers.map((tier, i) => ({
      from_value: i === 0 ? 0 : Number(charge.tiers[i - 1].to) + charge.step,
      to_value: i === last ? null : asNumber(tier.to),
      per_unit_amount: tier.per_unit, flat_amount: tier.flat || "0",
    }));
    return { ...kept(charge), [TIERED[charge.model]]: ranges };
  }
  if (!PRICES[charge.model]) return charge.given;
  const fields = Object.keys(PRICES[charge.model]).map((key) => [key, key === "amount" ? charge.price[key] : asNumber(charge.price[key])]);
  return { ...kept(charge), ...Object.fromEntries(fields) };
}

document.addEventListener("alpine:init", () => {
  const data = JSON.parse(document.getElementById("plan-editor-data").textContent);
  Alpine.data("planEditor", () => ({
    charges: data.cards.map(chargeOf),
    metrics: data.metrics,
    errors: data.errors,
    currency: "",
    touched: false,

    init() {
      const select = document.getElementById("id_amount_currency");
      const read = () => { this.currency = select.value; };
      select.addEventListener("change", read);
      read();
      const form = this.$root.closest("form");
      form.addEventListener("submit", (event) => {
        this.touched = true;
        this.$nextTick(() => {
          const wrong = this.$root.querySelector("[aria-invalid=true]");
          if (wrong) wrong.focus();
        });
        if (!this.isFine()) event.preventDefault();
      });
    },

    get serialized() {
      return JSON.stringify(this.charges.map((charge) => ({
        id: charge.id, metric: charge.metric, model: charge.model, name: charge.name, taxes: charge.taxes, properties: propertiesOf(charge),
      })));
    },

    addCharge() {
      const charge = chargeOf({ model: data.models[0].value });
      this.charges.push(charge);
      this.focus(`metric-${charge.key}`);
    },
    removeCharge(index) {
      this.charges.splice(index, 1);
      this.errors = {};
    },
    addTier(charge, position = charge.tiers.length - 1) {
      const tier = newTier();
      charge.tiers.splice(position + 1, 0, tier);
      this.focus(`to-${charge.tiers[position].key}`);
    },
    removeTier(charge, position) {
      if (charge.tiers.length > 1) charge.tiers.splice(position, 1);
    },
    focus(id) {
      this.$nextTick(() => document.getElementById(id)?.focus());
    },

    metricName(charge) {
      return this.metrics.find((metric) => metric.id === charge.metric)?.name || "";
    },
    modelsFor(charge) {
      const known = data.models.some((model) => model.value === charge.model);
      return known ? data.models : [...data.models, { value: charge.model, title: charge.model }];
    },
    isFixed(charge) { return data.attached && charge.id !== null; },
    isTiered(charge) { return charge.model in TIERED; },
    isEditable(charge) { return this.isTiered(charge) || charge.model in PRICES; },
    fromOf(charge, position) {
      if (position === 0) return "0";
      const previous = charge.tiers[position - 1].to;
      return NUMBER.test(previous) ? String(Number(previous) + charge.step) : "…";
    },

    grouped(text) {
      return NUMBER.test(text) ? Number(text).toLocaleString("en", { maximumFractionDigits: 15 }) : text;
    },

    problem(text, whole = false) {
      if (text === "" || text === undefined) return "Write a number.";
      return (whole ? WHOLE : NUMBER).test(text) ? "" : whole ? "Write a whole number." : "Write a number such as 0.25.";
    },
    toProblem(charge, position) {
      const { to } = charge.tiers[position];
      if (to === "") return this.touched ? "Where does this tier end?" : "";
      if (!NUMBER.test(to)) return "Write a number.";
      const from = this.fromOf(charge, position);
      return NUMBER.test(from) && Number(to) < Number(from) ? `Must be ${from} or more.` : "";
    },
    isFine() {
      return this.charges.every((charge) => charge.metric && this.isPriced(charge));
    },
    isPriced(charge) {
      if (!this.isTiered(charge)) return Object.keys(PRICES[charge.model] || {}).every((key) => !this.problem(charge.price[key], key !== "amount"));
      const last = charge.tiers.length - 1;
      return charge.tiers.every((tier, i) => !this.problem(tier.per_unit) && !this.problem(tier.flat) && (i === last || (tier.to !== "" && !this.toProblem(charge, i))));
    },
    errorsOf(index) {
      return Object.values(this.errors[String(index)] || {}).flat();
    },
  }));
});

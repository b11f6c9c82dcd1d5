// Buttons without a question post at once; everything else is the theme's own.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-post]");
  if (!link) return;
  event.preventDefault();
  const form = document.createElement("form");
  form.method = "post";
  form.action = link.href;
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (token) form.append(token.cloneNode());
  document.body.append(form);
  form.submit();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.querySelector("[data-label]") || button;
  const before = label.textContent;
  label.textContent = "Copied";
  setTimeout(() => { label.textContent = before; }, 1500);
});

// The theme's search fields tell jQuery alone that something was picked.
document.addEventListener("DOMContentLoaded", () => {
  window.django?.jQuery?.(document).on("select2:select select2:clear", (event) => {
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  });
});
